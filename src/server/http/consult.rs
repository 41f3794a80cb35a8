//! `/api/consults`: questions to the experts of a department.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Named, Sent};
use crate::domain::consult::Consult;
use crate::domain::id::ConsultId;
use crate::protocol::consult::{ConsultChange, Consults, NewConsult};
use crate::server::auth::SignedIn;
use crate::server::service::consults;
use axum::Json;
use axum::extract::State;

/// What concerns one: own questions, and for experts those to their department.
#[utoipa::path(get, path = "/api/consults", tag = "consult",
    responses((status = 200, body = Consults), Faults))]
pub async fn list(State(app): State<App>, signed_in: SignedIn) -> Answer<Consults> {
    Ok(Json(consults::list(&app.core, &signed_in.who).await?))
}

/// Asks the experts of a department.
#[utoipa::path(post, path = "/api/consults", tag = "consult", request_body = NewConsult,
    params(("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Consult), Faults))]
pub async fn ask(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, key }: Sent<NewConsult>,
) -> Answer<Consult> {
    Ok(Json(
        consults::ask(&app.core, &signed_in.who, value, key).await?,
    ))
}

/// Does an action to a consult as it was at `version`.
#[utoipa::path(post, path = "/api/consults/{id}/actions", tag = "consult", request_body = ConsultChange,
    params(("id" = String, Path, format = Uuid), ("idempotency-key" = Option<String>, Header)),
    responses((status = 200, body = Consult), Faults))]
pub async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<ConsultId>,
    Sent { value, key }: Sent<ConsultChange>,
) -> Answer<Consult> {
    Ok(Json(
        consults::act(&app.core, &signed_in.who, id, value, key).await?,
    ))
}
