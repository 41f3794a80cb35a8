//! What a `kill -9` leaves: of the desk, everything that was on its screen; of the server, every ticket that was
//! finished meanwhile, once and in order.

use super::{House, Place, RINGING, number_before, sign_in};
use crate::terminal::Terminal;

const SIZE: (u16, u16) = (120, 36);

/// What a person wrote into the form, and the caret. Nothing while a frame is only half there.
fn written(screen: &vt100::Screen) -> Option<(Vec<String>, (u16, u16))> {
    let rows = screen.rows(0, 66);
    let own = rows.filter(|row| row.contains("地址") || row.contains("公积金，"));
    let own: Vec<String> = own.collect();
    (!screen.hide_cursor() && !own.is_empty()).then(|| (own, screen.cursor_position()))
}

/// Kills the desk, opens it again, and waits until what was written stands there as it did, and the caret in it.
fn kill_and_come_back(place: &Place, house: &House, desk: Terminal) -> Terminal {
    let seen = std::cell::RefCell::new(None);
    desk.wait("a whole frame", |screen| {
        *seen.borrow_mut() = written(screen);
        seen.borrow().is_some()
    });
    let before = seen.into_inner().unwrap();
    desk.signal("KILL");
    drop(desk);
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    let what = format!("the caret at {:?} in\n{}\n", before.1, before.0.join("\n"));
    desk.wait(&what, |screen| written(screen).as_ref() == Some(&before));
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
    desk.keys("Tab");
    desk.send("奥体");
    desk.keys("BTab");
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
    desk.signal("KILL");
    drop(desk);
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    desk.until("筛选 路d");
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
    number_before(&desk.screen(), "已存本机")
}
