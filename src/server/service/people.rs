//! People: added by an administrator, listed for colleagues.

use super::{Who, fault, invalid, refused, require};
use crate::crypto::password;
use crate::domain::role;
use crate::domain::role::Person;
use crate::protocol::error::ApiError;
use crate::protocol::person::NewPerson;
use crate::server::core::Core;
use crate::server::store::{PersonRecord, StoreError};

/// How short a password may be, and how long, in characters.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=1024;

/// Adds a person. Errors: no administrator asks; the account exists; a password under 8 characters; no role.
pub async fn add(core: &Core, who: &Who, new: NewPerson) -> Result<Person, ApiError> {
    require(role::may_manage_people(&who.person))?;
    let NewPerson { person, password } = new;
    if !PASSWORD.contains(&password.chars().count()) {
        return Err(invalid("password", "8 to 1,024 characters are expected"));
    }
    if person.roles.is_empty() {
        return Err(invalid("roles", "at least one role is expected"));
    }
    if person.name.is_blank() {
        return Err(invalid("name", "it is blank"));
    }
    // The server acts under this name: nobody may sign in as it.
    if person.account == Who::system()?.person.account {
        return Err(refused("account", &person.account)(StoreError::Exists));
    }
    let hash = off_thread(move || password::hash(&password)).await?;
    let record = PersonRecord {
        person: person.clone(),
        hash,
    };
    let done = core.store().add_person(record).await;
    done.map_err(refused("account", &person.account))?;
    Ok(person)
}

/// Does slow password work where it does not hold up others.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, crate::crypto::CryptoError> + Send + 'static,
) -> Result<T, ApiError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| fault(&error.into())),
        Err(_) => Err(ApiError::Unavailable),
    }
}

/// Everybody, by account.
pub async fn list(core: &Core, _who: &Who) -> Result<Vec<Person>, ApiError> {
    core.store().people().await.map_err(|error| fault(&error))
}
