use super::*;
use crate::domain::knowledge::{Audience, Entry};
use crate::link::LinkError;
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::{Import, Imported};
use crate::words::{Lang, Words};
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

fn mapping(maps: &[&str]) -> Mapping {
    let maps: Vec<_> = maps.iter().map(|map| (*map).to_owned()).collect();
    Mapping::parse(&maps, &[], None).unwrap()
}

fn parse(name: &str, bytes: &[u8], mapping: &Mapping) -> Parsed<Entry> {
    let table = Table::parse(name, Format::of(name).unwrap(), bytes, None).unwrap();
    entries(table, mapping).unwrap()
}

/// Line, column and rule of each refusal.
fn refusals(parsed: &Parsed<Entry>) -> Vec<(u64, &str, Problem)> {
    parsed
        .refused
        .iter()
        .map(|r| (r.line, r.column.as_str(), r.problem.clone()))
        .collect()
}

#[test]
fn each_bad_row_is_refused_with_line_column_and_rule() {
    let long = "长".repeat(201);
    let huge = "答".repeat(8_001);
    let unknown = Problem::Unknown {
        found: "外星人".into(),
        expected: "citizen, enterprise, both".into(),
    };
    for (row, column, problem) in [
        (",怎么提取？,答".to_owned(), "code", Problem::Blank),
        ("A-1, ,答".into(), "question", Problem::Blank),
        ("A-1,怎么提取？,".into(), "answer", Problem::Blank),
        ("A 1,怎么提取？,答".into(), "code", Problem::Code),
        (
            format!("A-1,{long},答"),
            "question",
            Problem::TooLong { len: 201, max: 200 },
        ),
        (
            format!("A-1,问,{huge}"),
            "answer",
            Problem::TooLong {
                len: 8_001,
                max: 8_000,
            },
        ),
        (
            "A-1,问\u{1b}[2J,答".into(),
            "question",
            Problem::Control { code: 0x1b, at: 2 },
        ),
        (
            "A-1,\"一\n二\",答".into(),
            "question",
            Problem::Control { code: 0x0a, at: 2 },
        ),
        (
            "A-1,问,答\u{202e}".into(),
            "answer",
            Problem::Control {
                code: 0x202e,
                at: 2,
            },
        ),
        (
            "A-1,问".into(),
            "",
            Problem::Cells {
                found: 2,
                expected: 3,
            },
        ),
        (
            "A-1,问,答,多".into(),
            "",
            Problem::Cells {
                found: 4,
                expected: 3,
            },
        ),
        (
            "OK-1,又一个,答".into(),
            "code",
            Problem::Duplicate { line: 2 },
        ),
        ("A-1,问,\"没有结束".into(), "", Problem::Quote),
    ] {
        let text = format!("code,question,answer\nOK-1,问？,答\n\n{row}\n");
        let parsed = parse("a.csv", text.as_bytes(), &Mapping::default());
        assert_eq!(refusals(&parsed), [(4, column, problem)], "{row}");
        assert_eq!(parsed.taken.len(), 1, "{row}");
    }
    for (heading, value, problem) in [
        ("valid_until", "明年", Problem::Date),
        ("有效期至", "2026-02-30", Problem::Date),
        ("audience", "外星人", unknown),
        ("依据", "住房公积金管理条例", Problem::Basis),
        ("电话", &long, Problem::TooLong { len: 201, max: 200 }),
    ] {
        let text = format!("问题,答案,{heading}\n问,答,{value}\n");
        let parsed = parse("a.csv", text.as_bytes(), &Mapping::default());
        assert_eq!(refusals(&parsed), [(2, heading, problem)]);
    }
}

