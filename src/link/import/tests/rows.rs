use super::{mapping, parse, refusals};
use crate::domain::knowledge::Audience;
use crate::link::import::{Encoding, Format, ImportError, Mapping, Problem, Table, entries};
use crate::words::{Lang, Words};

#[test]
fn each_bad_row_is_refused_with_line_column_and_rule() {
    let long = "长".repeat(201);
    let huge = "答".repeat(8_001);
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
}

#[test]
fn control_characters_are_refused_with_their_place() {
    for (question, answer, column, code, at) in [
        ("问\u{1b}[2J", "答", "question", 0x1b, 2),
        ("\"一\n二\"", "答", "question", 0x0a, 2),
        ("问", "答\u{202e}", "answer", 0x202e, 2),
    ] {
        let text = format!("code,question,answer\nA-1,{question},{answer}\n");
        let parsed = parse("a.csv", text.as_bytes(), &Mapping::default());
        let problem = Problem::Control { code, at };
        assert_eq!(refusals(&parsed), [(2, column, problem)]);
    }
}

#[test]
fn each_bad_value_is_refused_by_its_heading() {
    let long = "长".repeat(201);
    let unknown = Problem::Unknown {
        found: "外星人".into(),
        expected: "citizen, enterprise, both".into(),
    };
    let never = "问题,答案,valid_from,valid_until\n问,答,2027-01-01,2026-12-31\n";
    let parsed = parse("a.csv", never.as_bytes(), &Mapping::default());
    assert_eq!(refusals(&parsed), [(2, "valid_until", Problem::NeverValid)]);
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
