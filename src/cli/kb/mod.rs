//! `hotline kb …`: a file a command.

mod evaluate;
mod import;
mod search;

pub use evaluate::evaluate;
pub use import::{import, tell_refused};
pub use search::search;
