//! The vectors of entries in SQL: which are missing, and those that came after a seat's last one.

use super::knowledge::parse;
use super::{counter, version};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::server::store::{StoreError, VectorRecord};
use rusqlite::{Connection, params};

/// Entries over a revision without a vector of this model and their own revision.
pub(super) fn missing(
    db: &Connection,
    model: &str,
    over: u64,
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT k.doc, k.version, k.revision FROM knowledge k
         LEFT JOIN knowledge_vectors v ON v.code = k.code AND v.revision = k.revision AND v.model = ?1
         WHERE k.revision > ?2 AND k.retired = 0 AND v.code IS NULL ORDER BY k.revision LIMIT ?3",
    )?;
    let mut rows = statement.query(params![model, version(over), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(PublishedEntry {
            entry: parse("knowledge entry", &row.get::<_, String>(0)?)?,
            version: counter(row.get(1)?)?,
            revision: counter(row.get(2)?)?,
            retired: false,
        });
    }
    Ok(entries)
}

/// Keeps vectors, each with the next number. Their own numbers are not looked at.
pub(super) fn put(
    db: &Connection,
    model: &str,
    vectors: &[VectorRecord],
) -> Result<(), StoreError> {
    let mut seq = newest(db)?;
    for kept in vectors {
        seq += 1;
        db.prepare_cached(
            "INSERT INTO knowledge_vectors (code, seq, revision, model, vector) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (code) DO UPDATE SET seq = ?2, revision = ?3, model = ?4, vector = ?5",
        )?
        .execute(params![
            kept.code.as_str(),
            version(seq),
            version(kept.revision),
            model,
            kept.vector
        ])?;
    }
    Ok(())
}

/// The newest number; 0 for none.
pub(super) fn newest(db: &Connection) -> Result<u64, StoreError> {
    counter(
        db.prepare_cached("SELECT coalesce(max(seq), 0) FROM knowledge_vectors")?
            .query_row([], |row| row.get(0))?,
    )
}

/// Vectors of a model that came after a number, in the order of their numbers; none of entries that are retired.
pub(super) fn since(
    db: &Connection,
    model: &str,
    since: u64,
    limit: u32,
) -> Result<Vec<VectorRecord>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT v.code, v.seq, v.revision, v.vector FROM knowledge_vectors v
         JOIN knowledge k ON k.code = v.code AND k.retired = 0
         WHERE v.seq > ?1 AND v.model = ?2 ORDER BY v.seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![version(since), model, limit])?;
    let mut vectors = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get(0)?;
        vectors.push(VectorRecord {
            code: EntryCode::parse(&code)
                .map_err(|_| StoreError::Fault("a kept vector's code cannot be read".to_owned()))?,
            seq: counter(row.get(1)?)?,
            revision: counter(row.get(2)?)?,
            vector: row.get(3)?,
        });
    }
    Ok(vectors)
}
