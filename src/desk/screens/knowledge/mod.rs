//! The editors' lists: what is to be written, reviewed, renewed, filled, corrected, and what was changed.

mod act;
mod state;
mod update;
mod view;

pub use act::{asked, back_to, law_changed, submitted, why_not};
pub use state::{Kept, Row, State, Tab};
pub use update::{ask, chosen, command, done, entered, key, pressed_in_call, sent};
pub use view::{draw, state_words};
