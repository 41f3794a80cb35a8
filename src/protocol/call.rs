//! Calls: `GET /api/calls/{id}` with the caller's history, `POST /api/calls/{id}/report` what the phone saw.

use super::ticket::TicketRow;
use crate::domain::call::{Call, CallEnd};
use crate::domain::callback::Callback;
use crate::domain::id::SeatNo;
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A call with what pops before it is answered. The number is whole for the seat that has the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallView {
    /// The call.
    pub call: Call,
    /// The name the caller gave last time; empty when new.
    pub name: Line,
    /// The district most of the caller's tickets are from, in words; empty when unknown.
    pub usual_place: Line,
    /// How many calls came from this number, this one included.
    pub calls: u32,
    /// How many contacts over all channels this is, this one included: the calls, and the tickets of the last year
    /// that came without one.
    #[serde(default)]
    pub contacts: u32,
    /// The caller's open tickets, newest first, at most 20.
    pub open: Vec<TicketRow>,
    /// The caller's other tickets of the last year, newest first, at most 20.
    pub recent: Vec<TicketRow>,
    /// Call-backs promised to this number and not yet done.
    pub callbacks: Vec<Callback>,
}

/// What the seat's phone saw, reported by the desk. Repeating a report changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "saw", rename_all = "snake_case")]
pub enum CallReport {
    /// It rings.
    Ringing,
    /// It was answered.
    Answered,
    /// It was put on hold.
    Held,
    /// It was taken back from hold.
    Resumed,
    /// It is over: the seat goes to wrap-up.
    Ended {
        /// Why.
        end: CallEnd,
    },
    /// It was given to another seat (blind transfer): the queue offers it there first.
    TransferTo {
        /// Which.
        seat: SeatNo,
    },
    /// The seat did not take it: back to the head of the queue, and the seat becomes busy.
    Declined,
}
