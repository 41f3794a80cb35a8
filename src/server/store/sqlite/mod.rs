//! The embedded engine: one SQLite file, one writing thread with group commit, a few reading ones.
//! The SQL of each capability is a file of its own; nothing of it is seen outside this folder.

mod calendar;
mod callbacks;
mod calls;
mod consults;
mod drafts;
mod figures;
mod jobs;
mod keys;
mod knowledge;
mod lists;
mod outages;
mod outbox;
mod people;
mod readers;
mod schema;
#[cfg(test)]
mod tests;
mod tickets;
mod tries;
mod uses;
mod vectors;
mod words;
mod writer;

use super::{
    Blind, CalendarRecord, CallRecord, CallbackQuery, CallbackRecord, CallbackWrite, ConsultQuery,
    ConsultRecord, ConsultWrite, CorrectionWrite, Counted, DraftQuery, DraftRecord, DraftWrite,
    EventRecord, FigureQuery, FigureSum, Figures, Flag, Job, KeyTable, KnowledgeRetire, Later,
    LawChangeWrite, OutboxRecord, PersonRecord, Place, ReplayRecord, SeatTime, SessionRecord,
    Store, StoreError, Tell, Throttle, TicketQuery, TicketRecord, TicketWrite, Uncounted, UseCount,
    UseDay, UseQuery, VectorRecord, Which,
};
use crate::crypto::WrappedKey;
use crate::domain::calendar::NoticeDay;
use crate::domain::directory::Directory;
use crate::domain::figures::Share;
use crate::domain::id::{
    Account, CallId, CallbackId, ConsultId, CorrectionId, DraftId, EntryCode, TicketId,
};
use crate::domain::knowledge::{Correction, Entry, PublishedEntry, Use};
use crate::domain::number::{NumberBlock, TicketNumber};
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::Seat;
use crate::protocol::draft::EntryVersion;
use crate::protocol::knowledge::Imported;
use jiff::Timestamp;
use jiff::civil::Date;
use readers::Readers;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, Row, params};
use std::path::Path;
use tokio::sync::watch;
use uuid::Uuid;
use writer::Writer;

/// How many reading threads.
const READERS: usize = 3;

/// The store in one SQLite file.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    told: watch::Receiver<u64>,
}

impl SqliteStore {
    /// Opens the file, makes it when it is missing, and brings it to this program's version.
    /// Errors: `Newer`, `Open`.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let fault = |error: std::io::Error| StoreError::Open {
            path: path.display().to_string(),
            problem: error.to_string(),
        };
        let writer = schema::open_writer(path)?;
        let connections = (0..READERS)
            .map(|_| schema::open_reader(path))
            .collect::<Result<Vec<_>, _>>()?;
        let (tell, told) = watch::channel(outbox::newest(&writer)?);
        Ok(Self {
            readers: Readers::start(connections).map_err(fault)?,
            writer: Writer::start(writer, tell).map_err(fault)?,
            told,
        })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory,
            ) => Self::Unavailable(error.to_string()),
            _ => Self::Fault(error.to_string()),
        }
    }
}

fn blob16(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn blob32(row: &Row<'_>, column: usize) -> Result<[u8; 32], StoreError> {
    Ok(row.get(column)?)
}

fn moment(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::Fault(format!("{ms} ms is no moment")))
}

fn day_text(day: Date) -> String {
    day.to_string()
}

/// A counter as SQL keeps it. Counters begin at 0 and go up by one; none comes near the limit.
fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn counter(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Fault(format!("{value} is no counter")))
}

fn place_conditions(
    after: Option<Place>,
    condition: &str,
    all: &mut Vec<String>,
    values: &mut Vec<Value>,
) {
    if let Some(place) = after {
        all.push(condition.to_owned());
        values.extend([Value::Integer(place.ms), Value::Blob(blob16(place.id))]);
    }
}

fn put_replay(db: &Connection, replay: &ReplayRecord) -> Result<(), StoreError> {
    let done = db
        .prepare_cached(
            "INSERT INTO replays (account, key, body, at_ms, wrapped, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            replay.account.as_str(),
            replay.key,
            replay.body.as_slice(),
            replay.at.as_millisecond(),
            replay.wrapped.0,
            replay.sealed
        ])?;
    if done == 1 {
        Ok(())
    } else {
        Err(StoreError::KeyUsed)
    }
}

