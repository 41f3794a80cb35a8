use super::*;
use clap::CommandFactory as _;

fn each(command: &clap::Command, path: &str, seen: &mut impl FnMut(&clap::Command, &str)) {
    seen(command, path);
    for sub in command.get_subcommands() {
        let below = if path.is_empty() {
            sub.get_name().to_owned()
        } else {
            format!("{path}-{}", sub.get_name())
        };
        each(sub, &below, seen);
    }
}

#[test]
fn every_command_and_argument_is_explained_in_both_languages() {
    let mut faults = Vec::new();
    for lang in Lang::ALL {
        let words = Words::new(lang);
        each(&Cli::command(), "", &mut |command, path| {
            if words.by_name(&help::command_name(path)).is_none() {
                faults.push(format!("{}: {}", lang.tag(), help::command_name(path)));
            }
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                let named = [help::argument_name(path, id), help::argument_name("", id)];
                if named.iter().all(|name| words.by_name(name).is_none()) {
                    faults.push(format!("{}: {}", lang.tag(), named[1]));
                }
            }
        });
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_command_line_is_sound() {
    for lang in Lang::ALL {
        help::command(&Words::new(lang)).debug_assert();
    }
}

#[test]
fn help_speaks_the_language_that_is_asked_for() {
    for (args, env, expected) in [
        (vec!["hotline"], ("LANG", "C.UTF-8"), Lang::ZhCn),
        (vec!["hotline"], ("LANG", "en_US.UTF-8"), Lang::En),
        (
            vec!["hotline", "--lang", "en"],
            ("LANG", "zh_CN.UTF-8"),
            Lang::En,
        ),
        (
            vec!["hotline", "kb", "--lang=zh-CN"],
            ("HOTLINE_LANG", "en"),
            Lang::ZhCn,
        ),
        (vec!["hotline"], ("HOTLINE_LANG", "en"), Lang::En),
    ] {
        let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
        let lang = help::language(&args, |name| (name == env.0).then(|| env.1.to_owned()));
        assert_eq!(lang, expected, "{args:?} {env:?}");
        let text = help::command(&Words::new(lang))
            .render_long_help()
            .to_string();
        let (has, lacks) = if lang == Lang::En {
            ("Usage:", "用法")
        } else {
            ("用法：", "Usage")
        };
        assert!(text.contains(has) && !text.contains(lacks), "{text}");
    }
}

#[test]
fn mistakes_of_the_command_line_are_told_in_its_language() {
    for (args, zh, en) in [
        (vec!["hotline", "serv"], "没有命令 serv", "no command serv"),
        (
            vec!["hotline", "serve", "--port"],
            "没有参数 --port",
            "no argument --port",
        ),
        (vec!["hotline", "kb", "import"], "缺少参数", "is needed"),
        (
            vec!["hotline", "--lang", "fr", "demo"],
            "不接受 fr",
            "does not take fr",
        ),
        (vec!["hotline"], "缺少命令", "a command is needed"),
    ] {
        for (lang, expected) in [(Lang::ZhCn, zh), (Lang::En, en)] {
            let words = Words::new(lang);
            let error = help::command(&words)
                .try_get_matches_from(&args)
                .unwrap_err();
            let fault = fault::of_clap(&error, &words);
            assert!(fault.text.contains(expected), "{args:?}: {}", fault.text);
            assert_eq!(fault.code, 2);
        }
    }
}

#[test]
fn what_the_server_says_is_told_in_the_person_s_language() {
    use crate::link::LinkError;
    use crate::protocol::error::ApiError;
    for error in [
        LinkError::Offline("refused".into()),
        LinkError::Api(ApiError::WrongPassword),
        LinkError::Api(ApiError::Forbidden),
        LinkError::Api(ApiError::Throttled { seconds: 7 }),
    ] {
        let text = Fault::of_link(&error, &Words::new(Lang::ZhCn)).text;
        assert!(!text.contains(|c: char| c.is_ascii_alphabetic()), "{text}");
    }
}

#[test]
fn a_server_that_cannot_begin_says_why_in_words_and_leaves_no_empty_data() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (address, zh, en) in [
        (
            taken.as_str(),
            "已被别的程序占用",
            "another program uses it",
        ),
        ("0.0.0.0:0", "明文", "plaintext"),
    ] {
        for (lang, expected) in [(Lang::ZhCn, zh), (Lang::En, en)] {
            let dir = tempfile::tempdir().unwrap();
            let data = dir.path().join("data");
            let args = ["hotline", "serve", "--listen", address, "--data"];
            let args: Vec<String> = args.map(str::to_owned).into();
            let args = [args, vec![data.display().to_string()]].concat();
            let words = Words::new(lang);
            let matches = help::command(&words).try_get_matches_from(&args).unwrap();
            let cli = Cli::from_arg_matches(&matches).unwrap();
            let given = args::flags(&cli);
            let setup = Setup {
                words,
                settings: Settings::layered(None, |_| None, &given).unwrap(),
                flags: Vec::new(),
                config_file: dir.path().join("none"),
            };
            let Command::Serve(serve) = &cli.command else {
                panic!("{args:?}")
            };
            let fault = serve::serve(&setup, serve).unwrap_err();
            assert!(fault.text.contains(expected), "{}", fault.text);
            assert!(fault.text.contains(address), "{}", fault.text);
            assert_eq!(fault.code, 2);
            assert!(!data.exists());
        }
    }
}
