//! Call-backs: whom to call when, one key to dial, and what came of it.

mod state;
mod update;
mod view;

pub use state::{Kept, State};
pub use update::{command, done, due_known, entered, key, read_due, sent, submitted};
pub use view::draw;
