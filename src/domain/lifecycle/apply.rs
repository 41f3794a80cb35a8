//! What an event does to a ticket. Only what cannot follow at all is refused here: an old log must stay
//! readable when the rules have changed since.

mod work;

use super::event::{Event, EventKind};
use crate::domain::directory::HOTLINE;
use crate::domain::id::UnitCode;
use crate::domain::role::Stamp;
use crate::domain::text::Line;
use crate::domain::ticket::{Dispatch, Handling, ReturnRequest, Stage, State, Ticket, Verdict};

/// Events that do not fit the ticket they are applied to: the log is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {event} (version {version}) does not follow from state {stage:?}")]
pub struct ApplyError {
    /// The event's name.
    pub event: &'static str,
    /// Its version.
    pub version: u64,
    /// Where the ticket stood; `None` before it was opened.
    pub stage: Option<Stage>,
}

/// The ticket that a whole log says. Errors: the log is empty, or an event does not follow.
pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Ticket, ApplyError> {
    let mut ticket = None;
    for event in events {
        ticket = Some(apply(ticket, event)?);
    }
    ticket.ok_or(ApplyError {
        event: "nothing",
        version: 0,
        stage: None,
    })
}

/// The ticket after an event; `None` before its `opened`. Versions are 1, 2, 3 …, without a gap.
pub fn apply(ticket: Option<Ticket>, event: &Event) -> Result<Ticket, ApplyError> {
    let fault = ApplyError {
        event: event.kind.name(),
        version: event.version,
        stage: ticket.as_ref().map(|t| t.state.stage()),
    };
    let Some(mut ticket) = ticket else {
        return opened(event).ok_or(fault);
    };
    if event.version != ticket.version + 1 {
        return Err(fault);
    }
    let state = intake_state(&ticket.state, event)
        .or_else(|| merge_state(&ticket.state, event))
        .or_else(|| unit_state(&ticket.state, event))
        .or_else(|| work_state(&ticket.state, event))
        .or_else(|| review_state(&ticket.state, event))
        .or_else(|| caller_state(&ticket.state, event))
        .ok_or(fault)?;
    keep_facts(&mut ticket, event);
    work::keep(&mut ticket, event);
    ticket.state = state;
    ticket.version = event.version;
    ticket.changed_at = event.stamp.at;
    Ok(ticket)
}

fn opened(event: &Event) -> Option<Ticket> {
    let EventKind::Opened {
        id,
        number,
        channel,
        call,
        recording,
        request,
    } = &event.kind
    else {
        return None;
    };
    (event.version == 1).then(|| Ticket {
        id: *id,
        number: *number,
        version: 1,
        state: State::Draft,
        round: 1,
        returns: 0,
        channel: *channel,
        call: *call,
        recording: recording.clone(),
        request: request.as_ref().clone(),
        opened: event.stamp.clone(),
        accepted_at: None,
        total_due: None,
        unit_due: None,
        extended: false,
        urged: 0,
        additions: Vec::new(),
        handled_by: Vec::new(),
        work: Box::default(),
        changed_at: event.stamp.at,
    })
}

fn intake_state(state: &State, event: &Event) -> Option<State> {
    Some(match (state, &event.kind) {
        (State::Draft, EventKind::ClosedDirectly { answer }) => {
            State::ClosedDirectly(answer.clone())
        }
        (State::Draft, EventKind::MarkedInvalid { reason }) => State::Invalid(*reason),
        (
            State::Draft,
            EventKind::Declined {
                reason,
                basis,
                other_road,
            },
        ) => State::Declined {
            reason: *reason,
            basis: basis.clone(),
            other_road: other_road.clone(),
            reviewed: None,
        },
        (State::Declined { .. }, EventKind::DeclineReviewed { right: false }) => State::Draft,
        (
            State::Declined {
                reason,
                basis,
                other_road,
                ..
            },
            EventKind::DeclineReviewed { right: true },
        ) => State::Declined {
            reason: *reason,
            basis: basis.clone(),
            other_road: other_road.clone(),
            reviewed: Some(event.stamp.clone()),
        },
        (State::Draft, EventKind::HandedToEmergency { service }) => {
            State::HandedToEmergency(*service)
        }
        (State::Draft, EventKind::Submitted { .. })
        | (State::Merged { .. }, EventKind::Unmerged) => State::ToDispatch,
        (
            State::Closed { .. }
            | State::ClosedDirectly(_)
            | State::Invalid(_)
            | State::Declined { .. }
            | State::Withdrawn { .. },
            EventKind::Archived,
        ) => State::Archived {
            last: Box::new(state.clone()),
        },
        _ => return None,
    })
}

