//! Who was just proven by a token: a desk's requests come in bursts, and each would read the same two rows.
//! Held for a second: what this process ends is forgotten with its end, also where that crosses a request under way;
//! what another process ends is noticed within that second.

use super::service::sessions::SignedIn;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a proof is believed without asking the store again.
const BELIEVED: SignedDuration = SignedDuration::from_secs(1);
/// How many are held before the old ones are thrown out.
const HELD: usize = 4096;

/// A token's SHA-256.
type Token = [u8; 32];

#[derive(Default)]
struct Held {
    proofs: HashMap<Token, (SignedIn, Timestamp)>,
    /// How many were forgotten.
    ended: u64,
}

/// The proofs of the last second.
#[derive(Default)]
pub struct Proven(Mutex<Held>);

/// When a proof was begun: one that was begun before a session ended is not believed after it.
#[derive(Clone, Copy)]
pub struct Begun(u64);

/// A clock that was set back makes a proof old, not young.
fn is_fresh(proven: Timestamp, now: Timestamp) -> bool {
    now >= proven && now.duration_since(proven) < BELIEVED
}

impl Proven {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sender, if the token was proven within the last second and its session still holds.
    pub fn get(&self, token: &Token, now: Timestamp) -> Option<SignedIn> {
        self.held()
            .proofs
            .get(token)
            .filter(|(signed_in, proven)| is_fresh(*proven, now) && signed_in.until > now)
            .map(|(signed_in, _)| signed_in.clone())
    }

    /// A proof begins: the store is asked after this.
    pub fn begin(&self) -> Begun {
        Begun(self.held().ended)
    }

    /// Remembers a proof made at `now`, unless a session ended while it was made.
    pub fn put(&self, token: Token, signed_in: SignedIn, now: Timestamp, begun: Begun) {
        let mut held = self.held();
        if held.ended != begun.0 {
            return;
        }
        if held.proofs.len() >= HELD {
            held.proofs.retain(|_, (_, proven)| is_fresh(*proven, now));
        }
        // A burst of more people than that is asked for each time.
        if held.proofs.len() < HELD {
            held.proofs.insert(token, (signed_in, now));
        }
    }

    /// Forgets a token: its session is over.
    pub fn forget(&self, token: &Token) {
        let mut held = self.held();
        held.ended += 1;
        held.proofs.remove(token);
    }
}
