//! Pages of tickets. No page looks at more than its index holds for the filter: by change over the index of words and
//! names, by clock over one B-tree a stage.

use super::tickets::{COLUMNS, complete, read};
use super::{blob16, words};
use crate::domain::ticket::Stage;
use crate::server::store::{Place, StoreError, TicketOrder, TicketQuery, TicketRecord};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::cmp::Reverse;
use uuid::Uuid;

/// A statement with what it is given.
pub(super) struct Asked {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// A page of tickets in the order that is asked for.
pub(super) fn list(db: &Connection, query: &TicketQuery) -> Result<Vec<TicketRecord>, StoreError> {
    let question = words::question(query);
    match (query.order, query.number, &question) {
        // Few are merged into one: they are taken whatever else is asked.
        _ if query.main.is_some() => rows(db, &sorted(query, question.as_deref())),
        (TicketOrder::Changed, None, Some(question)) if !query.asking && !query.answerable => {
            by_index(db, query, question)
        }
        (TicketOrder::Due, None, _) if query.words.is_none() => by_clock(db, query),
        _ => rows(db, &sorted(query, question.as_deref())),
    }
}

fn rows(db: &Connection, asked: &Asked) -> Result<Vec<TicketRecord>, StoreError> {
    let mut statement = db.prepare_cached(&asked.sql)?;
    let mut rows = statement.query(params_from_iter(&asked.values))?;
    let mut tickets = Vec::new();
    while let Some(row) = rows.next()? {
        tickets.push(complete(db, read(row)?)?);
    }
    Ok(tickets)
}

/// What is found by the index, in its order; where a page ends in the middle of a millisecond, the identifier decides.
fn by_index(
    db: &Connection,
    query: &TicketQuery,
    question: &str,
) -> Result<Vec<TicketRecord>, StoreError> {
    let asked = indexed(query, question);
    let mut statement = db.prepare_cached(&asked.sql)?;
    let mut rows = statement.query(params_from_iter(&asked.values))?;
    let limit = query.limit as usize;
    let place = |ticket: &TicketRecord| ticket.place(TicketOrder::Changed);
    let key = |place: Place| (place.ms, place.id);
    let mut found: Vec<TicketRecord> = Vec::with_capacity(limit);
    while let Some(row) = rows.next()? {
        let ticket = read(row)?;
        let here = place(&ticket);
        let full = found.len() >= limit;
        if full && found.last().is_none_or(|last| place(last).ms != here.ms) {
            break;
        }
        if query.after.is_none_or(|after| key(here) < key(after)) {
            found.push(ticket);
        }
    }
    found.sort_by_key(|ticket| Reverse(key(place(ticket))));
    found.truncate(limit);
    found
        .into_iter()
        .map(|ticket| complete(db, ticket))
        .collect()
}

/// The statement over the index of words and names, last changed first.
pub(super) fn indexed(query: &TicketQuery, question: &str) -> Asked {
    let mut sql = format!(
        "SELECT {COLUMNS} FROM ticket_words CROSS JOIN tickets ON tickets.place = ticket_words.rowid
         WHERE ticket_words MATCH ?"
    );
    let mut values = vec![Value::Text(question.to_owned())];
    if let Some(after) = query.after {
        sql.push_str(" AND ticket_words.rowid < ?");
        let end = words::first_of(after.ms.saturating_add(1));
        values.push(Value::Integer(end));
    }
    if let Some(since) = query.changed_since {
        sql.push_str(" AND ticket_words.rowid >= ?");
        values.push(Value::Integer(words::first_of(since.as_millisecond())));
    }
    sql.push_str(" ORDER BY ticket_words.rowid DESC");
    Asked { sql, values }
}

/// A page by clock: the first of each stage, merged.
fn by_clock(db: &Connection, query: &TicketQuery) -> Result<Vec<TicketRecord>, StoreError> {
    let stages: &[Stage] = if query.stages.is_empty() {
        &Stage::ALL
    } else {
        &query.stages
    };
    let mut first: Vec<(i64, Uuid)> = Vec::new();
    for stage in stages {
        let asked = clocked(query, *stage);
        let mut statement = db.prepare_cached(&asked.sql)?;
        let mut rows = statement.query(params_from_iter(&asked.values))?;
        while let Some(row) = rows.next()? {
            first.push((row.get(0)?, Uuid::from_bytes(row.get(1)?)));
        }
    }
    first.sort_unstable();
    first.truncate(query.limit as usize);
    let mut statement =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM tickets WHERE id = ?1"))?;
    let mut found = Vec::with_capacity(first.len());
    for (_, id) in first {
        let ticket = statement.query_row([blob16(id)], |row| Ok(read(row)))??;
        found.push(complete(db, ticket)?);
    }
    Ok(found)
}

/// The statement for one stage: clock and identifier of a page's worth.
pub(super) fn clocked(query: &TicketQuery, stage: Stage) -> Asked {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut all = vec!["stage = ?".to_owned()];
    let mut values = vec![text(stage.name())];
    let (table, id) = if let Some(unit) = &query.lead {
        all.push("place = 0 AND unit = ?".to_owned());
        values.push(text(unit.as_str()));
        ("ticket_units", "ticket")
    } else if let Some(unit) = &query.unit {
        all.push("unit = ?".to_owned());
        values.push(text(unit.as_str()));
        ("ticket_units", "ticket")
    } else {
        ("tickets", "id")
    };
    waiting(query, Some(stage), table == "tickets", &mut all);
    if let Some(account) = &query.opened_by {
        if table == "tickets" {
            all.push("opened_by = ?".to_owned());
        } else {
            all.push(
                "ticket IN (SELECT id FROM tickets WHERE opened_by = ? AND id = ticket)".to_owned(),
            );
        }
        values.push(text(account.as_str()));
    }
    if let Some(since) = query.changed_since {
        let changed = format!("(SELECT changed_ms FROM tickets AS t WHERE t.id = {id}) >= ?");
        all.push(changed);
        values.push(Value::Integer(since.as_millisecond()));
    }
    if let Some(after) = query.after {
        all.push(format!("(clock_ms, {id}) > (?, ?)"));
        values.extend([Value::Integer(after.ms), Value::Blob(blob16(after.id))]);
    }
    values.push(Value::Integer(i64::from(query.limit)));
    let sql = format!(
        "SELECT clock_ms, {id} FROM {table} WHERE {} ORDER BY clock_ms, {id} LIMIT ?",
        all.join(" AND ")
    );
    Asked { sql, values }
}

/// What the hotline is asked, and what it can answer from a main ticket.
fn waiting(query: &TicketQuery, stage: Option<Stage>, direct: bool, all: &mut Vec<String>) {
    let alias = if direct { "tickets.id" } else { "ticket" };
    let is = |condition: &str| {
        if direct {
            condition.to_owned()
        } else {
            format!("(SELECT {condition} FROM tickets WHERE tickets.id = {alias})")
        }
    };
    let answerable = "(SELECT m.stage FROM tickets m WHERE m.id = tickets.main) IN ('to_call_back', 'closed', 'archived')";
    match stage {
        Some(Stage::InHand) if query.asking => all.push(is("asks = 1")),
        Some(Stage::Merged) if query.answerable => all.push(is(answerable)),
        Some(_) => {}
        None => {
            if query.asking {
                all.push("(stage <> 'in_hand' OR asks = 1)".to_owned());
            }
            if query.answerable {
                all.push(format!("(stage <> 'merged' OR {answerable})"));
            }
        }
    }
}

/// The statement that takes all there is for the filter and sorts it: for filters that leave little, as a caller's
/// number or a word among the open tickets; and for no filter at all, where the index of changes is the order.
pub(super) fn sorted(query: &TicketQuery, question: Option<&str>) -> Asked {
    let mut all = vec!["1".to_owned()];
    let mut values = Vec::new();
    if let Some(blind) = query.number {
        all.push(
            "id IN (SELECT ticket FROM ticket_blinds WHERE kind = 0 AND blind = ?)".to_owned(),
        );
        values.push(Value::Blob(blind.to_vec()));
    }
    if let Some(question) = question {
        all.push("place IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?)".to_owned());
        values.push(Value::Text(question.to_owned()));
    }
    if let Some(main) = query.main {
        all.push("main = ?".to_owned());
        values.push(Value::Blob(blob16(main.0)));
    }
    waiting(query, None, true, &mut all);
    if let Some(since) = query.changed_since {
        all.push("changed_ms >= ?".to_owned());
        values.push(Value::Integer(since.as_millisecond()));
    }
    let (compared, order) = match query.order {
        TicketOrder::Changed => ("(changed_ms, id) < (?, ?)", "changed_ms DESC, id DESC"),
        TicketOrder::Due => ("(clock_ms, id) > (?, ?)", "clock_ms, id"),
    };
    super::place_conditions(query.after, compared, &mut all, &mut values);
    values.push(Value::Integer(i64::from(query.limit)));
    let sql = format!(
        "SELECT {COLUMNS} FROM tickets WHERE {} ORDER BY {order} LIMIT ?",
        all.join(" AND ")
    );
    Asked { sql, values }
}
