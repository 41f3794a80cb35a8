//! The score of a practice call: the quality sheet's points, each decided from what was recorded, with the moment and
//! the evidence. What could not be observed does not count; one fatal error fails the call.

mod checks;
mod evidence;
mod fatal;
mod sheet;

#[cfg(test)]
mod tests;

pub use evidence::{Evidence, Why};
pub use fatal::Fatal;
pub use sheet::{Check, Part, Point, Sheet, SheetError};

use super::scene::Scene;
use super::tape::{Done, Event, Moment};
use serde::{Deserialize, Serialize};

/// A point of the sheet as it was marked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Which check.
    pub check: Check,
    /// Its weight in the part.
    pub weight: u32,
    /// 0 to 1; `None` when it could not be observed.
    pub got: Option<f32>,
    /// What made it so.
    pub evidence: Vec<Evidence>,
}

/// A part of the sheet as it was marked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartScore {
    /// Its name in the sheet.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Points at most.
    pub max: u32,
    /// Below this share, in percent, the call is not passed whatever the total.
    pub least: u32,
    /// Points, over what could be observed of it; `None` when nothing could.
    pub got: Option<f32>,
    /// Its points.
    pub marks: Vec<Mark>,
}

impl PartScore {
    /// True when the part alone keeps the call from being passed.
    pub fn is_short(&self) -> bool {
        self.got
            .is_some_and(|got| got * 100.0 < number(self.max) * number(self.least))
    }
}

/// A fatal error with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FatalError {
    /// Which.
    pub fatal: Fatal,
    /// What made it so.
    pub evidence: Evidence,
}

/// The score of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to 100, over what could be observed.
    pub total: f32,
    /// The pass mark.
    pub pass: u32,
    /// True when the total reaches the mark and nothing was fatal.
    pub passed: bool,
    /// The parts.
    pub parts: Vec<PartScore>,
    /// Fatal errors.
    pub fatal: Vec<FatalError>,
}

/// What is looked at to decide a point.
pub(super) struct Record<'a> {
    pub scene: &'a Scene,
    pub tape: &'a [Moment],
    pub done: Option<&'a Done>,
}

impl<'a> Record<'a> {
    fn new(scene: &'a Scene, tape: &'a [Moment]) -> Self {
        let done = tape.iter().rev().find_map(|moment| match &moment.event {
            Event::Closed { done } => Some(done.as_ref()),
            _ => None,
        });
        Self { scene, tape, done }
    }

    /// How many lines the trainee said.
    pub(super) fn lines(&self) -> usize {
        self.tape
            .iter()
            .filter(|moment| matches!(moment.event, Event::Said { .. }))
            .count()
    }
}

/// Scores a call by a sheet.
pub fn score(scene: &Scene, sheet: &Sheet, tape: &[Moment]) -> Score {
    let record = Record::new(scene, tape);
    let parts: Vec<PartScore> = sheet
        .parts
        .iter()
        .map(|part| marked(part, &record))
        .collect();
    let (mut got, mut most) = (0.0, 0.0);
    for part in &parts {
        if let Some(points) = part.got {
            got += points;
            most += number(part.max);
        }
    }
    let total = if most > 0.0 { 100.0 * got / most } else { 0.0 };
    let fatal = fatal::found(&record, &sheet.fatal.checks);
    Score {
        total,
        pass: sheet.pass,
        passed: fatal.is_empty()
            && total >= number(sheet.pass)
            && !parts.iter().any(PartScore::is_short),
        parts,
        fatal,
    }
}

fn marked(part: &Part, record: &Record<'_>) -> PartScore {
    let marks: Vec<Mark> = part
        .points
        .iter()
        .map(|point| {
            let (got, evidence) = checks::decide(point.check, record);
            Mark {
                check: point.check,
                weight: point.weight,
                got,
                evidence,
            }
        })
        .collect();
    let observed = marks
        .iter()
        .filter_map(|mark| Some((mark.got?, number(mark.weight))));
    let (got, most) = observed.fold((0.0, 0.0), |(got, most), (share, weight)| {
        (got + share * weight, most + weight)
    });
    PartScore {
        id: part.id.clone(),
        title: part.title.clone(),
        title_en: part.title_en.clone(),
        max: part.max,
        least: part.least,
        got: (most > 0.0).then(|| number(part.max) * got / most),
        marks,
    }
}

/// A count as a share's part; counts here are small.
#[expect(
    clippy::cast_precision_loss,
    reason = "points and lines are counted in hundreds at most"
)]
pub(super) fn number(count: impl TryInto<u32>) -> f32 {
    count.try_into().unwrap_or(u32::MAX) as f32
}
