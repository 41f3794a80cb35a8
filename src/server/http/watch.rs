//! What happens to every request on its way: a limit on how many run at once, a time limit, a panic turned
//! into an answer, a line in the log and a figure, both without personal data (the route's pattern, never
//! the path), and the protocol's version in the answer.

use super::App;
use super::answer::Failure;
use crate::protocol::error::ApiError;
use crate::protocol::{PROTOCOL, PROTOCOL_HEADER};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many requests run at once; streams count only until they begin.
const AT_ONCE: usize = 1024;
/// How many sign-ins: each may be held up for seconds, and none of that is to hold up who works. So many are a shift
/// that begins at once.
const SIGN_INS: usize = 256;
/// How many readings of the public pages, which anybody may ask for.
const PUBLIC: usize = 64;
/// When to come again where too many sign in or read just now, in seconds.
const LATER: u64 = 5;

/// Places for the requests that run. Whoever has not signed in has places of their own: however many come, those who
/// work do not wait for them.
#[derive(Clone)]
pub(super) struct Running {
    house: Arc<Semaphore>,
    sign_ins: Arc<Semaphore>,
    public: Arc<Semaphore>,
}

impl Default for Running {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            house: places(AT_ONCE),
            sign_ins: places(SIGN_INS),
            public: places(PUBLIC),
        }
    }
}

impl Running {
    /// A place for a request, until it is dropped. Error: there is none just now.
    fn enter(&self, method: &Method, route: &str) -> Result<SemaphorePermit<'_>, ApiError> {
        let (places, full) = if *method == Method::POST && route == "/api/session" {
            (&self.sign_ins, ApiError::Throttled { seconds: LATER })
        } else if route.starts_with("/public/") {
            (&self.public, ApiError::Throttled { seconds: LATER })
        } else {
            (&self.house, ApiError::Unavailable)
        };
        places.try_acquire().map_err(|_| full)
    }
}
/// How long a request may take. A stream must only have begun by then.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a request.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let trace = uuid::Uuid::now_v7().simple().to_string();
    let method = method_name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let mut response = match app.running.enter(request.method(), &route) {
        Ok(_running) => run(request, next, &trace).await,
        Err(full) => Failure::from(full).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(PROTOCOL_HEADER, HeaderValue::from(PROTOCOL));
    if let Ok(value) = HeaderValue::from_str(&trace) {
        headers.insert("x-hotline-trace", value);
    }
    let (took, status) = (began.elapsed(), response.status().as_u16());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(method, route, status, ms, trace, "request");
    app.metrics.count_request(method, &route, status, took);
    response
}

/// The method as log and figures name it: whoever invents methods makes no new figures.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "other",
    }
}

async fn run(request: Request, next: Next, trace: &str) -> Response {
    let run = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(PATIENCE, run).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!(trace, "a request panicked");
            let trace = trace.to_owned();
            Failure::from(ApiError::Internal { trace }).into_response()
        }
        Err(_) => {
            tracing::warn!(trace, "a request took too long");
            Failure::from(ApiError::Unavailable).into_response()
        }
    }
}

/// No such path.
pub async fn nowhere() -> Failure {
    ApiError::NotFound {
        what: "path".to_owned(),
        id: "asked for; /api/openapi.json lists them".to_owned(),
    }
    .into()
}

/// The path takes another method.
pub async fn other_method() -> Failure {
    Failure::with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        crate::server::service::invalid("method", "this path takes others; see /api/openapi.json"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_and_citizens_take_no_place_of_those_who_work() {
        let running = Running::default();
        let full = ApiError::Throttled { seconds: LATER };
        let mut held = Vec::new();
        for (method, route, places) in [
            (Method::POST, "/api/session", SIGN_INS),
            (Method::GET, "/public/kb/{code}", PUBLIC),
        ] {
            held.extend((0..places).map(|_| running.enter(&method, route).unwrap()));
            assert_eq!(
                running.enter(&method, route).err(),
                Some(full.clone()),
                "{route}"
            );
        }
        assert_eq!(running.house.available_permits(), AT_ONCE);
        let who = running.enter(&Method::GET, "/api/session");
        assert!(who.is_ok(), "who is signed in already is no sign-in");
        drop(held);
        assert!(running.enter(&Method::POST, "/api/session").is_ok());
    }

    #[test]
    fn an_invented_method_has_no_figure_of_its_own() {
        for (method, name) in [
            ("GET", "GET"),
            ("PATCH", "PATCH"),
            ("BREW", "other"),
            ("get", "other"),
        ] {
            assert_eq!(
                method_name(&Method::from_bytes(method.as_bytes()).unwrap()),
                name
            );
        }
    }
}
