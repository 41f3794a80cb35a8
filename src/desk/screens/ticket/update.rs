//! Keys, commands and answers of the ticket's screen.

use super::{act_dialog, more};
use crate::desk::errors;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::names;
use crate::desk::popup::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::ports::{PortError, Sent};
use crate::desk::screens::tickets;
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::id::TicketId;
use crate::domain::lifecycle::Refusal;
use crate::protocol::ticket::ChildDraft;
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
            if let Some(barred) = view.barred.iter().find(|it| it.action == action) {
                return Some(errors::refused(state, &barred.why));
            }
            let word = state.say(names::stage(view.ticket.state.stage()));
            Some(state.say_with(Desk::WhyNotInStage, &[("stage", word.into())]))
        }
    }
}

/// The order of the menu: what leads a ticket on comes first, what sends it back or asks for more comes later, and
/// what ends it or is seldom done comes last, so that a first Enter does no harm.
const MENU: [&str; 34] = [
    "sign",
    "answer",
    "report_co",
    "step",
    "approve",
    "close",
    "answer_child",
    "submit",
    "dispatch",
    "agree_stage",
    "accept_return",
    "rule",
    "review_decline",
    "ask_progress",
    "urge",
    "add",
    "ask_extension",
    "extend",
    "stage_answer",
    "ask_co_units",
    "add_co_units",
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

/// Everything that may be done to the ticket now; below it what a rule forbids to this person's role, with the rule.
fn menu(state: &mut State) -> Vec<Effect> {
    let Some(view) = &state.ticket.view else {
        return Vec::new();
    };
    let order = |name: &str| MENU.iter().position(|it| *it == name).unwrap_or(MENU.len());
    let option = |name: &str, why| {
        let command = Command::for_action(name)?;
        let option = MenuOption::new(command.row().id, state.say(command.row().name));
        Some(option.unless(why))
    };
    let mut may: Vec<&String> = view.may.iter().collect();
    may.sort_by_key(|name| order(name));
    let may = may.into_iter().filter_map(|name| option(name, None));
    // That a ticket is another unit's is no news on each of its lines.
    let mut barred: Vec<_> = view
        .barred
        .iter()
        .filter(|it| it.why != Refusal::NotYourUnit)
        .collect();
    barred.sort_by_key(|it| order(&it.action));
    let barred = barred
        .into_iter()
        .filter_map(|it| option(&it.action, Some(errors::refused(state, &it.why))));
    let options: Vec<MenuOption> = may.chain(barred).collect();
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
    if action == "answer_child" {
        return vec![state.slots.ask(Slot::ChildDraft, Ask::ChildDraft(id))];
    }
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

/// What a merged ticket can be answered with has come: a person confirms it. Nobody waits for it any more where
/// another ticket, or something else, is on the screen by now.
pub fn child_drafted(
    state: &mut State,
    id: TicketId,
    result: Result<Box<ChildDraft>, PortError>,
) -> Vec<Effect> {
    let here = state.place == Place::Ticket && state.popup.is_none();
    let view = state.ticket.view.as_ref();
    let view = view.filter(|view| here && view.ticket.id == id);
    match (view, result) {
        (Some(view), Ok(draft)) => {
            let dialog = more::child_dialog(state, view, &draft);
            open_dialog(state, dialog)
        }
        (_, Err(error)) => {
            state.complain_of(&error);
            Vec::new()
        }
        (None, Ok(_)) => Vec::new(),
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
