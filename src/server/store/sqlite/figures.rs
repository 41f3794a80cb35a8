//! Figures in SQL: what each ticket and call adds, and the sums, changed together.

use super::{blob16, day_text};
use crate::domain::figures::{Figure, Share};
use crate::domain::id::{Account, CallId, ItemCode, TicketId, UnitCode};
use crate::domain::seat::{Seat, SeatState};
use crate::server::store::{
    Counted, FigureBy, FigureQuery, FigureSum, SeatTime, StoreError, Subject, Uncounted, Which,
};
use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};
use uuid::Uuid;

/// What changed since it was counted, what waits longest first.
pub(super) fn uncounted(db: &Connection, limit: u32) -> Result<Vec<Uncounted>, StoreError> {
    let mut found = Vec::new();
    let tickets =
        "SELECT id, uncounted FROM tickets WHERE uncounted > 0 ORDER BY changed_ms LIMIT ?1";
    let calls = "SELECT id, uncounted FROM calls WHERE over = 1 AND uncounted > 0 ORDER BY offered_ms LIMIT ?1";
    for sql in [tickets, calls] {
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([limit])?;
        while let Some(row) = rows.next()? {
            let id = Uuid::from_bytes(row.get(0)?);
            found.push(Uncounted {
                subject: if sql == tickets {
                    Subject::Ticket(TicketId(id))
                } else {
                    Subject::Call(CallId(id))
                },
                mark: row.get(1)?,
            });
        }
    }
    Ok(found)
}

/// Puts what was counted in place of what was counted before; what changed meanwhile is left for the next time.
pub(super) fn put(db: &Connection, counted: &[Counted]) -> Result<(), StoreError> {
    for one in counted {
        if is_still(db, one)? {
            add(db, one.subject.id(), -1)?;
            db.prepare_cached("DELETE FROM figure_parts WHERE subject = ?1")?
                .execute([blob16(one.subject.id())])?;
            insert(db, one)?;
            add(db, one.subject.id(), 1)?;
        }
        for again in &one.again {
            db.prepare_cached("UPDATE tickets SET uncounted = uncounted + 2 WHERE id = ?1")?
                .execute([blob16(again.0)])?;
        }
    }
    Ok(())
}

/// True when it is what it was when it was read; it is counted then.
fn is_still(db: &Connection, one: &Counted) -> Result<bool, StoreError> {
    let id = blob16(one.subject.id());
    let done = match one.subject {
        Subject::Ticket(_) => db
            .prepare_cached(
                "UPDATE tickets SET uncounted = 0 WHERE id = ?1 AND uncounted = ?2 AND version = ?3",
            )?
            .execute(params![id, one.mark, super::version(one.version)])?,
        Subject::Call(_) => db
            .prepare_cached("UPDATE calls SET uncounted = 0 WHERE id = ?1 AND uncounted = ?2")?
            .execute(params![id, one.mark])?,
    };
    Ok(done == 1)
}

fn insert(db: &Connection, one: &Counted) -> Result<(), StoreError> {
    let mut statement = db.prepare_cached(
        "INSERT INTO figure_parts (subject, figure, day, unit, account, item, accused, numerator, denominator)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let accused = one.accused.as_ref().map_or("", UnitCode::as_str);
    for (spot, share) in &one.parts {
        statement.execute(params![
            blob16(one.subject.id()),
            spot.figure.name(),
            day_text(spot.day),
            spot.unit.as_ref().map_or("", UnitCode::as_str),
            spot.account.as_ref().map_or("", Account::as_str),
            spot.item.as_ref().map_or("", ItemCode::as_str),
            accused,
            amount(share.numerator),
            amount(share.denominator),
        ])?;
    }
    Ok(())
}

/// Minutes and seconds of one ticket or call: none comes near the limit.
fn amount(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Adds a subject's parts to the sums, or takes them off.
fn add(db: &Connection, subject: Uuid, sign: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO figure_sums (figure, day, unit, account, item, accused, numerator, denominator)
         SELECT figure, day, unit, account, item, accused, ?2 * numerator, ?2 * denominator
         FROM figure_parts WHERE subject = ?1
         ON CONFLICT DO UPDATE SET
           numerator = numerator + excluded.numerator, denominator = denominator + excluded.denominator",
    )?
    .execute(params![blob16(subject), sign])?;
    Ok(())
}

/// Open tickets are counted again: the rules they were counted by have changed.
pub(super) fn again(db: &Connection) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE tickets SET uncounted = uncounted + 2 WHERE due_ms IS NOT NULL")?
        .execute([])?;
    Ok(())
}

