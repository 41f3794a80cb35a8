//! What goes into a store and comes out of it: documents already sealed, with the columns that filters and
//! sorts need. The store never looks into a document.

use crate::crypto::WrappedKey;
use crate::domain::calendar::NoticeDay;
use crate::domain::caller::CallerKind;
use crate::domain::figures::{Figure, Parts, Share};
use crate::domain::id::{
    Account, CallId, CallbackId, ConsultId, EntryCode, ItemCode, SeatNo, TicketId, UnitCode,
};
use crate::domain::knowledge::{Correction, Draft, DraftStage, LawChange, PublishedEntry};
use crate::domain::number::TicketNumber;
use crate::domain::role::Person;
use crate::domain::seat::SeatState;
use crate::domain::text::Line;
use crate::domain::ticket::Stage;
use jiff::Timestamp;
use jiff::civil::Date;

/// A blind index: tells equal telephones apart from others without holding one.
pub type Blind = [u8; 16];

/// A ticket as it is kept.
#[derive(Clone)]
pub struct TicketRecord {
    /// Inside name.
    pub id: TicketId,
    /// Outside name.
    pub number: TicketNumber,
    /// Its version.
    pub version: u64,
    /// The link of its newest event in its own chain.
    pub head: [u8; 32],
    /// The key of its sealed fields, wrapped.
    pub key: WrappedKey,
    /// The ticket as JSON, its caller sealed.
    pub doc: String,
    /// Where it stands.
    pub stage: Stage,
    /// The lead unit first, then the co-units.
    pub units: Vec<UnitCode>,
    /// Who opened it.
    pub opened_by: Account,
    /// Its lane.
    pub lane: CallerKind,
    /// The clock that ends first.
    pub due: Option<Timestamp>,
    /// When it was last changed.
    pub changed: Timestamp,
    /// When it was opened.
    pub opened: Timestamp,
    /// Title, searchable; what names the caller is hidden in it.
    pub title: String,
    /// Text and what is asked, searchable; what names the caller is hidden in it.
    pub text: String,
    /// Blind indexes of the caller's whole numbers.
    pub numbers: Vec<Blind>,
    /// The main ticket it is merged into.
    pub main: Option<TicketId>,
    /// The unit asked for something that the hotline has not decided: an extension, a staged answer.
    pub asks: bool,
}

/// What stands for an entry's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorRecord {
    /// The entry.
    pub code: EntryCode,
    /// Its number: a seat that has it has all before it.
    pub seq: u64,
    /// The entry's revision that it was made of.
    pub revision: u64,
    /// The vector as bytes.
    pub vector: Vec<u8>,
}

/// An event of a ticket as it is kept. Append-only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// The ticket's version after it.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// The event as JSON, a caller in it sealed.
    pub json: String,
    /// Its link: the link before it over `json`.
    pub link: [u8; 32],
}

/// Something the seats are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxNew {
    /// When.
    pub at: Timestamp,
    /// The relay's notice as JSON.
    pub notice: String,
    /// The link of the ticket event it tells of, for the global chain.
    pub link: Option<[u8; 32]>,
}

/// Something the seats were told, with its place in the order of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRecord {
    /// Its sequence number: 1, 2, 3 … without gaps.
    pub seq: u64,
    /// The relay's notice as JSON.
    pub notice: String,
}

/// The answer to an idempotency key.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplayRecord {
    /// Whose.
    pub account: Account,
    /// The key.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body: [u8; 32],
    /// When it was answered.
    pub at: Timestamp,
    /// The key of the sealed answer.
    pub wrapped: WrappedKey,
    /// The answer, sealed.
    pub sealed: Vec<u8>,
}

/// A kind of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Cards of a ticket's clocks; the subject is the ticket.
    Cards,
    /// A ruling that is to be written back to the directory; the subject is the ticket.
    Ruling,
}

impl JobKind {
    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Ruling => "ruling",
        }
    }

    /// The kind of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Cards, Self::Ruling]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A job that was leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What is to be done.
    pub kind: JobKind,
    /// To what.
    pub subject: uuid::Uuid,
    /// Since when.
    pub due: Timestamp,
    /// Tells this lease from earlier ones.
    pub fence: u64,
}

