//! `POST /api/session` signs in, `GET` tells who one is, `DELETE` signs out.

use crate::domain::id::{Account, SeatNo};
use crate::domain::role::Person;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sign-in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// The account.
    pub account: Account,
    /// The password.
    pub password: String,
    /// The seat one sits down at; nothing for people without a seat. Another sign-in at the same seat ends the first.
    pub seat: Option<SeatNo>,
    /// True for a desk: without `seat` one sits down at one's own, if one takes calls.
    #[serde(default)]
    pub own_seat: bool,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A session.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Goes into `Authorization: Bearer …`; the server keeps only its SHA-256.
    pub token: String,
    /// Until when it holds; every use moves it on.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Who one is.
    pub person: Person,
    /// The seat one sits at, if at one.
    pub seat: Option<SeatNo>,
    /// True at a practice server: nothing here is real.
    #[serde(default)]
    pub practice: bool,
    /// The server's clock, for the desk to measure its own against.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// The server's own version, e.g. `0.2.0`, so that an older desk can say that it is one; blank from a server that
    /// does not tell.
    #[serde(default)]
    pub version: String,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("person", &self.person.account)
            .finish_non_exhaustive()
    }
}
