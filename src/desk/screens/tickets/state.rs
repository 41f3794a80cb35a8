//! What the list of tickets knows.

use crate::desk::widgets::{Editor, ListState};
use crate::domain::id::TicketId;
use crate::protocol::page::Page;
use crate::protocol::ticket::{TicketFilter, TicketRow, TicketScope};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a page that is being read is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// The first page of another filter.
    #[default]
    Other,
    /// The first page again: something in it changed.
    Again,
    /// The page after what was read.
    More,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// The rows read so far.
    pub rows: Vec<TicketRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// A page is being read.
    pub loading: bool,
    /// What that page is for.
    pub reading: Reading,
    /// Something changed meanwhile: the first page is to be read again.
    pub again: bool,
    /// How many of the rows the first page held.
    pub first: usize,
    /// The first row of the filter that is being read is to be opened as soon as it is there.
    pub opening: bool,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which tickets.
    pub scope: TicketScope,
    /// What is typed.
    pub query: Editor,
    /// Which is selected.
    pub list: ListState,
    /// Its ticket: a list that is read again keeps it under the finger.
    #[serde(default)]
    pub selected: Option<TicketId>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            scope: TicketScope::ToDo,
            query: Editor::line(100),
            list: ListState::default(),
            selected: None,
        }
    }
}

impl State {
    /// The filter as it stands, for the first page or the one after what was read.
    pub fn filter(&self, more: bool) -> TicketFilter {
        let query = self.kept.query.text().trim();
        TicketFilter {
            scope: self.kept.scope,
            q: (!query.is_empty()).then(|| query.to_owned()),
            after: if more { self.next.clone() } else { None },
            limit: Some(200),
            ..TicketFilter::default()
        }
    }

    /// Takes the page that was read.
    pub fn take(&mut self, page: Page<TicketRow>) {
        let row = self.selected().cloned();
        match self.reading {
            Reading::Other => {
                self.first = page.items.len();
                self.rows = page.items;
                self.next = page.next;
            }
            Reading::Again => self.merge(page),
            Reading::More => {
                let known: BTreeSet<TicketId> = self.rows.iter().map(|row| row.id).collect();
                let new = page
                    .items
                    .into_iter()
                    .filter(|row| !known.contains(&row.id));
                self.rows.extend(new);
                self.next = page.next;
            }
        }
        self.find_selected(row.filter(|_| self.reading != Reading::Other));
    }

    /// Another list could not be read: the rows of the one before must not stand under its name.
    pub fn forget_rows(&mut self) {
        self.rows.clear();
        (self.next, self.first) = (None, 0);
        self.kept.list.clamp(0);
    }

    /// Puts the first page in place of the old one. What followed stays, and so does what newcomers pushed
    /// out of the page: else it would be in neither.
    fn merge(&mut self, page: Page<TicketRow>) {
        let old = std::mem::take(&mut self.rows);
        let (head, tail) = old.split_at(self.first.min(old.len()));
        let fresh: BTreeSet<TicketId> = page.items.iter().map(|row| row.id).collect();
        let known: BTreeSet<TicketId> = old.iter().map(|row| row.id).collect();
        let keeps_tail = page.next.is_some() && !tail.is_empty();
        self.first = page.items.len();
        if keeps_tail {
            let pushed = fresh.difference(&known).count();
            let gone: Vec<&TicketRow> =
                head.iter().filter(|row| !fresh.contains(&row.id)).collect();
            let below = gone.len().saturating_sub(pushed);
            let stays = gone.into_iter().skip(below).chain(tail);
            let stays = stays.filter(|row| !fresh.contains(&row.id)).cloned();
            self.rows = page.items.into_iter().chain(stays).collect();
        } else {
            self.rows = page.items;
            self.next = page.next;
        }
    }

