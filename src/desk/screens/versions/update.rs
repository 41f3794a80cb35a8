//! Keys and answers of the versions' screen.

use crate::desk::keymap::{Code, Key, Place};
use crate::desk::message::{Effect, Slot};
use crate::desk::ports::PortError;
use crate::desk::screens::{draft, knowledge};
use crate::desk::state::State;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Draft, Origin};
use crate::domain::text::Line;
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::protocol::error::ApiError;
use crate::protocol::uses::UseFilter;

fn open(state: &mut State, code: EntryCode, draft: Option<Draft>) -> Vec<Effect> {
    let back = if state.place == Place::Versions {
        state.versions.kept.back
    } else {
        Some(state.place)
    };
    state.versions = super::State {
        kept: super::Kept {
            draft: draft.as_ref().map(|it| it.id),
            code: Some(code),
            back,
            ..super::Kept::default()
        },
        draft,
        ..super::State::default()
    };
    state.place = Place::Versions;
    entered(state)
}

/// Opens a draft beside what it would replace.
pub fn open_draft(state: &mut State, draft: Draft) -> Vec<Effect> {
    open(state, draft.entry.code.clone(), Some(draft))
}

/// Opens an entry's newest version beside the one before.
pub fn open_entry(state: &mut State, code: EntryCode) -> Vec<Effect> {
    open(state, code, None)
}

/// Opens an entry's form once its newest version is read.
pub fn revise_when_read(state: &mut State, code: EntryCode, origin: Origin) -> Vec<Effect> {
    let effects = open(state, code, None);
    state.versions.revise = Some(origin);
    effects
}

/// The same, with words that people find it by among its other wordings.
pub fn add_wording(state: &mut State, code: EntryCode, words: Line) -> Vec<Effect> {
    let effects = revise_when_read(state, code, Origin::Written);
    state.versions.wording = Some(words);
    effects
}

/// The screen was entered, or something changed: it is read again.
pub fn entered(state: &mut State) -> Vec<Effect> {
    let kept = state.versions.kept.clone();
    let mut effects = Vec::new();
    if let Some(id) = kept.draft {
        effects.push(knowledge::ask(state, Slot::Draft, EditorsAsk::Draft(id)));
    }
    if let Some(code) = kept.code {
        state.versions.loading = true;
        let days = Some(90);
        let uses = EditorsAsk::Uses(UseFilter {
            days,
            code: Some(code.clone()),
        });
        effects.push(knowledge::ask(state, Slot::Uses, uses));
        let ask = EditorsAsk::Versions(code);
        effects.push(knowledge::ask(state, Slot::Versions, ask));
    }
    effects
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let versions = state.versions.versions.len();
    let entry = state.versions.draft.is_none();
    let at = state.versions.at();
    let kept = &mut state.versions.kept;
    match key.code {
        Code::Up => kept.scroll = kept.scroll.saturating_sub(1),
        Code::Down => kept.scroll = kept.scroll.saturating_add(1),
        Code::PageUp => kept.scroll = kept.scroll.saturating_sub(10),
        Code::PageDown => kept.scroll = kept.scroll.saturating_add(10),
        Code::Home => kept.scroll = 0,
        Code::Left if entry => state
            .versions
            .look_at((at + 1).min(versions.saturating_sub(1))),
        Code::Right if entry => state.versions.look_at(at.saturating_sub(1)),
        Code::Enter => {
            return Some(knowledge::command(
                state,
                crate::desk::keymap::Command::KnowledgeMenu,
            ));
        }
        Code::Esc => {
            let back = kept.back.unwrap_or(Place::Knowledge);
            return Some(knowledge::back_to(state, back));
        }
        _ => return None,
    }
    if matches!(key.code, Code::Left | Code::Right) {
        state.versions.kept.scroll = 0;
    }
    Some(Vec::new())
}

/// Writes on: the draft, or the next version of the entry. What was taken out has to come back first.
pub fn revise(state: &mut State) -> Vec<Effect> {
    if let Some(draft) = state.versions.draft.clone() {
        return draft::opened(state, &draft);
    }
    let newest = state.versions.versions.first().map(|it| it.entry.clone());
    let origin = state.versions.revise.take().unwrap_or_default();
    match newest {
        Some(mut entry) => {
            entry.entry.variants.extend(state.versions.wording.take());
            draft::revise(state, &entry, origin)
        }
        None => Vec::new(),
    }
}

/// The answer to something this screen asked.
pub fn done(state: &mut State, slot: Slot, result: Result<EditorsGot, PortError>) -> Vec<Effect> {
    if slot == Slot::Versions {
        state.versions.loading = false;
    }
    match result {
        Ok(EditorsGot::Draft(draft)) => {
            let same = state.versions.kept.draft == Some(draft.id);
            if same {
                state.versions.draft = Some(*draft);
            }
        }
        Ok(EditorsGot::Versions(page)) => {
            state.versions.versions = page.items;
            if state.versions.revise.is_some() && state.place == Place::Versions {
                return revise(state);
            }
        }
        Ok(EditorsGot::Uses(uses)) => {
            let mut uses = uses.entries.into_iter();
            let code = &state.versions.kept.code;
            state.versions.used = uses.find(|it| Some(&it.code) == code.as_ref());
        }
        Ok(_) => {}
        // A new entry has no version yet.
        Err(PortError::Api(ApiError::NotFound { .. })) if state.versions.kept.draft.is_some() => {
            state.versions.versions.clear();
        }
        Err(error) => {
            state.versions.revise = None;
            state.versions.wording = None;
            state.complain_of(&error);
        }
    }
    Vec::new()
}
