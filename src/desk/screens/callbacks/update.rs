//! Keys, commands and answers of the list of call-backs.

use crate::desk::errors;
use crate::desk::keymap::{Code, Command, Key, Place, minutes};
use crate::desk::message::{Ask, Effect, Outcome, Slot};
use crate::desk::popup::{Dialog, DialogFor, Field};
use crate::desk::ports::{Outgoing, PhoneCommand, PortError, Sent};
use crate::desk::screens::call;
use crate::desk::state::{Purpose, State};
use crate::desk::update::open_dialog;
use crate::domain::callback::{Callback, CallbackAction, CallbackStatus};
use crate::domain::id::CallbackId;
use crate::domain::role::may_list_callbacks;
use crate::domain::text::Line;
use crate::protocol::callback::{CallbackChange, CallbackFilter, CallbackScope};
use crate::protocol::page::Page;
use crate::words::Desk;

/// Fetches the list. What changes while it is being read makes one more reading, however much it was.
pub fn entered(state: &mut State) -> Vec<Effect> {
    if state.callbacks.loading {
        state.callbacks.again = true;
        return Vec::new();
    }
    fetch(state)
}

/// Reads when the person's and the team's call-backs are due, for the bar. What changes while they are being read
/// makes one more reading.
pub fn read_due(state: &mut State) -> Vec<Effect> {
    let lists = state.person.as_ref().is_some_and(may_list_callbacks);
    if !lists {
        return Vec::new();
    }
    if state.due.loading {
        state.due.again = true;
        return Vec::new();
    }
    state.due.loading = true;
    let filter = CallbackFilter {
        limit: Some(200),
        ..CallbackFilter::default()
    };
    vec![state.slots.ask(Slot::Due, Ask::Due(filter))]
}

/// When they are due; without a line what was known stays.
pub fn due_known(state: &mut State, result: Result<Page<Callback>, PortError>) -> Vec<Effect> {
    state.due.loading = false;
    if let Ok(page) = result {
        let open = page
            .items
            .iter()
            .filter(|it| it.status == CallbackStatus::Scheduled);
        state.due.times = open.map(|it| it.due).collect();
        state.due.times.sort();
    }
    if std::mem::take(&mut state.due.again) {
        return read_due(state);
    }
    Vec::new()
}

fn fetch(state: &mut State) -> Vec<Effect> {
    state.callbacks.loading = true;
    state.callbacks.again = false;
    let filter = state.callbacks.filter();
    vec![state.slots.ask(Slot::Callbacks, Ask::Callbacks(filter))]
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let len = state.callbacks.rows.len();
    let list = &mut state.callbacks.kept.list;
    match key.code {
        Code::Up => list.step(-1, len),
        Code::Down => list.step(1, len),
        Code::PageUp => list.step(-10, len),
        Code::PageDown => list.step(10, len),
        Code::Home => list.jump(false, len),
        Code::End => list.jump(true, len),
        Code::Tab => return Some(next_scope(state)),
        Code::Enter => {
            let ticket = state.callbacks.selected().and_then(|it| it.ticket);
            let Some(id) = ticket else {
                state.tell(Desk::WhyNoTicket);
                return Some(Vec::new());
            };
            state.ticket.open(id, Place::Callbacks);
            state.place = Place::Ticket;
            return Some(vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]);
        }
        Code::Esc => state.place = Place::Call,
        _ => return None,
    }
    state.callbacks.mark();
    Some(Vec::new())
}

fn next_scope(state: &mut State) -> Vec<Effect> {
    state.callbacks.kept.scope = match state.callbacks.kept.scope {
        CallbackScope::Open => CallbackScope::Mine,
        CallbackScope::Mine => CallbackScope::DueSoon,
        CallbackScope::DueSoon => CallbackScope::Abandoned,
        CallbackScope::Abandoned => CallbackScope::Finished,
        CallbackScope::Finished => CallbackScope::Open,
    };
    state.callbacks.kept.list.at = 0;
    state.callbacks.kept.selected = None;
    state.callbacks.rows.clear();
    fetch(state)
}

