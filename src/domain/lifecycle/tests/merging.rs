//! The rules of merging (并单).

use super::rules::refused;
use super::world::{Told, World, answer_child, hour, id, line, of_role, prose, redo};
use crate::domain::lifecycle::{
    Action, Context, Refusal, check_main, child_draft, child_points, fold,
};
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
fn a_child_is_answered_from_its_passed_main_point_by_point_and_by_no_unit() {
    let world = World::new();
    let mut main = Told::at(&world, Stage::Answered);
    main.ticket.request.caller.name = line("张测试");
    let dispatcher = of_role(Role::Dispatcher);
    let child = Told::at(&world, Stage::Merged);
    let decided = |main: &Told, action: &Action| {
        let context = Context {
            main: Some(&main.ticket),
            ..world.context()
        };
        let mut child = child.clone();
        child.act_in(context, &dispatcher, hour(20), action)?;
        Ok::<Told, Refusal>(child)
    };
    assert_eq!(
        decided(&main, &answer_child()).unwrap_err(),
        Refusal::MainNotAnswered,
        "nobody has passed it"
    );
    assert_eq!(child_draft(&main.ticket), None);
    let reviewer = of_role(Role::ReturnReviewer);
    main.act(&world, &reviewer, hour(19), &Action::Approve)
        .unwrap();
    let nothing = Action::AnswerChild {
        public_answer: prose("已恢复供水"),
        points: Vec::new(),
    };
    let points = child_points(&child.ticket);
    assert_eq!(points, [line("小区停水两天了")]);
    assert_eq!(
        decided(&main, &nothing).unwrap_err(),
        Refusal::PointsOpen { points }
    );
    let Action::AnswerChild { points, .. } = answer_child() else {
        panic!("another action")
    };
    let leaks = Action::AnswerChild {
        public_answer: prose("张测试家已恢复供水"),
        points,
    };
    assert_eq!(decided(&main, &leaks).unwrap_err(), Refusal::NamesAnother);
    let mut child = decided(&main, &answer_child()).unwrap();
    assert_eq!(child.ticket.state.stage(), Stage::ToCallBack);
    assert_eq!(
        child.ticket.state.dispatch().unwrap().lead.as_str(),
        "HOTLINE"
    );
    assert!(child.ticket.handled_by.contains(&dispatcher.account));
    // Redone, it goes its own way.
    child
        .act(&world, &of_role(Role::CallbackClerk), hour(21), &redo())
        .unwrap();
    assert_eq!(child.ticket.state.stage(), Stage::ToDispatch);
    assert_eq!(fold(&child.events).unwrap(), child.ticket);
}

#[test]
fn a_childs_points_are_what_it_asks_and_what_was_added() {
    let mut child = Told::at(&World::new(), Stage::Merged).ticket;
    child.request.asked = prose("恢复供水；赔偿损失。\n");
    child.additions = vec![prose("三号楼也停了")];
    let points = ["恢复供水", "赔偿损失", "三号楼也停了"].map(line);
    assert_eq!(child_points(&child), points);
}

#[test]
fn a_childs_points_name_no_caller_and_are_not_more_than_can_be_met() {
    let mut child = Told::at(&World::new(), Stage::Merged).ticket;
    child.request.caller.name = line("王建国");
    child.request.asked = prose("请给王建国回电；修路灯");
    assert_eq!(child_points(&child), ["请给王**回电", "修路灯"].map(line));
    let many: Vec<String> = (0..60).map(|n| format!("第{n}件事")).collect();
    child.request.asked = prose(&many.join("；"));
    assert_eq!(child_points(&child).len(), 50);
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
