//! Figures: the house's for those who lead it, each opened down to its tickets; one's own day for whoever takes calls.

mod state;
mod update;
mod view;

pub use state::{Kept, Span, State};
pub use update::{command, done, entered, key, why_not};
pub use view::draw;
