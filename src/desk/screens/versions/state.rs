//! What the versions' screen knows.

use crate::desk::keymap::Place;
use crate::domain::id::{DraftId, EntryCode};
use crate::domain::knowledge::{Draft, Entry, Origin};
use crate::domain::text::Line;
use crate::protocol::draft::EntryVersion;
use crate::protocol::uses::EntryUse;
use serde::{Deserialize, Serialize};

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The draft, when it is one.
    pub draft: Option<Draft>,
    /// The entry's versions, newest first.
    pub versions: Vec<EntryVersion>,
    /// They are being read.
    pub loading: bool,
    /// Once they are read, the newest is written on, out of this.
    pub revise: Option<Origin>,
    /// With these words among its other wordings.
    pub wording: Option<Line>,
    /// How often it was opened and answered with of late, once it was read.
    pub used: Option<EntryUse>,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which draft, when it is one.
    pub draft: Option<DraftId>,
    /// Which entry.
    pub code: Option<EntryCode>,
    /// Which of its versions is looked at, the newest 0.
    pub at: usize,
    /// Rows scrolled away.
    pub scroll: u16,
    /// Where Esc goes back to.
    pub back: Option<Place>,
}

impl State {
    /// The version that is looked at.
    pub fn shown(&self) -> Option<&EntryVersion> {
        self.versions.get(self.kept.at)
    }

    /// The two entries: the older on the left, the newer on the right.
    pub fn pair(&self) -> (Option<&Entry>, Option<&Entry>) {
        let entry = |at: usize| self.versions.get(at).map(|it| &it.entry.entry);
        match &self.draft {
            Some(draft) => (entry(0), Some(&draft.entry)),
            None => (entry(self.kept.at + 1), entry(self.kept.at)),
        }
    }
}
