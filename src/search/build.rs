//! The index queries of a query, made by hand, one for each tier. (tantivy's own parser would make a run of
//! Chinese one phrase.)

use super::filler::{is_empty_talk, short_form};
use super::filter::Filters;
use super::pinyin::{self, splits};
use super::query::{MOST_TERMS, Parsed, Part, bigrams, sounds};
use super::schema::{Fields, audience};
use super::text::{Cell, cells};
use super::tokens::{Analysis, SHORTEST_TAIL, pair};
use super::union::Weighed;
use crate::domain::knowledge::Audience;
use std::collections::BTreeSet;
use std::ops::Bound;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur,
    PhrasePrefixQuery, PhraseQuery, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Postings that a union of terms may walk through beyond its rarest ones: keeps a search of a large base short.
const POSTINGS: u64 = 20_000;
/// The rarest terms that are always taken, on question and keywords.
const RAREST_ASKED: usize = 8;
/// The same on the answer.
const RAREST_ANSWER: usize = 4;
/// Characters of a run that is looked for by its sound as a whole.
const SOUNDED: std::ops::RangeInclusive<usize> = 3..=10;
/// Syllable pairs taken for homophones.
const RAREST_PAIRS: usize = 4;
/// Most terms that a begun number or syllable may stand for.
const MOST_EXPANSIONS: usize = 50;
const BOOST_QUESTION: f32 = 3.0;
const BOOST_KEYWORDS: f32 = 2.0;
const BOOST_ANSWER: f32 = 1.0;
/// What it counts that parts which must all be found stand side by side.
const BOOST_BESIDE: f32 = 4.0;
const BOOST_SOUND: f32 = 0.8;
/// What a phrase counts whose last syllable is only begun.
const BOOST_BEGUN: f32 = 0.3;
/// Rare terms count more than BM25 has it: among the candidates, by their rarity times this power of it.
const RARITY_POWER: f32 = 0.3;

