//! Tables of the working calendar, over the State Council's notice for 2026.

use super::*;
use jiff::civil::date;
use proptest::prelude::*;

/// The notice for 2026, as issued.
pub(in crate::domain) const NOTICE_2026: &str = "\
date,name,is_off_day
2026-01-01,元旦,true
2026-01-02,元旦,true
2026-01-03,元旦,true
2026-01-04,元旦,false
2026-02-14,春节,false
2026-02-15,春节,true
2026-02-16,春节,true
2026-02-17,春节,true
2026-02-18,春节,true
2026-02-19,春节,true
2026-02-20,春节,true
2026-02-21,春节,true
2026-02-22,春节,true
2026-02-23,春节,true
2026-02-28,春节,false
2026-04-04,清明节,true
2026-04-05,清明节,true
2026-04-06,清明节,true
2026-05-01,劳动节,true
2026-05-02,劳动节,true
2026-05-03,劳动节,true
2026-05-04,劳动节,true
2026-05-05,劳动节,true
2026-05-09,劳动节,false
2026-06-19,端午节,true
2026-06-20,端午节,true
2026-06-21,端午节,true
2026-09-20,国庆节,false
2026-09-25,中秋节,true
2026-09-26,中秋节,true
2026-09-27,中秋节,true
2026-10-01,国庆节,true
2026-10-02,国庆节,true
2026-10-03,国庆节,true
2026-10-04,国庆节,true
2026-10-05,国庆节,true
2026-10-06,国庆节,true
2026-10-07,国庆节,true
2026-10-10,国庆节,false
";

pub(in crate::domain) fn calendar() -> Calendar {
    Calendar::new(parse_notices(NOTICE_2026).unwrap())
}

#[test]
fn a_notice_decides_before_the_weekday_does() {
    for (day, worked) in [
        (date(2026, 2, 13), true),
        (date(2026, 2, 14), true),
        (date(2026, 2, 16), false),
        (date(2026, 2, 28), true),
        (date(2026, 3, 1), false),
        (date(2026, 10, 10), true),
        (date(2026, 11, 24), true),
    ] {
        assert_eq!(calendar().is_working_day(day), worked, "{day}");
    }
}

#[test]
fn neighbours_skip_what_is_off() {
    let calendar = calendar();
    assert_eq!(
        calendar.next_working_day(date(2026, 9, 30)),
        date(2026, 10, 8)
    );
    assert_eq!(
        calendar.previous_working_day(date(2026, 10, 8)),
        date(2026, 9, 30)
    );
    assert_eq!(calendar.rolled(date(2026, 10, 3)), date(2026, 10, 8));
    assert_eq!(calendar.rolled(date(2026, 10, 10)), date(2026, 10, 10));
    assert_eq!(
        calendar.add_working_days(date(2026, 10, 3), 0),
        date(2026, 10, 3)
    );
    assert_eq!(calendar.add_working_days(Date::MAX, 5), Date::MAX);
}

#[test]
fn lines_that_are_not_understood_are_named() {
    let head = "date,name,is_off_day\n";
    let long = "x".repeat(90);
    for (text, error) in [
        ("2026-01-01,元旦,true".to_owned(), NoticeError::Header),
        (String::new(), NoticeError::Header),
        (
            format!("{head}\n2026-01-01,元旦"),
            NoticeError::Fields { line: 3 },
        ),
        (
            format!("{head}2026-13-01,元旦,true"),
            NoticeError::Date {
                line: 2,
                found: "2026-13-01".to_owned(),
            },
        ),
        (
            format!("{head}{long},元旦,true"),
            NoticeError::Date {
                line: 2,
                found: "x".repeat(40),
            },
        ),
        (
            format!("{head}2026-01-01,元旦,休"),
            NoticeError::OffDay {
                line: 2,
                found: "休".to_owned(),
            },
        ),
        (
            format!("{head}2026-01-01,元旦,true\n2026-01-01,元旦,false"),
            NoticeError::Day {
                line: 3,
                fault: DayFault::Conflict {
                    date: date(2026, 1, 1),
                },
            },
        ),
        (head.to_owned(), NoticeError::Empty),
    ] {
        assert_eq!(parse_notices(&text), Err(error), "{text}");
    }
}

