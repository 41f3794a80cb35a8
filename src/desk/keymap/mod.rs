//! From keys to commands: the one command table, the keymap files, the palette's matching. It knows what
//! can be done where, not how: doing is the screens' business.

mod command;
mod file;
mod key;
mod palette;

pub use command::{ALIASES, Argument, Command, Place, Row, TABLE, action_name};
pub use file::{Found, Keymap, KeymapError};
pub use key::{Code, Key};
pub use palette::{Entry, Finder, initials, minutes};
