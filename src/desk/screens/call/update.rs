//! Keys, commands and answers of the call screen.

use super::answers::Walked;
use super::form::Spot;
use super::state::{DEAF, Phase};
use super::{finish, related, seats, uses};
use crate::desk::keymap::{Code, Command, Key};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{Hits, LookUp, PhoneCommand};
use crate::desk::screens::practice;
use crate::desk::state::State;
use crate::domain::clock::ZONE;
use crate::domain::id::ItemCode;
use crate::domain::knowledge::Deed;
use crate::domain::seat::SeatState;
use crate::domain::ticket::{Kind, Urgency};
use crate::words::Desk;
use jiff::civil::Date;

/// The desk's day in the hotline's zone.
pub fn today(state: &State) -> Date {
    state
        .server_now()
        .in_tz(ZONE)
        .map_or(Date::MIN, |now| now.date())
}

/// The screen was entered: answers, suggestion and items fit the words, also those that a journal brought back.
pub fn entered(state: &mut State) -> Vec<Effect> {
    let mut effects = changed(state);
    let item = state.call.form.item.text();
    if !item.trim().is_empty() && state.call.items_for != item {
        let ask = Ask::LookUp(LookUp::Item, item.to_owned());
        effects.push(state.slots.ask(Slot::LookUp, ask));
    }
    effects
}

/// The directory came, or a newer one: what the words suggest may be another thing by it.
pub fn directory_changed(state: &mut State) -> Vec<Effect> {
    if state.person.is_none() || state.call.form.is_blank() {
        return Vec::new();
    }
    entered(state)
}

/// Searches for what the words want, unless that was asked for already.
pub(super) fn search(state: &mut State) -> Vec<Effect> {
    let wanted = state.call.answers.wanted(state.call.form.text.text());
    if wanted == state.call.answers.asked {
        return Vec::new();
    }
    state.call.answers.asked.clone_from(&wanted);
    state.call.answers.given = None;
    // What is near to the words before has no place below the answers to these.
    state.slots.forget(Slot::Near);
    if wanted.is_empty() {
        state.slots.forget(Slot::Search);
        state.call.answers.hits = Hits::default();
        state.call.answers.list.at = 0;
        state.call.answers.entry = None;
        return Vec::new();
    }
    let day = today(state);
    state.call.answers.waiting = true;
    vec![state.slots.ask(Slot::Search, Ask::Search(wanted, day))]
}

/// The knowledge changed: the same words are looked up again. A list that is walked through stays as it is.
pub fn knowledge_changed(state: &mut State) -> Vec<Effect> {
    let answers = &state.call.answers;
    let untouched = state.call.is_idle() && answers.list.at == 0;
    if answers.walking && !answers.hits.hits.is_empty() && !untouched {
        return Vec::new();
    }
    state.call.answers.asked.clear();
    search(state)
}

/// The form's words changed: other answers, another suggestion.
pub(super) fn changed(state: &mut State) -> Vec<Effect> {
    let mut effects = search(state);
    effects.extend(suggest(state));
    effects
}

/// Asks what the form's words suggest: they changed, or the directory did.
pub(super) fn suggest(state: &mut State) -> Vec<Effect> {
    if state.call.form.is_blank() {
        state.slots.forget(Slot::Suggest);
        state.call.suggestion = None;
        return Vec::new();
    }
    let request = state.call.form.request(None);
    let ask = Ask::Suggest(Box::new(request));
    vec![state.slots.ask(Slot::Suggest, ask)]
}

