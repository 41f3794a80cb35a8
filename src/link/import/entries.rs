//! Rows into knowledge entries, each checked as the server will check it.

use super::encoding::Encoding;
use super::mapping::{Field, Mapping, Plan};
use super::problem::{ImportError, Problem, Refused};
use super::table::{Row, Table};
use crate::crypto::{hex, sha256};
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Audience, Basis, Entry};
use crate::domain::text::{Line, Text};
use jiff::civil::Date;
use std::collections::HashMap;

/// A field that is a list has no more parts.
const PARTS: usize = 100;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// How messages call the file.
    pub file: String,
    /// What can be brought in, with its lines.
    pub taken: Vec<(u64, T)>,
    /// What was refused, in the order of the lines.
    pub refused: Vec<Refused>,
    /// The encoding the file was read as; none for a workbook.
    pub encoding: Option<Encoding>,
}

/// The entries of a table. A row without a code column gets a code out of its question, the same each time.
/// Errors: a column that is named or needed is not there.
pub fn entries(table: Table, mapping: &Mapping) -> Result<Parsed<Entry>, ImportError> {
    let plan = Plan::of(&table, mapping)?;
    let mut seen: HashMap<EntryCode, u64> = HashMap::new();
    let mut taken = Vec::new();
    let mut refused = table.refused.clone();
    for row in &table.rows {
        let reader = Reader {
            table: &table,
            plan: &plan,
            mapping,
            row,
        };
        let read = reader
            .entry()
            .and_then(|entry| match seen.get(&entry.code) {
                Some(line) => Err((Field::Code, Problem::Duplicate { line: *line })),
                None => Ok(entry),
            });
        match read {
            Ok(entry) => {
                seen.insert(entry.code.clone(), row.line);
                taken.push((row.line, entry));
            }
            Err((field, problem)) => {
                refused.push(table.refusal(row.line, reader.column(field), problem));
            }
        }
    }
    refused.sort_by_key(|refused| refused.line);
    Ok(Parsed {
        encoding: table.encoding,
        file: table.file,
        taken,
        refused,
    })
}

struct Reader<'a> {
    table: &'a Table,
    plan: &'a Plan,
    mapping: &'a Mapping,
    row: &'a Row,
}

type Read<T> = Result<T, (Field, Problem)>;

