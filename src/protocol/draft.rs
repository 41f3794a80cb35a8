//! The editors' work: `/api/knowledge/drafts`, `/api/knowledge/entries/{code}/…`, `/api/knowledge/corrections`, and the
//! lists of what is missing, what expires and what changed.

use crate::domain::id::{Account, CorrectionId, DraftId, EntryCode, LawChangeId};
use crate::domain::knowledge::{
    CorrectionVerdict, DraftAction, Entry, Gap, LawChange, Origin, PublishedEntry,
};
use crate::domain::text::Line;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new draft. The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewDraft {
    /// Its identifier, a UUID v7.
    pub id: DraftId,
    /// What it says; may be incomplete.
    pub entry: Entry,
    /// The entry's version that it was written on; 0 for a new entry.
    #[serde(default)]
    pub based_on: u64,
    /// Out of what it came.
    #[serde(default)]
    pub origin: Origin,
    /// It is given for review in the same step.
    #[serde(default)]
    pub submit: bool,
}

/// An action on a draft as it was at `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DraftChange {
    /// The version the actor saw.
    pub version: u64,
    /// What to do.
    #[serde(flatten)]
    pub action: DraftAction,
}

/// Which drafts are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftScope {
    /// Begun by the asker and not finished.
    #[default]
    Mine,
    /// In review.
    ToReview,
    /// Not finished, whoever began them.
    Open,
    /// Published or dropped.
    Finished,
}

/// Which drafts are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DraftFilter {
    /// Which; one's own unless told.
    #[serde(default)]
    #[param(inline)]
    pub scope: DraftScope,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// One version of an entry: what it said, and who made it when out of what and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryVersion {
    /// The entry as this version has it.
    #[serde(flatten)]
    pub entry: PublishedEntry,
    /// Who made it.
    pub by: Account,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The draft it was published from; nothing for an import or a retirement.
    pub draft: Option<DraftId>,
    /// Why it was taken out; blank where it was not.
    pub reason: String,
}

/// Takes an entry out (下架).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RetireEntry {
    /// The version that was seen.
    pub version: u64,
    /// Why; not blank.
    pub reason: Line,
}

/// That an entry was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Retired {
    /// Which.
    pub code: EntryCode,
    /// The version that says so.
    pub version: u64,
}

/// Brings an older version back (恢复): it becomes a draft in review, which another person publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestoreEntry {
    /// The draft's identifier, a UUID v7.
    pub draft: DraftId,
    /// Which version is to hold again.
    pub version: u64,
    /// The version that was seen to hold now.
    pub current: u64,
}

/// A correction (纠错). The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewCorrection {
    /// Its identifier, a UUID v7.
    pub id: CorrectionId,
    /// Which entry.
    pub code: EntryCode,
    /// The version of it that was read.
    pub entry_version: u64,
    /// What is wrong; may be blank.
    #[serde(default)]
    pub note: Line,
}

/// What an editor makes of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SettleCorrection {
    /// The version the actor saw.
    pub version: u64,
    /// Whether it was right.
    pub verdict: CorrectionVerdict,
    /// Said to the one who sent it.
    #[serde(default)]
    pub note: Line,
}

/// Which corrections are wanted, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CorrectionFilter {
    /// The settled ones instead of the open ones.
    #[serde(default)]
    pub settled: bool,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// How many days are looked at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct Days {
    /// 1 to 366; 30 unless told.
    pub days: Option<u16>,
}

/// An entry that expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExpiringEntry {
    /// Whose it is.
    pub department: Line,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// Its code.
    pub code: EntryCode,
    /// Its version.
    pub version: u64,
    /// Its question.
    pub question: Line,
}

/// What expires in the days to come, by department and then by day; at most 2,000.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Expiring {
    /// The entries.
    pub entries: Vec<ExpiringEntry>,
}

/// What was answered out of no source, or searched for in vain, in the days past, gathered by what is alike, the most asked first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Gaps {
    /// The gaps.
    pub gaps: Vec<Gap>,
    /// How many directly closed tickets were looked at.
    pub looked_at: u64,
    /// True when there were more of them than are looked at: the newest were.
    pub cut: bool,
}

/// Words that people find an entry by and that it does not say (口语问法): to be written into its variants, or into the
/// list of everyday words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wording {
    /// The words.
    pub words: Line,
    /// The entry that they led to.
    pub code: EntryCode,
    /// Its version.
    pub version: u64,
    /// Its question.
    pub question: Line,
    /// How often.
    pub times: u64,
}

/// What people call things, the most used first; at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Wordings {
    /// The words with their entries.
    pub wordings: Vec<Wording>,
}

/// That an article changed. The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewLawChange {
    /// Its identifier, a UUID v7.
    pub id: LawChangeId,
    /// The law's full name; not blank.
    pub law: Line,
    /// The article; blank for the whole law.
    #[serde(default)]
    pub article: Line,
    /// What changed.
    #[serde(default)]
    pub note: Line,
}

/// An entry that stands on an article which changed after it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlaggedEntry {
    /// Its code.
    pub code: EntryCode,
    /// Its version.
    pub version: u64,
    /// Whose it is.
    pub department: Line,
    /// Its question.
    pub question: Line,
    /// What changed.
    pub change: LawChange,
}

/// The flagged entries, the newest change first; at most 2,000.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Flagged {
    /// The entries.
    pub entries: Vec<FlaggedEntry>,
}

/// Which year.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct Year {
    /// 2000 to 9000; this year unless told.
    pub year: Option<i16>,
}

/// What a year comes to: every rate with its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct YearFigures {
    /// The year.
    pub year: i16,
    /// Versions that were made.
    pub changes: u64,
    /// Entries that were changed: with at least one version of the year.
    pub entries: u64,
    /// Entries that were new.
    pub added: u64,
    /// Entries that were taken out.
    pub retired: u64,
    /// Requests of the year that were accepted: all but drafts and calls that were no request.
    pub accepted: u64,
    /// Of them, those that were answered at once (直办).
    pub closed_directly: u64,
}
