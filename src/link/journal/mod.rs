//! What one user's desk must not lose: drafts, the state of the screen, unsent actions, leased numbers. The
//! newest value of a key wins. Sealed under the key of the user's vault, appended with one write before it
//! is shown, brought to the disk by a thread within 200 ms. Knows nothing of what it keeps.

mod disk;
mod frames;
mod keeper;
#[cfg(test)]
mod tests;

pub use disk::{private_dir, replace};

use crate::crypto::{CryptoError, FieldKey, Vault, hex, sha256};
use keeper::{Keeper, Shared};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One thing that is kept: the newest value of a key; `None` forgets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which.
    pub key: String,
    /// Its value.
    pub value: Option<Value>,
}

impl std::fmt::Debug for Record {
    /// Without the value, which may be what a caller said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Why something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk is full or may not be written. What was to be kept stays in memory and is written with the next try.
    #[error(
        "the journal {path} cannot be written: {error}; what is on the screen is kept in memory until it can"
    )]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It cannot be opened or read.
    #[error("the journal {path} cannot be opened: {error}")]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It does not begin like a journal of this version.
    #[error("{path} is no journal of this version; move it away and start again")]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// It holds records, and none opens: it was written under another key. Nothing of it was touched.
    #[error(
        "the journal {path} was written under another key; put its vault file back, or move the journal away to begin anew"
    )]
    OtherKey {
        /// Which file.
        path: PathBuf,
    },
    /// So many desks of one user are open already.
    #[error("{0} desks of this user are open already")]
    TooMany(u32),
    /// The cipher failed, or the vault does not open.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

/// What was found when a journal was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// Bytes of an unfinished last record that were dropped.
    pub torn: u64,
    /// Frames in the middle that did not open.
    pub damaged: u64,
    /// Where the file was copied to before it was mended.
    pub copy: Option<PathBuf>,
}

/// How many desks one user may have open at once.
const DESKS: u32 = 16;

/// An open journal. Clones are the same journal; the last one dropped brings everything to the disk.
#[derive(Clone)]
pub struct Journal {
    keeper: Arc<Keeper>,
    dir: PathBuf,
    number: u32,
    /// Held as long as this journal is open.
    _lock: Arc<File>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The folder of one server under the desk's data directory: what belongs to one is never taken to another.
pub fn server_dir(data: &Path, base: &str) -> PathBuf {
    let name = hex(&sha256(base.as_bytes()));
    data.join("servers").join(name.get(..16).unwrap_or(&name))
}

/// The folder of one user of a server, `base` as the client has it.
pub fn user_dir(data: &Path, base: &str, account: &crate::domain::id::Account) -> PathBuf {
    // The prefix keeps an account of dots from meaning another folder.
    let user = format!("u-{account}");
    server_dir(data, base).join("users").join(user)
}

/// Opens the user's vault, or makes it on the first sign-in. Errors: [`CryptoError::WrongPassword`], also after
/// the password was changed elsewhere: then [`change_password`] with the old one.
pub fn open_vault(dir: &Path, password: &str) -> Result<Vault, JournalError> {
    let path = dir.join("vault");
    let open = |error| JournalError::Open {
        path: path.clone(),
        error,
    };
    private_dir(dir).map_err(open)?;
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Vault::open(password, &bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (vault, bytes) = Vault::create(password)?;
            if disk::publish(&path, &bytes).map_err(open)? {
                return Ok(vault);
            }
            // Another desk was first: one key for both, or what one of them keeps would be lost.
            let bytes = std::fs::read(&path).map_err(open)?;
            Ok(Vault::open(password, &bytes)?)
        }
        Err(error) => Err(open(error)),
    }
}

/// Wraps the vault's key for a new password.
pub fn change_password(dir: &Path, old: &str, new: &str) -> Result<Vault, JournalError> {
    let vault = open_vault(dir, old)?;
    let path = dir.join("vault");
    replace(&path, &vault.wrapped_for(new)?)
        .map_err(|error| JournalError::Write { path, error })?;
    Ok(vault)
}

fn file_of(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("journal-{number}.log"))
}

fn lock_of(dir: &Path, number: u32) -> Result<Option<File>, JournalError> {
    let path = dir.join(format!("journal-{number}.lock"));
    disk::lock(&path).map_err(|error| JournalError::Open { path, error })
}

impl Journal {
    /// Opens the first journal of the folder that no other desk has open. An unfinished last record is dropped, and told.
    pub fn open(dir: &Path, key: &FieldKey) -> Result<(Self, Opened), JournalError> {
        private_dir(dir).map_err(|error| JournalError::Open {
            path: dir.to_owned(),
            error,
        })?;
        for number in 0..DESKS {
            if let Some(lock) = lock_of(dir, number)? {
                let (shared, opened) = Shared::open(&file_of(dir, number), key)?;
                let journal = Self {
                    keeper: Arc::new(Keeper::start(shared)?),
                    dir: dir.to_owned(),
                    number,
                    _lock: Arc::new(lock),
                };
                return Ok((journal, opened));
            }
        }
        Err(JournalError::TooMany(DESKS))
    }

    /// Keeps records with one write. When it fails they stay in memory, and go with the next write.
    pub fn append(&self, records: &[Record]) -> Result<(), JournalError> {
        self.keeper.append(records)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.keeper.shared.get(key)
    }

    /// The records whose keys begin with `prefix`, in the order they were written last.
    pub fn records(&self, prefix: &str) -> Vec<Record> {
        self.keeper.shared.records(prefix)
    }

    /// Waits until everything is on the disk.
    pub fn sync(&self) -> Result<(), JournalError> {
        self.keeper.shared.sync()
    }

    /// Takes over what closed desks of the same user left under `prefix`: `rename` gives each value its key here.
    /// It is safe here before it is removed there, so a crash in between leaves it in both. Returns how many.
    pub fn adopt(
        &self,
        prefix: &str,
        mut rename: impl FnMut(&Value) -> Option<String>,
    ) -> Result<usize, JournalError> {
        let mut taken = 0;
        for number in (0..DESKS).filter(|number| *number != self.number) {
            let path = file_of(&self.dir, number);
            if !path.exists() {
                continue;
            }
            let Some(_lock) = lock_of(&self.dir, number)? else {
                continue;
            };
            let key = self.keeper.shared.key().clone();
            let other = match Shared::open(&path, &key) {
                Ok((other, _)) => other,
                Err(error @ JournalError::OtherKey { .. }) => {
                    tracing::warn!(%error, "a closed desk's journal is left alone");
                    continue;
                }
                Err(error) => return Err(error),
            };
            // What finds no place here stays there.
            let (here, gone): (Vec<_>, Vec<_>) = other
                .records(prefix)
                .into_iter()
                .filter_map(|record| {
                    let key = rename(record.value.as_ref()?)?;
                    let gone = Record {
                        key: record.key,
                        value: None,
                    };
                    let value = record.value;
                    Some((Record { key, value }, gone))
                })
                .unzip();
            if here.is_empty() {
                continue;
            }
            self.append(&here)?;
            self.sync()?;
            other.append(&gone)?;
            other.sync()?;
            taken += here.len();
        }
        Ok(taken)
    }
}
