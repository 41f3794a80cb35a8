//! The public entries with their own index beside the database: it follows what is published, and what was
//! answered once is answered again out of memory until the next revision.

use crate::domain::clock::civil_day;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{PublishedEntry, Validity};
use crate::protocol::public::{PublicEntry, PublicHit, PublicHits};
use crate::search::{Hit, KnowledgeIndex, Query, SearchError, Searcher};
use crate::server::core::Core;
use crate::server::store::StoreError;
use jiff::civil::Date;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Entries read from the store at once.
const BATCH: u32 = 1_000;
/// Hits on a page.
const HITS: usize = 20;
/// Answers kept in memory.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);
/// How many of the newest entries are shown when nothing is asked.
const NEWEST: usize = 12;
/// How long the shelf waits before it tries again after a fault, and at most between two looks.
const AGAIN: Duration = Duration::from_secs(30);

/// What is answered out of memory: the day and what was asked.
type Asked = (Date, String);

struct Inner {
    /// Where the index lies; nothing for one in memory.
    dir: Option<PathBuf>,
    index: Mutex<KnowledgeIndex>,
    searcher: RwLock<Searcher>,
    /// Told when a search found the index damaged.
    damaged: Notify,
    revision: RwLock<u64>,
    newest: Mutex<Vec<PublishedEntry>>,
    kept: Mutex<LruCache<Asked, Arc<PublicHits>>>,
}

/// The shelf; clones are the same one.
#[derive(Clone)]
pub struct Shelf {
    inner: Arc<Inner>,
}

/// An entry with whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What citizens may read of it.
    pub entry: PublicEntry,
    /// Whether it holds today.
    pub validity: Validity,
}

fn asked(core: &Core, query: &str) -> Asked {
    let query = query.trim().chars().take(256).collect();
    (civil_day(core.now()), query)
}

