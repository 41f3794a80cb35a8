//! `hotline doctor`: what on this machine keeps a desk from working, in words, and what to do about it.

use super::Setup;
use super::desk::keymap;
use super::fault::Fault;
use super::{line, model, runtime};
use crate::settings::paths;
use crate::words::{Cli as Say, Words};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    /// The desk works, and somebody may miss something.
    Hint,
    Bad,
}

/// What was looked at, and what was found.
struct Finding {
    grade: Grade,
    text: String,
}

const fn finding(grade: Grade, text: String) -> Finding {
    Finding { grade, text }
}

/// What the terminal tells of itself.
struct Around {
    term: String,
    locale: String,
    no_color: bool,
    colour: bool,
    size: Option<(u16, u16)>,
}

impl Around {
    fn look() -> Self {
        let env = |name: &str| std::env::var(name).unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(env);
        let inside = std::io::stdout().is_terminal();
        Self {
            term: env("TERM"),
            locale: locale
                .into_iter()
                .find(|it| !it.is_empty())
                .unwrap_or_default(),
            no_color: !env("NO_COLOR").is_empty(),
            colour: env("COLORTERM").contains("truecolor") || env("COLORTERM").contains("24bit"),
            size: inside
                .then(|| ratatui::crossterm::terminal::size().ok())
                .flatten(),
        }
    }
}

/// The terminal: size, characters, colours.
fn terminal(around: &Around, words: &Words) -> Vec<Finding> {
    let mut found = Vec::new();
    match around.size {
        None => found.push(finding(Grade::Hint, words.say(Say::DoctorNoTerminal))),
        Some((columns, rows)) => {
            let values = [("columns", columns.into()), ("rows", rows.into())];
            let fits = columns >= 80 && rows >= 24;
            let (grade, word) = if fits {
                (Grade::Good, Say::DoctorSize)
            } else {
                (Grade::Bad, Say::DoctorSmall)
            };
            found.push(finding(grade, words.say_with(word, &values)));
        }
    }
    let utf8 = around
        .locale
        .to_ascii_lowercase()
        .replace('-', "")
        .contains("utf8");
    let locale = [("locale", around.locale.as_str().into())];
    found.push(if utf8 {
        finding(Grade::Good, words.say_with(Say::DoctorLocale, &locale))
    } else {
        finding(Grade::Bad, words.say_with(Say::DoctorNoUtf8, &locale))
    });
    found.push(if matches!(around.term.as_str(), "" | "dumb") {
        finding(Grade::Bad, words.say(Say::DoctorDumb))
    } else if around.no_color {
        finding(Grade::Good, words.say(Say::DoctorNoColour))
    } else if around.colour {
        finding(Grade::Good, words.say(Say::DoctorColours))
    } else {
        finding(Grade::Hint, words.say(Say::DoctorSixteen))
    });
    found
}

/// What there is to say of this terminal, a line each.
pub(super) fn terminal_lines(words: &Words) -> Vec<String> {
    let found = terminal(&Around::look(), words);
    found.iter().map(line).collect()
}

/// The folder of drafts, copies and log: can it be written?
fn folder(data: &Path, words: &Words) -> Finding {
    let path = [("path", data.display().to_string().into())];
    let written = std::fs::create_dir_all(data)
        .and_then(|()| tempfile::NamedTempFile::new_in(data).map(drop));
    match written {
        Ok(()) => finding(Grade::Good, words.say_with(Say::DoctorFolder, &path)),
        Err(error) => {
            let [path] = path;
            let cause = ("cause", super::fault::cause_words(&error, words).into());
            finding(
                Grade::Bad,
                words.say_with(Say::DoctorFolderBad, &[path, cause]),
            )
        }
    }
}

/// The server: does it answer, and can it keep what it is told?
fn server(setup: &Setup) -> Result<Finding, Fault> {
    let words = &setup.words;
    let api = match line::client(setup) {
        Ok(api) => api,
        Err(fault) => return Ok(finding(Grade::Bad, fault.text)),
    };
    let address = ("address", api.base().to_owned().into());
    Ok(match runtime()?.block_on(api.healthy()) {
        Ok(true) => finding(Grade::Good, words.say_with(Say::DoctorServer, &[address])),
        Ok(false) => finding(
            Grade::Bad,
            words.say_with(Say::DoctorServerFull, &[address]),
        ),
        Err(error) => {
            let cause = ("cause", Fault::of_link(&error, words).text.into());
            finding(
                Grade::Bad,
                words.say_with(Say::DoctorServerBad, &[address, cause]),
            )
        }
    })
}

