//! Tables of the rights.

use super::*;
use crate::domain::id::DistrictCode;
use crate::domain::lifecycle::tests::world::{Told, World, of_role, person, unit};

fn ticket(stage: Stage) -> Ticket {
    let mut ticket = Told::at(&World::new(), stage).ticket;
    ticket.request.place.district = Some(DistrictCode::parse("LX").unwrap());
    ticket
}

#[test]
fn each_role_sees_what_its_work_needs() {
    use Role as R;
    for (role, at, stage, sees) in [
        (R::CallTaker, "HOTLINE", Stage::Draft, true),
        (R::Dispatcher, "HOTLINE", Stage::ToDispatch, true),
        (R::CallbackClerk, "HOTLINE", Stage::Closed, true),
        (R::Quality, "HOTLINE", Stage::Closed, true),
        (R::UnitClerk, "JN-SW", Stage::Dispatched, true),
        (R::UnitClerk, "JN-SW", Stage::Archived, true),
        (R::UnitClerk, "JN-SW", Stage::ToDispatch, false),
        (R::UnitClerk, "JN-SW", Stage::Merged, false),
        (R::UnitClerk, "JN-DL", Stage::Dispatched, false),
        (R::Supervisor, "HOTLINE", Stage::InHand, true),
        (R::Supervisor, "LX", Stage::InHand, true),
        (R::Supervisor, "SZ", Stage::InHand, false),
        (R::EstablishmentOffice, "JN-BB", Stage::ReturnAsked, true),
        (R::EstablishmentOffice, "JN-BB", Stage::InHand, false),
        (R::Trainer, "HOTLINE", Stage::Closed, false),
        (R::KnowledgeEditor, "HOTLINE", Stage::Closed, false),
        (R::DisciplineReader, "JN-JW", Stage::Closed, false),
        (R::Administrator, "HOTLINE", Stage::Closed, false),
    ] {
        let who = person("somebody", &[role], at);
        assert_eq!(
            may_see_ticket(&who, &ticket(stage)),
            sees,
            "{role:?} of {at} in {stage:?}"
        );
    }
}

#[test]
fn a_co_unit_reads_and_an_accused_unit_never_does() {
    let mut ticket = ticket(Stage::InHand);
    let co = person("co", &[Role::UnitClerk], "JN-DL");
    let lead = of_role(Role::UnitClerk);
    if let crate::domain::ticket::State::InHand(dispatch) = &mut ticket.state {
        dispatch.co_units.push(unit("JN-DL"));
    }
    assert!(may_see_ticket(&co, &ticket));
    assert!(!may_see_caller(&co, &ticket) && may_see_caller(&lead, &ticket));
    ticket.request.accused = Some(unit("JN-SW"));
    let expert = person("expert", &[Role::Expert], "JN-SW");
    let watcher = person("watcher", &[Role::Supervisor], "JN-SW");
    for who in [&lead, &expert, &watcher] {
        assert!(!may_see_ticket(who, &ticket) && !may_see_caller(who, &ticket));
    }
    ticket.request.accused = Some(unit("HOTLINE"));
    assert!(may_see_ticket(&of_role(Role::Dispatcher), &ticket));
}

#[test]
fn a_caller_is_seen_by_those_who_have_to_reach_them() {
    use Role as R;
    for (who, stage, confidential, sees) in [
        (of_role(R::CallTaker), Stage::InHand, false, true),
        (of_role(R::CallTaker), Stage::InHand, true, true),
        (
            person("colleague", &[R::CallTaker], "HOTLINE"),
            Stage::InHand,
            false,
            false,
        ),
        (of_role(R::UnitClerk), Stage::InHand, false, true),
        (of_role(R::UnitClerk), Stage::InHand, true, false),
        (of_role(R::UnitClerk), Stage::Archived, false, false),
        (
            person("other", &[R::UnitClerk], "JN-DL"),
            Stage::InHand,
            false,
            false,
        ),
        (of_role(R::CallbackClerk), Stage::ToCallBack, true, true),
        (of_role(R::CallbackClerk), Stage::Closed, false, false),
        (of_role(R::Dispatcher), Stage::ToDispatch, false, false),
        (of_role(R::ShiftLeader), Stage::ToCallBack, false, false),
        (of_role(R::Auditor), Stage::Closed, false, false),
    ] {
        let mut ticket = ticket(stage);
        ticket.request.caller.confidential = confidential;
        let case = format!("{} in {stage:?}, confidential: {confidential}", who.account);
        assert_eq!(may_see_caller(&who, &ticket), sees, "{case}");
        if confidential {
            assert_eq!(may_see_confidential(&who, &ticket), sees, "{case}");
        }
    }
}

#[test]
fn rights_that_are_no_tickets() {
    use Role as R;
    type Right = fn(&Person) -> bool;
    let rights: [(Right, &[Role]); 10] = [
        (
            may_open_ticket,
            &[R::CallTaker, R::EnterpriseSeat, R::Expert],
        ),
        (
            may_list_callbacks,
            &[
                R::CallTaker,
                R::EnterpriseSeat,
                R::Expert,
                R::CallbackClerk,
                R::ShiftLeader,
            ],
        ),
        (
            may_import_knowledge,
            &[R::KnowledgeEditor, R::Administrator],
        ),
        (may_write_knowledge, &[R::Expert, R::KnowledgeEditor]),
        (may_import_directory, &[R::Dispatcher, R::Administrator]),
        (may_import_calendar, &[R::Administrator]),
        (may_manage_people, &[R::Administrator]),
        (may_force_seat, &[R::ShiftLeader]),
        (may_train, &[R::Trainer]),
        (may_read_log, &[R::Auditor]),
    ];
    for (at, (right, roles)) in rights.into_iter().enumerate() {
        for role in Role::ALL {
            assert_eq!(
                right(&of_role(role)),
                roles.contains(&role),
                "right {at} of {role:?}"
            );
        }
    }
}
