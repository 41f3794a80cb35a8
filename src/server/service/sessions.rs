//! Sessions: signing in, proving it with a token, signing out. Tokens are opaque; only their SHA-256 is kept.

use super::Who;
use crate::protocol::error::ApiError;
use crate::protocol::session::{Session, SignIn};
use crate::server::core::Core;
use jiff::Timestamp;

/// A request's proven sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who asks.
    pub who: Who,
    /// SHA-256 of the token, in hex: names the session in [`crate::server::relay::Audience::Session`].
    pub session: String,
    /// Until when it holds; every use moves it on.
    pub until: Timestamp,
}

/// Signs in. Takes the same work whether the account exists or not, and after 5 tries without success a wait.
pub async fn sign_in(core: &Core, request: SignIn) -> Result<Session, ApiError> {
    let _ = (core, request);
    Err(ApiError::Unavailable)
}

/// Who a token belongs to; moves the session's end on.
pub async fn verify(core: &Core, token: &str) -> Result<SignedIn, ApiError> {
    let _ = (core, token);
    Err(ApiError::Unavailable)
}

/// Ends a session.
pub async fn sign_out(core: &Core, token: &str) -> Result<(), ApiError> {
    let _ = (core, token);
    Err(ApiError::Unavailable)
}
