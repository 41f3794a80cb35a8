//! A choice of a few things, by arrows and Enter or by digit. What can't be chosen now stays, with its reason.

use super::Wish;
use crate::desk::keymap::{Code, Key};
use crate::desk::widgets::ListState;
use crate::domain::id::TicketId;
use serde::{Deserialize, Serialize};

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MenuFor {
    /// The seat's state.
    Seat,
    /// How a form is finished.
    Finish {
        /// Which form, by the ticket it becomes.
        form: TicketId,
    },
    /// Whom an emergency goes to.
    Emergency {
        /// Which form.
        form: TicketId,
    },
    /// One of the caller's tickets.
    Related,
    /// What is done to the caller's ticket.
    RelatedAction,
    /// Help in a call.
    Help,
    /// One of the settings.
    Settings,
    /// The value of a setting, by its place in the list.
    Setting(usize),
    /// Whether an expert's answer becomes a draft.
    ConsultDraft,
    /// What is done to the ticket on the screen.
    Ticket,
    /// What is done to the draft or entry on the screen.
    Knowledge,
    /// What becomes of the entry that is being written.
    Entry,
    /// What is done to a practice run.
    Practice,
    /// Which of the unsent writes.
    Unsent,
    /// What is done about a refused write.
    Refused,
    /// Whether a call that rings is not taken.
    Reject,
    /// Which of the dialled-out or open things is left for the program to end.
    Quit,
}

impl MenuFor {
    /// The form it is about, where it is about one.
    pub const fn form(self) -> Option<TicketId> {
        match self {
            Self::Finish { form } | Self::Emergency { form } => Some(form),
            _ => None,
        }
    }
}

/// A line of the menu.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuOption {
    /// What it is to the screen.
    pub id: String,
    /// In words.
    pub label: String,
    /// Why it can't be chosen now.
    pub why_not: Option<String>,
}

impl MenuOption {
    /// One that can be chosen.
    pub fn new(id: impl Into<String>, label: String) -> Self {
        Self {
            id: id.into(),
            label,
            why_not: None,
        }
    }

    /// The same, with the reason why not, if there is one.
    #[must_use]
    pub fn unless(self, why_not: Option<String>) -> Self {
        Self { why_not, ..self }
    }
}

/// A menu.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// What is chosen.
    pub purpose: MenuFor,
    /// Its title.
    pub title: String,
    /// What stands above the options, e.g. the read-back.
    pub lines: Vec<String>,
    /// The options.
    pub options: Vec<MenuOption>,
    /// Which is selected.
    pub list: ListState,
    /// Rows of the text above that are scrolled away.
    #[serde(default)]
    pub scroll: u16,
}

impl Menu {
    /// A menu; the first option that can be chosen is selected.
    pub fn new(purpose: MenuFor, title: String, options: Vec<MenuOption>) -> Self {
        let at = options
            .iter()
            .position(|it| it.why_not.is_none())
            .unwrap_or(0);
        Self {
            purpose,
            title,
            lines: Vec::new(),
            options,
            list: ListState { at },
            scroll: 0,
        }
    }

    /// The selected option.
    pub fn selected(&self) -> Option<&MenuOption> {
        self.options.get(self.list.at)
    }

    /// Offers a key; the text above the options scrolls by at most `last` rows.
    pub fn key(&mut self, key: Key, last: u16) -> Wish {
        let len = self.options.len();
        match key.halved().code {
            Code::PageUp if last > 0 => self.scroll = self.scroll.min(last).saturating_sub(3),
            Code::PageDown if last > 0 => self.scroll = self.scroll.saturating_add(3).min(last),
            Code::Up => self.list.step(-1, len),
            Code::Down | Code::Tab => self.list.step(1, len),
            Code::PageUp | Code::Home => self.list.jump(false, len),
            Code::PageDown | Code::End => self.list.jump(true, len),
            Code::Enter => return Wish::Choose(self.list.at),
            Code::Esc => return Wish::Close,
            Code::Char(c @ '1'..='9') if !key.ctrl && !key.alt => {
                let at = c as usize - '1' as usize;
                if at < len {
                    self.list.at = at;
                    return Wish::Choose(at);
                }
            }
            _ => return Wish::Unused,
        }
        Wish::Nothing
    }
}
