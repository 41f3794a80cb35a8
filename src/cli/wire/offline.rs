//! Signing in while the server does not answer: the vault says whether the password is right, the journal who
//! one is. The line counts as down until the server gives a session.

use super::World;
use super::seated::{Seated, end, open_desk, remembered, tell_directory};
use crate::crypto::CryptoError;
use crate::desk::ports::{Outside, PortError, SignedIn};
use crate::domain::role::Person;
use crate::link::events::BackOff;
use crate::link::journal::{JournalError, open_vault, user_dir};
use crate::link::{Api, Journal, LinkError, Record};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::session::SignIn;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

/// Who signed in last; sealed like everything in the journal.
const KEY: &str = "session/person";

/// Keeps who one is for a day without a server.
pub(super) fn keep(journal: &Journal, person: &Person) -> Result<(), JournalError> {
    journal.append(&[Record {
        key: KEY.to_owned(),
        value: serde_json::to_value(person).ok(),
    }])
}

/// Seats a person whom this machine knows. Errors: [`PortError::Offline`] for one whom it does not know.
pub(super) async fn sign_in(
    world: &Arc<World>,
    api: Api,
    sign_in: SignIn,
) -> Result<SignedIn, PortError> {
    let folder = user_dir(&world.data, world.api.base(), &sign_in.account);
    // Only a sign-in that the server took makes a vault.
    if !folder.join("vault").exists() {
        return Err(PortError::Offline);
    }
    let here = world.seated().clone();
    match here {
        // Who locked the screen comes back to it; another person takes the seat with the server only.
        Some(seated) if seated.account == sign_in.account => {
            return go_on(world, &seated, folder, sign_in).await;
        }
        Some(_) => return Err(PortError::Offline),
        None => {}
    }
    let opened = open_desk(world, &api, &sign_in).await;
    let seated = Arc::new(opened.map_err(|error| match error {
        PortError::OldPassword => PortError::Api(ApiError::WrongPassword),
        other => other,
    })?);
    let person = known_person(&seated.journal)?;
    *world.seated() = Some(Arc::clone(&seated));
    world.left.store(false, Ordering::Release);
    tokio::spawn(make_session(
        Arc::downgrade(world),
        Arc::downgrade(&seated),
        api,
        sign_in,
    ));
    tell_directory(world).await?;
    Ok(signed_in(world, &seated, person))
}

/// The person of the journal.
fn known_person(journal: &Journal) -> Result<Person, PortError> {
    let known = journal.get(KEY);
    known
        .and_then(|known| serde_json::from_value(known).ok())
        .ok_or(PortError::Offline)
}

fn signed_in(world: &World, seated: &Seated, person: Person) -> SignedIn {
    SignedIn {
        practice: false,
        person,
        // The server holds the seat; it comes as an event with the session.
        seat: None,
        queue: crate::protocol::seat::Queue::default(),
        server_now: Timestamp::now(),
        version: String::new(),
        phone: world.abilities(),
        remembered: remembered(&seated.journal),
    }
}

/// The same person goes on where they are: their session and what waits to be sent are untouched, the vault alone says
/// whether the password is right.
async fn go_on(
    world: &Arc<World>,
    seated: &Seated,
    folder: PathBuf,
    sign_in: SignIn,
) -> Result<SignedIn, PortError> {
    let opened = tokio::task::spawn_blocking(move || open_vault(&folder, &sign_in.password));
    match opened.await {
        Ok(Ok(_)) => {}
        Ok(Err(JournalError::Crypto(CryptoError::WrongPassword))) => {
            return Err(PortError::Api(ApiError::WrongPassword));
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the vault cannot be opened");
            return Err(PortError::Journal);
        }
        Err(_) => return Err(PortError::Broken),
    }
    let person = known_person(&seated.journal)?;
    tell_directory(world).await?;
    Ok(signed_in(world, seated, person))
}

/// Makes the session as soon as the server answers. One that refuses sends the person to the sign-in screen.
async fn make_session(world: Weak<World>, seated: Weak<Seated>, api: Api, sign_in: SignIn) {
    let mut back_off = BackOff::default();
    loop {
        tokio::time::sleep(back_off.next(rand::random())).await;
        if seated.strong_count() == 0 {
            return;
        }
        let answer = api.sign_in(&sign_in).await;
        let Some(world) = world.upgrade() else { return };
        match answer {
            Ok(_) if seated.strong_count() == 0 => return end(&api).await,
            Ok(session) => {
                world.api.set_token(Some(session.token.into()));
                return;
            }
            Err(error) if error.is_transient() => {}
            Err(LinkError::Api(error)) => {
                world.tell(Outside::Parked(PortError::Api(error)));
                world.tell(Outside::Server(ServerEvent::SessionEnded));
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "no session could be made");
                return;
            }
        }
    }
}
