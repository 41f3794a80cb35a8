//! Deadlines by rule (时限), each with its source. Hours run from the stated moment; for days the first day
//! does not count, and one that ends on an off-day ends with the next working day (Civil Code 201, 203).

use super::calendar::Calendar;
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ToSpan};
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
    /// 2110, first step: 2 hours to be there or in touch.
    EnterpriseContact,
    /// 2110, second step: 1 natural day for answer and progress.
    EnterpriseAnswer,
}

impl ClockUnit {
    /// All units.
    pub const ALL: [Self; 3] = [Self::NaturalHour, Self::CalendarDay, Self::WorkingDay];

    /// The name used on the wire and in files, e.g. `working_day`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NaturalHour => "natural_hour",
            Self::CalendarDay => "calendar_day",
            Self::WorkingDay => "working_day",
        }
    }

    /// The unit of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}

impl ClockRuleName {
    /// All names.
    pub const ALL: [Self; 9] = [
        Self::Consult,
        Self::Ordinary,
        Self::Utility,
        Self::Danger,
        Self::Enterprise,
        Self::SignIn,
        Self::Return,
        Self::EnterpriseContact,
        Self::EnterpriseAnswer,
    ];

    /// The name used on the wire and in files, e.g. `sign_in`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consult => "consult",
            Self::Ordinary => "ordinary",
            Self::Utility => "utility",
            Self::Danger => "danger",
            Self::Enterprise => "enterprise",
            Self::SignIn => "sign_in",
            Self::Return => "return",
            Self::EnterpriseContact => "enterprise_contact",
            Self::EnterpriseAnswer => "enterprise_answer",
        }
    }

    /// The rule name of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
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
    /// True when a last day that is off rolls on to the next working day (Civil Code 203).
    pub rolls_off_days: bool,
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
    /// The day it ends on, in the hotline's zone: a day that ends at 24:00 is that day, not the next.
    pub fn last_day(&self) -> Date {
        civil_day(self.due.saturating_sub(1.nanosecond()).unwrap_or(self.due))
    }

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

