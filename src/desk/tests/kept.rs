//! What was put away comes back whole, and nothing acts on another thing than was meant.

use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::message::{Effect, Input, Outcome};
use crate::desk::popup::{DialogFor, Field, Popup};
use crate::desk::ports::{JournalRecord, Outgoing, Outside, PortError, Sent};
use crate::desk::screens::call::Form;
use crate::desk::state::Purpose;
use crate::domain::callback::CallbackAction;
use crate::domain::id::{CallId, CallbackId, TicketId, UnitCode};
use crate::domain::seat::SeatState;
use crate::domain::text::Line;
use crate::domain::ticket::{Dispatch, QuestionAnswer, Request, State as TicketState};
use crate::protocol::callback::CallbackChange;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::seat::Colleague;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);

fn answered() -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.keys("f3");
    desk.pass(2);
    desk
}

/// A desk on the ticket's screen.
fn on_ticket() -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.may = vec!["amend", "dispatch"];
    desk.keys("ctrl-t enter");
    desk
}

fn dialog(desk: &Desk) -> &crate::desk::popup::Dialog {
    match &desk.state.popup {
        Some(Popup::Dialog(dialog)) => dialog,
        _ => panic!("no dialog: {}", desk.frame()),
    }
}

/// The answer to a write of that purpose.
fn write(desk: &mut Desk, purpose: Purpose, outgoing: Outgoing, sent: Sent) {
    let Effect::Ask {
        slot, generation, ..
    } = desk.state.send(purpose, outgoing)
    else {
        panic!("nothing is asked")
    };
    let outcome = Box::new(Outcome::Send(Ok(sent)));
    desk.input(Input::Done {
        slot,
        generation,
        outcome,
    });
}

#[test]
fn a_dialog_with_a_unit_filled_in_comes_back_with_what_was_typed() {
    let mut desk = on_ticket();
    let unit = UnitCode::parse("SW").unwrap();
    desk.state
        .ticket
        .view
        .as_mut()
        .unwrap()
        .ticket
        .request
        .accused = Some(unit);
    desk.state.popup = None;
    let open = |desk: &mut Desk| {
        let effects = crate::desk::update::run(
            &mut desk.state,
            crate::desk::keymap::Command::for_action("amend").unwrap(),
            "",
        );
        assert!(effects.is_empty());
    };
    open(&mut desk);
    let words = "更".repeat(500);
    desk.text(&words);
    desk.keys("esc");
    open(&mut desk);
    assert!(dialog(&desk).text("text").contains(&words));
    assert!(dialog(&desk).error.is_none(), "nobody changed it");
}

#[test]
fn a_dialog_with_more_fields_than_before_comes_back_with_what_was_typed() {
    let mut desk = on_ticket();
    let dispatch = crate::desk::keymap::Command::for_action("dispatch").unwrap();
    crate::desk::update::run(&mut desk.state, dispatch, "");
    desk.keys("tab");
    desk.text("三定方案");
    desk.keys("esc");
    let ticket = &mut desk.state.ticket.view.as_mut().unwrap().ticket;
    let stamp = ticket.opened.clone();
    ticket.state = TicketState::Dispatched(Dispatch {
        lead: UnitCode::parse("SW").unwrap(),
        co_units: vec![UnitCode::parse("LX").unwrap()],
        directory_version: 18,
        basis: Line::default(),
        stamp,
        signed: None,
    });
    crate::desk::update::run(&mut desk.state, dispatch, "");
    assert_eq!(dialog(&desk).text("basis"), "三定方案");
    assert_eq!(dialog(&desk).typed("co0"), "历下区政府");
}

#[test]
fn a_correction_on_a_version_that_a_colleague_changed_says_so() {
    let mut desk = on_ticket();
    let amend = crate::desk::keymap::Command::for_action("amend").unwrap();
    crate::desk::update::run(&mut desk.state, amend, "");
    desk.text("更正");
    desk.keys("esc");
    desk.state.ticket.view.as_mut().unwrap().ticket.version = 9;
    crate::desk::update::run(&mut desk.state, amend, "");
    assert!(desk.frame().contains("同事刚改过"), "{}", desk.frame());
    assert!(dialog(&desk).text("text").contains("更正"));
    // The colleague wrote into the same field: to be compared before it is sent.
    desk.keys("esc");
    let view = desk.state.ticket.view.as_mut().unwrap();
    view.ticket.version = 10;
    view.ticket.request.text = crate::domain::text::Prose::parse("另一种说法").unwrap();
    crate::desk::update::run(&mut desk.state, amend, "");
    assert!(dialog(&desk).error.is_some(), "{}", desk.frame());
    assert!(dialog(&desk).text("text").contains("更正"));
}

