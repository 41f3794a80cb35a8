//! Local copies of what desks look up: the knowledge index and the dispatch directory, one of each a server and
//! operating-system user. One desk process holds `kb.lock` and applies what changed, the others follow; the
//! lock passes on when its holder ends. A pull that breaks off leaves the old copy whole.

mod uses;

pub use uses::Uses;

use super::api::Api;
use super::error::LinkError;
use super::journal::{private_dir, replace, server_dir};
use super::near::Near;
use crate::crypto::{hex, sha256};
use crate::domain::directory::Directory;
use crate::domain::knowledge::Entry;
use crate::protocol::directory::DirectoryAnswer;
use crate::protocol::knowledge::{Delta, DeltaRequest, VectorDelta, VectorRequest};
use crate::protocol::uses::EntryUses;
use crate::search::{KnowledgeIndex, SearchError, Searcher, Synonyms};
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// How often a follower looks for what the holder is just applying, and how long.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 50;

/// Where copies come from.
pub trait Source: Send + Sync {
    /// A page of what changed after a revision.
    fn delta(&self, since: u64) -> BoxFuture<'_, Result<Delta, LinkError>>;
    /// A page of the vectors that came after a number.
    fn vectors(&self, since: u64) -> BoxFuture<'_, Result<VectorDelta, LinkError>>;
    /// How often entries were used in the last 90 days.
    fn uses(&self) -> BoxFuture<'_, Result<EntryUses, LinkError>>;
    /// The directory, if it is newer.
    fn directory(&self, since: u64) -> BoxFuture<'_, Result<DirectoryAnswer, LinkError>>;
}

impl Source for Api {
    fn delta(&self, since: u64) -> BoxFuture<'_, Result<Delta, LinkError>> {
        let request = DeltaRequest { since, limit: None };
        Box::pin(async move { Self::delta(self, &request).await })
    }

    fn vectors(&self, since: u64) -> BoxFuture<'_, Result<VectorDelta, LinkError>> {
        let request = VectorRequest { since, limit: None };
        Box::pin(async move { Self::vectors(self, &request).await })
    }

    fn uses(&self) -> BoxFuture<'_, Result<EntryUses, LinkError>> {
        Box::pin(Self::uses(self))
    }

    fn directory(&self, since: u64) -> BoxFuture<'_, Result<DirectoryAnswer, LinkError>> {
        Box::pin(Self::directory(self, since))
    }
}

/// What a pull of the knowledge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulled {
    /// The revision the copy holds now.
    pub revision: u64,
    /// Entries that were applied; 0 where another process does that.
    pub entries: usize,
    /// True when the copy was made anew.
    pub anew: bool,
}

/// The copies of one server. Clones are the same copies.
#[derive(Clone)]
pub struct Copies {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    knowledge: Mutex<Knowledge>,
    searcher: RwLock<Searcher>,
    directory: RwLock<Arc<Directory>>,
    /// What stands for the entries' meaning; read when it is first wanted.
    near: RwLock<Option<Arc<Near>>>,
    /// One pull at a time.
    pulling: tokio::sync::Mutex<()>,
    /// Why the knowledge in use is known to be damaged; it is built anew behind the answers that it still gives.
    damaged: Mutex<Option<String>>,
    /// The built-in list of everyday words with this machine's changes.
    synonyms: Arc<Synonyms>,
}

/// Where this machine's changes to the list of everyday words are kept, under the desk's data folder.
pub fn synonyms_file(data: &Path) -> PathBuf {
    data.join("synonyms.tsv")
}

/// The text of that file; empty when there is none. Error: it can't be read.
pub fn read_synonyms(path: &Path) -> Result<String, LinkError> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(file(path.to_owned())),
    }
}

