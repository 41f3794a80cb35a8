//! Calls, seats and leased numbers in SQL.

use super::knowledge::{json, parse};
use super::{blob16, day_text, moment};
use crate::crypto::WrappedKey;
use crate::domain::id::CallId;
use crate::domain::number::NumberBlock;
use crate::domain::seat::Seat;
use crate::server::store::{Blind, CallRecord, StoreError};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

/// A day's last serial.
const LAST: u32 = 999_999;
const COLUMNS: &str = "id, offered_ms, over, number, key, doc";

/// The next numbers of a day.
pub(super) fn lease(db: &Connection, day: Date, count: u32) -> Result<NumberBlock, StoreError> {
    let after: u32 = db
        .prepare_cached(
            "INSERT INTO numbers (day, next) VALUES (?1, 1 + ?2)
             ON CONFLICT (day) DO UPDATE SET next = next + ?2 RETURNING next",
        )?
        .query_row(params![day_text(day), count], |row| row.get(0))?;
    let block = NumberBlock {
        day,
        from: after.saturating_sub(count),
        to: after - 1,
    };
    if block.to > LAST {
        return Err(StoreError::DayFull);
    }
    Ok(block)
}

/// Keeps a seat as it is.
pub(super) fn save_seat(db: &Connection, seat: &Seat) -> Result<(), StoreError> {
    super::figures::spend(db, seat)?;
    db.prepare_cached(
        "INSERT INTO seats (no, doc) VALUES (?1, ?2) ON CONFLICT (no) DO UPDATE SET doc = ?2",
    )?
    .execute(params![seat.no.as_str(), json("seat", seat)?])?;
    Ok(())
}

/// All seats ever kept.
pub(super) fn seats(db: &Connection) -> Result<Vec<Seat>, StoreError> {
    let mut statement = db.prepare_cached("SELECT doc FROM seats ORDER BY no")?;
    let mut rows = statement.query([])?;
    let mut seats = Vec::new();
    while let Some(row) = rows.next()? {
        seats.push(parse("seat", &row.get::<_, String>(0)?)?);
    }
    Ok(seats)
}

/// Keeps a call as it is.
pub(super) fn save(db: &Connection, call: &CallRecord) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO calls (id, offered_ms, over, number, key, doc) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET over = ?3, number = ?4, key = ?5, doc = ?6, uncounted = 1",
    )?
    .execute(params![
        blob16(call.id.0),
        call.offered.as_millisecond(),
        call.over,
        call.number.as_ref().map(<[u8; 16]>::as_slice),
        call.key.0,
        call.doc
    ])?;
    Ok(())
}

/// A call.
pub(super) fn get(db: &Connection, id: CallId) -> Result<Option<CallRecord>, StoreError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM calls WHERE id = ?1"))?
        .query_row([blob16(id.0)], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Calls that are not over.
pub(super) fn open(db: &Connection) -> Result<Vec<CallRecord>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM calls WHERE over = 0 ORDER BY offered_ms, id"
    ))?;
    let mut rows = statement.query([])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.push(read(row)?);
    }
    Ok(calls)
}

/// How many calls came from a number.
pub(super) fn count_from(db: &Connection, number: Blind) -> Result<u32, StoreError> {
    Ok(db
        .prepare_cached("SELECT count(*) FROM calls WHERE number = ?1")?
        .query_row([number.as_slice()], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Result<CallRecord, StoreError> {
    Ok(CallRecord {
        id: CallId(Uuid::from_bytes(row.get(0)?)),
        offered: moment(row.get(1)?)?,
        over: row.get(2)?,
        number: row.get(3)?,
        key: WrappedKey(row.get(4)?),
        doc: row.get(5)?,
    })
}
