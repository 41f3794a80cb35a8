//! Points decided by what was said.

use super::{Verdict, share, unobserved};
use crate::practice::scenario::Ending;
use crate::practice::scene::Known;
use crate::practice::score::{Evidence, Record, Why, number};
use crate::practice::tape::{Event, Over};
use std::collections::BTreeSet;

/// What each repeated question or silence costs of its point.
const EACH: f32 = 0.34;
/// Below this mood a caller is to be comforted.
const UPSET: u8 = 50;
/// So many facts read back are a full read-back.
const READ_ENOUGH: usize = 3;

/// The greeting (开头语) stands in the first line; in the second it counts half.
pub(super) fn greeted(record: &Record<'_>) -> Verdict {
    let mut lines = 0;
    for moment in record.tape {
        match &moment.event {
            Event::Said { .. } => lines += 1,
            Event::Did { act } if act == "greeting" => {
                let got = match lines {
                    0 | 1 => 1.0,
                    2 => 0.5,
                    _ => 0.0,
                };
                return (Some(got), vec![said_at(record, moment.at)]);
            }
            _ => {}
        }
    }
    (Some(0.0), vec![Evidence::of(Why::NotSaid, "")])
}

/// Whether anything else is wanted. Not asked of who is in danger, says nothing, or has gone.
pub(super) fn asked_else(record: &Record<'_>) -> Verdict {
    if is_short(record) || ended_by(record, &[Over::Dropped, Over::LeftAngry]) {
        return unobserved();
    }
    did(record, "else")
}

/// The closing words (结束语). Not said into a line that is dead, or to who is handed on.
pub(super) fn said_goodbye(record: &Record<'_>) -> Verdict {
    if is_emergency(record) || ended_by(record, &[Over::Dropped, Over::LeftAngry]) {
        return unobserved();
    }
    did(record, "closing")
}

/// Nothing is asked that was told. Who asks nothing although there is something to ask has not listened.
pub(super) fn asked_once(record: &Record<'_>) -> Verdict {
    let again: Vec<Evidence> = record
        .tape
        .iter()
        .filter_map(|moment| match &moment.event {
            Event::Repeated { fact } => Some(Evidence::at(
                moment.at,
                Why::AskedAgain,
                text_of(record, fact),
            )),
            _ => None,
        })
        .collect();
    let asked = record
        .tape
        .iter()
        .any(|moment| matches!(moment.event, Event::Asked { .. }));
    let askable = record
        .scene
        .facts
        .iter()
        .any(|fact| !fact.opening && fact.written);
    match (asked, askable) {
        (false, true) => (Some(0.0), vec![Evidence::of(Why::NotAsked, "")]),
        (false, false) => unobserved(),
        (true, _) => (Some(less(again.len())), again),
    }
}

/// Nobody is left in silence.
pub(super) fn no_silence(record: &Record<'_>) -> Verdict {
    if record.scene.opening.is_empty() {
        return unobserved();
    }
    let silences: Vec<Evidence> = record
        .tape
        .iter()
        .filter_map(|moment| match moment.event {
            Event::Silence { long } => Some(Evidence::at(
                moment.at,
                Why::Silence,
                format!("{} s", long / 1_000),
            )),
            _ => None,
        })
        .collect();
    (Some(less(silences.len())), silences)
}

/// Who is upset is comforted.
pub(super) fn comforted(record: &Record<'_>) -> Verdict {
    let upset = *record.scene.scenario.caller.mood.get_ref() < UPSET
        || record
            .tape
            .iter()
            .any(|moment| matches!(moment.event, Event::Mood { to, .. } if to < UPSET));
    if !upset || record.scene.opening.is_empty() {
        return unobserved();
    }
    match did(record, "comfort") {
        (Some(got), evidence) if got > 0.0 => (Some(got), evidence),
        _ => did(record, "apology"),
    }
}

/// The item's questions (追问清单) that the caller could answer.
pub(super) fn item_questions(record: &Record<'_>) -> Verdict {
    // In an emergency nobody goes through a list of questions.
    if is_emergency(record) {
        return unobserved();
    }
    heard(record, |fact| fact.question.is_some() && !fact.opening)
}

/// What else the caller knows and the ticket needs.
pub(super) fn facts_heard(record: &Record<'_>) -> Verdict {
    let emergency = is_emergency(record);
    heard(record, |fact| {
        let needed = if emergency {
            fact.address
        } else {
            fact.question.is_none() && fact.written
        };
        needed && !fact.opening
    })
}

