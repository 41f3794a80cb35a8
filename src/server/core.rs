//! What every use case needs at hand: the store, the clock, the keys, the deadline rules, the directory in
//! force and the relay. Cheap to clone; it holds no rules of its own.

use super::clock::{Clock, System};
use super::relay::Relay;
use super::store::{Store, StoreError};
use crate::domain::clock::Clocks;
use crate::domain::directory::Directory;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// What a server is opened with.
pub struct CoreConfig {
    /// Where the database lies; made when it is missing.
    pub data_dir: PathBuf,
    /// The file with the master key; made (readable by its owner only) when it is missing.
    pub key_file: PathBuf,
    /// The deadline rules with their calendar.
    pub clocks: Clocks,
    /// The clock; [`System`] unless a test or a seeding says otherwise.
    pub clock: Arc<dyn Clock>,
}

impl CoreConfig {
    /// The usual server: its key file lies beside the database, the machine's clock runs.
    pub fn in_dir(data_dir: PathBuf, clocks: Clocks) -> Self {
        Self {
            key_file: data_dir.join("master.key"),
            data_dir,
            clocks,
            clock: Arc::new(System),
        }
    }
}

/// Why a server does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory of the data can't be made.
    #[error(
        "the data directory {path} cannot be made: {cause}; choose another or make it writable"
    )]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    clocks: Clocks,
    directory: RwLock<Arc<Directory>>,
    relay: Relay,
}

/// The server's core; clones share one.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

impl Core {
    /// Opens the server's core: key file, database, directory in force, relay. Needs a running tokio runtime.
    pub async fn open(config: CoreConfig) -> Result<Self, OpenError> {
        let _ = config;
        Err(StoreError::Unavailable("not built yet".to_owned()).into())
    }

    /// The moment now, in whole milliseconds.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    /// The deadline rules with their calendar.
    pub fn clocks(&self) -> &Clocks {
        &self.0.clocks
    }

    /// The directory in force.
    pub fn directory(&self) -> Arc<Directory> {
        self.0
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The relay, which tells the seats what happens.
    pub fn relay(&self) -> &Relay {
        &self.0.relay
    }
}
