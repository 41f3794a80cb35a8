//! What effects came to, and what comes in unasked: each goes to the screen that it is for.

use super::commands::entered;
use super::handover;
use super::popups::{put_away, unshelve};
use super::settings;
use crate::desk::errors::worded;
use crate::desk::keymap::Place;
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::names::Names;
use crate::desk::popup::{DialogFor, Popup, unsent};
use crate::desk::ports::{
    Choice, LineState, LookUp, Outgoing, Outside, PhoneCommand, PortError, Sent,
};
use crate::desk::screens::{
    call, callbacks, consults, draft, figures, knowledge, practice, sign_in, ticket, tickets,
    versions,
};
use crate::desk::state::{Purpose, State};
use crate::desk::widgets::Clipboard;
use crate::domain::consult::Consult;
use crate::protocol::editors::EditorsGot;
use crate::protocol::event::ServerEvent;
use crate::protocol::page::Page;
use crate::protocol::ticket::TicketRow;
use crate::words::Desk;

/// An effect is done.
pub(super) fn done(state: &mut State, slot: Slot, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::SignIn(result) => sign_in::done(state, result.map(|it| *it)),
        // Whatever the server said to it: the journal is closed, what is unsent stays in it.
        Outcome::SignOut(_) if state.leaving => vec![Effect::Quit],
        Outcome::SignOut(_) => {
            signed_out(state);
            let goes = std::mem::take(&mut state.going);
            goes.then_some(Effect::Elsewhere).into_iter().collect()
        }
        Outcome::People(result) => {
            let people = result.into_iter().flatten();
            state
                .people
                .extend(people.map(|it| (it.account.clone(), it)));
            Vec::new()
        }
        Outcome::Seats(result) => call::seats_known(state, result),
        Outcome::Outages(result) => call::outages::known(state, result),
        Outcome::Clocks(result) => clocks_known(state, result),
        Outcome::Due(result) => callbacks::due_known(state, result),
        Outcome::Send(result) => sent(state, slot, result),
        Outcome::Unsent(result) => unsent::listed(state, result),
        Outcome::Save(names, Ok(folder)) => saved(state, &names, folder),
        Outcome::Discard(Ok(())) => discarded(state),
        Outcome::Save(_, Err(error))
        | Outcome::Retry(Err(error))
        | Outcome::Discard(Err(error))
        | Outcome::ChooseState(Err(error))
        | Outcome::Report(Err(error)) => {
            state.complain_of(&error);
            Vec::new()
        }
        Outcome::Retry(Ok(())) | Outcome::ChooseState(Ok(())) | Outcome::Report(Ok(())) => {
            Vec::new()
        }
        outcome @ Outcome::Tickets(_) => tickets::done(state, outcome),
        outcome @ Outcome::Ticket(_) => {
            ticket::done(state, outcome);
            Vec::new()
        }
        Outcome::Consults(result) => consults::known(state, result),
        Outcome::Consult(_) | Outcome::Practice(_) if state.person.is_none() => unseen(state),
        Outcome::Consult(result) => consulted(state, slot, result),
        Outcome::ChildDraft(id, result) => ticket::child_drafted(state, id, result),
        outcome @ Outcome::Callbacks(_) => callbacks::done(state, outcome),
        Outcome::Editors(result) => editors_got(state, slot, result),
        Outcome::Figures(result) => figures::done(state, result),
        Outcome::LookUp(what, Ok(choices)) => looked_up(state, what, choices),
        Outcome::Configure(result) => {
            settings::configured(state, result);
            Vec::new()
        }
        Outcome::Practice(result) => practice::done(state, slot, result),
        Outcome::Phone(PhoneCommand::Say(_, line), Err(error)) => {
            practice::say_failed(state, &line, &error)
        }
        Outcome::Phone(PhoneCommand::Dial(_), result) => call::dialled(state, result),
        outcome => call::done(state, outcome),
    }
}

/// Behind the lock or after a sign-out nobody is there to whom it could be shown: what came of it is read again by
/// whoever signs in.
const fn unseen(state: &mut State) -> Vec<Effect> {
    state.practice.closing = false;
    Vec::new()
}

