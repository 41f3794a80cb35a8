//! A call from ring to idle, through keys.

use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::ports::{Outgoing, Outside, PhoneCommand, PhoneEvent, PortError, Unsent};
use crate::desk::screens::call::Phase;
use crate::domain::callback::CallbackAction;
use crate::domain::id::CallId;
use crate::domain::lifecycle::Action;
use crate::domain::seat::SeatState;
use crate::domain::ticket::AnswerSource;
use crate::protocol::call::CallReport;
use crate::protocol::error::ApiError;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);

fn answered() -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.keys("f3");
    desk
}

#[test]
fn the_seat_is_idle_at_once_after_signing_in() {
    let desk = Desk::signed_in(Lang::ZhCn, SMALL);
    assert_eq!(desk.chosen, [SeatState::Idle]);
    assert_eq!(desk.state.place, Place::Call);
}

#[test]
fn a_second_matter_in_the_same_call_knows_the_caller() {
    let mut desk = answered();
    let number = desk.state.call.form.telephone.clone();
    assert!(number.is_some());
    desk.text("楼里停水了什么时候来");
    desk.pass(2);
    desk.keys("f5 f5");
    assert_eq!(desk.opened().len(), 1);
    assert!(desk.state.call.is_live() && desk.state.call.form.text.is_blank());
    assert_eq!(desk.state.call.form.telephone, number);
    assert_eq!(desk.state.call.form.call, desk.state.call.id);
    assert!(desk.state.call.form.number.is_some(), "a number of its own");
}

#[test]
fn a_wrong_password_says_so_and_keeps_the_account() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.text("wang");
    desk.keys("enter");
    desk.text("wrong");
    desk.keys("enter");
    assert!(desk.frame().contains("账号或密码不对"), "{}", desk.frame());
    assert!(desk.frame().contains("wang"));
    assert!(desk.state.person.is_none());
}

#[test]
fn a_direct_answer_takes_at_most_six_command_keys() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    assert!(
        desk.frame().contains("张先生"),
        "the history pops before answering"
    );
    desk.keys("f3");
    desk.text("楼里停水了什么时候来");
    desk.pass(2);
    desk.keys("f5 f5 ctrl-d ctrl-d f9");
    assert!(desk.command_keys <= 6, "{}", desk.command_keys);
    let opened = desk.opened();
    assert_eq!(opened.len(), 1);
    let Action::CloseDirectly { answer } = &opened[0].then[0] else {
        panic!("{:?}", opened[0].then)
    };
    assert!(
        matches!(&answer.source, AnswerSource::Entry { code, version: 6 } if code.as_str() == "SW-0000")
    );
    assert_eq!(opened[0].number.unwrap().tail(), "0957");
    assert_eq!(desk.chosen.last(), Some(&SeatState::Idle));
    assert_eq!(desk.state.call.phase, Phase::None);
    assert!(desk.state.call.form.is_blank());
}

#[test]
fn a_dispatched_ticket_takes_at_most_nine_command_keys() {
    let mut desk = answered();
    desk.text("楼里停水了什么时候来");
    desk.pass(2);
    desk.keys("f9 enter ctrl-d ctrl-d f9");
    assert!(desk.command_keys <= 9, "{}", desk.command_keys);
    let opened = desk.opened();
    assert_eq!(opened[0].then, [Action::Submit]);
    assert_eq!(opened[0].request.item.as_ref().unwrap().as_str(), "GS-TS");
    assert_eq!(opened[0].request.place.street.as_str(), "泉城路街道");
    assert_eq!(desk.chosen.last(), Some(&SeatState::Idle));
}

#[test]
fn f3_answers_holds_and_takes_back_but_is_deaf_for_a_second() {
    let mut desk = answered();
    desk.keys("f3 f3");
    assert_eq!(desk.state.call.phase, Phase::Talking, "deaf");
    desk.pass(1);
    desk.keys("f3");
    assert_eq!(desk.state.call.phase, Phase::Holding);
    desk.pass(1);
    desk.keys("f3");
    assert_eq!(desk.state.call.phase, Phase::Talking);
    let expected = [
        CallReport::Ringing,
        CallReport::Answered,
        CallReport::Held,
        CallReport::Resumed,
    ];
    assert_eq!(desk.reports, expected);
}

