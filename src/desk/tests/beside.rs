//! What goes on beside a ticket's states, done at the desk by keys: staged answers, rulings, more co-units, 2110, children.

use super::screens::everywhere;
use super::world::*;
use crate::desk::ports::Outgoing;
use crate::domain::id::UnitCode;
use crate::domain::lifecycle::{Action, Refusal};
use crate::domain::role::{Actor, Role, Stamp};
use crate::domain::ticket::{
    Contact, Dispatch, ReturnReason, ReturnRequest, StageGround, State as TicketState, StepHow,
};
use crate::protocol::ticket::Barred;
use crate::words::Lang;

const SMALL: (u16, u16) = (80, 24);

/// A ticket is open that this may be done to.
fn opened(lang: Lang, size: (u16, u16), may: &[&'static str], stands: TicketState) -> Desk {
    let mut desk = Desk::signed_in(lang, size);
    desk.may = may.to_vec();
    desk.stands = stands;
    desk.keys("ctrl-t enter");
    desk
}

fn desk(may: &'static str) -> Desk {
    opened(Lang::ZhCn, SMALL, &[may], TicketState::ToDispatch)
}

/// The last action that was sent, as the wire has it.
fn done(desk: &Desk) -> Action {
    match desk.sent.last() {
        Some(Outgoing::Act(_, change)) => change.action.clone(),
        _ => panic!("nothing was sent: {}", desk.frame()),
    }
}

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

fn returned() -> TicketState {
    let by = Actor {
        account: person(&[Role::Dispatcher]).account,
        seat: None,
        unit: unit("HOTLINE"),
    };
    let stamp = Stamp {
        by,
        at: at("2026-11-23T02:00:00Z"),
    };
    TicketState::ReturnAsked {
        dispatch: Dispatch {
            lead: unit("SW"),
            co_units: Vec::new(),
            directory_version: 18,
            basis: line("三定"),
            stamp: stamp.clone(),
            signed: None,
        },
        request: ReturnRequest {
            reason: ReturnReason::NotOurDuty,
            basis: line("属地管理"),
            proposed: Some(unit("LX")),
            stamp,
        },
    }
}

#[test]
fn a_unit_answers_in_stages_with_the_law_s_period_or_the_measures() {
    let mut desk = desk("stage_answer");
    desk.keys("f9 enter f9");
    assert!(desk.frame().contains("还有一项没有选"), "{}", desk.frame());
    desk.keys("right tab");
    desk.text("城市供水条例第三十四条,三十日");
    desk.keys("tab tab");
    desk.text("13-45");
    desk.keys("tab right f9");
    assert!(desk.frame().contains("日期写成 12-05"), "{}", desk.frame());
    desk.keys("shift-tab ctrl-a");
    desk.text("12-24");
    desk.keys("f9");
    let Action::StageAnswer {
        ground,
        until,
        contact,
    } = done(&desk)
    else {
        panic!("{}", desk.frame())
    };
    assert!(
        matches!(ground, StageGround::LegalPeriod { basis } if basis.as_str().contains("三十日"))
    );
    assert_eq!(until, jiff::civil::date(2026, 12, 24));
    assert!(matches!(contact, Contact::Reached { .. }));
}

#[test]
fn measures_that_are_not_told_are_no_staged_answer() {
    let mut desk = desk("stage_answer");
    desk.keys("f9 enter right right tab tab tab");
    desk.text("2027-01-15");
    desk.keys("tab right f9");
    assert!(desk.frame().contains("这一项不能为空"), "{}", desk.frame());
    assert!(desk.sent.is_empty());
    desk.keys("shift-tab shift-tab");
    desk.text("临时供水车每日两次");
    desk.keys("f9");
    let Action::StageAnswer { ground, until, .. } = done(&desk) else {
        panic!("{}", desk.frame())
    };
    assert!(matches!(ground, StageGround::Measures { .. }));
    assert_eq!(until, jiff::civil::date(2027, 1, 15));
}

#[test]
fn a_ruling_hears_the_unit_that_returns_it_and_the_one_it_names_and_any_other() {
    let mut desk = opened(Lang::ZhCn, SMALL, &["rule"], returned());
    desk.keys("f9 enter");
    desk.text("lx");
    // Over three co-units to the basis.
    desk.keys("down enter tab tab tab");
    desk.text("联席会议纪要 2026-11");
    desk.keys("f9");
    assert!(
        desk.frame().contains("水务局还没有填意见"),
        "{}",
        desk.frame()
    );
    desk.keys("tab tab");
    desk.text("不属水务职责");
    desk.keys("tab tab tab tab");
    desk.text("属地办理");
    desk.keys("tab");
    desk.text("济编办〔2026〕12 号");
    desk.keys("tab");
    desk.text("2026-11-20");
    // A third one: the row is there, and another one behind it once it is begun.
    desk.keys("tab");
    assert!(desk.frame().contains("参会单位 3"), "{}", desk.frame());
    desk.text("sw");
    desk.keys("enter");
    desk.text("同意");
    desk.keys("tab tab tab");
    assert!(desk.frame().contains("参会单位 4"), "{}", desk.frame());
    desk.keys("f9");
    let Action::Rule {
        lead,
        basis,
        participants,
        co_units,
    } = done(&desk)
    else {
        panic!("{}", desk.frame())
    };
    assert_eq!(lead, unit("LX"));
    assert!(co_units.is_empty());
    assert_eq!(basis.as_str(), "联席会议纪要 2026-11");
    let heard: Vec<(&str, &str)> = participants
        .iter()
        .map(|it| (it.unit.as_str(), it.opinion.as_str()))
        .collect();
    assert_eq!(
        heard,
        [("SW", "不属水务职责"), ("LX", "属地办理"), ("SW", "同意")]
    );
    assert_eq!(participants[1].number.as_str(), "济编办〔2026〕12 号");
    assert_eq!(participants[1].day, Some(jiff::civil::date(2026, 11, 20)));
}

#[test]
fn co_units_are_asked_for_and_added_with_a_reason() {
    for may in ["ask_co_units", "add_co_units"] {
        let mut desk = desk(may);
        desk.keys("f9 enter f9");
        assert!(
            desk.frame().contains("至少选一个协办单位"),
            "{}",
            desk.frame()
        );
        desk.text("lx");
        desk.keys("down tab tab tab");
        desk.text("管网在小区内");
        desk.keys("f9");
        let (Action::AskCoUnits { co_units, reason } | Action::AddCoUnits { co_units, reason }) =
            done(&desk)
        else {
            panic!("{}", desk.frame())
        };
        assert_eq!(co_units, [unit("LX")]);
        assert_eq!(reason.as_str(), "管网在小区内");
        assert_eq!(done(&desk).name(), may);
    }
}

#[test]
fn a_step_of_2110_is_entered_for_now_or_for_a_time_before() {
    let mut desk = desk("step");
    desk.keys("f9 enter right right tab");
    desk.text("23:59");
    desk.keys("f9");
    assert!(desk.frame().contains("不晚于现在"), "{}", desk.frame());
    desk.keys("ctrl-a");
    desk.text("08:30");
    desk.keys("tab");
    desk.text("电话联系法人");
    desk.keys("f9");
    let Action::Step { how, at: when, .. } = done(&desk) else {
        panic!("{}", desk.frame())
    };
    assert_eq!(how, StepHow::InTouch);
    assert_eq!(when, at("2026-11-24T00:30:00Z"));
}

#[test]
fn a_merged_ticket_is_answered_from_its_main_one_point_by_point() {
    let mut desk = desk("answer_child");
    desk.keys("f9 enter");
    let frame = desk.frame();
    assert!(frame.contains("JN-20261121-000017"), "{frame}");
    assert!(frame.contains("要点 2：补发送水通知"), "{frame}");
    desk.keys("tab");
    desk.text("已恢复");
    desk.keys("f9");
    assert!(
        desk.frame().contains("要点 2 还没有答复"),
        "{}",
        desk.frame()
    );
    // Put away it comes back as it was.
    desk.keys("esc f9 enter tab");
    desk.text("已补发");
    desk.keys("f9");
    let Action::AnswerChild {
        public_answer,
        points,
    } = done(&desk)
    else {
        panic!("{}", desk.frame())
    };
    assert!(public_answer.as_str().contains("恢复供水"));
    let met: Vec<(&str, &str)> = points
        .iter()
        .map(|it| (it.asked.as_str(), it.answer.as_str()))
        .collect();
    assert_eq!(
        met,
        [("什么时候恢复供水", "已恢复"), ("补发送水通知", "已补发")]
    );
}

#[test]
fn what_a_rule_forbids_stands_in_the_menu_with_the_rule_and_does_nothing() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.may = vec!["answer"];
    let barred = |action: &str, why| Barred {
        action: action.to_owned(),
        why,
    };
    desk.barred = vec![
        barred("step", Refusal::NoSteps),
        barred("ask_extension", Refusal::OnlyOnce),
        barred("report_co", Refusal::NotYourUnit),
    ];
    desk.keys("ctrl-t enter f9");
    let frame = desk.frame();
    assert!(frame.contains("只有企业诉求登记 2110 服务"), "{frame}");
    assert!(frame.contains("只能办一次"), "{frame}");
    assert!(!frame.contains("协办反馈"), "{frame}");
    desk.keys("2");
    assert!(desk.sent.is_empty());
    assert!(
        desk.frame().contains("只有企业诉求登记"),
        "{}",
        desk.frame()
    );
    desk.keys("esc ctrl-l");
    desk.text("ask_extension");
    desk.keys("enter");
    assert!(
        desk.frame().contains("申请延期：只能办一次"),
        "{}",
        desk.frame()
    );
}

