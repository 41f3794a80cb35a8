//! Points decided by the ticket and how the matter was ended.

use super::{Verdict, share, unobserved};
use crate::domain::directory::Element;
use crate::domain::ticket::Request;
use crate::practice::listen::held;
use crate::practice::scenario::Ending;
use crate::practice::scene::Known;
use crate::practice::score::{Evidence, Record, Why, number};
use crate::practice::tape::{Done, Event, Finish};

/// The shortest text that says something, in characters.
const SHORTEST: usize = 10;
/// What an item of the same second level is worth.
const NEAR_ITEM: f32 = 0.4;
/// What an item that is right, too, is worth.
const ALSO_ITEM: f32 = 0.8;
/// How many digits of an item's code name its second level.
const SECOND_LEVEL: usize = 4;

fn nothing() -> Verdict {
    (Some(0.0), vec![Evidence::of(Why::NothingDone, "")])
}

fn truth_ending(record: &Record<'_>) -> Ending {
    *record.scene.scenario.truth.ending.get_ref()
}

/// True for endings whose ticket is a story to be read by others.
fn has_story(record: &Record<'_>) -> bool {
    matches!(
        truth_ending(record),
        Ending::Dispatch | Ending::FollowUp | Ending::Merge | Ending::Emergency
    )
}

fn one(right: bool, found: impl Into<String>, wanted: impl Into<String>) -> Verdict {
    if right {
        (Some(1.0), vec![Evidence::of(Why::Written, found)])
    } else {
        (
            Some(0.0),
            vec![Evidence::of(Why::OtherWritten, found).but(wanted)],
        )
    }
}

/// The kind of request is one of the right ones.
pub(super) fn kind(record: &Record<'_>) -> Verdict {
    let kinds = &record.scene.scenario.truth.kinds;
    let (Some(first), false) = (kinds.first(), truth_ending(record) == Ending::Invalid) else {
        return unobserved();
    };
    let Some(done) = acted(record) else {
        return nothing();
    };
    let found = done.request.kind;
    one(kinds.contains(&found), found.name(), first.name())
}

