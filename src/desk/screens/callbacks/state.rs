//! What the list of call-backs knows.

use crate::desk::widgets::ListState;
use crate::domain::callback::Callback;
use crate::domain::id::CallbackId;
use crate::protocol::callback::{CallbackFilter, CallbackScope};
use serde::{Deserialize, Serialize};

/// The list.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The call-backs read.
    pub rows: Vec<Callback>,
    /// They are being read.
    pub loading: bool,
    /// Something changed meanwhile: they are to be read again.
    pub again: bool,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which.
    pub scope: CallbackScope,
    /// Which is selected.
    pub list: ListState,
    /// Its call-back: a list that is read again keeps it under the finger.
    #[serde(default)]
    pub selected: Option<CallbackId>,
}

impl State {
    /// The filter as it stands.
    pub fn filter(&self) -> CallbackFilter {
        CallbackFilter {
            scope: self.kept.scope,
            after: None,
            limit: Some(200),
        }
    }

    /// Takes the list as it was read. The selected call-back stays selected, and in the list, wherever the
    /// others went; only what the person did to it lets it go.
    pub fn take(&mut self, rows: Vec<Callback>) {
        let old = self.selected().cloned();
        self.rows = rows;
        let wanted = self.kept.selected;
        if let Some(at) = self.rows.iter().position(|row| Some(row.id) == wanted) {
            self.kept.list.at = at;
        } else {
            if let Some(row) = old.filter(|row| Some(row.id) == wanted) {
                self.kept.list.clamp(self.rows.len() + 1);
                self.rows.insert(self.kept.list.at, row);
            }
            self.kept.list.clamp(self.rows.len());
        }
        self.mark();
    }

    /// Remembers which call-back is selected.
    pub fn mark(&mut self) {
        self.kept.selected = self.selected().map(|row| row.id);
    }

    /// The selected call-back.
    pub fn selected(&self) -> Option<&Callback> {
        self.rows.get(self.kept.list.at)
    }
}
