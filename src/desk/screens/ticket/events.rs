//! Words for what happened to a ticket.

use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::domain::directory::HOTLINE;
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::role::Actor;
use crate::words::{Desk, Domain};

/// The word for an event.
fn word(kind: &EventKind) -> Domain {
    match kind {
        EventKind::Opened { .. } => Domain::EventOpened,
        EventKind::Amended { .. } => Domain::EventAmended,
        EventKind::ClosedDirectly { .. } => Domain::EventClosedDirectly,
        EventKind::MarkedInvalid { .. } => Domain::EventMarkedInvalid,
        EventKind::Declined { .. } => Domain::EventDeclined,
        EventKind::DeclineReviewed { .. } => Domain::EventDeclineReviewed,
        EventKind::HandedToEmergency { .. } => Domain::EventHandedToEmergency,
        EventKind::Submitted { .. } => Domain::EventSubmitted,
        EventKind::Dispatched { .. } => Domain::EventDispatched,
        EventKind::Transferred { .. } => Domain::EventTransferred,
        EventKind::Signed => Domain::EventSigned,
        EventKind::ReturnAsked { .. } => Domain::EventReturnAsked,
        EventKind::ReturnAccepted => Domain::EventReturnAccepted,
        EventKind::ReturnRejected { .. } => Domain::EventReturnRejected,
        EventKind::Extended { .. } => Domain::EventExtended,
        EventKind::Answered { .. } => Domain::EventAnswered,
        EventKind::SentBack { .. } => Domain::EventSentBack,
        EventKind::Approved => Domain::EventApproved,
        EventKind::Closed { .. } => Domain::EventClosed,
        EventKind::RedoAsked { .. } => Domain::EventRedoAsked,
        EventKind::Merged { .. } => Domain::EventMerged,
        EventKind::Unmerged => Domain::EventUnmerged,
        EventKind::Withdrawn { .. } => Domain::EventWithdrawn,
        EventKind::ProgressAsked => Domain::EventProgressAsked,
        EventKind::Urged { .. } => Domain::EventUrged,
        EventKind::Added { .. } => Domain::EventAdded,
        EventKind::ExplanationAsked { .. } => Domain::EventExplanationAsked,
        EventKind::DeadlinesMoved { .. } => Domain::EventDeadlinesMoved,
        EventKind::Ruled { .. } => Domain::EventRuled,
        EventKind::ExtensionAsked { .. } => Domain::EventExtensionAsked,
        EventKind::ExtensionRefused { .. } => Domain::EventExtensionRefused,
        EventKind::StageAnswered { .. } => Domain::EventStageAnswered,
        EventKind::StageAgreed { .. } => Domain::EventStageAgreed,
        EventKind::StageRefused { .. } => Domain::EventStageRefused,
        EventKind::CoUnitsAsked { .. } => Domain::EventCoUnitsAsked,
        EventKind::CoUnitsAdded { .. } => Domain::EventCoUnitsAdded,
        EventKind::CoReported { .. } => Domain::EventCoReported,
        EventKind::CoReleased { .. } => Domain::EventCoReleased,
        EventKind::StepTaken { .. } => Domain::EventStepTaken,
        EventKind::Alerted { .. } => Domain::EventAlerted,
        EventKind::ChildAnswered { .. } => Domain::EventChildAnswered,
        EventKind::Archived => Domain::EventArchived,
    }
}

/// What an event says beside its word.
fn detail(state: &State, kind: &EventKind) -> String {
    if let Some(said) = judgement(state, kind).or_else(|| beside(state, kind)) {
        return said;
    }
    match kind {
        EventKind::Dispatched { lead, basis, .. } => format!(
            "{}  {}",
            state.names.unit(lead),
            names::basis(basis.as_str())
        ),
        EventKind::Transferred { lead, reason, .. } => {
            format!("{}  {reason}", state.names.unit(lead))
        }
        EventKind::ReturnAsked { reason, basis, .. } => {
            let basis = names::basis(basis.as_str());
            format!("{}  {basis}", state.say(names::returned(*reason)))
        }
        EventKind::MarkedInvalid { reason } => state.say(names::invalid(*reason)),
        EventKind::Declined { reason, .. } => state.say(names::decline(*reason)),
        EventKind::HandedToEmergency { service } => state.say(names::emergency(*service)),
        EventKind::Submitted { total_due } => times::date_time(total_due.due),
        EventKind::Extended {
            reason, unit_due, ..
        } => {
            format!("{}  {reason}", times::date_time(unit_due.due))
        }
        EventKind::DeadlinesMoved {
            total,
            unit,
            reason,
            co: _,
        } => {
            let moved = [total, unit].into_iter().flatten().map(|moved| {
                let (from, to) = (&moved.from, &moved.to);
                format!(
                    "{} → {}",
                    times::date_time(from.due),
                    times::date_time(to.due)
                )
            });
            let moved: Vec<String> = moved.collect();
            format!("{}  {reason}", moved.join("  "))
        }
        EventKind::ReturnRejected { reason }
        | EventKind::SentBack { reason }
        | EventKind::Withdrawn { reason }
        | EventKind::RedoAsked { reason, .. } => reason.to_string(),
        EventKind::ClosedDirectly { answer } => answer.answer.to_string(),
        EventKind::Urged { note } | EventKind::ExplanationAsked { note } => note.to_string(),
        EventKind::Added { text } => text.to_string(),
        _ => String::new(),
    }
}

