//! Holiday notices in SQL, and the walk over open tickets that an import takes.

use super::db::Db;
use super::{Alone, alone, counter, json, parse, version};
use crate::domain::calendar::{NoticeDay, merged};
use crate::domain::id::{Account, TicketId};
use crate::domain::ticket::Stage;
use crate::server::store::{CalendarRecord, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

/// The notices in force.
pub(super) async fn get(db: &Db) -> Result<CalendarRecord, StoreError> {
    let sql = "SELECT version, doc, counted FROM calendars ORDER BY version DESC LIMIT 1";
    let Some(row) = db.maybe(sql, &[]).await? else {
        return Ok(CalendarRecord {
            version: 0,
            days: Vec::new(),
            counted: true,
        });
    };
    Ok(CalendarRecord {
        version: counter(row.get(0))?,
        days: parse("list of notices", row.get(1))?,
        counted: row.get(2),
    })
}

/// Puts notices in force over those that are; answers the version and whether something changed.
pub(super) async fn put(
    db: &Db,
    (sent, by, at): &(Vec<NoticeDay>, Account, Timestamp),
) -> Result<(u64, bool), StoreError> {
    alone(db, Alone::Calendar).await?;
    let there = get(db).await?;
    let days = merged(there.days.clone(), sent);
    if days == there.days {
        return Ok((there.version, false));
    }
    let next = there.version + 1;
    db.run(
        "INSERT INTO calendars (version, doc, sent, by_account, at_ms) VALUES ($1, $2, $3, $4, $5)",
        &[
            &version(next),
            &json("list of notices", &days)?,
            &json("list of notices", sent)?,
            &by.as_str(),
            &at.as_millisecond(),
        ],
    )
    .await?;
    Ok((next, true))
}

/// Notes that open tickets were worked out again by a version and all before it.
pub(super) async fn counted(db: &Db, by: &u64) -> Result<(), StoreError> {
    let sql = "UPDATE calendars SET counted = true WHERE version <= $1 AND NOT counted";
    db.run(sql, &[&version(*by)]).await?;
    Ok(())
}

/// Open tickets in the order of their identifiers, which no change moves.
pub(super) async fn open_tickets(
    db: &Db,
    after: Option<TicketId>,
    limit: u32,
) -> Result<Vec<TicketId>, StoreError> {
    let open = Stage::ALL.into_iter().filter(|stage| stage.is_open());
    let open: Vec<&str> = open.map(Stage::name).collect();
    let sql = "SELECT id FROM tickets WHERE ($1::uuid IS NULL OR id > $1) AND stage = ANY ($2) ORDER BY id LIMIT $3";
    let after: Option<Uuid> = after.map(|id| id.0);
    let rows = db.all(sql, &[&after, &open, &i64::from(limit)]).await?;
    Ok(rows.iter().map(|row| TicketId(row.get(0))).collect())
}