/// Reads the entry of the selected hit.
pub(super) fn read_entry(state: &mut State) -> Vec<Effect> {
    let answers = &state.call.answers;
    match answers.hit() {
        Some(hit) if answers.current().is_none() => {
            let code = hit.code.clone();
            vec![state.slots.ask(Slot::Entry, Ask::Entry(code))]
        }
        _ => Vec::new(),
    }
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    state.call.answers.close_when_read = None;
    if state.call.is_idle() || state.call.answers.walking {
        return walk(state, key);
    }
    if matches!(key.code, Code::PageUp | Code::PageDown) && !key.ctrl {
        let last = super::view::said_rows_above(state);
        let back = &mut state.call.said_back;
        *back = match key.code {
            Code::PageUp => back.saturating_add(1).min(last),
            _ => back.saturating_sub(1),
        };
        return Some(Vec::new());
    }
    match key.code {
        Code::Tab => {
            state.call.form.next(key.shift);
            return Some(Vec::new());
        }
        Code::Enter if state.call.form.spot != Spot::Text => return Some(enter(state)),
        Code::Up | Code::Down
            if state.call.form.spot == Spot::Item && !state.call.form.item.is_blank() =>
        {
            let by = if key.code == Code::Up { -1 } else { 1 };
            state.call.items_at.step(by, state.call.items.len());
            return Some(Vec::new());
        }
        _ => {}
    }
    let spot = state.call.form.spot;
    if let Some(editor) = state.call.form.editor() {
        let was = editor.text().to_owned();
        let used = editor.key(key, text_width(state.columns, spot), &mut state.clipboard);
        let changed_text = editor.text() != was;
        if !used {
            return move_on(state, key);
        }
        return Some(if changed_text {
            typed(state, spot)
        } else {
            Vec::new()
        });
    }
    if choose(state, key) {
        return Some(changed(state));
    }
    move_on(state, key)
}

/// Arrows that the field does not use go to the line above or below.
fn move_on(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let up = match key.code {
        Code::Down => false,
        Code::Up => true,
        _ => return None,
    };
    state.call.form.line(up).then(Vec::new)
}

/// The width at which the story is wrapped, for moving up and down in it.
pub(super) fn text_width(columns: u16, spot: Spot) -> usize {
    if spot == Spot::Text {
        usize::from(super::view::story_width(columns))
    } else {
        usize::from(columns)
    }
}

fn typed(state: &mut State, spot: Spot) -> Vec<Effect> {
    match spot {
        Spot::Item => {
            let text = state.call.form.item.text().to_owned();
            state.call.items_at.at = 0;
            if text.trim().is_empty() {
                state.slots.forget(Slot::LookUp);
                state.call.items.clear();
                state.call.items_for.clear();
                return Vec::new();
            }
            vec![
                state
                    .slots
                    .ask(Slot::LookUp, Ask::LookUp(LookUp::Item, text)),
            ]
        }
        Spot::Text | Spot::Address => changed(state),
        _ => Vec::new(),
    }
}

/// Pastes into the field that has the keyboard.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if state.call.is_idle() || state.call.answers.walking {
        let put = state.call.answers.query.paste(text);
        state.clipboard.note(put);
        return search(state);
    }
    let spot = state.call.form.spot;
    match state.call.form.editor() {
        Some(editor) => {
            let put = editor.paste(text);
            state.clipboard.note(put);
            typed(state, spot)
        }
        None => Vec::new(),
    }
}

fn walk(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let last = super::view::last_scroll(state);
    let before = state.call.answers.query.text().to_owned();
    let walked = state.call.answers.key(key, last, &mut state.clipboard);
    Some(match walked {
        Walked::Moved => read_entry(state),
        Walked::Query => {
            if state.call.answers.query.is_blank() {
                uses::given_up(state, &before);
            }
            search(state)
        }
        Walked::Toggle => {
            state.call.answers.open = !state.call.answers.open;
            if state.call.answers.open {
                uses::used(state, Deed::Opened);
            }
            state.call.answers.scroll = 0;
            read_entry(state)
        }
        Walked::Leave => {
            uses::given_up(state, &before);
            // Undo brings the words back.
            if !state.call.answers.query.text().is_empty() {
                state.call.answers.query.set("");
            }
            state.call.answers.walking = state.call.phase == Phase::Ringing;
            search(state)
        }
        Walked::Unused => return None,
    })
}

/// Enter in a field: takes the find or the guess, and goes on.
fn enter(state: &mut State) -> Vec<Effect> {
    // What was found for other words is never taken.
    let found = state.call.items_for == state.call.form.item.text();
    let find = state
        .call
        .items
        .get(state.call.items_at.at)
        .filter(|_| found);
    let find = find.and_then(|choice| ItemCode::parse(&choice.code).ok());
    match find {
        Some(item) if state.call.form.spot == Spot::Item && !state.call.form.item.is_blank() => {
            state.call.form.fix_item(item, &state.names);
            state.call.items.clear();
        }
        _ => {
            let guess = state.call.suggestion.clone();
            state.call.form.take_guess(guess.as_ref(), &state.names);
        }
    }
    state.call.form.next(false);
    changed(state)
}

