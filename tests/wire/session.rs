//! Signing in and out.

use crate::support::{PASSWORD, Server};
use hotline::protocol::error::ApiError;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_signs_in_and_the_token_proves_it() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    assert_eq!(wang.get("/api/session").await.good()["account"], "wang");
    let view = wang.get("/api/seat").await.good();
    assert_eq!(
        (&view["seat"]["no"], &view["seat"]["state"]),
        (&json!("0117"), &json!("busy"))
    );
    assert_eq!(wang.delete("/api/session").await.status, 204);
    assert_eq!(wang.get("/api/session").await.bad(), ApiError::NotSignedIn);
    let li = server.client("li", Some("0121")).await;
    let mut forged = li.clone();
    forged.token = "0".repeat(64);
    assert_eq!(
        forged.get("/api/session").await.bad(),
        ApiError::NotSignedIn
    );
    assert_eq!(
        server.stranger().get("/api/tickets").await.bad(),
        ApiError::NotSignedIn
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_refused_and_then_throttled() {
    let server = Server::start().await;
    let stranger = server.stranger();
    for account in ["wang", "nobody"] {
        let wrong = json!({"account": account, "password": "not-it-at-all", "seat": null});
        for _ in 0..5 {
            let error = stranger.post("/api/session", &wrong).await.bad();
            assert_eq!(error, ApiError::WrongPassword);
        }
        let right = json!({"account": account, "password": PASSWORD, "seat": null});
        let error = stranger.post("/api/session", &right).await.bad();
        assert!(
            matches!(error, ApiError::Throttled { seconds: 1.. }),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_is_refused() {
    let server = Server::start().await;
    let wang = server.client("wang", None).await;
    let hash = hotline::crypto::sha256(wang.token.as_bytes());
    let past = server.core.now() - jiff::SignedDuration::from_secs(1);
    server
        .core
        .store()
        .extend_session(hash, past)
        .await
        .unwrap();
    assert_eq!(wang.get("/api/session").await.bad(), ApiError::NotSignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sign_in_at_the_seat_ends_the_first() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let mut events = wang.events(None).await;
    let li = server.client("li", Some("0117")).await;
    events
        .until(|event| {
            (*event == hotline::protocol::event::ServerEvent::SessionEnded).then_some(())
        })
        .await;
    assert!(events.next().await.is_none(), "the stream goes on");
    assert_eq!(wang.get("/api/seat").await.bad(), ApiError::NotSignedIn);
    assert_eq!(li.get("/api/seat").await.good()["seat"]["account"], "li");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_chooses_only_what_may_follow() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let choose = |state: &str| json!({"state": state});
    let idle = wang.post("/api/seat/state", &choose("idle")).await.good();
    assert_eq!(idle["state"], "idle");
    let pause = wang.post("/api/seat/state", &choose("break")).await.good();
    assert!(pause["until"].is_string(), "a break is timed: {pause}");
    let refused = wang.post("/api/seat/state", &choose("talking")).await.bad();
    assert!(matches!(refused, ApiError::Invalid { .. }));
    let zhao = server.client("zhao", None).await;
    assert!(matches!(
        zhao.get("/api/seat").await.bad(),
        ApiError::Invalid { .. }
    ));
}
