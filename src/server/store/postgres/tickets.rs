//! Tickets and their events in SQL. A change is one statement, whatever belongs to it.

use super::db::Db;
use super::{bytes16, bytes32, counter, moment, version, words};
use crate::crypto::WrappedKey;
use crate::domain::caller::CallerKind;
use crate::domain::id::{Account, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::ticket::Stage;
use crate::server::store::{EventRecord, StoreError, TicketOrder, TicketRecord, TicketWrite};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// The columns that [`read`] takes, of `tickets t`.
pub(super) const COLUMNS: &str = "t.id, t.number, t.version, t.head, t.key, t.doc, t.stage, t.opened_by, t.lane, t.due_ms, t.changed_ms, t.opened_ms, t.title, t.text, t.main,
    ARRAY(SELECT unit FROM ticket_units u WHERE u.ticket = t.id ORDER BY place),
    ARRAY(SELECT blind FROM ticket_blinds b WHERE b.ticket = t.id ORDER BY blind), t.asks";

/// A new ticket, if its number was leased.
const NEW: &str = "INSERT INTO tickets (id, version, head, key, doc, stage, lane, due_ms, clock_ms, changed_ms, title, text, main, asks, number, opened_by, opened_ms)
    SELECT $1::uuid, $2::bigint, $3::bytea, $4::bytea, $5::text, $6::text, $7::text, $8::bigint, $9::bigint, $10::bigint, $11::text, $12::text, $13::uuid, $30::boolean, $31::text, $32::text, $33::bigint
    WHERE EXISTS (SELECT FROM numbers WHERE day = $34::text AND next > $35::bigint)
    ON CONFLICT DO NOTHING RETURNING id";
/// A changed one, if it is at the version that was seen.
const CHANGED: &str = "UPDATE tickets SET version = $2, head = $3, key = $4, doc = $5, stage = $6, lane = $7, due_ms = $8, clock_ms = $9, changed_ms = $10, title = $11, text = $12, main = $13, asks = $30, uncounted = 1
    WHERE id = $1 AND version = $31 RETURNING id";
/// What belongs to it: what stood there and does not any more goes, the rest is put over what stood there; no row is
/// touched twice, for the order within one statement is the engine's own. A job that is done ($29) gives its lease back;
/// one that is set to another moment does, too, and whoever held it no longer does: what they worked out is of before.
const REST: &str = "
  fewer AS (DELETE FROM ticket_units USING t WHERE ticket = t.id AND place >= cardinality($14::text[])),
  units AS (INSERT INTO ticket_units (ticket, place, unit, stage, clock_ms, changed_ms)
      SELECT t.id, u.place - 1, u.unit, $6, $9, $10 FROM t, unnest($14::text[]) WITH ORDINALITY AS u (unit, place)
      ON CONFLICT (ticket, place) DO UPDATE SET unit = excluded.unit, stage = excluded.stage, clock_ms = excluded.clock_ms, changed_ms = excluded.changed_ms),
  former AS (DELETE FROM ticket_blinds USING t WHERE ticket = t.id AND blind <> ALL ($15::bytea[])),
  blinds AS (INSERT INTO ticket_blinds (blind, ticket) SELECT b.blind, t.id FROM t, unnest($15::bytea[]) AS b (blind) ON CONFLICT DO NOTHING),
  words AS (INSERT INTO ticket_words (ticket, words, folded) SELECT t.id, $16::text[], $17::text FROM t
      ON CONFLICT (ticket) DO UPDATE SET words = excluded.words, folded = excluded.folded WHERE ticket_words.folded <> excluded.folded),
  events AS (INSERT INTO events (ticket, version, at_ms, json, link)
      SELECT t.id, e.* FROM t, unnest($18::bigint[], $19::bigint[], $20::text[], $21::bytea[]) AS e),
  replay AS (INSERT INTO replays (account, key, body, at_ms, wrapped, sealed)
      SELECT $22::text, $23::text, $24::bytea, $25::bigint, $26::bytea, $27::bytea FROM t WHERE $22::text IS NOT NULL ON CONFLICT DO NOTHING RETURNING 1),
  later AS (INSERT INTO jobs AS j (kind, subject, due_ms) SELECT 'cards', t.id, $28::bigint FROM t WHERE $28::bigint IS NOT NULL
      ON CONFLICT (kind, subject) DO UPDATE SET due_ms = excluded.due_ms,
        lease_ms = CASE WHEN $29::boolean OR j.due_ms IS DISTINCT FROM excluded.due_ms THEN 0 ELSE j.lease_ms END,
        fence = j.fence + (NOT $29 AND j.due_ms IS DISTINCT FROM excluded.due_ms)::int RETURNING fence),
  never AS (UPDATE jobs j SET due_ms = NULL, lease_ms = 0, fence = fence + (NOT $29::boolean AND due_ms IS NOT NULL)::int
      FROM t WHERE $28::bigint IS NULL AND kind = 'cards' AND subject = t.id RETURNING fence)
  SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM replay), (SELECT fence FROM later UNION ALL SELECT fence FROM never)";