    /// Finds the selected ticket again; `row` takes its place while it is selected, should it have left.
    fn find_selected(&mut self, row: Option<TicketRow>) {
        let place = self
            .kept
            .selected
            .and_then(|id| self.rows.iter().position(|row| row.id == id));
        match (place, row) {
            (Some(at), _) => self.kept.list.at = at,
            (None, Some(row)) if self.kept.selected == Some(row.id) => {
                self.kept.list.clamp(self.rows.len() + 1);
                self.rows.insert(self.kept.list.at, row);
            }
            _ => self.kept.list.clamp(self.rows.len()),
        }
        self.mark();
    }

    /// Remembers which ticket is selected.
    pub fn mark(&mut self) {
        self.kept.selected = self.selected().map(|row| row.id);
    }

    /// The person acted on a ticket: it need not stay in the list for being selected.
    pub fn acted(&mut self, id: TicketId) {
        if self.kept.selected == Some(id) {
            self.kept.selected = None;
        }
    }

    /// A ticket is no longer for this person's eyes.
    pub fn withdrawn(&mut self, id: TicketId) {
        let before = self.rows.iter().take(self.kept.list.at);
        let above = before.filter(|row| row.id == id).count();
        self.rows.retain(|row| row.id != id);
        self.kept.list.at = self.kept.list.at.saturating_sub(above);
        self.kept.list.clamp(self.rows.len());
        self.mark();
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&TicketRow> {
        self.rows.get(self.kept.list.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::tests::world::row;
    use crate::domain::ticket::Stage;

    fn page(numbers: &[u128], next: bool) -> Page<TicketRow> {
        Page {
            items: numbers
                .iter()
                .map(|n| row(*n, "停水", Stage::InHand))
                .collect(),
            next: next.then(|| "next".to_owned()),
        }
    }

    fn numbers(state: &State) -> Vec<u128> {
        let tail = |row: &TicketRow| row.id.0.as_u128() & 0xffff;
        state.rows.iter().map(tail).collect()
    }

    /// The list as read, the first page read again, what stands there then, and where the selection is.
    #[test]
    fn a_list_read_again_keeps_the_selected_ticket_under_the_finger() {
        for (first, more, at, again, next, expected, selected) in [
            (
                &[1, 2, 3][..],
                &[][..],
                1,
                &[9, 1, 2, 3][..],
                false,
                &[9, 1, 2, 3][..],
                2,
            ),
            (&[1, 2, 3], &[], 1, &[3, 2, 1], false, &[3, 2, 1], 1),
            (&[1, 2, 3], &[], 1, &[1, 3], false, &[1, 2, 3], 1),
            (&[1, 2, 3], &[], 2, &[], false, &[3], 0),
            (&[1, 2], &[3, 4], 3, &[9, 1], true, &[9, 1, 2, 3, 4], 4),
            (&[1, 2], &[3, 4], 3, &[1, 3], true, &[1, 3, 4], 2),
            (&[1, 2], &[3, 4], 0, &[1, 3], false, &[1, 3], 0),
        ] {
            let mut state = State::default();
            state.take(page(first, !more.is_empty()));
            if !more.is_empty() {
                state.reading = Reading::More;
                state.take(page(more, false));
            }
            state.kept.list.at = at;
            state.mark();
            state.reading = Reading::Again;
            state.take(page(again, next));
            let found = (numbers(&state), state.kept.list.at);
            assert_eq!(
                found,
                (expected.to_vec(), selected),
                "{first:?} {more:?} {again:?}"
            );
        }
    }

    #[test]
    fn what_was_acted_on_leaves_and_what_was_withdrawn_moves_nothing_else() {
        let mut state = State::default();
        state.take(page(&[1, 2, 3], false));
        state.kept.list.at = 1;
        state.mark();
        state.withdrawn(row(1, "停水", Stage::InHand).id);
        assert_eq!((numbers(&state), state.kept.list.at), (vec![2, 3], 0));
        state.acted(row(2, "停水", Stage::InHand).id);
        state.reading = Reading::Again;
        state.take(page(&[3], false));
        assert_eq!(numbers(&state), vec![3]);
    }
}
