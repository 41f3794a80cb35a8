//! A ticket's way from unit to unit, read from its log: each dispatch with what became of it.

use crate::domain::clock::Deadline;
use crate::domain::directory::HOTLINE;
use crate::domain::id::UnitCode;
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::ticket::{Beside, Contact, StepHow, StepName};
use jiff::Timestamp;

/// How a unit came to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// A dispatcher or the directory chose it.
    Chosen,
    /// The joint meeting ruled.
    Ruled,
    /// It has to do it again.
    Redo,
}

/// Whether the caller was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Nobody has tried, or nobody was there.
    No,
    /// At a moment.
    At(Timestamp),
    /// The caller wants no answer, or is anonymous.
    NotWanted,
}

/// A unit's time with a ticket.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub(super) unit: UnitCode,
    pub(super) came: Came,
    pub(super) from: Timestamp,
    /// The unit clock's end, as it was last.
    pub(super) due: Deadline,
    pub(super) signed: Option<Timestamp>,
    pub(super) return_asked: bool,
    /// The return was right: another unit's matter.
    pub(super) upheld: bool,
    pub(super) told: Told,
    pub(super) answered: Option<Timestamp>,
    /// When it was taken away from the unit without an answer.
    pub(super) ended: Option<Timestamp>,
    /// The ends of the first two steps of 2110.
    pub(super) steps: Option<(Deadline, Deadline)>,
    done: Vec<(StepHow, Timestamp)>,
}

impl Leg {
    fn new(unit: &UnitCode, came: Came, at: Timestamp, due: &Deadline, beside: &Beside) -> Self {
        Self {
            unit: unit.clone(),
            came,
            from: at,
            due: due.clone(),
            signed: None,
            return_asked: false,
            upheld: false,
            told: Told::No,
            answered: None,
            ended: None,
            steps: beside.contact.clone().zip(beside.answer.clone()),
            done: Vec::new(),
        }
    }

    /// When a step of 2110 was first taken.
    pub(super) fn taken(&self, step: StepName) -> Option<Timestamp> {
        let done = self.done.iter().filter(|(how, _)| how.step() == step);
        done.map(|(_, at)| *at).min()
    }

    fn contact(&mut self, contact: &Contact) {
        match contact {
            Contact::Reached { at } => {
                self.told = match self.told {
                    Told::At(first) => Told::At(first.min(*at)),
                    _ => Told::At(*at),
                };
            }
            Contact::NotWanted if self.told == Told::No => self.told = Told::NotWanted,
            _ => {}
        }
    }
}

/// The legs of a log, in order.
#[derive(Debug, Default)]
pub(super) struct Legs(pub(super) Vec<Leg>);

impl Legs {
    /// Takes the next event.
    pub(super) fn take(&mut self, event: &Event) {
        self.begin(event);
        if let Some(leg) = self.0.last_mut() {
            goes_on(leg, event);
        }
    }

    fn end(&mut self, at: Timestamp) {
        if let Some(leg) = self.0.last_mut() {
            leg.ended.get_or_insert(at);
        }
    }

    fn begin(&mut self, event: &Event) {
        let at = event.stamp.at;
        match &event.kind {
            EventKind::Dispatched {
                lead,
                unit_due,
                beside,
                ..
            }
            | EventKind::Transferred {
                lead,
                unit_due,
                beside,
                ..
            } => {
                self.end(at);
                self.0
                    .push(Leg::new(lead, Came::Chosen, at, unit_due, beside));
            }
            EventKind::Ruled {
                lead,
                unit_due: Some(due),
                beside,
                ..
            } => {
                self.end(at);
                if let Some(leg) = self.0.last_mut() {
                    leg.upheld = true;
                }
                self.0.push(Leg::new(lead, Came::Ruled, at, due, beside));
            }
            EventKind::RedoAsked {
                unit_due, beside, ..
            } => {
                // What the hotline answered itself goes to a dispatcher: no unit has it.
                let last = self.0.last().map(|leg| leg.unit.clone());
                if let Some(unit) = last.filter(|unit| unit.as_str() != HOTLINE) {
                    self.0
                        .push(Leg::new(&unit, Came::Redo, at, unit_due, beside));
                }
            }
            EventKind::ReturnAccepted => {
                self.end(at);
                if let Some(leg) = self.0.last_mut() {
                    leg.upheld = true;
                }
            }
            EventKind::Merged { .. } | EventKind::Withdrawn { .. } => self.end(at),
            _ => {}
        }
    }
}

fn goes_on(leg: &mut Leg, event: &Event) {
    let at = event.stamp.at;
    match &event.kind {
        // What the joint meeting leaves with the unit counts as signed for.
        EventKind::Signed | EventKind::Ruled { unit_due: None, .. } => {
            leg.signed.get_or_insert(at);
        }
        EventKind::ReturnAsked { .. } => leg.return_asked = true,
        EventKind::Extended { unit_due, .. } | EventKind::StageAgreed { unit_due } => {
            leg.due = unit_due.clone();
        }
        EventKind::DeadlinesMoved {
            unit: Some(moved), ..
        } => leg.due = moved.to.clone(),
        EventKind::StageAnswered { contact, .. } => leg.contact(contact),
        EventKind::Answered { contact, .. } => {
            leg.contact(contact);
            leg.answered = Some(at);
        }
        EventKind::SentBack { .. } => leg.answered = None,
        EventKind::StepTaken { how, at, .. } => leg.done.push((*how, *at)),
        _ => {}
    }
}
