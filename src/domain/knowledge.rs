//! Knowledge (知识库): one question, one answer that can be read aloud, owned by a department, resting on
//! an article, valid for a time.

mod article;
mod correction;
mod draft;
mod gap;
mod usage;

pub use article::{LawChange, bare};
pub use correction::{Correction, CorrectionVerdict, Settled, may_correct};
pub use draft::{
    Draft, DraftAction, DraftDeed, DraftStage, DraftState, Origin, Writer, begin, restore, retire,
};
pub use gap::{Asked, Gap, gather};
pub use usage::{Deed, Use, countable, says};

use super::id::EntryCode;
use super::text::{Line, Prose};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 市民.
    Citizen,
    /// 企业.
    Enterprise,
    /// Both.
    #[default]
    Both,
}

/// An article of a law that something stands on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Basis {
    /// The law's full name.
    pub law: Line,
    /// The article, e.g. 第三十四条.
    pub article: Line,
}

/// What an entry says. Texts of a file import may be long: up to 8,000 characters each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Its code, which stays the same over all versions.
    pub code: EntryCode,
    /// One plain question; not blank.
    pub question: Line,
    /// Everyday ways to ask the same.
    #[serde(default)]
    pub variants: Vec<Line>,
    /// Words it should be found by.
    #[serde(default)]
    pub keywords: Vec<Line>,
    /// The answer, to be read aloud as it stands; not blank.
    pub answer: Prose,
    /// How to do it.
    #[serde(default)]
    pub steps: Vec<Prose>,
    /// What to bring.
    #[serde(default)]
    pub materials: Vec<Prose>,
    /// How long it takes.
    #[serde(default)]
    pub time_limit: Line,
    /// Whom to ring.
    #[serde(default)]
    pub telephone: Line,
    /// Where to go.
    #[serde(default)]
    pub place: Line,
    /// What it costs.
    #[serde(default)]
    pub fee: Line,
    /// The department that owns it.
    #[serde(default)]
    pub department: Line,
    /// `一级/二级`.
    #[serde(default)]
    pub category: Line,
    /// Whom it is for.
    #[serde(default)]
    pub audience: Audience,
    /// What it stands on.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// First day it holds.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// Last day it holds.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<Date>,
    /// A remark of the editors, e.g. that it is demonstration data and of which date.
    #[serde(default)]
    pub marked: Line,
    /// True when citizens may read it themselves (对外公开).
    #[serde(default)]
    pub public: bool,
}

/// Whether an entry holds on a day.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// It holds.
    Valid,
    /// Its last day is at most 30 days away.
    Expiring,
    /// Its first day is still to come.
    NotYet,
    /// Its last day is over: shown below all valid ones, and marked.
    Expired,
}

/// What makes an entry useless: a field that must be written and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A field is blank.
    #[error("{field} is blank: write it, or leave the entry out")]
    Blank {
        /// `question` or `answer`.
        field: &'static str,
    },
    /// The last day lies before the first.
    #[error("valid_until lies before valid_from: it would never hold")]
    NeverValid,
}

impl EntryError {
    /// The field to look at.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Blank { field } => field,
            Self::NeverValid => "valid_until",
        }
    }
}

impl Entry {
    /// Checks that it has a question and an answer and holds on some day.
    pub fn check(&self) -> Result<(), EntryError> {
        if self.question.is_blank() {
            return Err(EntryError::Blank { field: "question" });
        }
        if self.answer.is_blank() {
            return Err(EntryError::Blank { field: "answer" });
        }
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if until < from => Err(EntryError::NeverValid),
            _ => Ok(()),
        }
    }

    /// Whether it holds on `today`.
    pub fn validity(&self, today: Date) -> Validity {
        Validity::on(today, self.valid_from, self.valid_until)
    }
}

impl Validity {
    /// What first and last day say of `today`; none of them means no bound.
    pub fn on(today: Date, from: Option<Date>, until: Option<Date>) -> Self {
        match (from, until) {
            (_, Some(until)) if until < today => Self::Expired,
            (Some(from), _) if from > today => Self::NotYet,
            (_, Some(until)) if until.duration_since(today).as_hours() <= 30 * 24 => Self::Expiring,
            _ => Self::Valid,
        }
    }
}

/// An entry as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedEntry {
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
    /// Its own version: 1, and one more for each change.
    pub version: u64,
    /// The version of the whole knowledge base that this change made.
    pub revision: u64,
    /// True when it was taken out (下架): it leaves the index and stays in the history.
    #[serde(default)]
    pub retired: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn entry(question: &str, answer: &str) -> Entry {
        serde_json::from_value(serde_json::json!({
            "code": "GJJ-0001", "question": question, "answer": answer,
        }))
        .unwrap()
    }

    #[test]
    fn an_entry_has_a_question_and_an_answer() {
        for (question, answer, result) in [
            ("怎么提取？", "带身份证。", Ok(())),
            (" ", "带身份证。", Err("question")),
            ("怎么提取？", "\n", Err("answer")),
        ] {
            assert_eq!(
                entry(question, answer).check().map_err(EntryError::field),
                result
            );
        }
    }

    #[test]
    fn an_entry_holds_from_its_first_to_its_last_day() {
        let today = date(2026, 11, 24);
        for (from, until, validity) in [
            (None, None, Validity::Valid),
            (Some(date(2026, 11, 24)), None, Validity::Valid),
            (Some(date(2026, 11, 25)), None, Validity::NotYet),
            (None, Some(date(2026, 11, 23)), Validity::Expired),
            (None, Some(date(2026, 11, 24)), Validity::Expiring),
            (None, Some(date(2026, 12, 24)), Validity::Expiring),
            (None, Some(date(2026, 12, 25)), Validity::Valid),
        ] {
            let entry = Entry {
                valid_from: from,
                valid_until: until,
                ..entry("怎么提取？", "带身份证。")
            };
            assert_eq!(entry.validity(today), validity, "{from:?} {until:?}");
        }
        let never = Entry {
            valid_from: Some(today),
            valid_until: Some(date(2026, 11, 23)),
            ..entry("怎么提取？", "带身份证。")
        };
        assert_eq!(never.check(), Err(EntryError::NeverValid));
    }
}