/// What a write makes of the job of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobChange {
    /// When it is due next; nothing for never.
    pub next: Option<Timestamp>,
    /// The fence of the lease under which the write is made, where it is made under one.
    pub fence: Option<u64>,
}

/// One change of a ticket with all that belongs to it.
pub struct TicketWrite {
    /// The ticket after it.
    pub ticket: TicketRecord,
    /// The version it was made on; 0 for a new ticket.
    pub expected: u64,
    /// What happened, from version `expected` + 1 on.
    pub events: Vec<EventRecord>,
    /// What is told.
    pub outbox: Vec<OutboxNew>,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
    /// The main ticket it is merged into or leaves, and the version that this was decided on.
    pub holds: Option<(TicketId, u64)>,
    /// When its next card is due.
    pub job: JobChange,
    /// Another job of the ticket that is due at a moment from now on.
    pub beside: Option<(JobKind, Timestamp)>,
}

/// The holiday notices in force, over the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRecord {
    /// How often notices were imported; 0 for never.
    pub version: u64,
    /// All imported days, in order; of a day imported twice what was said last.
    pub days: Vec<NoticeDay>,
    /// True when every open ticket was worked out again by them.
    pub counted: bool,
}

/// A call-back as it is kept.
#[derive(Clone)]
pub struct CallbackRecord {
    /// Its identifier.
    pub id: CallbackId,
    /// Its version.
    pub version: u64,
    /// About which ticket.
    pub ticket: Option<TicketId>,
    /// Whose; nothing is the team's.
    pub owner: Option<Account>,
    /// True when it came out of an abandoned call.
    pub abandoned: bool,
    /// When it is due.
    pub due: Timestamp,
    /// When it was finished; nothing while it is open.
    pub finished: Option<Timestamp>,
    /// Blind index of the number.
    pub number: Option<Blind>,
    /// The key of the sealed fields.
    pub key: WrappedKey,
    /// The call-back as JSON, number and name sealed.
    pub doc: String,
}

/// One change of a call-back.
pub struct CallbackWrite {
    /// The call-back after it.
    pub callback: CallbackRecord,
    /// The version it was made on; 0 for a new one.
    pub expected: u64,
    /// What is told.
    pub outbox: Vec<OutboxNew>,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// A consult as it is kept: everything of it sealed.
#[derive(Clone)]
pub struct ConsultRecord {
    /// Its identifier.
    pub id: ConsultId,
    /// Its version.
    pub version: u64,
    /// Whose experts are asked.
    pub department: UnitCode,
    /// Who asked.
    pub asker: Account,
    /// True until it is over.
    pub open: bool,
    /// When it was asked.
    pub asked: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// The key of what is sealed.
    pub key: WrappedKey,
    /// The consult, sealed.
    pub doc: String,
}

/// One change of a consult.
pub struct ConsultWrite {
    /// The consult after it.
    pub consult: ConsultRecord,
    /// The version it was made on; 0 for a new one.
    pub expected: u64,
    /// What is told.
    pub outbox: Vec<OutboxNew>,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// Which consults: the open ones, and those that changed at or after a moment.
#[derive(Clone)]
pub struct ConsultQuery {
    /// Of this asker or of `department`; nothing is everybody's.
    pub asker: Option<Account>,
    /// With `asker`: or to this department.
    pub department: Option<UnitCode>,
    /// Those that are over, too, when they changed since.
    pub since: Timestamp,
    /// At most so many.
    pub limit: u32,
}

/// A call as it is kept.
#[derive(Clone)]
pub struct CallRecord {
    /// Its identifier.
    pub id: CallId,
    /// When it was offered.
    pub offered: Timestamp,
    /// True when it is over.
    pub over: bool,
    /// Blind index of the number.
    pub number: Option<Blind>,
    /// The key of the sealed number.
    pub key: WrappedKey,
    /// The call as JSON, the number sealed.
    pub doc: String,
}

/// A person with the hash of their password (a PHC string).
#[derive(Clone)]
pub struct PersonRecord {
    /// Who.
    pub person: Person,
    /// The hash.
    pub hash: String,
}

/// A session.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// SHA-256 of the token.
    pub token: [u8; 32],
    /// Whose.
    pub account: Account,
    /// At which seat.
    pub seat: Option<SeatNo>,
    /// When it began.
    pub started: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
}

/// Whether one may try to sign in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttle {
    /// Yes, after holding the try up for so long; it is counted.
    Try(std::time::Duration),
    /// Not for so many seconds; it is not counted.
    Wait(u64),
}

