//! Tables of the directory.

use super::*;
use crate::domain::clock::ClockRuleName;
use crate::domain::directory::{DirectoryFault, District, Street};
use crate::domain::text::Line;

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn unit(code: &str, name: &str, level: UnitLevel, district: Option<&str>) -> Unit {
    Unit {
        code: UnitCode::parse(code).unwrap(),
        name: line(name),
        short: line(code),
        level,
        district: district.map(|code| DistrictCode::parse(code).unwrap()),
        parent: None,
        aliases: Vec::new(),
    }
}

fn item(code: &str) -> Item {
    Item {
        code: ItemCode::parse(code).unwrap(),
        path: [line("市政"), line("设施"), line(code)],
        aliases: Vec::new(),
        questions: vec![line("在哪里？")],
        required: Vec::new(),
        clock: ClockRuleName::Ordinary,
    }
}

fn rule(item: &str, kind: Option<Kind>, district: Option<&str>, lead: &str, co: &[&str]) -> Rule {
    Rule {
        item: ItemCode::parse(item).unwrap(),
        kind,
        district: district.map(|code| DistrictCode::parse(code).unwrap()),
        lead: lead.to_owned(),
        co_units: co.iter().map(|code| (*code).to_owned()).collect(),
        basis: vec![line(lead)],
    }
}

fn directory() -> Directory {
    let (city, district) = (UnitLevel::City, UnitLevel::District);
    let (bureau, street) = (UnitLevel::Bureau, UnitLevel::Street);
    let place = |code: &str, name: &str| District {
        code: DistrictCode::parse(code).unwrap(),
        name: line(name),
    };
    Directory {
        duties: Vec::new(),
        version: 1,
        units: vec![
            unit("JN-CGJ", "市城管局", city, None),
            unit("JN-SW", "市水务局", city, None),
            unit("LX", "历下区政府", district, Some("LX")),
            unit("SZ", "市中区政府", district, Some("SZ")),
            unit("LX-CGJ", "历下区城管局", bureau, Some("LX")),
            unit("SZ-CGJ", "市中区城管局", bureau, Some("SZ")),
            unit("ST-1", "历下区泉城路街道办事处", street, Some("LX")),
            unit("ST-2", "市中区泺源街道办事处", street, Some("SZ")),
        ],
        items: vec![item("lamp"), item("snow"), item("water")],
        rules: vec![
            rule("lamp", None, None, "JN-CGJ", &[]),
            rule(
                "lamp",
                Some(Kind::Complain),
                None,
                "{D}-CGJ",
                &["JN-SW", "JN-SW"],
            ),
            rule("lamp", None, Some("SZ"), "SZ", &[]),
            rule("lamp", Some(Kind::Report), Some("SZ"), "SZ-CGJ", &[]),
            rule("snow", None, None, "{S}", &["{D}-CGJ"]),
            rule("water", None, None, "JN-SW", &[]),
        ],
        districts: vec![place("LX", "历下区"), place("SZ", "市中区")],
        streets: vec![Street {
            code: "1".to_owned(),
            district: DistrictCode::parse("LX").unwrap(),
            name: line("泉城路街道"),
        }],
    }
}

/// Item, kind, district, street; lead, co-units, exact.
type Case = (
    &'static str,
    Kind,
    Option<&'static str>,
    &'static str,
    Option<(&'static str, &'static str, bool)>,
);

#[rustfmt::skip]
const CASES: [Case; 13] = [
    ("lamp", Kind::Help, Some("LX"), "", Some(("JN-CGJ", "", true))),
    ("lamp", Kind::Help, None, "", Some(("JN-CGJ", "", false))),
    ("lamp", Kind::Complain, Some("LX"), "", Some(("LX-CGJ", "JN-SW", true))),
    ("lamp", Kind::Complain, Some("SZ"), "", Some(("SZ", "", true))),
    ("lamp", Kind::Report, Some("SZ"), "", Some(("SZ-CGJ", "", true))),
    ("lamp", Kind::Complain, None, "", None),
    ("snow", Kind::Help, Some("LX"), "泉城路街道", Some(("ST-1", "LX-CGJ", true))),
    ("snow", Kind::Help, Some("LX"), "泉城路", Some(("ST-1", "LX-CGJ", true))),
    ("snow", Kind::Help, Some("LX"), "", Some(("LX", "LX-CGJ", false))),
    ("snow", Kind::Help, Some("SZ"), "泉城路", Some(("SZ", "SZ-CGJ", false))),
    ("snow", Kind::Help, None, "泉城路", None),
    ("water", Kind::Help, None, "", Some(("JN-SW", "", true))),
    ("gone", Kind::Help, Some("LX"), "", None),
];

#[test]
fn the_most_special_rule_decides() {
    let lookup = Lookup::new(directory());
    for (item, kind, district, street, answer) in CASES {
        let code = ItemCode::parse(item).unwrap();
        let place = district.map(|code| DistrictCode::parse(code).unwrap());
        let found = lookup.assign(&code, kind, place.as_ref(), street);
        let told = found.as_ref().map(|found| {
            let co: Vec<_> = found.co_units.iter().map(UnitCode::as_str).collect();
            (found.lead.as_str().to_owned(), co.join(","), found.exact)
        });
        let answer = answer.map(|(lead, co, exact)| (lead.to_owned(), co.to_owned(), exact));
        assert_eq!(told, answer, "{item} {kind:?} {district:?} {street}");
        let walked = directory().assign(&code, kind, place.as_ref(), street);
        assert_eq!(walked, found, "with and without indices");
    }
}

#[test]
fn codes_find_their_things() {
    let lookup = Lookup::new(directory());
    for item in &lookup.directory().items {
        assert_eq!(lookup.item(&item.code), Some(item));
        assert_eq!(lookup.directory().item(&item.code), Some(item));
    }
    for unit in &lookup.directory().units {
        assert_eq!(lookup.unit(&unit.code), Some(unit));
    }
    assert!(lookup.unit(&UnitCode::parse("gone").unwrap()).is_none());
}

#[test]
fn a_sound_directory_has_no_faults() {
    assert_eq!(directory().check(), []);
}

#[test]
fn every_fault_is_found_and_named() {
    type Spoil = fn(&mut Directory);
    let spoils: [(Spoil, &str); 9] = [
        (
            |d| d.units.push(d.units[0].clone()),
            "unit JN-CGJ stands twice",
        ),
        (
            |d| d.units[0].parent = Some(UnitCode::parse("X").unwrap()),
            "unit JN-CGJ names unit X",
        ),
        (
            |d| d.streets[0].district = DistrictCode::parse("X").unwrap(),
            "street 1 names district X",
        ),
        (
            |d| d.rules[0].lead = "X".to_owned(),
            "rule for item lamp names unit X",
        ),
        (
            |d| d.rules[0].item = ItemCode::parse("X").unwrap(),
            "rule for item X names item X",
        ),
        (
            |d| d.rules[1].lead = "{D}-X".to_owned(),
            "in district SZ there is no unit SZ-X",
        ),
        (
            |d| d.rules.push(d.rules[0].clone()),
            "item lamp has two rules",
        ),
        (|d| d.items.push(item("bare")), "item bare has no rule"),
        (
            |d| d.items[0].questions.push(line(" ")),
            "item lamp has a blank question",
        ),
    ];
    for (spoil, told) in spoils {
        let mut bad = directory();
        spoil(&mut bad);
        let faults: Vec<_> = bad.check().iter().map(DirectoryFault::to_string).collect();
        assert!(
            faults.iter().any(|fault| fault.contains(told)),
            "{told}: {faults:?}"
        );
    }
}
