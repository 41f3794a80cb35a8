//! The life cycle of a ticket: one table of what may be done in which state, by whom, and what follows.
//! [`decide`] asks the rules and answers with events or with the rule that forbids it; [`apply`] is what an
//! event does. A ticket is the fold of its events.

use super::call::RecordingRef;
use super::clock::{Clocks, Deadline};
use super::directory::Directory;
use super::id::{CallId, TicketId, UnitCode};
use super::number::TicketNumber;
use super::role::{Person, Role, Stamp};
use super::text::{Line, Prose};
use super::ticket::{
    Channel, Contact, DeclineReason, DirectAnswer, Dispatch, EmergencyService, Handling,
    InvalidReason, Request, ReturnReason, ReturnRequest, Stage, Ticket, Verdict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody wants to do to a ticket. Who and when come beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Rewrite the request while it is a draft, or correct it later (a new event; the old text stays).
    Amend {
        /// The whole request as it should be.
        request: Box<Request>,
    },
    /// 直办.
    CloseDirectly {
        /// The answer and its source.
        answer: DirectAnswer,
    },
    /// 无效来电.
    MarkInvalid {
        /// Why.
        reason: InvalidReason,
    },
    /// 不予受理.
    Decline {
        /// Why.
        reason: DeclineReason,
        /// On what it stands; not blank.
        basis: Line,
        /// The other road the caller was told; not blank.
        other_road: Line,
    },
    /// A reviewer confirms a decline, or reopens it.
    ReviewDecline {
        /// True: it stays declined; false: back to draft.
        right: bool,
    },
    /// 转紧急.
    HandToEmergency {
        /// To whom.
        service: EmergencyService,
    },
    /// 受理并转办: to dispatch.
    Submit,
    /// 派单.
    Dispatch {
        /// Lead unit.
        lead: UnitCode,
        /// Co-units.
        co_units: Vec<UnitCode>,
        /// The directory's version.
        directory_version: u64,
        /// On what the choice stands.
        basis: Line,
    },
    /// 改派 to another unit.
    Transfer {
        /// The new lead unit.
        lead: UnitCode,
        /// Co-units.
        co_units: Vec<UnitCode>,
        /// Why.
        reason: Line,
    },
    /// 签收.
    Sign,
    /// 退回.
    AskReturn {
        /// The reason code.
        reason: ReturnReason,
        /// On what it stands; not blank.
        basis: Line,
        /// Who should handle it.
        proposed: Option<UnitCode>,
    },
    /// The reviewer accepts a return: back to dispatch.
    AcceptReturn,
    /// The reviewer rejects a return, or the joint meeting rules: it stays with the unit.
    RejectReturn {
        /// Why.
        reason: Line,
    },
    /// Grant an extension of the unit's clock.
    Extend {
        /// Working days, 1 to 10.
        working_days: u32,
        /// Why.
        reason: Line,
    },
    /// The lead unit reports.
    Answer {
        /// 诉求是否属实.
        facts_true: Option<bool>,
        /// Solved?
        solved: bool,
        /// Why not, when not.
        why_not: Line,
        /// What was done; not blank.
        account: Prose,
        /// What the caller may read.
        public_answer: Prose,
        /// How the caller was reached.
        contact: Contact,
    },
    /// The reviewer sends the report back to the unit.
    SendBack {
        /// Why; not blank.
        reason: Line,
    },
    /// The reviewer passes the report: to be called back.
    Approve,
    /// 回访 and close.
    Close {
        /// Was the caller reached?
        reached: bool,
        /// Solved, in the caller's words.
        solved: Option<bool>,
        /// Satisfied.
        satisfied: Option<bool>,
        /// Why.
        reason: Line,
    },
    /// 重办: a new round.
    Redo {
        /// Why; not blank.
        reason: Line,
    },
    /// 并入 a main ticket.
    Merge {
        /// Which.
        main: TicketId,
    },
    /// Undo a merge.
    Unmerge,
    /// The caller withdraws.
    Withdraw {
        /// In the caller's words.
        reason: Line,
    },
    /// The caller asks how it stands (查进度).
    AskProgress,
    /// The caller urges (催办).
    Urge {
        /// What was said.
        note: Line,
    },
    /// The caller adds something (补充).
    Add {
        /// What.
        text: Prose,
    },
    /// The caller asks why it is late or why this answer (要求说明, Art. 16).
    AskExplanation {
        /// What about.
        note: Line,
    },
    /// 归档: by the system.
    Archive,
}

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
    },
    /// Merged into a main ticket.
    Merged {
        /// Which.
        main: TicketId,
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
    /// Archived: nothing changes any more.
    Archived,
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
            Self::Extended { .. } => "extended",
            Self::Answered { .. } => "answered",
            Self::SentBack { .. } => "sent_back",
            Self::Approved => "approved",
            Self::Closed { .. } => "closed",
            Self::RedoAsked { .. } => "redo_asked",
            Self::Merged { .. } => "merged",
            Self::Unmerged => "unmerged",
            Self::Withdrawn { .. } => "withdrawn",
            Self::ProgressAsked => "progress_asked",
            Self::Urged { .. } => "urged",
            Self::Added { .. } => "added",
            Self::ExplanationAsked { .. } => "explanation_asked",
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

/// The rule that forbids an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The action does not belong to this state.
    #[error("not possible in state {stage:?}")]
    WrongStage {
        /// Where the ticket stands.
        stage: Stage,
    },
    /// The person's role does not allow it.
    #[error("needs one of the roles {needs:?}")]
    WrongRole {
        /// Which would.
        needs: Vec<Role>,
    },
    /// The ticket belongs to another unit.
    #[error("the ticket belongs to another unit")]
    NotYourUnit,
    /// A field is needed and blank.
    #[error("{field} is needed")]
    Missing {
        /// Which, e.g. `basis`.
        field: String,
    },
    /// A complaint against a unit is never given to that unit (recusal, Art. 10, 32).
    #[error("a complaint against {unit} cannot go to it")]
    Recusal {
        /// The accused unit.
        unit: UnitCode,
    },
    /// The time for it is over.
    #[error("the time for it ended at {until}")]
    TooLate {
        /// When it ended.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// It may be done only once, and was.
    #[error("may be done only once")]
    OnlyOnce,
    /// A number is outside its range.
    #[error("{field} must be from {from} to {to}")]
    Range {
        /// Which.
        field: String,
        /// Least.
        from: u32,
        /// Most.
        to: u32,
    },
    /// From the second return on a ruling is compulsory.
    #[error("from the second return on the joint meeting rules")]
    NeedsRuling,
    /// Whoever handled a ticket does not call back about it (Art. 27, domain rules).
    #[error("one who handled the ticket may not call back")]
    HandledIt,
    /// The caller was neither reached nor tried three times on different half-days.
    #[error("the caller must be contacted, or tried three times on different half-days")]
    NotContacted,
    /// A ticket cannot be merged into itself.
    #[error("a ticket cannot be merged into itself")]
    IntoItself,
}

/// What the rules need beside the ticket.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The deadline rules in force with their calendar.
    pub clocks: &'a Clocks,
    /// The directory in force.
    pub directory: &'a Directory,
}

/// Events that do not fit the ticket they are applied to: the log is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {event} (version {version}) does not follow from state {stage:?}")]
pub struct ApplyError {
    /// The event's name.
    pub event: &'static str,
    /// Its version.
    pub version: u64,
    /// Where the ticket stood; `None` before it was opened.
    pub stage: Option<Stage>,
}

/// Asks the rules whether `who` may do `action` to `ticket` at `now`; answers with what then happens.
pub fn decide(
    ticket: &Ticket,
    action: &Action,
    who: &Person,
    now: Timestamp,
    context: Context<'_>,
) -> Result<Vec<EventKind>, Refusal> {
    let _ = (ticket, action, who, now, context);
    Err(Refusal::OnlyOnce)
}

/// The ticket after an event; `None` before its `opened`.
pub fn apply(ticket: Option<Ticket>, event: &Event) -> Result<Ticket, ApplyError> {
    Err(ApplyError {
        event: event.kind.name(),
        version: event.version,
        stage: ticket.map(|t| t.state.stage()),
    })
}