impl Reader<'_> {
    /// The column to name when a field is refused.
    fn column(&self, field: Field) -> &str {
        self.plan
            .sources(field)
            .first()
            .and_then(|(_, at)| self.table.columns.get(*at))
            .map_or(field.name(), String::as_str)
    }

    /// The text of a field: what is set for every row, or its columns, each after its label.
    fn text(&self, field: Field, between: &str) -> Read<String> {
        if let Some(text) = self.mapping.set(field) {
            return Ok(text.to_owned());
        }
        let mut parts = Vec::new();
        for (label, at) in self.plan.sources(field) {
            let text = self.row.text(*at).map_err(|problem| (field, problem))?;
            if text.is_empty() {
                continue;
            }
            parts.push(if label.is_empty() {
                text
            } else {
                format!("{label}：{text}")
            });
        }
        Ok(parts.join(between))
    }

    fn line(&self, field: Field) -> Read<Line> {
        Line::parse(self.text(field, " ")?).map_err(|error| (field, error.into()))
    }

    fn required<const MAX: usize, const LINES: bool>(
        &self,
        field: Field,
        between: &str,
    ) -> Read<Text<MAX, LINES>> {
        let text =
            Text::parse(self.text(field, between)?).map_err(|error| (field, error.into()))?;
        if text.is_blank() {
            return Err((field, Problem::Blank));
        }
        Ok(text)
    }

    fn parts(&self, field: Field) -> Read<Vec<String>> {
        let mut parts = Vec::new();
        if let Some(text) = self.mapping.set(field) {
            parts.extend(text.split('|').map(|part| part.trim().to_owned()));
        }
        for (_, at) in self.plan.sources(field) {
            parts.extend(self.row.parts(*at).map_err(|problem| (field, problem))?);
        }
        parts.retain(|part| !part.is_empty());
        if parts.len() > PARTS {
            let (len, max) = (parts.len(), PARTS);
            return Err((field, Problem::TooMany { len, max }));
        }
        Ok(parts)
    }

    fn list<const MAX: usize, const LINES: bool>(
        &self,
        field: Field,
    ) -> Read<Vec<Text<MAX, LINES>>> {
        self.parts(field)?
            .into_iter()
            .map(|part| Text::parse(part).map_err(|error| (field, error.into())))
            .collect()
    }

    fn code(&self, question: &Line) -> Read<EntryCode> {
        let raw = if self.plan.sources(Field::Code).is_empty() {
            let digest = hex(&sha256(question.as_str().trim().as_bytes()));
            format!("Q{}", digest.get(..16).unwrap_or(&digest))
        } else {
            self.text(Field::Code, "-")?
        };
        // A GUID as some programs write it.
        let raw = raw.trim_start_matches('{').trim_end_matches('}');
        if raw.is_empty() {
            return Err((Field::Code, Problem::Blank));
        }
        EntryCode::parse(&format!("{}{raw}", self.mapping.prefix))
            .map_err(|error| (Field::Code, error.into()))
    }

    fn date(&self, field: Field) -> Read<Option<Date>> {
        let text = self.text(field, " ")?;
        if text.is_empty() {
            return Ok(None);
        }
        match date(&text) {
            Some(date) => Ok(Some(date)),
            None => Err((field, Problem::Date)),
        }
    }

    fn audience(&self) -> Read<Audience> {
        let words = self.parts(Field::Audience)?;
        let mut of = None;
        for word in words
            .iter()
            .flat_map(|word| word.split(['、', '；', ';', '，']))
        {
            let one = match word.trim() {
                "citizen" | "市民" | "个人" | "群众" | "自然人" => Audience::Citizen,
                "enterprise" | "企业" | "法人" | "企业法人" => Audience::Enterprise,
                "both" | "全部" | "通用" | "个人和企业" => Audience::Both,
                other => {
                    let expected = "citizen, enterprise, both";
                    return Err((Field::Audience, Problem::unknown(other, expected)));
                }
            };
            of = Some(match of {
                Some(before) if before != one => Audience::Both,
                _ => one,
            });
        }
        Ok(of.unwrap_or_default())
    }

    fn public(&self) -> Read<bool> {
        let text = self.line(Field::Public)?;
        match text.as_str().trim().to_ascii_lowercase().as_str() {
            "" | "false" | "no" | "0" | "否" | "不公开" => Ok(false),
            "true" | "yes" | "1" | "是" | "公开" => Ok(true),
            other => Err((Field::Public, Problem::unknown(other, "true, false"))),
        }
    }

    fn basis(&self) -> Read<Vec<Basis>> {
        self.parts(Field::Basis)?
            .into_iter()
            .map(|part| {
                let wrong = |problem| (Field::Basis, problem);
                let (law, article) = part.split_once('#').ok_or(wrong(Problem::Basis))?;
                Ok(Basis {
                    law: Line::parse(law.trim()).map_err(|error| wrong(error.into()))?,
                    article: Line::parse(article.trim()).map_err(|error| wrong(error.into()))?,
                })
            })
            .collect()
    }

    fn entry(&self) -> Read<Entry> {
        let question = self.required(Field::Question, " ")?;
        let entry = Entry {
            code: self.code(&question)?,
            question,
            variants: self.list(Field::Variants)?,
            keywords: self.list(Field::Keywords)?,
            answer: self.required(Field::Answer, "\n")?,
            steps: self.list(Field::Steps)?,
            materials: self.list(Field::Materials)?,
            time_limit: self.line(Field::TimeLimit)?,
            telephone: self.line(Field::Telephone)?,
            place: self.line(Field::Place)?,
            fee: self.line(Field::Fee)?,
            department: self.line(Field::Department)?,
            category: self.line(Field::Category)?,
            audience: self.audience()?,
            basis: self.basis()?,
            valid_from: self.date(Field::ValidFrom)?,
            valid_until: self.date(Field::ValidUntil)?,
            marked: self.line(Field::Marked)?,
            public: self.public()?,
        };
        // Blank fields were refused above, each by its own column.
        entry
            .check()
            .map_err(|error| (Field::ValidUntil, error.into()))?;
        Ok(entry)
    }
}

/// A day as people write it: 2026-11-24, 2026/11/24, 2026.11.24, 2026年11月24日, 20261124; a time after it is dropped.
pub(super) fn date(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next()?;
    let parts: Vec<&str> = if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![day.get(..4)?, day.get(4..6)?, day.get(6..)?]
    } else {
        day.trim_end_matches('日')
            .split(['-', '/', '.', '年', '月'])
            .collect()
    };
    match parts.as_slice() {
        [year, month, day] => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}
