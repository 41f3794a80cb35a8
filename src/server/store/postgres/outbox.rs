//! The outbox with its sequence numbers and the global chain, numbered at the end of the transaction of what they tell
//! of; how the servers on one database hear of it; and the answers to idempotency keys.

use super::address::PostgresAddress;
use super::db::{Db, fault};
use super::{bytes32, counter, moment, version};
use crate::crypto::{WrappedKey, chain};
use crate::domain::id::Account;
use crate::server::store::{OutboxNew, OutboxRecord, ReplayRecord, StoreError};
use jiff::Timestamp;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_postgres::AsyncMessage;

/// How often the newest number is asked for although nobody called: a proxy between may swallow the calls.
const POLL: Duration = Duration::from_secs(1);
/// How long a database that is away is left alone.
const RETRY: Duration = Duration::from_secs(1);

/// Passes a newer number on.
pub(super) fn heard(told: &watch::Sender<u64>, newest: u64) {
    told.send_if_modified(|known| {
        let newer = newest > *known;
        *known = newest.max(*known);
        newer
    });
}

/// The newest sequence number.
pub(super) async fn newest(db: &Db) -> Result<u64, StoreError> {
    let row = db.one("SELECT newest FROM sequence", &[]).await?;
    counter(row.get(0))
}

/// Puts rows under the next sequence numbers, extends the chain over them and calls the other servers; answers the
/// newest number when there was something. The row of `sequence` is held from here to the commit, which follows at
/// once: the next server's transaction waits for it, so the order of numbers is the order of commits.
pub(super) async fn put(db: &Db, rows: &[OutboxNew]) -> Result<Option<u64>, StoreError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let row = db
        .one("SELECT newest, head FROM sequence FOR UPDATE", &[])
        .await?;
    let (mut seq, mut head): (i64, [u8; 32]) = (row.get(0), bytes32(&row, 1)?);
    let (mut told, mut chained) = ((vec![], vec![], vec![]), (vec![], vec![], vec![]));
    for row in rows {
        seq += 1;
        told.0.push(seq);
        told.1.push(row.at.as_millisecond());
        told.2.push(row.notice.as_str());
        if let Some(link) = &row.link {
            head = chain::link(&head, link);
            chained.0.push(seq);
            chained.1.push(link.to_vec());
            chained.2.push(head.to_vec());
        }
    }
    db.run(
        "WITH told AS (INSERT INTO outbox (seq, at_ms, notice) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])),
              chained AS (INSERT INTO chain (seq, link, head) SELECT * FROM unnest($4::bigint[], $5::bytea[], $6::bytea[])),
              counted AS (UPDATE sequence SET newest = $7, head = $8)
         SELECT pg_notify('hotline', $7::bigint::text)",
        &[&told.0, &told.1, &told.2, &chained.0, &chained.1, &chained.2, &seq, &head.as_slice()],
    )
    .await?;
    Ok(Some(counter(seq)?))
}

/// Starts the task that hears of what other servers told. It ends when it is aborted.
pub(super) fn listen(address: PostgresAddress, told: Arc<watch::Sender<u64>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(error) = hear(&address, &told).await {
                tracing::warn!(%error, "the other servers are not heard; tried again");
            }
            tokio::time::sleep(RETRY).await;
        }
    })
}

/// Listens on a connection of its own until that breaks.
async fn hear(address: &PostgresAddress, told: &watch::Sender<u64>) -> Result<(), StoreError> {
    let connected = address.config.connect(address.tls()?).await;
    let (client, mut connection) = connected.map_err(|error| fault(&error))?;
    let (call, mut calls) = mpsc::unbounded_channel();
    let line = async move {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(note) = message?
                && let Ok(newest) = note.payload().parse()
            {
                // Nobody listens any more when this ends.
                let _ = call.send(newest);
            }
        }
        Ok::<_, tokio_postgres::Error>(())
    };
    let hears = async {
        client.batch_execute("LISTEN hotline").await?;
        // Asked after listening began, so nothing falls between the two.
        loop {
            let row = client.query_one("SELECT newest FROM sequence", &[]).await?;
            heard(told, u64::try_from(row.get::<_, i64>(0)).unwrap_or(0));
            while let Ok(Some(newest)) = tokio::time::timeout(POLL, calls.recv()).await {
                heard(told, newest);
            }
        }
    };
    let ended: Result<(), tokio_postgres::Error> = tokio::select! {
        ended = line => ended,
        ended = hears => ended,
    };
    ended.map_err(|error| fault(&error))
}

/// Rows after a sequence number.
pub(super) async fn after(db: &Db, seq: u64, limit: u32) -> Result<Vec<OutboxRecord>, StoreError> {
    let sql = "SELECT seq, notice FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2";
    let rows = db.all(sql, &[&version(seq), &i64::from(limit)]).await?;
    let read = |row: &tokio_postgres::Row| {
        Ok(OutboxRecord {
            seq: counter(row.get(0))?,
            notice: row.get(1),
        })
    };
    rows.iter().map(read).collect()
}

/// The oldest kept sequence number and the newest given one.
pub(super) async fn span(db: &Db) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT (SELECT min(seq) FROM outbox), newest FROM sequence";
    let row = db.one(sql, &[]).await?;
    let (oldest, newest): (Option<i64>, i64) = (row.get(0), row.get(1));
    Ok((counter(oldest.unwrap_or(newest + 1))?, counter(newest)?))
}

/// Forgets old rows from the first on, so that what is kept has no gap though the clock was set back once.
pub(super) async fn forget(db: &Db, &(before, keep): &(Timestamp, u64)) -> Result<u64, StoreError> {
    db.run(
        "DELETE FROM outbox
         WHERE seq < (SELECT coalesce(min(seq), (SELECT newest + 1 FROM sequence)) FROM outbox WHERE at_ms >= $1)
            OR seq <= (SELECT newest FROM sequence) - $2",
        &[&before.as_millisecond(), &version(keep)],
    )
    .await
}

/// The answer to an idempotency key.
pub(super) async fn replay(
    db: &Db,
    account: &Account,
    key: &str,
) -> Result<Option<ReplayRecord>, StoreError> {
    let sql = "SELECT body, at_ms, wrapped, sealed FROM replays WHERE account = $1 AND key = $2";
    let Some(row) = db.maybe(sql, &[&account.as_str(), &key]).await? else {
        return Ok(None);
    };
    Ok(Some(ReplayRecord {
        account: account.clone(),
        key: key.to_owned(),
        body: bytes32(&row, 0)?,
        at: moment(row.get(1))?,
        wrapped: WrappedKey(row.get(2)),
        sealed: row.get(3),
    }))
}

/// Keeps the answer to an idempotency key.
pub(super) async fn put_replay(db: &Db, replay: &ReplayRecord) -> Result<(), StoreError> {
    let done = db
        .run(
            "INSERT INTO replays (account, key, body, at_ms, wrapped, sealed) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
            &[
                &replay.account.as_str(),
                &replay.key,
                &replay.body.as_slice(),
                &replay.at.as_millisecond(),
                &replay.wrapped.0,
                &replay.sealed,
            ],
        )
        .await?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::KeyUsed)
    }
}

/// Forgets old answers.
pub(super) async fn forget_replays(db: &Db, before: &Timestamp) -> Result<u64, StoreError> {
    db.run(
        "DELETE FROM replays WHERE at_ms < $1",
        &[&before.as_millisecond()],
    )
    .await
}
