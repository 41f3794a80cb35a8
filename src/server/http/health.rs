//! `/healthz`, `/metrics` and `/api/openapi.json`: for machines, without signing in and without personal data.

use super::App;
use super::answer::{Failure, Faults};
use crate::protocol::error::ApiError;
use crate::server::store::StoreError;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use utoipa::ToSchema;

/// Whether the server can serve.
#[derive(Clone, Serialize, ToSchema)]
pub struct Health {
    /// True: the store could be written just now.
    pub writable: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Why the store cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The disk is full.
    DiskFull,
    /// The database may only be read.
    ReadOnly,
    /// Another reason, which the server's log tells.
    Unavailable,
}

/// How long an answer holds: whoever asks without end makes no writes without end.
const HOLDS: Duration = Duration::from_secs(1);

/// The last answer, and when it was found.
pub(super) type Checked = Arc<Mutex<Option<(Instant, Health)>>>;

/// Whether the store can be written, proved by a write that reaches the disk; at most one a second.
#[utoipa::path(get, path = "/healthz", tag = "machine", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health, description = "the store cannot be written"), Faults))]
pub async fn health(State(app): State<App>) -> impl IntoResponse {
    let mut checked = app.checked.lock().await;
    let known = checked.as_ref().filter(|(at, _)| at.elapsed() < HOLDS);
    let health = match known {
        Some((_, health)) => health.clone(),
        None => check(&app).await,
    };
    if known.is_none() {
        *checked = Some((Instant::now(), health.clone()));
    }
    let status = if health.writable {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health))
}

async fn check(app: &App) -> Health {
    let written = app.core.store().prove_writable(app.core.now()).await;
    let problem = written.err().map(|error| {
        tracing::error!(%error, "the store cannot be written");
        match error {
            StoreError::DiskFull => Problem::DiskFull,
            StoreError::ReadOnly => Problem::ReadOnly,
            _ => Problem::Unavailable,
        }
    });
    Health {
        writable: problem.is_none(),
        problem,
    }
}

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "machine", security(()),
    responses((status = 200, body = String, content_type = "text/plain"), Faults))]
pub async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, Failure> {
    let (_, told) = app.core.store().outbox_span().await.map_err(|error| {
        tracing::error!(%error, "the store cannot be read");
        ApiError::Unavailable
    })?;
    let text = app
        .metrics
        .text(&app.seats.states().await?, app.seats.queue().await?, told);
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    ))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "machine", security(()),
    responses((status = 200, body = serde_json::Value), Faults))]
pub async fn openapi(State(app): State<App>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "application/json")],
        app.document.to_string(),
    )
}
