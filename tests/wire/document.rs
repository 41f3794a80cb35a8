//! The OpenAPI document and what machines ask for.

use crate::support::Server;
use serde_json::Value;
use std::collections::BTreeSet;

fn references(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(target) if name == "$ref" => drop(found.insert(target.to_owned())),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_of_the_document_resolves_and_every_route_is_in_it() {
    let server = Server::start().await;
    let stranger = server.stranger();
    let document = stranger.get("/api/openapi.json").await.good();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 40, "only {} references", found.len());
    for target in &found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some(),
            "{target} leads nowhere"
        );
    }
    let paths = document["paths"].as_object().unwrap();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let statuses = operation["responses"].as_object().unwrap();
            assert!(
                statuses.contains_key("422"),
                "{method} {path} says nothing of errors"
            );
            let path = path.replace("{id}", "0191d0a0-0000-7000-8000-000000000001");
            let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let url = format!("{}{path}", stranger.base);
            let request = stranger.http.request(method.clone(), url);
            let answer = request.send().await.unwrap();
            let status = answer.status();
            assert_ne!(status.as_u16(), 405, "{method} {path}");
            // A thing may be missing; a path that is documented may not.
            let text = answer.text().await.unwrap();
            let path_missing = status.as_u16() == 404 && text.contains("\"what\":\"path\"");
            assert!(!path_missing, "{method} {path} is not routed");
        }
    }
    // The addresses that the protocol's documentation promises.
    for path in [
        "/api/session",
        "/api/seat/state",
        "/api/calls/{id}/report",
        "/api/tickets/{id}/actions",
        "/api/callbacks/{id}/actions",
        "/api/numbers/lease",
        "/api/knowledge/delta",
        "/api/calendar",
        "/api/knowledge/drafts/{id}/actions",
        "/api/knowledge/entries/{code}/versions",
        "/api/knowledge/corrections",
        "/api/directory",
        "/api/people",
        "/api/events",
        "/api/simulated/legs/{call}",
        "/api/simulated/dial",
        "/healthz",
        "/metrics",
    ] {
        assert!(paths.contains_key(path), "{path} is not in the document");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_learn_how_it_goes() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let _events = wang.events(None).await;
    assert_eq!(
        server.stranger().get("/healthz").await.good()["writable"],
        true
    );
    let text = server.stranger().get("/metrics").await.body;
    let text = text.as_str().unwrap();
    for line in [
        "hotline_requests_total{method=\"POST\",route=\"/api/session\",status=\"200\"} 1",
        "hotline_seats{state=\"busy\"} 1",
        "hotline_open_streams 1",
        "hotline_queue_waiting 0",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}
