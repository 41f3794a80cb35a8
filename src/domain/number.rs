//! Ticket numbers, `JN-20261123-000123`: city, day, serial; never reused, gaps allowed. The server leases
//! them to desks in blocks, so a number can be read back to the caller before the ticket is sent.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// How many numbers a desk holds at most; it asks for more when half are gone.
pub const LEASE: u32 = 20;

/// A ticket's number as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber {
    day: Date,
    serial: u32,
}

/// Why a text is no ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no ticket number; one looks like JN-20261123-000123")]
pub struct NumberError(pub String);

impl TicketNumber {
    /// The number of a day with a serial from 1 to 999,999.
    pub fn new(day: Date, serial: u32) -> Option<Self> {
        (1..=999_999)
            .contains(&serial)
            .then_some(Self { day, serial })
    }

    /// Reads a number as written; lower case counts too.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let error = || NumberError(text.chars().take(40).collect());
        let mut parts = text.trim().split('-');
        let (Some(city), Some(day), Some(serial), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(error());
        };
        if !city.eq_ignore_ascii_case("JN")
            || day.len() != 8
            || serial.len() != 6
            || !day
                .bytes()
                .chain(serial.bytes())
                .all(|b| b.is_ascii_digit())
        {
            return Err(error());
        }
        let year = day[..4].parse::<i16>().map_err(|_| error())?;
        let month = day[4..6].parse::<i8>().map_err(|_| error())?;
        let dom = day[6..].parse::<i8>().map_err(|_| error())?;
        let day = Date::new(year, month, dom).map_err(|_| error())?;
        Self::new(day, serial.parse().map_err(|_| error())?).ok_or_else(error)
    }

    /// The numbers that somebody may mean by digits alone, the newest first: all fourteen of them, with or without the
    /// dash; five or six as the serial of a day of the last month; four as what is read back (尾号), of the last two
    /// weeks and up to a serial of 100,000. Empty for anything else.
    pub fn meant_by(text: &str, today: Date) -> Vec<Self> {
        let text = text.trim();
        let digits = text.replace('-', "");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Vec::new();
        }
        let days = |count: i32| {
            (0..count).filter_map(move |back| {
                let back = jiff::Span::new().try_days(back).ok()?;
                today.checked_sub(back).ok()
            })
        };
        let serial = digits.parse().unwrap_or(0);
        match digits.len() {
            14 => {
                let whole = format!("JN-{}-{}", &digits[..8], &digits[8..]);
                Self::parse(&whole).into_iter().collect()
            }
            5 | 6 => days(31).filter_map(|day| Self::new(day, serial)).collect(),
            4 => days(14)
                .flat_map(|day| {
                    let serials = (0..10).map(move |thousands| thousands * 10_000 + serial);
                    serials.filter_map(move |serial| Self::new(day, serial))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The day it was leased for.
    pub const fn day(self) -> Date {
        self.day
    }

    /// Its serial on that day.
    pub const fn serial(self) -> u32 {
        self.serial
    }

    /// The last four digits, which are what is read back (尾号).
    pub fn tail(self) -> String {
        format!("{:04}", self.serial % 10_000)
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "JN-{:04}{:02}{:02}-{:06}",
            self.day.year(),
            self.day.month(),
            self.day.day(),
            self.serial
        )
    }
}

impl utoipa::PartialSchema for TicketNumber {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^JN-[0-9]{8}-[0-9]{6}$"))
            .into()
    }
}

impl ToSchema for TicketNumber {}

impl Serialize for TicketNumber {
    fn serialize<S: serde::Serializer>(&self, ser: S) -> Result<S::Ok, S::Error> {
        ser.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TicketNumber {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(de)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A block of serials of one day that one desk may use: `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NumberBlock {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// First serial.
    pub from: u32,
    /// Last serial.
    pub to: u32,
}

impl NumberBlock {
    /// Takes the next number out of the block; `None` when it is used up.
    pub fn take(&mut self) -> Option<TicketNumber> {
        (self.from <= self.to).then(|| {
            let serial = self.from;
            self.from += 1;
            TicketNumber {
                day: self.day,
                serial,
            }
        })
    }

    /// How many are left.
    pub const fn left(&self) -> u32 {
        (self.to + 1).saturating_sub(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_number_reads_back_as_written() {
        let number = TicketNumber::parse("jn-20261123-000123").unwrap();
        assert_eq!(number.to_string(), "JN-20261123-000123");
        assert_eq!(
            (number.day(), number.serial(), number.tail().as_str()),
            (date(2026, 11, 23), 123, "0123")
        );
        for bad in [
            "",
            "JN-20261323-000001",
            "JN-20261123-000000",
            "JN-20261123-1",
            "BJ-20261123-000001",
            "JN-2026é123-000001",
        ] {
            assert!(TicketNumber::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn digits_mean_the_newest_numbers_first() {
        let today = date(2026, 3, 1);
        let first = |text| {
            TicketNumber::meant_by(text, today)
                .first()
                .map(ToString::to_string)
        };
        assert_eq!(first("0957").as_deref(), Some("JN-20260301-000957"));
        assert_eq!(first("012345").as_deref(), Some("JN-20260301-012345"));
        assert_eq!(
            first("20251123-000123").as_deref(),
            Some("JN-20251123-000123")
        );
        let tails = TicketNumber::meant_by("0957", today);
        assert_eq!(tails.len(), 140);
        assert!(tails.iter().all(|it| it.tail() == "0957"));
        assert_eq!(tails.last().unwrap().day(), date(2026, 2, 16));
        for none in ["", "957", "0000000", "12a4", "２０２６", "-"] {
            assert!(TicketNumber::meant_by(none, today).is_empty(), "{none}");
        }
    }

    #[test]
    fn a_block_gives_each_number_once() {
        let mut block = NumberBlock {
            day: date(2026, 11, 23),
            from: 7,
            to: 8,
        };
        assert_eq!(block.left(), 2);
        assert_eq!(block.take().map(TicketNumber::serial), Some(7));
        assert_eq!(block.take().map(TicketNumber::serial), Some(8));
        assert_eq!((block.take(), block.left()), (None, 0));
    }
}
