//! What happened to a ticket. Events are the truth: they are only ever added, and a ticket is what they say.

use crate::domain::call::RecordingRef;
use crate::domain::clock::Deadline;
use crate::domain::id::{CallId, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::role::Stamp;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    Alert, Beside, Channel, Contact, DeclineReason, DirectAnswer, EmergencyService, Handling,
    InvalidReason, Participant, Point, Request, ReturnReason, StageGround, StepHow,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What happened to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// It was opened.
    Opened {
        /// Its identifier.
        id: TicketId,
        /// Its number.
        number: TicketNumber,
        /// Where it came in.
        channel: Channel,
        /// The call it came by.
        call: Option<CallId>,
        /// The recording.
        recording: Option<RecordingRef>,
        /// What was asked.
        request: Box<Request>,
    },
    /// The request was rewritten.
    Amended {
        /// As it is now.
        request: Box<Request>,
    },
    /// Answered at once.
    ClosedDirectly {
        /// The answer.
        answer: DirectAnswer,
    },
    /// No request.
    MarkedInvalid {
        /// Why.
        reason: InvalidReason,
    },
    /// Not taken.
    Declined {
        /// Why.
        reason: DeclineReason,
        /// On what it stands.
        basis: Line,
        /// The other road.
        other_road: Line,
    },
    /// A decline was reviewed.
    DeclineReviewed {
        /// True: it stays.
        right: bool,
    },
    /// Given to an emergency service.
    HandedToEmergency {
        /// Which.
        service: EmergencyService,
    },
    /// Accepted: the total clock runs.
    Submitted {
        /// Its end.
        total_due: Deadline,
    },
    /// Given to a unit: its clock runs.
    Dispatched {
        /// To whom.
        lead: UnitCode,
        /// With whom.
        co_units: Vec<UnitCode>,
        /// By which version.
        directory_version: u64,
        /// On what basis.
        basis: Line,
        /// The unit clock's end.
        unit_due: Deadline,
        /// The clocks beside it.
        #[serde(default)]
        beside: Box<Beside>,
    },
    /// Given to another unit: its clock starts anew.
    Transferred {
        /// To whom.
        lead: UnitCode,
        /// With whom.
        co_units: Vec<UnitCode>,
        /// Why.
        reason: Line,
        /// The unit clock's end.
        unit_due: Deadline,
        /// The clocks beside it.
        #[serde(default)]
        beside: Box<Beside>,
    },
    /// Signed for.
    Signed,
    /// A return was asked for.
    ReturnAsked {
        /// The reason code.
        reason: ReturnReason,
        /// On what it stands.
        basis: Line,
        /// Who should handle it.
        proposed: Option<UnitCode>,
    },
    /// The return was accepted.
    ReturnAccepted,
    /// The return was rejected.
    ReturnRejected {
        /// Why.
        reason: Line,
    },
    /// The joint meeting ruled.
    Ruled {
        /// Who handles it.
        lead: UnitCode,
        /// With whom.
        co_units: Vec<UnitCode>,
        /// On what it stands.
        basis: Line,
        /// Who took part.
        participants: Vec<Participant>,
        /// The unit clock's end where another unit got it; nothing where it stays and the clock runs on.
        unit_due: Option<Deadline>,
        /// The clocks beside it, with it.
        beside: Box<Beside>,
    },
    /// An extension was asked for.
    ExtensionAsked {
        /// Working days.
        working_days: u32,
        /// Why.
        reason: Line,
    },
    /// An extension was refused.
    ExtensionRefused {
        /// Why.
        reason: Line,
    },
    /// A staged answer was given.
    StageAnswered {
        /// Why.
        ground: StageGround,
        /// The last day for the final answer.
        #[schema(value_type = String, format = Date)]
        until: Date,
        /// How the caller was told.
        contact: Contact,
    },
    /// A staged answer was agreed to.
    StageAgreed {
        /// The unit clock's end.
        unit_due: Deadline,
    },
    /// A staged answer was refused.
    StageRefused {
        /// Why.
        reason: Line,
    },
    /// Co-units were asked for.
    CoUnitsAsked {
        /// Which.
        co_units: Vec<UnitCode>,
        /// Why.
        reason: Line,
    },
    /// Co-units were added.
    CoUnitsAdded {
        /// Which.
        co_units: Vec<UnitCode>,
        /// Why.
        reason: Line,
        /// Their clock's end.
        due: Deadline,
    },
    /// A co-unit reported.
    CoReported {
        /// Which.
        unit: UnitCode,
        /// What was done.
        account: Prose,
    },
    /// The lead unit was released from waiting for a co-unit.
    CoReleased {
        /// Which.
        unit: UnitCode,
        /// Why.
        reason: Line,
    },
    /// A step of 2110 was entered.
    StepTaken {
        /// What was done.
        how: StepHow,
        /// When it was done.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        /// In a line.
        note: Line,
    },
    /// A card was shown.
    Alerted {
        /// Which.
        #[serde(flatten)]
        alert: Alert,
    },
    /// The unit's clock was extended.
    Extended {
        /// By how many working days.
        working_days: u32,
        /// Why.
        reason: Line,
        /// Its new end.
        unit_due: Deadline,
    },
    /// The unit reported.
    Answered {
        /// 诉求是否属实.
        facts_true: Option<bool>,
        /// Solved?
        solved: bool,
        /// Why not.
        why_not: Line,
        /// What was done.
        account: Prose,
        /// What the caller may read.
        public_answer: Prose,
        /// How the caller was reached.
        contact: Contact,
    },
    /// The report went back to the unit.
    SentBack {
        /// Why.
        reason: Line,
    },
    /// The report was passed.
    Approved,
    /// Called back and closed.
    Closed {
        /// Reached?
        reached: bool,
        /// Solved?
        solved: Option<bool>,
        /// Satisfied?
        satisfied: Option<bool>,
        /// Why.
        reason: Line,
    },
    /// A new round began.
    RedoAsked {
        /// Why.
        reason: Line,
        /// The unit clock's end in the new round.
        unit_due: Deadline,
        /// The clocks beside it.
        #[serde(default)]
        beside: Box<Beside>,
    },
    /// Merged into a main ticket.
    Merged {
        /// Which.
        main: TicketId,
    },
    /// A merged ticket was answered from its main one by the hotline.
    ChildAnswered {
        /// The main ticket.
        main: TicketId,
        /// Its version that the answer stands on.
        main_version: u64,
        /// What the main one's unit reports, with this answer for the caller.
        handling: Box<Handling>,
        /// The points, each with how it is met.
        points: Vec<Point>,
    },
    /// The merge was undone.
    Unmerged,
    /// The caller withdrew.
    Withdrawn {
        /// In the caller's words.
        reason: Line,
    },
    /// The caller asked how it stands.
    ProgressAsked,
    /// The caller urged.
    Urged {
        /// What was said.
        note: Line,
    },
    /// The caller added something.
    Added {
        /// What.
        text: Prose,
    },
    /// The caller asked for an explanation.
    ExplanationAsked {
        /// What about.
        note: Line,
    },
    /// Provisional deadlines were worked out again by a new holiday notice.
    DeadlinesMoved {
        /// The total clock's end, if it moved.
        #[serde(default)]
        total: Option<Moved>,
        /// The unit clock's end, if it moved.
        #[serde(default)]
        unit: Option<Moved>,
        /// The co-units' clock's end, where the unit's moved and they still work.
        #[serde(default)]
        co: Option<Deadline>,
        /// By which notice.
        reason: Line,
    },
    /// Archived: nothing changes any more.
    Archived,
}

