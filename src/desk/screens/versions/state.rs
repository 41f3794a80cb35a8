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
    /// Which of its versions is looked at; nothing is the newest, whichever that is by then.
    #[serde(default)]
    pub version: Option<u64>,
    /// Rows scrolled away.
    pub scroll: u16,
    /// Where Esc goes back to.
    pub back: Option<Place>,
}

impl State {
    /// The place of the version that is looked at; of one that is no longer there, that of the newest.
    pub fn at(&self) -> usize {
        let wanted = self.kept.version;
        let place = |version| {
            self.versions
                .iter()
                .position(|it| it.entry.version == version)
        };
        wanted.and_then(place).unwrap_or(0)
    }

    /// Looks at the version at a place; at the newest it stays the newest when another one comes.
    pub fn look_at(&mut self, place: usize) {
        let version = self.versions.get(place).filter(|_| place > 0);
        self.kept.version = version.map(|it| it.entry.version);
    }

    /// The version that is looked at.
    pub fn shown(&self) -> Option<&EntryVersion> {
        self.versions.get(self.at())
    }

    /// The two entries: the older on the left, the newer on the right.
    pub fn pair(&self) -> (Option<&Entry>, Option<&Entry>) {
        let entry = |at: usize| self.versions.get(at).map(|it| &it.entry.entry);
        match &self.draft {
            Some(draft) => (entry(0), Some(&draft.entry)),
            None => (entry(self.at() + 1), entry(self.at())),
        }
    }
}
