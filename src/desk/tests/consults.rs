//! Asking experts: from the call, with the form; at the expert's seat; and what comes back.

use super::screens::everywhere;
use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::popup::Popup;
use crate::desk::ports::{ConsultDeed, Outgoing, Outside, PhoneCommand, PhoneEvent, PortError};
use crate::domain::consult::{Consult, ConsultAction, ConsultState};
use crate::domain::id::{Account, CallId, SeatNo, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::role::{Actor, Role, Stamp};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{AnswerSource, Request};
use crate::protocol::event::ServerEvent;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);
const CALL: CallId = CallId(id(900));

fn talking(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::signed_in(lang, size);
    desk.ring();
    desk.keys("f3");
    desk.text("楼里停水了,管网归谁管");
    desk
}

fn asked(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = talking(lang, size);
    desk.keys("alt-q enter");
    desk.text("归谁修");
    desk.keys("enter");
    desk
}

fn by_expert() -> Stamp {
    Stamp {
        by: Actor {
            account: Account::parse("liu").unwrap(),
            seat: SeatNo::parse("0501").ok(),
            unit: UnitCode::parse("SW").unwrap(),
        },
        at: at("2026-11-24T01:00:30Z"),
    }
}

/// The expert does something; the server tells it.
fn comes_back(desk: &mut Desk, state: ConsultState) {
    let consult = desk.consults.last_mut().unwrap();
    consult.version += 1;
    consult.state = state;
    let event = ServerEvent::Consult {
        id: consult.id,
        version: consult.version,
    };
    desk.outside(Outside::Server(event));
}

fn answer(desk: &mut Desk) {
    let answer = Prose::parse("小区红线外归水务集团,红线内归物业。").unwrap();
    let by = by_expert();
    comes_back(desk, ConsultState::Answered { by, answer });
}

fn expert(lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(lang, size);
    desk.roles = vec![Role::Expert];
    desk.account = "liu";
    desk.sign_in();
    let mut request = Request {
        text: Prose::parse("楼里停水了,管网归谁管").unwrap(),
        ..Request::default()
    };
    request.place.address = line("芙蓉街 31 号院");
    let department = UnitCode::parse("SW").unwrap();
    let mut consult = consult(department, Some(CALL), &request);
    consult.found = vec![crate::domain::consult::Found {
        code: crate::domain::id::EntryCode::parse("SW-0001").unwrap(),
        version: 6,
        question: line("停水了什么时候能恢复?"),
    }];
    desk.consults = vec![consult.clone()];
    let event = ServerEvent::Consult {
        id: consult.id,
        version: 1,
    };
    desk.outside(Outside::Server(event));
    desk
}

fn last_deed(desk: &Desk) -> ConsultAction {
    match desk.deeds.last() {
        Some(ConsultDeed::Act(_, change)) => change.action.clone(),
        _ => panic!("no deed: {}", desk.frame()),
    }
}

#[test]
fn a_department_is_asked_with_the_form_and_what_was_found() {
    let mut desk = talking(Lang::ZhCn, SMALL);
    desk.keys("f7");
    assert!(desk.frame().contains("问专家"), "{}", desk.frame());
    desk.keys("1");
    let frame = desk.frame();
    assert!(frame.contains("水务局  在座 1  空闲 0"), "{frame}");
    assert!(frame.contains("历下区政府  无人在座"), "{frame}");
    desk.keys("enter");
    desk.text("归谁修");
    desk.keys("enter");
    let Some(ConsultDeed::Ask(new)) = desk.deeds.last() else {
        panic!("{}", desk.frame())
    };
    assert_eq!(new.department.as_str(), "SW");
    assert_eq!(new.question.as_str(), "归谁修");
    assert_eq!(new.request.text.as_str(), "楼里停水了,管网归谁管");
    assert_eq!((new.call, new.found.len()), (Some(CALL), 3));
    assert!(new.ticket.is_some() && new.number.is_some());
    // The form and the caller stay where they are; how the question stands is seen.
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了,管网归谁管");
    let frame = desk.frame();
    assert!(frame.contains("求援 水务局 00:00"), "{frame}");
    assert!(desk.state.wake_at().is_some());
    // One at a time, and it can be taken back.
    desk.keys("alt-q");
    assert!(
        desk.frame().contains("已经问了一位专家"),
        "{}",
        desk.frame()
    );
    desk.roles = vec![Role::CallTaker];
    desk.keys("f7 2");
    assert_eq!(last_deed(&desk), ConsultAction::Withdraw);
    assert!(desk.frame().contains("求援已撤回"), "{}", desk.frame());
}

