//! Keys, commands and answers of the list of tickets.

use super::state::Reading;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::state::State;
use crate::protocol::ticket::{TicketFilter, TicketScope};
use jiff::SignedDuration;

/// Fetches a page.
fn fetch(state: &mut State, reading: Reading) -> Vec<Effect> {
    state.tickets.loading = true;
    state.tickets.reading = reading;
    let filter = state.tickets.filter(reading == Reading::More);
    vec![state.slots.ask(Slot::Tickets, Ask::Tickets(filter))]
}

/// The screen was entered, or something in the list changed: it is read again in place. What changes while
/// it is being read makes one more reading, however much it was.
pub fn entered(state: &mut State) -> Vec<Effect> {
    if state.tickets.loading {
        state.tickets.again = true;
        return Vec::new();
    }
    fetch(state, Reading::Again)
}

fn moved(state: &mut State) -> Vec<Effect> {
    state.tickets.mark();
    let list = &state.tickets;
    let near_end = list.kept.list.at + 20 >= list.rows.len();
    if near_end && list.next.is_some() && !list.loading {
        fetch(state, Reading::More)
    } else {
        Vec::new()
    }
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let len = state.tickets.rows.len();
    let page = isize::from(i16::try_from(state.rows.saturating_sub(6)).unwrap_or(10));
    state.tickets.opening = false;
    let list = &mut state.tickets.kept.list;
    match key.code {
        Code::Up => list.step(-1, len),
        Code::Down => list.step(1, len),
        Code::PageUp => list.step(-page, len),
        Code::PageDown => list.step(page, len),
        Code::Home if key.ctrl => list.jump(false, len),
        Code::End if key.ctrl => list.jump(true, len),
        Code::Enter => return Some(open(state)),
        Code::Esc if !state.tickets.kept.query.text().is_empty() => {
            state.tickets.kept.query.set("");
            return Some(refiltered(state));
        }
        Code::Esc => state.place = Place::Call,
        Code::Tab => return Some(next_scope(state)),
        _ => {
            let before = state.tickets.kept.query.text().to_owned();
            if !state.tickets.kept.query.key(key, 60, &mut state.clipboard) {
                return None;
            }
            let changed = before != state.tickets.kept.query.text();
            return Some(if changed {
                refiltered(state)
            } else {
                Vec::new()
            });
        }
    }
    Some(moved(state))
}

/// Pastes into the filter.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let put = state.tickets.kept.query.paste(text);
    state.clipboard.note(put);
    refiltered(state)
}

fn refiltered(state: &mut State) -> Vec<Effect> {
    state.tickets.kept.list.at = 0;
    state.tickets.kept.selected = None;
    (state.tickets.again, state.tickets.opening) = (false, false);
    fetch(state, Reading::Other)
}

/// Opens the selected ticket. Whoever types a number and Enter is ahead of the answer: what still stands in the list
/// was not what they asked for, so the first row of what is being read is opened when it comes.
fn open(state: &mut State) -> Vec<Effect> {
    if state.tickets.loading && state.tickets.reading == Reading::Other {
        state.tickets.opening = true;
        return Vec::new();
    }
    let Some(id) = state.tickets.selected().map(|row| row.id) else {
        return Vec::new();
    };
    state.ticket.open(id, Place::Tickets);
    state.place = Place::Ticket;
    vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]
}

/// How long the clocks stand before news of tickets has them read again.
const STALE: SignedDuration = SignedDuration::from_secs(20);

/// Reads the clocks of what waits for the person, for the bar: at once with `now`, else when they are old. Whoever
/// only takes calls has none.
pub fn read_clocks(state: &mut State, now: bool) -> Vec<Effect> {
    let handles = state
        .person
        .as_ref()
        .is_some_and(|person| !person.roles.iter().all(|role| role.takes_calls()));
    let fresh = state
        .clocks
        .asked_at
        .is_some_and(|at| state.now.duration_since(at) < STALE);
    if !handles || (fresh && !now) {
        return Vec::new();
    }
    state.clocks.asked_at = Some(state.now);
    let filter = TicketFilter {
        scope: TicketScope::ToDo,
        limit: Some(200),
        ..TicketFilter::default()
    };
    vec![state.slots.ask(Slot::Clocks, Ask::Clocks(filter))]
}

/// The groups in the order of the person's work: who takes calls looks for what they made, everybody else for what
/// waits for them.
pub fn scopes(state: &State) -> [TicketScope; 3] {
    let takes = state
        .person
        .as_ref()
        .is_some_and(|person| person.roles.iter().all(|role| role.takes_calls()));
    if takes {
        [TicketScope::Mine, TicketScope::ToDo, TicketScope::All]
    } else {
        [TicketScope::ToDo, TicketScope::Mine, TicketScope::All]
    }
}

fn next_scope(state: &mut State) -> Vec<Effect> {
    let scopes = scopes(state);
    let at = scopes
        .iter()
        .position(|scope| *scope == state.tickets.kept.scope)
        .map_or(0, |at| (at + 1) % scopes.len());
    state.tickets.kept.scope = scopes.get(at).copied().unwrap_or_default();
    refiltered(state)
}

/// A command of this screen.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Scope => next_scope(state),
        Command::Refresh => entered(state),
        _ => Vec::new(),
    }
}

/// The answer to something this screen asked.
pub fn done(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    let Outcome::Tickets(result) = outcome else {
        return Vec::new();
    };
    state.tickets.loading = false;
    let in_front = state.place == Place::Tickets && state.popup.is_none();
    let opening = std::mem::take(&mut state.tickets.opening) && in_front;
    match result {
        Ok(page) => {
            state.tickets.take(page);
            if opening {
                return open(state);
            }
        }
        Err(error) => {
            if state.tickets.reading == Reading::Other {
                state.tickets.forget_rows();
            }
            state.complain_of(&error);
        }
    }
    if std::mem::take(&mut state.tickets.again) {
        return entered(state);
    }
    Vec::new()
}
