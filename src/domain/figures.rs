//! The figures (考评指标): each a numerator and a denominator, of which every part stands on one ticket or call. What a
//! ticket or a call adds follows from its log alone, so that a sum that is kept can always be counted again.

mod calls;
mod legs;
mod returns;
#[cfg(test)]
mod tests;
mod tickets;

pub use calls::of_call;
pub use returns::{Return, ReturnOutcome, returns};
pub use tickets::{Other, SAME_MATTER, of_ticket};

use super::id::{Account, ItemCode, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A figure of the design's list.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// 接通率: calls answered ÷ calls offered to a human.
    CallsAnswered,
    /// 15 秒应答率: answered within 15 s ÷ answered.
    Answered15,
    /// 15 秒接通率: answered within 15 s ÷ offered.
    Offered15,
    /// 放弃率: abandoned ÷ queued.
    CallsAbandoned,
    /// 平均处理时长: seconds of talk, hold and wrap-up ÷ calls handled.
    HandleTime,
    /// 座席利用率: seconds of talk, hold and wrap-up ÷ those and idle ones.
    Occupancy,
    /// 直办率: closed directly ÷ accepted.
    Direct,
    /// 专家直办率: closed directly on an expert's answer ÷ accepted; by unit the expert's department ÷ all.
    ExpertDirect,
    /// 企业诉求直办率: the same of enterprises.
    EnterpriseDirect,
    /// 一次解决率: no contact on the same matter within 7 days ÷ closed.
    OnceSolved,
    /// 派出用时: minutes from acceptance to the first dispatch ÷ accepted tickets that were dispatched.
    DispatchMinutes,
    /// 转办精准度: dispatches not returned and upheld ÷ dispatches.
    Precision,
    /// 回退率: dispatches returned ÷ dispatches.
    Returned,
    /// 退回支持率: returns upheld ÷ returns asked for, on the day on which they were asked for.
    ReturnsUpheld,
    /// 转市直占比: dispatches to the city's departments ÷ dispatches.
    CityShare,
    /// 及时签收率: signed for in time ÷ to be signed for.
    SignedInTime,
    /// 响应率: caller contacted within the unit's time ÷ dispatches whose caller wants to be contacted.
    Contacted,
    /// 按期答复率 of units: answered within the unit's time ÷ due.
    AnsweredInTime,
    /// 按时办结率: closed by the total clock's end ÷ due by it.
    ClosedInTime,
    /// 首次办结率: closed without redo ÷ closed.
    ClosedFirst,
    /// 重办率: redone ÷ closed.
    Redone,
    /// 回访接通率: reached ÷ called back.
    Reached,
    /// 解决率: solved in the caller's words ÷ reached.
    Solved,
    /// 满意率: satisfied ÷ reached.
    Satisfied,
    /// 企业按期答复率.
    EnterpriseInTime,
    /// 企业诉求解决质量: solved ÷ enterprises reached.
    EnterpriseSolved,
    /// 企业满意度: satisfied ÷ enterprises reached.
    EnterpriseSatisfied,
    /// 2110, 2 hours: there or in touch in time ÷ due.
    Contact2110,
    /// 2110, 1 day: answered or progress told in time ÷ due.
    Answer2110,
    /// 2110, 10 working days: solved or confirmed in time ÷ due.
    Solve2110,
    /// 检索到使用: requests answered with an entry ÷ entries opened.
    SearchToUse,
    /// 检索未命中率: searched in vain ÷ that and entries opened.
    SearchMissed,
    /// 知识过期占比: entries out of their time ÷ entries that are not retired, today.
    Stale,
    /// One seat's day: seconds talked ÷ calls answered. Kept by account.
    SeatTalk,
    /// One seat's day: closed directly ÷ accepted. Kept by account.
    SeatDirect,
}

/// What stands behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Behind {
    /// Tickets.
    Tickets,
    /// Calls.
    Calls,
    /// Seconds of seats, by day and person.
    Seats,
    /// Counts of the knowledge's uses.
    Knowledge,
}

/// How numerator and denominator are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A share: 0 to 1.
    Share,
    /// Seconds each.
    Seconds,
    /// Minutes each.
    Minutes,
}

