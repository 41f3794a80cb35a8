//! Consults over the wire: asked with the form, heard of by the department's experts and nobody else, taken, answered,
//! declined, given back when the expert leaves, taken over.

use crate::support::{Client, NAME, NUMBER, PASSWORD, Server, a_request};
use hotline::domain::role::Person;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use hotline::protocol::person::NewPerson;
use hotline::server::service::{Who, people};
use serde_json::{Value, json};

/// Experts of two departments, and a server.
async fn house() -> Server {
    let server = Server::start().await;
    for (account, unit) in [("liu", "CG"), ("xu", "CG"), ("fang", "HB")] {
        let person: Person =
            serde_json::from_value(json!({"account": account, "name": "某人 (示例)",
            "roles": ["expert"], "unit": unit, "seat": null}))
            .unwrap();
        let password = PASSWORD.to_owned();
        let system = Who::system().unwrap();
        people::add(&server.core, &system, NewPerson { person, password })
            .await
            .unwrap();
    }
    server
}

fn question() -> Value {
    json!({"id": uuid::Uuid::now_v7(), "department": "CG", "call": uuid::Uuid::now_v7(), "ticket": null, "number": null,
        "question": format!("{NAME}的路灯归谁管"), "request": a_request(Some("LAMP")),
        "found": [{"code": "M-1", "version": 2, "question": "路灯报修"}]})
}

async fn act(client: &Client, consult: &Value, action: Value) -> crate::support::Got {
    let mut body = action;
    body["version"] = consult["version"].clone();
    let id = consult["id"].as_str().unwrap();
    client
        .post(&format!("/api/consults/{id}/actions"), &body)
        .await
}

async fn listed(client: &Client) -> Vec<Value> {
    let got = client.get("/api/consults").await.good();
    got["consults"].as_array().unwrap().clone()
}

const fn heard(event: &ServerEvent) -> Option<u64> {
    match event {
        ServerEvent::Consult { version, .. } => Some(*version),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_to_the_department_and_its_answer_comes_back() {
    let server = house().await;
    let wang = server.client("wang", Some("0117")).await;
    let liu = server.client("liu", Some("0501")).await;
    let fang = server.client("fang", None).await;
    let (mut to_wang, mut to_liu) = (wang.events(None).await, liu.events(None).await);
    let body = question();
    let asked = wang.post("/api/consults", &body).await.good();
    assert_eq!(asked["state"], "waiting");
    let again = wang.post_once("/api/consults", &body, "once").await.bad();
    assert!(matches!(again, ApiError::Exists { .. }), "{again}");
    assert_eq!(to_liu.until(heard).await, 1);
    assert_eq!(to_wang.until(heard).await, 1);
    let seen = listed(&liu).await;
    let text = seen[0].to_string();
    assert!(
        text.contains("楼下路灯三天不亮") && text.contains("路灯报修"),
        "{text}"
    );
    assert!(!text.contains(NAME) && !text.contains(NUMBER), "{text}");
    assert!(listed(&wang).await[0].to_string().contains(NUMBER));
    assert!(listed(&fang).await.is_empty());
    let own = act(&wang, &asked, json!({"do": "take"})).await.bad();
    assert!(matches!(own, ApiError::Invalid { .. }), "{own}");
    let other = act(&fang, &asked, json!({"do": "take"})).await.bad();
    assert!(matches!(other, ApiError::NotFound { .. }), "{other}");
    let taken = act(&liu, &asked, json!({"do": "take"})).await.good();
    assert_eq!(to_wang.until(heard).await, 2);
    let stale = act(&liu, &asked, json!({"do": "take"})).await.bad();
    assert!(
        matches!(stale, ApiError::Stale { current: 2, .. }),
        "{stale}"
    );
    let blank = act(&liu, &taken, json!({"do": "answer", "answer": " "}))
        .await
        .bad();
    assert!(matches!(blank, ApiError::Invalid { .. }), "{blank}");
    let answer = json!({"do": "answer", "answer": "归城管局照明中心"});
    let answered = act(&liu, &taken, answer).await.good();
    assert_eq!(to_wang.until(heard).await, 3);
    assert_eq!(listed(&wang).await[0]["answer"], "归城管局照明中心");
    let over = act(&liu, &answered, json!({"do": "take"})).await.bad();
    assert!(over.to_string().contains("over"), "{over}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_expert_leaves_waits_for_the_others_and_a_refusal_has_its_reason() {
    let server = house().await;
    let wang = server.client("wang", Some("0117")).await;
    let liu = server.client("liu", Some("0501")).await;
    let xu = server.client("xu", Some("0502")).await;
    let asked = wang.post("/api/consults", &question()).await.good();
    let taken = act(&liu, &asked, json!({"do": "take"})).await.good();
    assert_eq!(taken["state"], "taken");
    let anothers = act(&xu, &taken, json!({"do": "answer", "answer": "归我"}))
        .await
        .bad();
    assert!(anothers.to_string().contains("colleague"), "{anothers}");
    assert_eq!(liu.delete("/api/session").await.status, 204);
    let waiting = listed(&xu).await[0].clone();
    assert_eq!(
        (&waiting["state"], &waiting["version"]),
        (&json!("waiting"), &json!(3))
    );
    let declined = json!({"do": "decline", "reason": "不属本部门"});
    act(&xu, &waiting, declined).await.good();
    let back = listed(&wang).await[0].clone();
    assert_eq!(
        (&back["state"], &back["reason"]),
        (&json!("declined"), &json!("不属本部门"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_the_call_over_sees_the_form_whole_and_needs_a_seat() {
    let server = house().await;
    let wang = server.client("wang", Some("0117")).await;
    let asked = wang.post("/api/consults", &question()).await.good();
    let nowhere = server.client("xu", None).await;
    let refused = act(&nowhere, &asked, json!({"do": "take_over"}))
        .await
        .bad();
    assert!(refused.to_string().contains("seat"), "{refused}");
    let liu = server.client("liu", Some("0501")).await;
    let over = act(&liu, &asked, json!({"do": "take_over"})).await.good();
    assert_eq!(
        (&over["state"], &over["seat"]),
        (&json!("taken_over"), &json!("0501"))
    );
    assert!(over.to_string().contains(NUMBER), "the form goes along");
    assert!(!listed(&nowhere).await[0].to_string().contains(NUMBER));
    let mut nobody = question();
    nobody["department"] = json!("HOTLINE");
    let bad = wang.post("/api/consults", &nobody).await.bad();
    assert!(bad.to_string().contains("no experts"), "{bad}");
}

/// What is complained about a unit does not reach it by a question (Art. 10, 32).
#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_a_unit_about_a_complaint_against_it() {
    let server = house().await;
    let wang = server.client("wang", Some("0117")).await;
    let liu = server.client("liu", Some("0501")).await;
    let mut body = question();
    body["request"]["accused"] = json!("CG");
    let refused = wang.post("/api/consults", &body).await.bad();
    let is_department =
        matches!(&refused, ApiError::Invalid { field, .. } if field == "department");
    assert!(is_department, "{refused}");
    assert_eq!(listed(&liu).await.len(), 0);
    body["department"] = json!("HB");
    wang.post("/api/consults", &body).await.good();
    let fang = server.client("fang", None).await;
    assert_eq!(listed(&fang).await.len(), 1);
}
