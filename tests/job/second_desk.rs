//! A desk that is open already finds what is imported elsewhere, without a restart: the import goes through the
//! real command into the running server.

use super::{COLUMNS, House, Place, sign_in};
use crate::terminal::Terminal;
use std::process::Output;
use std::time::{Duration, Instant};

const EDITOR: [(&str, &str); 2] = [
    ("HOTLINE_PASSWORD", super::PASSWORD),
    ("HOTLINE_ACCOUNT", "liuyang"),
];

fn import(place: &Place, house: &House, args: &[&str]) -> Output {
    let args: Vec<_> = ["kb", "import", "--server", &house.address]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let output = place.run(&args, &EDITOR);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// A desk of somebody whom nobody calls, at the screen on which the knowledge is searched.
fn at_the_knowledge(place: &Place, house: &House) -> Terminal {
    let mut desk = place.desk((120, 36), &house.address, "desk", "liuyang");
    sign_in(&mut desk);
    desk.until("筛选");
    desk.keys("C-o");
    desk.until("直接打字查知识库");
    desk
}

/// Waits until the answer stands beside what was typed before; tells how long that took.
fn found(desk: &Terminal, answer: &str) -> Duration {
    let since = Instant::now();
    desk.until(answer);
    since.elapsed()
}

#[test]
fn an_open_desk_finds_what_is_imported_elsewhere() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    // Two desks of one machine share nothing here: each has a folder of its own, as on two machines.
    let mut desk = at_the_knowledge(&place, &house);
    desk.send("热气球体验怎么报名");
    desk.until("热气球体验怎么报名");
    let rows = "编号,问题,答复\nNEW-1,示例热气球体验怎么报名？,请在活动前一天到现场登记。\n";
    let file = place.write("new.csv", rows);
    let map = [&[file.as_str()], &COLUMNS[..]].concat();
    import(&place, &house, &map);
    let took = found(&desk, "示例热气球体验怎么报名");
    println!("an imported entry is found after {took:?}");
    let entries = "SELECT count(*) FROM knowledge WHERE code = 'NEW-1' AND version = 1";
    assert_eq!(house.database().count(entries, &[]), 1);
    import(&place, &house, &map);
    assert_eq!(
        house.database().count(entries, &[]),
        1,
        "repeated, nothing is doubled or renewed"
    );
}

/// Each file with what its columns mean.
#[cfg(feature = "external")]
const FILES: [(&str, &[&str]); 3] = [
    (
        "policy_questions.csv",
        &["--prefix", "POL-", "--map", "code=id"],
    ),
    (
        "replies.csv",
        &[
            "--prefix",
            "REP-",
            "--map",
            "code=id",
            "--map",
            "question=title",
            "--map",
            "answer=reply",
        ],
    ),
    (
        "service_items.jsonl",
        &[
            "--prefix",
            "SVC-",
            "--map",
            "code=TASK_CODE",
            "--map",
            "question=CATANAME",
            "--map",
            "answer=办理地点:handle_location+办理时限:handle_time_limit+材料:material_intro",
            "--map",
            "department=DEPT_NAME",
            "--map",
            "telephone=consult_phone",
        ],
    ),
];

#[cfg(feature = "external")]
#[test]
fn seven_thousand_entries_are_imported_once_however_often() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let mut desk = at_the_knowledge(&place, &house);
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let bring_in = || {
        for (file, map) in FILES {
            let file = format!("{data}/{file}");
            import(&place, &house, &[&[file.as_str()], map].concat());
        }
    };
    let count = || {
        house.database().count(
            "SELECT count(*) FROM knowledge WHERE substr(code, 1, 4) IN ('POL-', 'REP-', 'SVC-')",
            &[],
        )
    };
    let versions = || {
        house
            .database()
            .count("SELECT count(*) FROM knowledge_versions", &[])
    };
    bring_in();
    let (entries, written) = (count(), versions());
    assert!(entries > 7_000, "{entries} entries");
    bring_in();
    assert_eq!(
        (count(), versions()),
        (entries, written),
        "repeated, nothing is doubled"
    );
    desk.send("哪家企业督导检查");
    let took = found(&desk, "工业和信息化部到哪");
    println!("one of {entries} entries is found after {took:?}");
}
