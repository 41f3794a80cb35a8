//! What comes back after a crash: every part of the screens that a person made, by key. A part is written
//! when it differs from what was written before; the newest value of a key wins.

use super::keymap::Place;
use super::popup::{Dialog, Popup};
use super::ports::{JournalRecord, Outgoing};
use super::screens::{
    call, callbacks, consults, draft, figures, knowledge, ticket, tickets, versions,
};
use super::state::{Level, Refused, State};
use crate::domain::knowledge::Use;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Before the names of refused writes that another desk left.
const ADOPTED: &str = "adopted/";

/// Every part as the journal has it; `None` where it has another value or none. Kept as the parts themselves, so
/// that a frame compares and only what changed is turned into a record.
#[derive(Default)]
pub struct Remembered {
    place: Option<Place>,
    #[allow(
        clippy::option_option,
        reason = "not known to the journal, known as none, known as one"
    )]
    popup: Option<Option<Popup>>,
    shelf: Option<Vec<Dialog>>,
    refused: Option<Vec<Refused>>,
    errors: Option<Vec<String>>,
    tickets: Option<tickets::Kept>,
    ticket: Option<ticket::Kept>,
    callbacks: Option<callbacks::Kept>,
    consults: Option<consults::Kept>,
    knowledge: Option<knowledge::Kept>,
    figures: Option<figures::Kept>,
    entry: Option<draft::State>,
    uses: Option<Vec<Use>>,
    versions: Option<versions::Kept>,
    call: call::Remembered,
    /// What was taken over from another desk: its own records are to be removed.
    taken: Vec<String>,
}

impl Remembered {
    /// The journal does not have this part after all.
    pub fn forget(&mut self, key: &str) {
        match key {
            "place" => self.place = None,
            "popup" => self.popup = None,
            "shelf" => self.shelf = None,
            "refused" => self.refused = None,
            "errors" => self.errors = None,
            "tickets" => self.tickets = None,
            "ticket" => self.ticket = None,
            "callbacks" => self.callbacks = None,
            "consults" => self.consults = None,
            key if key.starts_with(ADOPTED) => self.taken.push(key.to_owned()),
            "knowledge" => self.knowledge = None,
            "figures" => self.figures = None,
            "entry" => self.entry = None,
            "uses" => self.uses = None,
            "versions" => self.versions = None,
            key => self.call.forget(key),
        }
    }
}

/// The record of a part.
pub fn record(key: &str, part: impl Serialize) -> JournalRecord {
    JournalRecord {
        key: key.to_owned(),
        value: Some(serde_json::to_value(part).unwrap_or_default()),
    }
}

/// Writes a part that is not as it was written last.
pub fn part<T: Clone + PartialEq + Serialize>(
    records: &mut Vec<JournalRecord>,
    key: &str,
    had: &mut Option<T>,
    has: &T,
) {
    if had.as_ref() != Some(has) {
        records.push(record(key, has));
        *had = Some(has.clone());
    }
}

/// The parts that changed since they were last asked for. Before a sign-in there is nobody to keep them for.
pub fn changes(state: &mut State) -> Vec<JournalRecord> {
    if state.person.is_none() {
        return Vec::new();
    }
    noted(state)
}

/// The parts that changed; from now on they count as written.
fn noted(state: &mut State) -> Vec<JournalRecord> {
    let mut records = Vec::new();
    let had = &mut state.remembered;
    part(&mut records, "place", &mut had.place, &state.place);
    part(&mut records, "popup", &mut had.popup, &state.popup);
    part(&mut records, "shelf", &mut had.shelf, &state.shelf);
    part(&mut records, "refused", &mut had.refused, &state.refused);
    // What went wrong and was not yet seen: it stays until it is, over a crash too.
    let errors = state.notices.iter();
    let errors = errors.filter(|notice| notice.level == Level::Error);
    let errors: Vec<String> = errors.map(|notice| notice.text.clone()).collect();
    part(&mut records, "errors", &mut had.errors, &errors);
    let lists = &state.tickets.kept;
    part(&mut records, "tickets", &mut had.tickets, lists);
    part(&mut records, "ticket", &mut had.ticket, state.ticket.kept());
    let callbacks = &state.callbacks.kept;
    part(&mut records, "callbacks", &mut had.callbacks, callbacks);
    let consults = &state.consults.kept;
    part(&mut records, "consults", &mut had.consults, consults);
    let lists = &state.knowledge.kept;
    part(&mut records, "knowledge", &mut had.knowledge, lists);
    let figures = &state.figures.kept;
    part(&mut records, "figures", &mut had.figures, figures);
    part(&mut records, "entry", &mut had.entry, &state.draft);
    part(&mut records, "uses", &mut had.uses, &state.uses);
    let versions = &state.versions.kept;
    part(&mut records, "versions", &mut had.versions, versions);
    state.call.changes(&mut had.call, &mut records);
    // In the same write as what holds them from now on.
    let taken = std::mem::take(&mut state.remembered.taken);
    records.extend(
        taken
            .into_iter()
            .map(|key| JournalRecord { key, value: None }),
    );
    records
}

