//! Knowledge (知识库): one question, one answer that can be read aloud, owned by a department, resting on
//! an article, valid for a time.

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

impl Entry {
    /// Whether it holds on `today`.
    pub fn validity(&self, today: Date) -> Validity {
        match (self.valid_from, self.valid_until) {
            (_, Some(until)) if until < today => Validity::Expired,
            (Some(from), _) if from > today => Validity::NotYet,
            (_, Some(until)) if until.duration_since(today).as_hours() <= 30 * 24 => {
                Validity::Expiring
            }
            _ => Validity::Valid,
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
