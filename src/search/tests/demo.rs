//! The demonstration's knowledge, all of it, found by its own questions.

use super::super::pinyin::initials;
use super::super::text::{Content, Gap, cells};
use super::entries::*;
use crate::domain::knowledge::{Entry, PublishedEntry, Validity};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn demo() -> Vec<PublishedEntry> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/knowledge");
    let mut entries: Vec<PublishedEntry> = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        for line in std::fs::read_to_string(file.unwrap().path())
            .unwrap()
            .lines()
        {
            let entry: Entry = serde_json::from_str(line).unwrap();
            entries.push(PublishedEntry {
                entry,
                version: 1,
                revision: entries.len() as u64 + 1,
                retired: false,
            });
        }
    }
    entries
}

#[test]
fn every_valid_entry_is_first_by_its_own_question_and_near_by_its_initials() {
    let all = demo();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for published in &all {
        *times.entry(published.entry.question.as_str()).or_default() += 1;
    }
    let searcher = filled(&all).searcher();
    let (mut lost, mut far) = (Vec::new(), Vec::new());
    for published in &all {
        let entry = &published.entry;
        let question = entry.question.as_str();
        if times[question] > 1 || entry.validity(TODAY) == Validity::Expired {
            continue;
        }
        let hits = searcher.search(&ask(question)).unwrap().hits;
        if hits.first().map(|hit| &hit.code) != Some(&entry.code) {
            lost.push(question);
        }
        // As somebody types them: of the first sentence, nothing matches across its end.
        let cells = cells(question);
        let sentence = cells
            .iter()
            .enumerate()
            .take_while(|(at, cell)| *at == 0 || cell.gap != Gap::Hard);
        let letters: String = sentence
            .map(|(_, cell)| cell)
            .take(12)
            .filter_map(|cell| match &cell.content {
                Content::Han(c) => initials(*c).next().map(String::from),
                Content::Word(word) => Some(word.clone()),
            })
            .collect();
        let hits = searcher.search(&ask(&letters)).unwrap().hits;
        if !hits.iter().take(5).any(|hit| hit.code == entry.code) {
            far.push(format!("{letters} {question}"));
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(far.is_empty(), "{far:#?}");
}
