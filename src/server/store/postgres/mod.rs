//! The engine for more than one machine: a PostgreSQL database, any number of servers on it. Each writes through one
//! task with group commit and reads through a pool; what one tells, all hear.
//! The SQL of each capability is a file of its own; nothing of it is seen outside this folder.

mod address;
mod asked;
mod calendar;
mod callbacks;
mod calls;
mod consults;
mod db;
mod drafts;
mod figures;
mod jobs;
mod keys;
mod knowledge;
mod lists;
mod outages;
mod outbox;
mod people;
mod schema;
#[cfg(feature = "external")]
#[cfg(test)]
mod tests;
mod tickets;
mod tries;
mod uses;
mod vectors;
mod words;
mod writer;

pub use address::PostgresAddress;

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
use db::Db;
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::Row;
use uuid::Uuid;
use writer::Writer;

/// How many connections read at once.
const READERS: usize = 4;
/// How long a request waits for one of them.
const PATIENCE: Duration = Duration::from_secs(10);
/// What holds on every connection. Nobody waits for ever: not for a statement, not for a lock, and a transaction that
/// nobody goes on with ends. An answered write survives a power cut, whatever the database is set to.
const SESSION: &str = "SET statement_timeout = '30s'; SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning;
    SET default_transaction_isolation = 'read committed';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// The store in a PostgreSQL database.
pub struct PostgresStore {
    writer: Writer,
    readers: Pool,
    told: watch::Receiver<u64>,
    hears: JoinHandle<()>,
    /// The server whose store this is, among those on the database.
    server: Uuid,
}

impl PostgresStore {
    /// Opens the database for a server, which has the same name whenever it comes back, and brings it to this program's
    /// version. Needs a running tokio runtime, which must live as long as the store. Errors: `Newer`, `Open`.
    pub async fn open(address: &PostgresAddress, server: Uuid) -> Result<Self, StoreError> {
        schema::migrate(address).await?;
        let readers = pool(address, READERS)?;
        let db = Db::new(readers.get().await?);
        let (tell, told) = watch::channel(outbox::newest(&db).await?);
        drop(db);
        let tell = Arc::new(tell);
        Ok(Self {
            writer: Writer::start(pool(address, 1)?, tell.clone()),
            hears: outbox::listen(address.clone(), tell),
            readers,
            told,
            server,
        })
    }

    /// True when it was begun with a master key already.
    pub async fn has_key(&self) -> Result<bool, StoreError> {
        Ok(people::kept_key(&self.db().await?).await?.is_some())
    }

    async fn db(&self) -> Result<Db, StoreError> {
        Ok(Db::new(self.readers.get().await?))
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.hears.abort();
    }
}

fn pool(address: &PostgresAddress, size: usize) -> Result<Pool, StoreError> {
    let fast = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(address.config.clone(), address.tls()?, fast);
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                let set = client.batch_execute(SESSION).await;
                set.map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| StoreError::Fault(error.to_string()))
}

/// What only one transaction of all servers does at a time: it reads what is there and writes the next.
#[derive(Clone, Copy)]
enum Alone {
    Tries = 1,
    Sessions = 2,
    Knowledge = 3,
    Vectors = 4,
    Directory = 5,
    Calendar = 6,
    Outages = 7,
    Figures = 8,
}

/// Waits until no other transaction does this, and keeps the others from it until the commit.
async fn alone(db: &Db, what: Alone) -> Result<(), StoreError> {
    /// Tells our locks from those of others on the same database.
    const OURS: i32 = 0x1234_5000;
    let sql = "SELECT pg_advisory_xact_lock($1, $2)";
    db.run(sql, &[&OURS, &(what as i32)]).await?;
    Ok(())
}

fn json<T: Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|_| StoreError::Fault(format!("a {what} cannot be written as JSON")))
}

fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|_| StoreError::Fault(format!("a kept {what} cannot be read")))
}

fn bytes16(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Fault("16 bytes were expected".to_owned()))
}

fn bytes32(row: &Row, column: usize) -> Result<[u8; 32], StoreError> {
    let bytes: &[u8] = row.get(column);
    bytes
        .try_into()
        .map_err(|_| StoreError::Fault("32 bytes were expected".to_owned()))
}

fn moment(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::Fault(format!("{ms} ms is no moment")))
}

/// A counter as SQL keeps it. Counters begin at 0 and go up by one; none comes near the limit.
fn version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn counter(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Fault(format!("{value} is no counter")))
}

