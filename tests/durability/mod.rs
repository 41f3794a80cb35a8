//! What must survive: the server killed under load, the line gone for a while, a disk that is full. The server is
//! a process of its own here; everything is asked over HTTP and then looked for in its files.

mod outbox;
pub mod process;

use crate::support::provider;
use process::{ACCOUNT, PASSWORD, Served, a_ticket, add_taker, sound};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How many write at once while the server is killed.
const WRITERS: usize = 20;
/// How many tickets are acknowledged before it is killed.
const ENOUGH: usize = 200;

/// A signed-in client of whatever server runs now.
#[derive(Clone)]
struct Desk {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Desk {
    async fn sign_in(base: &str) -> Self {
        provider();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let sign_in = json!({"account": ACCOUNT, "password": PASSWORD, "seat": null});
        let answer = http
            .post(format!("{base}/api/session"))
            .json(&sign_in)
            .send()
            .await
            .unwrap();
        let session: Value = answer.error_for_status().unwrap().json().await.unwrap();
        let token = session["token"].as_str().unwrap().to_owned();
        Self {
            http,
            base: base.to_owned(),
            token,
        }
    }

    /// The same session at a server that was started again.
    fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            ..self.clone()
        }
    }

    /// Sends a ticket under its identifier as key. An error is a line that broke: nobody knows what became of it.
    async fn open(&self, ticket: &Value) -> Result<(u16, Value), reqwest::Error> {
        let request = self
            .http
            .post(format!("{}/api/tickets", self.base))
            .bearer_auth(&self.token);
        let request = request
            .header("idempotency-key", ticket["id"].as_str().unwrap())
            .json(ticket);
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    async fn get(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        request
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// The identifiers and numbers of all tickets, page after page; fails when one is listed twice.
    async fn all(&self) -> BTreeMap<String, String> {
        let (mut all, mut after) = (BTreeMap::new(), String::new());
        loop {
            let page = self.get(&format!("/api/tickets?limit=200{after}")).await;
            for row in page["items"].as_array().unwrap() {
                let text = |field: &str| row[field].as_str().unwrap().to_owned();
                assert_eq!(all.insert(text("id"), text("number")), None, "listed twice");
            }
            let Some(next) = page["next"].as_str() else {
                return all;
            };
            after = format!("&after={next}");
        }
    }
}

/// What the writers know when the line broke: what was acknowledged with its answer, and what was not.
#[derive(Default)]
struct Known {
    acknowledged: Vec<(Value, Value)>,
    open: Vec<Value>,
}

/// Writes until the line breaks.
async fn write(desk: Desk, count: Arc<AtomicUsize>, enough: Arc<Notify>) -> Known {
    let mut known = Known::default();
    loop {
        let ticket = a_ticket();
        match desk.open(&ticket).await {
            Ok((200, answer)) => known.acknowledged.push((ticket, answer)),
            Ok((status, answer)) => panic!("{status} {answer}"),
            Err(_) => {
                known.open.push(ticket);
                return known;
            }
        }
        if count.fetch_add(1, Ordering::SeqCst) + 1 == ENOUGH {
            enough.notify_one();
        }
    }
}

/// Every acknowledged ticket is there, and as it was when it was acknowledged.
async fn as_acknowledged(desk: &Desk, known: &Known) {
    let there = desk.all().await;
    for (ticket, answer) in &known.acknowledged {
        let number = there.get(ticket["id"].as_str().unwrap());
        assert_eq!(
            number.map(String::as_str),
            answer["ticket"]["number"].as_str()
        );
        let id = ticket["id"].as_str().unwrap();
        let now = desk.get(&format!("/api/tickets/{id}")).await;
        assert_eq!(
            now["ticket"], answer["ticket"],
            "not as it was acknowledged"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_twenty_writers_keeps_every_acknowledged_ticket_once() {
    let dir = tempfile::tempdir().unwrap();
    add_taker(dir.path());
    let mut served = Served::start(dir.path(), 0);
    let desk = Desk::sign_in(&served.base).await;
    let (count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        writers.spawn(write(desk.clone(), count.clone(), enough.clone()));
    }
    enough.notified().await;
    served.kill();
    let mut known = Known::default();
    for mut each in writers.join_all().await {
        known.acknowledged.append(&mut each.acknowledged);
        known.open.append(&mut each.open);
    }
    assert!(known.acknowledged.len() >= ENOUGH && known.open.len() == WRITERS);

    let served = Served::start(dir.path(), 0);
    // The session holds over the restart, too.
    let desk = desk.at(&served.base);
    as_acknowledged(&desk, &known).await;
    // Asked again, by its key: what was done is not done again, what was lost is done.
    let (again, answer) = &known.acknowledged[0];
    assert_eq!(desk.open(again).await.unwrap(), (200, answer.clone()));
    for ticket in &known.open {
        let (status, first) = desk.open(ticket).await.unwrap();
        assert_eq!((status, &first["ticket"]["id"]), (200, &ticket["id"]));
        assert_eq!(desk.open(ticket).await.unwrap(), (200, first));
    }
    let all = desk.all().await;
    let sent = known
        .acknowledged
        .iter()
        .map(|(ticket, _)| ticket)
        .chain(&known.open);
    let sent: BTreeSet<_> = sent
        .map(|ticket| ticket["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        all.keys().cloned().collect::<BTreeSet<_>>(),
        sent,
        "each exactly once"
    );
    assert_eq!(
        all.values().collect::<BTreeSet<_>>().len(),
        sent.len(),
        "a number was given twice"
    );
    served.stop();
    let events = sound(dir.path()).await;
    assert_eq!(events.into_keys().collect::<BTreeSet<_>>(), sent);
}

#[tokio::test]
async fn a_full_disk_refuses_writes_in_words_and_keeps_nothing_by_half() {
    let dir = tempfile::tempdir().unwrap();
    add_taker(dir.path());
    // 2 MiB: the log in front of the database is full after some dozens of tickets.
    let mut served = Served::start_cramped(dir.path(), 4096);
    let desk = Desk::sign_in(&served.base).await;
    let mut kept = BTreeSet::new();
    let refused = loop {
        let ticket = a_ticket();
        match desk.open(&ticket).await.unwrap() {
            (200, _) => assert!(kept.insert(ticket["id"].as_str().unwrap().to_owned())),
            (status, answer) => {
                assert_eq!(
                    (status, &answer["code"]),
                    (503, &json!("unavailable")),
                    "{answer}"
                );
                break ticket;
            }
        }
    };
    // Reading goes on.
    assert_eq!(desk.all().await.into_keys().collect::<BTreeSet<_>>(), kept);
    served.kill();

    let served = Served::start(dir.path(), 0);
    let desk = desk.at(&served.base);
    assert_eq!(desk.all().await.into_keys().collect::<BTreeSet<_>>(), kept);
    let (status, _) = desk.open(&refused).await.unwrap();
    assert_eq!(status, 200);
    kept.insert(refused["id"].as_str().unwrap().to_owned());
    served.stop();
    assert_eq!(
        sound(dir.path()).await.into_keys().collect::<BTreeSet<_>>(),
        kept
    );
}
