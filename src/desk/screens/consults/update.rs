//! Keys, commands and answers of the expert's list, and the news of consults.

use super::asker::{send, words};
use crate::desk::errors;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup, Reading};
use crate::desk::ports::{ConsultDeed, PhoneCommand, PortError};
use crate::desk::screens::draft;
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::consult::{Consult, ConsultAction, ConsultState};
use crate::domain::id::ConsultId;
use crate::domain::knowledge::Origin;
use crate::domain::number::TicketNumber;
use crate::domain::role::{Role, may_open_ticket};
use crate::domain::text::{Line, Prose};
use crate::protocol::consult::ConsultChange;
use crate::words::{Consult as Say, Desk};

/// Reads what concerns the person. What changes meanwhile makes one more reading.
pub fn read(state: &mut State) -> Vec<Effect> {
    let concerns = state
        .person
        .as_ref()
        .is_some_and(|it| may_open_ticket(it) || it.is(Role::ShiftLeader));
    if !concerns {
        return Vec::new();
    }
    if state.consults.loading {
        state.consults.again = true;
        return Vec::new();
    }
    state.consults.loading = true;
    vec![state.slots.ask(Slot::Consults, Ask::Consults)]
}

/// The screen was entered.
pub fn entered(state: &mut State) -> Vec<Effect> {
    let mut effects = read(state);
    effects.push(state.slots.ask(Slot::Seats, Ask::Seats));
    effects
}

/// They were read: what is new is said, and a call that an expert takes over goes there.
pub fn known(state: &mut State, result: Result<Vec<Consult>, PortError>) -> Vec<Effect> {
    state.consults.loading = false;
    let mut effects = Vec::new();
    match result {
        Ok(all) => {
            let before = std::mem::replace(&mut state.consults.all, all);
            let news = std::mem::replace(&mut state.consults.known, true);
            for consult in state.consults.all.clone() {
                let old = before.iter().find(|it| it.id == consult.id);
                if news && old.is_none_or(|old| old.version < consult.version) {
                    tell(state, old, &consult);
                }
                effects.extend(give(state, &consult));
            }
            settle(state);
        }
        // Without a line what was known stays; the line itself is said.
        Err(PortError::Offline) => {}
        Err(error) => state.complain_of(&error),
    }
    if std::mem::take(&mut state.consults.again) {
        effects.extend(read(state));
    }
    effects
}

/// Says what is new about a consult to whom it concerns.
fn tell(state: &mut State, old: Option<&Consult>, consult: &Consult) {
    let Some(person) = &state.person else { return };
    let own = consult.asked.by.account == person.account;
    let mine = consult.is_for(person);
    let word = match &consult.state {
        ConsultState::Waiting if mine && old.is_none() => Say::ConsultNewsAsked,
        ConsultState::Waiting if own && old.is_some() => Say::ConsultNewsReleased,
        ConsultState::Taken { .. } if own => Say::ConsultNewsTaken,
        ConsultState::Answered { .. } if own => Say::ConsultNewsAnswered,
        ConsultState::Declined { .. } if own => Say::ConsultNewsDeclined,
        ConsultState::TakenOver { .. } if own => Say::ConsultNewsTakenOver,
        ConsultState::Withdrawn { by } if mine && by.by.account != person.account => {
            Say::ConsultNewsWithdrawn
        }
        _ => return,
    };
    let reason = match &consult.state {
        ConsultState::Declined { reason, .. } => reason.to_string(),
        _ => String::new(),
    };
    let who = match &consult.state {
        ConsultState::Waiting => consult.asked.by.account.clone(),
        ConsultState::Taken { by }
        | ConsultState::Answered { by, .. }
        | ConsultState::Declined { by, .. }
        | ConsultState::TakenOver { by, .. }
        | ConsultState::Withdrawn { by } => by.by.account.clone(),
    };
    let key = if own {
        state.keymap.hint(Command::HelpMenu)
    } else {
        state.keymap.hint(Command::GoConsults)
    };
    let values = [
        ("who", state.name_of(&who).into()),
        (
            "unit",
            state.names.unit(&consult.department).to_owned().into(),
        ),
        ("question", words(consult).into()),
        ("reason", reason.into()),
        ("key", key.into()),
    ];
    let text = state.say_with(word, &values);
    // What is asked of one, and what comes back, is worth looking up for.
    let alerts = !matches!(word, Say::ConsultNewsTaken | Say::ConsultNewsWithdrawn);
    if alerts {
        state.alert = Some(state.say(if own {
            Say::ConsultAlertBack
        } else {
            Say::ConsultAlertAsked
        }));
    }
    state.tell_text(text);
}

/// A call that an expert takes over goes to that seat, once.
fn give(state: &mut State, consult: &Consult) -> Vec<Effect> {
    let ConsultState::TakenOver { seat, .. } = &consult.state else {
        return Vec::new();
    };
    let own = state
        .person
        .as_ref()
        .is_some_and(|it| it.account == consult.asked.by.account);
    let Some(call) = consult.call.filter(|id| state.call.id == Some(*id)) else {
        return Vec::new();
    };
    let talking = state.call.talking_since.is_some() && state.call.is_live();
    if !own || !talking || !state.consults.given.insert(consult.id) {
        return Vec::new();
    }
    let command = PhoneCommand::Transfer(call, seat.clone());
    vec![state.slots.once(Ask::Phone(command)).1]
}

