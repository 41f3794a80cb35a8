//! Call-backs in SQL.

use super::{blob16, counter, moment, place_conditions, put_replay, version};
use crate::crypto::WrappedKey;
use crate::domain::id::{Account, CallbackId, TicketId};
use crate::server::store::{CallbackQuery, CallbackRecord, CallbackWrite, StoreError};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use uuid::Uuid;

const COLUMNS: &str =
    "id, version, ticket, owner, abandoned, due_ms, finished_ms, number, key, doc";

/// A call-back, new or changed, with what belongs to it.
pub(super) fn write(db: &Connection, write: CallbackWrite) -> Result<(), StoreError> {
    let CallbackWrite {
        callback,
        expected,
        outbox,
        replay,
    } = write;
    if expected == 0 {
        insert(db, &callback)?;
    } else {
        update(db, &callback, expected)?;
    }
    super::outbox::put(db, &outbox)?;
    replay.map_or(Ok(()), |replay| put_replay(db, &replay))
}

fn insert(db: &Connection, callback: &CallbackRecord) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "INSERT INTO callbacks (id, version, ticket, owner, abandoned, due_ms, finished_ms, number, key, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            blob16(callback.id.0),
            version(callback.version),
            callback.ticket.map(|ticket| blob16(ticket.0)),
            callback.owner.as_ref().map(Account::as_str),
            callback.abandoned,
            callback.due.as_millisecond(),
            callback.finished.map(Timestamp::as_millisecond),
            callback.number.as_ref().map(<[u8; 16]>::as_slice),
            callback.key.0,
            callback.doc,
        ])?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::Exists)
    }
}

fn update(db: &Connection, callback: &CallbackRecord, expected: u64) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "UPDATE callbacks SET version = ?3, owner = ?4, due_ms = ?5, finished_ms = ?6, doc = ?7, key = ?8, number = ?9
             WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            blob16(callback.id.0),
            version(expected),
            version(callback.version),
            callback.owner.as_ref().map(Account::as_str),
            callback.due.as_millisecond(),
            callback.finished.map(Timestamp::as_millisecond),
            callback.doc,
            callback.key.0,
            callback.number.as_ref().map(<[u8; 16]>::as_slice),
        ])?;
    if done == 1 {
        return Ok(());
    }
    let current = get(db, callback.id)?.ok_or(StoreError::Missing)?.version;
    Err(StoreError::Stale { current, expected })
}

/// A call-back.
pub(super) fn get(db: &Connection, id: CallbackId) -> Result<Option<CallbackRecord>, StoreError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM callbacks WHERE id = ?1"))?
        .query_row([blob16(id.0)], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Call-backs, the one due first first.
pub(super) fn list(
    db: &Connection,
    query: &CallbackQuery,
) -> Result<Vec<CallbackRecord>, StoreError> {
    let mut all = Vec::new();
    let mut values = Vec::new();
    match query.finished_since {
        None => all.push("finished_ms IS NULL".to_owned()),
        Some(since) => {
            all.push("finished_ms >= ?".to_owned());
            values.push(Value::Integer(since.as_millisecond()));
        }
    }
    if let Some(owner) = &query.owner {
        all.push(if query.team {
            "(owner = ? OR owner IS NULL)".to_owned()
        } else {
            "owner = ?".to_owned()
        });
        values.push(Value::Text(owner.as_str().to_owned()));
    }
    if query.abandoned {
        all.push("abandoned = 1".to_owned());
    }
    if let Some(before) = query.due_before {
        all.push("due_ms < ?".to_owned());
        values.push(Value::Integer(before.as_millisecond()));
    }
    if let Some(number) = query.number {
        all.push("number = ?".to_owned());
        values.push(Value::Blob(number.to_vec()));
    }
    place_conditions(query.after, "(due_ms, id) > (?, ?)", &mut all, &mut values);
    values.push(Value::Integer(i64::from(query.limit)));
    let sql = format!(
        "SELECT {COLUMNS} FROM callbacks WHERE {} ORDER BY due_ms, id LIMIT ?",
        all.join(" AND ")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut callbacks = Vec::new();
    while let Some(row) = rows.next()? {
        callbacks.push(read(row)?);
    }
    Ok(callbacks)
}

fn read(row: &Row<'_>) -> Result<CallbackRecord, StoreError> {
    let owner: Option<String> = row.get(3)?;
    Ok(CallbackRecord {
        id: CallbackId(Uuid::from_bytes(row.get(0)?)),
        version: counter(row.get(1)?)?,
        ticket: row
            .get::<_, Option<[u8; 16]>>(2)?
            .map(|id| TicketId(Uuid::from_bytes(id))),
        owner: owner
            .map(|owner| Account::parse(&owner))
            .transpose()
            .map_err(|_| StoreError::Fault("a call-back's owner cannot be read".to_owned()))?,
        abandoned: row.get(4)?,
        due: moment(row.get(5)?)?,
        finished: row.get::<_, Option<i64>>(6)?.map(moment).transpose()?,
        number: row.get(7)?,
        key: WrappedKey(row.get(8)?),
        doc: row.get(9)?,
    })
}
