//! What a `kill -9` leaves: of the desk, everything that was on its screen; of the server, every ticket that was
//! finished meanwhile, once and in order.

use super::{House, Place, RINGING, number_on, sign_in};
use crate::terminal::Terminal;

const SIZE: (u16, u16) = (120, 36);

/// The screen without what moves by itself: the status line, what the caller says, the notice over the keys.
fn still(screen: &vt100::Screen) -> Vec<String> {
    let rows: Vec<String> = screen.rows(0, screen.size().1.get()).collect();
    let last = rows.len() - 2;
    let caller = |row: &str| row.contains("来电人说");
    let said = rows
        .iter()
        .position(|row| caller(row))
        .map_or(0..0, |at| at..at + 5);
    rows.into_iter()
        .enumerate()
        .filter(|(at, _)| *at > 0 && *at != last && !said.contains(at))
        .map(|(_, row)| row.trim_end().to_owned())
        .collect()
}

/// Kills the desk, opens it again, and waits until everything is as it was: every row, and the caret.
fn kill_and_come_back(place: &Place, house: &House, desk: Terminal) -> Terminal {
    let (before, caret) = (desk.read(still), desk.cursor());
    desk.signal("KILL");
    drop(desk);
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    desk.wait(
        &format!("the caret at {caret:?} in\n{}\n", before.join("\n")),
        |screen| {
            let (row, col) = screen.cursor_position();
            still(screen) == before && caret == Some((col, row))
        },
    );
    desk
}

/// Takes the next call and writes a story down.
fn take_a_call(desk: &mut Terminal, story: &str) {
    desk.until(RINGING);
    desk.keys("F3");
    desk.until("通话");
    desk.send(story);
    desk.until(story);
}

/// Chooses in the menu of seat states by its digit.
fn choose_state(desk: &mut Terminal, digit: &str) {
    desk.keys("C-u");
    desk.until("座席状态");
    desk.send(digit);
    desk.gone("座席状态");
}

#[test]
fn a_killed_desk_comes_back_with_what_was_on_its_screen() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    take_a_call(&mut desk, "买房提取公积金，已经网签，房产证");
    desk.keys("Tab Tab");
    desk.send("奥体");
    desk.keys("BTab BTab");
    desk.keys("Left Left Left Left");
    desk.send("还没");
    desk.until("网签还没，房产证");
    desk.until("奥体");
    desk.wait("the answers", |screen| {
        screen.contents().contains("> ") && screen.contents().contains("转办  公积金中心")
    });
    let mut desk = kill_and_come_back(&place, &house, desk);
    // In the middle of a word on another screen.
    desk.keys("C-t");
    desk.until("筛选");
    desk.send("路d");
    desk.until("路d");
    desk.wait("the list", |screen| !screen.contents().contains("正在读取"));
    let mut desk = kill_and_come_back(&place, &house, desk);
    desk.keys("C-o");
    desk.until("网签还没，房产证");
}

#[test]
fn a_killed_server_is_worked_without_and_nothing_is_doubled() {
    let place = Place::new();
    let mut house = House::open(&place, "127.0.0.1:0");
    let listen = house.listened().to_owned();
    let before = house.database().count("SELECT count(*) FROM tickets", &[]);
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    take_a_call(&mut desk, "第一件事，历下区路灯不亮");
    desk.keys("C-d C-d");
    desk.until("整理 0");
    choose_state(&mut desk, "1");
    take_a_call(&mut desk, "第二件事，市中区路灯不亮");
    house.kill();
    desk.until("断线");
    desk.send("已经三天");
    desk.until("第二件事，市中区路灯不亮已经三天");
    let second = finish(&mut desk, "未发 1");
    desk.keys("C-l");
    desk.send("next_draft");
    desk.keys("Enter");
    desk.until("第一件事，历下区路灯不亮");
    let first = finish(&mut desk, "未发 2");
    assert_ne!(first, second);
    let house = House::open(&place, &listen);
    desk.until("线路正常");
    desk.gone("未发");
    assert_eq!(
        house.database().newest(2),
        [second, first],
        "sent in the order in which they were finished"
    );
    assert_eq!(
        house.database().count("SELECT count(*) FROM tickets", &[]),
        before + 2,
        "nothing is doubled"
    );
}

/// Passes the form on; it is kept here while the line is down, and says how much is unsent. Answers with the
/// number that the caller was told, out of the lease.
fn finish(desk: &mut Terminal, unsent: &str) -> String {
    desk.keys("F9");
    desk.until("收单，先复述");
    desk.keys("Enter");
    desk.until(unsent);
    desk.until("已存本机");
    number_on(&desk.screen())
}
