//! What holds for every sequence of actions, and the whole table, stage by stage.

use super::world::{Told, World, examples, hour, of_role, person, request, system};
use crate::domain::lifecycle::{
    Action, ActionName, Context, Event, EventKind, Refusal, apply, decide, fold, may, table,
};
use crate::domain::role::{Person, Role};
use crate::domain::ticket::Stage;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn people() -> Vec<Person> {
    let mut people: Vec<Person> = Role::ALL.into_iter().map(of_role).collect();
    people.push(system());
    people.push(person("other", &[Role::UnitClerk], "JN-DL"));
    people.push(person(
        "both",
        &[Role::Dispatcher, Role::ReturnReviewer],
        "HOTLINE",
    ));
    people.push(person("all", &Role::ALL, "JN-SW"));
    people
}

#[test]
fn every_action_has_an_example_and_a_line_in_the_table() {
    let named: BTreeSet<_> = examples().iter().map(Action::kind).collect();
    let lined: BTreeSet<_> = table().iter().map(|row| row.action).collect();
    let all: BTreeSet<_> = ActionName::ALL.iter().copied().collect();
    assert_eq!(named, all);
    assert_eq!(lined, all);
}

#[test]
fn an_action_is_named_as_on_the_wire() {
    for action in examples() {
        let json = serde_json::to_value(&action).unwrap();
        assert_eq!(json["do"], action.name());
        assert_eq!(serde_json::from_value::<Action>(json).unwrap(), action);
    }
}

#[test]
fn every_action_in_every_stage_by_every_role_is_as_the_table_says() {
    let world = World::new();
    for stage in Stage::ALL {
        for action in examples() {
            let told = Told::ready_for(&world, stage, &action);
            let rows: Vec<_> = table()
                .iter()
                .filter(|row| row.action == action.kind() && row.from.contains(&stage))
                .collect();
            for who in people() {
                let allowed = rows.iter().any(|row| row.allows(&who));
                let mut after = told.clone();
                let result = after.act(&world, &who, hour(20), &action);
                let case = format!("{} in {stage:?} by {}", action.name(), who.account);
                match result {
                    Ok(()) => {
                        assert!(allowed, "{case}");
                        let to = after.ticket.state.stage();
                        let follows = rows
                            .iter()
                            .any(|row| row.to.contains(&to) || (row.to.is_empty() && to == stage));
                        assert!(follows, "{case} led to {to:?}");
                    }
                    Err(Refusal::WrongStage { .. }) => assert!(rows.is_empty(), "{case}"),
                    Err(Refusal::WrongRole { needs }) => {
                        assert!(!rows.is_empty() && !allowed && !needs.is_empty(), "{case}");
                    }
                    Err(_) => assert!(allowed, "{case}"),
                }
            }
        }
    }
}

/// Every line of the table can be walked by somebody: none is a dead letter.
#[test]
fn every_line_of_the_table_can_be_walked() {
    let world = World::new();
    for row in table() {
        for stage in row.from {
            let action = examples()
                .into_iter()
                .find(|a| a.kind() == row.action)
                .unwrap();
            let told = Told::ready_for(&world, *stage, &action);
            let mut reached = people().iter().any(|who| {
                row.allows(who) && told.clone().act(&world, who, hour(20), &action).is_ok()
            });
            if row.action == ActionName::AnswerChild {
                let main = Told::at(&world, Stage::ToCallBack).ticket;
                let context = Context {
                    main: Some(&main),
                    ..world.context()
                };
                let who = of_role(Role::Dispatcher);
                reached = told
                    .clone()
                    .act_in(context, &who, hour(20), &action)
                    .is_ok();
            }
            // An unreviewed decline is not archived: review it first.
            if row.action == ActionName::Archive && *stage == Stage::Declined {
                let mut reviewed = told.clone();
                let second = of_role(Role::ReturnReviewer);
                let right = Action::ReviewDecline { right: true };
                reviewed.act(&world, &second, hour(20), &right).unwrap();
                reached = reviewed.act(&world, &system(), hour(21), &action).is_ok();
            }
            assert!(reached, "{:?} from {stage:?}", row.action);
        }
    }
}

