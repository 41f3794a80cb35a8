//! The rules of what goes on beside the states: extensions, staged answers, co-units, rulings, the steps of 2110.

use super::{contacted, known, missing, needed, not_handled, own_unit, recusal, units};
use crate::domain::clock::civil_day;
use crate::domain::id::UnitCode;
use crate::domain::lifecycle::children::{can_answer_children, points_open};
use crate::domain::lifecycle::{Action, ActionName, Context, Refusal};
use crate::domain::mask;
use crate::domain::role::Person;
use crate::domain::text::Prose;
use crate::domain::ticket::{Participant, Point, StageGround, Ticket};
use jiff::Timestamp;
use jiff::civil::Date;

/// An extension grants at most so many working days (Shandong 2020).
pub const MAX_EXTENSION: u32 = 10;

/// What forbids the action whatever it carries; nothing for an action of another kind.
pub(super) fn standing(
    action: ActionName,
    ticket: &Ticket,
    who: &Person,
    now: Timestamp,
) -> Option<Result<(), Refusal>> {
    let verdict = || match action {
        ActionName::AskCoUnits => own_unit(ticket, who),
        ActionName::AskExtension => {
            own_unit(ticket, who)?;
            extension_open(ticket, now)?;
            undecided(ticket.work.extension_asked().is_some())
        }
        ActionName::StageAnswer => {
            own_unit(ticket, who)?;
            in_time(ticket, now)?;
            undecided(ticket.work.stage_asked().is_some())
        }
        ActionName::ReportCo => co_unit(ticket, who),
        ActionName::ReleaseCo => asked_for(ticket.work.waiting_for().next().is_some()),
        ActionName::Step => {
            own_unit(ticket, who)?;
            let steps = ticket.work.steps.as_ref();
            steps.map(|_| ()).ok_or(Refusal::NoSteps)
        }
        ActionName::Extend => {
            extension_open(ticket, now)?;
            asked_for(ticket.work.extension_asked().is_some())
        }
        ActionName::RefuseExtension => asked_for(ticket.work.extension_asked().is_some()),
        ActionName::AgreeStage | ActionName::RefuseStage => {
            not_handled(ticket, who)?;
            asked_for(ticket.work.stage_asked().is_some())
        }
        _ => Ok(()),
    };
    is_beside(action).then(verdict)
}

const fn is_beside(action: ActionName) -> bool {
    matches!(
        action,
        ActionName::AskCoUnits
            | ActionName::AskExtension
            | ActionName::StageAnswer
            | ActionName::ReportCo
            | ActionName::ReleaseCo
            | ActionName::Step
            | ActionName::Extend
            | ActionName::RefuseExtension
            | ActionName::AgreeStage
            | ActionName::RefuseStage
    )
}

/// What forbids the action because of what it carries; nothing for an action of another kind.
pub(super) fn carried(
    action: &Action,
    ticket: &Ticket,
    now: Timestamp,
    context: Context<'_>,
) -> Option<Result<(), Refusal>> {
    Some(match action {
        Action::RefuseExtension { reason } | Action::RefuseStage { reason } => {
            needed("reason", reason)
        }
        Action::Rule {
            lead,
            co_units,
            basis,
            participants,
        } => units(ticket, lead, co_units, context)
            .and_then(|()| needed("basis", basis))
            .and_then(|()| met(participants, context)),
        Action::StageAnswer {
            ground,
            until,
            contact,
        } => grounded(ground)
            .and_then(|()| later_day(*until, now))
            .and_then(|()| contacted(contact, &ticket.request, now)),
        Action::AskCoUnits { co_units, reason } | Action::AddCoUnits { co_units, reason } => {
            more_units(ticket, co_units, context).and_then(|()| needed("reason", reason))
        }
        Action::AnswerChild {
            public_answer,
            points,
        } => needed("public_answer", public_answer)
            .and_then(|()| main_answered(context))
            .and_then(|main| child_answer(ticket, main, public_answer, points)),
        Action::ReportCo { account } => needed("account", account),
        Action::ReleaseCo { unit, reason } => {
            let waits = ticket.work.waiting_for().any(|co| co.unit == *unit);
            asked_for(waits).and_then(|()| needed("reason", reason))
        }
        Action::Step { at, .. } => done_since_dispatch(ticket, *at, now),
        Action::AskExtension {
            working_days,
            reason,
        }
        | Action::Extend {
            working_days,
            reason,
        } => extension_range(*working_days).and_then(|()| needed("reason", reason)),
        _ => return None,
    })
}

/// One request at a time waits for the hotline's decision.
fn undecided(waits: bool) -> Result<(), Refusal> {
    if waits {
        Err(Refusal::Undecided)
    } else {
        Ok(())
    }
}

