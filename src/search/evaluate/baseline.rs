//! The plainest ranking that is any good, to measure ours against.

use super::scores::number;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::domain::text::Line;
use crate::search::text::{Content, Gap, cells};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Saturation and length, the usual ones.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Pairs of characters that nothing stands between; a lone character and a word by themselves.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let mut run = Vec::new();
    let end = |run: &mut Vec<char>, terms: &mut Vec<String>| {
        if let [lone] = run.as_slice() {
            terms.push(lone.to_string());
        }
        terms.extend(run.windows(2).map(String::from_iter));
        run.clear();
    };
    for cell in cells(text) {
        if cell.gap != Gap::None {
            end(&mut run, &mut terms);
        }
        match cell.content {
            Content::Han(c) => run.push(c),
            Content::Word(word) => {
                end(&mut run, &mut terms);
                terms.push(word);
            }
        }
    }
    end(&mut run, &mut terms);
    terms
}

/// BM25 over the bigrams of everything an entry says, without fields, tiers or filler.
pub(super) struct Baseline<'a> {
    codes: Vec<&'a EntryCode>,
    lengths: Vec<f64>,
    postings: HashMap<String, Vec<(usize, f64)>>,
    mean: f64,
}

impl<'a> Baseline<'a> {
    pub(super) fn new(entries: &'a [PublishedEntry]) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(entries.len());
        for (at, published) in entries.iter().enumerate() {
            let entry = &published.entry;
            let texts = std::iter::once(entry.question.as_str())
                .chain(entry.variants.iter().map(Line::as_str))
                .chain(entry.keywords.iter().map(Line::as_str))
                .chain([entry.answer.as_str()]);
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            for term in texts.flat_map(terms) {
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

    pub(super) fn search(&self, text: &str, depth: usize) -> Vec<&'a EntryCode> {
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        let terms: BTreeSet<String> = terms(text).into_iter().collect();
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
            .take(depth)
            .filter_map(|(at, _)| self.codes.get(at).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_plainly() {
        let expected = ["社保", "医保", "办", "etc", "要钱", "吗"];
        assert_eq!(terms("社保、医保，办ETC要钱。吗"), expected);
    }
}
