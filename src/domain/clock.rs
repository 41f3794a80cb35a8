//! Deadlines by rule (时限), each with its source. Hours run from the stated moment; for days the first day
//! does not count, and one that ends on an off-day ends with the next working day (Civil Code 201, 203).

use super::calendar::Calendar;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In what a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockUnit {
    /// 自然小时: round the clock.
    NaturalHour,
    /// 自然日.
    CalendarDay,
    /// 工作日.
    WorkingDay,
}

/// The names of the deadline rules that an item can run by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockRuleName {
    /// 咨询: 2 working days.
    Consult,
    /// Ordinary: 5 working days (regulation Art. 24).
    #[default]
    Ordinary,
    /// Water, power, gas, heat: 24 hours.
    Utility,
    /// Life and property: 2 hours.
    Danger,
    /// The enterprise lane's last step: 10 working days (2110).
    Enterprise,
    /// Sign-in (签收): 1 working day.
    SignIn,
    /// Return (退回): 2 working days.
    Return,
}

/// A deadline rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockRule {
    /// Which.
    pub name: ClockRuleName,
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: ClockUnit,
    /// Where the rule comes from.
    pub source: String,
}

/// A deadline that a rule gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Deadline {
    /// The last moment; days end at 24:00, which is 00:00 of the next day.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// The moment it turns yellow.
    #[schema(value_type = String, format = DateTime)]
    pub warn: Timestamp,
    /// The rule that gave it.
    pub rule: ClockRuleName,
    /// True when a holiday notice still to come may change it.
    pub provisional: bool,
}

/// What the deadline's colour is at a moment (黄牌、红牌).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// In time.
    Green,
    /// One working day before the end; for hours, 75 % gone.
    Yellow,
    /// Past the end.
    Red,
}

impl Deadline {
    /// Its colour at a moment.
    pub fn card(&self, now: Timestamp) -> Card {
        if now >= self.due {
            Card::Red
        } else if now >= self.warn {
            Card::Yellow
        } else {
            Card::Green
        }
    }
}

/// The zone in which days begin and end: the hotline's, whatever the machine says.
pub const ZONE: &str = "Asia/Shanghai";

/// The rules in force with the calendar they count by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// The rules.
    pub rules: Vec<ClockRule>,
    /// The calendar.
    pub calendar: Calendar,
}
