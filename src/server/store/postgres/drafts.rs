//! The editors' work in SQL: drafts, corrections, an entry's versions, what expires.

use super::asked::Asked;
use super::db::Db;
use super::knowledge::{put_notice, read, revision};
use super::{Alone, alone, json, moment, outbox, parse, version};
use crate::domain::id::{Account, CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{Correction, Draft, PublishedEntry, bare};
use crate::protocol::draft::EntryVersion;
use crate::server::store::{
    CorrectionWrite, DraftQuery, DraftRecord, DraftWrite, KnowledgeRetire, Place, Publication,
    ReplayRecord, StoreError, Tell,
};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// What became of a conditional write.
fn held(expected: u64, current: Option<u64>) -> StoreError {
    match current {
        Some(_) if expected == 0 => StoreError::Exists,
        Some(current) => StoreError::Stale { current, expected },
        None => StoreError::Missing,
    }
}

/// Keeps the answer to an idempotency key, if there is one.
pub(super) async fn answered(db: &Db, replay: Option<&ReplayRecord>) -> Result<(), StoreError> {
    match replay {
        Some(replay) => outbox::put_replay(db, replay).await,
        None => Ok(()),
    }
}

/// A draft, new or changed, with the entry that it became.
pub(super) async fn write(db: &Db, (write, tell): &(DraftWrite, Tell)) -> Result<(), StoreError> {
    let DraftRecord { draft, changed } = &write.draft;
    let new = write.expected == 0;
    let given: &[&(dyn ToSql + Sync)] = &[
        &draft.id.0,
        &version(draft.version),
        &draft.entry.code.as_str(),
        &draft.state.stage().name(),
        &draft.entry.department.as_str(),
        &draft.made.by.account.as_str(),
        &changed.as_millisecond(),
        &json("knowledge draft", draft)?,
        &version(write.expected),
    ];
    let sql = if new {
        "INSERT INTO knowledge_drafts (id, version, code, stage, department, made_by, changed_ms, doc)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE knowledge_drafts SET version = $2, code = $3, stage = $4, department = $5, made_by = $6, changed_ms = $7, doc = $8
         WHERE id = $1 AND version = $9"
    };
    // A new one has no version that it rests on.
    let given = if new { &given[..8] } else { given };
    if db.run(sql, given).await? != 1 {
        let current = get(db, draft.id).await?;
        return Err(held(write.expected, current.map(|it| it.draft.version)));
    }
    if let Some(publication) = &write.publish {
        publish(db, draft, publication, *tell).await?;
    }
    answered(db, write.replay.as_ref()).await
}

/// Makes the draft's text the entry's next version, if the entry still is where the draft was decided on.
async fn publish(
    db: &Db,
    draft: &Draft,
    publication: &Publication,
    tell: Tell,
) -> Result<(), StoreError> {
    alone(db, Alone::Knowledge).await?;
    let current = entry(db, &draft.entry.code).await?;
    let current = current.map_or(0, |entry| entry.version);
    if current != draft.based_on {
        return Err(StoreError::Stale {
            current,
            expected: draft.based_on,
        });
    }
    let next = PublishedEntry {
        entry: draft.entry.clone(),
        version: current + 1,
        revision: revision(db).await? + 1,
        retired: false,
    };
    let made = (&publication.by, publication.at);
    put_version(db, &next, made, (Some(draft.id), "")).await?;
    put_notice(db, publication.at, tell(next.revision));
    Ok(())
}

/// Takes an entry out.
pub(super) async fn retire(
    db: &Db,
    (retire, tell): &(KnowledgeRetire, Tell),
) -> Result<(), StoreError> {
    alone(db, Alone::Knowledge).await?;
    let current = entry(db, &retire.code).await?;
    let current = current.ok_or(StoreError::Missing)?;
    if current.version != retire.expected {
        return Err(StoreError::Stale {
            current: current.version,
            expected: retire.expected,
        });
    }
    let next = PublishedEntry {
        version: current.version + 1,
        revision: revision(db).await? + 1,
        retired: true,
        ..current
    };
    let made = (&retire.by, retire.at);
    put_version(db, &next, made, (None, retire.reason.as_str())).await?;
    put_notice(db, retire.at, tell(next.revision));
    answered(db, retire.replay.as_ref()).await
}

/// A draft.
pub(super) async fn get(db: &Db, id: DraftId) -> Result<Option<DraftRecord>, StoreError> {
    let sql = "SELECT doc, changed_ms FROM knowledge_drafts WHERE id = $1";
    let row = db.maybe(sql, &[&id.0]).await?;
    row.as_ref().map(read_draft).transpose()
}

fn read_draft(row: &Row) -> Result<DraftRecord, StoreError> {
    Ok(DraftRecord {
        draft: parse("knowledge draft", row.get(0))?,
        changed: moment(row.get(1))?,
    })
}

/// Drafts, last changed first.
pub(super) async fn list(db: &Db, query: &DraftQuery) -> Result<Vec<DraftRecord>, StoreError> {
    let mut asked = Asked::default();
    let stages = query.stages.iter().map(|stage| stage.name().to_owned());
    let stages = asked.texts(stages.collect());
    asked.that(format!("stage = ANY ({stages})"));
    if let Some(by) = &query.made_by {
        let by = asked.text(by.as_str());
        asked.that(format!("made_by = {by}"));
    }
    if let Some(code) = &query.code {
        let code = asked.text(code.as_str());
        asked.that(format!("code = {code}"));
    }
    if let Some(after) = query.after {
        let place = asked.place(after);
        asked.that(format!("(changed_ms, id) < {place}"));
    }
    let (conditions, limit) = (asked.conditions(), asked.number(i64::from(query.limit)));
    let sql = format!(
        "SELECT doc, changed_ms FROM knowledge_drafts WHERE {conditions} ORDER BY changed_ms DESC, id DESC LIMIT {limit}"
    );
    asked.ask(db, &sql).await?.iter().map(read_draft).collect()
}

/// An entry as it is, retired or not.
pub(super) async fn entry(db: &Db, code: &EntryCode) -> Result<Option<PublishedEntry>, StoreError> {
    let sql = "SELECT doc, version, revision, retired FROM knowledge WHERE code = $1";
    let row = db.maybe(sql, &[&code.as_str()]).await?;
    row.as_ref().map(read).transpose()
}

const VERSION: &str = "SELECT doc, version, revision, retired, by_account, at_ms, draft, reason FROM knowledge_versions";

fn read_version(row: &Row) -> Result<EntryVersion, StoreError> {
    Ok(EntryVersion {
        entry: read(row)?,
        by: Account::parse(row.get(4))
            .map_err(|_| StoreError::Fault("an editor's account cannot be read".to_owned()))?,
        at: moment(row.get(5))?,
        draft: row.get::<_, Option<Uuid>>(6).map(DraftId),
        reason: row.get(7),
    })
}

/// An entry's versions, newest first.
pub(super) async fn versions(db: &Db, code: &EntryCode) -> Result<Vec<EntryVersion>, StoreError> {
    let sql = format!("{VERSION} WHERE code = $1 ORDER BY version DESC LIMIT 200");
    let rows = db.all(&sql, &[&code.as_str()]).await?;
    rows.iter().map(read_version).collect()
}

/// Changes of all entries, newest first, before a revision.
pub(super) async fn changes(
    db: &Db,
    before: u64,
    limit: u32,
) -> Result<Vec<EntryVersion>, StoreError> {
    let sql = format!("{VERSION} WHERE revision < $1 ORDER BY revision DESC LIMIT $2");
    let rows = db.all(&sql, &[&version(before), &i64::from(limit)]).await?;
    rows.iter().map(read_version).collect()
}

/// Entries whose last day lies in a span, the next to expire first.
pub(super) async fn expiring(
    db: &Db,
    (from, until): (Date, Date),
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let sql = "SELECT doc, version, revision, retired FROM knowledge
         WHERE NOT retired AND last_day BETWEEN $1 AND $2 ORDER BY last_day, code LIMIT $3";
    let span = (from.to_string(), until.to_string());
    let rows = db.all(sql, &[&span.0, &span.1, &i64::from(limit)]).await?;
    rows.iter().map(read).collect()
}

/// A correction, new or settled.
pub(super) async fn write_correction(db: &Db, write: &CorrectionWrite) -> Result<(), StoreError> {
    let correction = &write.correction;
    let new = write.expected == 0;
    let given: &[&(dyn ToSql + Sync)] = &[
        &correction.id.0,
        &version(correction.version),
        &correction.settled.is_some(),
        &correction.made.at.as_millisecond(),
        &json("correction", correction)?,
        &version(write.expected),
    ];
    let sql = if new {
        "INSERT INTO knowledge_corrections (id, version, settled, made_ms, doc)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE knowledge_corrections SET version = $2, settled = $3, made_ms = $4, doc = $5
         WHERE id = $1 AND version = $6"
    };
    let given = if new { &given[..5] } else { given };
    if db.run(sql, given).await? != 1 {
        let current = self::correction(db, correction.id).await?;
        return Err(held(write.expected, current.map(|it| it.version)));
    }
    answered(db, write.replay.as_ref()).await
}

/// A correction.
pub(super) async fn correction(
    db: &Db,
    id: CorrectionId,
) -> Result<Option<Correction>, StoreError> {
    let sql = "SELECT doc FROM knowledge_corrections WHERE id = $1";
    let row = db.maybe(sql, &[&id.0]).await?;
    row.map(|row| parse("correction", row.get(0))).transpose()
}

/// Corrections, open or settled, newest first.
pub(super) async fn corrections(
    db: &Db,
    settled: bool,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Correction>, StoreError> {
    let place = after.unwrap_or(Place {
        ms: i64::MAX,
        id: Uuid::max(),
    });
    let sql =
        "SELECT doc FROM knowledge_corrections WHERE settled = $1 AND (made_ms, id) < ($2, $3)
         ORDER BY made_ms DESC, id DESC LIMIT $4";
    let rows = db
        .all(sql, &[&settled, &place.ms, &place.id, &i64::from(limit)])
        .await?;
    rows.iter()
        .map(|row| parse("correction", row.get(0)))
        .collect()
}

/// One version of an entry in the table of what holds and in that of what ever held.
pub(super) async fn put_version(
    db: &Db,
    next: &PublishedEntry,
    (by, at): (&Account, Timestamp),
    (draft, reason): (Option<DraftId>, &str),
) -> Result<(), StoreError> {
    let doc = json("knowledge entry", &next.entry)?;
    let code = next.entry.code.as_str();
    let (number, revision) = (version(next.version), version(next.revision));
    let last_day = next.entry.valid_until.map(|day| day.to_string());
    db.run(
        "INSERT INTO knowledge (code, version, revision, retired, doc, last_day) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (code) DO UPDATE SET version = $2, revision = $3, retired = $4, doc = $5, last_day = $6",
        &[&code, &number, &revision, &next.retired, &doc, &last_day],
    )
    .await?;
    db.run(
        "INSERT INTO knowledge_versions (code, version, revision, doc, by_account, at_ms, retired, draft, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &code,
            &number,
            &revision,
            &doc,
            &by.as_str(),
            &at.as_millisecond(),
            &next.retired,
            &draft.map(|id| id.0),
            &reason,
        ],
    )
    .await?;
    stands_on(db, next).await
}

/// On which articles an entry stands from now on; one that was taken out stands on none.
async fn stands_on(db: &Db, next: &PublishedEntry) -> Result<(), StoreError> {
    let code = next.entry.code.as_str();
    let gone = "DELETE FROM knowledge_basis WHERE code = $1";
    db.run(gone, &[&code]).await?;
    for basis in next.entry.basis.iter().filter(|_| !next.retired) {
        let (law, article) = (bare(basis.law.as_str()), basis.article.as_str().trim());
        let put = "INSERT INTO knowledge_basis (law, article, code) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        db.run(put, &[&law, &article, &code]).await?;
    }
    Ok(())
}

/// Entries of these codes, retired or not; a code that is not there has none.
pub(super) async fn entries(
    db: &Db,
    codes: &[EntryCode],
) -> Result<Vec<PublishedEntry>, StoreError> {
    let codes: Vec<&str> = codes.iter().map(EntryCode::as_str).collect();
    let sql = "SELECT doc, version, revision, retired FROM knowledge WHERE code = ANY ($1)";
    let rows = db.all(sql, &[&codes]).await?;
    rows.iter().map(read).collect()
}
