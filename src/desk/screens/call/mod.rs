//! The call: who calls, the form that fills while they speak, the answers beside it, how it is finished.

mod answered;
mod answers;
mod finish;
mod form;
mod phone;
mod related;
mod state;
mod submit;
mod update;
mod view;

pub use answered::{done, sent};
pub use answers::Answers;
pub use finish::{chosen, nothing_to_finish, read_back};
pub use form::{Fixed, Form, Spot};
pub use phone::{heard, server_call};
pub use related::chosen as related_chosen;
pub use state::{Phase, State};
pub use submit::submitted;
pub use update::{command, entered, key, knowledge_changed, paste};
pub use view::draw;
