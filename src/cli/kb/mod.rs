//! `hotline kb …`: a file a command.

mod evaluate;
mod export;
mod generate;
mod import;
mod search;
mod synonyms;

pub use evaluate::evaluate;
pub use export::export;
pub use generate::generate;
pub use import::{import, tell_refused};
pub use search::search;
pub use synonyms::synonyms;
