//! What citizens read, as a stranger to the server: only what is public, and at once.

use crate::support::{PATIENCE, Server};
use hotline::protocol::public::{PublicEntry, PublicHits};
use hotline::server::ServeConfig;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// One entry to import.
fn batch(code: &str, question: &str, more: &Value) -> Value {
    let mut entry =
        json!({"code": code, "question": question, "answer": "带身份证去窗口。<b>当场</b>办。"});
    for (key, value) in more.as_object().unwrap() {
        entry[key] = value.clone();
    }
    json!({"entries": [entry]})
}

/// No header of one's own.
const NOTHING: &[(&str, &str)] = &[];

struct Citizen {
    http: reqwest::Client,
    base: String,
}

impl Citizen {
    fn of(server: &Server) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: server.serving.base(),
        }
    }

    async fn get<V: AsRef<str>>(&self, path: &str, headers: &[(&str, V)]) -> reqwest::Response {
        let mut request = self.http.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, value.as_ref());
        }
        request.send().await.unwrap()
    }

    async fn found(&self, query: &str) -> PublicHits {
        let path = format!("/public/kb?q={query}");
        self.get(&path, NOTHING).await.json().await.unwrap()
    }

    /// Asks until as many are found. It is live at once; a machine that is busy has more time.
    async fn until_found(&self, query: &str, count: usize) -> PublicHits {
        let began = Instant::now();
        loop {
            let found = self.found(query).await;
            if found.hits.len() == count {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "{found:?}");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_is_live_and_nothing_else_is_ever_found() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let citizen = Citizen::of(&server);
    let import = async |code, question, more: Value| {
        let body = batch(code, question, &more);
        root.post("/api/knowledge/import", &body).await.good();
    };
    import("GJJ-1", "公积金怎么提取？", json!({"public": true})).await;
    import("GJJ-2", "公积金内部口径", json!({"public": false})).await;
    import(
        "GJJ-3",
        "公积金旧政策",
        json!({"public": true, "valid_until": "2020-01-01"}),
    )
    .await;
    let found = citizen.until_found("公积金", 1).await;
    assert_eq!(found.hits[0].code.as_str(), "GJJ-1");
    let entry: PublicEntry = citizen
        .get("/public/kb/GJJ-1", NOTHING)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(entry.question.as_str(), "公积金怎么提取？");
    // Not public, not there, not even a code: one and the same answer.
    for code in ["GJJ-2", "GJJ-9", "%20"] {
        let path = format!("/public/kb/{code}");
        assert_eq!(citizen.get(&path, NOTHING).await.status(), 404, "{code}");
    }
    // What expired can be read where somebody still has its address, and says so.
    import("GJJ-4", "公积金贷款", json!({"public": true})).await;
    citizen.until_found("公积金", 2).await;
    let old = citizen.get("/public/kb/GJJ-3?format=html", NOTHING).await;
    assert!(old.text().await.unwrap().contains("已于 2020-01-01 失效"));
    // Taken back: it is gone at once, from memory too.
    import("GJJ-1", "公积金怎么提取？", json!({"public": false})).await;
    citizen.until_found("怎么提取", 0).await;
    assert_eq!(citizen.get("/public/kb/GJJ-1", NOTHING).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page_that_runs_nothing_and_keeps_its_form() {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let citizen = Citizen::of(&server);
    let body = batch(
        "GJJ-1",
        "公积金怎么提取？",
        &json!({"public": true, "telephone": "12329"}),
    );
    root.post("/api/knowledge/import", &body).await.good();
    citizen.until_found("gongjijin", 1).await;
    let browser = [
        ("accept", "text/html,*/*"),
        ("accept-language", "zh-CN,zh;q=0.9"),
    ];
    let page = citizen
        .get("/public/kb?q=公积金\"><script>", &browser)
        .await;
    let headers = page.headers().clone();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let text = page.text().await.unwrap();
    assert!(
        text.contains("<html lang=\"zh-CN\">") && text.contains("<mark>公积金</mark>"),
        "{text}"
    );
    assert!(!text.contains("<script"), "{text}");
    let text = citizen
        .get("/public/kb/GJJ-1", &browser)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        text.contains("&lt;b&gt;当场&lt;/b&gt;") && text.contains("href=\"tel:12329\""),
        "{text}"
    );
    // In English, and the links stay in it.
    let text = citizen
        .get("/public/kb?lang=en&format=html", NOTHING)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        text.contains("<html lang=\"en\">") && text.contains("/public/kb/GJJ-1?lang=en"),
        "{text}"
    );
    // A page that is held already is not sent again.
    let tag = headers["etag"].to_str().unwrap();
    let again = [browser[0], browser[1], ("if-none-match", tag)];
    assert_eq!(
        citizen
            .get("/public/kb?q=公积金\"><script>", &again)
            .await
            .status(),
        304
    );
    // What nobody offers is refused by name.
    let refused = citizen.get("/public/kb?format=pdf", NOTHING).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("format"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_slowed_down_and_told_for_how_long() {
    let server = Server::with(ServeConfig {
        behind_proxy: true,
        ..ServeConfig::loopback()
    })
    .await;
    let citizen = Citizen::of(&server);
    let from = |address: &str| [("x-forwarded-for", address.to_owned())];
    let mut slowed = None;
    for n in 0..200 {
        // What the client says of itself before is not believed.
        let said = format!("203.0.113.{n}, 192.0.2.7");
        let answer = citizen.get("/public/kb?q=a&from=chat", &from(&said)).await;
        if answer.status() == 429 {
            slowed = Some(answer);
            break;
        }
    }
    let slowed = slowed.expect("200 requests at once are a crawl");
    let seconds: u64 = slowed.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&seconds));
    let other = citizen.get("/public/kb?q=a", &from("198.51.100.7")).await;
    assert_eq!(other.status(), 200);
}
