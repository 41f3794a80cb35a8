//! The rules behind the table, one test a rule: intake, dispatch, merging.

use super::world::{
    Told, World, dispatch_to, examples, hour, line, of_role, person, prose, request, system, unit,
};
use crate::domain::caller::{Caller, CallerKind};
use crate::domain::clock::ClockRuleName;
use crate::domain::id::ItemCode;
use crate::domain::lifecycle::{Action, Refusal, decide};
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    AnswerSource, DeclineReason, DirectAnswer, Kind, QuestionAnswer, Request, ReturnReason, Stage,
};
use jiff::Timestamp;

pub(super) fn refused(told: &Told, who: &Person, now: Timestamp, action: &Action) -> Refusal {
    let world = World::new();
    decide(&told.ticket, action, who, now, world.context()).unwrap_err()
}

pub(super) fn missing(field: &str) -> Refusal {
    Refusal::Missing {
        field: field.to_owned(),
    }
}

pub(super) fn clerk() -> Person {
    of_role(Role::UnitClerk)
}

pub(super) fn ask_return() -> Action {
    examples()
        .into_iter()
        .find(|a| a.name() == "ask_return")
        .unwrap()
}

fn declined(basis: &str, road: &str) -> Action {
    Action::Decline {
        reason: DeclineReason::InCourt,
        basis: line(basis),
        other_road: line(road),
    }
}

