//! `hotline kb evaluate`: how well queries find their entries, with no server.

use crate::cli::Setup;
use crate::cli::args::KbEvaluate;
use crate::cli::fault::Fault;
use crate::cli::kb::tell_refused;
use crate::cli::model;
use crate::domain::clock::civil_day;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::link::import::{Judged, Table, judged};
use crate::search::Weights;
use crate::search::evaluate::{
    Asked, Evaluation, Kind, Length, Outcome, Paired, Scores, SecondBlock,
};
use crate::search::meaning::{Corpus, Encoder};
use crate::words::{Cli as Say, Words};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;

/// How many unknown ids are told before the rest is only counted.
const TOLD: usize = 5;

/// Evaluates. Errors: a file can't be read; no query has an entry.
pub fn evaluate(setup: &Setup, args: &KbEvaluate) -> Result<(), Fault> {
    let words = &setup.words;
    let read =
        |path: &Path| Table::read(path, None).map_err(|error| Fault::usage(error.say(words)));
    let files = judged(&read(&args.entries)?, &read(&args.queries)?)
        .map_err(|error| Fault::usage(error.say(words)))?;
    tell_refused(words, &files.refused);
    tell_unknown(words, &files, &args.queries);
    if files.queries.is_empty() {
        return Err(Fault::usage(words.say(Say::EvaluateNothing)));
    }
    let queries: Vec<Asked> = files
        .queries
        .iter()
        .filter_map(|(_, text, at)| {
            let code = files.entries.get(*at)?.entry.code.clone();
            Some(Asked {
                text: text.clone(),
                code,
            })
        })
        .collect();
    let today = civil_day(Timestamp::now());
    let other = args.compare.as_deref().map(|path| weights(words, path));
    let other = other.transpose()?;
    let judge = Evaluation::new(&files.entries, &queries, today).map_err(Fault::failed)?;
    let near = if args.meaning {
        Some(near(setup, &files.entries)?)
    } else {
        None
    };
    let second = near.as_ref().map(|near| near as &dyn SecondBlock);
    let ask = |weights: &Weights| judge.ours(weights, second).map_err(Fault::failed);
    let report = Report {
        files: &files,
        ours: &ask(Weights::built_in())?,
        baseline: &judge.baseline(),
        other: other.as_ref().map(ask).transpose()?,
        misses: args.misses,
    };
    if args.json {
        told!("{:#}", report.json());
    } else {
        report.tell(words);
    }
    Ok(())
}

/// The entries' vectors, made on the spot.
fn near(setup: &Setup, entries: &[PublishedEntry]) -> Result<Corpus, Fault> {
    let words = &setup.words;
    let encoder = Encoder::open(&model::folder(setup)?)
        .map_err(|error| Fault::failed(model::of_model(&error, words)))?;
    let mut progress = model::Progress::new(words);
    let all = entries.len() as u64;
    let corpus = Corpus::new(encoder, entries, &mut |done| {
        progress.tell(Say::ModelEncoding, done as u64, all);
    });
    progress.end();
    Ok(corpus)
}

/// The weights in a file.
fn weights(words: &Words, path: &Path) -> Result<Weights, Fault> {
    let wrong = |error: String| {
        let values = [
            ("file", path.display().to_string().into()),
            ("error", error.into()),
        ];
        Fault::usage(words.say_with(Say::EvaluateWeights, &values))
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Weights::parse(&text).map_err(|error| wrong(error.to_string()))
}

fn tell_unknown(words: &Words, files: &Judged, path: &Path) {
    for (line, id) in files.unknown.iter().take(TOLD) {
        let values = [
            ("file", path.display().to_string().into()),
            ("line", (*line).into()),
            ("id", id.as_str().into()),
        ];
        let text = words.say_with(Say::EvaluateUnknown, &values);
        eprintln!("{}", crate::domain::text::shown(&text));
    }
    if !files.unknown.is_empty() {
        let count = files.unknown.len();
        eprintln!(
            "{}",
            words.say_with(Say::EvaluateLeftOut, &[("count", count.into())])
        );
    }
}

struct Report<'a> {
    files: &'a Judged,
    ours: &'a [Outcome],
    baseline: &'a [Outcome],
    other: Option<Vec<Outcome>>,
    misses: usize,
}

