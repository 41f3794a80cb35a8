//! Searching as one types, by kind of query, snippets and marks included, in processor time of the searching thread:
//! the median of five goes of each query; with building rate, size, opening time and resident memory, and SQLite's FTS5 (trigram) on the same texts in the
//! same run, `fzf --filter` where it is installed. `HOTLINE_BENCH_ENTRIES=5000,100000,1000000` says how many entries, `HOTLINE_BENCH_KINDS=sentence` which kinds,
//! `HOTLINE_BENCH_SLOWEST=1` names the slowest queries of each.

use hotline::domain::knowledge::{Entry, PublishedEntry};
use hotline::search::generate::Generator;
use hotline::search::{KnowledgeIndex, Query, Searcher};
use jiff::civil::date;
use rusqlite::Connection;
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Failed = Box<dyn Error>;

/// So many queries of a kind are asked.
const ASKED: usize = 200;
/// Entries that go in with one batch.
const BATCH: usize = 5_000;

/// The median of so many goes counts.
const GOES: usize = 5;

fn demo_entries() -> Result<Vec<Entry>, Failed> {
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

fn streets() -> Result<Vec<String>, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/areas.csv");
    let text = std::fs::read_to_string(path)?;
    let rows = text.lines().skip(1);
    Ok(rows
        .filter_map(|row| row.split(',').nth(2).map(str::to_owned))
        .collect())
}

/// Initials of a piece of text, as somebody types them; only the characters that the table knows.
fn letters(text: &str, whole: bool) -> String {
    use pinyin::ToPinyin as _;
    let read = text
        .chars()
        .filter_map(|c| c.to_pinyin())
        .map(pinyin::Pinyin::plain);
    read.map(|plain| {
        if whole {
            plain
        } else {
            plain.get(..1).unwrap_or_default()
        }
    })
    .collect()
}

/// So many letters and characters of a text from a place on.
fn piece(text: &str, at: usize, len: usize) -> String {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let from = at.min(chars.len().saturating_sub(len));
    chars.into_iter().skip(from).take(len).collect()
}

/// Makes a query out of an entry and a number that varies.
type Make = fn(usize, &Entry) -> String;

/// The kinds of queries, each cut out of the demonstration's own texts.
const KINDS: &[(&str, Make)] = &[
    ("one character", |at, e| {
        piece(e.question.as_str(), at % 7, 1)
    }),
    ("two to four characters", |at, e| {
        piece(e.question.as_str(), at % 5, 2 + at % 3)
    }),
    ("eight to twelve with filler", |at, e| {
        format!(
            "我想问一下{}怎么弄啊",
            piece(e.question.as_str(), 0, 4 + at % 4)
        )
    }),
    ("a sentence of forty", |at, e| {
        piece(e.answer.as_str(), at % 9, 40)
    }),
    ("homophone typo", |at, e| {
        let right = piece(e.question.as_str(), at % 3, 6);
        right
            .replace('积', "基")
            .replace('保', "报")
            .replace('工', "公")
            .replace('水', "睡")
    }),
    ("initials", |at, e| {
        letters(&piece(e.question.as_str(), at % 3, 4 + at % 3), false)
    }),
    ("pinyin", |at, e| {
        letters(&piece(e.question.as_str(), at % 3, 4), true)
    }),
    ("mixed", |at, e| {
        let head = letters(&piece(e.question.as_str(), 0, 3), false);
        head + &piece(e.question.as_str(), 3, 2 + at % 3)
    }),
    ("telephone tail", |_, e| {
        e.telephone.as_str().chars().skip(5).collect()
    }),
    ("not there", |at, _| {
        let lost = ["魑魅魍魉", "饕餮", "zzzqqq", "99998877"];
        lost.get(at % 4)
            .map_or_else(String::new, |text| (*text).to_owned())
    }),
];

fn queries(entries: &[Entry], make: Make) -> Vec<String> {
    let entries = entries.iter().cycle().step_by(7).take(ASKED);
    entries
        .enumerate()
        .map(|(at, entry)| make(at, entry))
        .collect()
}

/// Median and 99th of a hundred, in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at =
        |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    (ms(at(50)), ms(at(99)))
}

/// Processor time that this thread has had.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn measured(
    texts: &[String],
    mut ask: impl FnMut(&str) -> Result<usize, Failed>,
) -> Result<(f64, f64, usize), Failed> {
    let mut times = Vec::with_capacity(texts.len());
    let mut found = 0;
    for text in texts {
        let (mut goes, mut hits) = (Vec::with_capacity(GOES), 0);
        for _ in 0..GOES {
            let before = worked();
            hits = black_box(ask(text)?);
            goes.push(worked().saturating_sub(before));
        }
        goes.sort_unstable();
        times.extend(goes.get(GOES / 2));
        found += usize::from(hits > 0);
    }
    let (half, most) = quantiles(times);
    Ok((half, most, found * 100 / texts.len().max(1)))
}