fn expect_missing(cases: impl IntoIterator<Item = (Stage, Role, Action, &'static str)>) {
    let world = World::new();
    for (stage, role, action, field) in cases {
        let told = Told::at(&world, stage);
        let refusal = refused(&told, &of_role(role), hour(20), &action);
        assert_eq!(refusal, missing(field), "{} in {stage:?}", action.name());
    }
}

#[test]
fn blank_texts_of_the_intake_are_named() {
    let taker = Role::CallTaker;
    let direct = Action::CloseDirectly {
        answer: DirectAnswer {
            answer: prose(" \n"),
            source: AnswerSource::None,
        },
    };
    let text = Prose::default();
    expect_missing([
        (Stage::Draft, taker, direct, "answer"),
        (Stage::Draft, taker, declined("  ", "诉讼"), "basis"),
        (
            Stage::Draft,
            taker,
            declined("第二十三条", ""),
            "other_road",
        ),
        (Stage::Dispatched, taker, Action::Add { text }, "text"),
    ]);
    let silent = Told::open(Request::default());
    assert_eq!(
        refused(&silent, &of_role(taker), hour(1), &Action::Submit),
        missing("text")
    );
}

#[test]
fn blank_texts_of_the_handling_are_named() {
    let blank = Line::default;
    let returned = Action::AskReturn {
        reason: ReturnReason::NotOurArea,
        basis: blank(),
        proposed: None,
    };
    let extended = Action::AskExtension {
        working_days: 3,
        reason: blank(),
    };
    let rejected = Action::RejectReturn { reason: blank() };
    let sent_back = Action::SendBack { reason: blank() };
    let again = Action::Redo { reason: blank() };
    expect_missing([
        (Stage::InHand, Role::UnitClerk, returned, "basis"),
        (Stage::InHand, Role::UnitClerk, extended, "reason"),
        (Stage::Answered, Role::ReturnReviewer, sent_back, "reason"),
        (Stage::ReturnAsked, Role::ReturnReviewer, rejected, "reason"),
        (Stage::Closed, Role::Supervisor, again, "reason"),
    ]);
}

#[test]
fn a_draft_belongs_to_its_taker_and_is_corrected_by_others_later() {
    let world = World::new();
    let colleague = person("colleague", &[Role::CallTaker], "HOTLINE");
    let amend = &examples()[0];
    let draft = Told::at(&world, Stage::Draft);
    assert_eq!(
        refused(&draft, &colleague, hour(1), amend),
        Refusal::NotYourDraft
    );
    let mut sent = Told::at(&world, Stage::InHand);
    sent.act(&world, &colleague, hour(20), amend).unwrap();
    assert_eq!(sent.ticket.request.title.as_str(), "停水");
    assert_eq!(sent.ticket.state.stage(), Stage::InHand);
}

#[test]
fn a_request_holds_so_many_tags_and_answers() {
    let world = World::new();
    let draft = Told::at(&world, Stage::Draft);
    let amend = |tags: usize, answers: usize| Action::Amend {
        request: Box::new(Request {
            tags: vec![line("供水"); tags],
            answers: vec![QuestionAnswer::default(); answers],
            ..request()
        }),
    };
    let who = of_role(Role::CallTaker);
    for (tags, answers, field, to) in [(21, 0, "tags", 20), (0, 31, "answers", 30)] {
        let range = Refusal::Range {
            field: field.to_owned(),
            from: 0,
            to,
        };
        assert_eq!(refused(&draft, &who, hour(1), &amend(tags, answers)), range);
    }
    assert!(
        decide(
            &draft.ticket,
            &amend(20, 30),
            &who,
            hour(1),
            world.context()
        )
        .is_ok()
    );
}

#[test]
fn a_complaint_never_reaches_the_accused() {
    let world = World::new();
    let dispatcher = of_role(Role::Dispatcher);
    let recusal = Refusal::Recusal {
        unit: unit("JN-SW"),
    };
    let mut told = Told::open(Request {
        kind: Kind::Complain,
        accused: Some(unit("JN-SW")),
        ..request()
    });
    told.act(&world, &of_role(Role::CallTaker), hour(1), &Action::Submit)
        .unwrap();
    assert_eq!(
        refused(&told, &dispatcher, hour(2), &dispatch_to("JN-SW")),
        recusal
    );
    let beside = |lead: &str, co: &str| Action::Dispatch {
        lead: unit(lead),
        co_units: vec![unit(co)],
        directory_version: 3,
        basis: line("三定"),
    };
    assert_eq!(
        refused(&told, &dispatcher, hour(2), &beside("JN-DL", "JN-SW")),
        recusal
    );
    told.act(&world, &dispatcher, hour(2), &beside("JN-DL", "JN-GJJ"))
        .unwrap();
    let transfer = Action::Transfer {
        lead: unit("JN-SW"),
        co_units: Vec::new(),
        reason: line("改派"),
    };
    assert_eq!(refused(&told, &dispatcher, hour(3), &transfer), recusal);
    // Named only after the dispatch: the unit can do nothing with it any more.
    let mut late = Told::at(&world, Stage::Dispatched);
    let accuse = Action::Amend {
        request: Box::new(Request {
            accused: Some(unit("JN-SW")),
            ..request()
        }),
    };
    late.act(&world, &dispatcher, hour(3), &accuse).unwrap();
    assert_eq!(refused(&late, &clerk(), hour(4), &Action::Sign), recusal);
}

#[test]
fn units_are_known_others_and_named_once() {
    let world = World::new();
    let dispatcher = of_role(Role::Dispatcher);
    let mut told = Told::at(&world, Stage::ToDispatch);
    let unknown = Refusal::UnknownUnit {
        unit: unit("JN-XX"),
    };
    assert_eq!(
        refused(&told, &dispatcher, hour(2), &dispatch_to("JN-XX")),
        unknown
    );
    let doubled = Action::Dispatch {
        lead: unit("JN-SW"),
        co_units: vec![unit("JN-SW"), unit("JN-DL"), unit("JN-DL")],
        directory_version: 3,
        basis: line("三定"),
    };
    told.act(&world, &dispatcher, hour(2), &doubled).unwrap();
    assert_eq!(
        told.ticket.state.dispatch().unwrap().co_units,
        [unit("JN-DL")]
    );
    let same = Action::Transfer {
        lead: unit("JN-SW"),
        co_units: Vec::new(),
        reason: line("改派"),
    };
    let already = Refusal::SameUnit {
        unit: unit("JN-SW"),
    };
    assert_eq!(refused(&told, &dispatcher, hour(3), &same), already);
}

#[test]
fn the_server_dispatches_but_no_administrator_does() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::ToDispatch);
    let admin = of_role(Role::Administrator);
    let refusal = refused(&told, &admin, hour(2), &dispatch_to("JN-SW"));
    let needs = vec![Role::Dispatcher];
    assert_eq!(refusal, Refusal::WrongRole { needs });
    told.act(&world, &system(), hour(2), &dispatch_to("JN-SW"))
        .unwrap();
    let closed = Told::at(&world, Stage::Closed);
    assert!(matches!(
        refused(&closed, &admin, hour(20), &Action::Archive),
        Refusal::WrongRole { .. }
    ));
}

