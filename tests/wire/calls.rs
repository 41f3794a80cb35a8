//! Simulated calls through the seats: offered, answered, ended, given up, given on.

use crate::support::{Client, Frames, Server};
use hotline::domain::call::{Call, CallEnd, CallPhase};
use hotline::domain::seat::SeatState;
use hotline::protocol::event::ServerEvent;
use hotline::server::seats::Lengths;
use serde_json::{Value, json};
use std::time::Duration;

const ONE: &str = r#"
[[caller]]
name = "测试甲"
number = "13912345678"
kind = "citizen"
phrase = "人工"
patience = 30
hold_patience = 30
opening = "你好，我家没水了"
lingers = 0
closing = "谢谢，再见"
[[caller.line]]
after = 0
text = "从早上开始"
"#;

fn quick() -> Lengths {
    Lengths {
        wrap_up: Duration::from_millis(300),
        ..Lengths::default()
    }
}

async fn idle(client: &Client) {
    client
        .post("/api/seat/state", &json!({"state": "idle"}))
        .await
        .good();
}

async fn ringing(events: &mut Frames) -> Call {
    events
        .until(|event| match event {
            ServerEvent::Call { call } if matches!(call.phase, CallPhase::Ringing { .. }) => {
                Some(call.clone())
            }
            _ => None,
        })
        .await
}

async fn ended(events: &mut Frames) -> CallEnd {
    events
        .until(|event| match event {
            ServerEvent::Call { call } => match call.phase {
                CallPhase::Ended { end, .. } => Some(end),
                _ => None,
            },
            _ => None,
        })
        .await
}

async fn state(events: &mut Frames, wanted: SeatState) {
    events
        .until(|event| match event {
            ServerEvent::Seat { seat } => (seat.state == wanted).then_some(()),
            _ => None,
        })
        .await;
}