/// Why the shelf is behind what is published.
#[derive(Debug, thiserror::Error)]
enum Behind {
    /// The store does not say what was.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index does not take it.
    #[error(transparent)]
    Index(#[from] SearchError),
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The index in a folder, begun anew where it is missing, damaged or of another version; in memory without one, or where
/// the folder cannot be used, which is said in the log.
fn index(dir: Option<&Path>) -> Result<KnowledgeIndex, SearchError> {
    let Some(dir) = dir else {
        return KnowledgeIndex::in_memory();
    };
    let opened = match KnowledgeIndex::open(dir) {
        Err(SearchError::Missing { .. }) => KnowledgeIndex::create(dir),
        Err(error) => {
            tracing::warn!(%error, "the public index is made anew");
            KnowledgeIndex::create(dir)
        }
        opened => opened,
    };
    opened.or_else(|error| {
        tracing::error!(%error, "the public index is kept in memory");
        KnowledgeIndex::in_memory()
    })
}

impl Shelf {
    /// Opens the shelf and follows what is published until the server stops. Needs a running tokio runtime.
    /// Where its folder cannot be used, it works in memory and says so in the log.
    pub fn start(core: &Core, stopping: watch::Receiver<bool>) -> Result<Self, SearchError> {
        let shelf = Self::over(core.data_dir().map(|dir| dir.join("public-kb")))?;
        tokio::spawn(shelf.clone().follow(core.clone(), stopping));
        Ok(shelf)
    }

    fn over(dir: Option<PathBuf>) -> Result<Self, SearchError> {
        let index = index(dir.as_deref())?;
        let inner = Inner {
            dir,
            searcher: RwLock::new(index.searcher()),
            damaged: Notify::new(),
            // What is new is read from the store; until then nothing is said to be known.
            revision: RwLock::new(0),
            index: Mutex::new(index),
            newest: Mutex::default(),
            kept: Mutex::new(LruCache::new(KEPT)),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    async fn follow(self, core: Core, mut stopping: watch::Receiver<bool>) {
        loop {
            let work = async {
                tokio::select! {
                    kept_up = self.keep_up(&core) => if let Err(error) = kept_up {
                        tracing::error!(%error, "the public shelf cannot follow; it tries again");
                        if let Behind::Index(_) = error {
                            self.begin_anew();
                        }
                        tokio::time::sleep(AGAIN).await;
                    },
                    () = self.inner.damaged.notified() => self.begin_anew(),
                }
            };
            tokio::select! {
                () = work => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Catches up, then whenever something was published; ends with an error or with the server.
    async fn keep_up(&self, core: &Core) -> Result<(), Behind> {
        // Listening first: what is published between the two is told.
        let mut published = core.published().subscribe();
        self.catch_up(core).await?;
        while published.changed().await.is_ok() {
            self.catch_up(core).await?;
        }
        Ok(())
    }

    /// Opens the index again, which makes it anew where it is damaged. Answers go on as they are until it has caught up.
    fn begin_anew(&self) {
        let mut there = held(&self.inner.index);
        let opened = KnowledgeIndex::in_memory().and_then(|nothing| {
            // The old one goes first: its writer holds the folder.
            *there = nothing;
            index(self.inner.dir.as_deref())
        });
        match opened {
            Ok(opened) => {
                let searcher = self.inner.searcher.write();
                *searcher.unwrap_or_else(PoisonError::into_inner) = opened.searcher();
                *there = opened;
            }
            Err(error) => tracing::error!(%error, "the public index cannot be opened again"),
        }
    }

    /// Applies what was published since the index's revision, then answers from there.
    async fn catch_up(&self, core: &Core) -> Result<(), Behind> {
        let store = core.store();
        let base = store.knowledge_base().await?;
        loop {
            // Asked for anew each time: more may have come in than the index was told of before.
            let newest = store.knowledge_revision().await?;
            let since = self.begin(&base, newest)?;
            let entries = store.knowledge_since(since, BATCH).await?;
            let Some(upto) = entries.last().map(|entry| entry.revision) else {
                self.remember_newest(core, since).await?;
                self.answer_from(since);
                return Ok(());
            };
            let (this, base) = (self.clone(), base.clone());
            tokio::task::spawn_blocking(move || this.put(&base, upto, entries))
                .await
                .map_err(|error| StoreError::Fault(error.to_string()))??;
        }
    }

    /// From which revision on entries are missing. An index of another knowledge base is emptied, as is one that
    /// is ahead of the database: that was put back from a backup, and its revisions will come a second time.
    fn begin(&self, base: &str, newest: u64) -> Result<u64, SearchError> {
        let mut index = held(&self.inner.index);
        if index.base() == base && index.revision() <= newest {
            return Ok(index.revision());
        }
        index.reset()?;
        index.commit(base, 0)?;
        held(&self.inner.newest).clear();
        self.answer_from(0);
        Ok(0)
    }

    /// From now on answers are of this revision; none that was given before is given again.
    fn answer_from(&self, revision: u64) {
        let mut held_revision = self
            .inner
            .revision
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held_revision = revision;
        held(&self.inner.kept).clear();
    }

    fn put(
        &self,
        base: &str,
        upto: u64,
        mut entries: Vec<PublishedEntry>,
    ) -> Result<(), SearchError> {
        // What is not public leaves the index, as what was retired does.
        for entry in &mut entries {
            entry.retired |= !entry.entry.public;
        }
        let mut index = held(&self.inner.index);
        index.apply(&entries)?;
        index.commit(base, upto)?;
        held(&self.inner.newest).retain(|old| {
            let again = |new: &PublishedEntry| new.entry.code == old.entry.code;
            !entries.iter().any(again)
        });
        held(&self.inner.kept).clear();
        Ok(())
    }

    /// The newest public entries up to a revision, looked for from there backwards.
    async fn remember_newest(&self, core: &Core, revision: u64) -> Result<(), StoreError> {
        let mut newest: Vec<PublishedEntry> = Vec::new();
        let mut upto = revision;
        while upto > 0 && newest.len() < NEWEST {
            // Each entry has a revision of its own, so a stretch of so many holds no more entries.
            let since = upto.saturating_sub(u64::from(BATCH));
            let mut entries = core.store().knowledge_since(since, BATCH).await?;
            entries.retain(|entry| entry.entry.public && !entry.retired && entry.revision <= upto);
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.revision));
            newest.append(&mut entries);
            upto = since;
        }
        newest.truncate(NEWEST);
        *held(&self.inner.newest) = newest;
        Ok(())
    }

    /// The revision that is answered from.
    pub fn revision(&self) -> u64 {
        *self
            .inner
            .revision
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a query that was given before and still holds.
    pub fn known(&self, core: &Core, query: &str) -> Option<Arc<PublicHits>> {
        held(&self.inner.kept).get(&asked(core, query)).cloned()
    }

    /// What holds today and answers the query; the newest entries for a blank one. Blocks for the search, which
    /// takes a millisecond. Error: the index is damaged.
    pub fn search(&self, core: &Core, query: &str) -> Result<Arc<PublicHits>, SearchError> {
        let asked = asked(core, query);
        let today = asked.0;
        let revision = self.revision();
        let hits = if asked.1.is_empty() {
            self.newest(today)
        } else {
            let query = Query {
                text: asked.1.clone(),
                today,
                limit: HITS,
            };
            let found = self.looked(self.searcher().search(&query))?;
            found
                .hits
                .into_iter()
                .filter(holds)
                .map(public_hit)
                .collect()
        };
        let answer = Arc::new(PublicHits {
            query: asked.1.clone(),
            revision,
            hits,
        });
        // An answer that a new revision overtook is given, and not kept.
        let mut kept = held(&self.inner.kept);
        if self.revision() == revision {
            kept.put(asked, Arc::clone(&answer));
        }
        Ok(answer)
    }

    fn searcher(&self) -> Searcher {
        let searcher = self.inner.searcher.read();
        searcher.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a look into the index found; a damaged one is begun anew.
    fn looked<T>(&self, found: Result<T, SearchError>) -> Result<T, SearchError> {
        found.inspect_err(|error| {
            if matches!(error, SearchError::Damaged { .. }) {
                self.inner.damaged.notify_one();
            }
        })
    }

    fn newest(&self, today: Date) -> Vec<PublicHit> {
        held(&self.inner.newest)
            .iter()
            .filter(|entry| is_held(entry.entry.validity(today)))
            .map(|entry| PublicHit {
                code: entry.entry.code.clone(),
                question: entry.entry.question.clone(),
                question_marks: Vec::new(),
                snippet: entry.entry.answer.as_str().chars().take(60).collect(),
                snippet_marks: Vec::new(),
                department: entry.entry.department.clone(),
            })
            .collect()
    }

    /// An entry; nothing when there is none, or none that is public. Error: the index is damaged.
    pub fn entry(&self, core: &Core, of: &EntryCode) -> Result<Option<Found>, SearchError> {
        let today = civil_day(core.now());
        let found = self.looked(self.searcher().entry(of))?;
        Ok(found.map(|found| Found {
            validity: found.entry.validity(today),
            entry: public_entry(found),
        }))
    }
}

const fn is_held(validity: Validity) -> bool {
    matches!(validity, Validity::Valid | Validity::Expiring)
}

fn holds(hit: &Hit) -> bool {
    is_held(hit.validity)
}

fn pairs(marks: Vec<Range<usize>>) -> Vec<(usize, usize)> {
    marks
        .into_iter()
        .map(|mark| (mark.start, mark.end))
        .collect()
}

fn public_hit(hit: Hit) -> PublicHit {
    PublicHit {
        code: hit.code,
        question: hit.question,
        question_marks: pairs(hit.question_marks),
        snippet: hit.snippet,
        snippet_marks: pairs(hit.snippet_marks),
        department: hit.department,
    }
}

fn public_entry(found: PublishedEntry) -> PublicEntry {
    let entry = found.entry;
    PublicEntry {
        code: entry.code,
        question: entry.question,
        answer: entry.answer,
        steps: entry.steps,
        materials: entry.materials,
        time_limit: entry.time_limit,
        fee: entry.fee,
        place: entry.place,
        telephone: entry.telephone,
        department: entry.department,
        category: entry.category,
        audience: entry.audience,
        basis: entry.basis,
        valid_from: entry.valid_from,
        valid_until: entry.valid_until,
        version: found.version,
    }
}

#[cfg(test)]
mod tests;
