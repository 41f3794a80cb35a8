//! Ranking what was found by its words: BM25 over pairs and over single characters, each with its own saturation
//! and its own say of rarity, over the 24 rarest terms of each kind. The index finds candidates by the rarest pairs; here each
//! is given its score by walking to it in the postings of every term, so no text is loaded.

use super::build::{Builder, rarity};
use super::query::Parsed;
use super::schema::Fields;
use super::weights::{TermWeights, Weights};
use std::sync::Arc;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings as _, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet as _, InvertedIndexReader, Score, Searcher, TERMINATED, Term};

/// The characters that every text has on top of its own, so that the shortest is not the best.
const LEAST_LENGTH: f32 = 20.0;
/// So many terms of a kind, the rarest ones of the query, have a say.
const MOST_RANKED: usize = 24;

/// Gives candidates their scores for one query.
pub(super) struct Ranker<'a> {
    pub searcher: &'a Searcher,
    pub fields: Fields,
    pub weights: &'a Weights,
}

/// Terms of one kind in one field.
struct Part {
    field: Field,
    boost: f32,
    /// The mean length of the field, in terms; 0 when it is empty everywhere.
    mean: f32,
    /// By segment: the field's postings, and where each term stands in them.
    segments: Vec<(Arc<InvertedIndexReader>, Vec<Option<TermInfo>>)>,
}

