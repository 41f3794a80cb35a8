//! `/api/outages`: what utilities tell the hotline.

use super::App;
use super::answer::{Answer, Faults};
use super::input::Sent;
use crate::protocol::outage::{Outages, OutagesTold, TellOutages};
use crate::server::auth::SignedIn;
use crate::server::service::outages;
use axum::Json;
use axum::extract::State;

/// The outages that callers are told of now.
#[utoipa::path(get, path = "/api/outages", tag = "outage",
    responses((status = 200, body = Outages), Faults))]
pub async fn list(State(app): State<App>, _: SignedIn) -> Answer<Outages> {
    Ok(Json(outages::list(&app.core).await?))
}

/// Tells outages, or changes those of the same identifiers; the seats hear of it at once.
#[utoipa::path(post, path = "/api/outages", tag = "outage", request_body = TellOutages,
    responses((status = 200, body = OutagesTold), Faults))]
pub async fn tell(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<TellOutages>,
) -> Answer<OutagesTold> {
    Ok(Json(outages::tell(&app.core, &signed_in.who, value).await?))
}
