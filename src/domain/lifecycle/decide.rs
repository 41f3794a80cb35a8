//! Asks the rules and says what then happens. Nothing is changed here: the events are.

use super::action::{Action, ActionName};
use super::event::{EventKind, Moved};
use super::refusal::Refusal;
use super::table::{permit, table};
use super::{Context, checks};
use crate::domain::call::RecordingRef;
use crate::domain::caller::CallerKind;
use crate::domain::clock::{ClockRuleName, Deadline};
use crate::domain::directory::Directory;
use crate::domain::id::{CallId, TicketId, UnitCode};
use crate::domain::mask;
use crate::domain::number::TicketNumber;
use crate::domain::role::{Person, may_see_caller};
use crate::domain::text::Line;
use crate::domain::ticket::{Beside, Channel, Handling, Kind, Request, Stage, Ticket};
use jiff::Timestamp;

/// The first event of a ticket. Who may open one is [`crate::domain::role::may_open_ticket`].
pub fn open(
    id: TicketId,
    number: TicketNumber,
    channel: Channel,
    call: Option<CallId>,
    recording: Option<RecordingRef>,
    request: Request,
) -> EventKind {
    EventKind::Opened {
        id,
        number,
        channel,
        call,
        recording,
        request: Box::new(request),
    }
}