fn heard(record: &Record<'_>, wanted: impl Fn(&Known) -> bool) -> Verdict {
    let facts: Vec<&Known> = record
        .scene
        .facts
        .iter()
        .filter(|fact| wanted(fact))
        .collect();
    if facts.is_empty() {
        return unobserved();
    }
    let mut got = 0;
    let mut evidence = Vec::new();
    for fact in &facts {
        let told = record
            .tape
            .iter()
            .find(|moment| matches!(&moment.event, Event::Told { fact: id } if *id == fact.id));
        let ask = fact.ask.clone().unwrap_or_default();
        match told {
            Some(moment) => {
                got += 1;
                evidence.push(Evidence::at(moment.at, Why::Asked, fact.text.clone()));
            }
            None => evidence.push(Evidence::of(Why::NotAsked, "").but(ask)),
        }
    }
    (Some(share(got, facts.len())), evidence)
}

/// What was heard is read back (复述): three facts are enough, fewer where fewer were told.
pub(super) fn read_back(record: &Record<'_>) -> Verdict {
    let ending = *record.scene.scenario.truth.ending.get_ref();
    if !matches!(ending, Ending::Dispatch | Ending::FollowUp | Ending::Merge) {
        return unobserved();
    }
    let with_keys = record
        .scene
        .facts
        .iter()
        .filter(|fact| !fact.keys.is_empty() && fact.written)
        .count();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let mut evidence = Vec::new();
    for moment in record.tape {
        if let Event::ReadBack { facts } = &moment.event {
            read.extend(facts.iter().map(String::as_str));
            evidence.push(Evidence {
                why: Why::ReadBack,
                ..said_at(record, moment.at)
            });
        }
    }
    if with_keys == 0 {
        return unobserved();
    }
    if read.is_empty() {
        return (Some(0.0), vec![Evidence::of(Why::NotReadBack, "")]);
    }
    (
        Some(share(read.len(), with_keys.min(READ_ENOUGH)).min(1.0)),
        evidence,
    )
}

/// What the caller has to be told was told; where nothing of its own is named: what happens next, and until when.
pub(super) fn told(record: &Record<'_>) -> Verdict {
    let tells = &record.scene.tells;
    let mut evidence = Vec::new();
    let mut got = 0.0;
    for tell in tells {
        let told = record.tape.iter().find(
            |moment| matches!(&moment.event, Event::ToldRight { tell: id } if *id == tell.id),
        );
        match told {
            Some(moment) => {
                got += 1.0;
                evidence.push(said_at(record, moment.at));
            }
            None => evidence.push(Evidence::of(Why::NotSaid, "").but(tell.line.clone())),
        }
    }
    let mut parts = tells.len();
    let ending = *record.scene.scenario.truth.ending.get_ref();
    if matches!(ending, Ending::Dispatch | Ending::FollowUp | Ending::Merge) {
        for act in ["next", "deadline"] {
            let (one, found) = did(record, act);
            got += one.unwrap_or(0.0);
            evidence.extend(found);
            parts += 1;
        }
    }
    if parts == 0 {
        return unobserved();
    }
    (Some(got / number(parts)), evidence)
}

/// Whether an act was done, and when first.
fn did(record: &Record<'_>, wanted: &str) -> Verdict {
    let found = record
        .tape
        .iter()
        .find(|moment| matches!(&moment.event, Event::Did { act } if act == wanted));
    match found {
        Some(moment) => (Some(1.0), vec![said_at(record, moment.at)]),
        None => (Some(0.0), vec![Evidence::of(Why::NotSaid, wanted)]),
    }
}

/// The trainee's line of a moment.
pub(in crate::practice::score) fn said_at(record: &Record<'_>, at: u32) -> Evidence {
    let said = record
        .tape
        .iter()
        .rev()
        .find_map(|moment| match &moment.event {
            Event::Said { line } if moment.at <= at => Some(line.as_str()),
            _ => None,
        });
    Evidence::at(at, Why::Said, said.unwrap_or(""))
}

fn text_of(record: &Record<'_>, fact: &str) -> String {
    let found = record.scene.facts.iter().find(|own| own.id == fact);
    found.map(|fact| fact.text.clone()).unwrap_or_default()
}

fn less(count: usize) -> f32 {
    EACH.mul_add(-number(count), 1.0).max(0.0)
}

pub(in crate::practice::score) fn ended_by(record: &Record<'_>, how: &[Over]) -> bool {
    record
        .tape
        .iter()
        .any(|moment| matches!(moment.event, Event::Over { why, .. } if how.contains(&why)))
}

fn is_emergency(record: &Record<'_>) -> bool {
    *record.scene.scenario.truth.ending.get_ref() == Ending::Emergency
}

fn is_short(record: &Record<'_>) -> bool {
    is_emergency(record) || record.scene.opening.is_empty()
}
