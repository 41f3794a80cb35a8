//! A query as it was typed: cut by script and space, filler taken off, and the ways it can sound.

use super::filler::stripped;
use super::pinyin::{readings, splits};
use super::searcher::Tier;
use super::text::{Content, Gap, cells};
use super::tokens::{Analysis, SHORTEST_TAIL};
use std::collections::BTreeSet;

/// So many places of a query are looked at.
pub(super) const LONGEST_QUERY: usize = 64;
/// So many different terms of a query are looked up.
pub(super) const MOST_TERMS: usize = 24;
/// Most ways to read a phrase by its sound.
const MOST_SOUNDS: usize = 4;

/// So much of a text as a query is read of: 256 characters. Marks and signs make no place, so the work is bounded
/// before it is done.
pub(super) fn head(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST_QUERY * 4);
    end.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// A run of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters written without spaces.
    Han(Vec<char>),
    /// A word of letters and digits.
    Word(String),
}

/// A query cut into what must be found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parsed {
    /// Its parts, filler taken off.
    pub parts: Vec<Part>,
    /// The whole as a number or code without its signs, where it can be one.
    pub number: Option<String>,
    /// The pairs of all of it, filler too, each once.
    pub all_pairs: Vec<String>,
    /// The characters and words of all of it, each once.
    pub all_characters: Vec<String>,
    /// The pairs of official words for everyday words in it that are not in it already, each once, at most 24.
    pub other_pairs: Vec<String>,
}

impl Parsed {
    /// Cuts a query, of which [`head`] was taken; what is beyond 64 places is left out.
    pub(super) fn new(text: &str) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let mut number = Some(String::new());
        let mut cells = cells(text);
        cells.truncate(LONGEST_QUERY);
        let once = |analysis: Analysis| {
            let terms: BTreeSet<String> = analysis.of(&cells).into_iter().map(|(_, t)| t).collect();
            terms.into_iter().collect()
        };
        let (all_pairs, all_characters) = (once(Analysis::Bigrams), once(Analysis::Unigrams));
        for cell in cells {
            match cell.content {
                Content::Word(word) => {
                    if let Some(number) = &mut number {
                        number.push_str(&word);
                    }
                    parts.push(Part::Word(word));
                }
                Content::Han(c) => {
                    number = None;
                    match parts.last_mut() {
                        Some(Part::Han(run)) if cell.gap < Gap::Space => run.push(c),
                        _ => parts.push(Part::Han(vec![c])),
                    }
                }
            }
        }
        for part in &mut parts {
            if let Part::Han(run) = part {
                *run = stripped(run).to_vec();
            }
        }
        parts.dedup();
        let number = number.filter(|number| {
            number.chars().all(|c| c.is_ascii_alphanumeric())
                && number.contains(|c: char| c.is_ascii_digit())
                && number.len() >= SHORTEST_TAIL
        });
        Self {
            parts,
            number,
            all_pairs,
            all_characters,
            other_pairs: Vec::new(),
        }
    }

    /// Adds what stands for everyday words in it.
    pub(super) fn with_others(mut self, others: &[&str]) -> Self {
        let mut pairs = BTreeSet::new();
        for other in others {
            let terms = Analysis::Bigrams.of(&cells(other));
            pairs.extend(terms.into_iter().map(|(_, term)| term));
        }
        self.other_pairs = pairs
            .into_iter()
            .filter(|pair| !self.all_pairs.contains(pair))
            .take(MOST_TERMS)
            .collect();
        self
    }

    /// True for words that may be pinyin or initials, digits between them (`12345nsl`).
    pub(super) fn has_letters(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Word(word) => {
                word.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && word.bytes().any(|byte| byte.is_ascii_lowercase())
            }
            Part::Han(_) => false,
        })
    }

    /// Places of a text that it stands in where it is found in a tier.
    pub(super) fn places(&self, tier: Tier) -> usize {
        let parts = self.parts.iter().map(|part| match (part, tier) {
            (Part::Han(run), _) => run.len(),
            (Part::Word(word), Tier::Initials) => word.chars().count(),
            (Part::Word(word), Tier::Pinyin) => splits(word).first().map_or(1, Vec::len),
            (Part::Word(_), _) => 1,
        });
        parts.sum()
    }

    /// Its characters, where it has nothing else.
    pub(super) fn only_han(&self) -> Option<&[char]> {
        match self.parts.as_slice() {
            [Part::Han(run)] => Some(run),
            _ => None,
        }
    }

    /// Its terms of one field of bigrams, each once, at most 24.
    pub(super) fn terms(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Han(run) => bigrams(run),
                Part::Word(word) => vec![word.clone()],
            })
            .filter(|term| seen.insert(term.clone()))
            .take(MOST_TERMS)
            .collect()
    }
}

/// The pairs of a run; the character itself where it is alone.
pub(super) fn bigrams(run: &[char]) -> Vec<String> {
    if let [lone] = run {
        return vec![lone.to_string()];
    }
    run.windows(2).map(|two| two.iter().collect()).collect()
}

/// The ways a run can sound, at most four, by the first readings first; `None` where a character has no reading.
pub(super) fn sounds(run: &[char]) -> Option<Vec<Vec<&'static str>>> {
    let mut ways: Vec<Vec<&'static str>> = vec![Vec::new()];
    for c in run {
        let mut longer = Vec::new();
        for reading in readings(*c) {
            longer.extend(ways.iter().map(|way| {
                let mut way = way.clone();
                way.push(reading);
                way
            }));
        }
        if longer.is_empty() {
            return None;
        }
        longer.truncate(MOST_SOUNDS);
        ways = longer;
    }
    Some(ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn han(text: &str) -> Part {
        Part::Han(text.chars().collect())
    }

    #[test]
    fn a_query_is_cut_by_script_and_space() {
        for (text, parts) in [
            ("gjj提取", vec![Part::Word("gjj".into()), han("提取")]),
            ("社保、医保", vec![han("社保医保")]),
            ("社保 医保", vec![han("社保"), han("医保")]),
            ("请问公積金怎么办啊", vec![han("公积金")]),
            ("  ", vec![]),
        ] {
            assert_eq!(Parsed::new(text).parts, parts, "{text}");
        }
    }

    #[test]
    fn numbers_and_codes_lose_their_signs() {
        for (text, number) in [
            ("0531-6660", Some("05316660")),
            ("GJJ-0001", Some("gjj0001")),
            ("１２３４", Some("1234")),
            ("123", None),
            ("gjj", None),
            ("停水12345", None),
        ] {
            assert_eq!(Parsed::new(text).number.as_deref(), number, "{text}");
        }
    }

    #[test]
    fn a_long_query_has_a_bounded_number_of_terms() {
        let text: String = ('\u{4e00}'..'\u{5e00}').collect();
        let parsed = Parsed::new(&text);
        assert_eq!(parsed.terms().len(), MOST_TERMS);
        assert_eq!(parsed.only_han().map(<[char]>::len), Some(LONGEST_QUERY));
    }

    #[test]
    fn the_ways_a_run_sounds_are_bounded() {
        let run: Vec<char> = "行行行行行行行行".chars().collect();
        assert_eq!(sounds(&run).map(|ways| ways.len()), Some(MOST_SOUNDS));
        assert_eq!(sounds(&['x']), None);
    }
}
