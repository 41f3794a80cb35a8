//! `POST /api/numbers/lease` gives a desk a block of ticket numbers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many numbers of today are wanted: 1 to [`crate::domain::number::LEASE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaseRequest {
    /// How many.
    pub count: u32,
}
