//! What went wrong, in the person's words: each code of the wire and each fault of the ports, with what to do.

use super::names;
use super::ports::PortError;
use super::state::State;
use super::times;
use crate::domain::lifecycle::Refusal;
use crate::domain::text::Line;
use crate::domain::text::TextError;
use crate::protocol::error::ApiError;
use crate::words::{Actions, Consult as ConsultWords, Desk, Knowledge, Lang};

/// A fault in words.
pub fn worded(state: &State, error: &PortError) -> String {
    match error {
        PortError::Api(error) => api(state, error),
        PortError::Offline => state.say(Desk::ErrorOffline),
        PortError::OldPassword => state.say(Desk::ErrorOldPassword),
        PortError::Broken => state.say(Desk::ErrorBroken),
        PortError::PhoneCannot => state.say(Desk::ErrorPhoneCannot),
        PortError::NoCall => state.say(Desk::ErrorNoCall),
        PortError::Phone => state.say(Desk::ErrorPhoneDown),
        PortError::Answer { status } => {
            let status = [("status", u32::from(*status).into())];
            state.say_with(Desk::ErrorAnswer, &status)
        }
        PortError::File { path } => state.say_with(Desk::ErrorFile, &[("path", path.into())]),
        PortError::Journal => state.say(Desk::ErrorKept),
        PortError::Index => state.say(Desk::ErrorIndex),
        PortError::Local { detail } => {
            state.say_with(Desk::ErrorLocal, &[("detail", detail.into())])
        }
    }
}

fn api(state: &State, error: &ApiError) -> String {
    match error {
        ApiError::NotSignedIn => state.say(Desk::ErrorNotSignedIn),
        ApiError::WrongPassword => state.say(Desk::ErrorWrongPassword),
        ApiError::Throttled { seconds } => {
            state.say_with(Desk::ErrorThrottled, &[("seconds", (*seconds).into())])
        }
        ApiError::Forbidden => state.say(Desk::ErrorForbidden),
        ApiError::NotFound { id, .. } => state.say_with(Desk::ErrorNotFound, &[("id", id.into())]),
        ApiError::Stale { .. } => state.say(Desk::ErrorStale),
        ApiError::IdempotencyConflict => state.say(Desk::ErrorConflict),
        ApiError::Exists { id, .. } => state.say_with(Desk::ErrorExists, &[("id", id.into())]),
        ApiError::Refused { refusal } => refused(state, refusal),
        ApiError::Invalid { field, problem } => invalid(state, field, problem),
        ApiError::TooLarge { limit } => {
            state.say_with(Desk::ErrorTooLarge, &[("limit", (*limit).into())])
        }
        ApiError::Unavailable => state.say(Desk::ErrorUnavailable),
        ApiError::Internal { trace } => {
            state.say_with(Desk::ErrorInternal, &[("trace", trace.into())])
        }
    }
}

/// A value that the server does not take. It says why in English: known reasons are worded, others are shown only
/// where English is read.
fn invalid(state: &State, field: &str, problem: &str) -> String {
    if let Some(known) = problem_word(state, problem) {
        return known;
    }
    let field = [("field", field_word(state, field).into())];
    match state.words.lang() {
        Lang::ZhCn => state.say_with(Desk::ErrorInvalid, &field),
        Lang::En => format!("{} ({problem})", state.say_with(Desk::ErrorInvalid, &field)),
    }
}

/// What the server says about what a person at a desk can have done wrong.
fn problem_word(state: &State, problem: &str) -> Option<String> {
    let word = match problem {
        "nobody sits there" => Desk::ProblemNobodySits,
        "a call is on this seat" | "a call is on this seat already" => Desk::WhyCallLive,
        "the call was not answered yet" | "only an answered call can be transferred" => {
            Desk::ProblemNotAnswered
        }
        "this consult is over" => return Some(state.say(ConsultWords::ConsultWhyOver)),
        "a colleague has taken it: take it over first" => {
            return Some(state.say(ConsultWords::ConsultWhyTakenByAnother));
        }
        "this department has no experts" => {
            return Some(state.say(ConsultWords::ConsultWhyNoDepartment));
        }
        "neither it nor the ticket nor the call tells you whom to ring" => Desk::ProblemNoNumber,
        "this call-back is finished" => Desk::ProblemFinished,
        "the new time lies in the past" => Desk::ProblemPast,
        "you sit at no seat: sign in with one" | "sit at a seat to take the call over" => {
            Desk::WhyNoOwnSeat
        }
        "your role takes no calls: sign in without a seat" => Desk::ProblemNoSeatRole,
        _ => return None,
    };
    Some(state.say(word))
}

