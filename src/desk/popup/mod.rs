//! What lies over a screen: a menu, a dialog, a text to read, the palette, the keys of the place. All of it
//! is data; keys go in, a wish comes out, and the screen that opened it does what is wished.

mod dialog;
mod menu;
mod palette;
pub mod unsent;
mod view;

pub use dialog::{Dialog, DialogFor, Field, FieldKind, WIDEST};
pub use menu::{Menu, MenuFor, MenuOption};
pub use palette::Palette;
pub use view::{draw, draw_field, last_row, last_scroll};

use super::keymap::{Code, Key};
use super::ports::LookUp;
use serde::{Deserialize, Serialize};

/// A text to read, e.g. the read-back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What it is.
    pub title: String,
    /// The text.
    pub text: String,
    /// Rows scrolled away.
    pub scroll: u16,
}

/// What popped up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Popup {
    /// A choice.
    Menu(Menu),
    /// A dialog.
    Dialog(Dialog),
    /// A text.
    Reading(Reading),
    /// The palette.
    Palette(Palette),
    /// The keys of the place; rows scrolled away.
    Help(u16),
}

/// What a key in a popup asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing; the key was used.
    Nothing,
    /// Close it.
    Close,
    /// The option at that place.
    Choose(usize),
    /// The dialog as it is.
    Submit,
    /// Look something up for the field that is typed in.
    LookUp(LookUp, String),
    /// The key means nothing here.
    Unused,
}

impl Reading {
    /// Offers a key.
    pub fn key(&mut self, key: Key) -> Wish {
        scroll(&mut self.scroll, key)
    }
}

/// Scrolls a text by a key.
pub fn scroll(rows: &mut u16, key: Key) -> Wish {
    match key.code {
        Code::Up => *rows = rows.saturating_sub(1),
        Code::Down => *rows = rows.saturating_add(1),
        Code::PageUp => *rows = rows.saturating_sub(10),
        Code::PageDown => *rows = rows.saturating_add(10),
        Code::Home => *rows = 0,
        Code::Esc | Code::Enter => return Wish::Close,
        _ => return Wish::Unused,
    }
    Wish::Nothing
}
