//! What the desk wants of the world outside: the line to the server with its local copies, the searcher,
//! the suggester, the phone, the journal. Written in terms of the floors beneath, so that the screens are
//! tested against a scripted world and `cli` plugs in the real one. No rules live here.

use super::keymap::Keymap;
use super::theme::Theme;
use crate::domain::callback::Callback;
use crate::domain::caller::Telephone;
use crate::domain::consult::Consult;
use crate::domain::directory::{Assignment, Directory};
use crate::domain::id::{
    CallId, CallbackId, ConsultId, DistrictCode, EntryCode, ItemCode, SeatNo, TicketId,
};
use crate::domain::knowledge::{PublishedEntry, Validity};
use crate::domain::number::TicketNumber;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::Line;
use crate::domain::ticket::{Kind, Request};
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::callback::{CallbackChange, CallbackFilter, NewCallback};
use crate::protocol::consult::{ConsultChange, NewConsult};
use crate::protocol::editors::{EditorsAsk, EditorsGot, EditorsWrite};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::figures::{FiguresAsk, FiguresGot};
use crate::protocol::page::Page;
use crate::protocol::practice::{PracticeAsk, PracticeGot};
use crate::protocol::seat::{Colleague, Queue};
use crate::protocol::session::SignIn;
use crate::protocol::ticket::{
    ChildDraft, History, NewTicket, TicketAction, TicketFilter, TicketRow, TicketView,
};
use crate::search::Notice as FilterNotice;
use crate::settings::Settings;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;
use uuid::Uuid;

/// What a port answers, some time later.
pub type Reply<T> = BoxFuture<'static, Result<T, PortError>>;

/// Why a port could not do what was asked. The desk words it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// The server refused.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// There is no line to the server and no local copy.
    #[error("there is no line to the server")]
    Offline,
    /// The server took the password, and what this machine keeps was sealed under an earlier one.
    #[error("what this machine keeps was sealed under an earlier password")]
    OldPassword,
    /// The server's answer is none that this program understands.
    #[error("the server's answer is not understood (status {status})")]
    Answer {
        /// The HTTP status.
        status: u16,
    },
    /// A file of this machine cannot be read or written.
    #[error("{path} cannot be read or written")]
    File {
        /// Which.
        path: String,
    },
    /// What this machine keeps of the person (drafts, unsent writes) cannot be read or written.
    #[error("the journal cannot be read or written")]
    Journal,
    /// The knowledge on this machine cannot be searched.
    #[error("the knowledge index cannot be used")]
    Index,
    /// The phone has no such call.
    #[error("the phone has no such call")]
    NoCall,
    /// The phone can't do this at all.
    #[error("the phone cannot do this")]
    PhoneCannot,
    /// The phone does not answer.
    #[error("the phone does not answer")]
    Phone,
    /// A part of this program broke off; the rest goes on.
    #[error("a part of the program broke off")]
    Broken,
    /// Something on this machine failed; `detail` says what, without personal data.
    #[error("{detail}")]
    Local {
        /// What.
        detail: String,
    },
}

/// What a sign-in gives.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who one is.
    pub person: Person,
    /// One's seat, for those who have one.
    pub seat: Option<Seat>,
    /// The queue.
    pub queue: Queue,
    /// The server's clock at that moment.
    pub server_now: Timestamp,
    /// True at a practice server.
    pub practice: bool,
    /// What the phone can do.
    pub phone: PhoneAbilities,
    /// The server's version; blank where it does not tell.
    pub version: String,
    /// What the journal kept of the last time, in the order it was written.
    pub remembered: Vec<JournalRecord>,
}

/// What the seat's phone can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent abilities, each asked for by name"
)]
pub struct PhoneAbilities {
    /// Put a call on hold.
    pub hold: bool,
    /// Transfer without consultation.
    pub transfer: bool,
    /// Mute the microphone.
    pub mute: bool,
    /// Dial out.
    pub dial: bool,
}

/// What the phone is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneCommand {
    /// Pick up.
    Answer(CallId),
    /// Put on hold.
    Hold(CallId),
    /// Take back.
    Resume(CallId),
    /// Hang up, or reject while it rings.
    HangUp(CallId),
    /// Give the caller to another seat.
    Transfer(CallId, SeatNo),
    /// Say something, where there is no microphone.
    Say(CallId, Line),
    /// Dial a number.
    Dial(Telephone),
    /// Microphone off or on.
    Mute(bool),
}

impl PhoneCommand {
    /// The call it is about, where it is about one.
    pub const fn call(&self) -> Option<CallId> {
        match self {
            Self::Answer(id)
            | Self::Hold(id)
            | Self::Resume(id)
            | Self::HangUp(id)
            | Self::Transfer(id, _)
            | Self::Say(id, _) => Some(*id),
            Self::Dial(_) | Self::Mute(_) => None,
        }
    }
}

