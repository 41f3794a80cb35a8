//! Which cards a ticket shows and when (黄牌、红牌): yellow where a clock's warning comes, red at its end (design "Clocks").
//! Each is shown once; a yellow one that comes too late gives way to the red.

use super::event::EventKind;
use crate::domain::clock::{Card, ClockRuleName, Clocks, Deadline};
use crate::domain::ticket::{Alert, AlertClock, Stage, StepName, Ticket};
use jiff::Timestamp;

/// The cards that are due at a moment, as what then happens.
pub fn cards_due(ticket: &Ticket, clocks: &Clocks, now: Timestamp) -> Vec<EventKind> {
    let coming = coming(ticket, clocks);
    let due = || coming.iter().filter(|(at, _)| *at <= now);
    due()
        .filter(|(_, card)| {
            let stronger = |(_, other): &&(Timestamp, Alert)| {
                other.clock == card.clock && other.card > card.card
            };
            !due().any(|it| stronger(&it))
        })
        .map(|(_, alert)| EventKind::Alerted {
            alert: alert.clone(),
        })
        .collect()
}

/// When the next card is due; nothing where no clock runs.
pub fn next_card(ticket: &Ticket, clocks: &Clocks) -> Option<Timestamp> {
    coming(ticket, clocks).iter().map(|(at, _)| *at).min()
}

/// The cards that were not shown yet, with when each is due.
fn coming(ticket: &Ticket, clocks: &Clocks) -> Vec<(Timestamp, Alert)> {
    let mut cards = Vec::new();
    for (clock, deadline) in running(ticket, clocks) {
        let shown = |card| {
            let alerts = ticket.work.alerts.iter();
            alerts.clone().any(|shown| {
                shown.clock == clock && shown.due == deadline.due && shown.card >= card
            })
        };
        for (at, card) in [(deadline.warn, Card::Yellow), (deadline.due, Card::Red)] {
            if !shown(card) {
                let (clock, due) = (clock.clone(), deadline.due);
                cards.push((at, Alert { clock, card, due }));
            }
        }
    }
    cards
}

/// The clocks that run: those of the units while a unit has it, the total one while it is open and not answered in
/// stages. A merged ticket runs with its main one.
fn running(ticket: &Ticket, clocks: &Clocks) -> Vec<(AlertClock, Deadline)> {
    let stage = ticket.state.stage();
    let mut running = Vec::new();
    if !stage.is_open() || matches!(stage, Stage::Draft | Stage::Merged) {
        return running;
    }
    let mut runs = |clock: AlertClock, deadline: &Deadline| running.push((clock, deadline.clone()));
    let with_unit = matches!(
        stage,
        Stage::Dispatched | Stage::InHand | Stage::ReturnAsked | Stage::Redo
    );
    let unit_due = ticket.unit_due.as_ref().filter(|_| with_unit);
    if let Some(due) = unit_due {
        runs(AlertClock::Unit, due);
    }
    let total = ticket.total_due.as_ref();
    // Where both end together one card says it.
    let apart = total.filter(|total| unit_due.is_none_or(|unit| unit.due != total.due));
    if let Some(due) = apart.filter(|_| ticket.work.followed_up().is_none()) {
        runs(AlertClock::Total, due);
    }
    if !with_unit {
        return running;
    }
    if let (Stage::Dispatched, Some(to)) = (stage, ticket.state.dispatch()) {
        let due = clocks.due(ClockRuleName::SignIn, to.stamp.at);
        runs(AlertClock::SignIn, &due);
    }
    for co in ticket.work.waiting_for() {
        let unit = co.unit.clone();
        runs(AlertClock::Co { unit }, &co.due);
    }
    if let Some(steps) = &ticket.work.steps {
        for (step, clock, due) in [
            (StepName::Contact, AlertClock::Contact, &steps.contact_due),
            (StepName::Answer, AlertClock::Answer, &steps.answer_due),
        ] {
            if steps.taken(step).is_none() {
                runs(clock, due);
            }
        }
    }
    running
}
