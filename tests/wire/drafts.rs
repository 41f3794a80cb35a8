//! The editors' work over the wire.

use crate::support::{Client, PATIENCE, Server};
use hotline::domain::lifecycle::Refusal;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use serde_json::json;
use std::time::{Duration, Instant};

const DRAFT: &str = "0191d0a0-0000-7000-8000-00000000000a";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_from_one_editor_to_another_and_to_the_seats() {
    let server = Server::start().await;
    let (ding, lin) = (
        server.client("ding", None).await,
        server.client("lin", None).await,
    );
    let wang = server.client("wang", Some("0117")).await;
    let mut events = wang.events(None).await;
    let entry = json!({"code": "SW-1", "question": "停水怎么办？", "answer": "拨打供水热线。", "department": "水务局"});
    let new = json!({"id": DRAFT, "entry": entry, "based_on": 0, "origin": {"from": "written"}});
    let begun = ding
        .post_once("/api/knowledge/drafts", &new, "begin")
        .await
        .good();
    let again = ding
        .post_once("/api/knowledge/drafts", &new, "begin")
        .await
        .good();
    assert_eq!(begun, again);
    let path = format!("/api/knowledge/drafts/{DRAFT}/actions");
    let given = ding
        .post(&path, &json!({"version": 1, "do": "submit"}))
        .await
        .good();
    assert_eq!(given["stage"], "in_review");
    let own = ding
        .post(&path, &json!({"version": 2, "do": "publish"}))
        .await
        .bad();
    assert_eq!(
        own,
        ApiError::Refused {
            refusal: Refusal::OwnDraft
        }
    );
    let waiting = lin
        .get("/api/knowledge/drafts?scope=to_review")
        .await
        .good();
    assert_eq!(waiting["items"][0]["id"], json!(DRAFT));
    lin.post(&path, &json!({"version": 2, "do": "publish"}))
        .await
        .good();
    let revision = events
        .until(|event| match event {
            ServerEvent::Knowledge { revision } => Some(*revision),
            _ => None,
        })
        .await;
    let delta = wang.get("/api/knowledge/delta?since=0").await.good();
    assert_eq!(
        (&delta["revision"], &delta["entries"][0]["code"]),
        (&json!(revision), &json!("SW-1"))
    );
    let versions = lin.get("/api/knowledge/entries/SW-1/versions").await.good();
    assert_eq!(versions["items"][0]["by"], "lin");
}

/// Publishes an entry by the two of them.
pub async fn published(ding: &Client, lin: &Client, id: &str, entry: serde_json::Value) {
    let new = json!({"id": id, "entry": entry, "based_on": 0, "origin": {"from": "written"}});
    ding.post("/api/knowledge/drafts", &new).await.good();
    let path = format!("/api/knowledge/drafts/{id}/actions");
    let given = json!({"version": 1, "do": "submit"});
    ding.post(&path, &given).await.good();
    let publish = json!({"version": 2, "do": "publish"});
    lin.post(&path, &publish).await.good();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_sends_a_correction_and_only_editors_read_the_lists() {
    let server = Server::start().await;
    let ding = server.client("ding", None).await;
    let lin = server.client("lin", None).await;
    let wang = server.client("wang", Some("0117")).await;
    let entry = json!({"code": "SW-1", "question": "停水怎么办？", "answer": "拨打供水热线。"});
    published(&ding, &lin, DRAFT, entry).await;
    let id = "0191d0a0-0000-7000-8000-00000000000b";
    let correction = json!({"id": id, "code": "SW-1", "entry_version": 1, "note": "电话错了"});
    wang.post("/api/knowledge/corrections", &correction)
        .await
        .good();
    let open = ding.get("/api/knowledge/corrections").await.good();
    assert_eq!(open["items"][0]["note"], "电话错了");
    for path in [
        "drafts",
        "corrections",
        "gaps",
        "expiring",
        "changes",
        "entries/SW-1",
    ] {
        let error = wang.get(&format!("/api/knowledge/{path}")).await.bad();
        assert_eq!(error, ApiError::Forbidden, "{path}");
        ding.get(&format!("/api/knowledge/{path}")).await.good();
    }
}

/// What citizens find, asked until as many are found.
async fn citizens_find(server: &Server, count: usize) -> Duration {
    let began = Instant::now();
    loop {
        let page = server.stranger().get("/public/kb?q=停水").await.good();
        if page["hits"].as_array().unwrap().len() == count {
            return began.elapsed();
        }
        assert!(began.elapsed() < PATIENCE, "{page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_on_the_citizens_page_and_what_is_taken_out_is_not() {
    let server = Server::start().await;
    let ding = server.client("ding", None).await;
    let lin = server.client("lin", None).await;
    let entry = json!({"code": "SW-1", "question": "停水怎么办？", "answer": "拨打供水热线。", "public": true});
    published(&ding, &lin, DRAFT, entry).await;
    let live = citizens_find(&server, 1).await;
    println!("live for citizens after {live:?}");
    let out = json!({"version": 1, "reason": "已废止"});
    let path = "/api/knowledge/entries/SW-1/retire";
    let retired = ding.post(path, &out).await.good();
    assert_eq!(retired, json!({"code": "SW-1", "version": 2}));
    citizens_find(&server, 0).await;
}