/// A key in a field that is chosen from; true when it changed something.
fn choose(state: &mut State, key: Key) -> bool {
    let half = key.halved().code;
    let step: isize = match half {
        Code::Left => -1,
        Code::Right | Code::Char(' ') => 1,
        _ => 0,
    };
    let digit = match half {
        Code::Char(c @ '1'..='9') if key.is_text() && state.call.form.spot == Spot::Kind => {
            Some(c as usize - '1' as usize)
        }
        _ => None,
    };
    let pick = |at: usize, len: usize| match digit {
        Some(digit) if digit < len => digit,
        _ => (at + len).saturating_add_signed(step) % len,
    };
    if step == 0 && digit.is_none() {
        if key.is_han() {
            state.tell(Desk::ImeNotice);
        }
        return false;
    }
    let form = &mut state.call.form;
    match form.spot {
        Spot::Kind => {
            let (kind, _) = form.kind(state.call.suggestion.as_ref());
            let at = Kind::ALL.iter().position(|it| *it == kind).unwrap_or(0);
            form.fixed.kind = Kind::ALL.get(pick(at, Kind::ALL.len())).copied();
        }
        Spot::Urgency => {
            let all = [Urgency::Ordinary, Urgency::Urgent, Urgency::Critical];
            let at = all.iter().position(|it| *it == form.urgency).unwrap_or(0);
            form.urgency = all.get(pick(at, all.len())).copied().unwrap_or_default();
        }
        Spot::Confidential => form.confidential = !form.confidential,
        _ => return false,
    }
    true
}

fn phone(state: &mut State, command: PhoneCommand) -> Vec<Effect> {
    vec![state.slots.once(Ask::Phone(command)).1]
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command, argument: &str) -> Vec<Effect> {
    let id = state.call.id;
    if command != Command::Answers {
        state.call.answers.close_when_read = None;
    }
    match (command, id) {
        (Command::PhoneStep, Some(id)) => phone_step(state, id),
        (Command::Reject, _) => {
            seats::reject(state);
            Vec::new()
        }
        (Command::HangUp, Some(id)) => phone(state, PhoneCommand::HangUp(id)),
        (Command::Mute, _) => {
            let off = !state.call.muted;
            phone(state, PhoneCommand::Mute(off))
        }
        (Command::Answers, _) if state.call.answers.walking && state.call.form.call.is_some() => {
            finish::direct(state)
        }
        (Command::Answers, _) => {
            state.call.answers.walking = true;
            read_entry(state)
        }
        (Command::Search, _) => {
            state.call.answers.query.set(argument);
            state.call.answers.walking = true;
            search(state)
        }
        (Command::Related, _) => related::menu(state),
        (Command::Finish, _) if finish::nothing_to_finish(state) => ready(state),
        (Command::NextDraft, _) => next_draft(state),
        _ => finish::command(state, command, argument),
    }
}

/// The telephone goes on: it is answered, held, taken back.
pub(super) fn phone_step(state: &mut State, id: crate::domain::id::CallId) -> Vec<Effect> {
    if state.call.is_deaf(state.now) {
        return Vec::new();
    }
    // From now on, not from the phone's answer: a slow phone must not be told twice.
    state.call.deaf_until = state.now.checked_add(DEAF).ok();
    match state.call.phase {
        Phase::Ringing => {
            // What is typed from here on is about what the caller says.
            let answers = std::mem::take(&mut state.call.answers);
            state.call.answers = answers.until_typed();
            phone(state, PhoneCommand::Answer(id))
        }
        Phase::Talking => phone(state, PhoneCommand::Hold(id)),
        Phase::Holding => phone(state, PhoneCommand::Resume(id)),
        Phase::None | Phase::Dialling | Phase::Ended => Vec::new(),
    }
}

/// Everything is done: ready for the next call.
fn ready(state: &mut State) -> Vec<Effect> {
    let mut effects = practice::ready(state);
    state.call.clear();
    if state.seat_state() != SeatState::Idle {
        effects.push(state.slots.once(Ask::ChooseState(SeatState::Idle)).1);
    }
    effects
}

/// The form that waits longest comes to the front, this one goes to the end.
fn next_draft(state: &mut State) -> Vec<Effect> {
    if state.call.drafts.is_empty() {
        return Vec::new();
    }
    let next = state.call.drafts.remove(0);
    let current = std::mem::replace(&mut state.call.form, next);
    let of_this_call = state.call.is_live() && current.call == state.call.id;
    if !current.is_spent() || of_this_call {
        state.call.drafts.push(current);
    }
    state.call.suggestion = None;
    changed(state)
}
