//! Running a query through the tiers: what is found by a higher tier stands above, what has expired stands
//! below everything that holds, and within a tier the score decides.

use super::SearchError;
use super::best::{Best, Split};
use super::build::{Boxed, any};
use super::days::{Days, LastDays};
use super::filter::{Notice, filters};
use super::highlight::Marker;
use super::index::damage;
use super::query::{Parsed, head};
use super::rank::Ranker;
use super::schema::{Fields, day_number};
use super::shown::Shown;
use super::synonyms::Synonyms;
use super::union::{self, Weighed};
use super::weights::Weights;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{PublishedEntry, Validity};
use crate::domain::text::Line;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use tantivy::collector::TopDocs;
use tantivy::query::{AllQuery, BooleanQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, IndexReader, TantivyDocument, TantivyError, Term};

/// Candidates of a tier.
const CANDIDATES: usize = 50;
/// Most hits that one search gives.
const MOST_HITS: usize = 50;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// As typed: Chinese, pinyin, initials, a number, or these mixed.
    pub text: String,
    /// The day that validity is judged on.
    pub today: Date,
    /// At most so many hits, 1 to 50.
    pub limit: usize,
}

/// How a hit was found; a higher tier stands above a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// By its code or a telephone.
    Number,
    /// By the words as typed, in question or keywords.
    Phrase,
    /// By letters read as syllables.
    Pinyin,
    /// By letters read as initials.
    Initials,
    /// By some of the words, or by words of the answer.
    Words,
    /// By its sound (同音字), where the characters as typed found nothing.
    Homophone,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its code.
    pub code: EntryCode,
    /// Its question.
    pub question: Line,
    /// What matched in the question, as byte ranges.
    pub question_marks: Vec<Range<usize>>,
    /// A piece of the answer, one line.
    pub snippet: String,
    /// What matched in the snippet, as byte ranges.
    pub snippet_marks: Vec<Range<usize>>,
    /// Who owns it.
    pub department: Line,
    /// Whether it holds today.
    pub validity: Validity,
    /// The last day it holds.
    pub valid_until: Option<Date>,
    /// Its own version.
    pub version: u64,
    /// The revision of the knowledge base that brought it.
    pub revision: u64,
    /// How it was found.
    pub tier: Tier,
    /// Its score; comparable within a tier of one search only.
    pub score: f32,
}

/// What a search found, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// The hits.
    pub hits: Vec<Hit>,
    /// How many entries were found before the limit was applied; at least so many, since a tier stops at 50.
    pub total: usize,
    /// What in the query looked like a filter and could not be taken as one.
    pub notices: Vec<Notice>,
}

