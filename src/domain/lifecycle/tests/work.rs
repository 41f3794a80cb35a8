//! What goes on beside the states: staged answers, co-units, duties, the steps of 2110.

use super::rules::{ask_return, clerk, missing, refused};
use super::world::{
    Told, World, add_co_units, answer, dispatch_to, hour, line, of_role, person, report_co,
    request, stage_answer, start, unit,
};
use crate::domain::caller::{Caller, CallerKind};
use crate::domain::clock::{Card, ClockRuleName};
use crate::domain::directory::Duty;
use crate::domain::id::ItemCode;
use crate::domain::lifecycle::{Action, Refusal, decide};
use crate::domain::role::Role;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    Contact, Request, ReturnReason, Stage, StageGround, StepHow, StepName,
};
use jiff::civil::{Date, date};

fn staged(until: Date, ground: StageGround) -> Action {
    Action::StageAnswer {
        ground,
        until,
        contact: Contact::Reached { at: start() },
    }
}

#[test]
fn a_staged_answer_names_law_or_measures_and_a_day_and_counts_when_agreed_to() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::InHand);
    let before = told.ticket.unit_due.clone().unwrap();
    let law = |text: &str| StageGround::LegalPeriod { basis: line(text) };
    let until = date(2026, 7, 31);
    let nothing = StageGround::Measures {
        measures: Prose::default(),
    };
    for (action, refusal) in [
        (staged(until, law(" ")), missing("basis")),
        (staged(until, nothing), missing("measures")),
        (
            staged(date(2026, 7, 6), law("信访条例")),
            Refusal::NotLater {
                field: "until".to_owned(),
            },
        ),
    ] {
        assert_eq!(refused(&told, &clerk(), hour(5), &action), refusal);
    }
    assert_eq!(
        refused(&told, &clerk(), before.due, &stage_answer()),
        Refusal::TooLate { until: before.due }
    );
    told.act(&world, &clerk(), hour(5), &stage_answer())
        .unwrap();
    assert_eq!(told.ticket.unit_due.as_ref(), Some(&before));
    let reviewer = of_role(Role::ReturnReviewer);
    let total = told.ticket.total_due.clone();
    told.act(&world, &reviewer, hour(6), &Action::AgreeStage)
        .unwrap();
    let unit_due = told.ticket.unit_due.clone().unwrap();
    assert_eq!((unit_due.last_day(), unit_due.provisional), (until, false));
    assert_eq!(told.ticket.total_due, total, "the total clock never resets");
    assert!(told.ticket.work.followed_up().is_some(), "supervised");
    assert_eq!(
        refused(&told, &reviewer, hour(7), &Action::AgreeStage),
        Refusal::NotAsked
    );
    // Whoever gave it does not pass the final answer.
    assert!(told.ticket.handled_by.contains(&clerk().account));
}

#[test]
fn a_refused_staged_answer_leaves_the_clock_alone() {
    let world = World::new();
    let mut told = Told::at(&world, Stage::InHand);
    let before = told.ticket.unit_due.clone();
    told.act(&world, &clerk(), hour(5), &stage_answer())
        .unwrap();
    assert_eq!(
        refused(&told, &clerk(), hour(5), &stage_answer()),
        Refusal::Undecided
    );
    let no = Action::RefuseStage {
        reason: line("未写措施"),
    };
    told.act(&world, &of_role(Role::Supervisor), hour(6), &no)
        .unwrap();
    assert_eq!(told.ticket.unit_due, before);
    assert!(told.ticket.work.followed_up().is_none());
    told.act(&world, &clerk(), hour(7), &stage_answer())
        .unwrap();
}

#[test]
fn the_lead_waits_for_its_co_units_or_is_released_with_a_reason() {
    let world = World::new();
    let dispatcher = of_role(Role::Dispatcher);
    let mut told = Told::at(&world, Stage::Dispatched);
    told.act(&world, &dispatcher, hour(3), &add_co_units("JN-DL"))
        .unwrap();
    told.act(&world, &dispatcher, hour(3), &add_co_units("JN-GJJ"))
        .unwrap();
    told.act(&world, &clerk(), hour(4), &Action::Sign).unwrap();
    let lead = told.ticket.unit_due.clone().unwrap();
    for co in &told.ticket.work.co {
        assert!(co.due.due < lead.due, "their clock is earlier");
    }
    let report = answer(Contact::Reached { at: start() });
    let open = |codes: &[&str]| Refusal::CoUnitsOpen {
        units: codes.iter().map(|code| unit(code)).collect(),
    };
    assert_eq!(
        refused(&told, &clerk(), hour(5), &report),
        open(&["JN-DL", "JN-GJJ"])
    );
    let co = person("co", &[Role::UnitClerk], "JN-DL");
    assert_eq!(
        refused(&told, &clerk(), hour(5), &report_co()),
        Refusal::NotYourUnit
    );
    told.act(&world, &co, hour(5), &report_co()).unwrap();
    assert_eq!(
        refused(&told, &co, hour(6), &report_co()),
        Refusal::NotYourUnit,
        "once"
    );
    assert_eq!(
        refused(&told, &clerk(), hour(6), &report),
        open(&["JN-GJJ"])
    );
    let release = |reason: &str| Action::ReleaseCo {
        unit: unit("JN-GJJ"),
        reason: line(reason),
    };
    let supervisor = of_role(Role::Supervisor);
    assert_eq!(
        refused(&told, &supervisor, hour(6), &release("")),
        missing("reason")
    );
    told.act(&world, &supervisor, hour(6), &release("与此无关"))
        .unwrap();
    told.act(&world, &clerk(), hour(7), &report).unwrap();
}

