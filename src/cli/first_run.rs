//! The first run of a desk that nobody has set up: what the terminal can do, where the server is, who signs in here;
//! the answers go to the person's configuration file, and the desk opens.

use super::{Setup, doctor};
use crate::domain::id::Account;
use crate::link::{Api, replace};
use crate::settings::{Key, Kind, Origin, Settings, with};
use crate::words::{Setup as Say, Words};
use std::io::{self, BufRead, IsTerminal as _, Write};

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    server: String,
    account: String,
}

/// True where the assistant is of use: no configuration file, no server named in another way, and somebody who can be
/// asked.
pub(super) fn is_wanted(setup: &Setup) -> bool {
    let server = setup.settings.of("desk.server").map(|it| &it.origin);
    server == Some(&Origin::Default)
        && !setup.config_file.exists()
        && io::stdin().is_terminal()
        && io::stdout().is_terminal()
}

/// Asks, and writes the file; nothing where somebody would rather not answer. Errors: the terminal, or the file.
pub(super) fn walk(setup: &Setup) -> io::Result<Option<Settings>> {
    let words = &setup.words;
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n", words.say(Say::FirstTitle))?;
    for line in doctor::terminal_lines(words) {
        writeln!(out, "{line}")?;
    }
    let usual = setup.settings.text("desk.server");
    let input = &mut io::stdin().lock();
    let Some(answers) = ask(words, usual, input, &mut out, |address| {
        reach(setup, address)
    })?
    else {
        writeln!(out)?;
        return Ok(None);
    };
    let text = written(&answers).map_err(io::Error::other)?;
    let file = &setup.config_file;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    replace(file, text.as_bytes())?;
    let path = [("file", file.display().to_string().into())];
    writeln!(out, "{}", words.say_with(Say::FirstKept, &path))?;
    let env = |name: &str| std::env::var(name).ok();
    let read = Settings::layered(Some((file.as_path(), &text)), env, &setup.flags);
    read.map(Some).map_err(io::Error::other)
}

/// The file that the answers make.
fn written(answers: &Answers) -> Result<String, String> {
    let mut text = String::new();
    for (name, value) in [
        ("desk.server", &answers.server),
        ("desk.account", &answers.account),
    ] {
        let key = Key::named(name).ok_or_else(|| name.to_owned())?;
        if !value.is_empty() {
            text = with(&text, key, value).map_err(|error| error.to_string())?;
        }
    }
    Ok(text)
}

/// Whether a hotline answers at an address; why not, in words.
fn reach(setup: &Setup, address: &str) -> Result<(), String> {
    let fault = |error| super::fault::Fault::of_link(&error, &setup.words).text;
    let ca = setup.settings.path("desk.ca");
    let ca = ca.and_then(|path| std::fs::read(path).ok());
    let api = Api::new(address, ca.as_deref()).map_err(fault)?;
    let runtime = super::runtime().map_err(|fault| fault.text)?;
    runtime.block_on(api.healthy()).map(|_| ()).map_err(fault)
}

/// Asks until there is an answer that stands: a server that is not reached is asked for again, and taken when it is
/// given a second time, for it may only be switched off now. Nothing at the end of what is typed.
fn ask(
    words: &Words,
    usual: &str,
    input: &mut impl BufRead,
    out: &mut impl Write,
    mut reach: impl FnMut(&str) -> Result<(), String>,
) -> io::Result<Option<Answers>> {
    let mut offered = usual.to_owned();
    let mut refused = None;
    let server = loop {
        let value = [("usual", offered.as_str().into())];
        write!(out, "{}", words.say_with(Say::FirstServer, &value))?;
        let Some(typed) = typed(input, out)? else {
            return Ok(None);
        };
        let address = if typed.is_empty() {
            offered.clone()
        } else {
            typed
        };
        if address.is_empty() || Kind::Url.check(&address).is_err() {
            writeln!(out, "! {}", words.say(Say::FirstNoUrl))?;
            continue;
        }
        match reach(&address) {
            Ok(()) => {
                writeln!(out, "{}", words.say(Say::FirstReached))?;
                break address;
            }
            Err(_) if refused.as_ref() == Some(&address) => break address,
            Err(why) => {
                let why = crate::domain::text::shown(&why);
                let why = [("why", why.to_string().into())];
                writeln!(out, "! {}", words.say_with(Say::FirstUnreached, &why))?;
                refused = Some(address.clone());
                offered = address;
            }
        }
    };
    loop {
        write!(out, "{}", words.say(Say::FirstAccount))?;
        let Some(account) = typed(input, out)? else {
            return Ok(None);
        };
        if account.is_empty() || Account::parse(&account).is_ok() {
            return Ok(Some(Answers { server, account }));
        }
        writeln!(out, "! {}", words.say(Say::FirstNoAccount))?;
    }
}

/// A line as it was typed, without blanks around it; nothing at the end.
fn typed(input: &mut impl BufRead, out: &mut impl Write) -> io::Result<Option<String>> {
    out.flush()?;
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;
    use std::path::Path;

    fn asked(input: &str) -> (Option<Answers>, String, Vec<String>) {
        let (mut out, mut tried) = (Vec::new(), Vec::new());
        let answers = ask(
            &Words::new(Lang::ZhCn),
            "http://127.0.0.1:12345",
            &mut input.as_bytes(),
            &mut out,
            |address| {
                tried.push(address.to_owned());
                if address.contains("there") {
                    Ok(())
                } else {
                    Err("连不上".to_owned())
                }
            },
        );
        (answers.unwrap(), String::from_utf8(out).unwrap(), tried)
    }

    fn answers(server: &str, account: &str) -> Answers {
        let (server, account) = (server.to_owned(), account.to_owned());
        Answers { server, account }
    }

    #[test]
    fn a_server_is_asked_for_until_one_answers() {
        let (got, said, tried) =
            asked("ftp://x\nhttp://gone:1\n http://there:2 \nwang min\nwang\n");
        assert_eq!(got, Some(answers("http://there:2", "wang")));
        assert_eq!(tried, ["http://gone:1", "http://there:2"]);
        assert!(
            said.contains("连不上") && said.contains("http://"),
            "{said}"
        );
    }

    #[test]
    fn one_that_is_switched_off_is_taken_when_it_is_meant() {
        let (got, _, tried) = asked("http://gone:1\n\n\n");
        assert_eq!(got, Some(answers("http://gone:1", "")));
        assert_eq!(tried.len(), 2);
        // And the usual one with nothing but Enter.
        let (got, ..) = asked("\n\n\n");
        assert_eq!(got, Some(answers("http://127.0.0.1:12345", "")));
    }

    #[test]
    fn who_does_not_answer_has_no_file() {
        for input in ["", "http://there:1\n", "ftp://x\n"] {
            assert_eq!(asked(input).0, None, "{input:?}");
        }
    }

    #[test]
    fn the_file_that_is_written_is_read_back() {
        let text = written(&answers("http://there:2", "wang")).unwrap();
        let file = (Path::new("hotline.toml"), text.as_str());
        let settings = Settings::layered(Some(file), |_| None, &[]).unwrap();
        assert_eq!(settings.text("desk.server"), "http://there:2");
        assert_eq!(settings.text("desk.account"), "wang");
        assert!(matches!(
            settings.of("desk.server").unwrap().origin,
            Origin::File { .. }
        ));
    }
}
