//! What a hit shows, out of its entry as it was stored: only these fields are read, for most of an entry is not
//! shown in a list.

use super::highlight::Marker;
use super::searcher::{Hit, Tier};
use super::snippet::snippet;
use super::text::cells;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::Validity;
use crate::domain::text::{Line, Prose};
use jiff::civil::Date;
use serde::Deserialize;

/// The fields of a [`crate::domain::knowledge::PublishedEntry`] that a hit shows.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    code: EntryCode,
    question: Line,
    answer: Prose,
    #[serde(default)]
    department: Line,
    #[serde(default)]
    valid_from: Option<Date>,
    #[serde(default)]
    valid_until: Option<Date>,
    version: u64,
    revision: u64,
}

impl Shown {
    /// The hit, with what matched marked.
    pub(super) fn hit(self, tier: Tier, score: f32, marker: &Marker, today: Date) -> Hit {
        let question_marks = marker.marks(&cells(self.question.as_str()));
        let answer = self.answer.as_str();
        let (snippet, snippet_marks) = snippet(answer, &marker.marks_or_pieces(&cells(answer)));
        Hit {
            code: self.code,
            question: self.question,
            question_marks,
            snippet,
            snippet_marks,
            department: self.department,
            validity: Validity::on(today, self.valid_from, self.valid_until),
            valid_until: self.valid_until,
            version: self.version,
            revision: self.revision,
            tier,
            score,
        }
    }
}
