//! What the list of call-backs knows.

use crate::desk::widgets::ListState;
use crate::domain::callback::Callback;
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
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which.
    pub scope: CallbackScope,
    /// Which is selected.
    pub list: ListState,
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

    /// The selected call-back.
    pub fn selected(&self) -> Option<&Callback> {
        self.rows.get(self.kept.list.at)
    }
}