/// A place in a list: the sort value in UTC milliseconds, then the identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Sort value.
    pub ms: i64,
    /// Identifier.
    pub id: uuid::Uuid,
}

/// In which order tickets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TicketOrder {
    /// Last changed first.
    #[default]
    Changed,
    /// The clock that ends first first; tickets without one last.
    Due,
}

impl TicketRecord {
    /// Its place in a list of this order.
    pub fn place(&self, order: TicketOrder) -> Place {
        let ms = match order {
            TicketOrder::Changed => self.changed.as_millisecond(),
            TicketOrder::Due => self.due.map_or(i64::MAX, Timestamp::as_millisecond),
        };
        Place { ms, id: self.id.0 }
    }
}

/// Which tickets; every condition that is set must hold.
#[derive(Clone, Default)]
pub struct TicketQuery {
    /// In one of these stages; empty is any.
    pub stages: Vec<Stage>,
    /// Lead unit.
    pub lead: Option<UnitCode>,
    /// Lead or co-unit.
    pub unit: Option<UnitCode>,
    /// Opened by.
    pub opened_by: Option<Account>,
    /// Merged into this one.
    pub main: Option<TicketId>,
    /// Of tickets in hand only those that ask the hotline something.
    pub asking: bool,
    /// Of merged tickets only those whose main one's report was passed.
    pub answerable: bool,
    /// Each of these words stands in title or text, however it is written ([`super::words`]).
    pub words: Option<String>,
    /// The caller's whole number, blind.
    pub number: Option<Blind>,
    /// Changed at or after.
    pub changed_since: Option<Timestamp>,
    /// In which order.
    pub order: TicketOrder,
    /// After this place: (changed, id) going down, or (due, id) going up.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// Which call-backs; every condition that is set must hold.
#[derive(Clone, Default)]
pub struct CallbackQuery {
    /// Finished at or after this moment; nothing lists the open ones.
    pub finished_since: Option<Timestamp>,
    /// This person's; with `team` the team's too.
    pub owner: Option<Account>,
    /// With `owner`: the team's too.
    pub team: bool,
    /// Only out of abandoned calls.
    pub abandoned: bool,
    /// Due before.
    pub due_before: Option<Timestamp>,
    /// Promised to this number, blind.
    pub number: Option<Blind>,
    /// After this place (due, id), going up.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// A draft of a knowledge entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRecord {
    /// The draft.
    pub draft: Draft,
    /// When it was last changed.
    pub changed: Timestamp,
}

/// Who publishes a draft, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// By whom.
    pub by: Account,
    /// When.
    pub at: Timestamp,
}

/// One change of a draft.
pub struct DraftWrite {
    /// The draft after it.
    pub draft: DraftRecord,
    /// The version it was made on; 0 for a new one.
    pub expected: u64,
    /// Its text becomes the entry's next version.
    pub publish: Option<Publication>,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// Which drafts; every condition that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct DraftQuery {
    /// In one of these stages.
    pub stages: Vec<DraftStage>,
    /// Begun by.
    pub made_by: Option<Account>,
    /// Of this entry.
    pub code: Option<EntryCode>,
    /// After this place (changed, id), going down.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: u32,
}

/// That an entry is taken out.
pub struct KnowledgeRetire {
    /// Which.
    pub code: EntryCode,
    /// The version that was seen.
    pub expected: u64,
    /// Why.
    pub reason: Line,
    /// By whom.
    pub by: Account,
    /// When.
    pub at: Timestamp,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// One change of a correction.
pub struct CorrectionWrite {
    /// The correction after it.
    pub correction: Correction,
    /// The version it was made on; 0 for a new one.
    pub expected: u64,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// Which uses are summed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseQuery {
    /// From this day on.
    pub since: Date,
    /// Of this entry only.
    pub code: Option<EntryCode>,
    /// By words too, not only by entry.
    pub by_words: bool,
    /// Only these.
    pub only: UseKind,
    /// At most so many sums.
    pub limit: u32,
}

/// Which sums of uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UseKind {
    /// All.
    #[default]
    All,
    /// What was searched in vain, by words.
    Missed,
    /// Words under which an entry was opened or answered with more than once.
    Led,
}