/// District, street and address (何地), where the place matters.
pub(super) fn place(record: &Record<'_>) -> Verdict {
    let scene = record.scene;
    if !scene.scenario.truth.place {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let place = &done.request.place;
    let mut evidence = Vec::new();
    let district = place.district == scene.district;
    let found = place.district.as_ref().map_or("", |code| code.as_str());
    evidence.extend(one(district, found, scene.district_name.as_str()).1);
    let bare = scene.street.trim_end_matches("街道");
    let address = format!("{} {} {}", place.street, place.community, place.address);
    let street = !bare.is_empty() && address.contains(bare);
    evidence.extend(one(street, place.street.as_str(), scene.street.as_str()).1);
    let facts: Vec<&Known> = scene.facts.iter().filter(|fact| fact.address).collect();
    let all = format!("{address} {}", done.request.elements.where_);
    let (keys, got) = keys_in(&facts, &all, &mut evidence);
    let flag = |right: bool| if right { 1.0 } else { 0.0 };
    let share = if keys == 0 {
        0.7_f32.mul_add(flag(district), 0.3 * flag(street))
    } else {
        0.4_f32.mul_add(flag(district), 0.2 * flag(street)) + 0.4 * share(got, keys)
    };
    (Some(share), evidence)
}

/// What the caller told stands in the ticket: title, text, wish, elements, answers or address.
pub(super) fn written(record: &Record<'_>) -> Verdict {
    if !has_story(record) {
        return unobserved();
    }
    let facts: Vec<&Known> = record
        .scene
        .facts
        .iter()
        .filter(|fact| fact.written && !fact.keys.is_empty())
        .collect();
    if facts.is_empty() {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let mut evidence = Vec::new();
    let (keys, got) = keys_in(&facts, &all_words(&done.request), &mut evidence);
    (Some(share(got, keys)), evidence)
}

/// How many keys the facts have, and how many of them a text holds.
fn keys_in(facts: &[&Known], text: &str, evidence: &mut Vec<Evidence>) -> (usize, usize) {
    let (mut keys, mut got) = (0, 0);
    for fact in facts {
        let mut held = held(text, &fact.keys);
        // Half an address finds nobody, and one with another number finds somebody else.
        if fact.address && held < fact.keys.len() {
            held = 0;
        }
        keys += fact.keys.len();
        got += held;
        let piece = if held == fact.keys.len() {
            Evidence::of(Why::Written, fact.text.clone())
        } else {
            Evidence::of(Why::NotWritten, "").but(fact.text.clone())
        };
        evidence.push(piece);
    }
    (keys, got)
}

/// All words of a form.
fn all_words(request: &Request) -> String {
    let elements = &request.elements;
    let place = &request.place;
    let mut all = vec![
        request.title.as_str(),
        request.text.as_str(),
        request.asked.as_str(),
        elements.who.as_str(),
        elements.when.as_str(),
        elements.where_.as_str(),
        elements.cause.as_str(),
        elements.course.as_str(),
        place.street.as_str(),
        place.community.as_str(),
        place.address.as_str(),
    ];
    all.extend(request.answers.iter().map(|answer| answer.answer.as_str()));
    all.join("\n")
}

/// Who wants secrecy is marked so.
pub(super) fn secrecy(record: &Record<'_>) -> Verdict {
    if !record.scene.scenario.truth.confidential {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let caller = &done.request.caller;
    let why = if caller.confidential || caller.anonymous {
        Why::Written
    } else {
        Why::NotWritten
    };
    (
        Some(if why == Why::Written { 1.0 } else { 0.0 }),
        vec![Evidence::of(why, "")],
    )
}

/// The matter was ended the right way; with another reason, service or entry, or an ending half right, it counts half.
pub(super) fn ending(record: &Record<'_>) -> Verdict {
    let truth = &record.scene.scenario.truth;
    let Some(finish) = finish(record) else {
        return nothing();
    };
    let found = finish.ending();
    let detail = match finish {
        Finish::Emergency { service } => truth
            .service
            .as_ref()
            .is_none_or(|right| right.get_ref() == service),
        Finish::Declined { reason, .. } => {
            truth.declined.is_empty() || truth.declined.contains(reason)
        }
        Finish::Invalid { reason } => truth.invalid.is_empty() || truth.invalid.contains(reason),
        // Answered, but with what the knowledge says of another matter; in one's own words is no other matter.
        Finish::Answered { entry, .. } => entry.as_ref().is_none_or(|found| {
            truth.entries.is_empty()
                || truth
                    .entries
                    .iter()
                    .any(|right| right.get_ref() == found.as_str())
        }),
        _ => true,
    };
    let got = match (
        found == truth_ending(record),
        truth.also_endings.contains(&found),
        detail,
    ) {
        (true, _, true) => 1.0,
        (true, _, false) | (false, true, _) => 0.5,
        (false, false, _) => 0.0,
    };
    let evidence = Evidence::of(Why::Ended, found.name()).but(truth_ending(record).name());
    (Some(got), vec![evidence])
}

/// The item is right; one that is right, too, or of the same group counts in part.
pub(super) fn item(record: &Record<'_>) -> Verdict {
    let truth = &record.scene.scenario.truth;
    let Some(right) = truth.item.as_ref().map(|code| code.get_ref().as_str()) else {
        return unobserved();
    };
    if matches!(truth_ending(record), Ending::Invalid | Ending::FollowUp) {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let found = done.request.item.as_ref().map_or("", |code| code.as_str());
    let wanted = record
        .scene
        .item
        .as_ref()
        .map_or(right, |item| item.path[2].as_str());
    let got = if found == right {
        1.0
    } else if truth.also_items.iter().any(|code| code.get_ref() == found) {
        ALSO_ITEM
    } else if found
        .get(..SECOND_LEVEL)
        .is_some_and(|group| right.starts_with(group))
    {
        NEAR_ITEM
    } else {
        0.0
    };
    (Some(got), one(got >= 1.0, found, wanted).1)
}

/// What the ending stands on: the entry of an answer, the unit of a dispatch, the other road of a refusal, the speed of
/// an emergency.
pub(super) fn source(record: &Record<'_>) -> Verdict {
    let truth = &record.scene.scenario.truth;
    let right = truth_ending(record);
    if !matches!(
        right,
        Ending::Answer | Ending::Dispatch | Ending::Decline | Ending::Emergency
    ) {
        return unobserved();
    }
    match (right, finish(record)) {
        (Ending::Answer, Some(Finish::Answered { entry, .. })) => {
            let found = entry.as_ref().map_or("", |code| code.as_str());
            let is_right = truth.entries.iter().any(|code| code.get_ref() == found);
            let wanted = truth
                .entries
                .first()
                .map_or("", |code| code.get_ref().as_str());
            one(is_right, found, wanted)
        }
        (Ending::Dispatch, Some(Finish::Dispatched)) => {
            let found = record.done.and_then(|done| done.lead.as_ref());
            let wanted = record.scene.lead.as_ref();
            let name = |unit: Option<&crate::domain::id::UnitCode>| {
                unit.map_or(String::new(), ToString::to_string)
            };
            one(
                wanted.is_some() && found == wanted,
                name(found),
                name(wanted),
            )
        }
        (Ending::Decline, Some(Finish::Declined { road, .. })) => {
            let why = if road.trim().is_empty() {
                Why::NotWritten
            } else {
                Why::Written
            };
            (
                Some(if why == Why::Written { 1.0 } else { 0.0 }),
                vec![Evidence::of(why, road.as_str())],
            )
        }
        (Ending::Emergency, Some(Finish::Emergency { service }))
            if truth
                .service
                .as_ref()
                .is_none_or(|right| right.get_ref() == service) =>
        {
            speed(record)
        }
        (_, Some(_)) => (Some(0.0), vec![Evidence::of(Why::Ended, "")]),
        (_, None) => nothing(),
    }
}

/// How soon the emergency service was named: full within the lines that the scenario gives, none at thrice as many.
fn speed(record: &Record<'_>) -> Verdict {
    let quick = record.scene.scenario.truth.quick.unwrap_or(4);
    let mut lines: u32 = 0;
    for moment in record.tape {
        match &moment.event {
            Event::Said { .. } => lines += 1,
            Event::Did { act } if act == "emergency" => break,
            _ => {}
        }
    }
    let over = lines.saturating_sub(quick);
    let got = 1.0 - number(over) / number(quick.saturating_mul(2).max(1));
    (
        Some(got.clamp(0.0, 1.0)),
        vec![Evidence::of(Why::Said, lines.to_string()).but(quick.to_string())],
    )
}

/// The ticket says something to who reads it: a text or an answer, what is wanted or a title, the caller's name.
pub(super) fn words(record: &Record<'_>) -> Verdict {
    if truth_ending(record) == Ending::Invalid {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let request = &done.request;
    let answer = match &done.ending {
        Some(Finish::Answered { answer, .. }) => answer.as_str(),
        _ => "",
    };
    let long = |text: &str| text.trim().chars().count() >= SHORTEST;
    // A story of something else tells nothing of this call.
    let facts = record.scene.facts.iter().filter(|fact| fact.written);
    let keys: Vec<String> = facts.flat_map(|fact| fact.keys.iter().cloned()).collect();
    let own = !has_story(record) || keys.is_empty() || held(&all_words(request), &keys) > 0;
    let tells = own && (long(request.text.as_str()) || long(answer));
    let wish = !request.asked.is_blank() || !request.title.is_blank();
    let caller = &request.caller;
    let named = caller.confidential || caller.anonymous || !caller.name.is_blank();
    let parts = [
        (tells, 0.6, "text"),
        (wish, 0.2, "title"),
        (named, 0.2, "name"),
    ];
    let got = parts
        .iter()
        .filter(|(right, ..)| *right)
        .map(|(_, weight, _)| weight)
        .sum();
    let evidence = parts.iter().map(|(right, _, name)| {
        Evidence::of(
            if *right {
                Why::Written
            } else {
                Why::NotWritten
            },
            *name,
        )
    });
    (Some(got), evidence.collect())
}

/// The urgency is right, where it matters.
pub(super) fn urgency(record: &Record<'_>) -> Verdict {
    let Some(right) = record.scene.scenario.truth.urgency else {
        return unobserved();
    };
    let Some(done) = acted(record) else {
        return nothing();
    };
    let found = done.request.urgency;
    one(found == right, format!("{found:?}"), format!("{right:?}"))
}

/// The elements that the item needs are filled; a name stands for who, an address for where.
pub(super) fn elements(record: &Record<'_>) -> Verdict {
    let Some(item) = record
        .scene
        .item
        .as_ref()
        .filter(|_| truth_ending(record) == Ending::Dispatch)
    else {
        return unobserved();
    };
    if item.required.is_empty() {
        return unobserved();
    }
    let Some(done) = acted(record) else {
        return nothing();
    };
    let request = &done.request;
    let own = &request.elements;
    let filled = |element: Element| match element {
        Element::Who => !own.who.is_blank() || !request.caller.name.is_blank(),
        Element::When => !own.when.is_blank(),
        Element::Where => !own.where_.is_blank() || !request.place.address.is_blank(),
        Element::Cause => !own.cause.is_blank(),
        Element::Course => !own.course.is_blank(),
    };
    let got = item
        .required
        .iter()
        .filter(|element| filled(**element))
        .count();
    let evidence = item.required.iter().map(|element| {
        Evidence::of(
            if filled(*element) {
                Why::Written
            } else {
                Why::NotWritten
            },
            element.name(),
        )
    });
    (Some(share(got, item.required.len())), evidence.collect())
}

/// The ticket, when something was made of the call.
fn acted<'a>(record: &Record<'a>) -> Option<&'a Done> {
    record.done.filter(|done| done.ending.is_some())
}

pub(in crate::practice::score) fn finish<'a>(record: &Record<'a>) -> Option<&'a Finish> {
    record.done?.ending.as_ref()
}
