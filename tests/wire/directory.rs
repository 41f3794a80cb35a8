//! What a directory would do before it is in force: it fails what upheld returns taught, and its effect on open tickets is
//! told.

use crate::support::{Server, a_directory, a_ticket};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_upheld_return_is_a_case_that_a_directory_fails_until_it_has_learnt_it() {
    let server = Server::start().await;
    let (taker, clerk, zhao) = (
        server.client("wang", Some("0117")).await,
        server.client("sun", None).await,
        server.client("zhao", None).await,
    );
    let none = zhao.get("/api/directory/cases").await.good();
    assert_eq!(none["cases"], json!([]));
    let new = a_ticket(Some("LAMP"), json!([{"do": "submit"}]));
    let view = taker.post("/api/tickets", &new).await.good();
    let back =
        json!({"do": "ask_return", "reason": "not_our_duty", "basis": "三定", "proposed": "HB"});
    let view = clerk.act(&view, back).await.good();
    let rejected = zhao.get("/api/directory/cases").await.good();
    assert_eq!(rejected["cases"], json!([]), "not decided yet");
    let view = zhao.act(&view, json!({"do": "accept_return"})).await.good();
    let to = json!({"do": "dispatch", "lead": "HB", "co_units": [], "directory_version": 1, "basis": "三定"});
    zhao.act(&view, to).await.good();
    let cases = zhao.get("/api/directory/cases").await.good();
    let case = &cases["cases"][0];
    assert_eq!(
        (&case["item"], &case["wrong"]),
        (&json!("LAMP"), &json!("CG"))
    );
    assert_eq!(case["number"], view["ticket"]["number"]);
    assert!(!cases.to_string().contains(crate::support::NUMBER));

    let same = a_directory("城管局");
    let checked = zhao.post("/api/directory/check", &same).await.good();
    assert_eq!(
        (&checked["cases"], &checked["failures"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(checked["failed"][0]["lead"], json!("CG"));
    assert_eq!(
        checked["moves"],
        json!([]),
        "what is in force moves nothing"
    );
    let mut learnt = same.clone();
    learnt["rules"][0]["lead"] = json!("HB");
    let checked = zhao.post("/api/directory/check", &learnt).await.good();
    assert_eq!(
        (&checked["cases"], &checked["failures"]),
        (&json!(1), &json!(0))
    );
    let moves = &checked["moves"][0];
    assert_eq!(
        (&moves["from"], &moves["to"], &moves["count"]),
        (&json!("CG"), &json!("HB"), &json!(1))
    );
    assert_eq!(moves["tickets"][0]["number"], view["ticket"]["number"]);
    let there = zhao.get("/api/directory?since=0").await.good();
    assert_eq!(
        there["directory"]["rules"][0]["lead"],
        json!("CG"),
        "not in force"
    );
}
