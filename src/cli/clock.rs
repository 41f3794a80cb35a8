//! `hotline clock due`: when something is due, with the days that were counted, so that anybody can check a
//! deadline by hand. Needs no server.

use super::Setup;
use super::args::ClockDue;
use super::fault::Fault;
use super::serve::HOLIDAYS;
use crate::domain::calendar::{Calendar, NoticeDay, parse_notices};
use crate::domain::clock::{ClockRule, ClockRuleName, ClockUnit, Clocks, Deadline, zone};
use crate::words::{Cli as Say, Words};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use std::path::PathBuf;

/// Says when what began at `--from` is due.
pub fn due(setup: &Setup, due: &ClockDue) -> Result<(), Fault> {
    let words = &setup.words;
    let from = moment(&due.from, words)?;
    let clocks = Clocks::standard(calendar(&due.calendar)?);
    let rule = rule(&clocks, due, words)?;
    let deadline = clocks.deadline(&rule, from);
    if deadline.due == Timestamp::MAX {
        return Err(Fault::usage(words.say(Say::ClockTooFar)));
    }
    let days = clocks.counted_days(&rule, from);
    if due.json {
        told!("{}", json(&clocks, &rule, due, &deadline, &days));
    } else {
        told!("{}", told(words, &rule, &deadline, &days));
    }
    Ok(())
}

/// A moment with an offset, or a time of day in the hotline's zone.
fn moment(text: &str, words: &Words) -> Result<Timestamp, Fault> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    text.parse::<DateTime>()
        .ok()
        .and_then(|at| at.to_zoned_datetime(zone()).ok())
        .map(|at| at.timestamp())
        .ok_or_else(|| {
            let found = text.chars().take(40).collect::<String>();
            Fault::usage(words.say_with(Say::ClockNoTime, &[("found", found.into())]))
        })
}

/// The built-in notices with those of the files over them.
fn calendar(files: &[PathBuf]) -> Result<Calendar, Fault> {
    let mut days: Vec<NoticeDay> = parse_notices(HOLIDAYS).map_err(Fault::failed)?;
    for path in files {
        let place =
            |error: &dyn std::fmt::Display| Fault::usage(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| place(&error))?;
        days.extend(parse_notices(&text).map_err(|error| place(&error))?);
    }
    Ok(Calendar::new(days))
}

fn rule(clocks: &Clocks, due: &ClockDue, words: &Words) -> Result<ClockRule, Fault> {
    let named = due.rule.as_deref().and_then(ClockRuleName::from_name);
    let mut rule = match (
        named,
        due.amount,
        due.unit.as_deref().and_then(ClockUnit::from_name),
    ) {
        (Some(name), ..) => clocks.rule(name),
        (None, Some(amount), Some(unit)) => ClockRule {
            name: ClockRuleName::Ordinary,
            amount,
            unit,
            rolls_off_days: true,
            source: words.say(Say::ClockCivilCode),
        },
        _ => return Err(Fault::usage("--rule, or --amount with --unit")),
    };
    rule.rolls_off_days &= !due.no_roll;
    Ok(rule)
}

/// The last moment inside the deadline: a day that ends at 24:00 shows as 23:59:59 of that day.
fn last_moment(rule: &ClockRule, deadline: &Deadline) -> ZonedDateTime {
    let last = match rule.unit {
        ClockUnit::NaturalHour => deadline.due,
        _ => deadline
            .due
            .saturating_sub(1.second())
            .unwrap_or(deadline.due),
    };
    last.to_zoned_datetime(zone())
}

fn rfc3339(at: &ZonedDateTime) -> String {
    at.timestamp().display_with_offset(at.offset()).to_string()
}

fn rule_name(rule: &ClockRule, due: &ClockDue) -> String {
    due.rule
        .clone()
        .unwrap_or_else(|| format!("{} {}", rule.amount, rule.unit.name()))
}

fn json(
    clocks: &Clocks,
    rule: &ClockRule,
    due: &ClockDue,
    deadline: &Deadline,
    days: &[Date],
) -> serde_json::Value {
    serde_json::json!({
        "due": rfc3339(&last_moment(rule, deadline)),
        "days": days,
        "provisional": deadline.provisional,
        "rule": rule_name(rule, due),
        "amount": rule.amount,
        "unit": rule.unit.name(),
        "rolls_off_days": rule.rolls_off_days,
        "source": rule.source,
        "warn": rfc3339(&deadline.warn.to_zoned_datetime(zone())),
        "provisional_from": clocks.calendar.provisional_from(),
    })
}

