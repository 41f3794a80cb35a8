//! Everything the desk knows, as plain data. Screens keep their own parts; this is what they share: who sits
//! here, the seat, the line, what popped up, what was said to the person.

use super::keymap::{Finder, Key, Keymap, Place};
use super::memory::Remembered;
use super::message::{Ask, Effect, Slot, Slots};
use super::names::Names;
use super::popup::{Dialog, DialogFor, Popup};
use super::ports::{JournalRecord, LineState, Outgoing, PhoneAbilities, PortError, Unsent};
use super::screens::{
    call, callbacks, consults, draft, figures, knowledge, practice, sign_in, ticket, tickets,
    versions,
};
use super::theme::Theme;
use super::widgets::Clipboard;
use crate::domain::clock::{Card, Deadline};
use crate::domain::id::Account;
use crate::domain::knowledge::Use;
use crate::domain::lifecycle::SYSTEM;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::{Seat, SeatState};
use crate::protocol::error::ApiError;
use crate::protocol::seat::{Colleague, Queue};
use crate::protocol::ticket::TicketRow;
use crate::settings::Settings;
use crate::words::{Desk, Message, Value, Words};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Callers waiting from which on the queue is shown.
pub const QUEUE_SHOWN_FROM: u32 = 3;

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Said once; gone with the next command.
    Info,
    /// Why something was not done; gone like what is said once.
    Refused,
    /// Something went wrong; stays until it is put away with Esc.
    Error,
}

/// Something said to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How grave.
    pub level: Level,
    /// In words.
    pub text: String,
}

/// How the terminal is to tell what is worth looking up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notify {
    /// Not at all.
    #[default]
    None,
    /// By its bell.
    Bell,
    /// By a notice of the desktop (OSC 9), where the terminal knows it.
    Osc9,
}

impl Notify {
    /// The name in settings; not at all for any other.
    pub fn from_name(name: &str) -> Self {
        match name {
            "bell" => Self::Bell,
            "osc9" => Self::Osc9,
            _ => Self::None,
        }
    }
}

/// Makes identifiers without a clock or a dice of its own: from a seed that came from outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ids {
    seed: u128,
    made: u64,
}

impl Ids {
    const fn of(seed: [u8; 16]) -> Self {
        Self {
            seed: u128::from_be_bytes(seed),
            made: 0,
        }
    }

    /// A UUID v7 for that moment; no two are alike.
    fn next(&mut self, now: Timestamp) -> uuid::Uuid {
        self.made += 1;
        let mut mixed = self.seed.wrapping_add(u128::from(self.made)).to_be_bytes();
        mixed.rotate_left(6);
        let mut random = [0; 10];
        random.copy_from_slice(&mixed[..10]);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// What a write was for, to know what to do with its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The form of the call.
    Form,
    /// A ticket's action.
    Ticket,
    /// A call-back.
    Callback,
    /// A consult.
    Consult,
    /// Knowledge.
    Knowledge,
    /// What was opened, answered with and searched in vain.
    Uses,
}

/// A write that the server refused.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its name here.
    pub id: uuid::Uuid,
    /// What was to be sent.
    pub outgoing: Outgoing,
    /// When, on this machine's clock.
    pub at: Timestamp,
    /// What the server said.
    pub why: ApiError,
}

/// The call-backs of a person and the team that are not done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// When each is due, the first one first.
    pub times: Vec<Timestamp>,
    /// They are being read.
    pub loading: bool,
    /// Something changed meanwhile: they are to be read again.
    pub again: bool,
}

/// The deadlines of the tickets on which the person has the next move.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// Each deadline.
    pub deadlines: Vec<Deadline>,
    /// When they were last asked for.
    pub asked_at: Option<Timestamp>,
}

impl Clocks {
    /// The deadlines are those of these tickets.
    pub fn know(&mut self, rows: &[TicketRow]) {
        self.deadlines = rows.iter().filter_map(|row| row.due.clone()).collect();
    }

    /// How many are red at a moment, and how many yellow.
    pub fn counts(&self, now: Timestamp) -> (usize, usize) {
        let count = |card| {
            let cards = self.deadlines.iter().map(|due| due.card(now));
            cards.filter(|it| *it == card).count()
        };
        (count(Card::Red), count(Card::Yellow))
    }

    /// When the counts change by themselves, after a moment.
    fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let turns = self.deadlines.iter().flat_map(|it| [it.warn, it.due]);
        turns.filter(|at| *at > now).min()
    }
}

/// How far ahead a call-back counts as due soon.
pub const SOON: SignedDuration = SignedDuration::from_hours(1);

