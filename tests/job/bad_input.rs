//! What is wrong is said in words, with file, line and what was expected; the exit code is 2, or the desk starts
//! with what is good and says it.

use super::{COLUMNS, House, Place};
use std::process::Output;

#[track_caller]
fn refused(output: &Output, code: i32, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for word in words {
        assert!(told.contains(word), "no {word:?} in: {told}");
    }
}

#[test]
fn a_mistake_in_the_configuration_names_file_line_key_and_what_was_expected() {
    let place = Place::new();
    let wrong = "[desk]\nthemee = \"dark\"\n[server]\nwrap-up-seconds = \"x\"\n";
    let file = place.write("wrong.toml", wrong);
    let output = place.run(&["config", "show", "--config", &file], &[]);
    let words = [
        "wrong.toml:2",
        "desk.themee",
        "wrong.toml:4",
        "server.wrap-up-seconds",
        "0 到 600 的整数",
    ];
    refused(&output, 2, &words);
    let file = place.write("torn.toml", "[desk\n");
    let output = place.run(&["config", "show", "--config", &file, "--lang", "en"], &[]);
    refused(&output, 2, &["torn.toml:1", "TOML"]);
}

#[test]
fn a_broken_keymap_is_told_and_the_desk_starts_with_the_default_keys() {
    let place = Place::new();
    let file = place.write("keys.toml", "finish = [\"f9\"]\nfinnish = [\"f5\"]\n");
    let env = [("HOTLINE_KEYMAP_FILE", file.as_str())];
    let args = [
        "desk",
        "--server",
        "http://127.0.0.1:9",
        "--data",
        &place.text("desk"),
    ];
    let mut desk = place.terminal((120, 36), &args, &env);
    desk.until("登录");
    desk.until("keys.toml");
    desk.until("finnish");
    desk.keys("C-q");
    assert_eq!(desk.wait_for_end(), 0, "the default keys are in force");
}

#[test]
fn broken_tables_and_directories_are_refused_by_line_and_column() {
    let place = Place::new();
    let rows = "编号,问题,答复\nA-1,怎么办,去窗口\nA-2,,没有问题\n\"A-3,断了\n";
    let file = place.write("rows.csv", rows);
    let args = [&["kb", "import", file.as_str(), "--dry-run"], &COLUMNS[..]].concat();
    let output = place.run(&args, &[]);
    refused(
        &output,
        0,
        &["rows.csv 第 3 行，问题：", "rows.csv 第 4 行", "拒绝 2 条"],
    );
    let file = place.write("rows.xlsx", "no workbook");
    let output = place.run(&["kb", "import", &file, "--dry-run"], &[]);
    refused(&output, 2, &["rows.xlsx"]);
    let folder = place.path("directory");
    std::fs::create_dir(&folder).unwrap();
    for name in ["units.csv", "districts.csv", "areas.csv", "directory.csv"] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("assets/demo")
            .join(name);
        let text = std::fs::read_to_string(from).unwrap();
        std::fs::write(
            folder.join(name),
            text.replacen(",QY-SW,", ",XX-NOBODY,", 1),
        )
        .unwrap();
    }
    let output = place.run(
        &["directory", "import", &place.text("directory"), "--dry-run"],
        &[],
    );
    refused(&output, 2, &["XX-NOBODY"]);
}

#[test]
fn a_wrong_password_and_control_characters_change_nothing() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let file = place.write("good.csv", "编号,问题,答复\nGOOD-1,好问题？,好答复\n");
    let args = [
        "kb",
        "import",
        &file,
        "--server",
        &house.address,
        "--account",
        "liuyang",
    ];
    let args = [&args[..], &COLUMNS[..]].concat();
    let output = place.run(&args, &[("HOTLINE_PASSWORD", "not-the-password")]);
    refused(&output, 1, &["账号或密码不对"]);
    assert_eq!(
        house
            .database()
            .count("SELECT count(*) FROM knowledge WHERE code = 'GOOD-1'", &[]),
        0
    );
    let mut desk = place.desk((120, 36), &house.address, "desk", "liuyang");
    desk.until("密码");
    desk.send("not-the-password\r");
    desk.until("账号或密码不对");
    desk.send(super::PASSWORD);
    desk.keys("Enter");
    desk.until("筛选");
    // A paste that tries to ring, to colour and to leave the other screen.
    desk.send("\u{1b}[200~路\u{7}灯\u{1b}[31m不亮\u{1b}[?1049l\u{1b}[201~");
    desk.wait("the text without what commands a terminal", |screen| {
        let text = screen.contents();
        screen.alternate_screen() && text.contains("路灯") && text.contains("不亮")
    });
    assert!(
        !String::from_utf8_lossy(&desk.written()).contains('\u{7}'),
        "nothing rings"
    );
}
