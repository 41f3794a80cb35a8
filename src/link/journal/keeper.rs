//! The journal's memory and its file, and the thread that syncs and compacts.

use super::disk::{self, Disk};
use super::{JournalError, Opened, Record, frames};
use crate::crypto::FieldKey;
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long writes are gathered before they are brought to the disk; the promise is 200 ms with the sync itself.
const GATHER: Duration = Duration::from_millis(80);
/// The file is rewritten when more than this of it is superseded.
const DEAD: u64 = 1 << 20;
/// What a record costs beside key and value.
const OVERHEAD: u64 = 64;
/// Records are rewritten in frames of about this size.
const CHUNK: u64 = 256 << 10;
/// A torn tail longer than this is copied before it is cut.
const WORTH_A_COPY: u64 = 64 << 10;

struct Kept {
    /// When it was written, by count.
    at: u64,
    value: Value,
    size: u64,
}

struct Inner {
    disk: Box<dyn Disk>,
    /// Length of the good part of the file.
    len: u64,
    frames: u64,
    /// A failed write may have left bytes after `len`.
    ragged: bool,
    kept: HashMap<String, Kept>,
    live: u64,
    count: u64,
    /// What could not be written yet.
    unsaved: Vec<Record>,
    /// What was written while the file is being rewritten.
    meanwhile: Option<Vec<Record>>,
    /// Superseded bytes at which the next rewriting begins.
    rewrite_at: u64,
    sync_failed: Option<io::Error>,
}

/// Memory and file of one journal.
pub(super) struct Shared {
    path: PathBuf,
    key: FieldKey,
    inner: Mutex<Inner>,
}

impl Inner {
    fn remember(&mut self, record: &Record) {
        self.count += 1;
        let old = match &record.value {
            Some(value) => {
                let size = OVERHEAD + (record.key.len() + value.to_string().len()) as u64;
                self.live += size;
                self.kept.insert(
                    record.key.clone(),
                    Kept {
                        at: self.count,
                        value: value.clone(),
                        size,
                    },
                )
            }
            None => self.kept.remove(&record.key),
        };
        self.live -= old.map_or(0, |old| old.size);
    }

    fn records(&self, prefix: &str) -> Vec<Record> {
        let mut found: Vec<_> = self
            .kept
            .iter()
            .filter(|(key, _)| key.starts_with(prefix))
            .collect();
        found.sort_by_key(|(_, kept)| kept.at);
        found
            .into_iter()
            .map(|(key, kept)| Record {
                key: key.clone(),
                value: Some(kept.value.clone()),
            })
            .collect()
    }

    /// Writes what is unsaved, as one frame.
    fn write(&mut self, key: &FieldKey, path: &Path) -> Result<(), JournalError> {
        if self.unsaved.is_empty() {
            return Ok(());
        }
        let failed = |error| JournalError::Write {
            path: path.to_owned(),
            error,
        };
        if self.ragged {
            self.disk.cut(self.len).map_err(failed)?;
            self.ragged = false;
        }
        let frame = frames::seal(key, self.frames, &self.unsaved)?;
        if let Err(error) = self.disk.append(&frame) {
            self.ragged = self.disk.cut(self.len).is_err();
            return Err(failed(error));
        }
        self.len += frame.len() as u64;
        self.frames += 1;
        if let Some(meanwhile) = &mut self.meanwhile {
            meanwhile.append(&mut self.unsaved);
        }
        self.unsaved.clear();
        Ok(())
    }

    fn dead(&self) -> u64 {
        self.len.saturating_sub(self.live)
    }
}