/// The sum of uses of an entry, or in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseCount {
    /// The entry; none for what was searched in vain.
    pub code: Option<EntryCode>,
    /// The words; empty where they are not told apart, or were a story's.
    pub query: String,
    /// How often it was opened.
    pub opened: u64,
    /// How often a request was answered with it.
    pub answered: u64,
    /// How often it was in vain.
    pub missed: u64,
    /// The last day.
    pub last: Date,
}

/// How the knowledge was used on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseDay {
    /// Which.
    pub day: Date,
    /// How often entries were opened.
    pub opened: u64,
    /// How often requests were answered with one.
    pub answered: u64,
    /// How often something was searched in vain.
    pub missed: u64,
}

/// That an article changed.
pub struct LawChangeWrite {
    /// What.
    pub change: LawChange,
    /// The answer to keep.
    pub replay: Option<ReplayRecord>,
}

/// An entry and the change that flags it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The entry.
    pub entry: PublishedEntry,
    /// The change.
    pub change: LawChange,
}

/// What a span of time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Versions of entries.
    pub changes: u64,
    /// Entries with a version.
    pub entries: u64,
    /// First versions.
    pub added: u64,
    /// Versions that took an entry out.
    pub retired: u64,
    /// Tickets opened that are neither drafts nor invalid.
    pub accepted: u64,
    /// Of them closed directly.
    pub direct: u64,
}

/// What figures are counted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A ticket.
    Ticket(TicketId),
    /// A call.
    Call(CallId),
}

impl Subject {
    /// Its identifier.
    pub const fn id(self) -> uuid::Uuid {
        match self {
            Self::Ticket(id) => id.0,
            Self::Call(id) => id.0,
        }
    }
}

/// Something that changed since it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncounted {
    /// What.
    pub subject: Subject,
    /// How it is marked; odd where it changed itself, even where something else says that it is to be counted again.
    pub mark: i64,
}

/// What was counted of one ticket or call.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Of what.
    pub subject: Subject,
    /// Its mark when it was read.
    pub mark: i64,
    /// The ticket's version when it was read; 0 for a call.
    pub version: u64,
    /// The unit that the ticket is against.
    pub accused: Option<UnitCode>,
    /// What it adds.
    pub parts: Parts,
    /// Tickets that are to be counted again because of it.
    pub again: Vec<TicketId>,
}

/// By what sums are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FigureBy {
    /// By nothing.
    #[default]
    Whole,
    /// By civil day.
    Day,
    /// By unit.
    Unit,
    /// By item.
    Item,
}

/// Which sums; every condition that is set must hold.
#[derive(Debug, Clone)]
pub struct FigureQuery {
    /// Of these figures; at least one.
    pub figures: Vec<Figure>,
    /// From this day.
    pub from: Date,
    /// To this one.
    pub until: Date,
    /// Of these units only.
    pub units: Option<Vec<UnitCode>>,
    /// Of this item only.
    pub item: Option<ItemCode>,
    /// Of this person only.
    pub account: Option<Account>,
    /// Without what is against this unit.
    pub not_against: Option<UnitCode>,
    /// Told apart by.
    pub by: FigureBy,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureSum {
    /// Of which figure.
    pub figure: Figure,
    /// On what it falls: a day, a unit's or an item's code, or nothing.
    pub of: String,
    /// Its parts.
    pub share: Share,
}

/// Which of what is behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// All of the denominator.
    #[default]
    All,
    /// What the numerator counts.
    Counted,
    /// What it does not.
    Missed,
}

/// How long people were in a state of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatTime {
    /// On which day it began.
    pub day: Date,
    /// In which state.
    pub state: SeatState,
    /// Milliseconds.
    pub ms: u64,
}

/// A table whose records have keys of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyTable {
    /// Tickets, with their events.
    Tickets,
    /// Call-backs.
    Callbacks,
    /// Calls.
    Calls,
    /// Questions to experts.
    Consults,
    /// Answers to idempotency keys.
    Replays,
}

impl KeyTable {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::Tickets,
        Self::Callbacks,
        Self::Calls,
        Self::Consults,
        Self::Replays,
    ];
}