impl<'a> Ranker<'a> {
    /// What makes queries against the same state of the index.
    pub(super) const fn builder(&self) -> Builder<'a> {
        Builder {
            searcher: self.searcher,
            fields: self.fields,
        }
    }

    /// The candidates with their scores, best first; equal ones in the order of the index.
    pub(super) fn rank(
        &self,
        parsed: &Parsed,
        found: &[(Score, DocAddress)],
    ) -> tantivy::Result<Vec<(Score, DocAddress)>> {
        let mut addresses: Vec<DocAddress> = found.iter().map(|(_, address)| *address).collect();
        addresses.sort_unstable();
        let mut scores = vec![0.0; addresses.len()];
        let Fields { q, k, a, .. } = self.fields;
        let Fields { qu, ku, au, .. } = self.fields;
        let Weights {
            pairs, characters, ..
        } = *self.weights;
        self.add(&parsed.all_pairs, [q, k, a], pairs, &addresses, &mut scores)?;
        let others = TermWeights {
            weight: pairs.weight * self.weights.synonyms.weight,
            ..pairs
        };
        self.add(
            &parsed.other_pairs,
            [q, k, a],
            others,
            &addresses,
            &mut scores,
        )?;
        self.add(
            &parsed.all_characters,
            [qu, ku, au],
            characters,
            &addresses,
            &mut scores,
        )?;
        self.shorten(&addresses, &mut scores)?;
        let mut ranked: Vec<(Score, DocAddress)> = scores.into_iter().zip(addresses).collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        Ok(ranked)
    }

    /// Raises what was found as typed by how much of its question that is: `places` of as many characters.
    pub(super) fn raise_closest(
        &self,
        places: usize,
        found: &mut [(Score, DocAddress)],
    ) -> tantivy::Result<()> {
        let places = number(u64::try_from(places).unwrap_or(u64::MAX));
        let mut lengths: Option<(u32, FieldNormReader)> = None;
        for (score, address) in found {
            let ordinal = address.segment_ord;
            if lengths.as_ref().is_none_or(|(of, _)| *of != ordinal) {
                let segment = self.searcher.segment_reader(ordinal);
                lengths = Some((ordinal, segment.get_fieldnorms_reader(self.fields.qu)?));
            }
            if let Some((_, lengths)) = &lengths {
                let length = number(u64::from(lengths.fieldnorm(address.doc_id)));
                *score *= 1.0 + (places / length.max(1.0)).min(1.0);
            }
        }
        Ok(())
    }

    /// Adds what one kind of terms says of the candidates, which stand in the order of the index.
    fn add(
        &self,
        terms: &[String],
        fields: [Field; 3],
        weights: TermWeights,
        addresses: &[DocAddress],
        scores: &mut [f32],
    ) -> tantivy::Result<()> {
        if weights.weight <= 0.0 || terms.is_empty() {
            return Ok(());
        }
        let of = self.weights.fields;
        let mut parts = Vec::with_capacity(fields.len());
        for (field, boost) in fields
            .into_iter()
            .zip([of.question, of.keywords, of.answer])
        {
            parts.push(self.part(field, boost * weights.weight, terms)?);
        }
        let all = self.searcher.num_docs();
        let mut rarities: Vec<f32> = (0..terms.len())
            .map(|term| {
                let with = parts.iter().map(|part| part.entries_with(term)).max();
                let with = with.unwrap_or(0);
                if with == 0 {
                    // In no entry: it says nothing of any, and takes no other term's place.
                    return 0.0;
                }
                rarity(with, all).powf(weights.rarity)
            })
            .collect();
        keep_rarest(&mut rarities);
        let mut from = 0;
        for group in addresses.chunk_by(|one, other| one.segment_ord == other.segment_ord) {
            let to = from + group.len();
            if let Some(scores) = scores.get_mut(from..to) {
                for part in parts
                    .iter()
                    .filter(|part| part.boost > 0.0 && part.mean > 0.0)
                {
                    self.add_part(part, &rarities, weights, group, scores)?;
                }
            }
            from = to;
        }
        Ok(())
    }

    fn part(&self, field: Field, boost: f32, terms: &[String]) -> tantivy::Result<Part> {
        let mut segments = Vec::new();
        let (mut tokens, mut docs) = (0, 0);
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            tokens += index.total_num_tokens();
            docs += u64::from(segment.max_doc());
            let mut infos = Vec::with_capacity(terms.len());
            for term in terms {
                infos.push(index.get_term_info(&Term::from_field_text(field, term))?);
            }
            segments.push((index, infos));
        }
        Ok(Part {
            field,
            boost,
            mean: number(tokens) / number(docs).max(1.0),
            segments,
        })
    }

    /// Adds what one field says of candidates of one segment.
    fn add_part(
        &self,
        part: &Part,
        rarities: &[f32],
        weights: TermWeights,
        group: &[DocAddress],
        scores: &mut [f32],
    ) -> tantivy::Result<()> {
        let Some(ordinal) = group.first().map(|address| address.segment_ord) else {
            return Ok(());
        };
        let segment = self.searcher.segment_reader(ordinal);
        let Some((index, infos)) = part.segments.get(ordinal as usize) else {
            return Ok(());
        };
        let lengths: FieldNormReader = segment.get_fieldnorms_reader(part.field)?;
        let TermWeights { k1, b, .. } = weights;
        let norms: Vec<f32> = group
            .iter()
            .map(|address| {
                let length = number(u64::from(lengths.fieldnorm(address.doc_id)));
                k1 * (1.0 - b + b * length / part.mean)
            })
            .collect();
        for (info, rarity) in infos.iter().zip(rarities) {
            let Some(info) = info.as_ref().filter(|_| *rarity > 0.0) else {
                continue;
            };
            let mut postings =
                index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            let weight = rarity * part.boost * (k1 + 1.0);
            for ((address, score), norm) in group.iter().zip(scores.iter_mut()).zip(&norms) {
                if postings.doc() < address.doc_id {
                    postings.seek(address.doc_id);
                }
                if postings.doc() == TERMINATED {
                    break;
                }
                if postings.doc() == address.doc_id {
                    let count = number(u64::from(postings.term_freq()));
                    *score += weight * count / (count + norm);
                }
            }
        }
        Ok(())
    }

    /// Takes off what long answers lose.
    fn shorten(&self, addresses: &[DocAddress], scores: &mut [f32]) -> tantivy::Result<()> {
        let field = self.fields.au;
        let mean = self.part(field, 1.0, &[])?.mean;
        let mut lengths: Option<(u32, FieldNormReader)> = None;
        for (address, score) in addresses.iter().zip(scores) {
            let ordinal = address.segment_ord;
            if lengths.as_ref().is_none_or(|(of, _)| *of != ordinal) {
                let segment = self.searcher.segment_reader(ordinal);
                lengths = Some((ordinal, segment.get_fieldnorms_reader(field)?));
            }
            if let Some((_, lengths)) = &lengths {
                let length = number(u64::from(lengths.fieldnorm(address.doc_id)));
                let long = ((length + LEAST_LENGTH) / (mean + LEAST_LENGTH)).ln();
                *score *= 1.0 - self.weights.length.loss * long;
            }
        }
        Ok(())
    }
}

impl Part {
    /// In how many entries the term at this place stands in this field.
    fn entries_with(&self, term: usize) -> u64 {
        let infos = self
            .segments
            .iter()
            .filter_map(|(_, infos)| infos.get(term)?.as_ref());
        infos.map(|info| u64::from(info.doc_freq)).sum()
    }
}

/// Leaves all but the rarest terms of a long query out: they say next to nothing, and walking their long postings to
/// every candidate is most of the work.
fn keep_rarest(rarities: &mut [f32]) {
    if rarities.len() <= MOST_RANKED {
        return;
    }
    let mut sorted = rarities.to_vec();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let least = sorted.get(MOST_RANKED - 1).copied().unwrap_or(0.0);
    for rarity in rarities {
        if *rarity < least {
            *rarity = 0.0;
        }
    }
}

/// A count as a number to reckon with.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of terms and entries, for a score"
)]
pub(super) const fn number(count: u64) -> f32 {
    count as f32
}
