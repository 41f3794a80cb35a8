//! What a person at the desk sees and reaches without a manual: where the keyboard is, what was answered, what is
//! only guessed, what is cut.

use super::world::*;
use crate::desk::keymap::Place;
use crate::desk::message::Input;
use crate::desk::names::Names;
use crate::desk::ports::{Outgoing, Outside, PhoneCommand, PhoneEvent, PortError};
use crate::desk::render_to_buffer;
use crate::desk::screens::call::Spot;
use crate::desk::theme::{Theme, ThemeName};
use crate::desk::widgets::{cut_path, width};
use crate::domain::id::{Account, CallId, CallbackId, DistrictCode, TicketId, UnitCode};
use crate::domain::lifecycle::{Action, EventKind};
use crate::domain::role::Role;
use crate::domain::seat::SeatState;
use crate::domain::text::Prose;
use crate::domain::ticket::{
    Contact, Dispatch, EmergencyService, Handling, Stage, State as TicketState, Urgency,
};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::ticket::TicketScope;
use crate::words::Lang;
use ratatui::style::Modifier;

const SMALL: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 36);

fn answered(size: (u16, u16)) -> Desk {
    let mut desk = Desk::signed_in(Lang::ZhCn, size);
    desk.ring();
    desk.keys("f3");
    desk.pass(2);
    desk
}

/// The text of the frame whose cells are reversed, row by row.
fn reversed(desk: &Desk) -> String {
    let (buf, _) = render_to_buffer(&desk.state, desk.state.columns, desk.state.rows);
    let mut out = String::new();
    for y in 1..buf.area.height {
        let mut x = 0;
        while x < buf.area.width {
            let cell = &buf[(x, y)];
            if cell.modifier.contains(Modifier::REVERSED) {
                out.push_str(cell.symbol());
            }
            x += u16::try_from(width(cell.symbol()).max(1)).unwrap();
        }
    }
    out
}

#[test]
fn tab_goes_as_one_asks_and_where_it_is_is_seen_without_colours() {
    let mut desk = answered(SMALL);
    desk.state.theme = Theme::new(ThemeName::Plain, false);
    desk.text("楼里停水了");
    let mut seen = Vec::new();
    for _ in 0..8 {
        desk.keys("tab");
        seen.push(reversed(&desk));
    }
    assert_eq!(
        seen,
        [
            "地址",
            "姓名",
            "类型",
            "事项",
            "紧急 一般",
            "保密 否",
            "要问",
            "要问"
        ]
    );
}

#[test]
fn arrows_go_to_the_line_above_and_below() {
    let mut desk = answered(SMALL);
    desk.text("楼里停水了");
    desk.keys("tab");
    for (key, spot) in [
        ("up", Spot::Kind),
        ("up", Spot::Kind),
        ("down", Spot::Address),
        ("down", Spot::Name),
        ("down", Spot::Question(0)),
        ("up", Spot::Name),
        ("down", Spot::Question(0)),
        ("down", Spot::Text),
    ] {
        desk.keys(key);
        assert_eq!(desk.state.call.form.spot, spot, "{key}");
    }
    assert!(!desk.state.call.form.confidential);
    assert_eq!(desk.state.call.form.urgency, Urgency::Ordinary);
}

#[test]
fn an_answered_question_stays_ticked_with_its_answer_and_is_read_back() {
    for size in [SMALL, WIDE] {
        let mut desk = answered(size);
        desk.text("楼里停水了");
        desk.keys("up");
        desk.state.call.form.spot = Spot::Question(0);
        desk.text("三户");
        assert!(
            desk.frame().contains("要问 1/2 楼内几户没水? 三户"),
            "{}",
            desk.frame()
        );
        desk.keys("down");
        let frame = desk.frame();
        assert!(
            frame.contains("要问 有无停水通知?  ✓ 楼内几户没水? 三户"),
            "{frame}"
        );
        desk.keys("ctrl-r");
        assert!(
            desk.frame().contains("问答：楼内几户没水? 三户"),
            "{}",
            desk.frame()
        );
        desk.keys("esc f9");
        assert!(
            desk.frame().contains("问答：楼内几户没水? 三户"),
            "{}",
            desk.frame()
        );
    }
}

