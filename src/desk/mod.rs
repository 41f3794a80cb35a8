//! The workstation: a key becomes a command, a command changes the state, the state is drawn. `update` and
//! everything it calls is pure (time comes in, effects go out); only `terminal` and `runtime` touch the
//! world, and what they need of it is `ports`.

pub mod keymap;
pub mod ports;
pub mod theme;
pub mod widgets;