pub(super) type Boxed = Box<dyn Query>;

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

    /// What filters let through; `None` for everything. `today`: the day that validity is judged on, as [`day_number`].
    ///
    /// [`day_number`]: super::schema::day_number
    pub(super) fn filter(&self, filters: &Filters, today: i64) -> Option<Boxed> {
        let Fields { dept, cat, aud, .. } = self.fields;
        let mut clauses: Vec<Boxed> = Vec::new();
        for (field, texts) in [(dept, &filters.departments), (cat, &filters.categories)] {
            for text in texts {
                let terms = Analysis::Unigrams.of(&cells(text));
                let terms: Vec<String> = terms.into_iter().map(|(_, term)| term).collect();
                clauses.extend(phrase(field, &terms));
            }
        }
        if let Some(of) = filters.audience {
            let both = [of, Audience::Both].map(|one| single(aud, audience(one)));
            clauses.extend(union(both.into()));
        }
        clauses.extend(filters.holds.map(|holds| self.holding(holds, today)));
        if clauses.is_empty() {
            return None;
        }
        let all = BooleanQuery::intersection(clauses);
        Some(Box::new(ConstScoreQuery::new(Box::new(all), 0.0)))
    }

    /// What holds today, or what has expired; an entry without a day holds from ever, or without end.
    fn holding(&self, holds: bool, today: i64) -> Boxed {
        let Fields { from, until, .. } = self.fields;
        let day = |field| Bound::Excluded(Term::from_field_i64(field, today));
        let expired: Boxed = Box::new(RangeQuery::new(Bound::Unbounded, day(until)));
        if !holds {
            return expired;
        }
        let not_yet: Boxed = Box::new(RangeQuery::new(day(from), Bound::Unbounded));
        Box::new(BooleanQuery::new(vec![
            (Occur::Must, Box::new(AllQuery)),
            (Occur::MustNot, expired),
            (Occur::MustNot, not_yet),
        ]))
    }

    /// Every part as it stands.
    pub(super) fn phrase(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        self.every(parsed, |word| self.literal(word))
    }

    /// Every part, letters read as pinyin.
    pub(super) fn pinyin(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        let every = self.every(parsed, |word| {
            let mut ways = Vec::new();
            for way in splits(word) {
                ways.extend(self.syllables(&way)?);
            }
            if !ways.is_empty() {
                ways.extend(self.literal(word)?);
            }
            Ok(union(ways))
        })?;
        let mut whole = Vec::new();
        for part in &parsed.parts {
            let way = match part {
                Part::Han(run) => sounds(run),
                Part::Word(word) => Some(splits(word)),
            };
            whole.extend(way.into_iter().flatten().take(1).flatten());
        }
        let pairs: Vec<String> = whole.windows(2).filter_map(joined).collect();
        Ok(every.map(|every| beside(every, parsed, &self.by_sound(), &pairs)))
    }

    /// Every part, letters read as initials.
    pub(super) fn initials(&self, parsed: &Parsed) -> tantivy::Result<Option<Boxed>> {
        let every = self.every(parsed, |word| {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() < 2 {
                return self.literal(word);
            }
            let grams = initial_grams(&letters);
            let mut ways: Vec<Boxed> = self.literal(word)?.into_iter().collect();
            for (field, boost) in self.by_initials() {
                ways.extend(phrase(field, &grams).map(|query| boosted(query, boost)));
            }
            Ok(union(ways))
        })?;
        let mut whole: Vec<char> = Vec::new();
        for part in &parsed.parts {
            match part {
                Part::Han(run) => {
                    whole.extend(run.iter().filter_map(|c| pinyin::initials(*c).next()));
                }
                Part::Word(word) => whole.extend(word.chars()),
            }
        }
        let grams = initial_grams(&whole);
        Ok(every.map(|every| beside(every, parsed, &self.by_initials(), &grams)))
    }

    /// The whole run by its sound: catches the wrong character of an input method. A longer run holds enough that is
    /// right to be found by its words.
    pub(super) fn sound(&self, parsed: &Parsed) -> Option<Boxed> {
        let run = parsed
            .only_han()
            .filter(|run| SOUNDED.contains(&run.len()))?;
        let mut phrases = Vec::new();
        for way in sounds(run)? {
            // Pairs are rarer than syllables: far less is walked through.
            let pairs: Vec<String> = way.windows(2).filter_map(joined).collect();
            for (field, boost) in self.by_sound() {
                phrases.extend(phrase(field, &pairs).map(|query| boosted(query, boost)));
            }
        }
        union(phrases)
    }

    /// The fields of syllables with what they count.
    const fn by_sound(&self) -> [(Field, f32); 2] {
        let Fields { py, pyk, .. } = self.fields;
        [
            (py, BOOST_QUESTION * BOOST_SOUND),
            (pyk, BOOST_KEYWORDS * BOOST_SOUND),
        ]
    }

    /// The fields of initials with what they count.
    const fn by_initials(&self) -> [(Field, f32); 2] {
        let Fields { ini, inik, .. } = self.fields;
        [
            (ini, BOOST_QUESTION * BOOST_SOUND),
            (inik, BOOST_KEYWORDS * BOOST_SOUND),
        ]
    }

    /// Any of the rarest pairs: the candidates for [`super::rank`]. A character alone finds nothing, so a query that
    /// shares no pair with any entry is a miss, and counted as one. `others`: what official words for everyday ones count.
    pub(super) fn words(&self, parsed: &Parsed, others: f32) -> tantivy::Result<Vec<Weighed>> {
        let Fields { q, k, a, .. } = self.fields;
        let terms: Vec<String> = parsed
            .terms()
            .into_iter()
            .filter(|term| !is_empty_talk(term))
            .collect();
        let mut clauses = self.weighed(
            &[(q, BOOST_QUESTION), (k, BOOST_KEYWORDS)],
            &terms,
            RAREST_ASKED,
        )?;
        clauses.extend(self.weighed(&[(a, BOOST_ANSWER)], &terms, RAREST_ANSWER)?);
        if others > 0.0 {
            let fields = [(q, BOOST_QUESTION), (k, BOOST_KEYWORDS), (a, BOOST_ANSWER)];
            let fields = fields.map(|(field, boost)| (field, boost * others));
            clauses.extend(self.weighed(&fields, &parsed.other_pairs, RAREST_ANSWER)?);
        }
        Ok(clauses)
    }

    /// The rarest terms in each of the fields, by the fields' boosts and their own rarity.
    fn weighed(
        &self,
        fields: &[(Field, f32)],
        terms: &[String],
        least: usize,
    ) -> tantivy::Result<Vec<Weighed>> {
        let searched: Vec<Field> = fields.iter().map(|(field, _)| *field).collect();
        let mut clauses = Vec::new();
        for (count, term) in self.rarest(&searched, terms, least, POSTINGS)? {
            let rare = rarity(count, self.searcher.num_docs()).powf(RARITY_POWER);
            clauses.extend(fields.iter().map(|(field, boost)| Weighed {
                field: *field,
                term: term.to_owned(),
                weight: boost * rare,
            }));
        }
        Ok(clauses)
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
        let fields = self.by_sound();
        let searched = fields.map(|(field, _)| field);
        let rarest = self.rarest(&searched, &pairs, RAREST_PAIRS, 0)?;
        let clauses = rarest
            .into_iter()
            .flat_map(|(_, two)| fields.map(|(field, boost)| boosted(single(field, two), boost)));
        Ok(union(clauses.collect()))
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
                Part::Han(run) => self.run(run)?,
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
    fn run(&self, run: &[char]) -> tantivy::Result<Option<Boxed>> {
        let Fields {
            q,
            short,
            k,
            qu,
            ku,
            ..
        } = self.fields;
        if let [_] = run {
            let terms = bigrams(run);
            let ways = [(qu, BOOST_QUESTION), (ku, BOOST_KEYWORDS)];
            let ways = ways.map(|(field, boost)| Some(boosted(phrase(field, &terms)?, boost)));
            return Ok(union(ways.into_iter().flatten().collect()));
        }
        let terms = bigrams(run);
        let less = short_form(&cells(&String::from_iter(run)));
        let less = less.map(|cells| -> Vec<char> { cells.iter().filter_map(Cell::han).collect() });
        let less = less.map(|run| bigrams(&run));
        let mut asked = vec![(q, &terms), (short, less.as_ref().unwrap_or(&terms))];
        asked.extend(less.as_ref().map(|less| (q, less)));
        let mut ways = Vec::new();
        for (field, terms) in asked {
            if self.may_stand(field, terms)? {
                ways.extend(phrase(field, terms));
            }
        }
        // Whole or short, it is one question: it counts once.
        let asked: Option<Boxed> = match ways.len() {
            0 | 1 => ways.pop(),
            _ => Some(Box::new(DisjunctionMaxQuery::new(ways))),
        };
        let keys = if self.may_stand(k, &terms)? {
            phrase(k, &terms)
        } else {
            None
        };
        let asked = asked.map(|asked| boosted(asked, BOOST_QUESTION));
        let keys = keys.map(|keys| boosted(keys, BOOST_KEYWORDS));
        Ok(union(asked.into_iter().chain(keys).collect()))
    }

    /// False when one of the terms is in no entry, so that they stand nowhere side by side. Most long runs are given up
    /// here, at the first such term.
    fn may_stand(&self, field: Field, terms: &[String]) -> tantivy::Result<bool> {
        for term in terms {
            if self
                .searcher
                .doc_freq(&Term::from_field_text(field, term))?
                == 0
            {
                return Ok(false);
            }
        }
        Ok(true)
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

    /// Syllables side by side, the last of them perhaps only begun; above these, where it is whole.
    fn syllables(&self, way: &[&str]) -> tantivy::Result<Option<Boxed>> {
        let mut ways = Vec::new();
        for (field, boost) in self.by_sound() {
            if let [begun] = way {
                ways.extend(self.begun(field, begun)?.map(|query| boosted(query, boost)));
                continue;
            }
            // Pairs are rarer than syllables: far less is walked through, and they say more by their number.
            let pairs: Vec<String> = way.windows(2).filter_map(joined).collect();
            ways.extend(
                self.begun_phrase(field, &pairs)?
                    .map(|query| boosted(query, boost * BOOST_BEGUN)),
            );
            ways.extend(phrase(field, &pairs).map(|query| boosted(query, boost)));
        }
        Ok(union(ways))
    }

    /// Pairs side by side, the last of them perhaps only begun.
    fn begun_phrase(&self, field: Field, pairs: &[String]) -> tantivy::Result<Option<Boxed>> {
        let (Some(begun), whole) = (pairs.last(), pairs.get(..pairs.len().saturating_sub(1)))
        else {
            return Ok(None);
        };
        let whole = whole.unwrap_or_default();
        if whole.is_empty() {
            return self.begun(field, begun);
        }
        if !self.may_stand(field, whole)? {
            return Ok(None);
        }
        let terms = pairs.iter().map(|pair| Term::from_field_text(field, pair));
        Ok(Some(Box::new(PhrasePrefixQuery::new(terms.collect()))))
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
    ) -> tantivy::Result<Vec<(u64, &'t str)>> {
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
            .map(|(_, counted)| counted)
            .collect())
    }
}