impl Report<'_> {
    /// Ours and the baseline's, over the queries that `wanted` takes.
    fn scores(&self, wanted: impl Fn(&str) -> bool) -> (Scores, Scores) {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        let outcomes = self.ours.iter().zip(self.baseline);
        for ((_, text, _), (one, other)) in self.files.queries.iter().zip(outcomes) {
            if wanted(text) {
                ours.push(one.rank);
                theirs.push(other.rank);
            }
        }
        (Scores::of(&ours), Scores::of(&theirs))
    }

    /// The scores of the other weights, and both compared at 1 and at 5.
    fn compared(&self) -> Option<(Scores, Paired, Paired)> {
        let ranks = |outcomes: &[Outcome]| -> Vec<_> { outcomes.iter().map(|o| o.rank).collect() };
        let (ours, theirs) = (ranks(self.ours), ranks(self.other.as_ref()?));
        let paired = |depth| Paired::within(depth, &ours, &theirs);
        Some((Scores::of(&theirs), paired(1), paired(5)))
    }

    /// The groups that have a query, by name.
    fn by_length(&self) -> Vec<(&'static str, (Scores, Scores))> {
        let groups = Length::ALL.into_iter();
        let groups = groups.map(|of| (of.name(), self.scores(|text| Length::of(text) == of)));
        groups.filter(|(_, (ours, _))| ours.n > 0).collect()
    }

    fn by_kind(&self) -> Vec<(&'static str, (Scores, Scores))> {
        let groups = Kind::ALL.into_iter();
        let groups = groups.map(|of| (of.name(), self.scores(|text| Kind::of(text) == of)));
        groups.filter(|(_, (ours, _))| ours.n > 0).collect()
    }

    /// Line, query, wanted id, the rank it has, and the id that came first; the worst first, as many as wanted.
    fn missed(&self) -> Vec<(u64, &str, &str, Option<usize>, &str)> {
        if self.misses == 0 {
            return Vec::new();
        }
        let queries = self.files.queries.iter().zip(self.ours);
        let mut missed: Vec<_> = queries
            .filter(|(_, outcome)| outcome.rank != Some(0))
            .collect();
        missed.sort_by_key(|((line, _, _), outcome)| {
            (Reverse(outcome.rank.unwrap_or(usize::MAX)), *line)
        });
        missed.truncate(self.misses);
        // Only for what is shown: as many as all queries may be wanted, and one look through the entries for each
        // would take minutes.
        let entries = self.files.entries.iter().zip(&self.files.ids);
        let ids: HashMap<&EntryCode, &str> = entries
            .map(|(published, id)| (&published.entry.code, id.as_str()))
            .collect();
        let id = |at: usize| self.files.ids.get(at).map_or("", String::as_str);
        missed
            .into_iter()
            .map(|((line, text, at), outcome)| {
                let first = outcome.first.as_ref().and_then(|code| ids.get(code));
                let rank = outcome.rank.map(|rank| rank + 1);
                let first = first.copied().unwrap_or_default();
                (*line, text.as_str(), id(*at), rank, first)
            })
            .collect()
    }

    fn json(&self) -> Value {
        let mut all = row(self.scores(|_| true));
        let group = |rows: Vec<(&'static str, (Scores, Scores))>| {
            let rows = rows.into_iter();
            Value::Object(
                rows.map(|(name, two)| (name.to_owned(), Value::Object(row(two))))
                    .collect(),
            )
        };
        all.insert("by_length".to_owned(), group(self.by_length()));
        all.insert("by_kind".to_owned(), group(self.by_kind()));
        if let Some((scores, first, five)) = self.compared() {
            let paired = |of: Paired| json!({"ours": of.first, "other": of.second, "p": of.p});
            let mut other = shares(scores, "");
            other.insert("paired_r1".to_owned(), paired(first));
            other.insert("paired_r5".to_owned(), paired(five));
            all.insert("compare".to_owned(), Value::Object(other));
        }
        all.insert("unknown".to_owned(), self.files.unknown.len().into());
        all.insert("refused".to_owned(), self.files.refused.len().into());
        if self.misses > 0 {
            let missed = self.missed().into_iter().map(|(line, query, id, rank, first)| {
                json!({"line": line, "query": query, "id": id, "rank": rank, "first": first})
            });
            all.insert("misses".to_owned(), missed.collect());
        }
        Value::Object(all)
    }

    fn tell(&self, words: &Words) {
        told!("{}", words.say(Say::EvaluateHeading));
        let line = |name: &str, scores: &Scores| {
            told!(
                "{name:<9} {:>6} {:>7.3} {:>7.3} {:>7.3} {:>7.3} {:>7.3}",
                scores.n,
                scores.r1,
                scores.r3,
                scores.r5,
                scores.r10,
                scores.mrr
            );
        };
        let (ours, theirs) = self.scores(|_| true);
        let heads = ["R@1", "R@3", "R@5", "R@10", "MRR"].map(|head| format!(" {head:>7}"));
        told!("{:<9} {:>6}{}", "", "n", heads.concat());
        line("hotline", &ours);
        line("bm25", &theirs);
        if let Some((scores, first, five)) = self.compared() {
            line("compared", &scores);
            for (depth, paired) in [(1, first), (5, five)] {
                let values = [
                    ("depth", depth.into()),
                    ("ours", paired.first.into()),
                    ("other", paired.second.into()),
                    ("p", format!("{:.4}", paired.p).into()),
                ];
                told!("{}", words.say_with(Say::EvaluatePaired, &values));
            }
        }
        for (say, rows) in [
            (Say::EvaluateByLength, self.by_length()),
            (Say::EvaluateByKind, self.by_kind()),
        ] {
            told!("\n{}", words.say(say));
            for (name, (ours, _)) in rows {
                line(name, &ours);
            }
        }
        self.tell_misses(words);
    }

    fn tell_misses(&self, words: &Words) {
        if self.misses > 0 {
            told!("\n{}", words.say(Say::EvaluateMisses));
        }
        for (at, query, id, rank, first) in self.missed() {
            let rank = rank.map_or_else(|| ">10".to_owned(), |rank| rank.to_string());
            let values = [
                ("line", at.into()),
                ("query", query.into()),
                ("id", id.into()),
                ("rank", rank.into()),
                ("first", first.into()),
            ];
            let text = words.say_with(Say::EvaluateMiss, &values);
            told!("{}", crate::domain::text::shown(&text));
        }
    }
}

