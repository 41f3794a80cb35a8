//! Tries to sign in, counted in SQL: what one address does to an account shuts out that address alone, what it does
//! to many accounts shuts it out of all, and an account that many addresses try is only slow.

use crate::crypto;
use crate::domain::id::Account;
use crate::server::store::{Blind, StoreError, Throttle};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
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
/// The longest that a try is held up.
const SLOWEST: i64 = 5;
/// After so many milliseconds without a try a count is forgotten.
const FORGET: i64 = 86_400_000;

/// What is counted.
#[derive(Clone, Copy)]
enum Kind {
    Pair = 0,
    Address = 1,
    Account = 2,
}

fn whats(account: &Account, address: Blind) -> [(Kind, String); 3] {
    let address = crypto::hex(&address);
    [
        (Kind::Pair, format!("{account} {address}")),
        (Kind::Address, address),
        (Kind::Account, account.to_string()),
    ]
}

fn found(db: &Connection, kind: Kind, what: &str) -> Result<(i64, i64), StoreError> {
    let found = db
        .prepare_cached("SELECT count, last_ms FROM tries WHERE kind = ?1 AND what = ?2")?
        .query_row(params![kind as i64, what], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(found.unwrap_or((0, 0)))
}

fn put(db: &Connection, kind: Kind, what: &str, count: i64, now: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO tries (kind, what, count, last_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, what) DO UPDATE SET count = ?3, last_ms = ?4",
    )?
    .execute(params![kind as i64, what, count, now])?;
    Ok(())
}

/// Counts a try, or answers how long to wait; a try that is refused is not counted.
pub(super) fn count(
    db: &Connection,
    account: &Account,
    address: Blind,
    at: Timestamp,
) -> Result<Throttle, StoreError> {
    let now = at.as_millisecond();
    db.prepare_cached("DELETE FROM tries WHERE last_ms < ?1")?
        .execute([now - FORGET])?;
    let counts = whats(account, address)
        .into_iter()
        .map(|(kind, what)| {
            let (mut count, mut last) = found(db, kind, &what)?;
            if last > now {
                // The clock was set back: one waits from now, not until it has caught up.
                last = now;
                put(db, kind, &what, count, last)?;
            }
            if matches!(kind, Kind::Address) {
                let regained = (now - last) / ADDRESS_REGAINS;
                // What is over counts towards the next one.
                last += regained * ADDRESS_REGAINS;
                count -= regained;
            }
            if count <= 0 {
                (count, last) = (0, now);
            }
            Ok((kind, what, count, last))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let until = |kind: Kind, count: i64, last: i64| match kind {
        Kind::Pair => last + wait(count),
        Kind::Address if count >= ADDRESS_FREE => last + ADDRESS_REGAINS,
        Kind::Address | Kind::Account => now,
    };
    let until = counts
        .iter()
        .map(|(kind, _, count, last)| until(*kind, *count, *last));
    let left = until.max().unwrap_or(now) - now;
    if left > 0 {
        return Ok(Throttle::Wait(
            u64::try_from((left + 999) / 1000).unwrap_or(1),
        ));
    }
    let mut slow = 0;
    for (kind, what, count, last) in counts {
        let from = if matches!(kind, Kind::Address) {
            last
        } else {
            now
        };
        put(db, kind, &what, count + 1, from)?;
        if matches!(kind, Kind::Account) {
            slow = (count / SLOW_FROM).min(SLOWEST);
        }
    }
    Ok(Throttle::Try(Duration::from_secs(slow.unsigned_abs())))
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

/// A try was right: the account's are forgotten, and the address gets this one back, no more, for it may go on
/// trying others.
pub(super) fn succeeded(
    db: &Connection,
    account: &Account,
    address: Blind,
) -> Result<(), StoreError> {
    for (kind, what) in whats(account, address) {
        let sql = match kind {
            Kind::Pair | Kind::Account => "DELETE FROM tries WHERE kind = ?1 AND what = ?2",
            Kind::Address => {
                "UPDATE tries SET count = max(count - 1, 0) WHERE kind = ?1 AND what = ?2"
            }
        };
        db.prepare_cached(sql)?
            .execute(params![kind as i64, what])?;
    }
    Ok(())
}
