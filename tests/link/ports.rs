use crate::support::{PASSWORD, PATIENCE, Server, a_ticket};
use hotline::cli::wire::{Plugged, plug};
use hotline::desk::ports::{JournalRecord, Outgoing, Outside, PortError, Sent, SignedIn};
use hotline::domain::id::Account;
use hotline::domain::ticket::Stage;
use hotline::link::Api;
use hotline::link::journal::user_dir;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use hotline::protocol::session::SignIn;
use hotline::protocol::ticket::TicketFilter;
use serde_json::json;
use std::path::Path;
use tokio::sync::mpsc::UnboundedReceiver;

fn desk(base: &str, data: &Path) -> Plugged {
    plug(Api::new(base, None).unwrap(), data, None).unwrap()
}

async fn sign_in(desk: &Plugged, password: &str) -> Result<SignedIn, PortError> {
    let sign_in = SignIn {
        account: Account::parse("wang").unwrap(),
        password: password.into(),
        seat: None,
        own_seat: false,
    };
    desk.0.sign_in(sign_in).await
}

async fn until(told: &mut UnboundedReceiver<Outside>, wanted: impl Fn(&Outside) -> bool) {
    let wait = async {
        while let Some(outside) = told.recv().await {
            if wanted(&outside) {
                return;
            }
        }
        panic!("the desk was left alone");
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
}

fn is_up(outside: &Outside) -> bool {
    matches!(outside, Outside::Line(line) if line.down_since.is_none())
}

fn open(then: serde_json::Value) -> Outgoing {
    Outgoing::Open(Box::new(
        serde_json::from_value(a_ticket(Some("LAMP"), then)).unwrap(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_goes_out_and_its_event_comes_back() {
    let server = Server::start().await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&server.serving.base(), data.path());
    let wrong = sign_in(&desk, "wrong password").await.unwrap_err();
    assert_eq!(wrong, PortError::Api(ApiError::WrongPassword));
    sign_in(&desk, PASSWORD).await.unwrap();
    until(
        &mut desk.2,
        |o| matches!(o, Outside::Directory(d) if d.items.len() == 2),
    )
    .await;
    let number = desk.0.number().await.unwrap();
    assert_ne!(desk.0.number().await.unwrap(), number);
    let sent = desk.0.send(open(json!([{"do": "submit"}]))).await.unwrap();
    let Sent::Done(Some(view)) = sent else {
        panic!("{sent:?}");
    };
    until(
        &mut desk.2,
        |o| matches!(o, Outside::Server(ServerEvent::Ticket { id, .. }) if *id == view.ticket.id),
    )
    .await;
    let page = desk.0.tickets(TicketFilter::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_ne!(page.items[0].stage, Stage::Draft);
    server.serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_and_unsent_is_there_after_a_restart_of_both() {
    let server = Server::start().await;
    let (base, data) = (server.serving.base(), tempfile::tempdir().unwrap());
    let addr = server.serving.local_addr();
    let mut desk = desk(&base, data.path());
    sign_in(&desk, PASSWORD).await.unwrap();
    until(&mut desk.2, is_up).await;
    let Server { core, serving, dir } = server;
    serving.stop().await;
    until(&mut desk.2, |o| !is_up(o) && matches!(o, Outside::Line(_))).await;
    let typed = JournalRecord {
        key: "form".into(),
        value: Some(json!("楼下路灯三")),
    };
    desk.1.append(std::slice::from_ref(&typed)).unwrap();
    for _ in 0..2 {
        let sent = desk.0.send(open(json!([]))).await;
        assert_eq!(sent, Ok(Sent::Queued));
    }
    drop(desk);
    let config = hotline::server::serve::ServeConfig {
        addr,
        ..hotline::server::serve::ServeConfig::loopback()
    };
    // Without a server the vault knows the password, and the journal who that is.
    let mut desk = super::ports::desk(&base, data.path());
    let wrong = sign_in(&desk, "wrong password").await.unwrap_err();
    assert_eq!(wrong, PortError::Api(ApiError::WrongPassword));
    let back = sign_in(&desk, PASSWORD).await.unwrap();
    assert_eq!(back.remembered, [typed]);
    assert_eq!(back.person.account.as_str(), "wang");
    let serving = hotline::server::serve::Serving::start(core, config)
        .await
        .unwrap();
    until(
        &mut desk.2,
        |o| matches!(o, Outside::Line(line) if line.down_since.is_none() && line.unsent == 0),
    )
    .await;
    let page = desk.0.tickets(TicketFilter::default()).await.unwrap();
    assert_eq!(page.items.len(), 2);
    serving.stop().await;
    drop(dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_lends_its_name_to_nobody() {
    let server = Server::start().await;
    let data = tempfile::tempdir().unwrap();
    let desk = desk(&server.serving.base(), data.path());
    sign_in(&desk, PASSWORD).await.unwrap();
    // What should become li's folder is a file: the password is right, and still li cannot sit down here.
    let li = Account::parse("li").unwrap();
    let folder = user_dir(data.path(), &server.serving.base(), &li);
    std::fs::write(folder, "in the way").unwrap();
    let sign_in = SignIn {
        account: li,
        password: PASSWORD.into(),
        seat: None,
        own_seat: false,
    };
    let failed = desk.0.sign_in(sign_in).await.unwrap_err();
    assert!(matches!(failed, PortError::Journal), "{failed:?}");
    let sent = desk.0.send(open(json!([]))).await.unwrap();
    let Sent::Done(Some(view)) = sent else {
        panic!("{sent:?}");
    };
    let (_, history) = desk.0.ticket(view.ticket.id).await.unwrap();
    let by = serde_json::to_value(&history).unwrap().to_string();
    assert!(by.contains(r#""account":"wang""#), "{by}");
    assert!(!by.contains(r#""account":"li""#), "{by}");
    server.serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_without_a_server_is_done_and_what_follows_is_said_not_to_be_kept() {
    let server = Server::start().await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&server.serving.base(), data.path());
    sign_in(&desk, PASSWORD).await.unwrap();
    let Server { core, serving, dir } = server;
    serving.stop().await;
    let record = JournalRecord {
        key: "form".into(),
        value: Some(json!("楼下")),
    };
    desk.1.append(std::slice::from_ref(&record)).unwrap();
    assert_eq!(desk.0.sign_out().await, Ok(()));
    assert!(desk.1.append(&[record]).is_err());
    drop((core, dir));
}
