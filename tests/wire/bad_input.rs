//! Bad input: each a clear error that names the field, nothing kept.

use crate::support::{Server, a_ticket};
use hotline::protocol::error::ApiError;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn each_mistake_names_its_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let with = |pointer: &str, value: Value| {
        let mut ticket = a_ticket(None, json!([]));
        *ticket.pointer_mut(pointer).unwrap() = value;
        ticket
    };
    let table = [
        (
            "request.caller.name",
            with("/request/caller/name", json!("张\u{1b}[2J三")),
        ),
        (
            "request.title",
            with("/request/title", json!("长".repeat(201))),
        ),
        (
            "request.text",
            with("/request/text", json!("长".repeat(8001))),
        ),
        (
            "request.caller.number",
            with("/request/caller/number", json!("not a number")),
        ),
        ("channel", with("/channel", json!("carrier_pigeon"))),
        ("id", with("/id", json!("no-uuid"))),
    ];
    for (field, body) in table {
        match wang.post("/api/tickets", &body).await.bad() {
            ApiError::Invalid {
                field: named,
                problem,
            } => {
                assert!(named.starts_with(field), "{named} for {field}: {problem}");
            }
            other => panic!("{field}: {other}"),
        }
    }
    let page = wang.get("/api/tickets").await.good();
    assert_eq!(page["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_never_dispatched_to_a_unit_that_is_not_there() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let zhao = server.client("zhao", None).await;
    let new = a_ticket(None, json!([{"do": "submit"}]));
    let view = wang.post("/api/tickets", &new).await.good();
    let dispatch = |lead: &str| json!({"do": "dispatch", "lead": lead, "co_units": [], "directory_version": 1, "basis": "三定"});
    let error = zhao.act(&view, dispatch("NOWHERE")).await.bad();
    assert!(
        matches!(error, ApiError::Refused { .. } | ApiError::Invalid { .. }),
        "{error}"
    );
    let error = zhao.act(&view, dispatch("no such code!")).await.bad();
    assert!(matches!(error, ApiError::Invalid { .. }), "{error}");
    zhao.act(&view, dispatch("CG")).await.good();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_good_request_is_answered_in_json_all_the_same() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let to = |path: &str| wang.http.post(format!("{}{path}", wang.base));
    let sent = |text: &str| {
        to("/api/tickets")
            .header("content-type", "application/json")
            .body(text.to_owned())
    };
    let table = [
        (415, "invalid", to("/api/tickets").body("x=1")),
        (422, "invalid", sent("{\"id\":")),
        (422, "invalid", sent("{} {}")),
        (413, "too_large", sent(&" ".repeat(300 * 1024))),
        (404, "not_found", to("/api/nothing")),
        (
            405,
            "invalid",
            wang.http.delete(format!("{}/api/queue", wang.base)),
        ),
        (
            422,
            "invalid",
            wang.http.get(format!("{}/api/tickets/no-uuid", wang.base)),
        ),
        (
            422,
            "invalid",
            wang.http
                .get(format!("{}/api/tickets?scope=everything", wang.base)),
        ),
        (
            422,
            "invalid",
            sent("{}").header("idempotency-key", "k".repeat(129)),
        ),
    ];
    for (status, code, request) in table {
        let got = wang.send(request).await;
        assert_eq!(
            (got.status, &got.body["code"]),
            (status, &json!(code)),
            "{}",
            got.body
        );
    }
    assert_eq!(wang.get("/api/tickets").await.good()["items"], json!([]));
}
