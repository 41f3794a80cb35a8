//! Rows out of text: CSV and JSON Lines.

use super::encoding::Encoding;
use super::problem::Problem;
use super::table::{Cell, Row, Table};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A line is no longer, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// No table is wider.
pub(super) const COLUMNS: usize = 512;

/// CSV by RFC 4180. Every record must have as many cells as the heading.
pub(super) fn csv(file: &str, text: &str, delimiter: u8, encoding: Encoding) -> Table {
    let mut table = Table::new(file, Some(encoding));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(text);
    // A quotation mark that is never closed swallows the rest of the file into its record.
    let open_quote = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let mut record = csv::StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = lines.at(usize::try_from(start).unwrap_or(usize::MAX));
        if table.columns.is_empty() {
            table.columns = record.iter().map(|name| name.trim().to_owned()).collect();
            continue;
        }
        let (found, expected) = (record.len(), table.columns.len());
        let ended = reader.position().byte() >= text.len() as u64;
        if open_quote && ended {
            table.refuse(line, "", Problem::Quote);
        } else if record.as_slice().len() > LONGEST_LINE {
            table.refuse(line, "", Problem::LongLine { max: LONGEST_LINE });
        } else if found != expected {
            table.refuse(line, "", Problem::Cells { found, expected });
        } else {
            let cells = record.iter().map(|c| Cell::Text(c.to_owned())).collect();
            table.rows.push(Row { line, cells });
        }
    }
    table
}

/// Line numbers of places in a text, asked for in ascending order.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of a record that begins at a byte, or after blank lines that follow it.
    fn at(&mut self, byte: usize) -> u64 {
        while let Some(found) = self.text.get(self.at) {
            let blank = matches!(found, b'\n' | b'\r');
            if self.at >= byte && !blank {
                break;
            }
            self.line += u64::from(*found == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// A JSON object a line; blank lines are passed over. The columns are all names that occur.
pub(super) fn jsonl(file: &str, text: &str, encoding: Encoding) -> Table {
    let mut table = Table::new(file, Some(encoding));
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, text) in text.lines().enumerate() {
        let line = at as u64 + 1;
        if text.len() > LONGEST_LINE {
            table.refuse(line, "", Problem::LongLine { max: LONGEST_LINE });
            continue;
        }
        if text.trim().is_empty() {
            continue;
        }
        let object = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(object) => object,
            Err(error) => {
                let at = error.column();
                table.refuse(line, "", Problem::Json { at });
                continue;
            }
        };
        // Names that no other row has make every row longer: a file of them would fill the memory.
        let new = object.keys().filter(|name| !places.contains_key(*name));
        let len = places.len() + new.count();
        if len > COLUMNS {
            table.refuse(line, "", Problem::TooMany { len, max: COLUMNS });
            continue;
        }
        let mut cells = vec![Cell::Text(String::new()); table.columns.len()];
        for (name, value) in object {
            let next = places.len();
            let place = *places.entry(name.clone()).or_insert(next);
            if place == next {
                table.columns.push(name);
                cells.push(Cell::Text(String::new()));
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = of_json(value);
            }
        }
        table.rows.push(Row { line, cells });
    }
    table
}

fn of_json(value: Value) -> Cell {
    match value {
        Value::Array(parts) => parts
            .into_iter()
            .map(part_of_json)
            .collect::<Option<_>>()
            .map_or(Cell::Odd, Cell::List),
        Value::Object(_) => Cell::Odd,
        other => part_of_json(other).map_or(Cell::Odd, Cell::Text),
    }
}

/// A part of a list as text; an article of a law in the notation of the other formats.
fn part_of_json(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text),
        Value::Object(basis) => {
            let law = basis.get("law")?.as_str()?;
            let article = basis.get("article")?.as_str()?;
            Some(format!("{law}#{article}"))
        }
        Value::Array(_) => None,
    }
}
