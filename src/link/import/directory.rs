//! The dispatch directory out of its folder: `units.csv`, `districts.csv`, `areas.csv`, `directory.csv`. It is
//! taken as a whole or not at all, with everything that is wrong with it said at once.

use super::problem::{ImportError, Problem, Refused};
use super::table::{Format, Row, Table};
use crate::domain::clock::ClockRuleName;
use crate::domain::directory::{
    Directory, DirectoryFault, District, Element, Item, Rule, Street, Unit, UnitLevel,
};
use crate::domain::id::{CodeError, DistrictCode, ItemCode, UnitCode};
use crate::domain::text::Line;
use crate::domain::ticket::Kind;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::path::Path;

/// The files of a folder, in the order [`directory`] takes them.
pub const DIRECTORY_FILES: [&str; 4] = ["units.csv", "districts.csv", "areas.csv", "directory.csv"];

/// What a folder gives: a directory, or all that is wrong with it.
pub type Checked = Result<Directory, Vec<Refused>>;

/// Reads a folder. Errors: a file is missing or no table of the right columns.
pub fn directory_folder(folder: &Path) -> Result<Checked, ImportError> {
    let mut tables = Vec::with_capacity(DIRECTORY_FILES.len());
    for name in DIRECTORY_FILES {
        tables.push(Table::read(&folder.join(name), None)?);
    }
    build(&tables)
}

/// Makes a directory out of files that are at hand, in the order of [`DIRECTORY_FILES`].
pub fn directory(files: [&[u8]; 4]) -> Result<Checked, ImportError> {
    let mut tables = Vec::with_capacity(files.len());
    for (name, bytes) in DIRECTORY_FILES.into_iter().zip(files) {
        tables.push(Table::parse(name, Format::Csv, bytes, None)?);
    }
    build(&tables)
}

/// A table read row by row; a row that is refused is noted, and reading goes on.
struct Sheet<'a> {
    table: &'a Table,
    refused: Vec<Refused>,
}

impl<'a> Sheet<'a> {
    fn new(table: &'a Table) -> Self {
        Self {
            table,
            refused: table.refused.clone(),
        }
    }

    fn each(&mut self, mut read: impl FnMut(&Cells<'a>) -> Result<(), Wrong>) {
        let table = self.table;
        for row in &table.rows {
            if let Err((column, problem)) = read(&Cells { table, row }) {
                self.refused.push(table.refusal(row.line, column, problem));
            }
        }
    }
}

type Wrong = (&'static str, Problem);

/// The cells of one row by the names of their columns.
struct Cells<'a> {
    table: &'a Table,
    row: &'a Row,
}

impl Cells<'_> {
    fn text(&self, column: &'static str) -> Result<String, Wrong> {
        let at = self.table.column(column);
        at.map_or(Ok(String::new()), |at| self.row.text(at))
            .map_err(|problem| (column, problem))
    }

    fn parts(&self, column: &'static str) -> Result<Vec<String>, Wrong> {
        let at = self.table.column(column);
        at.map_or(Ok(Vec::new()), |at| self.row.parts(at))
            .map_err(|problem| (column, problem))
    }

    fn line(&self, column: &'static str) -> Result<Line, Wrong> {
        Line::parse(self.text(column)?).map_err(|error| (column, error.into()))
    }

    fn required(&self, column: &'static str) -> Result<Line, Wrong> {
        let line = self.line(column)?;
        if line.is_blank() {
            return Err((column, Problem::Blank));
        }
        Ok(line)
    }

    fn lines(&self, column: &'static str) -> Result<Vec<Line>, Wrong> {
        self.parts(column)?
            .into_iter()
            .map(|part| Line::parse(part).map_err(|error| (column, error.into())))
            .collect()
    }

    fn code<T>(
        &self,
        column: &'static str,
        parse: fn(&str) -> Result<T, CodeError>,
    ) -> Result<T, Wrong> {
        parse(&self.text(column)?).map_err(|error| (column, error.into()))
    }

