//! What the list of tickets knows.

use crate::desk::widgets::{Editor, ListState};
use crate::protocol::ticket::{TicketFilter, TicketRow, TicketScope};
use serde::{Deserialize, Serialize};

/// The list.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The rows read so far.
    pub rows: Vec<TicketRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// A page is being read.
    pub loading: bool,
    /// The rows are of another filter and wait to be replaced.
    pub stale: bool,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which tickets.
    pub scope: TicketScope,
    /// What is typed.
    pub query: Editor,
    /// Which is selected.
    pub list: ListState,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            scope: TicketScope::ToDo,
            query: Editor::line(100),
            list: ListState::default(),
        }
    }
}

impl State {
    /// The filter as it stands, for the first page or the one after what was read.
    pub fn filter(&self, more: bool) -> TicketFilter {
        let query = self.kept.query.text().trim();
        TicketFilter {
            scope: self.kept.scope,
            q: (!query.is_empty()).then(|| query.to_owned()),
            after: if more { self.next.clone() } else { None },
            limit: Some(100),
            ..TicketFilter::default()
        }
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&TicketRow> {
        self.rows.get(self.kept.list.at)
    }
}
