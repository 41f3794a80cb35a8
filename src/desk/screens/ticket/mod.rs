//! One ticket: what was asked, where it stands, its events, and everything that may be done to it now.

mod act;
mod events;
mod more;
mod print;
mod state;
mod update;
mod view;

pub use act::{act_dialog, act_submitted};
pub use more::grow;
pub use print::files;
pub use state::{Kept, State};
pub use update::{child_drafted, command, done, key, menu_chosen, sent, why_not};
pub use view::{draw, due_style, due_words};