/// A merge, and the answer of a merged ticket.
fn merge_state(state: &State, event: &Event) -> Option<State> {
    Some(match (state, &event.kind) {
        (State::Merged { .. }, EventKind::ChildAnswered { handling, .. }) => State::ToCallBack {
            // The hotline answers it: no unit sees it.
            dispatch: Dispatch {
                signed: Some(event.stamp.clone()),
                ..new_dispatch(
                    &hotline()?,
                    &[],
                    0,
                    &Line::lossy("并入主单答复"),
                    &event.stamp,
                )
            },
            handling: handling.as_ref().clone(),
        },
        (
            State::ToDispatch | State::Dispatched(_) | State::InHand(_),
            EventKind::Merged { main },
        ) => State::Merged {
            main: *main,
            before: Box::new(state.clone()),
        },
        _ => return None,
    })
}

/// True for what the hotline answered itself: no unit has it.
fn by_hotline(state: &State) -> bool {
    let to = state.dispatch();
    to.is_some_and(|to| to.lead.as_str() == HOTLINE)
}

fn hotline() -> Option<UnitCode> {
    UnitCode::parse(HOTLINE).ok()
}

fn new_dispatch(
    lead: &UnitCode,
    co_units: &[UnitCode],
    directory_version: u64,
    basis: &Line,
    stamp: &Stamp,
) -> Dispatch {
    Dispatch {
        lead: lead.clone(),
        co_units: co_units.to_vec(),
        directory_version,
        basis: basis.clone(),
        stamp: stamp.clone(),
        signed: None,
    }
}

fn unit_state(state: &State, event: &Event) -> Option<State> {
    let stamp = &event.stamp;
    Some(match (state, &event.kind) {
        (
            State::ToDispatch,
            EventKind::Dispatched {
                lead,
                co_units,
                directory_version,
                basis,
                ..
            },
        ) => State::Dispatched(new_dispatch(
            lead,
            co_units,
            *directory_version,
            basis,
            stamp,
        )),
        (
            State::Dispatched(old) | State::InHand(old),
            EventKind::Transferred {
                lead,
                co_units,
                reason,
                ..
            },
        ) => State::Dispatched(new_dispatch(
            lead,
            co_units,
            old.directory_version,
            reason,
            stamp,
        )),
        (State::Dispatched(dispatch) | State::Redo(dispatch), EventKind::Signed) => {
            State::InHand(Dispatch {
                signed: Some(stamp.clone()),
                ..dispatch.clone()
            })
        }
        (State::Dispatched(dispatch) | State::InHand(dispatch), EventKind::ReturnAsked { .. }) => {
            State::ReturnAsked {
                dispatch: dispatch.clone(),
                request: return_request(event)?,
            }
        }
        (State::InHand(dispatch), EventKind::Answered { .. }) => State::Answered {
            dispatch: dispatch.clone(),
            handling: handling(event)?,
        },
        _ => return None,
    })
}

fn work_state(state: &State, event: &Event) -> Option<State> {
    Some(match (state, &event.kind) {
        (
            State::ReturnAsked { dispatch, .. },
            EventKind::Ruled {
                lead,
                co_units,
                basis,
                unit_due,
                ..
            },
        ) => {
            let version = dispatch.directory_version;
            let to = new_dispatch(lead, co_units, version, basis, &event.stamp);
            if unit_due.is_some() {
                State::Dispatched(to)
            } else {
                State::InHand(Dispatch {
                    signed: Some(event.stamp.clone()),
                    stamp: dispatch.stamp.clone(),
                    ..to
                })
            }
        }
        (State::Dispatched(to), EventKind::CoUnitsAdded { co_units, .. }) => {
            State::Dispatched(joined(to, co_units))
        }
        (State::InHand(to), EventKind::CoUnitsAdded { co_units, .. }) => {
            State::InHand(joined(to, co_units))
        }
        (
            State::InHand(_),
            EventKind::ExtensionAsked { .. }
            | EventKind::ExtensionRefused { .. }
            | EventKind::StageAnswered { .. }
            | EventKind::StageAgreed { .. }
            | EventKind::StageRefused { .. },
        )
        | (
            State::InHand(_) | State::Dispatched(_),
            EventKind::CoUnitsAsked { .. }
            | EventKind::CoReported { .. }
            | EventKind::CoReleased { .. }
            | EventKind::StepTaken { .. },
        ) => state.clone(),
        (_, EventKind::Alerted { .. }) if state.stage().is_open() => state.clone(),
        _ => return None,
    })
}

fn joined(to: &Dispatch, co_units: &[UnitCode]) -> Dispatch {
    let mut to = to.clone();
    to.co_units.extend_from_slice(co_units);
    to
}

fn return_request(event: &Event) -> Option<ReturnRequest> {
    let EventKind::ReturnAsked {
        reason,
        basis,
        proposed,
    } = &event.kind
    else {
        return None;
    };
    Some(ReturnRequest {
        reason: *reason,
        basis: basis.clone(),
        proposed: proposed.clone(),
        stamp: event.stamp.clone(),
    })
}