#[test]
fn no_expert_is_asked_without_a_call_or_a_line_and_a_refusal_costs_no_word() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("alt-q");
    assert!(desk.frame().contains("没有通话"), "{}", desk.frame());
    let mut desk = talking(Lang::ZhCn, SMALL);
    desk.refuse = Some(PortError::Offline);
    desk.keys("alt-q enter");
    desk.text("归谁修");
    desk.keys("enter");
    assert!(desk.state.call.form.text.text().contains("停水"));
    desk.keys("esc alt-q");
    let Some(Popup::Dialog(dialog)) = &desk.state.popup else {
        panic!("{}", desk.frame())
    };
    assert_eq!(dialog.text("question"), "归谁修");
}

#[test]
fn the_answer_stands_on_the_asker_s_screen_and_closes_the_form_with_two_keys() {
    let mut desk = asked(Lang::ZhCn, SMALL);
    desk.text("。");
    let caret = desk.caret();
    answer(&mut desk);
    let frame = desk.frame();
    assert!(frame.contains("小区红线外归水务集团"), "{frame}");
    assert!(frame.contains("刘专家"), "{frame}");
    assert_eq!(desk.caret(), caret, "nothing moves under the caret");
    assert!(desk.state.alert.is_some());
    desk.keys("f7 1");
    let Some(Outgoing::Open(ticket)) = desk.sent.last() else {
        panic!("{}", desk.frame())
    };
    let [Action::CloseDirectly { answer }] = ticket.then.as_slice() else {
        panic!("{:?}", ticket.then)
    };
    assert!(answer.answer.as_str().contains("红线内归物业"));
    assert!(matches!(&answer.source, AnswerSource::Expert { unit } if unit.as_str() == "SW"));
    assert!(!desk.frame().contains("小区红线外归水务集团"));
}

#[test]
fn a_refusal_comes_back_with_its_reason_and_another_department_can_be_asked() {
    let mut desk = asked(Lang::ZhCn, SMALL);
    let reason = Line::parse("属地管理,问区政府").unwrap();
    let by = by_expert();
    comes_back(&mut desk, ConsultState::Declined { by, reason });
    let frame = desk.frame();
    assert!(frame.contains("不能答复：属地管理"), "{frame}");
    desk.keys("alt-q");
    desk.text("lx");
    desk.keys("enter enter");
    let Some(ConsultDeed::Ask(new)) = desk.deeds.last() else {
        panic!("{}", desk.frame())
    };
    assert_eq!(new.department.as_str(), "LX");
}

#[test]
fn a_call_that_an_expert_takes_over_goes_there_once_and_its_form_with_it() {
    let mut desk = asked(Lang::ZhCn, SMALL);
    let seat = SeatNo::parse("0501").unwrap();
    let by = by_expert();
    comes_back(&mut desk, ConsultState::TakenOver { by, seat });
    let transfers = |desk: &Desk| {
        let transfer = |it: &&PhoneCommand| matches!(it, PhoneCommand::Transfer(CALL, to) if to.as_str() == "0501");
        desk.phoned.iter().filter(transfer).count()
    };
    assert_eq!(transfers(&desk), 1);
    let event = ServerEvent::Consult {
        id: desk.consults[0].id,
        version: 2,
    };
    desk.outside(Outside::Server(event));
    assert_eq!(transfers(&desk), 1, "once");
    assert!(desk.state.call.form.is_blank(), "no second form of it here");
    desk.outside(Outside::Phone(CALL, PhoneEvent::Ended { by_caller: false }));
    assert!(desk.sent.is_empty());
    assert!(crate::desk::screens::call::nothing_to_finish(&desk.state));
}

#[test]
fn what_was_written_after_the_question_stays_when_an_expert_takes_the_call_over() {
    let mut desk = asked(Lang::ZhCn, SMALL);
    desk.text("，还有电梯也停了");
    let written = desk.state.call.form.text.text().to_owned();
    let seat = SeatNo::parse("0501").unwrap();
    let by = by_expert();
    comes_back(&mut desk, ConsultState::TakenOver { by, seat });
    assert!(desk.state.call.form.is_blank());
    let [rest] = &desk.state.call.drafts[..] else {
        panic!("{}", desk.frame())
    };
    assert_eq!(rest.text.text(), written);
    assert_eq!((rest.id, rest.number), (None, None), "a ticket of its own");
}

#[test]
fn a_locked_screen_stays_locked_whatever_comes_back() {
    let mut desk = expert(Lang::ZhCn, SMALL);
    desk.keys("alt-e f3 f9");
    desk.text("红线外归水务集团");
    desk.hold = true;
    desk.keys("f9 alt-l");
    assert!(desk.frame().contains("屏幕已锁"), "{}", desk.frame());
    desk.release_all();
    assert!(desk.state.popup.is_none(), "nothing stands over the lock");
    assert_eq!(desk.state.place, Place::SignIn);
    assert!(desk.frame().contains("屏幕已锁"), "{}", desk.frame());
}

