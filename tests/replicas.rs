//! Several servers on one PostgreSQL: each hears what the others tell, tries and numbers are counted together, and a desk
//! goes from a server that is killed to another one without missing anything. Real processes over HTTP.

use crate::durability::process::{ACCOUNT, PASSWORD, Served, a_ticket, add_taker_to};
use crate::support::{Client, postgres};
use hotline::protocol::event::ServerEvent;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

/// A database with somebody in it, and the folder with the key that all its servers share.
struct House {
    dir: TempDir,
    database: String,
}

impl House {
    async fn new() -> Self {
        crate::support::provider();
        let dir = tempfile::tempdir().unwrap();
        let database = postgres::database().await;
        let house = Self { dir, database };
        add_taker_to(&house.folder("setup"), &house.options());
        house
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        let folder = self.dir.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn key(&self) -> String {
        self.dir.path().join("master.key").display().to_string()
    }

    fn options(&self) -> Vec<String> {
        let options = ["--database", &self.database, "--key-file", &self.key()];
        options.map(str::to_owned).to_vec()
    }

    fn serve(&self, name: &str) -> Served {
        Served::start_with(&self.folder(name), &self.options())
    }
}

fn stranger(base: &str) -> Client {
    Client {
        base: base.to_owned(),
        token: String::new(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    }
}

async fn sign_in(base: &str) -> Client {
    let mut client = stranger(base);
    let sign_in = json!({"account": ACCOUNT, "password": PASSWORD, "seat": null});
    let session = client.post("/api/session", &sign_in).await.good();
    client.token = session["token"].as_str().unwrap().into();
    client
}

/// The same person with the same session at another server.
fn at(client: &Client, base: &str) -> Client {
    Client {
        base: base.to_owned(),
        ..client.clone()
    }
}

async fn open(client: &Client) -> Value {
    client.post("/api/tickets", &a_ticket()).await.good()["ticket"].clone()
}

/// The sequence numbers and tickets of the next `count` events of tickets.
async fn tickets(frames: &mut crate::support::Frames, count: usize) -> Vec<(u64, String)> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let (seq, event) = frames.event().await.expect("the stream ended");
        if let (Some(seq), ServerEvent::Ticket { id, .. }) = (seq, event) {
            seen.push((seq, id.to_string()));
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_goes_to_another_server_when_its_own_is_killed_and_misses_nothing() {
    let house = House::new().await;
    let (mut one, other) = (house.serve("one"), house.serve("other"));
    let desk = sign_in(&one.base).await;
    let writer = at(&desk, &other.base);
    let mut frames = desk.events(None).await;
    let mut written = Vec::new();
    for _ in 0..10 {
        written.push(open(&writer).await["id"].as_str().unwrap().to_owned());
    }
    // What one server wrote the other tells.
    let mut seen = tickets(&mut frames, 5).await;
    let last = seen.last().unwrap().0;
    one.kill();
    drop(frames);
    for _ in 0..10 {
        written.push(open(&writer).await["id"].as_str().unwrap().to_owned());
    }
    let mut frames = at(&desk, &other.base).events(Some(last)).await;
    let told: BTreeSet<String> = written.iter().cloned().collect();
    let mut next = last;
    while !seen.iter().any(|(_, id)| Some(id) == written.last()) {
        let more = tickets(&mut frames, 1).await;
        assert_eq!(more[0].0, next + 1, "one was missed");
        next += 1;
        seen.extend(more);
    }
    let seen: BTreeSet<String> = seen.into_iter().map(|(_, id)| id).collect();
    assert_eq!(seen, told);
    other.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_given_once_and_pages_are_the_same_everywhere() {
    let house = House::new().await;
    let (one, other) = (house.serve("one"), house.serve("other"));
    let desk = sign_in(&one.base).await;
    let there = at(&desk, &other.base);
    let mut numbers = BTreeSet::new();
    for _ in 0..15 {
        for desk in [&desk, &there] {
            let ticket = open(desk).await;
            let number = ticket["number"].as_str().unwrap().to_owned();
            assert!(numbers.insert(number), "a number was given twice");
        }
    }
    let listed =
        async |desk: &Client| desk.get("/api/tickets?limit=50").await.good()["items"].clone();
    let (here, there) = (listed(&desk).await, listed(&there).await);
    assert_eq!(here.as_array().unwrap().len(), 30);
    assert_eq!(here, there);
    one.stop();
    other.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_at_all_servers_are_counted_together() {
    let house = House::new().await;
    let (one, other) = (house.serve("one"), house.serve("other"));
    let wrong = json!({"account": ACCOUNT, "password": "falsch-12345", "seat": null});
    let mut refused = Vec::new();
    for base in [&one.base, &other.base].into_iter().cycle().take(6) {
        let answer = stranger(base).post("/api/session", &wrong).await;
        refused.push(answer.bad().status());
    }
    assert_eq!(refused, [401, 401, 401, 401, 401, 429], "the sixth waits");
    one.stop();
    other.stop();
}

/// The API over HTTP on this engine: the same tests that SQLite passes, in a process of their own.
#[test]
fn the_wire_holds_on_postgresql() {
    let binary = std::env::current_exe().unwrap();
    let ran = std::process::Command::new(binary)
        .args(["wire::", "--test-threads", "4"])
        .env("HOTLINE_TEST_ENGINE", "postgres")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}");
    let passed = said
        .lines()
        .filter(|line| line.starts_with("test wire::") && line.ends_with(" ok"))
        .count();
    assert!(passed > 40, "only {passed} tests ran: {said}");
}

/// A folder that is only a server's own needs no database in it.
#[tokio::test]
async fn nothing_of_the_data_is_left_in_a_servers_own_folder() {
    let house = House::new().await;
    let one = house.serve("one");
    open(&sign_in(&one.base).await).await;
    one.stop();
    let is_there = |name: &str| Path::new(&house.folder("one")).join(name).exists();
    assert!(!is_there("hotline.db") && !is_there("master.key"));
}
