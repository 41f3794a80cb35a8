//! The working calendar (工作日历): weekends, the State Council's holidays, and the weekend days that are
//! worked for them (调休).

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One day of a holiday notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDay {
    /// The day.
    pub date: Date,
    /// The holiday it belongs to.
    pub name: String,
    /// Off, or worked in exchange.
    pub is_off_day: bool,
}

/// Which days are worked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    days: BTreeMap<Date, bool>,
    last_announced: Option<i16>,
}

impl Calendar {
    /// The calendar of notices; the last announced year is that of the latest day.
    pub fn new(days: impl IntoIterator<Item = NoticeDay>) -> Self {
        let days: BTreeMap<Date, bool> = days
            .into_iter()
            .map(|day| (day.date, day.is_off_day))
            .collect();
        let last_announced = days.last_key_value().map(|(date, _)| date.year());
        Self {
            days,
            last_announced,
        }
    }

    /// True when the day is worked: a notice decides, else Monday to Friday.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.days.get(&day).map_or_else(
            || !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
            |is_off| !is_off,
        )
    }

    /// From this day on a deadline is provisional: 25 December of the last announced year.
    pub fn provisional_from(&self) -> Option<Date> {
        self.last_announced
            .and_then(|year| Date::new(year, 12, 25).ok())
    }
}
