//! Each screen as text, at both sizes, in both languages, in typical, empty and error states.

use super::world::*;
use crate::desk::ports::{LineState, Outside, PhoneEvent, PortError};
use crate::domain::id::CallId;
use crate::domain::seat::SeatState;
use crate::protocol::event::ServerEvent;
use crate::protocol::seat::Queue;
use crate::words::Lang;

fn shot(name: &str, desk: &Desk, lang: Lang, size: (u16, u16)) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/desk"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = format!("{name}-{}-{}x{}", lang.tag(), size.0, size.1);
    settings.bind(|| insta::assert_snapshot!(name, desk.frame()));
}

pub fn everywhere(name: &str, make: impl Fn(Lang, (u16, u16)) -> Desk) {
    for lang in Lang::ALL {
        for size in [(80, 24), (120, 36)] {
            shot(name, &make(lang, size), lang, size);
        }
    }
}

fn talking(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::signed_in(lang, size);
    desk.ring();
    desk.keys("f3");
    for line in ["喂,你好", "我们楼没水了,什么时候能来?"] {
        let said = PhoneEvent::Said {
            line: line.to_owned(),
        };
        desk.outside(Outside::Phone(CallId(id(900)), said));
    }
    desk.pass(192);
    desk.text("今天中午起整栋楼没水,问了物业说不知道,家里有老人。想知道什么时候能来水");
    desk
}

#[test]
fn sign_in() {
    everywhere("sign-in", Desk::new);
}

#[test]
fn sign_in_refused() {
    everywhere("sign-in-refused", |lang, size| {
        let mut desk = Desk::new(lang, size);
        desk.text("wang");
        desk.keys("enter");
        desk.text("wrong");
        desk.keys("enter");
        desk
    });
}

#[test]
fn idle() {
    everywhere("call-idle", Desk::signed_in);
}

#[test]
fn idle_search() {
    everywhere("call-idle-search", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.text("tingshui");
        desk
    });
}

#[test]
fn ringing_call() {
    everywhere("call-ringing", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.ring();
        desk
    });
}

#[test]
fn talking_call() {
    everywhere("call-talking", |lang, size| {
        let mut desk = talking(lang, size);
        let queue = Queue {
            waiting: 14,
            longest_since: Some(at("2026-11-24T01:01:02Z")),
            idle: 0,
        };
        desk.outside(Outside::Server(ServerEvent::Queue { queue }));
        desk
    });
}

#[test]
fn walking_the_answers() {
    everywhere("call-answers", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("f5 down");
        desk
    });
}

#[test]
fn an_open_answer() {
    everywhere("call-answer-open", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("f5 enter");
        desk
    });
}

#[test]
fn finishing() {
    everywhere("call-finish", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("f9");
        desk
    });
}

#[test]
fn declining() {
    everywhere("call-decline", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("f9 5 tab");
        desk
    });
}

#[test]
fn without_answers_line_and_server() {
    everywhere("call-error", |lang, size| {
        let mut desk = talking(lang, size);
        desk.hits = 0;
        desk.text("!");
        let down = LineState {
            down_since: Some(at("2026-11-24T01:02:00Z")),
            unsent: 3,
            parked: 0,
        };
        desk.outside(Outside::Line(down));
        desk.refuse = Some(PortError::Offline);
        desk.keys("f9 enter");
        desk
    });
}

#[test]
fn wrapping_up() {
    everywhere("call-wrap-up", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.seat(SeatState::WrapUp);
        desk
    });
}

#[test]
fn the_palette() {
    everywhere("palette", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("ctrl-l");
        desk.text("z");
        desk
    });
}

#[test]
fn help() {
    everywhere("help", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("alt-h");
        desk
    });
}

#[test]
fn tickets() {
    everywhere("tickets", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.keys("ctrl-t down");
        desk
    });
}

#[test]
fn no_tickets() {
    everywhere("tickets-empty", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.rows.clear();
        desk.keys("ctrl-t");
        desk
    });
}

#[test]
fn a_ticket() {
    everywhere("ticket", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.keys("ctrl-t enter");
        desk
    });
}

#[test]
fn dispatching_a_ticket() {
    everywhere("ticket-dispatch", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.keys("ctrl-t enter f9 1");
        desk.text("sw");
        desk
    });
}

#[test]
fn call_backs() {
    everywhere("callbacks", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.keys("ctrl-k");
        desk
    });
}

#[test]
fn no_call_backs() {
    everywhere("callbacks-empty", |lang, size| {
        let mut desk = Desk::signed_in(lang, size);
        desk.callbacks.clear();
        desk.keys("ctrl-k");
        desk
    });
}

#[test]
fn a_terminal_that_is_too_small_says_what_it_needs() {
    let mut desk = talking(Lang::ZhCn, (80, 24));
    (desk.state.columns, desk.state.rows) = (79, 24);
    assert!(desk.frame().starts_with("窗口太小"), "{}", desk.frame());
    (desk.state.columns, desk.state.rows) = (80, 24);
    assert!(desk.frame().contains("家里有老人"));
}

#[test]
fn the_caret_stands_behind_the_last_letter() {
    let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
    desk.ring();
    desk.keys("f3");
    let (x, y) = desk.caret().unwrap();
    desk.text("停水𠮷");
    assert_eq!(desk.caret(), Some((x + 6, y)));
    desk.keys("left");
    assert_eq!(desk.caret(), Some((x + 4, y)));
    assert!(y < 23, "never on the last row");
}