fn change(state: &mut State, callback: &Callback, action: CallbackAction) -> Effect {
    let change = CallbackChange {
        version: callback.version,
        action,
    };
    state.send(
        Purpose::Callback,
        Outgoing::Callback(callback.id, Box::new(change)),
    )
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command, argument: &str) -> Vec<Effect> {
    match command {
        Command::Scope => return next_scope(state),
        Command::Refresh => return entered(state),
        _ => {}
    }
    let Some(callback) = state.callbacks.selected().cloned() else {
        return Vec::new();
    };
    match command {
        Command::Dial => match callback.number.clone() {
            Some(number) => {
                state.call.dialling = true;
                let dial = state.slots.once(Ask::Phone(PhoneCommand::Dial(number))).1;
                let mut effects = vec![dial];
                effects.extend(bring(state, &callback));
                effects
            }
            None => Vec::new(),
        },
        Command::CallbackTake => vec![change(state, &callback, CallbackAction::Take)],
        Command::CallbackDone => ask(state, &callback, "done", argument),
        Command::CallbackMissed => ask(state, &callback, "missed", argument),
        Command::CallbackLater => ask(state, &callback, "later", argument),
        _ => Vec::new(),
    }
}

/// What the call-back is about comes on the screen while it is dialled: the form as it was, or else the ticket, from
/// which Esc goes back to the list.
fn bring(state: &mut State, callback: &Callback) -> Vec<Effect> {
    let Some(id) = callback.ticket else {
        return Vec::new();
    };
    if call::bring_form(state, id) {
        state.place = Place::Call;
        state.tell(Desk::FormOfCallback);
        return crate::desk::update::entered(state);
    }
    state.ticket.open(id, Place::Callbacks);
    state.place = Place::Ticket;
    vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))]
}

fn ask(state: &mut State, callback: &Callback, what: &str, argument: &str) -> Vec<Effect> {
    let when = if argument.is_empty() { "30m" } else { argument };
    let note = Field::line("note", state.say(Desk::FieldNote));
    let time = Field::line("when", state.say(Desk::FieldWhen)).with(when);
    let (title, fields) = match what {
        "done" => (Desk::CallbackDoneTitle, vec![note]),
        "missed" => (Desk::CallbackMissedTitle, vec![time, note]),
        _ => (Desk::CallbackLaterTitle, vec![time]),
    };
    let purpose = DialogFor::Callback {
        id: callback.id,
        version: callback.version,
        what: what.to_owned(),
    };
    let mut dialog = Dialog::new(purpose, state.say(title), fields);
    if what == "missed" {
        dialog.lines = vec![state.say(Desk::CallbackMissedLine)];
    }
    open_dialog(state, dialog)
}

fn action(state: &State, what: &str, dialog: &Dialog) -> Result<CallbackAction, String> {
    let note = Line::parse(dialog.text("note")).map_err(|error| errors::text(state, &error))?;
    let now = state.server_now();
    let when = || minutes(dialog.text("when"), now).ok_or_else(|| state.say(Desk::WhyNoTime));
    Ok(match what {
        "done" => CallbackAction::Done { note },
        "missed" => {
            let blank = dialog.text("when").trim().is_empty();
            CallbackAction::NotReached {
                again: if blank { None } else { Some(when()?) },
                note,
            }
        }
        _ => CallbackAction::Reschedule { due: when()? },
    })
}

/// A dialog of this screen was submitted; an error keeps it open.
pub fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let DialogFor::Callback { id, version, what } = &dialog.purpose else {
        return Ok(Vec::new());
    };
    let action = action(state, what, dialog)?;
    let change = CallbackChange {
        version: *version,
        action,
    };
    Ok(vec![state.send(
        Purpose::Callback,
        Outgoing::Callback(*id, Box::new(change)),
    )])
}

/// The answer to something this screen asked.
pub fn done(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    let Outcome::Callbacks(result) = outcome else {
        return Vec::new();
    };
    state.callbacks.loading = false;
    match result {
        Ok(page) => state.callbacks.take(page.items),
        Err(error) => state.complain_of(&error),
    }
    if std::mem::take(&mut state.callbacks.again) {
        return fetch(state);
    }
    Vec::new()
}

/// What became of a promise, or of a change to the call-back `acted`: that one need not stay in the list for being
/// selected.
pub fn sent(
    state: &mut State,
    result: Result<Sent, PortError>,
    acted: Option<CallbackId>,
) -> Vec<Effect> {
    match result {
        Ok(Sent::Done(_)) if acted.is_some() => state.tell(Desk::CallbackChanged),
        Ok(Sent::Done(_)) => state.tell(Desk::CallbackKept),
        Ok(Sent::Queued) => state.tell(Desk::ActionQueued),
        Err(error) => state.complain_of(&error),
    }
    let mut effects = read_due(state);
    if state.place == Place::Callbacks {
        if acted.is_some() && state.callbacks.kept.selected == acted {
            state.callbacks.kept.selected = None;
        }
        effects.extend(entered(state));
    }
    effects
}