/// What nobody asked for is not decided.
fn asked_for(asked: bool) -> Result<(), Refusal> {
    if asked {
        Ok(())
    } else {
        Err(Refusal::NotAsked)
    }
}

/// The lead unit waits for its co-units (design "States": all co-units done, or released with a reason).
pub(super) fn co_units_done(ticket: &Ticket) -> Result<(), Refusal> {
    let units: Vec<UnitCode> = ticket
        .work
        .waiting_for()
        .map(|co| co.unit.clone())
        .collect();
    if units.is_empty() {
        Ok(())
    } else {
        Err(Refusal::CoUnitsOpen { units })
    }
}

/// A co-unit that has not reported yet, and is not complained about.
fn co_unit(ticket: &Ticket, who: &Person) -> Result<(), Refusal> {
    recusal(ticket, &who.unit)?;
    if ticket.work.waiting_for().any(|co| co.unit == who.unit) {
        Ok(())
    } else {
        Err(Refusal::NotYourUnit)
    }
}

/// A staged answer comes inside the unit's clock (Art. 24: within 5 working days).
fn in_time(ticket: &Ticket, now: Timestamp) -> Result<(), Refusal> {
    match &ticket.unit_due {
        Some(deadline) if now >= deadline.due => Err(Refusal::TooLate {
            until: deadline.due,
        }),
        _ => Ok(()),
    }
}

/// A meeting has participants of known units, each with what they held.
fn met(participants: &[Participant], context: Context<'_>) -> Result<(), Refusal> {
    if participants.is_empty() {
        return Err(missing("participants"));
    }
    participants.iter().try_for_each(|one| {
        known(&one.unit, context)?;
        needed("opinion", &one.opinion)
    })
}

/// Units that are added: at least one, known, not accused, none that is there already.
fn more_units(ticket: &Ticket, more: &[UnitCode], context: Context<'_>) -> Result<(), Refusal> {
    let Some((first, others)) = more.split_first() else {
        return Err(missing("co_units"));
    };
    units(ticket, first, others, context)?;
    let there = ticket.state.dispatch();
    let doubled =
        |unit: &&UnitCode| there.is_some_and(|to| to.lead == **unit || to.co_units.contains(unit));
    match more.iter().find(doubled) {
        Some(unit) => Err(Refusal::SameUnit { unit: unit.clone() }),
        None => Ok(()),
    }
}

/// A step was taken after the dispatch and before now.
fn done_since_dispatch(ticket: &Ticket, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let since = ticket.state.dispatch().map_or(now, |to| to.stamp.at);
    if at > now || at < since {
        Err(Refusal::StepTime {
            from: since,
            until: now,
        })
    } else {
        Ok(())
    }
}

fn extension_range(working_days: u32) -> Result<(), Refusal> {
    if (1..=MAX_EXTENSION).contains(&working_days) {
        Ok(())
    } else {
        Err(Refusal::Range {
            field: "working_days".to_owned(),
            from: 1,
            to: MAX_EXTENSION,
        })
    }
}

/// An extension is granted before expiry and once in a ticket's life (Shandong 2020).
fn extension_open(ticket: &Ticket, now: Timestamp) -> Result<(), Refusal> {
    if ticket.extended {
        return Err(Refusal::OnlyOnce);
    }
    match &ticket.unit_due {
        Some(deadline) if now >= deadline.due => Err(Refusal::TooLate {
            until: deadline.due,
        }),
        _ => Ok(()),
    }
}

/// A staged answer names the law with its period, or the measures (Art. 24).
fn grounded(ground: &StageGround) -> Result<(), Refusal> {
    match ground {
        StageGround::LegalPeriod { basis } => needed("basis", basis),
        StageGround::Measures { measures } => needed("measures", measures),
    }
}

fn later_day(day: Date, now: Timestamp) -> Result<(), Refusal> {
    if day > civil_day(now) {
        Ok(())
    } else {
        Err(Refusal::NotLater {
            field: "until".to_owned(),
        })
    }
}

/// The main ticket whose report was passed.
fn main_answered(context: Context<'_>) -> Result<&Ticket, Refusal> {
    let passed = |main: &&Ticket| can_answer_children(main.state.stage());
    context.main.filter(passed).ok_or(Refusal::MainNotAnswered)
}

/// Each of the child's own points is met, and nobody reads there who else called.
fn child_answer(
    child: &Ticket,
    main: &Ticket,
    answer: &Prose,
    points: &[Point],
) -> Result<(), Refusal> {
    let open = points_open(child, points);
    if !open.is_empty() {
        return Err(Refusal::PointsOpen { points: open });
    }
    if mask::for_others(main, answer) == *answer {
        Ok(())
    } else {
        Err(Refusal::NamesAnother)
    }
}