impl ClockRule {
    /// The rule as the hotline ships it; a city may put its own in its place.
    pub fn standard(name: ClockRuleName) -> Self {
        use ClockRuleName as Name;
        use ClockUnit::{CalendarDay, NaturalHour, WorkingDay};
        let (amount, unit, source) = match name {
            Name::Consult => (2, WorkingDay, "山东省 2020 年热线管理规定：咨询 2 个工作日"),
            Name::Ordinary => (5, WorkingDay, "济南市 12345 市民服务热线条例第二十四条"),
            Name::Utility => (
                24,
                NaturalHour,
                "山东省 2020 年热线管理规定：水电气暖 24 小时",
            ),
            Name::Danger => (
                2,
                NaturalHour,
                "山东省 2020 年热线管理规定：危及生命财产 2 小时",
            ),
            Name::Enterprise => (
                10,
                WorkingDay,
                "济南市 2110 机制：10 个工作日解决或服务确认",
            ),
            Name::SignIn => (1, WorkingDay, "热线配置默认值：签收 1 个工作日"),
            Name::Return => (2, WorkingDay, "热线配置默认值：退回 2 个工作日"),
            Name::EnterpriseContact => (2, NaturalHour, "济南市 2110 机制：2 小时到场或联系"),
            Name::EnterpriseAnswer => (1, CalendarDay, "济南市 2110 机制：1 天答复、反馈进展"),
        };
        Self {
            name,
            amount,
            unit,
            // The second step of 2110 counts natural days and is not moved by an off-day.
            rolls_off_days: name != Name::EnterpriseAnswer,
            source: source.to_owned(),
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

/// The hotline's zone. It has had one offset since 1991, which stands in where no zone table is found.
pub fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or_else(|_| TimeZone::fixed(offset(8)))
}

/// The civil day of a moment in the hotline's zone.
pub fn civil_day(at: Timestamp) -> Date {
    at.to_zoned_datetime(zone()).date()
}

/// True in the first half of a civil day (上午) in the hotline's zone.
pub fn is_morning(at: Timestamp) -> bool {
    at.to_zoned_datetime(zone()).hour() < 12
}

/// 24:00 of a day in the hotline's zone, which is 00:00 of the next.
pub fn day_end(day: Date) -> Timestamp {
    day.tomorrow()
        .and_then(|next| next.to_zoned_datetime(zone()))
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

fn after_seconds(from: Timestamp, seconds: i64) -> Timestamp {
    from.saturating_add(seconds.seconds())
        .unwrap_or(Timestamp::MAX)
}

impl Clocks {
    /// The rules the hotline ships, each with its source, over a calendar.
    pub fn standard(calendar: Calendar) -> Self {
        Self {
            rules: ClockRuleName::ALL.map(ClockRule::standard).into(),
            calendar,
        }
    }

    /// The rule of a name: the city's own, else the shipped one.
    pub fn rule(&self, name: ClockRuleName) -> ClockRule {
        self.rules
            .iter()
            .find(|rule| rule.name == name)
            .map_or_else(|| ClockRule::standard(name), Clone::clone)
    }

    /// When what began at `from` is due by the rule of a name.
    pub fn due(&self, name: ClockRuleName, from: Timestamp) -> Deadline {
        self.deadline(&self.rule(name), from)
    }

    /// When what began at `from` is due by a rule. Hours run from the moment; for days the first one does
    /// not count and the last one ends at 24:00 (Civil Code 201, 203).
    pub fn deadline(&self, rule: &ClockRule, from: Timestamp) -> Deadline {
        let first = civil_day(from);
        let days = i64::from(rule.amount);
        match rule.unit {
            ClockUnit::NaturalHour => {
                let seconds = i64::from(rule.amount) * 3_600;
                Deadline {
                    due: after_seconds(from, seconds),
                    warn: after_seconds(from, seconds / 4 * 3),
                    rule: rule.name,
                    provisional: false,
                }
            }
            ClockUnit::CalendarDay => {
                let last = first.saturating_add(days.days());
                let rolled = if rule.rolls_off_days {
                    self.calendar.rolled(last)
                } else {
                    last
                };
                self.ends_on(rolled, rule.name, rule.rolls_off_days)
            }
            ClockUnit::WorkingDay => {
                let last = self.calendar.add_working_days(first, rule.amount);
                self.ends_on(last, rule.name, true)
            }
        }
    }

    /// The days that a rule counts for what began at `from`, in order, the last one being the day it is due on;
    /// none for a rule in hours. A day that is only rolled to is the last of them and counts for nothing.
    pub fn counted_days(&self, rule: &ClockRule, from: Timestamp) -> Vec<Date> {
        let first = civil_day(from);
        match rule.unit {
            ClockUnit::NaturalHour => Vec::new(),
            ClockUnit::WorkingDay => (0..rule.amount)
                .scan(first, |day, _| {
                    *day = self.calendar.next_working_day(*day);
                    Some(*day)
                })
                .collect(),
            ClockUnit::CalendarDay => {
                let mut days: Vec<Date> = (1..=i64::from(rule.amount))
                    .map(|count| first.saturating_add(count.days()))
                    .collect();
                let last = self.deadline(rule, from).last_day();
                if days.last().is_some_and(|day| *day < last) {
                    days.push(last);
                }
                days
            }
        }
    }

    /// A deadline moved on by so many working days, counted from its last day.
    pub fn extend(&self, deadline: &Deadline, working_days: u32) -> Deadline {
        let last = self
            .calendar
            .add_working_days(deadline.last_day(), working_days);
        self.ends_on(last, deadline.rule, true)
    }

    /// The co-units' deadline under a lead unit's: one working day earlier, and for hours where the lead's turns
    /// yellow, so that the lead can still put their parts together (design: "their clocks are earlier").
    pub fn earlier(&self, lead: &Deadline, from: Timestamp) -> Deadline {
        if self.rule(lead.rule).unit == ClockUnit::NaturalHour {
            let whole = lead.warn.duration_since(from).as_secs();
            return Deadline {
                due: lead.warn,
                warn: after_seconds(from, whole / 4 * 3),
                ..lead.clone()
            };
        }
        let last = self.calendar.previous_working_day(lead.last_day());
        let earlier = self.ends_on(last, lead.rule, true);
        if earlier.due > from {
            earlier
        } else {
            lead.clone()
        }
    }

    /// The deadline at the end of a day that somebody named; no notice moves it.
    pub fn on_day(&self, last: Date, rule: ClockRuleName) -> Deadline {
        self.ends_on(last, rule, false)
    }

    /// The deadline at 24:00 of a day, yellow from one working day before. `by_calendar` says whether a
    /// notice still to come can move it.
    fn ends_on(&self, last: Date, rule: ClockRuleName, by_calendar: bool) -> Deadline {
        let announced = self.calendar.provisional_from();
        Deadline {
            due: day_end(last),
            warn: day_end(self.calendar.previous_working_day(last)),
            rule,
            provisional: by_calendar && announced.is_none_or(|from| last >= from),
        }
    }
}

#[cfg(test)]
mod tests;
