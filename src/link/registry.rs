//! One file out of a Python package index: looked up by its name, fetched as a stream. Speaks the simple
//! repository API, as JSON where the index can, else as HTML. What the file is worth is its reader's business.

use futures_util::StreamExt as _;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The public index.
pub const PUBLIC: &str = "https://pypi.org/simple";
const ACCEPTED: &str = "application/vnd.pypi.simple.v1+json, text/html;q=0.5";
/// How long the index may keep silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a file could not be fetched. Nothing of an address but its host is told: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The address is none.
    #[error("the index address can't be used: {0}")]
    Address(String),
    /// It could not be reached, or broke off.
    #[error("{host}: {why}")]
    Offline {
        /// Which host.
        host: String,
        /// What happened.
        why: String,
    },
    /// The index has no such file.
    #[error("{host} does not have {file}")]
    Absent {
        /// Which host.
        host: String,
        /// The file.
        file: String,
    },
    /// The disk refused.
    #[error("{path}: {error}")]
    File {
        /// What was written.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

/// Fetches a package's file onto `to`; `progress` is told the bytes so far. A file that grows past `most` bytes
/// is broken off.
pub async fn fetch(
    index: &str,
    (package, file): (&str, &str),
    most: u64,
    to: &Path,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<(), RegistryError> {
    let address = |error: String| RegistryError::Address(error);
    let page = format!("{}/{package}/", index.trim_end_matches('/'));
    let page = reqwest::Url::parse(&page).map_err(|error| address(error.to_string()))?;
    // Another part of the process may have installed it already; the first one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .read_timeout(SILENCE)
        .connect_timeout(SILENCE)
        .build()
        .map_err(|error| address(error.to_string()))?;
    let listing = get(&client, page.clone()).await?;
    let is_json = listing
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("json"));
    // After a redirection, relative links start from where it ended.
    let page = listing.url().clone();
    let text = listing.text().await.map_err(broken(&page))?;
    let link = if is_json {
        json_link(&text, file)
    } else {
        html_link(&text, file)
    };
    let absent = || RegistryError::Absent {
        host: host(&page),
        file: file.to_owned(),
    };
    let link = page
        .join(&link.ok_or_else(absent)?)
        .map_err(|error| address(error.to_string()))?;
    let answer = get(&client, link.clone()).await?;
    save(answer, &link, most, to, progress).await
}

async fn save(
    answer: reqwest::Response,
    from: &reqwest::Url,
    most: u64,
    to: &Path,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<(), RegistryError> {
    let failed = |error| RegistryError::File {
        path: to.to_owned(),
        error,
    };
    let mut out = std::fs::File::create(to).map_err(failed)?;
    let mut parts = answer.bytes_stream();
    let mut done = 0;
    while let Some(part) = parts.next().await {
        let part = part.map_err(broken(from))?;
        done += part.len() as u64;
        if done > most {
            return Err(RegistryError::Offline {
                host: host(from),
                why: format!("more than the {most} bytes that were expected"),
            });
        }
        out.write_all(&part).map_err(failed)?;
        progress(done);
    }
    out.sync_all().map_err(failed)
}

fn host(url: &reqwest::Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn broken(url: &reqwest::Url) -> impl Fn(reqwest::Error) -> RegistryError + use<> {
    let host = host(url);
    move |error| {
        let mut why = error.without_url().to_string();
        if why.is_empty() {
            "it does not answer".clone_into(&mut why);
        }
        RegistryError::Offline {
            host: host.clone(),
            why,
        }
    }
}

async fn get(
    client: &reqwest::Client,
    url: reqwest::Url,
) -> Result<reqwest::Response, RegistryError> {
    let failed = broken(&url);
    let answer = client.get(url).header(ACCEPT, ACCEPTED).send().await;
    answer
        .and_then(reqwest::Response::error_for_status)
        .map_err(failed)
}

/// The file's address in a listing as JSON.
fn json_link(text: &str, file: &str) -> Option<String> {
    let listing: serde_json::Value = serde_json::from_str(text).ok()?;
    let files = listing.get("files")?.as_array()?;
    let found = files
        .iter()
        .find(|it| it.get("filename").and_then(|name| name.as_str()) == Some(file))?;
    Some(found.get("url")?.as_str()?.to_owned())
}

/// The file's address in a listing as HTML: the link whose path ends with its name.
fn html_link(text: &str, file: &str) -> Option<String> {
    text.split("href=").skip(1).find_map(|rest| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let link = rest.get(1..)?.split(quote).next()?.replace("&amp;", "&");
        let path = link.split(['#', '?']).next()?;
        (path.rsplit('/').next() == Some(file)).then_some(link)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[test]
    fn a_file_is_found_in_either_listing() {
        let json = r#"{"files": [{"filename": "a-1.whl", "url": "../x/a-1.whl"}, {"filename": "a-2.whl", "url": "/y"}]}"#;
        let html =
            "<a href=\"/x/a-10.whl\">a</a> <a data-x='1' href='../x/a-1.whl#sha256=00'>a-1.whl</a>";
        assert_eq!(json_link(json, "a-1.whl").as_deref(), Some("../x/a-1.whl"));
        assert_eq!(json_link(json, "a-3.whl"), None);
        assert_eq!(json_link("no json", "a-1.whl"), None);
        assert_eq!(
            html_link(html, "a-1.whl").as_deref(),
            Some("../x/a-1.whl#sha256=00")
        );
        assert_eq!(html_link(html, "1.whl"), None);
        assert_eq!(html_link("href=", "a"), None);
    }

    /// An index that answers each request by its path.
    async fn index(pages: &'static [(&'static str, &'static str, &'static str)]) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/simple", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = vec![0; 4096];
                let len = stream.read(&mut asked).await.unwrap_or(0);
                let asked = String::from_utf8_lossy(&asked[..len]).into_owned();
                let path = asked.split(' ').nth(1).unwrap_or_default();
                let answer = match pages.iter().find(|page| page.0 == path) {
                    Some((_, kind, body)) => format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    ),
                    None => {
                        "HTTP/1.1 404 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".into()
                    }
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        base
    }

    #[tokio::test]
    async fn a_file_is_fetched_and_a_mistake_says_what_it_is() {
        const HTML: &str = "<a href=\"../../files/a-1.whl#sha256=0\">a</a>";
        let base = index(&[
            ("/simple/a/", "text/html", HTML),
            ("/files/a-1.whl", "application/zip", "0123456789"),
        ])
        .await;
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("a.whl");
        let mut told = 0;
        let done = fetch(&base, ("a", "a-1.whl"), 10, &to, &mut |bytes| told = bytes).await;
        done.unwrap();
        assert_eq!(
            (told, std::fs::read(&to).unwrap()),
            (10, b"0123456789".to_vec())
        );
        let long = fetch(&base, ("a", "a-1.whl"), 9, &to, &mut |_| {}).await;
        assert!(
            matches!(long, Err(RegistryError::Offline { .. })),
            "{long:?}"
        );
        let absent = fetch(&base, ("a", "a-2.whl"), 10, &to, &mut |_| {}).await;
        assert!(
            matches!(absent, Err(RegistryError::Absent { .. })),
            "{absent:?}"
        );
        let secret = base.replace("http://", "http://user:geheim@");
        let other = fetch(&secret, ("b", "b"), 10, &to, &mut |_| {}).await;
        let said = other.unwrap_err().to_string();
        assert!(said.contains("404") && !said.contains("geheim"), "{said}");
    }
}
