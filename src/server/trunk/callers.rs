//! The simulated callers' script: who calls, what they say, how patient they are. A TOML text; a mistake names
//! file, line and what was expected.

use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::text::Line;
use serde::Deserialize;
use std::path::Path;

/// All callers, in the order they call.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callers {
    /// The callers; at least one.
    #[serde(rename = "caller")]
    pub callers: Vec<Caller>,
}

/// A caller. Invented, always.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// Name, given when asked.
    pub name: Line,
    /// The number the line shows.
    pub number: Telephone,
    /// Which lane they ask for.
    #[serde(default)]
    pub kind: CallerKind,
    /// The phrase they spoke to reach a human.
    #[serde(default)]
    pub phrase: Line,
    /// The district they call from, in words or as a code.
    #[serde(default)]
    pub district: Line,
    /// Seconds they wait for an answer.
    pub patience: u32,
    /// Seconds they stay on hold.
    pub hold_patience: u32,
    /// The item it is about; empty when it is none.
    #[serde(default)]
    pub item: String,
    /// The knowledge entry that answers it; empty when it is to be dispatched. For those who check the script.
    #[serde(default)]
    pub knowledge: String,
    /// Their first words; empty for a silent call.
    pub opening: Line,
    /// What they say then, one by one.
    #[serde(default, rename = "line")]
    pub lines: Vec<Spoken>,
    /// Their last words; without them they wait for the seat to hang up.
    #[serde(default)]
    pub closing: Line,
    /// Seconds from their last line to their last words.
    #[serde(default = "lingers")]
    pub lingers: u32,
}

/// A line of a caller.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// Seconds since what they said before; hold does not count.
    pub after: u32,
    /// The words.
    pub text: Line,
}

/// A minute and a half: enough to write the answer down.
const fn lingers() -> u32 {
    90
}

/// Why a script is refused.
#[derive(Debug, thiserror::Error)]
pub enum CallersError {
    /// The file can't be read.
    #[error("{file}: it cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
    /// The text is not what is expected.
    #[error("{file}, line {line}: {problem}")]
    Text {
        /// Which file.
        file: String,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong, with the key.
        problem: String,
    },
    /// Nobody calls.
    #[error("{file}: no [[caller]] is in it; at least one is needed")]
    Empty {
        /// Which file.
        file: String,
    },
}

impl Callers {
    /// Reads a script from a file.
    pub fn load(path: &Path) -> Result<Self, CallersError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(cause) => Err(CallersError::Unreadable { file, cause }),
        }
    }

    /// Reads a script from a text; `file` names it in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, CallersError> {
        let callers: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let (line, words) = line_at(text, start);
            let key = words.split('=').next().unwrap_or("").trim();
            CallersError::Text {
                file: file.to_owned(),
                line,
                problem: format!("{key}: {}", error.message()),
            }
        })?;
        if callers.callers.is_empty() {
            let file = file.to_owned();
            return Err(CallersError::Empty { file });
        }
        Ok(callers)
    }
}

/// The number and the text of the line that a byte stands in.
fn line_at(text: &str, byte: usize) -> (usize, &str) {
    let mut begin = 0;
    for (number, line) in text.split('\n').enumerate() {
        let end = begin + line.len();
        if byte <= end {
            return (number + 1, line);
        }
        begin = end + 1;
    }
    (text.lines().count().max(1), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[caller]]\nname = \"测试甲\"\nnumber = \"13900000001\"\nkind = \"citizen\"\n\
        patience = 60\nhold_patience = 30\nopening = \"你好\"\n[[caller.line]]\nafter = 2\ntext = \"没水\"\n";

    #[test]
    fn a_good_script_is_read() {
        let callers = Callers::parse("callers.toml", GOOD).unwrap();
        let first = &callers.callers[0];
        assert_eq!(
            (first.patience, first.lines.len(), first.lingers),
            (60, 1, 90)
        );
    }

    #[test]
    fn the_shipped_script_is_read() {
        let text = include_str!("../../../assets/demo/callers.toml");
        let callers = Callers::parse("assets/demo/callers.toml", text).unwrap();
        assert!(callers.callers.len() >= 30);
    }

    #[test]
    fn mistakes_name_file_line_and_key() {
        for (from, to, line, key) in [
            ("patience = 60", "patience = \"long\"", 5, "patience"),
            ("number = \"13900000001\"", "number = \"abc\"", 3, "number"),
            ("kind = \"citizen\"", "kind = \"robot\"", 4, "kind"),
            ("after = 2", "afterwards = 2", 9, "afterwards"),
        ] {
            let error = Callers::parse("callers.toml", &GOOD.replacen(from, to, 1))
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            let start = format!("callers.toml, line {line}: {key}");
            assert!(error.starts_with(&start), "{error} for {to}");
        }
        assert!(matches!(
            Callers::parse("callers.toml", "caller = []"),
            Err(CallersError::Empty { .. })
        ));
    }
}