const fn lane_name(lane: CallerKind) -> &'static str {
    match lane {
        CallerKind::Citizen => "citizen",
        CallerKind::Enterprise => "enterprise",
    }
}

/// One change of a ticket with all that belongs to it.
pub(super) async fn write(db: &Db, write: &TicketWrite) -> Result<(), StoreError> {
    if write.holds.is_some() || write.ticket.main.is_some() {
        hold(db, write).await?;
    }
    let Put {
        tickets,
        replays,
        fence,
    } = put(db, write).await?;
    if tickets != 1 {
        return Err(refused(db, write).await?);
    }
    if write.job.fence.is_some() && write.job.fence.map(version) != fence {
        return Err(StoreError::LeaseLost);
    }
    if replays != i64::from(write.replay.is_some()) {
        return Err(StoreError::KeyUsed);
    }
    if let Some((kind, due)) = write.beside {
        let sql = "INSERT INTO jobs AS j (kind, subject, due_ms) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject) DO UPDATE SET due_ms = excluded.due_ms, lease_ms = 0, fence = j.fence + 1";
        let due = due.as_millisecond();
        db.run(sql, &[&kind.name(), &write.ticket.id.0, &due])
            .await?;
    }
    db.tell(&write.outbox);
    Ok(())
}

/// A merge rests on two tickets: the one it changes, and the main one, which must be what it was when it was looked
/// at. Both are held from here to the commit, in one order for all; whoever merges the main one meanwhile changes its
/// version, who merges others into the child makes it a main.
async fn hold(db: &Db, write: &TicketWrite) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = std::iter::once(write.ticket.id.0)
        .chain(write.holds.map(|(main, _)| main.0))
        .collect();
    let sql = "SELECT id, version FROM tickets WHERE id = ANY ($1) ORDER BY id FOR UPDATE";
    let held = db.all(sql, &[&ids]).await?;
    if let Some((main, expected)) = write.holds {
        let row = held.iter().find(|row| row.get::<_, Uuid>(0) == main.0);
        let current = row.map_or(Ok(0), |row| counter(row.get(1)))?;
        if current != expected {
            return Err(StoreError::MainMoved { current, expected });
        }
    }
    if write.ticket.main.is_some() {
        let sql = "SELECT EXISTS (SELECT FROM tickets WHERE main = $1)";
        if db.one(sql, &[&write.ticket.id.0]).await?.get(0) {
            return Err(StoreError::HasChildren);
        }
    }
    Ok(())
}

/// What a ticket's statement put.
struct Put {
    /// How many tickets.
    tickets: i64,
    /// How many answers.
    replays: i64,
    /// The fence of its job, if it has one.
    fence: Option<i64>,
}

impl Put {
    fn read(row: &Row) -> Self {
        Self {
            tickets: row.get(0),
            replays: row.get(1),
            fence: row.get(2),
        }
    }
}

/// Puts all of it.
async fn put(db: &Db, write: &TicketWrite) -> Result<Put, StoreError> {
    let ticket = &write.ticket;
    let units: Vec<&str> = ticket.units.iter().map(UnitCode::as_str).collect();
    let blinds: Vec<&[u8]> = ticket.numbers.iter().map(<[u8; 16]>::as_slice).collect();
    let words = words::indexed(&format!("{}\n{}", ticket.title, ticket.text));
    let (mut versions, mut times, mut jsons, mut links) = (vec![], vec![], vec![], vec![]);
    for event in &write.events {
        versions.push(version(event.version));
        times.push(event.at.as_millisecond());
        jsons.push(event.json.as_str());
        links.push(event.link.as_slice());
    }
    let replay = write.replay.as_ref();
    let given: &[&(dyn ToSql + Sync)] = &[
        &ticket.id.0,
        &version(ticket.version),
        &ticket.head.as_slice(),
        &ticket.key.0,
        &ticket.doc,
        &ticket.stage.name(),
        &lane_name(ticket.lane),
        &ticket.due.map(Timestamp::as_millisecond),
        &ticket.place(TicketOrder::Due).ms,
        &ticket.changed.as_millisecond(),
        &ticket.title,
        &ticket.text,
        &ticket.main.map(|main| main.0),
        &units,
        &blinds,
        &words.words,
        &words.folded,
        &versions,
        &times,
        &jsons,
        &links,
        &replay.map(|replay| replay.account.as_str()),
        &replay.map(|replay| replay.key.as_str()),
        &replay.map(|replay| replay.body.as_slice()),
        &replay.map(|replay| replay.at.as_millisecond()),
        &replay.map(|replay| replay.wrapped.0.as_slice()),
        &replay.map(|replay| replay.sealed.as_slice()),
        &write.job.next.map(Timestamp::as_millisecond),
        &write.job.fence.is_some(),
        &ticket.asks,
    ];
    let (number, day) = (ticket.number.to_string(), ticket.number.day().to_string());
    let (by, since) = (ticket.opened_by.as_str(), ticket.opened.as_millisecond());
    let (serial, expected) = (i64::from(ticket.number.serial()), version(write.expected));
    let new: &[&(dyn ToSql + Sync)] = &[&number, &by, &since, &day, &serial];
    let changed: &[&(dyn ToSql + Sync)] = &[&expected];
    let (first, more) = if write.expected == 0 {
        (NEW, new)
    } else {
        (CHANGED, changed)
    };
    let sql = format!("WITH t AS ({first}), {REST}");
    let row = db.one(&sql, &[given, more].concat()).await?;
    Ok(Put::read(&row))
}

