//! One message into the state, effects out: keys find their way (popup, command, screen), answers go to the
//! screen that asked. Pure: no clock, no I/O, no waiting.

use super::keymap::{Code, Command, Found, Key, Place};
use super::message::{Ask, Effect, Input, Message, Outcome, Slot};
use super::names::Names;
use super::popup::{
    Dialog, DialogFor, Field, FieldKind, Menu, MenuFor, MenuOption, Palette, Popup, Wish, scroll,
};
use super::ports::{Outside, PhoneCommand};
use super::screens::{call, callbacks, sign_in, ticket, tickets};
use super::state::{Level, Purpose, State};
use crate::domain::seat::SeatState;
use crate::protocol::event::ServerEvent;
use crate::words::Desk;
use jiff::SignedDuration;

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
    match message.input {
        Input::Key(key) => pressed(state, key),
        Input::Paste(text) => paste(state, &text),
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

/// True while the terminal is smaller than the screens need; keys are kept away from what can't be seen.
pub const fn too_small(state: &State) -> bool {
    state.columns < 80 || state.rows < 24
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
            let keys = state.keymap.hint(command);
            let name = state.say(command.row().name);
            let text = state.say_with(
                Desk::OnceMore,
                &[("keys", keys.into()), ("name", name.into())],
            );
            state.tell_text(text);
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
    match (&state.popup, state.place) {
        (Some(Popup::Dialog(dialog)), _) => dialog.typing(),
        (Some(Popup::Palette(_)), _) => true,
        (Some(_), _) => false,
        (None, Place::SignIn | Place::Tickets) => true,
        (None, Place::Call) => {
            use call::Spot;
            let chosen = matches!(
                state.call.form.spot,
                Spot::Kind | Spot::Urgency | Spot::Confidential
            );
            state.call.answers.walking || state.call.is_idle() || !chosen
        }
        (None, Place::Ticket | Place::Callbacks) => false,
    }
}

fn screen_key(state: &mut State, key: Key) -> Vec<Effect> {
    state.notices.retain(|notice| notice.level == Level::Error);
    if key.code == Code::Esc && !state.notices.is_empty() {
        state.notices.pop();
        return Vec::new();
    }
    let used = match state.place {
        Place::SignIn => sign_in::key(state, key),
        Place::Call => call::key(state, key),
        Place::Tickets => tickets::key(state, key),
        Place::Ticket => ticket::key(state, key),
        Place::Callbacks => callbacks::key(state, key),
    };
    match used {
        Some(effects) => effects,
        None => {
            if key.is_han() {
                state.tell(Desk::ImeNotice);
            }
            Vec::new()
        }
    }
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match state.popup.take() {
        Some(Popup::Dialog(mut dialog)) => {
            let wish = dialog.paste(text);
            state.popup = Some(Popup::Dialog(dialog));
            look_up(state, wish)
        }
        Some(Popup::Palette(mut palette)) => {
            palette.typed.paste(text);
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
            Place::Call => call::paste(state, text),
            Place::Tickets => tickets::paste(state, text),
            Place::Ticket | Place::Callbacks => Vec::new(),
        },
    }
}

fn look_up(state: &mut State, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::LookUp(what, text) => vec![state.slots.ask(Slot::LookUp, Ask::LookUp(what, text))],
        _ => Vec::new(),
    }
}

/// Offers a key to what popped up.
fn popup_key(state: &mut State, popup: Popup, key: Key, command: Found) -> Vec<Effect> {
    // The telephone is answered, held and hung up over whatever is open.
    if let Found::Command(command @ (Command::PhoneStep | Command::HangUp | Command::Mute)) =
        command
    {
        state.popup = Some(popup);
        return run(state, command, "");
    }
    if let Found::Prefix(Command::HangUp) = command {
        state.popup = Some(popup);
        state.pending = Some((vec![key], state.now));
        return Vec::new();
    }
    let main_act = matches!(
        command,
        Found::Command(Command::Finish | Command::TicketMenu | Command::CallbackDone)
    );
    match popup {
        Popup::Menu(mut menu) => {
            let wish = menu.key(key);
            if wish == Wish::Unused && key.is_han() {
                state.tell(Desk::ImeNotice);
            }
            let at = match wish {
                Wish::Choose(at) => Some(at),
                Wish::Unused if main_act => Some(menu.list.at),
                Wish::Close => return Vec::new(),
                _ => None,
            };
            match at {
                Some(at) => choose(state, menu, at),
                None => {
                    state.popup = Some(Popup::Menu(menu));
                    Vec::new()
                }
            }
        }
        Popup::Dialog(mut dialog) => {
            let wish = dialog.key(key, main_act, &mut state.clipboard);
            match wish {
                Wish::Close => {
                    shelve(state, dialog);
                    Vec::new()
                }
                Wish::Submit => submit(state, dialog),
                wish => {
                    state.popup = Some(Popup::Dialog(dialog));
                    look_up(state, wish)
                }
            }
        }
        Popup::Reading(mut reading) => {
            if reading.key(key) != Wish::Close {
                state.popup = Some(Popup::Reading(reading));
            }
            Vec::new()
        }
        Popup::Help(mut rows) => {
            let again = matches!(command, Found::Command(Command::Help));
            if scroll(&mut rows, key) != Wish::Close && !again {
                state.popup = Some(Popup::Help(rows));
            }
            Vec::new()
        }
        Popup::Palette(palette) => palette_key(state, palette, key),
    }
}

