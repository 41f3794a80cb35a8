//! `/public/kb`: what citizens read without signing in, as JSON and as a page. Slowed down by address, kept by
//! caches under the revision it was made from, and nothing of who asks or for what in the log.

use super::App;
use super::answer::{Failure, Faults};
use super::input::{Asked, Named, asker};
use crate::domain::id::EntryCode;
use crate::protocol::error::ApiError;
use crate::protocol::public::{PublicEntry, PublicHits, PublicRequest};
use crate::search::SearchError;
use crate::server::public::{Found, Page, STYLE};
use crate::words::{Lang, Words};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::LazyLock;

/// Nothing is loaded but the style sheet, nothing is run, forms go here only.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A cache may answer for a second by itself; what is published is seen in less than two.
const A_SECOND: &str = "public, max-age=1";

static CHINESE: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::ZhCn));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::En));

/// How a citizen's program wants its answer.
pub struct Reader {
    html: bool,
    lang: Lang,
    /// The entity tag that it holds already.
    holds: Option<String>,
    from: IpAddr,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Asked(request) = Asked::<PublicRequest>::from_request_parts(parts, app).await?;
        let header = |name| {
            let value: Option<&HeaderValue> = parts.headers.get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or("")
        };
        let html = match request.format.as_deref() {
            Some("html") => true,
            Some("json") => false,
            None => header(ACCEPT).contains("text/html"),
            Some(_) => return Err(crate::server::service::invalid("format", "html or json").into()),
        };
        let asked = request
            .lang
            .as_deref()
            .unwrap_or_else(|| header(ACCEPT_LANGUAGE));
        Ok(Self {
            html,
            lang: Lang::from_tag(asked.trim()).unwrap_or_default(),
            holds: Some(header(IF_NONE_MATCH).to_owned()).filter(|tag| !tag.is_empty()),
            from: asker(parts, app.behind_proxy),
        })
    }
}

impl Reader {
    fn page(&self) -> Page<'static> {
        Page {
            words: match self.lang {
                Lang::ZhCn => &CHINESE,
                Lang::En => &ENGLISH,
            },
        }
    }

    /// Nothing, or the answer that it is too early.
    fn slow_down(&self, app: &App) -> Option<Response> {
        let seconds = app.throttle.ask(self.from).err()?;
        let mut response = if self.html {
            self.html(StatusCode::TOO_MANY_REQUESTS, self.page().later(seconds))
        } else {
            let error = ApiError::Throttled { seconds };
            Failure::from(error).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        Some(response)
    }

    fn html(&self, status: StatusCode, text: String) -> Response {
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        set(headers, CONTENT_TYPE, "text/html; charset=utf-8");
        set(headers, CONTENT_LANGUAGE, self.lang.tag());
        set(headers, CONTENT_SECURITY_POLICY, POLICY);
        set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(headers, REFERRER_POLICY, "no-referrer");
        response
    }

    /// Answers unless the reader holds just that already: a page or JSON of a revision does not change.
    fn fresh(&self, of: &str, answer: impl FnOnce() -> Response) -> Response {
        let form = if self.html { "html" } else { "json" };
        let tag = format!("\"{of}-{form}-{}\"", self.lang.tag());
        let known = self
            .holds
            .as_deref()
            .is_some_and(|held| held.split(',').any(|held| held.trim() == tag));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            answer()
        };
        let headers = response.headers_mut();
        set(headers, ETAG, &tag);
        set(headers, CACHE_CONTROL, A_SECOND);
        set(headers, VARY, "accept, accept-language");
        response
    }
}

fn set(headers: &mut HeaderMap, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn broken(error: &SearchError) -> Failure {
    tracing::error!(%error, "the public index cannot be searched");
    ApiError::Unavailable.into()
}

/// Searches what is public; with nothing asked, what is new. A page for a browser, else JSON.
#[utoipa::path(get, path = "/public/kb", tag = "public", params(PublicRequest), security(()),
    responses((status = 200, body = PublicHits), (status = 304, description = "unchanged"), Faults))]
pub async fn search(
    State(app): State<App>,
    reader: Reader,
    Asked(request): Asked<PublicRequest>,
) -> Result<Response, Failure> {
    if let Some(later) = reader.slow_down(&app) {
        return Ok(later);
    }
    let query = request.q.unwrap_or_default();
    // What was answered before needs no thread.
    let found = if let Some(known) = app.shelf.known(&app.core, &query) {
        known
    } else {
        let (shelf, core) = (app.shelf.clone(), app.core.clone());
        tokio::task::spawn_blocking(move || shelf.search(&core, &query))
            .await
            .map_err(|_| ApiError::Unavailable)?
            .map_err(|error| broken(&error))?
    };
    let of = format!(
        "{}-{}",
        found.revision,
        crate::domain::clock::civil_day(app.core.now())
    );
    Ok(reader.fresh(&of, || {
        if reader.html {
            reader.html(StatusCode::OK, reader.page().hits(&found))
        } else {
            Json(&*found).into_response()
        }
    }))
}

/// A public entry. A page for a browser, else JSON.
#[utoipa::path(get, path = "/public/kb/{code}", tag = "public", security(()),
    params(("code" = String, Path, description = "the entry's code"), PublicRequest),
    responses((status = 200, body = PublicEntry), (status = 304, description = "unchanged"), Faults))]
pub async fn entry(
    State(app): State<App>,
    Named(code): Named<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    if let Some(later) = reader.slow_down(&app) {
        return Ok(later);
    }
    let found = match EntryCode::parse(&code) {
        Ok(code) => app
            .shelf
            .entry(&app.core, &code)
            .map_err(|error| broken(&error))?,
        Err(_) => None,
    };
    Ok(match found {
        Some(found) => {
            let of = format!("{}-{:?}", found.entry.version, found.validity);
            reader.fresh(&of, || shown(&reader, &found))
        }
        None if reader.html => reader.html(StatusCode::NOT_FOUND, reader.page().missing()),
        None => Failure::from(ApiError::NotFound {
            what: "public entry".to_owned(),
            id: crate::domain::text::shown(&code).chars().take(64).collect(),
        })
        .into_response(),
    })
}

fn shown(reader: &Reader, found: &Found) -> Response {
    if reader.html {
        reader.html(StatusCode::OK, reader.page().entry(found))
    } else {
        Json(&found.entry).into_response()
    }
}

/// The style sheet of the pages.
#[utoipa::path(get, path = "/public/kb/style.css", tag = "public", security(()),
    responses((status = 200, body = String, content_type = "text/css"), Faults))]
pub async fn style() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=3600"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        STYLE,
    )
}
