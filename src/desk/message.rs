//! What reaches `update` and what leaves it. Effects carry a slot and a generation: a newer one in the same
//! slot cancels the older, and an answer of an older generation is not looked at.

use super::keymap::Key;
use super::ports::{
    Choice, Configured, ConsultDeed, Hit, Hits, LookUp, Outgoing, Outside, PhoneCommand, PortError,
    SavedFile, Sent, SignedIn, Suggestion, Unsent,
};
use crate::domain::callback::Callback;
use crate::domain::consult::Consult;
use crate::domain::id::{CallId, EntryCode, TicketId};
use crate::domain::knowledge::PublishedEntry;
use crate::domain::number::TicketNumber;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::SeatState;
use crate::domain::ticket::Request;
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::callback::CallbackFilter;
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::protocol::figures::{FiguresAsk, FiguresGot};
use crate::protocol::page::Page;
use crate::protocol::practice::{PracticeAsk, PracticeGot};
use crate::protocol::seat::Colleague;
use crate::protocol::session::SignIn;
use crate::protocol::ticket::{ChildDraft, History, TicketFilter, TicketRow, TicketView};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Something that happened, with the moment.
#[derive(Clone)]
pub struct Message {
    /// When, on this machine's clock.
    pub now: Timestamp,
    /// What.
    pub input: Input,
}

/// What happened.
#[derive(Clone)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A pasted text, as one.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// The moment asked for by `State::wake_at` has come.
    Wake,
    /// An effect is done.
    Done {
        /// Its slot.
        slot: Slot,
        /// Its generation.
        generation: u64,
        /// What came of it.
        outcome: Box<Outcome>,
    },
    /// Something came in unasked.
    Outside(Outside),
    /// The journal could not keep the last edit.
    JournalFailed(String),
}

/// Where an effect runs. A newer effect in a slot cancels the older one; `Once` slots are never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is named after what is asked in it")]
pub enum Slot {
    SignIn,
    Call,
    Number,
    Search,
    Near,
    Entry,
    Suggest,
    LookUp,
    Tickets,
    Ticket,
    ChildDraft,
    Consults,
    Callbacks,
    Practice,
    Hint,
    Editors,
    Figures,
    Rates,
    Uses,
    Draft,
    Versions,
    Unsent,
    People,
    Seats,
    Outages,
    Due,
    Clocks,
    Once(u64),
}

/// What is asked of the ports.
#[derive(Clone)]
#[allow(missing_docs, reason = "each is the port's method of that name")]
pub enum Ask {
    SignIn(SignIn),
    SignOut,
    People,
    Seats,
    Outages,
    Due(CallbackFilter),
    Clocks(TicketFilter),
    ChooseState(SeatState),
    Call(CallId),
    Report(CallId, CallReport),
    Number(TicketId),
    Send(Outgoing),
    Unsent,
    Retry(Uuid),
    Discard(Uuid),
    Tickets(TicketFilter),
    Ticket(TicketId),
    ChildDraft(TicketId),
    Consults,
    Consult(ConsultDeed),
    Callbacks(CallbackFilter),
    Editors(Box<EditorsAsk>),
    Figures(Box<FiguresAsk>),
    Practice(Box<PracticeAsk>),
    Search(String, Date),
    Near(String, Date, bool),
    Entry(EntryCode),
    Suggest(Box<Request>),
    LookUp(LookUp, String),
    Save(Vec<SavedFile>),
    Configure(&'static str, String),
    Phone(PhoneCommand),
}

impl Ask {
    /// True for what the frame of the key that asked for it need not wait for: mostly this machine's own processor works
    /// it out. Of the look-ups tickets are found by the server, and what is near waits for quiet keys by itself.
    pub const fn is_worked_out_here(&self) -> bool {
        matches!(
            self,
            Self::Search(..) | Self::Entry(_) | Self::Suggest(_) | Self::LookUp(..)
        )
    }
}

/// What came of it.
#[derive(Clone)]
#[allow(missing_docs, reason = "each is the answer to the ask of that name")]
pub enum Outcome {
    SignIn(Result<Box<SignedIn>, PortError>),
    SignOut(Result<(), PortError>),
    People(Result<Vec<Person>, PortError>),
    Seats(Result<Vec<Colleague>, PortError>),
    Outages(Result<Vec<Outage>, PortError>),
    Due(Result<Page<Callback>, PortError>),
    Clocks(Result<Page<TicketRow>, PortError>),
    ChooseState(Result<(), PortError>),
    Call(Result<Box<CallView>, PortError>),
    Report(Result<(), PortError>),
    Number(TicketId, Result<TicketNumber, PortError>),
    Send(Result<Sent, PortError>),
    Unsent(Result<Vec<Unsent>, PortError>),
    Retry(Result<(), PortError>),
    Discard(Result<(), PortError>),
    Tickets(Result<Page<TicketRow>, PortError>),
    Ticket(Result<Box<(TicketView, History)>, PortError>),
    Consults(Result<Vec<Consult>, PortError>),
    Consult(Result<Box<Consult>, PortError>),
    ChildDraft(TicketId, Result<Box<ChildDraft>, PortError>),
    Callbacks(Result<Page<Callback>, PortError>),
    Editors(Result<EditorsGot, PortError>),
    Figures(Result<FiguresGot, PortError>),
    Practice(Result<PracticeGot, PortError>),
    Search(Result<Hits, PortError>),
    Near(Result<Vec<Hit>, PortError>),
    Entry(Result<Option<Box<PublishedEntry>>, PortError>),
    Suggest(Result<Option<Box<Suggestion>>, PortError>),
    LookUp(LookUp, Result<Vec<Choice>, PortError>),
    Save(Vec<String>, Result<String, PortError>),
    Configure(Result<Box<Configured>, PortError>),
    Phone(PhoneCommand, Result<Option<CallId>, PortError>),
}

/// What is to be done outside.
#[derive(Clone)]
pub enum Effect {
    /// Ask a port.
    Ask {
        /// In which slot.
        slot: Slot,
        /// Which generation of it.
        generation: u64,
        /// What.
        ask: Box<Ask>,
    },
    /// Leave the program.
    Quit,
    /// Go to the server that stands beside this one.
    Elsewhere,
}

/// The generations of all slots.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    newest: BTreeMap<Slot, u64>,
    once: u64,
}

impl Slots {
    /// An effect in a slot, which makes older ones of that slot void.
    pub fn ask(&mut self, slot: Slot, ask: Ask) -> Effect {
        let generation = self.newest.entry(slot).or_default();
        *generation += 1;
        Effect::Ask {
            slot,
            generation: *generation,
            ask: Box::new(ask),
        }
    }

    /// An effect that nothing cancels, with its own slot.
    pub fn once(&mut self, ask: Ask) -> (Slot, Effect) {
        self.once += 1;
        let slot = Slot::Once(self.once);
        (
            slot,
            Effect::Ask {
                slot,
                generation: 0,
                ask: Box::new(ask),
            },
        )
    }

    /// Makes what runs in a slot void.
    pub fn forget(&mut self, slot: Slot) {
        *self.newest.entry(slot).or_default() += 1;
    }

    /// Makes what runs in any slot void.
    pub fn forget_all(&mut self) {
        for generation in self.newest.values_mut() {
            *generation += 1;
        }
    }

    /// True when an answer is the newest of its slot.
    pub fn is_current(&self, slot: Slot, generation: u64) -> bool {
        matches!(slot, Slot::Once(_)) || self.newest.get(&slot) == Some(&generation)
    }
}
