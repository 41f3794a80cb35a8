//! Holiday notices over the wire: who may import them, what is refused where, and which deadlines move.

use crate::support::{Client, Server, a_ticket, open};
use hotline::domain::clock::{Deadline, civil_day};
use hotline::protocol::error::ApiError;
use hotline::server::serve::{ServeConfig, Serving};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::time::Duration;

fn day(date: Date, off: bool) -> Value {
    json!({"date": date, "name": "春节", "is_off_day": off})
}

fn deadline(view: &Value, clock: &str) -> Deadline {
    serde_json::from_value(view["ticket"][clock].clone()).unwrap()
}

/// The ticket once it has another version: deadlines are counted again after the answer.
async fn moved_on(client: &Client, path: &str, before: &Value) -> Value {
    for _ in 0..400 {
        let after = client.get(path).await.good();
        if after["ticket"]["version"] != before["ticket"]["version"] {
            return after;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the deadlines were not counted again in ten seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_moves_what_was_provisional_and_says_so_on_the_ticket() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let root = server.client("root", None).await;
    let new = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    let before = wang.post("/api/tickets", &new).await.good();
    let draft = wang
        .post("/api/tickets", &a_ticket(None, json!([])))
        .await
        .good();
    let given = deadline(&before, "unit_due");
    assert!(given.provisional, "nothing is announced yet");
    let last = given.last_day();
    // The last day turns out to be off, and next year is announced too: nothing stays provisional.
    let announced = Date::new(civil_day(server.core.now()).year() + 1, 1, 1).unwrap();
    let notice = json!({"days": [day(last, true), day(announced, true)]});
    assert!(matches!(
        wang.post("/api/calendar", &notice).await.bad(),
        ApiError::Forbidden
    ));
    let done = root.post("/api/calendar", &notice).await.good();
    assert_eq!(done, json!({"version": 1, "changed": true}));

    let path = format!("/api/tickets/{}", before["ticket"]["id"].as_str().unwrap());
    let after = moved_on(&wang, &path, &before).await;
    let moved = deadline(&after, "unit_due");
    assert!(!moved.provisional);
    assert!(moved.last_day() > last, "{last} is off now");
    assert_eq!(deadline(&after, "total_due"), moved);
    let history = wang.get(&format!("{path}/history")).await.good();
    let event = history["events"].as_array().unwrap().last().unwrap();
    assert_eq!(event["event"], "deadlines_moved");
    assert_eq!(event["unit"]["from"], before["ticket"]["unit_due"]);
    assert_eq!(event["unit"]["to"], after["ticket"]["unit_due"]);
    assert_eq!(event["reason"], "工作日历第 1 版");
    assert_eq!(event["stamp"]["by"]["account"], "root");
    let draft_path = format!("/api/tickets/{}", draft["ticket"]["id"].as_str().unwrap());
    assert_eq!(wang.get(&draft_path).await.good()["ticket"]["version"], 1);

    // The clocks count by it at once.
    let next = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    let next = wang.post("/api/tickets", &next).await.good();
    assert_eq!(deadline(&next, "unit_due").last_day(), moved.last_day());
    let again = root.post("/api/calendar", &notice).await.good();
    assert_eq!(again, json!({"version": 1, "changed": false}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_cannot_stand_refuses_the_whole_and_is_named() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let good = Date::constant(2027, 1, 1);
    let blank = json!({"date": good, "name": " ", "is_off_day": true});
    for (days, field) in [
        (json!([]), "days"),
        (json!([day(good, true), day(good, false)]), "days[1]"),
        (
            json!([day(good, true), day(Date::constant(1027, 1, 1), true)]),
            "days[1]",
        ),
        (json!([blank]), "days[0]"),
        (
            json!([day(good, true), day(Date::constant(2072, 1, 1), true)]),
            "days[1].date",
        ),
    ] {
        let error = root
            .post("/api/calendar", &json!({"days": days}))
            .await
            .bad();
        assert!(
            matches!(&error, ApiError::Invalid { field: found, .. } if found == field),
            "{days}: {error}"
        );
    }
    let there = root.get("/api/calendar").await.good();
    assert_eq!(
        there,
        json!({"version": 0, "days": [], "provisional_from": null})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_outlive_the_server() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let today = civil_day(server.core.now());
    let announced = Date::new(today.year() + 1, 1, 1).unwrap();
    let notice = json!({"days": [day(announced, true)]});
    root.post("/api/calendar", &notice).await.good();
    let Server { core, serving, dir } = server;
    serving.stop().await;
    drop(core);
    let core = open(&dir).await;
    let calendar = &core.clocks().calendar;
    assert!(!calendar.is_working_day(announced));
    assert_eq!(
        calendar.provisional_from(),
        Date::new(announced.year(), 12, 25).ok()
    );
    let serving = Serving::start(core, ServeConfig::loopback()).await.unwrap();
    serving.stop().await;
}
