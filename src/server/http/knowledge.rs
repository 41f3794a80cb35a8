//! `/api/knowledge`: pulled by revision, brought in in batches.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, IMPORT, Sent};
use crate::protocol::knowledge::{
    Delta, DeltaRequest, Import, Imported, VectorDelta, VectorRequest,
};
use crate::server::auth::SignedIn;
use crate::server::service::{knowledge, vectors};
use axum::Json;
use axum::extract::State;

/// What changed after a revision.
#[utoipa::path(get, path = "/api/knowledge/delta", tag = "knowledge", params(DeltaRequest),
    responses((status = 200, body = Delta), Faults))]
pub async fn delta(
    State(app): State<App>,
    _: SignedIn,
    Asked(request): Asked<DeltaRequest>,
) -> Answer<Delta> {
    Ok(Json(knowledge::delta(&app.core, request).await?))
}

/// What stands for the meaning of entries, as far as it was made.
#[utoipa::path(get, path = "/api/knowledge/vectors", tag = "knowledge", params(VectorRequest),
    responses((status = 200, body = VectorDelta), Faults))]
pub async fn vectors(
    State(app): State<App>,
    _: SignedIn,
    Asked(request): Asked<VectorRequest>,
) -> Answer<VectorDelta> {
    Ok(Json(vectors::delta(&app.core, request).await?))
}

/// Brings a batch in, together or not at all; repeating it doubles nothing.
#[utoipa::path(post, path = "/api/knowledge/import", tag = "knowledge", request_body = Import,
    responses((status = 200, body = Imported), Faults))]
pub async fn import(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<Import, IMPORT>,
) -> Answer<Imported> {
    Ok(Json(
        knowledge::import(&app.core, &signed_in.who, value).await?,
    ))
}
