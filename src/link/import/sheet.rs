//! Rows out of an Excel workbook. Cells are read one by one, so a far-away cell costs nothing.

use super::problem::ImportError;
use super::table::{Cell, Row, Table};
use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// No sheet is wider.
const COLUMNS: u32 = 512;

pub(super) fn read(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Table, ImportError> {
    let wrong = |problem: String| ImportError::Workbook {
        file: file.to_owned(),
        problem,
    };
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| wrong(error.to_string()))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) if names.iter().any(|name| name == wanted) => wanted.to_owned(),
        Some(wanted) => {
            let have = names.join(", ");
            return Err(wrong(format!(
                "there is no sheet {wanted:?}; it has: {have}"
            )));
        }
        None => names
            .into_iter()
            .next()
            .ok_or_else(|| wrong("the workbook has no sheet".into()))?,
    };
    let mut cells = book
        .worksheet_cells_reader(&name)
        .map_err(|error| wrong(error.to_string()))?;
    let mut found: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    while let Some(cell) = cells
        .next_cell()
        .map_err(|error| wrong(error.to_string()))?
    {
        let (row, column) = cell.get_position();
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        if column >= COLUMNS {
            let place = format!("row {}: more than {COLUMNS} columns", row + 1);
            return Err(wrong(place));
        }
        found
            .entry(row)
            .or_default()
            .insert(column, of_data(cell.get_value()));
    }
    Ok(table(file, found))
}

fn table(file: &str, found: BTreeMap<u32, BTreeMap<u32, Cell>>) -> Table {
    let mut table = Table::new(file, None);
    let mut rows = found.into_iter();
    if let Some((_, heading)) = rows.next() {
        table.columns = in_order(heading)
            .into_iter()
            .map(|cell| match cell {
                Cell::Text(name) => name.trim().to_owned(),
                Cell::List(_) | Cell::Odd => String::new(),
            })
            .collect();
    }
    for (row, cells) in rows {
        let blank = |cell: &Cell| matches!(cell, Cell::Text(text) if text.trim().is_empty());
        if !cells.values().all(blank) {
            table.rows.push(Row {
                line: u64::from(row) + 1,
                cells: in_order(cells),
            });
        }
    }
    table
}

fn in_order(cells: BTreeMap<u32, Cell>) -> Vec<Cell> {
    let mut row = Vec::new();
    for (column, cell) in cells {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        row.resize(column.max(row.len()), Cell::Text(String::new()));
        row.push(cell);
    }
    row
}

fn of_data(data: &DataRef<'_>) -> Cell {
    Cell::Text(match data {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // Excel keeps every number as a float: 2549 must not become 2549.0. Display does that.
        DataRef::Float(number) => number.to_string(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => day(moment),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::Error(_) => return Cell::Odd,
    })
}

fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}