/// What is wrong with a text.
pub fn text(state: &State, error: &TextError) -> String {
    match error {
        TextError::TooLong { max, .. } => {
            let max = i64::try_from(*max).unwrap_or(i64::MAX);
            state.say_with(Desk::ErrorTextLong, &[("max", max.into())])
        }
        TextError::Control { at, .. } => {
            let at = i64::try_from(*at).unwrap_or(i64::MAX);
            state.say_with(Desk::ErrorTextControl, &[("at", at.into())])
        }
    }
}

/// A field of the wire by the name that it has on the screen; an unknown one by its own.
fn field_word(state: &State, field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    let word = match last {
        "reason" | "why_unsolved" => Desk::FieldReason,
        "basis" => Desk::FieldBasis,
        "account" => Desk::FieldAccount,
        "answer" | "public_answer" => Desk::FieldAnswer,
        "text" => Desk::FieldText,
        "note" => Desk::FieldNote,
        "lead" | "unit" => Desk::FieldUnit,
        "item" => Desk::LabelItem,
        "address" => Desk::LabelAddress,
        "name" => Desk::LabelName,
        "due" => Desk::FieldWhen,
        "seat" => Desk::FieldSeat,
        "working_days" => Desk::FieldDays,
        "other_road" => Desk::FieldOtherRoad,
        "co_units" => Desk::FieldCoUnit,
        "until" => return state.say(Actions::FieldUntil),
        "measures" => return state.say(Actions::FieldMeasures),
        "participants" => return state.say(Actions::FieldParticipant),
        "opinion" => return state.say(Actions::FieldOpinion),
        _ => return field.to_owned(),
    };
    state.say(word)
}

/// The rule that forbids an action, in words.
pub fn refused(state: &State, refusal: &Refusal) -> String {
    match refusal {
        Refusal::WrongStage { stage } => {
            let word = state.say(names::stage(*stage));
            state.say_with(Desk::RefusedStage, &[("stage", word.into())])
        }
        Refusal::WrongRole { needs } => {
            let roles: Vec<String> = needs
                .iter()
                .map(|role| state.say(names::role(*role)))
                .collect();
            state.say_with(Desk::RefusedRole, &[("roles", roles.join(" ").into())])
        }
        Refusal::Missing { field } => {
            let field = field_word(state, field);
            state.say_with(Desk::RefusedMissing, &[("field", field.into())])
        }
        Refusal::Recusal { unit } => {
            let unit = state.names.unit(unit).to_owned();
            state.say_with(Desk::RefusedRecusal, &[("unit", unit.into())])
        }
        Refusal::TooLate { until } => state.say_with(
            Desk::RefusedLate,
            &[("until", times::date_time(*until).into())],
        ),
        Refusal::OnlyOnce => state.say(Desk::RefusedOnce),
        Refusal::HandledIt => state.say(Desk::RefusedHandled),
        Refusal::StepTime { .. } => state.say(Desk::RefusedStepTime),
        Refusal::NotContacted => state.say(Desk::RefusedNotContacted),
        Refusal::IntoItself => state.say(Desk::RefusedItself),
        Refusal::NotYourDraft => state.say(Desk::RefusedNotYourDraft),
        Refusal::Undecided
        | Refusal::NotAsked
        | Refusal::NotLater { .. }
        | Refusal::CoUnitsOpen { .. }
        | Refusal::HasDuty { .. }
        | Refusal::NoSteps
        | Refusal::MainNotAnswered
        | Refusal::PointsOpen { .. }
        | Refusal::NamesAnother
        | Refusal::RulingBinds
        | Refusal::NeedsRuling
        | Refusal::NotYourUnit
        | Refusal::Range { .. }
        | Refusal::OwnDecision
        | Refusal::UnknownUnit { .. }
        | Refusal::SameUnit { .. } => refused_beside(state, refusal),
        Refusal::MainNotOpen { stage } => {
            let word = state.say(names::stage(*stage));
            state.say_with(Desk::RefusedMainNotOpen, &[("stage", word.into())])
        }
        Refusal::OwnDraft
        | Refusal::AlreadyRetired
        | Refusal::DraftStands { .. }
        | Refusal::NotYourDepartment { .. }
        | Refusal::EntryMoved { .. } => refused_knowledge(state, refusal),
    }
}

