//! The working calendar (工作日历): weekends, the State Council's holidays, and the weekend days that are
//! worked for them (调休).

use super::text::Text;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many days one list of notices may hold.
pub const MAX_NOTICE_DAYS: usize = 2_000;
/// How long the name of a holiday may be, in characters.
const MAX_NAME: usize = 40;
/// The years a notice may speak of: a day outside them is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// One day of a holiday notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
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

    /// The calendar with further notices over it: of a day that both speak of, the further one decides.
    #[must_use]
    pub fn over(&self, notices: &[NoticeDay]) -> Self {
        let mut days = self.days.clone();
        days.extend(notices.iter().map(|day| (day.date, day.is_off_day)));
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

    /// The first working day after `day`.
    pub fn next_working_day(&self, day: Date) -> Date {
        let mut next = day.saturating_add(1.day());
        while !self.is_working_day(next) && next < Date::MAX {
            next = next.saturating_add(1.day());
        }
        next
    }

    /// The last working day before `day`.
    pub fn previous_working_day(&self, day: Date) -> Date {
        let mut previous = day.saturating_sub(1.day());
        while !self.is_working_day(previous) && previous > Date::MIN {
            previous = previous.saturating_sub(1.day());
        }
        previous
    }

    /// `day` itself when it is worked, else the first working day after it (Civil Code 203).
    pub fn rolled(&self, day: Date) -> Date {
        if self.is_working_day(day) {
            day
        } else {
            self.next_working_day(day)
        }
    }

    /// The `count`-th working day after `day`, which does not count itself (Civil Code 201); `day` when
    /// `count` is 0. Ends at the last day that can be told.
    pub fn add_working_days(&self, day: Date, count: u32) -> Date {
        let mut end = day;
        for _ in 0..count {
            if end == Date::MAX {
                break;
            }
            end = self.next_working_day(end);
        }
        end
    }
}

/// Why a list of notice days is refused: which line, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// The first line does not name the columns.
    #[error("line 1: the columns date,name,is_off_day are expected first")]
    Header,
    /// A line with fewer than three fields.
    #[error("line {line}: date,name,is_off_day are expected")]
    Fields {
        /// Counted from 1.
        line: usize,
    },
    /// No date.
    #[error("line {line}: {found:?} is no date; one looks like 2026-02-14")]
    Date {
        /// Counted from 1.
        line: usize,
        /// What stood there, at most 40 characters.
        found: String,
    },
    /// Neither true nor false.
    #[error("line {line}: {found:?} says neither true nor false")]
    OffDay {
        /// Counted from 1.
        line: usize,
        /// What stood there, at most 40 characters.
        found: String,
    },
    /// A day that is understood, and cannot stand.
    #[error("line {line}: {fault}")]
    Day {
        /// Counted from 1.
        line: usize,
        /// Why.
        fault: DayFault,
    },
    /// More days than a list may hold.
    #[error(
        "line {line}: at most {MAX_NOTICE_DAYS} days are expected; import them in several files"
    )]
    TooMany {
        /// The first line too many, counted from 1.
        line: usize,
    },
    /// Not one day stands in it.
    #[error("no day stands in it; at least one line date,name,is_off_day is expected")]
    Empty,
}

/// Why a day of a notice cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayFault {
    /// A day stands twice and says different things.
    #[error("{date} stood before and said the opposite; keep one of them")]
    Conflict {
        /// Which day.
        date: Date,
    },
    /// A year that no notice speaks of.
    #[error("{date} is not in the years 2000 to 2100")]
    Year {
        /// Which day.
        date: Date,
    },
    /// The name is blank, too long, or holds what does not belong into a line.
    #[error("the name of the holiday must be 1 to 40 characters without control characters")]
    Name,
}

/// Checks days one by one against those before them. Errors: the place of the first that cannot stand, from 0.
pub fn check_notices(days: &[NoticeDay]) -> Result<(), (usize, DayFault)> {
    let mut said = BTreeMap::new();
    for (at, day) in days.iter().enumerate() {
        let named = Text::<MAX_NAME>::parse(day.name.as_str());
        if !named.is_ok_and(|name| !name.is_blank()) {
            return Err((at, DayFault::Name));
        }
        if !YEARS.contains(&day.date.year()) {
            return Err((at, DayFault::Year { date: day.date }));
        }
        if said
            .insert(day.date, day.is_off_day)
            .is_some_and(|is_off| is_off != day.is_off_day)
        {
            return Err((at, DayFault::Conflict { date: day.date }));
        }
    }
    Ok(())
}

/// The days of two lists, in the order of the calendar: of a day that both speak of, the later list's.
pub fn merged(before: Vec<NoticeDay>, later: &[NoticeDay]) -> Vec<NoticeDay> {
    let all = before.into_iter().chain(later.iter().cloned());
    let days: BTreeMap<Date, NoticeDay> = all.map(|day| (day.date, day)).collect();
    days.into_values().collect()
}

/// Reads notice days, one a line, `date,name,is_off_day` under a line with these names; further columns are
/// passed over, as are empty lines. Errors: the first line that is not understood.
pub fn parse_notices(text: &str) -> Result<Vec<NoticeDay>, NoticeError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    match lines.next() {
        Some((_, header)) if header.trim().starts_with("date,name,is_off_day") => {}
        _ => return Err(NoticeError::Header),
    }
    let (mut days, mut places) = (Vec::new(), Vec::new());
    for (at, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
        if days.len() == MAX_NOTICE_DAYS {
            return Err(NoticeError::TooMany { line: at + 1 });
        }
        days.push(parse_day(at + 1, text)?);
        places.push(at + 1);
    }
    check_notices(&days).map_err(|(at, fault)| NoticeError::Day {
        line: places.get(at).copied().unwrap_or(0),
        fault,
    })?;
    if days.is_empty() {
        return Err(NoticeError::Empty);
    }
    Ok(days)
}

fn parse_day(line: usize, text: &str) -> Result<NoticeDay, NoticeError> {
    let mut fields = text.split(',').map(str::trim);
    let (Some(date), Some(name), Some(off)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(NoticeError::Fields { line });
    };
    let found = |text: &str| text.chars().take(40).collect();
    Ok(NoticeDay {
        date: date.parse().map_err(|_| NoticeError::Date {
            line,
            found: found(date),
        })?,
        name: name.to_owned(),
        is_off_day: match off.to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => {
                return Err(NoticeError::OffDay {
                    line,
                    found: found(off),
                });
            }
        },
    })
}

#[cfg(test)]
pub(super) mod tests;
