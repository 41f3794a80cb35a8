//! Tickets and their events in SQL.

use super::{blob16, blob32, counter, day_text, jobs, moment, outbox, put_replay, version, words};
use crate::crypto::WrappedKey;
use crate::domain::caller::CallerKind;
use crate::domain::id::{Account, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::ticket::Stage;
use crate::server::store::{
    Blind, EventRecord, JobChange, JobKind, StoreError, TicketOrder, TicketRecord, TicketWrite,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

/// The columns that [`read`] takes.
pub(super) const COLUMNS: &str = "id, number, version, head, key, doc, stage, opened_by, lane, due_ms, changed_ms, opened_ms, title, text, main, asks";

const fn lane_name(lane: CallerKind) -> &'static str {
    match lane {
        CallerKind::Citizen => "citizen",
        CallerKind::Enterprise => "enterprise",
    }
}

/// One change of a ticket with all that belongs to it.
pub(super) fn write(db: &Connection, write: &TicketWrite) -> Result<(), StoreError> {
    let ticket = &write.ticket;
    hold(db, write)?;
    // What is refused takes its row of the index with it: a job that fails is rolled back whole.
    let place = words::put(db, ticket)?;
    if write.expected == 0 {
        insert(db, ticket, place)?;
    } else {
        update(db, ticket, write.expected, place)?;
    }
    put_units(db, ticket, write.expected > 0)?;
    let mut statement = db.prepare_cached(
        "INSERT INTO events (ticket, version, at_ms, json, link) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for event in &write.events {
        statement.execute(params![
            blob16(ticket.id.0),
            version(event.version),
            event.at.as_millisecond(),
            event.json,
            event.link.as_slice()
        ])?;
    }
    jobs::change(db, JobKind::Cards, ticket.id.0, &write.job)?;
    if let Some((kind, due)) = write.beside {
        let next = JobChange {
            next: Some(due),
            fence: None,
        };
        jobs::change(db, kind, ticket.id.0, &next)?;
    }
    outbox::put(db, &write.outbox)?;
    if let Some(replay) = &write.replay {
        put_replay(db, replay)?;
    }
    Ok(())
}

/// A merge rests on two tickets: the one it changes, and the main one, which must be what it was when it was looked
/// at. Whoever merges the main one meanwhile changes its version; who merges others into the child makes it a main.
fn hold(db: &Connection, write: &TicketWrite) -> Result<(), StoreError> {
    if let Some((main, expected)) = write.holds {
        let current = db
            .prepare_cached("SELECT version FROM tickets WHERE id = ?1")?
            .query_row([blob16(main.0)], |row| row.get::<_, i64>(0))
            .optional()?;
        let current = current.map_or(Ok(0), counter)?;
        if current != expected {
            return Err(StoreError::MainMoved { current, expected });
        }
    }
    if write.ticket.main.is_some() {
        let is_main: bool = db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM tickets WHERE main = ?1)")?
            .query_row([blob16(write.ticket.id.0)], |row| row.get(0))?;
        if is_main {
            return Err(StoreError::HasChildren);
        }
    }
    Ok(())
}

fn insert(db: &Connection, ticket: &TicketRecord, place: i64) -> Result<(), StoreError> {
    let next: Option<i64> = db
        .prepare_cached("SELECT next FROM numbers WHERE day = ?1")?
        .query_row([day_text(ticket.number.day())], |row| row.get(0))
        .optional()?;
    if next.is_none_or(|next| i64::from(ticket.number.serial()) >= next) {
        return Err(StoreError::NotLeased);
    }
    let done = db
        .prepare_cached(
            "INSERT INTO tickets (id, number, version, head, key, doc, stage, opened_by, lane, due_ms, changed_ms, opened_ms, title, text, main, place, asks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            blob16(ticket.id.0),
            ticket.number.to_string(),
            version(ticket.version),
            ticket.head.as_slice(),
            ticket.key.0,
            ticket.doc,
            ticket.stage.name(),
            ticket.opened_by.as_str(),
            lane_name(ticket.lane),
            ticket.due.map(jiff::Timestamp::as_millisecond),
            ticket.changed.as_millisecond(),
            ticket.opened.as_millisecond(),
            ticket.title,
            ticket.text,
            ticket.main.map(|main| blob16(main.0)),
            place,
            ticket.asks,
        ])?;
    if done == 1 {
        Ok(())
    } else if get(db, ticket.id)?.is_some() {
        Err(StoreError::Exists)
    } else {
        Err(StoreError::NumberTaken)
    }
}

fn update(
    db: &Connection,
    ticket: &TicketRecord,
    expected: u64,
    place: i64,
) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "UPDATE tickets SET version = ?3, head = ?4, doc = ?5, stage = ?6, lane = ?7, due_ms = ?8, changed_ms = ?9, title = ?10, text = ?11, key = ?12, main = ?13, place = ?14, asks = ?15, uncounted = 1
             WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            blob16(ticket.id.0),
            version(expected),
            version(ticket.version),
            ticket.head.as_slice(),
            ticket.doc,
            ticket.stage.name(),
            lane_name(ticket.lane),
            ticket.due.map(jiff::Timestamp::as_millisecond),
            ticket.changed.as_millisecond(),
            ticket.title,
            ticket.text,
            ticket.key.0,
            ticket.main.map(|main| blob16(main.0)),
            place,
            ticket.asks,
        ])?;
    if done == 1 {
        return Ok(());
    }
    let current = db
        .prepare_cached("SELECT version FROM tickets WHERE id = ?1")?
        .query_row([blob16(ticket.id.0)], |row| row.get::<_, i64>(0))
        .optional()?
        .ok_or(StoreError::Missing)?;
    Err(StoreError::Stale {
        current: u64::try_from(current).unwrap_or(0),
        expected,
    })
}

