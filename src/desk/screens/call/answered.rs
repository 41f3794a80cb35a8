//! What the call screen asked for and got: history, number, hits, suggestion, what became of the form.

use super::finish;
use super::form::{Form, Spot};
use super::phone::bind;
use super::state::Phase;
use super::update::{read_entry, today};
use crate::desk::keymap::Place;
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::ports::{Hit, Hits, LookUp, PhoneCommand, PortError, Sent, Suggestion};
use crate::desk::screens::consults;
use crate::desk::state::State;
use crate::domain::call::CallPhase;
use crate::domain::id::{CallId, TicketId};
use crate::domain::number::TicketNumber;
use crate::protocol::call::CallView;
use crate::protocol::error::ApiError;
use crate::search::meaning::is_worth_asking;
use crate::words::Desk;

/// The answer to something this screen asked.
pub fn done(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    if matches!(outcome, Outcome::Search(_)) {
        state.call.answers.waiting = false;
    }
    match outcome {
        Outcome::Call(Ok(view)) => return popped(state, *view),
        Outcome::Number(form, Ok(number)) => numbered(state, form, number),
        Outcome::Search(Ok(hits)) => return found(state, hits),
        Outcome::Near(Ok(near)) => return found_near(state, near),
        Outcome::Entry(Ok(Some(entry))) => {
            let wanted = state.call.answers.close_when_read.take();
            let seen = state.popup.is_none() && state.place == Place::Call;
            let selected = state.call.answers.hit().map(|hit| &hit.code);
            let close =
                seen && selected == wanted.as_ref() && wanted == Some(entry.entry.code.clone());
            state.call.answers.entry = Some(*entry);
            if close {
                return finish::direct(state);
            }
        }
        Outcome::Entry(Ok(None)) => state.call.answers.close_when_read = None,
        Outcome::Suggest(Ok(suggestion)) => suggested(state, suggestion.map(|it| *it)),
        Outcome::LookUp(LookUp::Item, Ok(items)) => {
            state.call.items = items;
            // An answer that still counts is the one to the newest words.
            state.call.items_for = state.call.form.item.text().to_owned();
            state.call.items_at.clamp(state.call.items.len());
        }
        Outcome::Phone(PhoneCommand::Mute(off), Ok(_)) => state.call.muted = off,
        Outcome::Phone(PhoneCommand::Transfer(id, _), Ok(_))
            if state.call.form.call == Some(id) =>
        {
            given_away(state, id);
        }
        // A call that is over may be gone with another house's database; the form stands for itself.
        Outcome::Call(Err(PortError::Api(ApiError::NotFound { .. })))
            if state.call.phase == Phase::None =>
        {
            state.call.id = None;
        }
        // Without a line a number comes later, and answers stay as they were. What is near is only a help: what was
        // found by words stands.
        Outcome::Number(_, Err(PortError::Offline))
        | Outcome::Call(Err(PortError::Offline))
        | Outcome::Near(Err(_)) => {}
        Outcome::Entry(Err(error)) => {
            state.call.answers.close_when_read = None;
            state.complain_of(&error);
        }
        Outcome::Call(Err(error))
        | Outcome::Number(_, Err(error))
        | Outcome::Search(Err(error))
        | Outcome::Suggest(Err(error))
        | Outcome::LookUp(_, Err(error))
        | Outcome::Phone(_, Err(error)) => state.complain_of(&error),
        _ => {}
    }
    Vec::new()
}

/// A number goes to the form that it was asked for, wherever that is by now.
fn numbered(state: &mut State, form: TicketId, number: TicketNumber) {
    let call = &mut state.call;
    let wanted = std::iter::once(&mut call.form)
        .chain(&mut call.drafts)
        .find(|it| it.id == Some(form) && it.number.is_none());
    if let Some(wanted) = wanted {
        wanted.number = Some(number);
    }
}

fn popped(state: &mut State, view: CallView) -> Vec<Effect> {
    let id = view.call.id;
    if state.call.id != Some(id) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if state.call.phase == Phase::None {
        // The desk was started while the call ran: the form may be another call's, or nobody's. What was heard
        // of this call stays.
        let dialled = state.call.dialled == Some(id);
        let heard = (state.call.since, std::mem::take(&mut state.call.said));
        let muted = state.call.muted;
        if !dialled {
            bind(state, id);
        }
        (state.call.id, state.call.said, state.call.muted) = (Some(id), heard.1, muted);
        let phase = match view.call.phase {
            CallPhase::Ringing { .. } if dialled => Phase::Dialling,
            CallPhase::Ringing { .. } => Phase::Ringing,
            CallPhase::Talking { .. } => Phase::Talking,
            CallPhase::Holding { .. } => Phase::Holding,
            CallPhase::Queued | CallPhase::Ended { .. } => Phase::Ended,
        };
        state.call.talking_since = view.call.answered_at;
        state.call.enter(phase, state.now);
        state.call.since = heard.0.or(state.call.since);
    }
    if state.call.phase == Phase::Talking && state.call.form.number.is_none() {
        effects.push(finish::ask_number(state));
    }
    state.call.view = Some(view);
    state.call.know_caller();
    effects
}

