//! What a ticket adds to the figures, from its whole log.

use super::legs::{Came, Leg, Legs, Told};
use super::{Figure, Parts, Spot, add, returns};
use crate::domain::caller::CallerKind;
use crate::domain::clock::{ClockRuleName, Clocks, Deadline, civil_day};
use crate::domain::id::{Account, ItemCode, TicketId, UnitCode};
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::ticket::{AnswerSource, Request, StepName};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// For how long after the end a contact on the same matter says that it was not solved (一次解决: 7 days).
pub const SAME_MATTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Another ticket of the same caller: it tells whether a matter came again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Which.
    pub id: TicketId,
    /// When it was opened.
    pub opened: Timestamp,
    /// Its item.
    pub item: Option<ItemCode>,
    /// The ticket it is merged into, where it is.
    pub main: Option<TicketId>,
}

/// How a call-back ended.
struct Verdict {
    at: Timestamp,
    unit: Option<UnitCode>,
    reached: bool,
    solved: Option<bool>,
    satisfied: Option<bool>,
}

/// A log, read once.
#[derive(Default)]
struct Story<'a> {
    id: Option<TicketId>,
    request: Option<&'a Request>,
    opened_by: Option<&'a Account>,
    accepted: Option<Timestamp>,
    total: Option<Deadline>,
    /// The unit's end stands for the total one: a staged answer was agreed to (Art. 24).
    staged: bool,
    direct: Option<(Timestamp, &'a AnswerSource)>,
    legs: Legs,
    closings: Vec<Verdict>,
    redone: bool,
    /// When it was taken out of the count: merged or withdrawn.
    gone: Option<Timestamp>,
    /// What the caller said after it was closed.
    said: Vec<Timestamp>,
    last: Option<Timestamp>,
}

impl<'a> Story<'a> {
    fn read(events: &'a [Event]) -> Self {
        let mut story = Self::default();
        for event in events {
            story.intake(event);
            story.handling(event);
            story.legs.take(event);
            story.last = Some(event.stamp.at);
        }
        story
    }

    fn intake(&mut self, event: &'a Event) {
        let at = event.stamp.at;
        match &event.kind {
            EventKind::Opened { id, request, .. } => {
                self.id = Some(*id);
                self.request = Some(request);
                self.opened_by = Some(&event.stamp.by.account);
            }
            EventKind::Amended { request } => self.request = Some(request),
            EventKind::ClosedDirectly { answer } => {
                self.direct = Some((at, &answer.source));
                self.accepted.get_or_insert(at);
            }
            EventKind::Submitted { total_due } => {
                self.accepted.get_or_insert(at);
                self.total.get_or_insert_with(|| total_due.clone());
            }
            EventKind::Merged { .. } | EventKind::Withdrawn { .. } => self.gone = Some(at),
            EventKind::Unmerged | EventKind::ChildAnswered { .. } => self.gone = None,
            _ => {}
        }
    }

    fn handling(&mut self, event: &'a Event) {
        let at = event.stamp.at;
        match &event.kind {
            EventKind::Dispatched { .. }
            | EventKind::Transferred { .. }
            | EventKind::Ruled {
                unit_due: Some(_), ..
            } => self.staged = false,
            EventKind::StageAgreed { .. } => self.staged = true,
            EventKind::DeadlinesMoved {
                total: Some(moved), ..
            } => self.total = Some(moved.to.clone()),
            EventKind::RedoAsked { .. } => {
                self.redone = true;
                self.said.push(at);
            }
            EventKind::ProgressAsked
            | EventKind::Urged { .. }
            | EventKind::Added { .. }
            | EventKind::ExplanationAsked { .. } => self.said.push(at),
            EventKind::Closed {
                reached,
                solved,
                satisfied,
                ..
            } => self.closings.push(Verdict {
                at,
                unit: self.legs.0.last().map(|leg| leg.unit.clone()),
                reached: *reached,
                solved: *solved,
                satisfied: *satisfied,
            }),
            _ => {}
        }
    }

    /// The unit as the figures name it: of a complaint against a unit nothing stands with that unit (Art. 10, 32).
    fn named(&self, unit: Option<&UnitCode>) -> Option<UnitCode> {
        let accused = self.request.and_then(|request| request.accused.as_ref());
        unit.filter(|unit| accused != Some(*unit)).cloned()
    }

