//! How well a set of queries finds the entries they belong to, beside a plain BM25 over character bigrams of
//! our own in the same run: a number by itself says little.

mod baseline;
mod scores;

pub use scores::{Kind, Length, Ranks, Scores};

use super::meaning::{NEAR, as_shown};
use super::{KnowledgeIndex, Query, SearchError};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use baseline::Baseline;
use jiff::civil::Date;
use std::collections::HashMap;

/// So many hits are looked at.
pub const DEPTH: usize = 10;

/// A query with the entry that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The query.
    pub text: String,
    /// The entry.
    pub code: EntryCode,
}

/// A second block of hits, shown behind those of the text: what is near in meaning.
pub trait SecondBlock {
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
    /// The same of the baseline.
    pub baseline: Option<usize>,
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

/// Fills an index in memory with the entries, asks the queries on `today`, and the baseline the same. A second
/// block is filled in behind the text hits as the screen shows it, each entry once. Entries that say word for word the same count as
/// one, in both rankings: no query can tell them apart.
pub fn evaluate(
    entries: &[PublishedEntry],
    queries: &[Asked],
    today: Date,
    second: Option<&dyn SecondBlock>,
) -> Result<Vec<Outcome>, EvaluateError> {
    let mut index = KnowledgeIndex::in_memory()?;
    index.apply(entries)?;
    index.commit("evaluation", 1)?;
    let searcher = index.searcher();
    let baseline = Baseline::new(entries);
    let same = Same::new(entries);
    let mut outcomes = Vec::with_capacity(queries.len());
    for asked in queries {
        let found = searcher.search(&Query {
            text: asked.text.clone(),
            today,
            limit: DEPTH,
        })?;
        let mut codes: Vec<EntryCode> = found.hits.into_iter().map(|hit| hit.code).collect();
        if let Some(second) = second {
            let near = second.nearest(&asked.text, NEAR);
            codes = as_shown(codes, near.map_err(EvaluateError::Meaning)?);
        }
        let plain = baseline.search(&asked.text, DEPTH);
        outcomes.push(Outcome {
            rank: codes
                .iter()
                .take(DEPTH)
                .position(|code| same.say_the_same(code, &asked.code)),
            baseline: plain
                .iter()
                .position(|code| same.say_the_same(code, &asked.code)),
            first: codes.into_iter().next(),
        });
    }
    Ok(outcomes)
}