#[test]
fn json_lines_are_refused_one_by_one() {
    let good = r#"{"id":7,"title":"问？","reply":"答","materials":["身份证","户口簿"],"basis":[{"law":"民法典","article":"第一条"}]}"#;
    let long = format!(r#"{{"id":1,"title":"{}"}}"#, "x".repeat(1 << 20));
    let text = format!(
        "{good}\n\nnot json\n[1]\n{{\"id\":{{}},\"title\":\"问\",\"reply\":\"答\"}}\n{long}\n"
    );
    let parsed = parse("a.jsonl", text.as_bytes(), &Mapping::default());
    let (line, entry) = &parsed.taken[0];
    assert_eq!((*line, entry.code.as_str()), (1, "7"));
    assert_eq!(entry.materials.len(), 2);
    assert_eq!(entry.basis[0].article.as_str(), "第一条");
    let refused = refusals(&parsed);
    assert!(matches!(refused[0], (3, "", Problem::Json { .. })));
    assert!(matches!(refused[1], (4, "", Problem::Json { .. })));
    assert_eq!(refused[2], (5, "id", Problem::NoText));
    assert_eq!(refused[3], (6, "", Problem::LongLine { max: 1 << 20 }));
    assert_eq!(refused.len(), 4);
}

#[test]
fn a_workbook_gives_numbers_dates_and_row_numbers() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("说明").unwrap();
    let sheet = book.add_worksheet().set_name("知识").unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2027, 12, 31).unwrap();
    for (column, name) in ["编号", "问题", "答案", "有效期至"].iter().enumerate() {
        sheet
            .write(2, u16::try_from(column).unwrap(), *name)
            .unwrap();
    }
    sheet.write(3, 0, 2549.0).unwrap();
    sheet.write(3, 1, "公积金怎么提取？").unwrap();
    sheet.write(3, 2, "带上身份证。").unwrap();
    sheet.write_with_format(3, 3, &day, &date).unwrap();
    sheet.write(6, 0, "X-1").unwrap();
    sheet.write(6, 1, "只有问题").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = |sheet| Table::parse("a.xlsx", Format::Xlsx, &bytes, sheet);
    let parsed = entries(read(Some("知识")).unwrap(), &Mapping::default()).unwrap();
    let (line, entry) = &parsed.taken[0];
    assert_eq!((*line, entry.code.as_str()), (4, "2549"));
    assert_eq!(entry.valid_until, Some(jiff::civil::date(2027, 12, 31)));
    assert_eq!(refusals(&parsed), [(7, "答案", Problem::Blank)]);
    assert!(matches!(
        read(Some("没有")),
        Err(ImportError::Workbook { .. })
    ));
    assert!(matches!(read(None), Err(ImportError::Empty { .. })));
    let torn = Table::parse("a.xlsx", Format::Xlsx, &bytes[..bytes.len() / 2], None);
    assert!(matches!(torn, Err(ImportError::Workbook { .. })));
}

#[test]
fn encodings_are_recognised_or_refused_in_words() {
    let text = "编号,问题,答案\nA-1,水费怎么交？,可以在网上交。\n";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let (gbk, ..) = encoding_rs::GBK.encode(text);
    for (bytes, encoding) in [
        (text.as_bytes(), Encoding::Utf8),
        (&marked, Encoding::Utf8),
        (&utf16, Encoding::Utf16),
        (&gbk, Encoding::Gb18030),
    ] {
        let parsed = parse("a.csv", bytes, &Mapping::default());
        assert_eq!(parsed.encoding, Some(encoding));
        assert_eq!(parsed.taken[0].1.question.as_str(), "水费怎么交？");
    }
    for bad in [&b"code,question\nA\x001,x\n"[..], b"code\n\xff\xff\xff\n"] {
        let error = Table::parse("a.csv", Format::Csv, bad, None).unwrap_err();
        assert!(
            matches!(error, ImportError::Encoding { line: 2, .. }),
            "{error}"
        );
    }
}

