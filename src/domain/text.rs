//! Text from outside. Control and direction characters never reach a store or a terminal, and every
//! field has a limit in characters; both are enforced where the text comes in.

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More characters than the field holds.
    #[error("{len} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        len: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control or direction character (C0, C1, bidi overrides, U+2028 …).
    #[error("control character U+{code:04X} at character {at}")]
    Control {
        /// Its code point.
        code: u32,
        /// Its place, counted from 1.
        at: usize,
    },
}

/// True for what must never reach a terminal or a store: C0 and C1 controls except line feed and tab,
/// bidirectional overrides and isolates, line and paragraph separators, the byte-order mark.
pub const fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// The text with every forbidden character replaced by U+FFFD: for showing what is not ours.
pub fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().any(is_forbidden) {
        text.chars()
            .map(|c| if is_forbidden(c) { '\u{fffd}' } else { c })
            .collect::<String>()
            .into()
    } else {
        text.into()
    }
}

/// Checked text of at most `MAX` characters; `LINES` says whether it may hold line feeds and tabs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize, const LINES: bool = false>(String);

/// One line, e.g. a title or a name: at most 200 characters.
pub type Line = Text<200>;
/// A longer text with line feeds: at most 8,000 characters.
pub type Prose = Text<8_000, true>;

impl<const MAX: usize, const LINES: bool> Text<MAX, LINES> {
    /// Takes a text as it came in. `\r\n` becomes `\n`. Errors: too long; a forbidden character.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let mut text: String = text.into();
        if text.contains("\r\n") {
            text = text.replace("\r\n", "\n");
        }
        let mut len = 0;
        for (at, c) in text.chars().enumerate() {
            if is_forbidden(c) || (!LINES && matches!(c, '\n' | '\t')) {
                return Err(TextError::Control {
                    code: c as u32,
                    at: at + 1,
                });
            }
            len = at + 1;
        }
        if len > MAX {
            return Err(TextError::TooLong { len, max: MAX });
        }
        Ok(Self(text))
    }

    /// The text made to fit: forbidden characters are dropped, line feeds become spaces where they may
    /// not stand, and what is over the limit is cut. For words of a caller that must not be lost over
    /// one bad character.
    pub fn lossy(text: &str) -> Self {
        let clean = text
            .chars()
            .map(|c| {
                if !LINES && matches!(c, '\n' | '\t') {
                    ' '
                } else {
                    c
                }
            })
            .filter(|c| !is_forbidden(*c))
            .take(MAX)
            .collect();
        Self(clean)
    }

    /// As a string slice.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when nothing but white space stands in it.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl<const MAX: usize, const LINES: bool> fmt::Display for Text<MAX, LINES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize, const LINES: bool> fmt::Debug for Text<MAX, LINES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de, const MAX: usize, const LINES: bool> Deserialize<'de> for Text<MAX, LINES> {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(de)?).map_err(serde::de::Error::custom)
    }
}

impl<const MAX: usize, const LINES: bool> utoipa::PartialSchema for Text<MAX, LINES> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MAX: usize, const LINES: bool> ToSchema for Text<MAX, LINES> {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Owned(format!("Text{MAX}{}", if LINES { "Lines" } else { "" }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_refused_with_their_place() {
        for (text, code, at) in [
            ("a\u{1b}[2J", 0x1b, 2),
            ("张\u{202e}三", 0x202e, 2),
            ("张\u{61c}三", 0x61c, 2),
            ("x\ny", 0x0a, 2),
        ] {
            assert_eq!(Line::parse(text), Err(TextError::Control { code, at }));
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(Line::parse("济".repeat(200)).is_ok());
        assert_eq!(
            Line::parse("济".repeat(201)),
            Err(TextError::TooLong { len: 201, max: 200 })
        );
    }

    #[test]
    fn lossy_keeps_the_words() {
        assert_eq!(Line::lossy("张\u{1b}\n三").as_str(), "张 三");
        assert_eq!(shown("张\u{7}三"), "张\u{fffd}三");
    }
}