/// A deadline that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moved {
    /// What it was.
    pub from: Deadline,
    /// What it is.
    pub to: Deadline,
}

impl EventKind {
    /// The event's name on the wire, e.g. `dispatched`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Amended { .. } => "amended",
            Self::ClosedDirectly { .. } => "closed_directly",
            Self::MarkedInvalid { .. } => "marked_invalid",
            Self::Declined { .. } => "declined",
            Self::DeclineReviewed { .. } => "decline_reviewed",
            Self::HandedToEmergency { .. } => "handed_to_emergency",
            Self::Submitted { .. } => "submitted",
            Self::Dispatched { .. } => "dispatched",
            Self::Transferred { .. } => "transferred",
            Self::Signed => "signed",
            Self::ReturnAsked { .. } => "return_asked",
            Self::ReturnAccepted => "return_accepted",
            Self::ReturnRejected { .. } => "return_rejected",
            Self::Ruled { .. } => "ruled",
            Self::ExtensionAsked { .. } => "extension_asked",
            Self::ExtensionRefused { .. } => "extension_refused",
            Self::StageAnswered { .. } => "stage_answered",
            Self::StageAgreed { .. } => "stage_agreed",
            Self::StageRefused { .. } => "stage_refused",
            Self::CoUnitsAsked { .. } => "co_units_asked",
            Self::CoUnitsAdded { .. } => "co_units_added",
            Self::CoReported { .. } => "co_reported",
            Self::CoReleased { .. } => "co_released",
            Self::StepTaken { .. } => "step_taken",
            Self::Alerted { .. } => "alerted",
            Self::Extended { .. } => "extended",
            Self::Answered { .. } => "answered",
            Self::SentBack { .. } => "sent_back",
            Self::Approved => "approved",
            Self::Closed { .. } => "closed",
            Self::RedoAsked { .. } => "redo_asked",
            Self::Merged { .. } => "merged",
            Self::ChildAnswered { .. } => "child_answered",
            Self::Unmerged => "unmerged",
            Self::Withdrawn { .. } => "withdrawn",
            Self::ProgressAsked => "progress_asked",
            Self::Urged { .. } => "urged",
            Self::Added { .. } => "added",
            Self::ExplanationAsked { .. } => "explanation_asked",
            Self::DeadlinesMoved { .. } => "deadlines_moved",
            Self::Archived => "archived",
        }
    }
}

/// An event with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// The ticket's version after it: 1, 2, 3 …
    pub version: u64,
    /// When and by whom.
    pub stamp: Stamp,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}