#[test]
fn questions_that_have_no_room_are_counted() {
    let mut desk = answered(SMALL);
    desk.text("楼里停水了");
    let form = &mut desk.state.call.form;
    for n in 0..4 {
        let question = format!("这是一个相当长的追问清单问题第{n}个?");
        form.questions
            .push((question, crate::desk::widgets::Editor::line(200)));
    }
    let frame = desk.frame();
    let row = frame.lines().find(|row| row.contains("要问")).unwrap();
    assert!(row.trim_end_matches(['│', ' ']).ends_with("+3"), "{row}");
    assert!(width(row) <= 80);
}

#[test]
fn what_is_only_guessed_says_so_until_it_is_taken() {
    let mut desk = answered(WIDE);
    desk.text("楼里停水了");
    let frame = desk.frame();
    assert!(
        frame.contains("转办  水务局?  协办 历下区政府?  93%"),
        "{frame}"
    );
    assert!(frame.contains("依据 三定"), "{frame}");
    desk.keys("tab enter tab tab enter");
    assert_eq!(
        desk.state.call.form.fixed.item.as_ref().unwrap().as_str(),
        "GS-TS"
    );
    let frame = desk.frame();
    assert!(
        frame.contains("转办  水务局  协办 历下区政府  93%"),
        "{frame}"
    );
}

#[test]
fn a_path_is_cut_from_the_left_so_that_its_leaf_is_read() {
    for (path, max, shown) in [
        ("城建>供水>停水?", 20, "城建>供水>停水?"),
        ("城建>供水>停水?", 11, "…>停水?"),
        ("城建>供水>停水?", 12, "…>供水>停水?"),
        ("城建>供水>二次供水设施停水?", 9, "二次供水…"),
    ] {
        let cut = cut_path(path, max, "…");
        assert_eq!(cut, shown, "{path} in {max}");
        assert!(width(&cut) <= max);
    }
}

#[test]
fn the_title_of_a_narrow_call_keeps_the_number_s_tail_whatever_the_caller_is_called() {
    let mut desk = answered(SMALL);
    let view = desk.state.call.view.as_mut().unwrap();
    view.name = line(&"很长的名字".repeat(12));
    let frame = desk.frame();
    let title = frame.lines().nth(1).unwrap();
    assert!(
        title.contains("0531-86120035 ") && title.contains('…'),
        "{title}"
    );
    assert!(title.contains("第 6 次联系"), "{title}");
    assert!(title.contains("在办 1  尾号 0957"), "{title}");
}

#[test]
fn no_key_acts_on_what_a_too_small_screen_does_not_show() {
    let mut desk = answered(SMALL);
    desk.text("楼里停水了");
    desk.input(Input::Resize(60, 20));
    desk.text("看不见的字");
    desk.input(Input::Paste("看不见".to_owned()));
    desk.keys("f9 enter ctrl-d ctrl-d f3");
    assert!(desk.sent.is_empty());
    assert_eq!(
        desk.phoned.len(),
        1,
        "the call was answered and nothing else"
    );
    desk.input(Input::Resize(80, 24));
    assert_eq!(desk.state.call.form.text.text(), "楼里停水了");
    assert!(desk.state.popup.is_none());
}

#[test]
fn a_too_small_screen_can_be_left() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-u");
    desk.input(Input::Resize(60, 20));
    assert!(desk.frame().contains("^Q"), "{}", desk.frame());
    desk.keys("ctrl-q");
    assert!(
        desk.frame().contains("再按 ^Q 或 Enter 退出"),
        "{}",
        desk.frame()
    );
    desk.keys("esc 2");
    assert!(!desk.left);
    assert_eq!(
        desk.chosen.last(),
        Some(&SeatState::Idle),
        "no menu took the digit"
    );
    desk.keys("ctrl-q ctrl-q");
    assert!(desk.left);
    assert_eq!(desk.state.place, Place::Call);
}

#[test]
fn signing_out_gives_the_desk_to_the_next_person_and_loses_no_draft() {
    let mut desk = answered(SMALL);
    desk.text("第一件");
    let ended = PhoneEvent::Ended { by_caller: true };
    desk.outside(Outside::Phone(CallId(id(900)), ended));
    desk.seat(SeatState::WrapUp);
    desk.hold = true;
    desk.keys("ctrl-u 4");
    desk.release_all();
    assert!(desk.signed_out && !desk.left);
    assert_eq!(desk.state.place, Place::SignIn);
    let frame = desk.frame();
    assert!(
        frame.contains("已签出") && frame.contains("wang"),
        "{frame}"
    );
    assert!(
        !frame.contains("第一件") && !frame.contains("王受理"),
        "{frame}"
    );
    // What the journal has is put back for the same person.
    desk.remembered = desk.records.clone();
    desk.keys("enter");
    desk.text("secret-one");
    desk.keys("enter");
    assert_eq!(desk.state.call.form.text.text(), "第一件");
    desk.keys("ctrl-q enter");
    assert!(desk.left, "leaving the program still leaves it");
}

