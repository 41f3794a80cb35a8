//! The sheet: what ships is sound, what is not is refused with its place.

use super::Sheet;

#[test]
fn the_sheet_that_ships_is_sound() {
    let sheet = Sheet::built_in().unwrap();
    assert_eq!(sheet.parts.len(), 7);
    assert_eq!(sheet.fatal.checks.len(), 7);
}

#[test]
fn a_faulty_sheet_is_refused_with_its_place() {
    let good = include_str!("../../../assets/practice/quality-sheet.toml");
    for (from, to, expected) in [
        (
            "check = \"greeted\"",
            "check = \"smiled\"",
            "unknown variant `smiled`",
        ),
        ("max = 15", "max = 16", "add up to 101, not to 100"),
        (
            "weight = 10 }]",
            "weight = 0 }]",
            "part read_back has no point",
        ),
        ("\"hung_up\"", "\"hung_on\"", "unknown variant `hung_on`"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = Sheet::read("s.toml", &good.replacen(from, to, 1)).unwrap_err();
        assert!(
            error.to_string().starts_with("s.toml, line ") && error.to_string().contains(expected),
            "{error}"
        );
    }
}
