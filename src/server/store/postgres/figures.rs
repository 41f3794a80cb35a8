//! Figures in SQL: what each ticket and call adds, and the sums, changed together.

use super::asked::Asked;
use super::db::Db;
use super::{Alone, alone, counter, parse, version};
use crate::domain::figures::{Figure, Share};
use crate::domain::id::{Account, CallId, ItemCode, TicketId, UnitCode};
use crate::domain::seat::{Seat, SeatState};
use crate::server::store::{
    Counted, FigureBy, FigureQuery, FigureSum, SeatTime, StoreError, Subject, Uncounted, Which,
};
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

/// What changed since it was counted, what waits longest first.
pub(super) async fn uncounted(db: &Db, limit: u32) -> Result<Vec<Uncounted>, StoreError> {
    let limit = i64::from(limit);
    let tickets =
        "SELECT id, uncounted FROM tickets WHERE uncounted > 0 ORDER BY changed_ms LIMIT $1";
    let calls =
        "SELECT id, uncounted FROM calls WHERE over AND uncounted > 0 ORDER BY offered_ms LIMIT $1";
    let mut found = Vec::new();
    for row in db.all(tickets, &[&limit]).await? {
        found.push(Uncounted {
            subject: Subject::Ticket(TicketId(row.get(0))),
            mark: row.get(1),
        });
    }
    for row in db.all(calls, &[&limit]).await? {
        found.push(Uncounted {
            subject: Subject::Call(CallId(row.get(0))),
            mark: row.get(1),
        });
    }
    Ok(found)
}

/// Puts what was counted in place of what was counted before; what changed meanwhile is left for the next time. One server
/// at a time: sums of different subjects are the same rows.
pub(super) async fn put(db: &Db, counted: &Vec<Counted>) -> Result<(), StoreError> {
    alone(db, Alone::Figures).await?;
    for one in counted {
        if is_still(db, one).await? {
            add(db, one.subject.id(), -1).await?;
            let gone = "DELETE FROM figure_parts WHERE subject = $1";
            db.run(gone, &[&one.subject.id()]).await?;
            insert(db, one).await?;
            add(db, one.subject.id(), 1).await?;
        }
        for again in &one.again {
            let sql = "UPDATE tickets SET uncounted = uncounted + 2 WHERE id = $1";
            db.run(sql, &[&again.0]).await?;
        }
    }
    Ok(())
}

/// True when it is what it was when it was read; it is counted then.
async fn is_still(db: &Db, one: &Counted) -> Result<bool, StoreError> {
    let id = one.subject.id();
    let done = match one.subject {
        Subject::Ticket(_) => {
            let sql = "UPDATE tickets SET uncounted = 0 WHERE id = $1 AND uncounted = $2 AND version = $3";
            db.run(sql, &[&id, &one.mark, &version(one.version)])
                .await?
        }
        Subject::Call(_) => {
            let sql = "UPDATE calls SET uncounted = 0 WHERE id = $1 AND uncounted = $2";
            db.run(sql, &[&id, &one.mark]).await?
        }
    };
    Ok(done == 1)
}

async fn insert(db: &Db, one: &Counted) -> Result<(), StoreError> {
    let accused = one.accused.as_ref().map_or("", UnitCode::as_str);
    let (mut figures, mut days, mut units) = (vec![], vec![], vec![]);
    let (mut accounts, mut items) = (vec![], vec![]);
    let (mut numerators, mut denominators) = (vec![], vec![]);
    for (spot, share) in &one.parts {
        figures.push(spot.figure.name());
        days.push(spot.day.to_string());
        units.push(spot.unit.as_ref().map_or("", UnitCode::as_str));
        accounts.push(spot.account.as_ref().map_or("", Account::as_str));
        items.push(spot.item.as_ref().map_or("", ItemCode::as_str));
        numerators.push(version(share.numerator));
        denominators.push(version(share.denominator));
    }
    db.run(
        "INSERT INTO figure_parts (subject, accused, figure, day, unit, account, item, numerator, denominator)
         SELECT $1, $2, p.* FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[]) AS p",
        &[
            &one.subject.id(),
            &accused,
            &figures,
            &days,
            &units,
            &accounts,
            &items,
            &numerators,
            &denominators,
        ],
    )
    .await?;
    Ok(())
}

/// Adds a subject's parts to the sums, or takes them off.
async fn add(db: &Db, subject: Uuid, sign: i64) -> Result<(), StoreError> {
    db.run(
        "INSERT INTO figure_sums AS there (figure, day, unit, account, item, accused, numerator, denominator)
         SELECT figure, day, unit, account, item, accused, $2::bigint * numerator, $2 * denominator
         FROM figure_parts WHERE subject = $1
         ON CONFLICT (figure, day, unit, account, item, accused) DO UPDATE SET
           numerator = there.numerator + excluded.numerator, denominator = there.denominator + excluded.denominator",
        &[&subject, &sign],
    )
    .await?;
    Ok(())
}

/// Open tickets are counted again: the rules they were counted by have changed.
pub(super) async fn again(db: &Db, (): &()) -> Result<(), StoreError> {
    let sql = "UPDATE tickets SET uncounted = uncounted + 2 WHERE due_ms IS NOT NULL";
    db.run(sql, &[]).await.map(drop)
}