#[test]
fn the_bar_names_the_person_and_what_is_due_on_every_screen() {
    for size in [SMALL, WIDE] {
        let mut desk = Desk::signed_in(Lang::ZhCn, size);
        for keys in ["ctrl-o", "ctrl-t", "ctrl-k", "ctrl-t enter"] {
            desk.keys(keys);
            let frame = desk.frame();
            let bar = frame.lines().next().unwrap();
            assert!(bar.contains("王受理 0117"), "{bar}");
            assert!(bar.contains("! 回拨"), "{bar}");
        }
    }
}

#[test]
fn what_becomes_due_is_counted_at_that_moment_and_wakes_the_desk() {
    let mut desk = Desk::signed_in(Lang::ZhCn, WIDE);
    desk.callbacks = vec![callback(1, "2026-11-24T03:00:00Z")];
    let event = ServerEvent::Callback {
        id: CallbackId(id(1)),
        version: 2,
    };
    desk.outside(Outside::Server(event));
    assert!(!desk.frame().contains("回拨到期") && !desk.frame().contains("1 小时内"));
    assert_eq!(desk.state.wake_at(), Some(at("2026-11-24T02:00:00Z")));
    desk.state.now = at("2026-11-24T02:00:00Z");
    assert!(desk.frame().contains("回拨 1 小时内 1"), "{}", desk.frame());
    assert_eq!(desk.state.wake_at(), Some(at("2026-11-24T03:00:00Z")));
    desk.state.now = at("2026-11-24T03:00:00Z");
    assert!(desk.frame().contains("! 回拨到期 1"), "{}", desk.frame());
    assert_eq!(desk.state.wake_at(), None);
}

#[test]
fn a_call_is_given_to_a_colleague_found_by_initials() {
    let mut desk = answered(SMALL);
    desk.keys("f7 2");
    let frame = desk.frame();
    for part in [
        "0119  赵静  受理员  示闲",
        "0118  李明  受理员  通话",
        "0501  刘专家  专家座席  示忙",
    ] {
        assert!(frame.contains(part), "{frame}");
    }
    assert!(
        frame.find("赵静") < frame.find("李明"),
        "who is free comes first"
    );
    desk.text("lzj");
    let frame = desk.frame();
    assert!(
        frame.contains("刘专家") && !frame.contains("赵静"),
        "{frame}"
    );
    desk.keys("enter");
    let Some(PhoneCommand::Transfer(_, seat)) = desk.phoned.last() else {
        panic!("{:?}", desk.phoned)
    };
    assert_eq!(seat.to_string(), "0501");
}

#[test]
fn a_call_is_given_to_a_seat_by_its_number_and_a_refusal_is_worded() {
    let mut desk = answered(SMALL);
    desk.keys("f7 2");
    desk.text("9999");
    desk.keys("enter");
    assert!(
        matches!(desk.phoned.last(), Some(PhoneCommand::Transfer(_, seat)) if seat.to_string() == "9999")
    );
    let refusal = PortError::Api(ApiError::Invalid {
        field: "seat".to_owned(),
        problem: "nobody sits there".to_owned(),
    });
    desk.state.complain_of(&refusal);
    assert!(
        desk.frame().contains("那个座席现在没有人"),
        "{}",
        desk.frame()
    );
}

#[test]
fn a_ringing_call_is_refused_by_one_command_that_asks_first() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-g");
    assert!(desk.state.popup.is_none(), "there is nothing to refuse");
    desk.ring();
    assert!(desk.frame().contains("^G拒接"), "{}", desk.frame());
    desk.keys("ctrl-g");
    assert!(desk.frame().contains("来电回到队列"), "{}", desk.frame());
    desk.keys("esc");
    assert!(desk.phoned.is_empty());
    desk.keys("ctrl-g enter");
    assert_eq!(desk.phoned, [PhoneCommand::HangUp(CallId(id(900)))]);
}

#[test]
fn a_refusal_asked_for_too_late_does_not_hang_up_on_the_caller() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.keys("ctrl-g");
    desk.outside(Outside::Phone(CallId(id(900)), PhoneEvent::Connected));
    desk.keys("enter");
    assert!(desk.phoned.is_empty(), "{:?}", desk.phoned);
}

