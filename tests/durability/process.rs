//! The server as a process of its own, so that it can be killed like one, and what its files hold afterwards.

use hotline::crypto::chain;
use hotline::protocol::event::ServerEvent;
use hotline::server::relay::Notice;
use hotline::server::store::Store;
use hotline::server::store::sqlite::SqliteStore;
use rusqlite::Connection;
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

pub const PASSWORD: &str = "geheim-12345";
pub const ACCOUNT: &str = "wang";

/// A running `hotline serve`. Dropping it kills it.
pub struct Served {
    child: Child,
    /// Kept open: a server whose output nobody takes would notice.
    _said: BufReader<ChildStdout>,
    pub base: String,
}

fn hotline(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hotline"));
    surroundings(&mut command, data);
    command
}

/// Nothing of the tester's own configuration may come in.
fn surroundings(command: &mut Command, data: &Path) {
    command.env_clear().env("HOME", data).env("LANG", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.env("HOTLINE_PASSWORD", PASSWORD);
}

/// A call-taker in the data of a server that does not run.
pub fn add_taker(data: &Path) {
    add_taker_to(data, &[]);
}

/// The same with options, as which database.
pub fn add_taker_to(data: &Path, options: &[String]) {
    let args = [
        "user",
        "add",
        ACCOUNT,
        "--name",
        "王 (示例)",
        "--role",
        "call_taker",
        "--data",
    ];
    let mut command = hotline(data);
    let done = command.args(args).arg(data).args(options).output().unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

impl Served {
    /// Starts it on these data; returns when it listens. `port` 0 is any free one.
    pub fn start(data: &Path, port: u16) -> Self {
        let mut command = hotline(data);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data);
        Self::spawn(command)
    }

    /// Starts it with options, as which database, on any free port.
    #[cfg(feature = "external")]
    pub fn start_with(data: &Path, options: &[String]) -> Self {
        let mut command = hotline(data);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(options);
        Self::spawn(command)
    }

    /// The same, but no file may grow over `blocks` of 512 bytes: as on a disk that is full then.
    pub fn start_cramped(data: &Path, blocks: u32) -> Self {
        let mut command = Command::new("sh");
        surroundings(&mut command, data);
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\""
        );
        command
            .args(["-c", &script, env!("CARGO_BIN_EXE_hotline")])
            .arg(data);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let base = loop {
            line.clear();
            assert!(
                said.read_line(&mut line).unwrap() > 0,
                "the server ended before it listened"
            );
            if let Some(at) = line.find("http://") {
                break line[at..].trim().to_owned();
            }
        };
        Self {
            child,
            _said: said,
            base,
        }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.base.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// `kill -9`, and waits for its end.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it did so well.
    pub fn stop(mut self) {
        kill_process(crate::terminal::process(self.child.id()), Signal::TERM).unwrap();
        assert!(
            self.child.wait().unwrap().success(),
            "the server did not stop well"
        );
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of a new ticket.
pub fn a_ticket() -> Value {
    json!({"id": uuid::Uuid::now_v7(), "number": null, "channel": "telephone", "call": null, "recording": null,
        "request": {"title": "路灯不亮", "text": "楼下路灯三天不亮", "caller": {"number": "13900001234"}},
        "then": [{"do": "submit"}]})
}

/// Looks into the data of a server that does not run: every ticket's chain of events and the chain over all hold,
/// and sequence numbers have no gap. Answers how many events each ticket has.
pub async fn sound(data: &Path) -> BTreeMap<String, u64> {
    let store = SqliteStore::open(&data.join("hotline.db")).unwrap();
    let mut links: BTreeMap<String, Vec<[u8; 32]>> = BTreeMap::new();
    let (mut seq, mut told) = (0, Vec::new());
    loop {
        let rows = store.outbox_after(seq, 512).await.unwrap();
        if rows.is_empty() {
            break;
        }
        for row in rows {
            assert_eq!(row.seq, seq + 1, "a gap in what is told");
            seq = row.seq;
            let notice: Notice = serde_json::from_str(&row.notice).unwrap();
            if let ServerEvent::Ticket { id, version, .. } = notice.event {
                told.push((id, version));
            }
        }
    }
    let mut events = BTreeMap::new();
    for (id, _) in &told {
        let ticket = store
            .ticket(*id)
            .await
            .unwrap()
            .expect("a ticket that was told of");
        let mut head = chain::START;
        let kept = store.events(*id).await.unwrap();
        for (version, event) in (1..).zip(&kept) {
            head = chain::link(&head, event.json.as_bytes());
            assert!(
                event.version == version && event.link == head,
                "the chain of a ticket is broken"
            );
            links.entry(id.to_string()).or_default().push(head);
        }
        assert!(
            ticket.head == head && ticket.version == kept.len() as u64,
            "a ticket is not its events"
        );
        events.insert(id.to_string(), ticket.version);
    }
    for (id, version) in &events {
        let times = told
            .iter()
            .filter(|(told, _)| told.to_string() == *id)
            .count() as u64;
        assert_eq!(times, *version, "every event is told once");
    }
    drop(store);
    global_chain(data, events.values().sum());
    events
}

/// The chain over all tickets: each head follows from the one before, and it is as long as all events together.
fn global_chain(data: &Path, length: u64) {
    let db = Connection::open(data.join("hotline.db")).unwrap();
    let mut statement = db
        .prepare("SELECT link, head FROM chain ORDER BY seq")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let (mut head, mut found) = (chain::START, 0);
    while let Some(row) = rows.next().unwrap() {
        let link: [u8; 32] = row.get(0).unwrap();
        head = chain::link(&head, &link);
        assert_eq!(
            row.get::<_, [u8; 32]>(1).unwrap(),
            head,
            "the chain over all is broken"
        );
        found += 1;
    }
    assert_eq!(found, length);
}
