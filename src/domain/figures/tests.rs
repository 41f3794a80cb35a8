//! What logs add to the figures: told stories by hand, and what holds for all.

use super::{Figure, Measure, Other, Parts, of_call, of_ticket};
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::caller::CallerKind;
use crate::domain::id::{Account, CallId, ItemCode, SeatNo, UnitCode};
use crate::domain::lifecycle::tests::world::{
    Told, World, answer, dispatch_to, examples, hour, id, line, of_role, prose, redo, request,
    rule, start, system, unit,
};
use crate::domain::lifecycle::{Action, Event, EventKind};
use crate::domain::role::{Person, Role};
use crate::domain::ticket::{
    AnswerSource, Contact, DirectAnswer, Request, ReturnReason, Stage, StepHow,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Each part in a line: figure, day of the month, unit or person, numerator/denominator.
fn lines(parts: &Parts) -> Vec<String> {
    let lines = parts.iter().map(|(spot, share)| {
        let unit = spot.unit.as_ref().map(UnitCode::as_str);
        let whose = unit.or(spot.account.as_ref().map(Account::as_str));
        format!(
            "{} {} {} {}/{}",
            spot.figure.name(),
            spot.day.day(),
            whose.unwrap_or("-"),
            share.numerator,
            share.denominator
        )
    });
    lines.collect()
}

fn counted(world: &World, told: &Told) -> Vec<String> {
    lines(&of_ticket(&told.events, &[], &world.clocks))
}

/// The lines of some figures.
fn of(lines: &[String], figures: &[&str]) -> Vec<String> {
    let wanted = |line: &&String| figures.contains(&line.split(' ').next().unwrap());
    lines.iter().filter(wanted).cloned().collect()
}

fn go(world: &World, told: &mut Told, hours: i64, role: Role, action: &Action) {
    told.act(world, &of_role(role), hour(hours), action)
        .unwrap();
}

fn urge() -> Action {
    Action::Urge { note: line("快") }
}

#[test]
fn every_name_is_its_own_and_the_wires() {
    for figure in Figure::ALL {
        assert_eq!(Figure::from_name(figure.name()), Some(figure));
        assert_eq!(serde_json::to_value(figure).unwrap(), figure.name());
    }
}

/// Monday the 6th, 9:00, one step an hour; five working days after the 6th are over with the 13th.
#[test]
fn a_ticket_that_went_well() {
    let world = World::new();
    let told = Told::at(&world, Stage::Closed);
    assert_eq!(
        counted(&world, &told),
        [
            "direct 6 - 0/1",
            "expert_direct 6 - 0/1",
            "once_solved 6 JN-SW 1/1",
            "dispatch_minutes 6 JN-SW 60/1",
            "precision 6 JN-SW 1/1",
            "returned 6 JN-SW 0/1",
            "city_share 6 JN-SW 0/1",
            "signed_in_time 6 JN-SW 1/1",
            "contacted 6 JN-SW 1/1",
            "answered_in_time 13 JN-SW 1/1",
            "closed_in_time 13 JN-SW 1/1",
            "closed_first 6 JN-SW 1/1",
            "redone 6 JN-SW 0/1",
            "reached 6 JN-SW 1/1",
            "solved 6 JN-SW 1/1",
            "satisfied 6 JN-SW 1/1",
            "seat_direct 6 call_taker 0/1",
        ]
    );
}

#[test]
fn nothing_is_counted_of_what_is_no_request_and_of_drafts() {
    let world = World::new();
    for stage in [
        Stage::Draft,
        Stage::Invalid,
        Stage::Declined,
        Stage::HandedToEmergency,
    ] {
        assert_eq!(
            counted(&world, &Told::at(&world, stage)),
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_direct_answer_counts_for_the_expert_who_gave_it() {
    let world = World::new();
    let mut told = Told::open(request());
    let answer = DirectAnswer {
        answer: prose("可以提取"),
        source: AnswerSource::Expert {
            unit: unit("JN-GJJ"),
        },
    };
    go(
        &world,
        &mut told,
        1,
        Role::CallTaker,
        &Action::CloseDirectly { answer },
    );
    assert_eq!(
        counted(&world, &told),
        [
            "direct 6 - 1/1",
            "expert_direct 6 JN-GJJ 1/1",
            "once_solved 6 - 1/1",
            "seat_direct 6 call_taker 1/1",
        ]
    );
}

#[test]
fn what_is_late_is_late_once_the_log_goes_past_its_end() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Dispatched);
    let clocks = [
        "signed_in_time",
        "contacted",
        "answered_in_time",
        "closed_in_time",
    ];
    assert_eq!(of(&counted(&world, &told), &clocks), Vec::<String>::new());
    // To be signed for by the end of Tuesday the 7th.
    go(&world, &mut told, 38, Role::CallTaker, &urge());
    assert_eq!(of(&counted(&world, &told), &clocks), Vec::<String>::new());
    go(&world, &mut told, 39, Role::CallTaker, &urge());
    assert_eq!(
        of(&counted(&world, &told), &clocks),
        ["signed_in_time 6 JN-SW 0/1"]
    );
    go(&world, &mut told, 8 * 24, Role::CallTaker, &urge());
    assert_eq!(
        of(&counted(&world, &told), &clocks),
        [
            "signed_in_time 6 JN-SW 0/1",
            "contacted 6 JN-SW 0/1",
            "answered_in_time 13 JN-SW 0/1",
            "closed_in_time 13 JN-SW 0/1",
        ]
    );
    // Too late is too late.
    go(
        &world,
        &mut told,
        8 * 24 + 1,
        Role::UnitClerk,
        &Action::Sign,
    );
    let late = answer(Contact::Reached { at: hour(8 * 24) });
    go(&world, &mut told, 8 * 24 + 2, Role::UnitClerk, &late);
    assert_eq!(
        of(&counted(&world, &told), &clocks[..3]),
        [
            "signed_in_time 6 JN-SW 0/1",
            "contacted 6 JN-SW 0/1",
            "answered_in_time 13 JN-SW 0/1",
        ]
    );
}

#[test]
fn a_return_counts_against_the_dispatch_only_when_it_is_upheld() {
    let world = World::new();
    let wanted = ["precision", "returned"];
    let mut told = Told::at(&world, Stage::ReturnAsked);
    assert_eq!(
        of(&counted(&world, &told), &wanted),
        ["precision 6 JN-SW 1/1", "returned 6 JN-SW 1/1"]
    );
    let mut rejected = told.clone();
    let reason = line("属本单位职责");
    go(
        &world,
        &mut rejected,
        20,
        Role::ReturnReviewer,
        &Action::RejectReturn { reason },
    );
    assert_eq!(
        of(&counted(&world, &rejected), &wanted),
        ["precision 6 JN-SW 1/1", "returned 6 JN-SW 1/1"]
    );
    go(
        &world,
        &mut told,
        20,
        Role::ReturnReviewer,
        &Action::AcceptReturn,
    );
    go(
        &world,
        &mut told,
        21,
        Role::Dispatcher,
        &dispatch_to("JN-DL"),
    );
    assert_eq!(
        of(&counted(&world, &told), &wanted),
        [
            "precision 6 JN-SW 0/1",
            "precision 7 JN-DL 1/1",
            "returned 6 JN-SW 1/1",
            "returned 7 JN-DL 0/1",
        ]
    );
}

#[test]
fn the_joint_meeting_upholds_a_return_by_ruling_for_another() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::ReturnAsked);
    let reason = line("属本单位职责");
    go(
        &world,
        &mut told,
        20,
        Role::ReturnReviewer,
        &Action::RejectReturn { reason },
    );
    let again = Action::AskReturn {
        reason: ReturnReason::NotOurDuty,
        basis: line("三定"),
        proposed: None,
    };
    go(&world, &mut told, 21, Role::UnitClerk, &again);
    go(&world, &mut told, 22, Role::ReturnReviewer, &rule("JN-DL"));
    // The ruling is no dispatcher's choice.
    assert_eq!(
        of(&counted(&world, &told), &["precision", "returned"]),
        ["precision 6 JN-SW 0/1", "returned 6 JN-SW 1/1"]
    );
}

