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
use std::time::{Duration, Instant};

/// How many requests run at once; streams count only until they begin.
pub const AT_ONCE: usize = 1024;
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
    let mut response = match app.running.try_acquire() {
        Ok(_running) => run(request, next, &trace).await,
        Err(_) => Failure::from(ApiError::Unavailable).into_response(),
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
