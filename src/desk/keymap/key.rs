//! A key as the terminal sends it and as a keymap file writes it: `f3`, `ctrl-l`, `alt-h`, `shift-tab`, `?`.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::fmt;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the keys'")]
pub enum Code {
    Char(char),
    F(u8),
    Enter,
    Tab,
    Esc,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

/// A key with what was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift; never set for characters, which carry it themselves.
    pub shift: bool,
}

/// Names of keys in files and on the screen.
const NAMES: [(Code, &str); 14] = [
    (Code::Enter, "enter"),
    (Code::Tab, "tab"),
    (Code::Esc, "esc"),
    (Code::Backspace, "backspace"),
    (Code::Delete, "delete"),
    (Code::Insert, "insert"),
    (Code::Left, "left"),
    (Code::Right, "right"),
    (Code::Up, "up"),
    (Code::Down, "down"),
    (Code::Home, "home"),
    (Code::End, "end"),
    (Code::PageUp, "pageup"),
    (Code::PageDown, "pagedown"),
];

impl Key {
    /// A key alone.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            shift: false,
        }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::new(Code::Char(c))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self {
            ctrl: true,
            ..Self::char(c)
        }
    }

    /// A function key.
    pub const fn f(n: u8) -> Self {
        Self::new(Code::F(n))
    }

    /// What crossterm read; `None` for releases and keys the desk has no name for.
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(c) => {
                shift = false;
                Code::Char(if ctrl { c.to_ascii_lowercase() } else { c })
            }
            KeyCode::F(n) => Code::F(n),
            KeyCode::Enter => Code::Enter,
            KeyCode::Tab => Code::Tab,
            KeyCode::BackTab => {
                shift = true;
                Code::Tab
            }
            KeyCode::Esc => Code::Esc,
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PageUp,
            KeyCode::PageDown => Code::PageDown,
            _ => return None,
        };
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        Some(Self {
            code,
            ctrl,
            alt,
            shift,
        })
    }

    /// Reads a key as a file writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Self::new(Code::Esc);
        let mut rest = text;
        loop {
            match rest.split_once('-') {
                Some(("ctrl", tail)) if !tail.is_empty() => (key.ctrl, rest) = (true, tail),
                Some(("alt", tail)) if !tail.is_empty() => (key.alt, rest) = (true, tail),
                Some(("shift", tail)) if !tail.is_empty() => (key.shift, rest) = (true, tail),
                _ => break,
            }
        }
        if let Some((code, _)) = NAMES.iter().find(|(_, name)| *name == rest) {
            key.code = *code;
            return Some(key);
        }
        let function = rest.strip_prefix('f').and_then(|n| n.parse::<u8>().ok());
        let mut chars = rest.chars();
        key.code = match (function, chars.next(), chars.next()) {
            (Some(n @ 1..=12), ..) => Code::F(n),
            (_, Some(c), None) if !c.is_control() && !c.is_uppercase() => Code::Char(c),
            _ => return None,
        };
        let shifted = key.shift && matches!(key.code, Code::Char(_));
        (!shifted).then_some(key)
    }

    /// The same key with a full-width letter, digit or mark taken for its half-width twin.
    #[must_use]
    pub fn halved(self) -> Self {
        let Code::Char(c) = self.code else {
            return self;
        };
        let half = match c {
            '！'..='～' => u32::from(c)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(c),
            '　' => ' ',
            other => other,
        };
        Self {
            code: Code::Char(half),
            ..self
        }
    }

    /// True for a Han character: an input method is on where a command was meant.
    pub const fn is_han(self) -> bool {
        matches!(
            self.code,
            Code::Char(
                '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}',
            )
        )
    }

    /// True for a character that a text field would take.
    pub const fn is_text(self) -> bool {
        matches!(self.code, Code::Char(_)) && !self.ctrl && !self.alt
    }

    /// The short form for hint bars: `F3`, `^L`, `Alt-H`.
    pub fn short(self) -> String {
        let name = match self.code {
            Code::Char(c) => c.to_uppercase().collect(),
            Code::F(n) => format!("F{n}"),
            other => NAMES.iter().find(|(code, _)| *code == other).map_or_else(
                String::new,
                |(_, name)| {
                    let mut chars = name.chars();
                    chars
                        .next()
                        .into_iter()
                        .flat_map(char::to_uppercase)
                        .chain(chars)
                        .collect()
                },
            ),
        };
        let ctrl = if self.ctrl { "^" } else { "" };
        let alt = if self.alt { "Alt-" } else { "" };
        let shift = if self.shift { "Shift-" } else { "" };
        format!("{alt}{shift}{ctrl}{name}")
    }
}

impl fmt::Display for Key {
    /// As a keymap file writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [
            (self.ctrl, "ctrl-"),
            (self.alt, "alt-"),
            (self.shift, "shift-"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            other => f.write_str(
                NAMES
                    .iter()
                    .find(|(code, _)| *code == other)
                    .map_or("", |(_, name)| *name),
            ),
        }
    }
}
