//! The editors' reads and writes, each as one type: desk, line and journal pass them on without knowing them.

use super::draft::{
    CorrectionFilter, Days, DraftChange, DraftFilter, EntryVersion, Expiring, Flagged, Gaps,
    NewCorrection, NewDraft, NewLawChange, RestoreEntry, RetireEntry, Retired, SettleCorrection,
    Wordings, Year, YearFigures,
};
use super::page::{Page, PageRequest};
use super::uses::{Counted, EntryUses, UseFilter, UseReport};
use crate::domain::id::{CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{Correction, Draft, DraftAction, LawChange};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something of the editors' that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorsAsk {
    /// A page of drafts.
    Drafts(DraftFilter),
    /// A draft.
    Draft(DraftId),
    /// An entry's versions.
    Versions(EntryCode),
    /// A page of corrections.
    Corrections(CorrectionFilter),
    /// What was answered out of no source.
    Gaps(Days),
    /// What expires.
    Expiring(Days),
    /// Who changed what when.
    Changes(PageRequest),
    /// Entries whose article changed.
    Flagged(Days),
    /// What people call things.
    Wordings(Days),
    /// How often entries were used.
    Uses(UseFilter),
    /// What a year comes to.
    Figures(Year),
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorsGot {
    /// To [`EditorsAsk::Drafts`].
    Drafts(Page<Draft>),
    /// To [`EditorsAsk::Draft`].
    Draft(Box<Draft>),
    /// To [`EditorsAsk::Versions`].
    Versions(Page<EntryVersion>),
    /// To [`EditorsAsk::Corrections`].
    Corrections(Page<Correction>),
    /// To [`EditorsAsk::Gaps`].
    Gaps(Gaps),
    /// To [`EditorsAsk::Expiring`].
    Expiring(Expiring),
    /// To [`EditorsAsk::Changes`].
    Changes(Page<EntryVersion>),
    /// To [`EditorsAsk::Flagged`].
    Flagged(Flagged),
    /// To [`EditorsAsk::Wordings`].
    Wordings(Wordings),
    /// To [`EditorsAsk::Uses`].
    Uses(EntryUses),
    /// To [`EditorsAsk::Figures`].
    Figures(YearFigures),
}

/// A write of the editors', or of a seat to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "write", rename_all = "snake_case")]
pub enum EditorsWrite {
    /// Begins a draft.
    Begin {
        /// Which.
        draft: Box<NewDraft>,
    },
    /// An action on a draft.
    Act {
        /// Which.
        id: DraftId,
        /// What.
        change: Box<DraftChange>,
    },
    /// Takes an entry out.
    Retire {
        /// Which.
        code: EntryCode,
        /// As it was seen, and why.
        retire: RetireEntry,
    },
    /// Brings an older version back.
    Restore {
        /// Of which entry.
        code: EntryCode,
        /// Which version, as which draft.
        restore: RestoreEntry,
    },
    /// Sends a correction.
    Correct {
        /// The correction.
        correction: NewCorrection,
    },
    /// Settles a correction.
    Settle {
        /// Which.
        id: CorrectionId,
        /// How.
        settle: SettleCorrection,
    },
    /// Notes that an article changed.
    LawChanged {
        /// Which.
        change: NewLawChange,
    },
    /// Tells what a seat opened, answered with and searched in vain.
    Report {
        /// What.
        report: UseReport,
    },
}

/// What came of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorsDone {
    /// The draft as it is now.
    Draft(Box<Draft>),
    /// The entry was taken out.
    Retired(Retired),
    /// The correction as it is now.
    Correction(Box<Correction>),
    /// The change of an article.
    LawChanged(Box<LawChange>),
    /// How many uses were counted.
    Counted(Counted),
}

impl EditorsWrite {
    /// What it is about: a draft or a correction; an entry that is taken out has only its code.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::Begin { draft } => Some(draft.id.0),
            Self::Act { id, .. } => Some(id.0),
            Self::Restore { restore, .. } => Some(restore.draft.0),
            Self::Correct { correction } => Some(correction.id.0),
            Self::Settle { id, .. } => Some(id.0),
            Self::LawChanged { change } => Some(change.id.0),
            Self::Retire { .. } | Self::Report { .. } => None,
        }
    }

    /// The version it was made on, of what has a subject and was there before.
    pub fn base(&self) -> Option<(Uuid, u64)> {
        match self {
            Self::Act { id, change } => Some((id.0, change.version)),
            Self::Settle { id, settle } => Some((id.0, settle.version)),
            _ => None,
        }
    }

    /// The same on another version.
    pub fn rebase(&mut self, version: u64) {
        match self {
            Self::Act { change, .. } => change.version = version,
            Self::Settle { settle, .. } => settle.version = version,
            _ => {}
        }
    }

    /// True when it carries the whole text as it was read: on a version of somebody else it would undo their words.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Act { change, .. } if matches!(change.action, DraftAction::Save { .. }))
    }
}

impl EditorsDone {
    /// What it is about, and its version now.
    pub fn version(&self) -> (Uuid, u64) {
        match self {
            Self::Draft(draft) => (draft.id.0, draft.version),
            Self::Correction(correction) => (correction.id.0, correction.version),
            Self::Retired(retired) => (Uuid::nil(), retired.version),
            Self::LawChanged(change) => (change.id.0, 1),
            Self::Counted(_) => (Uuid::nil(), 1),
        }
    }
}
