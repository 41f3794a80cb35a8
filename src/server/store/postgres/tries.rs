//! Tries to sign in, counted in SQL by the rules that every engine shares.

use super::db::Db;
use crate::domain::id::Account;
use crate::server::store::tries::{Count, FORGET, decide, whats};
use crate::server::store::{Blind, StoreError, Throttle};
use jiff::Timestamp;

/// Counts a try, or answers how long to wait; a try that is refused is not counted.
pub(super) async fn count(
    db: &Db,
    (account, address, at): &(Account, Blind, Timestamp),
) -> Result<Throttle, StoreError> {
    let now = at.as_millisecond();
    super::alone(db, super::Alone::Tries).await?;
    db.run("DELETE FROM tries WHERE last_ms < $1", &[&(now - FORGET)])
        .await?;
    let whats = whats(account, *address);
    let mut found = whats.each_ref().map(|(kind, _)| (*kind, None));
    for ((kind, what), (_, found)) in whats.iter().zip(&mut found) {
        let sql = "SELECT count, last_ms FROM tries WHERE kind = $1 AND what = $2";
        let row = db.maybe(sql, &[&(*kind as i64), what]).await?;
        *found = row.map(|row| Count {
            count: row.get(0),
            last: row.get(1),
        });
    }
    let (throttle, keep) = decide(found, now);
    for (kind, kept) in keep {
        let what = whats
            .iter()
            .find(|(of, _)| *of == kind)
            .map(|(_, what)| what);
        db.run(
            "INSERT INTO tries (kind, what, count, last_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (kind, what) DO UPDATE SET count = $3, last_ms = $4",
            &[&(kind as i64), &what, &kept.count, &kept.last],
        )
        .await?;
    }
    Ok(throttle)
}

/// A try was right: the account's are forgotten, and the address gets this one back, no more, for it may go on
/// trying others.
pub(super) async fn succeeded(
    db: &Db,
    account: &Account,
    address: Blind,
) -> Result<(), StoreError> {
    let [(pair, both), (of, from), (whole, name)] = whats(account, address);
    db.run(
        "DELETE FROM tries WHERE (kind = $1 AND what = $2) OR (kind = $3 AND what = $4)",
        &[&(pair as i64), &both, &(whole as i64), &name],
    )
    .await?;
    let back = "UPDATE tries SET count = greatest(count - 1, 0) WHERE kind = $1 AND what = $2";
    db.run(back, &[&(of as i64), &from]).await?;
    Ok(())
}
