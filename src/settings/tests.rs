use super::*;

fn no_env(_: &str) -> Option<String> {
    None
}

#[test]
fn flags_go_over_environment_over_file_over_default() {
    let file =
        "[server]\nlisten = \"127.0.0.1:1\"\nwrap-up-seconds = 45\n[desk]\ntheme = \"light\"\n";
    let env = |name: &str| match name {
        "HOTLINE_LISTEN" => Some("127.0.0.1:2".to_owned()),
        "HOTLINE_THEME" => Some("contrast".to_owned()),
        _ => None,
    };
    let settings = Settings::layered(
        Some((Path::new("h.toml"), file)),
        env,
        &[("server.listen", "127.0.0.1:3".to_owned())],
    )
    .unwrap();
    let all: BTreeMap<_, _> = settings
        .iter()
        .map(|(key, s)| (key.name, (s.text.as_str(), s.origin.to_string())))
        .collect();
    assert_eq!(
        all["server.listen"],
        ("127.0.0.1:3", "--server.listen".to_owned())
    );
    assert_eq!(all["desk.theme"], ("contrast", "$HOTLINE_THEME".to_owned()));
    assert_eq!(all["server.wrap-up-seconds"], ("45", "h.toml:3".to_owned()));
    assert_eq!(all["desk.keymap"], ("default", "default".to_owned()));
    assert_eq!(settings.number("server.wrap-up-seconds"), 45);
}

#[test]
fn a_mistake_names_file_line_key_and_what_was_expected() {
    for (file, line, key, expected) in [
        ("x = ", 1, "", "TOML"),
        (
            "\n[server]\nlisten = 12345",
            3,
            "server.listen",
            "address with port",
        ),
        (
            "[server]\nwrap-up-seconds = 601",
            2,
            "server.wrap-up-seconds",
            "from 0 to 600",
        ),
        ("[desk]\ntheme = \"pink\"", 2, "desk.theme", "one of dark"),
        (
            "[server]\nlisten_on = \"x\"",
            2,
            "server.listen_on",
            "a known key",
        ),
        (
            "[server]\ntls_key = \"x\"",
            2,
            "server.tls_key",
            "server.tls-key was perhaps meant",
        ),
        (
            "[server]\nallow-plaintext = \"yes\"",
            2,
            "server.allow-plaintext",
            "true or false",
        ),
        ("language = [1]", 1, "language", "one of zh-CN"),
    ] {
        let Faults(faults) =
            Settings::layered(Some((Path::new("h.toml"), file)), no_env, &[]).unwrap_err();
        assert_eq!(faults.len(), 1, "{file:?}: {faults:?}");
        assert_eq!(
            faults[0].origin,
            Origin::File {
                path: "h.toml".into(),
                line
            },
            "{file:?}"
        );
        assert_eq!(faults[0].key, key, "{file:?}");
        assert!(
            faults[0].expected.to_string().contains(expected),
            "{file:?}: {}",
            faults[0]
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let env = |name: &str| (name == "HOTLINE_THEME").then(|| "pink".to_owned());
    let Faults(faults) =
        Settings::layered(Some((Path::new("h.toml"), "a = 1\nb = 2")), env, &[]).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn every_default_passes_its_own_check() {
    for key in KEYS {
        assert_eq!(key.kind.check(key.default), Ok(()), "{}", key.name);
    }
}
