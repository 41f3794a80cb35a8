//! The domain's rights, as the server asks them.

use crate::domain::callback::Callback;
use crate::domain::lifecycle::Event;
use crate::domain::mask;
use crate::domain::role::{Person, Role};
use crate::domain::ticket::Ticket;

/// True when the person works for the hotline in a role that sees its tickets.
fn sees_all(person: &Person) -> bool {
    person.roles.iter().any(|role| {
        !matches!(
            role,
            Role::UnitClerk | Role::Trainer | Role::DisciplineReader | Role::KnowledgeEditor
        )
    })
}

/// Whether a person may see a ticket at all.
pub fn may_see_ticket(person: &Person, ticket: &Ticket) -> bool {
    sees_all(person)
        || (person.is(Role::UnitClerk)
            && ticket.state.dispatch().is_some_and(|dispatch| {
                dispatch.lead == person.unit || dispatch.co_units.contains(&person.unit)
            }))
}

/// Whether a person may list call-backs.
pub fn may_list_callbacks(person: &Person) -> bool {
    person.is_any(&[
        Role::CallTaker,
        Role::EnterpriseSeat,
        Role::Expert,
        Role::CallbackClerk,
        Role::ShiftLeader,
    ])
}

/// Whether a person may see and do a call-back.
pub fn may_see_callback(person: &Person, callback: &Callback) -> bool {
    let shared = callback
        .owner
        .as_ref()
        .is_none_or(|owner| *owner == person.account);
    may_list_callbacks(person)
        && (shared || person.is_any(&[Role::CallbackClerk, Role::ShiftLeader]))
}

/// Whether a person may bring knowledge in.
pub fn may_import_knowledge(person: &Person) -> bool {
    person.is_any(&[Role::KnowledgeEditor, Role::Administrator])
}

/// Whether a person may put a directory in force.
pub fn may_import_directory(person: &Person) -> bool {
    person.is_any(&[Role::Dispatcher, Role::Administrator])
}

/// Whether a person may add people.
pub fn may_manage_people(person: &Person) -> bool {
    person.is(Role::Administrator)
}

fn may_see_caller(person: &Person, ticket: &Ticket) -> bool {
    ticket.opened.by.account == person.account
}

/// A ticket as a person may see it.
pub fn view(ticket: &Ticket, person: &Person) -> (Ticket, bool) {
    if may_see_caller(person, ticket) {
        return (ticket.clone(), false);
    }
    let mut seen = ticket.clone();
    seen.request.caller = mask::caller(&ticket.request.caller);
    (seen, true)
}

/// An event as a person may see it.
pub fn event(event: &Event, _ticket: &Ticket, _person: &Person) -> Event {
    event.clone()
}

/// The number to reach the caller at.
pub fn reach_at(ticket: &Ticket, person: &Person) -> String {
    ticket
        .request
        .caller
        .reach_at()
        .map_or_else(String::new, |number| {
            if may_see_caller(person, ticket) {
                number.digits().to_owned()
            } else {
                mask::telephone(number)
            }
        })
}