#[test]
fn columns_are_mapped_joined_set_and_prefixed() {
    let text =
        "no,matter,how,where,who\n12,办证,网上办,政务大厅,自然人、企业法人\n13,换证,,大厅,市民\n";
    let given = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    let maps = given(&[
        "code=no",
        "question=matter",
        "answer=方式:how+地点:where",
        "audience=who",
    ]);
    let sets = given(&["department=市行政审批局"]);
    let mapping = Mapping::parse(&maps, &sets, Some("FW-")).unwrap();
    let parsed = parse("a.csv", text.as_bytes(), &mapping);
    let (_, first) = &parsed.taken[0];
    assert_eq!(first.code.as_str(), "FW-12");
    assert_eq!(first.answer.as_str(), "方式：网上办\n地点：政务大厅");
    assert_eq!(first.department.as_str(), "市行政审批局");
    assert_eq!(first.audience, Audience::Both);
    assert_eq!(parsed.taken[1].1.answer.as_str(), "地点：大厅");
    assert_eq!(parsed.taken[1].1.audience, Audience::Citizen);
}

#[test]
fn a_row_without_a_code_gets_the_same_one_each_time() {
    let code = |text: &str| {
        let parsed = parse("a.csv", text.as_bytes(), &Mapping::default());
        parsed.taken[0].1.code.to_string()
    };
    let first = code("question,answer\n怎么交水费？,网上交\n");
    assert_eq!(first, code("answer,question\n改过的答复,怎么交水费？\n"));
    assert_ne!(first, code("question,answer\n怎么交电费？,网上交\n"));
}

#[test]
fn what_is_missing_as_a_whole_is_said() {
    let table = || Table::parse("a.csv", Format::Csv, b"code,question\n1,2\n", None).unwrap();
    let error = entries(table(), &Mapping::default()).unwrap_err();
    assert!(matches!(
        error,
        ImportError::Unmapped {
            field: "answer",
            ..
        }
    ));
    let error = entries(table(), &mapping(&["answer=reply"])).unwrap_err();
    assert!(matches!(error, ImportError::Column { ref wanted, .. } if wanted == "reply"));
    assert_eq!(
        error.say(&Words::new(Lang::ZhCn)),
        "a.csv 里没有“reply”这一列；有的列是：code, question"
    );
    for bad in ["answer", "reply=x", "answer=a+"] {
        assert!(
            Mapping::parse(&[bad.to_owned()], &[], None).is_err(),
            "{bad}"
        );
    }
    assert!(matches!(
        Table::read(std::path::Path::new("old.xls"), None),
        Err(ImportError::Format { .. })
    ));
    assert!(matches!(
        Table::read(std::path::Path::new("none.csv"), None),
        Err(ImportError::File { .. })
    ));
}

#[test]
fn dates_are_read_as_people_write_them() {
    for text in [
        "2026-11-24",
        "2026/11/24",
        "2026年11月24日",
        "20261124",
        "2026-11-24 00:00:00",
    ] {
        let csv = format!("question,answer,valid_from\n问,答,{text}\n");
        let parsed = parse("a.csv", csv.as_bytes(), &Mapping::default());
        let from = parsed.taken[0].1.valid_from;
        assert_eq!(from, Some(jiff::civil::date(2026, 11, 24)), "{text}");
    }
}

/// A server that keeps entries by code like the real one, fails by a script, and refuses one code.
#[derive(Default)]
struct Base {
    trouble: Mutex<VecDeque<LinkError>>,
    entries: Mutex<BTreeMap<String, Entry>>,
    answers: Mutex<BTreeMap<String, Imported>>,
    lose_next_answer: Mutex<bool>,
}

impl Base {
    fn apply(&self, batch: &Import, key: &str) -> Result<Imported, LinkError> {
        if let Some(error) = self.trouble.lock().unwrap().pop_front() {
            return Err(error);
        }
        if let Some(answer) = self.answers.lock().unwrap().get(key) {
            return Ok(*answer);
        }
        if let Some(at) = batch.entries.iter().position(|e| e.code.as_str() == "BAD") {
            return Err(LinkError::Api(ApiError::Invalid {
                field: format!("entries[{at}].question"),
                problem: "not today".into(),
            }));
        }
        let mut imported = Imported::default();
        for entry in &batch.entries {
            let old = self
                .entries
                .lock()
                .unwrap()
                .insert(entry.code.to_string(), entry.clone());
            match old {
                None => imported.added += 1,
                Some(old) if old == *entry => imported.unchanged += 1,
                Some(_) => imported.changed += 1,
            }
        }
        self.answers.lock().unwrap().insert(key.into(), imported);
        if std::mem::take(&mut *self.lose_next_answer.lock().unwrap()) {
            return Err(LinkError::Offline("cut".into()));
        }
        Ok(imported)
    }
}

