//! `/api/returns`: what the analysis meeting looks at.

use super::App;
use super::answer::{Answer, Faults};
use super::input::Asked;
use crate::protocol::returns::{ReturnsPack, ReturnsRequest};
use crate::server::auth::SignedIn;
use crate::server::service::returns;
use axum::Json;
use axum::extract::State;

/// All returns that wait for a decision, or those of a day with what became of them: by reason, unit and item, with their
/// texts and proposals.
#[utoipa::path(get, path = "/api/returns", tag = "return", params(ReturnsRequest),
    responses((status = 200, body = ReturnsPack), Faults))]
pub async fn pack(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(request): Asked<ReturnsRequest>,
) -> Answer<ReturnsPack> {
    Ok(Json(
        returns::pack(&app.core, &signed_in.who, request).await?,
    ))
}