#[test]
fn nobody_reviews_their_own_decision() {
    let world = World::new();
    let both = person("both", &[Role::Dispatcher, Role::ReturnReviewer], "HOTLINE");
    let mut told = Told::at(&world, Stage::ToDispatch);
    told.act(&world, &both, hour(2), &dispatch_to("JN-SW"))
        .unwrap();
    told.act(&world, &clerk(), hour(3), &ask_return()).unwrap();
    assert_eq!(
        refused(&told, &both, hour(4), &Action::AcceptReturn),
        Refusal::OwnDecision
    );
    let mut declined = Told::at(&world, Stage::Declined);
    let taker = person(
        "call_taker",
        &[Role::CallTaker, Role::Supervisor],
        "HOTLINE",
    );
    let right = Action::ReviewDecline { right: true };
    assert_eq!(
        refused(&declined, &taker, hour(2), &right),
        Refusal::OwnDecision
    );
    assert_eq!(
        refused(&declined, &system(), hour(2), &Action::Archive),
        missing("review")
    );
    declined
        .act(&world, &of_role(Role::ReturnReviewer), hour(3), &right)
        .unwrap();
    let again = refused(&declined, &of_role(Role::ReturnReviewer), hour(4), &right);
    assert_eq!(again, Refusal::OnlyOnce);
}

#[test]
fn the_clock_is_the_items_or_the_lanes_or_the_kinds() {
    let world = World::new();
    for (item, lane, kind, rule) in [
        (
            Some("water"),
            CallerKind::Enterprise,
            Kind::Help,
            ClockRuleName::Utility,
        ),
        (
            Some("noise"),
            CallerKind::Enterprise,
            Kind::Consult,
            ClockRuleName::Enterprise,
        ),
        (
            Some("noise"),
            CallerKind::Citizen,
            Kind::Consult,
            ClockRuleName::Consult,
        ),
        (
            Some("noise"),
            CallerKind::Citizen,
            Kind::Help,
            ClockRuleName::Ordinary,
        ),
        (
            Some("gone"),
            CallerKind::Citizen,
            Kind::Help,
            ClockRuleName::Ordinary,
        ),
        (
            None,
            CallerKind::Enterprise,
            Kind::Help,
            ClockRuleName::Enterprise,
        ),
    ] {
        let mut told = Told::open(Request {
            item: item.map(|code| ItemCode::parse(code).unwrap()),
            kind,
            caller: Caller {
                kind: lane,
                ..Caller::default()
            },
            ..request()
        });
        told.act(&world, &of_role(Role::CallTaker), hour(1), &Action::Submit)
            .unwrap();
        assert_eq!(told.ticket.total_due.clone().unwrap().rule, rule);
        told.act(
            &world,
            &of_role(Role::Dispatcher),
            hour(2),
            &dispatch_to("JN-SW"),
        )
        .unwrap();
        assert_eq!(told.ticket.unit_due.clone().unwrap().rule, rule);
    }
}

#[test]
fn a_refusal_goes_over_the_wire_and_back() {
    for refusal in [
        Refusal::RulingBinds,
        Refusal::UnknownUnit {
            unit: unit("JN-XX"),
        },
        Refusal::MainNotOpen {
            stage: Stage::Closed,
        },
        Refusal::WrongRole {
            needs: vec![Role::Dispatcher],
        },
    ] {
        let json = serde_json::to_string(&refusal).unwrap();
        assert_eq!(serde_json::from_str::<Refusal>(&json).unwrap(), refusal);
    }
}