/// The rules of what goes on beside the states, of units, returns and ranges.
fn refused_beside(state: &State, refusal: &Refusal) -> String {
    match refusal {
        Refusal::UnknownUnit { unit } => {
            let unit = unit.as_str();
            state.say_with(Desk::RefusedUnknownUnit, &[("unit", unit.into())])
        }
        Refusal::SameUnit { unit } => {
            let unit = state.names.unit(unit);
            state.say_with(Desk::RefusedSameUnit, &[("unit", unit.into())])
        }
        Refusal::Undecided => state.say(Desk::RefusedUndecided),
        Refusal::NotAsked => state.say(Desk::RefusedNotAsked),
        Refusal::NotLater { field } => {
            let field = field_word(state, field);
            state.say_with(Desk::RefusedNotLater, &[("field", field.into())])
        }
        Refusal::CoUnitsOpen { units } => {
            let units: Vec<&str> = units.iter().map(|it| state.names.unit(it)).collect();
            state.say_with(
                Desk::RefusedCoUnitsOpen,
                &[("units", units.join(" ").into())],
            )
        }
        Refusal::HasDuty { unit, basis } => {
            let unit = state.names.unit(unit).to_owned();
            let values = [("unit", unit.into()), ("basis", basis.to_string().into())];
            state.say_with(Desk::RefusedHasDuty, &values)
        }
        Refusal::Range { field, from, to } => state.say_with(
            Desk::RefusedRange,
            &[
                ("field", field_word(state, field).into()),
                ("from", (*from).into()),
                ("to", (*to).into()),
            ],
        ),
        Refusal::NoSteps => state.say(Desk::RefusedNoSteps),
        Refusal::RulingBinds => state.say(Desk::RefusedRulingBinds),
        Refusal::OwnDecision => state.say(Desk::RefusedOwnDecision),
        Refusal::NeedsRuling => state.say(Desk::RefusedRuling),
        Refusal::NotYourUnit => state.say(Desk::RefusedUnit),
        Refusal::MainNotAnswered => state.say(Desk::RefusedMainNotAnswered),
        Refusal::PointsOpen { points } => {
            let points: Vec<&str> = points.iter().map(Line::as_str).collect();
            let values = [("points", points.join("；").into())];
            state.say_with(Desk::RefusedPointsOpen, &values)
        }
        Refusal::NamesAnother => state.say(Desk::RefusedNamesAnother),
        _ => String::new(),
    }
}

/// The rule of the knowledge base that forbids an action, in words.
fn refused_knowledge(state: &State, refusal: &Refusal) -> String {
    match refusal {
        Refusal::OwnDraft => state.say(Knowledge::RefusedOwnDraft),
        Refusal::AlreadyRetired => state.say(Knowledge::RefusedRetired),
        Refusal::DraftStands { stage } => {
            let word = state.say(names::draft_stage(*stage));
            state.say_with(Knowledge::RefusedDraftStands, &[("stage", word.into())])
        }
        Refusal::NotYourDepartment { department } => {
            let department = [("department", department.as_str().into())];
            state.say_with(Knowledge::RefusedDepartment, &department)
        }
        Refusal::EntryMoved { current, based_on } => {
            let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).into();
            let versions = [("current", count(*current)), ("based", count(*based_on))];
            state.say_with(Knowledge::RefusedEntryMoved, &versions)
        }
        _ => String::new(),
    }
}
