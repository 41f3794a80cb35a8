//! The rules behind the table, one test a rule: what units, reviewers and callback clerks do.

use super::rules::{ask_return, clerk, missing, refused};
use super::world::{
    Told, World, answer, examples, hour, line, of_role, person, prose, redo, rule, start,
};
use crate::domain::caller::Caller;
use crate::domain::lifecycle::{Action, Refusal, may};
use crate::domain::role::Role;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Contact, Stage, State};

#[test]
fn only_the_lead_unit_signs_returns_and_answers() {
    let world = World::new();
    let other = person("other", &[Role::UnitClerk], "JN-DL");
    let dispatched = Told::at(&world, Stage::Dispatched);
    let in_hand = Told::at(&world, Stage::InHand);
    let reached = answer(Contact::Reached { at: start() });
    assert_eq!(
        refused(&dispatched, &other, hour(9), &Action::Sign),
        Refusal::NotYourUnit
    );
    assert_eq!(
        refused(&dispatched, &other, hour(9), &ask_return()),
        Refusal::NotYourUnit
    );
    assert_eq!(
        refused(&in_hand, &other, hour(9), &reached),
        Refusal::NotYourUnit
    );
    assert!(may(&dispatched.ticket, &other, hour(9), world.context()).is_empty());
    assert_eq!(
        may(&dispatched.ticket, &clerk(), hour(9), world.context()),
        ["sign", "ask_return", "ask_co_units"]
    );
}

#[test]
fn a_return_comes_within_two_working_days() {
    let world = World::new();
    // Dispatched on Monday: Wednesday ends at hour 63 after Monday 9:00.
    let told = Told::at(&world, Stage::InHand);
    let until = hour(63);
    assert!(
        told.clone()
            .act(&world, &clerk(), hour(62), &ask_return())
            .is_ok()
    );
    assert_eq!(
        refused(&told, &clerk(), until, &ask_return()),
        Refusal::TooLate { until }
    );
    assert!(!may(&told.ticket, &clerk(), until, world.context()).contains(&"ask_return"));
}

#[test]
fn the_second_return_is_ruled_on_and_the_ruling_binds() {
    let world = World::new();
    let reviewer = of_role(Role::ReturnReviewer);
    let reject = Action::RejectReturn {
        reason: line("裁定"),
    };
    let mut told = Told::at(&world, Stage::ReturnAsked);
    let due = told.ticket.unit_due.clone();
    told.act(&world, &reviewer, hour(5), &reject).unwrap();
    assert_eq!(told.ticket.unit_due, due, "the clock runs on");
    told.act(&world, &clerk(), hour(6), &ask_return()).unwrap();
    for short in [&Action::AcceptReturn, &reject] {
        assert_eq!(
            refused(&told, &reviewer, hour(7), short),
            Refusal::NeedsRuling
        );
    }
    let mut stays = told.clone();
    stays
        .act(&world, &reviewer, hour(7), &rule("JN-SW"))
        .unwrap();
    assert_eq!(stays.ticket.state.stage(), Stage::InHand);
    assert_eq!(stays.ticket.unit_due, due, "the clock runs on");
    assert_eq!(
        refused(&stays, &clerk(), hour(8), &ask_return()),
        Refusal::RulingBinds
    );
    // The next day.
    told.act(&world, &reviewer, hour(27), &rule("JN-DL"))
        .unwrap();
    assert_eq!(told.ticket.state.stage(), Stage::Dispatched);
    assert_ne!(told.ticket.unit_due, due, "another unit's clock begins");
    let other = person("other", &[Role::UnitClerk], "JN-DL");
    assert_eq!(
        refused(&told, &other, hour(28), &ask_return()),
        Refusal::RulingBinds
    );
}

#[test]
fn an_extension_is_granted_once_in_time_and_for_ten_days_at_most() {
    let world = World::new();
    let dispatcher = of_role(Role::Dispatcher);
    let extend = |working_days| Action::Extend {
        working_days,
        reason: line("等配件"),
    };
    let mut told = Told::at(&world, Stage::InHand);
    let until = told.ticket.unit_due.clone().unwrap().due;
    assert_eq!(
        refused(&told, &dispatcher, hour(9), &extend(3)),
        Refusal::NotAsked
    );
    let ask = Action::AskExtension {
        working_days: 3,
        reason: line("等配件"),
    };
    assert_eq!(
        refused(&told, &clerk(), until, &ask),
        Refusal::TooLate { until }
    );
    told.act(&world, &clerk(), hour(8), &ask).unwrap();
    assert_eq!(refused(&told, &clerk(), hour(8), &ask), Refusal::Undecided);
    for days in [0, 11, u32::MAX] {
        let range = Refusal::Range {
            field: "working_days".to_owned(),
            from: 1,
            to: 10,
        };
        assert_eq!(refused(&told, &dispatcher, hour(9), &extend(days)), range);
    }
    assert_eq!(
        refused(&told, &dispatcher, until, &extend(3)),
        Refusal::TooLate { until }
    );
    let total = told.ticket.total_due.clone();
    told.act(&world, &dispatcher, hour(9), &extend(10)).unwrap();
    assert!(told.ticket.unit_due.clone().unwrap().due > until);
    assert_eq!(told.ticket.total_due, total);
    assert_eq!(
        refused(&told, &dispatcher, hour(10), &extend(1)),
        Refusal::OnlyOnce
    );
    assert_eq!(refused(&told, &clerk(), hour(10), &ask), Refusal::OnlyOnce);
}

