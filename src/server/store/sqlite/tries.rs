//! Tries to sign in, counted in SQL by the rules that every engine shares.

use crate::domain::id::Account;
use crate::server::store::tries::{Count, FORGET, Kind, decide, whats};
use crate::server::store::{Blind, StoreError, Throttle};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

fn found(db: &Connection, kind: Kind, what: &str) -> Result<Option<Count>, StoreError> {
    Ok(db
        .prepare_cached("SELECT count, last_ms FROM tries WHERE kind = ?1 AND what = ?2")?
        .query_row(params![kind as i64, what], |row| {
            Ok(Count {
                count: row.get(0)?,
                last: row.get(1)?,
            })
        })
        .optional()?)
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
    let whats = whats(account, address);
    let mut before = whats.each_ref().map(|(kind, _)| (*kind, None));
    for ((kind, what), (_, there)) in whats.iter().zip(&mut before) {
        *there = found(db, *kind, what)?;
    }
    let (throttle, keep) = decide(before, now);
    for (kind, kept) in keep {
        let what = whats.iter().find(|(of, _)| *of == kind);
        db.prepare_cached(
            "INSERT INTO tries (kind, what, count, last_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (kind, what) DO UPDATE SET count = ?3, last_ms = ?4",
        )?
        .execute(params![
            kind as i64,
            what.map(|(_, what)| what),
            kept.count,
            kept.last
        ])?;
    }
    Ok(throttle)
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