impl Due {
    /// How many are due at a moment, and how many become due within [`SOON`] of it.
    pub fn counts(&self, now: Timestamp) -> (usize, usize) {
        let soon = now.checked_add(SOON).unwrap_or(now);
        let due = self.times.iter().filter(|at| **at <= now).count();
        let both = self.times.iter().filter(|at| **at <= soon).count();
        (due, both - due)
    }

    /// When the counts change by themselves, after a moment.
    fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let turns = self
            .times
            .iter()
            .flat_map(|at| [Some(*at), at.checked_sub(SOON).ok()]);
        turns.flatten().filter(|at| *at > now).min()
    }
}

/// Which server stands beside the desk's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// One of practice.
    Practice,
    /// The one that is practised for.
    Work,
}

/// The whole desk.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts, each asked for by name"
)]
pub struct State {
    /// The newest moment that came in.
    pub now: Timestamp,
    /// The terminal's width.
    pub columns: u16,
    /// The terminal's height.
    pub rows: u16,
    /// The words of the person's language.
    pub words: Arc<Words>,
    /// Colours and marks.
    pub theme: Theme,
    /// Keys.
    pub keymap: Arc<Keymap>,
    /// The palette's memory.
    pub finder: Finder,
    /// The directory's names.
    pub names: Names,
    /// Which screen.
    pub place: Place,
    /// Who sits here.
    pub person: Option<Person>,
    /// The seat.
    pub seat: Option<Seat>,
    /// The queue.
    pub queue: Queue,
    /// The line to the server.
    pub line: LineState,
    /// What the phone can do.
    pub phone: PhoneAbilities,
    /// The server's clock minus this machine's.
    pub skew: SignedDuration,
    /// What popped up, over the screen.
    pub popup: Option<Popup>,
    /// Dialogs that were put away unfinished; they come back as they were.
    pub shelf: Vec<Dialog>,
    /// What is said, the newest last.
    pub notices: Vec<Notice>,
    /// What was cut or copied.
    pub clipboard: Clipboard,
    /// Keys of a command that has more of them, since when.
    pub pending: Option<(Vec<Key>, Timestamp)>,
    /// The terminal is to be asked how wide it draws marks: nobody has said.
    pub asks_marks: bool,
    /// What goes to the clipboard of the person's desktop with the next frame.
    pub copied: Option<String>,
    /// After how long without a key the screen locks; never where there is none.
    pub lock_after: Option<SignedDuration>,
    /// When the last key was pressed.
    pub touched: Timestamp,
    /// The server's address, as it is told to who wants to reach it from another seat.
    pub server: String,
    /// Signing in.
    pub sign_in: sign_in::State,
    /// The call.
    pub call: call::State,
    /// The list of tickets.
    pub tickets: tickets::State,
    /// One ticket.
    pub ticket: ticket::State,
    /// The list of call-backs.
    pub callbacks: callbacks::State,
    /// Questions to experts.
    pub consults: consults::State,
    /// What is worth a bell, or a word from the terminal, with the next frame.
    pub alert: Option<String>,
    /// How that is told.
    pub notify: Notify,
    /// A call that rings is answered by itself.
    pub auto_answer: bool,
    /// The configuration, with where each value came from; nothing where it can't be changed.
    pub settings: Option<Settings>,
    /// The configuration's file, as it is told.
    pub config_file: String,
    /// The editors' lists.
    pub knowledge: knowledge::State,
    /// The figures.
    pub figures: figures::State,
    /// What was opened, answered with and searched in vain, and not told yet.
    pub uses: Vec<Use>,
    /// The words for which something was opened last.
    pub opened_for: String,
    /// The form of an entry.
    pub draft: draft::State,
    /// Two versions of an entry.
    pub versions: versions::State,
    /// Practice.
    pub practice: practice::State,
    /// The server that stands beside this one, where there is one.
    pub elsewhere: Option<Beside>,
    /// Signing out is the way there.
    pub going: bool,
    /// Running effects.
    pub slots: Slots,
    /// Writes under way.
    pub purposes: BTreeMap<Slot, Purpose>,
    /// Everybody by account: nobody is shown by the name they sign in with.
    pub people: BTreeMap<Account, Person>,
    /// Who sits where, as it was last asked for.
    pub seats: Vec<Colleague>,
    /// Signing out is the way out of the program.
    pub leaving: bool,
    /// Writes that the server refused while they were waited for: what was typed stays until a person gives it up.
    pub refused: Vec<Refused>,
    /// Writes under way, to be kept should they be refused.
    pub sending: BTreeMap<Slot, Outgoing>,
    /// The clocks of what waits for the person.
    pub clocks: Clocks,
    /// Outages that utilities told, as the server last gave them.
    pub outages: Vec<Outage>,
    /// Call-backs that are not done, by when they are due.
    pub due: Due,
    /// What was unsent when it was last asked for.
    pub unsent: Vec<Unsent>,
    /// The dialogs that asked for them.
    pub asked_by: BTreeMap<Slot, DialogFor>,
    /// What the journal has.
    pub(super) remembered: Remembered,
    ids: Ids,
}

