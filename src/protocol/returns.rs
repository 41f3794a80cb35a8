//! Returns: `GET /api/returns` is the pack for the analysis meeting (退单分析会): all that wait for a decision, or those of
//! a day with what became of them.

use crate::domain::figures::ReturnOutcome;
use crate::domain::id::{ItemCode, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::ReturnReason;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which returns.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams,
)]
#[into_params(parameter_in = Query)]
pub struct ReturnsRequest {
    /// Asked for on this day, decided or not; all that wait for a decision unless told.
    #[schema(value_type = Option<String>, format = Date)]
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
}

/// A return.
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
    /// What became of it.
    #[serde(flatten)]
    pub outcome: ReturnOutcome,
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
    /// How many in all: by reason, unit and item all are counted.
    pub total: u64,
    /// Each case: of those that wait the one whose clock ends first first, of a day's the newest first; at most 1,000.
    pub cases: Vec<ReturnCase>,
    /// True when there are more than these.
    pub more: bool,
}