impl Figure {
    /// All, in the order of the design's list.
    pub const ALL: [Self; 35] = [
        Self::CallsAnswered,
        Self::Answered15,
        Self::Offered15,
        Self::CallsAbandoned,
        Self::HandleTime,
        Self::Occupancy,
        Self::Direct,
        Self::ExpertDirect,
        Self::EnterpriseDirect,
        Self::OnceSolved,
        Self::DispatchMinutes,
        Self::Precision,
        Self::Returned,
        Self::ReturnsUpheld,
        Self::CityShare,
        Self::SignedInTime,
        Self::Contacted,
        Self::AnsweredInTime,
        Self::ClosedInTime,
        Self::ClosedFirst,
        Self::Redone,
        Self::Reached,
        Self::Solved,
        Self::Satisfied,
        Self::EnterpriseInTime,
        Self::EnterpriseSolved,
        Self::EnterpriseSatisfied,
        Self::Contact2110,
        Self::Answer2110,
        Self::Solve2110,
        Self::SearchToUse,
        Self::SearchMissed,
        Self::Stale,
        Self::SeatTalk,
        Self::SeatDirect,
    ];

    /// The name on the wire and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallsAnswered => "calls_answered",
            Self::Answered15 => "answered15",
            Self::Offered15 => "offered15",
            Self::CallsAbandoned => "calls_abandoned",
            Self::HandleTime => "handle_time",
            Self::Occupancy => "occupancy",
            Self::Direct => "direct",
            Self::ExpertDirect => "expert_direct",
            Self::EnterpriseDirect => "enterprise_direct",
            Self::OnceSolved => "once_solved",
            Self::DispatchMinutes => "dispatch_minutes",
            Self::Precision => "precision",
            Self::Returned => "returned",
            Self::ReturnsUpheld => "returns_upheld",
            Self::CityShare => "city_share",
            Self::SignedInTime => "signed_in_time",
            Self::Contacted => "contacted",
            Self::AnsweredInTime => "answered_in_time",
            Self::ClosedInTime => "closed_in_time",
            Self::ClosedFirst => "closed_first",
            Self::Redone => "redone",
            Self::Reached => "reached",
            Self::Solved => "solved",
            Self::Satisfied => "satisfied",
            Self::EnterpriseInTime => "enterprise_in_time",
            Self::EnterpriseSolved => "enterprise_solved",
            Self::EnterpriseSatisfied => "enterprise_satisfied",
            Self::Contact2110 => "contact2110",
            Self::Answer2110 => "answer2110",
            Self::Solve2110 => "solve2110",
            Self::SearchToUse => "search_to_use",
            Self::SearchMissed => "search_missed",
            Self::Stale => "stale",
            Self::SeatTalk => "seat_talk",
            Self::SeatDirect => "seat_direct",
        }
    }

    /// The figure of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// What stands behind it.
    pub const fn behind(self) -> Behind {
        match self {
            Self::CallsAnswered
            | Self::Answered15
            | Self::Offered15
            | Self::CallsAbandoned
            | Self::SeatTalk => Behind::Calls,
            Self::HandleTime | Self::Occupancy => Behind::Seats,
            Self::SearchToUse | Self::SearchMissed | Self::Stale => Behind::Knowledge,
            _ => Behind::Tickets,
        }
    }

    /// How its parts are read together.
    pub const fn measure(self) -> Measure {
        match self {
            Self::HandleTime | Self::SeatTalk => Measure::Seconds,
            Self::DispatchMinutes => Measure::Minutes,
            _ => Measure::Share,
        }
    }

    /// True for what is kept by account: it is told to that person, and to nobody as a figure of the house.
    pub const fn is_own(self) -> bool {
        matches!(self, Self::SeatTalk | Self::SeatDirect)
    }

    /// True where a unit's numerator stands over the denominator of the whole.
    pub const fn over_all(self) -> bool {
        matches!(self, Self::ExpertDirect)
    }
}

/// Where a part of a figure falls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// Which figure.
    pub figure: Figure,
    /// On which civil day of the hotline's zone.
    pub day: Date,
    /// Whose: a unit's, where a unit did it.
    pub unit: Option<UnitCode>,
    /// Whose, for the figures of one seat.
    pub account: Option<Account>,
    /// The request's item, where it is known.
    pub item: Option<ItemCode>,
}

/// What one ticket or call adds at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// To the numerator.
    pub numerator: u64,
    /// To the denominator.
    pub denominator: u64,
}

/// What one ticket or call adds, each spot once.
pub type Parts = BTreeMap<Spot, Share>;

/// Adds at a spot.
fn add(parts: &mut Parts, spot: Spot, numerator: u64, denominator: u64) {
    let share = parts.entry(spot).or_default();
    share.numerator += numerator;
    share.denominator += denominator;
}
