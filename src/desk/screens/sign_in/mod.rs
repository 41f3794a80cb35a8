//! Signing in: account, password, seat.

mod state;
mod update;
mod view;

pub use state::State;
pub use update::{done, key, known, paste};
pub use view::draw;
