//! Outages in SQL: every version is kept, the newest of each counts.

use super::db::Db;
use super::knowledge::put_notice;
use super::{Alone, alone, counter, json, parse, version};
use crate::domain::id::Account;
use crate::domain::outage::Outage;
use crate::server::store::{StoreError, Tell};
use jiff::Timestamp;

/// Keeps what is new or changed.
pub(super) async fn put(
    db: &Db,
    (outages, by, at, tell): &(Vec<Outage>, Account, Timestamp, Tell),
) -> Result<(u64, u64), StoreError> {
    alone(db, Alone::Outages).await?;
    let sql = "SELECT coalesce(max(version), 0) FROM outages";
    let before = counter(db.one(sql, &[]).await?.get(0))?;
    let mut newest = before;
    for outage in outages {
        let doc = json("outage", outage)?;
        let sql = "SELECT doc FROM outages WHERE id = $1 ORDER BY version DESC LIMIT 1";
        let there = db.maybe(sql, &[&outage.id.0]).await?;
        if there.is_some_and(|row| row.get::<_, &str>(0) == doc) {
            continue;
        }
        newest += 1;
        db.run(
            "INSERT INTO outages (version, id, told_until_ms, from_ms, withdrawn, doc, by_account, at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &version(newest),
                &outage.id.0,
                &outage.told_until().as_millisecond(),
                &outage.from.as_millisecond(),
                &outage.withdrawn,
                &doc,
                &by.as_str(),
                &at.as_millisecond(),
            ],
        )
        .await?;
    }
    if newest > before {
        put_notice(db, *at, tell(newest));
    }
    Ok((newest - before, newest))
}

/// Those that callers are told of from a moment on.
pub(super) async fn since(
    db: &Db,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Outage>, StoreError> {
    let sql = "SELECT doc FROM outages AS it WHERE told_until_ms >= $1 AND NOT withdrawn
         AND version = (SELECT max(version) FROM outages WHERE id = it.id)
         ORDER BY from_ms, id LIMIT $2";
    let (since, limit) = (since.as_millisecond(), i64::from(limit));
    let rows = db.all(sql, &[&since, &limit]).await?;
    rows.iter().map(|row| parse("outage", row.get(0))).collect()
}