/// The selection follows its consult, wherever the list put it.
fn settle(state: &mut State) {
    let Some(person) = state.person.clone() else {
        return;
    };
    let ids: Vec<ConsultId> = state.consults.asked_of(&person).map(|it| it.id).collect();
    let kept = &mut state.consults.kept;
    match ids.iter().position(|id| Some(*id) == kept.selected) {
        Some(at) => kept.list.at = at,
        None => kept.list.clamp(ids.len()),
    }
    kept.selected = ids.get(kept.list.at).copied();
}

/// The selected consult of the expert's list.
fn selected(state: &State) -> Option<&Consult> {
    state.consults.selected(state.person.as_ref()?)
}

/// The number that goes with the selected one.
pub fn number(state: &State) -> Option<TicketNumber> {
    selected(state).and_then(|it| it.number)
}

/// Why a command can't be done to the selected consult, in words.
pub fn selected_why(state: &State, command: Command) -> Option<String> {
    let expert = state
        .person
        .as_ref()
        .filter(|person| person.is(Role::Expert));
    let Some(person) = expert else {
        return Some(state.say(Say::ConsultWhyNotExpert));
    };
    let Some(consult) = selected(state) else {
        return Some(state.say(Say::ConsultListEmpty));
    };
    if !consult.is_open() {
        return Some(state.say(Say::ConsultWhyOver));
    }
    let taken = consult.taken_by().map(|by| by.by.account == person.account);
    match (command, taken) {
        (Command::ConsultTake, Some(true)) => Some(state.say(Say::ConsultWhyTakenAlready)),
        (Command::ConsultRelease, None) => Some(state.say(Say::ConsultWhyNotTaken)),
        (Command::ConsultTake, _) => None,
        (_, Some(false)) => Some(state.say(Say::ConsultWhyTakenByAnother)),
        (Command::ConsultTakeOver, _) if consult.call.is_none() => Some(state.say(Desk::WhyNoCall)),
        (Command::ConsultTakeOver, _) if state.seat.is_none() => {
            Some(state.say(Desk::WhyNoOwnSeat))
        }
        (Command::ConsultTakeOver, _) if state.call.is_live() => Some(state.say(Desk::WhyCallLive)),
        _ => None,
    }
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let len = state
        .person
        .as_ref()
        .map_or(0, |person| state.consults.asked_of(person).count());
    let kept = &mut state.consults.kept;
    match key.code {
        Code::Up => kept.list.step(-1, len),
        Code::Down => kept.list.step(1, len),
        Code::Home => kept.list.jump(false, len),
        Code::End => kept.list.jump(true, len),
        Code::PageUp => {
            kept.scroll = kept.scroll.saturating_sub(5);
            return Some(Vec::new());
        }
        Code::PageDown => {
            kept.scroll = kept.scroll.saturating_add(5);
            return Some(Vec::new());
        }
        Code::Enter => {
            open(state);
            return Some(Vec::new());
        }
        Code::Esc => {
            state.place = Place::Call;
            return Some(crate::desk::update::entered(state));
        }
        _ => return None,
    }
    state.consults.kept.scroll = 0;
    state.consults.kept.selected = None;
    let id = selected(state).map(|it| it.id);
    state.consults.kept.selected = id;
    Some(Vec::new())
}

/// All of the selected one to be read.
fn open(state: &mut State) {
    let Some(consult) = selected(state) else {
        return;
    };
    let lines = super::view::lines(state, consult);
    let text: Vec<String> = lines.into_iter().map(|(text, _)| text).collect();
    let title = state.name_of(&consult.asked.by.account);
    state.popup = Some(Popup::Reading(Reading {
        title,
        text: text.join("\n"),
        scroll: 0,
    }));
}

fn act(state: &mut State, id: ConsultId, action: ConsultAction) -> Vec<Effect> {
    let Some(version) = state.consults.get(id).map(|it| it.version) else {
        return Vec::new();
    };
    let change = ConsultChange { version, action };
    vec![send(state, ConsultDeed::Act(id, change))]
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    if command == Command::Refresh {
        return entered(state);
    }
    let Some(consult) = selected(state).cloned() else {
        return Vec::new();
    };
    match command {
        Command::ConsultTake => act(state, consult.id, ConsultAction::Take),
        Command::ConsultRelease => act(state, consult.id, ConsultAction::Release),
        Command::ConsultAnswer => {
            let prose = Field::prose("answer", state.say(Desk::FieldAnswer));
            let effects = dialog(
                state,
                &consult,
                "answer",
                Say::ConsultAnswerTitle,
                vec![prose],
            );
            // From now on it is theirs: the others see that somebody is at it.
            let mut all = match consult.state {
                ConsultState::Waiting => act(state, consult.id, ConsultAction::Take),
                _ => Vec::new(),
            };
            all.extend(effects);
            all
        }
        Command::ConsultDecline => {
            let reason = Field::line("reason", state.say(Desk::FieldReason));
            dialog(
                state,
                &consult,
                "decline",
                Say::ConsultDeclineTitle,
                vec![reason],
            )
        }
        Command::ConsultTakeOver => dialog(
            state,
            &consult,
            "take_over",
            Say::ConsultTakeOverTitle,
            Vec::new(),
        ),
        _ => Vec::new(),
    }
}