fn put_units(db: &Connection, ticket: &TicketRecord, replace: bool) -> Result<(), StoreError> {
    let id = blob16(ticket.id.0);
    if replace {
        db.prepare_cached("DELETE FROM ticket_units WHERE ticket = ?1")?
            .execute([&id])?;
        db.prepare_cached("DELETE FROM ticket_blinds WHERE ticket = ?1")?
            .execute([&id])?;
    }
    let mut units =
        db.prepare_cached("INSERT INTO ticket_units (ticket, place, unit, stage, clock_ms) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let clock = ticket.place(TicketOrder::Due).ms;
    for (place, unit) in (0_i64..).zip(&ticket.units) {
        units.execute(params![
            id,
            place,
            unit.as_str(),
            ticket.stage.name(),
            clock
        ])?;
    }
    let mut blinds = db.prepare_cached(
        "INSERT OR IGNORE INTO ticket_blinds (kind, blind, ticket) VALUES (0, ?1, ?2)",
    )?;
    for blind in &ticket.numbers {
        blinds.execute(params![blind.as_slice(), id])?;
    }
    Ok(())
}

/// A ticket.
pub(super) fn get(db: &Connection, id: TicketId) -> Result<Option<TicketRecord>, StoreError> {
    one(db, "id", Value::Blob(blob16(id.0)))
}

/// The ticket of a number.
pub(super) fn by_number(
    db: &Connection,
    number: TicketNumber,
) -> Result<Option<TicketRecord>, StoreError> {
    one(db, "number", Value::Text(number.to_string()))
}

fn one(db: &Connection, column: &str, value: Value) -> Result<Option<TicketRecord>, StoreError> {
    let read = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM tickets WHERE {column} = ?1"
        ))?
        .query_row([value], |row| Ok(read(row)))
        .optional()?
        .transpose()?;
    read.map(|ticket| complete(db, ticket)).transpose()
}

fn damaged(what: &str) -> StoreError {
    StoreError::Fault(format!("a ticket's {what} cannot be read"))
}

pub(super) fn read(row: &Row<'_>) -> Result<TicketRecord, StoreError> {
    let stage: String = row.get(6)?;
    let lane: String = row.get(8)?;
    let number: String = row.get(1)?;
    Ok(TicketRecord {
        id: TicketId(Uuid::from_bytes(row.get(0)?)),
        number: TicketNumber::parse(&number).map_err(|_| damaged("number"))?,
        version: u64::try_from(row.get::<_, i64>(2)?).map_err(|_| damaged("version"))?,
        head: blob32(row, 3)?,
        key: WrappedKey(row.get(4)?),
        doc: row.get(5)?,
        stage: Stage::from_name(&stage).ok_or_else(|| damaged("stage"))?,
        units: Vec::new(),
        opened_by: Account::parse(&row.get::<_, String>(7)?).map_err(|_| damaged("account"))?,
        lane: if lane == lane_name(CallerKind::Enterprise) {
            CallerKind::Enterprise
        } else {
            CallerKind::Citizen
        },
        due: row.get::<_, Option<i64>>(9)?.map(moment).transpose()?,
        changed: moment(row.get(10)?)?,
        opened: moment(row.get(11)?)?,
        title: row.get(12)?,
        text: row.get(13)?,
        numbers: Vec::new(),
        main: row
            .get::<_, Option<[u8; 16]>>(14)?
            .map(|id| TicketId(Uuid::from_bytes(id))),
        asks: row.get(15)?,
    })
}

pub(super) fn complete(
    db: &Connection,
    mut ticket: TicketRecord,
) -> Result<TicketRecord, StoreError> {
    let id = blob16(ticket.id.0);
    let mut units =
        db.prepare_cached("SELECT unit FROM ticket_units WHERE ticket = ?1 ORDER BY place")?;
    for unit in units.query_map([&id], |row| row.get::<_, String>(0))? {
        ticket
            .units
            .push(UnitCode::parse(&unit?).map_err(|_| damaged("unit"))?);
    }
    let mut blinds = db.prepare_cached(
        "SELECT blind FROM ticket_blinds WHERE ticket = ?1 AND kind = 0 ORDER BY blind",
    )?;
    for blind in blinds.query_map([&id], |row| row.get::<_, Blind>(0))? {
        ticket.numbers.push(blind?);
    }
    Ok(ticket)
}

/// A ticket's events, oldest first.
pub(super) fn events(db: &Connection, id: TicketId) -> Result<Vec<EventRecord>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT version, at_ms, json, link FROM events WHERE ticket = ?1 ORDER BY version",
    )?;
    let mut rows = statement.query([blob16(id.0)])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(EventRecord {
            version: u64::try_from(row.get::<_, i64>(0)?).map_err(|_| damaged("version"))?,
            at: moment(row.get(1)?)?,
            json: row.get(2)?,
            link: blob32(row, 3)?,
        });
    }
    Ok(events)
}
