//! `/api/session`: signing in, who one is, signing out.

use super::App;
use super::answer::{Answer, Failure, Faults};
use super::input::{From, Sent};
use crate::domain::role::Person;
use crate::protocol::session::{Session, SignIn};
use crate::server::auth::SignedIn;
use crate::server::service::{consults, sessions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

/// Signs in, and sits down at the seat that was named.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Session), Faults), security(()))]
pub async fn sign_in(
    State(app): State<App>,
    From(from): From,
    Sent { value, .. }: Sent<SignIn>,
) -> Answer<Session> {
    let mut session = sessions::sign_in(&app.core, value, from).await?;
    session.practice = app.practice.is_some();
    if let Some(seat) = session.seat.clone() {
        app.seats.sit_down(seat, session.person.clone()).await?;
    }
    Ok(Json(session))
}

/// Who one is.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = Person), Faults))]
pub async fn who(signed_in: SignedIn) -> Answer<Person> {
    Ok(Json(signed_in.who.person))
}

/// Signs out, and leaves the seat unless a call is on it.
#[utoipa::path(delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "signed out"), Faults))]
pub async fn sign_out(State(app): State<App>, signed_in: SignedIn) -> Result<StatusCode, Failure> {
    // The session last: what did not succeed can be tried again.
    consults::left(&app.core, &signed_in.who).await?;
    if let Some(seat) = signed_in.who.seat {
        app.seats.leave(seat, signed_in.who.person.account).await?;
    }
    sessions::sign_out(&app.core, &signed_in.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