#[test]
fn an_expert_sees_who_waits_takes_answers_and_writes_the_draft() {
    let mut desk = expert(Lang::ZhCn, SMALL);
    let frame = desk.frame();
    assert!(frame.contains("求援：王受理 问：供水管网归谁管"), "{frame}");
    assert!(frame.contains("! 求援 1 最长 02:00"), "{frame}");
    desk.keys("alt-e");
    assert_eq!(desk.state.place, Place::Consults);
    let frame = desk.frame();
    for part in [
        "02:00",
        "待接",
        "王受理",
        "芙蓉街 31 号院",
        "停水了什么时候能恢复?",
    ] {
        assert!(frame.contains(part), "{part}: {frame}");
    }
    desk.keys("f3");
    assert_eq!(last_deed(&desk), ConsultAction::Take);
    assert!(desk.frame().contains("在答"), "{}", desk.frame());
    desk.keys("f9");
    desk.text("红线外归水务集团");
    // Put away for a look elsewhere, it comes back with its words.
    desk.keys("esc f9");
    desk.keys("f9");
    let ConsultAction::Answer { answer } = last_deed(&desk) else {
        panic!("{}", desk.frame())
    };
    assert_eq!(answer.as_str(), "红线外归水务集团");
    assert!(desk.frame().contains("写成知识草稿"), "{}", desk.frame());
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Draft);
    let form = desk.state.draft.form.as_ref().unwrap();
    assert_eq!(form.text("question"), "供水管网归谁管?");
    assert_eq!(form.text("answer"), "红线外归水务集团");
}

#[test]
fn an_answer_without_a_word_and_a_refusal_without_a_reason_are_not_sent() {
    let mut desk = expert(Lang::ZhCn, SMALL);
    desk.keys("alt-e f9 f9");
    assert!(desk.frame().contains("这一项不能为空"), "{}", desk.frame());
    assert_eq!(last_deed(&desk), ConsultAction::Take, "opened it is theirs");
    desk.keys("esc f8 enter");
    assert!(desk.frame().contains("这一项不能为空"), "{}", desk.frame());
    desk.text("不属本部门");
    desk.keys("enter");
    assert!(matches!(last_deed(&desk), ConsultAction::Decline { .. }));
    assert!(desk.frame().contains("未答"), "{}", desk.frame());
    // It is over: nothing more is done to it.
    desk.keys("f3");
    assert!(desk.frame().contains("已经结束"), "{}", desk.frame());
}

#[test]
fn an_expert_takes_the_call_over_and_the_form_comes_with_it() {
    let mut desk = expert(Lang::ZhCn, SMALL);
    desk.keys("alt-e f7");
    assert!(
        desk.frame().contains("来电转到您的座席"),
        "{}",
        desk.frame()
    );
    desk.keys("enter");
    assert_eq!(last_deed(&desk), ConsultAction::TakeOver);
    desk.ring();
    desk.keys("f3");
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了,管网归谁管");
    assert_eq!(desk.state.call.form.address.text(), "芙蓉街 31 号院");
    assert_eq!(desk.state.call.form.id.unwrap().0, id(483));
}

#[test]
fn who_is_no_expert_has_no_list_and_the_reason_is_said() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("alt-e");
    assert!(
        desk.frame().contains("只有专家座席有求援列表"),
        "{}",
        desk.frame()
    );
    desk.keys("f3");
    assert!(desk.deeds.is_empty());
}

#[test]
fn what_was_read_before_the_sign_in_is_no_news() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.roles = vec![Role::Expert];
    let department = UnitCode::parse("SW").unwrap();
    let there: Consult = consult(department, Some(CALL), &Request::default());
    desk.consults = vec![there];
    desk.sign_in();
    assert!(desk.state.alert.is_none());
    assert!(desk.frame().contains("! 求援 1"), "{}", desk.frame());
}

#[test]
fn asking() {
    everywhere("consult-ask", |lang, size| {
        let mut desk = talking(lang, size);
        desk.keys("alt-q");
        desk
    });
    everywhere("consult-answered", |lang, size| {
        let mut desk = asked(lang, size);
        answer(&mut desk);
        desk.keys("tab");
        desk
    });
    everywhere("consult-help", |lang, size| {
        let mut desk = asked(lang, size);
        answer(&mut desk);
        desk.keys("f7");
        desk
    });
}

#[test]
fn the_expert_s_list() {
    everywhere("consults", |lang, size| {
        let mut desk = expert(lang, size);
        desk.keys("alt-e");
        desk
    });
    everywhere("consults-answer", |lang, size| {
        let mut desk = expert(lang, size);
        desk.keys("alt-e f9");
        desk.text("小区红线外归水务集团,红线内归物业。");
        desk
    });
    everywhere("consults-empty", |lang, size| {
        let mut desk = Desk::new(lang, size);
        desk.roles = vec![Role::Expert];
        desk.sign_in();
        desk.keys("alt-e");
        desk
    });
}
