//! `hotline practice check`: whether scenarios hold together, agree with directory and knowledge, and play.

use crate::cli::Setup;
use crate::cli::args::PracticeCheck;
use crate::cli::demo::seed;
use crate::cli::fault::Fault;
use crate::domain::directory::Directory;
use crate::domain::id::EntryCode;
use crate::practice::scenario::{self, Known};
use crate::practice::shipped::SCENARIOS;
use crate::practice::{Fault as Mistake, Scenario};
use crate::words::Practice as Say;
use std::collections::BTreeSet;

/// What scenarios are held against when there is no practice server: the demonstration's directory and entries.
pub(super) struct Grounds {
    pub directory: Directory,
    pub entries: BTreeSet<EntryCode>,
}

impl Grounds {
    /// The demonstration's.
    pub(super) fn of_the_demo() -> Result<Self, Fault> {
        let entries = seed::knowledge_of_the_demo().map_err(Fault::failed)?;
        Ok(Self {
            directory: seed::directory_of_the_demo().map_err(Fault::failed)?,
            entries: entries.into_iter().map(|entry| entry.code).collect(),
        })
    }

    /// Reads a scenario and checks it.
    pub(super) fn read(&self, file: &str, text: &str) -> Result<Scenario, Vec<Mistake>> {
        let scenario = scenario::read(file, text).map_err(|mistake| vec![mistake])?;
        let known = Known {
            directory: &self.directory,
            entries: &self.entries,
        };
        let mistakes = scenario::check(file, text, &scenario, &known);
        if mistakes.is_empty() {
            Ok(scenario)
        } else {
            Err(mistakes)
        }
    }
}

/// Checks files, or the scenarios that ship. Error: one of them has a mistake; each is told with its place.
pub fn check(setup: &Setup, check: &PracticeCheck) -> Result<(), Fault> {
    let grounds = Grounds::of_the_demo()?;
    let mut mistakes = Vec::new();
    let mut good = 0;
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for (file, text) in files(check)? {
        match grounds.read(&file, &text) {
            Ok(scenario) => {
                good += 1;
                let id = scenario.id;
                if !codes.insert(id.get_ref().clone()) {
                    mistakes.push(Mistake::twice(&file, &text, &id));
                }
            }
            Err(found) => mistakes.extend(found),
        }
    }
    let words = &setup.words;
    for mistake in &mistakes {
        eprintln!("{}", crate::domain::text::shown(&mistake.say(words)));
    }
    let counts = [("good", good.into()), ("faults", mistakes.len().into())];
    println!("{}", words.say_with(Say::Checked, &counts));
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Fault {
            code: 1,
            text: String::new(),
        })
    }
}

fn files(check: &PracticeCheck) -> Result<Vec<(String, String)>, Fault> {
    if check.files.is_empty() {
        let shipped = SCENARIOS
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        return Ok(shipped.collect());
    }
    let read = |path: &std::path::PathBuf| {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Fault::usage(format!("{name}: {error}")))?;
        Ok((name, text))
    };
    check.files.iter().map(read).collect()
}
