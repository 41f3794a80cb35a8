//! `GET /api/seat` is one's own seat, `POST /api/seat/state` chooses its state, `GET /api/queue` the queue,
//! `GET /api/seats` who sits where.

use crate::domain::id::{SeatNo, UnitCode};
use crate::domain::role::Role;
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state a person chooses for their own seat (see [`SeatState::may_choose`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChooseState {
    /// Which.
    pub state: SeatState,
}

/// The queue as the desks see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    /// Callers waiting.
    pub waiting: u32,
    /// Since when the longest waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub longest_since: Option<Timestamp>,
    /// Seats that are idle now.
    pub idle: u32,
}

/// A colleague at a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Colleague {
    /// The seat.
    pub no: SeatNo,
    /// Name as shown to colleagues.
    pub name: Line,
    /// Their unit: for experts the department that they answer for.
    pub unit: UnitCode,
    /// What they are for.
    pub roles: Vec<Role>,
    /// What the seat is doing.
    pub state: SeatState,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// One's own seat with the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatView {
    /// The seat.
    pub seat: Seat,
    /// The queue.
    pub queue: Queue,
}
