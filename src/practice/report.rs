//! A trainee over time: the points by part, what goes worst, what to practise next.

use super::runs::Kept;
use super::scenario::{Scenario, Tag};
use super::score::{Check, number};
use crate::domain::id::Account;
use crate::protocol::practice::{PartRow, Report, ReportRun, ScenarioRow, Weak};
use std::collections::BTreeMap;

/// What goes worst is looked for in so many runs.
const LAST: usize = 10;
/// A check above this mean share went well.
const WELL: f32 = 0.9;
/// So many weak checks are told, and so many drills named.
const WEAKEST: usize = 5;
const NEXT: usize = 3;

/// The report of a person's closed runs, oldest first. `rows` are the scenarios as the person knows them, `scenarios` the
/// same with their truth, in the same order.
pub(super) fn report(
    account: &Account,
    runs: &[&Kept],
    scenarios: &[Scenario],
    rows: &[ScenarioRow],
) -> Report {
    let weakest = weakest(runs);
    let next = next(&weakest, scenarios, rows);
    Report {
        account: account.clone(),
        runs: runs.iter().map(|kept| run(kept)).collect(),
        weakest,
        next,
    }
}

fn run(kept: &Kept) -> ReportRun {
    let parts = kept.score.parts.iter().map(|part| PartRow {
        id: part.id.clone(),
        title: part.title.clone(),
        title_en: part.title_en.clone(),
        max: part.max,
        got: part.got,
    });
    ReportRun {
        run: kept.run.clone(),
        parts: parts.collect(),
    }
}

fn weakest(runs: &[&Kept]) -> Vec<Weak> {
    let mut found: BTreeMap<String, (Check, f32, u32)> = BTreeMap::new();
    for kept in runs.iter().rev().take(LAST) {
        let marks = kept.score.parts.iter().flat_map(|part| &part.marks);
        for (check, got) in marks.filter_map(|mark| Some((mark.check, mark.got?))) {
            let sum = found.entry(format!("{check:?}")).or_insert((check, 0.0, 0));
            sum.1 += got;
            sum.2 += 1;
        }
    }
    let mean = |(check, sum, runs): (Check, f32, u32)| Weak {
        check,
        got: sum / number(runs),
        runs,
    };
    let mut weak: Vec<Weak> = found.into_values().map(mean).collect();
    weak.retain(|one| one.got < WELL);
    weak.sort_by(|one, other| one.got.total_cmp(&other.got));
    weak.truncate(WEAKEST);
    weak
}

/// What exercises a check; every scenario has an opening, a read-back and a ticket.
fn drills(check: Check, scenario: &Scenario) -> bool {
    let has = |tags: &[Tag]| tags.iter().any(|tag| scenario.tags.contains(tag));
    match check {
        Check::Comforted => *scenario.caller.mood.get_ref() < 50,
        Check::Secrecy => scenario.truth.confidential,
        Check::ItemQuestions => scenario.facts.iter().any(|fact| fact.question.is_some()),
        Check::FactsHeard | Check::AskedOnce | Check::Written => scenario.facts.len() >= 4,
        Check::Place => scenario.truth.place,
        Check::Urgency => scenario.truth.urgency.is_some() || has(&[Tag::Emergency]),
        Check::Source | Check::Told => !scenario.tells.is_empty(),
        Check::NoSilence => *scenario.caller.patience.get_ref() <= 30,
        Check::ReadBack => scenario.facts.iter().any(|fact| fact.first.is_some()),
        _ => true,
    }
}

/// Scenarios that exercise what goes worst: those not passed yet first, then the easiest. Without a weakness: the easiest
/// that was not passed.
fn next(weakest: &[Weak], scenarios: &[Scenario], rows: &[ScenarioRow]) -> Vec<ScenarioRow> {
    let fits = |scenario: &Scenario| {
        let checks = weakest.iter().filter(|weak| drills(weak.check, scenario));
        checks.count()
    };
    let mut found: Vec<(usize, &ScenarioRow)> = scenarios
        .iter()
        .zip(rows)
        .map(|(scenario, row)| (fits(scenario), row))
        .collect();
    found.sort_by_key(|(fits, row)| (row.passed, usize::MAX - fits, row.level));
    let chosen = found.into_iter().take(NEXT);
    chosen.map(|(_, row)| row.clone()).collect()
}