    fn maybe<T>(
        &self,
        column: &'static str,
        parse: fn(&str) -> Result<T, CodeError>,
    ) -> Result<Option<T>, Wrong> {
        if self.text(column)?.is_empty() {
            return Ok(None);
        }
        self.code(column, parse).map(Some)
    }

    /// A word of a closed list, by the name it has on the wire.
    fn word<T: DeserializeOwned>(&self, column: &'static str, words: &str) -> Result<T, Wrong> {
        one_of(&self.text(column)?, words).map_err(|problem| (column, problem))
    }
}

fn one_of<T: DeserializeOwned>(text: &str, words: &str) -> Result<T, Problem> {
    let known = words.split(' ').any(|word| word == text);
    known
        .then(|| serde_json::from_value(text.into()).ok())
        .flatten()
        .ok_or_else(|| Problem::unknown(text, words.replace(' ', ", ")))
}

const LEVELS: &str = "city enterprise district bureau street";
const ELEMENTS: &str = "who when where cause course";
const CLOCKS: &str = "consult ordinary utility danger enterprise";
const KINDS: &str = "consult help complain report suggest praise other";

fn build(tables: &[Table]) -> Result<Checked, ImportError> {
    let [units, districts, areas, rules] = tables else {
        return Ok(Ok(Directory::default()));
    };
    for (table, columns) in [
        (units, &["code", "name", "level"][..]),
        (districts, &["code", "name"]),
        (areas, &["code", "district", "street"]),
        (
            rules,
            &["code", "level1", "level2", "level3", "lead", "clock"],
        ),
    ] {
        for column in columns {
            table.required(column)?;
        }
    }
    let mut made = Directory::default();
    let mut lines = Lines::default();
    let mut refused = read_units(units, &mut made, &mut lines);
    refused.extend(read_districts(districts, &mut made, &mut lines));
    refused.extend(read_areas(areas, &mut made, &mut lines));
    refused.extend(read_rules(rules, &mut made, &mut lines));
    if refused.is_empty() {
        // Only a directory that was read whole can be judged as a whole.
        let faults = made.check();
        refused.extend(faults.into_iter().map(|fault| lines.place(tables, fault)));
    }
    Ok(if refused.is_empty() {
        Ok(made)
    } else {
        Err(refused)
    })
}

/// Where each code stands first, by file and code: a fault of the whole names its line.
#[derive(Default)]
struct Lines {
    first: HashMap<(usize, String), u64>,
}

impl Lines {
    /// Notes where a code stands. Error: it stood before.
    fn note(&mut self, file: usize, code: &str, line: u64) -> Result<(), Wrong> {
        match self.first.insert((file, code.to_owned()), line) {
            None => Ok(()),
            Some(first) => {
                self.first.insert((file, code.to_owned()), first);
                Err(("code", Problem::Duplicate { line: first }))
            }
        }
    }

    fn place(&self, tables: &[Table], fault: DirectoryFault) -> Refused {
        let (file, code) = match &fault {
            DirectoryFault::Double { code, .. } => (3, code.as_str()),
            DirectoryFault::Dangling { place, .. } => {
                let code = place.rsplit(' ').next().unwrap_or_default();
                let file = match place.split(' ').next() {
                    Some("unit") => 0,
                    Some("street") => 2,
                    _ => 3,
                };
                (file, code)
            }
            DirectoryFault::Unresolved { item, .. }
            | DirectoryFault::DoubleRule { item }
            | DirectoryFault::NoRule { item }
            | DirectoryFault::BlankQuestion { item } => (3, item.as_str()),
        };
        let line = self.first.get(&(file, code.to_owned())).copied();
        Refused {
            file: tables
                .get(file)
                .map_or_else(String::new, |table| table.file.clone()),
            line: line.unwrap_or(0),
            column: String::new(),
            problem: Problem::Directory(fault),
        }
    }
}

