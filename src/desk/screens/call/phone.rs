//! What the phone and the server tell about calls: it rings, they talk, it is over. A new call never touches
//! the form of an earlier one: an unfinished form goes to the drafts.

use super::form::{Form, Spot};
use super::state::Phase;
use crate::desk::keymap::Place;
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{PhoneEvent, PortError};
use crate::desk::state::State;
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::id::CallId;
use crate::protocol::call::CallReport;
use crate::words::Desk;

/// How many of the caller's lines are kept for the strip.
const SAID: usize = 50;

/// A call begins at this seat: the caller's history is fetched before it is answered.
pub fn begin(state: &mut State, id: CallId, phase: Phase) -> Vec<Effect> {
    if state.call.id == Some(id) && state.call.phase != Phase::Ended {
        return Vec::new();
    }
    state.call.dialled = false;
    // A form of this very call came out of the journal: it goes on.
    if state.call.form.call != Some(id) {
        if !state.call.form.is_blank() && !state.call.sending {
            let form = std::mem::take(&mut state.call.form);
            state.call.drafts.push(form);
            state.tell(Desk::DraftKept);
        }
        state.call.phase = Phase::None;
        state.call.clear();
        state.call.form = Form {
            call: Some(id),
            spot: Spot::Text,
            ..Form::default()
        };
    }
    state.call.deaf_until = None;
    state.call.id = Some(id);
    state.call.enter(phase, state.now);
    state.place = Place::Call;
    vec![state.slots.ask(Slot::Call, Ask::Call(id))]
}

/// A call dialled from here begins: the form stays as it was.
fn begin_dialled(state: &mut State, id: CallId) {
    state.call.id = Some(id);
    state.call.talking_since = None;
    state.call.enter(Phase::Dialling, state.now);
}

/// The call dialled from here is over.
fn end_dialled(state: &mut State) {
    state.call.phase = Phase::None;
    (state.call.dialled, state.call.id) = (false, None);
}

fn report(state: &mut State, id: CallId, report: CallReport) -> Vec<Effect> {
    if state.call.dialled {
        return Vec::new();
    }
    vec![state.slots.once(Ask::Report(id, report)).1]
}

/// What the server says about a call of this seat.
pub fn server_call(state: &mut State, call: Call) -> Vec<Effect> {
    let own = state.seat.as_ref().map(|seat| &seat.no) == call.seat();
    let mut effects = Vec::new();
    match &call.phase {
        // What this seat dialled rings at the far end, not here.
        CallPhase::Ringing { .. } if own && state.call.dialled && !state.call.is_live() => {
            begin_dialled(state, call.id);
        }
        CallPhase::Ringing { .. } if state.call.dialled => {}
        CallPhase::Ringing { .. } if own => effects = begin(state, call.id, Phase::Ringing),
        CallPhase::Talking { .. } if own && state.call.id == Some(call.id) => {
            state.call.enter(Phase::Talking, state.now);
        }
        CallPhase::Holding { .. } if own && state.call.id == Some(call.id) => {
            state.call.enter(Phase::Holding, state.now);
        }
        CallPhase::Ended { .. } if state.call.dialled && state.call.id == Some(call.id) => {
            end_dialled(state);
        }
        CallPhase::Queued | CallPhase::Ended { .. } if state.call.id == Some(call.id) => {
            ended(state);
        }
        _ => {}
    }
    if let Some(view) = state
        .call
        .view
        .as_mut()
        .filter(|view| view.call.id == call.id)
    {
        view.call = call;
    }
    effects
}

/// The call is over; what was written stays until it is finished.
fn ended(state: &mut State) {
    let answered = state.call.talking_since.is_some();
    state.call.enter(Phase::Ended, state.now);
    if !answered && state.call.form.is_blank() {
        state.call.phase = Phase::None;
        state.call.clear();
        state.tell(Desk::CallerGone);
    }
}

fn said(state: &mut State, line: String) {
    state.call.said.push(line);
    if state.call.said.len() > SAID {
        state.call.said.remove(0);
    }
}

/// What the phone says about a call.
pub fn heard(state: &mut State, id: CallId, event: PhoneEvent) -> Vec<Effect> {
    if event == PhoneEvent::Down {
        let error = PortError::Phone {
            detail: String::new(),
        };
        state.complain_of(&error);
        return Vec::new();
    }
    if state.call.id != Some(id) {
        // A leg that nobody assigned: shown as it rings, and reported.
        if event != PhoneEvent::Ringing || state.call.is_live() {
            return Vec::new();
        }
        if state.call.dialled {
            begin_dialled(state, id);
            return Vec::new();
        }
        let mut effects = begin(state, id, Phase::Ringing);
        effects.extend(report(state, id, CallReport::Ringing));
        return effects;
    }
    match event {
        PhoneEvent::Ringing => report(state, id, CallReport::Ringing),
        PhoneEvent::Connected => {
            state.call.enter(Phase::Talking, state.now);
            let mut effects = report(state, id, CallReport::Answered);
            if state.call.form.number.is_none() {
                effects.push(state.slots.ask(Slot::Number, Ask::Number));
            }
            effects
        }
        PhoneEvent::Said { line } => {
            said(state, line);
            Vec::new()
        }
        PhoneEvent::Held => {
            state.call.enter(Phase::Holding, state.now);
            report(state, id, CallReport::Held)
        }
        PhoneEvent::Resumed => {
            state.call.enter(Phase::Talking, state.now);
            report(state, id, CallReport::Resumed)
        }
        PhoneEvent::Ended { by_caller } => {
            let end = match (state.call.talking_since, by_caller) {
                (None, true) => CallEnd::Abandoned,
                (_, true) => CallEnd::Caller,
                (_, false) => CallEnd::Seat,
            };
            let effects = report(state, id, CallReport::Ended { end });
            if state.call.dialled {
                end_dialled(state);
            } else {
                ended(state);
            }
            effects
        }
        PhoneEvent::Down => Vec::new(),
    }
}
