//! Anything may be pressed at any time: nothing panics, and what is drawn step by step is what would be
//! drawn at once.

use super::world::*;
use crate::desk::keymap::{Key, TABLE};
use crate::desk::message::Input;
use crate::desk::ports::{Outside, PhoneEvent};
use crate::desk::render_to_buffer;
use crate::desk::terminal::frame;
use crate::domain::id::CallId;
use crate::domain::role::Role;
use crate::domain::seat::SeatState;
use crate::words::Lang;
use proptest::prelude::*;
use ratatui::buffer::Buffer;

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Text(String),
    Paste(String),
    Resize(u16, u16),
    Ring,
    End,
    Said,
    WrapUp,
    Later,
}

fn step() -> impl Strategy<Value = Step> {
    let mut keys: Vec<String> = [
        "enter",
        "tab",
        "shift-tab",
        "esc",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "backspace",
        "delete",
        "ctrl-a",
        "ctrl-x",
        "ctrl-z",
        "1",
        "2",
        "5",
        "?",
    ]
    .map(str::to_owned)
    .into();
    let map = crate::desk::keymap::Keymap::built_in("default").unwrap();
    for row in TABLE {
        keys.extend(
            map.keys(row.command)
                .iter()
                .flatten()
                .map(ToString::to_string),
        );
    }
    prop_oneof![
        8 => prop::sample::select(keys).prop_map(Step::Key),
        4 => "(停水|a|𠮷|e\u{301}|👨‍👩‍👧|\u{202e}|zb |，){1,8}".prop_map(Step::Text),
        1 => "(济|南|a|，|。|\n|\u{1b}|e\u{301}|\t|𠮷){0,40}".prop_map(Step::Paste),
        1 => (1_u16..160, 1_u16..50).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        1 => Just(Step::Ring),
        1 => Just(Step::End),
        1 => Just(Step::Said),
        1 => Just(Step::WrapUp),
        1 => Just(Step::Later),
    ]
}

fn take(desk: &mut Desk, step: Step) {
    let call = CallId(id(900));
    match step {
        Step::Key(key) => desk.input(Input::Key(Key::parse(&key).unwrap())),
        Step::Text(text) => desk.text(&text),
        Step::Paste(text) => desk.input(Input::Paste(text)),
        Step::Resize(columns, rows) => desk.input(Input::Resize(columns, rows)),
        Step::Ring => desk.ring(),
        Step::End => desk.outside(Outside::Phone(call, PhoneEvent::Ended { by_caller: true })),
        Step::Said => {
            let line = "喂\u{1b}[2J\n你好".to_owned();
            desk.outside(Outside::Phone(call, PhoneEvent::Said { line }));
        }
        Step::WrapUp => desk.seat(SeatState::WrapUp),
        Step::Later => {
            desk.pass(3);
            desk.input(Input::Wake);
        }
    }
}

fn emulator(rows: u16, columns: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
}

/// What a terminal shows after the bytes.
fn screen(parser: &vt100::Parser) -> Vec<String> {
    parser
        .screen()
        .rows(0, u16::MAX)
        .map(|row| row.trim_end().to_owned())
        .collect()
}

proptest! {
    // 250 times 40 make 10,000 keys, resizes and events.
    #![proptest_config(ProptestConfig::with_cases(250))]
    #[test]
    fn frames_drawn_one_after_the_other_equal_a_full_one(
        steps in prop::collection::vec(step(), 40),
        english: bool,
        dispatcher: bool,
    ) {
        let lang = if english { Lang::En } else { Lang::ZhCn };
        let mut desk = Desk::new(lang, (80, 24));
        desk.state.lock_after = Some(jiff::SignedDuration::from_secs(8));
        if dispatcher {
            desk.roles = vec![Role::CallTaker, Role::Dispatcher];
        }
        desk.sign_in();
        let mut shown = Buffer::default();
        let mut caret = None;
        let mut parser = emulator(24, 80);
        let last = steps.len() - 1;
        for (at, step) in steps.into_iter().enumerate() {
            take(&mut desk, step);
            let (next, place) = render_to_buffer(&desk.state, desk.state.columns, desk.state.rows);
            if let Some((x, y)) = place {
                prop_assert!(x < next.area.width && y + 1 < next.area.height, "caret at {x},{y}");
            }
            let everything = shown.area != next.area;
            if everything {
                shown = Buffer::empty(next.area);
                parser = emulator(next.area.height, next.area.width);
            }
            parser.process(&frame(&shown, &next, caret, place, everything).unwrap());
            (shown, caret) = (next, place);
            // A cell out of place stays so: it is found at the next look.
            if at % 5 != 0 && at != last {
                continue;
            }
            let next = &shown;
            let mut whole = emulator(next.area.height, next.area.width);
            let empty = Buffer::empty(next.area);
            whole.process(&frame(&empty, next, None, place, true).unwrap());
            prop_assert_eq!(screen(&parser), screen(&whole));
            if place.is_some() {
                prop_assert_eq!(
                    parser.screen().cursor_position(),
                    whole.screen().cursor_position()
                );
            }
        }
    }
}
