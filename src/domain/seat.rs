//! A seat's state (座席状态). The server holds it: wrap-up counts down there, and a closed window does not
//! end it. [`Seat::after`] is the whole table of what may follow what.

use super::clock::civil_day;
use super::id::{Account, CallId, SeatNo};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a seat is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// 签出.
    SignedOut,
    /// 示闲: ready for the next call.
    Idle,
    /// A call was picked for it, its phone is about to ring.
    Reserved,
    /// 振铃.
    Ringing,
    /// 通话.
    Talking,
    /// 保持.
    Holding,
    /// 求援.
    Consulting,
    /// 整理: after the call, timed by the server.
    WrapUp,
    /// 示忙.
    Busy,
    /// 小休: asked for, timed.
    Break,
    /// 学习.
    Learning,
    /// 外呼.
    DiallingOut,
}

impl SeatState {
    /// All states.
    pub const ALL: [Self; 12] = [
        Self::SignedOut,
        Self::Idle,
        Self::Reserved,
        Self::Ringing,
        Self::Talking,
        Self::Holding,
        Self::Consulting,
        Self::WrapUp,
        Self::Busy,
        Self::Break,
        Self::Learning,
        Self::DiallingOut,
    ];

    /// The name used on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Idle => "idle",
            Self::Reserved => "reserved",
            Self::Ringing => "ringing",
            Self::Talking => "talking",
            Self::Holding => "holding",
            Self::Consulting => "consulting",
            Self::WrapUp => "wrap_up",
            Self::Busy => "busy",
            Self::Break => "break",
            Self::Learning => "learning",
            Self::DiallingOut => "dialling_out",
        }
    }

    /// A live call belongs to it.
    pub const fn has_call(self) -> bool {
        matches!(
            self,
            Self::Reserved | Self::Ringing | Self::Talking | Self::Holding | Self::Consulting
        )
    }

    /// What a person may choose for their own seat. While a call belongs to the seat only the call changes it.
    pub const fn may_choose(self, next: Self) -> bool {
        !self.has_call()
            && matches!(
                next,
                Self::Idle
                    | Self::Busy
                    | Self::Break
                    | Self::Learning
                    | Self::SignedOut
                    | Self::DiallingOut
            )
    }
}

/// A seat as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seat {
    /// Its number.
    pub no: SeatNo,
    /// Who sits there.
    pub account: Option<Account>,
    /// What it is doing.
    pub state: SeatState,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// When the state ends by itself (wrap-up, break).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The call that belongs to it.
    pub call: Option<CallId>,
}

/// What happens to a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatEvent {
    /// Somebody sits down.
    SignedIn {
        /// Who.
        account: Account,
    },
    /// They leave.
    SignedOut,
    /// They choose a state (see [`SeatState::may_choose`]).
    Chosen(SeatState),
    /// The queue picked a call for the seat.
    Reserved(CallId),
    /// Its phone rings.
    Rings,
    /// They answered.
    Answered,
    /// They put the caller on hold.
    Held,
    /// They ask a colleague or an expert while the caller waits.
    Consults,
    /// They are back with the caller.
    Resumed,
    /// The talk is over, whoever ended it; also of a call that was dialled out.
    Ended,
    /// They let it ring, or refused it: no further call until they choose to.
    Declined,
    /// The caller gave up, or another seat took the call, before it was answered here.
    CallGone,
    /// The call that belonged to it is no longer there: whatever it was doing with it, it is busy now.
    CallLost,
    /// The server's timer for the wrap-up fired.
    WrapUpOver,
}

/// An event that does not follow from what a seat is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatError {
    /// It belongs to another state.
    #[error("a seat that is {} cannot do this", .state.name())]
    WrongState {
        /// What the seat is doing.
        state: SeatState,
    },
    /// A timer that was set for another wrap-up, or fired early: to be passed over.
    #[error("the wrap-up is not over yet")]
    NotYet,
}

