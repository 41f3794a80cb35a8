//! The seat's softphone behind one trait that says what it can do. A phone knows calls, nothing of tickets
//! or of the line to the server; what it sees comes as [`PhoneEvent`]s through the channel it was made with.

pub mod simulated;

pub use simulated::SimulatedPhone;

use crate::domain::caller::Telephone;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::text::Line as Words;
use crate::protocol::error::ApiError;
use futures_util::future::BoxFuture;

/// What a phone can do. What it can't is shown with its reason, [`PhoneError::Cannot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent abilities, each asked for by name"
)]
pub struct Capabilities {
    /// Hold and resume (保持).
    pub hold: bool,
    /// Transfer without consultation (直接转接).
    pub blind_transfer: bool,
    /// Transfer after consultation (咨询转接).
    pub consult_transfer: bool,
    /// Three-way call (三方通话).
    pub three_way: bool,
    /// Mute the microphone (静音).
    pub mute: bool,
    /// Send tones (按键音).
    pub dtmf: bool,
    /// Dial out (外呼).
    pub dial: bool,
    /// Record on this machine (录音).
    pub record: bool,
}

/// An ability by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ability {
    /// See [`Capabilities::hold`].
    Hold,
    /// See [`Capabilities::blind_transfer`].
    BlindTransfer,
    /// See [`Capabilities::consult_transfer`].
    ConsultTransfer,
    /// See [`Capabilities::three_way`].
    ThreeWay,
    /// See [`Capabilities::mute`].
    Mute,
    /// See [`Capabilities::dtmf`].
    Dtmf,
    /// See [`Capabilities::dial`].
    Dial,
    /// See [`Capabilities::record`].
    Record,
}

impl Capabilities {
    /// Whether it has an ability.
    pub const fn has(self, ability: Ability) -> bool {
        match ability {
            Ability::Hold => self.hold,
            Ability::BlindTransfer => self.blind_transfer,
            Ability::ConsultTransfer => self.consult_transfer,
            Ability::ThreeWay => self.three_way,
            Ability::Mute => self.mute,
            Ability::Dtmf => self.dtmf,
            Ability::Dial => self.dial,
            Ability::Record => self.record,
        }
    }
}

/// What a phone sees of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneEvent {
    /// It rings (for a call dialled out: at the far end).
    Ringing,
    /// Both sides hear each other.
    Connected,
    /// The caller said something: the simulated phone's stand-in for a voice.
    Said {
        /// What.
        line: String,
    },
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// Over.
    Ended {
        /// True when the caller hung up.
        by_caller: bool,
    },
    /// The phone has lost the call or itself: what becomes of the call is the server's to say.
    Down,
}

/// A call with what the phone saw of it.
pub type Seen = (CallId, PhoneEvent);

/// Why a phone did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// This phone can't do it at all.
    #[error("this phone cannot do it ({0:?})")]
    Cannot(Ability),
    /// There is no such call at the phone, or it is over.
    #[error("the phone has no such call; it may be over")]
    NoCall,
    /// The far end refused: the call is not in a state for it.
    #[error("the phone refused: {0}")]
    Refused(ApiError),
    /// The phone does not answer.
    #[error("the phone does not answer: {0}")]
    Down(String),
}

/// What a command answers.
pub type Done<'a, T = ()> = BoxFuture<'a, Result<T, PhoneError>>;

/// A softphone.
pub trait Phone: Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// The server gave this seat a call: its leg is about to ring here. To be told once a call.
    fn attend(&self, call: CallId);
    /// Picks up.
    fn answer(&self, call: CallId) -> Done<'_>;
    /// Does not take a call that rings.
    fn reject(&self, call: CallId) -> Done<'_>;
    /// Puts on hold.
    fn hold(&self, call: CallId) -> Done<'_>;
    /// Takes back from hold.
    fn resume(&self, call: CallId) -> Done<'_>;
    /// Ends a call.
    fn hang_up(&self, call: CallId) -> Done<'_>;
    /// Gives the caller to another seat without consultation.
    fn transfer(&self, call: CallId, seat: &SeatNo) -> Done<'_>;
    /// Dials; what comes of it is told as events of the call that it returns.
    fn dial(&self, number: &Telephone) -> Done<'_, CallId>;
    /// Microphone off or on.
    fn mute(&self, on: bool) -> Done<'_>;
    /// Says something where there is no microphone: a simulated caller hears it.
    fn say(&self, call: CallId, line: &Words) -> Done<'_>;
    /// Sends a tone: 0-9, `*`, `#`.
    fn tone(&self, call: CallId, digit: char) -> Done<'_>;
}
