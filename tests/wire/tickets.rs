//! The life of a ticket over the wire, numbers, call-backs.

use crate::support::{Client, NUMBER, Server, a_ticket};
use hotline::protocol::error::ApiError;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn stage(view: &Value) -> &str {
    view["ticket"]["stage"]
        .as_str()
        .or_else(|| view["ticket"]["state"]["stage"].as_str())
        .unwrap_or("")
}

async fn listed(client: &Client, path: &str) -> usize {
    client.get(path).await.good()["items"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_goes_to_its_unit_and_back() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let zhao = server.client("zhao", None).await;
    let sun = server.client("sun", None).await;
    let zhou = server.client("zhou", None).await;
    let new = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    let view = wang.post("/api/tickets", &new).await.good();
    let id = view["ticket"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/tickets/{id}");
    // The directory is certain: it goes to HB at once, and only HB of the units sees it.
    assert_eq!(listed(&zhou, "/api/tickets").await, 1);
    assert_eq!(listed(&sun, "/api/tickets").await, 0);
    assert!(matches!(
        sun.get(&path).await.bad(),
        ApiError::NotFound { .. }
    ));
    let stale = json!({"ticket": {"id": id, "version": 1}});
    assert!(matches!(
        zhou.act(&stale, json!({"do": "sign"})).await.bad(),
        ApiError::Stale { .. }
    ));
    let view = zhou.get(&path).await.good();
    assert!(matches!(
        wang.act(&view, json!({"do": "sign"})).await.bad(),
        ApiError::Refused { .. }
    ));
    let view = zhou.act(&view, json!({"do": "sign"})).await.good();
    let view = zhao
        .act(
            &view,
            json!({"do": "transfer", "lead": "CG", "co_units": [], "reason": "路灯归城管"}),
        )
        .await
        .good();
    assert!(matches!(
        zhou.get(&path).await.bad(),
        ApiError::NotFound { .. }
    ));
    let view = sun.act(&view, json!({"do": "sign"})).await.good();
    let answer = json!({"do": "answer", "facts_true": true, "solved": true, "why_not": "",
        "account": "已更换灯具", "public_answer": "路灯已修好",
        "contact": {"contact": "reached", "at": server.core.now()}});
    let view = sun.act(&view, answer).await.good();
    let view = zhao.act(&view, json!({"do": "approve"})).await.good();
    let hui = server.client("hui", None).await;
    let close =
        json!({"do": "close", "reached": true, "solved": true, "satisfied": true, "reason": ""});
    let view = hui.act(&view, close).await.good();
    assert_eq!(stage(&view), "closed");
    let history = wang.get(&format!("{path}/history")).await.good();
    assert!(
        history["events"].as_array().unwrap().len() >= 5,
        "{history}"
    );
    let number = view["ticket"]["number"].as_str().unwrap();
    let found = wang
        .get(&format!("/api/tickets/by-number/{number}"))
        .await
        .good();
    assert_eq!(found["ticket"]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_sent_twice_is_done_once() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let new = a_ticket(None, json!([]));
    let first = wang.post_once("/api/tickets", &new, "key-1").await.good();
    let again = wang.post_once("/api/tickets", &new, "key-1").await.good();
    assert_eq!(first, again);
    let other = a_ticket(None, json!([]));
    let error = wang.post_once("/api/tickets", &other, "key-1").await.bad();
    assert_eq!(error, ApiError::IdempotencyConflict);
    let error = wang.post("/api/tickets", &new).await.bad();
    assert!(matches!(error, ApiError::Exists { .. }), "{error}");
    assert_eq!(listed(&wang, "/api/tickets?scope=mine").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_leased_once() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let li = server.client("li", Some("0121")).await;
    let mut seen = BTreeSet::new();
    for client in [&wang, &li, &wang] {
        let block = client
            .post("/api/numbers/lease", &json!({"count": 20}))
            .await
            .good();
        let (from, to) = (
            block["from"].as_u64().unwrap(),
            block["to"].as_u64().unwrap(),
        );
        assert_eq!(to - from, 19);
        assert!((from..=to).all(|serial| seen.insert(serial)), "{block}");
    }
    let error = wang
        .post("/api/numbers/lease", &json!({"count": 0}))
        .await
        .bad();
    assert!(matches!(error, ApiError::Invalid { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_back_is_promised_and_kept() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let due = server.core.now() + jiff::SignedDuration::from_mins(30);
    let new = json!({"id": uuid::Uuid::now_v7(), "ticket": null, "call": null, "number": NUMBER,
        "name": "", "note": "回复路灯", "due": due, "owner": "wang"});
    let made = wang.post_once("/api/callbacks", &new, "cb-1").await.good();
    assert_eq!(
        wang.post_once("/api/callbacks", &new, "cb-1").await.good(),
        made
    );
    assert_eq!(listed(&wang, "/api/callbacks?scope=due_soon").await, 1);
    let path = format!("/api/callbacks/{}/actions", made["id"].as_str().unwrap());
    let done = json!({"version": made["version"], "do": "done", "note": "已回复"});
    let kept = wang.post(&path, &done).await.good();
    assert_eq!(kept["status"], "done");
    assert!(matches!(
        wang.post(&path, &done).await.bad(),
        ApiError::Stale { .. }
    ));
    assert_eq!(listed(&wang, "/api/callbacks?scope=open").await, 0);
    assert_eq!(listed(&wang, "/api/callbacks?scope=finished").await, 1);
    let sun = server.client("sun", None).await;
    assert_eq!(sun.get("/api/callbacks").await.bad(), ApiError::Forbidden);
}