/// What was looked up goes to the dialog or the form that asked, else to the call's.
fn looked_up(state: &mut State, what: LookUp, choices: Vec<Choice>) -> Vec<Effect> {
    let taken = match &mut state.popup {
        Some(Popup::Dialog(dialog)) => dialog.found(what, &choices),
        _ => false,
    };
    if taken || draft::found(state, what, &choices) {
        return Vec::new();
    }
    call::done(state, Outcome::LookUp(what, Ok(choices)))
}

/// The clocks were read; without a line what was known stays.
fn clocks_known(state: &mut State, result: Result<Page<TicketRow>, PortError>) -> Vec<Effect> {
    if let Ok(page) = result {
        state.clocks.know(&page.items);
    }
    Vec::new()
}

fn discarded(state: &mut State) -> Vec<Effect> {
    state.tell(Desk::UnsentGone);
    Vec::new()
}

/// Files for people outside are written: it is said where they are.
fn saved(state: &mut State, names: &[String], folder: String) -> Vec<Effect> {
    let values = [
        ("names", names.join("  ").into()),
        ("folder", folder.into()),
    ];
    let text = state.say_with(Desk::FilesSaved, &values);
    state.tell_text(text);
    // A note that is kept begins anew the next time.
    if names.iter().any(|name| handover::is_note(name)) {
        unshelve(state, &DialogFor::Handover);
    }
    Vec::new()
}

/// Something of the editors' was read, for the screen that asked.
fn editors_got(
    state: &mut State,
    slot: Slot,
    result: Result<EditorsGot, PortError>,
) -> Vec<Effect> {
    match (slot, result) {
        (Slot::Figures, Ok(EditorsGot::Figures(figures))) => {
            state.knowledge.figures = Some(figures);
            Vec::new()
        }
        // The list beside the figures says what is wrong with the line.
        (Slot::Figures, _) => Vec::new(),
        (Slot::Editors, result) => knowledge::done(state, result),
        (slot, result) => versions::done(state, slot, result),
    }
}

/// What became of a write. The dialog that asked for it, and no other, goes from the shelf when it arrived.
fn sent(state: &mut State, slot: Slot, result: Result<Sent, PortError>) -> Vec<Effect> {
    let asked_by = state.asked_by.remove(&slot);
    let there = match &result {
        Ok(_) => true,
        Err(error) => state
            .call
            .outgoing
            .get(&slot)
            .is_some_and(|form| call::is_there(form, error)),
    };
    if let (true, Some(dialog)) = (there, asked_by) {
        unshelve(state, &dialog);
    }
    let outgoing = state.sending.remove(&slot);
    let (ticket, callback) = match &outgoing {
        Some(Outgoing::Act(id, _)) => (Some(*id), None),
        Some(Outgoing::Callback(id, _)) => (None, Some(*id)),
        _ => (None, None),
    };
    match (&result, outgoing) {
        // What only waits may still be refused.
        (Ok(Sent::Done(_)), Some(outgoing)) => unsent::settled(state, &outgoing),
        // Of an edit the dialog or the form is on the shelf, with every word.
        (_, Some(Outgoing::Knowledge(_))) => {}
        (Err(PortError::Api(why)), Some(outgoing)) => unsent::keep(state, outgoing, why.clone()),
        _ => {}
    }
    match state.purposes.remove(&slot) {
        Some(Purpose::Form) => {
            let by = state.call.outgoing.get(&slot).and_then(|form| form.call);
            let arrived = matches!(result, Ok(Sent::Done(_)));
            let mut effects = call::sent(state, slot, result);
            if arrived {
                effects.extend(practice::form_sent(state, by));
            }
            effects
        }
        Some(Purpose::Callback) => callbacks::sent(state, result, callback),
        Some(Purpose::Knowledge) => knowledge::sent(state, result),
        Some(Purpose::Ticket) => {
            let now = match &result {
                Ok(Sent::Done(view)) => view.clone(),
                _ => None,
            };
            let mut effects = ticket::sent(state, result, ticket);
            effects.extend(call::ticket_changed(state, now.as_deref()));
            effects
        }
        // A count that was refused is a count less; the others are another person's, from before.
        Some(Purpose::Uses | Purpose::Consult) | None => Vec::new(),
    }
}

