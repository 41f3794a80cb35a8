//! What the phone and the server tell about calls: it rings, they talk, it is over. A new call never touches
//! the form of an earlier one: an unfinished form goes to the drafts.

use super::finish;
use super::form::{Form, Spot};
use super::state::{Early, Heard, Phase};
use crate::desk::keymap::{Command, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{PhoneCommand, PhoneEvent, PortError};
use crate::desk::screens::consults;
use crate::desk::state::State;
use crate::desk::update::put_away;
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::id::{CallId, TicketId};
use crate::protocol::call::CallReport;
use crate::words::{Desk, Setup};

/// How many of the caller's lines are kept for the strip.
const SAID: usize = 50;

/// A call begins at this seat: the caller's history is fetched before it is answered.
pub fn begin(state: &mut State, id: CallId, phase: Phase) -> Vec<Effect> {
    // Nobody is signed in: the call is found at the seat when somebody is.
    let known = state.call.id == Some(id) && state.call.is_live();
    if known || state.person.is_none() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    // A leg that was dialled and nobody answered makes room.
    if let (Phase::Dialling, Some(leg)) = (state.call.phase, state.call.id) {
        effects.push(state.slots.once(Ask::Phone(PhoneCommand::HangUp(leg))).1);
    }
    // A key that was meant for the idle screen's search must not become the new caller's words.
    let looked_for = state.call.is_idle() && phase == Phase::Ringing;
    let looked_for = looked_for.then(|| state.call.answers.clone());
    bind(state, id);
    if let Some(answers) = looked_for {
        state.call.answers = answers;
    }
    state.pending = None;
    state.call.deaf_until = None;
    state.call.id = Some(id);
    state.call.talking_since = None;
    state.call.enter(phase, state.now);
    state.place = Place::Call;
    state.call.said_back = 0;
    effects.push(state.slots.ask(Slot::Call, Ask::Call(id)));
    effects
}

/// Brings the form of a call to the front: the one that is there, one that waits, or a new one. What is open
/// over the screen was about the earlier form and is put away with it.
pub(super) fn bind(state: &mut State, id: CallId) {
    if state.call.form.call == Some(id) {
        return;
    }
    put_away(state);
    if state.call.set_aside() {
        state.tell(Desk::DraftKept);
    }
    state.call.phase = Phase::None;
    state.call.clear();
    let drafts = &mut state.call.drafts;
    let waiting = drafts.iter().position(|form| form.call == Some(id));
    let waiting = waiting.map(|at| drafts.remove(at));
    drafts.retain(|form| !form.is_spent());
    // Of a call that was taken over the form comes along, as it stood at the other seat.
    let brought = consults::brings(state, id).map(|it| Form::of(it, &state.names));
    state.call.form = waiting.or(brought).unwrap_or_else(|| Form {
        call: Some(id),
        spot: Spot::Text,
        ..Form::default()
    });
}

/// Brings the form of a ticket to the front where it waits here; true when it did.
pub fn bring_form(state: &mut State, id: TicketId) -> bool {
    if state.call.form.id == Some(id) && !state.call.form.is_blank() {
        return true;
    }
    let waiting = state.call.drafts.iter().position(|it| it.id == Some(id));
    let Some(at) = waiting else {
        return false;
    };
    let form = state.call.drafts.remove(at);
    if state.call.set_aside() {
        state.tell(Desk::DraftKept);
    }
    state.call.form = form;
    state.call.suggestion = None;
    true
}

/// A call dialled from here begins: the form stays as it was.
fn begin_dialled(state: &mut State, id: CallId) {
    state.call.id = Some(id);
    state.call.talking_since = None;
    state.call.enter(Phase::Dialling, state.now);
}

/// The leg dialled from here is over: what came of it is still to be told.
fn end_dialled(state: &mut State) {
    state.call.phase = Phase::None;
    (state.call.dialled, state.call.id) = (None, None);
    let away = state.place == Place::Ticket && state.ticket.kept().back == Some(Place::Callbacks);
    state.tell(if away {
        Desk::BackFromDialAway
    } else {
        Desk::BackFromDial
    });
}

/// What the phone made of dialling: the leg is known from now on, and what was heard meanwhile is looked at.
pub fn dialled(state: &mut State, result: Result<Option<CallId>, PortError>) -> Vec<Effect> {
    state.call.dialling = false;
    let mut effects = Vec::new();
    match result {
        Ok(leg) => {
            state.tell(Desk::Dialling);
            state.call.dialled = leg;
            match leg {
                Some(leg) if state.call.is_live() => {
                    // Somebody called in the meantime.
                    effects.push(state.slots.once(Ask::Phone(PhoneCommand::HangUp(leg))).1);
                }
                Some(leg) => begin_dialled(state, leg),
                None => {}
            }
        }
        Err(error) => state.complain_of(&error),
    }
    let early = std::mem::take(&mut state.call.early);
    effects.extend(catch_up(state, early));
    effects
}

/// Looks at news that waited.
pub fn catch_up(state: &mut State, early: Vec<Early>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for early in early {
        effects.extend(match early {
            Early::Phone(id, Heard(event)) => heard(state, id, event),
            Early::Server(call) => server_call(state, *call),
        });
    }
    effects
}

fn report(state: &mut State, id: CallId, report: CallReport) -> Vec<Effect> {
    if state.call.dialled == Some(id) {
        return Vec::new();
    }
    vec![state.slots.once(Ask::Report(id, report)).1]
}

/// What the server says about a call of this seat.
pub fn server_call(state: &mut State, call: Call) -> Vec<Effect> {
    let own = state.seat.as_ref().map(|seat| &seat.no) == call.seat();
    let mut effects = Vec::new();
    let dialled = state.call.dialled == Some(call.id);
    match &call.phase {
        // What this seat dialled rings at the far end, not here.
        CallPhase::Ringing { .. } if own && state.call.dialling => {
            state.call.early.push(Early::Server(Box::new(call.clone())));
        }
        CallPhase::Ringing { .. } if dialled && own && !state.call.is_live() => {
            begin_dialled(state, call.id);
        }
        CallPhase::Ringing { .. } if dialled => {}
        CallPhase::Ringing { .. } if own => effects = begin(state, call.id, Phase::Ringing),
        CallPhase::Talking { .. } if own && state.call.id == Some(call.id) => {
            state.call.enter(Phase::Talking, state.now);
        }
        CallPhase::Holding { .. } if own && state.call.id == Some(call.id) => {
            state.call.enter(Phase::Holding, state.now);
        }
        CallPhase::Ended { .. } if dialled && state.call.id == Some(call.id) => {
            end_dialled(state);
        }
        CallPhase::Queued | CallPhase::Ended { .. } if state.call.id == Some(call.id) => {
            ended(state, call.phase != CallPhase::Queued);
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
fn ended(state: &mut State, gone: bool) {
    let answered = state.call.talking_since.is_some();
    state.call.enter(Phase::Ended, state.now);
    state.call.drafts.retain(|form| !form.is_spent());
    if !answered && state.call.form.is_blank() {
        state.call.phase = Phase::None;
        state.call.clear();
        // Who refuses a call or lets it ring on knows that the caller may still wait for another seat, and that
        // their own seat takes none meanwhile.
        if gone {
            state.tell(Desk::CallerGone);
        } else {
            let key = [("key", state.keymap.hint(Command::Finish).into())];
            let text = state.say_with(Desk::CallMissed, &key);
            state.refuse_text(text);
        }
    }
}

/// A line of the conversation.
pub fn said(state: &mut State, line: String) {
    // Who reads back goes on where they are.
    if state.call.said_back > 0 {
        state.call.said_back = state.call.said_back.saturating_add(1);
    }
    state.call.said.push(line);
    if state.call.said.len() > SAID {
        state.call.said.remove(0);
    }
}

/// The phone of this seat rings: it is told, and answered by itself where that is wanted.
fn rings(state: &mut State, id: CallId) -> Vec<Effect> {
    let mut effects = report(state, id, CallReport::Ringing);
    if state.call.phase == Phase::Ringing && state.call.dialled != Some(id) {
        state.alert = Some(state.say(Setup::AlertRinging));
        if state.auto_answer {
            effects.extend(super::update::phone_step(state, id));
        }
    }
    effects
}

/// What the phone says about a call.
pub fn heard(state: &mut State, id: CallId, event: PhoneEvent) -> Vec<Effect> {
    if event != PhoneEvent::Down && state.call.id != Some(id) {
        return heard_elsewhere(state, id, event);
    }
    match event {
        // It begins, or a phone that was taken up again tells everything from the start.
        PhoneEvent::Ringing => {
            state.call.said.clear();
            state.call.said_back = 0;
            rings(state, id)
        }
        PhoneEvent::Connected => {
            state.call.enter(Phase::Talking, state.now);
            let mut effects = report(state, id, CallReport::Answered);
            let own = state.call.form.call == Some(id);
            if own && state.call.form.number.is_none() {
                effects.push(finish::ask_number(state));
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
            if state.call.dialled == Some(id) {
                end_dialled(state);
            } else {
                ended(state, by_caller);
            }
            effects
        }
        PhoneEvent::Down => {
            state.complain_of(&PortError::Phone);
            if state.call.id == Some(id) && state.call.dialled == Some(id) {
                end_dialled(state);
            } else if state.call.id == Some(id) && state.call.is_live() {
                ended(state, false);
            }
            Vec::new()
        }
    }
}

/// What the phone says about a leg that is not the call on the screen.
fn heard_elsewhere(state: &mut State, id: CallId, event: PhoneEvent) -> Vec<Effect> {
    // Also before the sign-in is through: what the phone tells of the call that goes on is not lost.
    if state.call.dialling || state.person.is_none() {
        state.call.early.push(Early::Phone(id, Heard(event)));
        return Vec::new();
    }
    let busy = state.call.is_live() && state.call.phase != Phase::Dialling;
    if event != PhoneEvent::Ringing || busy {
        return Vec::new();
    }
    if state.call.dialled == Some(id) {
        begin_dialled(state, id);
        return Vec::new();
    }
    // A leg that nobody assigned: shown as it rings, and reported.
    let mut effects = begin(state, id, Phase::Ringing);
    effects.extend(report(state, id, CallReport::Ringing));
    effects
}