impl std::fmt::Debug for State {
    /// Without what is on the screen: it is about callers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl State {
    #[allow(clippy::too_many_lines, reason = "a line a field")]
    /// A desk before signing in. `seed` is 16 random bytes, the source of its identifiers.
    pub fn new(
        words: Arc<Words>,
        theme: Theme,
        keymap: Keymap,
        seed: [u8; 16],
        now: Timestamp,
    ) -> Self {
        Self {
            now,
            columns: 80,
            rows: 24,
            words,
            theme,
            keymap: Arc::new(keymap),
            finder: Finder::default(),
            names: Names::default(),
            place: Place::SignIn,
            person: None,
            seat: None,
            queue: Queue::default(),
            line: LineState::default(),
            phone: PhoneAbilities::default(),
            skew: SignedDuration::ZERO,
            popup: None,
            shelf: Vec::new(),
            notices: Vec::new(),
            clipboard: Clipboard::default(),
            pending: None,
            asks_marks: false,
            copied: None,
            lock_after: None,
            touched: now,
            server: String::new(),
            sign_in: sign_in::State::default(),
            call: call::State::default(),
            outages: Vec::new(),
            tickets: tickets::State::default(),
            ticket: ticket::State::default(),
            callbacks: callbacks::State::default(),
            consults: consults::State::default(),
            alert: None,
            notify: Notify::None,
            auto_answer: false,
            settings: None,
            config_file: String::new(),
            knowledge: knowledge::State::default(),
            figures: figures::State::default(),
            uses: Vec::new(),
            opened_for: String::new(),
            draft: draft::State::default(),
            versions: versions::State::default(),
            practice: practice::State::default(),
            elsewhere: None,
            going: false,
            slots: Slots::default(),
            purposes: BTreeMap::new(),
            people: BTreeMap::new(),
            seats: Vec::new(),
            leaving: false,
            refused: Vec::new(),
            sending: BTreeMap::new(),
            clocks: Clocks::default(),
            due: Due::default(),
            unsent: Vec::new(),
            asked_by: BTreeMap::new(),
            remembered: Remembered::default(),
            ids: Ids::of(seed),
        }
    }

    /// Fills in who is likely to sign in; with a password Enter is all that is left to press.
    pub fn know(&mut self, account: &str, password: Option<&str>) {
        self.sign_in.account.set(account);
        self.sign_in.at = 1;
        if let Some(password) = password {
            self.sign_in.password.set(password);
        }
    }

    /// A new identifier.
    pub fn new_id(&mut self) -> uuid::Uuid {
        self.ids.next(self.now)
    }

    /// The server's clock.
    pub fn server_now(&self) -> Timestamp {
        self.now.checked_add(self.skew).unwrap_or(self.now)
    }

    /// A message in words.
    pub fn say(&self, message: impl Message) -> String {
        self.words.say(message)
    }

