use super::*;
use uuid::Uuid;

fn code(code: &str) -> DistrictCode {
    DistrictCode::parse(code).unwrap()
}

fn hour(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
}

fn outage(id: u128, districts: &[&str], streets: &[&str]) -> Outage {
    Outage {
        id: OutageId::new(Uuid::from_u128(id)),
        kind: OutageKind::Water,
        planned: true,
        text: Line::lossy("管道检修"),
        department: Line::lossy("水务集团"),
        telephone: Line::default(),
        districts: districts.iter().map(|it| code(it)).collect(),
        streets: streets.iter().map(|it| Line::lossy(it)).collect(),
        from: hour(0),
        until: Some(hour(6)),
        withdrawn: false,
    }
}

/// Districts and streets of the outage; whether the place's district is known, its street; covered.
type Row<'a> = (&'a [&'a str], &'a [&'a str], bool, Option<&'a str>, bool);

#[test]
fn a_place_is_covered_by_what_names_it_or_what_it_lies_in() {
    let lx = code("LX");
    let table: [Row<'_>; 9] = [
        (&[], &[], false, None, true),
        (&[], &[], true, Some("泉城路街道"), true),
        (&["LX"], &[], true, None, true),
        (&["LX"], &[], false, None, false),
        (&["SZ"], &[], true, None, false),
        (&["LX"], &["泉城路街道"], true, Some("泉城路街道"), true),
        (&["LX"], &["泉城路街道"], true, Some("东关街道"), false),
        (&["LX"], &["泉城路街道"], true, None, true),
        (&[], &["泉城路街道"], false, None, false),
    ];
    for (districts, streets, has_district, street, covered) in table {
        let it = outage(1, districts, streets);
        let district = has_district.then_some(&lx);
        assert_eq!(
            it.covers(district, street),
            covered,
            "{districts:?} {streets:?} {has_district} {street:?}"
        );
    }
}

#[test]
fn it_is_told_from_two_days_before_until_half_a_day_after() {
    let mut it = outage(1, &[], &[]);
    let told: Vec<bool> = [-49, -48, 0, 6, 18, 19]
        .map(|at| it.is_told(hour(at)))
        .into();
    assert_eq!(told, [false, true, true, true, true, false]);
    it.until = None;
    assert_eq!([72, 73].map(|at| it.is_told(hour(at))), [true, false]);
    it.withdrawn = true;
    assert!(!it.is_told(hour(1)));
}

#[test]
fn what_runs_comes_first_and_the_narrower_before_the_wider() {
    let (lx, now) = (code("LX"), hour(3));
    let wide = outage(1, &[], &[]);
    let narrow = outage(2, &["LX"], &["泉城路街道"]);
    let over = Outage {
        until: Some(hour(2)),
        ..outage(3, &["LX"], &[])
    };
    let later = Outage {
        from: hour(5),
        ..outage(4, &["LX"], &[])
    };
    let all = [later.clone(), over.clone(), wide.clone(), narrow.clone()];
    let found: Vec<OutageId> = fitting(&all, Some(&lx), Some("泉城路街道"), now)
        .iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(found, [narrow.id, wide.id, later.id, over.id]);
}

#[test]
fn what_cannot_stand_names_its_field() {
    let good = outage(1, &["LX"], &[]);
    assert_eq!(good.check(), Ok(()));
    let cases = [
        (
            Outage {
                text: Line::default(),
                ..good.clone()
            },
            ("text", OutageFault::Blank),
        ),
        (
            Outage {
                department: Line::default(),
                ..good.clone()
            },
            ("department", OutageFault::Nobody),
        ),
        (
            Outage {
                until: Some(hour(-1)),
                ..good.clone()
            },
            ("until", OutageFault::Backwards),
        ),
        (
            Outage {
                streets: vec![Line::lossy("街"); MAX_AREAS + 1],
                ..good
            },
            ("districts", OutageFault::TooWide),
        ),
    ];
    for (it, fault) in cases {
        assert_eq!(it.check(), Err(fault));
    }
}
