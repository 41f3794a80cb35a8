//! Two versions of an entry side by side: a draft beside what it would replace, or a version beside the one before.

mod compare;
mod state;
mod update;
mod view;

pub use state::{Kept, State};
pub use update::{
    add_wording, done, entered, key, open_draft, open_entry, revise, revise_when_read,
};
pub use view::draw;