#[test]
fn a_redo_counts_where_it_was_closed_first_and_says_that_it_was_not_solved_at_once() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Closed);
    go(&world, &mut told, 30, Role::Supervisor, &redo());
    assert_eq!(
        of(
            &counted(&world, &told),
            &["closed_first", "redone", "once_solved", "closed_in_time"]
        ),
        [
            "once_solved 6 JN-SW 0/1",
            "closed_in_time 13 JN-SW 1/1",
            "closed_first 6 JN-SW 0/1",
            "redone 6 JN-SW 1/1",
        ]
    );
}

#[test]
fn a_matter_that_comes_again_within_seven_days_was_not_solved() {
    let world = World::new();
    let item = |code: &str| Some(ItemCode::parse(code).unwrap());
    let asked = Request {
        item: item("noise"),
        ..request()
    };
    let mut told = Told::open(asked);
    let close = Action::CloseDirectly {
        answer: DirectAnswer {
            answer: prose("今晚八点恢复"),
            source: AnswerSource::None,
        },
    };
    go(&world, &mut told, 1, Role::CallTaker, &close);
    let other = |item, hours| Other {
        id: id(2),
        opened: hour(hours),
        item,
        main: None,
    };
    let merged = Other {
        main: Some(id(1)),
        ..other(item("water"), 5)
    };
    for (others, once) in [
        (vec![other(item("noise"), 5)], 0),
        (vec![other(item("noise"), 7 * 24 + 1)], 0),
        (vec![other(item("noise"), 7 * 24 + 2)], 1),
        (vec![other(item("noise"), 0)], 1),
        (vec![other(item("water"), 5)], 1),
        (vec![other(None, 5)], 1),
        (vec![merged], 0),
        (Vec::new(), 1),
    ] {
        let parts = lines(&of_ticket(&told.events, &others, &world.clocks));
        let expected = format!("once_solved 6 - {once}/1");
        assert_eq!(of(&parts, &["once_solved"]), [expected], "{others:?}");
    }
    let mut asks = told.clone();
    go(&world, &mut asks, 24, Role::CallTaker, &Action::AskProgress);
    assert_eq!(
        of(&counted(&world, &asks), &["once_solved"]),
        ["once_solved 6 - 0/1"]
    );
}

