//! The outbox with its sequence numbers and the global chain, and the answers to idempotency keys.

use super::{blob32, counter, moment, version};
use crate::crypto::{WrappedKey, chain};
use crate::domain::id::Account;
use crate::server::store::{OutboxRecord, ReplayRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// True when rows wait for a sequence number.
pub(super) fn is_waiting(db: &Connection) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE seq IS NULL)")?
        .query_row([], |row| row.get(0))?)
}

/// Gives the next rows their sequence numbers and extends the chain over them.
pub(super) fn sequence(db: &Connection, limit: u32) -> Result<Vec<OutboxRecord>, StoreError> {
    let (newest, mut head): (i64, [u8; 32]) = db
        .prepare_cached("SELECT newest, head FROM sequence")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut seq = counter(newest)?;
    let waiting = db
        .prepare_cached(
            "SELECT id, notice, link FROM outbox WHERE seq IS NULL ORDER BY id LIMIT ?1",
        )?
        .query_map([limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(i64, String, Option<[u8; 32]>)>>>()?;
    let mut rows = Vec::with_capacity(waiting.len());
    for (id, notice, link) in waiting {
        seq += 1;
        db.prepare_cached("UPDATE outbox SET seq = ?2 WHERE id = ?1")?
            .execute(params![id, version(seq)])?;
        if let Some(link) = link {
            head = chain::link(&head, &link);
            db.prepare_cached("INSERT INTO chain (seq, link, head) VALUES (?1, ?2, ?3)")?
                .execute(params![version(seq), link.as_slice(), head.as_slice()])?;
        }
        rows.push(OutboxRecord { seq, notice });
    }
    if !rows.is_empty() {
        db.prepare_cached("UPDATE sequence SET newest = ?1, head = ?2")?
            .execute(params![version(seq), head.as_slice()])?;
    }
    Ok(rows)
}

/// Rows after a sequence number.
pub(super) fn after(
    db: &Connection,
    seq: u64,
    limit: u32,
) -> Result<Vec<OutboxRecord>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT seq, notice FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![version(seq), limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(OutboxRecord {
            seq: counter(row.get(0)?)?,
            notice: row.get(1)?,
        });
    }
    Ok(found)
}

/// The oldest kept sequence number and the newest given one.
pub(super) fn span(db: &Connection) -> Result<(u64, u64), StoreError> {
    let (oldest, newest): (Option<i64>, i64) = db
        .prepare_cached("SELECT (SELECT min(seq) FROM outbox), newest FROM sequence")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((counter(oldest.unwrap_or(newest + 1))?, counter(newest)?))
}

/// Forgets old rows from the first on, so that what is kept has no gap though the clock was set back once. Rows that
/// nobody was told of yet stay.
pub(super) fn forget(db: &Connection, before: Timestamp, keep: u64) -> Result<u64, StoreError> {
    let gone = db
        .prepare_cached(
            "DELETE FROM outbox WHERE seq IS NOT NULL
             AND (seq < (SELECT coalesce(min(seq), (SELECT newest + 1 FROM sequence)) FROM outbox
                         WHERE seq IS NOT NULL AND at_ms >= ?1)
                  OR seq <= (SELECT newest FROM sequence) - ?2)",
        )?
        .execute(params![before.as_millisecond(), version(keep)])?;
    Ok(gone as u64)
}

/// The answer to an idempotency key.
pub(super) fn replay(
    db: &Connection,
    account: &Account,
    key: &str,
) -> Result<Option<ReplayRecord>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body, at_ms, wrapped, sealed FROM replays WHERE account = ?1 AND key = ?2",
    )?;
    let mut rows = statement.query(params![account.as_str(), key])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(ReplayRecord {
        account: account.clone(),
        key: key.to_owned(),
        body: blob32(row, 0)?,
        at: moment(row.get(1)?)?,
        wrapped: WrappedKey(row.get(2)?),
        sealed: row.get(3)?,
    }))
}

/// Forgets old answers.
pub(super) fn forget_replays(db: &Connection, before: Timestamp) -> Result<u64, StoreError> {
    Ok(db
        .prepare_cached("DELETE FROM replays WHERE at_ms < ?1")?
        .execute([before.as_millisecond()])
        .optional()?
        .unwrap_or(0) as u64)
}
