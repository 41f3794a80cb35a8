//! The wrapped keys of all records, for a change of the master key.

use super::db::Db;
use crate::crypto::WrappedKey;
use crate::server::store::{KeyTable, StoreError};
use uuid::Uuid;

/// Tells the two parts of an answer's name apart: neither holds it.
const APART: char = '\u{1f}';

/// Where a key stands, what it was, and what it is to be.
type Change = (Vec<u8>, WrappedKey, WrappedKey);

const fn name(table: KeyTable) -> &'static str {
    match table {
        KeyTable::Tickets => "tickets",
        KeyTable::Callbacks => "callbacks",
        KeyTable::Calls => "calls",
        KeyTable::Consults => "consults",
        KeyTable::Replays => "replays",
    }
}

fn answer(place: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(place);
    let (account, key) = text.split_once(APART).unwrap_or(("", ""));
    (account.to_owned(), key.to_owned())
}

fn record(place: &[u8]) -> Uuid {
    Uuid::from_slice(place).unwrap_or(Uuid::nil())
}

/// A table's wrapped keys after a place, in order.
pub(super) async fn list(
    db: &Db,
    table: KeyTable,
    after: &[u8],
    limit: u32,
) -> Result<Vec<(Vec<u8>, WrappedKey)>, StoreError> {
    let limit = i64::from(limit);
    if table == KeyTable::Replays {
        let sql = "SELECT account, key, wrapped FROM replays WHERE (account, key) > ($1, $2) ORDER BY account, key LIMIT $3";
        let (account, key) = answer(after);
        let rows = db.all(sql, &[&account, &key, &limit]).await?;
        let read = |row: &tokio_postgres::Row| {
            let place = format!("{}{APART}{}", row.get::<_, &str>(0), row.get::<_, &str>(1));
            (place.into_bytes(), WrappedKey(row.get(2)))
        };
        return Ok(rows.iter().map(read).collect());
    }
    let sql = format!(
        "SELECT id, key FROM {} WHERE id > $1 ORDER BY id LIMIT $2",
        name(table)
    );
    let rows = db.all(&sql, &[&record(after), &limit]).await?;
    let read = |row: &tokio_postgres::Row| {
        let id: Uuid = row.get(0);
        (id.as_bytes().to_vec(), WrappedKey(row.get(1)))
    };
    Ok(rows.iter().map(read).collect())
}

/// Puts keys in the place of those they were; one that is another meanwhile stays.
pub(super) async fn put(
    db: &Db,
    (table, keys): &(KeyTable, Vec<Change>),
) -> Result<(), StoreError> {
    for (place, from, to) in keys {
        if *table == KeyTable::Replays {
            let sql =
                "UPDATE replays SET wrapped = $4 WHERE account = $1 AND key = $2 AND wrapped = $3";
            let (account, key) = answer(place);
            db.run(sql, &[&account, &key, &from.0, &to.0]).await?;
        } else {
            let table = name(*table);
            let sql = format!("UPDATE {table} SET key = $3 WHERE id = $1 AND key = $2");
            db.run(&sql, &[&record(place), &from.0, &to.0]).await?;
        }
    }
    Ok(())
}
