//! The queue itself: what waits, in which order, what hangs on what.

use super::deed::{Acknowledged, Deed, Outgoing};
use crate::link::journal::{Journal, JournalError, Record};
use crate::protocol::error::ApiError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot, watch};
use uuid::Uuid;

const PREFIX: &str = "outbox/";

fn key_of(ordinal: u64) -> String {
    format!("{PREFIX}{ordinal:020}")
}

fn ordinal_of(key: &str) -> Option<u64> {
    key.strip_prefix(PREFIX)?.parse().ok()
}

/// What became of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Done(Acknowledged),
    /// The server refused it for good. Whoever waited for this has it, and says so by [`Outbox::noted`] once it
    /// is safe with them; until then a restart brings it back, parked.
    Refused(ApiError),
}

/// A deed that was put into the outbox.
#[derive(Debug)]
pub struct Pending {
    /// As it will be sent.
    pub outgoing: Outgoing,
    /// What becomes of it. Dropping this lets a refusal be parked.
    pub outcome: oneshot::Receiver<Outcome>,
    /// Whether it is safe in the journal; if not, it lives in memory only, and a person should know.
    pub kept: Result<(), JournalError>,
}

/// A deed in the outbox, with the error it was refused with when it is parked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The deed.
    pub outgoing: Outgoing,
    /// Why it was refused; `None` while it is still to be sent.
    pub error: Option<ApiError>,
}

/// How many deeds wait, and how many of them are parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To be sent.
    pub waiting: u32,
    /// Refused; a person has to look.
    pub parked: u32,
}

pub(super) struct Item {
    ordinal: u64,
    pub(super) held: Parked,
    waiter: Option<oneshot::Sender<Outcome>>,
    /// Refused, and somebody was told: it stays in the journal only until they have noted it.
    told: bool,
    /// Faults of the server while sending this one.
    faults: u32,
}

/// The unsent actions of a desk. Clones are the same outbox.
#[derive(Clone)]
pub struct Outbox {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    journal: Journal,
    items: Mutex<Vec<Item>>,
    /// The last place given away. Never goes back: a place that was used again could be struck out of the
    /// journal by what is still being noted about its first holder.
    last: AtomicU64,
    counts: watch::Sender<Counts>,
    pub(super) bell: Notify,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Outbox")
            .field(&*self.shared.counts.borrow())
            .finish()
    }
}

impl Outbox {
    /// The outbox as the journal holds it, with what closed desks of the same user could not send.
    pub fn open(journal: Journal) -> Result<Self, JournalError> {
        let mut items = read(&journal);
        // The place of a record that this version cannot read stays its own.
        let places = journal.records(PREFIX).into_iter();
        let mut last = places
            .filter_map(|record| ordinal_of(&record.key))
            .max()
            .unwrap_or(0);
        let known: HashMap<Uuid, u64> = items
            .iter()
            .map(|item| (item.held.outgoing.id, item.ordinal))
            .collect();
        let adopted = journal.adopt(PREFIX, |value| {
            let held = Parked::deserialize(value).ok()?;
            // After a crash between taking over and removing it is here already.
            if let Some(ordinal) = known.get(&held.outgoing.id) {
                return Some(key_of(*ordinal));
            }
            last += 1;
            Some(key_of(last))
        })?;
        if adopted > 0 {
            items = read(&journal);
        }
        let outbox = Self {
            shared: Arc::new(Shared {
                journal,
                items: Mutex::new(items),
                last: AtomicU64::new(last),
                counts: watch::channel(Counts::default()).0,
                bell: Notify::new(),
            }),
        };
        outbox.count(&outbox.items());
        Ok(outbox)
    }

