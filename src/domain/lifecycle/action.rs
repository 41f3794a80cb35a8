//! What somebody may want to do to a ticket, and the names of these wishes. Whether it may be done is not
//! said here: the table and the checks say it.

use crate::domain::id::{TicketId, UnitCode};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    Contact, DeclineReason, DirectAnswer, EmergencyService, InvalidReason, Participant, Point,
    Request, ReturnReason, StageGround, StepHow,
};
use jiff::Timestamp;
use jiff::civil::Date;
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
    /// The joint meeting rules who handles it (裁定): the unit that has it, or another.
    Rule {
        /// Who.
        lead: UnitCode,
        /// With whom.
        co_units: Vec<UnitCode>,
        /// On what it stands; not blank.
        basis: Line,
        /// Who took part, 1 to 20.
        participants: Vec<Participant>,
    },
    /// The lead unit asks for an extension (延期申请).
    AskExtension {
        /// Working days, 1 to 10.
        working_days: u32,
        /// Why; not blank.
        reason: Line,
    },
    /// Refuse an extension that was asked for.
    RefuseExtension {
        /// Why; not blank.
        reason: Line,
    },
    /// The lead unit gives a staged answer (阶段性答复).
    StageAnswer {
        /// Why.
        ground: StageGround,
        /// The last day for the final answer.
        #[schema(value_type = String, format = Date)]
        until: Date,
        /// How the caller was told.
        contact: Contact,
    },
    /// Agree to a staged answer: its day counts from now on, and it is supervised until then.
    AgreeStage,
    /// Refuse a staged answer: the unit's clock runs as before.
    RefuseStage {
        /// Why; not blank.
        reason: Line,
    },
    /// The lead unit asks for co-units (申请协办).
    AskCoUnits {
        /// Which; at least one.
        co_units: Vec<UnitCode>,
        /// Why; not blank.
        reason: Line,
    },
    /// Add co-units.
    AddCoUnits {
        /// Which; at least one.
        co_units: Vec<UnitCode>,
        /// Why; not blank.
        reason: Line,
    },
    /// A co-unit reports.
    ReportCo {
        /// What was done; not blank.
        account: Prose,
    },
    /// Release the lead unit from waiting for a co-unit.
    ReleaseCo {
        /// For which.
        unit: UnitCode,
        /// Why; not blank.
        reason: Line,
    },
    /// Enter a step of 2110.
    Step {
        /// What was done.
        how: StepHow,
        /// When it was done.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        /// In a line.
        note: Line,
    },
    /// Grant the extension that was asked for.
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
    /// Answer a merged ticket from its main one: a person confirms the draft, point by point.
    AnswerChild {
        /// What the caller may read; not blank.
        public_answer: Prose,
        /// The child's own points, each with how it is met.
        points: Vec<Point>,
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

macro_rules! action_names {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// The name of an action, without what it carries.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each stands with its doc line at the action of the same name")]
        pub enum ActionName {
            $($name),*
        }

        impl ActionName {
            /// All names, in the order of the actions.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name used on the wire, e.g. `ask_return`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text),*
                }
            }
        }

        impl Action {
            /// Which action it is.
            pub const fn kind(&self) -> ActionName {
                match self {
                    $(Self::$name { .. } => ActionName::$name),*
                }
            }
        }
    };
}

action_names! {
    Amend = "amend",
    CloseDirectly = "close_directly",
    MarkInvalid = "mark_invalid",
    Decline = "decline",
    ReviewDecline = "review_decline",
    HandToEmergency = "hand_to_emergency",
    Submit = "submit",
    Dispatch = "dispatch",
    Transfer = "transfer",
    Sign = "sign",
    AskReturn = "ask_return",
    AcceptReturn = "accept_return",
    RejectReturn = "reject_return",
    Rule = "rule",
    AskExtension = "ask_extension",
    RefuseExtension = "refuse_extension",
    StageAnswer = "stage_answer",
    AgreeStage = "agree_stage",
    RefuseStage = "refuse_stage",
    AskCoUnits = "ask_co_units",
    AddCoUnits = "add_co_units",
    ReportCo = "report_co",
    ReleaseCo = "release_co",
    Step = "step",
    Extend = "extend",
    Answer = "answer",
    SendBack = "send_back",
    Approve = "approve",
    Close = "close",
    Redo = "redo",
    Merge = "merge",
    AnswerChild = "answer_child",
    Unmerge = "unmerge",
    Withdraw = "withdraw",
    AskProgress = "ask_progress",
    Urge = "urge",
    Add = "add",
    AskExplanation = "ask_explanation",
    Archive = "archive",
}

impl Action {
    /// Its name on the wire, e.g. `ask_return`.
    pub const fn name(&self) -> &'static str {
        self.kind().as_str()
    }
}