#[test]
fn a_refused_promise_is_kept_read_sent_again_or_given_up() {
    let mut desk = answered(SMALL);
    desk.text("楼里停水了");
    desk.refuse = Some(PortError::Api(ApiError::Unavailable));
    desk.keys("f9 enter");
    desk.refuse = None;
    desk.keys("f9 enter");
    desk.refuse = Some(PortError::Api(ApiError::Forbidden));
    desk.keys("ctrl-l");
    desk.text("hb 30m");
    desk.keys("enter tab");
    desk.text("告知来水时间");
    desk.keys("f9");
    assert!(desk.frame().contains("被拒 1"), "{}", desk.frame());
    // A restart keeps it.
    let mut next = Desk::new(Lang::ZhCn, SMALL);
    next.remembered = desk.records.clone();
    next.sign_in();
    next.keys("esc ctrl-n");
    assert!(next.frame().contains("约定回拨"), "{}", next.frame());
    next.keys("1");
    assert!(next.frame().contains("告知来水时间"), "{}", next.frame());
    next.keys("1");
    assert!(matches!(next.sent.last(), Some(Outgoing::Promise(_))));
    assert!(next.state.refused.is_empty());
    next.keys("ctrl-n");
    assert!(next.frame().contains("没有待发的操作"), "{}", next.frame());
}

#[test]
fn events_name_people_and_units_and_not_accounts() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t enter");
    assert!(desk.frame().contains("王受理  催办"), "{}", desk.frame());
    let Some(history) = &mut desk.state.ticket.history else {
        panic!("no history")
    };
    let mut clerk = history.events[0].clone();
    clerk.stamp.by.account = Account::parse("clerk-sw").unwrap();
    clerk.stamp.by.unit = UnitCode::parse("SW").unwrap();
    clerk.kind = EventKind::Dispatched {
        beside: Box::default(),
        lead: UnitCode::parse("SW").unwrap(),
        co_units: Vec::new(),
        directory_version: 1,
        basis: line("济南市城市供水条例#第三十四条"),
        unit_due: row(1, "停水", Stage::InHand).due.unwrap(),
    };
    let mut system = history.events[0].clone();
    system.stamp.by.account = Account::parse("system").unwrap();
    history.events.extend([clerk, system]);
    let frame = desk.frame();
    assert!(
        frame.contains("水务局 孙强  派单  水务局  济南市城市供水条例 第三十四条"),
        "{frame}"
    );
    assert!(frame.contains("系统自动  催办"), "{frame}");
}

#[test]
fn what_the_server_says_in_english_is_not_shown_in_chinese() {
    let unknown = PortError::Api(ApiError::Invalid {
        field: "note".to_owned(),
        problem: "some new problem".to_owned(),
    });
    for (lang, shown, hidden) in [
        (Lang::ZhCn, "备注：填写不对", "some new problem"),
        (Lang::En, "some new problem", "填写不对"),
    ] {
        let mut desk = Desk::signed_in(lang, WIDE);
        desk.state.complain_of(&unknown);
        let frame = desk.frame();
        assert!(frame.contains(shown) && !frame.contains(hidden), "{frame}");
    }
}

#[test]
fn lists_have_heads_and_what_is_due_stands_first_in_words() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.callbacks[0].owner = Account::parse("wang").ok();
    desk.keys("ctrl-k");
    let frame = desk.frame();
    for part in [
        "到期            单号    来电人    电话           由谁    备注",
        "! 逾期 30 分钟  0482    张先生    139 0531 0012  王受理  告知恢复时间",
        "5 小时后        0482",
    ] {
        assert!(frame.contains(part), "{frame}");
    }
    desk.input(Input::Resize(120, 36));
    let frame = desk.frame();
    assert!(frame.contains("JN-20261121-000482  张先生"), "{frame}");
    assert!(
        desk.state.wake_at().is_some(),
        "what is left of a time moves on by the minute"
    );
    desk.keys("ctrl-t");
    assert!(desk.frame().contains("单号"), "{}", desk.frame());
}

#[test]
fn a_directory_that_comes_late_is_asked_about_what_was_typed_already() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.ring();
    desk.keys("f3");
    desk.text("楼里停水了");
    desk.state.call.suggestion = None;
    desk.outside(Outside::Directory(std::sync::Arc::new(directory())));
    assert!(desk.frame().contains("转办  水务局"), "{}", desk.frame());
}

