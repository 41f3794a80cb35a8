//! The palette and command line in one: what is typed finds commands; what follows a blank is the argument.

use super::Wish;
use crate::desk::keymap::{Code, Key};
use crate::desk::widgets::{Clipboard, Editor, ListState};
use serde::{Deserialize, Serialize};

/// The palette.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    /// What is typed.
    pub typed: Editor,
    /// Which find is selected.
    pub list: ListState,
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            typed: Editor::line(200),
            list: ListState::default(),
        }
    }
}

impl Palette {
    /// The function key that a digit stands for as the first thing typed: 3 and 5 to 9.
    pub fn function_key(&self, key: Key) -> Option<Key> {
        match key.halved().code {
            Code::Char(c @ ('3' | '5'..='9')) if self.typed.text().is_empty() && key.is_text() => {
                u8::try_from(c as u32 - '0' as u32).ok().map(Key::f)
            }
            _ => None,
        }
    }

    /// Offers a key; `len` is how many commands are found now.
    pub fn key(&mut self, key: Key, len: usize, clipboard: &mut Clipboard) -> Wish {
        match key.code {
            Code::Esc => return Wish::Close,
            Code::Enter => return Wish::Choose(self.list.at),
            Code::Up => self.list.step(-1, len),
            Code::Down | Code::Tab => self.list.step(1, len),
            Code::PageUp => self.list.step(-10, len),
            Code::PageDown => self.list.step(10, len),
            _ if self.typed.key(key, 60, clipboard) => self.list.at = 0,
            _ => return Wish::Unused,
        }
        Wish::Nothing
    }
}
