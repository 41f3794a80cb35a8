//! Tells the seats what happened, in one order for all: takes the outbox in the order in which the store numbered
//! it, and broadcasts. What is missed is read again from the store; who may see it is asked here.

use super::store::{OutboxRecord, Store, StoreError};
use crate::domain::caller::Caller;
use crate::domain::consult::hears;
use crate::domain::id::{Account, SeatNo, UnitCode};
use crate::domain::role;
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Elements, Handling, State, Ticket};
use crate::protocol::event::ServerEvent;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

/// How many broadcasts a slow listener may lag behind before it reads them from the store.
const BUFFER: usize = 4096;
/// How many rows are read at once.
const BATCH: u32 = 512;
/// How long the relay waits before it asks a failing store again.
const RETRY: Duration = Duration::from_secs(1);

/// Whom something is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Audience {
    /// Everybody who listens.
    All,
    /// Whoever sits there.
    Seat {
        /// Where.
        seat: SeatNo,
    },
    /// Everybody of a role.
    Role {
        /// Which.
        role: Role,
    },
    /// One person.
    Account {
        /// Who.
        account: Account,
    },
    /// One session.
    Session {
        /// SHA-256 of its token, in hex.
        token: String,
    },
    /// Those who may see the ticket; those who only could before are told that it is withdrawn.
    Ticket {
        /// Before the event, when that makes a difference: without the caller and without texts.
        before: Option<Box<Ticket>>,
        /// After it, in the same form.
        after: Box<Ticket>,
    },
    /// Whoever asked, and the experts of a department.
    Consult {
        /// Who asked.
        asker: Account,
        /// Whose experts.
        department: UnitCode,
    },
    /// Those who may list call-backs: its owner, or the team when it has none.
    Callback {
        /// Whose.
        owner: Option<Account>,
    },
}

/// An event with whom it is for: what an outbox row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// For whom.
    pub audience: Audience,
    /// What.
    pub event: ServerEvent,
}

/// A notice in the order of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequenced {
    /// Its place; nothing for what is not repeated (queue, seat and call states).
    pub seq: Option<u64>,
    /// What, and for whom.
    pub notice: Notice,
}

/// What a listener gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// An event.
    Event(Arc<Sequenced>),
    /// What was asked for is no longer kept: start anew; the newest sequence number.
    Reset(u64),
}

/// The relay; clones share one.
#[derive(Clone)]
pub struct Relay {
    sender: broadcast::Sender<Arc<Sequenced>>,
    /// The newest number that the store gave.
    newest: watch::Receiver<u64>,
    /// How far the relay had told when it was made.
    told: u64,
    store: Arc<dyn Store>,
}

impl Notice {
    /// The event as one listener is told it; nothing when it is not for them.
    pub fn seen_by(
        &self,
        who: &Person,
        seat: Option<&SeatNo>,
        session: &str,
    ) -> Option<ServerEvent> {
        let told = match &self.audience {
            Audience::All => true,
            Audience::Seat { seat: theirs } => seat == Some(theirs),
            Audience::Role { role } => who.is(*role),
            Audience::Account { account } => *account == who.account,
            Audience::Session { token } => token == session,
            Audience::Consult { asker, department } => hears(who, asker, department),
            Audience::Callback { owner } => {
                role::may_list_callbacks(who)
                    && owner.as_ref().is_none_or(|owner| *owner == who.account)
            }
            Audience::Ticket { before, after } => {
                if role::may_see_ticket(who, after) {
                    true
                } else {
                    return before
                        .as_ref()
                        .filter(|before| role::may_see_ticket(who, before))
                        .map(|before| ServerEvent::Withdrawn { id: before.id });
                }
            }
        };
        told.then(|| self.event.clone())
    }
}

/// A ticket with nothing left but what decides who may see it: no caller, no words of anybody.
pub fn shadow(ticket: &Ticket) -> Ticket {
    let mut shadow = ticket.clone();
    shadow.recording = None;
    shadow.additions = Vec::new();
    shadow.work = Box::default();
    shadow.request.text = Prose::default();
    shadow.request.title = Line::default();
    shadow.request.asked = Prose::default();
    shadow.request.elements = Elements::default();
    shadow.request.answers = Vec::new();
    shadow.request.tags = Vec::new();
    shadow.request.place.address = Line::default();
    let caller = &mut shadow.request.caller;
    *caller = Caller {
        kind: caller.kind,
        confidential: caller.confidential,
        anonymous: caller.anonymous,
        no_answer_wanted: caller.no_answer_wanted,
        ..Caller::default()
    };
    blank(&mut shadow.state);
    shadow
}

fn blank(state: &mut State) {
    match state {
        State::ClosedDirectly(answer) => answer.answer = Prose::default(),
        State::Declined {
            basis, other_road, ..
        } => (*basis, *other_road) = (Line::default(), Line::default()),
        State::ReturnAsked { request, .. } => request.basis = Line::default(),
        State::Withdrawn { reason } => *reason = Line::default(),
        State::Answered { handling, .. } | State::ToCallBack { handling, .. } => {
            no_words(handling);
        }
        State::Closed {
            handling, verdict, ..
        } => {
            no_words(handling);
            verdict.reason = Line::default();
        }
        State::Merged { before, .. } => blank(before),
        State::Archived { last } => blank(last),
        _ => {}
    }
}