#[test]
fn a_dialog_longer_than_the_screen_shows_the_field_with_the_keyboard() {
    let mut desk = opened(Lang::ZhCn, SMALL, &["rule"], returned());
    desk.keys("f9 enter");
    for _ in 0..40 {
        desk.keys("tab");
        let (_, y) = desk.caret().unwrap();
        assert!(y < 22, "{}", desk.frame());
    }
}

#[test]
fn the_dialogs() {
    for (name, may) in [
        ("ticket-stage-answer", "stage_answer"),
        ("ticket-add-co-units", "add_co_units"),
        ("ticket-step", "step"),
        ("ticket-answer-child", "answer_child"),
    ] {
        everywhere(name, |lang, size| {
            let mut desk = opened(lang, size, &[may], TicketState::ToDispatch);
            desk.keys("f9 enter tab");
            desk
        });
    }
    everywhere("ticket-rule", |lang, size| {
        let mut desk = opened(lang, size, &["rule"], returned());
        desk.keys("f9 enter");
        desk.text("lx");
        desk.keys("down enter tab tab tab tab tab");
        desk
    });
}

/// A colleague changes the story of the ticket that is open.
fn colleague_writes(desk: &mut Desk, text: &str) {
    let view = desk.state.ticket.view.as_mut().unwrap();
    view.ticket.version = 4;
    view.ticket.request.text = crate::domain::text::Prose::parse(text).unwrap();
}

