//! Finding knowledge as one types: text analysis (Chinese, pinyin, initials, full-width, traditional), the
//! tantivy index beside the desk, ranking, marks and snippets. It does not know who asks, and nothing of
//! HTTP or of a screen. What was measured for it, and why it is cut so: `docs/architecture.md`.

mod best;
mod build;
mod days;
pub mod evaluate;
pub(crate) mod filler;
mod filter;
pub mod generate;
mod highlight;
mod index;
pub mod meaning;
pub(crate) mod pinyin;
mod query;
mod rank;
mod schema;
mod searcher;
mod shown;
mod snippet;
mod synonyms;
pub(crate) mod text;
mod tokens;
mod union;
mod weights;

#[cfg(test)]
#[cfg(feature = "external")]
mod external;
#[cfg(test)]
mod tests;

pub use filter::{Notice, has_filters};
pub use index::KnowledgeIndex;
pub use searcher::{Hit, Hits, Query, Searcher, Tier};
pub use synonyms::{Synonyms, SynonymsError};
pub use weights::{Weights, WeightsError};

use std::path::PathBuf;

/// Why the index can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is none yet.
    #[error("no knowledge index in {path}: create one and fill it from the server")]
    Missing {
        /// The directory looked at.
        path: PathBuf,
    },
    /// It can't be read.
    #[error(
        "the knowledge index in {path} is damaged ({why}): create it anew, the server has all of it"
    )]
    Damaged {
        /// The index's directory, or `memory`.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Another build wrote it.
    #[error(
        "the knowledge index in {path} was written by another version of this program: create it anew"
    )]
    OtherSchema {
        /// The index's directory.
        path: PathBuf,
    },
    /// Another process writes it.
    #[error(
        "the knowledge index in {path} is being written by another process: read it, and take over when that one ends"
    )]
    Busy {
        /// The index's directory.
        path: PathBuf,
    },
    /// The disk refused.
    #[error(
        "the knowledge index in {path} could not be written ({why}): check space and rights of the directory"
    )]
    Storage {
        /// The index's directory.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}
