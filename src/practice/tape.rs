//! What happened in a practice call, moment by moment: what is scored, replayed and shown as evidence.

use super::scenario::{Does, Ending};
use crate::domain::id::{EntryCode, TicketId, UnitCode};
use crate::domain::ticket::{DeclineReason, EmergencyService, InvalidReason, Request};
use crate::protocol::practice::Inject;
use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since the call was answered.
    pub at: u32,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// Why a call was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The caller said goodbye.
    Goodbye,
    /// The caller hung up before it was settled.
    LeftAngry,
    /// The trainee hung up.
    Seat,
    /// The line dropped: nobody's fault.
    Dropped,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The call was answered.
    Answered,
    /// The trainee said something.
    Said {
        /// Their words.
        line: String,
    },
    /// The caller, or who else is on the line, said something.
    Heard {
        /// Who, where it is not the caller.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        who: String,
        /// Their words.
        line: String,
    },
    /// The trainee did one of the acts of `assets/practice/intents.toml`.
    Did {
        /// Which.
        act: String,
    },
    /// A fact was asked for.
    Asked {
        /// Which.
        fact: String,
    },
    /// A fact was told.
    Told {
        /// Which.
        fact: String,
    },
    /// A fact was asked for that had been told.
    Repeated {
        /// Which.
        fact: String,
    },
    /// Something was asked that the caller does not know.
    AskedUnknown {
        /// The general question.
        intent: String,
    },
    /// A fact was held back.
    HeldBack {
        /// Which.
        fact: String,
    },
    /// Facts were read back rightly.
    ReadBack {
        /// Which.
        facts: Vec<String>,
    },
    /// Something wrong was read back, and the caller put it right.
    Corrected {
        /// Which fact.
        fact: String,
    },
    /// Something that had to be told was told.
    ToldRight {
        /// Which.
        tell: String,
    },
    /// Wrong policy was told.
    WrongPolicy {
        /// The words.
        words: String,
    },
    /// A guarded phrase was said.
    Guarded {
        /// `promise`, `rude` or `passed`.
        intent: String,
        /// The words.
        words: String,
    },
    /// Who asked for secrecy was named to somebody else.
    Leaked {
        /// The words.
        words: String,
    },
    /// Nobody said anything for so long that the caller spoke up.
    Silence {
        /// How long, in milliseconds.
        long: u32,
    },
    /// The caller's mood changed.
    Mood {
        /// From, 0 to 100.
        from: u8,
        /// To.
        to: u8,
    },
    /// Something happened on the line.
    Turned {
        /// What.
        does: Does,
    },
    /// A trainer let something happen.
    Injected {
        /// What.
        what: Inject,
    },
    /// On hold.
    Held,
    /// Off hold.
    Resumed {
        /// How long it was, in milliseconds.
        long: u32,
    },
    /// The call is over.
    Over {
        /// Why.
        why: Over,
        /// How many of the tellings were still open.
        open: u32,
    },
    /// The trainee's ticket, as it stood when the run was closed.
    Closed {
        /// What they made of the call.
        done: Box<Done>,
    },
}

/// What a trainee made of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The form.
    pub request: Request,
    /// How it ended; `None` when nothing was done.
    pub ending: Option<Finish>,
    /// The ticket it was made in.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// The unit it went to, where one was chosen.
    #[serde(default)]
    pub lead: Option<UnitCode>,
}

/// How a trainee ended a call's matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finish", rename_all = "snake_case")]
pub enum Finish {
    /// Answered at once.
    Answered {
        /// The answer.
        answer: String,
        /// The entry it stands on.
        entry: Option<EntryCode>,
    },
    /// Submitted for dispatch.
    Dispatched,
    /// Handed to an emergency service.
    Emergency {
        /// Which.
        service: EmergencyService,
    },
    /// Declined.
    Declined {
        /// Why.
        reason: DeclineReason,
        /// The road told instead.
        road: String,
    },
    /// No request.
    Invalid {
        /// Why.
        reason: InvalidReason,
    },
    /// An act on a ticket that was there.
    FollowedUp,
    /// Joined to a main ticket.
    Merged,
}

impl Finish {
    /// The kind of ending.
    pub const fn ending(&self) -> Ending {
        match self {
            Self::Answered { .. } => Ending::Answer,
            Self::Dispatched => Ending::Dispatch,
            Self::Emergency { .. } => Ending::Emergency,
            Self::Declined { .. } => Ending::Decline,
            Self::Invalid { .. } => Ending::Invalid,
            Self::FollowedUp => Ending::FollowUp,
            Self::Merged => Ending::Merge,
        }
    }
}