#[test]
fn hanging_up_takes_two_presses_within_two_seconds() {
    let mut desk = answered();
    desk.keys("ctrl-d");
    desk.pass(2);
    desk.keys("ctrl-d");
    assert_eq!(desk.state.call.phase, Phase::Talking);
    desk.keys("ctrl-d");
    assert_eq!(desk.state.call.phase, Phase::Ended);
    assert!(matches!(desk.phoned.last(), Some(PhoneCommand::HangUp(_))));
}

#[test]
fn a_refusal_costs_no_text() {
    let mut desk = answered();
    desk.text("楼里停水了");
    desk.refuse = Some(PortError::Api(ApiError::Unavailable));
    desk.keys("f9 enter");
    assert!(
        desk.frame().contains("服务器暂时不能保存"),
        "{}",
        desk.frame()
    );
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了");
    desk.refuse = None;
    desk.keys("f9 enter");
    assert_eq!(desk.opened().len(), 1);
    assert_eq!(desk.opened()[0].request.text.as_str(), "楼里停水了");
}

#[test]
fn a_repeated_submit_names_the_same_ticket() {
    let mut desk = answered();
    desk.text("楼里停水了");
    desk.refuse = Some(PortError::Offline);
    desk.keys("f9 enter");
    let first = desk.state.call.form.id;
    desk.refuse = None;
    desk.keys("f9 enter");
    assert_eq!(Some(desk.opened()[0].id), first);
}

#[test]
fn without_a_line_the_form_is_kept_and_said() {
    let mut desk = answered();
    desk.offline = true;
    desk.text("楼里停水了");
    desk.keys("f9 enter");
    assert!(
        desk.frame().contains("线路恢复后自动发送"),
        "{}",
        desk.frame()
    );
    assert!(desk.state.call.form.is_blank());
}

#[test]
fn a_caller_who_hangs_up_leaves_the_form() {
    let mut desk = answered();
    desk.text("楼里停水了");
    desk.outside(Outside::Phone(
        CallId(id(900)),
        PhoneEvent::Ended { by_caller: true },
    ));
    desk.seat(SeatState::WrapUp);
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了");
    desk.keys("f9 enter f9");
    assert_eq!(desk.opened().len(), 1);
    assert_eq!(desk.chosen.last(), Some(&SeatState::Idle));
}

#[test]
fn a_caller_who_gives_up_before_the_answer_leaves_nothing() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.outside(Outside::Phone(
        CallId(id(900)),
        PhoneEvent::Ended { by_caller: true },
    ));
    assert!(desk.state.call.is_idle());
}

#[test]
fn an_unfinished_form_waits_when_the_next_call_comes() {
    let mut desk = answered();
    desk.text("第一个");
    desk.outside(Outside::Phone(
        CallId(id(900)),
        PhoneEvent::Ended { by_caller: true },
    ));
    let mut next = ringing();
    next.id = CallId(id(901));
    desk.outside(Outside::Server(crate::protocol::event::ServerEvent::Call {
        call: next,
    }));
    assert!(desk.state.call.form.is_blank());
    assert_eq!(desk.state.call.drafts.len(), 1);
    desk.keys("f3 ctrl-l");
    desk.text("next_draft");
    desk.keys("enter");
    assert_eq!(desk.state.call.form.text.text(), "第一个");
}

#[test]
fn a_promised_call_names_the_ticket_that_is_sent_before_it() {
    let mut desk = answered();
    desk.text("楼里停水了");
    desk.keys("ctrl-l");
    desk.text("hb 30m");
    desk.keys("enter f9");
    let [Outgoing::Open(ticket), Outgoing::Promise(promise)] = desk.sent.as_slice() else {
        panic!("{} sent", desk.sent.len())
    };
    assert_eq!(promise.ticket, Some(ticket.id));
    assert_eq!(promise.due, at("2026-11-24T01:30:00Z"));
}

