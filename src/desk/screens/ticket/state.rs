//! What the ticket's screen knows.

use crate::desk::keymap::Place;
use crate::domain::id::TicketId;
use crate::protocol::ticket::{History, TicketView};
use serde::{Deserialize, Serialize};

/// The ticket's screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    kept: Kept,
    /// The ticket, once it was read.
    pub view: Option<TicketView>,
    /// Its events.
    pub history: Option<History>,
    /// It is being read.
    pub loading: bool,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which ticket.
    pub id: Option<TicketId>,
    /// Where Esc goes back to.
    pub back: Option<Place>,
    /// Rows scrolled away.
    pub scroll: u16,
}

impl State {
    /// What the journal keeps.
    pub const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Puts it back.
    pub fn restore(&mut self, kept: Kept) {
        self.kept = kept;
    }

    /// Another ticket is opened.
    pub fn open(&mut self, id: TicketId, back: Place) {
        let back = if back == Place::Ticket {
            self.kept.back
        } else {
            Some(back)
        };
        *self = Self {
            kept: Kept {
                id: Some(id),
                back,
                scroll: 0,
            },
            loading: true,
            ..Self::default()
        };
    }

    /// Scrolls by rows.
    pub fn scroll(&mut self, by: i16) {
        self.kept.scroll = self.kept.scroll.saturating_add_signed(by);
    }

    /// Rows scrolled away.
    pub const fn scrolled(&self) -> u16 {
        self.kept.scroll
    }
}
