//! What people at the desk stumbled over, each kept from coming back.

use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::message::Input;
use crate::desk::ports::{Outside, PhoneEvent};
use crate::desk::screens::call::{Form, Phase};
use crate::domain::id::{Account, CallId, TicketId, UnitCode};
use crate::domain::lifecycle::EventKind;
use crate::domain::role::{Actor, Stamp};
use crate::domain::seat::SeatState;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 36);
const CALL: CallId = CallId(id(900));

fn answered(size: (u16, u16)) -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, size);
    desk.ring();
    desk.keys("f3");
    desk
}

fn said(desk: &mut Desk, line: &str) {
    let line = line.to_owned();
    desk.outside(Outside::Phone(CALL, PhoneEvent::Said { line }));
}

#[test]
fn the_answer_a_form_was_closed_with_stays_to_be_read_on() {
    for size in [SMALL, LARGE] {
        let mut desk = answered(size);
        desk.text("楼里停水了什么时候来");
        desk.pass(2);
        desk.keys("f5 f5");
        assert_eq!(desk.opened().len(), 1);
        let frame = desk.frame();
        assert!(frame.contains("您好,计划停水的恢复时间"), "{frame}");
        assert!(frame.contains("已直办，可接着念"), "{frame}");
        // Pressed once more it closes no second ticket with it.
        desk.keys("f5 f5");
        assert_eq!(desk.opened().len(), 1);
        assert!(desk.frame().contains("这条刚才已直办"), "{}", desk.frame());
        // What is written next looks for its own answers.
        desk.keys("esc");
        desk.text("暖气不热");
        assert!(!desk.frame().contains("可接着念"), "{}", desk.frame());
        assert_eq!(desk.state.call.answers.asked, "暖气不热");
    }
}

#[test]
fn what_is_typed_while_it_rings_goes_on_looking_and_not_into_the_form() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.text("停");
    desk.ring();
    desk.text("水");
    assert_eq!(desk.state.call.answers.query.text(), "停水");
    assert!(desk.state.call.form.is_blank());
    desk.keys("f9");
    assert!(
        desk.state.popup.is_none(),
        "nothing is finished that only rings"
    );
    assert!(desk.frame().contains("来电还没有接听"), "{}", desk.frame());
    desk.keys("f5 esc tab");
    desk.text("费");
    assert!(desk.state.call.form.is_blank());
    desk.keys("f3");
    assert_eq!(desk.state.call.phase, Phase::Talking);
    assert!(
        desk.frame().contains("停水了什么时候能恢复"),
        "{}",
        desk.frame()
    );
    desk.text("家里没水");
    assert_eq!(desk.state.call.form.text.text(), "家里没水");
    assert_eq!(desk.state.call.answers.asked, "家里没水");
}

#[test]
fn what_is_typed_between_f3_and_the_phone_s_answer_is_the_form_s() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.hold = true;
    desk.keys("f3");
    assert_eq!(desk.state.call.phase, Phase::Ringing);
    desk.text("停水");
    desk.release_all();
    assert_eq!(desk.state.call.phase, Phase::Talking);
    assert_eq!(desk.state.call.form.text.text(), "停水");
}

#[test]
fn nothing_is_said_of_answers_that_are_still_looked_for() {
    let mut desk = answered(SMALL);
    desk.hits = 0;
    desk.hold = true;
    desk.text("停水");
    assert!(desk.frame().contains("正在查找"), "{}", desk.frame());
    assert!(!desk.frame().contains("没有找到"), "{}", desk.frame());
    desk.release_all();
    assert!(desk.frame().contains("没有找到"), "{}", desk.frame());
}

#[test]
fn the_server_s_address_stands_where_one_signs_in_and_in_the_help() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.state.server = "http://127.0.0.1:40123".to_owned();
    assert!(
        desk.frame().contains("服务器 http://127.0.0.1:40123"),
        "{}",
        desk.frame()
    );
    desk.sign_in();
    desk.keys("alt-h pagedown pagedown pagedown");
    assert!(
        desk.frame().contains("服务器 http://127.0.0.1:40123"),
        "{}",
        desk.frame()
    );
}