/// What became of a deed about a consult; the dialog that asked for it goes from the shelf when it was done.
fn consulted(
    state: &mut State,
    slot: Slot,
    result: Result<Box<Consult>, PortError>,
) -> Vec<Effect> {
    state.purposes.remove(&slot);
    let asked_by = state.asked_by.remove(&slot);
    if let (Ok(_), Some(dialog)) = (&result, asked_by) {
        unshelve(state, &dialog);
    }
    consults::sent(state, result)
}

/// The person has signed out: everything of theirs is in their journal, and nothing of it on the screen.
fn signed_out(state: &mut State) {
    let account = state.person.take().map(|person| person.account);
    state.forget_person();
    state.line = LineState::default();
    state.sign_in = sign_in::State::default();
    if let Some(account) = account {
        state.sign_in.account.set(account.as_str());
        // The next person types over the last one's name.
        state.sign_in.account.select_all();
    }
    state.place = Place::SignIn;
    state.tell(Desk::SignedOut);
}

/// The session is over: what is open over the screen goes to the shelf, so that it takes no password.
fn session_ended(state: &mut State) {
    let text = state.say(Desk::ErrorNotSignedIn);
    state.complain(text);
    put_away(state);
    state.popup = None;
    state.pending = None;
    // Whoever signs in next must not paste the former's words.
    state.clipboard = Clipboard::default();
    if state.place != Place::SignIn {
        let last = state.person.take().map(|person| person.account);
        state.sign_in = sign_in::State::after(last, state.place);
        state.place = Place::SignIn;
    }
}

/// Something came in unasked.
pub(super) fn told(state: &mut State, outside: Outside) -> Vec<Effect> {
    match outside {
        Outside::Line(line) => {
            state.line = line;
            Vec::new()
        }
        Outside::Phone(id, event) => {
            let mut effects = call::heard(state, id, event.clone());
            effects.extend(practice::heard(state, id, &event));
            effects
        }
        Outside::Directory(directory) => {
            state.names = Names::new(directory);
            // What was typed before it was there got no suggestion.
            call::directory_changed(state)
        }
        Outside::Knowledge => call::knowledge_changed(state),
        Outside::Parked(error) => {
            let why = worded(state, &error);
            let text = state.say_with(Desk::Parked, &[("why", why.into())]);
            state.complain(text);
            Vec::new()
        }
        Outside::Server(event) => server_event(state, event),
    }
}

fn server_event(state: &mut State, event: ServerEvent) -> Vec<Effect> {
    match event {
        ServerEvent::Seat { seat } => {
            state.seat = Some(seat);
            Vec::new()
        }
        ServerEvent::Call { call } => call::server_call(state, call),
        ServerEvent::Queue { queue } => {
            state.queue = queue;
            Vec::new()
        }
        ServerEvent::Ticket { id, .. } => {
            let mut effects = tickets::read_clocks(state, false);
            if state.place == Place::Ticket && state.ticket.kept().id == Some(id) {
                effects.push(state.slots.ask(Slot::Ticket, Ask::Ticket(id)));
            } else {
                effects.extend(refresh_list(state));
            }
            effects
        }
        ServerEvent::Withdrawn { id } => {
            state.tickets.withdrawn(id);
            if state.ticket.kept().id == Some(id) {
                state.ticket.view = None;
                state.ticket.history = None;
            }
            Vec::new()
        }
        ServerEvent::Callback { .. } => {
            let mut effects = callbacks::read_due(state);
            if state.place == Place::Callbacks {
                effects.extend(entered(state));
            }
            effects
        }
        ServerEvent::Consult { .. } => consults::read(state),
        ServerEvent::Reset { .. } => {
            let mut effects = entered(state);
            effects.extend(sign_in::known(state));
            effects
        }
        ServerEvent::Hello { .. } => sign_in::known(state),
        ServerEvent::SessionEnded => {
            session_ended(state);
            Vec::new()
        }
        ServerEvent::Outages { .. } => vec![call::outages::read(state)],
        ServerEvent::Knowledge { .. } => match state.place {
            Place::Knowledge | Place::Versions => entered(state),
            _ => Vec::new(),
        },
        ServerEvent::Practice { run, over } => practice::event(state, run, over),
        ServerEvent::Directory { .. } => Vec::new(),
    }
}

/// The list on the screen is read again in place.
fn refresh_list(state: &mut State) -> Vec<Effect> {
    if state.place == Place::Tickets {
        tickets::entered(state)
    } else {
        Vec::new()
    }
}
