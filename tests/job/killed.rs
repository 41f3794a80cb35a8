//! What a `kill -9` leaves: of the desk, everything that was on its screen; of the server, every ticket that was
//! finished meanwhile, once and in order.

use super::{House, Place, RINGING, number_before, sign_in};
use crate::terminal::Terminal;
use rustix::process::Signal;

const SIZE: (u16, u16) = (120, 36);

/// A cell with its look. A blank shows no ink: only its ground, a line under it, or that it is reversed.
fn look(cell: &vt100::Cell) -> String {
    let text = cell.contents();
    let blank = text.is_empty() || text == " ";
    let ink = if blank && !cell.inverse() && !cell.underline() {
        " ".to_owned()
    } else {
        let (bold, dim, italic) = (cell.bold(), cell.dim(), cell.italic());
        format!("{text} {:?} {bold} {dim} {italic}", cell.fgcolor())
    };
    let (line, reversed) = (cell.underline(), cell.inverse());
    format!("{ink} on {:?} {line} {reversed}", cell.bgcolor())
}

/// Every cell with its look, row by row, and the caret. Of the status line the digits count as alike: how long a
/// call stands so, what is left of the wrap-up and since when the seat is as it is run on while nobody looks.
fn seen(screen: &vt100::Screen) -> (Vec<Vec<String>>, Option<(u16, u16)>) {
    let (rows, cols) = (screen.size().0.get(), screen.size().1.get());
    let at = |row, col| screen.cell(row, col).map_or_else(String::new, look);
    let mut cells: Vec<Vec<String>> = (0..rows)
        .map(|row| (0..cols).map(|col| at(row, col)).collect())
        .collect();
    for cell in &mut cells[0] {
        if cell.starts_with(|c: char| c.is_ascii_digit()) {
            cell.replace_range(0..1, "0");
        }
    }
    let caret = (!screen.hide_cursor()).then(|| screen.cursor_position());
    (cells, caret)
}

/// How a screen differed from what it should be, one after the other: told when the test fails.
struct Differs(std::cell::RefCell<Vec<String>>);

impl Drop for Differs {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("it differed:\n{}", self.0.borrow().join("\n"));
        }
    }
}

/// Kills the desk, opens it again, and waits until its screen is what it was: every cell, and the caret.
fn kill_and_come_back(place: &Place, house: &House, mut desk: Terminal, what: &str) -> Terminal {
    desk.wait("the caret, which ends a frame", |screen| {
        !screen.hide_cursor()
    });
    desk.signal(Signal::KILL);
    // Whatever it wrote is read before it is looked at.
    desk.wait_for_end();
    let ((before, caret), text) = (desk.read(seen), desk.screen());
    drop(desk);
    let mut desk = place.desk(SIZE, &house.address, "desk", "wangmin");
    sign_in(&mut desk);
    let differs = Differs(std::cell::RefCell::default());
    desk.wait(
        &format!("{what}: the caret at {caret:?} in\n{text}\n"),
        |screen| {
            let (now, at) = seen(screen);
            let other = (0..before.len()).find(|row| now[*row] != before[*row]);
            let difference = match other {
                Some(row) => {
                    let cell = (0..now[row].len()).find(|col| now[row][*col] != before[row][*col]);
                    let cell = cell.unwrap_or_default();
                    format!(
                        "row {row} column {cell}: {} was {}",
                        now[row][cell], before[row][cell]
                    )
                }
                None => format!("the caret at {at:?} was at {caret:?}"),
            };
            let mut told = differs.0.borrow_mut();
            if told.last() != Some(&difference) {
                told.push(difference);
            }
            other.is_none() && at == caret
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
    // On hold the caller says nothing: what was said stands still, and has to come back too.
    // For a second after the answer F3 is deaf.
    desk.gone("● 通话 00:00");
    desk.keys("F3");
    desk.until("! 保持");
    let mut desk = kill_and_come_back(&place, &house, desk, "on hold, in a word of the story");
    desk.keys("C-d C-d");
    desk.until("已挂断，请收单");
    desk.until("整理 0");
    let mut desk = kill_and_come_back(&place, &house, desk, "the call is over");
    for (what, half_done) in HALF_DONE {
        half_done(&mut desk);
        desk = kill_and_come_back(&place, &house, desk, what);
    }
}

/// What it is, and the keys that bring a desk there.
type HalfDone = (&'static str, fn(&mut Terminal));

/// Somewhere else each time, and in the middle of something; one after the other. Each waits for what its last key
/// brings: a key that was kept and not yet shown comes back too, and would not have been on the screen.
const HALF_DONE: [HalfDone; 7] = [
    ("an item looked up", |desk| {
        // 地址, 姓名, 类型, 事项.
        desk.keys("Tab Tab Tab Tab");
        desk.send("gjj");
        desk.wait("the first item", |screen| marked(screen).is_some());
        let first = desk.read(marked).unwrap();
        desk.keys("Down Down");
        desk.wait("the third item", |screen| marked(screen) == Some(first + 2));
    }),
    ("an answer opened", |desk| {
        desk.keys("F5 Down Enter");
        // Of the answer itself, which comes a moment after the keys for it are shown.
        desk.until("步骤 1");
    }),
    ("the palette", |desk| {
        desk.keys("Tab C-l");
        desk.until("命令、首字母或英文");
        desk.send("hb 3");
        desk.until(": hb 3");
    }),
    ("a dialog", |desk| {
        desk.send("0m");
        desk.keys("Enter");
        desk.until("由谁回拨");
        desk.keys("Tab");
        desk.send("晚上再d");
        desk.until("晚上再d");
        let (col, row) = desk.cursor().unwrap();
        desk.keys("Left");
        desk.wait("the caret before the last letter", |screen| {
            screen.cursor_position() == (row, col - 1)
        });
    }),
    ("a filter of the list", |desk| {
        desk.keys("Esc");
        desk.gone("由谁回拨");
        desk.keys("C-t");
        desk.until("筛选");
        desk.keys("F5 F5");
        desk.send("路d");
        desk.until("筛选 路d");
        desk.until("没有工单");
    }),
    ("a ticket", |desk| {
        desk.keys("BS");
        desk.until("JN-2");
        desk.keys("Down Enter");
        desk.until("流转记录");
    }),
    ("the list of call-backs", |desk| {
        desk.keys("C-k");
        desk.until("没有要回拨的");
    }),
];

/// The row of the form in which an item is marked.
fn marked(screen: &vt100::Screen) -> Option<usize> {
    let mut rows = screen.rows(0, 60);
    rows.position(|row| row.starts_with("│ > "))
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
