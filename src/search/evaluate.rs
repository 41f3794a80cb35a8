//! How well a set of queries finds the entries they belong to, beside a plain BM25 over character bigrams of
//! our own in the same run: a number by itself says little.

mod baseline;
mod paired;
mod scores;

pub use paired::Paired;
pub use scores::{Kind, Length, Ranks, Scores};

use super::meaning::{NEAR, as_shown, is_worth_asking};
use super::{KnowledgeIndex, Query, SearchError, Searcher, Weights};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use baseline::Baseline;
use jiff::civil::Date;
use std::collections::HashMap;
use std::thread;

/// So many hits are looked at.
pub const DEPTH: usize = 10;
/// Threads that ask.
const THREADS: usize = 2;

/// A query with the entry that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The query.
    pub text: String,
    /// The entry.
    pub code: EntryCode,
}

/// A second block of hits, shown behind those of the text: what is near in meaning.
pub trait SecondBlock: Sync {
    /// The codes of the entries nearest to a query, best first, at most `limit`. Error: why it can't tell.
    fn nearest(&self, query: &str, limit: usize) -> Result<Vec<EntryCode>, String>;
}

/// Why an evaluation can't be made.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The index failed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The second block failed.
    #[error("search by meaning: {0}")]
    Meaning(String),
}

/// What became of one query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The place of the right entry among the first ten, counted from 0.
    pub rank: Option<usize>,
    /// The first hit.
    pub first: Option<EntryCode>,
}

/// Which entries say the very same.
struct Same<'a>(HashMap<&'a EntryCode, usize>);

impl<'a> Same<'a> {
    fn new(entries: &'a [PublishedEntry]) -> Self {
        let mut first = HashMap::new();
        let mut same = HashMap::new();
        for (at, PublishedEntry { entry, .. }) in entries.iter().enumerate() {
            let says = (
                &entry.question,
                &entry.variants,
                &entry.keywords,
                &entry.answer,
            );
            let says = (says, &entry.steps, &entry.materials);
            same.insert(&entry.code, *first.entry(says).or_insert(at));
        }
        Self(same)
    }

    fn say_the_same(&self, one: &EntryCode, other: &EntryCode) -> bool {
        one == other || (self.0.contains_key(one) && self.0.get(one) == self.0.get(other))
    }
}

/// An index in memory to judge rankings on, with the baseline over the same entries. Entries that say word for
/// word the same count as one, in every ranking: no query can tell them apart.
pub struct Evaluation<'a> {
    searcher: Searcher,
    baseline: Baseline<'a>,
    same: Same<'a>,
    queries: &'a [Asked],
    today: Date,
}

impl<'a> Evaluation<'a> {
    /// Fills the index. The queries are asked on `today`.
    pub fn new(
        entries: &'a [PublishedEntry],
        queries: &'a [Asked],
        today: Date,
    ) -> Result<Self, EvaluateError> {
        let mut index = KnowledgeIndex::in_memory()?;
        index.apply(entries)?;
        index.commit("evaluation", 1)?;
        Ok(Self {
            searcher: index.searcher(),
            baseline: Baseline::new(entries),
            same: Same::new(entries),
            queries,
            today,
        })
    }

    /// Asks with some weights. A second block is filled in behind the text hits as the screen shows it, each entry once.
    pub fn ours(
        &self,
        weights: &Weights,
        second: Option<&dyn SecondBlock>,
    ) -> Result<Vec<Outcome>, EvaluateError> {
        let searcher = self.searcher.with_weights(weights.clone());
        let ask = |asked: &Asked| -> Result<Outcome, EvaluateError> {
            let found = searcher.search(&Query {
                text: asked.text.clone(),
                today: self.today,
                limit: DEPTH,
            })?;
            let mut codes: Vec<EntryCode> = found.hits.into_iter().map(|hit| hit.code).collect();
            if let Some(second) = second
                && is_worth_asking(&asked.text, !codes.is_empty())
            {
                let near = second.nearest(&asked.text, NEAR);
                codes = as_shown(codes, near.map_err(EvaluateError::Meaning)?);
            }
            Ok(self.outcome(&codes, asked))
        };
        let part = self.queries.len().div_ceil(THREADS).max(1);
        let parts: Vec<Result<Vec<Outcome>, EvaluateError>> = thread::scope(|scope| {
            let parts = self.queries.chunks(part);
            let threads: Vec<_> = parts
                .map(|part| scope.spawn(|| part.iter().map(&ask).collect()))
                .collect();
            let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
            joined
                .map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(parts.concat())
    }

    /// Asks the baseline: plain BM25 over character bigrams.
    pub fn baseline(&self) -> Vec<Outcome> {
        let queries = self.queries.iter();
        queries
            .map(|asked| {
                let codes: Vec<EntryCode> = self
                    .baseline
                    .search(&asked.text, DEPTH)
                    .into_iter()
                    .cloned()
                    .collect();
                self.outcome(&codes, asked)
            })
            .collect()
    }

    fn outcome(&self, codes: &[EntryCode], asked: &Asked) -> Outcome {
        let mut found = codes.iter().take(DEPTH);
        Outcome {
            rank: found.position(|code| self.same.say_the_same(code, &asked.code)),
            first: codes.first().cloned(),
        }
    }
}
