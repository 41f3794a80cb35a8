//! The main job, end to end: a call comes in, the answer is there, the ticket is made and dispatched, a call is
//! promised; then what becomes of it (`handled.rs`). Through keys, and asserted on the screen and in the server's
//! database.

use super::handled::{self, Case};
use super::{Database, House, IDLE, PASSWORD, Place, RINGING, number_before};
use crate::terminal::Terminal;
use crate::terminal::picture::svg;
use rustix::process::Signal;
use serde_json::Value;

const WIDE: (u16, u16) = (120, 36);

/// Keeps what the terminal shows as a picture, when pictures are wanted.
pub fn picture(desk: &Terminal, name: &str, title: &str) {
    if let Some(folder) = std::env::var_os("HOTLINE_PICTURES") {
        desk.wait_written("the end of a frame", |bytes| {
            bytes.ends_with(b"\x1b[?2026l")
        });
        let file = std::path::Path::new(&folder).join(format!("{name}.svg"));
        std::fs::write(file, desk.read(|screen| svg(screen, title))).unwrap();
    }
}

/// A desk whose command keys are counted: everything but the text itself.
struct Counted<'a> {
    desk: &'a mut Terminal,
    keys: usize,
}

impl Counted<'_> {
    fn press(&mut self, names: &str) {
        self.keys += names.split(' ').count();
        self.desk.keys(names);
    }

    /// Hangs up and finishes the wrap-up: idle again, after so many command keys since the ring.
    fn until_idle(mut self, keys: usize) {
        self.press("C-d C-d");
        self.desk.until("整理 0");
        self.press("F9");
        self.desk.until(IDLE);
        assert_eq!(self.keys, keys, "command keys from ring to idle");
    }
}

/// Chooses an option of the menu on the screen by the digit before it.
pub fn choose(desk: &mut Terminal, option: &str) {
    desk.until(option);
    let screen = desk.screen();
    let digit = screen
        .lines()
        .filter_map(|line| line.split_once(option))
        .find_map(|(before, _)| {
            before
                .trim_end()
                .chars()
                .last()
                .filter(char::is_ascii_digit)
        })
        .unwrap_or_else(|| panic!("no option {option:?} on\n{screen}"));
    desk.send(&digit.to_string());
}

/// The cells of a row of the answers that show `word` stand out from those of the same row that do not.
fn is_highlighted(screen: &vt100::Screen, word: &str) -> bool {
    let (rows, cols) = screen.size();
    let (rows, cols) = (rows.get(), cols.get());
    let look = |cell: &vt100::Cell| (cell.fgcolor(), cell.bold(), cell.underline());
    (0..rows).any(|row| {
        let cells: Vec<_> = (cols / 2 + 8..cols)
            .filter_map(|col| screen.cell(row, col))
            .filter(|cell| cell.is_wide() && !cell.is_wide_continuation())
            .collect();
        let text: String = cells.iter().map(|cell| cell.contents()).collect();
        let Some(at) = text.find(word).map(|at| text[..at].chars().count()) else {
            return false;
        };
        let len = word.chars().count();
        let inside = look(cells[at]);
        cells[at..at + len].iter().all(|cell| look(cell) == inside)
            && cells
                .iter()
                .enumerate()
                .any(|(n, cell)| !(at..at + len).contains(&n) && look(cell) != inside)
    })
}

pub fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect()
}

#[test]
fn from_the_ring_to_the_closed_ticket() {
    let place = Place::new();
    let data = place.path("house");
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let args = ["demo", "--data", &place.text("house"), "--listen", &free];
    let mut desk = place.terminal(WIDE, &args, &[("HOTLINE_WRAP_UP_SECONDS", "600")]);
    desk.until("登录");
    picture(&desk, "sign-in", "登录");
    let before = Database::of(&data).count("SELECT count(*) FROM tickets", &[]);
    desk.keys("Enter");
    let direct = answer_at_once(&mut desk, &data);
    let dispatched = dispatch(&mut desk, &data);
    assert_ne!(direct, dispatched);
    let case = Case {
        place: &place,
        server: &format!("http://{free}"),
        data: &data,
        number: &dispatched,
    };
    handled::call_back(&case);
    handled::transfer(&case);
    handled::release(&case);
    handled::handle(&case);
    handled::check(&case);
    handled::close(&case);
    let database = Database::of(&data);
    let tickets = database.count("SELECT count(*) FROM tickets", &[]);
    assert_eq!(tickets, before + 2, "one ticket each, and none on the way");
    let all = [
        "opened",
        "submitted",
        "dispatched",
        "transferred",
        "co_released",
        "signed",
        "answered",
        "approved",
        "closed",
    ];
    assert_eq!(kinds(&database.events(&dispatched)), all);
}

