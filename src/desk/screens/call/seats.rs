//! Giving a call to a colleague: who sits where and what they are doing, found by name, initials or number; and
//! not taking a call that rings.

use crate::desk::keymap::initials;
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::names;
use crate::desk::popup::{Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup};
use crate::desk::ports::{Choice, LookUp, PhoneCommand, PortError};
use crate::desk::screens::consults;
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::seat::SeatState;
use crate::protocol::seat::Colleague;
use crate::words::Desk;

use super::state::Phase;

/// Asks whom the call goes to. Who sits where is asked for anew; until then it is as it was known.
pub(super) fn pass_call(state: &mut State, call: CallId, argument: &str) -> Vec<Effect> {
    let fields = vec![Field::seat("seat", state.say(Desk::FieldPassTo)).with(argument)];
    let purpose = DialogFor::PassCall { call };
    let mut dialog = Dialog::new(purpose, state.say(Desk::PassCallTitle), fields);
    dialog.lines = vec![state.say(Desk::PassCallLine)];
    let mut effects = open_dialog(state, dialog);
    fill(state);
    effects.push(state.slots.ask(Slot::Seats, Ask::Seats));
    effects
}

/// Who sits where, as the server says; without a line a number can still be typed.
pub fn seats_known(state: &mut State, result: Result<Vec<Colleague>, PortError>) -> Vec<Effect> {
    match result {
        Ok(seats) => {
            state.seats = seats;
            fill(state);
            consults::fill(state);
            let alone = state.say(Desk::PassNobody);
            if let Some(Popup::Dialog(dialog)) = &mut state.popup
                && matches!(dialog.purpose, DialogFor::PassCall { .. })
                && state.seats.is_empty()
            {
                dialog.lines.push(alone);
            }
        }
        Err(error) => state.complain_of(&error),
    }
    Vec::new()
}

/// Looks through the seats for what is typed in the dialog.
pub fn fill(state: &mut State) {
    let Some(Popup::Dialog(dialog)) = &state.popup else {
        return;
    };
    if !matches!(dialog.purpose, DialogFor::PassCall { .. }) {
        return;
    }
    let typed = dialog.typed("seat").to_owned();
    let found = choices(state, &typed);
    if let Some(Popup::Dialog(dialog)) = &mut state.popup {
        dialog.asked = dialog.place("seat");
        dialog.found(LookUp::Seat, &found);
    }
}

/// The seats that fit, those that are free first: by number, by name, by the initials of its pinyin.
fn choices(state: &State, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let fits = |it: &&Colleague| {
        it.no.to_string().starts_with(&typed)
            || it.name.as_str().contains(&typed)
            || initials(it.name.as_str()).contains(&typed)
    };
    let mut found: Vec<&Colleague> = state.seats.iter().filter(fits).collect();
    found.sort_by_key(|it| (it.state != SeatState::Idle, it.no.clone()));
    found.into_iter().map(|it| choice(state, it)).collect()
}

fn choice(state: &State, it: &Colleague) -> Choice {
    let role = it.roles.first().map(|role| state.say(names::role(*role)));
    let word = state.say(names::seat(it.state));
    Choice {
        code: it.no.to_string(),
        name: format!("{}  {}  {word}", it.name, role.unwrap_or_default()),
    }
}

/// The call goes to the seat that was taken, or whose number was typed.
pub(super) fn passed(
    state: &mut State,
    dialog: &Dialog,
    call: CallId,
) -> Result<Vec<Effect>, String> {
    let typed = dialog.typed("seat").trim().to_owned();
    let code = dialog
        .taken("seat")
        .map_or(typed.as_str(), |it| it.code.as_str());
    if code.is_empty() {
        return Err(state.say(Desk::WhyNoSeatChosen));
    }
    let seat = SeatNo::parse(code).map_err(|_| state.say(Desk::WhyNoSeat))?;
    if state.call.id != Some(call) {
        return Err(state.say(Desk::WhyNoCall));
    }
    let command = PhoneCommand::Transfer(call, seat);
    Ok(vec![state.slots.once(Ask::Phone(command)).1])
}

/// Asks before a call that rings is not taken, with what happens to it.
pub(super) fn reject(state: &mut State) {
    let options = vec![MenuOption::new("reject", state.say(Desk::RejectYes))];
    let mut menu = Menu::new(MenuFor::Reject, state.say(Desk::RejectTitle), options);
    menu.lines = vec![state.say(Desk::RejectLine)];
    state.popup = Some(Popup::Menu(menu));
}

/// It is not taken: back to the queue with it, unless it stopped ringing meanwhile.
pub fn rejected(state: &mut State) -> Vec<Effect> {
    if let (Phase::Ringing, Some(id)) = (state.call.phase, state.call.id) {
        let command = PhoneCommand::HangUp(id);
        return vec![state.slots.once(Ask::Phone(command)).1];
    }
    state.tell(Desk::WhyNotRinging);
    Vec::new()
}