fn no_words(handling: &mut Handling) {
    handling.why_not = Line::default();
    handling.account = Prose::default();
    handling.public_answer = Prose::default();
}

impl Relay {
    /// A relay over a store. What is not kept it tells at once, the rest when it goes ([`Relay::go`]).
    pub fn new(store: Arc<dyn Store>) -> Self {
        let (sender, _) = broadcast::channel(BUFFER);
        let newest = store.told();
        let told = *newest.borrow();
        Self {
            sender,
            newest,
            told,
            store,
        }
    }

    /// Starts the task that tells what is committed. It ends when it is aborted.
    pub fn go(&self) -> JoinHandle<()> {
        tokio::spawn(self.clone().run())
    }

    /// Tells something that is not kept and not repeated: states of queue, seats and calls.
    pub fn tell(&self, audience: Audience, event: ServerEvent) {
        // An error only says that nobody listens.
        let _ = self.sender.send(Arc::new(Sequenced {
            seq: None,
            notice: Notice { audience, event },
        }));
    }

    /// Listens from now on, or, with `after`, from what came after that sequence number.
    /// Answers the newest sequence number with it.
    pub async fn follow(&self, after: Option<u64>) -> Result<(u64, Follow), StoreError> {
        // Subscribed before the store is asked, so nothing falls between the two.
        let receiver = self.sender.subscribe();
        let (oldest, newest) = self.store.outbox_span().await?;
        let lost = after.is_some_and(|after| after > newest || after + 1 < oldest);
        let follow = Follow {
            receiver,
            store: self.store.clone(),
            last: if lost {
                newest
            } else {
                after.unwrap_or(newest)
            },
            backlog: VecDeque::new(),
            behind: after.is_some() && !lost,
            reset: lost.then_some(newest),
        };
        Ok((newest, follow))
    }

    async fn run(mut self) {
        loop {
            let newest = *self.newest.borrow_and_update();
            if self.told >= newest {
                if self.newest.changed().await.is_err() {
                    return;
                }
            } else if self.sender.receiver_count() == 0 {
                // Nobody to tell. Who comes from now on asks the store where it stands, and that is not before this.
                self.told = newest;
            } else if let Err(error) = self.tell_next().await {
                tracing::error!(%error, "the relay cannot read the outbox; it tries again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    /// Tells the next rows.
    async fn tell_next(&mut self) -> Result<(), StoreError> {
        let rows = self.store.outbox_after(self.told, BATCH).await?;
        let newest = *self.newest.borrow();
        // Rows that are forgotten already can only be missed; who listens finds the gap and starts anew.
        self.told = rows.last().map_or(newest, |row| row.seq);
        for row in rows.iter().filter_map(read) {
            // An error only says that nobody listens any more.
            let _ = self.sender.send(Arc::new(row));
        }
        Ok(())
    }
}

/// A row as a notice; one that can't be read is left out and logged by its number.
fn read(row: &OutboxRecord) -> Option<Sequenced> {
    let notice = serde_json::from_str(&row.notice).ok();
    if notice.is_none() {
        tracing::error!(
            seq = row.seq,
            "an outbox row cannot be read; it is left out"
        );
    }
    Some(Sequenced {
        seq: Some(row.seq),
        notice: notice?,
    })
}

/// One listener's place in the order of all.
pub struct Follow {
    receiver: broadcast::Receiver<Arc<Sequenced>>,
    store: Arc<dyn Store>,
    last: u64,
    backlog: VecDeque<OutboxRecord>,
    behind: bool,
    reset: Option<u64>,
}

impl Follow {
    /// What comes next; nothing when the server stops. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Told>, StoreError> {
        loop {
            if let Some(newest) = self.reset.take() {
                return Ok(Some(Told::Reset(newest)));
            }
            if let Some(row) = self.backlog.pop_front() {
                self.last = row.seq;
                if let Some(row) = read(&row) {
                    return Ok(Some(Told::Event(Arc::new(row))));
                }
            } else if self.behind {
                self.catch_up().await?;
            } else {
                match self.receiver.recv().await {
                    Ok(told) => match told.seq {
                        Some(seq) if seq <= self.last => {}
                        Some(seq) if seq > self.last + 1 => self.behind = true,
                        seq => {
                            self.last = seq.unwrap_or(self.last);
                            return Ok(Some(Told::Event(told)));
                        }
                    },
                    // What has no number cannot be read again, so such a listener starts anew.
                    Err(broadcast::error::RecvError::Lagged(_)) => self.start_anew().await?,
                    Err(broadcast::error::RecvError::Closed) => return Ok(None),
                }
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let rows = self.store.outbox_after(self.last, BATCH).await?;
        match rows.first() {
            None => self.behind = false,
            Some(first) if first.seq == self.last + 1 => self.backlog = rows.into(),
            Some(_) => self.start_anew().await?,
        }
        Ok(())
    }

    async fn start_anew(&mut self) -> Result<(), StoreError> {
        let (_, newest) = self.store.outbox_span().await?;
        (self.last, self.behind, self.reset) = (newest, false, Some(newest));
        Ok(())
    }
}
