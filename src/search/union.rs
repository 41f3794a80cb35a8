//! Any of many terms, each with its weight: the entries with the highest sums. The chosen terms are rare, so every
//! posting of theirs is read once and added up in a table of all entries, which is several times cheaper than to keep
//! sixty lists in order at once, as a union of queries does.

use super::best::Best;
use super::build::rarity;
use super::rank::number;
use std::cell::RefCell;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::Bm25StatisticsProvider as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, Term};

/// BM25's saturation and its share of the length, as the index itself reckons: what is found by a union stands beside
/// what is found by a query.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A term of a field and what it counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighed {
    /// Where it stands.
    pub field: Field,
    /// The term.
    pub term: String,
    /// What its BM25 score is multiplied by; above 0.
    pub weight: f32,
}

thread_local! {
    /// A score for each entry of a segment, all 0 between two searches.
    static SCORES: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// What BM25 says of a field's lengths, by their code.
struct Lengths {
    field: Field,
    norms: [f32; 256],
}

/// Entries that hold any of the terms, at most `most` of those that are wanted and of the others.
pub(super) fn best(
    searcher: &Searcher,
    terms: &[Weighed],
    most: usize,
    wanted: impl Fn(DocAddress) -> bool,
) -> tantivy::Result<Best> {
    let mut lengths: Vec<Lengths> = Vec::new();
    for Weighed { field, .. } in terms {
        if !lengths.iter().any(|known| known.field == *field) {
            lengths.push(Lengths::of(searcher, *field)?);
        }
    }
    let docs = searcher.total_num_docs()?;
    let mut scaled = Vec::with_capacity(terms.len());
    for Weighed {
        field,
        term,
        weight,
    } in terms
    {
        let term = Term::from_field_text(*field, term);
        let with = searcher.doc_freq(&term)?;
        scaled.push((*field, term, weight * rarity(with, docs) * (1.0 + K1)));
    }
    let mut best = Best::default();
    let mut scores = SCORES.take();
    for ordinal in 0..searcher.segment_readers().len() {
        let ordinal = SegmentOrdinal::try_from(ordinal).unwrap_or_default();
        for one in segment(searcher, ordinal, &scaled, &lengths, &mut scores)? {
            if wanted(one.1) {
                best.wanted.push(one);
            } else {
                best.others.push(one);
            }
        }
        best.keep(most);
    }
    SCORES.set(scores);
    Ok(best.sorted(most))
}

/// The entries of one segment; leaves the scores at 0.
fn segment(
    searcher: &Searcher,
    ordinal: SegmentOrdinal,
    terms: &[(Field, Term, f32)],
    lengths: &[Lengths],
    scores: &mut Vec<f32>,
) -> tantivy::Result<Vec<(Score, DocAddress)>> {
    let segment = searcher.segment_reader(ordinal);
    let size = usize::try_from(segment.max_doc()).unwrap_or(usize::MAX);
    if scores.len() < size {
        scores.resize(size, 0.0);
    }
    let mut touched: Vec<DocId> = Vec::new();
    for Lengths { field, norms } in lengths {
        let index = segment.inverted_index(*field)?;
        let codes: FieldNormReader = segment.get_fieldnorms_reader(*field)?;
        for (_, term, weight) in terms.iter().filter(|(of, ..)| of == field) {
            let Some(info) = index.get_term_info(term)? else {
                continue;
            };
            let mut postings =
                index.read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
            while postings.block_len() > 0 {
                for (doc, count) in postings.docs().iter().zip(postings.freqs()) {
                    let code = codes.fieldnorm_id(*doc);
                    let norm = norms.get(usize::from(code)).copied().unwrap_or(K1);
                    let count = number(u64::from(*count));
                    let Some(score) = scores.get_mut(*doc as usize) else {
                        continue;
                    };
                    if *score == 0.0 {
                        touched.push(*doc);
                    }
                    *score += weight * count / (count + norm);
                }
                postings.advance();
            }
        }
    }
    let mut found = Vec::with_capacity(touched.len());
    for doc in touched {
        if let Some(score) = scores.get_mut(doc as usize) {
            let score = std::mem::take(score);
            if !segment.is_deleted(doc) {
                found.push((score, DocAddress::new(ordinal, doc)));
            }
        }
    }
    Ok(found)
}

impl Lengths {
    fn of(searcher: &Searcher, field: Field) -> tantivy::Result<Self> {
        let docs = searcher.total_num_docs()?;
        let mean = number(searcher.total_num_tokens(field)?) / number(docs).max(1.0);
        let mut norms = [K1; 256];
        for (code, norm) in (0u8..=255).zip(&mut norms) {
            let length = number(u64::from(FieldNormReader::id_to_fieldnorm(code)));
            *norm = K1 * (1.0 - B + B * length / mean.max(f32::MIN_POSITIVE));
        }
        Ok(Self { field, norms })
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::any;
    use super::*;
    use crate::search::tests::entries::INDEX;
    use proptest::prelude::*;
    use tantivy::collector::TopDocs;

    fn bits() -> impl Strategy<Value = Vec<(u8, String, f32)>> {
        let terms = [
            "公积",
            "积金",
            "怎样",
            "贷款",
            "社保",
            "办理",
            "停水",
            "工资",
            "没有此",
        ];
        let term = (
            0u8..3,
            proptest::sample::select(terms.to_vec()),
            0.1f32..4.0,
        );
        proptest::collection::vec(
            term.prop_map(|(field, term, weight)| (field, term.to_owned(), weight)),
            1..20,
        )
    }

    proptest! {
        /// What is added up here is what the index itself says of the same terms, in the same order.
        #[test]
        fn a_union_scores_as_the_index_does(terms in bits(), most in 1usize..12) {
            let (searcher, fields) = INDEX.searcher().parts();
            let field = |n: u8| [fields.q, fields.k, fields.a][usize::from(n)];
            let terms: Vec<Weighed> = terms
                .into_iter()
                .map(|(n, term, weight)| Weighed { field: field(n), term, weight })
                .collect();
            let found = best(&searcher, &terms, most, |_| true).unwrap().wanted;
            let query = any(&terms).unwrap();
            let top = TopDocs::with_limit(most).order_by_score();
            let expected = searcher.search(query.as_ref(), &top).unwrap();
            prop_assert_eq!(found.len(), expected.len());
            for ((score, _), (other, _)) in found.iter().zip(&expected) {
                prop_assert!((score - other).abs() < 1e-3 * other.abs().max(1.0), "{} {}", score, other);
            }
            // The table is clean again; and none takes a wanted one's place.
            let odd = |address: DocAddress| address.doc_id % 2 == 1;
            let all = best(&searcher, &terms, 1_000, |_| true).unwrap().wanted;
            let apart = best(&searcher, &terms, 1_000, odd).unwrap();
            let (wanted, others) = all.into_iter().partition(|(_, address)| odd(*address));
            prop_assert_eq!(apart, Best { wanted, others });
        }
    }
}