/// The conditions of a question.
fn conditions(query: &FigureQuery) -> Asked {
    let mut asked = Asked::default();
    let figures = query.figures.iter().map(|it| it.name().to_owned());
    let figures = asked.texts(figures.collect());
    asked.that(format!("figure = ANY ({figures})"));
    let (from, until) = (
        asked.text(&query.from.to_string()),
        asked.text(&query.until.to_string()),
    );
    asked.that(format!("day BETWEEN {from} AND {until}"));
    if let Some(units) = &query.units {
        let units = asked.texts(units.iter().map(ToString::to_string).collect());
        asked.that(format!("unit = ANY ({units})"));
    }
    for (column, value) in [
        ("item", query.item.as_ref().map(ItemCode::as_str)),
        ("account", query.account.as_ref().map(Account::as_str)),
    ] {
        if let Some(value) = value {
            let value = asked.text(value);
            asked.that(format!("{column} = {value}"));
        }
    }
    if let Some(unit) = &query.not_against {
        let unit = asked.text(unit.as_str());
        asked.that(format!("accused <> {unit}"));
    }
    asked
}

/// The sums, in the order of the figure's name and what they fall on.
pub(super) async fn sums(db: &Db, query: &FigureQuery) -> Result<Vec<FigureSum>, StoreError> {
    let asked = conditions(query);
    let of = match query.by {
        FigureBy::Whole => "''::text",
        FigureBy::Day => "day",
        FigureBy::Unit => "unit",
        FigureBy::Item => "item",
    };
    let sql = format!(
        "SELECT figure, {of}, sum(numerator)::bigint, sum(denominator)::bigint FROM figure_sums WHERE {}
         GROUP BY 1, 2 HAVING sum(numerator) <> 0 OR sum(denominator) <> 0 ORDER BY 1, 2",
        asked.conditions()
    );
    let read = |row: &Row| {
        let name: &str = row.get(0);
        Ok(FigureSum {
            figure: Figure::from_name(name)
                .ok_or_else(|| StoreError::Fault(format!("{name} is no figure")))?,
            of: row.get(1),
            share: Share {
                numerator: counter(row.get(2))?,
                denominator: counter(row.get(3))?,
            },
        })
    };
    asked.ask(db, &sql).await?.iter().map(read).collect()
}

/// The tickets or calls behind the sums, the newest first.
pub(super) async fn behind(
    db: &Db,
    query: &FigureQuery,
    which: Which,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    let mut asked = conditions(query);
    match which {
        Which::All => {}
        Which::Counted => asked.that("numerator > 0".to_owned()),
        Which::Missed => asked.that("numerator < denominator".to_owned()),
    }
    if let Some(after) = after {
        let after = asked.uuid(after);
        asked.that(format!("subject < {after}"));
    }
    let (conditions, limit) = (asked.conditions(), asked.number(i64::from(limit)));
    let sql = format!(
        "SELECT DISTINCT subject FROM figure_parts WHERE {conditions} ORDER BY subject DESC LIMIT {limit}"
    );
    let rows = asked.ask(db, &sql).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// What of a seat's time is over with its next state, as the seat is kept.
pub(super) async fn spend(db: &Db, next: &Seat) -> Result<(), StoreError> {
    let before = "SELECT doc FROM seats WHERE no = $1";
    let Some(row) = db.maybe(before, &[&next.no.as_str()]).await? else {
        return Ok(());
    };
    let before: Seat = parse("seat", row.get(0))?;
    let Some(spent) = before.spent(next) else {
        return Ok(());
    };
    db.run(
        "INSERT INTO seat_times AS there (day, account, state, ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (day, account, state) DO UPDATE SET ms = there.ms + excluded.ms",
        &[
            &spent.day.to_string(),
            &spent.account.as_str(),
            &spent.state.name(),
            &i64::try_from(spent.time.as_millis()).unwrap_or(i64::MAX),
        ],
    )
    .await?;
    Ok(())
}

/// How long people were in what state, by day.
pub(super) async fn seat_times(
    db: &Db,
    (from, until): (Date, Date),
    account: Option<&Account>,
) -> Result<Vec<SeatTime>, StoreError> {
    let sql = "SELECT day, state, sum(ms)::bigint FROM seat_times
         WHERE day BETWEEN $1 AND $2 AND ($3::text IS NULL OR account = $3) GROUP BY day, state ORDER BY day, state";
    let (from, until) = (from.to_string(), until.to_string());
    let account = account.map(Account::as_str);
    let rows = db.all(sql, &[&from, &until, &account]).await?;
    let damaged = || StoreError::Fault("a seat's time cannot be read".to_owned());
    let read = |row: &Row| {
        let (day, state): (&str, &str) = (row.get(0), row.get(1));
        let mut states = SeatState::ALL.into_iter();
        Ok(SeatTime {
            day: day.parse().map_err(|_| damaged())?,
            state: states.find(|it| it.name() == state).ok_or_else(damaged)?,
            ms: counter(row.get(2))?,
        })
    };
    rows.iter().map(read).collect()
}