#[test]
fn of_two_who_correct_a_ticket_each_keeps_the_fields_they_wrote() {
    let mut desk = desk("amend");
    desk.keys("f9 enter tab");
    desk.text("芙蓉街 31 号院");
    desk.keys("esc");
    colleague_writes(&mut desk, "水已恢复,只剩二单元");
    desk.keys("f9 enter");
    let frame = desk.frame();
    assert!(frame.contains("您写的保留"), "{frame}");
    assert!(!frame.contains("核对后再提交"), "{frame}");
    desk.keys("f9");
    let Action::Amend { request } = done(&desk) else {
        panic!("{}", desk.frame())
    };
    assert_eq!(request.text.as_str(), "水已恢复,只剩二单元");
    assert_eq!(request.place.address.as_str(), "芙蓉街 31 号院");
}

#[test]
fn a_field_that_both_wrote_is_named_with_the_other_s_words() {
    let mut desk = desk("amend");
    desk.keys("f9 enter ctrl-a");
    desk.text("全楼没水");
    desk.keys("esc");
    colleague_writes(&mut desk, "水已恢复,只剩二单元");
    desk.keys("f9 enter");
    let frame = desk.frame();
    assert!(frame.contains("核对后再提交"), "{frame}");
    assert!(frame.contains("水已恢复,只剩二单元"), "{frame}");
    assert!(frame.contains("全楼没水"), "{frame}");
    assert!(desk.sent.is_empty());
}