#[test]
fn a_long_place_is_seen_whole_or_seen_to_be_cut() {
    let mut desk = answered(LARGE);
    desk.text("停水了");
    let street = line("济南高新技术产业开发区舜华路街道");
    desk.state.call.suggestion.as_mut().unwrap().street = street;
    let frame = desk.frame();
    assert!(
        frame.contains("历下区济南高新技术产业开发区舜华路街道?"),
        "{frame}"
    );
    desk.keys("tab");
    let frame = desk.frame();
    assert!(frame.contains("历下区济南高新技术产业开发…?"), "{frame}");
}

#[test]
fn a_missed_call_leaves_no_form_says_so_and_one_key_makes_the_seat_idle() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.text("停水");
    desk.outside(Outside::Phone(CALL, PhoneEvent::Ended { by_caller: false }));
    desk.seat(SeatState::Busy);
    assert!(desk.state.call.is_idle());
    let frame = desk.frame();
    assert!(frame.contains("座席已转示忙，按 F9 示闲"), "{frame}");
    assert!(frame.contains("当前示忙，不进来电；按 F9 示闲"), "{frame}");
    desk.chosen.clear();
    desk.keys("f9");
    assert_eq!(desk.chosen, [SeatState::Idle]);
    desk.keys("f9");
    assert_eq!(
        desk.chosen,
        [SeatState::Idle],
        "an idle seat has nothing to finish"
    );
}

#[test]
fn a_call_that_is_over_and_finished_asks_for_no_form() {
    let mut desk = answered(LARGE);
    desk.text("楼里停水了什么时候来");
    desk.pass(2);
    desk.keys("f9 enter");
    desk.outside(Outside::Phone(CALL, PhoneEvent::Ended { by_caller: true }));
    desk.seat(SeatState::WrapUp);
    let frame = desk.frame();
    assert!(frame.contains("已挂断，已收单；按 F9 完成整理"), "{frame}");
    assert!(!frame.contains("请收单"), "{frame}");
}

#[test]
fn the_caller_s_words_are_read_back_to_the_first() {
    for size in [SMALL, LARGE, (200, 60)] {
        let mut desk = answered(size);
        for n in 0..20 {
            said(&mut desk, &format!("第{n}句,楼上一直在漏水,物业没有人管"));
        }
        let frame = desk.frame();
        assert!(
            frame.contains("第19句") && !frame.contains("第0句"),
            "{frame}"
        );
        for _ in 0..40 {
            desk.keys("pageup");
        }
        assert!(desk.frame().contains("第0句"), "{}", desk.frame());
        assert!(!desk.frame().contains("第19句"), "{}", desk.frame());
        // A new line moves nothing for who reads back.
        said(&mut desk, "还在吗");
        assert!(!desk.frame().contains("还在吗"), "{}", desk.frame());
        for _ in 0..40 {
            desk.keys("pagedown");
        }
        assert!(desk.frame().contains("还在吗"), "{}", desk.frame());
        desk.keys("ctrl-p");
        assert!(desk.frame().contains("还在吗"), "{}", desk.frame());
        desk.keys("home");
        assert!(desk.frame().contains("第0句"), "{}", desk.frame());
        desk.keys("esc");
        assert!(desk.state.popup.is_none());
    }
}

#[test]
fn long_words_of_the_caller_are_wrapped_and_not_cut() {
    let mut desk = answered(LARGE);
    let long = "我家在芙蓉街三十一号院二号楼,从昨天中午开始就没有水了,给物业打电话说不知道,请问到底什么时候能修好";
    said(&mut desk, long);
    let frame: String = desk
        .frame()
        .chars()
        .filter(|c| !"│ \n".contains(*c))
        .collect();
    assert!(frame.contains("什么时候能修好"), "{frame}");
}

