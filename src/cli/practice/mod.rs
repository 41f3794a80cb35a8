//! `hotline practice …`: a file a command.

mod check;
mod glue;
mod pack;
pub(super) mod serve;

#[cfg(test)]
mod tests;

pub use check::check;
pub(super) use pack::{Pack, fill};
pub use pack::{export, import};
