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

async fn with_district(house: &House) {
    let mut there = directory("城管局");
    there.districts =
        serde_json::from_value(serde_json::json!([{"code": "LX", "name": "历下区"}])).unwrap();
    let system = Who::system().unwrap();
    crate::server::service::directory::replace(&house.core, &system, there)
        .await
        .unwrap();
}

/// Another server on the same data.
async fn replica(house: &House) -> Core {
    let config = CoreConfig {
        clock: house.clock.clone() as Arc<dyn Clock>,
        ..CoreConfig::in_dir(
            house.dir.path().join("data"),
            Clocks::standard(Calendar::default()),
        )
    };
    Core::open(config).await.unwrap()
}

/// The server is cut off between the ruling and the directory: another one finds the job and does it, once.
#[tokio::test]
async fn a_ruling_whose_server_was_cut_off_is_written_back_by_another() {
    let house = house().await;
    with_district(&house).await;
    let before = house.core.directory().version;
    let mut new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    new.request.place.district = DistrictCode::parse("LX").ok();
    let view = open(&house.core, &taker(), new, None).await.unwrap();
    let id = view.ticket.id;
    let line = |text: &str| Line::parse(text).unwrap();
    let back = Action::AskReturn {
        reason: ReturnReason::NotEnoughFacts,
        basis: line("无地址"),
        proposed: None,
    };
    let version = view.ticket.version;
    act(&house.core, &clerk("CG"), id, action(version, back), None)
        .await
        .unwrap();
    // Held by a server that is heard of no more: what is due is leased before the ruling can be.
    let rule = Action::Rule {
        lead: UnitCode::parse("HB").unwrap(),
        co_units: Vec::new(),
        basis: line("编办函〔2026〕12号"),
        participants: vec![Participant {
            unit: UnitCode::parse("CG").unwrap(),
            opinion: line("属环保"),
            number: line(""),
            day: None,
        }],
    };
    let ruled = house.core.clone();
    let held = house.core.directs().await;
    let reviewer = who("qian", "HOTLINE", &[Role::ReturnReviewer]);
    let asked =
        tokio::spawn(
            async move { act(&ruled, &reviewer, id, action(version + 1, rule), None).await },
        );
    // The ruling is kept as soon as its ticket says so; the writing back waits for the directory.
    loop {
        let record = house.core.store().ticket(id).await.unwrap().unwrap();
        if record.version > version + 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    asked.abort();
    let other = replica(&house).await;
    // The lease of the one that hangs runs out.
    while other.directory().version == before {
        house.clock.advance(jiff::SignedDuration::from_mins(2));
        crate::server::service::jobs::run_due(&other).await.unwrap();
    }
    assert_eq!(other.directory().version, before + 1);
    drop(held);
    crate::server::service::jobs::run_due(&other).await.unwrap();
    let kept = other.store().directory().await.unwrap();
    assert_eq!(kept.version, before + 1, "once");
}
