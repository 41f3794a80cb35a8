//! Many realistic entries out of a few, to measure with: questions of the demonstration asked for other places, with
//! answers put together from sentences of the same field. What comes out is no advice, and says so in each entry.

use crate::domain::id::EntryCode;
use crate::domain::knowledge::Entry;
use crate::domain::text::{Line, Prose};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::BTreeMap;

/// What every entry says of itself.
pub const MARK: &str = "由演示条目重组，仅供测试，内容不作答复依据";

/// Makes entries without end, the same ones for the same seed.
pub struct Generator<'a> {
    sources: &'a [Entry],
    places: &'a [String],
    /// Sentences of the answers by the first level of the category.
    sentences: BTreeMap<&'a str, Vec<&'a str>>,
    random: StdRng,
    made: u64,
}

impl<'a> Generator<'a> {
    /// Over entries and names of places to ask about.
    pub fn new(sources: &'a [Entry], places: &'a [String], seed: u64) -> Self {
        let mut sentences: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for entry in sources {
            let field = sentences.entry(field_of(entry)).or_default();
            let pieces = entry.answer.as_str().split_inclusive(['。', '；']);
            field.extend(pieces.filter(|piece| piece.chars().count() > 5));
        }
        Self {
            sources,
            places,
            sentences,
            random: StdRng::seed_from_u64(seed),
            made: 0,
        }
    }

    /// One of `items`, by chance.
    fn one<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        if items.is_empty() {
            return None;
        }
        items.get(self.random.random_range(0..items.len()))
    }

    fn entry(&mut self) -> Option<Entry> {
        let source = self.one(self.sources)?.clone();
        let place = self.one(self.places).map_or("", String::as_str);
        let door = self.random.random_range(1..400);
        let mut answer = format!("{place}{door}号一带：");
        let pool = self
            .sentences
            .get(field_of(&source))
            .cloned()
            .unwrap_or_default();
        for _ in 0..self.random.random_range(3..6) {
            answer.push_str(self.one(&pool).copied().unwrap_or_default());
        }
        self.made += 1;
        Some(Entry {
            code: EntryCode::parse(&format!("GEN-{:07}", self.made)).ok()?,
            question: Line::lossy(&format!("{place}{}", source.question)),
            answer: Prose::lossy(&answer),
            telephone: Line::lossy(&format!(
                "0531-{:08}",
                self.random.random_range(0..100_000_000)
            )),
            marked: Line::lossy(MARK),
            // Made up: never for the citizens' page.
            public: false,
            ..source
        })
    }
}

impl Iterator for Generator<'_> {
    type Item = Entry;

    /// The next entry; `None` only without sources.
    fn next(&mut self) -> Option<Entry> {
        self.entry()
    }
}

/// The first level of an entry's category.
fn field_of(entry: &Entry) -> &str {
    let category = entry.category.as_str();
    category
        .split_once('/')
        .map_or(category, |(field, _)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_entries_and_each_says_what_it_is() {
        let sources: Vec<Entry> = crate::search::tests::entries::entries()
            .into_iter()
            .map(|published| Entry {
                public: true,
                ..published.entry
            })
            .collect();
        let places = ["历下区".to_owned(), "槐荫区".to_owned()];
        let make =
            |seed| -> Vec<Entry> { Generator::new(&sources, &places, seed).take(50).collect() };
        assert_eq!(make(7), make(7));
        assert_ne!(make(7), make(8));
        let mut codes = std::collections::BTreeSet::new();
        for entry in make(7) {
            entry.check().unwrap();
            assert_eq!(entry.marked.as_str(), MARK);
            assert!(!entry.public, "not for the citizens' page");
            assert!(codes.insert(entry.code.clone()), "{}", entry.code);
        }
        assert_eq!(Generator::new(&[], &places, 1).count(), 0);
    }
}
