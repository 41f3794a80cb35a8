//! The terminal is left as it was found, however the desk ends, and every frame is written whole with the caret
//! where the next letter goes.

use super::{House, Place, sign_in};
use crate::terminal::{PATIENCE, Terminal};
use rustix::process::Signal;
use std::time::{Duration, Instant};

const BEGIN: &str = "\u{1b}[?2026h";
const END: &str = "\u{1b}[?2026l";
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW: &str = "\u{1b}[?25h";

/// A desk at its sign-in; nobody answers at the address, and nobody has to.
fn at_the_sign_in(place: &Place) -> Terminal {
    let desk = place.desk((100, 30), "http://127.0.0.1:9", "desk", "wangmin");
    desk.until("密码");
    assert_ne!(desk.modes(), desk.modes_before(), "raw while it runs");
    desk
}

/// The other screen is left, the cursor shown after it, and the modes are those before.
fn assert_sane(desk: &Terminal) {
    let written = String::from_utf8_lossy(&desk.written()).into_owned();
    let left = written
        .rfind(LEAVE)
        .expect("the other screen is never left");
    assert!(written[left..].contains(SHOW), "the cursor stays hidden");
    assert!(written.rfind(ENTER).unwrap() < left);
    assert_eq!(desk.modes(), desk.modes_before());
}

#[test]
fn signals_and_the_quit_key_leave_a_sane_terminal() {
    for (signal, code) in [
        (Some(Signal::TERM), 143),
        (Some(Signal::HUP), 143),
        (Some(Signal::INT), 143),
        (None, 0),
    ] {
        let place = Place::new();
        let mut desk = at_the_sign_in(&place);
        match signal {
            Some(signal) => desk.signal(signal),
            None => desk.keys("C-q"),
        }
        assert_eq!(desk.wait_for_end(), code, "{signal:?}");
        assert_sane(&desk);
    }
}

#[test]
fn stopped_it_gives_the_terminal_back_and_continued_it_shows_what_was_there() {
    let place = Place::new();
    let mut desk = at_the_sign_in(&place);
    desk.keys("BTab");
    desk.send("甲乙");
    desk.until("甲乙");
    desk.signal(Signal::TSTP);
    desk.wait_written("the way out of the other screen", |bytes| {
        String::from_utf8_lossy(bytes).contains(LEAVE)
    });
    let since = Instant::now();
    while !desk.is_stopped() {
        assert!(since.elapsed() < PATIENCE, "it never stopped");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_sane(&desk);
    let before = desk.written().len();
    desk.signal(Signal::CONT);
    desk.wait_written("the way back", |bytes| {
        String::from_utf8_lossy(&bytes[before..]).contains(ENTER)
    });
    desk.until("甲乙");
    desk.send("丙");
    desk.until("甲乙丙");
    assert_ne!(desk.modes(), desk.modes_before(), "raw again");
    desk.keys("C-q");
    assert_eq!(desk.wait_for_end(), 0);
    assert_sane(&desk);
}

#[test]
fn every_frame_is_one_synchronized_update_and_the_caret_stands_behind_each_letter() {
    let place = Place::new();
    let house = House::open(&place, "127.0.0.1:0");
    let mut desk = place.desk((120, 36), &house.address, "desk", "liuyang");
    sign_in(&mut desk);
    desk.until("JN-2");
    let mut typed = String::new();
    for letter in "a市中区，b舜玉 路①é".chars() {
        typed.push(letter);
        desk.send(&letter.to_string());
        desk.wait(&format!("the caret behind {typed:?}"), |screen| {
            let (row, col) = screen.cursor_position();
            let left = screen.contents_between(row, 0, row, col);
            !screen.hide_cursor()
                && row + 1 < screen.size().0.get()
                && left
                    .trim_end_matches(' ')
                    .ends_with(typed.trim_end_matches(' '))
        });
    }
    keeps_its_text_through_a_storm_of_sizes(&mut desk, &typed);
    desk.keys("C-q");
    desk.until("退出程序");
    desk.keys("Enter");
    assert_eq!(desk.wait_for_end(), 0);
    assert_sane(&desk);
    let written = desk.written();
    let written = String::from_utf8_lossy(&written);
    let mut outside = String::new();
    let mut rest = &*written;
    while let Some((before, frame)) = rest.split_once(BEGIN) {
        outside.push_str(before);
        let (frame, after) = frame.split_once(END).expect("a frame that never ends");
        assert!(!frame.contains(BEGIN), "a frame in a frame");
        rest = after;
    }
    outside.push_str(rest);
    for known in [ENTER, LEAVE, SHOW, END, "\u{1b}[?2004h", "\u{1b}[?2004l"] {
        outside = outside.replace(known, "");
    }
    assert_eq!(outside, "", "written outside a frame");
}

fn keeps_its_text_through_a_storm_of_sizes(desk: &mut Terminal, typed: &str) {
    for n in 0..40_u16 {
        desk.resize(80 + n * 37 % 90, 24 + n * 11 % 30);
    }
    desk.resize(79, 24);
    desk.until("窗口太小，至少 80 列 24 行");
    desk.wait("one line alone", |screen| {
        screen.contents().trim().lines().count() == 1
    });
    desk.resize(80, 23);
    desk.until("窗口太小");
    desk.resize(120, 36);
    desk.until(typed);
    desk.gone("窗口太小");
}