    fn spot(&self, figure: Figure, day: Date, unit: Option<&UnitCode>) -> Spot {
        Spot {
            figure,
            day,
            unit: self.named(unit),
            account: None,
            item: self.request.and_then(|request| request.item.clone()),
        }
    }

    fn is_enterprise(&self) -> bool {
        let kind = self.request.map(|request| request.caller.kind);
        kind == Some(CallerKind::Enterprise)
    }

    /// In time or not, once the log tells: it was done, or it goes on at the end and later without it.
    fn in_time(
        &self,
        due: Timestamp,
        done: Option<Timestamp>,
        ended: Option<Timestamp>,
    ) -> Option<bool> {
        match done {
            Some(done) => Some(done <= due),
            // It was taken away before its time was over.
            None if ended.is_some_and(|ended| ended < due) => None,
            None => self.last.is_some_and(|last| last >= due).then_some(false),
        }
    }
}

/// What a ticket adds, by its events from the first on. `others` are the caller's other tickets, `clocks` the rules in
/// force. Empty for drafts and for what is no request.
pub fn of_ticket(events: &[Event], others: &[Other], clocks: &Clocks) -> Parts {
    let story = Story::read(events);
    let mut parts = Parts::new();
    intake(&story, &mut parts);
    for leg in &story.legs.0 {
        dispatch(&story, leg, clocks, &mut parts);
        unit_clock(&story, leg, &mut parts);
        steps(&story, leg, &mut parts);
    }
    for it in returns(events) {
        let spot = story.spot(Figure::ReturnsUpheld, civil_day(it.at), Some(&it.unit));
        add(&mut parts, spot, u64::from(it.upheld()), 1);
    }
    first_dispatch(&story, &mut parts);
    closed(&story, others, &mut parts);
    for verdict in &story.closings {
        called_back(&story, verdict, &mut parts);
    }
    parts
}

fn intake(story: &Story<'_>, parts: &mut Parts) {
    let Some(accepted) = story.accepted else {
        return;
    };
    let day = civil_day(accepted);
    let direct = u64::from(story.direct.is_some());
    add(parts, story.spot(Figure::Direct, day, None), direct, 1);
    if story.is_enterprise() {
        let spot = story.spot(Figure::EnterpriseDirect, day, None);
        add(parts, spot, direct, 1);
    }
    let expert = match story.direct {
        Some((_, AnswerSource::Expert { unit })) => Some(unit),
        _ => None,
    };
    let spot = story.spot(Figure::ExpertDirect, day, expert);
    add(parts, spot, u64::from(expert.is_some()), 1);
    let own = Spot {
        account: story.opened_by.cloned(),
        item: None,
        ..story.spot(Figure::SeatDirect, day, None)
    };
    add(parts, own, direct, 1);
}

fn first_dispatch(story: &Story<'_>, parts: &mut Parts) {
    let (Some(accepted), Some(leg)) = (story.accepted, story.legs.0.first()) else {
        return;
    };
    let minutes = leg.from.duration_since(accepted).as_mins();
    let spot = story.spot(
        Figure::DispatchMinutes,
        civil_day(leg.from),
        Some(&leg.unit),
    );
    add(parts, spot, u64::try_from(minutes).unwrap_or(0), 1);
}

fn dispatch(story: &Story<'_>, leg: &Leg, clocks: &Clocks, parts: &mut Parts) {
    let day = civil_day(leg.from);
    let unit = Some(&leg.unit);
    if leg.came == Came::Chosen {
        let right = u64::from(!(leg.return_asked && leg.upheld));
        add(parts, story.spot(Figure::Precision, day, unit), right, 1);
        let returned = u64::from(leg.return_asked);
        add(parts, story.spot(Figure::Returned, day, unit), returned, 1);
        // Which units are the city's is the directory's to say, when it is asked.
        add(parts, story.spot(Figure::CityShare, day, unit), 0, 1);
    }
    let due = clocks.due(ClockRuleName::SignIn, leg.from).due;
    if let Some(in_time) = story.in_time(due, leg.signed, leg.ended) {
        let spot = story.spot(Figure::SignedInTime, day, unit);
        add(parts, spot, u64::from(in_time), 1);
    }
    let told = match leg.told {
        Told::NotWanted => None,
        Told::At(at) => story.in_time(leg.due.due, Some(at), leg.ended),
        // An answer without the caller is one that did not reach them.
        Told::No if leg.answered.is_some() => Some(false),
        Told::No => story.in_time(leg.due.due, None, leg.ended),
    };
    if let Some(in_time) = told {
        let spot = story.spot(Figure::Contacted, day, unit);
        add(parts, spot, u64::from(in_time), 1);
    }
}