#[test]
fn a_co_units_clock_ends_a_working_day_earlier_and_in_hours_where_the_leads_turns_yellow() {
    let world = World::new();
    for (item, lead, co) in [
        ("noise", "2026-07-13T16:00:00Z", "2026-07-10T16:00:00Z"),
        // 24 hours from 11:00; yellow after 18.
        ("water", "2026-07-07T03:00:00Z", "2026-07-06T21:00:00Z"),
    ] {
        let mut told = Told::open(Request {
            item: Some(ItemCode::parse(item).unwrap()),
            ..request()
        });
        told.act(&world, &of_role(Role::CallTaker), hour(1), &Action::Submit)
            .unwrap();
        let both = Action::Dispatch {
            lead: unit("JN-SW"),
            co_units: vec![unit("JN-DL")],
            directory_version: 3,
            basis: line("三定"),
        };
        told.act(&world, &of_role(Role::Dispatcher), hour(2), &both)
            .unwrap();
        let due = told.ticket.unit_due.clone().unwrap();
        assert_eq!(due.due.to_string(), lead, "{item}");
        let its = &told.ticket.work.co[0].due;
        assert_eq!(its.due.to_string(), co, "{item}");
        assert!(its.warn < its.due && its.rule == due.rule);
    }
}

#[test]
fn a_unit_with_a_duty_asks_for_co_units_and_does_not_return() {
    let mut world = World::new();
    let item = ItemCode::parse("noise").unwrap();
    world.directory.duties = vec![Duty {
        unit: unit("JN-SW"),
        item: item.clone(),
        district: None,
        basis: line("三定第三条"),
    }];
    let mut told = Told::open(Request {
        item: Some(item),
        ..request()
    });
    told.act(&world, &of_role(Role::CallTaker), hour(1), &Action::Submit)
        .unwrap();
    told.act(
        &world,
        &of_role(Role::Dispatcher),
        hour(2),
        &dispatch_to("JN-SW"),
    )
    .unwrap();
    let refusal = decide(
        &told.ticket,
        &ask_return(),
        &clerk(),
        hour(3),
        world.context(),
    );
    let basis = line("三定第三条");
    let code = unit("JN-SW");
    assert_eq!(refusal, Err(Refusal::HasDuty { unit: code, basis }));
    let facts = Action::AskReturn {
        reason: ReturnReason::NotEnoughFacts,
        basis: line("没有地址"),
        proposed: None,
    };
    told.clone().act(&world, &clerk(), hour(3), &facts).unwrap();
    let ask = Action::AskCoUnits {
        co_units: vec![unit("JN-DL")],
        reason: line("涉及电缆"),
    };
    told.act(&world, &clerk(), hour(3), &ask).unwrap();
    assert_eq!(told.ticket.state.stage(), Stage::Dispatched);
    // Without a duty the return goes its way.
    world.directory.duties.clear();
    told.act(&world, &clerk(), hour(4), &ask_return()).unwrap();
}

#[test]
fn the_steps_of_an_enterprise_ticket_say_what_was_done_and_when() {
    let world = World::new();
    let step = |how, at| Action::Step {
        how,
        at: hour(at),
        note: Line::default(),
    };
    let citizen = Told::at(&world, Stage::Dispatched);
    assert_eq!(
        refused(&citizen, &clerk(), hour(5), &step(StepHow::OnSite, 4)),
        Refusal::NoSteps
    );
    let mut told = Told::open(Request {
        caller: Caller {
            kind: CallerKind::Enterprise,
            ..Caller::default()
        },
        ..request()
    });
    told.act(&world, &of_role(Role::CallTaker), hour(1), &Action::Submit)
        .unwrap();
    told.act(
        &world,
        &of_role(Role::Dispatcher),
        hour(2),
        &dispatch_to("JN-SW"),
    )
    .unwrap();
    let steps = told.ticket.work.steps.clone().unwrap();
    assert_eq!(steps.contact_due.due, hour(4), "2 natural hours");
    assert_eq!(steps.contact_due.rule, ClockRuleName::EnterpriseContact);
    // 1 natural day: the whole next one.
    assert_eq!(steps.answer_due.last_day(), date(2026, 7, 7));
    assert_eq!(steps.contact_due.card(hour(4)), Card::Red);
    for at in [1, 6] {
        assert_eq!(
            refused(&told, &clerk(), hour(5), &step(StepHow::InTouch, at)),
            Refusal::StepTime {
                from: hour(2),
                until: hour(5)
            },
            "before the dispatch, or still to come"
        );
    }
    told.act(&world, &clerk(), hour(5), &step(StepHow::InTouch, 4))
        .unwrap();
    told.act(&world, &clerk(), hour(6), &step(StepHow::OnSite, 3))
        .unwrap();
    told.act(&world, &clerk(), hour(7), &step(StepHow::Progress, 7))
        .unwrap();
    let steps = told.ticket.work.steps.clone().unwrap();
    assert_eq!(steps.taken(StepName::Contact), Some(hour(3)), "the first");
    assert_eq!(steps.taken(StepName::Answer), Some(hour(7)));
    assert_eq!(steps.taken(StepName::Solve), None);
}