#[test]
fn who_takes_calls_finds_their_own_tickets_first_and_others_what_waits_for_them() {
    for (role, first) in [
        (Role::CallTaker, TicketScope::Mine),
        (Role::UnitClerk, TicketScope::ToDo),
    ] {
        let mut desk = Desk::new(Lang::ZhCn, SMALL);
        desk.roles = vec![role];
        desk.sign_in();
        desk.keys("ctrl-t");
        assert_eq!(desk.state.tickets.kept.scope, first);
        desk.keys("tab tab tab");
        assert_eq!(desk.state.tickets.kept.scope, first, "three groups");
    }
}

#[test]
fn enter_that_comes_before_the_list_opens_what_was_typed_and_not_what_still_stands_there() {
    for (then, opened) in [
        ("", Some(2)),
        ("down", None),
        ("esc", None),
        ("esc esc", None),
    ] {
        let mut desk = Desk::new(Lang::ZhCn, SMALL);
        desk.rows = vec![row(1, "停电", Stage::InHand), row(2, "停水", Stage::InHand)];
        desk.sign_in();
        desk.keys("ctrl-t");
        desk.hold = true;
        desk.text("水");
        desk.keys("enter");
        assert_eq!(
            desk.state.place,
            Place::Tickets,
            "nothing is opened blindly"
        );
        if !then.is_empty() {
            desk.keys(then);
        }
        desk.release_all();
        let place = desk.state.place == Place::Ticket;
        assert_eq!(place, opened.is_some(), "after {then:?}");
        if let Some(n) = opened {
            assert_eq!(desk.state.ticket.kept().id, Some(desk.rows[n - 1].id));
        }
    }
}

#[test]
fn what_waits_for_the_person_stands_by_its_clock_and_is_counted_in_the_bar() {
    let mut desk = Desk::new(Lang::ZhCn, WIDE);
    desk.roles = vec![Role::UnitClerk];
    desk.rows = vec![
        row(1, "绿的", Stage::InHand),
        row(2, "红的", Stage::InHand),
        row(3, "黄的", Stage::InHand),
    ];
    for (row, due, warn) in [
        (1, "2026-11-23T16:00:00Z", "2026-11-22T16:00:00Z"),
        (2, "2026-11-24T16:00:00Z", "2026-11-23T16:00:00Z"),
    ] {
        let deadline = desk.rows[row].due.as_mut().unwrap();
        (deadline.due, deadline.warn) = (at(due), at(warn));
    }
    desk.sign_in();
    assert!(desk.frame().contains("! 红牌 1 黄牌 1"), "{}", desk.frame());
    desk.keys("ctrl-t");
    let titles: Vec<&str> = desk
        .state
        .tickets
        .rows
        .iter()
        .map(|row| row.title.as_str())
        .collect();
    assert_eq!(titles, ["红的", "黄的", "绿的"]);
    // The yellow one turns red at its hour, and the desk wakes for it.
    assert_eq!(desk.state.wake_at(), Some(at("2026-11-24T16:00:00Z")));
    desk.state.now = at("2026-11-24T16:00:00Z");
    assert!(desk.frame().contains("! 红牌 2"), "{}", desk.frame());
}

#[test]
fn an_emergency_is_critical_keeps_what_was_told_and_shows_what_to_tell() {
    let mut desk = answered(SMALL);
    desk.text("楼道着火了");
    desk.keys("f8");
    assert!(desk.frame().contains("还没有地址"), "{}", desk.frame());
    desk.keys("esc tab");
    desk.text("芙蓉街31号院");
    desk.keys("f8");
    assert!(!desk.frame().contains("还没有地址"), "{}", desk.frame());
    desk.keys("2");
    let ticket = desk.opened()[0];
    assert_eq!(ticket.request.urgency, Urgency::Critical);
    let [Action::Add { text }, Action::HandToEmergency { service }] = &ticket.then[..] else {
        panic!("{:?}", ticket.then)
    };
    assert_eq!(*service, EmergencyService::Fire);
    assert!(
        text.as_str().contains("119 消防") && text.as_str().contains("芙蓉街31号院"),
        "{text}"
    );
    let frame = desk.frame();
    assert!(
        frame.contains("直接拨打 119 消防") && frame.contains("芙蓉街31号院"),
        "{frame}"
    );
}