/// Asks the rules whether `who` may do `action` to `ticket` at `now`; answers with what then happens, in
/// order. The table is asked first, then the rules behind it; the first that forbids it is the answer.
pub fn decide(
    ticket: &Ticket,
    action: &Action,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Result<Vec<EventKind>, Refusal> {
    let stage = ticket.state.stage();
    permit(action.kind(), stage, who)?;
    checks::standing(action.kind(), ticket, who, now, context)?;
    checks::carried(action, ticket, now, context)?;
    let mut events = Vec::with_capacity(1);
    if stage == Stage::Draft && action.kind() == ActionName::Merge {
        // A child is a request of its own: it is accepted, and its total clock runs, before it is merged.
        events.push(submitted(ticket, now, context));
    }
    let event = amended(action, ticket, who)
        .or_else(|| intake_event(action, ticket, now, context))
        .or_else(|| unit_event(action, ticket, now, context))
        .or_else(|| work_event(action, ticket, who, now, context))
        .or_else(|| review_event(action, ticket, now, context))
        .or_else(|| caller_event(action))
        .ok_or(Refusal::WrongStage { stage })?;
    events.push(event);
    if action.kind() == ActionName::Redo {
        events.extend(total_again(ticket, context));
    }
    Ok(events)
}

/// A notice that came while a ticket was closed moved nothing on it; it is told when the ticket is open again.
fn total_again(ticket: &Ticket, context: Context<'_>) -> Option<EventKind> {
    let from = ticket.total_due.clone().filter(|due| due.provisional)?;
    let to = context.clocks.due(from.rule, ticket.accepted_at?);
    (to != from).then(|| EventKind::DeadlinesMoved {
        total: Some(Moved { from, to }),
        unit: None,
        co: None,
        reason: Line::lossy("重办时按现行工作日历重算"),
    })
}

/// The names of what `who` may do to `ticket` at `now`, as far as it can be told before anything is typed.
pub fn may(
    ticket: &Ticket,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Vec<&'static str> {
    let stage = ticket.state.stage();
    ActionName::ALL
        .iter()
        .filter(|name| permit(**name, stage, who).is_ok())
        .filter(|name| checks::standing(**name, ticket, who, now, context).is_ok())
        .map(|name| name.as_str())
        .collect()
}

/// What `who`'s role does to tickets in this state, and a rule forbids on this one now, each with the rule.
pub fn barred(
    ticket: &Ticket,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Vec<(&'static str, Refusal)> {
    let stage = ticket.state.stage();
    ActionName::ALL
        .iter()
        .filter(|name| permit(**name, stage, who).is_ok())
        .filter_map(|name| {
            let why = checks::standing(*name, ticket, who, now, context).err()?;
            Some((name.as_str(), why))
        })
        .collect()
}

/// Asks whether `main` can be the main ticket of `child`: another one, open, and not merged itself. The
/// caller of [`decide`] asks this beside it, for `decide` sees one ticket only.
pub fn check_main(child: &Ticket, main: &Ticket) -> Result<(), Refusal> {
    let stage = main.state.stage();
    if child.id == main.id {
        return Err(Refusal::IntoItself);
    }
    let takes_children = table()
        .iter()
        .any(|row| row.action == ActionName::Urge && row.from.contains(&stage));
    if !takes_children || matches!(stage, Stage::Draft | Stage::Merged) {
        return Err(Refusal::MainNotOpen { stage });
    }
    Ok(())
}

/// The rule a request's clocks run by: a pressing item's own, else that of the lane, else of the kind.
fn clock_rule(request: &Request, directory: &Directory) -> ClockRuleName {
    let item = request.item.as_ref().and_then(|code| directory.item(code));
    match item.map_or(ClockRuleName::Ordinary, |item| item.clock) {
        ClockRuleName::Ordinary if request.caller.kind == CallerKind::Enterprise => {
            ClockRuleName::Enterprise
        }
        ClockRuleName::Ordinary if request.kind == Kind::Consult => ClockRuleName::Consult,
        rule => rule,
    }
}

fn clock(ticket: &Ticket, now: Timestamp, context: Context<'_>) -> Deadline {
    let rule = clock_rule(&ticket.request, context.directory);
    context.clocks.due(rule, now)
}

/// The clocks beside the unit's, from the moment of a dispatch.
fn beside(ticket: &Ticket, unit_due: &Deadline, now: Timestamp, context: Context<'_>) -> Beside {
    let enterprise = ticket.lane() == CallerKind::Enterprise;
    let step = |rule| enterprise.then(|| context.clocks.due(rule, now));
    Beside {
        co: Some(context.clocks.earlier(unit_due, now)),
        contact: step(ClockRuleName::EnterpriseContact),
        answer: step(ClockRuleName::EnterpriseAnswer),
    }
}

fn submitted(ticket: &Ticket, now: Timestamp, context: Context<'_>) -> EventKind {
    EventKind::Submitted {
        total_due: clock(ticket, now, context),
    }
}

/// Co-units without the lead and without doubles, in the order given.
fn others(lead: &UnitCode, co_units: &[UnitCode]) -> Vec<UnitCode> {
    let mut others: Vec<UnitCode> = Vec::with_capacity(co_units.len());
    for unit in co_units {
        if unit != lead && !others.contains(unit) {
            others.push(unit.clone());
        }
    }
    others
}

/// A correction; of somebody who does not see the caller, with the caller put back.
fn amended(action: &Action, ticket: &Ticket, who: &Person) -> Option<EventKind> {
    let Action::Amend { request } = action else {
        return None;
    };
    Some(EventKind::Amended {
        request: if may_see_caller(who, ticket) {
            request.clone()
        } else {
            Box::new(mask::restored(request, &ticket.request))
        },
    })
}

fn intake_event(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Option<EventKind> {
    Some(match action {
        Action::CloseDirectly { answer } => EventKind::ClosedDirectly {
            answer: answer.clone(),
        },
        Action::MarkInvalid { reason } => EventKind::MarkedInvalid { reason: *reason },
        Action::Decline {
            reason,
            basis,
            other_road,
        } => EventKind::Declined {
            reason: *reason,
            basis: basis.clone(),
            other_road: other_road.clone(),
        },
        Action::ReviewDecline { right } => EventKind::DeclineReviewed { right: *right },
        Action::HandToEmergency { service } => EventKind::HandedToEmergency { service: *service },
        Action::Submit => submitted(ticket, now, context),
        Action::Merge { main } => EventKind::Merged { main: *main },
        Action::AnswerChild {
            public_answer,
            points,
        } => {
            let main = context.main?;
            EventKind::ChildAnswered {
                main: main.id,
                main_version: main.version,
                handling: Box::new(Handling {
                    public_answer: public_answer.clone(),
                    // What the unit reports may name who else called.
                    ..mask::handling_for_others(main, main.state.handling()?)
                }),
                points: points.clone(),
            }
        }
        Action::Unmerge => EventKind::Unmerged,
        Action::Archive => EventKind::Archived,
        _ => return None,
    })
}

fn unit_event(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Option<EventKind> {
    Some(match action {
        Action::Dispatch {
            lead,
            co_units,
            directory_version,
            basis,
        } => EventKind::Dispatched {
            lead: lead.clone(),
            co_units: others(lead, co_units),
            directory_version: *directory_version,
            basis: basis.clone(),
            beside: Box::new(beside(ticket, &clock(ticket, now, context), now, context)),
            unit_due: clock(ticket, now, context),
        },
        Action::Transfer {
            lead,
            co_units,
            reason,
        } => EventKind::Transferred {
            lead: lead.clone(),
            co_units: others(lead, co_units),
            reason: reason.clone(),
            beside: Box::new(beside(ticket, &clock(ticket, now, context), now, context)),
            unit_due: clock(ticket, now, context),
        },
        Action::Sign => EventKind::Signed,
        Action::AskReturn {
            reason,
            basis,
            proposed,
        } => EventKind::ReturnAsked {
            reason: *reason,
            basis: basis.clone(),
            proposed: proposed.clone(),
        },
        Action::Answer {
            facts_true,
            solved,
            why_not,
            account,
            public_answer,
            contact,
        } => EventKind::Answered {
            facts_true: *facts_true,
            solved: *solved,
            why_not: why_not.clone(),
            account: account.clone(),
            public_answer: public_answer.clone(),
            contact: contact.clone(),
        },
        _ => return None,
    })
}

/// What goes on beside the states: extensions, staged answers, co-units, steps, rulings.
fn work_event(
    action: &Action,
    ticket: &Ticket,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Option<EventKind> {
    Some(match action {
        Action::Rule { .. } => return ruled(action, ticket, now, context),
        Action::AskExtension {
            working_days,
            reason,
        } => EventKind::ExtensionAsked {
            working_days: *working_days,
            reason: reason.clone(),
        },
        Action::RefuseExtension { reason } => EventKind::ExtensionRefused {
            reason: reason.clone(),
        },
        Action::StageAnswer {
            ground,
            until,
            contact,
        } => EventKind::StageAnswered {
            ground: ground.clone(),
            until: *until,
            contact: contact.clone(),
        },
        Action::AgreeStage => EventKind::StageAgreed {
            unit_due: context.clocks.on_day(
                ticket.work.stage_asked()?.until,
                ticket.unit_due.as_ref()?.rule,
            ),
        },
        Action::RefuseStage { reason } => EventKind::StageRefused {
            reason: reason.clone(),
        },
        Action::AskCoUnits { co_units, reason } => EventKind::CoUnitsAsked {
            co_units: others(&who.unit, co_units),
            reason: reason.clone(),
        },
        Action::AddCoUnits { co_units, reason } => EventKind::CoUnitsAdded {
            co_units: others(&ticket.state.dispatch()?.lead, co_units),
            reason: reason.clone(),
            due: context.clocks.earlier(ticket.unit_due.as_ref()?, now),
        },
        Action::ReportCo { account } => EventKind::CoReported {
            unit: who.unit.clone(),
            account: account.clone(),
        },
        Action::ReleaseCo { unit, reason } => EventKind::CoReleased {
            unit: unit.clone(),
            reason: reason.clone(),
        },
        Action::Step { how, at, note } => EventKind::StepTaken {
            how: *how,
            at: *at,
            note: note.clone(),
        },
        _ => return None,
    })
}

/// A ruling; the clock starts anew only where another unit gets it.
fn ruled(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Option<EventKind> {
    let Action::Rule {
        lead,
        co_units,
        basis,
        participants,
    } = action
    else {
        return None;
    };
    let stays = ticket.state.dispatch().is_some_and(|to| to.lead == *lead);
    let due = clock(ticket, now, context);
    let under = ticket.unit_due.as_ref().filter(|_| stays).unwrap_or(&due);
    Some(EventKind::Ruled {
        lead: lead.clone(),
        co_units: others(lead, co_units),
        basis: basis.clone(),
        participants: participants.clone(),
        beside: Box::new(beside(ticket, under, now, context)),
        unit_due: (!stays).then_some(due),
    })
}

fn review_event(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Option<EventKind> {
    Some(match action {
        Action::AcceptReturn => EventKind::ReturnAccepted,
        Action::RejectReturn { reason } => EventKind::ReturnRejected {
            reason: reason.clone(),
        },
        Action::Extend {
            working_days,
            reason,
        } => EventKind::Extended {
            working_days: *working_days,
            reason: reason.clone(),
            unit_due: context
                .clocks
                .extend(ticket.unit_due.as_ref()?, *working_days),
        },
        Action::SendBack { reason } => EventKind::SentBack {
            reason: reason.clone(),
        },
        Action::Approve => EventKind::Approved,
        Action::Close {
            reached,
            solved,
            satisfied,
            reason,
        } => EventKind::Closed {
            reached: *reached,
            // Whoever was not reached has said nothing.
            solved: solved.filter(|_| *reached),
            satisfied: satisfied.filter(|_| *reached),
            reason: reason.clone(),
        },
        Action::Redo { reason } => EventKind::RedoAsked {
            reason: reason.clone(),
            beside: Box::new(beside(ticket, &clock(ticket, now, context), now, context)),
            unit_due: clock(ticket, now, context),
        },
        _ => return None,
    })
}

fn caller_event(action: &Action) -> Option<EventKind> {
    Some(match action {
        Action::Withdraw { reason } => EventKind::Withdrawn {
            reason: reason.clone(),
        },
        Action::AskProgress => EventKind::ProgressAsked,
        Action::Urge { note } => EventKind::Urged { note: note.clone() },
        Action::Add { text } => EventKind::Added { text: text.clone() },
        Action::AskExplanation { note } => EventKind::ExplanationAsked { note: note.clone() },
        _ => return None,
    })
}
