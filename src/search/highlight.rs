//! Marks: which bytes of a shown text matched the query. A match by sound marks the characters that sound so,
//! nothing more.

use super::filler::left_out;
use super::pinyin::{initials, readings, splits};
use super::query::{Parsed, Part, bigrams, sounds};
use super::searcher::Tier;
use super::text::{Cell, Content, Gap, cells};
use std::collections::HashMap;
use std::ops::Range;

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unit {
    /// This character.
    Han(char),
    /// This word.
    Word(String),
    /// A character read so.
    Syllable(String),
    /// A character whose reading begins so.
    Begun(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// Cells side by side.
    Units(Vec<Unit>),
    /// Characters with these initials side by side; a word counts letter by letter.
    Initials(String),
    /// A word that holds these digits.
    Number(String),
}

/// What to mark for one query found in one tier.
#[derive(Debug)]
pub(super) struct Marker {
    matched: Patterns,
    /// What may have matched the short form of a text.
    short: Patterns,
    /// Pieces of it, for a text where the whole does not stand.
    pieces: Patterns,
}

/// Patterns by what they begin with, so that a place of a text is held against few of them.
#[derive(Debug, Default)]
struct Patterns {
    by_han: HashMap<char, Vec<Pattern>>,
    by_syllable: HashMap<String, Vec<Pattern>>,
    others: Vec<Pattern>,
}

impl Patterns {
    fn is_empty(&self) -> bool {
        self.by_han.is_empty() && self.by_syllable.is_empty() && self.others.is_empty()
    }

    fn new(patterns: Vec<Pattern>) -> Self {
        let mut all = Self::default();
        for pattern in patterns {
            let first = match &pattern {
                Pattern::Units(units) => units.first(),
                Pattern::Initials(_) | Pattern::Number(_) => None,
            };
            match first {
                Some(Unit::Han(c)) => all.by_han.entry(*c).or_default().push(pattern),
                Some(Unit::Syllable(read)) => {
                    let read = read.clone();
                    all.by_syllable.entry(read).or_default().push(pattern);
                }
                _ => all.others.push(pattern),
            }
        }
        all
    }

    /// The most cells that one of them matches at the beginning of `cells`.
    fn longest(&self, cells: &[Cell]) -> usize {
        let longest = |patterns: &[Pattern]| {
            let lengths = patterns.iter().filter_map(|pattern| pattern.length(cells));
            lengths.max().unwrap_or(0)
        };
        let mut most = longest(&self.others);
        if let Some(c) = cells.first().and_then(Cell::han) {
            if let Some(patterns) = self.by_han.get(&c) {
                most = most.max(longest(patterns));
            }
            if !self.by_syllable.is_empty() {
                for read in readings(c) {
                    let patterns = self.by_syllable.get(read);
                    most = most.max(patterns.map_or(0, |patterns| longest(patterns)));
                }
            }
        }
        most
    }
}

impl Marker {
    /// The marks of a query for the hits of a tier.
    pub(super) fn new(parsed: &Parsed, tier: Tier) -> Self {
        let words = || -> Vec<Pattern> {
            let terms = parsed.terms();
            let terms = terms.iter().chain(&parsed.other_pairs);
            terms.map(|term| exact(term)).collect()
        };
        let (matched, pieces) = match tier {
            Tier::Number => {
                let number = parsed.number.clone().into_iter().map(Pattern::Number);
                (number.collect(), Vec::new())
            }
            Tier::Words => (words(), Vec::new()),
            Tier::Homophone => (by_sound(parsed), Vec::new()),
            Tier::Phrase | Tier::Pinyin | Tier::Initials => {
                let matched = parsed.parts.iter().flat_map(|part| whole(part, tier));
                (matched.collect(), words())
            }
        };
        let short = match tier {
            Tier::Phrase | Tier::Initials => {
                let parts = parsed.parts.iter().map(shortened);
                parts.flat_map(|part| whole(&part, tier)).collect()
            }
            _ => Vec::new(),
        };
        Self {
            matched: Patterns::new(matched),
            short: Patterns::new(short),
            pieces: Patterns::new(pieces),
        }
    }

    /// The byte ranges of a question that matched, in order, none touching the next.
    pub(super) fn marks(&self, cells: &[Cell]) -> Vec<Range<usize>> {
        let found = find(&self.matched, cells);
        if found.is_empty() && !self.short.is_empty() {
            return find_short(&self.short, cells);
        }
        found
    }

    /// Those of an answer: what matched, and where the whole does not stand, its pieces.
    pub(super) fn marks_or_pieces(&self, cells: &[Cell]) -> Vec<Range<usize>> {
        let whole = find(&self.matched, cells);
        if whole.is_empty() {
            find(&self.pieces, cells)
        } else {
            whole
        }
    }
}

/// A term of the index: characters side by side, or a word.
fn exact(term: &str) -> Pattern {
    let han = term.chars().all(super::text::is_han);
    Pattern::Units(if han {
        term.chars().map(Unit::Han).collect()
    } else {
        vec![Unit::Word(term.to_owned())]
    })
}

fn whole(part: &Part, tier: Tier) -> Vec<Pattern> {
    match part {
        Part::Han(run) => vec![Pattern::Units(run.iter().copied().map(Unit::Han).collect())],
        Part::Word(word) => {
            let mut ways = vec![Pattern::Units(vec![Unit::Word(word.clone())])];
            match tier {
                Tier::Pinyin => ways.extend(splits(word).iter().map(|way| syllables(way))),
                Tier::Initials if word.len() > 1 => ways.push(Pattern::Initials(word.clone())),
                _ => {}
            }
            ways
        }
    }
}

fn syllables(way: &[&str]) -> Pattern {
    let mut units: Vec<Unit> = way
        .iter()
        .map(|syllable| Unit::Syllable((*syllable).to_owned()))
        .collect();
    if let Some(Unit::Syllable(last)) = units.pop() {
        units.push(Unit::Begun(last));
    }
    Pattern::Units(units)
}

/// The whole by its sound, or else its pairs.
fn by_sound(parsed: &Parsed) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for part in &parsed.parts {
        let ways: Vec<Vec<String>> = match part {
            Part::Han(run) => bigrams(run)
                .iter()
                .flat_map(|two| sounds(&two.chars().collect::<Vec<_>>()).unwrap_or_default())
                .map(|way| way.into_iter().map(str::to_owned).collect())
                .collect(),
            Part::Word(word) => splits(word)
                .iter()
                .take(1)
                .flat_map(|way| way.windows(2))
                .map(|way| way.iter().map(|syllable| (*syllable).to_owned()).collect())
                .collect(),
        };
        patterns.extend(
            ways.into_iter()
                .filter(|way| way.len() == 2)
                .map(|way| Pattern::Units(way.into_iter().map(Unit::Syllable).collect())),
        );
    }
    patterns
}

