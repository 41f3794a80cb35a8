mod directory;
mod fuzz;
mod rows;
mod sending;

use super::*;
use crate::domain::knowledge::Entry;
use crate::words::{Lang, Words};

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