impl Importer for Base {
    fn import<'a>(
        &'a self,
        batch: &'a Import,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Imported, LinkError>> {
        Box::pin(async move { self.apply(batch, key) })
    }
}

fn many(count: usize) -> Parsed<Entry> {
    let rows: String = (0..count).fold("code,question,answer\n".into(), |mut text, n| {
        let code = if n == 3 {
            "BAD".into()
        } else {
            format!("N-{n}")
        };
        text += &format!("{code},问{n},答\n");
        text
    });
    parse("many.csv", rows.as_bytes(), &Mapping::default())
}

#[tokio::test]
async fn batches_go_on_over_trouble_and_repeating_doubles_nothing() {
    let base = Base::default();
    *base.lose_next_answer.lock().unwrap() = true;
    base.trouble.lock().unwrap().extend([
        LinkError::Api(ApiError::Unavailable),
        LinkError::Offline("x".into()),
    ]);
    let mut steps = Vec::new();
    let report = send(&base, many(1_201), |progress| steps.push(progress.done))
        .await
        .unwrap();
    assert_eq!(steps, [500, 1_000, 1_201]);
    assert_eq!(
        (report.imported.added, report.imported.unchanged),
        (1_200, 0)
    );
    assert_eq!(report.refused.len(), 1);
    assert_eq!(
        (report.refused[0].line, report.refused[0].column.as_str()),
        (5, "question")
    );
    assert_eq!(
        report.refused[0].problem,
        Problem::Server("not today".into())
    );
    let again = send(&base, many(1_201), |_| ()).await.unwrap();
    assert_eq!((again.imported.added, again.imported.unchanged), (0, 1_200));
    assert_eq!(base.entries.lock().unwrap().len(), 1_200);
}

#[tokio::test]
async fn a_final_refusal_says_how_much_was_sent() {
    let base = Base::default();
    base.trouble
        .lock()
        .unwrap()
        .push_back(LinkError::Api(ApiError::Forbidden));
    let error = send(&base, many(2), |_| ()).await.unwrap_err();
    assert!(matches!(error, ImportError::Sending { sent: 0, .. }));
}

const UNITS: &str = "code,name,short,level,district,parent,aliases\n\
    SW,水务局,,city,,,水利局|供水\n\
    LX-CG,历下区城管局,历下城管,bureau,LX,SW,\n";
const DISTRICTS: &str = "code,name\nLX,历下区\n";
const AREAS: &str = "code,district,street,kind\n370102001,历下区,解放路街道,subdistrict\n";
const RULES: &str = "code,level1,level2,level3,aliases,kind,district,lead,co_units,basis,questions,required,clock\n\
    01,水,供水,停水,没水|断水,,,SW,{D}-CG,条例#第一条,几户？|何时？,when|where,utility\n\
    01,水,供水,停水,没水|断水,complain,LX,LX-CG,,条例#第一条,几户？|何时？,when|where,utility\n";

#[test]
fn a_directory_is_read_whole() {
    let files = [UNITS, DISTRICTS, AREAS, RULES].map(str::as_bytes);
    let made = directory(files).unwrap().unwrap();
    assert_eq!(
        (made.units.len(), made.items.len(), made.rules.len()),
        (2, 1, 2)
    );
    assert_eq!(made.units[0].short.as_str(), "水务局");
    assert_eq!(made.streets[0].district.as_str(), "LX");
    assert_eq!(made.items[0].required.len(), 2);
}

