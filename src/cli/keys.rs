//! `hotline keys`: which keys the desk listens to, and which of them this terminal really sends.

use super::Setup;
use super::desk::keymap;
use super::fault::Fault;
use crate::desk::keymap::{Command, Key, Keymap, TABLE};
use crate::words::{Cli as Say, Words};
use ratatui::crossterm::event::{Event, read};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};

/// What arrived so far.
struct Seen {
    keymap: Keymap,
    arrived: BTreeSet<Key>,
    last: Option<Key>,
}

impl Seen {
    const fn new(keymap: Keymap) -> Self {
        Self {
            keymap,
            arrived: BTreeSet::new(),
            last: None,
        }
    }

    /// A key arrived: what it is, and what the desk does with it; `None` for the end, which is Ctrl-C twice.
    fn take(&mut self, key: Key, words: &Words) -> Option<String> {
        let end = key == Key::ctrl('c') && self.last == Some(key);
        self.last = Some(key);
        self.arrived.insert(key);
        if end {
            return None;
        }
        let bound = |command: Command| {
            self.keymap
                .keys(command)
                .iter()
                .flatten()
                .any(|it| *it == key)
        };
        let does: Vec<String> = TABLE
            .iter()
            .filter(|row| bound(row.command))
            .map(|row| words.say(row.name))
            .collect();
        let does = match (does.is_empty(), key.is_text()) {
            (false, _) => does.join(" | "),
            (true, true) => words.say(Say::KeysText),
            (true, false) => words.say(Say::KeysNothing),
        };
        let values = [("key", key.to_string().into()), ("does", does.into())];
        Some(words.say_with(Say::KeysArrived, &values))
    }

    /// The bound keys that never arrived, each with what it would do.
    fn missing(&self, words: &Words) -> Vec<String> {
        rows(&self.keymap, words)
            .into_iter()
            .filter(|(keys, ..)| keys.iter().any(|key| !self.arrived.contains(key)))
            .map(|(_, sequence, name)| format!("  {sequence}  {name}"))
            .collect()
    }
}

/// Every binding: its keys, as they are written, and what it does.
fn rows(keymap: &Keymap, words: &Words) -> Vec<(Vec<Key>, String, String)> {
    let of = |command: Command| {
        let name = words.say(command.row().name);
        keymap.keys(command).iter().map(move |keys| {
            let written: Vec<String> = keys.iter().map(ToString::to_string).collect();
            (keys.clone(), written.join(" "), name.clone())
        })
    };
    TABLE.iter().flat_map(|row| of(row.command)).collect()
}

/// Prints the bindings in force.
pub fn list(setup: &Setup) -> Result<(), Fault> {
    let (keymap, complaint) = keymap(setup)?;
    let mut out = std::io::stdout().lock();
    for (_, keys, name) in rows(&keymap, &setup.words) {
        writeln!(out, "{keys:<16} {name}").map_err(Fault::of_output)?;
    }
    if let Some(complaint) = complaint {
        eprintln!("{complaint}");
    }
    Ok(())
}

/// Raw mode, left whatever happens.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing left to tell it on.
        let _ = disable_raw_mode();
    }
}

/// Shows each key as it arrives, and at the end the bindings that never did.
pub fn test(setup: &Setup) -> Result<(), Fault> {
    let words = &setup.words;
    if !std::io::stdin().is_terminal() {
        return Err(Fault::usage(words.say(Say::KeysNoTerminal)));
    }
    let (keymap, complaint) = keymap(setup)?;
    let mut seen = Seen::new(keymap);
    println!("{}", words.say(Say::KeysIntro));
    if let Some(complaint) = complaint {
        println!("{complaint}");
    }
    enable_raw_mode().map_err(Fault::failed)?;
    let raw = Raw;
    loop {
        let line = match read().map_err(Fault::failed)? {
            Event::Key(event) => match Key::from_event(&event) {
                Some(key) => match seen.take(key, words) {
                    Some(line) => line,
                    None => break,
                },
                None => continue,
            },
            Event::Resize(columns, rows) => format!("{columns} × {rows}"),
            _ => continue,
        };
        print!("{}\r\n", crate::domain::text::shown(&line));
        std::io::stdout().flush().map_err(Fault::failed)?;
    }
    drop(raw);
    let missing = seen.missing(words);
    if missing.is_empty() {
        println!("{}", words.say(Say::KeysAll));
    } else {
        println!("{}\n{}", words.say(Say::KeysMissing), missing.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn each_key_says_what_it_does_and_what_never_came_is_listed() {
        let words = Words::new(Lang::ZhCn);
        let mut seen = Seen::new(Keymap::built_in("default").unwrap());
        let f9 = seen.take(Key::f(9), &words).unwrap();
        assert!(f9.starts_with("f9") && f9.contains("收单"), "{f9}");
        let letter = seen.take(Key::char('a'), &words).unwrap();
        assert!(letter.contains("文字"), "{letter}");
        let none = seen.take(Key::f(4), &words).unwrap();
        assert!(none.contains("没有用到"), "{none}");
        let missing = seen.missing(&words).join("\n");
        assert!(
            !missing.contains("f9") && missing.contains("f3  "),
            "{missing}"
        );
        assert!(missing.contains("ctrl-d ctrl-d"), "{missing}");
        seen.take(Key::ctrl('d'), &words);
        assert!(!seen.missing(&words).join("\n").contains("ctrl-d"));
        assert!(seen.take(Key::ctrl('c'), &words).is_some());
        assert!(seen.take(Key::ctrl('c'), &words).is_none());
    }

    #[test]
    fn every_binding_is_listed_with_its_name() {
        let words = Words::new(Lang::En);
        for name in ["default", "laptop", "function-keys"] {
            let keymap = Keymap::built_in(name).unwrap();
            let bindings: usize = TABLE.iter().map(|row| keymap.keys(row.command).len()).sum();
            assert_eq!(rows(&keymap, &words).len(), bindings);
            assert!(bindings > 20, "{name}");
        }
    }
}