/// What the phone says.
#[derive(Clone, PartialEq, Eq)]
pub enum PhoneEvent {
    /// It rings (for a call dialled out: at the far end).
    Ringing,
    /// Both sides hear each other.
    Connected,
    /// The caller said something (the simulated phone's stand-in for a voice).
    Said {
        /// What.
        line: String,
    },
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// Over.
    Ended {
        /// True when the caller hung up.
        by_caller: bool,
    },
    /// The phone itself is gone.
    Down,
}

/// The line to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineState {
    /// Since when it is down; `None` while it stands.
    pub down_since: Option<Timestamp>,
    /// How many actions wait to be sent.
    pub unsent: u32,
    /// How many of them were refused and wait for a person.
    pub parked: u32,
}

/// What comes in unasked.
#[derive(Clone)]
pub enum Outside {
    /// The server tells something.
    Server(ServerEvent),
    /// The line changed.
    Line(LineState),
    /// The phone tells something about a call.
    Phone(CallId, PhoneEvent),
    /// The directory as it is now; for the names of units, items, districts.
    Directory(Arc<Directory>),
    /// The knowledge in the seat is newer than it was: what was typed is looked up again.
    Knowledge,
    /// An action that waited was refused at last: a person has to look.
    Parked(PortError),
}

/// A write, sent now or kept and sent in order when the line stands again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outgoing {
    /// A new ticket with its first actions.
    Open(Box<NewTicket>),
    /// An action on a ticket.
    Act(TicketId, Box<TicketAction>),
    /// A new call-back.
    Promise(Box<NewCallback>),
    /// An action on a call-back.
    Callback(CallbackId, Box<CallbackChange>),
    /// A write of the knowledge's editors, or a correction to them.
    Knowledge(Box<EditorsWrite>),
}

/// A deed about a consult. It is never kept for later: a caller waits for it, or it is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsultDeed {
    /// A new question.
    Ask(Box<NewConsult>),
    /// An action on one.
    Act(ConsultId, ConsultChange),
}

/// A file for people outside the desk: a printed ticket, a note for the next shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFile {
    /// Its name, without a folder.
    pub name: String,
    /// What it holds.
    pub text: String,
    /// What becomes of it.
    pub kind: SavedAs,
}

/// What becomes of a file for people outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavedAs {
    /// A printed ticket: it goes when its person signs out.
    Printed,
    /// A note for the next shift: it stays.
    Note,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// The server has it; the ticket as it is now, where it was about one.
    Done(Option<Box<TicketView>>),
    /// It is kept here and waits for the line.
    Queued,
}

/// A write that the server does not have yet.
#[derive(Clone, PartialEq)]
pub struct Unsent {
    /// Its name here.
    pub id: Uuid,
    /// What is to be sent.
    pub outgoing: Outgoing,
    /// When it was made, on this machine's clock.
    pub made_at: Timestamp,
    /// Why it was refused; `None` while it only waits.
    pub refused: Option<PortError>,
}

/// An answer found in the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which entry.
    pub code: EntryCode,
    /// Its version.
    pub version: u64,
    /// Its question.
    pub question: String,
    /// Byte ranges of the question that matched.
    pub question_marks: Vec<Range<usize>>,
    /// The part of the answer that fits.
    pub snippet: String,
    /// Byte ranges of the snippet that matched.
    pub snippet_marks: Vec<Range<usize>>,
    /// Who owns it.
    pub department: String,
    /// Whether it holds today.
    pub validity: Validity,
    /// Found by its meaning, not by its words.
    pub near: bool,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// The best ones, best first.
    pub hits: Vec<Hit>,
    /// How many in all.
    pub total: usize,
    /// The knowledge base is not here yet: that nothing was found says nothing.
    pub loading: bool,
    /// Something has the words as they were typed; else only pieces of them, or nothing, were found.
    pub as_typed: bool,
    /// What was typed like a filter (`部门:水务`) and could not be taken as one.
    pub notices: Vec<FilterNotice>,
}

/// What the words of a request suggest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion {
    /// The item.
    pub item: Option<ItemCode>,
    /// The kind of request.
    pub kind: Option<Kind>,
    /// The district.
    pub district: Option<DistrictCode>,
    /// The street, by name.
    pub street: Line,
    /// Who would handle it.
    pub assignment: Option<Assignment>,
    /// How sure, 0 to 100.
    pub confidence: u8,
    /// Which words decided.
    pub reason: String,
}

/// What is looked up by Chinese, pinyin or initials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LookUp {
    /// Units.
    Unit,
    /// Items.
    Item,
    /// Streets.
    Street,
    /// Tickets, by number or words.
    Ticket,
    /// Colleagues at their seats; the desk itself knows them.
    Seat,
    /// Departments that have experts; the desk itself knows them.
    Department,
}

/// One find of a look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its code; of a street its district's.
    pub code: String,
    /// Its name as shown: an item's path, a unit's full name.
    pub name: String,
}

