//! Knowledge and the dispatch directory in SQL: what the seats pull by revision or version.

use super::db::Db;
use super::drafts::put_version;
use super::{Alone, alone, counter, json, parse, version};
use crate::domain::directory::Directory;
use crate::domain::id::Account;
use crate::domain::knowledge::{Entry, PublishedEntry};
use crate::protocol::knowledge::Imported;
use crate::server::store::{OutboxNew, StoreError, Tell};
use jiff::Timestamp;
use tokio_postgres::Row;

/// The name of this knowledge base.
pub(super) async fn base(db: &Db) -> Result<String, StoreError> {
    let sql = "SELECT value FROM meta WHERE name = 'knowledge_base'";
    Ok(db.one(sql, &[]).await?.get(0))
}

/// The newest revision.
pub(super) async fn revision(db: &Db) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(revision), 0) FROM knowledge";
    counter(db.one(sql, &[]).await?.get(0))
}

/// An entry out of document, version, revision and whether it is retired.
pub(super) fn read(row: &Row) -> Result<PublishedEntry, StoreError> {
    Ok(PublishedEntry {
        entry: parse("knowledge entry", row.get(0))?,
        version: counter(row.get(1))?,
        revision: counter(row.get(2))?,
        retired: row.get(3),
    })
}

/// Entries that changed after a revision.
pub(super) async fn since(
    db: &Db,
    since: u64,
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let sql = "SELECT doc, version, revision, retired FROM knowledge WHERE revision > $1 ORDER BY revision LIMIT $2";
    let rows = db.all(sql, &[&version(since), &i64::from(limit)]).await?;
    rows.iter().map(read).collect()
}

/// Brings a batch in.
pub(super) async fn import(
    db: &Db,
    (entries, by, at, tell): &(Vec<Entry>, Account, Timestamp, Tell),
) -> Result<Imported, StoreError> {
    alone(db, Alone::Knowledge).await?;
    let mut done = Imported {
        revision: revision(db).await?,
        ..Imported::default()
    };
    for entry in entries {
        let doc = json("knowledge entry", entry)?;
        let code = entry.code.as_str();
        let sql = "SELECT version, retired, doc FROM knowledge WHERE code = $1";
        let found = db.maybe(sql, &[&code]).await?;
        let next = match found {
            Some(row) if !row.get::<_, bool>(1) && row.get::<_, &str>(2) == doc => {
                done.unchanged += 1;
                continue;
            }
            Some(row) => {
                done.changed += 1;
                row.get::<_, i64>(0) + 1
            }
            None => {
                done.added += 1;
                1
            }
        };
        done.revision += 1;
        let next = PublishedEntry {
            entry: entry.clone(),
            version: counter(next)?,
            revision: done.revision,
            retired: false,
        };
        put_version(db, &next, (by, *at), (None, "")).await?;
    }
    if done.added + done.changed > 0 {
        put_notice(db, *at, tell(done.revision));
    }
    Ok(done)
}

/// Tells the newest revision once more: something came after it.
pub(super) async fn tell(db: &Db, (at, tell): &(Timestamp, Tell)) -> Result<(), StoreError> {
    put_notice(db, *at, tell(revision(db).await?));
    Ok(())
}

pub(super) fn put_notice(db: &Db, at: Timestamp, notice: String) {
    db.tell(&[OutboxNew {
        at,
        notice,
        link: None,
    }]);
}

/// The directory in force.
pub(super) async fn directory(db: &Db) -> Result<Directory, StoreError> {
    let sql = "SELECT doc FROM directories ORDER BY version DESC LIMIT 1";
    match db.maybe(sql, &[]).await? {
        Some(row) => parse("directory", row.get(0)),
        None => Ok(Directory::default()),
    }
}

/// Puts a directory in force.
pub(super) async fn put_directory(
    db: &Db,
    (next, by, at, tell): &(Directory, Account, Timestamp, Tell),
) -> Result<(u64, bool), StoreError> {
    alone(db, Alone::Directory).await?;
    let there = directory(db).await?;
    let mut next = next.clone();
    next.version = there.version;
    if next == there {
        return Ok((there.version, false));
    }
    next.version += 1;
    db.run(
        "INSERT INTO directories (version, doc, by_account, at_ms) VALUES ($1, $2, $3, $4)",
        &[
            &version(next.version),
            &json("directory", &next)?,
            &by.as_str(),
            &at.as_millisecond(),
        ],
    )
    .await?;
    put_notice(db, *at, tell(next.version));
    Ok((next.version, true))
}
