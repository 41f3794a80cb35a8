//! What the server does, a file a capability, a function a use case: load, ask the domain, write in one
//! transaction. Every list and every read shows only what the asker may see. No HTTP and no SQL here.

pub mod callbacks;
pub mod calls;
pub mod directory;
pub mod knowledge;
pub mod numbers;
pub mod people;
pub mod sessions;
pub mod tickets;

use super::core::Core;
use crate::domain::id::{Account, SeatNo, UnitCode};
use crate::domain::role::{Actor, Person, Role, Stamp};
use crate::domain::text::Line;
use crate::protocol::error::ApiError;

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