/// A method that reads: what is asked on a connection of the pool.
macro_rules! read {
    ($self:ident, $db:ident, $ask:expr) => {
        Box::pin(async move {
            let $db = &$self.db().await?;
            $ask.await
        })
    };
}

/// A method that writes: the writer's task does it with its input.
macro_rules! write {
    ($self:ident, $input:expr, $work:path) => {
        $self
            .writer
            .run($input, |db, input| Box::pin($work(db, input)))
    };
}

#[rustfmt::skip]
impl Store for PostgresStore {
    fn is_key(&self, print: Blind) -> Later<'_, bool> {
        write!(self, print, people::is_key)
    }
    fn write_ticket(&self, write: TicketWrite) -> Later<'_, ()> {
        write!(self, write, tickets::write)
    }
    fn ticket(&self, id: TicketId) -> Later<'_, Option<TicketRecord>> {
        read!(self, db, tickets::get(db, id))
    }
    fn ticket_by_number(&self, number: TicketNumber) -> Later<'_, Option<TicketRecord>> {
        read!(self, db, tickets::by_number(db, number))
    }
    fn tickets(&self, query: TicketQuery) -> Later<'_, Vec<TicketRecord>> {
        read!(self, db, lists::list(db, &query))
    }
    fn events(&self, id: TicketId) -> Later<'_, Vec<EventRecord>> {
        read!(self, db, tickets::events(db, id))
    }

    fn write_callback(&self, write: CallbackWrite) -> Later<'_, ()> {
        write!(self, write, callbacks::write)
    }
    fn callback(&self, id: CallbackId) -> Later<'_, Option<CallbackRecord>> {
        read!(self, db, callbacks::get(db, id))
    }
    fn callbacks(&self, query: CallbackQuery) -> Later<'_, Vec<CallbackRecord>> {
        read!(self, db, callbacks::list(db, &query))
    }

    fn write_consult(&self, write: ConsultWrite) -> Later<'_, ()> {
        write!(self, write, consults::write)
    }
    fn consult(&self, id: ConsultId) -> Later<'_, Option<ConsultRecord>> {
        read!(self, db, consults::get(db, id))
    }
    fn consults(&self, query: ConsultQuery) -> Later<'_, Vec<ConsultRecord>> {
        read!(self, db, consults::list(db, &query))
    }

    fn knowledge_base(&self) -> Later<'_, String> {
        read!(self, db, knowledge::base(db))
    }
    fn knowledge_revision(&self) -> Later<'_, u64> {
        read!(self, db, knowledge::revision(db))
    }
    fn knowledge_since(&self, since: u64, limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        read!(self, db, knowledge::since(db, since, limit))
    }
    fn import_knowledge(&self, entries: Vec<Entry>, by: Account, at: Timestamp, tell: Tell) -> Later<'_, Imported> {
        write!(self, (entries, by, at, tell), knowledge::import)
    }

    fn without_vector(&self, model: &'static str, over: u64, limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        read!(self, db, vectors::missing(db, model, over, limit))
    }
    fn put_vectors(&self, model: &'static str, vectors: Vec<VectorRecord>) -> Later<'_, ()> {
        write!(self, (model, vectors), vectors::put)
    }
    fn newest_vector(&self) -> Later<'_, u64> {
        read!(self, db, vectors::newest(db))
    }
    fn vectors_since(&self, model: &'static str, since: u64, limit: u32) -> Later<'_, Vec<VectorRecord>> {
        read!(self, db, vectors::since(db, model, since, limit))
    }
    fn tell_knowledge(&self, at: Timestamp, tell: Tell) -> Later<'_, ()> {
        write!(self, (at, tell), knowledge::tell)
    }

    fn write_draft(&self, write: DraftWrite, tell: Tell) -> Later<'_, ()> {
        write!(self, (write, tell), drafts::write)
    }
    fn draft(&self, id: DraftId) -> Later<'_, Option<DraftRecord>> {
        read!(self, db, drafts::get(db, id))
    }
    fn drafts(&self, query: DraftQuery) -> Later<'_, Vec<DraftRecord>> {
        read!(self, db, drafts::list(db, &query))
    }
    fn entry(&self, code: EntryCode) -> Later<'_, Option<PublishedEntry>> {
        read!(self, db, drafts::entry(db, &code))
    }
    fn entries(&self, codes: Vec<EntryCode>) -> Later<'_, Vec<PublishedEntry>> {
        read!(self, db, drafts::entries(db, &codes))
    }
    fn entry_versions(&self, code: EntryCode) -> Later<'_, Vec<EntryVersion>> {
        read!(self, db, drafts::versions(db, &code))
    }
    fn retire_entry(&self, retire: KnowledgeRetire, tell: Tell) -> Later<'_, ()> {
        write!(self, (retire, tell), drafts::retire)
    }
    fn knowledge_changes(&self, before: u64, limit: u32) -> Later<'_, Vec<EntryVersion>> {
        read!(self, db, drafts::changes(db, before, limit))
    }
    fn expiring_entries(&self, span: (Date, Date), limit: u32) -> Later<'_, Vec<PublishedEntry>> {
        read!(self, db, drafts::expiring(db, span, limit))
    }
    fn write_correction(&self, write: CorrectionWrite) -> Later<'_, ()> {
        write!(self, write, drafts::write_correction)
    }
    fn correction(&self, id: CorrectionId) -> Later<'_, Option<Correction>> {
        read!(self, db, drafts::correction(db, id))
    }
    fn corrections(&self, settled: bool, after: Option<Place>, limit: u32) -> Later<'_, Vec<Correction>> {
        read!(self, db, drafts::corrections(db, settled, after, limit))
    }

    fn put_outages(&self, outages: Vec<Outage>, by: Account, at: Timestamp, tell: Tell) -> Later<'_, (u64, u64)> {
        write!(self, (outages, by, at, tell), outages::put)
    }
    fn outages(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Outage>> {
        read!(self, db, outages::since(db, since, limit))
    }
    fn count_uses(&self, uses: Vec<Use>, day: Date, replay: Option<ReplayRecord>) -> Later<'_, ()> {
        write!(self, (uses, day, replay), uses::count)
    }
    fn uses_since(&self, query: UseQuery) -> Later<'_, Vec<UseCount>> {
        read!(self, db, uses::since(db, &query))
    }
    fn note_law_change(&self, write: LawChangeWrite) -> Later<'_, ()> {
        write!(self, write, uses::note)
    }
    fn flagged_entries(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Flag>> {
        read!(self, db, uses::flagged(db, since, limit))
    }
    fn knowledge_figures(&self, span: (Timestamp, Timestamp)) -> Later<'_, Figures> {
        read!(self, db, uses::figures(db, span))
    }

    fn uncounted(&self, limit: u32) -> Later<'_, Vec<Uncounted>> {
        read!(self, db, figures::uncounted(db, limit))
    }
    fn put_figures(&self, counted: Vec<Counted>) -> Later<'_, ()> {
        write!(self, counted, figures::put)
    }
    fn count_open_again(&self) -> Later<'_, ()> {
        write!(self, (), figures::again)
    }
    fn figure_sums(&self, query: FigureQuery) -> Later<'_, Vec<FigureSum>> {
        read!(self, db, figures::sums(db, &query))
    }
    fn figure_subjects(&self, query: FigureQuery, which: Which, after: Option<Uuid>, limit: u32) -> Later<'_, Vec<Uuid>> {
        read!(self, db, figures::behind(db, &query, which, after, limit))
    }
    fn use_days(&self, days: (Date, Date)) -> Later<'_, Vec<UseDay>> {
        read!(self, db, uses::days(db, days))
    }
    fn stale_entries(&self, today: Date) -> Later<'_, Share> {
        read!(self, db, uses::stale(db, today))
    }
    fn seat_times(&self, days: (Date, Date), account: Option<Account>) -> Later<'_, Vec<SeatTime>> {
        read!(self, db, figures::seat_times(db, days, account.as_ref()))
    }

    fn directory(&self) -> Later<'_, Directory> {
        read!(self, db, knowledge::directory(db))
    }
    fn put_directory(&self, directory: Directory, by: Account, at: Timestamp, tell: Tell) -> Later<'_, (u64, bool)> {
        write!(self, (directory, by, at, tell), knowledge::put_directory)
    }

    fn calendar(&self) -> Later<'_, CalendarRecord> {
        read!(self, db, calendar::get(db))
    }
    fn put_calendar(&self, sent: Vec<NoticeDay>, by: Account, at: Timestamp) -> Later<'_, (u64, bool)> {
        write!(self, (sent, by, at), calendar::put)
    }
    fn calendar_counted(&self, version: u64) -> Later<'_, ()> {
        write!(self, version, calendar::counted)
    }
    fn open_tickets(&self, after: Option<TicketId>, limit: u32) -> Later<'_, Vec<TicketId>> {
        read!(self, db, calendar::open_tickets(db, after, limit))
    }

    fn due_jobs(&self, now: Timestamp, until: Timestamp, limit: u32) -> Later<'_, Vec<Job>> {
        write!(self, (now, until, limit), jobs::due)
    }
    fn finish_job(&self, job: Job, next: Option<Timestamp>) -> Later<'_, bool> {
        write!(self, (job, next), jobs::finish)
    }

    fn person(&self, account: Account) -> Later<'_, Option<PersonRecord>> {
        read!(self, db, people::get(db, &account))
    }
    fn people(&self) -> Later<'_, Vec<Person>> {
        read!(self, db, people::list(db))
    }
    fn add_person(&self, person: PersonRecord) -> Later<'_, ()> {
        write!(self, person, people::add)
    }

    fn count_sign_in(&self, account: Account, address: Blind, at: Timestamp) -> Later<'_, Throttle> {
        write!(self, (account, address, at), tries::count)
    }
    fn start_session(&self, session: SessionRecord, address: Blind) -> Later<'_, Vec<SessionRecord>> {
        write!(self, (session, address), people::start_session)
    }
    fn signed_in(&self, token: [u8; 32]) -> Later<'_, Option<(SessionRecord, Person)>> {
        read!(self, db, people::signed_in(db, &token))
    }
    fn extend_session(&self, token: [u8; 32], until: Timestamp) -> Later<'_, ()> {
        write!(self, (token, until), people::extend_session)
    }
    fn end_session(&self, token: [u8; 32]) -> Later<'_, bool> {
        write!(self, token, people::end_session)
    }

    fn lease_numbers(&self, day: Date, count: u32) -> Later<'_, NumberBlock> {
        write!(self, (day, count), calls::lease)
    }
    fn save_seat(&self, seat: Seat) -> Later<'_, ()> {
        write!(self, seat, calls::save_seat)
    }
    fn seats(&self) -> Later<'_, Vec<Seat>> {
        read!(self, db, calls::seats(db))
    }
    fn save_call(&self, call: CallRecord) -> Later<'_, ()> {
        write!(self, (call, self.server), calls::save)
    }
    fn save_call_at(&self, call: CallRecord, seat: Seat) -> Later<'_, ()> {
        write!(self, (call, seat, self.server), calls::save_at)
    }
    fn call(&self, id: CallId) -> Later<'_, Option<CallRecord>> {
        read!(self, db, calls::get(db, id))
    }
    fn open_calls(&self) -> Later<'_, Vec<CallRecord>> {
        read!(self, db, calls::open(db, self.server))
    }
    fn calls_from(&self, number: Blind) -> Later<'_, u32> {
        read!(self, db, calls::count_from(db, number))
    }

    fn wrapped_keys(&self, table: KeyTable, after: Vec<u8>, limit: u32) -> Later<'_, Vec<(Vec<u8>, WrappedKey)>> {
        read!(self, db, keys::list(db, table, &after, limit))
    }
    fn put_wrapped_keys(&self, table: KeyTable, keys: Vec<(Vec<u8>, WrappedKey, WrappedKey)>) -> Later<'_, ()> {
        write!(self, (table, keys), keys::put)
    }
    fn replay(&self, account: Account, key: String) -> Later<'_, Option<ReplayRecord>> {
        read!(self, db, outbox::replay(db, &account, &key))
    }
    fn prove_writable(&self, at: Timestamp) -> Later<'_, ()> {
        write!(self, at, people::prove_writable)
    }
    fn forget_replays(&self, before: Timestamp) -> Later<'_, u64> {
        write!(self, before, outbox::forget_replays)
    }
    fn told(&self) -> watch::Receiver<u64> {
        self.told.clone()
    }
    fn outbox_after(&self, seq: u64, limit: u32) -> Later<'_, Vec<OutboxRecord>> {
        read!(self, db, outbox::after(db, seq, limit))
    }
    fn outbox_span(&self) -> Later<'_, (u64, u64)> {
        read!(self, db, outbox::span(db))
    }
    fn forget_outbox(&self, before: Timestamp, keep: u64) -> Later<'_, u64> {
        write!(self, (before, keep), outbox::forget)
    }
}
