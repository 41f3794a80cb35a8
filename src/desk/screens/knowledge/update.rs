//! Keys, commands and answers of the editors' lists.

use super::act::{ask_law, dialog, may};
use super::state::{Row, Tab, rows};
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::ports::{PortError, Sent};
use crate::desk::screens::{draft, versions};
use crate::desk::state::State;
use crate::domain::knowledge::{DraftStage, Origin};
use crate::domain::role::may_write_knowledge;
use crate::protocol::draft::Year;
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::words::{Desk, Knowledge};

/// Asks the server for something of the editors'.
pub fn ask(state: &mut State, slot: Slot, what: EditorsAsk) -> Effect {
    state.slots.ask(slot, Ask::Editors(Box::new(what)))
}

fn fetch(state: &mut State, more: bool) -> Vec<Effect> {
    let writes = state.person.as_ref().is_some_and(may_write_knowledge);
    if !writes {
        return Vec::new();
    }
    state.knowledge.loading = Some(more);
    let after = state.knowledge.next.clone().filter(|_| more);
    let what = state.knowledge.kept.tab.ask(after);
    let mut effects = vec![ask(state, Slot::Editors, what)];
    if state.knowledge.kept.tab == Tab::Changes && !more {
        let year = EditorsAsk::Figures(Year::default());
        effects.push(ask(state, Slot::Figures, year));
    }
    effects
}

/// The screen was entered, or something changed: the list is read again in place.
pub fn entered(state: &mut State) -> Vec<Effect> {
    if state.knowledge.loading.is_some() {
        state.knowledge.again = true;
        return Vec::new();
    }
    fetch(state, false)
}

fn moved(state: &mut State) -> Vec<Effect> {
    state.knowledge.mark();
    let list = &state.knowledge;
    let near_end = list.kept.list.at + 20 >= list.rows.len();
    if near_end && list.next.is_some() && list.loading.is_none() {
        return fetch(state, true);
    }
    Vec::new()
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let len = state.knowledge.rows.len();
    let list = &mut state.knowledge.kept.list;
    match key.code {
        Code::Up => list.step(-1, len),
        Code::Down => list.step(1, len),
        Code::PageUp => list.step(-10, len),
        Code::PageDown => list.step(10, len),
        Code::Home => list.jump(false, len),
        Code::End => list.jump(true, len),
        Code::Tab | Code::Right => return Some(turn(state, key.shift)),
        Code::Left => return Some(turn(state, true)),
        Code::Enter => return Some(open(state)),
        Code::Esc => {
            state.place = Place::Call;
            return Some(crate::desk::update::entered(state));
        }
        _ => return None,
    }
    Some(moved(state))
}

/// The next list, or the one before.
fn turn(state: &mut State, back: bool) -> Vec<Effect> {
    let len = Tab::ALL.len();
    let tab = state.knowledge.kept.tab;
    let at = Tab::ALL.iter().position(|it| *it == tab).unwrap_or(0);
    let to = if back { at + len - 1 } else { at + 1 } % len;
    show(state, Tab::ALL.get(to).copied().unwrap_or_default())
}

fn show(state: &mut State, tab: Tab) -> Vec<Effect> {
    state.knowledge.kept.tab = tab;
    state.knowledge.kept.list.at = 0;
    state.knowledge.kept.selected = None;
    state.knowledge.rows.clear();
    state.knowledge.next = None;
    state.knowledge.again = false;
    fetch(state, false)
}