    pub(super) fn items(&self) -> MutexGuard<'_, Vec<Item>> {
        self.shared
            .items
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, items: &[Item]) {
        let kept = items.iter().filter(|item| !item.told).count();
        let parked = |item: &&Item| item.held.error.is_some() && !item.told;
        let parked = items.iter().filter(parked).count();
        let counts = Counts {
            waiting: u32::try_from(kept - parked).unwrap_or(u32::MAX),
            parked: u32::try_from(parked).unwrap_or(u32::MAX),
        };
        self.shared
            .counts
            .send_if_modified(|old| std::mem::replace(old, counts) != counts);
    }

    fn keep(&self, ordinal: u64, held: Option<&Parked>) -> Result<(), JournalError> {
        self.shared.journal.append(&[record(ordinal, held)])
    }

    /// Puts a deed at the end. When this returns it is in the journal, unless `kept` says otherwise.
    pub fn put(&self, deed: Deed, now: Timestamp) -> Pending {
        let id = Uuid::now_v7();
        let outgoing = Outgoing {
            id,
            idempotency_key: id.to_string(),
            deed,
            made_at: now,
        };
        let (waiter, outcome) = oneshot::channel();
        let held = Parked {
            outgoing: outgoing.clone(),
            error: None,
        };
        let mut items = self.items();
        let ordinal = self.shared.last.fetch_add(1, Ordering::Relaxed) + 1;
        let kept = self.keep(ordinal, Some(&held));
        items.push(Item {
            ordinal,
            held,
            waiter: Some(waiter),
            told: false,
            faults: 0,
        });
        self.count(&items);
        drop(items);
        self.shared.bell.notify_one();
        Pending {
            outgoing,
            outcome,
            kept,
        }
    }

    /// Everything in it, in order. What somebody was told is with them.
    pub fn list(&self) -> Vec<Parked> {
        let items = self.items();
        let kept = items.iter().filter(|item| !item.told);
        kept.map(|item| item.held.clone()).collect()
    }

    /// Those who were told of refusals have noted these: they are kept here no longer.
    pub fn noted(&self, safe: impl Fn(&Outgoing) -> bool) -> Result<(), JournalError> {
        let mut items = self.items();
        let gone = items.extract_if(.., |item| item.told && safe(&item.held.outgoing));
        let records: Vec<_> = gone.map(|item| record(item.ordinal, None)).collect();
        if records.is_empty() {
            return Ok(());
        }
        self.shared.journal.append(&records)
    }

    /// How much is in it, as it is and as it changes.
    pub fn counts(&self) -> watch::Receiver<Counts> {
        self.shared.counts.subscribe()
    }

    /// A person wants a parked deed to be tried again, at its place in the order.
    pub fn retry(&self, id: Uuid) -> Result<(), JournalError> {
        let kept = self.change(id, |item| {
            // Who tries again has seen that it had moved on.
            if let Some(ApiError::Stale { current, .. }) = item.held.error.take()
                && !item.held.outgoing.deed.is_whole()
            {
                item.held.outgoing.deed.rebase(current);
            }
            item.faults = 0;
        });
        self.shared.bell.notify_one();
        kept
    }

    /// A person has seen a parked deed and gives it up. One that is not parked stays.
    pub fn discard(&self, id: Uuid) -> Result<(), JournalError> {
        let mut items = self.items();
        let parked = |item: &Item| item.held.outgoing.id == id && item.held.error.is_some();
        let Some(at) = items.iter().position(parked) else {
            return Ok(());
        };
        let item = items.remove(at);
        let kept = self.keep(item.ordinal, None);
        self.count(&items);
        drop(items);
        self.shared.bell.notify_one();
        kept
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Item)) -> Result<(), JournalError> {
        let mut items = self.items();
        let Some(item) = items.iter_mut().find(|item| item.held.outgoing.id == id) else {
            return Ok(());
        };
        change(item);
        let kept = self.keep(item.ordinal, Some(&item.held));
        self.count(&items);
        kept
    }

    /// The first deed that nothing holds up.
    pub(super) fn next(&self) -> Option<Outgoing> {
        let mut held_up = HashSet::new();
        for item in self.items().iter().filter(|item| !item.told) {
            let subjects = item.held.outgoing.deed.subjects();
            if item.held.error.is_none() && !subjects.iter().any(|id| held_up.contains(id)) {
                return Some(item.held.outgoing.clone());
            }
            held_up.extend(subjects);
        }
        None
    }

    /// The server is done with it. A refusal that nobody waits for is parked, and returned.
    pub(super) fn settle(&self, id: Uuid, outcome: Outcome) -> Option<Parked> {
        let mut items = self.items();
        let at = items.iter().position(|item| item.held.outgoing.id == id)?;
        let waiter = items.get_mut(at).and_then(|item| item.waiter.take());
        let refusal = match &outcome {
            Outcome::Done(_) => None,
            Outcome::Refused(error) => Some(error.clone()),
        };
        let rebased = match &outcome {
            Outcome::Done(acknowledged) => rebase(&mut items, at, acknowledged),
            Outcome::Refused(_) => Vec::new(),
        };
        let told = waiter.is_some_and(|waiter| waiter.send(outcome).is_ok());
        let (mut records, parked) = match refusal {
            Some(error) => {
                let item = items.get_mut(at)?;
                item.held.error = Some(error);
                item.told = told;
                let parked = item.held.clone();
                let records = vec![record(item.ordinal, Some(&parked))];
                (records, (!told).then_some(parked))
            }
            None => (vec![record(items.remove(at).ordinal, None)], None),
        };
        records.extend(rebased);
        // Noted under the lock, so that journal and memory change in the same order.
        if let Err(error) = self.shared.journal.append(&records) {
            // It would be sent again after a restart, under the same key: harmless.
            tracing::warn!(%error, "what became of a sent action could not be noted");
        }
        self.count(&items);
        parked
    }

    /// Counts a fault of the server on this deed; how many there were.
    pub(super) fn fault(&self, id: Uuid) -> u32 {
        self.items()
            .iter_mut()
            .find(|item| item.held.outgoing.id == id)
            .map_or(0, |item| {
                item.faults += 1;
                item.faults
            })
    }
}

fn record(ordinal: u64, held: Option<&Parked>) -> Record {
    Record {
        key: key_of(ordinal),
        value: held.and_then(|held| serde_json::to_value(held).ok()),
    }
}

/// What was put in after the deed at `at`, on the version which that one has just moved on, is meant for what
/// came of it. Whatever somebody else changed in between still makes it stale. Returns what changed.
fn rebase(items: &mut [Item], at: usize, acknowledged: &Acknowledged) -> Vec<Record> {
    let (subject, version) = acknowledged.version();
    let before = items
        .get(at)
        .and_then(|item| item.held.outgoing.deed.base());
    let later = items.iter_mut().skip(at + 1);
    let meant = later.filter(|item| match (item.held.outgoing.deed.base(), before) {
        (Some((id, _)), _) if id != subject => false,
        (Some((_, on)), Some((_, moved))) => on == moved,
        // Nobody else can have changed what was only just opened.
        (Some((_, on)), None) => on < version,
        (None, _) => false,
    });
    meant
        .map(|item| {
            item.held.outgoing.deed.rebase(version);
            record(item.ordinal, Some(&item.held))
        })
        .collect()
}

fn read(journal: &Journal) -> Vec<Item> {
    let mut items: Vec<_> = journal
        .records(PREFIX)
        .into_iter()
        .filter_map(|record| {
            let ordinal = ordinal_of(&record.key)?;
            let held = Parked::deserialize(record.value.unwrap_or(Value::Null)).ok()?;
            Some(Item {
                ordinal,
                held,
                waiter: None,
                told: false,
                faults: 0,
            })
        })
        .collect();
    items.sort_by_key(|item| item.ordinal);
    items
}