fn row((ours, theirs): (Scores, Scores)) -> Map<String, Value> {
    let mut row = shares(ours, "");
    row.append(&mut shares(theirs, "bm25_"));
    row.remove("bm25_n");
    row
}

fn shares(of: Scores, prefix: &str) -> Map<String, Value> {
    let shares = [
        ("n", json!(of.n)),
        ("r1", json!(of.r1)),
        ("r3", json!(of.r3)),
        ("r5", json!(of.r5)),
        ("r10", json!(of.r10)),
        ("mrr", json!(of.mrr)),
    ];
    let shares = shares.into_iter();
    shares
        .map(|(key, value)| (format!("{prefix}{key}"), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_misses_come_first_and_no_more_than_are_wanted() {
        let entry = |code: &str| -> PublishedEntry {
            serde_json::from_value(json!({
                "code": code, "question": "", "answer": "答", "version": 1, "revision": 1,
            }))
            .unwrap()
        };
        let files = Judged {
            ids: vec!["甲".to_owned(), "乙".to_owned()],
            entries: vec![entry("E1"), entry("E2")],
            queries: (2..6).map(|line| (line, format!("问{line}"), 0)).collect(),
            unknown: Vec::new(),
            refused: Vec::new(),
        };
        let outcome = |rank, first: Option<&str>| Outcome {
            rank,
            first: first.map(|code| EntryCode::parse(code).unwrap()),
        };
        let ours = [
            outcome(Some(3), Some("E2")),
            outcome(Some(0), Some("E1")),
            outcome(None, None),
            outcome(Some(1), Some("E2")),
        ];
        let report = |misses| {
            let report = Report {
                files: &files,
                ours: &ours,
                baseline: &[],
                other: None,
                misses,
            };
            let missed = report.missed().into_iter();
            missed
                .map(|(line, _, id, rank, first)| (line, id.to_owned(), rank, first.to_owned()))
                .collect::<Vec<_>>()
        };
        let missed = |line, rank, first: &str| (line, "甲".to_owned(), rank, first.to_owned());
        assert_eq!(report(0), []);
        assert_eq!(report(2), [missed(4, None, ""), missed(2, Some(4), "乙")]);
        assert_eq!(report(9).len(), 3);
    }
}