fn read_units(table: &Table, made: &mut Directory, lines: &mut Lines) -> Vec<Refused> {
    let mut sheet = Sheet::new(table);
    sheet.each(|cells| {
        let name = cells.required("name")?;
        let short = cells.line("short")?;
        let unit = Unit {
            code: cells.code("code", UnitCode::parse)?,
            short: if short.is_blank() {
                name.clone()
            } else {
                short
            },
            name,
            level: cells.word::<UnitLevel>("level", LEVELS)?,
            district: cells.maybe("district", DistrictCode::parse)?,
            parent: cells.maybe("parent", UnitCode::parse)?,
            aliases: cells.lines("aliases")?,
        };
        lines.note(0, unit.code.as_str(), cells.row.line)?;
        made.units.push(unit);
        Ok(())
    });
    sheet.refused
}

fn read_districts(table: &Table, made: &mut Directory, lines: &mut Lines) -> Vec<Refused> {
    let mut sheet = Sheet::new(table);
    sheet.each(|cells| {
        let district = District {
            code: cells.code("code", DistrictCode::parse)?,
            name: cells.required("name")?,
        };
        lines.note(1, district.code.as_str(), cells.row.line)?;
        made.districts.push(district);
        Ok(())
    });
    sheet.refused
}

/// The file of areas names districts as the statistics office does; a code of `districts.csv` is taken as well.
fn read_areas(table: &Table, made: &mut Directory, lines: &mut Lines) -> Vec<Refused> {
    let mut sheet = Sheet::new(table);
    sheet.each(|cells| {
        let named = cells.required("district")?;
        let district = made
            .districts
            .iter()
            .find(|d| d.name == named || d.code.as_str() == named.as_str())
            .ok_or_else(|| {
                let expected = "a name or code of districts.csv";
                ("district", Problem::unknown(named.as_str(), expected))
            })?;
        let code = cells.required("code")?.as_str().to_owned();
        lines.note(2, &code, cells.row.line)?;
        made.streets.push(Street {
            code,
            district: district.code.clone(),
            name: cells.required("street")?,
        });
        Ok(())
    });
    sheet.refused
}

/// A row is a rule; the first row of a code also is the item, and the others must agree with it. Only `clock` may
/// differ: a directory names it a rule, the domain goes by the item's and by the kind of the request.
fn read_rules(table: &Table, made: &mut Directory, lines: &mut Lines) -> Vec<Refused> {
    let mut sheet = Sheet::new(table);
    let mut places: HashMap<ItemCode, usize> = HashMap::new();
    sheet.each(|cells| {
        let mut item = item(cells)?;
        let rule = rule(cells, &item.code)?;
        let first = places.get(&item.code).and_then(|at| made.items.get(*at));
        item.clock = first.map_or(item.clock, |first| first.clock);
        match first {
            Some(first) if *first == item => {}
            Some(first) => {
                let key = (3, first.code.to_string());
                let line = lines.first.get(&key).copied().unwrap_or(0);
                return Err(("code", Problem::Differs { line }));
            }
            None => {
                lines.note(3, item.code.as_str(), cells.row.line)?;
                places.insert(item.code.clone(), made.items.len());
                made.items.push(item);
            }
        }
        made.rules.push(rule);
        Ok(())
    });
    sheet.refused
}

fn item(cells: &Cells<'_>) -> Result<Item, Wrong> {
    let mut required = Vec::new();
    for word in cells.parts("required")? {
        let element: Element = one_of(&word, ELEMENTS).map_err(|problem| ("required", problem))?;
        required.push(element);
    }
    Ok(Item {
        code: cells.code("code", ItemCode::parse)?,
        path: [
            cells.required("level1")?,
            cells.required("level2")?,
            cells.required("level3")?,
        ],
        aliases: cells.lines("aliases")?,
        questions: cells.lines("questions")?,
        required,
        clock: cells.word::<ClockRuleName>("clock", CLOCKS)?,
    })
}

fn rule(cells: &Cells<'_>, item: &ItemCode) -> Result<Rule, Wrong> {
    let kind = match cells.text("kind")?.as_str() {
        "" => None,
        _ => Some(cells.word::<Kind>("kind", KINDS)?),
    };
    Ok(Rule {
        item: item.clone(),
        kind,
        district: cells.maybe("district", DistrictCode::parse)?,
        lead: cells.required("lead")?.as_str().to_owned(),
        co_units: cells.parts("co_units")?,
        basis: cells.lines("basis")?,
    })
}
