//! What can be wrong with a file, and with a row of it; in both languages.

use crate::domain::directory::DirectoryFault;
use crate::domain::id::CodeError;
use crate::domain::knowledge::EntryError;
use crate::domain::text::{TextError, shown};
use crate::link::LinkError;
use crate::words::{Link, Words};
use std::path::PathBuf;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The file, as it was named.
    pub file: String,
    /// The line (in a sheet: the row), counted from 1; 0 when it is about the whole file.
    pub line: u64,
    /// The column's name; empty when it is about the whole row.
    pub column: String,
    /// The rule.
    pub problem: Problem,
}

/// The rule that a row breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing stands where something must.
    #[error("nothing stands here, but it is required")]
    Blank,
    /// More characters than the field holds.
    #[error("{len} characters, at most {max} are allowed")]
    TooLong {
        /// Found.
        len: usize,
        /// Allowed.
        max: usize,
    },
    /// A control or direction character.
    #[error("control character U+{code:04X} at character {at}")]
    Control {
        /// Its code point.
        code: u32,
        /// Its place, counted from 1.
        at: usize,
    },
    /// No code.
    #[error("a code has 1 to 64 bytes of letters, digits, '-', '_' and '.'")]
    Code,
    /// No date.
    #[error("no date; one looks like 2026-11-24")]
    Date,
    /// The last day lies before the first.
    #[error("the last day lies before the first: the entry would never hold")]
    NeverValid,
    /// None of the words that the column knows.
    #[error("{found:?} is not known here; expected: {expected}")]
    Unknown {
        /// What stands there, shortened.
        found: String,
        /// What may stand there.
        expected: String,
    },
    /// A basis without law and article.
    #[error("a basis is written law#article")]
    Basis,
    /// More parts than the field holds.
    #[error("{len} parts, at most {max} are allowed")]
    TooMany {
        /// Found.
        len: usize,
        /// Allowed.
        max: usize,
    },
    /// The same code stood before.
    #[error("the same code stands in line {line} already")]
    Duplicate {
        /// Where.
        line: u64,
    },
    /// The same item stood before with other words.
    #[error("the item differs from line {line}, where it stands first")]
    Differs {
        /// Where.
        line: u64,
    },
    /// A line over 1 MiB.
    #[error("the line is longer than {max} bytes")]
    LongLine {
        /// Allowed.
        max: usize,
    },
    /// No JSON object.
    #[error("no JSON object (character {at})")]
    Json {
        /// Where reading stopped.
        at: usize,
    },
    /// Another number of cells than the heading.
    #[error("{found} cells, the heading has {expected}")]
    Cells {
        /// Found.
        found: usize,
        /// Expected.
        expected: usize,
    },
    /// A quotation mark that is never closed.
    #[error("a quotation mark opens here and is never closed")]
    Quote,
    /// A formula's error, or a value within a value.
    #[error("the cell holds no text (a formula's error, or a value within a value)")]
    NoText,
    /// The directory as a whole does not hold together.
    #[error(transparent)]
    Directory(DirectoryFault),
    /// The server refused it.
    #[error("the server refused it: {0}")]
    Server(String),
}

impl Problem {
    pub(super) fn unknown(found: &str, expected: impl Into<String>) -> Self {
        Self::Unknown {
            found: shown(found).chars().take(40).collect(),
            expected: expected.into(),
        }
    }

    /// The rule in the person's language.
    pub fn say(&self, words: &Words) -> String {
        let pair = |message, (a, b): (&str, usize), (c, d): (&str, usize)| {
            words.say_with(message, &[(a, b.into()), (c, d.into())])
        };
        match self {
            Self::Blank => words.say(Link::ImportBlank),
            Self::TooLong { len, max } => pair(Link::ImportTooLong, ("len", *len), ("max", *max)),
            Self::Control { code, at } => words.say_with(
                Link::ImportControl,
                &[
                    ("code", format!("U+{code:04X}").into()),
                    ("at", (*at).into()),
                ],
            ),
            Self::Code => words.say(Link::ImportCode),
            Self::Date => words.say(Link::ImportDate),
            Self::NeverValid => words.say(Link::ImportNeverValid),
            Self::Unknown { found, expected } => words.say_with(
                Link::ImportUnknown,
                &[("found", found.into()), ("expected", expected.into())],
            ),
            Self::Basis => words.say(Link::ImportBasis),
            Self::TooMany { len, max } => pair(Link::ImportTooMany, ("len", *len), ("max", *max)),
            Self::Duplicate { line } => {
                words.say_with(Link::ImportDuplicate, &[("line", (*line).into())])
            }
            Self::Differs { line } => {
                words.say_with(Link::ImportDiffers, &[("line", (*line).into())])
            }
            Self::LongLine { max } => {
                words.say_with(Link::ImportLongLine, &[("max", (*max).into())])
            }
            Self::Json { at } => words.say_with(Link::ImportJson, &[("at", (*at).into())]),
            Self::Cells { found, expected } => pair(
                Link::ImportCells,
                ("found", *found),
                ("expected", *expected),
            ),
            Self::Quote => words.say(Link::ImportQuote),
            Self::NoText => words.say(Link::ImportNoText),
            Self::Directory(fault) => words.say_with(
                Link::ImportDirectory,
                &[("fault", fault.to_string().into())],
            ),
            Self::Server(problem) => {
                words.say_with(Link::ImportServer, &[("problem", problem.into())])
            }
        }
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        match error {
            TextError::TooLong { len, max } => Self::TooLong { len, max },
            TextError::Control { code, at } => Self::Control { code, at },
        }
    }
}

