//! Calls as the hotline sees them: offered, queued, given to a seat, ended. The telephone itself is
//! `phone/`'s business; this is what the server remembers.

use super::caller::{CallerKind, Telephone};
use super::id::{Account, CallId, SeatNo};
use super::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A place in a recording (录音).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingRef {
    /// The recording's name at the exchange.
    pub id: String,
    /// Milliseconds from its start.
    pub offset_ms: u64,
}

/// Why a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallEnd {
    /// The caller hung up after talking.
    Caller,
    /// The seat hung up.
    Seat,
    /// The caller gave up in the queue or while it rang: becomes a call-back (漏接回拨).
    Abandoned,
    /// Given to somebody else.
    Transferred,
    /// The line broke.
    Lost,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum CallPhase {
    /// Waiting in the queue.
    Queued,
    /// Reserved for a seat, its phone rings.
    Ringing {
        /// Which seat.
        seat: SeatNo,
    },
    /// Talking.
    Talking {
        /// Which seat.
        seat: SeatNo,
    },
    /// On hold.
    Holding {
        /// Which seat.
        seat: SeatNo,
    },
    /// Over.
    Ended {
        /// Who had it last.
        seat: Option<SeatNo>,
        /// Why.
        end: CallEnd,
    },
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Call {
    /// Its identifier.
    pub id: CallId,
    /// The calling number, if the line showed one.
    pub number: Option<Telephone>,
    /// Which lane it asked for.
    pub lane: CallerKind,
    /// The phrase the caller spoke to reach a human (一键直达人工), if any.
    pub phrase: Line,
    /// When it was offered.
    #[schema(value_type = String, format = DateTime)]
    pub offered_at: Timestamp,
    /// When a human answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// Who answered it, of several the last one.
    #[serde(default)]
    pub answered_by: Option<Account>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Its recording at the exchange.
    pub recording: Option<RecordingRef>,
    /// True when the seat dialled it.
    #[serde(default)]
    pub outbound: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub phase: CallPhase,
}

impl Call {
    /// The seat that has it now, or had it last.
    pub fn seat(&self) -> Option<&SeatNo> {
        match &self.phase {
            CallPhase::Queued => None,
            CallPhase::Ringing { seat }
            | CallPhase::Talking { seat }
            | CallPhase::Holding { seat } => Some(seat),
            CallPhase::Ended { seat, .. } => seat.as_ref(),
        }
    }
}
