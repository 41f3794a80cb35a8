//! From the words of a request to the directory's item, the kind, the place and who would handle it; and
//! the look-up of items, units and streets by Chinese, pinyin and initials. Pure: it knows no screen and no
//! store, and what it says is a suggestion that a person confirms.

mod kind;
mod lookup;
mod place;
mod score;

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod tests;

pub use lookup::Choice;

use crate::domain::directory::{Assignment, Directory, Item};
use crate::domain::id::{DistrictCode, ItemCode, UnitCode};
use crate::domain::text::Line;
use crate::domain::ticket::{Kind, Request};
use lookup::Names;
use score::{Scored, Scorer};
use std::sync::Arc;

/// Below this score nothing is suggested, in parts of what the rarest word alone is worth.
const LEAST_SCORE: f32 = 0.25;
/// Items that stand behind the first one.
const ALTERNATIVES: usize = 4;

/// What the words of a request suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The item.
    pub item: ItemCode,
    /// The next best items, best first, at most four.
    pub others: Vec<ItemCode>,
    /// The kind of request, where words say it.
    pub kind: Option<Kind>,
    /// The district: the request's own, else the one that its words name.
    pub district: Option<DistrictCode>,
    /// The street by name, likewise; empty when there is none.
    pub street: Line,
    /// Who would handle it there; `None` where the directory can't say.
    pub assignment: Option<Assignment>,
    /// How sure, 0 to 100.
    pub confidence: u8,
    /// The caller's words that decided, in the order they were said.
    pub words: Vec<String>,
}

/// Answers from one version of the directory; built once for it (some 20 ms for 600 items).
#[derive(Debug)]
pub struct Suggester {
    directory: Arc<Directory>,
    scorer: Scorer,
    items: Names,
    units: Names,
    streets: Names,
}

impl Suggester {
    /// Reads the directory.
    pub fn new(directory: Arc<Directory>) -> Self {
        Self {
            scorer: Scorer::new(&directory.items),
            items: Names::of_items(&directory.items),
            units: Names::of_units(&directory.units),
            streets: Names::of_streets(&directory),
            directory,
        }
    }

    /// The directory it answers from.
    pub const fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// What a request's words suggest; `None` when they fit no item. The item that the request already has is
    /// not looked at: a suggestion must be able to differ from it.
    pub fn suggest(&self, request: &Request) -> Option<Suggestion> {
        let text = told(request);
        let ranked = self.scorer.rank(&text, ALTERNATIVES + 1);
        let (best, rest) = ranked.split_first()?;
        if best.score < LEAST_SCORE {
            return None;
        }
        let item = self.directory.items.get(best.item)?;
        let kind = kind::of(&text);
        let (district, street) = place::of(&self.directory, request, &text);
        let assignment = self.directory.assign(
            &item.code,
            kind.unwrap_or(request.kind),
            district.as_ref(),
            street.as_str(),
        );
        Some(Suggestion {
            item: item.code.clone(),
            others: self.codes(rest),
            kind,
            district,
            street,
            assignment,
            confidence: confidence(best, rest.first()),
            words: best.words(&text),
        })
    }

    /// Items by name, path or what callers call them; best first.
    pub fn items(&self, query: &str, limit: usize) -> Vec<Choice<ItemCode>> {
        self.items.find(query, limit, |at| {
            let item = self.directory.items.get(at)?;
            Some((item.code.clone(), path(item)))
        })
    }

    /// Units by any of their names; best first.
    pub fn units(&self, query: &str, limit: usize) -> Vec<Choice<UnitCode>> {
        self.units.find(query, limit, |at| {
            let unit = self.directory.units.get(at)?;
            Some((unit.code.clone(), unit.name.as_str().to_owned()))
        })
    }

    /// Streets by name, each with its district; best first.
    pub fn streets(&self, query: &str, limit: usize) -> Vec<Choice<DistrictCode>> {
        self.streets.find(query, limit, |at| {
            let street = self.directory.streets.get(at)?;
            Some((street.district.clone(), street.name.as_str().to_owned()))
        })
    }

    fn codes(&self, scored: &[Scored]) -> Vec<ItemCode> {
        scored
            .iter()
            .filter_map(|one| Some(self.directory.items.get(one.item)?.code.clone()))
            .collect()
    }
}

/// An item's path in one line.
fn path(item: &Item) -> String {
    item.path.each_ref().map(Line::as_str).join("/")
}

/// What the caller told, the weightiest first.
fn told(request: &Request) -> String {
    let elements = &request.elements;
    [
        request.title.as_str(),
        request.text.as_str(),
        request.asked.as_str(),
        elements.cause.as_str(),
        elements.course.as_str(),
        elements.where_.as_str(),
    ]
    .join("\n")
}

/// How sure: how much of the item's own words was said, and how far the next item is behind.
fn confidence(best: &Scored, next: Option<&Scored>) -> u8 {
    let lead = next.map_or(1.0, |next| 1.0 - next.score / best.score.max(f32::EPSILON));
    let sure = 100.0 * (0.6 * best.coverage + 0.4 * lead.clamp(0.0, 1.0));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number from 0 to 100"
    )]
    {
        sure.clamp(0.0, 100.0).round() as u8
    }
}
