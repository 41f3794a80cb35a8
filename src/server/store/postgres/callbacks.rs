//! Call-backs in SQL.

use super::asked::Asked;
use super::db::Db;
use super::{bytes16, counter, moment, outbox, version};
use crate::crypto::WrappedKey;
use crate::domain::id::{Account, CallbackId, TicketId};
use crate::server::store::{CallbackQuery, CallbackRecord, CallbackWrite, StoreError};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

const COLUMNS: &str =
    "id, version, ticket, owner, abandoned, due_ms, finished_ms, number, key, doc";

/// A call-back, new or changed, with what belongs to it.
pub(super) async fn write(db: &Db, write: &CallbackWrite) -> Result<(), StoreError> {
    let (callback, expected) = (&write.callback, write.expected);
    let new = expected == 0;
    let sql = if new {
        "INSERT INTO callbacks (id, version, ticket, owner, abandoned, due_ms, finished_ms, number, key, doc)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
    } else {
        "UPDATE callbacks SET version = $2, ticket = $3, owner = $4, abandoned = $5, due_ms = $6, finished_ms = $7,
             number = $8, key = $9, doc = $10
         WHERE id = $1 AND version = $11"
    };
    let owner = callback.owner.as_ref().map(Account::as_str);
    let number = callback.number.as_ref().map(<[u8; 16]>::as_slice);
    let given: &[&(dyn ToSql + Sync)] = &[
        &callback.id.0,
        &version(callback.version),
        &callback.ticket.map(|ticket| ticket.0),
        &owner,
        &callback.abandoned,
        &callback.due.as_millisecond(),
        &callback.finished.map(Timestamp::as_millisecond),
        &number,
        &callback.key.0,
        &callback.doc,
        &version(expected),
    ];
    // A new one has no version that it rests on.
    let given = if new { &given[..10] } else { given };
    let done = db.run(sql, given).await?;
    if done != 1 && new {
        return Err(StoreError::Exists);
    }
    if done != 1 {
        let current = get(db, callback.id).await?.ok_or(StoreError::Missing)?;
        return Err(StoreError::Stale {
            current: current.version,
            expected,
        });
    }
    db.tell(&write.outbox);
    match &write.replay {
        Some(replay) => outbox::put_replay(db, replay).await,
        None => Ok(()),
    }
}

/// A call-back.
pub(super) async fn get(db: &Db, id: CallbackId) -> Result<Option<CallbackRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM callbacks WHERE id = $1");
    let row = db.maybe(&sql, &[&id.0]).await?;
    row.as_ref().map(read).transpose()
}

/// Call-backs, the one due first first.
pub(super) async fn list(
    db: &Db,
    query: &CallbackQuery,
) -> Result<Vec<CallbackRecord>, StoreError> {
    let mut asked = Asked::default();
    match query.finished_since {
        None => asked.that("finished_ms IS NULL".to_owned()),
        Some(since) => {
            let since = asked.number(since.as_millisecond());
            asked.that(format!("finished_ms >= {since}"));
        }
    }
    if let Some(owner) = &query.owner {
        let owner = asked.text(owner.as_str());
        asked.that(if query.team {
            format!("(owner = {owner} OR owner IS NULL)")
        } else {
            format!("owner = {owner}")
        });
    }
    if query.abandoned {
        asked.that("abandoned".to_owned());
    }
    if let Some(before) = query.due_before {
        let before = asked.number(before.as_millisecond());
        asked.that(format!("due_ms < {before}"));
    }
    if let Some(number) = query.number {
        let number = asked.bytes(&number);
        asked.that(format!("number = {number}"));
    }
    if let Some(after) = query.after {
        let place = asked.place(after);
        asked.that(format!("(due_ms, id) > {place}"));
    }
    let (conditions, limit) = (asked.conditions(), asked.number(i64::from(query.limit)));
    let sql = format!(
        "SELECT {COLUMNS} FROM callbacks WHERE {conditions} ORDER BY due_ms, id LIMIT {limit}"
    );
    asked.ask(db, &sql).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<CallbackRecord, StoreError> {
    let (owner, number): (Option<&str>, Option<&[u8]>) = (row.get(3), row.get(7));
    Ok(CallbackRecord {
        id: CallbackId(row.get(0)),
        version: counter(row.get(1))?,
        ticket: row.get::<_, Option<_>>(2).map(TicketId),
        owner: owner
            .map(Account::parse)
            .transpose()
            .map_err(|_| StoreError::Fault("a call-back's owner cannot be read".to_owned()))?,
        abandoned: row.get(4),
        due: moment(row.get(5))?,
        finished: row.get::<_, Option<i64>>(6).map(moment).transpose()?,
        number: number.map(bytes16).transpose()?,
        key: WrappedKey(row.get(8)),
        doc: row.get(9),
    })
}
