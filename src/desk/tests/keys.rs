//! Keys, keymap files and the palette's matching.

use super::world::{Desk, at};
use crate::desk::keymap::{Command, Finder, Found, Key, Keymap, Place, TABLE, initials, minutes};
use crate::words::{Lang, Words};
use proptest::prelude::*;

#[test]
fn the_table_finds_every_command_by_itself() {
    for row in TABLE {
        assert_eq!(row.command.row().id, row.id);
        assert_eq!(Command::from_id(row.id), Some(row.command));
    }
}

#[test]
fn every_built_in_keymap_is_whole_and_reaches_every_hinted_command() {
    for name in ["default", "laptop", "function-keys"] {
        let map = Keymap::built_in(name).unwrap_or_else(|error| panic!("{error}"));
        for row in TABLE.iter().filter(|row| row.hint.is_some()) {
            assert!(!map.keys(row.command).is_empty(), "{name}: {}", row.id);
        }
    }
}

#[test]
fn the_laptop_needs_no_function_key() {
    let map = Keymap::built_in("laptop").unwrap();
    for row in TABLE {
        for key in map.keys(row.command).iter().flatten() {
            assert!(
                !matches!(key.code, crate::desk::keymap::Code::F(_)),
                "{}: {key}",
                row.id
            );
        }
    }
}

#[test]
fn a_user_s_file_patches_a_keymap() {
    let map = Keymap::with_file(
        "default",
        "mine.toml",
        "base = \"laptop\"\nmute = [\"f12\"]\n",
    )
    .unwrap();
    assert_eq!(
        map.find(Place::Call, &[Key::f(12)]),
        Found::Command(Command::Mute)
    );
    assert_eq!(
        map.find(Place::Call, &[Key::ctrl('p')]),
        Found::Command(Command::PhoneStep)
    );
    assert_eq!(
        map.find(Place::Call, &[Key::ctrl('d')]),
        Found::Prefix(Command::HangUp)
    );
}

#[test]
fn a_mistake_in_a_keymap_names_line_and_what_was_expected() {
    for (text, line, part) in [
        (
            "mute = [\"ctrl-e\"]\nfly = [\"f1\"]",
            2,
            "\"fly\" is no command",
        ),
        ("mute = [\"hyper-e\"]", 1, "expected a key"),
        ("mute = \"ctrl-e\"", 1, "expected a list"),
        ("\n\nmute = [\"f3\"]", 3, "f3 already means phone_step"),
        ("mute = [\"ctrl-d\"]", 1, "already means"),
        ("mute = [", 1, ""),
        ("base = \"qwerty\"", 1, "there is no keymap"),
    ] {
        let error = Keymap::with_file("default", "mine.toml", text).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.to_string().contains(part), "{text}: {error}");
        assert!(error.to_string().contains("mine.toml"), "{error}");
    }
}

#[test]
fn the_palette_finds_by_name_initials_english_and_short_form() {
    let finder = Finder::default();
    for (typed, command, argument) in [
        ("接听", Command::PhoneStep, ""),
        ("fs", Command::ReadBack, ""),
        ("hang", Command::HangUp, ""),
        ("zb 水务局", Command::DispatchTo, "水务局"),
        ("hb 30m", Command::CallBackIn, "30m"),
        ("ｋ　停水", Command::Search, "停水"),
        ("quit", Command::Quit, ""),
    ] {
        let typed_first = &finder.find(Place::Call, typed)[0];
        assert_eq!(
            (typed_first.command, typed_first.argument.as_str()),
            (command, argument),
            "{typed}"
        );
    }
    assert!(
        finder.find(Place::Callbacks, "转办给单位").is_empty(),
        "not of that place"
    );
}

#[test]
fn a_time_is_from_now_or_of_the_day() {
    let now = at("2026-11-24T01:00:00Z");
    for (text, expected) in [
        ("30m", Some("2026-11-24T01:30:00Z")),
        ("45", Some("2026-11-24T01:45:00Z")),
        ("2小时", Some("2026-11-24T03:00:00Z")),
        ("1d", Some("2026-11-25T01:00:00Z")),
        ("14:30", Some("2026-11-24T06:30:00Z")),
        ("１４：３０", Some("2026-11-24T06:30:00Z")),
        ("08:00", Some("2026-11-25T00:00:00Z")),
        ("25:00", None),
        ("", None),
        ("0m", None),
        ("soon", None),
    ] {
        assert_eq!(minutes(text, now), expected.map(at), "{text}");
    }
}

#[test]
fn a_digit_in_the_empty_palette_stands_for_the_function_key() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("ctrl-l 3");
    assert_eq!(desk.phoned.len(), 1);
}

#[test]
fn full_width_digits_pick_and_a_han_character_tells_of_the_input_method() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.keys("ctrl-u");
    desk.text("你");
    assert!(
        desk.frame().contains("检测到中文输入法"),
        "{}",
        desk.frame()
    );
    desk.text("２");
    assert_eq!(
        desk.chosen.last(),
        Some(&crate::domain::seat::SeatState::Busy)
    );
}

#[test]
fn a_full_width_question_mark_helps_where_nothing_is_typed() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.keys("ctrl-k");
    desk.text("？");
    assert!(desk.frame().contains("这里的按键"), "{}", desk.frame());
}

/// As a person looks for it: by the initials of its Chinese name, the input method off, or by its English name.
#[test]
fn every_command_is_found_by_what_a_person_types_wherever_it_applies() {
    let finder = Finder::default();
    for row in TABLE {
        let english = Words::new(Lang::En).say(row.name);
        let letters = initials(&Words::new(Lang::ZhCn).say(row.name));
        for place in Place::ALL {
            for typed in [letters.as_str(), english.as_str()] {
                let found = finder.find(place, typed);
                let there = found.iter().any(|entry| entry.command == row.command);
                assert_eq!(
                    there,
                    row.command.applies(place),
                    "{} by {typed:?} at {place:?}",
                    row.id
                );
            }
        }
    }
}

#[test]
fn the_keys_of_a_command_lead_to_it_wherever_it_applies() {
    for name in ["default", "laptop", "function-keys"] {
        let map = Keymap::built_in(name).unwrap();
        for row in TABLE {
            for keys in map.keys(row.command) {
                for place in Place::ALL.into_iter().filter(|it| row.command.applies(*it)) {
                    assert_eq!(
                        map.find(place, keys),
                        Found::Command(row.command),
                        "{name}: {} at {place:?}",
                        row.id
                    );
                }
            }
        }
    }
}

#[test]
fn initials_are_of_the_pinyin_and_latin_stays() {
    assert_eq!(initials("李受理 0117 Ab"), "lsl0117ab");
}

proptest! {
    #[test]
    fn a_key_reads_back_as_written(ctrl: bool, alt: bool, c in "[a-z0-9?]") {
        let mut key = Key::char(c.chars().next().unwrap());
        (key.ctrl, key.alt) = (ctrl, alt);
        prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
    }

    #[test]
    fn no_file_makes_the_keymap_panic(text in "\\PC{0,80}") {
        let _ = Keymap::with_file("default", "mine.toml", &text);
    }
}
