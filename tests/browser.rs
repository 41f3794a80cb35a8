//! The citizens' page in a real browser at a telephone's width, driven over its protocol for tests, with scripts switched off.

use crate::support::{PATIENCE, Server};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A telephone's screen, in CSS pixels.
const WIDTH: f64 = 390.0;
const HEIGHT: u32 = 844;
/// The name under which the driver hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser of this test's own; it ends with it.
struct Browser {
    driver: Child,
    http: reqwest::Client,
    session: String,
    home: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends its browser with the session; a driver that is only killed leaves it behind.
        if let Some((address, path)) = self.session["http://".len()..].split_once('/')
            && let Ok(mut stream) = TcpStream::connect(address)
        {
            let request =
                format!("DELETE /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
            let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    async fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is needed: install chromium and chromium-driver");
        let home = tempfile::TempDir::new().unwrap();
        let mut browser = Self {
            driver,
            http: reqwest::Client::builder()
                .timeout(Duration::from_mins(2))
                .build()
                .unwrap(),
            session: format!("http://127.0.0.1:{port}/session"),
            home,
        };
        let session = browser.open_session().await;
        browser.session = format!("{}/{session}", browser.session);
        browser
    }

    async fn open_session(&self) -> String {
        let user = format!("--user-data-dir={}", self.home.path().display());
        let args = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=zh-CN",
            user
        ]);
        let wanted = json!({"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": {
            "args": args,
            "prefs": {"intl.accept_languages": "zh-CN", "profile.managed_default_content_settings.javascript": 2},
            "mobileEmulation": {"deviceMetrics": {"width": 390, "height": HEIGHT, "pixelRatio": 2.0, "mobile": true}},
        }}}});
        let began = Instant::now();
        loop {
            match self.http.post(&self.session).json(&wanted).send().await {
                Ok(answer) => {
                    let answer: Value = answer.json().await.unwrap();
                    let id = answer["value"]["sessionId"].as_str();
                    return id.unwrap_or_else(|| panic!("{answer}")).to_owned();
                }
                Err(error) => assert!(began.elapsed() < Duration::from_mins(2), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.session);
        let answer: Value = self
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    async fn go(&self, url: &str) {
        self.post("/url", json!({"url": url})).await;
    }

    /// The elements of a selector.
    async fn all(&self, selector: &str) -> Vec<String> {
        let body = json!({"using": "css selector", "value": selector});
        let found = self.post("/elements", body).await;
        let id = |element: &Value| element[ELEMENT].as_str().unwrap().to_owned();
        found.as_array().unwrap().iter().map(id).collect()
    }

    async fn one(&self, selector: &str) -> String {
        let mut all = self.all(selector).await;
        assert_eq!(all.len(), 1, "{selector}");
        all.remove(0)
    }

    async fn text(&self, selector: &str) -> String {
        let element = self.one(selector).await;
        let text = self.get(&format!("/element/{element}/text")).await;
        text.as_str().unwrap().to_owned()
    }

    /// What a screen reader is told: role and name.
    async fn told(&self, element: &str) -> (String, String) {
        let of = async |what: &str| {
            let value = self.get(&format!("/element/{element}/{what}")).await;
            value.as_str().unwrap().to_owned()
        };
        (of("computedrole").await, of("computedlabel").await)
    }

    /// Nothing reaches over the screen's right edge, and what can be tapped is large enough for a thumb.
    async fn fits(&self) {
        for element in self.all("body *").await {
            let rect = self.get(&format!("/element/{element}/rect")).await;
            let number = |name: &str| rect[name].as_f64().unwrap();
            let right = number("x") + number("width");
            assert!(
                right <= WIDTH + 0.5,
                "{:?} ends at {right}",
                self.told(&element).await
            );
        }
        for element in self
            .all("a:not(.skip), button, input:not([type=hidden])")
            .await
        {
            let rect = self.get(&format!("/element/{element}/rect")).await;
            let height = rect["height"].as_f64().unwrap();
            assert!(
                height >= 24.0,
                "{:?} is {height} high",
                self.told(&element).await
            );
        }
    }
}

/// A house with one public entry, whose texts are as long and unbroken as texts can be.
async fn house() -> Server {
    let server = Server::start().await;
    let root = server.client("root", None).await;
    let entry = json!({
        "code": "GJJ-1", "question": "购买自住住房可以提取住房公积金吗？", "public": true,
        "answer": "可以提取。\n".to_owned() + &"住房公积金".repeat(60) + "http://example.invalid/" + &"a".repeat(200),
        "steps": ["网上提交", "等短信"], "materials": ["身份证"], "telephone": "12329",
        "department": "住房公积金中心", "valid_until": "2099-12-31",
        "basis": [{"law": "住房公积金管理条例", "article": "第二十四条"}],
    });
    let body = json!({"entries": [entry]});
    root.post("/api/knowledge/import", &body).await.good();
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_searches_and_reads_on_a_telephone_without_any_script() {
    let server = house().await;
    let browser = Browser::start().await;
    let base = server.serving.base();
    let began = Instant::now();
    loop {
        browser.go(&format!("{base}/public/kb")).await;
        if browser.all(".hits li").await.len() == 1 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "the entry is not live");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    browser.fits().await;
    let field = browser.one("#q").await;
    assert_eq!(
        browser.told(&field).await,
        ("searchbox".to_owned(), "您想问什么？".to_owned())
    );
    // Typed and sent by the keyboard's own key, as on a telephone.
    let keys = json!({"text": "公积金提取\u{e007}"});
    browser.post(&format!("/element/{field}/value"), keys).await;
    assert_eq!(browser.text("h1").await, "找到 1 条");
    assert!(!browser.all(".hits mark").await.is_empty());
    browser.fits().await;
    let link = browser.one(".hits a").await;
    // By the keyboard, as somebody does who sees no screen.
    let enter = json!({"text": "\u{e007}"});
    browser.post(&format!("/element/{link}/value"), enter).await;
    assert_eq!(
        browser.text("h1").await,
        "购买自住住房可以提取住房公积金吗？"
    );
    browser.fits().await;
    // What a screen reader goes by: one main part, one heading of the first level, a search, a named language.
    for (selector, role) in [
        ("main", "main"),
        ("header form", "search"),
        ("h1", "heading"),
    ] {
        let element = browser.one(selector).await;
        assert_eq!(browser.told(&element).await.0, role, "{selector}");
    }
    let html = browser.one("html").await;
    assert_eq!(
        browser
            .get(&format!("/element/{html}/attribute/lang"))
            .await,
        "zh-CN"
    );
    let tel = browser.one("dd a").await;
    assert_eq!(
        browser.get(&format!("/element/{tel}/attribute/href")).await,
        "tel:12329"
    );
}
