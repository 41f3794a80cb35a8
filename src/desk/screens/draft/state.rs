//! What the form of an entry knows.

use crate::desk::keymap::Place;
use crate::desk::popup::{Dialog, DialogFor};
use crate::domain::id::{DraftId, EntryCode};
use crate::domain::knowledge::Origin;
use serde::{Deserialize, Serialize};

/// The form's screen. All of it is kept by the journal.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The form that is being written; its purpose is [`DialogFor::Entry`].
    pub form: Option<Dialog>,
    /// Where Esc goes back to.
    pub back: Option<Place>,
}

/// What a form is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The draft, named here.
    pub draft: DraftId,
    /// Its version as it was read; 0 while the server has none.
    pub version: u64,
    /// The entry's code.
    pub code: EntryCode,
    /// The entry's version that it is written on; 0 for a new entry.
    pub based_on: u64,
    /// Out of what it came.
    pub origin: Origin,
}

impl State {
    /// What the form is of.
    pub fn target(&self) -> Option<&Target> {
        match &self.form.as_ref()?.purpose {
            DialogFor::Entry { target } => Some(target),
            _ => None,
        }
    }
}
