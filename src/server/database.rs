//! Which database a server keeps its data in, and how it is opened.

use super::core::OpenError;
use super::store::postgres::{PostgresAddress, PostgresStore};
use super::store::sqlite::SqliteStore;
use super::store::{Store, StoreError};
use crate::crypto::Keyring;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Held by the one process that serves the data.
const LOCK: &str = "hotline.lock";
/// How an address of a PostgreSQL database begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// A server's name among others on the same database.
const NAME: &str = "server.id";

/// A database.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file of its own (SQLite), for one server.
    File(PathBuf),
    /// PostgreSQL, for any number of servers.
    Postgres(Box<PostgresAddress>),
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

impl Database {
    /// Reads a path or an address; `ca` is the file with who vouches for a database's certificate. Errors: `Open`.
    pub fn parse(text: &str, ca: Option<PathBuf>) -> Result<Self, StoreError> {
        if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            let address = PostgresAddress::parse(text, ca)?;
            return Ok(Self::Postgres(Box::new(address)));
        }
        Ok(Self::File(PathBuf::from(text)))
    }

    /// True when several servers may serve the data.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The file that one server holds: beside a database that is a file, else in the server's own folder.
    pub(super) fn lock(&self, own: &Path) -> PathBuf {
        match self {
            Self::File(path) => path.with_file_name(LOCK),
            Self::Postgres(_) => own.join(LOCK),
        }
    }

    /// True where data are that were begun with a key: what a key is changed for. Error: the database can't be asked.
    pub async fn is_begun(&self, own: &Path) -> Result<bool, StoreError> {
        match self {
            Self::File(path) => Ok(path.exists()),
            Self::Postgres(address) => {
                let store = PostgresStore::open(address, name(own)?).await?;
                store.has_key().await
            }
        }
    }

    /// Opens the store with the keys of a file, which is made where there is neither key nor data. A new key beside old
    /// data would only hide that the right one is missing. `own` is the server's own folder.
    pub(super) async fn open(
        &self,
        key_file: &Path,
        own: &Path,
    ) -> Result<(Arc<dyn Store>, Keyring), OpenError> {
        let other_key = || OpenError::OtherKey {
            database: self.to_string(),
            key_file: key_file.to_owned(),
        };
        let has_file = key_file.exists();
        let store: Arc<dyn Store> = match self {
            Self::File(path) if path.exists() && !has_file => return Err(other_key()),
            Self::File(path) => {
                // Before the database is made: a key that can't be made leaves nothing behind.
                Keyring::load_or_create(key_file).map_err(StoreError::from)?;
                Arc::new(SqliteStore::open(path)?)
            }
            Self::Postgres(address) => {
                let store = PostgresStore::open(address, name(own)?).await?;
                if !has_file && store.has_key().await? {
                    return Err(other_key());
                }
                Arc::new(store)
            }
        };
        let keyring = Keyring::load_or_create(key_file).map_err(StoreError::from)?;
        if !store.is_key(keyring.blind("print of", "the key")).await? {
            return Err(other_key());
        }
        Ok((store, keyring))
    }
}

/// The name of the server with this folder, by which it knows its own again in a database that others use too; made
/// when it is missing.
fn name(own: &Path) -> Result<Uuid, StoreError> {
    let file = own.join(NAME);
    let open = |problem: String| StoreError::Open {
        path: file.display().to_string(),
        problem,
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => Uuid::try_parse(text.trim())
            .map_err(|_| open("it holds no server's name; remove it".to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let name = Uuid::new_v4();
            std::fs::write(&file, format!("{name}\n")).map_err(|error| open(error.to_string()))?;
            Ok(name)
        }
        Err(error) => Err(open(error.to_string())),
    }
}