/// A handle to search with: cheap to copy, usable from any thread.
#[derive(Clone)]
pub struct Searcher {
    reader: IndexReader,
    fields: Fields,
    path: PathBuf,
    weights: Arc<Weights>,
    synonyms: Arc<Synonyms>,
    days: Days,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Searcher {
    pub(super) fn new(reader: IndexReader, fields: Fields, path: PathBuf) -> Self {
        Self {
            reader,
            fields,
            path,
            weights: Arc::new(Weights::built_in().clone()),
            synonyms: Arc::new(Synonyms::built_in().clone()),
            days: Days::default(),
        }
    }

    /// The same index ranked by other weights.
    #[must_use]
    pub fn with_weights(&self, weights: Weights) -> Self {
        Self {
            weights: Arc::new(weights),
            ..self.clone()
        }
    }

    /// The same index with another list of everyday words.
    #[must_use]
    pub fn with_synonyms(&self, synonyms: Arc<Synonyms>) -> Self {
        Self {
            synonyms,
            ..self.clone()
        }
    }

    /// Searches. Any text of any length is answered in bounded time, of a longer one than 256 characters, filters
    /// and all, only these are read; one without a letter, a digit or a character finds nothing. Error: the index is damaged.
    pub fn search(&self, query: &Query) -> Result<Hits, SearchError> {
        self.run(query).map_err(|error| damage(&self.path, &error))
    }

    /// An entry by its code. Error: the index is damaged.
    pub fn entry(&self, code: &EntryCode) -> Result<Option<PublishedEntry>, SearchError> {
        let term = Term::from_field_text(self.fields.id, code.as_str());
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let searcher = self.reader.searcher();
        searcher
            .search(&query, &TopDocs::with_limit(1).order_by_score())
            .and_then(|found| {
                found
                    .first()
                    .map(|(_, address)| self.stored(&searcher, *address))
                    .transpose()
            })
            .map_err(|error| damage(&self.path, &error))
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> (tantivy::Searcher, Fields) {
        (self.reader.searcher(), self.fields)
    }

    fn run(&self, query: &Query) -> tantivy::Result<Hits> {
        let searcher = self.reader.searcher();
        let (text, filters, notices) = filters(head(&query.text));
        let parsed = Parsed::new(&text).with_others(&self.synonyms.of(&text));
        let limit = query.limit.clamp(1, MOST_HITS);
        let mut found = Found::new(&searcher, self.days.of(&searcher)?, query.today, limit);
        found.of_expired = filters.holds == Some(false);
        let ranker = Ranker {
            searcher: &searcher,
            fields: self.fields,
            weights: &self.weights,
        };
        found.filter = ranker.builder().filter(&filters, found.today);
        if parsed.parts.is_empty() && !filters.is_empty() {
            found.add_below(Tier::Phrase, Box::new(AllQuery))?;
        } else {
            tiers(&parsed, &ranker, &mut found)?;
        }
        let total = found.candidates.len();
        let mut hits = Vec::with_capacity(limit);
        let mut markers: Vec<(Tier, Marker)> = Vec::new();
        for candidate in found.best() {
            let shown: Shown = self.stored(&searcher, candidate.address)?;
            let at = markers.iter().position(|(tier, _)| *tier == candidate.tier);
            let at = at.unwrap_or_else(|| {
                markers.push((candidate.tier, Marker::new(&parsed, candidate.tier)));
                markers.len() - 1
            });
            if let Some((_, marker)) = markers.get(at) {
                hits.push(shown.hit(candidate.tier, candidate.score, marker, query.today));
            }
        }
        Ok(Hits {
            hits,
            total,
            notices,
        })
    }

    /// An entry as it was stored, read as what is wanted of it.
    fn stored<T: DeserializeOwned>(
        &self,
        searcher: &tantivy::Searcher,
        address: DocAddress,
    ) -> tantivy::Result<T> {
        let document: TantivyDocument = searcher.doc(address)?;
        let text = document
            .get_first(self.fields.doc)
            .and_then(|value| value.as_str());
        serde_json::from_str(text.unwrap_or_default()).map_err(unreadable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: serde_json::Error) -> TantivyError {
    TantivyError::InternalError(format!("a stored entry: {error}"))
}

/// Runs the tiers from the top until enough is found.
fn tiers(parsed: &Parsed, ranker: &Ranker<'_>, found: &mut Found<'_>) -> tantivy::Result<()> {
    let builder = ranker.builder();
    found.add(Tier::Number, builder.number(parsed)?)?;
    found.add_close(Tier::Phrase, builder.phrase(parsed)?, ranker, parsed)?;
    if parsed.has_letters() {
        if !found.is_enough() {
            found.add_close(Tier::Pinyin, builder.pinyin(parsed)?, ranker, parsed)?;
        }
        if !found.is_enough() {
            found.add_close(Tier::Initials, builder.initials(parsed)?, ranker, parsed)?;
        }
    }
    if found.candidates.is_empty()
        && let Some(sound) = builder.sound(parsed)
    {
        // Three and more characters that sound right in a row are a slip of the input method: above single words.
        found.add_below(Tier::Homophone, sound)?;
    }
    if !found.is_enough() {
        let words = builder.words(parsed, ranker.weights.synonyms.weight)?;
        found.add_ranked(&words, ranker, parsed)?;
    }
    if found.wanted == 0 {
        found.add(Tier::Homophone, builder.homophones(parsed)?)?;
    }
    Ok(())
}

struct Candidate {
    address: DocAddress,
    tier: Tier,
    /// Counts the tiers as they were run.
    rank: usize,
    score: f32,
    expired: bool,
}

/// The candidates so far, each in the first tier that found it.
struct Found<'a> {
    searcher: &'a tantivy::Searcher,
    until: LastDays,
    today: i64,
    limit: usize,
    /// What everything found must meet.
    filter: Option<Boxed>,
    /// Only what has expired is looked for.
    of_expired: bool,
    seen: HashSet<DocAddress>,
    candidates: Vec<Candidate>,
    /// How many of them hold, or, where only that is looked for, have expired.
    wanted: usize,
    rank: usize,
}

impl<'a> Found<'a> {
    fn new(searcher: &'a tantivy::Searcher, until: LastDays, today: Date, limit: usize) -> Self {
        Self {
            searcher,
            until,
            today: day_number(today),
            limit,
            filter: None,
            of_expired: false,
            seen: HashSet::new(),
            candidates: Vec::new(),
            wanted: 0,
            rank: 0,
        }
    }

    const fn is_enough(&self) -> bool {
        self.wanted >= self.limit
    }

    fn add(&mut self, tier: Tier, query: Option<Boxed>) -> tantivy::Result<()> {
        match query {
            Some(query) => self.add_below(tier, query),
            None => Ok(()),
        }
    }

    /// Adds what is found as typed; what is more of its question stands higher.
    fn add_close(
        &mut self,
        tier: Tier,
        query: Option<Boxed>,
        ranker: &Ranker<'_>,
        parsed: &Parsed,
    ) -> tantivy::Result<()> {
        let Some(query) = query else { return Ok(()) };
        self.rank += 1;
        let mut best = self.look(query, CANDIDATES)?;
        for list in [&mut best.wanted, &mut best.others] {
            ranker.raise_closest(parsed.places(tier), list)?;
        }
        self.take(tier, best);
        Ok(())
    }

    /// Adds what a query finds below everything found so far.
    fn add_below(&mut self, tier: Tier, query: Boxed) -> tantivy::Result<()> {
        self.rank += 1;
        let best = self.look(query, CANDIDATES)?;
        self.take(tier, best);
        Ok(())
    }

    /// Adds what is found by its words, ranked by [`super::rank`].
    fn add_ranked(
        &mut self,
        words: &[Weighed],
        ranker: &Ranker<'_>,
        parsed: &Parsed,
    ) -> tantivy::Result<()> {
        self.rank += 1;
        let most = ranker.weights.candidates.most;
        let mut best = if self.filter.is_none() {
            union::best(self.searcher, words, most, self.wanted_ones())?
        } else if let Some(query) = any(words) {
            self.look(query, most)?
        } else {
            return Ok(());
        };
        for list in [&mut best.wanted, &mut best.others] {
            *list = ranker.rank(parsed, list)?;
        }
        self.take(Tier::Words, best);
        Ok(())
    }

    /// Asks the index, through the filter, for at most `most` that are wanted and as many others.
    fn look(&self, query: Boxed, most: usize) -> tantivy::Result<Best> {
        let split = Split {
            most,
            wanted: self.wanted_ones(),
        };
        match &self.filter {
            None => self.searcher.search(query.as_ref(), &split),
            Some(filter) => {
                let both = BooleanQuery::intersection(vec![query, filter.box_clone()]);
                self.searcher.search(&both, &split)
            }
        }
    }

    /// What holds; or, where only that is looked for, everything, for the filter lets nothing else through.
    fn wanted_ones(&self) -> impl Fn(DocAddress) -> bool + Clone + Send + Sync + use<> {
        let (until, today, all) = (self.until.clone(), self.today, self.of_expired);
        move |address| all || until.get(address).is_none_or(|until| until >= today)
    }

    /// Takes what is wanted, and the others where that is not enough: they stand below all that is.
    fn take(&mut self, tier: Tier, best: Best) {
        self.push(tier, best.wanted);
        if !self.is_enough() {
            self.push(tier, best.others);
        }
    }

    /// Takes what was not there yet.
    fn push(&mut self, tier: Tier, found: Vec<(f32, DocAddress)>) {
        for (score, address) in found {
            if !self.seen.insert(address) {
                continue;
            }
            let until = self.until.get(address);
            let expired = until.is_some_and(|until| until < self.today);
            self.wanted += usize::from(!expired || self.of_expired);
            self.candidates.push(Candidate {
                address,
                tier,
                rank: self.rank,
                score,
                expired,
            });
        }
    }

    /// The best ones in their order.
    fn best(self) -> Vec<Candidate> {
        let mut all = self.candidates;
        all.sort_by(|one, other| {
            (one.expired, one.rank)
                .cmp(&(other.expired, other.rank))
                .then(other.score.total_cmp(&one.score))
                .then(one.address.cmp(&other.address))
        });
        all.truncate(self.limit);
        all
    }
}
