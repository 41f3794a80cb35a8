//! What waits for somebody stands in their list, and in nobody else's.

use super::*;
use crate::domain::ticket::Stage;
use crate::protocol::ticket::{TicketFilter, TicketScope};
use crate::server::service::tickets::{self, act, list, open};
use serde_json::{Value, json};

async fn waits(house: &House, who: &Who) -> Vec<TicketId> {
    let filter = TicketFilter {
        scope: TicketScope::ToDo,
        ..TicketFilter::default()
    };
    let page = list(&house.core, who, filter).await.unwrap();
    page.items.into_iter().map(|row| row.id).collect()
}

async fn did(house: &House, id: TicketId, who: &Who, what: Value) {
    let version = house
        .core
        .store()
        .ticket(id)
        .await
        .unwrap()
        .unwrap()
        .version;
    let wanted: Action = serde_json::from_value(what).unwrap();
    act(&house.core, who, id, action(version, wanted), None)
        .await
        .unwrap();
}

async fn in_hand(house: &House) -> TicketId {
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    let id = open(&house.core, &taker(), new, None)
        .await
        .unwrap()
        .ticket
        .id;
    did(house, id, &clerk("CG"), json!({"do": "sign"})).await;
    id
}

fn reviewer() -> Who {
    who("qian", "HOTLINE", &[Role::ReturnReviewer])
}

#[tokio::test]
async fn what_a_unit_asks_waits_for_those_who_decide_it() {
    let house = house().await;
    let quiet = in_hand(&house).await;
    let asked = in_hand(&house).await;
    let staged = in_hand(&house).await;
    for who in [dispatcher(), reviewer()] {
        assert!(waits(&house, &who).await.is_empty());
    }
    let ask = json!({"do": "ask_extension", "working_days": 3, "reason": "等配件"});
    did(&house, asked, &clerk("CG"), ask).await;
    let stage = json!({"do": "stage_answer", "ground": {"ground": "measures", "measures": "先接临时灯"}, "until": "2026-12-20", "contact": {"contact": "reached", "at": "2026-11-24T02:00:00Z"}});
    did(&house, staged, &clerk("CG"), stage).await;
    assert_eq!(waits(&house, &dispatcher()).await, [asked]);
    let mut both = waits(&house, &reviewer()).await;
    both.sort_unstable();
    let mut expected = [asked, staged];
    expected.sort_unstable();
    assert_eq!(both, expected);
    // The unit goes on meanwhile.
    assert_eq!(waits(&house, &clerk("CG")).await.len(), 3);
    let refuse = json!({"do": "refuse_extension", "reason": "本市有售"});
    did(&house, asked, &dispatcher(), refuse).await;
    assert!(waits(&house, &dispatcher()).await.is_empty());
    assert!(!waits(&house, &reviewer()).await.contains(&quiet));
}

#[tokio::test]
async fn a_co_unit_has_the_move_until_it_has_reported() {
    let house = house().await;
    let id = in_hand(&house).await;
    assert!(waits(&house, &clerk("HB")).await.is_empty());
    let add = json!({"do": "add_co_units", "co_units": ["HB"], "reason": "涉及噪声"});
    did(&house, id, &dispatcher(), add).await;
    assert_eq!(waits(&house, &clerk("HB")).await, [id]);
    let report = json!({"do": "report_co", "account": "已核实"});
    did(&house, id, &clerk("HB"), report).await;
    assert!(waits(&house, &clerk("HB")).await.is_empty());
    assert_eq!(waits(&house, &clerk("CG")).await, [id]);
}

#[tokio::test]
async fn a_child_waits_for_the_hotline_once_its_main_ticket_is_answered() {
    let house = house().await;
    let main = in_hand(&house).await;
    let child = in_hand(&house).await;
    did(
        &house,
        child,
        &dispatcher(),
        json!({"do": "merge", "main": main}),
    )
    .await;
    assert!(waits(&house, &dispatcher()).await.is_empty());
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "", "account": "已修", "public_answer": "已经修好", "contact": {"contact": "reached", "at": "2026-11-24T02:00:00Z"}});
    did(&house, main, &clerk("CG"), answer).await;
    assert!(
        waits(&house, &dispatcher()).await.is_empty(),
        "not passed yet"
    );
    did(&house, main, &reviewer(), json!({"do": "approve"})).await;
    assert_eq!(waits(&house, &dispatcher()).await, [child]);
    assert_eq!(waits(&house, &taker()).await, [child], "who took it down");
    let other = who("li", "HOTLINE", &[Role::CallTaker]);
    assert!(waits(&house, &other).await.is_empty());
}

#[tokio::test]
async fn what_the_hotline_answered_itself_begins_anew_without_a_units_clock() {
    let house = house().await;
    let main = in_hand(&house).await;
    let child = in_hand(&house).await;
    did(
        &house,
        child,
        &dispatcher(),
        json!({"do": "merge", "main": main}),
    )
    .await;
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "", "account": "已修", "public_answer": "已经修好", "contact": {"contact": "reached", "at": "2026-11-24T02:00:00Z"}});
    did(&house, main, &clerk("CG"), answer).await;
    did(&house, main, &reviewer(), json!({"do": "approve"})).await;
    let points = json!({"do": "answer_child", "public_answer": "已经修好", "points": [{"asked": "路灯不亮", "answer": "已修"}]});
    did(&house, child, &dispatcher(), points).await;
    let caller = who("hui", "HOTLINE", &[Role::CallbackClerk]);
    did(
        &house,
        child,
        &caller,
        json!({"do": "redo", "reason": "还是不亮"}),
    )
    .await;
    let ticket = tickets::read(&house.core, &dispatcher(), child).await;
    let ticket = ticket.unwrap().ticket;
    assert_eq!(ticket.state.stage(), Stage::ToDispatch);
    assert_eq!((ticket.round, ticket.unit_due), (2, None));
    assert!(ticket.work.co.is_empty() && ticket.work.steps.is_none());
}
