//! A ruling is written back to the directory.

use super::*;
use crate::domain::id::DistrictCode;
use crate::domain::lifecycle::Refusal;
use crate::domain::ticket::{Participant, ReturnReason, Stage};
use crate::protocol::error::ApiError;
use crate::server::service::tickets::{act, open};

/// A complaint went past the unit in charge because it is accused: that rules nothing, and the directory, which that unit
/// reads, tells nothing of it.
#[tokio::test]
async fn a_ruling_on_a_complaint_against_a_unit_is_not_in_the_directory() {
    let house = house().await;
    let system = Who::system().unwrap();
    let mut there = directory("城管局");
    there.districts =
        serde_json::from_value(serde_json::json!([{"code": "LX", "name": "历下区"}])).unwrap();
    crate::server::service::directory::replace(&house.core, &system, there)
        .await
        .unwrap();
    let mut new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    new.request.place.district = DistrictCode::parse("LX").ok();
    let mut ticket = open(&house.core, &taker(), new, None).await.unwrap().ticket;
    ticket.work.ruling = Some(crate::domain::ticket::Ruling {
        lead: UnitCode::parse("HB").unwrap(),
        co_units: Vec::new(),
        basis: Line::parse("编办函〔2026〕12号").unwrap(),
        participants: Vec::new(),
        stamp: ticket.opened.clone(),
    });
    let before = house.core.directory().version;
    ticket.request.accused = UnitCode::parse("CG").ok();
    crate::server::service::directory::write_back(&house.core, &ticket)
        .await
        .unwrap();
    assert_eq!(house.core.directory().version, before);
    ticket.request.accused = None;
    crate::server::service::directory::write_back(&house.core, &ticket)
        .await
        .unwrap();
    assert_eq!(house.core.directory().version, before + 1);
}

#[tokio::test]
async fn the_next_ticket_goes_where_the_meeting_ruled() {
    let house = house().await;
    let district = DistrictCode::parse("LX").unwrap();
    let mut there = directory("城管局");
    there.districts =
        serde_json::from_value(serde_json::json!([{"code": "LX", "name": "历下区"}])).unwrap();
    let system = Who::system().unwrap();
    crate::server::service::directory::replace(&house.core, &system, there)
        .await
        .unwrap();
    let before = house.core.directory().version;
    let new = || {
        let mut new = new_ticket(Some("LAMP"), vec![Action::Submit]);
        new.request.place.district = Some(district.clone());
        new
    };
    let view = open(&house.core, &taker(), new(), None).await.unwrap();
    let id = view.ticket.id;
    let line = |text: &str| Line::parse(text).unwrap();
    let back = || Action::AskReturn {
        reason: ReturnReason::NotOurDuty,
        basis: line("三定"),
        proposed: None,
    };
    let reviewer = who("qian", "HOTLINE", &[Role::ReturnReviewer]);
    let done = |version, action_: Action, who: Who| {
        let core = house.core.clone();
        async move { act(&core, &who, id, action(version, action_), None).await }
    };
    let version = view.ticket.version;
    done(version, back(), clerk("CG")).await.unwrap();
    let rule = Action::Rule {
        lead: UnitCode::parse("HB").unwrap(),
        co_units: Vec::new(),
        basis: line("编办函〔2026〕12号"),
        participants: vec![Participant {
            unit: UnitCode::parse("CG").unwrap(),
            opinion: line("属环保"),
            number: line("编办函〔2026〕12号"),
            day: None,
        }],
    };
    done(version + 1, rule, reviewer).await.unwrap();
    assert_eq!(house.core.directory().version, before + 1);
    let next = open(&house.core, &taker(), new(), None).await.unwrap();
    let state = &next.ticket.state;
    assert_eq!(state.stage(), Stage::Dispatched);
    let to = state.dispatch().unwrap();
    assert_eq!((to.lead.as_str(), to.directory_version), ("HB", before + 1));
    // What was ruled is a duty: it is not returned.
    let (id, version) = (next.ticket.id, next.ticket.version);
    let refused = act(&house.core, &clerk("HB"), id, action(version, back()), None).await;
    assert!(matches!(
        refused,
        Err(ApiError::Refused {
            refusal: Refusal::HasDuty { .. }
        })
    ));
}
