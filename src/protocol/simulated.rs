//! The line between `trunk/simulated` (the far end of the telephone network) and `phone/simulated` (the softphone
//! of a seat). It stands where SIP and RTP stand with a real exchange; nothing else may use it.
//! `GET /api/simulated/legs/{call}` is an event stream of [`LegEvent`], `POST …/{call}` takes a [`LegCommand`],
//! `POST /api/simulated/dial` a [`Dial`].

use crate::domain::caller::Telephone;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the far end does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "leg", rename_all = "snake_case")]
pub enum LegEvent {
    /// It rings at the far end (a call dialled out).
    Ringing,
    /// The far end is there.
    Connected,
    /// The caller says something: where a real phone has a voice.
    Said {
        /// What.
        line: String,
    },
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// Over; `by_caller` tells by whom.
    Ended {
        /// True when the caller hung up.
        by_caller: bool,
    },
}

/// What the seat's phone does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum LegCommand {
    /// Pick up.
    Answer,
    /// Put on hold.
    Hold,
    /// Take back.
    Resume,
    /// Hang up, or reject while it rings.
    HangUp,
    /// Send a tone: 0-9, *, #.
    Tone {
        /// Which.
        digit: char,
    },
    /// Say something to the caller: where a real phone has a microphone. Only callers who react hear it.
    Say {
        /// The words.
        line: Line,
    },
    /// Give the caller to another seat.
    Transfer {
        /// Which.
        to: SeatNo,
    },
}

/// Dial a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dial {
    /// Which.
    pub number: Telephone,
}

/// The leg that a dial made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dialled {
    /// Its call.
    pub call: CallId,
}