#[test]
fn a_unit_complained_about_is_named_on_form_read_back_and_ticket() {
    let mut desk = answered(SMALL);
    desk.text("水务局的人态度差");
    desk.keys("ctrl-l");
    desk.text("accused 水务");
    desk.keys("enter enter");
    assert!(
        desk.frame().contains("被投诉举报 水务局"),
        "{}",
        desk.frame()
    );
    desk.keys("f9");
    assert!(
        desk.frame().contains("被投诉举报 水务局"),
        "{}",
        desk.frame()
    );
    desk.keys("enter");
    assert_eq!(
        desk.opened()[0].request.accused.as_ref().unwrap().as_str(),
        "SW"
    );
}

#[test]
fn a_dispatch_names_its_co_units() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.roles = vec![Role::CallTaker, Role::Dispatcher];
    desk.sign_in();
    desk.ring();
    desk.keys("f3");
    desk.text("楼里停水了");
    desk.keys("f9 3");
    assert!(
        desk.frame().contains("协办单位 1  历下区政府"),
        "{}",
        desk.frame()
    );
    desk.text("sw");
    desk.keys("f9");
    let Some(Action::Dispatch { lead, co_units, .. }) = desk.opened()[0].then.last() else {
        panic!("{:?}", desk.opened()[0].then)
    };
    assert_eq!(lead.as_str(), "SW");
    assert_eq!(co_units.len(), 1);
    assert_eq!(co_units[0].as_str(), "LX");
}

#[test]
fn a_ticket_is_corrected_and_merged_by_dialogs() {
    let mut desk = Desk::new(Lang::ZhCn, SMALL);
    desk.may = vec!["amend", "merge"];
    desk.sign_in();
    desk.keys("ctrl-t enter f9 1 ctrl-end");
    desk.text("，电梯也停了");
    desk.keys("tab");
    desk.text("芙蓉街31号院");
    desk.keys("tab tab right f9");
    let Some(Outgoing::Act(_, change)) = desk.sent.last() else {
        panic!("nothing sent: {}", desk.frame())
    };
    let Action::Amend { request } = &change.action else {
        panic!("{:?}", change.action)
    };
    assert!(
        request.text.as_str().ends_with("家里有老人，电梯也停了"),
        "{}",
        request.text
    );
    assert_eq!(request.place.address.as_str(), "芙蓉街31号院");
    assert_eq!(request.urgency, Urgency::Urgent);
    assert_eq!(
        request.item.as_ref().unwrap().as_str(),
        "GS-TS",
        "the rest stays as it was"
    );
    desk.keys("f9 2");
    desk.text("公积金");
    assert!(
        desk.frame().contains("JN-20261121-000017 公积金提取"),
        "{}",
        desk.frame()
    );
    desk.keys("enter");
    let Some(Outgoing::Act(_, change)) = desk.sent.last() else {
        panic!("nothing sent")
    };
    assert_eq!(
        change.action,
        Action::Merge {
            main: TicketId(id(17))
        }
    );
}

#[test]
fn a_ticket_tells_what_the_caller_was_answered() {
    let mut desk = Desk::signed_in(Lang::ZhCn, SMALL);
    desk.keys("ctrl-t enter");
    let view = desk.state.ticket.view.as_mut().unwrap();
    let stamp = view.ticket.opened.clone();
    let dispatch = Dispatch {
        lead: UnitCode::parse("SW").unwrap(),
        co_units: Vec::new(),
        directory_version: 1,
        basis: line("三定"),
        stamp: stamp.clone(),
        signed: None,
    };
    let handling = Handling {
        facts_true: Some(true),
        solved: true,
        why_not: line(""),
        account: Prose::parse("抢修完成").unwrap(),
        public_answer: Prose::parse("已恢复供水").unwrap(),
        contact: Contact::NotWanted,
        stamp,
    };
    view.ticket.state = TicketState::Answered { dispatch, handling };
    let frame = desk.frame();
    assert!(
        frame.contains("抢修完成") && frame.contains("答复来电人"),
        "{frame}"
    );
    assert!(frame.contains("已恢复供水"), "{frame}");
    assert!(
        frame.contains("主办 水务局") && !frame.contains("协办"),
        "no co-units are none to name: {frame}"
    );
}

#[test]
fn a_district_has_no_code_on_the_screen_while_its_name_is_not_there_yet() {
    let code = DistrictCode::parse("370102").unwrap();
    assert_eq!(Names::default().district(&code), "");
}
