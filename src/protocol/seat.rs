//! `GET /api/seat` is one's own seat, `POST /api/seat/state` chooses its state, `GET /api/queue` the queue.

use crate::domain::seat::{Seat, SeatState};
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

/// One's own seat with the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatView {
    /// The seat.
    pub seat: Seat,
    /// The queue.
    pub queue: Queue,
}
