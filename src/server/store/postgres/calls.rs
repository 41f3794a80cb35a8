//! Calls, seats and leased numbers in SQL.

use super::db::Db;
use super::{bytes16, figures, json, moment, parse};
use crate::crypto::WrappedKey;
use crate::domain::id::CallId;
use crate::domain::number::NumberBlock;
use crate::domain::seat::Seat;
use crate::server::store::{Blind, CallRecord, StoreError};
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

/// A day's last serial.
const LAST: u32 = 999_999;
const COLUMNS: &str = "id, offered_ms, over, number, key, doc";

/// The next numbers of a day.
pub(super) async fn lease(db: &Db, &(day, count): &(Date, u32)) -> Result<NumberBlock, StoreError> {
    let sql = "INSERT INTO numbers (day, next) VALUES ($1, 1 + $2::bigint)
         ON CONFLICT (day) DO UPDATE SET next = numbers.next + $2 RETURNING next";
    let row = db.one(sql, &[&day.to_string(), &i64::from(count)]).await?;
    let after = u32::try_from(row.get::<_, i64>(0)).map_err(|_| StoreError::DayFull)?;
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
pub(super) async fn save_seat(db: &Db, seat: &Seat) -> Result<(), StoreError> {
    figures::spend(db, seat).await?;
    let sql = "INSERT INTO seats (no, doc) VALUES ($1, $2) ON CONFLICT (no) DO UPDATE SET doc = $2";
    db.run(sql, &[&seat.no.as_str(), &json("seat", seat)?])
        .await?;
    Ok(())
}

/// All seats ever kept.
pub(super) async fn seats(db: &Db) -> Result<Vec<Seat>, StoreError> {
    let rows = db.all("SELECT doc FROM seats ORDER BY no", &[]).await?;
    rows.iter().map(|row| parse("seat", row.get(0))).collect()
}

/// Keeps a call as it is; it is the server's that keeps it.
pub(super) async fn save(db: &Db, (call, server): &(CallRecord, Uuid)) -> Result<(), StoreError> {
    put(db, call, *server).await
}

async fn put(db: &Db, call: &CallRecord, server: Uuid) -> Result<(), StoreError> {
    db.run(
        "INSERT INTO calls (id, offered_ms, over, number, key, doc, server) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET over = $3, number = $4, key = $5, doc = $6, server = $7, uncounted = 1",
        &[
            &call.id.0,
            &call.offered.as_millisecond(),
            &call.over,
            &call.number.as_ref().map(<[u8; 16]>::as_slice),
            &call.key.0,
            &call.doc,
            &server,
        ],
    )
    .await?;
    Ok(())
}

/// Keeps a call and the seat it changes.
pub(super) async fn save_at(
    db: &Db,
    (call, seat, server): &(CallRecord, Seat, Uuid),
) -> Result<(), StoreError> {
    put(db, call, *server).await?;
    save_seat(db, seat).await
}

/// A call.
pub(super) async fn get(db: &Db, id: CallId) -> Result<Option<CallRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM calls WHERE id = $1");
    let row = db.maybe(&sql, &[&id.0]).await?;
    row.as_ref().map(read).transpose()
}

/// A server's calls that are not over.
pub(super) async fn open(db: &Db, server: Uuid) -> Result<Vec<CallRecord>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM calls WHERE NOT over AND server = $1 ORDER BY offered_ms, id"
    );
    db.all(&sql, &[&server]).await?.iter().map(read).collect()
}

/// How many calls came from a number.
pub(super) async fn count_from(db: &Db, number: Blind) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM calls WHERE number = $1";
    let row = db.one(sql, &[&number.as_slice()]).await?;
    Ok(u32::try_from(row.get::<_, i64>(0)).unwrap_or(u32::MAX))
}

fn read(row: &Row) -> Result<CallRecord, StoreError> {
    let number: Option<&[u8]> = row.get(3);
    Ok(CallRecord {
        id: CallId(row.get(0)),
        offered: moment(row.get(1))?,
        over: row.get(2),
        number: number.map(bytes16).transpose()?,
        key: WrappedKey(row.get(4)),
        doc: row.get(5),
    })
}