/// What must all be found, and above it where its parts stand side by side in this order.
fn beside(every: Boxed, parsed: &Parsed, fields: &[(Field, f32)], terms: &[String]) -> Boxed {
    if parsed.parts.len() < 2 || terms.len() > MOST_TERMS {
        return every;
    }
    let whole = fields.iter().filter_map(|(field, boost)| {
        let whole = phrase(*field, terms)?;
        Some((Occur::Should, boosted(whole, boost * BOOST_BESIDE)))
    });
    let mut clauses: Vec<(Occur, Boxed)> = whole.collect();
    clauses.push((Occur::Must, every));
    Box::new(BooleanQuery::new(clauses))
}

/// Letters as they are indexed: three side by side, or the two there are.
fn initial_grams(letters: &[char]) -> Vec<String> {
    let len = if letters.len() < 3 { 2 } else { 3 };
    letters
        .windows(len)
        .map(|some| some.iter().collect())
        .collect()
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

/// Any of the terms, as a query of the index.
pub(super) fn any(terms: &[Weighed]) -> Option<Boxed> {
    let ways = terms.iter();
    union(
        ways.map(|it| boosted(single(it.field, &it.term), it.weight))
            .collect(),
    )
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

/// BM25's rarity of a term that stands in `count` of `all` entries: above 0.
pub(super) fn rarity(count: u64, all: u64) -> f32 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let (with, all) = (number(count), number(all.max(count)));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a small number, for a score"
    )]
    {
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln() as f32
    }
}
