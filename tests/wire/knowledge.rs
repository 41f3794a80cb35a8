//! Knowledge and the directory over the wire.

use crate::support::{Server, a_directory};
use hotline::domain::knowledge::PublishedEntry;
use hotline::protocol::error::ApiError;
use serde_json::{Value, json};

fn entries(answer: &str) -> Value {
    let entry =
        |code: &str| json!({"code": code, "question": "公积金怎么提取？", "answer": answer});
    json!({"entries": [entry("GJJ-1"), entry("GJJ-2")]})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_repeated_doubles_nothing_and_the_delta_carries_its_checksum() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let first = root
        .post("/api/knowledge/import", &entries("带上证件。"))
        .await
        .good();
    assert_eq!((&first["added"], &first["changed"]), (&json!(2), &json!(0)));
    let again = root
        .post("/api/knowledge/import", &entries("带上证件。"))
        .await
        .good();
    assert_eq!(
        (&again["unchanged"], &again["revision"]),
        (&json!(2), &first["revision"])
    );
    let changed = root
        .post("/api/knowledge/import", &entries("网上办理。"))
        .await
        .good();
    assert_eq!(changed["changed"], json!(2));
    let wang = server.client("wang", None).await;
    let delta = wang.get("/api/knowledge/delta?since=0").await.good();
    let got: Vec<PublishedEntry> = serde_json::from_value(delta["entries"].clone()).unwrap();
    assert_eq!(got.len(), 2);
    let sum = hotline::crypto::hex(&hotline::crypto::sha256(&serde_json::to_vec(&got).unwrap()));
    assert_eq!(delta["checksum"], json!(sum));
    let error = wang
        .post("/api/knowledge/import", &entries("x"))
        .await
        .bad();
    assert_eq!(error, ApiError::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_pulled_when_it_is_newer() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let have = root.get("/api/directory").await.good();
    let version = have["version"].as_u64().unwrap();
    assert!(have["directory"].is_object());
    let same = root
        .post("/api/directory", &a_directory("城管局"))
        .await
        .good();
    assert_eq!(
        (&same["changed"], &same["version"]),
        (&json!(false), &json!(version))
    );
    let next = root
        .post("/api/directory", &a_directory("城市管理局"))
        .await
        .good();
    assert_eq!(next["version"], json!(version + 1));
    let known = root
        .get(&format!("/api/directory?since={}", version + 1))
        .await
        .good();
    assert!(known["directory"].is_null());
}
