//! The rules of merging (并单).

use super::rules::refused;
use super::world::{Told, World, hour, id, of_role};
use crate::domain::lifecycle::{Action, Refusal, check_main};
use crate::domain::role::Role;
use crate::domain::ticket::{Stage, State};

#[test]
fn a_merged_draft_is_accepted_first_and_comes_back_to_dispatch() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::Draft);
    let taker = of_role(Role::CallTaker);
    let itself = Action::Merge {
        main: told.ticket.id,
    };
    assert_eq!(
        refused(&told, &taker, hour(1), &itself),
        Refusal::IntoItself
    );
    told.act(&world, &taker, hour(1), &Action::Merge { main: id(2) })
        .unwrap();
    assert_eq!(told.ticket.accepted_at, Some(hour(1)));
    told.act(
        &world,
        &of_role(Role::Dispatcher),
        hour(2),
        &Action::Unmerge,
    )
    .unwrap();
    assert_eq!(told.ticket.state, State::ToDispatch);
    assert!(told.ticket.total_due.is_some() && told.ticket.unit_due.is_none());
}

#[test]
fn a_main_ticket_is_open_and_not_merged_itself() {
    let world = World::new();
    let child = Told::at(&world, Stage::ToDispatch).ticket;
    assert_eq!(check_main(&child, &child), Err(Refusal::IntoItself));
    for stage in Stage::ALL {
        let mut main = Told::at(&world, stage).ticket;
        main.id = id(2);
        let good = stage.is_open() && !matches!(stage, Stage::Draft | Stage::Merged);
        let expected = if good {
            Ok(())
        } else {
            Err(Refusal::MainNotOpen { stage })
        };
        assert_eq!(check_main(&child, &main), expected);
    }
}
