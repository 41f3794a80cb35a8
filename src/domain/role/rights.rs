//! The rights beside the life cycle's table: who sees what, and who may change what is no ticket.

use super::{Person, Role};
use crate::domain::callback::Callback;
use crate::domain::directory::HOTLINE;
use crate::domain::id::UnitCode;
use crate::domain::ticket::{Request, Stage, Ticket};

/// The hotline's own desks, which see every ticket.
const DESKS: &[Role] = &[
    Role::CallTaker,
    Role::EnterpriseSeat,
    Role::Expert,
    Role::Dispatcher,
    Role::ReturnReviewer,
    Role::CallbackClerk,
    Role::ShiftLeader,
    Role::Quality,
    Role::SupervisionSeat,
    Role::Auditor,
];

/// Who opens tickets: whoever takes calls.
pub fn may_open_ticket(person: &Person) -> bool {
    person.roles.iter().any(|role| role.takes_calls())
}

/// True when the caller complains about the person's unit: then nobody there sees the ticket (Art. 10, 32).
/// A complaint about the hotline itself is still handled by it.
fn is_accused(person: &Person, ticket: &Ticket) -> bool {
    is_of_accused(person, &ticket.request)
}

/// The same of a request that is no ticket yet.
pub fn is_of_accused(person: &Person, request: &Request) -> bool {
    person.unit.as_str() != HOTLINE && request.accused.as_ref() == Some(&person.unit)
}

fn leads(unit: &UnitCode, ticket: &Ticket) -> bool {
    ticket
        .state
        .dispatch()
        .is_some_and(|dispatch| dispatch.lead == *unit)
}

fn takes_part(unit: &UnitCode, ticket: &Ticket) -> bool {
    ticket
        .state
        .dispatch()
        .is_some_and(|dispatch| dispatch.lead == *unit || dispatch.co_units.contains(unit))
}

/// True when a ticket lies inside a supervisor's jurisdiction: everywhere for the hotline's own, else where
/// their unit is the district of the place or takes part.
fn supervises(person: &Person, ticket: &Ticket) -> bool {
    let district = ticket.request.place.district.as_ref();
    person.unit.as_str() == HOTLINE
        || district.is_some_and(|district| district.as_str() == person.unit.as_str())
        || takes_part(&person.unit, ticket)
}

/// Whether a person may see a ticket at all; its caller may still be masked ([`may_see_caller`]). The
/// hotline's desks see all, a unit's clerks what their unit leads or takes part in (of merged tickets the
/// main one only), supervisors their jurisdiction, the establishment office what is disputed; an accused
/// unit never sees it.
pub fn may_see_ticket(person: &Person, ticket: &Ticket) -> bool {
    if is_accused(person, ticket) {
        return false;
    }
    person.is_any(DESKS)
        || (person.is(Role::UnitClerk) && takes_part(&person.unit, ticket))
        || (person.is(Role::Supervisor) && supervises(person, ticket))
        || (person.is(Role::EstablishmentOffice) && ticket.state.stage() == Stage::ReturnAsked)
}

/// Whether a person may see name and number of a confidential caller (保密): the call-taker of their own
/// tickets, and the callback clerk while the caller is to be called back (Art. 10, 16).
pub fn may_see_confidential(person: &Person, ticket: &Ticket) -> bool {
    let own = may_open_ticket(person) && ticket.opened.by.account == person.account;
    let calls_back = person.is(Role::CallbackClerk) && ticket.state.stage() == Stage::ToCallBack;
    !is_accused(person, ticket) && (own || calls_back)
}

/// Whether a person may see name and number of the ticket's caller: whoever may see a confidential one, and
/// of others the clerks of the lead unit too, for they have to reach the caller.
pub fn may_see_caller(person: &Person, ticket: &Ticket) -> bool {
    let handles = person.is(Role::UnitClerk)
        && leads(&person.unit, ticket)
        && ticket.state.stage() != Stage::Archived;
    may_see_confidential(person, ticket)
        || (handles && !ticket.request.caller.confidential && !is_accused(person, ticket))
}

/// Whether a person may have the pack of returns for the analysis meeting.
pub fn may_see_returns(person: &Person) -> bool {
    person.is_any(&[
        Role::ReturnReviewer,
        Role::Supervisor,
        Role::EstablishmentOffice,
    ])
}

/// Whether a person may have the figures: of which units hangs on their own.
pub fn may_see_figures(person: &Person) -> bool {
    person.is_any(&[Role::ShiftLeader, Role::Supervisor, Role::Auditor])
}

/// Whether a person may list call-backs.
pub fn may_list_callbacks(person: &Person) -> bool {
    may_open_ticket(person) || person.is_any(&[Role::CallbackClerk, Role::ShiftLeader])
}

/// Whether a person may see and do a call-back: their own and the team's; callback clerks and shift leaders
/// all of them.
pub fn may_see_callback(person: &Person, callback: &Callback) -> bool {
    let shared = callback
        .owner
        .as_ref()
        .is_none_or(|owner| *owner == person.account);
    may_list_callbacks(person)
        && (shared || person.is_any(&[Role::CallbackClerk, Role::ShiftLeader]))
}

/// Whether a person may bring knowledge in from a file.
pub fn may_import_knowledge(person: &Person) -> bool {
    person.is_any(&[Role::KnowledgeEditor, Role::Administrator])
}

/// Whether a person writes knowledge: editors, and experts for their own department. What may be done to a draft
/// stands in its table ([`crate::domain::knowledge`]).
pub fn may_write_knowledge(person: &Person) -> bool {
    person.is_any(&[Role::KnowledgeEditor, Role::Expert])
}

/// Whether a person may put a new version of the directory in force.
pub fn may_import_directory(person: &Person) -> bool {
    person.is_any(&[Role::Dispatcher, Role::Administrator])
}

/// Whether a person may import holiday notices, by which every deadline counts.
pub fn may_import_calendar(person: &Person) -> bool {
    person.is(Role::Administrator)
}

/// Whether a person may tell outages: the desk that hears of them, the shift's leader, and the account that a utility's
/// program uses, which is an administrator's to give.
pub fn may_tell_outages(person: &Person) -> bool {
    person.is_any(&[Role::Dispatcher, Role::ShiftLeader, Role::Administrator])
}

/// Whether a person may add people and change their roles.
pub fn may_manage_people(person: &Person) -> bool {
    person.is(Role::Administrator)
}

/// Whether a person may force the state of another's seat.
pub fn may_force_seat(person: &Person) -> bool {
    person.is(Role::ShiftLeader)
}

/// Whether a person trains: sees every practice run, lets things happen in it, marks it.
pub fn may_train(person: &Person) -> bool {
    person.is(Role::Trainer)
}

/// Whether a person may read the audit log.
pub fn may_read_log(person: &Person) -> bool {
    person.is(Role::Auditor)
}

#[cfg(test)]
mod tests;
