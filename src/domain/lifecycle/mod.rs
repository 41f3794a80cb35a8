//! The life cycle of a ticket: one table of what may be done in which state, by whom, and what follows.
//! [`decide()`] asks the rules and answers with events or with the rule that forbids it; [`apply()`] is what an
//! event does. A ticket is the fold of its events.

mod action;
mod apply;
mod cards;
mod checks;
mod children;
mod decide;
mod event;
mod recount;
mod refusal;
mod table;
#[cfg(test)]
pub(super) mod tests;

pub use action::{Action, ActionName};
pub use apply::{ApplyError, apply, fold};
pub use cards::{cards_due, next_card};
pub use children::{MAX_POINTS, can_answer_children, child_draft, child_points};
pub use decide::{barred, check_main, decide, may, open};
pub use event::{Event, EventKind, Moved};
pub use recount::recount;
pub use refusal::Refusal;
pub use table::{Row, table};

use super::clock::Clocks;
use super::directory::Directory;
use super::ticket::Ticket;

/// The account in whose name the server acts by itself.
pub const SYSTEM: &str = "system";

/// What the rules need beside the ticket.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The deadline rules in force with their calendar.
    pub clocks: &'a Clocks,
    /// The directory in force.
    pub directory: &'a Directory,
    /// The main ticket, for a merged one that is answered from it.
    pub main: Option<&'a Ticket>,
}