/// Why a ticket was not written.
async fn refused(db: &Db, write: &TicketWrite) -> Result<StoreError, StoreError> {
    let (ticket, expected) = (&write.ticket, write.expected);
    let there = db
        .maybe("SELECT version FROM tickets WHERE id = $1", &[&ticket.id.0])
        .await?;
    let leased = db
        .maybe(
            "SELECT 1 FROM numbers WHERE day = $1 AND next > $2",
            &[
                &ticket.number.day().to_string(),
                &i64::from(ticket.number.serial()),
            ],
        )
        .await?;
    Ok(match there {
        _ if expected == 0 && leased.is_none() => StoreError::NotLeased,
        Some(_) if expected == 0 => StoreError::Exists,
        None if expected == 0 => StoreError::NumberTaken,
        None => StoreError::Missing,
        Some(row) => StoreError::Stale {
            current: counter(row.get(0))?,
            expected,
        },
    })
}

/// A ticket.
pub(super) async fn get(db: &Db, id: TicketId) -> Result<Option<TicketRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM tickets t WHERE t.id = $1");
    let row = db.maybe(&sql, &[&id.0]).await?;
    row.as_ref().map(read).transpose()
}

/// The ticket of a number.
pub(super) async fn by_number(
    db: &Db,
    number: TicketNumber,
) -> Result<Option<TicketRecord>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM tickets t WHERE t.number = $1");
    let row = db.maybe(&sql, &[&number.to_string()]).await?;
    row.as_ref().map(read).transpose()
}

fn damaged(what: &str) -> StoreError {
    StoreError::Fault(format!("a ticket's {what} cannot be read"))
}

pub(super) fn read(row: &Row) -> Result<TicketRecord, StoreError> {
    let lane: &str = row.get(8);
    let (units, blinds): (Vec<&str>, Vec<&[u8]>) = (row.get(15), row.get(16));
    Ok(TicketRecord {
        id: TicketId(row.get(0)),
        number: TicketNumber::parse(row.get(1)).map_err(|_| damaged("number"))?,
        version: counter(row.get(2))?,
        head: bytes32(row, 3)?,
        key: WrappedKey(row.get(4)),
        doc: row.get(5),
        stage: Stage::from_name(row.get(6)).ok_or_else(|| damaged("stage"))?,
        units: units
            .into_iter()
            .map(|unit| UnitCode::parse(unit).map_err(|_| damaged("unit")))
            .collect::<Result<_, _>>()?,
        opened_by: Account::parse(row.get(7)).map_err(|_| damaged("account"))?,
        lane: if lane == lane_name(CallerKind::Enterprise) {
            CallerKind::Enterprise
        } else {
            CallerKind::Citizen
        },
        due: row.get::<_, Option<i64>>(9).map(moment).transpose()?,
        changed: moment(row.get(10))?,
        opened: moment(row.get(11))?,
        title: row.get(12),
        text: row.get(13),
        numbers: blinds.into_iter().map(bytes16).collect::<Result<_, _>>()?,
        main: row.get::<_, Option<Uuid>>(14).map(TicketId),
        asks: row.get(17),
    })
}

/// A ticket's events, oldest first.
pub(super) async fn events(db: &Db, id: TicketId) -> Result<Vec<EventRecord>, StoreError> {
    let sql = "SELECT version, at_ms, json, link FROM events WHERE ticket = $1 ORDER BY version";
    let read = |row: &Row| {
        Ok(EventRecord {
            version: counter(row.get(0))?,
            at: moment(row.get(1))?,
            json: row.get(2),
            link: bytes32(row, 3)?,
        })
    };
    db.all(sql, &[&id.0]).await?.iter().map(read).collect()
}
