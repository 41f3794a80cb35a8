//! People and sessions in SQL.

use super::knowledge::{json, parse};
use super::{blob32, moment, tries};
use crate::crypto;
use crate::domain::id::{Account, SeatNo};
use crate::domain::role::Person;
use crate::server::store::{Blind, PersonRecord, SessionRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// At how many seats one account may sit at once: a person has one, and moves now and then.
const SEATS: i64 = 4;

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

/// Writes the moment where nothing else is kept.
pub(super) fn prove_writable(db: &Connection, at: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO meta (name, value) VALUES ('written', ?1)
         ON CONFLICT (name) DO UPDATE SET value = ?1",
    )?
    .execute([at.as_millisecond().to_string()])?;
    Ok(())
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

/// A new session; answers which ended for it.
pub(super) fn start_session(
    db: &Connection,
    session: &SessionRecord,
    address: Blind,
) -> Result<Vec<SessionRecord>, StoreError> {
    tries::succeeded(db, &session.account, address)?;
    db.prepare_cached("DELETE FROM sessions WHERE until_ms < ?1")?
        .execute([session.started.as_millisecond()])?;
    let mut ended = Vec::new();
    if let Some(seat) = &session.seat {
        let elsewhere: i64 = db
            .prepare_cached(
                "SELECT count(DISTINCT seat) FROM sessions WHERE account = ?1 AND seat <> ?2",
            )?
            .query_row([session.account.as_str(), seat.as_str()], |row| row.get(0))?;
        if elsewhere >= SEATS {
            return Err(StoreError::TooMany {
                limit: SEATS.unsigned_abs(),
            });
        }
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
