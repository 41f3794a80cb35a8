//! The knowledge index on disk: opened, created, written by one process at a time, and read by many. What
//! it holds up to is kept in the commit itself, so text and revision can't fall apart.

use super::SearchError;
use super::schema::{Fields, SCHEMA_VERSION, register, schema};
use super::searcher::Searcher;
use crate::domain::knowledge::PublishedEntry;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::Value as _;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

/// Memory a batch may fill before it is written out, in bytes.
const WRITER_MEMORY: usize = 32 << 20;
/// Up to this size in bytes an index is checked against its checksums when it is opened (some 20 ms).
const CHECKED_SIZE: u64 = 32 << 20;

/// Entries that are read at a time when an index is built anew.
const STORED_AT_ONCE: usize = 500;

/// What an index holds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Mark {
    schema: u32,
    base: String,
    revision: u64,
}

/// The index, with the right to write it once [`KnowledgeIndex::apply`] is called.
pub struct KnowledgeIndex {
    index: Index,
    reader: IndexReader,
    writer: Option<IndexWriter>,
    fields: Fields,
    path: PathBuf,
    mark: Arc<RwLock<Mark>>,
}

impl std::fmt::Debug for KnowledgeIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnowledgeIndex")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl KnowledgeIndex {
    /// Opens the index in `dir`. Errors: there is none; it is damaged; another version wrote it. In the last
    /// two cases [`KnowledgeIndex::create`] makes an empty one in its place.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        if !dir.join("meta.json").is_file() {
            return Err(SearchError::Missing { path: dir.into() });
        }
        let damaged = |error: TantivyError| damage(dir, &error);
        let index = Index::open_in_dir(dir).map_err(damaged)?;
        if index.schema() != schema().0 {
            return Err(SearchError::OtherSchema { path: dir.into() });
        }
        if size(dir) <= CHECKED_SIZE {
            let broken = index.validate_checksum().map_err(damaged)?;
            if let Some(file) = broken.iter().next() {
                return Err(SearchError::Damaged {
                    path: dir.into(),
                    why: format!("wrong checksum of {}", file.display()),
                });
            }
        }
        Self::over(index, dir)
    }

    /// Opens a damaged index as far as it can be read, so that it answers until it is built anew. Nothing is to be written
    /// to it. Errors: it can't be read at all; another version wrote it.
    pub fn open_damaged(dir: &Path) -> Result<Self, SearchError> {
        let index = Index::open_in_dir(dir).map_err(|error| damage(dir, &error))?;
        if index.schema() != schema().0 {
            return Err(SearchError::OtherSchema { path: dir.into() });
        }
        Self::over(index, dir)
    }

    /// Holds every file against its checksum, which reads all of them. Error: which one is damaged.
    pub fn check(&self) -> Result<(), SearchError> {
        let broken = self.index.validate_checksum();
        let broken = broken.map_err(|error| damage(&self.path, &error))?;
        match broken.iter().next() {
            None => Ok(()),
            Some(file) => Err(SearchError::Damaged {
                path: self.path.clone(),
                why: format!("wrong checksum of {}", file.display()),
            }),
        }
    }

    /// Gives every entry as it was stored, some hundred at a time: what an index is built anew from. Errors: the stored
    /// entries are damaged themselves; what `take` says.
    pub fn each_stored(
        &self,
        take: &mut dyn FnMut(&[PublishedEntry]) -> Result<(), SearchError>,
    ) -> Result<(), SearchError> {
        let damaged = |error: TantivyError| damage(&self.path, &error);
        let broken = self.index.validate_checksum().map_err(damaged)?;
        let needed = |file: &&PathBuf| {
            let ending = file.extension().and_then(std::ffi::OsStr::to_str);
            ending.is_none_or(|ending| matches!(ending, "store" | "del" | "json"))
        };
        if let Some(file) = broken.iter().find(needed) {
            return Err(SearchError::Damaged {
                path: self.path.clone(),
                why: format!("wrong checksum of {}", file.display()),
            });
        }
        let mut some = Vec::with_capacity(STORED_AT_ONCE);
        for segment in self.reader.searcher().segment_readers() {
            let store = segment.get_store_reader(1);
            let store = store.map_err(|error| damaged(error.into()))?;
            for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                let document = document.map_err(damaged)?;
                let text = document.get_first(self.fields.doc);
                let text = text.and_then(|value| value.as_str()).unwrap_or_default();
                let entry = serde_json::from_str(text);
                some.push(entry.map_err(|error| SearchError::Damaged {
                    path: self.path.clone(),
                    why: format!("a stored entry: {error}"),
                })?);
                if some.len() == STORED_AT_ONCE {
                    take(&some)?;
                    some.clear();
                }
            }
        }
        take(&some)
    }

    /// Makes an empty index in `dir`, in place of one that is there; files that are none of an index stay.
    /// Error: the directory can't be written.
    pub fn create(dir: &Path) -> Result<Self, SearchError> {
        let refused = |error: std::io::Error| SearchError::Storage {
            path: dir.into(),
            why: error.to_string(),
        };
        std::fs::create_dir_all(dir).map_err(refused)?;
        for file in std::fs::read_dir(dir).map_err(refused)? {
            let file = file.map_err(refused)?;
            if is_of_an_index(&file.file_name().to_string_lossy()) {
                std::fs::remove_file(file.path()).map_err(refused)?;
            }
        }
        let index = Index::create_in_dir(dir, schema().0).map_err(|error| storage(dir, &error))?;
        Self::over(index, dir)
    }

    /// An empty index in memory.
    pub fn in_memory() -> Result<Self, SearchError> {
        Self::over(Index::create_in_ram(schema().0), Path::new("memory"))
    }

    fn over(index: Index, path: &Path) -> Result<Self, SearchError> {
        register(&index);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error| damage(path, &error))?;
        let mark = read_mark(&index, path)?;
        Ok(Self {
            index,
            reader,
            writer: None,
            fields: schema().1,
            path: path.into(),
            mark: Arc::new(RwLock::new(mark)),
        })
    }

    /// The revision that was committed last; 0 when there is none.
    pub fn revision(&self) -> u64 {
        self.mark.read().map_or(0, |mark| mark.revision)
    }

    /// The knowledge base it was filled from; empty when it never was.
    pub fn base(&self) -> String {
        self.mark
            .read()
            .map_or_else(|_| String::new(), |mark| mark.base.clone())
    }

    /// How many entries it holds.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// True when it holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts entries in, each in the place of its former version; a retired one leaves. Nobody finds them before
    /// [`KnowledgeIndex::commit`]. Errors: another process writes; the disk refuses.
    pub fn apply(&mut self, entries: &[PublishedEntry]) -> Result<(), SearchError> {
        let fields = self.fields;
        let path = self.path.clone();
        let writer = self.writer()?;
        for published in entries {
            let code = published.entry.code.as_str();
            writer.delete_term(Term::from_field_text(fields.id, code));
            if published.retired {
                continue;
            }
            let document = fields
                .document(published)
                .map_err(|error| SearchError::Storage {
                    path: path.clone(),
                    why: error.to_string(),
                })?;
            writer
                .add_document(document)
                .map_err(|error| storage(&path, &error))?;
        }
        Ok(())
    }

    /// Takes all entries out, for a new start from another knowledge base. Seen after [`KnowledgeIndex::commit`].
    pub fn reset(&mut self) -> Result<(), SearchError> {
        let path = self.path.clone();
        self.writer()?
            .delete_all_documents()
            .map(drop)
            .map_err(|error| storage(&path, &error))
    }

    /// Makes what was applied last and be found at once, as `revision` of the knowledge base named `base`.
    pub fn commit(&mut self, base: &str, revision: u64) -> Result<(), SearchError> {
        let path = self.path.clone();
        let refused = |error: TantivyError| storage(&path, &error);
        let mark = Mark {
            schema: SCHEMA_VERSION,
            base: base.to_owned(),
            revision,
        };
        let payload = serde_json::to_string(&mark).map_err(|error| SearchError::Storage {
            path: self.path.clone(),
            why: error.to_string(),
        })?;
        let mut prepared = self.writer()?.prepare_commit().map_err(refused)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(refused)?;
        self.reload()
    }

    /// Shows what another process has committed since.
    pub fn reload(&self) -> Result<(), SearchError> {
        self.reader
            .reload()
            .map_err(|error| damage(&self.path, &error))?;
        let mark = read_mark(&self.index, &self.path)?;
        if let Ok(mut held) = self.mark.write() {
            *held = mark;
        }
        Ok(())
    }

    /// A handle to search with from any thread; it sees each commit and reload at once.
    pub fn searcher(&self) -> Searcher {
        Searcher::new(self.reader.clone(), self.fields, self.path.clone())
    }

    /// The one long-lived writer. It is taken with the first write, so that readers need no lock.
    fn writer(&mut self) -> Result<&mut IndexWriter, SearchError> {
        if self.writer.is_none() {
            let options = IndexWriterOptions::builder()
                .num_worker_threads(1)
                .num_merge_threads(1)
                .memory_budget_per_thread(WRITER_MEMORY)
                .build();
            let writer = self
                .index
                .writer_with_options(options)
                .map_err(|error| match error {
                    TantivyError::LockFailure(..) => SearchError::Busy {
                        path: self.path.clone(),
                    },
                    error => storage(&self.path, &error),
                })?;
            self.writer = Some(writer);
        }
        self.writer.as_mut().ok_or_else(|| SearchError::Busy {
            path: self.path.clone(),
        })
    }
}

