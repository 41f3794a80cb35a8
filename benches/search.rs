//! Searching as one types, by kind of query, with snippets and marks: over the demonstration entries, and over
//! 5,000 made of them (each question with another entry's answer).

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hotline::domain::id::EntryCode;
use hotline::domain::knowledge::{Entry, PublishedEntry};
use hotline::search::{KnowledgeIndex, Query};
use jiff::civil::date;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;

const QUERIES: &[(&str, &str)] = &[
    ("one character", "水"),
    ("two to four characters", "公积金"),
    (
        "eight to twelve with filler",
        "我想问一下公积金提取怎么弄啊",
    ),
    ("a phrase", "住房公积金"),
    ("homophone typo", "公基金体取"),
    ("in other words", "家里暖气不热物业不管怎么办"),
    ("initials", "gjjtq"),
    ("pinyin", "gongjijintiq"),
    ("mixed", "gjj提取"),
    ("telephone tail", "00001001"),
    ("not there", "魑魅魍魉"),
];

fn demo_entries() -> Result<Vec<Entry>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/knowledge");
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut entries = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(file)?.lines() {
            entries.push(serde_json::from_str(line)?);
        }
    }
    Ok(entries)
}

/// `count` entries: the demonstration's own first, then their questions with other answers.
fn published(demo: &[Entry], count: usize) -> Result<Vec<PublishedEntry>, Box<dyn Error>> {
    (0..count)
        .zip(demo.iter().cycle())
        .map(|(at, entry)| {
            let round = at / demo.len();
            let other = demo.iter().cycle().nth(at + round * 37).unwrap_or(entry);
            let entry = Entry {
                code: EntryCode::parse(&format!("{}.{round}", entry.code))?,
                answer: other.answer.clone(),
                ..entry.clone()
            };
            Ok(PublishedEntry {
                entry,
                version: 1,
                revision: at as u64 + 1,
                retired: false,
            })
        })
        .collect()
}

fn run(c: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let demo = demo_entries()?;
    for count in [demo.len(), 5_000] {
        let mut index = KnowledgeIndex::in_memory()?;
        index.apply(&published(&demo, count)?)?;
        index.commit("bench", 1)?;
        let searcher = index.searcher();
        let mut group = c.benchmark_group(format!("search/{count}"));
        for (kind, text) in QUERIES {
            let query = Query {
                text: (*text).to_owned(),
                today: date(2026, 11, 24),
                limit: 10,
            };
            searcher.search(&query)?;
            group.bench_with_input(BenchmarkId::from_parameter(kind), &query, |b, query| {
                b.iter(|| black_box(searcher.search(query).map(|found| found.total)));
            });
        }
        group.finish();
    }
    Ok(())
}

fn search(c: &mut Criterion) {
    if let Err(error) = run(c) {
        eprintln!("the search benchmark could not run: {error}");
        std::process::exit(1);
    }
}

criterion_group!(benches, search);
criterion_main!(benches);
