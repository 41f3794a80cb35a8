//! How tries to sign in are counted, the same way for every engine: what one address does to an account shuts out that
//! address alone, what it does to many accounts shuts it out of all, and an account that many addresses try is only slow.

use super::{Blind, Throttle};
use crate::crypto;
use crate::domain::id::Account;
use std::time::Duration;

/// How many tries of an account from an address are free.
const FREE: i64 = 5;
/// The first wait after them, in milliseconds; it doubles with each further try.
const FIRST_WAIT: i64 = 30_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT: i64 = 900_000;
/// How many tries without success an address has, whatever the accounts: a whole hall may sit behind one.
const ADDRESS_FREE: i64 = 100;
/// Every so many milliseconds an address gets one of them back.
const ADDRESS_REGAINS: i64 = 6_000;
/// From so many tries on, wherever they come from, an account's tries are slow: one second more for each so many.
const SLOW_FROM: i64 = 10;
/// The longest that a try is held up, in seconds.
const SLOWEST: i64 = 5;
/// After so many milliseconds without a try a count is forgotten.
pub const FORGET: i64 = 86_400_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An account from an address.
    Pair = 0,
    /// An address, whatever the account.
    Address = 1,
    /// An account, wherever from.
    Account = 2,
}

/// Tries as they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub count: i64,
    /// Since when they are counted from, in UTC milliseconds.
    pub last: i64,
}

/// What is to be kept of one kind.
pub type Kept = (Kind, Count);

/// What a try from an address to an account is counted under: the kind, and who it is, an address only blind.
pub fn whats(account: &Account, address: Blind) -> [(Kind, String); 3] {
    let address = crypto::hex(&address);
    [
        (Kind::Pair, format!("{account} {address}")),
        (Kind::Address, address),
        (Kind::Account, account.to_string()),
    ]
}

/// What a try comes to, by what was counted before of each kind (nothing where there is none), and what is to be kept
/// now. A try that is refused is not counted.
pub fn decide(found: [(Kind, Option<Count>); 3], now: i64) -> (Throttle, Vec<Kept>) {
    let mut keep = Vec::new();
    let counts = found.map(|(kind, found)| {
        let mut at = found.unwrap_or(Count {
            count: 0,
            last: now,
        });
        if at.last > now {
            // The clock was set back: one waits from now, not until it has caught up.
            at.last = now;
            keep.push((kind, at));
        }
        if kind == Kind::Address {
            let regained = (now - at.last) / ADDRESS_REGAINS;
            // What is over counts towards the next one.
            at.last += regained * ADDRESS_REGAINS;
            at.count -= regained;
        }
        if at.count <= 0 {
            at = Count {
                count: 0,
                last: now,
            };
        }
        (kind, at)
    });
    let until = |(kind, at): &(Kind, Count)| match kind {
        Kind::Pair => at.last + wait(at.count),
        Kind::Address if at.count >= ADDRESS_FREE => at.last + ADDRESS_REGAINS,
        Kind::Address | Kind::Account => now,
    };
    let left = counts.iter().map(until).max().unwrap_or(now) - now;
    if left > 0 {
        let seconds = u64::try_from((left + 999) / 1000).unwrap_or(1);
        return (Throttle::Wait(seconds), keep);
    }
    let mut slow = 0;
    let counted = counts.map(|(kind, at)| {
        if kind == Kind::Account {
            slow = (at.count / SLOW_FROM).min(SLOWEST);
        }
        let last = if kind == Kind::Address { at.last } else { now };
        let count = at.count + 1;
        (kind, Count { count, last })
    });
    let held_up = Duration::from_secs(slow.unsigned_abs());
    (Throttle::Try(held_up), counted.to_vec())
}

/// How long one waits after so many tries without success, in milliseconds.
fn wait(count: i64) -> i64 {
    match count - FREE {
        more if more < 0 => 0,
        more => FIRST_WAIT
            .saturating_mul(1 << more.min(10))
            .min(LONGEST_WAIT),
    }
}
