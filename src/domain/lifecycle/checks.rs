//! The rules behind the table. `standing` holds for an action whatever it carries, so that a screen can ask
//! before anything is typed; `carried` looks at what the action carries.

mod work;

use super::Context;
use super::action::{Action, ActionName};
use super::refusal::Refusal;
use crate::domain::clock::{ClockRuleName, civil_day, is_morning};
use crate::domain::id::UnitCode;
use crate::domain::role::Person;
use crate::domain::text::Text;
use crate::domain::ticket::{Contact, Dispatch, Request, ReturnReason, State, Ticket};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Returns that may be asked for: the second one is ruled on by the joint meeting, and that binds.
const MAX_RETURNS: u32 = 2;
/// Attempts on different half-days after which a caller counts as not to be reached.
const ATTEMPTS: usize = 3;

/// What forbids the action to this person on this ticket now, whatever the action carries.
pub fn standing(
    action: ActionName,
    ticket: &Ticket,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Result<(), Refusal> {
    if let Some(verdict) = work::standing(action, ticket, who, now) {
        return verdict;
    }
    match action {
        ActionName::Amend => own_draft(ticket, who),
        ActionName::Submit | ActionName::Merge => something_asked(&ticket.request),
        ActionName::Sign => own_unit(ticket, who),
        ActionName::Answer => {
            own_unit(ticket, who)?;
            work::co_units_done(ticket)
        }
        ActionName::AskReturn => {
            own_unit(ticket, who)?;
            return_in_time(ticket, now, context)
        }
        ActionName::AcceptReturn | ActionName::RejectReturn if ticket.returns >= MAX_RETURNS => {
            Err(Refusal::NeedsRuling)
        }
        ActionName::AcceptReturn | ActionName::RejectReturn | ActionName::Rule => {
            let dispatched_by = ticket.state.dispatch().map(|d| &d.stamp.by.account);
            not_own_decision(dispatched_by == Some(&who.account))
        }
        ActionName::ReviewDecline => {
            if matches!(
                &ticket.state,
                State::Declined {
                    reviewed: Some(_),
                    ..
                }
            ) {
                return Err(Refusal::OnlyOnce);
            }
            not_own_decision(ticket.opened.by.account == who.account)
        }
        ActionName::Approve | ActionName::SendBack | ActionName::Close | ActionName::Redo => {
            not_handled(ticket, who)
        }
        ActionName::Archive => match &ticket.state {
            State::Declined { reviewed: None, .. } => Err(missing("review")),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What forbids the action because of what it carries.
pub fn carried(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Result<(), Refusal> {
    if let Some(verdict) = work::carried(action, ticket, now, context) {
        return verdict;
    }
    match action {
        Action::Amend { request } => within_limits(request),
        Action::CloseDirectly { answer } => needed("answer", &answer.answer),
        Action::Decline {
            basis, other_road, ..
        } => {
            needed("basis", basis)?;
            needed("other_road", other_road)
        }
        Action::Dispatch { lead, co_units, .. } => units(ticket, lead, co_units, context),
        Action::Transfer {
            lead,
            co_units,
            reason,
        } => {
            another_unit(ticket, lead)?;
            units(ticket, lead, co_units, context)?;
            needed("reason", reason)
        }
        Action::AskReturn {
            reason,
            basis,
            proposed,
        } => {
            no_duty(*reason, ticket, context)?;
            needed("basis", basis)?;
            proposed
                .as_ref()
                .map_or(Ok(()), |unit| known(unit, context))
        }
        Action::RejectReturn { reason } | Action::SendBack { reason } | Action::Redo { reason } => {
            needed("reason", reason)
        }
        Action::Answer {
            solved,
            why_not,
            account,
            contact,
            ..
        } => {
            needed("account", account)?;
            if !solved {
                needed("why_not", why_not)?;
            }
            contacted(contact, &ticket.request, now)
        }
        Action::Close {
            reached: true,
            solved,
            satisfied,
            ..
        } => whole_verdict(*solved, *satisfied),
        Action::Merge { main } if *main == ticket.id => Err(Refusal::IntoItself),
        Action::Add { text } => needed("text", text),
        _ => Ok(()),
    }
}

/// Checks how many tags and answers a request holds.
pub fn within_limits(request: &Request) -> Result<(), Refusal> {
    request.check().map_err(|error| Refusal::Range {
        field: error.field.to_owned(),
        from: 0,
        to: error.max,
    })
}

fn missing(field: &str) -> Refusal {
    Refusal::Missing {
        field: field.to_owned(),
    }
}

fn needed<const MAX: usize, const LINES: bool>(
    field: &str,
    text: &Text<MAX, LINES>,
) -> Result<(), Refusal> {
    if text.is_blank() {
        Err(missing(field))
    } else {
        Ok(())
    }
}

fn another_unit(ticket: &Ticket, lead: &UnitCode) -> Result<(), Refusal> {
    if ticket.state.dispatch().is_some_and(|d| d.lead == *lead) {
        Err(Refusal::SameUnit { unit: lead.clone() })
    } else {
        Ok(())
    }
}

/// A caller who was reached has said both: whether it is solved, and whether they are satisfied.
fn whole_verdict(solved: Option<bool>, satisfied: Option<bool>) -> Result<(), Refusal> {
    solved.ok_or_else(|| missing("solved"))?;
    satisfied.ok_or_else(|| missing("satisfied"))?;
    Ok(())
}

/// What an item asks for is counted when it is missing and blocks nobody; a ticket without any words can't
/// be handled by anybody.
fn something_asked(request: &Request) -> Result<(), Refusal> {
    if request.is_blank() {
        Err(missing("text"))
    } else {
        Ok(())
    }
}

fn own_draft(ticket: &Ticket, who: &Person) -> Result<(), Refusal> {
    if ticket.state == State::Draft && ticket.opened.by.account != who.account {
        Err(Refusal::NotYourDraft)
    } else {
        Ok(())
    }
}

fn not_own_decision(own: bool) -> Result<(), Refusal> {
    if own {
        Err(Refusal::OwnDecision)
    } else {
        Ok(())
    }
}

/// Only the lead unit acts, and never one that the caller complains about (Art. 10, 32).
fn own_unit(ticket: &Ticket, who: &Person) -> Result<(), Refusal> {
    recusal(ticket, &who.unit)?;
    match ticket.state.dispatch() {
        Some(dispatch) if dispatch.lead == who.unit => Ok(()),
        _ => Err(Refusal::NotYourUnit),
    }
}

fn recusal(ticket: &Ticket, unit: &UnitCode) -> Result<(), Refusal> {
    if ticket.request.accused.as_ref() == Some(unit) {
        Err(Refusal::Recusal { unit: unit.clone() })
    } else {
        Ok(())
    }
}

fn known(unit: &UnitCode, context: Context<'_>) -> Result<(), Refusal> {
    match context.directory.unit(unit) {
        Some(_) => Ok(()),
        None => Err(Refusal::UnknownUnit { unit: unit.clone() }),
    }
}

/// Every unit a ticket is given to is known and not accused in it.
fn units(
    ticket: &Ticket,
    lead: &UnitCode,
    co_units: &[UnitCode],
    context: Context<'_>,
) -> Result<(), Refusal> {
    std::iter::once(lead).chain(co_units).try_for_each(|unit| {
        recusal(ticket, unit)?;
        known(unit, context)
    })
}

/// A unit reports or reviews; whoever did the one does not do the other (Art. 27, domain rules).
fn not_handled(ticket: &Ticket, who: &Person) -> Result<(), Refusal> {
    if ticket.handled_by.contains(&who.account) {
        Err(Refusal::HandledIt)
    } else {
        Ok(())
    }
}

/// A unit with any duty in the matter asks for co-units and does not return it (沾边就办). What the hotline itself left
/// out or gave twice is no question of duty.
fn no_duty(reason: ReturnReason, ticket: &Ticket, context: Context<'_>) -> Result<(), Refusal> {
    if matches!(
        reason,
        ReturnReason::NotEnoughFacts | ReturnReason::Duplicate
    ) {
        return Ok(());
    }
    let (Some(to), Some(item)) = (ticket.state.dispatch(), &ticket.request.item) else {
        return Ok(());
    };
    let district = ticket.request.place.district.as_ref();
    match context.directory.duty(&to.lead, item, district) {
        Some(duty) => Err(Refusal::HasDuty {
            unit: duty.unit.clone(),
            basis: duty.basis.clone(),
        }),
        None => Ok(()),
    }
}

/// Returns are asked for within 2 working days of the dispatch, and not after a ruling.
fn return_in_time(ticket: &Ticket, now: Timestamp, context: Context<'_>) -> Result<(), Refusal> {
    if ticket.work.ruling.is_some() || ticket.returns >= MAX_RETURNS {
        return Err(Refusal::RulingBinds);
    }
    let Some(Dispatch { stamp, .. }) = ticket.state.dispatch() else {
        return Ok(());
    };
    let until = context.clocks.due(ClockRuleName::Return, stamp.at).due;
    if now >= until {
        Err(Refusal::TooLate { until })
    } else {
        Ok(())
    }
}

/// Before a unit answers it has spoken with the caller, or tried on three different half-days, or the caller
/// is anonymous or wants no answer (Art. 24).
fn contacted(contact: &Contact, request: &Request, now: Timestamp) -> Result<(), Refusal> {
    let kept = match contact {
        Contact::Reached { at } => *at <= now,
        Contact::NotReached { attempts } => {
            let half_days: BTreeSet<_> = attempts
                .iter()
                .filter(|at| **at <= now)
                .map(|at| (civil_day(*at), is_morning(*at)))
                .collect();
            half_days.len() >= ATTEMPTS
        }
        Contact::NotWanted => request.caller.anonymous || request.caller.no_answer_wanted,
    };
    if kept {
        Ok(())
    } else {
        Err(Refusal::NotContacted)
    }
}
