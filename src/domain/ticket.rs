//! The ticket (工单): what a caller asked, where it stands, who handles it. A ticket is what its events
//! say (see [`super::lifecycle`]); nothing here changes it directly.

use super::call::RecordingRef;
use super::caller::{Caller, CallerKind};
use super::clock::Deadline;
use super::id::{Account, CallId, DistrictCode, EntryCode, ItemCode, TicketId, UnitCode};
use super::number::TicketNumber;
use super::role::Stamp;
use super::text::{Line, Prose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a request came in (渠道).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 电话.
    #[default]
    Telephone,
    /// 短信.
    Sms,
    /// 微信小程序.
    MiniProgram,
    /// 公众号.
    OfficialAccount,
    /// 网站.
    Web,
    /// 客户端.
    App,
    /// 市长信箱.
    MayorsMailbox,
    /// 微博.
    Weibo,
    /// 网格.
    Grid,
}

/// What kind of request it is (诉求类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 咨询.
    Consult,
    /// 求助.
    #[default]
    Help,
    /// 投诉.
    Complain,
    /// 举报.
    Report,
    /// 建议.
    Suggest,
    /// 表扬.
    Praise,
    /// 其他.
    Other,
}

impl Kind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::Consult,
        Self::Help,
        Self::Complain,
        Self::Report,
        Self::Suggest,
        Self::Praise,
        Self::Other,
    ];

    /// The name used on the wire and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consult => "consult",
            Self::Help => "help",
            Self::Complain => "complain",
            Self::Report => "report",
            Self::Suggest => "suggest",
            Self::Praise => "praise",
            Self::Other => "other",
        }
    }

    /// The kind of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How urgent it is (紧急程度).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般.
    #[default]
    Ordinary,
    /// 紧急.
    Urgent,
    /// 特急.
    Critical,
}

/// The five elements of a report (五要素). Each is empty until the caller has said it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Elements {
    /// 何人.
    pub who: Line,
    /// 何时.
    pub when: Line,
    /// 何地.
    #[serde(rename = "where")]
    pub where_: Line,
    /// 何因.
    pub cause: Line,
    /// 经过.
    pub course: Line,
}

/// Where it happens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Place {
    /// 区县.
    pub district: Option<DistrictCode>,
    /// 街镇, by name.
    pub street: Line,
    /// 社区 or 网格.
    pub community: Line,
    /// The address in words.
    pub address: Line,
}

/// What the call-taker writes down. All of it may still be empty: a caller who can't say is not blocked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Request {
    /// One line; made from the text when left empty.
    pub title: Line,
    /// What kind of request.
    pub kind: Kind,
    /// The directory's item, when known.
    pub item: Option<ItemCode>,
    /// Free tags, at most 20.
    pub tags: Vec<Line>,
    /// Who asks.
    pub caller: Caller,
    /// Where.
    pub place: Place,
    /// How urgent.
    pub urgency: Urgency,
    /// The five elements.
    pub elements: Elements,
    /// The story in the caller's words.
    pub text: Prose,
    /// What the caller wants (诉求).
    pub asked: Prose,
    /// Answers to the item's questions (追问清单), by question, at most 30.
    pub answers: Vec<QuestionAnswer>,
    /// The unit complained about (被投诉举报单位): it never sees the ticket (recusal, Art. 10, 32).
    pub accused: Option<UnitCode>,
}

/// A request that holds more than its fields may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} holds {len}, at most {max} are allowed: take some out")]
pub struct RequestError {
    /// The field, e.g. `tags`.
    pub field: &'static str,
    /// How many it holds.
    pub len: usize,
    /// How many it may hold.
    pub max: u32,
}

impl Request {
    /// Tags at most.
    pub const MAX_TAGS: u32 = 20;
    /// Answered questions at most.
    pub const MAX_ANSWERS: u32 = 30;