fn ask(searcher: &Searcher, text: &str) -> Result<usize, Failed> {
    let query = Query {
        text: text.to_owned(),
        today: date(2026, 11, 24),
        limit: 10,
    };
    Ok(searcher.search(&query)?.hits.len())
}

/// Resident memory of this process, in megabytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok())
        .map_or(0, |kilobytes| kilobytes / 1024)
}

fn size(folder: &Path) -> u64 {
    std::fs::read_dir(folder).map_or(0, |files| {
        files
            .filter_map(|file| file.ok()?.metadata().ok())
            .map(|meta| meta.len())
            .sum()
    })
}

fn published(entry: Entry, at: usize) -> PublishedEntry {
    PublishedEntry {
        entry,
        version: 1,
        revision: at as u64 + 1,
        retired: false,
    }
}

/// Bytes of what an entry says.
fn bytes(entry: &Entry) -> usize {
    let lists = entry
        .variants
        .iter()
        .chain(&entry.keywords)
        .map(|line| line.as_str().len());
    let prose = entry
        .steps
        .iter()
        .chain(&entry.materials)
        .map(|text| text.as_str().len());
    entry.question.as_str().len()
        + entry.answer.as_str().len()
        + lists.sum::<usize>()
        + prose.sum::<usize>()
}

/// FTS5 over the same texts, ten hits with a snippet each.
struct Fts(Connection);

impl Fts {
    fn new(path: &Path) -> Result<Self, Failed> {
        let db = Connection::open(path)?;
        db.execute_batch(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
             CREATE VIRTUAL TABLE kb USING fts5(question, words, answer, telephone, tokenize='trigram'); BEGIN;",
        )?;
        Ok(Self(db))
    }

    fn add(&self, entry: &Entry) -> Result<(), Failed> {
        let words: Vec<&str> = entry
            .variants
            .iter()
            .chain(&entry.keywords)
            .map(hotline::domain::text::Line::as_str)
            .collect();
        let mut insert = self
            .0
            .prepare_cached("INSERT INTO kb VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute((
            entry.question.as_str(),
            words.join(" "),
            entry.answer.as_str(),
            entry.telephone.as_str(),
        ))?;
        Ok(())
    }

    /// A text of three characters or more as a phrase, a shorter one by LIKE: trigrams can do no other.
    fn ask(&self, text: &str) -> Result<usize, Failed> {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let hits = if text.chars().count() < 3 {
            let sql = "SELECT answer FROM kb WHERE question LIKE ?1 LIMIT 10";
            let mut select = self.0.prepare_cached(sql)?;
            select.query_map([format!("%{text}%")], read)?.count()
        } else {
            let sql = "SELECT snippet(kb, 2, '[', ']', '…', 40) FROM kb WHERE kb MATCH ?1 ORDER BY bm25(kb, 3, 2, 1, 1) LIMIT 10";
            let mut select = self.0.prepare_cached(sql)?;
            select
                .query_map([format!("\"{}\"", text.replace('"', ""))], read)?
                .count()
        };
        Ok(hits)
    }
}

/// Wall time of `fzf --filter` over the questions; `None` where it is not installed.
fn fzf(lines: &str, text: &str) -> Option<Duration> {
    let before = Instant::now();
    let mut fzf = Command::new("fzf")
        .args(["--filter", text])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .ok()?;
    fzf.stdin.take()?.write_all(lines.as_bytes()).ok()?;
    fzf.wait().ok()?;
    Some(before.elapsed())
}

/// Both indexes, with the bytes of the texts, their questions by line, and how long ours took.
struct Built {
    index: KnowledgeIndex,
    fts: Fts,
    text: usize,
    lines: String,
    building: Duration,
}

fn build(demo: &[Entry], count: usize, kb: &Path, sql: &Path) -> Result<Built, Failed> {
    let places = streets()?;
    let mut built = Built {
        index: KnowledgeIndex::create(kb)?,
        fts: Fts::new(sql)?,
        text: 0,
        lines: String::new(),
        building: Duration::ZERO,
    };
    let mut waiting = Vec::with_capacity(BATCH);
    let entries = demo
        .iter()
        .cloned()
        .chain(Generator::new(demo, &places, 12345));
    for (at, entry) in entries.take(count).enumerate() {
        built.text += bytes(&entry);
        built.lines.push_str(entry.question.as_str());
        built.lines.push('\n');
        built.fts.add(&entry)?;
        waiting.push(published(entry, at));
        if waiting.len() == BATCH || at + 1 == count {
            let before = Instant::now();
            built.index.apply(&waiting)?;
            built.building += before.elapsed();
            waiting.clear();
        }
    }
    let before = Instant::now();
    built.index.commit("bench", 1)?;
    built.building += before.elapsed();
    built
        .fts
        .0
        .execute_batch("COMMIT; INSERT INTO kb(kb) VALUES('optimize');")?;
    Ok(built)
}

