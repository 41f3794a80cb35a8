//! `/healthz`, `/metrics` and `/api/openapi.json`: for machines, without signing in and without personal data.

use super::App;
use super::answer::{Answer, Failure, Faults};
use crate::protocol::error::ApiError;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The server can serve.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// True: the store could be written just now.
    pub writable: bool,
}

/// Whether the store can be written: an empty write goes all the way through the writer.
#[utoipa::path(get, path = "/healthz", tag = "machine", security(()),
    responses((status = 200, body = Health), Faults))]
pub async fn health(State(app): State<App>) -> Answer<Health> {
    let written = app.core.store().forget_replays(Timestamp::MIN).await;
    written.map_err(|error| {
        tracing::error!(%error, "the store cannot be written");
        ApiError::Unavailable
    })?;
    Ok(Json(Health { writable: true }))
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
