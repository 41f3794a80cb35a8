//! What the sign-in screen knows. The password is never shown and never journalled.

use crate::desk::keymap::Place;
use crate::desk::widgets::Editor;
use crate::domain::id::Account;

/// The screen.
#[derive(Clone)]
pub struct State {
    /// The account.
    pub account: Editor,
    /// The password.
    pub password: Editor,
    /// The seat, where another one than usual.
    pub seat: Editor,
    /// Which field has the keyboard, from 0.
    pub at: usize,
    /// The server is being asked.
    pub waiting: bool,
    /// Why it did not work.
    pub error: Option<String>,
    /// The screen is only locked: the session and the seat's state go on.
    pub locked: bool,
    /// Who sat here when the session ended, and where; their screen is still there.
    pub last: Option<(Account, Place)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            account: Editor::line(64),
            password: Editor::line(128),
            seat: Editor::line(16),
            at: 0,
            waiting: false,
            error: None,
            locked: false,
            last: None,
        }
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl State {
    /// The screen after a session ended: the account is known, and what is still being typed for another
    /// screen does not land in the password.
    pub fn after(account: Option<Account>, place: Place) -> Self {
        let mut screen = Self::default();
        if let Some(account) = account {
            screen.account.set(account.as_str());
            screen.last = Some((account, place));
        }
        screen
    }

    /// The field that has the keyboard.
    pub const fn editor(&mut self) -> &mut Editor {
        match self.at {
            0 => &mut self.account,
            1 => &mut self.password,
            _ => &mut self.seat,
        }
    }
}
