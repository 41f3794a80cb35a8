//! One message into the state, effects out: keys find their way (popup, command, screen), answers go to the
//! screen that asked. Pure: no clock, no I/O, no waiting.

mod answers;
mod commands;
mod handover;
mod lock;
mod popups;
mod possible;
mod settings;

pub use commands::{entered, run};
pub use lock::locks_at;
pub use popups::{look_up_again, open_dialog, put_away, shelve, take_shelved};
pub use possible::why_not;
pub use settings::take as take_settings;

use super::keymap::{Code, Command, Found, Key, Place};
use super::message::{Effect, Input, Message};
use super::popup::{Dialog, MenuFor, Popup};
use super::screens::{
    call, callbacks, consults, draft, figures, knowledge, practice, sign_in, ticket, tickets,
    versions,
};
use super::state::{Level, State};
use crate::words::Desk;
use answers::{done, told};
use commands::refuse;
use jiff::SignedDuration;
use popups::{choose, look_up, popup_key};

/// How long the first key of a command of two keys waits for the second.
pub const SEQUENCE: SignedDuration = SignedDuration::from_secs(2);

/// Takes one message. The state's clock never goes back.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    state.now = state.now.max(message.now);
    if state
        .pending
        .as_ref()
        .is_some_and(|(_, since)| state.now.duration_since(*since) >= SEQUENCE)
    {
        state.pending = None;
    }
    let typed = matches!(message.input, Input::Key(_) | Input::Paste(_));
    let overdue = locks_at(state).is_some_and(|at| state.now >= at);
    let mut effects = if overdue {
        lock::overdue(state)
    } else {
        Vec::new()
    };
    if typed || lock::waits(state) {
        state.touched = state.now;
    }
    // A machine that slept wakes the desk with the key of whoever found it: it locks, and the key goes nowhere.
    if !(overdue && typed) {
        effects.extend(taken(state, message.input));
    }
    effects
}

/// What an input does.
fn taken(state: &mut State, input: Input) -> Vec<Effect> {
    match input {
        // What is not seen is not acted on; the way out stays.
        Input::Key(key) if too_small(state) => small_key(state, key),
        Input::Paste(_) if too_small(state) => Vec::new(),
        Input::Key(key) => {
            let mut effects = pressed(state, key);
            effects.extend(call::tell_uses(state, false));
            tell_refused(state);
            effects
        }
        Input::Paste(text) => {
            let effects = paste(state, &text);
            tell_refused(state);
            effects
        }
        Input::Resize(columns, rows) => {
            (state.columns, state.rows) = (columns, rows);
            Vec::new()
        }
        Input::Wake => Vec::new(),
        Input::Done {
            slot,
            generation,
            outcome,
        } => {
            if state.slots.is_current(slot, generation) {
                done(state, slot, *outcome)
            } else {
                Vec::new()
            }
        }
        Input::Outside(outside) => told(state, outside),
        Input::JournalFailed(detail) => {
            let text = state.say_with(Desk::ErrorJournal, &[("detail", detail.into())]);
            state.complain(text);
            Vec::new()
        }
    }
}

/// Says that a field took nothing, since it would have been too long.
fn tell_refused(state: &mut State) {
    if let Some(refused) = state.clipboard.refused.take() {
        let max = i64::try_from(refused.max).unwrap_or(i64::MAX);
        let text = state.say_with(Desk::TooLong, &[("max", max.into())]);
        state.refuse_text(text);
    }
}

/// True while the terminal is smaller than the screens need; keys are kept away from what can't be seen.
pub const fn too_small(state: &State) -> bool {
    state.columns < 80 || state.rows < 24
}

/// A key while the terminal is too small: leaving asks, and the same key again, or Enter, leaves.
fn small_key(state: &mut State, key: Key) -> Vec<Effect> {
    state.pending = None;
    let quits = state.keymap.find(state.place, &[key]) == Found::Command(Command::Quit);
    if leaving(state) {
        let popup = state.popup.take();
        return match (popup, key.code) {
            (Some(Popup::Menu(menu)), Code::Enter) => choose(state, menu, 0),
            (Some(Popup::Menu(menu)), _) if quits => choose(state, menu, 0),
            (_, Code::Esc) => Vec::new(),
            (popup, _) => {
                state.popup = popup;
                Vec::new()
            }
        };
    }
    if !quits {
        return Vec::new();
    }
    put_away(state);
    run(state, Command::Quit, "")
}

