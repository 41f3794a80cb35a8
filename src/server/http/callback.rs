//! `/api/callbacks`: promises to call back.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Named, Sent};
use crate::domain::callback::Callback;
use crate::domain::id::CallbackId;
use crate::protocol::callback::{CallbackChange, CallbackFilter, NewCallback};
use crate::protocol::page::Page;
use crate::server::auth::SignedIn;
use crate::server::service::callbacks;
use axum::Json;
use axum::extract::State;

/// The call-backs one may see, the one due first first.
#[utoipa::path(get, path = "/api/callbacks", tag = "callback", params(CallbackFilter),
    responses((status = 200, body = Page<Callback>), Faults))]
pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(filter): Asked<CallbackFilter>,
) -> Answer<Page<Callback>> {
    Ok(Json(
        callbacks::list(&app.core, &signed_in.who, filter).await?,
    ))
}

/// Promises a call-back.
#[utoipa::path(post, path = "/api/callbacks", tag = "callback", request_body = NewCallback,
    params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Callback), Faults))]
pub async fn schedule(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewCallback>,
) -> Answer<Callback> {
    Ok(Json(
        callbacks::schedule(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// Does an action to a call-back as it was at `version`.
#[utoipa::path(post, path = "/api/callbacks/{id}/actions", tag = "callback", request_body = CallbackChange,
    params(("id" = String, Path, format = Uuid), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Callback), Faults))]
pub async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CallbackId>,
    Sent { value, key }: Sent<CallbackChange>,
) -> Answer<Callback> {
    Ok(Json(
        callbacks::act(&app.core, &signed_in.who, id, value, key).await?,
    ))
}
