//! How the knowledge is used and what becomes of what it stands on, in SQL: counts of uses, articles that changed, the
//! year's figures.

use super::drafts::read_entry;
use super::knowledge::{json, parse};
use super::{blob16, counter, day_text, put_replay};
use crate::domain::figures::Share;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Deed, LawChange, Use, bare};
use crate::server::store::{
    Figures, Flag, LawChangeWrite, ReplayRecord, StoreError, UseCount, UseDay, UseKind, UseQuery,
};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, params};

/// Adds uses to a day's counts.
pub(super) fn count(
    db: &Connection,
    uses: &[Use],
    day: Date,
    replay: Option<&ReplayRecord>,
) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(
        "INSERT INTO knowledge_uses (day, code, query, opened, answered, missed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (day, code, query) DO UPDATE SET
           opened = opened + ?4, answered = answered + ?5, missed = missed + ?6",
    )?;
    for one in uses {
        let code = one.code.as_ref().map_or("", EntryCode::as_str);
        let is = |deed| i64::from(one.deed == deed);
        statement.execute(params![
            day_text(day),
            code,
            one.query.as_str(),
            is(Deed::Opened),
            is(Deed::Answered),
            is(Deed::Missed),
        ])?;
    }
    replay.map_or(Ok(()), |replay| put_replay(db, replay))
}

/// The sums since a day, the most used first.
pub(super) fn since(db: &Connection, wanted: &UseQuery) -> Result<Vec<UseCount>, StoreError> {
    let (query, group) = if wanted.by_words {
        ("query", "code, query")
    } else {
        ("''", "code")
    };
    let (only, enough) = match wanted.only {
        UseKind::All => ("1", "1"),
        UseKind::Missed => ("code = ''", "sum(missed) > 0"),
        UseKind::Led => (
            "code <> '' AND query <> ''",
            "sum(opened) + sum(answered) > 1",
        ),
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT code, {query}, sum(opened), sum(answered), sum(missed), max(day) FROM knowledge_uses
         WHERE day >= ?1 AND (?2 IS NULL OR code = ?2) AND {only} GROUP BY {group} HAVING {enough}
         ORDER BY sum(opened) + sum(answered) + sum(missed) DESC, code LIMIT ?3"
    ))?;
    let code = wanted.code.as_ref().map(EntryCode::as_str);
    let mut rows = statement.query(params![day_text(wanted.since), code, wanted.limit])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let count = |at: usize| -> Result<u64, StoreError> { counter(row.get(at)?) };
        let code: String = row.get(0)?;
        let last: String = row.get(5)?;
        counts.push(UseCount {
            code: EntryCode::parse(&code).ok(),
            query: row.get(1)?,
            opened: count(2)?,
            answered: count(3)?,
            missed: count(4)?,
            last: last
                .parse()
                .map_err(|_| StoreError::Fault("a day cannot be read".to_owned()))?,
        });
    }
    Ok(counts)
}

/// How the knowledge was used, by day.
pub(super) fn days(
    db: &Connection,
    (from, until): (Date, Date),
) -> Result<Vec<UseDay>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT day, sum(opened), sum(answered), sum(missed) FROM knowledge_uses
         WHERE day >= ?1 AND day <= ?2 GROUP BY day ORDER BY day",
    )?;
    let mut rows = statement.query(params![day_text(from), day_text(until)])?;
    let mut days = Vec::new();
    while let Some(row) = rows.next()? {
        let day: String = row.get(0)?;
        days.push(UseDay {
            day: day
                .parse()
                .map_err(|_| StoreError::Fault("a day cannot be read".to_owned()))?,
            opened: counter(row.get(1)?)?,
            answered: counter(row.get(2)?)?,
            missed: counter(row.get(3)?)?,
        });
    }
    Ok(days)
}

/// Entries whose last day is over ÷ entries that are not retired.
pub(super) fn stale(db: &Connection, today: Date) -> Result<Share, StoreError> {
    let [stale, all] = db
        .prepare_cached(
            "SELECT coalesce(sum(coalesce(json_extract(doc, '$.valid_until') < ?1, 0)), 0), count(*)
             FROM knowledge WHERE retired = 0",
        )?
        .query_row([day_text(today)], |row| Ok([row.get(0)?, row.get(1)?]))?;
    Ok(Share {
        numerator: counter(stale)?,
        denominator: counter(all)?,
    })
}

/// Notes that an article changed.
pub(super) fn note(db: &Connection, write: &LawChangeWrite) -> Result<(), StoreError> {
    let change = &write.change;
    let done = db
        .prepare_cached(
            "INSERT INTO law_changes (id, law, article, made_ms, doc) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            blob16(change.id.0),
            bare(change.law.as_str()),
            change.article.as_str().trim(),
            change.made.at.as_millisecond(),
            json("law change", change)?,
        ])?;
    if done != 1 {
        return Err(StoreError::Exists);
    }
    let replay = write.replay.as_ref();
    replay.map_or(Ok(()), |replay| put_replay(db, replay))
}

/// Entries that stand on an article which changed after they were written, the newest change first.
pub(super) fn flagged(
    db: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Flag>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT k.doc, k.version, k.revision, k.retired, c.doc, c.made_ms, k.code FROM law_changes c
         JOIN knowledge_basis b ON b.law = c.law AND c.article IN ('', b.article)
         JOIN knowledge k ON k.code = b.code AND k.retired = 0
         JOIN knowledge_versions v ON v.code = k.code AND v.version = k.version AND v.at_ms < c.made_ms
         WHERE c.made_ms >= ?1 AND c.law <> ''
         ORDER BY c.made_ms DESC, k.code LIMIT ?2",
    )?;
    let mut rows = statement.query(params![since.as_millisecond(), limit])?;
    let mut flags = Vec::new();
    while let Some(row) = rows.next()? {
        let change: LawChange = parse("law change", &row.get::<_, String>(4)?)?;
        flags.push(Flag {
            entry: read_entry(row)?,
            change,
        });
    }
    Ok(flags)
}

/// What a span of time comes to.
pub(super) fn figures(
    db: &Connection,
    (from, until): (Timestamp, Timestamp),
) -> Result<Figures, StoreError> {
    let span = params![from.as_millisecond(), until.as_millisecond()];
    let [changes, entries, added, retired] = db
        .prepare_cached(
            "SELECT count(*), count(DISTINCT code), coalesce(sum(version = 1), 0), coalesce(sum(retired), 0)
             FROM knowledge_versions WHERE at_ms >= ?1 AND at_ms < ?2",
        )?
        .query_row(span, |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
    let [accepted, direct] = db
        .prepare_cached(
            "SELECT count(*), coalesce(sum(stage = 'closed_directly'), 0) FROM tickets
             WHERE opened_ms >= ?1 AND opened_ms < ?2 AND stage NOT IN ('draft', 'invalid')",
        )?
        .query_row(span, |row| Ok([row.get(0)?, row.get(1)?]))?;
    Ok(Figures {
        changes: counter(changes)?,
        entries: counter(entries)?,
        added: counter(added)?,
        retired: counter(retired)?,
        accepted: counter(accepted)?,
        direct: counter(direct)?,
    })
}
