//! Times as people read them: the hotline's zone, `11-23 14:05`, `03:12`.

use crate::domain::clock::ZONE;
use crate::words::Desk;
use jiff::{SignedDuration, Timestamp};

/// Month, day, hour and minute.
pub fn date_time(at: Timestamp) -> String {
    at.in_tz(ZONE).map_or_else(
        |_| String::new(),
        |at| {
            format!(
                "{:02}-{:02} {:02}:{:02}",
                at.month(),
                at.day(),
                at.hour(),
                at.minute()
            )
        },
    )
}

/// Hour and minute.
pub fn clock(at: Timestamp) -> String {
    at.in_tz(ZONE).map_or_else(
        |_| String::new(),
        |at| format!("{:02}:{:02}", at.hour(), at.minute()),
    )
}

/// Minutes and seconds that have passed, `03:12`; never less than none.
pub fn passed(since: Timestamp, now: Timestamp) -> String {
    length(now.duration_since(since))
}

/// Minutes and seconds that are left, rounded up.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let left = until.duration_since(now);
    let up = if left.subsec_nanos() > 0 {
        SignedDuration::from_secs(1)
    } else {
        SignedDuration::ZERO
    };
    length(left.saturating_add(up))
}

/// A span as one says it: whole minutes under an hour, whole hours under two days, else days; rounded down, and its
/// unit as a word.
pub const fn span(duration: SignedDuration) -> (i64, Desk) {
    let minutes = duration.as_mins();
    let minutes = if minutes < 0 { -minutes } else { minutes };
    match minutes {
        0..60 => (minutes, Desk::SpanMinutes),
        60..2880 => (minutes / 60, Desk::SpanHours),
        _ => (minutes / 1440, Desk::SpanDays),
    }
}

fn length(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}
