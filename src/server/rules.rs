//! The domain's rights, as the server asks them.

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
        Role::Administrator,
    ])
}