#[test]
fn what_is_against_a_unit_never_stands_with_that_unit() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Closed);
    let accused = Request {
        accused: Some(unit("JN-SW")),
        ..request()
    };
    told.events.push(Event {
        version: told.ticket.version + 1,
        stamp: of_role(Role::CallTaker).stamp(hour(7)),
        kind: EventKind::Amended {
            request: Box::new(accused),
        },
    });
    let lines = counted(&world, &told);
    assert_eq!(lines.len(), 17);
    assert!(
        lines.iter().all(|line| !line.contains("JN-SW")),
        "{lines:?}"
    );
}

#[test]
fn the_steps_of_2110_are_three_figures() {
    let world = World::new();
    let mut asked = request();
    asked.caller.kind = CallerKind::Enterprise;
    let mut told = Told::open(asked);
    go(&world, &mut told, 1, Role::CallTaker, &Action::Submit);
    go(
        &world,
        &mut told,
        2,
        Role::Dispatcher,
        &dispatch_to("JN-SW"),
    );
    let step = |how, hours| Action::Step {
        how,
        at: hour(hours),
        note: line("到厂区"),
    };
    go(&world, &mut told, 3, Role::UnitClerk, &Action::Sign);
    go(
        &world,
        &mut told,
        4,
        Role::UnitClerk,
        &step(StepHow::OnSite, 4),
    );
    // One natural day after the 6th is over with the 7th.
    go(
        &world,
        &mut told,
        40,
        Role::UnitClerk,
        &step(StepHow::Progress, 40),
    );
    let wanted = ["contact2110", "answer2110", "solve2110"];
    assert_eq!(
        of(&counted(&world, &told), &wanted),
        ["contact2110 6 JN-SW 1/1", "answer2110 7 JN-SW 0/1"]
    );
    go(
        &world,
        &mut told,
        41,
        Role::UnitClerk,
        &step(StepHow::Confirmed, 41),
    );
    // Ten working days after the 6th are over with the 20th.
    assert_eq!(
        of(&counted(&world, &told), &["solve2110"]),
        ["solve2110 20 JN-SW 1/1"]
    );
}

fn call(end: CallEnd, waited: Option<i64>) -> Call {
    let at = |seconds| start() + SignedDuration::from_secs(seconds);
    let seat = SeatNo::parse("0117").unwrap();
    Call {
        id: CallId(uuid::Uuid::from_u128(1)),
        number: None,
        lane: CallerKind::Citizen,
        phrase: line(""),
        offered_at: at(0),
        answered_at: waited.map(at),
        answered_by: waited.map(|_| Account::parse("wang").unwrap()),
        ended_at: Some(at(waited.unwrap_or(30) + 60)),
        recording: None,
        outbound: false,
        phase: CallPhase::Ended {
            seat: Some(seat),
            end,
        },
    }
}

