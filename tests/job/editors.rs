//! The editors' day by keys: one writes, the desk is killed in the middle of it, another publishes; a desk that is open
//! finds it, and so do citizens. What a seat says is wrong comes to the editors' list.

use super::whole::choose;
use super::{House, Place, sign_in};
use crate::support::provider;
use crate::terminal::Terminal;
use rustix::process::Signal;
use std::time::{Duration, Instant};

const WIDE: (u16, u16) = (120, 36);
const QUESTION: &str = "示例冰雕展怎么预约？";
const ANSWER: &str = "提前一天在公园东门领号。";
/// Longer than any machine needs.
const PATIENCE: Duration = Duration::from_mins(4);

/// An editor's desk, on the lists.
fn editor(place: &Place, house: &House, account: &str) -> Terminal {
    let mut desk = place.desk(WIDE, &house.address, account, account);
    sign_in(&mut desk);
    desk.until("知识库编审");
    desk
}

/// How many drafts wait for another person.
fn stage(house: &House) -> i64 {
    let sql = "SELECT count(*) FROM knowledge_drafts WHERE stage = ?1";
    house.database().count(sql, &["in_review"])
}

/// Writes the entry, is killed before it is given for review, comes back and gives it.
fn write(place: &Place, house: &House) {
    let mut desk = editor(place, house, "songyu");
    desk.until("没有在写的条目");
    desk.keys("F6");
    desk.until("1/18");
    desk.send(QUESTION);
    desk.keys("Tab Tab");
    desk.until("3/18");
    desk.send(ANSWER);
    // 对外公开 is the 16th field.
    for at in 4..=16 {
        desk.keys("Tab");
        desk.until(&format!("{at}/18"));
    }
    desk.send("2");
    desk.keys("BTab");
    desk.until("15/18");
    desk.signal(Signal::KILL);
    desk.wait_for_end();
    let mut desk = editor_again(place, house);
    desk.until(QUESTION);
    desk.until(ANSWER);
    desk.until("15/18");
    assert_eq!(stage(house), 0);
    desk.keys("F9");
    desk.until("条目草稿");
    choose(&mut desk, "送审");
    desk.until("已办理");
    assert_eq!(stage(house), 1);
}

fn editor_again(place: &Place, house: &House) -> Terminal {
    let mut desk = place.desk(WIDE, &house.address, "songyu", "songyu");
    sign_in(&mut desk);
    desk
}

/// Another editor looks at it and publishes it.
fn publish(place: &Place, house: &House) {
    let mut desk = editor(place, house, "maning");
    desk.keys("F5");
    desk.until("送审");
    desk.until(QUESTION);
    desk.keys("Enter");
    desk.until("版本对照");
    desk.until(ANSWER);
    desk.keys("F9");
    desk.until("处理");
    choose(&mut desk, "发布");
    desk.until("各座席立即查到");
    desk.keys("Enter");
    desk.until("已办理");
    assert_eq!(stage(house), 0);
}

/// What citizens find, asked until it is there.
fn citizens_find(house: &House, what: &str) {
    provider();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let began = Instant::now();
    runtime.block_on(async {
        loop {
            let url = format!("{}/public/kb?q={what}&format=json", house.address);
            let page = reqwest::get(&url).await.unwrap().text().await.unwrap();
            if page.contains(ANSWER) {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{page}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    println!("citizens find it after {:?}", began.elapsed());
}

#[test]
fn one_writes_another_publishes_and_seats_and_citizens_find_it() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    // Nobody calls this desk; it is open before anything is written.
    let mut seat = place.desk(WIDE, &house.address, "seat", "zhaoting");
    sign_in(&mut seat);
    seat.until("筛选");
    seat.keys("C-o");
    seat.until("直接打字查知识库");
    seat.send("冰雕展预约");
    seat.until("冰雕展预约");
    write(&place, &house);
    publish(&place, &house);
    seat.until(QUESTION);
    citizens_find(&house, "冰雕展预约");
    // The seat that reads it says that it is wrong; the editors see who, which and why.
    seat.keys("M-j");
    seat.until("告诉编审这条答复有错");
    seat.send("应为公园西门");
    seat.until("应为公园西门");
    seat.keys("Enter");
    seat.until("已办理");
    let mut desk = editor(&place, &house, "songyu");
    desk.keys("F5 F5 F5 F5 F5 F5");
    desk.until("应为公园西门");
    desk.until("赵婷");
}