#[test]
fn the_palette_of_one_place_chooses_nothing_on_another() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t ctrl-l");
    assert!(matches!(desk.state.popup, Some(Popup::Palette(_))));
    desk.ring();
    assert_eq!(desk.state.place, Place::Call);
    assert!(desk.state.popup.is_none(), "{}", desk.frame());
}

#[test]
fn a_call_back_that_was_done_lets_no_other_selection_go() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-k down");
    let second = desk.callbacks[1].id;
    assert_eq!(desk.state.callbacks.kept.selected, Some(second));
    let done = |id| {
        let change = CallbackChange {
            version: 1,
            action: CallbackAction::Take,
        };
        Outgoing::Callback(id, Box::new(change))
    };
    // The first answer comes while the second is selected, and another one has come in above.
    desk.callbacks.remove(0);
    desk.callbacks.push(callback(3, "2026-11-24T07:00:00Z"));
    desk.callbacks.push(callback(4, "2026-11-24T08:00:00Z"));
    let sent = Sent::Done(None);
    write(&mut desk, Purpose::Callback, done(CallbackId(id(1))), sent);
    assert_eq!(desk.state.callbacks.kept.selected, Some(second));
}

#[test]
fn an_answer_about_one_ticket_lets_another_stay_in_the_list() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t enter");
    let shown = desk.state.ticket.kept().id.unwrap();
    let selected = desk.state.tickets.kept.selected;
    assert_eq!(selected, Some(shown));
    let add = serde_json::json!({"version": 3, "do": "add", "text": "电梯也停了"});
    let add = |id| Outgoing::Act(id, Box::new(serde_json::from_value(add.clone()).unwrap()));
    let other = TicketId(id(17));
    assert_ne!(other, shown);
    write(&mut desk, Purpose::Ticket, add(other), Sent::Done(None));
    assert_eq!(desk.state.tickets.kept.selected, selected);
    write(&mut desk, Purpose::Ticket, add(shown), Sent::Done(None));
    assert_eq!(desk.state.tickets.kept.selected, None);
}

#[test]
fn a_fresh_list_of_seats_keeps_the_colleague_under_the_finger() {
    let mut desk = answered();
    desk.keys("ctrl-l");
    desk.text("pass_call");
    desk.keys("enter down");
    let chosen = dialog(&desk).taken("seat").unwrap().code.clone();
    let mut seats: Vec<Colleague> = desk.state.seats.clone();
    for seat in &mut seats {
        let other = seat.no.to_string() != chosen;
        seat.state = if other {
            SeatState::Busy
        } else {
            SeatState::Idle
        };
    }
    crate::desk::screens::call::seats_known(&mut desk.state, Ok(seats));
    assert_eq!(dialog(&desk).taken("seat").unwrap().code, chosen);
}

#[test]
fn seats_that_come_late_touch_no_other_dialog() {
    let mut desk = answered();
    desk.keys("ctrl-l");
    desk.text("pass_call");
    desk.keys("enter esc");
    let form = desk.state.call.form.id.unwrap_or(TicketId(id(5)));
    let fields = vec![Field::unit("unit", String::new())];
    let purpose = DialogFor::DispatchTo { form };
    let mut other = crate::desk::popup::Dialog::new(purpose, String::new(), fields);
    other.asked = Some(0);
    desk.state.popup = Some(Popup::Dialog(other));
    let seats = desk.state.seats.clone();
    crate::desk::screens::call::seats_known(&mut desk.state, Ok(seats));
    assert_eq!(dialog(&desk).asked, Some(0), "its look-up is on its way");
}

#[test]
fn rows_of_one_group_do_not_stand_under_another_that_could_not_be_read() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t");
    assert!(!desk.state.tickets.rows.is_empty());
    desk.hold = true;
    let before = desk.state.tickets.kept.scope;
    desk.keys("tab");
    assert_ne!(desk.state.tickets.kept.scope, before);
    for input in std::mem::take(&mut desk.held) {
        let Input::Done {
            slot, generation, ..
        } = input
        else {
            continue;
        };
        let outcome = Box::new(Outcome::Tickets(Err(PortError::Offline)));
        desk.input(Input::Done {
            slot,
            generation,
            outcome,
        });
    }
    assert!(desk.state.tickets.rows.is_empty());
}

#[test]
fn the_waiting_form_of_the_live_call_is_its_next_form() {
    let mut desk = answered();
    desk.text("还没说完");
    let live = desk.state.call.form.clone();
    // An earlier caller's form is finished first.
    let mut earlier = Form {
        call: Some(CallId(id(901))),
        ..Form::default()
    };
    earlier.text.set("早先的");
    desk.state.call.drafts.push(earlier);
    desk.keys("ctrl-l");
    desk.text("next_draft");
    desk.keys("enter");
    assert_eq!(desk.state.call.form.text.text(), "早先的");
    desk.keys("f9 enter");
    assert_eq!(desk.state.call.form.text.text(), "还没说完");
    assert_eq!(desk.state.call.form.id, live.id);
    assert!(!desk.state.call.form.further, "the call has no record yet");
    assert!(desk.state.call.drafts.is_empty());
}

