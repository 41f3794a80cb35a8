//! `hotline practice …`: a file a command.

mod check;

#[cfg(test)]
mod tests;

pub use check::check;