    /// Checks how many tags and answers it holds; the lengths of texts are checked where they come in.
    pub fn check(&self) -> Result<(), RequestError> {
        for (field, len, max) in [
            ("tags", self.tags.len(), Self::MAX_TAGS),
            ("answers", self.answers.len(), Self::MAX_ANSWERS),
        ] {
            if u32::try_from(len).map_or(true, |len| len > max) {
                return Err(RequestError { field, len, max });
            }
        }
        Ok(())
    }

    /// True when the caller's matter is nowhere in words: neither title, story nor wish.
    pub fn is_blank(&self) -> bool {
        self.title.is_blank() && self.text.is_blank() && self.asked.is_blank()
    }
}

/// One of the item's questions with what the caller said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct QuestionAnswer {
    /// The question.
    pub question: Line,
    /// The answer.
    pub answer: Line,
}

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

/// Where a ticket stands, with what belongs to that place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "stage", content = "data", rename_all = "snake_case")]
pub enum State {
    /// 草稿.
    Draft,
    /// 直办办结.
    ClosedDirectly(DirectAnswer),
    /// 无效来电.
    Invalid(InvalidReason),
    /// 不予受理.
    Declined {
        /// The reason.
        reason: DeclineReason,
        /// On what it stands.
        basis: Line,
        /// The other road that the caller was told.
        other_road: Line,
        /// Who reviewed it, once somebody has.
        reviewed: Option<Stamp>,
    },
    /// 转紧急.
    HandedToEmergency(EmergencyService),
    /// 待派.
    ToDispatch,
    /// 待签收.
    Dispatched(Dispatch),
    /// 办理中.
    InHand(Dispatch),
    /// 退回待审.
    ReturnAsked {
        /// The dispatch it would undo.
        dispatch: Dispatch,
        /// The wish.
        request: ReturnRequest,
    },
    /// 待审核.
    Answered {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
    },
    /// 待回访.
    ToCallBack {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
    },
    /// 办结.
    Closed {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
        /// What the caller said.
        verdict: Verdict,
    },
    /// 重办: a new round that waits to be taken in hand; the old one stays in the events.
    Redo(Dispatch),
    /// 并入.
    Merged {
        /// The main ticket.
        main: TicketId,
        /// Where it stood, to come back to.
        before: Box<State>,
    },
    /// 撤回.
    Withdrawn {
        /// In the caller's words.
        reason: Line,
    },
    /// 归档.
    Archived {
        /// The state that was archived.
        last: Box<State>,
    },
}

/// The name of a state, for filters and tables.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 草稿.
    Draft,
    /// 直办办结.
    ClosedDirectly,
    /// 无效来电.
    Invalid,
    /// 不予受理.
    Declined,
    /// 转紧急.
    HandedToEmergency,
    /// 待派.
    ToDispatch,
    /// 待签收.
    Dispatched,
    /// 办理中.
    InHand,
    /// 退回待审.
    ReturnAsked,
    /// 待审核.
    Answered,
    /// 待回访.
    ToCallBack,
    /// 办结.
    Closed,
    /// 重办.
    Redo,
    /// 并入.
    Merged,
    /// 撤回.
    Withdrawn,
    /// 归档.
    Archived,
}

impl Stage {
    /// All stages in the order of the design's table.
    pub const ALL: [Self; 16] = [
        Self::Draft,
        Self::ClosedDirectly,
        Self::Invalid,
        Self::Declined,
        Self::HandedToEmergency,
        Self::ToDispatch,
        Self::Dispatched,
        Self::InHand,
        Self::ReturnAsked,
        Self::Answered,
        Self::ToCallBack,
        Self::Closed,
        Self::Redo,
        Self::Merged,
        Self::Withdrawn,
        Self::Archived,
    ];

