//! What can be wrong with a scenario's file.

use crate::words::{Practice as Say, Value, Words};

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// The rule it breaks.
    pub rule: Rule,
}

/// The rule that a scenario breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// It is not TOML, or not of the expected shape: what the reader says.
    Shape(String),
    /// An identifier is blank or holds other signs than letters, digits, `-`, `_`.
    Id(String),
    /// A number lies outside its range.
    Range {
        /// The number.
        found: u32,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// Two things have the same name.
    Twice(String),
    /// A name that nothing in this file has.
    NoFact(String),
    /// A general question that is not in the list of intents.
    NoIntent(String),
    /// A placeholder that nothing fills.
    NoPlaceholder(String),
    /// A code that is not in the directory.
    NoItem(String),
    /// A question that the item does not have.
    NoQuestion(String),
    /// A district that is not in the directory.
    NoDistrict(String),
    /// The directory sends it elsewhere.
    OtherLead {
        /// What stands here.
        found: String,
        /// Where the directory sends it.
        directory: String,
        /// In which district.
        district: String,
    },
    /// A unit that is not in the directory.
    NoUnit(String),
    /// The directory has another deadline rule for the item.
    OtherClock {
        /// What stands here.
        found: String,
        /// The directory's.
        directory: String,
    },
    /// No such knowledge entry, or a retired one.
    NoEntry(String),
    /// The ending needs a field that is missing.
    Missing(&'static str),
    /// A fact that nobody can ask for: no intent, no question, no ask, no cue.
    Unaskable(String),
    /// The suggested line does not bring its fact.
    Deaf {
        /// The line.
        line: String,
        /// The fact.
        fact: String,
    },
    /// A key that the text itself does not hold.
    KeyNotInText(String),
    /// A turn needs exactly one condition.
    Conditions,
    /// A text with a control or direction character, or longer than 200 characters.
    Text,
}

impl Fault {
    /// A scenario's code that another one has.
    pub fn twice(file: &str, text: &str, id: &super::At<String>) -> Self {
        let (line, column) = super::read::place(text, id.span().start);
        Self {
            file: file.to_owned(),
            line,
            column,
            rule: Rule::Twice(id.get_ref().clone()),
        }
    }

    /// The mistake in words: file, line, column, rule, what to do.
    pub fn say(&self, words: &Words) -> String {
        let values = [
            ("file", Value::from(&self.file)),
            ("line", self.line.into()),
            ("column", self.column.into()),
            ("rule", self.rule.say(words).into()),
        ];
        words.say_with(Say::FaultAt, &values)
    }
}

impl Rule {
    /// The rule in words, with what to do.
    pub fn say(&self, words: &Words) -> String {
        let one = |message: Say, text: &str| words.say_with(message, &[("found", text.into())]);
        match self {
            Self::Shape(what) => one(Say::RuleShape, what),
            Self::Id(found) => one(Say::RuleId, found),
            Self::Range { found, least, most } => {
                let values = [
                    ("found", Value::from(*found)),
                    ("least", (*least).into()),
                    ("most", (*most).into()),
                ];
                words.say_with(Say::RuleRange, &values)
            }
            Self::Twice(found) => one(Say::RuleTwice, found),
            Self::NoFact(found) => one(Say::RuleNoFact, found),
            Self::NoIntent(found) => one(Say::RuleNoIntent, found),
            Self::NoPlaceholder(found) => one(Say::RuleNoPlaceholder, found),
            Self::NoItem(found) => one(Say::RuleNoItem, found),
            Self::NoQuestion(found) => one(Say::RuleNoQuestion, found),
            Self::NoDistrict(found) => one(Say::RuleNoDistrict, found),
            Self::OtherLead {
                found,
                directory,
                district,
            } => {
                let values = [
                    ("found", Value::from(found)),
                    ("directory", directory.into()),
                    ("district", district.into()),
                ];
                words.say_with(Say::RuleOtherLead, &values)
            }
            Self::NoUnit(found) => one(Say::RuleNoUnit, found),
            Self::OtherClock { found, directory } => {
                let values = [
                    ("found", Value::from(found)),
                    ("directory", directory.into()),
                ];
                words.say_with(Say::RuleOtherClock, &values)
            }
            Self::NoEntry(found) => one(Say::RuleNoEntry, found),
            Self::Missing(field) => one(Say::RuleMissing, field),
            Self::Unaskable(found) => one(Say::RuleUnaskable, found),
            Self::Deaf { line, fact } => {
                let values = [("line", Value::from(line)), ("fact", fact.into())];
                words.say_with(Say::RuleDeaf, &values)
            }
            Self::KeyNotInText(found) => one(Say::RuleKeyNotInText, found),
            Self::Conditions => words.say(Say::RuleConditions),
            Self::Text => words.say(Say::RuleText),
        }
    }
}