/// Looks at everything and prints it; a fault is one finding among the others. Exit code 1 when a desk would not work.
pub fn look(setup: &Setup) -> Result<(), Fault> {
    let words = &setup.words;
    let config = setup.config_file.display().to_string();
    let word = if setup.config_file.exists() {
        Say::ConfigFile
    } else {
        Say::ConfigFileMissing
    };
    let mut found = vec![finding(
        Grade::Good,
        words.say_with(word, &[("path", config.into())]),
    )];
    found.push(match keymap(setup)? {
        (_, None) => finding(Grade::Good, words.say(Say::DoctorKeys)),
        (_, Some(complaint)) => finding(Grade::Bad, complaint),
    });
    found.push(
        match setup
            .settings
            .path("data")
            .map_or_else(paths::desk_data, Ok)
        {
            Ok(data) => folder(&data, words),
            Err(error) => finding(Grade::Bad, error.to_string()),
        },
    );
    found.push(server(setup)?);
    found.extend(terminal(&Around::look(), words));
    found.push(if model::folder(setup)?.exists() {
        finding(Grade::Good, words.say(Say::DoctorModel))
    } else {
        finding(Grade::Hint, words.say(Say::DoctorNoModel))
    });
    print(&found)?;
    let bad = found.iter().filter(|it| it.grade == Grade::Bad).count();
    if bad > 0 {
        return Err(Fault::failed(
            words.say_with(Say::DoctorBad, &[("count", bad.into())]),
        ));
    }
    println!("{}", words.say(Say::DoctorWell));
    Ok(())
}

fn print(found: &[Finding]) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    for finding in found {
        writeln!(out, "{}", line(finding)).map_err(Fault::of_output)?;
    }
    Ok(())
}

/// A finding as it is shown.
fn line(finding: &Finding) -> String {
    let mark = match finding.grade {
        Grade::Good => "✓",
        Grade::Hint => "·",
        Grade::Bad => "!",
    };
    let text = crate::domain::text::shown(&finding.text);
    format!("{mark} {text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn around() -> Around {
        Around {
            term: "xterm-256color".into(),
            locale: "zh_CN.UTF-8".into(),
            no_color: false,
            colour: true,
            size: Some((80, 24)),
        }
    }

    fn grades(around: &Around) -> Vec<Grade> {
        let found = terminal(around, &Words::new(Lang::ZhCn));
        found.iter().map(|it| it.grade).collect()
    }

    #[test]
    fn a_terminal_is_judged_by_size_characters_and_colours() {
        use Grade::{Bad, Good, Hint};
        assert_eq!(grades(&around()), [Good, Good, Good]);
        let small = Around {
            size: Some((79, 24)),
            ..around()
        };
        assert_eq!(grades(&small), [Bad, Good, Good]);
        let none = Around {
            size: None,
            locale: "C".into(),
            ..around()
        };
        assert_eq!(grades(&none), [Hint, Bad, Good]);
        let dumb = Around {
            term: "dumb".into(),
            locale: "en_US.utf8".into(),
            ..around()
        };
        assert_eq!(grades(&dumb), [Good, Good, Bad]);
        let few = Around {
            colour: false,
            ..around()
        };
        assert_eq!(grades(&few), [Good, Good, Hint]);
        let plain = Around {
            no_color: true,
            ..few
        };
        assert_eq!(grades(&plain), [Good, Good, Good]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_with_its_path() {
        let words = Words::new(Lang::ZhCn);
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(folder(&dir.path().join("desk"), &words).grade, Grade::Good);
        let file = dir.path().join("a file");
        std::fs::write(&file, "").unwrap();
        let bad = folder(&file.join("desk"), &words);
        assert_eq!(bad.grade, Grade::Bad);
        assert!(bad.text.contains("a file"), "{}", bad.text);
    }
}