/// A time that somebody spent in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Who.
    pub account: Account,
    /// In which state.
    pub state: SeatState,
    /// On which civil day of the hotline's zone it began.
    pub day: Date,
    /// How long.
    pub time: SignedDuration,
}

impl Seat {
    /// What is over with the seat's next state: nothing while it is the same of the same person, or while nobody sat
    /// there.
    pub fn spent(&self, next: &Self) -> Option<Spent> {
        let goes_on =
            self.state == next.state && self.since == next.since && self.account == next.account;
        let time = next.since.duration_since(self.since);
        let account = self.account.clone()?;
        (!goes_on && time > SignedDuration::ZERO).then(|| Spent {
            account,
            state: self.state,
            day: civil_day(self.since),
            time,
        })
    }

    /// The seat after an event. `wrap_up` is how long the wrap-up lasts from now; with zero the seat is ready
    /// at once.
    pub fn after(
        &self,
        event: &SeatEvent,
        now: Timestamp,
        wrap_up: SignedDuration,
    ) -> Result<Self, SeatError> {
        use SeatState as S;
        let wrong = Err(SeatError::WrongState { state: self.state });
        let (state, call) = match (event, self.state) {
            (SeatEvent::SignedIn { account }, S::SignedOut) => {
                return Ok(Self {
                    account: Some(account.clone()),
                    ..self.doing(S::Busy, now, None)
                });
            }
            (SeatEvent::SignedOut, state) if !state.has_call() => return Ok(self.left(now)),
            (SeatEvent::Chosen(S::SignedOut), state) if state.may_choose(S::SignedOut) => {
                return Ok(self.left(now));
            }
            (SeatEvent::Chosen(next), state)
                if state != S::SignedOut && state.may_choose(*next) =>
            {
                (*next, None)
            }
            (SeatEvent::Reserved(call), S::Idle) => (S::Reserved, Some(*call)),
            (SeatEvent::Rings, S::Reserved) => (S::Ringing, self.call),
            (SeatEvent::Answered, S::Reserved | S::Ringing)
            | (SeatEvent::Resumed, S::Holding | S::Consulting) => (S::Talking, self.call),
            (SeatEvent::Held, S::Talking) => (S::Holding, self.call),
            (SeatEvent::Consults, S::Talking | S::Holding) => (S::Consulting, self.call),
            (SeatEvent::Ended, S::Talking | S::Holding | S::Consulting | S::DiallingOut) => {
                return Ok(self.wrapping_up(now, wrap_up));
            }
            (SeatEvent::Declined, S::Reserved | S::Ringing) => (S::Busy, None),
            (SeatEvent::CallGone, S::Reserved | S::Ringing) => (S::Idle, None),
            (SeatEvent::CallLost, state) if state.has_call() => (S::Busy, None),
            (SeatEvent::WrapUpOver, S::WrapUp) => {
                if self.until.is_some_and(|until| now < until) {
                    return Err(SeatError::NotYet);
                }
                (S::Idle, None)
            }
            _ => return wrong,
        };
        Ok(self.doing(state, now, call))
    }

    fn doing(&self, state: SeatState, now: Timestamp, call: Option<CallId>) -> Self {
        // Choosing what one does already does not move one to the end of the line.
        let since = if state == self.state { self.since } else { now };
        Self {
            state,
            since,
            until: None,
            call,
            ..self.clone()
        }
    }

    fn left(&self, now: Timestamp) -> Self {
        Self {
            account: None,
            ..self.doing(SeatState::SignedOut, now, None)
        }
    }

    /// The call stays with the seat while it is written up.
    fn wrapping_up(&self, now: Timestamp, wrap_up: SignedDuration) -> Self {
        if wrap_up <= SignedDuration::ZERO {
            return self.doing(SeatState::Idle, now, None);
        }
        Self {
            until: now.saturating_add(wrap_up).ok(),
            ..self.doing(SeatState::WrapUp, now, self.call)
        }
    }
}

#[cfg(test)]
mod tests;