    /// The name used on the wire and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ClosedDirectly => "closed_directly",
            Self::Invalid => "invalid",
            Self::Declined => "declined",
            Self::HandedToEmergency => "handed_to_emergency",
            Self::ToDispatch => "to_dispatch",
            Self::Dispatched => "dispatched",
            Self::InHand => "in_hand",
            Self::ReturnAsked => "return_asked",
            Self::Answered => "answered",
            Self::ToCallBack => "to_call_back",
            Self::Closed => "closed",
            Self::Redo => "redo",
            Self::Merged => "merged",
            Self::Withdrawn => "withdrawn",
            Self::Archived => "archived",
        }
    }

    /// The stage of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Somebody still has to do something.
    pub const fn is_open(self) -> bool {
        !matches!(
            self,
            Self::ClosedDirectly
                | Self::Invalid
                | Self::Declined
                | Self::HandedToEmergency
                | Self::Closed
                | Self::Withdrawn
                | Self::Archived
        )
    }
}

impl State {
    /// The state's name.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Draft => Stage::Draft,
            Self::ClosedDirectly(_) => Stage::ClosedDirectly,
            Self::Invalid(_) => Stage::Invalid,
            Self::Declined { .. } => Stage::Declined,
            Self::HandedToEmergency(_) => Stage::HandedToEmergency,
            Self::ToDispatch => Stage::ToDispatch,
            Self::Dispatched(_) => Stage::Dispatched,
            Self::InHand(_) => Stage::InHand,
            Self::ReturnAsked { .. } => Stage::ReturnAsked,
            Self::Answered { .. } => Stage::Answered,
            Self::ToCallBack { .. } => Stage::ToCallBack,
            Self::Closed { .. } => Stage::Closed,
            Self::Redo(_) => Stage::Redo,
            Self::Merged { .. } => Stage::Merged,
            Self::Withdrawn { .. } => Stage::Withdrawn,
            Self::Archived { .. } => Stage::Archived,
        }
    }

    /// Who handles it, where somebody does.
    pub fn dispatch(&self) -> Option<&Dispatch> {
        match self {
            Self::Dispatched(dispatch)
            | Self::InHand(dispatch)
            | Self::Redo(dispatch)
            | Self::ReturnAsked { dispatch, .. }
            | Self::Answered { dispatch, .. }
            | Self::ToCallBack { dispatch, .. }
            | Self::Closed { dispatch, .. } => Some(dispatch),
            Self::Archived { last } => last.dispatch(),
            _ => None,
        }
    }

    /// What the unit reported, where it has.
    pub fn handling(&self) -> Option<&Handling> {
        match self {
            Self::Answered { handling, .. }
            | Self::ToCallBack { handling, .. }
            | Self::Closed { handling, .. } => Some(handling),
            Self::Archived { last } => last.handling(),
            _ => None,
        }
    }
}

/// A ticket as its events say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Inside name.
    pub id: TicketId,
    /// Outside name.
    pub number: TicketNumber,
    /// How many events it has had; a write names the version it was made on.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// 1, and one more for each redo.
    pub round: u32,
    /// How often a return was asked for.
    pub returns: u32,
    /// Where it came in.
    pub channel: Channel,
    /// The call it came by.
    pub call: Option<CallId>,
    /// The recording of that call.
    pub recording: Option<RecordingRef>,
    /// What was asked.
    pub request: Request,
    /// When and by whom it was opened.
    pub opened: Stamp,
    /// When it was accepted (受理): the total clock starts here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    /// The total clock's deadline.
    pub total_due: Option<Deadline>,
    /// The unit's clock's deadline.
    pub unit_due: Option<Deadline>,
    /// True once an extension was granted (at most once).
    pub extended: bool,
    /// How often the caller urged (催办).
    pub urged: u32,
    /// What the caller added later (补充).
    pub additions: Vec<Prose>,
    /// Who reported on it for a unit: they may not call back about it.
    pub handled_by: Vec<Account>,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl Ticket {
    /// The lane it runs in.
    pub const fn lane(&self) -> CallerKind {
        self.request.caller.kind
    }

    /// The title, or the first 30 characters of the text where none was written.
    pub fn title(&self) -> String {
        if self.request.title.is_blank() {
            self.request
                .text
                .as_str()
                .chars()
                .filter(|c| *c != '\n')
                .take(30)
                .collect()
        } else {
            self.request.title.as_str().to_owned()
        }
    }
}