fn dialog(
    state: &mut State,
    consult: &Consult,
    what: &str,
    title: Say,
    fields: Vec<Field>,
) -> Vec<Effect> {
    let who = state.name_of(&consult.asked.by.account);
    let title = state.say_with(title, &[("who", who.into())]);
    let purpose = DialogFor::Consult {
        id: consult.id,
        what: what.to_owned(),
    };
    let mut dialog = Dialog::new(purpose, title, fields);
    let question = [("question", words(consult).into())];
    dialog.lines = vec![state.say_with(Say::ConsultQuestionLine, &question)];
    if what == "take_over" {
        dialog.lines.push(state.say(Say::ConsultTakeOverLine));
    }
    open_dialog(state, dialog)
}

/// A dialog of this screen was submitted; an error keeps it open.
pub fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let DialogFor::Consult { id, what } = &dialog.purpose else {
        return Ok(Vec::new());
    };
    let blank = || Err(state.say(Desk::WhyFieldBlank));
    let action = match what.as_str() {
        "answer" => {
            let answer = Prose::parse(dialog.text("answer").trim())
                .map_err(|error| errors::text(state, &error))?;
            if answer.is_blank() {
                return blank();
            }
            ConsultAction::Answer { answer }
        }
        "decline" => {
            let reason = Line::parse(dialog.text("reason").trim())
                .map_err(|error| errors::text(state, &error))?;
            if reason.is_blank() {
                return blank();
            }
            ConsultAction::Decline { reason }
        }
        _ => ConsultAction::TakeOver,
    };
    match state.consults.get(*id) {
        Some(consult) if consult.is_open() => Ok(act(state, *id, action)),
        _ => Err(state.say(Say::ConsultWhyOver)),
    }
}

/// What became of a deed.
pub fn sent(state: &mut State, result: Result<Box<Consult>, PortError>) -> Vec<Effect> {
    match result {
        Ok(consult) => {
            let consult = *consult;
            state.consults.put(consult.clone());
            settle(state);
            told(state, &consult);
            Vec::new()
        }
        Err(error) => {
            state.complain_of(&error);
            read(state)
        }
    }
}

/// Says what was done; an answer that was pushed is offered as a draft.
fn told(state: &mut State, consult: &Consult) {
    let unit = state.names.unit(&consult.department).to_owned();
    let unit = [("unit", unit.into())];
    let own = state.person.as_ref().map(|it| &it.account) == Some(&consult.asked.by.account);
    match &consult.state {
        ConsultState::Waiting if own => {
            let text = state.say_with(Say::ConsultAsked, &unit);
            state.tell_text(text);
        }
        ConsultState::Waiting => state.tell(Say::ConsultReleased),
        ConsultState::Taken { .. } => state.tell(Say::ConsultTaken),
        ConsultState::Answered { .. } => {
            state.tell(Say::ConsultPushed);
            if state.popup.is_none() {
                offer(state, consult.id);
            }
        }
        ConsultState::Declined { .. } => state.tell(Say::ConsultDeclined),
        ConsultState::TakenOver { .. } => state.tell(Say::ConsultTakenOver),
        ConsultState::Withdrawn { .. } => state.tell(Say::ConsultWithdrawn),
    }
}

/// Asks whether the answer becomes a draft of the knowledge base: yes, unless told otherwise.
fn offer(state: &mut State, id: ConsultId) {
    let options = vec![
        MenuOption::new(id.to_string(), state.say(Say::ConsultDraftYes)),
        MenuOption::new("", state.say(Say::ConsultDraftNo)),
    ];
    let menu = Menu::new(
        MenuFor::ConsultDraft,
        state.say(Say::ConsultDraftTitle),
        options,
    );
    state.popup = Some(Popup::Menu(menu));
}

/// The offer was taken, or not.
pub fn offered(state: &mut State, id: &str) -> Vec<Effect> {
    let consult = state.consults.all.iter().find(|it| it.id.to_string() == id);
    let Some((question, answer)) = consult.and_then(answered) else {
        return Vec::new();
    };
    draft::begin(state, &question, &answer, Origin::Expert)
}

/// The selected consult's question and answer, where it has been answered.
pub fn done(state: &State) -> Option<(String, String)> {
    selected(state).and_then(answered)
}

fn answered(consult: &Consult) -> Option<(String, String)> {
    match &consult.state {
        ConsultState::Answered { answer, .. } => Some((words(consult), answer.to_string())),
        _ => None,
    }
}
