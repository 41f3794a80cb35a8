//! The palette's matching: a command is found by its Chinese name, by the initials of its pinyin, by its
//! English name, or by a short form; what follows a blank is its argument.

use super::command::{ALIASES, Argument, Command, Place, TABLE};
use crate::words::{Lang, Words};
use jiff::{SignedDuration, Timestamp};
use pinyin::ToPinyin;

/// A command as the palette finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Names {
    command: Command,
    chinese: String,
    initials: String,
    english: String,
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// What was typed after it.
    pub argument: String,
}

/// Finds commands by what is typed.
#[derive(Debug, Clone)]
pub struct Finder {
    names: Vec<Names>,
}

impl Default for Finder {
    fn default() -> Self {
        let (zh, en) = (Words::new(Lang::ZhCn), Words::new(Lang::En));
        let names = TABLE
            .iter()
            .map(|row| {
                let chinese = zh.say(row.name);
                let initials = initials(&chinese);
                let english = en.say(row.name).to_lowercase();
                Names {
                    command: row.command,
                    chinese,
                    initials,
                    english,
                }
            })
            .collect();
        Self { names }
    }
}

impl Finder {
    /// The commands at a place that fit what was typed, best first; all of them for nothing.
    pub fn find(&self, place: Place, typed: &str) -> Vec<Entry> {
        let typed: String = typed.trim_start().chars().map(half).collect();
        let (head, argument) = match typed.split_once(' ') {
            Some((head, argument)) => (head, argument.trim().to_owned()),
            None => (typed.as_str(), String::new()),
        };
        let head = head.to_lowercase();
        let mut found: Vec<(u8, &Names)> = self
            .names
            .iter()
            .filter(|names| names.command.applies(place))
            .filter_map(|names| rank(names, &head, &typed).map(|rank| (rank, names)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found
            .into_iter()
            .filter(|(_, it)| {
                argument.is_empty()
                    || it.command.row().argument != Argument::None
                    || it.english.contains(&typed.to_lowercase())
            })
            .map(|(_, it)| Entry {
                command: it.command,
                argument: argument.clone(),
            })
            .collect()
    }
}

/// The first letters of the pinyin of a text, Latin letters and digits as they are: `李受理` is `lsl`.
pub fn initials(text: &str) -> String {
    let one = |c: char| match c.to_pinyin() {
        Some(it) => Some(it.first_letter().to_owned()),
        None if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase().to_string()),
        None => None,
    };
    text.chars().filter_map(one).collect()
}

/// How well it fits: an alias, a beginning, a part; `None` not at all.
fn rank(names: &Names, head: &str, typed: &str) -> Option<u8> {
    if head.is_empty() {
        return Some(3);
    }
    if ALIASES.contains(&(head, names.command)) || names.command.row().id == head {
        return Some(0);
    }
    if names.chinese.starts_with(head) || names.initials.starts_with(head) {
        return Some(1);
    }
    if names.english.starts_with(head) {
        return Some(2);
    }
    let typed = typed.to_lowercase();
    (names.chinese.contains(head)
        || names.initials.contains(head)
        || names.english.contains(&typed))
    .then_some(3)
}

const fn half(c: char) -> char {
    match c {
        '！'..='～' => match char::from_u32(c as u32 - 0xfee0) {
            Some(half) => half,
            None => c,
        },
        '　' => ' ',
        other => other,
    }
}

/// The moment that `30m`, `2h`, `1d`, `90` (minutes) or `14:30` (today, or tomorrow when it is past) names.
pub fn minutes(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text: String = text.trim().chars().map(half).collect();
    if let Some((hour, minute)) = text.split_once(':') {
        let today = now.in_tz(crate::domain::clock::ZONE).ok()?;
        let at = today
            .with()
            .time(jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?)
            .build()
            .ok()?;
        let at = if at.timestamp() > now {
            at
        } else {
            at.tomorrow().ok()?
        };
        return Some(at.timestamp());
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let amount: i64 = digits.parse().ok().filter(|n| (1..=10_000).contains(n))?;
    let minutes = match text.get(digits.len()..)?.trim() {
        "" | "m" | "min" | "分" | "分钟" => amount,
        "h" | "小时" => amount.checked_mul(60)?,
        "d" | "天" => amount.checked_mul(24 * 60)?,
        _ => return None,
    };
    now.checked_add(SignedDuration::from_mins(minutes)).ok()
}
