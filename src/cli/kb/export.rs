//! `hotline kb export`: the published entries as a file that `kb import` reads back without a change. Whether it does
//! is not believed but tried: what was written is read by the importer and compared, entry by entry.

use crate::cli::args::KbExport;
use crate::cli::fault::Fault;
use crate::cli::{Setup, line, runtime};
use crate::domain::knowledge::Entry;
use crate::link::copies::published;
use crate::link::import::{self, Format, Mapping, Table};
use crate::words::Cli as Say;
use rust_xlsxwriter::Workbook;
use serde_json::Value;

/// The columns, in the order of the form; the names are the importer's.
const COLUMNS: [&str; 19] = [
    "code",
    "question",
    "variants",
    "keywords",
    "answer",
    "steps",
    "materials",
    "time_limit",
    "telephone",
    "place",
    "fee",
    "department",
    "category",
    "audience",
    "basis",
    "valid_from",
    "valid_until",
    "marked",
    "public",
];
/// How many codes are named before the rest is only counted.
const TOLD: usize = 20;

/// Writes what is published now. Errors: no line, a format that the name's end does not say, a file that can't be
/// written, or entries that the format cannot hold (they are named; the file is written, and JSONL holds them).
pub fn export(setup: &Setup, args: &KbExport) -> Result<(), Fault> {
    let words = &setup.words;
    let name = args.format.as_ref().map_or_else(
        || args.out.display().to_string(),
        |format| format!(".{format}"),
    );
    let format = Format::of(&name)
        .filter(|format| *format != Format::Tsv)
        .ok_or_else(|| Fault::usage(words.say(Say::ExportFormat)))?;
    let entries = runtime()?.block_on(async {
        let api = line::signed_in(setup).await?;
        let entries = published(&api).await;
        line::done(&api).await;
        entries.map_err(|error| Fault::of_link(&error, words))
    })?;
    let bytes = written(&entries, format).map_err(Fault::failed)?;
    std::fs::write(&args.out, &bytes)
        .map_err(|error| Fault::failed(format!("{}: {error}", args.out.display())))?;
    let lost = lost(&entries, format, &bytes);
    if !lost.is_empty() {
        let named = lost.iter().take(TOLD).cloned().collect::<Vec<_>>();
        let values = [
            ("count", lost.len().into()),
            ("codes", named.join(", ").into()),
        ];
        return Err(Fault::failed(words.say_with(Say::ExportLossy, &values)));
    }
    let values = [
        ("count", entries.len().into()),
        ("file", args.out.display().to_string().into()),
    ];
    println!("{}", words.say_with(Say::ExportDone, &values));
    Ok(())
}

/// A field as one cell: the parts of a list on lines of their own, an article after its law. Parts that would not come
/// back so, because a line or a bar stands in them, are a list as JSON writes it, which the importer reads, too.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(cell).collect();
            let plain = |part: &String| !part.contains(['\n', '|']) && !part.starts_with('[');
            if parts.iter().all(plain) {
                parts.join("\n")
            } else {
                Value::from(parts).to_string()
            }
        }
        Value::Object(basis) => {
            let part = |name: &str| basis.get(name).map(cell).unwrap_or_default();
            format!("{}#{}", part("law"), part("article"))
        }
        other => other.to_string(),
    }
}

fn cells(entry: &Entry) -> Result<Vec<String>, serde_json::Error> {
    let value = serde_json::to_value(entry)?;
    let field = |name: &&str| value.get(*name).map(cell).unwrap_or_default();
    Ok(COLUMNS.iter().map(field).collect())
}

/// The file's content.
fn written(entries: &[Entry], format: Format) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    match format {
        Format::Jsonl => {
            let mut bytes = Vec::new();
            for entry in entries {
                serde_json::to_writer(&mut bytes, entry)?;
                bytes.push(b'\n');
            }
            Ok(bytes)
        }
        Format::Xlsx => {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (column, name) in (0..).zip(COLUMNS) {
                sheet.write_string(0, column, name)?;
            }
            for (row, entry) in (1..).zip(entries) {
                for (column, text) in (0..).zip(cells(entry)?) {
                    // As text, whatever it looks like: 0531 must not become 531.
                    sheet.write_string(row, column, text)?;
                }
            }
            Ok(book.save_to_buffer()?)
        }
        Format::Csv | Format::Tsv => {
            // The mark tells spreadsheets that it is UTF-8.
            let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
            writer.write_record(COLUMNS)?;
            for entry in entries {
                writer.write_record(cells(entry)?)?;
            }
            Ok(writer.into_inner()?)
        }
    }
}

