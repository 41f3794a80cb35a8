//! People and sessions in SQL.

use super::db::Db;
use super::{Alone, alone, bytes32, json, moment, parse, tries};
use crate::crypto;
use crate::domain::id::{Account, SeatNo};
use crate::domain::role::Person;
use crate::server::store::{Blind, PersonRecord, SessionRecord, StoreError};
use jiff::Timestamp;
use tokio_postgres::Row;

/// At how many seats one account may sit at once: a person has one, and moves now and then.
const SEATS: i64 = 4;

/// True when the master key's print is the one kept; keeps the first.
pub(super) async fn is_key(db: &Db, print: &Blind) -> Result<bool, StoreError> {
    let print = crypto::hex(print);
    let keep = "INSERT INTO meta (name, value) VALUES ('master_key', $1) ON CONFLICT DO NOTHING";
    db.run(keep, &[&print]).await?;
    Ok(kept_key(db).await? == Some(print))
}

/// The print of the key it was begun with.
pub(super) async fn kept_key(db: &Db) -> Result<Option<String>, StoreError> {
    let row = db.maybe("SELECT value FROM meta WHERE name = 'master_key'", &[]);
    Ok(row.await?.map(|row| row.get(0)))
}

/// Writes the moment where nothing else is kept.
pub(super) async fn prove_writable(db: &Db, at: &Timestamp) -> Result<(), StoreError> {
    db.run(
        "INSERT INTO meta (name, value) VALUES ('written', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
        &[&at.as_millisecond().to_string()],
    )
    .await?;
    Ok(())
}

/// A person with the hash of their password.
pub(super) async fn get(db: &Db, account: &Account) -> Result<Option<PersonRecord>, StoreError> {
    let sql = "SELECT doc, hash FROM people WHERE account = $1";
    let row = db.maybe(sql, &[&account.as_str()]).await?;
    row.map(|row| {
        Ok(PersonRecord {
            person: parse("person", row.get(0))?,
            hash: row.get(1),
        })
    })
    .transpose()
}

/// Everybody, by account.
pub(super) async fn list(db: &Db) -> Result<Vec<Person>, StoreError> {
    let rows = db
        .all("SELECT doc FROM people ORDER BY account", &[])
        .await?;
    rows.iter().map(|row| parse("person", row.get(0))).collect()
}

/// A new person.
pub(super) async fn add(db: &Db, record: &PersonRecord) -> Result<(), StoreError> {
    let person = &record.person;
    let done = db
        .run(
            "INSERT INTO people (account, doc, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &[
                &person.account.as_str(),
                &json("person", person)?,
                &record.hash,
            ],
        )
        .await?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::Exists)
    }
}

/// A new session; answers which ended for it.
pub(super) async fn start_session(
    db: &Db,
    (session, address): &(SessionRecord, Blind),
) -> Result<Vec<SessionRecord>, StoreError> {
    // The order in which every try takes them.
    alone(db, Alone::Tries).await?;
    alone(db, Alone::Sessions).await?;
    tries::succeeded(db, &session.account, *address).await?;
    let started = session.started.as_millisecond();
    db.run("DELETE FROM sessions WHERE until_ms < $1", &[&started])
        .await?;
    let account = session.account.as_str();
    let seat = session.seat.as_ref().map(SeatNo::as_str);
    let mut ended = Vec::new();
    if let Some(seat) = &seat {
        let sql = "SELECT count(DISTINCT seat) FROM sessions WHERE account = $1 AND seat <> $2";
        let elsewhere: i64 = db.one(sql, &[&account, seat]).await?.get(0);
        if elsewhere >= SEATS {
            return Err(StoreError::TooMany {
                limit: SEATS.unsigned_abs(),
            });
        }
        let sql = "DELETE FROM sessions WHERE seat = $1 RETURNING token, account, seat, started_ms, until_ms";
        for row in db.all(sql, &[seat]).await? {
            ended.push(read(&row)?);
        }
    }
    db.run(
        "INSERT INTO sessions (token, account, seat, started_ms, until_ms) VALUES ($1, $2, $3, $4, $5)",
        &[
            &session.token.as_slice(),
            &account,
            &seat,
            &started,
            &session.until.as_millisecond(),
        ],
    )
    .await?;
    Ok(ended)
}

/// The session of a token with whose it is.
pub(super) async fn signed_in(
    db: &Db,
    token: &[u8; 32],
) -> Result<Option<(SessionRecord, Person)>, StoreError> {
    let sql = "SELECT token, account, seat, started_ms, until_ms, doc FROM sessions JOIN people USING (account) WHERE token = $1";
    let row = db.maybe(sql, &[&token.as_slice()]).await?;
    row.map(|row| Ok((read(&row)?, parse("person", row.get(5))?)))
        .transpose()
}

/// Moves a session's end on.
pub(super) async fn extend_session(
    db: &Db,
    (token, until): &([u8; 32], Timestamp),
) -> Result<(), StoreError> {
    let sql = "UPDATE sessions SET until_ms = $2 WHERE token = $1";
    db.run(sql, &[&token.as_slice(), &until.as_millisecond()])
        .await?;
    Ok(())
}

/// Ends a session; true when there was one.
pub(super) async fn end_session(db: &Db, token: &[u8; 32]) -> Result<bool, StoreError> {
    let sql = "DELETE FROM sessions WHERE token = $1";
    Ok(db.run(sql, &[&token.as_slice()]).await? > 0)
}

fn read(row: &Row) -> Result<SessionRecord, StoreError> {
    let damaged = |_| StoreError::Fault("a session cannot be read".to_owned());
    let seat: Option<&str> = row.get(2);
    Ok(SessionRecord {
        token: bytes32(row, 0)?,
        account: Account::parse(row.get(1)).map_err(damaged)?,
        seat: seat.map(SeatNo::parse).transpose().map_err(damaged)?,
        started: moment(row.get(3))?,
        until: moment(row.get(4))?,
    })
}
