//! The outbox with its sequence numbers and the global chain, both in the transaction of what they tell of, and the
//! answers to idempotency keys.

use super::{blob32, counter, moment, version};
use crate::crypto::{WrappedKey, chain};
use crate::domain::id::Account;
use crate::server::store::{OutboxNew, OutboxRecord, ReplayRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// The newest sequence number.
pub(super) fn newest(db: &Connection) -> Result<u64, StoreError> {
    let newest = db
        .prepare_cached("SELECT newest FROM sequence")?
        .query_row([], |row| row.get(0))?;
    counter(newest)
}

/// Puts rows under the next sequence numbers and extends the chain over them. There is one writer, so the order of
/// its transactions is the order of all.
pub(super) fn put(db: &Connection, rows: &[OutboxNew]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let (mut seq, mut head): (i64, [u8; 32]) = db
        .prepare_cached("SELECT newest, head FROM sequence")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut tell =
        db.prepare_cached("INSERT INTO outbox (seq, at_ms, notice) VALUES (?1, ?2, ?3)")?;
    let mut extend =
        db.prepare_cached("INSERT INTO chain (seq, link, head) VALUES (?1, ?2, ?3)")?;
    for row in rows {
        seq += 1;
        tell.execute(params![seq, row.at.as_millisecond(), row.notice])?;
        if let Some(link) = &row.link {
            head = chain::link(&head, link);
            extend.execute(params![seq, link.as_slice(), head.as_slice()])?;
        }
    }
    db.prepare_cached("UPDATE sequence SET newest = ?1, head = ?2")?
        .execute(params![seq, head.as_slice()])?;
    Ok(())
}

/// Numbers what a program of version 1 committed and did not number any more, as it would have; for the migration.
pub(super) fn number_the_rest(db: &Connection) -> rusqlite::Result<()> {
    let (mut seq, mut head): (i64, [u8; 32]) =
        db.query_row("SELECT newest, head FROM sequence", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let waiting = db
        .prepare("SELECT id, link FROM outbox WHERE seq IS NULL ORDER BY id")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, Option<[u8; 32]>)>>>()?;
    for (id, link) in waiting {
        seq += 1;
        db.execute("UPDATE outbox SET seq = ?2 WHERE id = ?1", params![id, seq])?;
        if let Some(link) = link {
            head = chain::link(&head, &link);
            db.execute(
                "INSERT INTO chain (seq, link, head) VALUES (?1, ?2, ?3)",
                params![seq, link.as_slice(), head.as_slice()],
            )?;
        }
    }
    db.execute(
        "UPDATE sequence SET newest = ?1, head = ?2",
        params![seq, head.as_slice()],
    )?;
    Ok(())
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

/// Forgets old rows from the first on, so that what is kept has no gap though the clock was set back once.
pub(super) fn forget(db: &Connection, before: Timestamp, keep: u64) -> Result<u64, StoreError> {
    let gone = db
        .prepare_cached(
            "DELETE FROM outbox
             WHERE seq < (SELECT coalesce(min(seq), (SELECT newest + 1 FROM sequence)) FROM outbox WHERE at_ms >= ?1)
                OR seq <= (SELECT newest FROM sequence) - ?2",
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
