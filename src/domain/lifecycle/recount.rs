//! Deadlines worked out again when a holiday notice comes: only those that were provisional, from the moments they
//! ran from, which the log knows (design: "worked out again when the next notice is imported").

use super::event::{Event, EventKind, Moved};
use crate::domain::clock::{Clocks, Deadline};
use crate::domain::text::Line;
use crate::domain::ticket::Ticket;
use jiff::Timestamp;

/// What moves when the provisional deadlines of a ticket are worked out again by `clocks`; nothing when none is
/// provisional, or each comes to the same. `events` is the ticket's whole log. What is firm stays as it was given.
pub fn recount(
    ticket: &Ticket,
    events: &[Event],
    clocks: &Clocks,
    reason: &Line,
) -> Option<EventKind> {
    if !ticket.state.stage().is_open() {
        return None;
    }
    let (mut total, mut unit) = (None, None);
    for event in events {
        step(event, clocks, &mut total, &mut unit);
    }
    let total = moved(ticket.total_due.as_ref(), total);
    let unit = moved(ticket.unit_due.as_ref(), unit);
    let dispatched = ticket.state.dispatch().map(|to| to.stamp.at);
    let co = unit
        .as_ref()
        .filter(|_| ticket.work.waiting_for().next().is_some())
        .zip(dispatched)
        .map(|(moved, from)| clocks.earlier(&moved.to, from));
    (total.is_some() || unit.is_some()).then(|| EventKind::DeadlinesMoved {
        co,
        total,
        unit,
        reason: reason.clone(),
    })
}

/// A deadline as it would be given today, if it was provisional.
fn again(given: &Deadline, from: Timestamp, clocks: &Clocks) -> Deadline {
    if given.provisional {
        clocks.due(given.rule, from)
    } else {
        given.clone()
    }
}

fn step(event: &Event, clocks: &Clocks, total: &mut Option<Deadline>, unit: &mut Option<Deadline>) {
    let at = event.stamp.at;
    match &event.kind {
        EventKind::Submitted { total_due } if total.is_none() => {
            *total = Some(again(total_due, at, clocks));
        }
        EventKind::Dispatched { unit_due, .. }
        | EventKind::Transferred { unit_due, .. }
        | EventKind::RedoAsked { unit_due, .. }
        | EventKind::Ruled {
            unit_due: Some(unit_due),
            ..
        } => *unit = Some(again(unit_due, at, clocks)),
        EventKind::Extended {
            working_days,
            unit_due,
            ..
        } => {
            *unit = match unit.as_ref() {
                Some(before) if unit_due.provisional => Some(clocks.extend(before, *working_days)),
                _ => Some(unit_due.clone()),
            };
        }
        EventKind::StageAgreed { unit_due } => *unit = Some(unit_due.clone()),
        EventKind::ReturnAccepted | EventKind::Unmerged => *unit = None,
        EventKind::DeadlinesMoved {
            total: total_moved,
            unit: unit_moved,
            ..
        } => {
            // What an earlier notice made firm stays so.
            let firm = |moved: &Option<Moved>| {
                let to = moved.as_ref().map(|moved| &moved.to);
                to.filter(|to| !to.provisional).cloned()
            };
            *total = firm(total_moved).or_else(|| total.take());
            *unit = firm(unit_moved).or_else(|| unit.take());
        }
        _ => {}
    }
}

fn moved(from: Option<&Deadline>, to: Option<Deadline>) -> Option<Moved> {
    let from = from.filter(|from| from.provisional)?;
    to.filter(|to| to != from).map(|to| Moved {
        from: from.clone(),
        to,
    })
}
