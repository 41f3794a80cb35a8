//! A query as it was typed, and the index queries made from it by hand, one for each tier. (tantivy's own
//! parser would make a run of Chinese one phrase.)

use super::filler::stripped;
use super::pinyin::{readings, splits};
use super::schema::Fields;
use super::text::{Content, Gap, cells};
use super::tokens::{SHORTEST_TAIL, pair};
use std::collections::BTreeSet;
use tantivy::query::{BooleanQuery, BoostQuery, PhrasePrefixQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// So many places of a query are looked at.
const LONGEST_QUERY: usize = 64;
/// So many different terms of a query are looked up.
const MOST_TERMS: usize = 24;
/// Postings that a union of terms may walk through beyond its rarest ones: keeps a search of a large base short.
const POSTINGS: u64 = 100_000;
/// The rarest terms that are always taken, on question and keywords.
const RAREST_ASKED: usize = 8;
/// The same on the answer.
const RAREST_ANSWER: usize = 4;
/// Syllable pairs taken for homophones.
const RAREST_PAIRS: usize = 4;
/// Most terms that a begun number or syllable may stand for.
const MOST_EXPANSIONS: usize = 50;
/// Most ways to read a phrase by its sound.
const MOST_SOUNDS: usize = 4;

const BOOST_QUESTION: f32 = 3.0;
const BOOST_KEYWORDS: f32 = 2.0;
const BOOST_ANSWER: f32 = 1.0;
const BOOST_SOUND: f32 = 0.8;

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
}

impl Parsed {
    /// Cuts a query; what is beyond 64 places is left out.
    pub(super) fn new(text: &str) -> Self {
        // Marks and signs make no place: bound the work before it is done, too.
        let head = text
            .char_indices()
            .nth(LONGEST_QUERY * 4)
            .and_then(|(at, _)| text.get(..at))
            .unwrap_or(text);
        let mut parts: Vec<Part> = Vec::new();
        let mut number = Some(String::new());
        for cell in cells(head).into_iter().take(LONGEST_QUERY) {
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
        Self { parts, number }
    }

    /// The words of letters that may be pinyin or initials.
    pub(super) fn has_letters(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Word(word) => word.bytes().all(|byte| byte.is_ascii_lowercase()),
            Part::Han(_) => false,
        })
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

type Boxed = Box<dyn Query>;

/// Makes index queries against one state of the index.
pub(super) struct Builder<'a> {
    /// That state.
    pub searcher: &'a Searcher,
    /// Its fields.
    pub fields: Fields,
}

