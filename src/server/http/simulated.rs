//! `/api/simulated`: the far end of the simulated telephone network, only for the seat that has the call.

use super::answer::{Answer, Failure, Faults};
use super::event::{KEEP_ALIVE, frame};
use super::input::{Named, Sent};
use super::seat::own;
use super::{App, stopped};
use crate::domain::id::CallId;
use crate::protocol::error::ApiError;
use crate::protocol::simulated::{Dial, Dialled, LegCommand, LegEvent};
use crate::server::auth::SignedIn;
use crate::server::trunk::simulated::Simulated;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};
use futures_util::stream;
use std::convert::Infallible;

/// The simulated trunk; a server without one has no such call.
fn far_end(app: &App) -> Result<&Simulated, ApiError> {
    app.simulated.as_ref().ok_or_else(|| ApiError::NotFound {
        what: "simulated trunk".to_owned(),
        id: "of this server".to_owned(),
    })
}

/// The call, if the asker's seat has it.
async fn own_call(app: &App, signed_in: &SignedIn, id: CallId) -> Result<(), ApiError> {
    let seat = own(signed_in)?;
    let call = app.seats.call(id).await?;
    if call.is_some_and(|call| call.seat() == Some(&seat)) {
        return Ok(());
    }
    Err(ApiError::NotFound {
        what: "call".to_owned(),
        id: id.to_string(),
    })
}

/// What the far end does, from the moment the seat has the call; ends with the leg.
#[utoipa::path(get, path = "/api/simulated/legs/{call}", tag = "simulated",
    params(("call" = String, Path, format = Uuid)),
    responses((status = 200, body = LegEvent, content_type = "text/event-stream"), Faults))]
pub async fn leg(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CallId>,
) -> Result<impl IntoResponse, Failure> {
    own_call(&app, &signed_in, id).await?;
    let place = app
        .streams
        .enter(&signed_in.session, &signed_in.who.person.account)?;
    let heard = far_end(&app)?.listen(id)?;
    let open = (app.metrics.open_stream(), place);
    let start = (heard, open, app.stopping.clone());
    let frames = stream::unfold(start, |(mut heard, open, mut stopping)| async move {
        let event = tokio::select! {
            () = stopped(&mut stopping) => None,
            event = heard.next() => event,
        }?;
        Some((
            Ok::<_, Infallible>(frame(&event, None)),
            (heard, open, stopping),
        ))
    });
    Ok(Sse::new(frames).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// What the seat's phone does.
#[utoipa::path(post, path = "/api/simulated/legs/{call}", tag = "simulated",
    params(("call" = String, Path, format = Uuid)), request_body = LegCommand,
    responses((status = 204, description = "done"), Faults))]
pub async fn command(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<CallId>,
    Sent { value, .. }: Sent<LegCommand>,
) -> Result<StatusCode, Failure> {
    far_end(&app)?.command(own(&signed_in)?, id, value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Dials a number.
#[utoipa::path(post, path = "/api/simulated/dial", tag = "simulated", request_body = Dial,
    responses((status = 200, body = Dialled), Faults))]
pub async fn dial(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<Dial>,
) -> Answer<Dialled> {
    let seat = own(&signed_in)?;
    let call = far_end(&app)?.dial(seat, value.number).await?;
    Ok(Json(Dialled { call }))
}