#[test]
fn declining_needs_basis_and_the_other_road() {
    let mut desk = answered();
    desk.text("已经起诉的事");
    desk.keys("f9 5 f9");
    assert!(desk.frame().contains("这一项不能为空"), "{}", desk.frame());
    assert!(desk.sent.is_empty());
    desk.keys("tab");
    desk.text("信访条例");
    desk.keys("tab");
    desk.text("向法院申请");
    desk.keys("enter");
    assert!(matches!(desk.opened()[0].then[0], Action::Decline { .. }));
}

#[test]
fn a_dialog_put_away_comes_back_as_it_was() {
    let mut desk = answered();
    desk.text("已经起诉的事");
    desk.keys("f9 5 tab");
    desk.text("信访条例");
    desk.keys("esc f9 5");
    assert!(desk.frame().contains("信访条例"), "{}", desk.frame());
}

#[test]
fn a_ticket_is_urged_over_the_caller_s_list() {
    let mut desk = answered();
    desk.keys("f6 1 2");
    desk.text("家里有老人");
    desk.keys("enter");
    let [Outgoing::Act(ticket, change)] = desk.sent.as_slice() else {
        panic!("{} sent", desk.sent.len())
    };
    assert_eq!((ticket.0, change.version), (id(482), 3));
    assert!(matches!(&change.action, Action::Urge { note } if note.as_str() == "家里有老人"));
}

#[test]
fn a_dispatcher_dispatches_from_the_ticket() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.roles = vec![crate::domain::role::Role::Dispatcher];
    desk.sign_in();
    assert_eq!(desk.state.place, Place::Tickets);
    desk.keys("enter");
    assert_eq!(desk.state.place, Place::Ticket);
    desk.keys("f9 1");
    desk.text("sw");
    desk.keys("enter f9");
    let Some(Outgoing::Act(_, change)) = desk.sent.first() else {
        panic!("nothing sent")
    };
    assert!(matches!(&change.action, Action::Dispatch { lead, .. } if lead.as_str() == "SW"));
}

#[test]
fn an_action_that_is_not_possible_says_why() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t enter ctrl-l");
    desk.text("签收");
    assert!(desk.frame().contains("您的岗位不能办"), "{}", desk.frame());
    desk.keys("enter");
    assert!(desk.sent.is_empty());
    assert!(desk.frame().contains("签收："), "{}", desk.frame());
}

#[test]
fn a_call_back_is_moved_and_done_by_keys() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-k f3");
    assert!(matches!(desk.phoned.last(), Some(PhoneCommand::Dial(_))));
    assert_eq!(
        desk.state.place,
        Place::Ticket,
        "what it is about is read meanwhile"
    );
    desk.keys("esc f7 enter f9");
    desk.text("已告知");
    desk.keys("enter");
    let actions: Vec<&CallbackAction> = desk
        .sent
        .iter()
        .filter_map(|it| match it {
            Outgoing::Callback(_, change) => Some(&change.action),
            _ => None,
        })
        .collect();
    assert!(
        matches!(actions[0], CallbackAction::Reschedule { .. }),
        "{actions:?}"
    );
    assert!(
        matches!(actions[1], CallbackAction::Done { .. }),
        "{actions:?}"
    );
}

#[test]
fn what_was_on_the_screen_comes_back() {
    let mut desk = answered();
    desk.text("楼里停水了\n家里有老人");
    desk.keys("left left tab tab");
    desk.text("芙蓉街");
    desk.keys("f9 5 tab");
    desk.text("依");
    let before = desk.frame();
    let mut next = Desk::new(Lang::ZhCn, SMALL);
    next.remembered = desk.records.clone();
    next.state.now = desk.state.now;
    next.live = Some(CallId(id(900)));
    next.sign_in();
    assert_eq!(next.state.call.form, desk.state.call.form);
    assert!(next.state.popup == desk.state.popup);
    assert_eq!(
        next.state.call.answers.kept(),
        desk.state.call.answers.kept()
    );
    assert!(before.contains("依"), "{before}");
    assert_eq!(next.caret(), desk.caret());
}