impl Builder<'_> {
    /// A telephone or a code, of which a tail may be given and the end may be missing.
    pub(super) fn number(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        match &parsed.number {
            Some(number) => self.begun(self.fields.num, number),
            None => Ok(None),
        }
    }

    /// Every part as it stands.
    pub(super) fn phrase(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        self.every(parsed, |word| self.literal(word))
    }

    /// Every part, letters read as pinyin.
    pub(super) fn pinyin(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        self.every(parsed, |word| {
            let mut ways = Vec::new();
            for way in splits(word) {
                ways.extend(self.syllables(&way)?);
            }
            if !ways.is_empty() {
                ways.extend(self.literal(word)?);
            }
            Ok(union(ways))
        })
    }

    /// Every part, letters read as initials.
    pub(super) fn initials(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        self.every(parsed, |word| {
            let letters: Vec<char> = word.chars().collect();
            let grams: Vec<String> = match letters.len() {
                0 | 1 => return self.literal(word),
                2 => vec![word.to_owned()],
                _ => letters
                    .windows(3)
                    .map(|three| three.iter().collect())
                    .collect(),
            };
            let mut ways: Vec<Boxed> = self.literal(word)?.into_iter().collect();
            ways.extend(phrase(self.fields.ini, &grams).map(|query| boosted(query, BOOST_SOUND)));
            Ok(union(ways))
        })
    }

    /// The whole run by its sound: catches the wrong character of an input method.
    pub(super) fn sound(&self, parsed: &Parsed) -> Option<Boxed> {
        let run = parsed.only_han().filter(|run| run.len() >= 3)?;
        let ways = sounds(run)?;
        union(
            ways.iter()
                .filter_map(|way| phrase(self.fields.py, way))
                .collect(),
        )
    }

    /// Any of the rarest terms.
    pub(super) fn words(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        let Fields { q, k, a, .. } = self.fields;
        let terms = parsed.terms();
        let mut clauses = Vec::new();
        for term in self.rarest(&[q, k], &terms, RAREST_ASKED, POSTINGS)? {
            clauses.push(boosted(single(q, term), BOOST_QUESTION));
            clauses.push(boosted(single(k, term), BOOST_KEYWORDS));
        }
        for term in self.rarest(&[a], &terms, RAREST_ANSWER, POSTINGS)? {
            clauses.push(boosted(single(a, term), BOOST_ANSWER));
        }
        Ok(union(clauses))
    }

    /// Any of the rarest pairs of syllables.
    pub(super) fn homophones(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        let mut pairs = BTreeSet::new();
        for part in &parsed.parts {
            match part {
                Part::Han(run) => {
                    for two in run.windows(2) {
                        for way in sounds(two).unwrap_or_default() {
                            pairs.extend(way.windows(2).filter_map(joined));
                        }
                    }
                }
                Part::Word(word) => {
                    for way in splits(word).iter().take(1) {
                        pairs.extend(way.windows(2).filter_map(joined));
                    }
                }
            }
        }
        let pairs: Vec<String> = pairs.into_iter().take(MOST_TERMS).collect();
        let py = self.fields.py;
        let rarest = self.rarest(&[py], &pairs, RAREST_PAIRS, 0)?;
        Ok(union(
            rarest.into_iter().map(|two| single(py, two)).collect(),
        ))
    }

    /// One query that all parts must meet; `None` when a part can't be read so.
    fn every(
        &self,
        parsed: &Parsed,
        word: impl Fn(&str) -> tantivy::Result<Option<Boxed>>,
    ) -> tantivy::Result<Option<Boxed>> {
        let mut clauses = Vec::with_capacity(parsed.parts.len());
        for part in parsed.parts.iter().take(MOST_TERMS) {
            let clause = match part {
                Part::Han(run) => self.run(run),
                Part::Word(text) => word(text)?,
            };
            match clause {
                Some(clause) => clauses.push(clause),
                None => return Ok(None),
            }
        }
        Ok(match clauses.len() {
            0 => None,
            1 => clauses.pop(),
            _ => Some(Box::new(BooleanQuery::intersection(clauses))),
        })
    }

    /// Characters side by side, in question or keywords.
    fn run(&self, run: &[char]) -> Option<Boxed> {
        let Fields { q, k, qu, ku, .. } = self.fields;
        let (asked, keys) = if run.len() == 1 { (qu, ku) } else { (q, k) };
        let terms = bigrams(run);
        let ways = [(asked, BOOST_QUESTION), (keys, BOOST_KEYWORDS)]
            .into_iter()
            .filter_map(|(field, boost)| Some(boosted(phrase(field, &terms)?, boost)))
            .collect();
        union(ways)
    }

    /// A word as it stands; a number by its tail, too.
    fn literal(&self, word: &str) -> tantivy::Result<Option<Boxed>> {
        let Fields { q, k, a, num, .. } = self.fields;
        let mut ways = vec![
            boosted(single(q, word), BOOST_QUESTION),
            boosted(single(k, word), BOOST_KEYWORDS),
            boosted(single(a, word), BOOST_ANSWER),
        ];
        if word.len() >= SHORTEST_TAIL && word.contains(|c: char| c.is_ascii_digit()) {
            ways.extend(self.begun(num, word)?);
        }
        Ok(union(ways))
    }

    /// Syllables side by side, the last of them perhaps only begun.
    fn syllables(&self, way: &[&str]) -> tantivy::Result<Option<Boxed>> {
        let py = self.fields.py;
        let query: Option<Boxed> = match way {
            [] => None,
            [begun] => self.begun(py, begun)?,
            _ => Some(Box::new(PhrasePrefixQuery::new(
                way.iter()
                    .map(|syllable| Term::from_field_text(py, syllable))
                    .collect(),
            ))),
        };
        Ok(query.map(|query| boosted(query, BOOST_SOUND)))
    }

    /// Any term that begins with `prefix`, the exact one above the others.
    fn begun(&self, field: Field, prefix: &str) -> tantivy::Result<Option<Boxed>> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut stream = index.terms().range().ge(prefix).into_stream()?;
            let mut taken = 0;
            while taken < MOST_EXPANSIONS
                && stream.advance()
                && stream.key().starts_with(prefix.as_bytes())
            {
                taken += 1;
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    terms.insert(term.to_owned());
                }
            }
        }
        let ways = terms
            .iter()
            .take(MOST_EXPANSIONS)
            .map(|term| {
                let boost = if term == prefix { 2.0 } else { 1.0 };
                boosted(single(field, term), boost)
            })
            .collect();
        Ok(union(ways))
    }

    /// The rarest of the terms that exist in the fields: always `least`, and more while they stay within `postings`.
    fn rarest<'t>(
        &self,
        fields: &[Field],
        terms: &'t [String],
        least: usize,
        postings: u64,
    ) -> tantivy::Result<Vec<&'t str>> {
        let mut counted = Vec::with_capacity(terms.len());
        for term in terms {
            let mut count = 0;
            for field in fields {
                count += self
                    .searcher
                    .doc_freq(&Term::from_field_text(*field, term))?;
            }
            if count > 0 {
                counted.push((count, term.as_str()));
            }
        }
        counted.sort_unstable();
        let mut walked = 0;
        Ok(counted
            .into_iter()
            .enumerate()
            .take_while(|(at, (count, _))| {
                walked += count;
                *at < least || walked <= postings
            })
            .map(|(_, (_, term))| term)
            .collect())
    }
}

fn joined(two: &[&str]) -> Option<String> {
    match two {
        [one, two] => Some(pair(one, two)),
        _ => None,
    }
}

fn single(field: Field, term: &str) -> Boxed {
    Box::new(TermQuery::new(
        Term::from_field_text(field, term),
        IndexRecordOption::WithFreqs,
    ))
}

/// Terms side by side; a single one by itself.
fn phrase(field: Field, terms: &[impl AsRef<str>]) -> Option<Boxed> {
    match terms {
        [] => None,
        [lone] => Some(single(field, lone.as_ref())),
        _ => Some(Box::new(PhraseQuery::new(
            terms
                .iter()
                .map(|term| Term::from_field_text(field, term.as_ref()))
                .collect(),
        ))),
    }
}

fn boosted(query: Boxed, boost: f32) -> Boxed {
    Box::new(BoostQuery::new(query, boost))
}

fn union(mut ways: Vec<Boxed>) -> Option<Boxed> {
    match ways.len() {
        0 => None,
        1 => ways.pop(),
        _ => Some(Box::new(BooleanQuery::union(ways))),
    }
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
