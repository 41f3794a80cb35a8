use super::*;

/// Names of the messages that a file defines, in order.
fn defined(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .collect()
}

#[test]
fn both_languages_hold_exactly_the_messages_that_exist() {
    let mut faults = Vec::new();
    for ((area, zh, en), (_, names)) in AREAS.iter().zip(ids::NAMES) {
        for (lang, text) in [("zh-CN", zh), ("en", en)] {
            if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                faults.push(format!("{lang}/{area}.ftl does not parse: {errors:?}"));
            }
            let found = defined(text);
            for name in *names {
                if !found.contains(name) {
                    faults.push(format!("{lang}/{area}.ftl lacks {name}"));
                }
            }
            // The command line's help is looked up by argument name, not by variant.
            for name in found
                .iter()
                .filter(|name| !names.contains(name) && *area != "cli")
            {
                faults.push(format!("{lang}/{area}.ftl has {name}, which nothing uses"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The areas share one bundle: of two messages with one name, the later would never be shown.
#[test]
fn no_two_messages_have_one_name() {
    for of in [
        |area: &(_, &'static str, _)| area.1,
        |area: &(_, _, &'static str)| area.2,
    ] {
        let mut seen = std::collections::BTreeMap::new();
        for area in AREAS {
            for name in defined(of(area)) {
                let before = seen.insert(name, area.0);
                assert_eq!(before, None, "{name} of {} is another area's", area.0);
            }
        }
    }
}

#[test]
fn both_languages_take_the_same_values() {
    for (area, zh, en) in AREAS {
        for name in defined(zh) {
            let values = |text: &str| {
                let mut found: Vec<String> = text
                    .lines()
                    .skip_while(|line| !line.starts_with(&format!("{name} ")))
                    .enumerate()
                    .take_while(|(at, line)| *at == 0 || line.starts_with(' '))
                    .flat_map(|(_, line)| {
                        line.split("{ $")
                            .skip(1)
                            .filter_map(|rest| rest.split([' ', '}']).next())
                            .map(str::to_owned)
                            .collect::<Vec<_>>()
                    })
                    .collect();
                found.sort();
                found.dedup();
                found
            };
            assert_eq!(values(zh), values(en), "{area}.ftl: {name}");
        }
    }
}

#[test]
fn a_locale_that_begins_with_en_is_english_and_any_other_chinese() {
    for (locale, lang) in [
        ("en_US.UTF-8", Lang::En),
        ("C.UTF-8", Lang::ZhCn),
        ("zh_CN.UTF-8", Lang::ZhCn),
        ("", Lang::ZhCn),
        ("de_DE", Lang::ZhCn),
    ] {
        assert_eq!(Lang::of_locale(locale), lang, "{locale}");
    }
}

#[test]
fn a_number_chooses_its_word() {
    let words = Words::new(Lang::En);
    for (idle, expected) in [
        (1, "0 waiting, 1 seat idle"),
        (2, "0 waiting, 2 seats idle"),
    ] {
        let values = [("waiting", 0.into()), ("idle", idle.into())];
        assert_eq!(words.say_with(Desk::IdleQueue, &values), expected);
    }
    let values = [
        ("contacts", 1.into()),
        ("calls", 1.into()),
        ("name", "".into()),
        ("lane", "".into()),
    ];
    let head = words.say_with(Desk::CallerHead, &values);
    assert!(head.contains("contact no. 1 (1 call)"), "{head}");
    let large = words.say_with(Desk::SpanDays, &[("count", 1_234_567.into())]);
    assert_eq!(large, "1234567 d", "no separators");
}
