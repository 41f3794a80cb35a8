//! What can go wrong in a store. No variant carries personal data.

use crate::crypto::CryptoError;

/// Why the store did not do it. Nothing was kept unless said otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The thing has moved on.
    #[error("it is at version {current}, the write was made on {expected}")]
    Stale {
        /// Its version.
        current: u64,
        /// The version the write was made on.
        expected: u64,
    },
    /// It is not there.
    #[error("it is not there")]
    Missing,
    /// It exists already.
    #[error("it exists already")]
    Exists,
    /// Another ticket has this number.
    #[error("another ticket has this number")]
    NumberTaken,
    /// The number was never leased to anybody.
    #[error("the number was never leased; lease numbers first")]
    NotLeased,
    /// The ticket that the write rests on has moved on: the main ticket of a merge.
    #[error("the main ticket is at version {current}, the write rests on {expected}")]
    MainMoved {
        /// Its version; 0 when it is not there.
        current: u64,
        /// The version the write rests on.
        expected: u64,
    },
    /// A main ticket cannot become the child of another.
    #[error("other tickets are merged into it")]
    HasChildren,
    /// The job was leased to somebody else meanwhile.
    #[error("the job was leased to somebody else meanwhile")]
    LeaseLost,
    /// There is only room for so many, and they are there.
    #[error("there may be {limit} at most")]
    TooMany {
        /// How many.
        limit: u64,
    },
    /// A day's 999,999 numbers are used up.
    #[error("the numbers of this day are used up")]
    DayFull,
    /// The idempotency key has an answer already.
    #[error("the idempotency key has an answer already")]
    KeyUsed,
    /// The disk is full.
    #[error("the disk is full: make room on it")]
    DiskFull,
    /// The database, or the disk it lies on, may only be read.
    #[error("the database may only be read: the disk or the file is write-protected")]
    ReadOnly,
    /// The engine cannot write or read now: locked, shutting down.
    #[error("the store cannot be used now: {0}")]
    Unavailable(String),
    /// The database was made by a newer program.
    #[error(
        "the database has version {found}, this program knows up to {known}; use the newer program"
    )]
    Newer {
        /// Its version.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// The file is no database of ours, or damaged.
    #[error("the database {path} cannot be opened: {problem}")]
    Open {
        /// Which file.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// A fault of the engine or of what it keeps.
    #[error("the store is at fault: {0}")]
    Fault(String),
    /// A sealed field does not open, or the key file is wrong.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}
