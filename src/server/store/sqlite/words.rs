//! The index of words: an FTS5 table that keeps no text, only which pairs of characters stand where. Its rows are in
//! the order of change, so the last changed come first without sorting; what lists filter by (stage, opener, units)
//! stands in it as names, so a frequent word of a seldom stage is met where both are.

use super::blob16;
use crate::domain::ticket::Stage;
use crate::server::store::words::{Wanted, name, pairs, wanted};
use crate::server::store::{StoreError, TicketQuery, TicketRecord};
use rusqlite::{Connection, OptionalExtension as _, params};

/// How many bits of a row's number tell rows of the same millisecond apart.
const BITS: u32 = 20;
const STAGE: char = 's';
const OPENER: char = 'o';
const LEAD: char = 'l';
const UNIT: char = 'u';

/// The first row number of a millisecond (after 1970, before 2248).
pub(super) const fn first_of(ms: i64) -> i64 {
    ms.saturating_mul(1 << BITS)
}

/// Indexes a ticket as it is now, in place of what it was, in the transaction that changes it; answers its row.
pub(super) fn put(db: &Connection, ticket: &TicketRecord) -> Result<i64, StoreError> {
    let before: Option<i64> = db
        .prepare_cached("SELECT place FROM tickets WHERE id = ?1")?
        .query_row([blob16(ticket.id.0)], |row| row.get(0))
        .optional()?
        .flatten();
    if let Some(before) = before {
        db.prepare_cached("DELETE FROM ticket_words WHERE rowid = ?1")?
            .execute([before])?;
    }
    let units = ticket.units.iter().map(|unit| name(UNIT, unit.as_str()));
    let lead = ticket.units.first();
    let names: Vec<String> = [
        name(STAGE, ticket.stage.name()),
        name(OPENER, ticket.opened_by.as_str()),
    ]
    .into_iter()
    .chain(lead.map(|unit| name(LEAD, unit.as_str())))
    .chain(units)
    .collect();
    let text = format!("{}\n{}", ticket.title, ticket.text);
    let place = free_place(db, ticket.changed.as_millisecond())?;
    insert(db, place, &text, &names)?;
    Ok(place)
}

fn insert(db: &Connection, place: i64, text: &str, names: &[String]) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO ticket_words (rowid, words, names) VALUES (?1, ?2, ?3)")?
        .execute(params![place, pairs(text), names.join(" ")])?;
    Ok(())
}

fn free_place(db: &Connection, ms: i64) -> rusqlite::Result<i64> {
    let (first, end) = (first_of(ms), first_of(ms.saturating_add(1)));
    let last: Option<i64> = db
        .prepare_cached("SELECT max(place) FROM tickets WHERE place >= ?1 AND place < ?2")?
        .query_row([first, end], |row| row.get(0))?;
    Ok(last.map_or(first, |last| last + 1))
}

/// What the index is asked for a filter; nothing when the filter asks for nothing that stands in it.
pub(super) fn question(query: &TicketQuery) -> Option<String> {
    let mut all = Vec::new();
    for word in wanted(query.words.as_deref().unwrap_or_default()) {
        all.push(match word {
            Wanted::Row(row) => format!("words : \"{row}\""),
            Wanted::Beginning(character) => format!("words : \"{character}\" *"),
        });
    }
    let mut named = |kind, text: &str| all.push(format!("names : \"{}\"", name(kind, text)));
    if let Some(unit) = &query.lead {
        named(LEAD, unit.as_str());
    }
    if let Some(unit) = &query.unit {
        named(UNIT, unit.as_str());
    }
    if let Some(account) = &query.opened_by {
        named(OPENER, account.as_str());
    }
    if !query.stages.is_empty() {
        let stage = |stage: &Stage| format!("\"{}\"", name(STAGE, stage.name()));
        let stages: Vec<String> = query.stages.iter().map(stage).collect();
        all.push(format!("names : ({})", stages.join(" OR ")));
    }
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// Indexes every ticket that is there; for the migration that makes the index.
pub(super) fn index_all(db: &Connection) -> rusqlite::Result<()> {
    let mut tickets = db.prepare(
        "SELECT id, changed_ms, title || char(10) || text, stage, opened_by FROM tickets ORDER BY changed_ms, id",
    )?;
    let mut units = db.prepare("SELECT place, unit FROM ticket_units WHERE ticket = ?1")?;
    let mut set = db.prepare("UPDATE tickets SET place = ?2 WHERE id = ?1")?;
    let mut rows = tickets.query([])?;
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(0)?;
        let mut names = vec![
            name(STAGE, &row.get::<_, String>(3)?),
            name(OPENER, &row.get::<_, String>(4)?),
        ];
        let mut of_it = units.query([id])?;
        while let Some(unit) = of_it.next()? {
            let code: String = unit.get(1)?;
            if unit.get::<_, i64>(0)? == 0 {
                names.push(name(LEAD, &code));
            }
            names.push(name(UNIT, &code));
        }
        let place = free_place(db, row.get(1)?)?;
        insert(db, place, &row.get::<_, String>(2)?, &names)?;
        set.execute(params![id, place])?;
    }
    Ok(())
}