/// A list that is being walked through does not reorder unless other words were typed into it.
fn found(state: &mut State, hits: Hits) -> Vec<Effect> {
    let idle = state.call.is_idle();
    let answers = &mut state.call.answers;
    let frozen = answers.walking && answers.query.is_blank() && !answers.hits.hits.is_empty();
    if frozen && !idle {
        return Vec::new();
    }
    let soon = !hits.as_typed;
    // Where nothing was found before, the selection is the first, or the one that a journal brought back.
    let others = !answers.hits.hits.is_empty();
    answers.hits = hits;
    answers.list.clamp(answers.hits.hits.len());
    if !answers.walking && others {
        answers.list.at = 0;
    }
    let asked = answers.asked.clone();
    let worth = is_worth_asking(&asked, !answers.hits.hits.is_empty());
    let mut effects = read_entry(state);
    // What is still on its way is of other words.
    state.slots.forget(Slot::Near);
    if !asked.is_empty() && worth {
        let near = Ask::Near(asked, today(state), soon);
        effects.push(state.slots.ask(Slot::Near, near));
    }
    effects
}

/// The other seat has the call and its record. An expert who took it over has the form, too: it is finished there, and
/// only there.
fn given_away(state: &mut State, id: CallId) {
    if let Some(took) = consults::gave(state, id) {
        let call = state.call.form.call;
        let written = state.call.form.request(state.call.suggestion.as_ref());
        if written != took {
            // What was written since it was asked did not go along: it waits here, as a ticket of its own.
            let mut rest = std::mem::take(&mut state.call.form);
            (rest.id, rest.number, rest.call) = (None, None, None);
            state.call.drafts.push(rest);
            state.tell(Desk::DraftKept);
        }
        state.call.form = Form {
            call,
            ..Form::default()
        };
    }
    state.call.form.further = true;
}

/// What is near in meaning takes its place below the first text hits. Nothing moves under the eye of who walks
/// through the list, or reads.
fn found_near(state: &mut State, near: Vec<Hit>) -> Vec<Effect> {
    let answers = &mut state.call.answers;
    let untouched = answers.list.at == 0 && !answers.open;
    let typed = !answers.walking || !answers.query.is_blank() || state.call.is_idle();
    if !untouched || !typed {
        return Vec::new();
    }
    let first = state.call.answers.hits.hits.is_empty();
    state.call.answers.take_near(near);
    if first { read_entry(state) } else { Vec::new() }
}

fn suggested(state: &mut State, suggestion: Option<Suggestion>) {
    let form = &mut state.call.form;
    let open = form.fixed.item.is_none() && form.questions.iter().all(|(_, it)| it.is_blank());
    if open && !matches!(form.spot, Spot::Question(_)) {
        match suggestion.as_ref().and_then(|it| it.item.as_ref()) {
            None => form.ask(&[]),
            // Before the directory is there, the questions that the journal kept stay.
            Some(item) => {
                if let Some(item) = state.names.item(item) {
                    form.ask(&item.questions);
                }
            }
        }
    }
    state.call.suggestion = suggestion;
}

/// What became of a form's write. The form goes only when it is kept or sent: a refusal costs no text.
pub fn sent(state: &mut State, slot: Slot, result: Result<Sent, PortError>) -> Vec<Effect> {
    let Some(mut form) = state.call.outgoing.remove(&slot) else {
        return Vec::new();
    };
    match result {
        Ok(sent) => finish::kept(state, form, &sent),
        // An earlier try arrived, and its answer was lost with the desk.
        Err(error) if is_there(&form, &error) => finish::kept(state, form, &Sent::Done(None)),
        Err(error) => {
            if number_taken(&form, &error) {
                form.number = None;
            }
            state.complain_of(&error);
            finish::put_back(state, form)
        }
    }
}

/// True when a refusal says that this very ticket is with the server.
pub fn is_there(form: &Form, error: &PortError) -> bool {
    matches!(error, PortError::Api(ApiError::Exists { id, .. })
        if form.id.is_some_and(|it| it.to_string() == *id))
}

/// True when another ticket has the form's number: the next try goes without it.
fn number_taken(form: &Form, error: &PortError) -> bool {
    matches!(error, PortError::Api(ApiError::Exists { id, .. })
        if form.number.is_some_and(|it| it.to_string() == *id))
}