#[test]
fn calls_count_once_they_are_over() {
    assert_eq!(
        lines(&of_call(&call(CallEnd::Caller, Some(15)))),
        [
            "calls_answered 6 - 1/1",
            "answered15 6 - 1/1",
            "offered15 6 - 1/1",
            "calls_abandoned 6 - 0/1",
            "seat_talk 6 wang 60/1",
        ]
    );
    assert_eq!(
        lines(&of_call(&call(CallEnd::Seat, Some(16))))[1..3],
        ["answered15 6 - 0/1", "offered15 6 - 0/1"]
    );
    assert_eq!(
        lines(&of_call(&call(CallEnd::Abandoned, None))),
        [
            "calls_answered 6 - 0/1",
            "offered15 6 - 0/1",
            "calls_abandoned 6 - 1/1",
        ]
    );
    let dialled = Call {
        outbound: true,
        ..call(CallEnd::Seat, Some(5))
    };
    assert!(of_call(&dialled).is_empty());
    let queued = Call {
        phase: CallPhase::Queued,
        ..call(CallEnd::Seat, None)
    };
    assert!(of_call(&queued).is_empty());
}

/// What a log says, counted in another way than the figures are.
fn count(events: &[Event], is: impl Fn(&EventKind) -> bool) -> u64 {
    let found = events.iter().filter(|event| is(&event.kind)).count();
    u64::try_from(found).unwrap()
}

fn sum(parts: &Parts, figure: Figure) -> (u64, u64) {
    let of_it = parts.iter().filter(|(spot, _)| spot.figure == figure);
    of_it.fold((0, 0), |sum, (_, share)| {
        (sum.0 + share.numerator, sum.1 + share.denominator)
    })
}

fn everybody() -> Vec<Person> {
    let mut people: Vec<Person> = Role::ALL.into_iter().map(of_role).collect();
    people.push(system());
    people
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn on_every_way_through_the_house_the_sums_are_those_of_the_events(
        picks in proptest::collection::vec((0..1000_usize, 0..40_i64), 1..50),
    ) {
        let world = World::new();
        let people = everybody();
        let actions = examples();
        let mut told = Told::open(request());
        let mut now = 0;
        for (pick, hours) in picks {
            now += hours;
            let mut done = false;
            for at in 0..people.len() * actions.len() {
                let at = (pick + at) % (people.len() * actions.len());
                let (who, action) = (&people[at % people.len()], &actions[at / people.len()]);
                done = told.act(&world, who, hour(now), action).is_ok();
                if done { break }
            }
            if !done { break }
            check(&world, &told.events, hour(now))?;
        }
    }
}

fn check(world: &World, events: &[Event], now: Timestamp) -> Result<(), TestCaseError> {
    use EventKind as K;
    let parts = of_ticket(events, &[], &world.clocks);
    for (spot, share) in &parts {
        if spot.figure.measure() == Measure::Share {
            prop_assert!(share.numerator <= share.denominator, "{spot:?}");
        }
    }
    let chosen = count(events, |kind| {
        matches!(kind, K::Dispatched { .. } | K::Transferred { .. })
    });
    prop_assert_eq!(sum(&parts, Figure::Precision).1, chosen);
    let upheld = count(events, |kind| {
        matches!(
            kind,
            K::ReturnAccepted
                | K::Ruled {
                    unit_due: Some(_),
                    ..
                }
        )
    });
    let wrong = sum(&parts, Figure::Precision).1 - sum(&parts, Figure::Precision).0;
    // A unit that is ruled to have it may not return it again: each upheld return is one dispatch.
    prop_assert_eq!(wrong, upheld);
    let closings = count(events, |kind| matches!(kind, K::Closed { .. }));
    prop_assert_eq!(sum(&parts, Figure::Reached).1, closings);
    let satisfied = count(events, |kind| {
        matches!(
            kind,
            K::Closed {
                satisfied: Some(true),
                ..
            }
        )
    });
    prop_assert_eq!(sum(&parts, Figure::Satisfied).0, satisfied);
    let accepted = count(events, |kind| {
        matches!(kind, K::Submitted { .. } | K::ClosedDirectly { .. })
    });
    prop_assert_eq!(sum(&parts, Figure::Direct).1, accepted.min(1));
    prop_assert_eq!(sum(&parts, Figure::ClosedFirst).1, closings.min(1));
    prop_assert!(events.iter().all(|event| event.stamp.at <= now));
    Ok(())
}