#[test]
fn the_read_back_begins_with_who_is_reached_where() {
    let mut desk = answered(SMALL);
    desk.text("停水了");
    desk.keys("ctrl-r");
    let frame = desk.frame();
    assert!(
        frame.contains("来电人：张先生  电话：0531-86120035"),
        "{frame}"
    );
}

#[test]
fn the_first_choice_for_a_ticket_leads_on_and_the_last_ends_it() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.may = vec![
        "withdraw",
        "amend",
        "send_back",
        "reject_return",
        "accept_return",
        "approve",
    ];
    desk.keys("ctrl-t enter f9");
    let Some(crate::desk::popup::Popup::Menu(menu)) = &desk.state.popup else {
        panic!("{}", desk.frame())
    };
    let ids: Vec<&str> = menu.options.iter().map(|it| it.id.as_str()).collect();
    let expected = [
        "approve",
        "accept_return",
        "reject_return",
        "send_back",
        "amend",
        "withdraw",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn a_dialog_without_fields_says_what_will_happen() {
    for (action, words) in [
        ("sign", "签收后由您单位办理"),
        ("approve", "转回访"),
        ("accept_return", "回到分办员"),
        ("submit", "受理后开始计时"),
        ("unmerge", "单独办理"),
        ("ask_progress", "查过进度"),
    ] {
        let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
        desk.may = vec![action];
        desk.keys("ctrl-t enter f9 enter");
        assert!(desk.frame().contains(words), "{action}: {}", desk.frame());
    }
}

#[test]
fn a_ticket_shows_what_review_and_call_back_came_to() {
    let mut desk = Desk::signed_in(Lang::ZhCn, LARGE);
    desk.keys("ctrl-t enter");
    let history = desk.state.ticket.history.as_mut().unwrap();
    let event = |kind| crate::domain::lifecycle::Event {
        kind,
        ..history.events[0].clone()
    };
    let closed = event(EventKind::Closed {
        reached: true,
        solved: Some(false),
        satisfied: Some(false),
        reason: line("还在漏"),
    });
    let reviewed = event(EventKind::DeclineReviewed { right: true });
    history.events.extend([closed, reviewed]);
    let frame = desk.frame();
    assert!(
        frame.contains("接通 是  已解决 否  满意 否  还在漏"),
        "{frame}"
    );
    assert!(frame.contains("不予受理正确 是"), "{frame}");
}

#[test]
fn who_is_not_listed_is_named_by_the_unit_and_not_by_an_account() {
    let mut desk = Desk::signed_in(Lang::ZhCn, LARGE);
    desk.keys("ctrl-t enter");
    let by = Actor {
        account: Account::parse("clerk-LX").unwrap(),
        seat: None,
        unit: UnitCode::parse("LX").unwrap(),
    };
    let event = desk.state.ticket.history.as_mut().unwrap();
    event.events[0].stamp = Stamp {
        by,
        ..event.events[0].stamp.clone()
    };
    let frame = desk.frame();
    assert!(frame.contains("历下区政府  催办"), "{frame}");
    assert!(!frame.contains("clerk-"), "{frame}");
}

#[test]
fn a_call_that_a_colleague_gave_away_says_by_whom() {
    for size in [SMALL, LARGE] {
        let mut desk = Desk::signed_in(Lang::ZhCn, size);
        desk.outside(Outside::Phone(CALL, PhoneEvent::Ringing));
        let view = desk.state.call.view.as_mut().unwrap();
        view.call.answered_by = Some(Account::parse("clerk-sw").unwrap());
        let frame = desk.frame();
        assert!(frame.contains("转接  孙强 转来"), "{frame}");
        desk.keys("f3");
        assert!(!desk.frame().contains("转来"), "{}", desk.frame());
    }
}

#[test]
fn dialling_a_call_back_brings_the_form_it_was_promised_from() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    let mut form = Form {
        id: Some(TicketId(id(482))),
        ..Form::default()
    };
    form.text.set("答应查好再回");
    desk.state.call.drafts.push(form);
    desk.keys("ctrl-k f3");
    assert_eq!(desk.state.place, Place::Call);
    assert_eq!(desk.state.call.form.text.text(), "答应查好再回");
    assert!(desk.frame().contains("答应查好再回"), "{}", desk.frame());
}

