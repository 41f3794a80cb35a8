//! Knowledge: `GET /api/knowledge/delta` pulls what changed, `GET /api/knowledge/vectors` what stands for its meaning,
//! `POST /api/knowledge/import` brings entries in.

use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Entry, PublishedEntry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is wanted: everything that changed after `since`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct DeltaRequest {
    /// The revision the desk has; 0 for a new desk.
    #[serde(default)]
    pub since: u64,
    /// At most so many entries, 1 to 2,000; 1,000 unless told.
    pub limit: Option<u32>,
}

/// Entries in the order of their revisions. The desk asks again from `upto` until `upto == revision`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delta {
    /// Names this server's knowledge base: another one means start anew.
    pub base: String,
    /// The newest revision.
    pub revision: u64,
    /// The revision these entries reach up to.
    pub upto: u64,
    /// The entries, each in its newest version.
    pub entries: Vec<PublishedEntry>,
    /// SHA-256, in hex, over the JSON of `entries` as sent (`serde_json`, compact).
    pub checksum: String,
}

/// What is wanted: the vectors that came after `since`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct VectorRequest {
    /// The number of the last vector the desk has; 0 for none.
    #[serde(default)]
    pub since: u64,
    /// At most so many vectors, 1 to 2,000; 1,000 unless told.
    pub limit: Option<u32>,
}

/// What stands for an entry's meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryVector {
    /// The entry.
    pub code: EntryCode,
    /// The entry's revision that it was made of; it counts for no other.
    pub revision: u64,
    /// In hex: a 32-bit float (little-endian) that scales 384 signed bytes.
    pub vector: String,
}

/// Vectors in the order in which they were made. The desk asks again from `upto` until `upto == newest`. A server
/// without the model has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VectorDelta {
    /// Names this server's knowledge base: another one means start anew.
    pub base: String,
    /// What made them: vectors of another model are not comparable.
    pub model: String,
    /// The number of the newest.
    pub newest: u64,
    /// The number that these reach up to.
    pub upto: u64,
    /// The vectors.
    pub vectors: Vec<EntryVector>,
    /// SHA-256, in hex, over the JSON of `vectors` as sent (`serde_json`, compact).
    pub checksum: String,
}

/// A batch to bring in: 1 to 500 entries, applied together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// What an import did. An entry equal to the one that is there is unchanged: repeating an import doubles nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// New entries.
    pub added: u64,
    /// Entries whose text changed.
    pub changed: u64,
    /// Entries that were there as they are.
    pub unchanged: u64,
    /// The revision after it.
    pub revision: u64,
}
