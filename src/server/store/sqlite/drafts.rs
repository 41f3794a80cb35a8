//! The editors' work in SQL: drafts, corrections, an entry's versions, what expires.

use super::knowledge::{json, parse, put_notice, revision};
use super::{blob16, counter, day_text, moment, place_conditions, put_replay, version};
use crate::domain::id::{Account, CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{Correction, Draft, Entry, PublishedEntry, bare};
use crate::protocol::draft::EntryVersion;
use crate::server::store::{
    CorrectionWrite, DraftQuery, DraftRecord, DraftWrite, KnowledgeRetire, Place, Publication,
    StoreError, Tell,
};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use uuid::Uuid;

/// What became of a conditional write.
fn held(done: usize, expected: u64, current: Option<u64>) -> Result<(), StoreError> {
    match current {
        _ if done == 1 => Ok(()),
        Some(_) if expected == 0 => Err(StoreError::Exists),
        Some(current) => Err(StoreError::Stale { current, expected }),
        None => Err(StoreError::Missing),
    }
}

/// A draft, new or changed, with the entry that it became.
pub(super) fn write(db: &Connection, write: &DraftWrite, tell: Tell) -> Result<(), StoreError> {
    let DraftRecord { draft, changed } = &write.draft;
    let doc = json("knowledge draft", draft)?;
    let id = blob16(draft.id.0);
    let values = params![
        id,
        version(draft.version),
        draft.entry.code.as_str(),
        draft.state.stage().name(),
        draft.entry.department.as_str(),
        draft.made.by.account.as_str(),
        changed.as_millisecond(),
        doc,
        version(write.expected),
    ];
    let sql = if write.expected == 0 {
        "INSERT INTO knowledge_drafts (id, version, code, stage, department, made_by, changed_ms, doc)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ?9 = 0 ON CONFLICT DO NOTHING"
    } else {
        "UPDATE knowledge_drafts SET version = ?2, code = ?3, stage = ?4, department = ?5, made_by = ?6, changed_ms = ?7, doc = ?8
         WHERE id = ?1 AND version = ?9"
    };
    let done = db.prepare_cached(sql)?.execute(values)?;
    if done != 1 {
        let current = get(db, draft.id)?.map(|record| record.draft.version);
        held(done, write.expected, current)?;
    }
    if let Some(publication) = &write.publish {
        publish(db, draft, publication, tell)?;
    }
    write
        .replay
        .as_ref()
        .map_or(Ok(()), |replay| put_replay(db, replay))
}

/// Makes the draft's text the entry's next version, if the entry still is where the draft was decided on.
fn publish(
    db: &Connection,
    draft: &Draft,
    publication: &Publication,
    tell: Tell,
) -> Result<(), StoreError> {
    let current = entry(db, &draft.entry.code)?.map_or(0, |entry| entry.version);
    if current != draft.based_on {
        return Err(StoreError::Stale {
            current,
            expected: draft.based_on,
        });
    }
    let next = PublishedEntry {
        entry: draft.entry.clone(),
        version: current + 1,
        revision: revision(db)? + 1,
        retired: false,
    };
    put_version(
        db,
        &next,
        (&publication.by, publication.at),
        (Some(draft.id), ""),
    )?;
    put_notice(db, publication.at, tell(next.revision))
}

/// Takes an entry out.
pub(super) fn retire(
    db: &Connection,
    retire: &KnowledgeRetire,
    tell: Tell,
) -> Result<(), StoreError> {
    let current = entry(db, &retire.code)?.ok_or(StoreError::Missing)?;
    if current.version != retire.expected {
        return Err(StoreError::Stale {
            current: current.version,
            expected: retire.expected,
        });
    }
    let next = PublishedEntry {
        version: current.version + 1,
        revision: revision(db)? + 1,
        retired: true,
        ..current
    };
    put_version(
        db,
        &next,
        (&retire.by, retire.at),
        (None, retire.reason.as_str()),
    )?;
    put_notice(db, retire.at, tell(next.revision))?;
    retire
        .replay
        .as_ref()
        .map_or(Ok(()), |replay| put_replay(db, replay))
}

/// A draft.
pub(super) fn get(db: &Connection, id: DraftId) -> Result<Option<DraftRecord>, StoreError> {
    db.prepare_cached("SELECT doc, changed_ms FROM knowledge_drafts WHERE id = ?1")?
        .query_row([blob16(id.0)], |row| Ok(read_draft(row)))
        .optional()?
        .transpose()
}

fn read_draft(row: &Row<'_>) -> Result<DraftRecord, StoreError> {
    Ok(DraftRecord {
        draft: parse("knowledge draft", &row.get::<_, String>(0)?)?,
        changed: moment(row.get(1)?)?,
    })
}

/// Drafts, last changed first.
pub(super) fn list(db: &Connection, query: &DraftQuery) -> Result<Vec<DraftRecord>, StoreError> {
    let marks = vec!["?"; query.stages.len()].join(", ");
    let mut all = vec![format!("stage IN ({marks})")];
    let mut values: Vec<Value> = query
        .stages
        .iter()
        .map(|stage| Value::Text(stage.name().to_owned()))
        .collect();
    if let Some(by) = &query.made_by {
        all.push("made_by = ?".to_owned());
        values.push(Value::Text(by.as_str().to_owned()));
    }
    if let Some(code) = &query.code {
        all.push("code = ?".to_owned());
        values.push(Value::Text(code.as_str().to_owned()));
    }
    let condition = "(changed_ms, id) < (?, ?)";
    place_conditions(query.after, condition, &mut all, &mut values);
    values.push(Value::Integer(i64::from(query.limit)));
    let sql = format!(
        "SELECT doc, changed_ms FROM knowledge_drafts WHERE {} ORDER BY changed_ms DESC, id DESC LIMIT ?",
        all.join(" AND ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut drafts = Vec::new();
    while let Some(row) = rows.next()? {
        drafts.push(read_draft(row)?);
    }
    Ok(drafts)
}

/// An entry as it is, retired or not.
pub(super) fn entry(
    db: &Connection,
    code: &EntryCode,
) -> Result<Option<PublishedEntry>, StoreError> {
    db.prepare_cached("SELECT doc, version, revision, retired FROM knowledge WHERE code = ?1")?
        .query_row([code.as_str()], |row| Ok(read_entry(row)))
        .optional()?
        .transpose()
}

pub(super) fn read_entry(row: &Row<'_>) -> Result<PublishedEntry, StoreError> {
    Ok(PublishedEntry {
        entry: parse("knowledge entry", &row.get::<_, String>(0)?)?,
        version: counter(row.get(1)?)?,
        revision: counter(row.get(2)?)?,
        retired: row.get(3)?,
    })
}

const VERSION: &str = "SELECT doc, version, revision, retired, by_account, at_ms, draft, reason FROM knowledge_versions";

fn versions_of(
    db: &Connection,
    rest: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<EntryVersion>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{VERSION} {rest}"))?;
    let mut rows = statement.query(values)?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        let by: String = row.get(4)?;
        versions.push(EntryVersion {
            entry: read_entry(row)?,
            by: Account::parse(&by)
                .map_err(|_| StoreError::Fault("an editor's account cannot be read".to_owned()))?,
            at: moment(row.get(5)?)?,
            draft: row
                .get::<_, Option<[u8; 16]>>(6)?
                .map(|id| DraftId(Uuid::from_bytes(id))),
            reason: row.get(7)?,
        });
    }
    Ok(versions)
}

/// An entry's versions, newest first.
pub(super) fn versions(db: &Connection, code: &EntryCode) -> Result<Vec<EntryVersion>, StoreError> {
    let rest = "WHERE code = ?1 ORDER BY version DESC LIMIT 200";
    versions_of(db, rest, [code.as_str()])
}

/// Changes of all entries, newest first, before a revision.
pub(super) fn changes(
    db: &Connection,
    before: u64,
    limit: u32,
) -> Result<Vec<EntryVersion>, StoreError> {
    let rest = "WHERE revision < ?1 ORDER BY revision DESC LIMIT ?2";
    versions_of(db, rest, params![version(before), limit])
}

/// Entries whose last day lies in a span, the next to expire first.
pub(super) fn expiring(
    db: &Connection,
    (from, until): (Date, Date),
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT doc, version, revision, retired FROM knowledge
         WHERE retired = 0 AND json_extract(doc, '$.valid_until') BETWEEN ?1 AND ?2
         ORDER BY json_extract(doc, '$.valid_until'), code LIMIT ?3",
    )?;
    let mut rows = statement.query(params![day_text(from), day_text(until), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read_entry(row)?);
    }
    Ok(entries)
}

/// A correction, new or settled.
pub(super) fn write_correction(db: &Connection, write: &CorrectionWrite) -> Result<(), StoreError> {
    let correction = &write.correction;
    let values = params![
        blob16(correction.id.0),
        version(correction.version),
        correction.settled.is_some(),
        correction.made.at.as_millisecond(),
        json("correction", correction)?,
        version(write.expected),
    ];
    let sql = if write.expected == 0 {
        "INSERT INTO knowledge_corrections (id, version, settled, made_ms, doc)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?6 = 0 ON CONFLICT DO NOTHING"
    } else {
        "UPDATE knowledge_corrections SET version = ?2, settled = ?3, made_ms = ?4, doc = ?5
         WHERE id = ?1 AND version = ?6"
    };
    let done = db.prepare_cached(sql)?.execute(values)?;
    if done != 1 {
        let current = self::correction(db, correction.id)?.map(|it| it.version);
        held(done, write.expected, current)?;
    }
    write
        .replay
        .as_ref()
        .map_or(Ok(()), |replay| put_replay(db, replay))
}

/// A correction.
pub(super) fn correction(
    db: &Connection,
    id: CorrectionId,
) -> Result<Option<Correction>, StoreError> {
    let doc: Option<String> = db
        .prepare_cached("SELECT doc FROM knowledge_corrections WHERE id = ?1")?
        .query_row([blob16(id.0)], |row| row.get(0))
        .optional()?;
    doc.map(|doc| parse("correction", &doc)).transpose()
}

/// Corrections, open or settled, newest first.
pub(super) fn corrections(
    db: &Connection,
    settled: bool,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Correction>, StoreError> {
    let place = after.unwrap_or(Place {
        ms: i64::MAX,
        id: Uuid::max(),
    });
    let mut statement = db.prepare_cached(
        "SELECT doc FROM knowledge_corrections WHERE settled = ?1 AND (made_ms, id) < (?2, ?3)
         ORDER BY made_ms DESC, id DESC LIMIT ?4",
    )?;
    let mut rows = statement.query(params![settled, place.ms, blob16(place.id), limit])?;
    let mut corrections = Vec::new();
    while let Some(row) = rows.next()? {
        corrections.push(parse("correction", &row.get::<_, String>(0)?)?);
    }
    Ok(corrections)
}

/// One version of an entry in the table of what holds and in that of what ever held.
pub(super) fn put_version(
    db: &Connection,
    next: &PublishedEntry,
    (by, at): (&Account, Timestamp),
    (draft, reason): (Option<DraftId>, &str),
) -> Result<(), StoreError> {
    let entry: &Entry = &next.entry;
    let doc = json("knowledge entry", entry)?;
    let code = entry.code.as_str();
    let (number, revision) = (version(next.version), version(next.revision));
    db.prepare_cached(
        "INSERT INTO knowledge (code, version, revision, retired, doc) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (code) DO UPDATE SET version = ?2, revision = ?3, retired = ?4, doc = ?5",
    )?
    .execute(params![code, number, revision, next.retired, doc])?;
    db.prepare_cached(
        "INSERT INTO knowledge_versions (code, version, revision, doc, by_account, at_ms, retired, draft, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        code,
        number,
        revision,
        doc,
        by.as_str(),
        at.as_millisecond(),
        next.retired,
        draft.map(|id| blob16(id.0)),
        reason
    ])?;
    stands_on(db, next)
}

/// On which articles an entry stands from now on; one that was taken out stands on none.
fn stands_on(db: &Connection, next: &PublishedEntry) -> Result<(), StoreError> {
    let code = next.entry.code.as_str();
    db.prepare_cached("DELETE FROM knowledge_basis WHERE code = ?1")?
        .execute([code])?;
    let mut statement = db.prepare_cached(
        "INSERT OR IGNORE INTO knowledge_basis (law, article, code) VALUES (?1, ?2, ?3)",
    )?;
    for basis in next.entry.basis.iter().filter(|_| !next.retired) {
        let article = basis.article.as_str().trim();
        statement.execute(params![bare(basis.law.as_str()), article, code])?;
    }
    Ok(())
}

/// Entries of these codes, retired or not; a code that is not there has none.
pub(super) fn entries(
    db: &Connection,
    codes: &[EntryCode],
) -> Result<Vec<PublishedEntry>, StoreError> {
    let mut found = Vec::with_capacity(codes.len());
    for code in codes {
        found.extend(entry(db, code)?);
    }
    Ok(found)
}
