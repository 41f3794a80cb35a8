//! What can go wrong between desk and server.

use super::journal::JournalError;
use crate::crypto::CryptoError;
use crate::protocol::error::ApiError;
use crate::search::SearchError;
use std::path::PathBuf;

/// Why something on the line failed. Nothing in it repeats what was sent.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No connection, or no answer in time: what was to be sent may be sent again under the same key.
    #[error("the server does not answer ({0}); check the address and the network")]
    Offline(String),
    /// The server answered with an error.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The answer is none that this version understands.
    #[error(
        "status {status} with an answer this version does not understand: {problem}; are server and desk of the same version?"
    )]
    Answer {
        /// The HTTP status.
        status: u16,
        /// What was expected.
        problem: String,
    },
    /// The client could not be made: a bad address or certificate.
    #[error("server address {address:?}: {problem}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// The journal could not keep it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A file of the desk cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The knowledge index cannot be used.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// Knowledge came spoilt; the old copy stays.
    #[error(
        "the knowledge up to revision {revision} came spoilt: its checksum differs; it is pulled again later"
    )]
    Checksum {
        /// Up to which revision.
        revision: u64,
    },
    /// The vault does not open.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl LinkError {
    /// True when sending the same again later may succeed.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Offline(_)
                | Self::Answer { .. }
                | Self::Api(
                    ApiError::Unavailable | ApiError::Internal { .. } | ApiError::Throttled { .. }
                )
        )
    }

    /// True when the person has to sign in (again) first.
    pub const fn wants_sign_in(&self) -> bool {
        matches!(self, Self::Api(ApiError::NotSignedIn))
    }
}
