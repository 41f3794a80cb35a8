//! The quality sheet (质检表), a TOML file.

use super::{Check, Fatal};
use serde::Deserialize;

/// A sheet.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Its name in Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// The pass mark out of 100.
    pub pass: u32,
    /// Its parts.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
    /// What fails a call by itself.
    pub fatal: FatalList,
}

/// What fails a call by itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FatalList {
    /// Which.
    pub checks: Vec<Fatal>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Points at most.
    pub max: u32,
    /// Below this share, in percent, the call is not passed whatever the total.
    #[serde(default)]
    pub least: u32,
    /// What it is made of.
    #[serde(rename = "point")]
    pub points: Vec<Point>,
}

/// A point of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// How it is decided.
    pub check: Check,
    /// Its weight among the part's points.
    pub weight: u32,
}

/// Why a sheet is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column {column}: {problem}")]
pub struct SheetError {
    /// The file, as it was named.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
}

impl Sheet {
    /// The sheet that ships. The text is built in; a fault in it fails a test.
    pub fn built_in() -> Result<Self, SheetError> {
        Self::read(
            "quality-sheet.toml",
            include_str!("../../../assets/practice/quality-sheet.toml"),
        )
    }

    /// Reads a sheet. Errors: it is not of the expected shape; its parts do not add up to 100; a part has no point.
    pub fn read(file: &str, text: &str) -> Result<Self, SheetError> {
        let refuse = |byte: usize, problem: String| {
            let before = text.get(..byte).unwrap_or(text);
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            SheetError {
                file: file.to_owned(),
                line: before.matches('\n').count() + 1,
                column,
                problem,
            }
        };
        let sheet: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            refuse(start, error.message().to_owned())
        })?;
        let sum: u32 = sheet.parts.iter().map(|part| part.max).sum();
        if sum != 100 {
            return Err(refuse(
                0,
                format!("the parts' max add up to {sum}, not to 100"),
            ));
        }
        let empty = sheet
            .parts
            .iter()
            .find(|part| part.points.iter().map(|point| point.weight).sum::<u32>() == 0);
        if let Some(part) = empty {
            return Err(refuse(
                0,
                format!("part {} has no point with a weight", part.id),
            ));
        }
        Ok(sheet)
    }
}