/// A unit's answer counts on the day on which it was due.
fn unit_clock(story: &Story<'_>, leg: &Leg, parts: &mut Parts) {
    let Some(in_time) = story.in_time(leg.due.due, leg.answered, leg.ended) else {
        return;
    };
    let (day, in_time) = (leg.due.last_day(), u64::from(in_time));
    let spot = story.spot(Figure::AnsweredInTime, day, Some(&leg.unit));
    add(parts, spot, in_time, 1);
    if story.is_enterprise() {
        let spot = story.spot(Figure::EnterpriseInTime, day, Some(&leg.unit));
        add(parts, spot, in_time, 1);
    }
}

fn steps(story: &Story<'_>, leg: &Leg, parts: &mut Parts) {
    let Some((contact, answer)) = &leg.steps else {
        return;
    };
    for (figure, step, due) in [
        (Figure::Contact2110, StepName::Contact, contact),
        (Figure::Answer2110, StepName::Answer, answer),
        (Figure::Solve2110, StepName::Solve, &leg.due),
    ] {
        if let Some(in_time) = story.in_time(due.due, leg.taken(step), leg.ended) {
            let spot = story.spot(figure, due.last_day(), Some(&leg.unit));
            add(parts, spot, u64::from(in_time), 1);
        }
    }
}

/// True when the matter came again within 7 days after its end.
fn came_again(story: &Story<'_>, others: &[Other], end: Timestamp) -> bool {
    let soon = |at: Timestamp| at > end && at.duration_since(end) <= SAME_MATTER;
    let item = story.request.and_then(|request| request.item.as_ref());
    let same = |other: &&Other| {
        let merged = other.main.is_some() && other.main == story.id;
        merged || (item.is_some() && other.item.as_ref() == item)
    };
    story.said.iter().any(|at| soon(*at))
        || others
            .iter()
            .filter(|other| Some(other.id) != story.id)
            .filter(same)
            .any(|other| soon(other.opened))
}

fn closed(story: &Story<'_>, others: &[Other], parts: &mut Parts) {
    let first = story.closings.first();
    let unit = first.and_then(|verdict| verdict.unit.as_ref());
    if let Some(first) = first {
        let day = civil_day(first.at);
        let redone = u64::from(story.redone);
        add(
            parts,
            story.spot(Figure::ClosedFirst, day, unit),
            1 - redone,
            1,
        );
        add(parts, story.spot(Figure::Redone, day, unit), redone, 1);
    }
    let end = first.map(|it| it.at).or(story.direct.map(|(at, _)| at));
    if let Some(end) = end {
        let once = u64::from(!came_again(story, others, end));
        let spot = story.spot(Figure::OnceSolved, civil_day(end), unit);
        add(parts, spot, once, 1);
    }
    let last = story.legs.0.last();
    let staged = last.filter(|_| story.staged).map(|leg| &leg.due);
    let Some(due) = staged.or(story.total.as_ref()) else {
        return;
    };
    let at = first.map(|it| it.at);
    if let Some(in_time) = story.in_time(due.due, at, story.gone) {
        let unit = unit.or(last.map(|leg| &leg.unit));
        let spot = story.spot(Figure::ClosedInTime, due.last_day(), unit);
        add(parts, spot, u64::from(in_time), 1);
    }
}

fn called_back(story: &Story<'_>, verdict: &Verdict, parts: &mut Parts) {
    let day = civil_day(verdict.at);
    let unit = verdict.unit.as_ref();
    let mut put = |figure, yes: bool| {
        add(parts, story.spot(figure, day, unit), u64::from(yes), 1);
    };
    put(Figure::Reached, verdict.reached);
    if !verdict.reached {
        return;
    }
    let (solved, satisfied) = (
        verdict.solved == Some(true),
        verdict.satisfied == Some(true),
    );
    put(Figure::Solved, solved);
    put(Figure::Satisfied, satisfied);
    if story.is_enterprise() {
        put(Figure::EnterpriseSolved, solved);
        put(Figure::EnterpriseSatisfied, satisfied);
    }
}