/// A part as it stands in short forms.
fn shortened(part: &Part) -> Part {
    let Part::Han(run) = part else {
        return part.clone();
    };
    let cells = cells(&String::from_iter(run));
    let kept = cells.iter().zip(left_out(&cells));
    let kept: Vec<char> = kept
        .filter_map(|(cell, out)| cell.han().filter(|_| !out))
        .collect();
    if kept.is_empty() {
        part.clone()
    } else {
        Part::Han(kept)
    }
}

/// Where the short form of a text matched; what was left out of it is not marked.
fn find_short(patterns: &Patterns, cells: &[Cell]) -> Vec<Range<usize>> {
    let out = left_out(cells);
    let kept = cells.iter().zip(&out).filter(|(_, out)| !**out);
    let kept: Vec<Cell> = kept.map(|(cell, _)| cell.clone()).collect();
    let gaps: Vec<usize> = cells
        .iter()
        .zip(&out)
        .filter(|(_, out)| **out)
        .map(|(cell, _)| cell.start)
        .collect();
    let mut found = Vec::new();
    for range in find(patterns, &kept) {
        let mut from = range.start;
        // Cut where something was left out inside.
        for cell in kept.iter().filter(|cell| range.contains(&cell.start)) {
            if gaps.iter().any(|gap| (from..cell.start).contains(gap)) {
                let before = kept.iter().rev().find(|other| other.end <= cell.start);
                found.extend(before.map(|before| from..before.end));
                from = cell.start;
            }
        }
        found.push(from..range.end);
    }
    found
}

fn find(patterns: &Patterns, cells: &[Cell]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..cells.len() {
        let Some(rest) = cells.get(at..) else { break };
        let matched = rest.get(..patterns.longest(rest)).unwrap_or_default();
        let (Some(first), Some(last)) = (matched.first(), matched.last()) else {
            continue;
        };
        match found.last_mut() {
            Some(before) if first.start <= before.end => before.end = before.end.max(last.end),
            _ => found.push(first.start..last.end),
        }
    }
    found
}

