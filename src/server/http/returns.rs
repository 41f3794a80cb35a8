//! `/api/returns`: what the analysis meeting looks at.

use super::App;
use super::answer::{Answer, Faults};
use crate::protocol::returns::ReturnsPack;
use crate::server::auth::SignedIn;
use crate::server::service::returns;
use axum::Json;
use axum::extract::State;

/// All returns that wait for a decision, by reason, unit and item, with their texts and proposals.
#[utoipa::path(get, path = "/api/returns", tag = "return",
    responses((status = 200, body = ReturnsPack), Faults))]
pub async fn pack(State(app): State<App>, signed_in: SignedIn) -> Answer<ReturnsPack> {
    Ok(Json(returns::pack(&app.core, &signed_in.who).await?))
}
