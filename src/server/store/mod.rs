//! What the server keeps, behind one trait: methods named after what the hotline does, no SQL above them.
//! Every write method is one transaction, durable when it answers. `sqlite` is the embedded engine; another
//! engine is another folder and passes the same suite (`suite`). Sealing happens in `sealed`, for all engines.

mod error;
pub mod postgres;
mod record;
pub mod sealed;
pub mod sqlite;
#[cfg(test)]
mod suite;
mod tries;
pub mod words;

pub use error::StoreError;
pub use record::*;

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
use std::future::Future;
use std::pin::Pin;
use tokio::sync::watch;
use uuid::Uuid;

/// What a store's method answers with, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Makes the relay's notice for a new revision or version, as JSON.
pub type Tell = fn(u64) -> String;

/// The store. A future that is dropped before it answers leaves the write either wholly done or not at all.
pub trait Store: Send + Sync {
    /// True when this print of the master key is the one the store was begun with; the first one is kept.
    fn is_key(&self, print: Blind) -> Later<'_, bool>;

    /// Events, ticket, outbox and idempotency answer together. Errors: [`StoreError::Stale`] when the ticket is not at
    /// `expected`; `MainMoved` when the main ticket it `holds` has moved on; `HasChildren` when it is merged and others
    /// are merged into it; `Exists`; `NumberTaken`; `NotLeased`; `KeyUsed`; `LeaseLost` when its job's fence is
    /// not the newest.
    fn write_ticket(&self, write: TicketWrite) -> Later<'_, ()>;
    /// A ticket.
    fn ticket(&self, id: TicketId) -> Later<'_, Option<TicketRecord>>;
    /// The ticket of a number.
    fn ticket_by_number(&self, number: TicketNumber) -> Later<'_, Option<TicketRecord>>;
    /// Tickets in the order asked for; at most `limit`, after `after`.
    fn tickets(&self, query: TicketQuery) -> Later<'_, Vec<TicketRecord>>;
    /// A ticket's events, oldest first.
    fn events(&self, id: TicketId) -> Later<'_, Vec<EventRecord>>;

    /// A call-back, new (`expected` 0) or changed.
    fn write_callback(&self, write: CallbackWrite) -> Later<'_, ()>;
    /// A call-back.
    fn callback(&self, id: CallbackId) -> Later<'_, Option<CallbackRecord>>;
    /// Call-backs, the one due first first.
    fn callbacks(&self, query: CallbackQuery) -> Later<'_, Vec<CallbackRecord>>;

    /// A consult, new (`expected` 0) or changed. Errors: `Exists`, `Stale`, `KeyUsed`.
    fn write_consult(&self, write: ConsultWrite) -> Later<'_, ()>;
    /// A consult.
    fn consult(&self, id: ConsultId) -> Later<'_, Option<ConsultRecord>>;
    /// Consults, the open ones first, each in the order they were asked.
    fn consults(&self, query: ConsultQuery) -> Later<'_, Vec<ConsultRecord>>;

    /// The name of this knowledge base, made with the database.
    fn knowledge_base(&self) -> Later<'_, String>;
    /// The newest revision; 0 when nothing was ever brought in.
    fn knowledge_revision(&self) -> Later<'_, u64>;
    /// Entries with a revision over `since`, in the order of their revisions.
    fn knowledge_since(&self, since: u64, limit: u32) -> Later<'_, Vec<PublishedEntry>>;
    /// Brings a batch in, together or not at all; the outbox gets one event when something changed.
    fn import_knowledge(
        &self,
        entries: Vec<Entry>,
        by: Account,
        at: Timestamp,
        tell: Tell,
    ) -> Later<'_, Imported>;

