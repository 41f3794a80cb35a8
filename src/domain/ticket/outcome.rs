//! What is done about a request: answered at once, declined, dispatched, returned, reported on, called back.

use crate::domain::id::{EntryCode, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::role::Stamp;
use crate::domain::text::{Line, Prose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a direct answer came from (直办答复来源).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum AnswerSource {
    /// A knowledge entry in the version that was read.
    Entry {
        /// Which.
        code: EntryCode,
        /// Its version.
        version: u64,
    },
    /// An expert seat.
    Expert {
        /// Whose department.
        unit: UnitCode,
    },
    /// A notice, e.g. of an outage.
    Notice {
        /// Its title.
        title: Line,
    },
    /// Progress of a ticket that exists.
    ExistingTicket {
        /// Which.
        number: TicketNumber,
    },
    /// A unit's telephone out of the directory.
    DirectoryTelephone {
        /// Whose.
        unit: UnitCode,
    },
    /// None of these: becomes a knowledge gap (知识缺口).
    None,
}

/// An answer given at once (直办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectAnswer {
    /// What was said.
    pub answer: Prose,
    /// On what it stands.
    #[serde(flatten)]
    pub source: AnswerSource,
}

/// Why a call is no request (无效来电).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvalidReason {
    /// 无声.
    Silent,
    /// 打错.
    WrongNumber,
    /// 骚扰.
    Nuisance,
    /// 中断.
    CutOff,
}

/// Why a request is not taken (不予受理), with the road the caller is told instead (Art. 23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// 已进入诉讼.
    InCourt,
    /// 已进入仲裁.
    InArbitration,
    /// 已进入信访程序.
    InPetition,
    /// 已进入行政复议.
    InReview,
    /// 同一事实和理由已依法答复 (Art. 25).
    AnsweredBefore,
    /// 不属于热线受理范围.
    OutOfScope,
    /// 诉求不合法.
    Unlawful,
}

/// Whom an emergency goes to (转紧急).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum EmergencyService {
    /// 公安.
    #[serde(rename = "110")]
    Police,
    /// 消防.
    #[serde(rename = "119")]
    Fire,
    /// 急救.
    #[serde(rename = "120")]
    Ambulance,
    /// 交通事故.
    #[serde(rename = "122")]
    Traffic,
}

/// Who handles it and by which line of the directory it came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Dispatch {
    /// The lead unit (主办).
    pub lead: UnitCode,
    /// Co-units (协办).
    pub co_units: Vec<UnitCode>,
    /// The version of the directory in force.
    pub directory_version: u64,
    /// On what the choice stands, in words (三定、编办意见、法规).
    pub basis: Line,
    /// When and by whom it was dispatched.
    pub stamp: Stamp,
    /// When and by whom it was signed for (签收).
    pub signed: Option<Stamp>,
}

/// Why a unit sends a dispatch back (退回原因).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// 非本单位职责.
    NotOurDuty,
    /// 非本辖区.
    NotOurArea,
    /// 信息不全无法办理.
    NotEnoughFacts,
    /// 应由上级办理.
    BelongsHigher,
    /// 重复交办.
    Duplicate,
}

impl ReturnReason {
    /// The name used on the wire, e.g. `not_our_duty`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotOurDuty => "not_our_duty",
            Self::NotOurArea => "not_our_area",
            Self::NotEnoughFacts => "not_enough_facts",
            Self::BelongsHigher => "belongs_higher",
            Self::Duplicate => "duplicate",
        }
    }
}

/// A unit's wish to return a dispatch (退回).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnRequest {
    /// The reason code.
    pub reason: ReturnReason,
    /// On what it stands; not empty.
    pub basis: Line,
    /// Who should handle it.
    pub proposed: Option<UnitCode>,
    /// When and by whom.
    pub stamp: Stamp,
}

/// How the unit reached the caller before answering (联系情况).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "contact", rename_all = "snake_case")]
pub enum Contact {
    /// Reached.
    Reached {
        /// When.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
    /// Not reached: three attempts on different half-days are needed.
    NotReached {
        /// The attempts.
        #[schema(value_type = Vec<String>)]
        attempts: Vec<Timestamp>,
    },
    /// The caller is anonymous or wants no answer.
    NotWanted,
}

/// What the lead unit reports (办理结果).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Handling {
    /// 诉求是否属实.
    pub facts_true: Option<bool>,
    /// Solved?
    pub solved: bool,
    /// Why not, when not.
    pub why_not: Line,
    /// The account of what was done; not empty.
    pub account: Prose,
    /// The answer the caller may read.
    pub public_answer: Prose,
    /// How the caller was reached.
    #[serde(flatten)]
    pub contact: Contact,
    /// When and by whom.
    pub stamp: Stamp,
}

/// What the caller said when called back (回访).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// Was the caller reached?
    pub reached: bool,
    /// Solved, in the caller's words; `None` when not reached.
    pub solved: Option<bool>,
    /// Satisfied; `None` when not reached.
    pub satisfied: Option<bool>,
    /// Why, in a line.
    pub reason: Line,
    /// When and by whom.
    pub stamp: Stamp,
}
