//! `/api/seat` and `/api/queue`: one's own seat, its state, the queue.

use super::App;
use super::answer::{Answer, Faults};
use super::input::Sent;
use crate::domain::id::SeatNo;
use crate::domain::seat::Seat;
use crate::protocol::error::ApiError;
use crate::protocol::seat::{ChooseState, Colleague, Queue, SeatView};
use crate::server::auth::SignedIn;
use crate::server::service::calls;
use crate::server::service::invalid;
use axum::Json;
use axum::extract::State;

/// The seat one sits at.
pub(super) fn own(signed_in: &SignedIn) -> Result<SeatNo, ApiError> {
    let seat = signed_in.who.seat.clone();
    seat.ok_or_else(|| invalid("seat", "you sit at no seat: sign in with one"))
}

/// One's own seat and the queue.
#[utoipa::path(get, path = "/api/seat", tag = "seat",
    responses((status = 200, body = SeatView), Faults))]
pub async fn view(State(app): State<App>, signed_in: SignedIn) -> Answer<SeatView> {
    Ok(Json(app.seats.view(own(&signed_in)?).await?))
}

/// Chooses the state of one's own seat.
#[utoipa::path(post, path = "/api/seat/state", tag = "seat", request_body = ChooseState,
    responses((status = 200, body = Seat), Faults))]
pub async fn choose(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<ChooseState>,
) -> Answer<Seat> {
    let seat = own(&signed_in)?;
    Ok(Json(app.seats.choose(seat, value.state).await?))
}

/// Who sits where: the other seats at which somebody sits.
#[utoipa::path(get, path = "/api/seats", tag = "seat",
    responses((status = 200, body = Vec<Colleague>), Faults))]
pub async fn all(State(app): State<App>, signed_in: SignedIn) -> Answer<Vec<Colleague>> {
    Ok(Json(calls::colleagues(&app.core, &signed_in.who).await?))
}

/// The queue.
#[utoipa::path(get, path = "/api/queue", tag = "seat",
    responses((status = 200, body = Queue), Faults))]
pub async fn queue(State(app): State<App>, _: SignedIn) -> Answer<Queue> {
    Ok(Json(app.seats.queue().await?))
}
