//! Fatal errors: one of them fails the call, whatever the score.

use super::checks::{ended_by, finish, said_at};
use super::{Evidence, Fatal, FatalError, Record, Why};
use crate::practice::listen::held;
use crate::practice::scenario::Ending;
use crate::practice::tape::{Event, Finish, Over};

/// The fatal errors of a call, among those that the sheet knows.
pub(super) fn found(record: &Record<'_>, known: &[Fatal]) -> Vec<FatalError> {
    let all = known.iter().flat_map(|fatal| {
        let evidence = of(*fatal, record);
        evidence.into_iter().map(|evidence| FatalError {
            fatal: *fatal,
            evidence,
        })
    });
    all.collect()
}

fn of(fatal: Fatal, record: &Record<'_>) -> Vec<Evidence> {
    match fatal {
        Fatal::EmergencyMissed => emergency_missed(record),
        Fatal::ConfidenceLeaked => leaked(record),
        Fatal::OutcomePromised => guarded(record, "promise"),
        Fatal::ForbiddenWords => guarded(record, "rude"),
        Fatal::PassedTheBuck => guarded(record, "passed"),
        Fatal::HungUp => hung_up(record),
        Fatal::WrongPolicy => record
            .tape
            .iter()
            .filter(|moment| matches!(moment.event, Event::WrongPolicy { .. }))
            .map(|moment| said_at(record, moment.at))
            .collect(),
    }
}

fn guarded(record: &Record<'_>, wanted: &str) -> Vec<Evidence> {
    let said = record.tape.iter().filter(
        |moment| matches!(&moment.event, Event::Guarded { intent, .. } if intent == wanted),
    );
    said.map(|moment| said_at(record, moment.at)).collect()
}

fn emergency_missed(record: &Record<'_>) -> Vec<Evidence> {
    let emergency = *record.scene.scenario.truth.ending.get_ref() == Ending::Emergency;
    if !emergency || matches!(finish(record), Some(Finish::Emergency { .. })) {
        return Vec::new();
    }
    let found = finish(record).map_or("", |finish| finish.ending().name());
    vec![Evidence::of(Why::Ended, found).but(Ending::Emergency.name())]
}

/// Named aloud to somebody else; written where the unit reads it; or sent off without the mark.
fn leaked(record: &Record<'_>) -> Vec<Evidence> {
    if !record.scene.scenario.truth.confidential {
        return Vec::new();
    }
    let aloud = record
        .tape
        .iter()
        .filter(|moment| matches!(moment.event, Event::Leaked { .. }));
    let mut found: Vec<Evidence> = aloud.map(|moment| said_at(record, moment.at)).collect();
    if let Some(done) = record
        .done
        .filter(|done| matches!(done.ending, Some(Finish::Dispatched)))
    {
        let request = &done.request;
        let names = [
            record.scene.name.clone(),
            record.scene.address.clone(),
            record.scene.number.clone(),
        ];
        for text in [
            request.title.as_str(),
            request.text.as_str(),
            request.asked.as_str(),
        ] {
            if held(text, &names) > 0 {
                found.push(Evidence::of(Why::Written, text));
            }
        }
        if !request.caller.confidential && !request.caller.anonymous {
            found.push(Evidence::of(Why::NotWritten, "confidential"));
        }
    }
    found
}

/// The call-taker ended the call without a word of goodbye. Into a silent line two questions are enough; who hands an
/// emergency on leaves the line to it.
fn hung_up(record: &Record<'_>) -> Vec<Evidence> {
    let farewell = record
        .tape
        .iter()
        .any(|moment| matches!(&moment.event, Event::Did { act } if act == "closing"));
    let silent = record.scene.opening.is_empty() && record.lines() >= 2;
    let handed = matches!(finish(record), Some(Finish::Emergency { .. }));
    if !ended_by(record, &[Over::Seat]) || farewell || silent || handed {
        return Vec::new();
    }
    let over = record
        .tape
        .iter()
        .find(|moment| matches!(moment.event, Event::Over { .. }));
    over.map(|moment| Evidence::at(moment.at, Why::Ended, ""))
        .into_iter()
        .collect()
}
