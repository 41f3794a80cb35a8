//! People: added by an administrator, listed for colleagues.

use super::Who;
use crate::domain::role::Person;
use crate::protocol::error::ApiError;
use crate::protocol::person::NewPerson;
use crate::server::core::Core;

/// Adds a person. Errors: no administrator asks; the account exists; a password under 8 characters; no role.
pub async fn add(core: &Core, who: &Who, new: NewPerson) -> Result<Person, ApiError> {
    let _ = (core, who, new);
    Err(ApiError::Unavailable)
}

/// Everybody, by account.
pub async fn list(core: &Core, who: &Who) -> Result<Vec<Person>, ApiError> {
    let _ = (core, who);
    Err(ApiError::Unavailable)
}
