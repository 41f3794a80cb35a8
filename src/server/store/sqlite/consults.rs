//! Consults in SQL.

use super::{blob16, counter, moment, put_replay, version};
use crate::crypto::WrappedKey;
use crate::domain::id::{Account, ConsultId, UnitCode};
use crate::server::store::{ConsultQuery, ConsultRecord, ConsultWrite, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

const COLUMNS: &str = "id, version, department, asker, open, asked_ms, changed_ms, key, doc";

/// A consult, new or changed, with what belongs to it.
pub(super) fn write(db: &Connection, write: ConsultWrite) -> Result<(), StoreError> {
    let ConsultWrite {
        consult,
        expected,
        outbox,
        replay,
    } = write;
    if expected == 0 {
        insert(db, &consult)?;
    } else {
        update(db, &consult, expected)?;
    }
    super::outbox::put(db, &outbox)?;
    replay.map_or(Ok(()), |replay| put_replay(db, &replay))
}

fn insert(db: &Connection, consult: &ConsultRecord) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "INSERT INTO consults (id, version, department, asker, open, asked_ms, changed_ms, key, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            blob16(consult.id.0),
            version(consult.version),
            consult.department.as_str(),
            consult.asker.as_str(),
            consult.open,
            consult.asked.as_millisecond(),
            consult.changed.as_millisecond(),
            consult.key.0,
            consult.doc,
        ])?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::Exists)
    }
}

fn update(db: &Connection, consult: &ConsultRecord, expected: u64) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "UPDATE consults SET version = ?3, open = ?4, changed_ms = ?5, key = ?6, doc = ?7
             WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            blob16(consult.id.0),
            version(expected),
            version(consult.version),
            consult.open,
            consult.changed.as_millisecond(),
            consult.key.0,
            consult.doc,
        ])?;
    if done == 1 {
        return Ok(());
    }
    let current = get(db, consult.id)?.ok_or(StoreError::Missing)?.version;
    Err(StoreError::Stale { current, expected })
}

/// A consult.
pub(super) fn get(db: &Connection, id: ConsultId) -> Result<Option<ConsultRecord>, StoreError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM consults WHERE id = ?1"))?
        .query_row([blob16(id.0)], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Those that concern somebody, in the order they were asked.
pub(super) fn list(
    db: &Connection,
    query: &ConsultQuery,
) -> Result<Vec<ConsultRecord>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM consults
         WHERE (open = 1 OR changed_ms >= ?1) AND (?2 IS NULL OR asker = ?2 OR department = ?3)
         ORDER BY open DESC, asked_ms, id LIMIT ?4"
    ))?;
    let mut rows = statement.query(params![
        query.since.as_millisecond(),
        query.asker.as_ref().map(Account::as_str),
        query.department.as_ref().map(UnitCode::as_str),
        i64::from(query.limit),
    ])?;
    let mut consults = Vec::new();
    while let Some(row) = rows.next()? {
        consults.push(read(row)?);
    }
    Ok(consults)
}

fn read(row: &Row<'_>) -> Result<ConsultRecord, StoreError> {
    let fault = |_| StoreError::Fault("who asked whom cannot be read".to_owned());
    Ok(ConsultRecord {
        id: ConsultId(Uuid::from_bytes(row.get(0)?)),
        version: counter(row.get(1)?)?,
        department: UnitCode::parse(&row.get::<_, String>(2)?).map_err(fault)?,
        asker: Account::parse(&row.get::<_, String>(3)?).map_err(fault)?,
        open: row.get(4)?,
        asked: moment(row.get(5)?)?,
        changed: moment(row.get(6)?)?,
        key: WrappedKey(row.get(7)?),
        doc: row.get(8)?,
    })
}
