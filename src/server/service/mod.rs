//! What the server does, a file a capability, a function a use case: load, ask the domain, write in one
//! transaction. Every list and every read shows only what the asker may see. No HTTP and no SQL here.

pub mod articles;
pub mod calendar;
pub mod callbacks;
pub mod calls;
pub mod consults;
pub mod counting;
pub mod directory;
pub mod directory_check;
pub mod drafts;
pub mod figures;
pub mod freshness;
pub mod jobs;
pub mod keys;
pub mod knowledge;
pub mod numbers;
pub mod outages;
pub mod people;
pub mod practice;
pub mod returns;
pub mod sessions;
mod ticket_lists;
pub mod tickets;
pub mod uses;
pub mod vectors;

use super::core::Core;
use super::relay::{Audience, Notice};
use super::store::{OutboxNew, Place, ReplayRecord, StoreError, sealed};
use crate::domain::id::{Account, SeatNo, UnitCode};
use crate::domain::role::{Actor, Person, Role, Stamp};
use crate::domain::text::Line;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The person.
    pub person: Person,
    /// The seat they sit at.
    pub seat: Option<SeatNo>,
}

/// An idempotency key with what it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The header's value, 1 to 128 characters.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub body: [u8; 32],
}

impl Who {
    /// The server itself: what it does without being asked, and what its own command line does.
    pub fn system() -> Result<Self, ApiError> {
        let code = |_| ApiError::Unavailable;
        Ok(Self {
            person: Person {
                account: Account::parse("system").map_err(code)?,
                name: Line::lossy("system"),
                roles: vec![Role::Administrator],
                unit: UnitCode::parse("HOTLINE").map_err(code)?,
                seat: None,
                skills: Vec::new(),
                languages: Vec::new(),
            },
            seat: None,
        })
    }

    /// The person at their seat, as an event remembers them.
    pub fn actor(&self) -> Actor {
        Actor {
            account: self.person.account.clone(),
            seat: self.seat.clone(),
            unit: self.person.unit.clone(),
        }
    }

    /// The person at a moment of the server's clock.
    pub fn stamp(&self, core: &Core) -> Stamp {
        Stamp {
            by: self.actor(),
            at: core.now(),
        }
    }
}

/// A store's error as the asker is told it; what is our own fault goes to the log with a trace.
pub(crate) fn fault(error: &StoreError) -> ApiError {
    match error {
        StoreError::Unavailable(_) | StoreError::DiskFull | StoreError::ReadOnly => {
            tracing::warn!(%error, "the store refused");
            ApiError::Unavailable
        }
        StoreError::KeyUsed => ApiError::IdempotencyConflict,
        error => {
            let trace = uuid::Uuid::now_v7().to_string();
            tracing::error!(%error, trace, "a fault of the server");
            ApiError::Internal { trace }
        }
    }
}

/// The same, for a write to a thing that may be stale, there already, or missing.
pub(crate) fn refused(
    what: &str,
    id: impl std::fmt::Display,
) -> impl FnOnce(StoreError) -> ApiError {
    move |error| match error {
        StoreError::Stale { current, expected } => ApiError::Stale {
            what: what.to_owned(),
            current,
            sent: expected,
        },
        StoreError::Exists => ApiError::Exists {
            what: what.to_owned(),
            id: id.to_string(),
        },
        StoreError::Missing => not_found(what, &id),
        error => fault(&error),
    }
}

/// There is no such thing, or none that the asker may see.
pub(crate) fn not_found(what: &str, id: &dyn std::fmt::Display) -> ApiError {
    ApiError::NotFound {
        what: what.to_owned(),
        id: id.to_string(),
    }
}

/// A value that is not what a field takes.
pub(crate) fn invalid(field: &str, problem: impl std::fmt::Display) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        problem: problem.to_string(),
    }
}

/// Refuses unless the right is there.
pub(crate) fn require(right: bool) -> Result<(), ApiError> {
    if right {
        Ok(())
    } else {
        Err(ApiError::Forbidden)
    }
}

/// Does a write once for an idempotency key: a key that has an answer gets that answer again. The write is tried
/// first, for most keys are new: its transaction refuses a key that is used, and whatever else refuses a request
/// that comes again (its ticket exists, its version is stale) leads to the answer of the first one.
async fn once<T: DeserializeOwned>(
    core: &Core,
    who: &Who,
    key: Option<&IdempotencyKey>,
    work: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    let Some(key) = key else { return work.await };
    if key.key.is_empty() || key.key.len() > 128 {
        return Err(invalid("idempotency-key", "1 to 128 bytes are expected"));
    }
    match work.await {
        Err(error) => replayed(core, who, key).await?.ok_or(error),
        done => done,
    }
}

async fn replayed<T: DeserializeOwned>(
    core: &Core,
    who: &Who,
    key: &IdempotencyKey,
) -> Result<Option<T>, ApiError> {
    let account = who.person.account.clone();
    let found = core.store().replay(account, key.key.clone()).await;
    match found.map_err(|error| fault(&error))? {
        None => Ok(None),
        Some(record) if record.body != key.body => Err(ApiError::IdempotencyConflict),
        Some(record) => sealed::open_answer(core.keyring(), &record)
            .map(Some)
            .map_err(|error| fault(&error)),
    }
}

/// The answer as it is kept for a key.
fn kept<T: Serialize>(
    core: &Core,
    who: &Who,
    key: Option<&IdempotencyKey>,
    answer: &T,
) -> Result<Option<ReplayRecord>, ApiError> {
    key.map(|key| {
        sealed::seal_answer(
            core.keyring(),
            &who.person.account,
            (&key.key, key.body),
            core.now(),
            answer,
        )
    })
    .transpose()
    .map_err(|error| fault(&error))
}

/// An outbox row of a notice.
fn told(
    at: Timestamp,
    audience: Audience,
    event: ServerEvent,
    link: Option<[u8; 32]>,
) -> Result<OutboxNew, ApiError> {
    let notice = serde_json::to_string(&Notice { audience, event })
        .map_err(|_| fault(&StoreError::Fault("a notice cannot be written".to_owned())))?;
    Ok(OutboxNew { at, notice, link })
}

/// How many a page holds: 1 to 200, 50 unless told.
fn page_size(limit: Option<u32>) -> Result<usize, ApiError> {
    match limit {
        None => Ok(50),
        Some(limit @ 1..=200) => Ok(limit as usize),
        Some(_) => Err(invalid("limit", "1 to 200 are expected")),
    }
}

/// A cursor out of the place of the last thing on a page. Its milliseconds need be no moment: a ticket without a clock
/// has a place by clock too.
fn cursor(place: Place) -> String {
    format!("{}_{}", place.ms, place.id.simple())
}

/// The place that a cursor names.
fn place(cursor: Option<&str>) -> Result<Option<Place>, ApiError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    cursor
        .split_once('_')
        .and_then(|(ms, id)| {
            Some(Place {
                ms: ms.parse().ok()?,
                id: uuid::Uuid::try_parse(id).ok()?,
            })
        })
        .map(Some)
        .ok_or_else(|| invalid("after", "the `next` of the page before is expected"))
}

#[cfg(test)]
mod tests;