/// The first call: a question, answered from the knowledge. Answers with the ticket's number.
fn answer_at_once(desk: &mut Terminal, data: &std::path::Path) -> String {
    desk.until(RINGING);
    desk.until("第 1 次联系");
    desk.until("100 2668 0451");
    let mut seat = Counted { desk, keys: 0 };
    seat.press("F3");
    seat.desk.until("买房子能不能把公积金取出来用");
    seat.desk.send("买房子能不能把公积金取出来");
    seat.desk.until("> 购买自住住房可以提取住房公积金");
    seat.desk
        .wait("the words that were found, highlighted", |screen| {
            is_highlighted(screen, "公积金")
        });
    picture(seat.desk, "call-zh", "通话与即答");
    seat.press("F5 F5");
    seat.desk.until("已提交：直办办结");
    let number = number_before(&seat.desk.screen(), "已提交");
    seat.until_idle(6);
    let database = Database::of(data);
    assert_eq!(database.stage(&number), "closed_directly");
    assert_eq!(
        kinds(&database.events(&number)),
        ["opened", "closed_directly"]
    );
    let answer = &database.ticket(&number)["state"]["data"];
    assert_eq!(
        (&answer["source"], &answer["code"]),
        (&"entry".into(), &"GJJ-0001".into())
    );
    number
}

/// The second call: a request with a place, dispatched, a call promised. Answers with the ticket's number.
fn dispatch(desk: &mut Terminal, data: &std::path::Path) -> String {
    desk.until(RINGING);
    desk.until("张先生");
    desk.until("在办 1");
    picture(desk, "ringing", "振铃：接听前先看到来电人和旧单");
    let mut seat = Counted { desk, keys: 0 };
    seat.press("F3");
    seat.desk.until("我们这儿整栋楼都没水了");
    seat.desk
        .send("历下区泉城路街道，今天中午起整栋楼停水，物业说不知道");
    seat.desk.until("转办  济南水务集团");
    seat.press("Tab");
    seat.desk.send("芙蓉街31号院2号楼");
    seat.desk.until("芙蓉街31号院2号楼");
    seat.press("F9");
    seat.desk.until("收单，先复述");
    picture(seat.desk, "finish", "收单：先复述，再选去向");
    seat.press("Enter");
    seat.desk.until("已提交：待签收");
    let number = number_before(&seat.desk.screen(), "已提交");
    // The promise is an act of its own; the ticket's way to idle is counted without it.
    seat.desk.keys("C-l");
    seat.desk.until("命令、首字母或英文");
    seat.desk.send("hb 30m");
    seat.desk.keys("Enter");
    seat.desk.until("约定回拨");
    seat.desk.until("由谁回拨");
    // When, a note, whose.
    seat.desk.keys("Tab Tab");
    seat.desk.send("2");
    seat.desk.keys("F9");
    seat.desk.until("回拨已登记");
    seat.until_idle(7);
    let database = Database::of(data);
    assert_eq!(database.stage(&number), "dispatched");
    assert_eq!(
        kinds(&database.events(&number)),
        ["opened", "submitted", "dispatched"]
    );
    let ticket = database.ticket(&number);
    assert_eq!(ticket["state"]["data"]["lead"], "QY-SW");
    assert_eq!(ticket["request"]["place"]["address"], "芙蓉街31号院2号楼");
    assert_eq!(database.count("SELECT count(*) FROM callbacks WHERE owner IS NULL AND finished_ms IS NULL AND ticket IS NOT NULL", &[]), 1);
    number
}

/// A desk in English, and one of the smallest size: the same call on both, with nothing that is cut off.
#[test]
fn the_call_in_english_and_on_a_small_screen() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let args = |name: &str| {
        let data = place.text(name);
        let server = house.address.as_str();
        ["desk", "--server", server, "--account", "wangmin", "--data"]
            .map(str::to_owned)
            .into_iter()
            .chain([data])
            .collect::<Vec<_>>()
    };
    let mut english = args("english");
    english.extend(["--lang".to_owned(), "en".to_owned()]);
    let english: Vec<&str> = english.iter().map(String::as_str).collect();
    let mut desk = place.terminal(WIDE, &english, &[]);
    desk.until("Password");
    desk.until("empty seat: your own");
    desk.send(PASSWORD);
    desk.keys("Enter");
    desk.until("ringing, F3 answers");
    desk.keys("F3");
    desk.until("The caller says");
    desk.until("买房子能不能把公积金取出来用");
    desk.send("买房提取公积金");
    desk.until("confidential no");
    desk.until("> 购买自住住房可以提取住房公积金");
    desk.until("To  公积金中心");
    picture(&desk, "call-en", "A call and its answers");
    desk.signal(Signal::KILL);
    drop(desk);
    let small = args("english");
    let small: Vec<&str> = small.iter().map(String::as_str).collect();
    let mut desk = place.terminal((80, 24), &small, &[]);
    desk.until("密码");
    desk.send(PASSWORD);
    desk.keys("Enter");
    desk.until("买房提取公积金");
    desk.until("> 购买自住住房可以提取住房公积金");
    desk.until("转办  公积金中心");
    picture(&desk, "call-80x24", "80 列 24 行上的通话");
}

#[test]
fn the_password_is_never_on_the_screen() {
    let place = Place::new();
    let mut desk = place.desk(WIDE, "http://127.0.0.1:9", "desk", "wangmin");
    desk.until("密码");
    desk.send(PASSWORD);
    desk.until("**********");
    assert!(!desk.screen().contains(PASSWORD));
    assert!(!String::from_utf8_lossy(&desk.written()).contains(PASSWORD));
}