impl From<EntryError> for Problem {
    fn from(error: EntryError) -> Self {
        match error {
            EntryError::Blank { .. } => Self::Blank,
            EntryError::NeverValid => Self::NeverValid,
        }
    }
}

impl From<CodeError> for Problem {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Empty { .. } => Self::Blank,
            CodeError::TooLong { .. } | CodeError::Character { .. } => Self::Code,
        }
    }
}

/// Why a file as a whole could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Longer than this program takes.
    #[error("{file} is longer than {max} bytes: cut it into parts")]
    Large {
        /// Which.
        file: String,
        /// Allowed.
        max: u64,
    },
    /// A line of it is longer than any table's.
    #[error("{file}, line {line}: longer than {max} bytes: this is no table of rows")]
    Line {
        /// Which.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// Allowed.
        max: usize,
    },
    /// Not one of the formats.
    #[error(
        "{file}: its ending is none of .csv, .tsv, .jsonl, .xlsx; save it as one of them (a .xls as .xlsx)"
    )]
    Format {
        /// Which.
        file: String,
    },
    /// No text in a known encoding.
    #[error(
        "{file}, line {line}: neither UTF-8 nor UTF-16 with its mark nor GB 18030; save it as UTF-8"
    )]
    Encoding {
        /// Which.
        file: String,
        /// The first line that is no UTF-8.
        line: u64,
    },
    /// No workbook, or no such sheet.
    #[error("{file}: {problem}")]
    Workbook {
        /// Which.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// Not a single row.
    #[error("{file} has no heading and no rows")]
    Empty {
        /// Which.
        file: String,
    },
    /// A column that a mapping names is not there.
    #[error("{file} has no column {wanted:?}; it has: {have}")]
    Column {
        /// Which file.
        file: String,
        /// What was wanted.
        wanted: String,
        /// The columns there are.
        have: String,
    },
    /// Nothing says where a required field comes from.
    #[error(
        "{file}: no column is known as {field}; say which with --map {field}=COLUMN; it has: {have}"
    )]
    Unmapped {
        /// Which file.
        file: String,
        /// The field.
        field: &'static str,
        /// The columns there are.
        have: String,
    },
    /// A `--map` or `--set` that can't be read.
    #[error("{given:?}: {expected}")]
    Mapping {
        /// As it was written.
        given: String,
        /// How it should look.
        expected: String,
    },
    /// The line failed on the way; what was sent before is there, and repeating doubles nothing.
    #[error("after {sent} entries: {error}; import again to go on, nothing is doubled")]
    Sending {
        /// How many were sent.
        sent: usize,
        /// Why.
        error: LinkError,
    },
}

impl ImportError {
    /// What is wrong, in the person's language.
    pub fn say(&self, words: &Words) -> String {
        let file_and = |message, file: &String, (name, value): (&str, String)| {
            words.say_with(message, &[("file", file.into()), (name, value.into())])
        };
        match self {
            Self::File { path, error } => file_and(
                Link::ImportFile,
                &path.display().to_string(),
                ("error", error.to_string()),
            ),
            Self::Large { file, max } => {
                file_and(Link::ImportLarge, file, ("max", max.to_string()))
            }
            Self::Line { file, line, max } => words.say_with(
                Link::ImportLine,
                &[
                    ("file", file.into()),
                    ("line", (*line).into()),
                    ("max", (*max).into()),
                ],
            ),
            Self::Format { file } => words.say_with(Link::ImportFormat, &[("file", file.into())]),
            Self::Encoding { file, line } => {
                file_and(Link::ImportEncoding, file, ("line", line.to_string()))
            }
            Self::Workbook { file, problem } => {
                file_and(Link::ImportWorkbook, file, ("problem", problem.clone()))
            }
            Self::Empty { file } => words.say_with(Link::ImportEmpty, &[("file", file.into())]),
            Self::Column { file, wanted, have } => words.say_with(
                Link::ImportColumn,
                &[
                    ("file", file.into()),
                    ("wanted", wanted.into()),
                    ("have", have.into()),
                ],
            ),
            Self::Unmapped { file, field, have } => words.say_with(
                Link::ImportUnmapped,
                &[
                    ("file", file.into()),
                    ("field", (*field).into()),
                    ("have", have.into()),
                ],
            ),
            Self::Mapping { given, expected } => words.say_with(
                Link::ImportMapping,
                &[("given", given.into()), ("expected", expected.into())],
            ),
            Self::Sending { sent, error } => words.say_with(
                Link::ImportSending,
                &[
                    ("sent", (*sent).into()),
                    ("error", error.to_string().into()),
                ],
            ),
        }
    }
}