#[test]
fn what_a_person_may_is_what_is_not_refused() {
    let world = World::new();
    for stage in Stage::ALL {
        let told = Told::at(&world, stage);
        for who in people() {
            let names = may(&told.ticket, &who, hour(20), world.context());
            for action in examples() {
                let done = decide(&told.ticket, &action, &who, hour(20), world.context());
                if done.is_ok() {
                    assert!(
                        names.contains(&action.name()),
                        "{} in {stage:?}",
                        action.name()
                    );
                }
                if !names.contains(&action.name()) {
                    assert!(done.is_err());
                }
            }
        }
    }
}

#[test]
fn an_event_that_does_not_follow_is_an_error_and_names_no_caller() {
    let world = World::new();
    let told = Told::at(&world, Stage::Closed);
    let mut gap = told.events.clone();
    gap.remove(2);
    let error = fold(&gap).unwrap_err();
    assert_eq!(
        (error.event, error.version),
        (told.events[3].kind.name(), 4)
    );
    assert!(fold(&told.events[1..]).is_err());
    assert!(fold(&[]).is_err());
    let opened_again = Event {
        version: told.ticket.version + 1,
        ..told.events[0].clone()
    };
    assert!(apply(Some(told.ticket.clone()), &opened_again).is_err());
    let signed = Event {
        version: told.ticket.version + 1,
        stamp: told.events[0].stamp.clone(),
        kind: EventKind::Signed,
    };
    assert!(apply(Some(told.ticket), &signed).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_ticket_is_the_fold_of_its_events(
        steps in proptest::collection::vec((0..examples().len(), 0..21_usize, 0..30_i64), 0..60),
    ) {
        let world = World::new();
        let people = people();
        let actions = examples();
        let mut told = Told::open(request());
        let mut now = 0;
        for (action, who, hours) in steps {
            now += hours;
            let before = told.ticket.clone();
            let who = &people[who % people.len()];
            match told.act(&world, who, hour(now), &actions[action]) {
                Err(_) => prop_assert_eq!(&told.ticket, &before),
                Ok(()) => prop_assert!(told.ticket.version > before.version),
            }
        }
        let versions: Vec<u64> = told.events.iter().map(|event| event.version).collect();
        prop_assert_eq!(versions, (1..=told.ticket.version).collect::<Vec<_>>());
        prop_assert_eq!(fold(&told.events).unwrap(), told.ticket.clone());
        let json = serde_json::to_string(&told.ticket).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::domain::ticket::Ticket>(&json).unwrap(), told.ticket);
    }

    #[test]
    fn every_way_through_the_house_keeps_its_promises(
        picks in proptest::collection::vec((0..1000_usize, 0..10_i64), 1..50),
    ) {
        let world = World::new();
        let people = people();
        let mut told = Told::open(request());
        let mut now = 0;
        for (pick, hours) in picks {
            now += hours;
            let open: Vec<_> = people
                .iter()
                .flat_map(|who| examples().into_iter().map(move |action| (who, action)))
                .filter(|(who, action)| {
                    decide(&told.ticket, action, who, hour(now), world.context()).is_ok()
                })
                .collect();
            let Some((who, action)) = open.get(pick % open.len().max(1)) else { break };
            let total = told.ticket.total_due.clone();
            told.act(&world, who, hour(now), action).unwrap();
            // The total clock never resets, the one of a unit runs wherever one handles it.
            prop_assert!(total.is_none() || told.ticket.total_due == total);
            if told.ticket.state.stage() == Stage::Answered {
                prop_assert!(told.ticket.work.waiting_for().next().is_none());
            }
            if let Some(dispatch) = told.ticket.state.dispatch() {
                prop_assert!(told.ticket.unit_due.is_some() && told.ticket.accepted_at.is_some());
                prop_assert!(!dispatch.co_units.contains(&dispatch.lead));
            }
            prop_assert!(told.ticket.returns <= 2);
        }
        prop_assert_eq!(fold(&told.events).unwrap(), told.ticket);
    }
}
