//! Knowledge and the dispatch directory in SQL: what the seats pull by revision or version.

use super::drafts::put_version;
use super::{counter, outbox, version};
use crate::domain::directory::Directory;
use crate::domain::id::Account;
use crate::domain::knowledge::{Entry, PublishedEntry};
use crate::protocol::knowledge::Imported;
use crate::server::store::{OutboxNew, StoreError, Tell};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn json<T: Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|_| StoreError::Fault(format!("a {what} cannot be written as JSON")))
}

pub(super) fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|_| StoreError::Fault(format!("a kept {what} cannot be read")))
}

/// The name of this knowledge base.
pub(super) fn base(db: &Connection) -> Result<String, StoreError> {
    Ok(db
        .prepare_cached("SELECT value FROM meta WHERE name = 'knowledge_base'")?
        .query_row([], |row| row.get(0))?)
}

/// The newest revision.
pub(super) fn revision(db: &Connection) -> Result<u64, StoreError> {
    counter(
        db.prepare_cached("SELECT coalesce(max(revision), 0) FROM knowledge")?
            .query_row([], |row| row.get(0))?,
    )
}

/// Entries that changed after a revision.
pub(super) fn since(
    db: &Connection,
    since: u64,
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT doc, version, revision, retired FROM knowledge WHERE revision > ?1 ORDER BY revision LIMIT ?2",
    )?;
    let mut rows = statement.query(params![version(since), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(PublishedEntry {
            entry: parse("knowledge entry", &row.get::<_, String>(0)?)?,
            version: counter(row.get(1)?)?,
            revision: counter(row.get(2)?)?,
            retired: row.get(3)?,
        });
    }
    Ok(entries)
}

/// Brings a batch in.
pub(super) fn import(
    db: &Connection,
    entries: &[Entry],
    by: &Account,
    at: Timestamp,
    tell: Tell,
) -> Result<Imported, StoreError> {
    let mut done = Imported {
        revision: revision(db)?,
        ..Imported::default()
    };
    for entry in entries {
        let doc = json("knowledge entry", entry)?;
        let found: Option<(i64, bool, String)> = db
            .prepare_cached("SELECT version, retired, doc FROM knowledge WHERE code = ?1")?
            .query_row([entry.code.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let next = match found {
            Some((_, false, there)) if there == doc => {
                done.unchanged += 1;
                continue;
            }
            Some((version, ..)) => {
                done.changed += 1;
                version + 1
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
        put_version(db, &next, (by, at), (None, ""))?;
    }
    if done.added + done.changed > 0 {
        put_notice(db, at, tell(done.revision))?;
    }
    Ok(done)
}

/// Tells the newest revision once more: something came after it.
pub(super) fn tell(db: &Connection, at: Timestamp, tell: Tell) -> Result<(), StoreError> {
    put_notice(db, at, tell(revision(db)?))
}

pub(super) fn put_notice(db: &Connection, at: Timestamp, notice: String) -> Result<(), StoreError> {
    outbox::put(
        db,
        &[OutboxNew {
            at,
            notice,
            link: None,
        }],
    )
}

/// The directory in force.
pub(super) fn directory(db: &Connection) -> Result<Directory, StoreError> {
    let doc: Option<String> = db
        .prepare_cached("SELECT doc FROM directories ORDER BY version DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    doc.map_or_else(|| Ok(Directory::default()), |doc| parse("directory", &doc))
}

/// Puts a directory in force.
pub(super) fn put_directory(
    db: &Connection,
    mut next: Directory,
    by: &Account,
    at: Timestamp,
    tell: Tell,
) -> Result<(u64, bool), StoreError> {
    let there = directory(db)?;
    next.version = there.version;
    if next == there {
        return Ok((there.version, false));
    }
    next.version += 1;
    db.prepare_cached(
        "INSERT INTO directories (version, doc, by_account, at_ms) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        version(next.version),
        json("directory", &next)?,
        by.as_str(),
        at.as_millisecond()
    ])?;
    put_notice(db, at, tell(next.version))?;
    Ok((next.version, true))
}
