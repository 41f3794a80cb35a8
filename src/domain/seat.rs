//! A seat's state (座席状态). The server holds it: wrap-up counts down there, and a closed window does not
//! end it. `change` is the whole table of what may follow what.

use super::id::{Account, CallId, SeatNo};
use jiff::Timestamp;
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
