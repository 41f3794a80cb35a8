//! The two files of a search evaluation: entries under any id, in which any field may be empty, and queries
//! with the id of the entry that answers each.

use super::entries::date;
use super::mapping::{Field, Mapping, Plan};
use super::problem::{ImportError, Refused};
use super::table::{Row, Table};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Entry, PublishedEntry};
use crate::domain::text::{Line, Prose, Text};
use std::collections::HashMap;

/// What became of the two files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// The ids as they stand in the file of entries, in its order.
    pub ids: Vec<String>,
    /// The entries, each under a code of our own that counts them: `E1` belongs to the first id.
    pub entries: Vec<PublishedEntry>,
    /// Query and place of the right entry in `ids`, with the line.
    pub queries: Vec<(u64, String, usize)>,
    /// Lines of queries whose id no entry has, with the id.
    pub unknown: Vec<(u64, String)>,
    /// Rows that could not be read at all.
    pub refused: Vec<Refused>,
}

/// Reads both tables. What is longer than a field holds is cut, and characters that may not be stored are left
/// out: the evaluation judges a search, not an import. Errors: a column is not there.
pub fn judged(entries: &Table, queries: &Table) -> Result<Judged, ImportError> {
    let mut out = Judged {
        refused: entries
            .refused
            .iter()
            .chain(&queries.refused)
            .cloned()
            .collect(),
        ..Judged::default()
    };
    let plan = Plan::of(entries, &Mapping::default())?;
    let named = plan.sources(Field::Code).first().map(|(_, at)| *at);
    let id = match (entries.column("id"), named) {
        (Some(at), _) | (None, Some(at)) => at,
        (None, None) => entries.required("id")?,
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    for row in &entries.rows {
        let key = row.text(id).unwrap_or_default();
        let entry = Loose { plan: &plan, row }.entry(out.ids.len());
        let Some(entry) = entry else { continue };
        places.entry(key.clone()).or_insert(out.ids.len());
        out.ids.push(key);
        out.entries.push(PublishedEntry {
            entry,
            version: 1,
            revision: out.ids.len() as u64,
            retired: false,
        });
    }
    let (text, wanted) = (queries.required("query")?, queries.required("id")?);
    for row in &queries.rows {
        let key = row.text(wanted).unwrap_or_default();
        match places.get(&key) {
            Some(at) => {
                let text = row.text(text).unwrap_or_default();
                out.queries.push((row.line, text, *at));
            }
            None => out.unknown.push((row.line, key)),
        }
    }
    Ok(out)
}

/// A row whose fields are taken as well as they can be.
struct Loose<'a> {
    plan: &'a Plan,
    row: &'a Row,
}

impl Loose<'_> {
    fn text(&self, field: Field, between: &str) -> String {
        let texts = self.plan.sources(field).iter();
        let texts: Vec<String> = texts
            .filter_map(|(_, at)| self.row.text(*at).ok())
            .collect();
        texts.join(between)
    }

    fn line(&self, field: Field) -> Line {
        Line::lossy(&self.text(field, " "))
    }

    fn list<const MAX: usize, const LINES: bool>(&self, field: Field) -> Vec<Text<MAX, LINES>> {
        let sources = self.plan.sources(field).iter();
        sources
            .filter_map(|(_, at)| self.row.parts(*at).ok())
            .flatten()
            .map(|part| Text::lossy(&part))
            .collect()
    }

    /// The entry; audience and basis play no part in an evaluation. `None` never happens: a code that
    /// counts is a code.
    fn entry(&self, at: usize) -> Option<Entry> {
        Some(Entry {
            code: EntryCode::parse(&format!("E{}", at + 1)).ok()?,
            question: self.line(Field::Question),
            variants: self.list(Field::Variants),
            keywords: self.list(Field::Keywords),
            answer: Prose::lossy(&self.text(Field::Answer, "\n")),
            steps: self.list(Field::Steps),
            materials: self.list(Field::Materials),
            time_limit: self.line(Field::TimeLimit),
            telephone: self.line(Field::Telephone),
            place: self.line(Field::Place),
            fee: self.line(Field::Fee),
            department: self.line(Field::Department),
            category: self.line(Field::Category),
            audience: crate::domain::knowledge::Audience::default(),
            basis: Vec::new(),
            valid_from: date(&self.text(Field::ValidFrom, " ")),
            valid_until: date(&self.text(Field::ValidUntil, " ")),
            marked: Line::default(),
            public: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::Format;
    use super::*;

    fn table(text: &[u8]) -> Table {
        Table::parse("a.csv", Format::Csv, text, None).unwrap()
    }

    #[test]
    fn any_id_is_taken_and_an_unknown_one_is_told_with_its_line() {
        let (gbk, ..) = encoding_rs::GB18030
            .encode("id,question,answer,电话\n一/2 号,,带身份证,12345\n007,怎么办,,\n");
        let entries = table(&gbk);
        let queries = table("\u{feff}query,id\n身份证,一/2 号\n怎么办,7\n怎么办,007\n".as_bytes());
        let judged = judged(&entries, &queries).unwrap();
        assert_eq!(judged.ids, ["一/2 号", "007"]);
        assert_eq!(judged.entries[0].entry.answer.as_str(), "带身份证");
        assert_eq!(judged.entries[0].entry.telephone.as_str(), "12345");
        assert_eq!(
            judged.queries,
            [(2, "身份证".to_owned(), 0), (4, "怎么办".to_owned(), 1)]
        );
        assert_eq!(judged.unknown, [(3, "7".to_owned())]);
    }

    #[test]
    fn a_missing_column_is_named() {
        let entries = table(b"id,question,answer\n1,a,b\n");
        let error = judged(&entries, &table(b"text,id\na,1\n")).unwrap_err();
        assert!(error.to_string().contains("query"), "{error}");
    }
}
