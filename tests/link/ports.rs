use crate::support::{PASSWORD, PATIENCE, Server, a_ticket};
use hotline::cli::wire::{Plugged, plug};
use hotline::desk::ports::{JournalRecord, Outgoing, Outside, PortError, Sent, SignedIn};
use hotline::desk::state::Refused;
use hotline::domain::id::{Account, TicketId};
use hotline::domain::ticket::Stage;
use hotline::link::Api;
use hotline::link::journal::user_dir;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use hotline::protocol::session::SignIn;
use hotline::protocol::ticket::TicketFilter;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

fn desk(base: &str, data: &Path) -> Plugged {
    let unset = std::sync::Arc::new(|_: &'static str, _: &str| Err("not here".to_owned()));
    plug(Api::new(base, None).unwrap(), data, None, unset).unwrap()
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

/// Who locked the screen comes back to it while the server is away: with the right password only, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_screen_is_unlocked_without_a_server() {
    let server = Server::start().await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&server.serving.base(), data.path());
    sign_in(&desk, PASSWORD).await.unwrap();
    let Server { core, serving, dir } = server;
    serving.stop().await;
    let wrong = sign_in(&desk, "falsch-12345").await;
    assert_eq!(wrong.err(), Some(PortError::Api(ApiError::WrongPassword)));
    let back = sign_in(&desk, PASSWORD).await.unwrap();
    assert_eq!(back.person.account.as_str(), "wang");
    let record = JournalRecord {
        key: "form".into(),
        value: Some(json!("楼下")),
    };
    desk.1.append(&[record]).unwrap();
    drop((core, dir));
}

/// Signs in and waits until the line stands; what was told before says nothing of this one.
async fn sit_down(desk: &mut Plugged) {
    while desk.2.try_recv().is_ok() {}
    sign_in(desk, PASSWORD).await.unwrap();
    until(&mut desk.2, |told| {
        matches!(told, Outside::Server(ServerEvent::Hello { .. }))
    })
    .await;
}

/// A line to the server that can be stalled: connections stand, are taken even, and nothing comes through.
/// Returns its address; dropping the switch ends it.
async fn line_to(server: &str) -> (String, watch::Sender<bool>) {
    let to = server.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (switch, stalled) = watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let (to, mut stalled) = (to.clone(), stalled.clone());
            tokio::spawn(async move {
                if stalled.wait_for(|it| !it).await.is_err() {
                    return;
                }
                let mut far = TcpStream::connect(to).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
                    _ = stalled.wait_for(|it| *it) => {}
                }
                // Both ends stay open, and silent, until the line is well again.
                let _ = stalled.wait_for(|it| !it).await;
            });
        }
    });
    (base, switch)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_over_a_stalled_line_can_sign_in_and_write_again() {
    let server = Server::start().await;
    let (base, stalled) = line_to(&server.serving.base()).await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&base, data.path());
    sit_down(&mut desk).await;
    stalled.send_replace(true);
    let left = tokio::time::timeout(Duration::from_secs(10), desk.0.sign_out()).await;
    assert_eq!(left, Ok(Ok(())), "leaving waits for no server");
    let nobody = desk.0.send(open(json!([]))).await;
    assert!(
        matches!(nobody, Err(PortError::Api(ApiError::NotSignedIn))),
        "{nobody:?}"
    );
    stalled.send_replace(false);
    sit_down(&mut desk).await;
    let sent = desk.0.send(open(json!([]))).await.unwrap();
    assert!(matches!(sent, Sent::Done(Some(_))), "{sent:?}");
    server.serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_that_broke_off_leaves_no_dead_seat() {
    let server = Server::start().await;
    let (base, stalled) = line_to(&server.serving.base()).await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&base, data.path());
    sit_down(&mut desk).await;
    stalled.send_replace(true);
    let left = tokio::time::timeout(Duration::from_millis(200), desk.0.sign_out()).await;
    assert!(left.is_err(), "it waits for the server");
    stalled.send_replace(false);
    sit_down(&mut desk).await;
    let sent = desk.0.send(open(json!([]))).await.unwrap();
    assert!(matches!(sent, Sent::Done(Some(_))), "{sent:?}");
    server.serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_words_are_kept_until_the_desk_has_them_in_its_journal() {
    let server = Server::start().await;
    let data = tempfile::tempdir().unwrap();
    let mut desk = desk(&server.serving.base(), data.path());
    let urge = json!({"version": 1, "do": "urge", "note": "还没有修"});
    let urge = Outgoing::Act(
        TicketId(uuid::Uuid::now_v7()),
        Box::new(serde_json::from_value(urge).unwrap()),
    );
    let at = "2026-11-24T01:00:00Z".parse().unwrap();
    for noted in [true, false] {
        sit_down(&mut desk).await;
        let sent = desk.0.send(urge.clone()).await;
        let Err(PortError::Api(why)) = sent else {
            panic!("{sent:?}");
        };
        let shown_twice = desk.0.unsent().await.unwrap();
        assert!(shown_twice.is_empty(), "the desk shows it");
        if noted {
            let refused = Refused {
                id: uuid::Uuid::now_v7(),
                outgoing: urge.clone(),
                at,
                why,
            };
            let value = serde_json::to_value([refused]).ok();
            let key = "refused".into();
            desk.1.append(&[JournalRecord { key, value }]).unwrap();
        }
        // As much as a desk that was killed leaves behind.
        desk.0.sign_out().await.unwrap();
        sign_in(&desk, PASSWORD).await.unwrap();
        let unsent = desk.0.unsent().await.unwrap();
        assert_eq!(unsent.len(), usize::from(!noted));
        desk.0.sign_out().await.unwrap();
    }
    server.serving.stop().await;
}