fn palette_key(state: &mut State, mut palette: Palette, key: Key) -> Vec<Effect> {
    if let Some(key) = palette.function_key(key) {
        return match state.keymap.find(state.place, &[key]) {
            Found::Command(command) => run(state, command, ""),
            _ => Vec::new(),
        };
    }
    let found = state.finder.find(state.place, palette.typed.text());
    match palette.key(key, found.len(), &mut state.clipboard) {
        Wish::Close => Vec::new(),
        Wish::Choose(at) => match found.get(at) {
            Some(entry) => run(state, entry.command, &entry.argument),
            None => {
                state.popup = Some(Popup::Palette(palette));
                Vec::new()
            }
        },
        _ => {
            state.popup = Some(Popup::Palette(palette));
            Vec::new()
        }
    }
}

/// True when two dialogs are for the same thing, whatever version of it they were opened on.
fn same_thing(one: &DialogFor, other: &DialogFor) -> bool {
    match (one, other) {
        (
            DialogFor::Act { ticket, action, .. },
            DialogFor::Act {
                ticket: other,
                action: same,
                ..
            },
        ) => (ticket, action) == (other, same),
        (
            DialogFor::Callback { id, what, .. },
            DialogFor::Callback {
                id: other,
                what: same,
                ..
            },
        ) => (id, what) == (other, same),
        _ => one == other,
    }
}

/// Puts a dialog away as it is.
fn shelve(state: &mut State, dialog: Dialog) {
    state
        .shelf
        .retain(|it| !same_thing(&it.purpose, &dialog.purpose));
    state.shelf.push(dialog);
    if state.shelf.len() > 8 {
        state.shelf.remove(0);
    }
}

/// Opens a dialog; one that was put away comes back with what was typed, on the version seen now.
pub fn open_dialog(state: &mut State, mut dialog: Dialog) -> Vec<Effect> {
    let asked = dialog.fields.iter().any(|field| match &field.kind {
        FieldKind::LookUp { typed, .. } => !typed.is_blank(),
        _ => false,
    });
    if let Some(at) = state
        .shelf
        .iter()
        .position(|it| same_thing(&it.purpose, &dialog.purpose))
    {
        let kept = state.shelf.remove(at);
        if !asked && same_fields(&kept.fields, &dialog.fields) {
            dialog.fields = kept.fields;
            dialog.at = kept.at;
        }
    }
    state.popup = Some(Popup::Dialog(dialog));
    Vec::new()
}

fn same_fields(one: &[Field], other: &[Field]) -> bool {
    one.iter()
        .map(|field| &field.id)
        .eq(other.iter().map(|field| &field.id))
}

fn submit(state: &mut State, mut dialog: Dialog) -> Vec<Effect> {
    let result = match dialog.purpose {
        DialogFor::Callback { .. } => callbacks::submitted(state, &dialog),
        DialogFor::Act { .. } => ticket::act_submitted(state, &dialog),
        _ => call::submitted(state, &dialog),
    };
    match result {
        // It stays on the shelf until the server has taken it: a refusal costs no text.
        Ok(effects) => {
            shelve(state, dialog);
            effects
        }
        Err(error) => {
            dialog.error = Some(error);
            state.popup = Some(Popup::Dialog(dialog));
            Vec::new()
        }
    }
}

fn choose(state: &mut State, menu: Menu, at: usize) -> Vec<Effect> {
    let Some(option) = menu.options.get(at).cloned() else {
        return Vec::new();
    };
    if let Some(why) = option.why_not {
        state.tell_text(why);
        state.popup = Some(Popup::Menu(menu));
        return Vec::new();
    }
    match menu.purpose {
        MenuFor::Seat => seat_chosen(state, &option.id),
        MenuFor::Finish | MenuFor::Emergency => call::chosen(state, menu.purpose, at, &option.id),
        MenuFor::Related | MenuFor::RelatedAction => {
            call::related_chosen(state, menu.purpose, &option.id)
        }
        MenuFor::Ticket => ticket::menu_chosen(state, &option.id),
        MenuFor::Quit => vec![Effect::Quit],
    }
}

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

