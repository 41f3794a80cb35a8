//! The working calendar (工作日历): weekends, the State Council's holidays, and the weekend days that are
//! worked for them (调休).

use jiff::ToSpan;
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
    /// A day stands twice and says different things.
    #[error("line {line}: {date} stood before and said the opposite; keep one of them")]
    Conflict {
        /// Counted from 1.
        line: usize,
        /// Which day.
        date: Date,
    },
}

/// Reads notice days, one a line, `date,name,is_off_day` under a line with these names; further columns are
/// passed over, as are empty lines. Errors: the first line that is not understood.
pub fn parse_notices(text: &str) -> Result<Vec<NoticeDay>, NoticeError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    match lines.next() {
        Some((_, header)) if header.trim().starts_with("date,name,is_off_day") => {}
        _ => return Err(NoticeError::Header),
    }
    let mut said = BTreeMap::new();
    let mut days = Vec::new();
    for (at, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
        let day = parse_day(at + 1, text)?;
        let before = said.insert(day.date, day.is_off_day);
        if before.is_some_and(|is_off| is_off != day.is_off_day) {
            return Err(NoticeError::Conflict {
                line: at + 1,
                date: day.date,
            });
        }
        days.push(day);
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