#[test]
fn a_unit_answers_after_it_has_reached_the_caller() {
    let world = World::new();
    let told = Told::at(&world, Stage::InHand);
    // The start is 9:00: hours 0 and 2 are one morning, 4 an afternoon, 24 the next morning.
    let tries = |hours: &[i64]| Contact::NotReached {
        attempts: hours.iter().map(|n| hour(*n)).collect(),
    };
    for (contact, kept) in [
        (Contact::Reached { at: hour(30) }, true),
        (Contact::Reached { at: hour(31) }, false),
        (tries(&[]), false),
        (tries(&[0, 2, 4]), false),
        (tries(&[0, 4, 24]), true),
        (tries(&[0, 4, 48]), false),
        (Contact::NotWanted, false),
    ] {
        let result = told
            .clone()
            .act(&world, &clerk(), hour(30), &answer(contact.clone()));
        let expected = if kept {
            Ok(())
        } else {
            Err(Refusal::NotContacted)
        };
        assert_eq!(result, expected, "{contact:?}");
    }
    for caller in [
        Caller {
            anonymous: true,
            ..Caller::default()
        },
        Caller {
            no_answer_wanted: true,
            ..Caller::default()
        },
    ] {
        let mut quiet = Told::at(&world, Stage::InHand);
        quiet.ticket.request.caller = caller;
        quiet
            .act(&world, &clerk(), hour(30), &answer(Contact::NotWanted))
            .unwrap();
    }
}

#[test]
fn a_report_says_what_was_done_and_why_not() {
    let world = World::new();
    let told = Told::at(&world, Stage::InHand);
    let report = |solved, account: &str| Action::Answer {
        facts_true: None,
        solved,
        why_not: Line::default(),
        account: prose(account),
        public_answer: Prose::default(),
        contact: Contact::Reached { at: start() },
    };
    assert_eq!(
        refused(&told, &clerk(), hour(9), &report(true, "\n")),
        missing("account")
    );
    assert_eq!(
        refused(&told, &clerk(), hour(9), &report(false, "无材料")),
        missing("why_not")
    );
}

#[test]
fn who_handled_a_ticket_neither_passes_nor_closes_it() {
    let world = World::new();
    let roles = [Role::UnitClerk, Role::CallbackClerk, Role::ReturnReviewer];
    let handler = person("handler", &roles, "JN-SW");
    let mut told = Told::at(&world, Stage::InHand);
    let report = answer(Contact::Reached { at: start() });
    told.act(&world, &handler, hour(5), &report).unwrap();
    assert_eq!(
        refused(&told, &handler, hour(6), &Action::Approve),
        Refusal::HandledIt
    );
    told.act(
        &world,
        &of_role(Role::ReturnReviewer),
        hour(6),
        &Action::Approve,
    )
    .unwrap();
    let close = examples()
        .into_iter()
        .find(|a| a.name() == "close")
        .unwrap();
    assert_eq!(
        refused(&told, &handler, hour(7), &close),
        Refusal::HandledIt
    );
    assert_eq!(
        refused(&told, &handler, hour(7), &redo()),
        Refusal::HandledIt
    );
}

#[test]
fn a_verdict_is_the_callers_own() {
    let world = World::new();
    let close = |reached, solved, satisfied| Action::Close {
        reached,
        solved,
        satisfied,
        reason: Line::default(),
    };
    let clerk = of_role(Role::CallbackClerk);
    let told = Told::at(&world, Stage::ToCallBack);
    let solved = close(true, None, Some(true));
    assert_eq!(refused(&told, &clerk, hour(9), &solved), missing("solved"));
    let satisfied = close(true, Some(true), None);
    assert_eq!(
        refused(&told, &clerk, hour(9), &satisfied),
        missing("satisfied")
    );
    let mut unreached = told.clone();
    unreached
        .act(
            &world,
            &clerk,
            hour(9),
            &close(false, Some(true), Some(true)),
        )
        .unwrap();
    let State::Closed { verdict, .. } = &unreached.ticket.state else {
        panic!("not closed")
    };
    assert_eq!(
        (verdict.reached, verdict.solved, verdict.satisfied),
        (false, None, None)
    );
}

#[test]
fn a_new_round_keeps_the_unit_and_starts_its_clock_anew() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Closed);
    let (first, total) = (told.ticket.unit_due.clone(), told.ticket.total_due.clone());
    told.act(&world, &of_role(Role::Supervisor), hour(200), &redo())
        .unwrap();
    assert_eq!((told.ticket.round, &told.ticket.total_due), (2, &total));
    assert!(told.ticket.unit_due.clone().unwrap().due > first.unwrap().due);
    let dispatch = told.ticket.state.dispatch().unwrap();
    assert_eq!((dispatch.lead.as_str(), &dispatch.signed), ("JN-SW", &None));
    told.act(&world, &clerk(), hour(201), &Action::Sign)
        .unwrap();
    assert_eq!(told.ticket.state.stage(), Stage::InHand);
}
