//! How well a set of queries finds the entries they belong to, beside a plain BM25 over character bigrams of
//! our own in the same run: a number by itself says little.

use super::text::cells;
use super::tokens::Analysis;
use super::{KnowledgeIndex, Query, SearchError};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::domain::text::Line;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The baseline's saturation and length parameters, the usual ones.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// So many hits are looked at.
const DEPTH: usize = 10;

/// A query with the entry that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The query.
    pub text: String,
    /// The entry.
    pub code: EntryCode,
}

/// Shares of queries, each 0 to 1, whose entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// How many queries.
    pub n: usize,
    /// As the first hit.
    pub r1: f64,
    /// Among the first three.
    pub r3: f64,
    /// Among the first five.
    pub r5: f64,
    /// Among the first ten.
    pub r10: f64,
    /// Mean of 1 ÷ rank, 0 beyond the tenth.
    pub mrr: f64,
    /// The baseline: as the first hit.
    pub bm25_r1: f64,
    /// The baseline: among the first five.
    pub bm25_r5: f64,
    /// The baseline: among the first ten.
    pub bm25_r10: f64,
}

/// Fills an index in memory with the entries, asks the queries on `today`, and the baseline the same.
pub fn evaluate(
    entries: &[PublishedEntry],
    queries: &[Asked],
    today: Date,
) -> Result<Scores, SearchError> {
    let mut index = KnowledgeIndex::in_memory()?;
    index.apply(entries)?;
    index.commit("evaluation", 1)?;
    let searcher = index.searcher();
    let baseline = Baseline::new(entries);
    let mut ours = Vec::with_capacity(queries.len());
    let mut theirs = Vec::with_capacity(queries.len());
    for asked in queries {
        let hits = searcher.search(&Query {
            text: asked.text.clone(),
            today,
            limit: DEPTH,
        })?;
        ours.push(hits.hits.iter().position(|hit| hit.code == asked.code));
        theirs.push(
            baseline
                .search(&asked.text)
                .iter()
                .position(|code| **code == asked.code),
        );
    }
    let reciprocals = ours.iter().flatten().map(|rank| 1.0 / number(rank + 1));
    Ok(Scores {
        n: queries.len(),
        r1: within(&ours, 1),
        r3: within(&ours, 3),
        r5: within(&ours, 5),
        r10: within(&ours, 10),
        mrr: reciprocals.sum::<f64>() / number(queries.len()).max(1.0),
        bm25_r1: within(&theirs, 1),
        bm25_r5: within(&theirs, 5),
        bm25_r10: within(&theirs, 10),
    })
}

fn within(ranks: &[Option<usize>], depth: usize) -> f64 {
    let found = ranks.iter().flatten().filter(|rank| **rank < depth).count();
    number(found) / number(ranks.len()).max(1.0)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// BM25 over the bigrams of everything an entry says, without fields, tiers or filler.
struct Baseline<'a> {
    codes: Vec<&'a EntryCode>,
    lengths: Vec<f64>,
    postings: HashMap<String, Vec<(usize, f64)>>,
    mean: f64,
}

impl<'a> Baseline<'a> {
    fn new(entries: &'a [PublishedEntry]) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(entries.len());
        for (at, published) in entries.iter().enumerate() {
            let entry = &published.entry;
            let texts = std::iter::once(entry.question.as_str())
                .chain(entry.variants.iter().map(Line::as_str))
                .chain(entry.keywords.iter().map(Line::as_str))
                .chain([entry.answer.as_str()]);
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            for (_, term) in texts.flat_map(|text| Analysis::Bigrams.of(&cells(text))) {
                *counts.entry(term).or_default() += 1.0;
            }
            lengths.push(counts.values().sum());
            for (term, count) in counts {
                postings.entry(term).or_default().push((at, count));
            }
        }
        Self {
            codes: entries.iter().map(|entry| &entry.entry.code).collect(),
            mean: (lengths.iter().sum::<f64>() / number(lengths.len()).max(1.0)).max(1.0),
            lengths,
            postings,
        }
    }

    fn search(&self, text: &str) -> Vec<&'a EntryCode> {
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        let terms: BTreeSet<String> = Analysis::Bigrams
            .of(&cells(text))
            .into_iter()
            .map(|(_, term)| term)
            .collect();
        let all = number(self.codes.len());
        for inside in terms.iter().filter_map(|term| self.postings.get(term)) {
            let with = number(inside.len());
            let rarity = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            for (at, count) in inside {
                let length = self.lengths.get(*at).copied().unwrap_or(self.mean);
                let norm = K1 * (1.0 - B + B * length / self.mean);
                *scores.entry(*at).or_default() += rarity * count * (K1 + 1.0) / (count + norm);
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores.into_iter().collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        ranked
            .into_iter()
            .take(DEPTH)
            .filter_map(|(at, _)| self.codes.get(at).copied())
            .collect()
    }
}
