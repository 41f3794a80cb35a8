//! The editors' work over the wire.

use crate::support::Server;
use hotline::domain::lifecycle::Refusal;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use serde_json::json;

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
    let out = json!({"version": 1, "reason": "已废止"});
    let retired = ding
        .post("/api/knowledge/entries/SW-1/retire", &out)
        .await
        .good();
    assert_eq!(retired, json!({"code": "SW-1", "version": 2}));
}