#[rustfmt::skip]
impl Store for SqliteStore {
    fn is_key(&self, print: Blind) -> Later<'_, bool> {
        self.writer.run(move |db| people::is_key(db, print))
    }
    fn write_ticket(&self, write: TicketWrite) -> Later<'_, ()> {
        self.writer.run(move |db| tickets::write(db, &write))
    }
    fn ticket(&self, id: TicketId) -> Later<'_, Option<TicketRecord>> {
        self.readers.run(move |db| tickets::get(db, id))
    }
    fn ticket_by_number(&self, number: TicketNumber) -> Later<'_, Option<TicketRecord>> {
        self.readers.run(move |db| tickets::by_number(db, number))
    }
    fn tickets(&self, query: TicketQuery) -> Later<'_, Vec<TicketRecord>> {
        self.readers.run(move |db| lists::list(db, &query))
    }
    fn events(&self, id: TicketId) -> Later<'_, Vec<EventRecord>> {
        self.readers.run(move |db| tickets::events(db, id))
    }

    fn write_callback(&self, write: CallbackWrite) -> Later<'_, ()> {
        self.writer.run(move |db| callbacks::write(db, write))
    }
    fn callback(&self, id: CallbackId) -> Later<'_, Option<CallbackRecord>> {
        self.readers.run(move |db| callbacks::get(db, id))
    }
    fn callbacks(&self, query: CallbackQuery) -> Later<'_, Vec<CallbackRecord>> {
        self.readers.run(move |db| callbacks::list(db, &query))
    }

    fn write_consult(&self, write: ConsultWrite) -> Later<'_, ()> {
        self.writer.run(move |db| consults::write(db, write))
    }
    fn consult(&self, id: ConsultId) -> Later<'_, Option<ConsultRecord>> {
        self.readers.run(move |db| consults::get(db, id))
    }
    fn consults(&self, query: ConsultQuery) -> Later<'_, Vec<ConsultRecord>> {
        self.readers.run(move |db| consults::list(db, &query))
    }

    fn knowledge_base(&self) -> Later<'_, String> {
        self.readers.run(knowledge::base)
    }
    fn knowledge_revision(&self) -> Later<'_, u64> {
        self.readers.run(knowledge::revision)
    }
    fn knowledge_since(&self, since: u64, limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        self.readers.run(move |db| knowledge::since(db, since, limit))
    }
    fn import_knowledge(&self, entries: Vec<Entry>, by: Account, at: Timestamp, tell: Tell) -> Later<'_, Imported> {
        self.writer.run(move |db| knowledge::import(db, &entries, &by, at, tell))
    }

    fn without_vector(&self, model: &'static str, over: u64, limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        self.readers.run(move |db| vectors::missing(db, model, over, limit))
    }
    fn put_vectors(&self, model: &'static str, vectors: Vec<VectorRecord>) -> Later<'_, ()> {
        self.writer.run(move |db| vectors::put(db, model, &vectors))
    }
    fn newest_vector(&self) -> Later<'_, u64> {
        self.readers.run(vectors::newest)
    }
    fn vectors_since(&self, model: &'static str, since: u64, limit: u32) -> Later<'_, Vec<VectorRecord>> {
        self.readers.run(move |db| vectors::since(db, model, since, limit))
    }
    fn tell_knowledge(&self, at: Timestamp, tell: Tell) -> Later<'_, ()> {
        self.writer.run(move |db| knowledge::tell(db, at, tell))
    }

    fn write_draft(&self, write: DraftWrite, tell: Tell) -> Later<'_, ()> {
        self.writer.run(move |db| drafts::write(db, &write, tell))
    }
    fn draft(&self, id: DraftId) -> Later<'_, Option<DraftRecord>> {
        self.readers.run(move |db| drafts::get(db, id))
    }
    fn drafts(&self, query: DraftQuery) -> Later<'_, Vec<DraftRecord>> {
        self.readers.run(move |db| drafts::list(db, &query))
    }
    fn entry(&self, code: EntryCode) -> Later<'_, Option<PublishedEntry>> {
        self.readers.run(move |db| drafts::entry(db, &code))
    }
    fn entries(&self, codes: Vec<EntryCode>) -> Later<'_, Vec<PublishedEntry>> {
        self.readers.run(move |db| drafts::entries(db, &codes))
    }
    fn entry_versions(&self, code: EntryCode) -> Later<'_, Vec<EntryVersion>> {
        self.readers.run(move |db| drafts::versions(db, &code))
    }
    fn retire_entry(&self, retire: KnowledgeRetire, tell: Tell) -> Later<'_, ()> {
        self.writer.run(move |db| drafts::retire(db, &retire, tell))
    }
    fn knowledge_changes(&self, before: u64, limit: u32) -> Later<'_, Vec<EntryVersion>> {
        self.readers.run(move |db| drafts::changes(db, before, limit))
    }
    fn expiring_entries(&self, span: (Date, Date), limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        self.readers.run(move |db| drafts::expiring(db, span, limit))
    }
    fn write_correction(&self, write: CorrectionWrite) -> Later<'_, ()> {
        self.writer.run(move |db| drafts::write_correction(db, &write))
    }
    fn correction(&self, id: CorrectionId) -> Later<'_, Option<Correction>> {
        self.readers.run(move |db| drafts::correction(db, id))
    }
    fn corrections(&self, settled: bool, after: Option<Place>, limit: u32) -> Later<'_, Vec<Correction>> {
        self.readers.run(move |db| drafts::corrections(db, settled, after, limit))
    }

    fn count_uses(&self, uses: Vec<Use>, day: Date, replay: Option<ReplayRecord>) -> Later<'_, ()> {
        self.writer
            .run(move |db| uses::count(db, &uses, day, replay.as_ref()))
    }
    fn uses_since(&self, query: UseQuery) -> Later<'_, Vec<UseCount>> {
        self.readers.run(move |db| uses::since(db, &query))
    }
    fn note_law_change(&self, write: LawChangeWrite) -> Later<'_, ()> {
        self.writer.run(move |db| uses::note(db, &write))
    }
    fn flagged_entries(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Flag>> {
        self.readers.run(move |db| uses::flagged(db, since, limit))
    }
    fn knowledge_figures(&self, span: (Timestamp, Timestamp)) -> Later<'_, Figures> {
        self.readers.run(move |db| uses::figures(db, span))
    }

    fn uncounted(&self, limit: u32) -> Later<'_, Vec<Uncounted>> {
        self.readers.run(move |db| figures::uncounted(db, limit))
    }
    fn put_figures(&self, counted: Vec<Counted>) -> Later<'_, ()> {
        self.writer.run(move |db| figures::put(db, &counted))
    }
    fn count_open_again(&self) -> Later<'_, ()> {
        self.writer.run(figures::again)
    }
    fn figure_sums(&self, query: FigureQuery) -> Later<'_, Vec<FigureSum>> {
        self.readers.run(move |db| figures::sums(db, &query))
    }
    fn figure_subjects(&self, query: FigureQuery, which: Which, after: Option<Uuid>, limit: u32) -> Later<'_, Vec<Uuid>> {
        self.readers.run(move |db| figures::behind(db, &query, which, after, limit))
    }
    fn use_days(&self, days: (Date, Date)) -> Later<'_, Vec<UseDay>> {
        self.readers.run(move |db| uses::days(db, days))
    }
    fn stale_entries(&self, today: Date) -> Later<'_, Share> {
        self.readers.run(move |db| uses::stale(db, today))
    }
    fn seat_times(&self, days: (Date, Date), account: Option<Account>) -> Later<'_, Vec<SeatTime>> {
        self.readers.run(move |db| figures::seat_times(db, days, account.as_ref()))
    }

    fn directory(&self) -> Later<'_, Directory> {
        self.readers.run(knowledge::directory)
    }
    fn put_directory(&self, directory: Directory, by: Account, at: Timestamp, tell: Tell) -> Later<'_, (u64, bool)> {
        self.writer.run(move |db| knowledge::put_directory(db, directory, &by, at, tell))
    }

    fn put_outages(&self, outages: Vec<Outage>, by: Account, at: Timestamp, tell: Tell) -> Later<'_, (u64, u64)> {
        self.writer.run(move |db| outages::put(db, &outages, &by, at, tell))
    }
    fn outages(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Outage>> {
        self.readers.run(move |db| outages::since(db, since, limit))
    }

    fn calendar(&self) -> Later<'_, CalendarRecord> {
        self.readers.run(calendar::get)
    }
    fn put_calendar(&self, sent: Vec<NoticeDay>, by: Account, at: Timestamp) -> Later<'_, (u64, bool)> {
        self.writer.run(move |db| calendar::put(db, &sent, &by, at))
    }
    fn calendar_counted(&self, version: u64) -> Later<'_, ()> {
        self.writer.run(move |db| calendar::counted(db, version))
    }
    fn open_tickets(&self, after: Option<TicketId>, limit: u32) -> Later<'_, Vec<TicketId>> {
        self.readers.run(move |db| calendar::open_tickets(db, after, limit))
    }

    fn due_jobs(&self, now: Timestamp, until: Timestamp, limit: u32) -> Later<'_, Vec<Job>> {
        self.writer.run(move |db| jobs::due(db, now, until, limit))
    }
    fn finish_job(&self, job: Job, next: Option<Timestamp>) -> Later<'_, bool> {
        self.writer.run(move |db| jobs::finish(db, &job, next))
    }

    fn person(&self, account: Account) -> Later<'_, Option<PersonRecord>> {
        self.readers.run(move |db| people::get(db, &account))
    }
    fn people(&self) -> Later<'_, Vec<Person>> {
        self.readers.run(people::list)
    }
    fn add_person(&self, person: PersonRecord) -> Later<'_, ()> {
        self.writer.run(move |db| people::add(db, &person))
    }

    fn count_sign_in(&self, account: Account, address: Blind, at: Timestamp) -> Later<'_, Throttle> {
        self.writer.run(move |db| tries::count(db, &account, address, at))
    }
    fn start_session(&self, session: SessionRecord, address: Blind) -> Later<'_, Vec<SessionRecord>> {
        self.writer.run(move |db| people::start_session(db, &session, address))
    }
    fn signed_in(&self, token: [u8; 32]) -> Later<'_, Option<(SessionRecord, Person)>> {
        self.readers.run(move |db| people::signed_in(db, &token))
    }
    fn extend_session(&self, token: [u8; 32], until: Timestamp) -> Later<'_, ()> {
        self.writer.run(move |db| people::extend_session(db, &token, until))
    }
    fn end_session(&self, token: [u8; 32]) -> Later<'_, bool> {
        self.writer.run(move |db| people::end_session(db, &token))
    }

    fn lease_numbers(&self, day: Date, count: u32) -> Later<'_, NumberBlock> {
        self.writer.run(move |db| calls::lease(db, day, count))
    }
    fn save_seat(&self, seat: Seat) -> Later<'_, ()> {
        self.writer.run(move |db| calls::save_seat(db, &seat))
    }
    fn seats(&self) -> Later<'_, Vec<Seat>> {
        self.readers.run(calls::seats)
    }
    fn save_call(&self, call: CallRecord) -> Later<'_, ()> {
        self.writer.run(move |db| calls::save(db, &call))
    }
    fn save_call_at(&self, call: CallRecord, seat: Seat) -> Later<'_, ()> {
        self.writer.run(move |db| {
            calls::save(db, &call)?;
            calls::save_seat(db, &seat)
        })
    }
    fn call(&self, id: CallId) -> Later<'_, Option<CallRecord>> {
        self.readers.run(move |db| calls::get(db, id))
    }
    fn open_calls(&self) -> Later<'_, Vec<CallRecord>> {
        self.readers.run(calls::open)
    }
    fn calls_from(&self, number: Blind) -> Later<'_, u32> {
        self.readers.run(move |db| calls::count_from(db, number))
    }

    fn wrapped_keys(&self, table: KeyTable, after: Vec<u8>, limit: u32) -> Later<'_, Vec<(Vec<u8>, WrappedKey)>> {
        self.readers.run(move |db| keys::list(db, table, &after, limit))
    }
    fn put_wrapped_keys(&self, table: KeyTable, keys: Vec<(Vec<u8>, WrappedKey, WrappedKey)>) -> Later<'_, ()> {
        self.writer.run(move |db| keys::put(db, table, &keys))
    }
    fn replay(&self, account: Account, key: String) -> Later<'_, Option<ReplayRecord>> {
        self.readers.run(move |db| outbox::replay(db, &account, &key))
    }
    fn prove_writable(&self, at: Timestamp) -> Later<'_, ()> {
        self.writer.run(move |db| people::prove_writable(db, at))
    }
    fn forget_replays(&self, before: Timestamp) -> Later<'_, u64> {
        self.writer.run(move |db| outbox::forget_replays(db, before))
    }
    fn told(&self) -> watch::Receiver<u64> {
        self.told.clone()
    }
    fn outbox_after(&self, seq: u64, limit: u32) -> Later<'_, Vec<OutboxRecord>> {
        self.readers.run(move |db| outbox::after(db, seq, limit))
    }
    fn outbox_span(&self) -> Later<'_, (u64, u64)> {
        self.readers.run(outbox::span)
    }
    fn forget_outbox(&self, before: Timestamp, keep: u64) -> Later<'_, u64> {
        self.writer.run(move |db| outbox::forget(db, before, keep))
    }
}