fn handling(event: &Event) -> Option<Handling> {
    let EventKind::Answered {
        facts_true,
        solved,
        why_not,
        account,
        public_answer,
        contact,
    } = &event.kind
    else {
        return None;
    };
    Some(Handling {
        facts_true: *facts_true,
        solved: *solved,
        why_not: why_not.clone(),
        account: account.clone(),
        public_answer: public_answer.clone(),
        contact: contact.clone(),
        stamp: event.stamp.clone(),
    })
}

fn review_state(state: &State, event: &Event) -> Option<State> {
    Some(match (state, &event.kind) {
        (State::ReturnAsked { .. }, EventKind::ReturnAccepted) => State::ToDispatch,
        (State::ReturnAsked { dispatch, .. }, EventKind::ReturnRejected { .. })
        | (State::Answered { dispatch, .. }, EventKind::SentBack { .. }) => {
            State::InHand(dispatch.clone())
        }
        (State::InHand(_), EventKind::Extended { .. }) => state.clone(),
        (State::Answered { dispatch, handling }, EventKind::Approved) => State::ToCallBack {
            dispatch: dispatch.clone(),
            handling: handling.clone(),
        },
        (
            State::ToCallBack { dispatch, handling },
            EventKind::Closed {
                reached,
                solved,
                satisfied,
                reason,
            },
        ) => State::Closed {
            dispatch: dispatch.clone(),
            handling: handling.clone(),
            verdict: Verdict {
                reached: *reached,
                solved: *solved,
                satisfied: *satisfied,
                reason: reason.clone(),
                stamp: event.stamp.clone(),
            },
        },
        (State::ToCallBack { .. } | State::Closed { .. }, EventKind::RedoAsked { .. })
            if by_hotline(state) =>
        {
            State::ToDispatch
        }
        (
            State::ToCallBack { dispatch, .. } | State::Closed { dispatch, .. },
            EventKind::RedoAsked { .. },
        ) => State::Redo(Dispatch {
            signed: None,
            ..dispatch.clone()
        }),
        _ => return None,
    })
}

/// Events of the caller, and corrections: they move nothing, except a withdrawal.
fn caller_state(state: &State, event: &Event) -> Option<State> {
    let open = state.stage().is_open();
    match &event.kind {
        EventKind::Withdrawn { reason } if open => Some(State::Withdrawn {
            reason: reason.clone(),
        }),
        EventKind::Amended { .. }
        | EventKind::Urged { .. }
        | EventKind::Added { .. }
        | EventKind::ExplanationAsked { .. }
        | EventKind::DeadlinesMoved { .. }
            if open =>
        {
            Some(state.clone())
        }
        EventKind::ProgressAsked if state.stage() != Stage::Archived => Some(state.clone()),
        _ => None,
    }
}

/// What the ticket keeps beside its state: clocks, counts, the request.
fn keep_facts(ticket: &mut Ticket, event: &Event) {
    match &event.kind {
        EventKind::Amended { request } => ticket.request = request.as_ref().clone(),
        EventKind::Submitted { total_due } => {
            // The total clock never resets.
            ticket.accepted_at.get_or_insert(event.stamp.at);
            ticket.total_due.get_or_insert_with(|| total_due.clone());
        }
        EventKind::Dispatched { unit_due, .. } | EventKind::Transferred { unit_due, .. } => {
            ticket.unit_due = Some(unit_due.clone());
        }
        EventKind::ReturnAsked { .. } => ticket.returns += 1,
        EventKind::ReturnAccepted | EventKind::Unmerged => ticket.unit_due = None,
        EventKind::Extended { unit_due, .. } => {
            ticket.extended = true;
            ticket.unit_due = Some(unit_due.clone());
        }
        EventKind::Ruled {
            unit_due: Some(unit_due),
            ..
        }
        | EventKind::StageAgreed { unit_due } => ticket.unit_due = Some(unit_due.clone()),
        EventKind::Answered { .. }
        | EventKind::StageAnswered { .. }
        | EventKind::ChildAnswered { .. } => {
            let account = &event.stamp.by.account;
            if !ticket.handled_by.contains(account) {
                ticket.handled_by.push(account.clone());
            }
        }
        EventKind::RedoAsked { unit_due, .. } => {
            ticket.round += 1;
            // What the hotline answered itself waits for a dispatcher: no unit's clock runs before that.
            ticket.unit_due = (!by_hotline(&ticket.state)).then(|| unit_due.clone());
        }
        EventKind::DeadlinesMoved { total, unit, .. } => {
            if let Some(moved) = total {
                ticket.total_due = Some(moved.to.clone());
            }
            if let Some(moved) = unit {
                ticket.unit_due = Some(moved.to.clone());
            }
        }
        EventKind::Urged { .. } => ticket.urged += 1,
        EventKind::Added { text } => ticket.additions.push(text.clone()),
        _ => {}
    }
}
