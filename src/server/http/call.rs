//! `/api/calls`: a call with the caller's history, and what the seat's phone saw.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Named, Sent};
use super::seat::own;
use crate::domain::call::Call;
use crate::domain::id::CallId;
use crate::protocol::call::{CallReport, CallView};
use crate::server::auth::SignedIn;
use crate::server::service::calls;
use axum::Json;
use axum::extract::State;

/// A call of one's own seat, with what pops before it is answered.
#[utoipa::path(get, path = "/api/calls/{id}", tag = "call", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = CallView), Faults))]
pub async fn view(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CallId>,
) -> Answer<CallView> {
    Ok(Json(calls::view(&app.core, &signed_in.who, id).await?))
}

/// Tells what the seat's phone saw; repeating it changes nothing.
#[utoipa::path(post, path = "/api/calls/{id}/report", tag = "call", params(("id" = String, Path, format = Uuid)),
    request_body = CallReport, responses((status = 200, body = Call), Faults))]
pub async fn report(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CallId>,
    Sent { value, .. }: Sent<CallReport>,
) -> Answer<Call> {
    let seat = own(&signed_in)?;
    let call = app.seats.report(Some(seat), id, value).await?;
    Ok(Json(calls::seen(&app.core, &signed_in.who, call).await?))
}
