//! What an event does to what goes on beside the states.

use super::{Event, EventKind};
use crate::domain::id::UnitCode;
use crate::domain::role::Stamp;
use crate::domain::text::Line;
use crate::domain::ticket::{
    Beside, CoDone, CoWork, Decided, Extension, Ruling, StagedAnswer, StepDone, Steps, Ticket,
};

/// The ticket is still in the state before the event.
pub(super) fn keep(ticket: &mut Ticket, event: &Event) {
    dispatched(ticket, event);
    asked(ticket, event);
    decided(ticket, event);
    beside_them(ticket, event);
}

/// A dispatch, a transfer, a new round or a ruling: the units begin anew.
fn dispatched(ticket: &mut Ticket, event: &Event) {
    match &event.kind {
        EventKind::Dispatched {
            co_units, beside, ..
        }
        | EventKind::Transferred {
            co_units, beside, ..
        } => begin(ticket, co_units, beside),
        EventKind::RedoAsked { .. } if super::by_hotline(&ticket.state) => {
            begin(ticket, &[], &Beside::default());
        }
        EventKind::RedoAsked { beside, .. } => {
            let to = ticket.state.dispatch();
            let co_units = to.map_or_else(Vec::new, |to| to.co_units.clone());
            begin(ticket, &co_units, beside);
        }
        EventKind::Ruled {
            lead,
            co_units,
            basis,
            participants,
            beside,
            unit_due,
        } => {
            if unit_due.is_some() {
                begin(ticket, co_units, beside);
            } else {
                let before = std::mem::take(&mut ticket.work.co);
                let same = |unit: &UnitCode| before.iter().find(|co| co.unit == *unit).cloned();
                let co = co_units
                    .iter()
                    .filter_map(|unit| same(unit).or_else(|| new_co(unit, beside)));
                ticket.work.co = co.collect();
            }
            ticket.work.ruling = Some(Ruling {
                lead: lead.clone(),
                co_units: co_units.clone(),
                basis: basis.clone(),
                participants: participants.clone(),
                stamp: event.stamp.clone(),
            });
        }
        EventKind::ReturnAccepted | EventKind::Unmerged => {
            begin(ticket, &[], &Beside::default());
        }
        _ => {}
    }
}

fn new_co(unit: &UnitCode, beside: &Beside) -> Option<CoWork> {
    Some(CoWork {
        unit: unit.clone(),
        // A dispatch of before co-units had clocks waits for none.
        due: beside.co.clone()?,
        done: None,
    })
}

fn begin(ticket: &mut Ticket, co_units: &[UnitCode], beside: &Beside) {
    let work = &mut ticket.work;
    work.extension = None;
    work.staged = None;
    work.co = co_units
        .iter()
        .filter_map(|unit| new_co(unit, beside))
        .collect();
    work.steps =
        beside
            .contact
            .clone()
            .zip(beside.answer.clone())
            .map(|(contact_due, answer_due)| Steps {
                contact_due,
                answer_due,
                done: Vec::new(),
            });
}

fn asked(ticket: &mut Ticket, event: &Event) {
    match &event.kind {
        EventKind::ExtensionAsked {
            working_days,
            reason,
        } => {
            ticket.work.extension = Some(Extension {
                working_days: *working_days,
                reason: reason.clone(),
                stamp: event.stamp.clone(),
                decided: None,
            });
        }
        EventKind::StageAnswered {
            ground,
            until,
            contact,
        } => {
            ticket.work.staged = Some(StagedAnswer {
                ground: ground.clone(),
                until: *until,
                contact: contact.clone(),
                stamp: event.stamp.clone(),
                decided: None,
            });
        }
        _ => {}
    }
}

fn decided(ticket: &mut Ticket, event: &Event) {
    let said = |granted, reason: &Line, stamp: &Stamp| {
        Some(Decided {
            granted,
            reason: reason.clone(),
            stamp: stamp.clone(),
        })
    };
    let work = ticket.work.as_mut();
    let (extension, staged) = (&mut work.extension, &mut work.staged);
    match (&event.kind, extension, staged) {
        (EventKind::Extended { reason, .. }, Some(extension), _) => {
            extension.decided = said(true, reason, &event.stamp);
        }
        (EventKind::ExtensionRefused { reason }, Some(extension), _) => {
            extension.decided = said(false, reason, &event.stamp);
        }
        (EventKind::StageAgreed { .. }, _, Some(staged)) => {
            staged.decided = said(true, &Line::default(), &event.stamp);
        }
        (EventKind::StageRefused { reason }, _, Some(staged)) => {
            staged.decided = said(false, reason, &event.stamp);
        }
        _ => {}
    }
}

fn beside_them(ticket: &mut Ticket, event: &Event) {
    let work = &mut ticket.work;
    let stamp = || event.stamp.clone();
    match &event.kind {
        EventKind::CoUnitsAdded { co_units, due, .. } => {
            let more = co_units.iter().map(|unit| CoWork {
                unit: unit.clone(),
                due: due.clone(),
                done: None,
            });
            work.co.extend(more);
        }
        EventKind::CoReported { unit, account } => {
            let account = account.clone();
            let stamp = stamp();
            end(&mut work.co, unit, CoDone::Reported { account, stamp });
        }
        EventKind::CoReleased { unit, reason } => {
            let reason = reason.clone();
            let stamp = stamp();
            end(&mut work.co, unit, CoDone::Released { reason, stamp });
        }
        EventKind::StepTaken { how, at, note } => {
            if let Some(steps) = &mut work.steps {
                steps.done.push(StepDone {
                    how: *how,
                    at: *at,
                    note: note.clone(),
                    stamp: stamp(),
                });
            }
        }
        EventKind::DeadlinesMoved { co: Some(due), .. } => {
            for co in work.co.iter_mut().filter(|co| co.done.is_none()) {
                co.due = due.clone();
            }
        }
        EventKind::Alerted { alert } => work.alerts.push(alert.clone()),
        _ => {}
    }
}

fn end(co: &mut [CoWork], unit: &UnitCode, done: CoDone) {
    if let Some(co) = co.iter_mut().find(|co| co.unit == *unit) {
        co.done = Some(done);
    }
}
