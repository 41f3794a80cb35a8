//! Outages in SQL: every version is kept, the newest of each counts.

use super::knowledge::{json, parse, put_notice};
use super::{blob16, counter, version};
use crate::domain::id::Account;
use crate::domain::outage::Outage;
use crate::server::store::{StoreError, Tell};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Keeps what is new or changed.
pub(super) fn put(
    db: &Connection,
    outages: &[Outage],
    by: &Account,
    at: Timestamp,
    tell: Tell,
) -> Result<(u64, u64), StoreError> {
    let newest: i64 = db
        .prepare_cached("SELECT coalesce(max(version), 0) FROM outages")?
        .query_row([], |row| row.get(0))?;
    let before = counter(newest)?;
    let mut newest = before;
    for outage in outages {
        let id = blob16(outage.id.0);
        let doc = json("outage", outage)?;
        let there: Option<String> = db
            .prepare_cached("SELECT doc FROM outages WHERE id = ?1 ORDER BY version DESC LIMIT 1")?
            .query_row([&id], |row| row.get(0))
            .optional()?;
        if there.as_deref() == Some(doc.as_str()) {
            continue;
        }
        newest += 1;
        db.prepare_cached(
            "INSERT INTO outages (version, id, told_until_ms, from_ms, withdrawn, doc, by_account, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            version(newest),
            id,
            outage.told_until().as_millisecond(),
            outage.from.as_millisecond(),
            outage.withdrawn,
            doc,
            by.as_str(),
            at.as_millisecond()
        ])?;
    }
    if newest > before {
        put_notice(db, at, tell(newest))?;
    }
    Ok((newest - before, newest))
}

/// Those that callers are told of from a moment on.
pub(super) fn since(
    db: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Outage>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT doc FROM outages AS it WHERE told_until_ms >= ?1 AND withdrawn = 0
         AND version = (SELECT max(version) FROM outages WHERE id = it.id)
         ORDER BY from_ms, id LIMIT ?2",
    )?;
    let docs = statement.query_map(params![since.as_millisecond(), limit], |row| {
        row.get::<_, String>(0)
    })?;
    docs.map(|doc| parse("outage", &doc?)).collect()
}