fn seat_chosen(state: &mut State, id: &str) -> Vec<Effect> {
    let next = match id {
        "idle" => SeatState::Idle,
        "busy" => SeatState::Busy,
        "break" => SeatState::Break,
        _ => return vec![state.slots.once(Ask::SignOut).1],
    };
    vec![state.slots.once(Ask::ChooseState(next)).1]
}

/// Says why a command can't be done now.
fn refuse(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(why) = why_not(state, command) {
        let name = state.say(command.row().name);
        state.tell_text(format!("{name}: {why}"));
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
        Command::Saved => state.tell(Desk::SavedItself),
        Command::GoCall => return go(state, Place::Call),
        Command::GoTickets => {
            if !argument.is_empty() {
                state.tickets.kept.query.set(argument);
            }
            return go(state, Place::Tickets);
        }
        Command::GoCallbacks => return go(state, Place::Callbacks),
        Command::Idle => return seat_chosen(state, "idle"),
        Command::Busy => return seat_chosen(state, "busy"),
        Command::Break => return seat_chosen(state, "break"),
        Command::SignOut => return seat_chosen(state, "sign_out"),
        Command::Quit => return quit(state),
        _ => {
            return match state.place {
                Place::Call => call::command(state, command, argument),
                Place::Tickets => tickets::command(state, command),
                Place::Ticket => ticket::command(state, command, argument),
                Place::Callbacks => callbacks::command(state, command, argument),
                Place::SignIn => Vec::new(),
            };
        }
    }
    Vec::new()
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
        Place::Ticket => match state.ticket.kept().id {
            Some(id) => vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))],
            None => Vec::new(),
        },
        Place::SignIn => Vec::new(),
    }
}

/// Why a command can't be done now, in words; `None` when it can.
pub fn why_not(state: &State, command: Command) -> Option<String> {
    use call::Phase;
    let call = &state.call;
    let why = match command {
        Command::PhoneStep => match call.phase {
            Phase::Ringing | Phase::Holding => None,
            Phase::Talking if state.phone.hold => None,
            Phase::Talking => Some(Desk::ErrorPhoneCannot),
            _ => Some(Desk::WhyNotRinging),
        },
        Command::HangUp => (!call.is_live()).then_some(Desk::WhyNoCall),
        Command::Mute if !state.phone.mute => Some(Desk::ErrorPhoneCannot),
        Command::Mute => (!call.is_live()).then_some(Desk::WhyNoCall),
        Command::PassCall if !state.phone.transfer => Some(Desk::ErrorPhoneCannot),
        Command::PassCall => {
            (!matches!(call.phase, Phase::Talking | Phase::Holding)).then_some(Desk::WhyNoCall)
        }
        Command::Related => match &call.view {
            Some(view) if !view.open.is_empty() || !view.recent.is_empty() => None,
            _ => Some(Desk::WhyNoRelated),
        },
        Command::Finish | Command::InvalidCall | Command::DeclineCall | Command::Emergency
            if call.sending =>
        {
            Some(Desk::WhySending)
        }
        Command::Finish => {
            let wrap_up = state.seat_state() == SeatState::WrapUp;
            (call.is_idle() && !wrap_up).then_some(Desk::WhyNothingToFinish)
        }
        Command::ReadBack => call.form.is_blank().then_some(Desk::WhyFormBlank),
        Command::DeclineCall | Command::InvalidCall | Command::Emergency => {
            call.is_idle().then_some(Desk::WhyNothingToFinish)
        }
        Command::DispatchTo => return super::screens::why_no_dispatch(state),
        Command::CallBackIn => call.is_idle().then_some(Desk::WhyNothingToFinish),
        Command::NextDraft => call.drafts.is_empty().then_some(Desk::WhyNoDraft),
        Command::Idle | Command::Busy | Command::Break | Command::SignOut => {
            seat_why(state, command)
        }
        Command::SeatMenu => state.seat.is_none().then_some(Desk::WhyNoOwnSeat),
        Command::Dial if !state.phone.dial => Some(Desk::ErrorPhoneCannot),
        Command::Dial => match state.callbacks.selected().map(|it| it.number.is_some()) {
            None => Some(Desk::CallbacksEmpty),
            Some(false) => Some(Desk::Masked),
            Some(true) => call.is_live().then_some(Desk::WhyCallLive),
        },
        Command::CallbackDone
        | Command::CallbackMissed
        | Command::CallbackLater
        | Command::CallbackTake => state
            .callbacks
            .selected()
            .is_none()
            .then_some(Desk::CallbacksEmpty),
        Command::TicketMenu => state.ticket.view.is_none().then_some(Desk::WhyNoTicket),
        other => {
            return other
                .action()
                .and_then(|action| ticket::why_not(state, action));
        }
    };
    why.map(|why| state.say(why))
}