/// One line a kind of query.
fn compare(searcher: &Searcher, built: &Built, demo: &[Entry], count: usize) -> Result<(), Failed> {
    println!("| query | p50 ms | p99 ms | found % | FTS5 p50 | FTS5 p99 | found % | fzf ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let wanted = std::env::var("HOTLINE_BENCH_KINDS").unwrap_or_default();
    for (kind, make) in KINDS.iter().filter(|(kind, _)| kind.contains(&wanted)) {
        let texts = queries(demo, *make);
        for text in texts.iter().take(20) {
            ask(searcher, text)?;
        }
        let (half, most, found) = measured(&texts, |text| ask(searcher, text))?;
        if std::env::var_os("HOTLINE_BENCH_SLOWEST").is_some() {
            slowest(searcher, &texts)?;
        }
        let fewer = if count > 100_000 { 20 } else { ASKED };
        let few = texts.get(..texts.len().min(fewer)).unwrap_or_default();
        let (sql_half, sql_most, sql_found) = measured(few, |text| built.fts.ask(text))?;
        let fzf = texts.first().and_then(|text| fzf(&built.lines, text));
        let fzf = fzf.map_or_else(
            || "–".to_owned(),
            |time| format!("{:.0}", time.as_secs_f64() * 1e3),
        );
        println!(
            "| {kind} | {half:.2} | {most:.2} | {found} | {sql_half:.2} | {sql_most:.2} | {sql_found} | {fzf} |"
        );
    }
    Ok(())
}

/// Says which queries took longest, and what they found.
fn slowest(searcher: &Searcher, texts: &[String]) -> Result<(), Failed> {
    let mut times = Vec::new();
    for text in texts {
        let before = worked();
        ask(searcher, text)?;
        times.push((worked().saturating_sub(before), text));
    }
    times.sort_unstable();
    for (time, text) in times.iter().rev().take(4) {
        let query = Query {
            text: (*text).clone(),
            today: date(2026, 11, 24),
            limit: 10,
        };
        let found = searcher.search(&query)?;
        let tiers: Vec<_> = found.hits.iter().map(|hit| hit.tier).collect();
        println!("{time:?} {text} {} {tiers:?}", found.total);
    }
    Ok(())
}

/// How long it takes until an edit is found, 20 times.
fn edits(index: &mut KnowledgeIndex, first: &Entry) -> Result<(f64, f64), Failed> {
    let mut times = Vec::new();
    for at in 0..20 {
        let answer = hotline::domain::text::Prose::lossy(&format!("第{at}次修改。"));
        let entry = Entry {
            answer,
            ..first.clone()
        };
        let before = Instant::now();
        index.apply(&[published(entry, at)])?;
        index.commit("bench", at as u64 + 2)?;
        times.push(before.elapsed());
    }
    Ok(quantiles(times))
}

fn run(count: usize) -> Result<(), Failed> {
    let demo = demo_entries()?;
    let folder = tempfile::tempdir()?;
    let (kb, sql) = (folder.path().join("kb"), folder.path().join("fts.db"));
    let built = build(&demo, count, &kb, &sql)?;
    let megabytes = |bytes: u64| bytes / 1_000_000;
    println!(
        "\n## {count} entries, {} MB of text",
        built.text / 1_000_000
    );
    println!(
        "built in {:.1} s; index {} MB, FTS5 {} MB",
        built.building.as_secs_f64(),
        megabytes(size(&kb)),
        megabytes(std::fs::metadata(&sql)?.len())
    );
    let before = Instant::now();
    let searcher = KnowledgeIndex::open(&kb)?.searcher();
    ask(&searcher, "公积金提取")?;
    println!(
        "open and first query {:.1} ms, wall",
        before.elapsed().as_secs_f64() * 1e3
    );
    compare(&searcher, &built, &demo, count)?;
    let Built { mut index, .. } = built;
    let (half, most) = edits(&mut index, demo.first().ok_or("no demonstration entries")?)?;
    println!(
        "an edit is found after {half:.1} ms (p50), {most:.1} ms (p99), wall; resident {} MB",
        resident()
    );
    Ok(())
}

fn main() {
    let counts = std::env::var("HOTLINE_BENCH_ENTRIES").unwrap_or_else(|_| "5000".to_owned());
    for count in counts
        .split(',')
        .filter_map(|count| count.trim().parse().ok())
    {
        if let Err(error) = run(count) {
            eprintln!("the search benchmark could not run: {error}");
            std::process::exit(1);
        }
    }
}
