//! People, tries to sign in and sessions in SQL.

use super::knowledge::{json, parse};
use super::{blob32, moment};
use crate::crypto;
use crate::domain::id::{Account, SeatNo};
use crate::domain::role::Person;
use crate::server::store::{Blind, PersonRecord, SessionRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// How many tries without success are free.
const FREE_TRIES: u32 = 5;
/// The first wait after them, in milliseconds; it doubles with each further try.
const FIRST_WAIT: i64 = 30_000;
/// The longest wait, in milliseconds.
const LONGEST_WAIT: i64 = 900_000;
/// After so many milliseconds without a try the count is forgotten.
const FORGET: i64 = 86_400_000;

/// True when the master key's print is the one kept; keeps the first.
pub(super) fn is_key(db: &Connection, print: Blind) -> Result<bool, StoreError> {
    let print = crypto::hex(&print);
    db.prepare_cached("INSERT OR IGNORE INTO meta (name, value) VALUES ('master_key', ?1)")?
        .execute([&print])?;
    let kept: String = db
        .prepare_cached("SELECT value FROM meta WHERE name = 'master_key'")?
        .query_row([], |row| row.get(0))?;
    Ok(kept == print)
}

/// A person with the hash of their password.
pub(super) fn get(db: &Connection, account: &Account) -> Result<Option<PersonRecord>, StoreError> {
    let row: Option<(String, String)> = db
        .prepare_cached("SELECT doc, hash FROM people WHERE account = ?1")?
        .query_row([account.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(doc, hash)| {
        Ok(PersonRecord {
            person: parse("person", &doc)?,
            hash,
        })
    })
    .transpose()
}

/// Everybody, by account.
pub(super) fn list(db: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut statement = db.prepare_cached("SELECT doc FROM people ORDER BY account")?;
    let mut rows = statement.query([])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        people.push(parse("person", &row.get::<_, String>(0)?)?);
    }
    Ok(people)
}

/// A new person.
pub(super) fn add(db: &Connection, record: &PersonRecord) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "INSERT INTO people (account, doc, hash) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            record.person.account.as_str(),
            json("person", &record.person)?,
            record.hash
        ])?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::Exists)
    }
}

/// Counts a try, or answers how many seconds to wait.
pub(super) fn count_try(
    db: &Connection,
    account: &Account,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let now = at.as_millisecond();
    db.prepare_cached("DELETE FROM tries WHERE last_ms < ?1")?
        .execute([now - FORGET])?;
    let found: Option<(u32, i64)> = db
        .prepare_cached("SELECT count, last_ms FROM tries WHERE account = ?1")?
        .query_row([account.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((count, last)) = found {
        let until = last + wait(count);
        if until > now {
            return Ok(u64::try_from((until - now + 999) / 1000).unwrap_or(1));
        }
    }
    db.prepare_cached(
        "INSERT INTO tries (account, count, last_ms) VALUES (?1, 1, ?2)
         ON CONFLICT (account) DO UPDATE SET count = count + 1, last_ms = ?2",
    )?
    .execute(params![account.as_str(), now])?;
    Ok(0)
}

/// How long one waits after so many tries without success, in milliseconds.
fn wait(count: u32) -> i64 {
    match count.checked_sub(FREE_TRIES) {
        None => 0,
        Some(more) => FIRST_WAIT
            .saturating_mul(1 << more.min(10))
            .min(LONGEST_WAIT),
    }
}

/// A new session; answers which ended for it.
pub(super) fn start_session(
    db: &Connection,
    session: &SessionRecord,
) -> Result<Vec<SessionRecord>, StoreError> {
    db.prepare_cached("DELETE FROM tries WHERE account = ?1")?
        .execute([session.account.as_str()])?;
    db.prepare_cached("DELETE FROM sessions WHERE until_ms < ?1")?
        .execute([session.started.as_millisecond()])?;
    let mut ended = Vec::new();
    if let Some(seat) = &session.seat {
        let mut statement = db.prepare_cached(
            "DELETE FROM sessions WHERE seat = ?1 RETURNING token, account, seat, started_ms, until_ms",
        )?;
        let mut rows = statement.query([seat.as_str()])?;
        while let Some(row) = rows.next()? {
            ended.push(read(row)?);
        }
    }
    db.prepare_cached(
        "INSERT INTO sessions (token, account, seat, started_ms, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        session.token.as_slice(),
        session.account.as_str(),
        session.seat.as_ref().map(SeatNo::as_str),
        session.started.as_millisecond(),
        session.until.as_millisecond()
    ])?;
    Ok(ended)
}

/// The session of a token.
pub(super) fn session(
    db: &Connection,
    token: &[u8; 32],
) -> Result<Option<SessionRecord>, StoreError> {
    db.prepare_cached(
        "SELECT token, account, seat, started_ms, until_ms FROM sessions WHERE token = ?1",
    )?
    .query_row([token.as_slice()], |row| Ok(read(row)))
    .optional()?
    .transpose()
}

/// The session of a token with whose it is.
pub(super) fn signed_in(
    db: &Connection,
    token: &[u8; 32],
) -> Result<Option<(SessionRecord, Person)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT token, account, seat, started_ms, until_ms, doc FROM sessions JOIN people USING (account) WHERE token = ?1",
    )?;
    let mut rows = statement.query([token.as_slice()])?;
    rows.next()?
        .map(|row| Ok((read(row)?, parse("person", &row.get::<_, String>(5)?)?)))
        .transpose()
}

/// The session at a seat.
pub(super) fn session_at(
    db: &Connection,
    seat: &SeatNo,
    now: Timestamp,
) -> Result<Option<SessionRecord>, StoreError> {
    db.prepare_cached(
        "SELECT token, account, seat, started_ms, until_ms FROM sessions WHERE seat = ?1 AND until_ms > ?2",
    )?
    .query_row(params![seat.as_str(), now.as_millisecond()], |row| Ok(read(row)))
    .optional()?
    .transpose()
}

/// Moves a session's end on.
pub(super) fn extend_session(
    db: &Connection,
    token: &[u8; 32],
    until: Timestamp,
) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE sessions SET until_ms = ?2 WHERE token = ?1")?
        .execute(params![token.as_slice(), until.as_millisecond()])?;
    Ok(())
}

/// Ends a session; true when there was one.
pub(super) fn end_session(db: &Connection, token: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("DELETE FROM sessions WHERE token = ?1")?
        .execute([token.as_slice()])?
        > 0)
}

fn read(row: &Row<'_>) -> Result<SessionRecord, StoreError> {
    let damaged = |_| StoreError::Fault("a session cannot be read".to_owned());
    let seat: Option<String> = row.get(2)?;
    Ok(SessionRecord {
        token: blob32(row, 0)?,
        account: Account::parse(&row.get::<_, String>(1)?).map_err(damaged)?,
        seat: seat
            .map(|seat| SeatNo::parse(&seat))
            .transpose()
            .map_err(damaged)?,
        started: moment(row.get(3)?)?,
        until: moment(row.get(4)?)?,
    })
}