/// The codes of those that would not come back as they are.
fn lost(entries: &[Entry], format: Format, bytes: &[u8]) -> Vec<String> {
    let table = Table::parse("export", format, bytes, None);
    let read = table.and_then(|table| import::entries(table, &Mapping::default()));
    let read = read.map(|read| read.taken).unwrap_or_default();
    let read: std::collections::HashMap<_, _> = read
        .into_iter()
        .map(|(_, entry)| (entry.code.clone(), entry))
        .collect();
    entries
        .iter()
        .filter(|entry| read.get(&entry.code) != Some(entry))
        .map(|entry| entry.code.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::EntryCode;
    use crate::domain::text::{Line, Prose};
    use proptest::prelude::*;

    const FORMATS: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Xlsx];

    fn whole() -> Entry {
        serde_json::from_value(serde_json::json!({
            "code": "GJJ-0001", "question": "怎么“提取”公积金，要多久？", "variants": ["取公积金", "提取条件,材料"],
            "keywords": ["公积金"], "answer": "带身份证。\n\"当天\"办结；见 www.example.cn", "steps": ["取号", "交材料"],
            "materials": ["身份证（原件）"], "time_limit": "3 个工作日", "telephone": "053112329", "place": "舜耕路 1 号",
            "fee": "0", "department": "公积金中心", "category": "住房/公积金", "audience": "enterprise",
            "basis": [{"law": "住房公积金管理条例", "article": "第二十四条"}, {"law": "细则", "article": ""}],
            "valid_from": "2026-01-01", "valid_until": "2026-12-31", "marked": "演示", "public": true,
        }))
        .unwrap()
    }

    fn bare() -> Entry {
        serde_json::from_value(
            serde_json::json!({"code": "2549", "question": "=1+1？", "answer": "'2"}),
        )
        .unwrap()
    }

    #[test]
    fn what_is_exported_comes_back_as_it_was() {
        let entries = [whole(), bare()];
        for format in FORMATS {
            let bytes = written(&entries, format).unwrap();
            assert_eq!(
                lost(&entries, format, &bytes),
                Vec::<String>::new(),
                "{format:?}"
            );
        }
    }

    #[test]
    fn every_field_has_a_column() {
        let value = serde_json::to_value(whole()).unwrap();
        let fields: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(fields.len(), COLUMNS.len());
        assert!(fields.iter().all(|field| COLUMNS.contains(&field.as_str())));
    }

    #[test]
    fn lines_and_bars_inside_a_part_come_back_and_what_cannot_is_named() {
        let inside = Entry {
            code: EntryCode::parse("A-1").unwrap(),
            steps: vec![
                Prose::parse("先取号\n再等候").unwrap(),
                Prose::parse("[\"交材料\"]").unwrap(),
            ],
            variants: vec![Line::parse("身份证|户口簿").unwrap()],
            ..whole()
        };
        let outside = Entry {
            code: EntryCode::parse("A-2").unwrap(),
            place: Line::parse(" 大厅").unwrap(),
            ..whole()
        };
        let entries = [whole(), inside, outside];
        for format in FORMATS {
            let bytes = written(&entries, format).unwrap();
            assert_eq!(lost(&entries, format, &bytes), ["A-2"], "{format:?}");
        }
    }

    /// Any texts that do not begin or end with blanks.
    fn text() -> impl Strategy<Value = String> {
        "[一-龥a-z0-9“”\",;=+@'\\[\\]|：（）/.]([一-龥a-z \",;|'\\[\\]{}：]{0,8}[一-龥a-z\"'|}])?"
    }

    prop_compose! {
        fn entry()(
            code in 0_u32..1_000_000,
            lines in prop::collection::vec(text(), 8),
            answer in prop::collection::vec(text(), 1..4),
            variants in prop::collection::vec(text(), 0..4),
            steps in prop::collection::vec(prop::collection::vec(text(), 1..3), 0..3),
            articles in prop::collection::vec(("[一-龥《》]{1,8}", "[一-龥0-9]{0,6}"), 0..3),
            audience in prop::sample::select(vec!["citizen", "enterprise", "both"]),
            public in any::<bool>(),
            days in prop::option::of(0_i32..3_000),
        ) -> Entry {
            let first = jiff::civil::date(2024, 1, 1);
            let until = days.map(|days| first + jiff::Span::new().days(days));
            let steps: Vec<String> = steps.iter().map(|step| step.join("\n")).collect();
            let basis: Vec<_> = articles
                .iter()
                .map(|(law, article)| serde_json::json!({"law": law, "article": article}))
                .collect();
            serde_json::from_value(serde_json::json!({
                "code": format!("P-{code}"), "question": lines[0], "variants": variants,
                "keywords": [lines[1]], "answer": answer.join("\n"), "steps": steps,
                "materials": [lines[2]], "time_limit": lines[3], "telephone": lines[4],
                "place": lines[5], "fee": lines[6], "department": lines[7], "category": "住房/公积金",
                "audience": audience, "basis": basis, "valid_from": null, "valid_until": until,
                "marked": "", "public": public,
            })).unwrap()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn whatever_is_exported_comes_back_as_it_was(
            entries in prop::collection::vec(entry(), 1..6),
            format in prop::sample::select(FORMATS.to_vec()),
        ) {
            let mut entries = entries;
            entries.sort_by(|one, other| one.code.cmp(&other.code));
            entries.dedup_by(|one, other| one.code == other.code);
            let bytes = written(&entries, format).unwrap();
            prop_assert_eq!(lost(&entries, format, &bytes), Vec::<String>::new());
        }
    }
}
