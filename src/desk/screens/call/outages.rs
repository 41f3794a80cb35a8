//! Outages that utilities told: what fits the caller's place stands beside the call, and answers it with one choice;
//! all of them can be read at any time.

use super::finish;
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::names;
use crate::desk::popup::{Popup, Reading};
use crate::desk::ports::PortError;
use crate::desk::state::State;
use crate::desk::times;
use crate::domain::area::locate;
use crate::domain::id::DistrictCode;
use crate::domain::lifecycle::Action;
use crate::domain::outage::{Outage, fitting};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{AnswerSource, DirectAnswer};
use crate::words::Desk;

/// Asks the server for them; without a line what was known stays.
pub fn read(state: &mut State) -> Effect {
    state.slots.ask(Slot::Outages, Ask::Outages)
}

/// They came.
pub fn known(state: &mut State, result: Result<Vec<Outage>, PortError>) -> Vec<Effect> {
    if let Ok(outages) = result {
        state.outages = outages;
    }
    Vec::new()
}

/// Where the call is about: the form's place, else where the caller usually is.
fn place(state: &State) -> Option<(DistrictCode, Line)> {
    let call = &state.call;
    if let Some((district, street, _)) = call.form.area(call.suggestion.as_ref()) {
        return Some((district.clone(), street.clone()));
    }
    let usual = &call.caller()?.usual_place;
    let (district, street) = locate(state.names.directory(), usual.as_str())?;
    Some((district, street.unwrap_or_default()))
}

/// The outages at the place of the call, the likeliest first; none without a call.
pub fn here(state: &State) -> Vec<&Outage> {
    if state.call.is_idle() {
        return Vec::new();
    }
    let place = place(state);
    let (district, street) = match &place {
        Some((district, street)) => (Some(district), Some(street.as_str())),
        None => (None, None),
    };
    fitting(&state.outages, district, street, state.server_now())
}

/// Where an outage lies.
fn where_words(state: &State, outage: &Outage) -> String {
    if outage.districts.is_empty() && outage.streets.is_empty() {
        return state.say(Desk::OutageWholeCity);
    }
    let districts = outage.districts.iter().map(|it| state.names.district(it));
    let streets = outage.streets.iter().map(Line::as_str);
    districts.chain(streets).collect::<Vec<_>>().join(" ")
}

/// From when until when.
fn span_words(state: &State, outage: &Outage) -> String {
    let from = times::date_time(outage.from);
    match outage.until {
        Some(until) => {
            let same_day = times::date_time(until).get(..5) == from.get(..5);
            let until = if same_day {
                times::clock(until)
            } else {
                times::date_time(until)
            };
            format!("{from}–{until}")
        }
        None => state.say_with(Desk::OutageNoEnd, &[("from", from.into())]),
    }
}

/// An outage in a line: where, when, what, who told it.
pub fn line(state: &State, outage: &Outage) -> String {
    let planned = if outage.planned {
        Desk::OutagePlanned
    } else {
        Desk::OutageSudden
    };
    let values = [
        ("where", where_words(state, outage).into()),
        ("when", span_words(state, outage).into()),
        ("planned", state.say(planned).into()),
        ("kind", state.say(names::outage(outage.kind)).into()),
        ("department", outage.department.as_str().into()),
    ];
    state.say_with(Desk::OutageLine, &values)
}

/// What is cut off at the place of the call, short; empty where nothing is.
pub fn short(state: &State) -> String {
    let here = here(state);
    let Some(first) = here.first() else {
        return String::new();
    };
    let values = [
        ("kind", state.say(names::outage(first.kind)).into()),
        ("when", span_words(state, first).into()),
        ("count", here.len().into()),
    ];
    state.say_with(Desk::OutageShort, &values)
}

/// What kind of thing is cut off at the place of the call, and nothing more; empty where nothing is.
pub fn named(state: &State) -> String {
    let here = here(state);
    here.first().map_or_else(String::new, |first| {
        format!("! {}", state.say(names::outage(first.kind)))
    })
}

/// What is said to a caller.
fn told(state: &State, outage: &Outage) -> String {
    let line = line(state, outage);
    let phone = outage.telephone.as_str();
    [line.as_str(), outage.text.as_str(), phone]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("  ")
}

/// Opens all that callers are told of now, those at the place of the call first.
pub fn all(state: &mut State) {
    let here: Vec<_> = here(state).iter().map(|it| it.id).collect();
    let now = state.server_now();
    let mut outages: Vec<&Outage> = state.outages.iter().filter(|it| it.is_told(now)).collect();
    outages.sort_by_key(|it| {
        let at = here.iter().position(|id| *id == it.id);
        (at.unwrap_or(usize::MAX), it.from)
    });
    let texts: Vec<String> = outages.iter().map(|it| told(state, it)).collect();
    let text = if texts.is_empty() {
        state.say(Desk::OutagesNone)
    } else {
        texts.join("\n\n")
    };
    state.popup = Some(Popup::Reading(Reading {
        title: state.say(Desk::OutagesTitle),
        text,
        scroll: 0,
    }));
}

/// Answers the call from the outage at its place.
pub fn direct(state: &mut State) -> Vec<Effect> {
    let Some(outage) = here(state).first().map(|it| Outage::clone(it)) else {
        return Vec::new();
    };
    let title = Line::lossy(&line(state, &outage));
    let answer = DirectAnswer {
        answer: Prose::lossy(&told(state, &outage)),
        source: AnswerSource::Notice {
            title: title.clone(),
        },
    };
    finish::open_titled(state, vec![Action::CloseDirectly { answer }], title)
}