impl Shared {
    /// Opens a file, reads it, mends its end.
    pub(super) fn open(path: &Path, key: &FieldKey) -> Result<(Arc<Self>, Opened), JournalError> {
        let failed = |error| JournalError::Open {
            path: path.to_owned(),
            error,
        };
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed(error)),
        };
        if !bytes.starts_with(frames::HEADER) && !frames::HEADER.starts_with(&bytes) {
            return Err(JournalError::Foreign {
                path: path.to_owned(),
            });
        }
        let mut file = disk::open(path).map_err(failed)?;
        let held = if bytes.len() < frames::HEADER.len() {
            file.cut(0).map_err(failed)?;
            file.append(frames::HEADER).map_err(failed)?;
            frames::Held {
                good: frames::HEADER.len(),
                ..frames::Held::default()
            }
        } else {
            frames::read(key, &bytes)
        };
        if held.frames == 0 && held.lost > 0 {
            return Err(JournalError::OtherKey {
                path: path.to_owned(),
            });
        }
        let torn = bytes.len().saturating_sub(held.good) as u64;
        let copy = (held.damaged + held.lost > 0 || torn > WORTH_A_COPY)
            .then(|| keep_copy(path, &bytes))
            .transpose()
            .map_err(failed)?;
        if torn > 0 {
            file.cut(held.good as u64).map_err(failed)?;
        }
        let shared = Self::over(Box::new(file), path, key, &held);
        let opened = Opened {
            torn,
            damaged: held.damaged + held.lost,
            copy,
        };
        Ok((Arc::new(shared), opened))
    }

    /// A journal over any disk that holds what was read.
    pub(super) fn over(
        disk: Box<dyn Disk>,
        path: &Path,
        key: &FieldKey,
        held: &frames::Held,
    ) -> Self {
        let mut inner = Inner {
            disk,
            len: held.good as u64,
            frames: held.frames,
            ragged: false,
            kept: HashMap::new(),
            live: 0,
            count: 0,
            unsaved: Vec::new(),
            meanwhile: None,
            rewrite_at: DEAD,
            sync_failed: None,
        };
        for record in &held.records {
            inner.remember(record);
        }
        Self {
            path: path.to_owned(),
            key: key.clone(),
            inner: Mutex::new(inner),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) const fn key(&self) -> &FieldKey {
        &self.key
    }

    fn failed(&self, error: io::Error) -> JournalError {
        JournalError::Write {
            path: self.path.clone(),
            error,
        }
    }

    pub(super) fn append(&self, records: &[Record]) -> Result<(), JournalError> {
        let mut inner = self.inner();
        for record in records {
            inner.remember(record);
        }
        inner.unsaved.extend_from_slice(records);
        inner.write(&self.key, &self.path)?;
        match inner.sync_failed.take() {
            Some(error) => Err(self.failed(error)),
            None => Ok(()),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<Value> {
        self.inner().kept.get(key).map(|kept| kept.value.clone())
    }

    pub(super) fn records(&self, prefix: &str) -> Vec<Record> {
        self.inner().records(prefix)
    }

    pub(super) fn sync(&self) -> Result<(), JournalError> {
        let syncer = self.inner().disk.syncer();
        syncer
            .and_then(|sync| sync())
            .map_err(|error| self.failed(error))
    }

    /// Rewrites the file without what is superseded. Appends go on meanwhile.
    pub(super) fn rewrite(&self) -> io::Result<()> {
        let records = {
            let mut inner = self.inner();
            inner.meanwhile = Some(Vec::new());
            inner.records("")
        };
        let next = self.path.with_extension("next");
        let written = self.write_next(&next, &records);
        let mut inner = self.inner();
        let meanwhile = inner.meanwhile.take().unwrap_or_default();
        let finished = written.and_then(|(mut file, mut len, mut frames)| {
            if !meanwhile.is_empty() {
                let frame = self.frame(frames, &meanwhile)?;
                file.append(&frame)?;
                file.sync_data()?;
                len += frame.len() as u64;
                frames += 1;
            }
            std::fs::rename(&next, &self.path)?;
            Ok((file, len, frames))
        });
        match finished {
            Ok((file, len, frames)) => {
                inner.disk = Box::new(file);
                inner.len = len;
                inner.frames = frames;
                inner.ragged = false;
                inner.rewrite_at = DEAD;
                drop(inner);
                disk::sync_dir_of(&self.path)
            }
            Err(error) => {
                // A full disk is not asked again at once.
                inner.rewrite_at = inner.dead() + DEAD;
                drop(inner);
                let _ = std::fs::remove_file(&next);
                Err(error)
            }
        }
    }

    fn frame(&self, ordinal: u64, records: &[Record]) -> io::Result<Vec<u8>> {
        frames::seal(&self.key, ordinal, records).map_err(io::Error::other)
    }

    fn write_next(&self, next: &Path, records: &[Record]) -> io::Result<(std::fs::File, u64, u64)> {
        let mut bytes = frames::HEADER.to_vec();
        let (mut frames, mut from, mut size) = (0, 0, 0);
        for (at, record) in records.iter().enumerate() {
            size += record.value.as_ref().map_or(0, |v| v.to_string().len()) as u64 + OVERHEAD;
            if size >= CHUNK || at + 1 == records.len() {
                let chunk = records.get(from..=at).unwrap_or_default();
                bytes.extend(self.frame(frames, chunk)?);
                frames += 1;
                from = at + 1;
                size = 0;
            }
        }
        let mut file = disk::create(next)?;
        file.append(&bytes)?;
        file.sync_data()?;
        Ok((file, bytes.len() as u64, frames))
    }

    fn wants_rewrite(&self) -> bool {
        let inner = self.inner();
        inner.dead() > inner.rewrite_at
    }

    fn tend(&self) {
        if let Err(JournalError::Write { error, .. }) = self.sync() {
            self.inner().sync_failed = Some(error);
        }
        if self.wants_rewrite()
            && let Err(error) = self.rewrite()
        {
            tracing::warn!(%error, "the journal could not be rewritten; it goes on growing");
        }
    }
}

/// Copies a damaged file aside before it is mended.
fn keep_copy(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let copy = path.with_extension(format!("damaged-{}", jiff::Timestamp::now().as_second()));
    disk::create(&copy)?.append(bytes)?;
    Ok(copy)
}

/// A journal with its thread. Dropping it brings everything to the disk.
pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    bell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(shared: Arc<Shared>) -> Result<Self, JournalError> {
        let (bell, rung) = sync_channel(1);
        let tended = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || watch(&tended, &rung))
            .map_err(|error| shared.failed(error))?;
        Ok(Self {
            shared,
            bell: Some(bell),
            thread: Some(thread),
        })
    }

    pub(super) fn append(&self, records: &[Record]) -> Result<(), JournalError> {
        let kept = self.shared.append(records);
        if let Some(bell) = &self.bell {
            // Full means that it has rung already.
            let _ = bell.try_send(());
        }
        kept
    }
}

fn watch(shared: &Shared, rung: &Receiver<()>) {
    while rung.recv().is_ok() {
        let until = Instant::now() + GATHER;
        let mut open = true;
        while open && Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            open = rung.recv_timeout(left) != Err(RecvTimeoutError::Disconnected);
        }
        if open {
            shared.tend();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported where it happened.
            let _ = thread.join();
        }
        if let Err(error) = self.shared.sync() {
            tracing::error!(%error, "the journal could not be brought to the disk at the end");
        }
    }
}