/// The conditions of a question.
fn conditions(query: &FigureQuery) -> (String, Vec<Value>) {
    let text = |text: &str| Value::Text(text.to_owned());
    let marks = |count: usize| vec!["?"; count].join(", ");
    let mut sql = format!(
        "figure IN ({}) AND day >= ? AND day <= ?",
        marks(query.figures.len())
    );
    let figures = query.figures.iter();
    let mut values: Vec<Value> = figures.map(|it| text(it.name())).collect();
    values.extend([text(&day_text(query.from)), text(&day_text(query.until))]);
    if let Some(units) = &query.units {
        sql.push_str(" AND unit IN (");
        sql.push_str(&marks(units.len()));
        sql.push(')');
        values.extend(units.iter().map(|unit| text(unit.as_str())));
    }
    if let Some(item) = &query.item {
        sql.push_str(" AND item = ?");
        values.push(text(item.as_str()));
    }
    if let Some(account) = &query.account {
        sql.push_str(" AND account = ?");
        values.push(text(account.as_str()));
    }
    if let Some(unit) = &query.not_against {
        sql.push_str(" AND accused <> ?");
        values.push(text(unit.as_str()));
    }
    (sql, values)
}

/// The sums, in the order of the figure's name and what they fall on.
pub(super) fn sums(db: &Connection, query: &FigureQuery) -> Result<Vec<FigureSum>, StoreError> {
    let (conditions, values) = conditions(query);
    let of = match query.by {
        FigureBy::Whole => "''",
        FigureBy::Day => "day",
        FigureBy::Unit => "unit",
        FigureBy::Item => "item",
    };
    let mut statement = db.prepare_cached(&format!(
        "SELECT figure, {of}, sum(numerator), sum(denominator) FROM figure_sums WHERE {conditions}
         GROUP BY 1, 2 HAVING sum(numerator) <> 0 OR sum(denominator) <> 0 ORDER BY 1, 2"
    ))?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut sums = Vec::new();
    while let Some(row) = rows.next()? {
        sums.push(FigureSum {
            figure: figure(&row.get::<_, String>(0)?)?,
            of: row.get(1)?,
            share: Share {
                numerator: super::counter(row.get(2)?)?,
                denominator: super::counter(row.get(3)?)?,
            },
        });
    }
    Ok(sums)
}

fn figure(name: &str) -> Result<Figure, StoreError> {
    Figure::from_name(name).ok_or_else(|| StoreError::Fault(format!("{name} is no figure")))
}

/// The tickets or calls behind the sums, the newest first.
pub(super) fn behind(
    db: &Connection,
    query: &FigureQuery,
    which: Which,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    let (mut conditions, mut values) = conditions(query);
    conditions.push_str(match which {
        Which::All => "",
        Which::Counted => " AND numerator > 0",
        Which::Missed => " AND numerator < denominator",
    });
    if let Some(after) = after {
        conditions.push_str(" AND subject < ?");
        values.push(Value::Blob(blob16(after)));
    }
    values.push(Value::Integer(i64::from(limit)));
    let mut statement = db.prepare_cached(&format!(
        "SELECT DISTINCT subject FROM figure_parts WHERE {conditions} ORDER BY subject DESC LIMIT ?"
    ))?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Uuid::from_bytes(row.get(0)?));
    }
    Ok(found)
}

/// What of a seat's time is over with its next state, as the seat is kept.
pub(super) fn spend(db: &Connection, next: &Seat) -> Result<(), StoreError> {
    let before: Option<String> = db
        .prepare_cached("SELECT doc FROM seats WHERE no = ?1")?
        .query_row([next.no.as_str()], |row| row.get(0))
        .optional()?;
    let Some(before) = before else { return Ok(()) };
    let before: Seat = super::knowledge::parse("seat", &before)?;
    let Some(spent) = before.spent(next) else {
        return Ok(());
    };
    db.prepare_cached(
        "INSERT INTO seat_times (day, account, state, ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET ms = ms + ?4",
    )?
    .execute(params![
        day_text(spent.day),
        spent.account.as_str(),
        spent.state.name(),
        i64::try_from(spent.time.as_millis()).unwrap_or(i64::MAX),
    ])?;
    Ok(())
}

/// How long people were in what state, by day.
pub(super) fn seat_times(
    db: &Connection,
    (from, until): (Date, Date),
    account: Option<&Account>,
) -> Result<Vec<SeatTime>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT day, state, sum(ms) FROM seat_times
         WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR account = ?3) GROUP BY day, state ORDER BY day, state",
    )?;
    let account = account.map(Account::as_str);
    let mut rows = statement.query(params![day_text(from), day_text(until), account])?;
    let mut times = Vec::new();
    while let Some(row) = rows.next()? {
        let (day, state): (String, String) = (row.get(0)?, row.get(1)?);
        let damaged = || StoreError::Fault("a seat's time cannot be read".to_owned());
        times.push(SeatTime {
            day: day.parse().map_err(|_| damaged())?,
            state: SeatState::ALL
                .into_iter()
                .find(|it| it.name() == state)
                .ok_or_else(damaged)?,
            ms: super::counter(row.get(2)?)?,
        });
    }
    Ok(times)
}
