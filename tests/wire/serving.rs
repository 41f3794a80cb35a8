//! How a server listens, restarts and stops, and what it writes into its log.

use crate::support::{Client, NAME, NUMBER, PASSWORD, Server, a_ticket, open, provider};
use hotline::domain::call::{Call, CallPhase};
use hotline::domain::caller::Telephone;
use hotline::domain::id::CallId;
use hotline::domain::text::Line;
use hotline::server::{ServeConfig, ServeError, Serving, TlsFiles};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn plaintext_is_refused_off_the_loopback_unless_allowed() {
    let dir = TempDir::new().unwrap();
    let config = |allow_plaintext| ServeConfig {
        addr: "0.0.0.0:0".parse().unwrap(),
        allow_plaintext,
        ..ServeConfig::loopback()
    };
    let refused = Serving::start(open(&dir).await, config(false))
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, ServeError::Plaintext { .. }));
    assert!(refused.to_string().contains("certificate"), "{refused}");
    let dir = TempDir::new().unwrap();
    let serving = Serving::start(open(&dir).await, config(true))
        .await
        .unwrap();
    serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_serves_a_folder_and_the_next_one_when_it_is_gone() {
    let dir = TempDir::new().unwrap();
    let first = Serving::start(open(&dir).await, ServeConfig::loopback())
        .await
        .unwrap();
    let second = async || Serving::start(open(&dir).await, ServeConfig::loopback()).await;
    let refused = second().await.err().unwrap();
    assert!(matches!(refused, ServeError::Locked { .. }));
    assert!(refused.to_string().contains("another server"), "{refused}");
    first.stop().await;
    second().await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_serves_who_trusts_the_certificate_and_nobody_in_clear() {
    provider();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TempDir::new().unwrap();
    let tls = TlsFiles {
        cert: files.path().join("cert.pem"),
        key: files.path().join("key.pem"),
    };
    std::fs::write(&tls.cert, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let config = ServeConfig {
        tls: Some(tls.clone()),
        ..ServeConfig::loopback()
    };
    let server = Server::with(config).await;
    let trust = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let port = server.serving.local_addr().port();
    let client = Client {
        base: format!("https://localhost:{port}"),
        token: String::new(),
        http: reqwest::Client::builder()
            .tls_certs_only([trust])
            .build()
            .unwrap(),
    };
    assert_eq!(client.get("/healthz").await.status, 200);
    let clear = format!("http://localhost:{port}/healthz");
    assert!(client.http.get(clear).send().await.is_err());
    let stranger = server.stranger();
    let url = format!("https://localhost:{port}/healthz");
    assert!(
        stranger.http.get(url).send().await.is_err(),
        "an unknown certificate is trusted"
    );
    std::fs::write(&tls.key, "no key").unwrap();
    let config = ServeConfig {
        tls: Some(tls),
        ..ServeConfig::loopback()
    };
    let refused = Serving::start(server.core.clone(), config)
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, ServeError::Tls { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_open_streams_stops_in_time() {
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let mut streams = Vec::new();
    // As many as a session may have, of three sessions.
    for client in [
        &wang,
        &server.client("li", None).await,
        &server.client("hui", None).await,
    ] {
        for _ in 0..8 {
            streams.push(client.events(None).await);
        }
    }
    let ninth = wang.get("/api/events").await;
    assert_eq!(ninth.status, 422);
    assert_eq!(ninth.body["field"], "stream");
    let began = Instant::now();
    server.serving.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    for stream in &mut streams {
        while stream.next().await.is_some() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_waiting_when_the_server_went_is_called_back() {
    let server = Server::start().await;
    let call = Call {
        id: CallId(uuid::Uuid::now_v7()),
        number: Some(Telephone::parse(NUMBER).unwrap()),
        lane: hotline::domain::caller::CallerKind::Citizen,
        phrase: Line::default(),
        offered_at: server.core.now(),
        answered_at: None,
        answered_by: None,
        ended_at: None,
        recording: None,
        outbound: false,
        phase: CallPhase::Queued,
    };
    server.serving.seats().offer(call.clone()).await.unwrap();
    server.serving.stop().await;
    let serving = Serving::start(server.core.clone(), ServeConfig::loopback())
        .await
        .unwrap();
    let server = Server { serving, ..server };
    let hui = server.client("hui", None).await;
    let list = hui.get("/api/callbacks?scope=abandoned").await.good();
    assert_eq!(list["items"][0]["call"], json!(call.id));
    assert_eq!(server.serving.seats().queue().await.unwrap().waiting, 0);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The subscriber is that of the whole process: what the other tests' servers write is looked at too.
#[tokio::test(flavor = "multi_thread")]
async fn no_name_number_password_or_token_is_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter("hotline=trace")
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let server = Server::start().await;
    let wang = server.client("wang", Some("0117")).await;
    let new = a_ticket(Some("NOISE"), json!([{"do": "submit"}]));
    wang.post("/api/tickets", &new).await.good();
    wang.post("/api/tickets", &new).await.bad();
    let mut bad = a_ticket(None, json!([]));
    bad["request"]["caller"]["number"] = json!(format!("{NUMBER}x"));
    bad["request"]["caller"]["name"] = json!(format!("{NAME}\u{7}"));
    wang.post("/api/tickets", &bad).await.bad();
    wang.get(&format!("/api/tickets?q={NUMBER}")).await.good();
    wang.get(&format!("/api/nothing/{NUMBER}")).await.bad();
    server.serving.stop().await;
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("route=\"/api/tickets\" status=409"), "{log}");
    for secret in [NUMBER, NAME, PASSWORD, &wang.token] {
        let found = log.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret} is in {found:?}");
    }
}
