//! Keymap files: TOML, one line a command (`palette = ["ctrl-l"]`). The built-in ones are whole; a user's
//! file names one of them as `base` and patches it. A mistake names its line and what was expected.

use super::command::{Command, Place, TABLE};
use super::key::Key;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The keymaps that come with the program.
const BUILT_IN: [(&str, &str); 3] = [
    ("default", include_str!("../../../keymaps/default.toml")),
    ("laptop", include_str!("../../../keymaps/laptop.toml")),
    (
        "function-keys",
        include_str!("../../../keymaps/function-keys.toml"),
    ),
];

/// Why a keymap is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct KeymapError {
    /// Which file.
    pub file: String,
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub problem: String,
}

/// Which keys do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Command, Vec<Vec<Key>>>,
}

struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn error(&self, at: usize, problem: String) -> KeymapError {
        let line = self
            .text
            .get(..at)
            .map_or(0, |before| before.matches('\n').count());
        KeymapError {
            file: self.name.to_owned(),
            line: line + 1,
            problem,
        }
    }
}

impl Keymap {
    /// One of the built-in keymaps: `default`, `laptop`, `function-keys`.
    pub fn built_in(name: &str) -> Result<Self, KeymapError> {
        let Some((_, text)) = BUILT_IN.iter().find(|(it, _)| *it == name) else {
            let names = BUILT_IN.map(|(it, _)| it).join(", ");
            return Err(KeymapError {
                file: name.to_owned(),
                line: 1,
                problem: format!("there is no keymap {name:?}; expected one of {names}"),
            });
        };
        let mut map = Self {
            keys: BTreeMap::new(),
        };
        map.patch(&File { name, text })?;
        Ok(map)
    }

    /// A user's file: patches the keymap it names as `base`, else `base`. On an error nothing of it is taken.
    pub fn with_file(base: &str, file: &str, text: &str) -> Result<Self, KeymapError> {
        let file = File { name: file, text };
        let table = parse(&file)?;
        let named = table
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == "base");
        let mut map = match named {
            Some((_, value)) => match value.get_ref() {
                DeValue::String(name) => Self::built_in(name)
                    .map_err(|error| file.error(value.span().start, error.problem))?,
                _ => {
                    return Err(file.error(
                        value.span().start,
                        "base: expected the name of a keymap".to_owned(),
                    ));
                }
            },
            None => Self::built_in(base)?,
        };
        map.patch(&file)?;
        Ok(map)
    }

    fn patch(&mut self, file: &File<'_>) -> Result<(), KeymapError> {
        let table = parse(file)?;
        let mut lines: BTreeMap<Command, usize> = BTreeMap::new();
        for (name, value) in &table {
            let at = name.span().start;
            if name.get_ref().as_ref() == "base" {
                continue;
            }
            let command = Command::from_id(name.get_ref()).ok_or_else(|| {
                file.error(
                    at,
                    format!(
                        "{:?} is no command; expected one of {}",
                        name.get_ref(),
                        ids()
                    ),
                )
            })?;
            let DeValue::Array(entries) = value.get_ref() else {
                let problem = format!(
                    "{}: expected a list of keys, e.g. [\"ctrl-l\"]",
                    name.get_ref()
                );
                return Err(file.error(value.span().start, problem));
            };
            let mut keys = Vec::new();
            for entry in entries {
                let sequence = match entry.get_ref() {
                    DeValue::String(text) => sequence(text),
                    _ => None,
                };
                keys.push(sequence.ok_or_else(|| {
                    let problem = "expected a key in quotes, e.g. \"f3\", \"ctrl-l\", \"alt-h\", \"shift-tab\", or two of them with a blank between";
                    file.error(entry.span().start, problem.to_owned())
                })?);
            }
            lines.insert(command, at);
            self.keys.insert(command, keys);
        }
        self.check(file, &lines)
    }

    /// No key may mean two things in one place, nor begin a longer sequence there.
    fn check(&self, file: &File<'_>, lines: &BTreeMap<Command, usize>) -> Result<(), KeymapError> {
        for (command, keys) in &self.keys {
            for (other, theirs) in self.keys.range(..command) {
                let meet = Place::ALL
                    .iter()
                    .any(|place| command.applies(*place) && other.applies(*place));
                let clash = keys.iter().find(|key| {
                    theirs
                        .iter()
                        .any(|it| it.starts_with(key) || key.starts_with(it))
                });
                if let (true, Some(key)) = (meet, clash) {
                    let at = lines
                        .get(command)
                        .or_else(|| lines.get(other))
                        .copied()
                        .unwrap_or(0);
                    let problem = format!(
                        "{} already means {}; expected a key that is free where {} applies",
                        written(key),
                        other.row().id,
                        command.row().id
                    );
                    return Err(file.error(at, problem));
                }
            }
        }
        Ok(())
    }

    /// The command of the keys pressed at a place.
    pub fn find(&self, place: Place, pressed: &[Key]) -> Found {
        for (command, keys) in &self.keys {
            if !command.applies(place) {
                continue;
            }
            for sequence in keys {
                if sequence == pressed {
                    return Found::Command(*command);
                }
                if sequence.starts_with(pressed) {
                    return Found::Prefix(*command);
                }
            }
        }
        Found::Nothing
    }

    /// A command's keys, the first one first.
    pub fn keys(&self, command: Command) -> &[Vec<Key>] {
        self.keys.get(&command).map_or(&[], Vec::as_slice)
    }

    /// A command's first key for the hint bar, empty when it has none: `^D^D`.
    pub fn hint(&self, command: Command) -> String {
        self.keys(command)
            .first()
            .map(|keys| keys.iter().map(|key| key.short()).collect())
            .unwrap_or_default()
    }
}

/// What keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A command.
    Command(Command),
    /// The beginning of a command's keys.
    Prefix(Command),
    /// Nothing here.
    Nothing,
}

fn parse<'a>(file: &File<'a>) -> Result<DeTable<'a>, KeymapError> {
    DeTable::parse(file.text)
        .map(toml::Spanned::into_inner)
        .map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            file.error(at, error.message().to_owned())
        })
}

fn sequence(text: &str) -> Option<Vec<Key>> {
    let keys: Option<Vec<Key>> = text.split(' ').map(Key::parse).collect();
    keys.filter(|keys| (1..=2).contains(&keys.len()))
}

fn written(keys: &[Key]) -> String {
    keys.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn ids() -> String {
    TABLE
        .iter()
        .map(|row| row.id)
        .collect::<Vec<_>>()
        .join(", ")
}
