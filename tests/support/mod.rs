//! A really bound server on a temporary directory with a few people, and clients that sign in to it. For
//! every test that needs a server: wire, link, terminal.
#![allow(dead_code, reason = "each group of tests uses its own part of it")]

#[cfg(feature = "external")]
pub mod postgres;

use futures_util::StreamExt as _;
use hotline::domain::calendar::Calendar;
use hotline::domain::clock::Clocks;
use hotline::domain::role::Person;
use hotline::protocol::error::ApiError;
use hotline::protocol::event::ServerEvent;
use hotline::protocol::person::NewPerson;
use hotline::server::seats::Lengths;
use hotline::server::service::{Who, directory, people};
use hotline::server::trunk::callers::Callers;
use hotline::server::trunk::simulated::Simulation;
use hotline::server::{Core, CoreConfig, Database, ServeConfig, Serving};
use serde_json::{Value, json};
use std::sync::Once;
use std::time::Duration;
use tempfile::TempDir;

/// Everybody's password.
pub const PASSWORD: &str = "geheim-12345";
/// A caller's number and name that must never turn up where they do not belong. Invented.
pub const NUMBER: &str = "13912345678";
pub const NAME: &str = "张示例甲";
/// Long enough for a machine that is busy; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A served house.
pub struct Server {
    pub core: Core,
    pub serving: Serving,
    pub dir: TempDir,
}

/// Who works here: account, unit, roles.
const PEOPLE: &[(&str, &str, &[&str])] = &[
    ("wang", "HOTLINE", &["call_taker"]),
    ("li", "HOTLINE", &["call_taker", "enterprise_seat"]),
    ("zhao", "HOTLINE", &["dispatcher", "return_reviewer"]),
    ("sun", "CG", &["unit_clerk"]),
    ("zhou", "HB", &["unit_clerk"]),
    ("hui", "HOTLINE", &["callback_clerk"]),
    ("ding", "HOTLINE", &["knowledge_editor"]),
    ("lin", "HOTLINE", &["knowledge_editor"]),
    ("root", "HOTLINE", &["administrator"]),
];

/// The provider that TLS clients and servers use.
pub fn provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A directory: `LAMP` goes to `CG`, `NOISE` to `HB`.
pub fn a_directory(name: &str) -> Value {
    let unit = |code: &str, name: &str| json!({"code": code, "name": name, "short": name, "level": "city", "district": null, "parent": null});
    let item = |code: &str| json!({"code": code, "path": ["城市管理", "市政", code], "aliases": [], "questions": ["在哪里"], "required": [], "clock": "ordinary"});
    let rule = |item: &str, lead: &str| json!({"item": item, "kind": null, "district": null, "lead": lead, "co_units": [], "basis": ["三定"]});
    json!({
        "version": 0,
        "units": [unit("CG", name), unit("HB", "环保局")],
        "items": [item("LAMP"), item("NOISE")],
        "rules": [rule("LAMP", "CG"), rule("NOISE", "HB")],
        "districts": [], "streets": [],
    })
}

/// A request's JSON of a caller with a street lamp.
pub fn a_request(item: Option<&str>) -> Value {
    let mut request = serde_json::to_value(hotline::domain::ticket::Request::default()).unwrap();
    request["title"] = json!("路灯不亮");
    request["text"] = json!("楼下路灯三天不亮");
    request["item"] = json!(item);
    request["caller"]["name"] = json!(NAME);
    request["caller"]["number"] = json!(NUMBER);
    request
}

/// A new ticket's JSON.
pub fn a_ticket(item: Option<&str>, then: impl std::borrow::Borrow<Value>) -> Value {
    let then = then.borrow();
    json!({"id": uuid::Uuid::now_v7(), "number": null, "channel": "telephone", "call": null,
        "recording": null, "request": a_request(item), "then": then})
}

/// Callers out of a script, arriving at once.
pub fn simulation(script: &str) -> Simulation {
    let mut simulation = Simulation::new(Callers::parse("callers.toml", script).unwrap());
    simulation.pause = (Duration::from_millis(10), Duration::from_millis(20));
    simulation
}

impl Server {
    /// A server that nobody calls.
    pub async fn start() -> Self {
        Self::with(ServeConfig::loopback()).await
    }

    /// A server as told.
    pub async fn with(config: ServeConfig) -> Self {
        provider();
        let dir = TempDir::new().unwrap();
        let core = open(&dir).await;
        let system = Who::system().unwrap();
        let there = serde_json::from_value(a_directory("城管局")).unwrap();
        directory::replace(&core, &system, there).await.unwrap();
        for (account, unit, roles) in PEOPLE {
            let person: Person =
                serde_json::from_value(json!({"account": account, "name": "某人 (示例)",
                "roles": roles, "unit": unit, "seat": null}))
                .unwrap();
            let password = PASSWORD.to_owned();
            people::add(&core, &system, NewPerson { person, password })
                .await
                .unwrap();
        }
        let serving = Serving::start(core.clone(), config).await.unwrap();
        Self { core, serving, dir }
    }