/// Opens the selected row: a draft to write on or to review, a gap to be filled, of all else the entry's versions.
fn open(state: &mut State) -> Vec<Effect> {
    match state.knowledge.selected().cloned() {
        Some(Row::Draft(draft)) if draft.state.stage() == DraftStage::InReview => {
            versions::open_draft(state, *draft)
        }
        Some(Row::Draft(draft)) => draft::opened(state, &draft),
        Some(Row::Gap(gap)) => {
            let origin = gap
                .tickets
                .first()
                .map_or(Origin::Written, |ticket| Origin::Gap { ticket: *ticket });
            draft::begin(state, gap.title.as_str(), "", origin)
        }
        Some(Row::Wording(wording)) => versions::add_wording(state, wording.code, wording.words),
        Some(row) => match row.code() {
            Some(code) => versions::open_entry(state, code.clone()),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// Everything that may be done to what is selected or shown.
fn menu(state: &mut State) -> Vec<Effect> {
    let options: Vec<MenuOption> = may(state)
        .into_iter()
        .map(|command| MenuOption::new(command.row().id, state.say(command.row().name)))
        .collect();
    if options.is_empty() {
        state.tell(Desk::NothingToDo);
        return Vec::new();
    }
    let title = state.say(Knowledge::MenuTitle);
    let menu = Menu::new(MenuFor::Knowledge, title, options);
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// Something was chosen in the menu.
pub fn chosen(state: &mut State, id: &str) -> Vec<Effect> {
    match Command::from_id(id) {
        Some(it) => command(state, it),
        None => Vec::new(),
    }
}

/// A command of the lists and of the versions that may be done now.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Scope => turn(state, false),
        Command::Refresh if state.place == Place::Versions => versions::entered(state),
        Command::Refresh => entered(state),
        Command::NewEntry => draft::begin(state, "", "", Origin::Written),
        Command::KnowledgeMenu => menu(state),
        Command::LawChanged => ask_law(state),
        Command::Revise => revise(state),
        other => dialog(state, other),
    }
}

/// Writes on: the selected draft, or the next version of the entry that is shown.
fn revise(state: &mut State) -> Vec<Effect> {
    if state.place == Place::Versions {
        return versions::revise(state);
    }
    match state.knowledge.selected().cloned() {
        Some(Row::Draft(draft)) => draft::opened(state, &draft),
        Some(Row::Correction(correction)) => {
            let origin = Origin::Correction { id: correction.id };
            versions::revise_when_read(state, correction.code.clone(), origin)
        }
        Some(Row::Wording(wording)) => versions::add_wording(state, wording.code, wording.words),
        Some(row) => match row.code() {
            Some(code) => versions::revise_when_read(state, code.clone(), Origin::Written),
            None => open(state),
        },
        None => Vec::new(),
    }
}

/// A command about the answer on the call screen: it is wrong, or it is written anew.
pub fn pressed_in_call(state: &mut State, command: Command) -> Vec<Effect> {
    match (command, state.call.answers.current().cloned()) {
        (Command::Revise, Some(entry)) => draft::revise(state, &entry, Origin::Written),
        (Command::Correct, _) => dialog(state, command),
        _ => Vec::new(),
    }
}

/// The answer to something the lists asked.
pub fn done(state: &mut State, result: Result<EditorsGot, PortError>) -> Vec<Effect> {
    let more = state.knowledge.loading.take().unwrap_or(false);
    match result.map(rows) {
        Ok(Some((mut rows, next))) => {
            // What waits for another person has a list of its own.
            if state.knowledge.kept.tab == Tab::Writing {
                rows.retain(|row| !matches!(row, Row::Draft(it) if it.state.stage() == DraftStage::InReview));
            }
            state.knowledge.take(more, rows, next);
        }
        Ok(None) => {}
        Err(error) => state.complain_of(&error),
    }
    if std::mem::take(&mut state.knowledge.again) {
        return fetch(state, false);
    }
    Vec::new()
}

/// What became of a write.
pub fn sent(state: &mut State, result: Result<Sent, PortError>) -> Vec<Effect> {
    match result {
        Ok(Sent::Done(_)) => state.tell(Desk::ActionDone),
        Ok(Sent::Queued) => state.tell(Desk::ActionQueued),
        Err(error) => state.complain_of(&error),
    }
    match state.place {
        Place::Knowledge => entered(state),
        Place::Versions => versions::entered(state),
        _ => Vec::new(),
    }
}
