//! The caller's tickets: how they stand, and what a caller may ask about them by one key. Each is an event on
//! the ticket that exists, never a second ticket.

use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::names;
use crate::desk::popup::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::screens::ticket;
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::id::TicketId;
use crate::protocol::ticket::{TicketRow, TicketView};
use crate::words::{Command as CommandWords, Desk};

/// What a caller may ask about an open ticket.
const ASKS: [(&str, CommandWords); 5] = [
    ("ask_progress", CommandWords::DoAskProgress),
    ("urge", CommandWords::DoUrge),
    ("add", CommandWords::DoAdd),
    ("withdraw", CommandWords::DoWithdraw),
    ("ask_explanation", CommandWords::DoAskExplanation),
];

fn rows(state: &State) -> impl Iterator<Item = &TicketRow> {
    state
        .call
        .view
        .iter()
        .flat_map(|view| view.open.iter().chain(&view.recent))
}

fn label(state: &State, row: &TicketRow) -> String {
    let word = state.say(names::stage(row.stage));
    format!("{}  {}  {word}", row.number, row.title)
}

/// The caller's tickets, the open ones first.
pub fn menu(state: &mut State) -> Vec<Effect> {
    let options: Vec<MenuOption> = rows(state)
        .map(|row| MenuOption::new(row.id.to_string(), label(state, row)))
        .collect();
    let menu = Menu::new(MenuFor::Related, state.say(Desk::RelatedTitle), options);
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// A ticket, or what is done to it, was chosen.
pub fn chosen(state: &mut State, purpose: MenuFor, id: &str) -> Vec<Effect> {
    let (id, action) = id.split_once(' ').unwrap_or((id, ""));
    let Some(row) = rows(state).find(|row| row.id.to_string() == id).cloned() else {
        return Vec::new();
    };
    if purpose == MenuFor::Related {
        state.popup = Some(Popup::Menu(asks(state, &row)));
        return Vec::new();
    }
    if action == "open" {
        return open_ticket(state, row.id);
    }
    let dialog = ticket::act_dialog(
        state,
        row.id,
        row.version,
        &row.number.to_string(),
        action,
        "",
    );
    match dialog {
        Some(dialog) => open_dialog(state, dialog),
        None => Vec::new(),
    }
}

/// A ticket was acted on: its line in the caller's history must not stay at the old version, or the next
/// action on it would be refused as stale for ever.
pub fn ticket_changed(state: &mut State, now: Option<&TicketView>) -> Vec<Effect> {
    let Some(view) = &mut state.call.view else {
        return Vec::new();
    };
    if let Some(now) = now {
        let rows = view.open.iter_mut().chain(&mut view.recent);
        for row in rows.filter(|row| row.id == now.ticket.id) {
            row.version = now.ticket.version;
            row.stage = now.ticket.state.stage();
        }
    }
    let id = view.call.id;
    vec![state.slots.ask(Slot::Call, Ask::Call(id))]
}

fn asks(state: &State, row: &TicketRow) -> Menu {
    let closed = (!row.stage.is_open()).then(|| state.say(Desk::WhyTicketClosed));
    let mut options: Vec<MenuOption> = ASKS
        .iter()
        .map(|(action, words)| {
            let why = if *action == "ask_progress" {
                None
            } else {
                closed.clone()
            };
            MenuOption::new(format!("{} {action}", row.id), state.say(*words)).unless(why)
        })
        .collect();
    options.push(MenuOption::new(
        format!("{} open", row.id),
        state.say(Desk::OpenTicket),
    ));
    let mut menu = Menu::new(MenuFor::RelatedAction, label(state, row), options);
    let due = row.due.as_ref().map(|due| ticket::due_words(state, due));
    menu.lines = due.into_iter().collect();
    menu
}

fn open_ticket(state: &mut State, id: TicketId) -> Vec<Effect> {
    state.ticket.open(id, state.place);
    state.place = crate::desk::keymap::Place::Ticket;
    vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]
}
