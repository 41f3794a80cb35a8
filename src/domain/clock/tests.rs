//! Tables and properties of the clocks, with the examples of the design.

use super::*;
use crate::domain::calendar::tests::calendar;
use jiff::civil::{DateTime, date, datetime};
use proptest::prelude::*;

fn at(civil: DateTime) -> Timestamp {
    civil.to_zoned_datetime(zone()).unwrap().timestamp()
}

fn clocks() -> Clocks {
    Clocks::standard(calendar())
}

#[test]
fn ten_working_days() {
    for (from, last, provisional) in [
        (datetime(2026, 2, 13, 16, 30, 0, 0), date(2026, 3, 5), false),
        (
            datetime(2026, 9, 30, 22, 10, 0, 0),
            date(2026, 10, 20),
            false,
        ),
        (datetime(2026, 5, 8, 17, 59, 0, 0), date(2026, 5, 21), false),
        (datetime(2026, 1, 2, 10, 0, 0, 0), date(2026, 1, 15), false),
        (datetime(2026, 9, 19, 11, 0, 0, 0), date(2026, 10, 9), false),
        (datetime(2026, 12, 24, 10, 0, 0, 0), date(2027, 1, 7), true),
    ] {
        let deadline = clocks().due(ClockRuleName::Enterprise, at(from));
        assert_eq!(deadline.last_day(), last, "{from}");
        assert_eq!(
            deadline.due,
            at(last.tomorrow().unwrap().at(0, 0, 0, 0)),
            "{from}"
        );
        assert_eq!(deadline.provisional, provisional, "{from}");
    }
}

#[test]
fn one_working_day() {
    for (from, last) in [
        (datetime(2026, 2, 13, 9, 0, 0, 0), date(2026, 2, 14)),
        (datetime(2026, 9, 30, 23, 59, 59, 0), date(2026, 10, 8)),
    ] {
        let deadline = clocks().due(ClockRuleName::SignIn, at(from));
        assert_eq!(deadline.last_day(), last, "{from}");
    }
}

#[test]
fn hours_run_round_the_clock_and_turn_yellow_at_three_quarters() {
    let from = datetime(2026, 10, 1, 23, 0, 0, 0);
    for (rule, due, warn) in [
        (
            ClockRuleName::Utility,
            datetime(2026, 10, 2, 23, 0, 0, 0),
            datetime(2026, 10, 2, 17, 0, 0, 0),
        ),
        (
            ClockRuleName::Danger,
            datetime(2026, 10, 2, 1, 0, 0, 0),
            datetime(2026, 10, 2, 0, 30, 0, 0),
        ),
        (
            ClockRuleName::EnterpriseContact,
            datetime(2026, 10, 2, 1, 0, 0, 0),
            datetime(2026, 10, 2, 0, 30, 0, 0),
        ),
    ] {
        let deadline = clocks().due(rule, at(from));
        assert_eq!(
            (deadline.due, deadline.warn),
            (at(due), at(warn)),
            "{rule:?}"
        );
        assert!(!deadline.provisional);
    }
}

#[test]
fn the_second_step_of_2110_is_not_moved_by_an_off_day() {
    let friday = at(datetime(2026, 11, 20, 10, 0, 0, 0));
    let deadline = clocks().due(ClockRuleName::EnterpriseAnswer, friday);
    assert_eq!(deadline.last_day(), date(2026, 11, 21));
    let rolling = ClockRule {
        rolls_off_days: true,
        ..ClockRule::standard(ClockRuleName::EnterpriseAnswer)
    };
    assert_eq!(
        clocks().deadline(&rolling, friday).last_day(),
        date(2026, 11, 23)
    );
}

#[test]
fn a_day_clock_is_yellow_on_its_last_working_day_and_red_at_its_end() {
    let deadline = clocks().due(
        ClockRuleName::Ordinary,
        at(datetime(2026, 9, 25, 9, 0, 0, 0)),
    );
    assert_eq!(deadline.last_day(), date(2026, 10, 9));
    for (now, card) in [
        (datetime(2026, 10, 8, 23, 59, 59, 0), Card::Green),
        (datetime(2026, 10, 9, 0, 0, 0, 0), Card::Yellow),
        (datetime(2026, 10, 9, 23, 59, 59, 0), Card::Yellow),
        (datetime(2026, 10, 10, 0, 0, 0, 0), Card::Red),
    ] {
        assert_eq!(deadline.card(at(now)), card, "{now}");
    }
}

#[test]
fn deadlines_late_in_the_last_announced_year_are_provisional() {
    let rule = ClockRuleName::SignIn;
    let due = |day| clocks().due(rule, at(datetime(2026, 12, day, 9, 0, 0, 0)));
    assert!(!due(23).provisional);
    assert!(due(24).provisional);
    let nothing_announced = Clocks::standard(Calendar::default());
    assert!(
        nothing_announced
            .due(rule, at(datetime(2026, 3, 3, 9, 0, 0, 0)))
            .provisional
    );
}

#[test]
fn an_extension_counts_from_the_last_day() {
    let clocks = clocks();
    let first = clocks.due(
        ClockRuleName::Ordinary,
        at(datetime(2026, 9, 21, 9, 0, 0, 0)),
    );
    assert_eq!(first.last_day(), date(2026, 9, 29));
    assert_eq!(clocks.extend(&first, 2).last_day(), date(2026, 10, 8));
    let hours = clocks.due(
        ClockRuleName::Utility,
        at(datetime(2026, 9, 21, 14, 0, 0, 0)),
    );
    assert_eq!(clocks.extend(&hours, 1).last_day(), date(2026, 9, 23));
}

#[test]
fn every_rule_has_a_source_and_a_city_may_replace_it() {
    let mut clocks = clocks();
    assert!(
        clocks
            .rules
            .iter()
            .all(|rule| !rule.source.is_empty() && rule.amount > 0)
    );
    for name in ClockRuleName::ALL {
        assert_eq!(ClockRuleName::from_name(name.name()), Some(name));
        assert_eq!(clocks.rule(name).name, name);
    }
    clocks
        .rules
        .retain(|rule| rule.name != ClockRuleName::SignIn);
    assert_eq!(
        clocks.rule(ClockRuleName::SignIn),
        ClockRule::standard(ClockRuleName::SignIn)
    );
    clocks.rules.push(ClockRule {
        amount: 3,
        ..ClockRule::standard(ClockRuleName::SignIn)
    });
    assert_eq!(clocks.rule(ClockRuleName::SignIn).amount, 3);
}

proptest! {
    #[test]
    fn later_begun_is_never_due_earlier(minutes in 0..520_000_i64, more in 0..20_000_i64) {
        let clocks = clocks();
        let from = at(datetime(2026, 1, 1, 0, 0, 0, 0)).saturating_add(minutes.minutes()).unwrap();
        let later = from.saturating_add(more.minutes()).unwrap();
        for name in ClockRuleName::ALL {
            let (a, b) = (clocks.due(name, from), clocks.due(name, later));
            prop_assert!(a.due <= b.due, "{:?}", name);
            prop_assert!(a.due > from && a.warn < a.due);
            if clocks.rule(name).unit == ClockUnit::WorkingDay {
                prop_assert!(clocks.calendar.is_working_day(a.last_day()));
            }
        }
    }
}
