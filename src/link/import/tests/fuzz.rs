//! Files that nobody meant: damaged, cut off, endless, in any encoding. Whatever comes, it is read or refused in words,
//! and every row is either taken or told. The seeds are fixed, so a failure comes again.

use super::mapping;
use crate::link::import::table::{Unread, bounded};
use crate::link::import::{Format, Table, entries};
use crate::words::{Lang, Words};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::io::Read;

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let algorithm = proptest::test_runner::RngAlgorithm::ChaCha;
    TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(algorithm),
    )
}

/// One damage to a file.
#[derive(Debug, Clone)]
enum Damage {
    Byte(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Twice(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    let signs = prop::sample::select(vec![
        b"\"".to_vec(),
        b"\n".to_vec(),
        b",".to_vec(),
        b"{".to_vec(),
        b"[[[[".to_vec(),
        b"\0".to_vec(),
        b"\xff\xfe".to_vec(),
        b"\xef\xbb\xbf".to_vec(),
        b"\x1b]0;x\x07".to_vec(),
        "\u{202e}".as_bytes().to_vec(),
        vec![b'a'; 300],
    ]);
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        index().prop_map(Damage::Cut),
        (index(), signs).prop_map(|(at, signs)| Damage::Insert(at, signs)),
        (index(), index()).prop_map(|(from, to)| Damage::Twice(from, to)),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for damage in all {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match damage {
            Damage::Byte(at, byte) => bytes[at.index(len)] = *byte,
            Damage::Cut(at) => bytes.truncate(at.index(len)),
            Damage::Insert(at, signs) => {
                let at = at.index(len);
                bytes.splice(at..at, signs.iter().copied());
            }
            Damage::Twice(from, to) => {
                let (from, to) = (from.index(len), to.index(len));
                let piece = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.extend(piece);
            }
        }
    }
    bytes
}

const CSV: &str = "code,question,answer,variants\nA-1,公积金怎么提取？,\"带身份证，\n到柜台\",提公积金|取公积金\n\
                   A-2,暖气不热,\"他说\"\"不热\"\"\",\n";
const JSONL: &str = "{\"code\":\"A-1\",\"question\":\"公积金怎么提取？\",\"answer\":\"带身份证\",\"variants\":[\"提公积金\"]}\n\
                     {\"code\":\"A-2\",\"question\":\"暖气不热\",\"answer\":\"报修\"}\n";

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in [
        "code question answer",
        "A-1 怎么提取？ 带身份证",
        "A-2 暖气 报修",
    ]
    .into_iter()
    .enumerate()
    {
        for (column, text) in line.split(' ').enumerate() {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Reads a file; what is refused is said without signs that would reach the terminal.
fn read(name: &str, bytes: &[u8]) {
    let words = Words::new(Lang::ZhCn);
    let table = match Table::parse(name, Format::of(name).unwrap(), bytes, None) {
        Ok(table) => table,
        Err(error) => {
            assert!(!error.say(&words).is_empty());
            return;
        }
    };
    let (rows, before) = (table.rows.len(), table.refused.len());
    match entries(table, &mapping(&[])) {
        Err(error) => assert!(!error.say(&words).is_empty()),
        Ok(parsed) => {
            // A row may break several rules; none is lost.
            assert!(parsed.taken.len() <= rows);
            assert!(parsed.taken.len() + parsed.refused.len() >= rows + before);
            for refused in &parsed.refused {
                assert!(!refused.problem.say(&words).is_empty() && refused.line > 0);
            }
        }
    }
}

#[test]
fn a_damaged_file_is_read_or_refused_and_no_row_is_lost() {
    let book = workbook();
    for (name, bytes, cases) in [
        ("a.csv", CSV.as_bytes(), 600),
        ("a.tsv", CSV.as_bytes(), 100),
        ("a.jsonl", JSONL.as_bytes(), 600),
        ("a.xlsx", &book, 150),
    ] {
        let tried = runner(cases).run(&prop::collection::vec(damage(), 1..6), |damages| {
            read(name, &damaged(bytes.to_vec(), &damages));
            Ok(())
        });
        tried.unwrap();
    }
}

#[test]
fn any_bytes_are_read_or_refused() {
    let tried = runner(400).run(&prop::collection::vec(any::<u8>(), 0..600), |bytes| {
        for name in ["a.csv", "a.jsonl", "a.xlsx"] {
            read(name, &bytes);
        }
        Ok(())
    });
    tried.unwrap();
}

#[test]
fn a_text_in_any_known_encoding_is_read_as_it_was_written() {
    let strategy = "[公积金提取暖气不热材料ａＢc1，。 ]{1,40}";
    let tried = runner(200).run(&strategy, |text| {
        // A field between quotation marks keeps its spaces until it is taken.
        let file = format!("code,question,answer\nA-1,问题,\"甲{text}乙\"\n");
        let (gbk, _, lost) = encoding_rs::GBK.encode(&file);
        prop_assert!(!lost);
        let little = [0xff, 0xfe].into_iter();
        let little: Vec<u8> = little
            .chain(file.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let big = [0xfe, 0xff].into_iter();
        let big: Vec<u8> = big
            .chain(file.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        for bytes in [file.as_bytes(), &gbk, &little, &big] {
            let table = Table::parse("a.csv", Format::Csv, bytes, None).unwrap();
            let parsed = entries(table, &mapping(&[])).unwrap();
            prop_assert_eq!(parsed.taken.len(), 1, "{:?}", parsed.refused);
            let entry = &parsed.taken[0];
            prop_assert_eq!(entry.1.answer.as_str(), format!("甲{text}乙"));
        }
        // UTF-16 without its mark is said to be none.
        let unmarked = Table::parse("a.csv", Format::Csv, &little[2..], None);
        prop_assert!(unmarked.is_err());
        Ok(())
    });
    tried.unwrap();
}

/// As many bytes as one likes, none of which is held; counts what was asked for.
struct Endless {
    head: &'static [u8],
    left: u64,
    given: u64,
}

impl Read for Endless {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let len = room
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        room[..len].fill(b'a');
        let head = self.head.len().min(len);
        room[..head].copy_from_slice(&self.head[..head]);
        self.head = &self.head[head..];
        self.left -= len as u64;
        self.given += len as u64;
        Ok(len)
    }
}

#[test]
fn a_line_of_a_gigabyte_is_refused_long_before_its_end() {
    let mut file = Endless {
        head: b"code,question,answer\nA-1,",
        left: 1 << 30,
        given: 0,
    };
    let refused = bounded(&mut file, true);
    assert!(matches!(refused, Err(Unread::Line(2))), "{refused:?}");
    assert!(file.given < 17 << 20, "{}", file.given);
}

#[test]
fn a_file_that_never_ends_is_given_up_whatever_it_said_of_its_length() {
    let mut file = Endless {
        head: b"PK",
        left: u64::MAX,
        given: 0,
    };
    let refused = bounded(&mut file, false);
    assert!(matches!(refused, Err(Unread::Long)), "{refused:?}");
    assert!(file.given < 257 << 20, "{}", file.given);
}

#[test]
fn names_that_no_other_row_has_do_not_fill_the_memory() {
    let row = |at: usize| {
        let row = serde_json::json!({"code": format!("A-{at}"), "question": "问", "answer": "答", format!("n{at}"): 1});
        format!("{row}\n")
    };
    let text: String = (0..3_000).map(row).collect();
    let table = Table::parse("a.jsonl", Format::Jsonl, text.as_bytes(), None).unwrap();
    assert!(table.columns.len() <= 512, "{}", table.columns.len());
    assert_eq!(table.rows.len() + table.refused.len(), 3_000);
}