#[test]
fn a_command_with_words_looks_them_up_at_once() {
    let mut desk = answered(SMALL);
    desk.text("停水了");
    desk.keys("ctrl-l");
    desk.text("accused 水务");
    desk.keys("enter enter");
    let unit = desk.state.call.form.fixed.accused.as_ref();
    assert_eq!(unit.unwrap().as_str(), "SW");
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.may = vec!["merge"];
    desk.keys("ctrl-t enter ctrl-l");
    desk.text("merge 公积金");
    desk.keys("enter enter");
    let merge = serde_json::to_value(desk.sent.last()).unwrap().to_string();
    assert!(merge.contains(&id(17).to_string()), "{merge}");
}

#[test]
fn a_screen_that_nobody_touches_locks_and_the_password_brings_it_back() {
    let mut desk = answered(SMALL);
    desk.state.lock_after = Some(jiff::SignedDuration::from_mins(10));
    desk.text("楼里停水了");
    desk.pass(3_600);
    desk.input(Input::Wake);
    assert!(desk.state.person.is_some(), "a caller is on the line");
    desk.outside(Outside::Phone(CALL, PhoneEvent::Ended { by_caller: true }));
    desk.seat(SeatState::WrapUp);
    desk.keys("f9 5 tab");
    desk.text("信访条例");
    desk.seat(SeatState::Break);
    let at = crate::desk::update::locks_at(&desk.state).unwrap();
    assert!(desk.state.wake_at().unwrap() <= at);
    desk.pass(599);
    desk.input(Input::Wake);
    assert!(desk.state.person.is_some());
    desk.pass(1);
    desk.chosen.clear();
    desk.input(Input::Wake);
    let frame = desk.frame();
    assert!(
        frame.contains("屏幕已锁") && !frame.contains("停水"),
        "{frame}"
    );
    desk.text("wrong");
    desk.keys("enter");
    assert!(desk.frame().contains("账号或密码不对"), "{}", desk.frame());
    desk.text("secret-one");
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Call);
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了");
    assert!(desk.chosen.is_empty(), "a break goes on");
    let kept = desk.state.shelf.last().unwrap();
    assert_eq!(kept.text("basis"), "信访条例");
}

#[test]
fn the_key_of_whoever_finds_a_machine_that_slept_locks_it_and_goes_nowhere() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.state.lock_after = Some(jiff::SignedDuration::from_mins(10));
    desk.seat(SeatState::Break);
    desk.pass(8 * 3_600);
    desk.text("x");
    assert!(desk.frame().contains("屏幕已锁"), "{}", desk.frame());
    desk.text("secret-one");
    desk.keys("enter");
    assert!(
        desk.state.person.is_some(),
        "the first key was no letter of it"
    );
}

#[test]
fn wrap_up_after_a_long_talk_is_not_locked_at_once_and_never_into_taking_calls() {
    let mut desk = answered(SMALL);
    desk.state.lock_after = Some(jiff::SignedDuration::from_mins(10));
    desk.text("楼里停水了");
    desk.pass(3_600);
    desk.input(Input::Wake);
    desk.outside(Outside::Phone(CALL, PhoneEvent::Ended { by_caller: true }));
    desk.seat(SeatState::WrapUp);
    desk.input(Input::Wake);
    assert!(desk.state.person.is_some(), "it was talked until now");
    desk.chosen.clear();
    desk.pass(601);
    desk.input(Input::Wake);
    assert!(desk.frame().contains("屏幕已锁"), "{}", desk.frame());
    assert_eq!(desk.chosen, [SeatState::Busy]);
}