/// The answer in words: the last moment, the rule, the days.
fn told(words: &Words, rule: &ClockRule, deadline: &Deadline, days: &[Date]) -> String {
    let last = last_moment(rule, deadline).strftime("%F %T").to_string();
    let unit = words.say(match rule.unit {
        ClockUnit::NaturalHour => Say::ClockHours,
        ClockUnit::CalendarDay => Say::ClockCalendarDays,
        ClockUnit::WorkingDay => Say::ClockWorkingDays,
    });
    let mut lines = vec![
        words.say_with(Say::ClockDue, &[("due", last.into())]),
        words.say_with(
            Say::ClockRule,
            &[
                ("amount", rule.amount.into()),
                ("unit", unit.into()),
                ("source", rule.source.as_str().into()),
            ],
        ),
    ];
    if !days.is_empty() {
        let days = days
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ");
        lines.push(words.say_with(Say::ClockCounted, &[("days", days.into())]));
    }
    if deadline.provisional {
        lines.push(words.say(Say::ClockProvisional));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn asked(from: &str, amount: u32, unit: &str) -> serde_json::Value {
        let due = ClockDue {
            from: from.to_owned(),
            amount: Some(amount),
            unit: Some(unit.to_owned()),
            rule: None,
            no_roll: false,
            calendar: Vec::new(),
            json: true,
        };
        let clocks = Clocks::standard(calendar(&[]).unwrap());
        let rule = rule(&clocks, &due, &Words::new(Lang::En)).unwrap();
        let from = moment(&due.from, &Words::new(Lang::En)).unwrap();
        let deadline = clocks.deadline(&rule, from);
        json(
            &clocks,
            &rule,
            &due,
            &deadline,
            &clocks.counted_days(&rule, from),
        )
    }

    /// The examples of the domain's rules: from, how many of what, the last moment, whether it is sure. The ninth
    /// begins on the 14th in Jinan; the third day of the last is inside a holiday and rolls to its end.
    const EXAMPLES: &str = "\
2026-02-13T16:30 10 working_day 2026-03-05T23:59:59+08:00 sure
2026-09-30T22:10 10 working_day 2026-10-20T23:59:59+08:00 sure
2026-05-08T17:59 10 working_day 2026-05-21T23:59:59+08:00 sure
2026-01-02T10:00 10 working_day 2026-01-15T23:59:59+08:00 sure
2026-09-19T11:00 10 working_day 2026-10-09T23:59:59+08:00 sure
2026-12-24T10:00 10 working_day 2027-01-07T23:59:59+08:00 provisional
2026-02-13T08:00 1 working_day 2026-02-14T23:59:59+08:00 sure
2026-09-30T08:00 1 working_day 2026-10-08T23:59:59+08:00 sure
2026-02-13T16:30:00Z 1 working_day 2026-02-24T23:59:59+08:00 sure
2026-02-13T16:30 2 natural_hour 2026-02-13T18:30:00+08:00 sure
2026-09-30T12:00 3 calendar_day 2026-10-08T23:59:59+08:00 sure";

    #[test]
    fn the_last_moment_is_said_with_the_days_that_were_counted() {
        for line in EXAMPLES.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let [from, amount, unit, due, sure] = fields[..] else {
                panic!("{line}");
            };
            let amount: usize = amount.parse().unwrap();
            let said = asked(from, u32::try_from(amount).unwrap(), unit);
            assert_eq!(said["due"], due, "{line}");
            assert_eq!(said["provisional"], sure == "provisional", "{line}");
            let days = said["days"].as_array().unwrap();
            let counted = match unit {
                "natural_hour" => 0,
                "working_day" => amount,
                _ => amount + 1,
            };
            assert_eq!(days.len(), counted, "{line}");
            if let Some(last) = days.last() {
                assert_eq!(last.as_str().unwrap(), &due[..10], "{line}");
            }
        }
    }

    #[test]
    fn what_is_no_time_is_named() {
        for text in ["tomorrow", "2026-02-30T10:00", ""] {
            let fault = moment(text, &Words::new(Lang::En)).unwrap_err();
            assert_eq!(fault.code, 2);
            assert!(fault.text.contains("2026-02-13T16:30"), "{}", fault.text);
        }
    }
}
