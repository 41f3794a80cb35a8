//! Holiday notices in SQL, and the walk over open tickets that an import takes.

use super::{blob16, counter, version};
use crate::domain::calendar::{NoticeDay, merged};
use crate::domain::id::{Account, TicketId};
use crate::domain::ticket::Stage;
use crate::server::store::{CalendarRecord, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

fn damaged() -> StoreError {
    StoreError::Fault("the kept notices cannot be read or written".to_owned())
}

/// The notices in force.
pub(super) fn get(db: &Connection) -> Result<CalendarRecord, StoreError> {
    let found = db
        .prepare_cached(
            "SELECT version, doc, counted FROM calendars ORDER BY version DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, bool>(2)?,
            ))
        })
        .optional()?;
    let Some((found, doc, counted)) = found else {
        return Ok(CalendarRecord {
            version: 0,
            days: Vec::new(),
            counted: true,
        });
    };
    Ok(CalendarRecord {
        version: counter(found)?,
        days: serde_json::from_str(&doc).map_err(|_| damaged())?,
        counted,
    })
}

/// Puts notices in force over those that are; answers the version and whether something changed.
pub(super) fn put(
    db: &Connection,
    sent: &[NoticeDay],
    by: &Account,
    at: Timestamp,
) -> Result<(u64, bool), StoreError> {
    let there = get(db)?;
    let days = merged(there.days.clone(), sent);
    if days == there.days {
        return Ok((there.version, false));
    }
    let json = |days: &[NoticeDay]| serde_json::to_string(days).map_err(|_| damaged());
    let next = there.version + 1;
    db.prepare_cached(
        "INSERT INTO calendars (version, doc, sent, by_account, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        version(next),
        json(&days)?,
        json(sent)?,
        by.as_str(),
        at.as_millisecond()
    ])?;
    Ok((next, true))
}

/// Notes that open tickets were worked out again by a version and all before it.
pub(super) fn counted(db: &Connection, by: u64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE calendars SET counted = 1 WHERE version <= ?1 AND counted = 0")?
        .execute([version(by)])?;
    Ok(())
}

/// Open tickets in the order of their identifiers, which no change moves.
pub(super) fn open_tickets(
    db: &Connection,
    after: Option<TicketId>,
    limit: u32,
) -> Result<Vec<TicketId>, StoreError> {
    let open = Stage::ALL.into_iter().filter(|stage| stage.is_open());
    let open: Vec<String> = open.map(|stage| format!("'{}'", stage.name())).collect();
    let sql = format!(
        "SELECT id FROM tickets WHERE id > ?1 AND stage IN ({}) ORDER BY id LIMIT ?2",
        open.join(", ")
    );
    let after = after.map_or_else(Vec::new, |id| blob16(id.0));
    let mut statement = db.prepare_cached(&sql)?;
    let ids = statement.query_map(params![after, limit], |row| row.get::<_, [u8; 16]>(0))?;
    ids.map(|id| Ok(TicketId(Uuid::from_bytes(id?)))).collect()
}