fn read_mark(index: &Index, path: &Path) -> Result<Mark, SearchError> {
    let metas = index.load_metas().map_err(|error| damage(path, &error))?;
    let Some(payload) = metas.payload else {
        return Ok(Mark::default());
    };
    let mark: Mark = serde_json::from_str(&payload).map_err(|error| SearchError::Damaged {
        path: path.into(),
        why: format!("its mark: {error}"),
    })?;
    if mark.schema == SCHEMA_VERSION {
        Ok(mark)
    } else {
        Err(SearchError::OtherSchema { path: path.into() })
    }
}

pub(super) fn damage(path: &Path, error: &TantivyError) -> SearchError {
    SearchError::Damaged {
        path: path.into(),
        why: error.to_string(),
    }
}

fn storage(path: &Path, error: &TantivyError) -> SearchError {
    SearchError::Storage {
        path: path.into(),
        why: error.to_string(),
    }
}

/// Bytes of the files in a directory; what can't be read counts nothing and fails later, where it is opened.
fn size(dir: &Path) -> u64 {
    std::fs::read_dir(dir).map_or(0, |files| {
        files
            .filter_map(|file| file.ok()?.metadata().ok())
            .map(|meta| meta.len())
            .sum()
    })
}

/// True for the names that tantivy gives its files.
fn is_of_an_index(name: &str) -> bool {
    matches!(
        name,
        "meta.json" | ".managed.json" | ".tantivy-writer.lock" | ".tantivy-meta.lock"
    ) || name.split_once('.').is_some_and(|(stem, _)| {
        stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
