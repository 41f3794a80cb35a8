//! Outages: `POST /api/outages` tells or changes some, `GET /api/outages` reads those that callers are told of now.

use crate::domain::outage::Outage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many outages are told at once.
pub const MAX_OUTAGES: usize = 500;

/// Outages as a utility tells them: the whole of each, by its identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TellOutages {
    /// 1 to 500 of them.
    pub outages: Vec<Outage>,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OutagesTold {
    /// How many were new or said something else than before.
    pub changed: u64,
    /// The newest version of all outages.
    pub version: u64,
}

/// The outages that callers are told of now or later, by when they begin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Outages {
    /// At most 500, those that begin first.
    pub outages: Vec<Outage>,
}
