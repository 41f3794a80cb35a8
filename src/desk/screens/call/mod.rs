//! The call: who calls, the form that fills while they speak, the answers beside it, how it is finished.

mod answered;
mod answers;
mod finish;
mod form;
pub(in crate::desk) mod outages;
mod phone;
mod readback;
mod related;
mod seats;
mod state;
mod submit;
mod update;
mod uses;
mod view;

pub use answered::{done, is_there, sent};
pub use answers::Answers;
pub use finish::{chosen, direct_from_expert, form_id, nothing_to_finish};
pub use form::{Fixed, Form, Spot};
pub use phone::{bring_form, catch_up, dialled, heard, said as heard_line, server_call};
pub use readback::read_back;
pub use related::{chosen as related_chosen, ticket_changed};
pub use seats::{fill as fill_seats, rejected, seats_known};
pub use state::{Phase, Remembered, State};
pub use submit::submitted;
pub use update::{command, directory_changed, entered, key, knowledge_changed, paste};
pub use uses::told as tell_uses;
pub use view::draw;
