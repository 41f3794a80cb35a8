//! The score of a practice call: the quality sheet's points, each decided from what was recorded, with the moment and
//! the evidence. What could not be observed does not count; one fatal error fails the call.

mod checks;
mod evidence;
mod fatal;
mod sheet;

#[cfg(test)]
mod tests;

pub use crate::protocol::practice::{
    Check, Evidence, Fatal, FatalError, Mark, PartScore, Score, Why,
};
pub use sheet::{Part, Point, Sheet, SheetError};

use super::scene::Scene;
use super::tape::{Done, Event, Moment};

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
