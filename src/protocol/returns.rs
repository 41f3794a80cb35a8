//! Returns: `GET /api/returns` is the pack for the analysis meeting (退单分析会): all that wait for a decision.

use crate::domain::id::{ItemCode, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::ReturnReason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A return that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnCase {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// Its title.
    pub title: Line,
    /// What the caller told, masked.
    pub text: Prose,
    /// The item.
    pub item: Option<ItemCode>,
    /// Who returns it.
    pub unit: UnitCode,
    /// Why.
    pub reason: ReturnReason,
    /// On what it stands.
    pub basis: Line,
    /// Who should handle it, in the unit's eyes.
    pub proposed: Option<UnitCode>,
    /// On what the dispatch stood.
    pub dispatch_basis: Line,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// The how manyth return of the ticket; from the second on a ruling is compulsory.
    pub nth: u32,
}

/// How many returns fall on something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnCount {
    /// A reason, a unit or an item by its code; blank for none.
    pub of: String,
    /// How many.
    pub count: u32,
}

/// The pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnsPack {
    /// How many by reason, the most first.
    pub by_reason: Vec<ReturnCount>,
    /// By unit.
    pub by_unit: Vec<ReturnCount>,
    /// By item.
    pub by_item: Vec<ReturnCount>,
    /// Each case, the one whose clock ends first first.
    pub cases: Vec<ReturnCase>,
    /// True when there are more than the 1,000 that are counted and shown.
    pub more: bool,
}
