//! Outages over the wire: told, heard of at once, changed by the same identifier, fetched from an address.

use crate::support::{PATIENCE, Server};
use axum::Router;
use axum::routing::get;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use hotline::server::ServeConfig;
use serde_json::{Value, json};
use std::time::Instant;

fn outage(server: &Server, id: u8, text: &str) -> Value {
    let from = server.core.now() - jiff::SignedDuration::from_hours(1);
    json!({"id": format!("00000000-0000-7000-8000-0000000000{id:02}"), "kind": "water", "planned": true,
        "text": text, "department": "水务集团", "from": from})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_once_heard_of_and_changed() {
    let server = Server::start().await;
    let (zhao, wang) = (
        server.client("zhao", None).await,
        server.client("wang", Some("0117")).await,
    );
    let mut events = wang.events(None).await;
    let body = json!({"outages": [outage(&server, 1, "管道检修")]});
    let told = zhao.post("/api/outages", &body).await.good();
    assert_eq!(told, json!({"changed": 1, "version": 1}));
    let told = zhao.post("/api/outages", &body).await.good();
    assert_eq!(told, json!({"changed": 0, "version": 1}));
    let heard = |event: &ServerEvent| match event {
        ServerEvent::Outages { version } => Some(*version),
        _ => None,
    };
    assert_eq!(events.until(heard).await, 1);
    let list = async || wang.get("/api/outages").await.good()["outages"].clone();
    assert_eq!(list().await[0]["text"], "管道检修");
    let mut off = outage(&server, 1, "管道检修");
    off["withdrawn"] = json!(true);
    let body = json!({"outages": [off, outage(&server, 2, "另一处")]});
    zhao.post("/api/outages", &body).await.good();
    assert_eq!(events.until(heard).await, 3);
    let left = list().await;
    assert_eq!(
        (left.as_array().unwrap().len(), &left[0]["text"]),
        (1, &json!("另一处"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_stand_is_refused_with_its_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let zhao = server.client("zhao", None).await;
    let mut nowhere = outage(&server, 2, "检修");
    nowhere["districts"] = json!(["NO"]);
    let mut backwards = outage(&server, 3, "检修");
    backwards["until"] = json!("2001-01-01T00:00:00Z");
    let cases = [
        (json!([]), "outages"),
        (
            json!([outage(&server, 1, "检修"), outage(&server, 4, " ")]),
            "outages[1].text",
        ),
        (json!([nowhere]), "outages[0].districts"),
        (
            json!([outage(&server, 5, "一"), outage(&server, 5, "二")]),
            "outages[1].id",
        ),
        (json!([backwards]), "outages[0].until"),
    ];
    for (outages, expected) in cases {
        match zhao
            .post("/api/outages", &json!({"outages": outages}))
            .await
            .bad()
        {
            ApiError::Invalid { field, .. } => assert_eq!(field, expected),
            other => panic!("{other:?}"),
        }
    }
    let kept = zhao.get("/api/outages").await.good();
    assert_eq!(kept, json!({"outages": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_fetched_from_the_address_of_a_utility() {
    let body = json!({"outages": [{"id": "00000000-0000-7000-8000-000000000009", "kind": "heat", "planned": false,
        "text": "换热站故障", "department": "能源集团", "from": "2026-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}]});
    let text = body.to_string();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/outages.json", listener.local_addr().unwrap());
    let router = Router::new().route("/outages.json", get(async move || text));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let server = Server::with(ServeConfig {
        outages_from: Some(address),
        ..ServeConfig::loopback()
    })
    .await;
    let wang = server.client("wang", None).await;
    let began = Instant::now();
    loop {
        let told = wang.get("/api/outages").await.good();
        if told["outages"][0]["text"] == "换热站故障" {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{told}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    serving.abort();
}