#[test]
fn each_fault_of_a_directory_has_its_line() {
    for (file, from, to, name, line, column) in [
        (0, "city", "town", "units.csv", 2, "level"),
        (0, "LX-CG,", "SW,", "units.csv", 3, "code"),
        (0, "bureau,LX", "bureau,XX", "units.csv", 3, ""),
        (2, "历下区", "火星区", "areas.csv", 2, "district"),
        (3, "when|where", "when|why", "directory.csv", 2, "required"),
        (3, "complain", "moan", "directory.csv", 3, "kind"),
        (3, "utility\n01", "soon\n01", "directory.csv", 2, "clock"),
        (3, ",SW,{D}", ",XX,{D}", "directory.csv", 2, ""),
        (3, "{D}-CG", "{D}-XX", "directory.csv", 2, ""),
        (
            3,
            "没水|断水,complain",
            "没水,complain",
            "directory.csv",
            3,
            "code",
        ),
        (3, ",complain,LX", ",,", "directory.csv", 2, ""),
        (
            3,
            "供水,停水",
            "供水,停\u{7}水",
            "directory.csv",
            2,
            "level3",
        ),
    ] {
        let mut files = [UNITS, DISTRICTS, AREAS, RULES].map(str::to_owned);
        files[file] = files[file].replacen(from, to, 1);
        let files = [0, 1, 2, 3].map(|at: usize| files[at].as_bytes());
        let refused = directory(files).unwrap().unwrap_err();
        let first = &refused[0];
        assert_eq!(
            (first.file.as_str(), first.line, first.column.as_str()),
            (name, line, column),
            "{from} → {to}: {refused:?}"
        );
    }
    let files = [UNITS, "code\nLX\n", AREAS, RULES].map(str::as_bytes);
    assert!(matches!(directory(files), Err(ImportError::Column { .. })));
}

#[test]
fn the_demonstration_directory_is_sound() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let made = directory_folder(&folder).unwrap().unwrap();
    assert!(made.items.len() >= 500, "{} items", made.items.len());
}

#[test]
fn every_problem_is_worded_in_both_languages() {
    let problems = [
        Problem::Blank,
        Problem::TooLong { len: 9, max: 8 },
        Problem::Control { code: 7, at: 1 },
        Problem::unknown("\u{1b}x", "a, b"),
        Problem::Cells {
            found: 1,
            expected: 2,
        },
        Problem::Server("no".into()),
    ];
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for problem in &problems {
            let said = problem.say(&words);
            assert!(!said.contains(['{', '}', '\u{1b}']), "{said}");
        }
    }
    assert_eq!(
        Problem::TooLong { len: 201, max: 200 }.say(&Words::new(Lang::ZhCn)),
        "有 201 个字，最多 200 个字"
    );
}

#[cfg(feature = "external")]
#[test]
fn the_real_files_are_taken_and_every_refusal_is_told() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let service = mapping(&[
        "code=TASK_CODE",
        "question=matter_name",
        "answer=受理条件:accept_standard+handle_location+办理时限:handle_time_limit",
        "materials=material_intro",
        "department=DEPT_NAME",
        "telephone=consult_phone",
    ]);
    let replies = mapping(&["code=id", "question=title", "answer=reply"]);
    let mut taken = 0;
    for (name, mapping, rows) in [
        ("policy_questions.csv", Mapping::default(), 3_486),
        ("replies.csv", replies, 1_681),
        ("service_items.jsonl", service, 2_262),
    ] {
        let table = Table::read(&data.join(name), None).unwrap();
        let parsed = entries(table, &mapping).unwrap();
        for refused in &parsed.refused {
            println!(
                "{name}:{}: {}: {}",
                refused.line, refused.column, refused.problem
            );
        }
        println!(
            "{name}: {} taken, {} refused",
            parsed.taken.len(),
            parsed.refused.len()
        );
        assert_eq!(parsed.taken.len() + parsed.refused.len(), rows);
        taken += parsed.taken.len();
    }
    assert!(taken > 7_000, "{taken}");
}
