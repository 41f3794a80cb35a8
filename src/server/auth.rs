//! Proves who sends a request: the bearer token out of its head, checked by the sessions. Handlers that take
//! [`SignedIn`] are for people who signed in; who may do what is decided by the services, not here.

use super::http::App;
use super::http::answer::Failure;
use super::service::Who;
use super::service::sessions;
use crate::protocol::error::ApiError;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// The proven sender of a request.
pub struct SignedIn {
    /// Who.
    pub who: Who,
    /// SHA-256 of the token, in hex.
    pub session: String,
    /// The token itself; never logged.
    pub token: String,
}

/// The bearer token of a request's head.
fn token(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let token = token(parts).ok_or(ApiError::NotSignedIn)?.to_owned();
        let proven = sessions::verify(&app.core, &token).await?;
        if let Some(seat) = &proven.who.seat {
            app.seats.alive(seat);
        }
        Ok(Self {
            who: proven.who,
            session: proven.session,
            token,
        })
    }
}
