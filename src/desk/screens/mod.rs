//! The screens, a folder each: state (plain data), update (keys and answers into effects), view (state into
//! cells). A screen knows its own part of the state and what all share.

pub mod call;
pub mod callbacks;
pub mod sign_in;
pub mod ticket;
pub mod tickets;

use super::state::State;
use crate::domain::role::Role;
use crate::words::Desk;

/// Why the person can't choose the unit themselves, in words.
pub fn why_no_dispatch(state: &State) -> Option<String> {
    let may = state
        .person
        .as_ref()
        .is_some_and(|person| person.is(Role::Dispatcher));
    (!may).then(|| state.say(Desk::WhyNotDispatcher))
}
