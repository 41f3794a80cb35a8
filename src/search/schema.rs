//! The fields of the index, and how an entry becomes a document.

use super::tokens::Analysis;
use crate::domain::knowledge::{Audience, PublishedEntry};
use jiff::civil::Date;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{Index, TantivyDocument};

/// Raised whenever the fields or their analysis change: an index of another number is built anew.
pub(super) const SCHEMA_VERSION: u32 = 3;

/// The fields by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The entry's code, by which it is replaced.
    pub id: Field,
    /// Question, bigrams.
    pub q: Field,
    /// Question without what is left out when it is typed short, bigrams.
    pub short: Field,
    /// Keywords, variants and category, bigrams.
    pub k: Field,
    /// Answer, steps, materials, bigrams.
    pub a: Field,
    /// Question, one by one.
    pub qu: Field,
    /// Keywords and variants, one by one.
    pub ku: Field,
    /// Answer, steps, materials, one by one.
    pub au: Field,
    /// Question, syllables, and those of its short form.
    pub py: Field,
    /// Keywords and variants, syllables, and those of their short forms.
    pub pyk: Field,
    /// Question, initials, and those of its short form.
    pub ini: Field,
    /// Keywords and variants, initials, and those of their short forms.
    pub inik: Field,
    /// Codes and telephones.
    pub num: Field,
    /// Department, one by one.
    pub dept: Field,
    /// Category, one by one.
    pub cat: Field,
    /// Whom it is for.
    pub aud: Field,
    /// First day it holds, as [`day_number`].
    pub from: Field,
    /// Last day it holds, as [`day_number`].
    pub until: Field,
    /// The whole entry as JSON.
    pub doc: Field,
}

/// Name of the fast field of the last day.
pub(super) const UNTIL: &str = "until";

/// The schema with its fields.
pub(super) fn schema() -> (Schema, Fields) {
    use IndexRecordOption::{Basic, WithFreqs, WithFreqsAndPositions};
    let mut builder = Schema::builder();
    let mut text = |name: &str, analysis: Analysis, record: IndexRecordOption| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(analysis.name())
            .set_index_option(record);
        builder.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let q = text("q", Analysis::Bigrams, WithFreqsAndPositions);
    let short = text("short", Analysis::Short, WithFreqsAndPositions);
    let k = text("k", Analysis::Bigrams, WithFreqsAndPositions);
    let a = text("a", Analysis::Bigrams, WithFreqs);
    let qu = text("qu", Analysis::Unigrams, WithFreqs);
    let ku = text("ku", Analysis::Unigrams, WithFreqs);
    let au = text("au", Analysis::Unigrams, WithFreqs);
    let py = text("py", Analysis::Syllables, WithFreqsAndPositions);
    let pyk = text("pyk", Analysis::Syllables, WithFreqsAndPositions);
    let ini = text("ini", Analysis::Initials, WithFreqsAndPositions);
    let inik = text("inik", Analysis::Initials, WithFreqsAndPositions);
    let num = text("num", Analysis::Numbers, Basic);
    let dept = text("dept", Analysis::Unigrams, WithFreqsAndPositions);
    let cat = text("cat", Analysis::Unigrams, WithFreqsAndPositions);
    let aud = builder.add_text_field("aud", STRING);
    let id = builder.add_text_field("id", STRING);
    let from = builder.add_i64_field("from", FAST);
    let until = builder.add_i64_field(UNTIL, FAST | INDEXED);
    // Text: bytes are read back one by one.
    let doc = builder.add_text_field("doc", STORED);
    let fields = Fields {
        id,
        q,
        short,
        k,
        a,
        qu,
        ku,
        au,
        py,
        pyk,
        ini,
        inik,
        num,
        dept,
        cat,
        aud,
        from,
        until,
        doc,
    };
    (builder.build(), fields)
}

/// Makes the index know our analysis.
pub(super) fn register(index: &Index) {
    for analysis in Analysis::ALL {
        index.tokenizers().register(analysis.name(), analysis);
    }
}

/// A day as a number that sorts like the day: 20261124.
pub(super) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// An audience as a term.
pub(super) const fn audience(of: Audience) -> &'static str {
    match of {
        Audience::Citizen => "citizen",
        Audience::Enterprise => "enterprise",
        Audience::Both => "both",
    }
}

impl Fields {
    /// The entry as a document. Error: it can't be written as JSON.
    pub(super) fn document(
        &self,
        published: &PublishedEntry,
    ) -> Result<TantivyDocument, serde_json::Error> {
        let entry = &published.entry;
        let mut document = TantivyDocument::new();
        document.add_text(self.id, entry.code.as_str());
        document.add_text(self.num, entry.code.as_str());
        document.add_text(self.num, entry.telephone.as_str());
        document.add_text(self.num, entry.answer.as_str());
        let question = entry.question.as_str();
        document.add_text(self.q, question);
        document.add_text(self.short, question);
        document.add_text(self.qu, question);
        document.add_text(self.py, question);
        document.add_text(self.ini, question);
        for word in entry.variants.iter().chain(&entry.keywords) {
            for field in [self.k, self.ku, self.pyk, self.inik] {
                document.add_text(field, word.as_str());
            }
        }
        document.add_text(self.k, entry.category.as_str());
        document.add_text(self.dept, entry.department.as_str());
        document.add_text(self.cat, entry.category.as_str());
        document.add_text(self.aud, audience(entry.audience));
        let answer = std::iter::once(&entry.answer)
            .chain(&entry.steps)
            .chain(&entry.materials);
        for text in answer {
            document.add_text(self.a, text.as_str());
            document.add_text(self.au, text.as_str());
        }
        if let Some(day) = entry.valid_from {
            document.add_i64(self.from, day_number(day));
        }
        if let Some(day) = entry.valid_until {
            document.add_i64(self.until, day_number(day));
        }
        document.add_text(self.doc, serde_json::to_string(published)?);
        Ok(document)
    }
}
