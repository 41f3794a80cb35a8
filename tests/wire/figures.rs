//! Figures over HTTP: who gets which, and that every one opens what is behind it.

use crate::support::{Client, Server, a_ticket};
use hotline::domain::role::Person;
use hotline::protocol::error::ApiError;
use hotline::protocol::person::NewPerson;
use hotline::server::service::{Who, people};
use serde_json::{Value, json};

async fn sign_up(server: &Server, account: &str, role: &str, unit: &str) -> Client {
    let person: Person = serde_json::from_value(json!({"account": account, "name": "某人 (示例)",
        "roles": [role], "unit": unit, "seat": null}))
    .unwrap();
    let password = crate::support::PASSWORD.to_owned();
    let new = NewPerson { person, password };
    people::add(&server.core, &Who::system().unwrap(), new)
        .await
        .unwrap();
    server.client(account, None).await
}

/// Asks until nothing waits to be counted.
async fn counted(client: &Client, path: &str) -> Value {
    loop {
        let figures = client.get(path).await.good();
        if figures["counting"] == json!(false) {
            return figures;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn row<'a>(figures: &'a Value, figure: &str, of: &str) -> Option<&'a Value> {
    let rows = figures["rows"].as_array().unwrap();
    rows.iter()
        .find(|row| row["figure"] == figure && row["of"] == of)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_sees_each_rate_with_its_parts_and_the_tickets_behind_it() {
    let server = Server::start().await;
    let taker = server.client("wang", Some("0117")).await;
    let answer =
        json!({"do": "close_directly", "answer": {"answer": "今晚修好", "source": "none"}});
    let direct = a_ticket(None, json!([answer]));
    let direct = taker.post("/api/tickets", &direct).await.good();
    let other = a_ticket(None, json!([{"do": "submit"}]));
    taker.post("/api/tickets", &other).await.good();
    let leader = sign_up(&server, "leader", "shift_leader", "HOTLINE").await;
    let figures = counted(&leader, "/api/figures").await;
    let share = row(&figures, "direct", "").unwrap();
    assert_eq!(
        (&share["numerator"], &share["denominator"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(share["behind"], "tickets");
    let rows = figures["rows"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|row| row["denominator"].as_u64().unwrap() > 0)
    );
    for (which, count) in [("all", 2), ("counted", 1), ("missed", 1)] {
        let path = format!("/api/figures/direct/behind?which={which}");
        let behind = leader.get(&path).await.good();
        assert_eq!(
            behind["tickets"].as_array().unwrap().len(),
            count,
            "{which}"
        );
    }
    let behind = leader
        .get("/api/figures/direct/behind?which=counted")
        .await
        .good();
    assert_eq!(behind["tickets"][0]["number"], direct["ticket"]["number"]);
    let today = figures["until"].as_str().unwrap().to_owned();
    let by_day = counted(&leader, "/api/figures?by=day&figure=direct").await;
    assert!(row(&by_day, "direct", &today).is_some());
    let own = taker.get("/api/figures/own").await.good();
    assert_eq!((&own["accepted"], &own["direct"]), (&json!(2), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_question_is_told() {
    let server = Server::start().await;
    let leader = sign_up(&server, "leader", "shift_leader", "HOTLINE").await;
    for (path, field) in [
        ("/api/figures?from=2026-13-01", "query"),
        ("/api/figures?from=2024-01-01", "from"),
        ("/api/figures?from=9000-01-01", "from"),
        ("/api/figures/nothing/behind", "path"),
        ("/api/figures/direct/behind?after=x", "after"),
        ("/api/figures/direct/behind?limit=0", "limit"),
    ] {
        match leader.get(path).await.bad() {
            ApiError::Invalid { field: named, .. } => assert_eq!(named, field, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(
        leader.get("/api/figures/seat_talk/behind").await.status,
        403
    );
}