/// True while it is asked whether to leave.
pub fn leaving(state: &State) -> bool {
    matches!(&state.popup, Some(Popup::Menu(menu)) if menu.purpose == MenuFor::Quit)
}

fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    let command = match &state.pending {
        Some((keys, _)) => {
            let keys: Vec<Key> = keys.iter().copied().chain([key]).collect();
            state.pending = None;
            state.keymap.find(state.place, &keys)
        }
        None => Found::Nothing,
    };
    let command = match command {
        Found::Nothing => first_key(state, key),
        found => found,
    };
    // What popped up has its own keys; of the commands only those that make sense over it go through.
    if let Some(popup) = state.popup.take() {
        return popup_key(state, popup, key, command);
    }
    match command {
        Found::Command(command) => run(state, command, ""),
        Found::Prefix(command) if why_not(state, command).is_none() => {
            state.pending = Some((vec![key], state.now));
            Vec::new()
        }
        Found::Prefix(command) => refuse(state, command),
        Found::Nothing => screen_key(state, key),
    }
}

/// The focused input has first say on printable text; `?` helps where nothing is typed.
fn first_key(state: &State, key: Key) -> Found {
    if key.is_text() {
        let asks = matches!(key.halved().code, Code::Char('?'));
        return if asks && !is_typing(state) {
            Found::Command(Command::Help)
        } else {
            Found::Nothing
        };
    }
    state.keymap.find(state.place, &[key])
}

/// True when the keyboard is in something that takes text.
fn is_typing(state: &State) -> bool {
    match &state.popup {
        Some(Popup::Dialog(dialog)) => return dialog.typing(),
        Some(popup) => return matches!(popup, Popup::Palette(_)),
        None => {}
    }
    match state.place {
        Place::SignIn | Place::Tickets => true,
        Place::Call => {
            use call::Spot;
            if practice::is_typing(state) {
                return true;
            }
            let chosen = matches!(
                state.call.form.spot,
                Spot::Kind | Spot::Urgency | Spot::Confidential
            );
            state.call.answers.walking || state.call.is_idle() || !chosen
        }
        Place::Draft => state.draft.form.as_ref().is_some_and(Dialog::typing),
        Place::Ticket
        | Place::Callbacks
        | Place::Knowledge
        | Place::Versions
        | Place::Consults
        | Place::Figures
        | Place::Practice => false,
    }
}

fn screen_key(state: &mut State, key: Key) -> Vec<Effect> {
    // Esc puts away an error only when that error is what stands there to be read.
    let read = state.notices.last().map(|notice| notice.level);
    state.notices.retain(|notice| notice.level == Level::Error);
    if key.code == Code::Esc && !state.notices.is_empty() {
        if read == Some(Level::Error) {
            state.notices.pop();
        }
        return Vec::new();
    }
    let used = match state.place {
        Place::SignIn => sign_in::key(state, key),
        Place::Call => practice::say_key(state, key).or_else(|| call::key(state, key)),
        Place::Tickets => tickets::key(state, key),
        Place::Ticket => ticket::key(state, key),
        Place::Callbacks => callbacks::key(state, key),
        Place::Knowledge => knowledge::key(state, key),
        Place::Draft => draft::key(state, key),
        Place::Versions => versions::key(state, key),
        Place::Consults => consults::key(state, key),
        Place::Figures => figures::key(state, key),
        Place::Practice => practice::key(state, key),
    };
    if let Some(effects) = used {
        return effects;
    }
    if key.is_han() {
        state.tell(Desk::ImeNotice);
    }
    Vec::new()
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match state.popup.take() {
        Some(Popup::Dialog(mut dialog)) => {
            let wish = dialog.paste(text, &mut state.clipboard);
            state.popup = Some(Popup::Dialog(dialog));
            look_up(state, wish)
        }
        Some(Popup::Palette(mut palette)) => {
            let put = palette.typed.paste(text);
            state.clipboard.note(put);
            state.popup = Some(Popup::Palette(palette));
            Vec::new()
        }
        Some(other) => {
            state.popup = Some(other);
            Vec::new()
        }
        None => match state.place {
            Place::SignIn => {
                sign_in::paste(state, text);
                Vec::new()
            }
            Place::Call => {
                if practice::say_paste(state, text) {
                    return Vec::new();
                }
                call::paste(state, text)
            }
            Place::Tickets => tickets::paste(state, text),
            Place::Draft => draft::paste(state, text),
            Place::Ticket
            | Place::Callbacks
            | Place::Knowledge
            | Place::Versions
            | Place::Consults
            | Place::Figures
            | Place::Practice => Vec::new(),
        },
    }
}
