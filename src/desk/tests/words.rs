//! No word is lost: whatever is pressed, whoever calls, in whatever order answers come, each word typed into
//! a form stands in a form, until an acknowledged ticket holds it.

use super::world::*;
use crate::desk::keymap::{Key, Place};
use crate::desk::message::Input;
use crate::desk::ports::{Outside, PhoneEvent, PortError};
use crate::desk::screens::call::Form;
use crate::domain::id::CallId;
use crate::domain::seat::SeatState;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::words::Lang;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Type,
    Keys(&'static str),
    Ring(u128),
    End(u128),
    WrapUp,
    Refuse(bool),
    Offline(bool),
    Answer(usize),
    AnswerAll,
    SessionOver,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [
        "f3", "f5", "f6", "f8", "f9", "enter", "enter", "esc", "tab", "1", "2", "6", "ctrl-d",
    ];
    prop_oneof![
        6 => Just(Step::Type),
        8 => prop::sample::select(keys.to_vec()).prop_map(Step::Keys),
        6 => Just(Step::Keys("f9 enter")),
        1 => Just(Step::Keys("ctrl-l n e x t _ d r a f t enter")),
        2 => (900_u128..904).prop_map(Step::Ring),
        2 => (900_u128..904).prop_map(Step::End),
        1 => Just(Step::WrapUp),
        3 => prop::bool::weighted(0.7).prop_map(Step::Refuse),
        1 => any::<bool>().prop_map(Step::Offline),
        6 => (0_usize..8).prop_map(Step::Answer),
        3 => Just(Step::AnswerAll),
        1 => Just(Step::SessionOver),
    ]
}

fn take(desk: &mut Desk, step: &Step, typed: &mut Vec<String>) {
    match *step {
        Step::Type => {
            let word = format!("词{}。", typed.len());
            desk.text(&word);
            if desk.state.call.form.text.text().contains(&word) {
                typed.push(word);
            }
        }
        Step::Keys(keys) => {
            for key in keys.split(' ') {
                desk.input(Input::Key(Key::parse(key).unwrap()));
            }
        }
        Step::Ring(n) => {
            let mut call = ringing();
            call.id = CallId(id(n));
            desk.outside(Outside::Server(ServerEvent::Call { call }));
            desk.outside(Outside::Phone(CallId(id(n)), PhoneEvent::Ringing));
        }
        Step::End(n) => {
            let ended = PhoneEvent::Ended { by_caller: true };
            desk.outside(Outside::Phone(CallId(id(n)), ended));
        }
        Step::WrapUp => desk.seat(SeatState::WrapUp),
        Step::Refuse(refuse) => {
            desk.refuse = refuse.then_some(PortError::Api(ApiError::Unavailable));
        }
        Step::Offline(offline) => desk.offline = offline,
        Step::Answer(at) => desk.release(at),
        // The last first.
        Step::AnswerAll => {
            for at in (0..desk.held.len()).rev() {
                desk.release(at);
            }
        }
        Step::SessionOver => {
            desk.outside(Outside::Server(ServerEvent::SessionEnded));
            desk.state.know("wang", Some("secret-one"));
            desk.input(Input::Key(Key::parse("enter").unwrap()));
            while desk.state.place == Place::SignIn && !desk.held.is_empty() {
                desk.release(desk.held.len() - 1);
            }
        }
    }
    desk.pass(1);
}

/// True when a form on the desk, or a ticket that was sent, holds the word.
fn stands(desk: &Desk, word: &str) -> bool {
    let call = &desk.state.call;
    let has = |form: &Form| form.text.text().contains(word);
    has(&call.form)
        || call.drafts.iter().any(has)
        || call.outgoing.values().any(has)
        || desk
            .opened()
            .iter()
            .any(|ticket| ticket.request.text.as_str().contains(word))
}

/// A word that stands nowhere any more.
fn lost<'a>(desk: &Desk, typed: &'a [String]) -> Option<&'a String> {
    typed.iter().find(|word| !stands(desk, word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_typed_word_disappears(steps in prop::collection::vec(step(), 1..60)) {
        let mut desk = Desk::signed_in(Lang::ZhCn, (80, 24));
        desk.ring();
        desk.keys("f3");
        desk.hold = true;
        let mut typed = Vec::new();
        for step in steps {
            take(&mut desk, &step, &mut typed);
            let lost = lost(&desk, &typed);
            prop_assert!(lost.is_none(), "{lost:?} after {step:?}");
        }
    }
}

#[test]
fn clocks_and_the_keys_of_a_dialog_are_seen_whole_in_either_language() {
    use crate::desk::widgets::width;
    use crate::words::Desk as Word;
    for lang in Lang::ALL {
        let words = crate::words::Words::new(lang);
        for word in [
            Word::DueRed,
            Word::DueYellow,
            Word::DueGreen,
            Word::ChangedAt,
        ] {
            let text = words.say_with(word, &[("when", "11-20 00:00".into())]);
            assert!(width(&text) <= 21, "the column has 21 cells: {text}");
        }
        for word in [Word::DialogHint, Word::DialogHintProse] {
            let text = words.say_with(word, &[("key", "F9".into())]);
            assert!(width(&text) <= 76, "a narrow box has 76 cells: {text}");
        }
    }
}