    /// A message with values in words.
    pub fn say_with(&self, message: impl Message, values: &[(&str, Value<'_>)]) -> String {
        self.words.say_with(message, values)
    }

    /// Says something once.
    pub fn tell(&mut self, message: impl Message) {
        let text = self.say(message);
        self.tell_text(text);
    }

    /// Says something once, already in words.
    pub fn tell_text(&mut self, text: String) {
        self.notices.retain(|notice| notice.level == Level::Error);
        self.notices.push(Notice {
            level: Level::Info,
            text,
        });
    }

    /// Says once why something was not done.
    pub fn refuse_text(&mut self, text: String) {
        self.tell_text(text);
        if let Some(notice) = self.notices.last_mut() {
            notice.level = Level::Refused;
        }
    }

    /// Says what went wrong; it stays until it is seen.
    pub fn complain(&mut self, text: String) {
        self.notices
            .retain(|notice| notice.level == Level::Error && notice.text != text);
        self.notices.push(Notice {
            level: Level::Error,
            text,
        });
    }

    /// Says why a port could not do what was asked.
    pub fn complain_of(&mut self, error: &PortError) {
        let text = super::errors::worded(self, error);
        self.complain(text);
    }

    /// A person's name as colleagues know it: the server's own acts have a word, somebody who is no longer listed
    /// keeps the account.
    pub fn name_of(&self, account: &Account) -> String {
        if account.as_str() == SYSTEM {
            return self.say(Desk::BySystem);
        }
        let known = self.known_name(account);
        known.map_or_else(|| account.to_string(), str::to_owned)
    }

    /// The name of somebody who is listed.
    pub fn known_name(&self, account: &Account) -> Option<&str> {
        let own = self.person.as_ref().filter(|it| it.account == *account);
        let known = own.or_else(|| self.people.get(account));
        known.map(|person| person.name.as_str())
    }

    /// The seat's state; signed out for people without a seat.
    pub fn seat_state(&self) -> SeatState {
        self.seat
            .as_ref()
            .map_or(SeatState::SignedOut, |seat| seat.state)
    }

    /// A write under way.
    pub fn send(&mut self, purpose: Purpose, outgoing: super::ports::Outgoing) -> Effect {
        let kept = (purpose != Purpose::Form).then(|| outgoing.clone());
        let (slot, effect) = self.slots.once(Ask::Send(outgoing));
        self.purposes.insert(slot, purpose);
        if let Some(kept) = kept {
            self.sending.insert(slot, kept);
        }
        effect
    }

    /// A form on its way to the server; it is kept beside the screen until the answer is there.
    pub fn send_form(&mut self, form: call::Form, outgoing: super::ports::Outgoing) -> Effect {
        let effect = self.send(Purpose::Form, outgoing);
        if let Effect::Ask { slot, .. } = &effect {
            self.call.outgoing.insert(*slot, form);
        }
        effect
    }

    /// Another person sits down: nothing of the one before stays on the screen or in reach. Answers that are
    /// still on their way are for nobody.
    pub fn forget_person(&mut self) {
        self.person = None;
        self.seat = None;
        self.queue = Queue::default();
        self.popup = None;
        self.shelf.clear();
        self.notices.clear();
        self.clipboard = Clipboard::default();
        self.pending = None;
        self.call = call::State::default();
        self.tickets = tickets::State::default();
        self.ticket = ticket::State::default();
        self.callbacks = callbacks::State::default();
        self.consults = consults::State::default();
        self.alert = None;
        self.knowledge = knowledge::State::default();
        self.figures = figures::State::default();
        self.uses.clear();
        self.opened_for.clear();
        self.draft = draft::State::default();
        self.versions = versions::State::default();
        self.practice = practice::State::default();
        self.slots.forget_all();
        self.purposes.clear();
        self.asked_by.clear();
        self.unsent.clear();
        self.people.clear();
        self.seats.clear();
        self.refused.clear();
        self.sending.clear();
        self.clocks = Clocks::default();
        self.due = Due::default();
        self.remembered = Remembered::default();
    }

    /// The journal could not keep these: they are written again with the next frame.
    pub fn unkept(&mut self, records: &[JournalRecord]) {
        for record in records {
            self.remembered.forget(&record.key);
        }
    }

    /// When something shown moves on by itself; `None` while nothing does: then the desk sleeps.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let pending = self
            .pending
            .as_ref()
            .and_then(|(_, since)| since.checked_add(super::update::SEQUENCE).ok());
        let counts = self.seat.as_ref().is_some_and(|seat| seat.until.is_some())
            || self.call.counts()
            || self.consults.runs(self.person.as_ref())
            || (self.person.is_some() && self.queue.waiting >= QUEUE_SHOWN_FROM);
        let replays = self.practice.replay.is_some_and(|it| it.since.is_some());
        let counts = counts || (self.place == Place::Practice && replays && self.replay_goes_on());
        let second = counts.then(|| next_second(self.now)).flatten();
        // The server's clock says what is due, this machine's when to look.
        let now = self.server_now();
        let minute = || {
            let lists = self.place == Place::Callbacks && !self.callbacks.rows.is_empty();
            Timestamp::from_second((now.as_second() / 60 + 1) * 60)
                .ok()
                .filter(|_| lists)
        };
        let lock = super::update::locks_at(self);
        let there = [
            self.due.changes_at(now),
            self.clocks.changes_at(now),
            minute(),
        ];
        let due = there.into_iter().flatten().min();
        let due = due.and_then(|at| at.checked_sub(self.skew).ok());
        [pending, second, due, lock].into_iter().flatten().min()
    }

    /// True while a replay has not reached its end.
    fn replay_goes_on(&self) -> bool {
        let (Some(page), Some(replay)) = (&self.practice.page, self.practice.replay) else {
            return false;
        };
        let end = page.tape.last().map_or(0, |line| line.at);
        replay.at(self.now) < end
    }

    /// What was edited since the last time, for the journal.
    pub fn take_records(&mut self) -> Vec<JournalRecord> {
        super::memory::changes(self)
    }
}

/// The next full second after a moment.
fn next_second(now: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(now.as_second() + 1).ok()
}
