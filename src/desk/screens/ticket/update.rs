//! Keys, commands and answers of the ticket's screen.

use super::act_dialog;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::names;
use crate::desk::popup::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::ports::{PortError, Sent};
use crate::desk::screens::tickets;
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::id::TicketId;
use crate::words::Desk;

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    match key.code {
        Code::Up => state.ticket.scroll(-1),
        Code::Down => state.ticket.scroll(1),
        Code::PageUp => state.ticket.scroll(-10),
        Code::PageDown => state.ticket.scroll(10),
        Code::Home => state.ticket.scroll(i16::MIN),
        Code::Enter => return Some(menu(state)),
        Code::Esc => {
            state.place = state.ticket.kept().back.unwrap_or(Place::Tickets);
            return Some(crate::desk::update::entered(state));
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// Why an action can't be done to this ticket now, in words.
pub fn why_not(state: &State, action: &str) -> Option<String> {
    match &state.ticket.view {
        None => Some(state.say(Desk::WhyNoTicket)),
        Some(view) if view.may.iter().any(|may| may == action) => None,
        Some(view) => {
            let word = state.say(names::stage(view.ticket.state.stage()));
            Some(state.say_with(Desk::WhyNotInStage, &[("stage", word.into())]))
        }
    }
}

/// The order of the menu: what leads a ticket on comes first, what sends it back or asks for more comes later, and
/// what ends it or is seldom done comes last, so that a first Enter does no harm.
const MENU: [&str; 28] = [
    "sign",
    "answer",
    "report_co",
    "approve",
    "close",
    "submit",
    "dispatch",
    "agree_stage",
    "accept_return",
    "review_decline",
    "ask_progress",
    "urge",
    "add",
    "ask_extension",
    "extend",
    "ask_explanation",
    "ask_return",
    "reject_return",
    "refuse_extension",
    "refuse_stage",
    "release_co",
    "send_back",
    "transfer",
    "redo",
    "unmerge",
    "amend",
    "merge",
    "withdraw",
];

/// Everything that may be done to the ticket now.
fn menu(state: &mut State) -> Vec<Effect> {
    let Some(view) = &state.ticket.view else {
        return Vec::new();
    };
    let mut may: Vec<&String> = view.may.iter().collect();
    may.sort_by_key(|name| MENU.iter().position(|it| it == name).unwrap_or(MENU.len()));
    let options: Vec<MenuOption> = may
        .into_iter()
        .filter_map(|name| Command::for_action(name))
        .map(|command| MenuOption::new(command.row().id, state.say(command.row().name)))
        .collect();
    if options.is_empty() {
        state.tell(Desk::NothingToDo);
        return Vec::new();
    }
    let title = state.say(Desk::TicketMenuTitle);
    state.popup = Some(Popup::Menu(Menu::new(MenuFor::Ticket, title, options)));
    Vec::new()
}

/// An action was chosen in the menu.
pub fn menu_chosen(state: &mut State, action: &str) -> Vec<Effect> {
    act(state, action, "")
}

fn act(state: &mut State, action: &str, argument: &str) -> Vec<Effect> {
    let Some(view) = &state.ticket.view else {
        return Vec::new();
    };
    let (id, version) = (view.ticket.id, view.ticket.version);
    let number = view.ticket.number.to_string();
    let Some(dialog) = act_dialog(state, id, version, &number, action, argument) else {
        return Vec::new();
    };
    open_dialog(state, dialog)
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command, argument: &str) -> Vec<Effect> {
    match (command, state.ticket.kept().id) {
        (Command::TicketMenu, _) => menu(state),
        (Command::PrintTicket, _) => {
            let files = super::files(state);
            vec![state.slots.once(Ask::Save(files)).1]
        }
        (Command::Refresh, Some(id)) => {
            vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]
        }
        _ => match command.action() {
            Some(action) => act(state, action, argument),
            None => Vec::new(),
        },
    }
}

/// The answer to something this screen asked.
pub fn done(state: &mut State, outcome: Outcome) {
    if let Outcome::Ticket(result) = outcome {
        state.ticket.loading = false;
        match result {
            Ok(read) => {
                let (view, history) = *read;
                state.ticket.view = Some(view);
                state.ticket.history = Some(history);
            }
            Err(error) => state.complain_of(&error),
        }
    }
}

/// What became of an action on the ticket `acted`, which need not be the one on the screen. A stale or refused one
/// keeps what was typed on the shelf.
pub fn sent(
    state: &mut State,
    result: Result<Sent, PortError>,
    acted: Option<TicketId>,
) -> Vec<Effect> {
    match result {
        Ok(Sent::Done(view)) => {
            state.tell(Desk::ActionDone);
            if let Some(id) = acted {
                state.tickets.acted(id);
            }
            if let Some(view) = view
                && state.ticket.kept().id == Some(view.ticket.id)
            {
                state.ticket.view = Some(*view);
            }
        }
        Ok(Sent::Queued) => state.tell(Desk::ActionQueued),
        Err(error) => state.complain_of(&error),
    }
    let mut effects = tickets::read_clocks(state, true);
    if let Some(id) = state.ticket.kept().id
        && state.place == Place::Ticket
    {
        effects.push(state.slots.ask(Slot::Ticket, Ask::Ticket(id)));
    }
    effects
}
