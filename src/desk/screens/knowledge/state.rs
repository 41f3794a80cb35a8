//! What the editors' lists know.

use crate::desk::widgets::ListState;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Correction, Draft, Gap};
use crate::protocol::draft::{
    CorrectionFilter, Days, DraftFilter, DraftScope, EntryVersion, ExpiringEntry, FlaggedEntry,
    Wording, YearFigures,
};
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::protocol::page::PageRequest;
use serde::{Deserialize, Serialize};

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tab {
    /// Drafts that are being written.
    #[default]
    Writing,
    /// Drafts that wait for another person.
    Review,
    /// Entries whose last day is near.
    Expiring,
    /// Entries whose article changed after they were written.
    Flagged,
    /// What was answered out of no source, or searched for in vain.
    Gaps,
    /// Words that people find an entry by and that it does not say.
    Wordings,
    /// What seats say is wrong.
    Corrections,
    /// Who changed what when.
    Changes,
}

impl Tab {
    /// All, in their order.
    pub const ALL: [Self; 8] = [
        Self::Writing,
        Self::Review,
        Self::Expiring,
        Self::Flagged,
        Self::Gaps,
        Self::Wordings,
        Self::Corrections,
        Self::Changes,
    ];

    /// What is read for it; `after` is the page before.
    pub fn ask(self, after: Option<String>) -> EditorsAsk {
        let limit = Some(100);
        let drafts = |scope, after| {
            EditorsAsk::Drafts(DraftFilter {
                scope,
                after,
                limit,
            })
        };
        match self {
            Self::Writing => drafts(DraftScope::Open, after),
            Self::Review => drafts(DraftScope::ToReview, after),
            Self::Expiring => EditorsAsk::Expiring(Days::default()),
            Self::Flagged => EditorsAsk::Flagged(Days::default()),
            Self::Gaps => EditorsAsk::Gaps(Days::default()),
            Self::Wordings => EditorsAsk::Wordings(Days::default()),
            Self::Corrections => EditorsAsk::Corrections(CorrectionFilter {
                settled: false,
                after,
                limit,
            }),
            Self::Changes => EditorsAsk::Changes(PageRequest { after, limit }),
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A draft.
    Draft(Box<Draft>),
    /// An entry that expires.
    Expiring(ExpiringEntry),
    /// A gap.
    Gap(Gap),
    /// A correction.
    Correction(Box<Correction>),
    /// A change.
    Change(Box<EntryVersion>),
    /// An entry whose article changed.
    Flagged(Box<FlaggedEntry>),
    /// What people call a thing.
    Wording(Wording),
}

impl Row {
    /// Its name: the same row, read again, has the same.
    pub fn name(&self) -> String {
        match self {
            Self::Draft(draft) => draft.id.to_string(),
            Self::Expiring(entry) => entry.code.to_string(),
            Self::Gap(gap) => gap
                .tickets
                .last()
                .map_or_else(|| gap.title.to_string(), ToString::to_string),
            Self::Flagged(it) => format!("{} {}", it.change.id, it.code),
            Self::Wording(it) => format!("{} {}", it.code, it.words),
            Self::Correction(correction) => correction.id.to_string(),
            Self::Change(change) => change.entry.revision.to_string(),
        }
    }

    /// The entry that it is about; a gap has none.
    pub fn code(&self) -> Option<&EntryCode> {
        Some(match self {
            Self::Draft(draft) => &draft.entry.code,
            Self::Expiring(entry) => &entry.code,
            Self::Correction(correction) => &correction.code,
            Self::Change(change) => &change.entry.entry.code,
            Self::Flagged(it) => &it.code,
            Self::Wording(it) => &it.code,
            Self::Gap(_) => return None,
        })
    }
}

/// The lists.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The rows read so far.
    pub rows: Vec<Row>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// A page is being read; true when it follows the rows that are there.
    pub loading: Option<bool>,
    /// Something changed meanwhile: it is to be read again.
    pub again: bool,
    /// What the year comes to, once it was read.
    pub figures: Option<YearFigures>,
}

/// What a journal keeps of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which list.
    pub tab: Tab,
    /// Which row.
    pub list: ListState,
    /// Its name: a list that is read again keeps it under the finger.
    pub selected: Option<String>,
}

/// The rows of an answer and the cursor of the next page.
pub fn rows(got: EditorsGot) -> Option<(Vec<Row>, Option<String>)> {
    let draft = |it| Row::Draft(Box::new(it));
    let correction = |it| Row::Correction(Box::new(it));
    let change = |it| Row::Change(Box::new(it));
    Some(match got {
        EditorsGot::Drafts(page) => (page.items.into_iter().map(draft).collect(), page.next),
        EditorsGot::Corrections(page) => {
            (page.items.into_iter().map(correction).collect(), page.next)
        }
        EditorsGot::Changes(page) => (page.items.into_iter().map(change).collect(), page.next),
        EditorsGot::Expiring(list) => (list.entries.into_iter().map(Row::Expiring).collect(), None),
        EditorsGot::Gaps(list) => (list.gaps.into_iter().map(Row::Gap).collect(), None),
        EditorsGot::Flagged(list) => {
            let row = |it| Row::Flagged(Box::new(it));
            (list.entries.into_iter().map(row).collect(), None)
        }
        EditorsGot::Wordings(list) => (list.wordings.into_iter().map(Row::Wording).collect(), None),
        EditorsGot::Draft(_)
        | EditorsGot::Versions(_)
        | EditorsGot::Uses(_)
        | EditorsGot::Figures(_) => return None,
    })
}

impl State {
    /// Takes rows that were read; the selected one stays selected where it still is.
    pub fn take(&mut self, more: bool, rows: Vec<Row>, next: Option<String>) {
        if more {
            let known: Vec<String> = self.rows.iter().map(Row::name).collect();
            let new = rows.into_iter().filter(|row| !known.contains(&row.name()));
            self.rows.extend(new);
        } else {
            self.rows = rows;
        }
        self.next = next;
        let wanted = self.kept.selected.as_ref();
        let place = self.rows.iter().position(|row| Some(&row.name()) == wanted);
        self.kept.list.at = place.unwrap_or(self.kept.list.at);
        self.kept.list.clamp(self.rows.len());
        self.mark();
    }

    /// Remembers which row is selected.
    pub fn mark(&mut self) {
        self.kept.selected = self.selected().map(Row::name);
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&Row> {
        self.rows.get(self.kept.list.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::tests::editors::expiring;

    #[test]
    fn the_selected_row_stays_under_the_finger_when_the_list_is_read_again() {
        let mut state = State::default();
        let rows = |codes: &[usize]| codes.iter().map(|n| Row::Expiring(expiring(*n))).collect();
        state.take(false, rows(&[1, 2, 3]), None);
        state.kept.list.at = 1;
        state.mark();
        state.take(false, rows(&[9, 1, 2, 3]), None);
        assert_eq!(state.kept.list.at, 2);
        state.take(false, rows(&[9, 1]), Some("2".to_owned()));
        assert_eq!(state.kept.list.at, 1);
        state.take(true, rows(&[1, 4]), None);
        assert_eq!(state.rows.len(), 3, "a row that came twice stands once");
    }
}
