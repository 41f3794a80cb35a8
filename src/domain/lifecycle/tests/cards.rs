//! Which cards are shown, and when.

use super::rules::clerk;
use super::world::{
    Told, World, add_co_units, dispatch_to, hour, of_role, request, stage_answer, system,
};
use crate::domain::caller::CallerKind;
use crate::domain::clock::Card;
use crate::domain::lifecycle::{Action, Event, EventKind, apply, cards_due, next_card};
use crate::domain::role::Role;
use crate::domain::text::Line;
use crate::domain::ticket::{AlertClock, Stage, StepHow};
use jiff::Timestamp;

/// Shows what is due and answers it; afterwards nothing is due at that moment any more.
fn show(told: &mut Told, world: &World, now: Timestamp) -> Vec<(AlertClock, Card)> {
    let mut shown = Vec::new();
    for kind in cards_due(&told.ticket, &world.clocks, now) {
        if let EventKind::Alerted { alert } = &kind {
            shown.push((alert.clock.clone(), alert.card));
        }
        let event = Event {
            version: told.ticket.version + 1,
            stamp: system().stamp(now),
            kind,
        };
        told.ticket = apply(Some(told.ticket.clone()), &event).unwrap();
        told.events.push(event);
    }
    assert_eq!(cards_due(&told.ticket, &world.clocks, now), [], "once");
    assert!(next_card(&told.ticket, &world.clocks).is_none_or(|next| next > now));
    shown
}

#[test]
fn a_ticket_shows_yellow_and_red_once_each_at_their_moments() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Dispatched);
    // Dispatched on Monday: signing is due on Tuesday, the answer on the next Monday; both clocks end together.
    let until = [
        ("2026-07-06T15:59:59Z", vec![]),
        (
            "2026-07-06T16:00:00Z",
            vec![(AlertClock::SignIn, Card::Yellow)],
        ),
        (
            "2026-07-07T16:00:00Z",
            vec![(AlertClock::SignIn, Card::Red)],
        ),
        (
            "2026-07-10T16:00:00Z",
            vec![(AlertClock::Unit, Card::Yellow)],
        ),
        ("2026-07-13T15:59:59Z", vec![]),
        ("2026-07-13T16:00:00Z", vec![(AlertClock::Unit, Card::Red)]),
        ("2027-07-13T16:00:00Z", vec![]),
    ];
    for (at, cards) in until {
        assert_eq!(show(&mut told, &world, at.parse().unwrap()), cards, "{at}");
    }
    assert_eq!(next_card(&told.ticket, &world.clocks), None);
}

#[test]
fn a_yellow_card_that_comes_too_late_gives_way_to_the_red() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::InHand);
    let late = "2026-07-20T00:00:00Z".parse().unwrap();
    assert_eq!(
        show(&mut told, &world, late),
        [(AlertClock::Unit, Card::Red)]
    );
}

#[test]
fn what_is_done_shows_no_card() {
    let world = World::new();
    let late: Timestamp = "2027-07-20T00:00:00Z".parse().unwrap();
    for stage in [
        Stage::Draft,
        Stage::Closed,
        Stage::Merged,
        Stage::Withdrawn,
        Stage::ClosedDirectly,
    ] {
        let told = Told::at(&world, stage);
        assert_eq!(next_card(&told.ticket, &world.clocks), None, "{stage:?}");
        assert_eq!(
            cards_due(&told.ticket, &world.clocks, late),
            [],
            "{stage:?}"
        );
    }
    let mut answered = Told::at(&world, Stage::Answered);
    let total = [(AlertClock::Total, Card::Red)];
    assert_eq!(show(&mut answered, &world, late), total, "the unit is done");
}

#[test]
fn co_units_and_steps_have_cards_of_their_own() {
    let world = World::new();
    let mut asked = request();
    asked.caller.kind = CallerKind::Enterprise;
    let mut told = Told::open(asked);
    let taker = of_role(Role::CallTaker);
    let dispatcher = of_role(Role::Dispatcher);
    told.act(&world, &taker, hour(1), &Action::Submit).unwrap();
    told.act(&world, &dispatcher, hour(2), &dispatch_to("JN-SW"))
        .unwrap();
    told.act(&world, &dispatcher, hour(2), &add_co_units("JN-DL"))
        .unwrap();
    assert_eq!(
        show(&mut told, &world, hour(4)),
        [(AlertClock::Contact, Card::Red)],
        "2 hours"
    );
    let step = Action::Step {
        how: StepHow::Progress,
        at: hour(5),
        note: Line::default(),
    };
    told.act(&world, &clerk(), hour(5), &step).unwrap();
    told.act(&world, &clerk(), hour(5), &Action::Sign).unwrap();
    let late = "2027-07-20T00:00:00Z".parse().unwrap();
    let unit = crate::domain::lifecycle::tests::world::unit("JN-DL");
    assert_eq!(
        show(&mut told, &world, late),
        [
            (AlertClock::Unit, Card::Red),
            (AlertClock::Co { unit }, Card::Red)
        ],
        "the second step was taken"
    );
}

#[test]
fn a_staged_answer_runs_by_its_own_day() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::InHand);
    told.act(&world, &clerk(), hour(5), &stage_answer())
        .unwrap();
    told.act(
        &world,
        &of_role(Role::ReturnReviewer),
        hour(6),
        &Action::AgreeStage,
    )
    .unwrap();
    // 31 July is a Friday.
    let before = "2026-07-30T15:59:59Z".parse().unwrap();
    assert_eq!(show(&mut told, &world, before), []);
    let end = "2026-07-31T16:00:00Z".parse().unwrap();
    assert_eq!(
        show(&mut told, &world, end),
        [(AlertClock::Unit, Card::Red)]
    );
}
