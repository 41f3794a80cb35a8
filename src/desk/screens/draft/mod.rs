//! The form of a knowledge entry: written, kept at the server, given for review.

mod state;
mod update;
mod view;

pub use state::{State, Target};
pub use update::{
    begin, chosen, command, entered, found, key, opened, paste, revise, why_not, write_from,
};
pub use view::draw;