/// What an event says of what goes on beside the states; `None` for another.
fn beside(state: &State, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::Ruled { lead, basis, .. } => format!("{}  {basis}", state.names.unit(lead)),
        EventKind::CoReported { unit, account } => {
            format!("{}  {account}", state.names.unit(unit))
        }
        EventKind::CoReleased { unit, reason } => {
            format!("{}  {reason}", state.names.unit(unit))
        }
        EventKind::CoUnitsAsked { co_units, reason }
        | EventKind::CoUnitsAdded {
            co_units, reason, ..
        } => {
            let units: Vec<&str> = co_units.iter().map(|it| state.names.unit(it)).collect();
            format!("{}  {reason}", units.join(" "))
        }
        EventKind::ChildAnswered { handling, .. } => handling.public_answer.to_string(),
        EventKind::StageAnswered { until, .. } => until.to_string(),
        EventKind::StageAgreed { unit_due } => times::date_time(unit_due.due),
        EventKind::StepTaken { at, note, how } => {
            let how = state.say(super::more::how(*how));
            format!("{how}  {}  {note}", times::date_time(*at))
        }
        EventKind::Alerted { alert } => times::date_time(alert.due),
        EventKind::ExtensionAsked { reason, .. }
        | EventKind::ExtensionRefused { reason }
        | EventKind::StageRefused { reason } => reason.to_string(),
        _ => return None,
    })
}

/// What an event says of somebody's judgement; `None` for one that holds none.
fn judgement(state: &State, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::Closed {
            reached,
            solved,
            satisfied,
            reason,
        } => {
            let result = verdict(state, *reached, *solved, *satisfied);
            format!("{result}  {reason}")
        }
        EventKind::DeclineReviewed { right } => {
            let right = [("right", yes_no(state, Some(*right)).into())];
            state.say_with(Desk::DeclineRight, &right)
        }
        EventKind::Answered {
            facts_true,
            solved,
            account,
            ..
        } => {
            let facts = match facts_true {
                None => state.say(Desk::FactsOpen),
                it => yes_no(state, *it),
            };
            let solved = yes_no(state, Some(*solved));
            let values = [("facts", facts.into()), ("solved", solved.into())];
            format!("{}  {account}", state.say_with(Desk::AnswerResult, &values))
        }
        _ => return None,
    })
}

fn yes_no(state: &State, answer: Option<bool>) -> String {
    state.say(match answer {
        Some(true) => Desk::Yes,
        Some(false) => Desk::No,
        None => Desk::NotAsked,
    })
}

/// What the caller said when called back.
pub fn verdict(
    state: &State,
    reached: bool,
    solved: Option<bool>,
    satisfied: Option<bool>,
) -> String {
    let values = [
        ("reached", yes_no(state, Some(reached)).into()),
        ("solved", yes_no(state, solved).into()),
        ("satisfied", yes_no(state, satisfied).into()),
    ];
    state.say_with(Desk::CloseResult, &values)
}

/// Who did it: the name, and the unit of one who works for another than the hotline.
fn by_words(state: &State, by: &Actor) -> String {
    let unit = state.names.unit(&by.unit);
    match state.known_name(&by.account) {
        // Of another unit only those are listed who sign in here: an account is nobody's name.
        None if by.unit.as_str() != HOTLINE => unit.to_owned(),
        Some(name) if by.unit.as_str() != HOTLINE => format!("{unit} {name}"),
        _ => state.name_of(&by.account),
    }
}

/// An event in a line: when, who, what, and what it says.
pub fn line(state: &State, event: &Event) -> String {
    let detail = detail(state, &event.kind).replace('\n', " ");
    format!(
        "{}  {}  {}  {detail}",
        times::date_time(event.stamp.at),
        by_words(state, &event.stamp.by),
        state.say(word(&event.kind)),
    )
}
