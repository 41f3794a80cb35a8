//! What the call screen asked for and got: history, number, hits, suggestion, what became of the form.

use super::finish;
use super::form::Spot;
use super::state::Phase;
use super::update::read_entry;
use crate::desk::message::{Effect, Outcome};
use crate::desk::ports::{Hits, LookUp, PhoneCommand, PortError, Sent, Suggestion};
use crate::desk::state::State;
use crate::domain::call::CallPhase;
use crate::protocol::call::CallView;

/// The answer to something this screen asked.
pub fn done(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Call(Ok(view)) => popped(state, *view),
        Outcome::Number(Ok(number)) if state.call.form.number.is_none() => {
            state.call.form.number = Some(number);
        }
        Outcome::Search(Ok(hits)) => return found(state, hits),
        Outcome::Entry(Ok(Some(entry))) => {
            state.call.answers.entry = Some(*entry);
            if std::mem::take(&mut state.call.answers.close_when_read) {
                return finish::direct(state);
            }
        }
        Outcome::Suggest(Ok(suggestion)) => suggested(state, suggestion.map(|it| *it)),
        Outcome::LookUp(LookUp::Item, Ok(items)) => {
            state.call.items = items;
            state.call.items_at.clamp(state.call.items.len());
        }
        Outcome::Phone(PhoneCommand::Mute(off), Ok(())) => state.call.muted = off,
        // Without a line a number comes later, and answers stay as they were.
        Outcome::Number(Err(PortError::Offline)) | Outcome::Call(Err(PortError::Offline)) => {}
        Outcome::Call(Err(error))
        | Outcome::Number(Err(error))
        | Outcome::Search(Err(error))
        | Outcome::Entry(Err(error))
        | Outcome::Suggest(Err(error))
        | Outcome::LookUp(_, Err(error))
        | Outcome::Phone(_, Err(error)) => state.complain_of(&error),
        _ => {}
    }
    Vec::new()
}

fn popped(state: &mut State, view: CallView) {
    if state.call.id != Some(view.call.id) {
        return;
    }
    if state.call.phase == Phase::None {
        let phase = match view.call.phase {
            CallPhase::Ringing { .. } => Phase::Ringing,
            CallPhase::Talking { .. } => Phase::Talking,
            CallPhase::Holding { .. } => Phase::Holding,
            CallPhase::Queued | CallPhase::Ended { .. } => Phase::Ended,
        };
        state.call.talking_since = view.call.answered_at;
        state.call.enter(phase, state.now);
    }
    state.call.view = Some(view);
    state.call.know_caller();
}

/// A list that is being walked through does not reorder unless other words were typed into it.
fn found(state: &mut State, hits: Hits) -> Vec<Effect> {
    let idle = state.call.is_idle();
    let answers = &mut state.call.answers;
    let frozen = answers.walking && answers.query.is_blank() && !answers.hits.hits.is_empty();
    if frozen && !idle {
        return Vec::new();
    }
    answers.hits = hits;
    answers.list.clamp(answers.hits.hits.len());
    if !answers.walking {
        answers.list.at = 0;
    }
    read_entry(state)
}

fn suggested(state: &mut State, suggestion: Option<Suggestion>) {
    let form = &mut state.call.form;
    let open = form.fixed.item.is_none() && form.questions.iter().all(|(_, it)| it.is_blank());
    if open && !matches!(form.spot, Spot::Question(_)) {
        let item = suggestion.as_ref().and_then(|it| it.item.as_ref());
        let item = item.and_then(|item| state.names.item(item));
        form.ask(item.map_or(&[], |item| item.questions.as_slice()));
    }
    state.call.suggestion = suggestion;
}

/// What became of the form's write. The form goes only when it is kept or sent: a refusal costs no text.
pub fn sent(state: &mut State, result: Result<Sent, PortError>) -> Vec<Effect> {
    state.call.sending = false;
    match result {
        Ok(sent) => finish::kept(state, &sent),
        Err(error) => {
            state.call.answers.walking = false;
            state.complain_of(&error);
            Vec::new()
        }
    }
}