/// Reads a part; one that another version wrote and that no longer fits is left out.
pub fn read<T: DeserializeOwned>(records: &[JournalRecord], key: &str) -> Option<T> {
    let newest = records.iter().rev().find(|record| record.key == key)?;
    serde_json::from_value(newest.value.clone()?).ok()
}

/// The name under which refused writes of another desk are taken over: each value has its own. `None` where there is
/// nothing to take.
pub fn adopted_key(value: &serde_json::Value) -> Option<String> {
    let kept: Vec<Refused> = serde_json::from_value(value.clone()).ok()?;
    kept.first().map(|first| format!("{ADOPTED}{}", first.id))
}

/// Refused writes that were taken over from another desk, by the names of their records.
fn adopted(records: &[JournalRecord]) -> Vec<(String, Vec<Refused>)> {
    let there = records.iter().filter(|it| it.key.starts_with(ADOPTED));
    there
        .filter_map(|it| {
            let kept = serde_json::from_value(it.value.clone()?).ok()?;
            Some((it.key.clone(), kept))
        })
        .collect()
}

/// The refused writes that records for the journal hold: in it, they are safe.
pub fn refused(records: &[JournalRecord]) -> Vec<Outgoing> {
    let kept = read::<Vec<Refused>>(records, "refused").unwrap_or_default();
    kept.into_iter().map(|it| it.outgoing).collect()
}

/// Puts back what a journal kept. What is on the screen afterwards is what was on it before.
pub fn restore(state: &mut State, records: &[JournalRecord]) {
    if let Some(kept) = read(records, "tickets") {
        state.tickets.kept = kept;
    }
    if let Some(kept) = read(records, "ticket") {
        state.ticket.restore(kept);
    }
    if let Some(kept) = read(records, "callbacks") {
        state.callbacks.kept = kept;
    }
    if let Some(kept) = read(records, "consults") {
        state.consults.kept = kept;
    }
    if let Some(kept) = read(records, "knowledge") {
        state.knowledge.kept = kept;
    }
    if let Some(kept) = read(records, "figures") {
        state.figures.kept = kept;
    }
    if let Some(uses) = read(records, "uses") {
        state.uses = uses;
    }
    if let Some(kept) = read(records, "entry") {
        state.draft = kept;
    }
    if let Some(kept) = read(records, "versions") {
        state.versions.kept = kept;
    }
    state.call.restore(records);
    if let Some(shelf) = read(records, "shelf") {
        state.shelf = shelf;
    }
    if let Some(refused) = read(records, "refused") {
        state.refused = refused;
    }
    let adopted = adopted(records);
    for refused in adopted.iter().flat_map(|(_, refused)| refused) {
        if !state.refused.iter().any(|it| it.id == refused.id) {
            state.refused.push(refused.clone());
        }
    }
    for error in read::<Vec<String>>(records, "errors").unwrap_or_default() {
        state.complain(error);
    }
    if let Some(popup) = read::<Option<Popup>>(records, "popup") {
        state.popup = popup;
    }
    if let Some(place) = read::<Place>(records, "place")
        && place != Place::SignIn
    {
        state.place = place;
    }
    // What came back stands in the journal already, but for what was on its way: that is a draft now; and what another
    // desk left is this one's now, under its own name.
    noted(state);
    if !adopted.is_empty() {
        state.remembered.forget("refused");
        state.remembered.taken = adopted.into_iter().map(|(key, _)| key).collect();
    }
    if read::<Vec<serde::de::IgnoredAny>>(records, "outgoing").is_some_and(|it| !it.is_empty()) {
        state.remembered.forget("drafts");
        state.remembered.forget("outgoing");
    }
}
