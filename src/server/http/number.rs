//! `/api/numbers/lease`: a block of today's ticket numbers for a desk.

use super::App;
use super::answer::{Answer, Faults};
use super::input::Sent;
use crate::domain::number::NumberBlock;
use crate::protocol::number::LeaseRequest;
use crate::server::auth::SignedIn;
use crate::server::service::numbers;
use axum::Json;
use axum::extract::State;

/// Leases numbers; a lost answer leaves a gap, which is allowed.
#[utoipa::path(post, path = "/api/numbers/lease", tag = "number", request_body = LeaseRequest,
    responses((status = 200, body = NumberBlock), Faults))]
pub async fn lease(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<LeaseRequest>,
) -> Answer<NumberBlock> {
    Ok(Json(
        numbers::lease(&app.core, &signed_in.who, value).await?,
    ))
}
