//! The event stream: order, resumption, sight.

use crate::support::{Server, a_ticket};
use hotline::protocol::event::ServerEvent;
use serde_json::json;

fn ticket(event: &ServerEvent) -> Option<u64> {
    match event {
        ServerEvent::Ticket { version, .. } => Some(*version),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_broke_is_resumed_without_gap_or_doubling() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let mut whole = wang.events(None).await;
    let mut broken = wang.events(None).await;
    let mut sequence = Vec::new();
    let mut resumed_at = None;
    for round in 0..6 {
        wang.post("/api/tickets", &a_ticket(None, json!([])))
            .await
            .good();
        if round < 2 {
            loop {
                let (id, event) = broken.event().await.unwrap();
                if ticket(&event).is_some() {
                    sequence.push(id.unwrap());
                    break;
                }
            }
            resumed_at = sequence.last().copied();
        }
    }
    drop(broken);
    let mut again = wang.events(resumed_at).await;
    wang.post("/api/tickets", &a_ticket(None, json!([])))
        .await
        .good();
    while sequence.len() < 7 {
        let (id, event) = again.event().await.unwrap();
        if ticket(&event).is_some() {
            sequence.push(id.unwrap());
        }
    }
    let mut all = Vec::new();
    while all.len() < 7 {
        let (id, event) = whole.event().await.unwrap();
        if ticket(&event).is_some() {
            all.push(id.unwrap());
        }
    }
    assert_eq!(sequence, all);
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_hears_of_its_own_tickets_and_of_their_loss() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let zhao = server.client("zhao", None).await;
    let zhou = server.client("zhou", None).await;
    let mut events = zhou.events(None).await;
    let other = a_ticket(Some("LAMP"), json!([{"do": "submit"}]));
    wang.post("/api/tickets", &other).await.good();
    let own = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    let view = wang.post("/api/tickets", &own).await.good();
    let heard = events
        .until(|event| match event {
            ServerEvent::Ticket { id, .. } => Some(*id),
            _ => None,
        })
        .await;
    assert_eq!(
        json!(heard),
        own["id"],
        "the first that is heard is the own"
    );
    zhao.act(
        &view,
        json!({"do": "transfer", "lead": "CG", "co_units": [], "reason": "归城管"}),
    )
    .await
    .good();
    let lost = events
        .until(|event| match event {
            ServerEvent::Withdrawn { id } => Some(*id),
            _ => None,
        })
        .await;
    assert_eq!(json!(lost), own["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_never_was_is_answered_with_reset() {
    let server = Server::start().await;
    let wang = server.client("wang", None).await;
    let mut events = wang.events(Some(1_000_000)).await;
    let (_, event) = events.event().await.unwrap();
    assert!(matches!(event, ServerEvent::Reset { .. }), "{event:?}");
}
