//! People: added by an administrator, listed for colleagues.

use super::{Who, fault, invalid, refused, require};
use crate::crypto::password;
use crate::domain::role;
use crate::domain::role::Person;
use crate::protocol::error::ApiError;
use crate::protocol::person::NewPerson;
use crate::server::core::Core;
use crate::server::store::{PersonRecord, StoreError};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

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

/// Slow work: as much at once as there are processors, and only so much that waits for its turn, for each piece
/// takes memory and others must go on.
struct Slow {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Slow {
    fn new(places: usize, turns: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            turns: Arc::new(Semaphore::new(turns)),
        }
    }

    /// Errors: too many wait already.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| ApiError::Unavailable)?;
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| ApiError::Unavailable)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, though its asker may have gone.
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|_| ApiError::Unavailable)
    }
}

/// How much password work may be under way or wait.
const PLACES: usize = 256;

/// Does slow password work where it does not hold up others.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, crate::crypto::CryptoError> + Send + 'static,
) -> Result<T, ApiError> {
    static SLOW: LazyLock<Slow> = LazyLock::new(|| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Slow::new(PLACES, processors)
    });
    SLOW.run(work).await?.map_err(|error| fault(&error.into()))
}

/// Everybody, by account.
pub async fn list(core: &Core, _who: &Who) -> Result<Vec<Person>, ApiError> {
    core.store().people().await.map_err(|error| fault(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn too_much_slow_work_is_refused_and_the_rest_is_done() {
        let slow = Slow::new(2, 1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let mut first = Box::pin(slow.run(move || held.recv().is_ok()));
        let mut second = Box::pin(slow.run(|| true));
        assert!(
            futures_util::future::poll_immediate(&mut first)
                .await
                .is_none()
        );
        assert!(
            futures_util::future::poll_immediate(&mut second)
                .await
                .is_none()
        );
        assert_eq!(slow.run(|| true).await, Err(ApiError::Unavailable));
        release.send(()).unwrap();
        assert_eq!((first.await, second.await), (Ok(true), Ok(true)));
        assert_eq!(slow.run(|| true).await, Ok(true));
    }
}
