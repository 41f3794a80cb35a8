//! What goes on beside the states while a ticket is handled: an extension that is asked for, a staged answer that is
//! followed up, co-units with their own clocks, the steps of 2110, the ruling of the joint meeting.

use crate::domain::clock::{Card, Deadline};
use crate::domain::id::UnitCode;
use crate::domain::role::Stamp;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::Contact;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All of it; empty for a ticket that nobody handles yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Work {
    /// The extension that was asked for last.
    pub extension: Option<Extension>,
    /// The staged answer that was given last.
    pub staged: Option<StagedAnswer>,
    /// What each co-unit has to do.
    pub co: Vec<CoWork>,
    /// The steps of 2110, for the enterprise lane.
    pub steps: Option<Steps>,
    /// The joint meeting's ruling: it binds.
    pub ruling: Option<Ruling>,
    /// The cards that were shown: none is shown twice.
    pub alerts: Vec<Alert>,
}

/// What was decided about something that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// Granted or agreed to.
    pub granted: bool,
    /// Why, or blank.
    pub reason: Line,
    /// When and by whom.
    pub stamp: Stamp,
}

/// An extension that the unit asked for (延期申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Extension {
    /// Working days, 1 to 10.
    pub working_days: u32,
    /// Why.
    pub reason: Line,
    /// When and by whom.
    pub stamp: Stamp,
    /// What the hotline decided, once it has.
    pub decided: Option<Decided>,
}

/// Why an answer comes in stages (Art. 24, second and third case).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum StageGround {
    /// A law sets a longer period (法定期限).
    LegalPeriod {
        /// Which law and which period.
        basis: Line,
    },
    /// The cause cannot be removed yet: what is done meanwhile (具体措施).
    Measures {
        /// The measures.
        measures: Prose,
    },
}

/// A staged answer (阶段性答复): the caller was told how it stands and by when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StagedAnswer {
    /// Why.
    #[serde(flatten)]
    pub ground: StageGround,
    /// The last day on which the final answer is given.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// How the caller was told.
    #[serde(flatten)]
    pub contact: Contact,
    /// When and by whom.
    pub stamp: Stamp,
    /// What the hotline decided, once it has. Agreed to, it is supervised until the final answer.
    pub decided: Option<Decided>,
}

/// What a co-unit (协办) has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoWork {
    /// Which.
    pub unit: UnitCode,
    /// By when; earlier than the lead unit's.
    pub due: Deadline,
    /// How it ended, once it has.
    pub done: Option<CoDone>,
}

/// How a co-unit's part ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum CoDone {
    /// It reported.
    Reported {
        /// What was done.
        account: Prose,
        /// When and by whom.
        stamp: Stamp,
    },
    /// The lead unit was released from waiting for it.
    Released {
        /// Why.
        reason: Line,
        /// When and by whom.
        stamp: Stamp,
    },
}

/// One who spoke in the joint meeting (联席会议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Participant {
    /// For which unit; the establishment office (编办) is one.
    pub unit: UnitCode,
    /// What they held.
    pub opinion: Line,
    /// The number of the written opinion, or blank.
    #[serde(default)]
    pub number: Line,
    /// Its day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
}

/// A ruling on who handles it (裁定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ruling {
    /// Who handles it.
    pub lead: UnitCode,
    /// With whom.
    pub co_units: Vec<UnitCode>,
    /// On what it stands.
    pub basis: Line,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// When and by whom it was entered.
    pub stamp: Stamp,
}

/// A point of a merged ticket with how the answer from the main one meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Point {
    /// What the child asks.
    pub asked: Line,
    /// How it is met; not blank.
    pub answer: Line,
}

/// What was done for an enterprise (2110).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepHow {
    /// 到场.
    OnSite,
    /// 联系.
    InTouch,
    /// 答复.
    Answered,
    /// 反馈进展.
    Progress,
    /// 解决.
    Solved,
    /// 服务确认.
    Confirmed,
}

/// A step of 2110.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// 2 hours: there or in touch.
    Contact,
    /// 1 day: answer or progress.
    Answer,
    /// 10 working days: solved or confirmed.
    Solve,
}

impl StepHow {
    /// All, in the order of the steps.
    pub const ALL: [Self; 6] = [
        Self::OnSite,
        Self::InTouch,
        Self::Answered,
        Self::Progress,
        Self::Solved,
        Self::Confirmed,
    ];

    /// The step that it takes.
    pub const fn step(self) -> StepName {
        match self {
            Self::OnSite | Self::InTouch => StepName::Contact,
            Self::Answered | Self::Progress => StepName::Answer,
            Self::Solved | Self::Confirmed => StepName::Solve,
        }
    }
}

/// Something done for an enterprise, with when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepDone {
    /// What.
    pub how: StepHow,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// In a line.
    pub note: Line,
    /// When and by whom it was entered.
    pub stamp: Stamp,
}

/// The steps of 2110 of one dispatch: the third one's clock is the unit's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Steps {
    /// By when to be there or in touch.
    pub contact_due: Deadline,
    /// By when to answer or tell the progress.
    pub answer_due: Deadline,
    /// What was done, in the order it was entered.
    pub done: Vec<StepDone>,
}

impl Steps {
    /// When a step was first taken.
    pub fn taken(&self, step: StepName) -> Option<Timestamp> {
        let done = self.done.iter().filter(|done| done.how.step() == step);
        done.map(|done| done.at).min()
    }
}

/// Clocks that run beside the lead unit's, given with a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Beside {
    /// The co-units' end.
    pub co: Option<Deadline>,
    /// 2110, first step.
    pub contact: Option<Deadline>,
    /// 2110, second step.
    pub answer: Option<Deadline>,
}

/// Which clock a card is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "clock", rename_all = "snake_case")]
pub enum AlertClock {
    /// The total one.
    Total,
    /// The lead unit's.
    Unit,
    /// Signing for it.
    SignIn,
    /// A co-unit's.
    Co {
        /// Whose.
        unit: UnitCode,
    },
    /// 2110, first step.
    Contact,
    /// 2110, second step.
    Answer,
}

/// A yellow or red card (黄牌、红牌).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alert {
    /// Of which clock.
    #[serde(flatten)]
    pub clock: AlertClock,
    /// Its colour.
    pub card: Card,
    /// The clock's end.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
}

impl Work {
    /// Co-units that have neither reported nor been released from.
    pub fn waiting_for(&self) -> impl Iterator<Item = &CoWork> {
        self.co.iter().filter(|co| co.done.is_none())
    }

    /// The extension that waits for the hotline's decision.
    pub fn extension_asked(&self) -> Option<&Extension> {
        self.extension.as_ref().filter(|it| it.decided.is_none())
    }

    /// The staged answer that waits for the hotline's decision.
    pub fn stage_asked(&self) -> Option<&StagedAnswer> {
        self.staged.as_ref().filter(|it| it.decided.is_none())
    }

    /// The staged answer that was agreed to: the ticket is supervised until the final one (Art. 24).
    pub fn followed_up(&self) -> Option<&StagedAnswer> {
        let granted = |it: &&StagedAnswer| it.decided.as_ref().is_some_and(|it| it.granted);
        self.staged.as_ref().filter(granted)
    }
}
