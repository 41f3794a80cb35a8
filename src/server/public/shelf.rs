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
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

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
    index: Mutex<KnowledgeIndex>,
    searcher: Searcher,
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

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The index in a folder, begun anew where it is missing, damaged or of another version; in memory without one.
fn index(dir: Option<&Path>) -> Result<KnowledgeIndex, SearchError> {
    let Some(dir) = dir else {
        return KnowledgeIndex::in_memory();
    };
    match KnowledgeIndex::open(dir) {
        Err(SearchError::Missing { .. }) => KnowledgeIndex::create(dir),
        Err(error) => {
            tracing::warn!(%error, "the public index is made anew");
            KnowledgeIndex::create(dir)
        }
        opened => opened,
    }
}

impl Shelf {
    /// Opens the shelf and follows what is published until the server stops. Needs a running tokio runtime.
    /// Where its folder cannot be used, it works in memory and says so in the log.
    pub fn start(core: &Core, stopping: watch::Receiver<bool>) -> Result<Self, SearchError> {
        let dir = core.data_dir().map(|dir| dir.join("public-kb"));
        let index = index(dir.as_deref()).or_else(|error| {
            tracing::error!(%error, "the public index is kept in memory");
            KnowledgeIndex::in_memory()
        })?;
        let inner = Inner {
            searcher: index.searcher(),
            // What is new is read from the store; until then nothing is said to be known.
            revision: RwLock::new(index.revision()),
            index: Mutex::new(index),
            newest: Mutex::default(),
            kept: Mutex::new(LruCache::new(KEPT)),
        };
        let shelf = Self {
            inner: Arc::new(inner),
        };
        tokio::spawn(shelf.clone().follow(core.clone(), stopping));
        Ok(shelf)
    }

    async fn follow(self, core: Core, mut stopping: watch::Receiver<bool>) {
        loop {
            let work = async {
                if let Err(error) = self.keep_up(&core).await {
                    tracing::error!(%error, "the public shelf cannot follow; it tries again");
                }
                tokio::time::sleep(AGAIN).await;
            };
            tokio::select! {
                () = work => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Catches up, then whenever something was published; ends with an error or with the server.
    async fn keep_up(&self, core: &Core) -> Result<(), StoreError> {
        // Listening first: what is published between the two is told.
        let mut published = core.published().subscribe();
        self.catch_up(core).await?;
        self.remember_newest(core).await?;
        while published.changed().await.is_ok() {
            self.catch_up(core).await?;
        }
        Ok(())
    }

    /// Applies what was published since the index's revision. A damaged index is begun anew.
    pub(super) async fn catch_up(&self, core: &Core) -> Result<(), StoreError> {
        let store = core.store();
        let base = store.knowledge_base().await?;
        loop {
            // Asked for anew each time: more may have come in than the index was told of before.
            let newest = store.knowledge_revision().await?;
            let since = self.begin(&base, newest).map_err(refused)?;
            let entries = store.knowledge_since(since, BATCH).await?;
            let Some(upto) = entries.last().map(|entry| entry.revision) else {
                return Ok(());
            };
            let (this, base) = (self.clone(), base.clone());
            tokio::task::spawn_blocking(move || this.put(&base, upto, entries))
                .await
                .map_err(|error| StoreError::Fault(error.to_string()))?
                .map_err(refused)?;
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
        let mut newest = held(&self.inner.newest);
        newest.retain(|old| {
            let again = |new: &PublishedEntry| new.entry.code == old.entry.code;
            !entries.iter().any(again)
        });
        newest.extend(entries.into_iter().filter(|entry| !entry.retired));
        newest.sort_by_key(|entry| std::cmp::Reverse(entry.revision));
        newest.truncate(NEWEST);
        drop(newest);
        self.answer_from(upto);
        Ok(())
    }

    /// The newest entries of an index that was there before this process.
    async fn remember_newest(&self, core: &Core) -> Result<(), StoreError> {
        let revision = self.revision();
        let few = u64::from(BATCH) / 2;
        let mut entries = core
            .store()
            .knowledge_since(revision.saturating_sub(few), BATCH / 2)
            .await?;
        entries.retain(|entry| entry.entry.public && !entry.retired && entry.revision <= revision);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.revision));
        entries.truncate(NEWEST);
        *held(&self.inner.newest) = entries;
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

    /// What holds today and answers the query; the newest entries for a blank one. Blocks for the search, which
    /// takes a millisecond. Error: the index is damaged.
    pub fn search(&self, core: &Core, query: &str) -> Result<Arc<PublicHits>, SearchError> {
        let today = civil_day(core.now());
        let asked = (today, query.trim().chars().take(256).collect::<String>());
        if let Some(known) = held(&self.inner.kept).get(&asked) {
            return Ok(Arc::clone(known));
        }
        let revision = self.revision();
        let hits = if asked.1.is_empty() {
            self.newest(today)
        } else {
            let found = self.inner.searcher.search(&Query {
                text: asked.1.clone(),
                today,
                limit: HITS,
            })?;
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
        Ok(self.inner.searcher.entry(of)?.map(|found| Found {
            validity: found.entry.validity(today),
            entry: public_entry(found),
        }))
    }
}

#[allow(clippy::needless_pass_by_value, reason = "made for map_err")]
fn refused(error: SearchError) -> StoreError {
    StoreError::Fault(error.to_string())
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
mod tests {
    use super::*;

    fn shelf() -> Shelf {
        let index = KnowledgeIndex::in_memory().unwrap();
        let inner = Inner {
            searcher: index.searcher(),
            revision: RwLock::new(0),
            index: Mutex::new(index),
            newest: Mutex::default(),
            kept: Mutex::new(LruCache::new(KEPT)),
        };
        Shelf {
            inner: Arc::new(inner),
        }
    }

    fn entry(code: &str, revision: u64) -> PublishedEntry {
        serde_json::from_value(serde_json::json!({
            "code": code, "question": "公积金怎么提取？", "answer": "带证件。",
            "public": true, "version": 1, "revision": revision,
        }))
        .unwrap()
    }

    #[test]
    fn a_database_that_was_put_back_is_read_from_the_beginning() {
        let shelf = shelf();
        assert_eq!(shelf.begin("one", 0).unwrap(), 0);
        shelf.put("one", 7, vec![entry("A", 7)]).unwrap();
        assert_eq!((shelf.begin("one", 9).unwrap(), shelf.revision()), (7, 7));
        let there = |code: &str| {
            let code = EntryCode::parse(code).unwrap();
            shelf.inner.searcher.entry(&code).unwrap().is_some()
        };
        assert!(there("A"));
        // The backup is from before revision 7: what was public then decides, not what came after it.
        assert_eq!((shelf.begin("one", 5).unwrap(), shelf.revision()), (0, 0));
        assert!(!there("A") && held(&shelf.inner.newest).is_empty());
        // Another knowledge base altogether.
        shelf.put("one", 5, vec![entry("B", 5)]).unwrap();
        assert_eq!(shelf.begin("two", 9).unwrap(), 0);
        assert!(!there("B"));
    }
}
