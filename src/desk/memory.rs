//! What comes back after a crash: every part of the screens that a person made, by key. A part is written
//! when it differs from what was written before; the newest value of a key wins.

use super::keymap::Place;
use super::popup::Popup;
use super::ports::JournalRecord;
use super::state::State;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn value(it: impl Serialize) -> Value {
    serde_json::to_value(it).unwrap_or(Value::Null)
}

/// All parts with their keys.
fn parts(state: &State) -> Vec<(&'static str, Value)> {
    let mut parts = vec![
        ("place", value(state.place)),
        ("popup", value(&state.popup)),
        ("shelf", value(&state.shelf)),
        ("tickets", value(&state.tickets.kept)),
        ("ticket", value(state.ticket.kept())),
        ("callbacks", value(&state.callbacks.kept)),
    ];
    parts.extend(state.call.parts());
    parts
}

/// The parts that changed since they were last asked for. Before a sign-in there is nobody to keep them for.
pub fn changes(state: &mut State) -> Vec<JournalRecord> {
    if state.person.is_none() {
        return Vec::new();
    }
    let mut records = Vec::new();
    for (key, value) in parts(state) {
        if state.remembered.get(key) != Some(&value) {
            records.push(JournalRecord {
                key: key.to_owned(),
                value: Some(value.clone()),
            });
            state.remembered.insert(key, value);
        }
    }
    records
}

/// Reads a part; one that another version wrote and that no longer fits is left out.
pub fn read<T: DeserializeOwned>(records: &[JournalRecord], key: &str) -> Option<T> {
    let newest = records.iter().rev().find(|record| record.key == key)?;
    serde_json::from_value(newest.value.clone()?).ok()
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
    state.call.restore(records);
    if let Some(shelf) = read(records, "shelf") {
        state.shelf = shelf;
    }
    if let Some(popup) = read::<Option<Popup>>(records, "popup") {
        state.popup = popup;
    }
    if let Some(place) = read::<Place>(records, "place")
        && place != Place::SignIn
    {
        state.place = place;
    }
    for (key, value) in parts(state) {
        state.remembered.insert(key, value);
    }
}
