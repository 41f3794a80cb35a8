//! The list of tickets: scopes, a filter that is typed, pages that are fetched as one walks.

mod state;
mod update;
mod view;

pub use state::{Kept, State};
pub use update::{command, done, entered, key, paste, read_clocks, scopes};
pub use view::draw;