impl Pattern {
    /// How many cells it matches at the beginning of `cells`.
    fn length(&self, cells: &[Cell]) -> Option<usize> {
        match self {
            Self::Units(units) => {
                let matched = units.len() <= cells.len()
                    && units
                        .iter()
                        .zip(cells)
                        .enumerate()
                        .all(|(at, (unit, cell))| {
                            (at == 0 || cell.gap != Gap::Hard) && unit.matches(&cell.content)
                        });
                (matched && !units.is_empty()).then_some(units.len())
            }
            Self::Initials(letters) => {
                let mut rest = letters.as_str();
                for (at, cell) in cells.iter().enumerate() {
                    if rest.is_empty() {
                        return Some(at);
                    }
                    if at > 0 && cell.gap == Gap::Hard {
                        return None;
                    }
                    rest = match &cell.content {
                        Content::Han(c) => {
                            let letter = initials(*c).find(|letter| rest.starts_with(*letter))?;
                            rest.strip_prefix(letter)?
                        }
                        Content::Word(word) => rest.strip_prefix(word.as_str())?,
                    };
                }
                rest.is_empty().then_some(cells.len())
            }
            Self::Number(digits) => number_length(digits, cells),
        }
    }
}

/// Words joined by signs only, which together hold the digits.
fn number_length(digits: &str, cells: &[Cell]) -> Option<usize> {
    let mut run = String::new();
    for (at, cell) in cells.iter().take(8).enumerate() {
        let Content::Word(word) = &cell.content else {
            return None;
        };
        if at > 0 && cell.gap != Gap::Soft {
            return None;
        }
        run.push_str(word);
        if run.contains(digits) {
            return Some(at + 1);
        }
    }
    None
}

impl Unit {
    fn matches(&self, content: &Content) -> bool {
        match (self, content) {
            (Self::Han(one), Content::Han(other)) => one == other,
            (Self::Word(one), Content::Word(other)) => one == other,
            (Self::Syllable(syllable), Content::Han(c)) => {
                readings(*c).any(|read| read == syllable)
            }
            (Self::Begun(begun), Content::Han(c)) => {
                readings(*c).any(|read| read.starts_with(begun.as_str()))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::cells;
    use super::*;

    #[test]
    fn exactly_what_matched_is_marked() {
        for (query, tier, text, expected) in [
            ("公积金", Tier::Phrase, "住房公积金与公积", vec!["公积金"]),
            (
                "提取公积金",
                Tier::Words,
                "公积金怎么提取",
                vec!["公积金", "提取"],
            ),
            ("gongjij", Tier::Pinyin, "住房公积金提取", vec!["公积金"]),
            ("gjj", Tier::Initials, "公积金和工具箱", vec!["公积金"]),
            (
                "gjj提取",
                Tier::Initials,
                "公积金的提取",
                vec!["公积金", "提取"],
            ),
            ("etcbl", Tier::Initials, "怎样ETC办理", vec!["ETC办理"]),
            ("公基金", Tier::Homophone, "公积金，工具", vec!["公积金"]),
            (
                "00001234",
                Tier::Number,
                "请拨0531-00001234。",
                vec!["0531-00001234"],
            ),
            ("公積金", Tier::Phrase, "公积金", vec!["公积金"]),
            ("社保医保", Tier::Phrase, "社保、医保", vec!["社保、医保"]),
            (
                "gjjtq",
                Tier::Initials,
                "公积金怎么提取？",
                vec!["公积金", "提取"],
            ),
            (
                "公积金提取",
                Tier::Phrase,
                "公积金的提取办法",
                vec!["公积金", "提取"],
            ),
            (
                "公积金如何提取",
                Tier::Phrase,
                "公积金提取办法",
                vec!["公积金提取"],
            ),
        ] {
            let marks = Marker::new(&Parsed::new(query), tier).marks(&cells(text));
            let marked: Vec<&str> = marks.into_iter().map(|range| &text[range]).collect();
            assert_eq!(marked, expected, "{query} in {text}");
        }
    }

    #[test]
    fn pieces_stand_in_where_the_whole_is_missing() {
        let marker = Marker::new(&Parsed::new("公积金提取"), Tier::Phrase);
        let text = "提取住房公积金";
        assert_eq!(marker.marks(&cells(text)), Vec::<Range<usize>>::new());
        assert_eq!(marker.marks_or_pieces(&cells(text)).len(), 2);
    }
}