#[test]
fn an_idle_desk_sleeps_and_a_call_wakes_it_once_a_second() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.callbacks.clear();
    desk.sign_in();
    assert_eq!(desk.state.wake_at(), None);
    desk.ring();
    assert_eq!(desk.state.wake_at(), Some(at("2026-11-24T01:00:01Z")));
}

#[test]
fn a_dialled_call_runs_beside_the_list_and_is_hung_up_there() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-k f3");
    let leg = CallId(id(950));
    desk.outside(Outside::Phone(leg, PhoneEvent::Ringing));
    assert_eq!(desk.state.call.phase, Phase::Dialling);
    desk.outside(Outside::Phone(leg, PhoneEvent::Connected));
    assert_eq!(desk.state.call.phase, Phase::Talking);
    assert_eq!(desk.state.place, Place::Ticket);
    assert!(
        desk.frame().contains("JN-20261121-000482"),
        "{}",
        desk.frame()
    );
    desk.keys("ctrl-d ctrl-d");
    assert_eq!(desk.phoned.last(), Some(&PhoneCommand::HangUp(leg)));
    assert!(
        desk.frame().contains("Esc 回到回拨列表"),
        "{}",
        desk.frame()
    );
    desk.keys("esc");
    assert_eq!(desk.state.place, Place::Callbacks);
    assert_eq!(desk.state.call.phase, Phase::None);
    assert!(
        desk.reports.is_empty(),
        "the server knows nothing of this leg"
    );
}

#[test]
fn a_known_account_needs_only_enter() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.state.know("wang", Some("secret-one"));
    desk.keys("enter");
    assert!(desk.state.person.is_some());
}

/// A call taken down while the line was gone, refused when it stood again.
fn refused() -> Desk {
    let mut desk = answered();
    desk.offline = true;
    desk.text("楼里停水了");
    desk.keys("f9 enter");
    let outgoing = desk.sent.pop().unwrap();
    desk.unsent = vec![Unsent {
        id: id(77),
        outgoing,
        made_at: at("2026-11-24T01:00:00Z"),
        refused: Some(ApiError::Forbidden.into()),
    }];
    desk.outside(Outside::Line(crate::desk::ports::LineState {
        down_since: None,
        unsent: 1,
        parked: 1,
    }));
    desk
}

#[test]
fn what_was_refused_later_can_be_read_and_sent_again() {
    let mut desk = refused();
    assert!(desk.frame().contains("^N"), "{}", desk.frame());
    desk.keys("ctrl-n enter");
    assert!(desk.frame().contains("楼里停水了"), "{}", desk.frame());
    desk.keys("enter");
    assert_eq!(desk.unsent[0].refused, None);
}

#[test]
fn what_was_refused_later_goes_only_when_a_person_gives_it_up() {
    let mut desk = refused();
    desk.keys("ctrl-n enter esc");
    assert_eq!(desk.unsent.len(), 1);
    desk.keys("ctrl-n enter 2");
    assert!(desk.unsent.is_empty());
}

#[test]
fn a_call_promised_after_the_ticket_was_sent_names_both() {
    let mut desk = answered();
    desk.text("楼里停水了");
    desk.keys("f9 enter ctrl-l");
    desk.text("hb 30m");
    desk.keys("enter f9");
    let [Outgoing::Open(ticket), Outgoing::Promise(promise)] = desk.sent.as_slice() else {
        panic!("{} sent", desk.sent.len())
    };
    assert_eq!(promise.ticket, Some(ticket.id));
    assert_eq!(promise.call, Some(CallId(id(900))));
}