async fn leg(client: &Client, call: &Call, command: Value) -> u16 {
    client
        .post(&format!("/api/simulated/legs/{}", call.id), &command)
        .await
        .status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_rings_is_answered_speaks_ends_and_is_wrapped_up() {
    let server = Server::called_by(ONE, quick()).await;
    let wang = server.client("wang", Some("0117")).await;
    let li = server.client("li", Some("0121")).await;
    let mut events = wang.events(None).await;
    idle(&wang).await;
    let call = ringing(&mut events).await;
    let view = wang.get(&format!("/api/calls/{}", call.id)).await.good();
    assert_eq!(
        (&view["call"]["number"], &view["call"]["phrase"]),
        (&json!("13912345678"), &json!("人工"))
    );
    let path = format!("/api/simulated/legs/{}", call.id);
    assert_eq!(
        li.get(&path).await.status,
        404,
        "another seat hears the caller"
    );
    let mut heard = wang.stream(&path, None).await;
    assert_eq!(heard.next().await.unwrap().1["leg"], "ringing");
    let report = format!("/api/calls/{}/report", call.id);
    wang.post(&report, &json!({"saw": "ringing"})).await.good();
    assert_eq!(leg(&wang, &call, json!({"do": "answer"})).await, 204);
    // The desk reports what the exchange has told already: it changes nothing.
    wang.post(&report, &json!({"saw": "answered"})).await.good();
    state(&mut events, SeatState::Talking).await;
    let mut lines = Vec::new();
    while let Some((_, frame)) = heard.next().await {
        lines.push(
            frame["line"]
                .as_str()
                .unwrap_or(frame["leg"].as_str().unwrap())
                .to_owned(),
        );
    }
    assert_eq!(
        lines,
        [
            "connected",
            "你好，我家没水了",
            "从早上开始",
            "谢谢，再见",
            "ended"
        ]
    );
    assert_eq!(ended(&mut events).await, CallEnd::Caller);
    wang.post(&report, &json!({"saw": "ended", "end": "caller"}))
        .await
        .good();
    state(&mut events, SeatState::WrapUp).await;
    state(&mut events, SeatState::Idle).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_gives_up_is_called_back() {
    let script = ONE.replace("patience = 30", "patience = 1");
    let server = Server::called_by(&script, quick()).await;
    let wang = server.client("wang", Some("0117")).await;
    let mut events = wang.events(None).await;
    idle(&wang).await;
    let call = ringing(&mut events).await;
    assert_eq!(ended(&mut events).await, CallEnd::Abandoned);
    state(&mut events, SeatState::Idle).await;
    let list = wang.get("/api/callbacks?scope=abandoned").await.good();
    let mine = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["call"] == json!(call.id));
    let mine = mine.expect("the caller is not called back");
    assert_eq!(
        (&mine["owner"], &mine["due"]),
        (&Value::Null, &json!(call.offered_at))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_taken_goes_back_and_the_seat_is_busy() {
    let lengths = Lengths {
        ring: Duration::from_millis(300),
        ..quick()
    };
    let server = Server::called_by(ONE, lengths).await;
    let wang = server.client("wang", Some("0117")).await;
    let li = server.client("li", Some("0121")).await;
    let (mut events, mut others) = (wang.events(None).await, li.events(None).await);
    idle(&wang).await;
    let call = ringing(&mut events).await;
    state(&mut events, SeatState::Busy).await;
    idle(&li).await;
    assert_eq!(ringing(&mut others).await.id, call.id, "it kept its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_held_taken_back_and_given_to_another_seat() {
    let script = ONE.replace("lingers = 0", "lingers = 60");
    let server = Server::called_by(&script, quick()).await;
    let wang = server.client("wang", Some("0117")).await;
    let li = server.client("li", Some("0121")).await;
    let (mut events, mut others) = (wang.events(None).await, li.events(None).await);
    idle(&wang).await;
    let call = ringing(&mut events).await;
    assert_eq!(
        leg(&wang, &call, json!({"do": "hold"})).await,
        422,
        "it is not answered yet"
    );
    assert_eq!(leg(&wang, &call, json!({"do": "answer"})).await, 204);
    assert_eq!(leg(&wang, &call, json!({"do": "hold"})).await, 204);
    state(&mut events, SeatState::Holding).await;
    assert_eq!(leg(&wang, &call, json!({"do": "resume"})).await, 204);
    state(&mut events, SeatState::Talking).await;
    let mut heard = wang
        .stream(&format!("/api/simulated/legs/{}", call.id), None)
        .await;
    // The other seat is still busy: the caller waits for it, ahead of whoever else calls.
    assert_eq!(
        leg(&wang, &call, json!({"do": "transfer", "to": "0121"})).await,
        204
    );
    state(&mut events, SeatState::WrapUp).await;
    while heard.next().await.is_some() {}
    idle(&li).await;
    assert_eq!(ringing(&mut others).await.id, call.id);
    assert_eq!(
        leg(&wang, &call, json!({"do": "hang_up"})).await,
        404,
        "it is no longer theirs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_dialled() {
    let server = Server::called_by(ONE, quick()).await;
    let wang = server.client("wang", Some("0117")).await;
    let mut events = wang.events(None).await;
    let dialled = wang
        .post("/api/simulated/dial", &json!({"number": "13912345678"}))
        .await
        .good();
    state(&mut events, SeatState::DiallingOut).await;
    let refused = wang
        .post("/api/seat/state", &json!({"state": "idle"}))
        .await;
    assert_eq!(refused.status, 422, "a seat that dials is not idle");
    let path = format!("/api/simulated/legs/{}", dialled["call"].as_str().unwrap());
    let mut heard = wang.stream(&path, None).await;
    for wanted in ["ringing", "connected", "said"] {
        assert_eq!(heard.next().await.unwrap().1["leg"], wanted);
    }
    wang.post(&path, &json!({"do": "hang_up"})).await.good();
    assert_eq!(ended(&mut events).await, CallEnd::Seat);
    state(&mut events, SeatState::WrapUp).await;
    // Nobody has this number; hanging up while it rings ends the call, and the queue never sees it.
    let dialled = wang
        .post("/api/simulated/dial", &json!({"number": "13900000000"}))
        .await
        .good();
    let path = format!("/api/simulated/legs/{}", dialled["call"].as_str().unwrap());
    wang.post(&path, &json!({"do": "hang_up"})).await.good();
    assert_eq!(ended(&mut events).await, CallEnd::Seat);
    let list = wang.get("/api/callbacks").await.good();
    assert_eq!(list["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_rings_at_a_deserted_seat() {
    let lengths = Lengths {
        deserted: Duration::from_secs(3),
        ..quick()
    };
    let server = Server::with(hotline::server::ServeConfig {
        lengths,
        ..hotline::server::ServeConfig::loopback()
    })
    .await;
    let wang = server.client("wang", Some("0117")).await;
    let li = server.client("li", Some("0121")).await;
    let mut events = li.events(None).await;
    idle(&li).await;
    idle(&wang).await;
    // The desk that listens stays, the one that is silent is signed out.
    events
        .until(|event| match event {
            ServerEvent::Queue { queue } => (queue.idle == 2).then_some(()),
            _ => None,
        })
        .await;
    events
        .until(|event| match event {
            ServerEvent::Queue { queue } => (queue.idle == 1).then_some(()),
            _ => None,
        })
        .await;
    assert_eq!(li.get("/api/seat").await.good()["seat"]["state"], "idle");
    assert_eq!(
        wang.get("/api/seat").await.good()["seat"]["state"],
        "signed_out"
    );
}