#[test]
fn days_that_cannot_stand_are_named() {
    let head = "date,name,is_off_day\n";
    for (text, error) in [
        (
            format!("{head}\n\n2026-01-01,元旦,true\n1926-01-02,元旦,true"),
            NoticeError::Day {
                line: 5,
                fault: DayFault::Year {
                    date: date(1926, 1, 2),
                },
            },
        ),
        (
            format!("{head}2026-01-01, ,true"),
            NoticeError::Day {
                line: 2,
                fault: DayFault::Name,
            },
        ),
        (
            format!("{head}2026-01-01,元\u{7}旦,true"),
            NoticeError::Day {
                line: 2,
                fault: DayFault::Name,
            },
        ),
        (
            format!("{head}2026-01-01,元\t旦,true"),
            NoticeError::Day {
                line: 2,
                fault: DayFault::Name,
            },
        ),
    ] {
        assert_eq!(parse_notices(&text), Err(error), "{text}");
    }
}

#[test]
fn further_columns_and_a_byte_order_mark_are_passed_over() {
    let text = "\u{feff}date,name,is_off_day,year_file\r\n2026-01-01,元旦,True,2026\r\n";
    let days = parse_notices(text).unwrap();
    assert_eq!(days.len(), 1);
    assert!(days[0].is_off_day && days[0].name == "元旦");
}

#[test]
fn a_later_notice_lies_over_the_earlier_and_moves_the_last_announced_year() {
    let later = parse_notices(
        "date,name,is_off_day\n2026-10-10,国庆节,true\n2027-01-01,元旦,true\n2027-01-03,元旦,false",
    )
    .unwrap();
    let over = calendar().over(&later);
    for (day, worked) in [
        (date(2026, 10, 10), false),
        (date(2026, 10, 8), true),
        (date(2027, 1, 1), false),
        (date(2027, 1, 3), true),
        (date(2027, 1, 4), true),
    ] {
        assert_eq!(over.is_working_day(day), worked, "{day}");
    }
    assert_eq!(over.provisional_from(), Some(date(2027, 12, 25)));
    let days = merged(parse_notices(NOTICE_2026).unwrap(), &later);
    assert_eq!(Calendar::new(days.clone()), over);
    assert_eq!(
        merged(days.clone(), &later),
        days,
        "once more changes nothing"
    );
}

proptest! {
    #[test]
    fn so_many_working_days_lie_between(start in 0..330_i32, count in 1..40_u32) {
        let calendar = calendar();
        let day = date(2026, 1, 1).saturating_add(start.days());
        let end = calendar.add_working_days(day, count);
        prop_assert!(calendar.is_working_day(end));
        let mut worked = 0;
        let mut at = day;
        while at < end {
            at = at.tomorrow().unwrap();
            worked += u32::from(calendar.is_working_day(at));
        }
        prop_assert_eq!(worked, count);
        if calendar.is_working_day(day) {
            prop_assert_eq!(calendar.previous_working_day(calendar.next_working_day(day)), day);
        }
    }
}

/// The days the hotline ships say of 2026 what the notice says.
#[test]
fn the_shipped_holidays_are_the_notices() {
    let shipped = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/holidays.csv"));
    let shipped = Calendar::new(parse_notices(shipped).unwrap());
    let calendar = calendar();
    assert_eq!(shipped.provisional_from(), Some(date(2026, 12, 25)));
    let mut day = date(2026, 1, 1);
    while day < date(2027, 1, 1) {
        assert_eq!(
            shipped.is_working_day(day),
            calendar.is_working_day(day),
            "{day}"
        );
        day = day.tomorrow().unwrap();
    }
}
