//! The search evaluation on real texts, as `../shared/data/README.md` defines it.

use super::Weights;
use super::evaluate::{Asked, Evaluation, Scores};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

type Row = BTreeMap<String, String>;

fn rows(name: &str) -> Vec<Row> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    csv::Reader::from_path(path)
        .unwrap()
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn entry(id: &str, answer: &str) -> PublishedEntry {
    serde_json::from_value(serde_json::json!({
        "code": id,
        "question": "",
        "answer": crate::domain::text::Prose::lossy(answer),
        "version": 1,
        "revision": 1,
    }))
    .unwrap()
}

fn measured(
    set: &str,
    file: &str,
    query: &str,
    answer: impl Fn(&Row) -> String,
) -> (Scores, Scores) {
    let known: BTreeSet<String> = rows("known_items.csv")
        .into_iter()
        .filter(|row| row["set"] == set)
        .map(|mut row| row.remove("id").unwrap())
        .collect();
    let all = rows(file);
    let entries: Vec<_> = all
        .iter()
        .map(|row| entry(&row["id"], &answer(row)))
        .collect();
    let queries: Vec<_> = all
        .iter()
        .filter(|row| known.contains(&row["id"]))
        .map(|row| Asked {
            text: row[query].clone(),
            code: EntryCode::parse(&row["id"]).unwrap(),
        })
        .collect();
    assert_eq!(queries.len(), known.len());
    let evaluation = Evaluation::new(&entries, &queries, date(2026, 11, 24)).unwrap();
    let outcomes = evaluation.ours(Weights::built_in(), None).unwrap();
    let ours: Vec<_> = outcomes.iter().map(|outcome| outcome.rank).collect();
    let theirs: Vec<_> = evaluation
        .baseline()
        .iter()
        .map(|outcome| outcome.rank)
        .collect();
    let (ours, theirs) = (Scores::of(&ours), Scores::of(&theirs));
    println!("{set}: {ours:?}, plain BM25: {theirs:?}");
    (ours, theirs)
}

#[test]
fn replies_are_found_by_their_titles_better_than_by_plain_bm25() {
    let (ours, theirs) = measured("replies", "replies.csv", "title", |row| {
        row["reply"].replace(row["title"].as_str(), "")
    });
    assert!(
        ours.r1 >= theirs.r1 + 0.02 && ours.r5 >= theirs.r5 + 0.01,
        "{ours:?} {theirs:?}"
    );
}

#[test]
fn policy_answers_are_found_by_their_questions_better_than_by_plain_bm25() {
    let (ours, theirs) = measured("policy", "policy_questions.csv", "question", |row| {
        row["answer"].clone()
    });
    assert!(
        ours.r1 >= theirs.r1 + 0.02 && ours.r5 >= theirs.r5 + 0.03,
        "{ours:?} {theirs:?}"
    );
}
