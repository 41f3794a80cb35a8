//! The wrapped keys of all records, for a change of the master key.

use crate::crypto::WrappedKey;
use crate::server::store::{KeyTable, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

/// Table, what names a row, and the column of the key.
const fn names(table: KeyTable) -> (&'static str, &'static str, &'static str) {
    match table {
        KeyTable::Tickets => ("tickets", "id", "key"),
        KeyTable::Callbacks => ("callbacks", "id", "key"),
        KeyTable::Calls => ("calls", "id", "key"),
        KeyTable::Consults => ("consults", "id", "key"),
        KeyTable::Replays => ("replays", "rowid", "wrapped"),
    }
}

/// A row's name as bytes, which sort as the rows do.
fn place(value: Value) -> Result<Vec<u8>, StoreError> {
    match value {
        Value::Blob(id) => Ok(id),
        Value::Integer(row) => Ok(row.to_be_bytes().to_vec()),
        _ => Err(StoreError::Fault("a row has no name".to_owned())),
    }
}

fn row_of(table: KeyTable, place: &[u8]) -> Value {
    match (table, <[u8; 8]>::try_from(place)) {
        (KeyTable::Replays, Ok(row)) => Value::Integer(i64::from_be_bytes(row)),
        (KeyTable::Replays, Err(_)) => Value::Integer(i64::MIN),
        _ => Value::Blob(place.to_vec()),
    }
}

/// A table's wrapped keys after a place, in order.
pub(super) fn list(
    db: &Connection,
    table: KeyTable,
    after: &[u8],
    limit: u32,
) -> Result<Vec<(Vec<u8>, WrappedKey)>, StoreError> {
    let (name, row, key) = names(table);
    let mut statement = db.prepare_cached(&format!(
        "SELECT {row}, {key} FROM {name} WHERE {row} > ?1 ORDER BY {row} LIMIT ?2"
    ))?;
    let mut rows = statement.query(params![row_of(table, after), limit])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push((place(row.get(0)?)?, WrappedKey(row.get(1)?)));
    }
    Ok(keys)
}

/// Puts keys in the place of those they were; one that is another meanwhile stays.
pub(super) fn put(
    db: &Connection,
    table: KeyTable,
    keys: &[(Vec<u8>, WrappedKey, WrappedKey)],
) -> Result<(), StoreError> {
    let (name, row, key) = names(table);
    let mut statement = db.prepare_cached(&format!(
        "UPDATE {name} SET {key} = ?3 WHERE {row} = ?1 AND {key} = ?2"
    ))?;
    for (place, from, to) in keys {
        statement.execute(params![row_of(table, place), from.0, to.0])?;
    }
    Ok(())
}
