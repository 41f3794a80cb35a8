//! Sessions: signing in, proving it with a token, signing out. Tokens are opaque; only their SHA-256 is kept.

use super::people::off_thread;
use super::{Who, fault, invalid};
use crate::crypto::{self, password};
use crate::domain::id::SeatNo;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::session::{Session, SignIn};
use crate::server::core::Core;
use crate::server::network::network;
use crate::server::relay::Audience;
use crate::server::store::{Blind, PersonRecord, SessionRecord, StoreError, Throttle};
use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;
use std::sync::OnceLock;

/// How long a session holds without use.
const HOLDS: SignedDuration = SignedDuration::from_hours(12);
/// A use moves the end on only when that gains so much: not every request is to write.
const GAIN: SignedDuration = SignedDuration::from_mins(5);

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

/// An address as tries are counted by; only its blind index is kept.
fn blind_address(core: &Core, from: IpAddr) -> Blind {
    core.keyring().blind("address", &network(from).to_string())
}

/// Signs in, from an address. Takes the same work whether the account exists or not; who tries too often waits.
pub async fn sign_in(core: &Core, request: SignIn, from: IpAddr) -> Result<Session, ApiError> {
    let now = core.now();
    let address = blind_address(core, from);
    let SignIn {
        account,
        password,
        seat,
        own_seat,
    } = request;
    let throttle = core.store().count_sign_in(account.clone(), address, now);
    match throttle.await.map_err(|error| fault(&error))? {
        Throttle::Wait(seconds) => return Err(ApiError::Throttled { seconds }),
        Throttle::Try(slow) if slow.is_zero() => {}
        Throttle::Try(slow) => tokio::time::sleep(slow).await,
    }
    let found = core.store().person(account).await;
    let found = found.map_err(|error| fault(&error))?;
    let hash = found.as_ref().map(|found| found.hash.clone());
    let right = off_thread(move || check(&password, hash)).await?;
    let Some(PersonRecord { person, .. }) = found.filter(|_| right) else {
        return Err(ApiError::WrongPassword);
    };
    let token = crypto::hex(&crypto::random::<32>());
    let seat = seat_of(&person, seat, own_seat)?;
    let record = SessionRecord {
        token: crypto::sha256(token.as_bytes()),
        account: person.account.clone(),
        seat: seat.clone(),
        started: now,
        until: after(now),
    };
    let until = record.until;
    whole(core, move |core| start(core, record, address)).await?;
    Ok(Session {
        practice: false,
        token,
        expires_at: until,
        person,
        seat,
        now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Does something to its end, though its asker may go meanwhile: a session that the store ended must not go on in the
/// proofs of this process.
async fn whole<W: Future<Output = Result<(), ApiError>> + Send + 'static>(
    core: &Core,
    work: impl FnOnce(Core) -> W,
) -> Result<(), ApiError> {
    let done = tokio::spawn(work(core.clone())).await;
    done.unwrap_or(Err(ApiError::Unavailable))
}

async fn start(core: Core, record: SessionRecord, address: Blind) -> Result<(), ApiError> {
    let ended = core.store().start_session(record, address).await;
    let ended = ended.map_err(|error| match error {
        StoreError::TooMany { limit } => invalid(
            "seat",
            format!("you sit at {limit} other seats already: sign out at one of them first"),
        ),
        error => fault(&error),
    })?;
    for session in ended {
        over(&core, &session.token);
    }
    Ok(())
}

/// A session is over in the store: it is proven no longer, and its desk is told.
fn over(core: &Core, token: &[u8; 32]) {
    core.proven().forget(token);
    let token = crypto::hex(token);
    core.relay()
        .tell(Audience::Session { token }, ServerEvent::SessionEnded);
}

/// Where one sits: only those who telephone have a seat. The queue gives a seat the calls of its person's lanes,
/// and one who only calls back has none.
fn seat_of(
    person: &crate::domain::role::Person,
    seat: Option<SeatNo>,
    own_seat: bool,
) -> Result<Option<SeatNo>, ApiError> {
    let telephones = person.roles.iter().any(|role| role.has_telephone());
    match seat {
        None if own_seat && telephones => Ok(person.seat.clone()),
        Some(_) if !telephones => Err(invalid(
            "seat",
            "your role has no telephone: sign in without a seat",
        )),
        seat => Ok(seat),
    }
}

/// For an unknown account a hash of our own is checked, so that both take the same time.
fn check(given: &str, hash: Option<String>) -> Result<bool, crypto::CryptoError> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = hash {
        return password::verify(given, &hash);
    }
    let nobody = if let Some(hash) = NOBODY.get() {
        hash
    } else {
        let hash = password::hash(&crypto::hex(&crypto::random::<16>()))?;
        NOBODY.get_or_init(|| hash)
    };
    password::verify(given, nobody).map(|_| false)
}

fn after(now: Timestamp) -> Timestamp {
    now.checked_add(HOLDS).unwrap_or(now)
}

/// Who a token belongs to; moves the session's end on. A session that cannot be moved on, because the disk is full,
/// holds as long as it did: reading goes on.
pub async fn verify(core: &Core, token: &str) -> Result<SignedIn, ApiError> {
    let now = core.now();
    let hash = crypto::sha256(token.as_bytes());
    if let Some(signed_in) = core.proven().get(&hash, now) {
        return Ok(signed_in);
    }
    let begun = core.proven().begin();
    let mut proven = prove(core, token).await?;
    let until = after(now);
    if until.duration_since(proven.until) > GAIN {
        match core.store().extend_session(hash, until).await {
            Ok(()) => proven.until = until,
            Err(error) => tracing::warn!(%error, "a session was not moved on"),
        }
    }
    core.proven().put(hash, proven.clone(), now, begun);
    Ok(proven)
}

/// Who a token belongs to; that it is asked is no use of the session.
pub async fn prove(core: &Core, token: &str) -> Result<SignedIn, ApiError> {
    let hash = crypto::sha256(token.as_bytes());
    let found = core.store().signed_in(hash).await;
    let (session, person) = found
        .map_err(|error| fault(&error))?
        .filter(|(session, _)| session.until > core.now())
        .ok_or(ApiError::NotSignedIn)?;
    Ok(SignedIn {
        who: Who {
            person,
            seat: session.seat,
        },
        session: crypto::hex(&hash),
        until: session.until,
    })
}

/// Ends a session.
pub async fn sign_out(core: &Core, token: &str) -> Result<(), ApiError> {
    let hash = crypto::sha256(token.as_bytes());
    whole(core, move |core| async move {
        let ended = core.store().end_session(hash).await;
        // What became of it is not known when the store failed: asked again, it says.
        core.proven().forget(&hash);
        if ended.map_err(|error| fault(&error))? {
            over(&core, &hash);
        }
        Ok(())
    })
    .await
}