/// The world outside, asked one thing at a time. Every call may be dropped before it is done, except
/// [`Ports::send`], [`Ports::report`] and [`Ports::phone`], which the desk never drops.
pub trait Ports: Send + Sync + 'static {
    /// Signs in, opens the journal, starts the streams of [`Outside`].
    fn sign_in(&self, sign_in: SignIn) -> Reply<SignedIn>;
    /// Signs out; what is unsent stays.
    fn sign_out(&self) -> Reply<()>;
    /// Everybody's names.
    fn people(&self) -> Reply<Vec<Person>>;
    /// Who sits where.
    fn seats(&self) -> Reply<Vec<Colleague>>;
    /// The outages that callers are told of now.
    fn outages(&self) -> Reply<Vec<Outage>>;
    /// Chooses the seat's state.
    fn choose_state(&self, state: SeatState) -> Reply<()>;
    /// A call with the caller's history.
    fn call(&self, id: CallId) -> Reply<CallView>;
    /// Tells the server what the phone saw.
    fn report(&self, id: CallId, report: CallReport) -> Reply<()>;
    /// A ticket number out of the lease.
    fn number(&self) -> Reply<TicketNumber>;
    /// Sends a write, or keeps it until the line stands. It is kept before the reply is waited for.
    fn send(&self, outgoing: Outgoing) -> Reply<Sent>;
    /// Everything that is unsent, in order.
    fn unsent(&self) -> Reply<Vec<Unsent>>;
    /// Tries a refused write again; one that somebody had been faster than, on the version that the server named then,
    /// unless it would undo what they wrote.
    fn retry(&self, id: Uuid) -> Reply<()>;
    /// Gives a refused write up. One that only waits stays.
    fn discard(&self, id: Uuid) -> Reply<()>;
    /// A page of tickets.
    fn tickets(&self, filter: TicketFilter) -> Reply<Page<TicketRow>>;
    /// A ticket with its history.
    fn ticket(&self, id: TicketId) -> Reply<(TicketView, History)>;
    /// What a merged ticket can be answered with from its main one.
    fn child_draft(&self, id: TicketId) -> Reply<ChildDraft>;
    /// The consults that concern the person.
    fn consults(&self) -> Reply<Vec<Consult>>;
    /// Asks, or does something about a consult: now or not at all, for a caller waits.
    fn consult(&self, deed: ConsultDeed) -> Reply<Consult>;
    /// A page of call-backs.
    fn callbacks(&self, filter: CallbackFilter) -> Reply<Page<Callback>>;
    /// Reads something of the knowledge's editors.
    fn editors(&self, ask: EditorsAsk) -> Reply<EditorsGot>;
    /// Reads something of the figures.
    fn figures(&self, ask: FiguresAsk) -> Reply<FiguresGot>;
    /// Asks a practice server something.
    fn practice(&self, ask: PracticeAsk) -> Reply<PracticeGot>;
    /// Searches the knowledge on this machine.
    fn search(&self, text: String, today: Date) -> Reply<Hits>;
    /// What on this machine is near in meaning, nearest first; nothing where that can't be told. Without `soon` it
    /// waits for the keys to be quiet. The next question may take this one's place before it is answered.
    fn near(&self, text: String, today: Date, soon: bool) -> Reply<Vec<Hit>>;
    /// An entry of the knowledge on this machine.
    fn entry(&self, code: EntryCode) -> Reply<Option<PublishedEntry>>;
    /// What the words of a request suggest.
    fn suggest(&self, request: Request) -> Reply<Option<Suggestion>>;
    /// Looks something up in the directory, best first, at most 50.
    fn look_up(&self, what: LookUp, text: String) -> Reply<Vec<Choice>>;
    /// Writes files where only this person reads them; answers with their folder. What is printed goes with its person at
    /// the sign-out.
    fn save(&self, files: Vec<SavedFile>) -> Reply<String>;
    /// Writes a setting to the person's configuration file, and reads it all again. An empty value takes it out.
    fn configure(&self, name: &'static str, value: String) -> Reply<Configured>;
    /// Has the phone do something; dialling answers with the leg it made.
    fn phone(&self, command: PhoneCommand) -> Reply<Option<CallId>>;
}

/// The configuration as it is now, and what of it is made anew.
#[derive(Clone)]
pub struct Configured {
    /// Each value with where it came from.
    pub settings: Settings,
    /// Colours and marks.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// What is wrong with the person's file of keys; then the named keymap stands alone.
    pub complaint: Option<String>,
}

/// One thing the journal keeps: the newest value of a key; `None` forgets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalRecord {
    /// Which part of the screen.
    pub key: String,
    /// Its value.
    pub value: Option<serde_json::Value>,
}

impl std::fmt::Debug for JournalRecord {
    /// Without the value: it holds what callers said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JournalRecord")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Why the journal could not keep something (disk full, no rights); said on the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal cannot be written: {0}")]
pub struct JournalError(pub String);

/// Keeps what is on the screen, before it is on the screen.
pub trait Journal: Send {
    /// Appends with one write. Before a sign-in it may keep nothing.
    fn append(&mut self, records: &[JournalRecord]) -> Result<(), JournalError>;
}
