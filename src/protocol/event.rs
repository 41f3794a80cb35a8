//! `GET /api/events`: what happens, as it happens. Frames carry `id:` = sequence; `Last-Event-ID` resumes after it.
//! Frames without an id (the queue) are not repeated.

use super::seat::Queue;
use crate::domain::call::Call;
use crate::domain::id::{CallbackId, ConsultId, TicketId};
use crate::domain::number::TicketNumber;
use crate::domain::seat::Seat;
use crate::domain::ticket::Stage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a desk is told. It fetches the thing itself, masked for its role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ServerEvent {
    /// The stream stands; `seq` is where it begins.
    Hello {
        /// The newest sequence number.
        seq: u64,
    },
    /// What was asked for by `Last-Event-ID` is no longer kept: fetch everything anew.
    Reset {
        /// The newest sequence number.
        seq: u64,
    },
    /// One's own seat changed.
    Seat {
        /// As it is now.
        seat: Seat,
    },
    /// A call of one's own seat changed: `ringing` is `call.assigned`.
    Call {
        /// As it is now.
        call: Call,
    },
    /// The queue changed.
    Queue {
        /// As it is now.
        queue: Queue,
    },
    /// A ticket that one may see changed.
    Ticket {
        /// Which.
        id: TicketId,
        /// Its number.
        number: TicketNumber,
        /// Its version now.
        version: u64,
        /// Where it stands.
        stage: Stage,
        /// The event's name, e.g. `dispatched`.
        what: String,
    },
    /// A ticket that one could see is no longer to be seen: erase the copy.
    Withdrawn {
        /// Which.
        id: TicketId,
    },
    /// A call-back changed.
    Callback {
        /// Which.
        id: CallbackId,
        /// Its version now.
        version: u64,
    },
    /// A consult that concerns one changed: fetch.
    Consult {
        /// Which.
        id: ConsultId,
        /// Its version now.
        version: u64,
    },
    /// Something happened in a practice run: whose it is and trainers read it again.
    Practice {
        /// Which run.
        #[schema(value_type = String, format = Uuid)]
        run: uuid::Uuid,
        /// Its call is over.
        over: bool,
    },
    /// Knowledge changed: pull.
    Knowledge {
        /// The newest revision.
        revision: u64,
    },
    /// The directory changed: pull.
    Directory {
        /// The newest version.
        version: u64,
    },
    /// Outages changed: fetch.
    Outages {
        /// The newest version.
        version: u64,
    },
    /// The session ended (signed in elsewhere, revoked).
    SessionEnded,
}