    /// A server with simulated callers and short times.
    pub async fn called_by(script: &str, lengths: Lengths) -> Self {
        Self::with(ServeConfig {
            simulate: Some(simulation(script)),
            lengths,
            ..ServeConfig::loopback()
        })
        .await
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Client {
        Client {
            base: self.serving.base(),
            token: String::new(),
            http: reqwest::Client::builder().build().unwrap(),
        }
    }

    /// Somebody who signed in, at a seat or without.
    pub async fn client(&self, account: &str, seat: Option<&str>) -> Client {
        let mut client = self.stranger();
        let sign_in = json!({"account": account, "password": PASSWORD, "seat": seat});
        let session = client.post("/api/session", &sign_in).await.good();
        client.token = session["token"].as_str().unwrap().into();
        client
    }
}

/// The core of a house in a directory.
pub async fn open(dir: &TempDir) -> Core {
    let clocks = Clocks::standard(Calendar::default());
    let mut config = CoreConfig::in_dir(dir.path().join("data"), clocks);
    if let Some(database) = database_of(dir).await {
        config.database = Database::parse(&database, None).unwrap();
    }
    Core::open(config).await.unwrap()
}

/// The database of a house that is not to keep its data in a file: `HOTLINE_TEST_ENGINE` says so. A house that is opened
/// again has the one it had.
#[cfg(feature = "external")]
async fn database_of(dir: &TempDir) -> Option<String> {
    std::env::var("HOTLINE_TEST_ENGINE").ok()?;
    let note = dir.path().join("database");
    if let Ok(database) = std::fs::read_to_string(&note) {
        return Some(database);
    }
    let database = postgres::database().await;
    std::fs::write(note, &database).unwrap();
    Some(database)
}
#[cfg(not(feature = "external"))]
async fn database_of(_dir: &TempDir) -> Option<String> {
    None
}

/// A client with its token.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub token: String,
    pub http: reqwest::Client,
}

/// What came back.
pub struct Got {
    pub status: u16,
    pub body: Value,
}

impl Got {
    /// The body of a success.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.body
        );
        self.body
    }

    /// The error of a failure, under its own status.
    #[track_caller]
    pub fn bad(self) -> ApiError {
        let error: ApiError = serde_json::from_value(self.body.clone())
            .unwrap_or_else(|_| panic!("{} {}", self.status, self.body));
        assert_eq!(self.status, error.status(), "{error}");
        error
    }
}

impl Client {
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Got {
        let request = if self.token.is_empty() {
            request
        } else {
            request.bearer_auth(&self.token)
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["x-hotline-protocol"], "1");
        let status = response.status().as_u16();
        let bytes = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Got { status, body }
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send(self.http.get(format!("{}{path}", self.base)))
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Got {
        self.send(self.http.post(format!("{}{path}", self.base)).json(body))
            .await
    }

    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> Got {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        self.send(request.header("idempotency-key", key)).await
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.send(self.http.delete(format!("{}{path}", self.base)))
            .await
    }

    /// Does an action to a ticket's view and answers with the next view.
    pub async fn act(&self, view: &Value, action: Value) -> Got {
        let mut body = action;
        body["version"] = view["ticket"]["version"].clone();
        let id = view["ticket"]["id"].as_str().unwrap();
        self.post(&format!("/api/tickets/{id}/actions"), &body)
            .await
    }

    /// An event stream under `path`.
    pub async fn stream(&self, path: &str, after: Option<u64>) -> Frames {
        let mut request = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        Frames(Box::pin(sse_stream::SseByteStream::new(
            response.bytes_stream(),
        )))
    }

    /// The events, after the Hello.
    pub async fn events(&self, after: Option<u64>) -> Frames {
        let mut frames = self.stream("/api/events", after).await;
        let (_, hello) = frames.event().await.unwrap();
        assert!(matches!(hello, ServerEvent::Hello { .. }), "{hello:?}");
        frames
    }
}

type Sse = Result<sse_stream::Sse, sse_stream::Error>;

/// The frames of a stream.
pub struct Frames(std::pin::Pin<Box<dyn futures_util::Stream<Item = Sse> + Send>>);

impl Frames {
    /// The next frame with data: its id and its JSON; nothing at the end.
    pub async fn next(&mut self) -> Option<(Option<u64>, Value)> {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let frame = self.0.next().await?.ok()?;
                let id = frame.id.and_then(|id| id.parse().ok());
                if let Some(data) = frame.data {
                    return Some((id, serde_json::from_str(&data).unwrap()));
                }
            }
        })
        .await
        .expect("the stream says nothing")
    }

    /// The next event.
    pub async fn event(&mut self) -> Option<(Option<u64>, ServerEvent)> {
        let (id, json) = self.next().await?;
        Some((id, serde_json::from_value(json).unwrap()))
    }

    /// The first event that `wanted` takes.
    pub async fn until<T>(&mut self, wanted: impl Fn(&ServerEvent) -> Option<T>) -> T {
        loop {
            let (_, event) = self.event().await.expect("the stream ended");
            if let Some(found) = wanted(&event) {
                return found;
            }
        }
    }
}