/// The list with this machine's changes. A file that can't be read as such must not keep anybody from searching:
/// the built-in list stands, and `kb synonyms check` says what is wrong.
fn synonyms(data: &Path) -> Arc<Synonyms> {
    let built_in = Synonyms::built_in();
    let text = read_synonyms(&synonyms_file(data)).unwrap_or_default();
    Arc::new(built_in.with(&text).unwrap_or_else(|_| built_in.clone()))
}

struct Knowledge {
    index: KnowledgeIndex,
    /// Its folder's number; 0 is an index in memory, until there is one to read.
    folder: u64,
    lock: Option<File>,
}

impl std::fmt::Debug for Copies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copies")
            .field("dir", &self.shared.dir)
            .finish_non_exhaustive()
    }
}

fn folder_of(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("kb-{number}"))
}

/// The folder that is in use; 0 when there is none yet.
fn current(dir: &Path) -> u64 {
    std::fs::read_to_string(dir.join("current"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}

fn file(path: PathBuf) -> impl FnOnce(std::io::Error) -> LinkError {
    |error| LinkError::File { path, error }
}

fn take_lock(dir: &Path) -> Result<Option<File>, LinkError> {
    let path = dir.join("kb.lock");
    let opened = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(file(path.clone()))?;
    match opened.try_lock() {
        Ok(()) => Ok(Some(opened)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(file(path)(error)),
    }
}

impl Knowledge {
    /// The index in use. One that is damaged still answers as far as it can be read, and the reason comes with it; one
    /// that is missing or can't be read at all is begun anew by the lock's holder.
    fn open(dir: &Path) -> Result<(Self, Option<String>), LinkError> {
        let lock = take_lock(dir)?;
        let folder = current(dir);
        let path = folder_of(dir, folder);
        let (index, why) = match KnowledgeIndex::open(&path) {
            Ok(index) => (Some(index), None),
            Err(SearchError::Missing { .. }) => (None, None),
            Err(error) => {
                let rest = KnowledgeIndex::open_damaged(&path).ok();
                (rest, Some(error.to_string()))
            }
        };
        let (index, folder) = match index {
            Some(index) => (index, folder),
            None if lock.is_some() => {
                let index = KnowledgeIndex::create(&folder_of(dir, folder + 1))?;
                switch(dir, folder, folder + 1)?;
                (index, folder + 1)
            }
            None => (KnowledgeIndex::in_memory()?, 0),
        };
        let knowledge = Self {
            index,
            folder,
            lock,
        };
        Ok((knowledge, why))
    }
}

/// Makes folder `to` the one in use. Readers of the old one keep its open files.
fn switch(dir: &Path, from: u64, to: u64) -> Result<(), LinkError> {
    let path = dir.join("current");
    replace(&path, to.to_string().as_bytes()).map_err(file(path.clone()))?;
    // A leftover only costs space.
    let _ = std::fs::remove_dir_all(folder_of(dir, from));
    Ok(())
}

fn verified(delta: Delta) -> Result<Delta, LinkError> {
    let sent = serde_json::to_vec(&delta.entries).unwrap_or_default();
    if hex(&sha256(&sent)).eq_ignore_ascii_case(&delta.checksum) {
        Ok(delta)
    } else {
        Err(LinkError::Checksum {
            revision: delta.upto,
        })
    }
}

impl Copies {
    /// The copies of the server at `base` under the desk's data folder; empty ones when there are none yet.
    pub fn open(data: &Path, base: &str) -> Result<Self, LinkError> {
        let dir = server_dir(data, base);
        private_dir(&dir).map_err(file(dir.clone()))?;
        let (knowledge, damaged) = Knowledge::open(&dir)?;
        let directory = std::fs::read(dir.join("directory.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Directory>(&bytes).ok())
            .unwrap_or_default();
        let synonyms = synonyms(data);
        let searcher = knowledge.index.searcher();
        let searcher = searcher.with_synonyms(Arc::clone(&synonyms));
        Ok(Self {
            shared: Arc::new(Shared {
                searcher: RwLock::new(searcher),
                synonyms,
                knowledge: Mutex::new(knowledge),
                directory: RwLock::new(Arc::new(directory)),
                near: RwLock::default(),
                pulling: tokio::sync::Mutex::new(()),
                damaged: Mutex::new(damaged),
                dir,
            }),
        })
    }

    /// Why the knowledge in use is damaged, to be said; `None` when nothing is known to be wrong with it.
    pub fn damaged(&self) -> Option<String> {
        let held = self.shared.damaged.lock();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes note that the knowledge in use could not be searched. [`Copies::mend`] finds out whether it is so.
    pub fn suspect(&self, why: &str) {
        let held = self.shared.damaged.lock();
        *held.unwrap_or_else(PoisonError::into_inner) = Some(why.to_owned());
    }

    fn is_sound(&self) {
        let held = self.shared.damaged.lock();
        *held.unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Builds damaged knowledge anew out of the entries stored in it, into a folder of its own; the old one answers until
    /// the new one is whole. To be called where nothing waits: it takes seconds. False when nothing had to be done, or another
    /// process holds the lock and does it. Error: the stored entries are damaged too; the next pull brings all of them.
    pub fn mend(&self) -> Result<bool, LinkError> {
        let _one = self.shared.pulling.blocking_lock();
        self.mend_alone()
    }

    /// The same, by whoever keeps others from pulling.
    fn mend_alone(&self) -> Result<bool, LinkError> {
        if self.damaged().is_none() || !self.holds()? {
            return Ok(false);
        }
        let dir = &self.shared.dir;
        let (old, base, revision) = {
            let knowledge = self.knowledge();
            let index = &knowledge.index;
            (knowledge.folder, index.base(), index.revision())
        };
        let from = KnowledgeIndex::open_damaged(&folder_of(dir, old))?;
        if from.check().is_ok() {
            self.is_sound();
            return Ok(false);
        }
        let mut index = KnowledgeIndex::create(&folder_of(dir, old + 1))?;
        from.each_stored(&mut |entries| index.apply(entries))?;
        index.commit(&base, revision)?;
        switch(dir, old, old + 1)?;
        let mut knowledge = self.knowledge();
        self.show(&index);
        knowledge.index = index;
        knowledge.folder = old + 1;
        self.is_sound();
        Ok(true)
    }

    fn knowledge(&self) -> MutexGuard<'_, Knowledge> {
        self.shared
            .knowledge
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What searches the newest copy: to be asked for anew for each search, it is cheap.
    pub fn searcher(&self) -> Searcher {
        self.shared
            .searcher
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The revision the knowledge holds; 0 for none.
    pub fn revision(&self) -> u64 {
        self.knowledge().index.revision()
    }

    /// The directory; version 0 is an empty one.
    pub fn directory(&self) -> Arc<Directory> {
        let held = self.shared.directory.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings the knowledge up to the server's, at least to `wanted` where an event told it. The old copy answers
    /// until the new one is whole.
    pub async fn pull_knowledge(
        &self,
        source: &dyn Source,
        wanted: u64,
    ) -> Result<Pulled, LinkError> {
        let _one = self.shared.pulling.lock().await;
        for look in 0..LOOKS {
            if self.holds()? {
                // Nothing is written into a damaged index.
                if self.damaged().is_some() && self.aside(Self::mend_alone).await?.is_err() {
                    return self.apply_anew(source).await;
                }
                return self.apply(source).await;
            }
            self.follow()?;
            if look > 0 && self.revision() >= wanted {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(Pulled {
            revision: self.revision(),
            entries: 0,
            anew: false,
        })
    }

    /// True when this process may write; takes the lock when its holder has ended.
    fn holds(&self) -> Result<bool, LinkError> {
        let mut knowledge = self.knowledge();
        if knowledge.lock.is_none() {
            let Some(lock) = take_lock(&self.shared.dir)? else {
                return Ok(false);
            };
            // What the former holder left is read afresh: it may have ended in the middle of anything.
            drop(lock);
            let (opened, why) = Knowledge::open(&self.shared.dir)?;
            *knowledge = opened;
            self.show(&knowledge.index);
            if let Some(why) = why {
                self.suspect(&why);
            }
        }
        Ok(knowledge.lock.is_some())
    }

    /// Sees what the holder has committed.
    fn follow(&self) -> Result<(), LinkError> {
        let mut knowledge = self.knowledge();
        let folder = current(&self.shared.dir);
        if folder == knowledge.folder {
            return match knowledge.index.reload() {
                // The holder is replacing it just now: the next look finds the new one.
                Ok(()) | Err(SearchError::Damaged { .. }) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        if let Ok(index) = KnowledgeIndex::open(&folder_of(&self.shared.dir, folder)) {
            self.show(&index);
            knowledge.index = index;
            knowledge.folder = folder;
            // The holder mended it, or has a newer one.
            self.is_sound();
        }
        Ok(())
    }

    fn show(&self, index: &KnowledgeIndex) {
        let mut searcher = self
            .shared
            .searcher
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let synonyms = Arc::clone(&self.shared.synonyms);
        *searcher = index.searcher().with_synonyms(synonyms);
    }

    async fn apply(&self, source: &dyn Source) -> Result<Pulled, LinkError> {
        let (base, revision) = {
            let knowledge = self.knowledge();
            (knowledge.index.base(), knowledge.index.revision())
        };
        let first = verified(source.delta(revision).await?)?;
        let other = !base.is_empty() && (first.base != base || first.revision < revision);
        if other {
            return self.apply_anew(source).await;
        }
        if first.entries.is_empty() && first.revision == revision && !base.is_empty() {
            return Ok(Pulled {
                revision,
                entries: 0,
                anew: false,
            });
        }
        let mut entries = 0;
        let mut page = first;
        loop {
            entries += page.entries.len();
            let (upto, last) = (page.upto, page.upto >= page.revision);
            let of = page.base.clone();
            self.blocking(move |knowledge| {
                knowledge.index.apply(&page.entries)?;
                if last {
                    knowledge.index.commit(&page.base, page.upto)?;
                }
                Ok(())
            })
            .await?;
            if last {
                return Ok(Pulled {
                    revision: upto,
                    entries,
                    anew: base.is_empty(),
                });
            }
            page = next_page(source, &of, upto).await?;
        }
    }

    /// Fills a new folder from the beginning, and changes over when it is whole.
    async fn apply_anew(&self, source: &dyn Source) -> Result<Pulled, LinkError> {
        let dir = self.shared.dir.clone();
        let old = self.knowledge().folder;
        let mut index = KnowledgeIndex::create(&folder_of(&dir, old + 1))?;
        let mut page = verified(source.delta(0).await?)?;
        let mut entries = 0;
        loop {
            entries += page.entries.len();
            index.apply(&page.entries)?;
            if page.upto >= page.revision {
                break;
            }
            page = next_page(source, &page.base, page.upto).await?;
        }
        index.commit(&page.base, page.upto)?;
        switch(&dir, old, old + 1)?;
        let mut knowledge = self.knowledge();
        self.show(&index);
        knowledge.index = index;
        knowledge.folder = old + 1;
        self.is_sound();
        Ok(Pulled {
            revision: page.upto,
            entries,
            anew: true,
        })
    }

    async fn blocking(
        &self,
        work: impl FnOnce(&mut Knowledge) -> Result<(), LinkError> + Send + 'static,
    ) -> Result<(), LinkError> {
        let copies = self.clone();
        tokio::task::spawn_blocking(move || work(&mut copies.knowledge()))
            .await
            .map_err(|error| LinkError::Offline(error.to_string()))?
    }

    /// What stands for the entries' meaning, as far as it is here.
    pub fn near(&self) -> Arc<Near> {
        let held = self.shared.near.read();
        if let Some(near) = held.unwrap_or_else(PoisonError::into_inner).as_ref() {
            return Arc::clone(near);
        }
        let read = Near::read(&self.shared.dir);
        self.show_near(read)
    }

    fn show_near(&self, near: Near) -> Arc<Near> {
        let near = Arc::new(near);
        let held = self.shared.near.write();
        *held.unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&near));
        near
    }

    /// Brings the vectors up to the server's, behind the entries. True when some came. To be called after
    /// [`Copies::pull_knowledge`], and only where they are used: they are 400 bytes an entry.
    pub async fn pull_vectors(&self, source: &dyn Source) -> Result<bool, LinkError> {
        let _one = self.shared.pulling.lock().await;
        let before = self.aside(Self::near).await?;
        if !self.holds()? {
            // The holder writes them; what it has written by now is read.
            let read = |copies: &Self| copies.show_near(Near::read(&copies.shared.dir));
            let now = self.aside(read).await?;
            return Ok(now.upto() != before.upto());
        }
        let base = self.knowledge().index.base();
        let mut near = Near::clone(&before);
        let mut came = false;
        loop {
            let page = source.vectors(near.upto_of(&base)).await?;
            if page.base != base {
                // The entries are pulled anew first.
                return Ok(false);
            }
            let last = page.upto >= page.newest;
            let stuck = page.upto <= near.upto_of(&base) && !last;
            came |= near.take(page)?;
            if last || stuck {
                break;
            }
        }
        if came {
            self.aside(|copies| {
                let path = copies.shared.dir.join(super::near::FILE);
                replace(&path, &near.written()).map_err(file(path.clone()))?;
                copies.show_near(near);
                Ok::<_, LinkError>(())
            })
            .await??;
        }
        Ok(came)
    }

    /// Does what takes a while where nothing waits for it.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, LinkError> {
        let copies = self.clone();
        tokio::task::spawn_blocking(move || work(&copies))
            .await
            .map_err(|error| LinkError::Offline(error.to_string()))
    }

    /// Brings the directory up to the server's. True when it changed.
    pub async fn pull_directory(&self, source: &dyn Source) -> Result<bool, LinkError> {
        let _one = self.shared.pulling.lock().await;
        let have = self.directory().version;
        let mut answer = source.directory(have).await?;
        if answer.version < have {
            // Another server at the same address.
            answer = source.directory(0).await?;
        }
        let Some(directory) = answer.directory else {
            return Ok(false);
        };
        let path = self.shared.dir.join("directory.json");
        let bytes = serde_json::to_vec(&directory).unwrap_or_default();
        replace(&path, &bytes).map_err(file(path.clone()))?;
        let mut held = self
            .shared
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(directory);
        Ok(true)
    }
}

/// Everything that is published, by code, each page checked against its sum and the base of the first. Errors: no line, a
/// page that is not as it was sent, or knowledge that became another while it was read.
pub async fn published(source: &dyn Source) -> Result<Vec<Entry>, LinkError> {
    let mut entries = BTreeMap::new();
    let mut page = verified(source.delta(0).await?)?;
    loop {
        for entry in page.entries {
            let code = entry.entry.code.clone();
            if entry.retired {
                entries.remove(&code);
            } else {
                entries.insert(code, entry.entry);
            }
        }
        if page.upto >= page.revision {
            return Ok(entries.into_values().collect());
        }
        page = next_page(source, &page.base, page.upto).await?;
    }
}

/// The page after `upto`; one of another base, or one that does not move on, breaks the pull off.
async fn next_page(source: &dyn Source, base: &str, upto: u64) -> Result<Delta, LinkError> {
    let page = verified(source.delta(upto).await?)?;
    if page.base == base && page.upto > upto {
        Ok(page)
    } else {
        Err(LinkError::Answer {
            status: 200,
            problem: "the knowledge changed its base during a pull; it is pulled again later"
                .into(),
        })
    }
}

#[cfg(test)]
mod tests;
