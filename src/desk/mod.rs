//! The workstation: a key becomes a command, a command changes the state, the state is drawn. `update` and
//! everything it calls is pure (time comes in, effects go out); only `terminal` and `runtime` touch the
//! world, and what they need of it is `ports`.

mod entry;
mod errors;
mod hangup;
mod hints;
pub mod keymap;
mod memory;
pub mod message;
mod names;
pub mod popup;
pub mod ports;
pub mod runtime;
pub mod screens;
pub mod state;
pub mod terminal;
pub mod theme;
mod times;
mod update;
mod view;
pub mod widgets;

pub use memory::{adopted_key, refused};
pub use runtime::{DeskError, Elsewhere, Exit, House, run};
pub use state::State;
pub use update::{take_settings, update};
pub use view::render_to_buffer;

#[cfg(test)]
mod tests;