#[test]
fn an_idle_seat_waits_for_calls_and_does_not_lock_but_by_hand() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.state.lock_after = Some(jiff::SignedDuration::from_mins(10));
    assert_eq!(crate::desk::update::locks_at(&desk.state), None);
    desk.keys("alt-l");
    assert!(desk.frame().contains("屏幕已锁"), "{}", desk.frame());
    assert_eq!(desk.chosen.last(), Some(&SeatState::Busy));
}

#[test]
fn the_number_that_is_looked_at_goes_to_the_clipboard() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("alt-c");
    assert!(desk.state.copied.is_none());
    desk.keys("ctrl-t alt-c");
    assert_eq!(
        desk.state.copied.take().as_deref(),
        Some("JN-20261121-000482")
    );
    desk.keys("enter alt-c");
    assert_eq!(
        desk.state.copied.take().as_deref(),
        Some("JN-20261121-000482")
    );
    let bytes = crate::desk::terminal::clipboard("JN-20261121-000482");
    assert_eq!(bytes, b"\x1b]52;c;Sk4tMjAyNjExMjEtMDAwNDgy\x07");
    for bad in ["", "a\x1b]0;x", "单号"] {
        assert!(crate::desk::terminal::clipboard(bad).is_empty());
    }
}

#[test]
fn a_ticket_is_printed_as_text_and_as_a_page_that_takes_nothing_for_markup() {
    let mut desk = Desk::signed_in(Lang::ZhCn, LARGE);
    desk.keys("ctrl-t enter");
    let request = &mut desk.state.ticket.view.as_mut().unwrap().ticket.request;
    request.text = crate::domain::text::Prose::parse("<b>停水</b> & 家里有老人").unwrap();
    desk.keys("ctrl-l");
    desk.text("print_ticket");
    desk.keys("enter");
    let [text, page] = desk.files.as_slice() else {
        panic!("{:?}", desk.files)
    };
    assert_eq!(text.name, "JN-20261121-000482.txt");
    assert!(
        text.text.contains("<b>停水</b> & 家里有老人"),
        "{}",
        text.text
    );
    assert!(text.text.contains("139******12"), "masked as on the screen");
    assert!(
        text.text.contains("催办") && text.text.contains("王受理"),
        "{}",
        text.text
    );
    assert_eq!(page.name, "JN-20261121-000482.html");
    assert!(
        page.text
            .contains("&lt;b&gt;停水&lt;/b&gt; &amp; 家里有老人"),
        "{}",
        page.text
    );
    assert!(page.text.contains("<html lang=\"zh-CN\">"), "{}", page.text);
    assert!(
        desk.frame().contains("/home/wang/print"),
        "{}",
        desk.frame()
    );
}

#[test]
fn the_note_for_the_next_shift_holds_no_secret_story() {
    let mut desk = answered(LARGE);
    desk.text("楼里停水了");
    desk.state.call.form.confidential = true;
    desk.keys("ctrl-l");
    desk.text("handover");
    desk.keys("enter f9");
    let [note] = desk.files.as_slice() else {
        panic!("{}", desk.frame())
    };
    assert!(note.text.contains("尾号 0957：保密"), "{}", note.text);
    assert!(!note.text.contains("楼里停水了"), "{}", note.text);
}

#[test]
fn the_note_for_the_next_shift_begins_with_what_is_open() {
    let mut desk = answered(LARGE);
    desk.text("楼里停水了");
    desk.keys("ctrl-l");
    desk.text("handover");
    desk.keys("enter");
    let frame = desk.frame();
    assert!(frame.contains("未收 尾号 0957：楼里停水了"), "{frame}");
    assert!(frame.contains("回拨到期 1"), "{frame}");
    desk.keys("ctrl-end");
    desk.text("明早先回张先生");
    desk.keys("f9");
    let [note] = desk.files.as_slice() else {
        panic!("{}", desk.frame())
    };
    assert_eq!(note.name, "handover-2026-11-24-wang.txt");
    assert!(note.text.ends_with("明早先回张先生\n"), "{}", note.text);
    assert!(note.text.contains("王受理"), "{}", note.text);
}
