//! Who may do what. The table of `docs/domain.md`, as one function per right; what may be done to a ticket
//! in which state stands in [`super::lifecycle::table`].

mod rights;

pub use rights::*;

use super::id::{Account, SeatNo, UnitCode};
use super::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person is for (岗位).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理员.
    CallTaker,
    /// 企业专席.
    EnterpriseSeat,
    /// 专家座席.
    Expert,
    /// 分办员.
    Dispatcher,
    /// 退单审核.
    ReturnReviewer,
    /// 承办单位经办人.
    UnitClerk,
    /// 回访员.
    CallbackClerk,
    /// 督办.
    Supervisor,
    /// 督办专席.
    SupervisionSeat,
    /// 编办.
    EstablishmentOffice,
    /// 班长.
    ShiftLeader,
    /// 质检.
    Quality,
    /// 知识编审.
    KnowledgeEditor,
    /// 培训师.
    Trainer,
    /// 纪检线索接收人.
    DisciplineReader,
    /// 系统管理员.
    Administrator,
    /// 审计员.
    Auditor,
}

impl Role {
    /// All roles, in the order of the design's table.
    pub const ALL: [Self; 17] = [
        Self::CallTaker,
        Self::EnterpriseSeat,
        Self::Expert,
        Self::Dispatcher,
        Self::ReturnReviewer,
        Self::UnitClerk,
        Self::CallbackClerk,
        Self::Supervisor,
        Self::SupervisionSeat,
        Self::EstablishmentOffice,
        Self::ShiftLeader,
        Self::Quality,
        Self::KnowledgeEditor,
        Self::Trainer,
        Self::DisciplineReader,
        Self::Administrator,
        Self::Auditor,
    ];

    /// The name used on the wire and in files, e.g. `call_taker`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallTaker => "call_taker",
            Self::EnterpriseSeat => "enterprise_seat",
            Self::Expert => "expert",
            Self::Dispatcher => "dispatcher",
            Self::ReturnReviewer => "return_reviewer",
            Self::UnitClerk => "unit_clerk",
            Self::CallbackClerk => "callback_clerk",
            Self::Supervisor => "supervisor",
            Self::SupervisionSeat => "supervision_seat",
            Self::EstablishmentOffice => "establishment_office",
            Self::ShiftLeader => "shift_leader",
            Self::Quality => "quality",
            Self::KnowledgeEditor => "knowledge_editor",
            Self::Trainer => "trainer",
            Self::DisciplineReader => "discipline_reader",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// May take calls: has a seat in the queue.
    pub const fn takes_calls(self) -> bool {
        matches!(self, Self::CallTaker | Self::EnterpriseSeat | Self::Expert)
    }

    /// Has a telephone at the desk: takes calls, or calls citizens back.
    pub const fn has_telephone(self) -> bool {
        self.takes_calls() || matches!(self, Self::CallbackClerk)
    }
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// Sign-in name.
    pub account: Account,
    /// Name as shown to colleagues.
    pub name: Line,
    /// What they are for; at least one.
    pub roles: Vec<Role>,
    /// The unit they work for; `HOTLINE` for the hotline's own staff.
    pub unit: UnitCode,
    /// Their seat, for those who have one.
    pub seat: Option<SeatNo>,
    /// Skills the queue routes by.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Languages they speak with callers.
    #[serde(default)]
    pub languages: Vec<String>,
}

impl Person {
    /// True when the person holds the role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// True when the person holds one of the roles.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.is(*role))
    }
}

/// Who did something, as an event remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// Who; `system` for what the server does by itself.
    pub account: Account,
    /// From which seat, if from one.
    pub seat: Option<SeatNo>,
    /// For which unit.
    pub unit: UnitCode,
}

/// When and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stamp {
    /// By whom.
    pub by: Actor,
    /// When, on the server's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl Person {
    /// The person as an event remembers them.
    pub fn actor(&self) -> Actor {
        Actor {
            account: self.account.clone(),
            seat: self.seat.clone(),
            unit: self.unit.clone(),
        }
    }

    /// The person at a moment.
    pub fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp {
            by: self.actor(),
            at,
        }
    }
}
