//! A file as a table: columns by name, rows by line, cells that are texts or lists of texts.

use super::encoding::{Encoding, decode};
use super::problem::{ImportError, Problem, Refused};
use super::{rows, sheet};
use std::io::Read;
use std::path::Path;

/// No file is longer.
const LONGEST_FILE: u64 = 256 << 20;
/// A text whose line is longer is no table: it is given up there. (A row over 1 MiB is refused by itself.)
const LONGEST_READ: usize = 16 << 20;
/// So much is read at a time.
const PIECE: usize = 1 << 16;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated (RFC 4180), with a heading.
    Csv,
    /// Separated by tabs, with a heading.
    Tsv,
    /// A JSON object a line.
    Jsonl,
    /// An Excel workbook, with a heading in the first row of the sheet that is not empty.
    Xlsx,
}

impl Format {
    /// By the ending of a name.
    pub fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text; empty for nothing.
    Text(String),
    /// A list, as JSON has them.
    List(Vec<String>),
    /// Nothing that is a text.
    Odd,
}

/// A row with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// A file that was read, before anything is made of it.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) file: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) refused: Vec<Refused>,
    pub(super) encoding: Option<Encoding>,
}

impl Table {
    /// Reads a file; the format is what its name ends in. `sheet`: of a workbook, else the first one.
    pub fn read(path: &Path, sheet: Option<&str>) -> Result<Self, ImportError> {
        let file = path.display().to_string();
        let format = Format::of(&file).ok_or_else(|| ImportError::Format { file: file.clone() })?;
        let failed = |error| ImportError::File {
            path: path.to_owned(),
            error,
        };
        let opened = std::fs::File::open(path).map_err(failed)?;
        let large = || ImportError::Large {
            file: file.clone(),
            max: LONGEST_FILE,
        };
        if opened.metadata().map_err(failed)?.len() > LONGEST_FILE {
            return Err(large());
        }
        match bounded(opened, format != Format::Xlsx) {
            Ok(bytes) => Self::parse(&file, format, &bytes, sheet),
            Err(Unread::Long) => Err(large()),
            Err(Unread::Line(line)) => Err(ImportError::Line {
                file,
                line,
                max: LONGEST_READ,
            }),
            Err(Unread::Refused(error)) => Err(failed(error)),
        }
    }

    /// Reads bytes that are at hand; `file` is what messages call them.
    pub fn parse(
        file: &str,
        format: Format,
        bytes: &[u8],
        sheet: Option<&str>,
    ) -> Result<Self, ImportError> {
        let text = |bytes| {
            decode(bytes).map_err(|line| ImportError::Encoding {
                file: file.to_owned(),
                line,
            })
        };
        let table = match format {
            Format::Xlsx => sheet::read(file, bytes, sheet)?,
            Format::Csv | Format::Tsv => {
                let (text, encoding) = text(bytes)?;
                let delimiter = if format == Format::Csv { b',' } else { b'\t' };
                rows::csv(file, &text, delimiter, encoding)
            }
            Format::Jsonl => {
                let (text, encoding) = text(bytes)?;
                rows::jsonl(file, &text, encoding)
            }
        };
        if table.columns.is_empty() && table.refused.is_empty() {
            return Err(ImportError::Empty {
                file: file.to_owned(),
            });
        }
        Ok(table)
    }

    pub(super) fn new(file: &str, encoding: Option<Encoding>) -> Self {
        Self {
            file: file.to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
            refused: Vec::new(),
            encoding,
        }
    }

    /// The encoding it was read as; none for a workbook.
    pub const fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// The names of its columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The place of a column that must be there.
    pub(super) fn required(&self, name: &str) -> Result<usize, ImportError> {
        self.column(name).ok_or_else(|| ImportError::Column {
            file: self.file.clone(),
            wanted: name.to_owned(),
            have: self.columns.join(", "),
        })
    }

    pub(super) fn refuse(&mut self, line: u64, column: &str, problem: Problem) {
        let refused = self.refusal(line, column, problem);
        self.refused.push(refused);
    }

    pub(super) fn refusal(&self, line: u64, column: &str, problem: Problem) -> Refused {
        Refused {
            file: self.file.clone(),
            line,
            column: column.to_owned(),
            problem,
        }
    }
}

impl Row {
    /// The text of a cell; lists joined.
    pub(super) fn text(&self, column: usize) -> Result<String, Problem> {
        match self.cells.get(column) {
            None => Ok(String::new()),
            Some(Cell::Text(text)) => Ok(text.trim().to_owned()),
            Some(Cell::List(parts)) => Ok(parts.join("；")),
            Some(Cell::Odd) => Err(Problem::NoText),
        }
    }

    /// The parts of a cell: a list as it is, also one that a text holds as JSON writes it; any other text split at `|`
    /// and line feeds.
    pub(super) fn parts(&self, column: usize) -> Result<Vec<String>, Problem> {
        let parts: Vec<&str> = match self.cells.get(column) {
            None => Vec::new(),
            Some(Cell::Text(text)) if text.starts_with("[\"") => {
                if let Ok(parts) = serde_json::from_str::<Vec<String>>(text) {
                    return Ok(parts);
                }
                text.split(['|', '\n']).collect()
            }
            Some(Cell::Text(text)) => text.split(['|', '\n']).collect(),
            Some(Cell::List(parts)) => parts.iter().map(String::as_str).collect(),
            Some(Cell::Odd) => return Err(Problem::NoText),
        };
        Ok(parts
            .into_iter()
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect())
    }
}

/// Why a file was not read to its end.
#[derive(Debug)]
pub(super) enum Unread {
    /// It goes on after the longest file.
    Long,
    /// This line goes on after the longest line.
    Line(u64),
    /// The system.
    Refused(std::io::Error),
}

/// All bytes of a file; what it says of its own length is not believed. It is given up as soon as it is too long, or a
/// line of a text is, and is never held beyond that.
pub(super) fn bounded(mut from: impl Read, by_line: bool) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    let (mut line, mut begun) = (1, 0);
    loop {
        let len = match from.read(&mut piece) {
            Ok(0) => return Ok(bytes),
            Ok(len) => len,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Unread::Refused(error)),
        };
        let read = piece.get(..len).unwrap_or_default();
        for (at, _) in read.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            (line, begun) = (line + 1, bytes.len() + at + 1);
        }
        bytes.extend_from_slice(read);
        if bytes.len() as u64 > LONGEST_FILE {
            return Err(Unread::Long);
        }
        if by_line && bytes.len() - begun > LONGEST_READ {
            return Err(Unread::Line(line));
        }
    }
}