fn seat_why(state: &State, command: Command) -> Option<Desk> {
    let next = match command {
        Command::Idle => SeatState::Idle,
        Command::Busy => SeatState::Busy,
        Command::Break => SeatState::Break,
        _ => SeatState::SignedOut,
    };
    if state.seat.is_none() {
        return (command != Command::SignOut).then_some(Desk::WhyNoOwnSeat);
    }
    if state.seat_state() == next {
        return Some(Desk::WhySameState);
    }
    (!state.seat_state().may_choose(next)).then_some(Desk::WhyCallLive)
}

/// An effect is done.
fn done(state: &mut State, slot: Slot, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::SignIn(result) => sign_in::done(state, result),
        Outcome::SignOut(Ok(())) => vec![Effect::Quit],
        Outcome::Send(result) => {
            let purpose = state.purposes.remove(&slot);
            if let (true, Some(purpose)) = (result.is_ok(), purpose) {
                clear_shelf(state, purpose);
            }
            match purpose {
                Some(Purpose::Form) => call::sent(state, result),
                Some(Purpose::Callback) => callbacks::sent(state, result),
                Some(Purpose::Ticket) | None => ticket::sent(state, result),
            }
        }
        Outcome::SignOut(Err(error))
        | Outcome::ChooseState(Err(error))
        | Outcome::Report(Err(error)) => {
            state.complain_of(&error);
            Vec::new()
        }
        Outcome::ChooseState(Ok(())) | Outcome::Report(Ok(())) => Vec::new(),
        outcome @ Outcome::Tickets(_) => {
            tickets::done(state, outcome);
            Vec::new()
        }
        outcome @ Outcome::Ticket(_) => {
            ticket::done(state, outcome);
            Vec::new()
        }
        outcome @ Outcome::Callbacks(_) => {
            callbacks::done(state, outcome);
            Vec::new()
        }
        Outcome::LookUp(what, Ok(choices)) if matches!(state.popup, Some(Popup::Dialog(_))) => {
            if let Some(Popup::Dialog(dialog)) = &mut state.popup {
                dialog.found(what, choices);
            }
            Vec::new()
        }
        Outcome::Phone(PhoneCommand::Dial(_), Ok(())) => {
            state.tell(Desk::Dialling);
            Vec::new()
        }
        outcome => call::done(state, outcome),
    }
}

/// What the server has taken needs no copy any more.
fn clear_shelf(state: &mut State, purpose: Purpose) {
    state
        .shelf
        .retain(|dialog| match (&dialog.purpose, purpose) {
            (DialogFor::Act { .. }, it) => it != Purpose::Ticket,
            (DialogFor::Callback { .. }, it) => it != Purpose::Callback,
            (_, it) => it != Purpose::Form,
        });
}

/// Something came in unasked.
fn told(state: &mut State, outside: Outside) -> Vec<Effect> {
    match outside {
        Outside::Line(line) => {
            state.line = line;
            Vec::new()
        }
        Outside::Phone(id, event) => call::heard(state, id, event),
        Outside::Directory(directory) => {
            state.names = Names::new(directory);
            Vec::new()
        }
        Outside::Parked(error) => {
            let why = super::errors::worded(state, &error);
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
            if state.place == Place::Ticket && state.ticket.kept().id == Some(id) {
                return vec![state.slots.ask(Slot::Ticket, Ask::Ticket(id))];
            }
            refresh_list(state)
        }
        ServerEvent::Withdrawn { id } => {
            state.tickets.rows.retain(|row| row.id != id);
            if state.ticket.kept().id == Some(id) {
                state.ticket.view = None;
                state.ticket.history = None;
            }
            Vec::new()
        }
        ServerEvent::Callback { .. } if state.place == Place::Callbacks => entered(state),
        ServerEvent::Reset { .. } => entered(state),
        ServerEvent::SessionEnded => {
            let text = state.say(Desk::ErrorNotSignedIn);
            state.complain(text);
            state.place = Place::SignIn;
            Vec::new()
        }
        ServerEvent::Hello { .. }
        | ServerEvent::Callback { .. }
        | ServerEvent::Knowledge { .. }
        | ServerEvent::Directory { .. } => Vec::new(),
    }
}

/// A list is read again in place, unless that is under way.
fn refresh_list(state: &mut State) -> Vec<Effect> {
    let quiet = state.place == Place::Tickets && !state.tickets.loading;
    if quiet {
        tickets::entered(state)
    } else {
        Vec::new()
    }
}