#[test]
fn whoever_signs_in_next_cannot_paste_what_the_former_copied() {
    let mut desk = answered();
    desk.text("身份证号");
    desk.keys("ctrl-a ctrl-c");
    assert_eq!(desk.state.clipboard.text, "身份证号");
    desk.outside(Outside::Server(ServerEvent::SessionEnded));
    assert_eq!(desk.state.clipboard.text, "");
}

#[test]
fn a_list_of_the_unsent_that_comes_late_throws_nothing_away() {
    let mut desk = answered();
    desk.text("第一个");
    let add = serde_json::json!({"version": 3, "do": "add", "text": "电梯也停了"});
    let add = Outgoing::Act(
        TicketId(id(17)),
        Box::new(serde_json::from_value(add).unwrap()),
    );
    crate::desk::popup::unsent::keep(&mut desk.state, add, ApiError::Forbidden);
    desk.hold = true;
    desk.keys("ctrl-n");
    desk.keys("f9 5 tab");
    desk.text("信访条例");
    desk.release_all();
    assert!(matches!(&desk.state.popup, Some(Popup::Menu(_))));
    let kept = desk.state.shelf.last().expect("the dialog is on the shelf");
    assert_eq!(kept.text("basis"), "信访条例");
    desk.hold = true;
    desk.keys("esc ctrl-n");
    desk.outside(Outside::Server(ServerEvent::SessionEnded));
    desk.release_all();
    assert!(desk.state.popup.is_none(), "nobody is signed in");
}

#[test]
fn what_another_desk_was_refused_is_settled_here_and_kept_once() {
    let mut other = answered();
    let add = serde_json::json!({"version": 3, "do": "add", "text": "电梯也停了"});
    let add = Outgoing::Act(
        TicketId(id(17)),
        Box::new(serde_json::from_value(add).unwrap()),
    );
    crate::desk::popup::unsent::keep(&mut other.state, add, ApiError::Forbidden);
    other.keys("ctrl-s");
    let left = other.records.iter().rev().find(|it| it.key == "refused");
    let value = left.unwrap().value.clone().unwrap();
    let key = crate::desk::adopted_key(&value).unwrap();
    assert!(crate::desk::adopted_key(&serde_json::json!([])).is_none());
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.remembered = vec![JournalRecord {
        key: key.clone(),
        value: Some(value.clone()),
    }];
    desk.sign_in();
    assert!(desk.state.refused == other.state.refused);
    let newest = |key: &str| desk.records.iter().rev().find(|it| it.key == key);
    assert_eq!(newest("refused").unwrap().value, Some(value));
    assert_eq!(newest(&key).unwrap().value, None);
}

#[test]
fn a_refused_write_shows_all_that_was_typed() {
    let mut desk = Desk::signed_in(Lang::En, (120, 40));
    desk.keys("ctrl-t");
    let request = || Request {
        text: crate::domain::text::Prose::parse("no water").unwrap(),
        place: crate::domain::ticket::Place {
            address: line("泉城路 1 号"),
            ..Default::default()
        },
        elements: crate::domain::ticket::Elements {
            cause: line("pipe burst"),
            ..Default::default()
        },
        answers: vec![QuestionAnswer {
            question: line("楼内几户没水?"),
            answer: line("all"),
        }],
        ..Request::default()
    };
    let open = serde_json::json!({
        "id": id(44), "channel": "telephone", "request": request(),
        "then": [{"do": "add", "text": "the lift stopped"}],
    });
    let amend = serde_json::json!({"version": 3, "do": "amend", "request": request()});
    let amend = serde_json::from_value(amend).unwrap();
    for outgoing in [
        Outgoing::Open(Box::new(serde_json::from_value(open).unwrap())),
        Outgoing::Act(TicketId(id(17)), Box::new(amend)),
    ] {
        let is_open = matches!(outgoing, Outgoing::Open(_));
        desk.state.refused.clear();
        crate::desk::popup::unsent::keep(&mut desk.state, outgoing, ApiError::Forbidden);
        desk.keys("ctrl-n 1");
        let frame = desk.frame();
        for words in ["no water", "泉城路 1 号", "pipe burst", "楼内几户没水? all"] {
            assert!(frame.contains(words), "{words}: {frame}");
        }
        assert_eq!(frame.contains("the lift stopped"), is_open, "{frame}");
        desk.keys("esc");
    }
}
