//! The vectors of entries in SQL: which are missing, and those that came after a seat's last one.

use super::db::Db;
use super::knowledge::read;
use super::{Alone, alone, counter, version};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::server::store::{StoreError, VectorRecord};
use tokio_postgres::Row;

/// Entries over a revision without a vector of this model and their own revision.
pub(super) async fn missing(
    db: &Db,
    model: &str,
    over: u64,
    limit: u32,
) -> Result<Vec<PublishedEntry>, StoreError> {
    let sql = "SELECT k.doc, k.version, k.revision, k.retired FROM knowledge k
         LEFT JOIN knowledge_vectors v ON v.code = k.code AND v.revision = k.revision AND v.model = $1
         WHERE k.revision > $2 AND NOT k.retired AND v.code IS NULL ORDER BY k.revision LIMIT $3";
    let rows = db
        .all(sql, &[&model, &version(over), &i64::from(limit)])
        .await?;
    rows.iter().map(read).collect()
}

/// Keeps vectors, each with the next number. Their own numbers are not looked at.
pub(super) async fn put(
    db: &Db,
    (model, vectors): &(&'static str, Vec<VectorRecord>),
) -> Result<(), StoreError> {
    alone(db, Alone::Vectors).await?;
    let mut seq = newest(db).await?;
    for kept in vectors {
        seq += 1;
        db.run(
            "INSERT INTO knowledge_vectors (code, seq, revision, model, vector) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (code) DO UPDATE SET seq = $2, revision = $3, model = $4, vector = $5",
            &[&kept.code.as_str(), &version(seq), &version(kept.revision), model, &kept.vector],
        )
        .await?;
    }
    Ok(())
}

/// The newest number; 0 for none.
pub(super) async fn newest(db: &Db) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(seq), 0) FROM knowledge_vectors";
    counter(db.one(sql, &[]).await?.get(0))
}

/// Vectors of a model that came after a number, in the order of their numbers; none of entries that are retired.
pub(super) async fn since(
    db: &Db,
    model: &str,
    since: u64,
    limit: u32,
) -> Result<Vec<VectorRecord>, StoreError> {
    let sql = "SELECT v.code, v.seq, v.revision, v.vector FROM knowledge_vectors v
         JOIN knowledge k ON k.code = v.code AND NOT k.retired
         WHERE v.seq > $1 AND v.model = $2 ORDER BY v.seq LIMIT $3";
    let read = |row: &Row| {
        Ok(VectorRecord {
            code: EntryCode::parse(row.get(0))
                .map_err(|_| StoreError::Fault("a kept vector's code cannot be read".to_owned()))?,
            seq: counter(row.get(1))?,
            revision: counter(row.get(2))?,
            vector: row.get(3),
        })
    };
    let rows = db
        .all(sql, &[&version(since), &model, &i64::from(limit)])
        .await?;
    rows.iter().map(read).collect()
}