    /// Entries over a revision, not retired, that have no vector of this model and their own revision, in the order
    /// of their revisions.
    fn without_vector(
        &self,
        model: &'static str,
        over: u64,
        limit: u32,
    ) -> Later<'_, Vec<PublishedEntry>>;
    /// Keeps vectors of a model, each under the next number, in place of the entries' former ones.
    fn put_vectors(&self, model: &'static str, vectors: Vec<VectorRecord>) -> Later<'_, ()>;
    /// The number of the newest vector; 0 for none.
    fn newest_vector(&self) -> Later<'_, u64>;
    /// A model's vectors with a number over `since`, in the order of their numbers.
    fn vectors_since(
        &self,
        model: &'static str,
        since: u64,
        limit: u32,
    ) -> Later<'_, Vec<VectorRecord>>;
    /// Puts one event with the newest revision into the outbox: vectors came after it.
    fn tell_knowledge(&self, at: Timestamp, tell: Tell) -> Later<'_, ()>;

    /// A draft, new (`expected` 0) or changed; what it publishes becomes the entry's next version in the same
    /// transaction, and the outbox tells the revision. Errors: `Exists`; `Stale`, of the draft or of the entry;
    /// `KeyUsed`.
    fn write_draft(&self, write: DraftWrite, tell: Tell) -> Later<'_, ()>;
    /// A draft.
    fn draft(&self, id: DraftId) -> Later<'_, Option<DraftRecord>>;
    /// Drafts, last changed first; at most `limit`, after `after`.
    fn drafts(&self, query: DraftQuery) -> Later<'_, Vec<DraftRecord>>;
    /// An entry as it is, retired or not.
    fn entry(&self, code: EntryCode) -> Later<'_, Option<PublishedEntry>>;
    /// Entries of these codes as they are, retired or not.
    fn entries(&self, codes: Vec<EntryCode>) -> Later<'_, Vec<PublishedEntry>>;
    /// An entry's newest 200 versions, newest first.
    fn entry_versions(&self, code: EntryCode) -> Later<'_, Vec<EntryVersion>>;
    /// Takes an entry out: one version and one revision more. Errors: `Missing`, `Stale`, `KeyUsed`.
    fn retire_entry(&self, retire: KnowledgeRetire, tell: Tell) -> Later<'_, ()>;
    /// Changes of all entries with a revision under `before`, newest first.
    fn knowledge_changes(&self, before: u64, limit: u32) -> Later<'_, Vec<EntryVersion>>;
    /// Entries that hold and whose last day lies in the span, the next to expire first.
    fn expiring_entries(&self, span: (Date, Date), limit: u32) -> Later<'_, Vec<PublishedEntry>>;
    /// A correction, new (`expected` 0) or settled. Errors: `Exists`, `Stale`, `KeyUsed`.
    fn write_correction(&self, write: CorrectionWrite) -> Later<'_, ()>;
    /// A correction.
    fn correction(&self, id: CorrectionId) -> Later<'_, Option<Correction>>;
    /// Corrections, open or settled, newest first, after `after`.
    fn corrections(
        &self,
        settled: bool,
        after: Option<Place>,
        limit: u32,
    ) -> Later<'_, Vec<Correction>>;

    /// Keeps outages that are new or say something else than before; answers how many, and the newest version. The outbox
    /// tells it when something changed.
    fn put_outages(
        &self,
        outages: Vec<Outage>,
        by: Account,
        at: Timestamp,
        tell: Tell,
    ) -> Later<'_, (u64, u64)>;
    /// The outages that callers are told of at some moment from `since` on, by when they begin; what was called off is
    /// left out.
    fn outages(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Outage>>;
    /// Adds uses to a day's counts. Errors: `KeyUsed`.
    fn count_uses(&self, uses: Vec<Use>, day: Date, replay: Option<ReplayRecord>) -> Later<'_, ()>;
    /// The sums of uses, the most used first.
    fn uses_since(&self, query: UseQuery) -> Later<'_, Vec<UseCount>>;
    /// Notes that an article changed. Errors: `Exists`, `KeyUsed`.
    fn note_law_change(&self, write: LawChangeWrite) -> Later<'_, ()>;
    /// Entries that hold and stand on an article that changed since a moment and after they were written.
    fn flagged_entries(&self, since: Timestamp, limit: u32) -> Later<'_, Vec<Flag>>;
    /// What the time from a moment until before another comes to.
    fn knowledge_figures(&self, span: (Timestamp, Timestamp)) -> Later<'_, Figures>;

    /// Tickets and calls that are over which changed since they were counted, what waits longest first; at most `limit`
    /// of each.
    fn uncounted(&self, limit: u32) -> Later<'_, Vec<Uncounted>>;
    /// Puts what was counted in place of what was counted before of the same, and into the sums; what changed since it
    /// was read stays uncounted.
    fn put_figures(&self, counted: Vec<Counted>) -> Later<'_, ()>;
    /// Has tickets with a running clock counted again: the calendar is another.
    fn count_open_again(&self) -> Later<'_, ()>;
    /// Sums of figures, by figure and what they fall on.
    fn figure_sums(&self, query: FigureQuery) -> Later<'_, Vec<FigureSum>>;
    /// The tickets or calls behind such sums, the newest first, after one of them.
    fn figure_subjects(
        &self,
        query: FigureQuery,
        which: Which,
        after: Option<Uuid>,
        limit: u32,
    ) -> Later<'_, Vec<Uuid>>;
    /// How the knowledge was used on days from one to another, by day.
    fn use_days(&self, days: (Date, Date)) -> Later<'_, Vec<UseDay>>;
    /// Entries whose last day is over ÷ entries that are not retired.
    fn stale_entries(&self, today: Date) -> Later<'_, Share>;
    /// How long people, or one of them, were in which state of a seat on days from one to another. It is kept with
    /// every seat that is saved ([`Seat::spent`]).
    fn seat_times(&self, days: (Date, Date), account: Option<Account>) -> Later<'_, Vec<SeatTime>>;

    /// The directory in force; version 0 and empty when none was ever brought in.
    fn directory(&self) -> Later<'_, Directory>;
    /// Puts a directory in force if it says something else than the one before; answers its version and
    /// whether something changed.
    fn put_directory(
        &self,
        directory: Directory,
        by: Account,
        at: Timestamp,
        tell: Tell,
    ) -> Later<'_, (u64, bool)>;

    /// The holiday notices in force.
    fn calendar(&self) -> Later<'_, CalendarRecord>;
    /// Puts notices in force over those that are; answers the version and whether something changed.
    fn put_calendar(
        &self,
        sent: Vec<NoticeDay>,
        by: Account,
        at: Timestamp,
    ) -> Later<'_, (u64, bool)>;
    /// Notes that every open ticket was worked out again by a version of the notices.
    fn calendar_counted(&self, version: u64) -> Later<'_, ()>;
    /// Open tickets after an identifier, in an order that no change moves; at most `limit`.
    fn open_tickets(&self, after: Option<TicketId>, limit: u32) -> Later<'_, Vec<TicketId>>;

    /// Leases jobs that are due at a moment and that nobody holds, until another; at most `limit`. Each answer has a
    /// higher fence than the one before of the same job.
    fn due_jobs(&self, now: Timestamp, until: Timestamp, limit: u32) -> Later<'_, Vec<Job>>;
    /// Ends a leased job of which nothing came, and sets when its subject is looked at next; false when the lease was
    /// lost meanwhile. What comes of it otherwise is written with the fence ([`TicketWrite::job`]).
    fn finish_job(&self, job: Job, next: Option<Timestamp>) -> Later<'_, bool>;

    /// A person with the hash of their password.
    fn person(&self, account: Account) -> Later<'_, Option<PersonRecord>>;
    /// Everybody, by account.
    fn people(&self) -> Later<'_, Vec<Person>>;
    /// A new person. Errors: `Exists`.
    fn add_person(&self, person: PersonRecord) -> Later<'_, ()>;

    /// Counts a try to sign in to an account from an address (blind), before the password is looked at. After 5
    /// tries of the account from the address without success one waits 30 s, doubling up to 15 minutes; an address
    /// has 100 for all accounts and gets one back every 6 s; an account that is tried from many is slow, never shut.
    fn count_sign_in(&self, account: Account, address: Blind, at: Timestamp)
    -> Later<'_, Throttle>;
    /// A new session, which forgets the tries; ends the other sessions at its seat and answers which ended.
    /// Errors: `TooMany` when the account sits at 4 other seats.
    fn start_session(
        &self,
        session: SessionRecord,
        address: Blind,
    ) -> Later<'_, Vec<SessionRecord>>;
    /// The session of a token's SHA-256, whether still good or not, with whose it is: asked with every request.
    fn signed_in(&self, token: [u8; 32]) -> Later<'_, Option<(SessionRecord, Person)>>;
    /// Moves a session's end on.
    fn extend_session(&self, token: [u8; 32], until: Timestamp) -> Later<'_, ()>;
    /// Ends a session; true when there was one.
    fn end_session(&self, token: [u8; 32]) -> Later<'_, bool>;

    /// The next `count` numbers of a day; no number is given twice. Errors: `DayFull`.
    fn lease_numbers(&self, day: Date, count: u32) -> Later<'_, NumberBlock>;

    /// Keeps a seat as it is.
    fn save_seat(&self, seat: Seat) -> Later<'_, ()>;
    /// All seats ever kept, by number.
    fn seats(&self) -> Later<'_, Vec<Seat>>;

    /// Keeps a call as it is.
    fn save_call(&self, call: CallRecord) -> Later<'_, ()>;
    /// Keeps a call and the seat it changes, together.
    fn save_call_at(&self, call: CallRecord, seat: Seat) -> Later<'_, ()>;
    /// A call.
    fn call(&self, id: CallId) -> Later<'_, Option<CallRecord>>;
    /// Calls that are not over, in the order they were offered; of a store that several servers share, those that this
    /// one kept last.
    fn open_calls(&self) -> Later<'_, Vec<CallRecord>>;
    /// How many calls came from a number, by its blind index.
    fn calls_from(&self, number: Blind) -> Later<'_, u32>;

    /// A table's wrapped keys after a place, in order; a place names a row, and is taken back as it was given.
    fn wrapped_keys(
        &self,
        table: KeyTable,
        after: Vec<u8>,
        limit: u32,
    ) -> Later<'_, Vec<(Vec<u8>, WrappedKey)>>;
    /// Puts keys, the third of each, in the place of those they were, the second; one that is another meanwhile stays.
    fn put_wrapped_keys(
        &self,
        table: KeyTable,
        keys: Vec<(Vec<u8>, WrappedKey, WrappedKey)>,
    ) -> Later<'_, ()>;

    /// The stored answer to an idempotency key of an account.
    fn replay(&self, account: Account, key: String) -> Later<'_, Option<ReplayRecord>>;
    /// Proves that something can be written: writes the moment, and answers when it is durable. Errors: `DiskFull`,
    /// `ReadOnly`, `Unavailable`.
    fn prove_writable(&self, at: Timestamp) -> Later<'_, ()>;
    /// Forgets answers made before a moment; answers how many.
    fn forget_replays(&self, before: Timestamp) -> Later<'_, u64>;

    /// The newest sequence number that a commit gave; changes with every commit that left something to tell.
    fn told(&self) -> watch::Receiver<u64>;
    /// Rows with a sequence number over `seq`, in order, at most `limit`.
    fn outbox_after(&self, seq: u64, limit: u32) -> Later<'_, Vec<OutboxRecord>>;
    /// The oldest sequence number that is still kept (the next one when nothing is), and the newest given.
    fn outbox_span(&self) -> Later<'_, (u64, u64)>;
    /// Forgets rows older than a moment, and all but the newest `keep`; answers how many went.
    fn forget_outbox(&self, before: Timestamp, keep: u64) -> Later<'_, u64>;
}
