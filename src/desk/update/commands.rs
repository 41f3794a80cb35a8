//! Commands that every screen has, and the way to those of a screen.

use super::handover;
use super::lock;
use super::popups::put_away;
use super::possible::why_not;
use super::settings;
use crate::desk::keymap::{Command, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{Menu, MenuFor, MenuOption, Palette, Popup, unsent};
use crate::desk::screens::{
    call, callbacks, consults, draft, figures, knowledge, practice, ticket, tickets, versions,
};
use crate::desk::state::{Level, State};
use crate::domain::number::TicketNumber;
use crate::domain::seat::SeatState;
use crate::words::Desk;

fn seat_menu(state: &mut State) {
    let choices = [
        (SeatState::Idle, "idle", Command::Idle),
        (SeatState::Busy, "busy", Command::Busy),
        (SeatState::Break, "break", Command::Break),
        (SeatState::SignedOut, "sign_out", Command::SignOut),
    ];
    let options = choices
        .into_iter()
        .map(|(_, id, command)| {
            let why = why_not(state, command);
            MenuOption::new(id, state.say(command.row().name)).unless(why)
        })
        .collect();
    let menu = Menu::new(MenuFor::Seat, state.say(Desk::SeatMenuTitle), options);
    state.popup = Some(Popup::Menu(menu));
}

pub(super) fn seat_chosen(state: &mut State, id: &str) -> Vec<Effect> {
    let next = match id {
        "idle" => SeatState::Idle,
        "busy" => SeatState::Busy,
        "break" => SeatState::Break,
        _ => {
            put_away(state);
            return vec![state.slots.once(Ask::SignOut).1];
        }
    };
    vec![state.slots.once(Ask::ChooseState(next)).1]
}

/// Says why a command can't be done now.
pub(super) fn refuse(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(why) = why_not(state, command) {
        let name = state.say(command.row().name);
        let text = state.say_with(Desk::Refused, &[("name", name.into()), ("why", why.into())]);
        state.refuse_text(text);
    }
    Vec::new()
}

/// Does a command, or says why not.
pub fn run(state: &mut State, command: Command, argument: &str) -> Vec<Effect> {
    state.notices.retain(|notice| notice.level == Level::Error);
    if why_not(state, command).is_some() {
        return refuse(state, command);
    }
    match command {
        Command::Palette => state.popup = Some(Popup::Palette(Palette::default())),
        Command::Help => state.popup = Some(Popup::Help(0)),
        Command::SeatMenu => seat_menu(state),
        Command::Outages => call::outages::all(state),
        Command::Saved => state.tell(Desk::SavedItself),
        Command::Unsent => return unsent::ask(state),
        Command::GoCall => return go(state, Place::Call),
        Command::GoTickets => {
            if !argument.is_empty() {
                state.tickets.kept.query.set(argument);
            }
            return go(state, Place::Tickets);
        }
        Command::GoCallbacks => return go(state, Place::Callbacks),
        Command::GoConsults => return go(state, Place::Consults),
        Command::Settings => settings::open(state),
        Command::HelpMenu => consults::help(state),
        Command::AskExpert => return consults::ask(state, argument),
        Command::TakeBackQuestion => return consults::withdraw(state),
        Command::GoKnowledge => return go(state, Place::Knowledge),
        Command::GoFigures => return go(state, Place::Figures),
        Command::GoPractice => return practice::go(state),
        Command::Speak => return practice::command(state, command),
        Command::WriteDraft => return draft::write_from(state),
        Command::Revise | Command::Correct if state.place == Place::Call => {
            return knowledge::pressed_in_call(state, command);
        }
        Command::Idle => return seat_chosen(state, "idle"),
        Command::Busy => return seat_chosen(state, "busy"),
        Command::Break => return seat_chosen(state, "break"),
        Command::SignOut => return seat_chosen(state, "sign_out"),
        Command::Quit => return quit(state),
        Command::Lock => return lock::by_hand(state),
        Command::Handover => return handover::open(state),
        Command::CopyNumber => copy_number(state),
        Command::HangUp | Command::Mute => return call::command(state, command, argument),
        _ => {
            return match state.place {
                Place::Call => call::command(state, command, argument),
                Place::Tickets => tickets::command(state, command),
                Place::Ticket => ticket::command(state, command, argument),
                Place::Callbacks => callbacks::command(state, command, argument),
                Place::Knowledge | Place::Versions => knowledge::command(state, command),
                Place::Consults => consults::command(state, command),
                Place::Draft => draft::command(state, command),
                Place::Figures => figures::command(state, command),
                Place::Practice => practice::command(state, command),
                Place::SignIn => Vec::new(),
            };
        }
    }
    Vec::new()
}

/// The number of the ticket that is looked at goes to the clipboard of the desktop.
fn copy_number(state: &mut State) {
    if let Some(number) = number_here(state) {
        let number = number.to_string();
        let text = state.say_with(Desk::NumberCopied, &[("number", number.as_str().into())]);
        state.tell_text(text);
        state.copied = Some(number);
    }
}

/// The number of the ticket that is looked at, if there is one.
pub fn number_here(state: &State) -> Option<TicketNumber> {
    match state.place {
        Place::Call => state.call.form.number,
        Place::Ticket => state.ticket.view.as_ref().map(|view| view.ticket.number),
        Place::Tickets => state.tickets.selected().map(|row| row.number),
        Place::Callbacks => state.callbacks.selected().and_then(|row| row.ticket_number),
        Place::Consults => consults::number(state),
        Place::SignIn
        | Place::Knowledge
        | Place::Draft
        | Place::Versions
        | Place::Figures
        | Place::Practice => None,
    }
}

/// Leaving asks once, with what will happen.
fn quit(state: &mut State) -> Vec<Effect> {
    if state.person.is_none() {
        return vec![Effect::Quit];
    }
    let options = vec![MenuOption::new("quit", state.say(Command::Quit.row().name))];
    let mut menu = Menu::new(MenuFor::Quit, state.say(Desk::QuitTitle), options);
    menu.lines = vec![state.say(Desk::QuitLine)];
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

fn go(state: &mut State, place: Place) -> Vec<Effect> {
    state.place = place;
    entered(state)
}

/// What a screen needs when it is entered.
pub fn entered(state: &mut State) -> Vec<Effect> {
    match state.place {
        Place::Call => call::entered(state),
        Place::Tickets => tickets::entered(state),
        Place::Callbacks => callbacks::entered(state),
        Place::Knowledge => knowledge::entered(state),
        Place::Figures => figures::entered(state),
        Place::Draft => draft::entered(state),
        Place::Versions => versions::entered(state),
        Place::Consults => consults::entered(state),
        Place::Practice => practice::entered(state),
        Place::Ticket => match state.ticket.kept().id {
            Some(id) => vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))],
            None => Vec::new(),
        },
        Place::SignIn => Vec::new(),
    }
}
