//! What can be sent later: the writes of a desk, each with the key that makes sending it twice do it once.

use crate::domain::callback::Callback;
use crate::domain::id::{CallbackId, TicketId};
use crate::domain::lifecycle::Action;
use crate::link::{Api, LinkError};
use crate::protocol::callback::{CallbackChange, NewCallback};
use crate::protocol::editors::{EditorsDone, EditorsWrite};
use crate::protocol::ticket::{NewTicket, TicketAction, TicketView};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A write. Both journal and wire know it by these names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// A new ticket with its first actions.
    Open {
        /// The ticket.
        ticket: Box<NewTicket>,
    },
    /// An action on a ticket.
    Act {
        /// Which ticket.
        id: TicketId,
        /// What.
        action: Box<TicketAction>,
    },
    /// A new call-back.
    Promise {
        /// The call-back.
        callback: Box<NewCallback>,
    },
    /// An action on a call-back.
    ActOnCallback {
        /// Which call-back.
        id: CallbackId,
        /// What.
        change: Box<CallbackChange>,
    },
    /// A write of the knowledge's editors, or a correction to them.
    Edit {
        /// What.
        edit: Box<EditorsWrite>,
    },
}

impl std::fmt::Debug for Deed {
    /// By what it is about: the rest is what callers said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Deed").field(&self.subjects()).finish()
    }
}

impl Deed {
    /// What it is about: a later deed that shares one of these must not overtake it.
    pub(super) fn subjects(&self) -> Vec<Uuid> {
        match self {
            Self::Open { ticket } => vec![ticket.id.0],
            Self::Act { id, .. } => vec![id.0],
            Self::Promise { callback } => {
                let ticket = callback.ticket.map(|ticket| ticket.0);
                ticket.into_iter().chain([callback.id.0]).collect()
            }
            Self::ActOnCallback { id, .. } => vec![id.0],
            Self::Edit { edit } => edit.subject().into_iter().collect(),
        }
    }
}

impl Deed {
    /// The version that it was made on, with what it is of; `None` for what makes something new.
    pub(super) fn base(&self) -> Option<(Uuid, u64)> {
        match self {
            Self::Act { id, action } => Some((id.0, action.version)),
            Self::ActOnCallback { id, change } => Some((id.0, change.version)),
            Self::Edit { edit } => edit.base(),
            Self::Open { .. } | Self::Promise { .. } => None,
        }
    }

    /// True for a correction: it carries the whole request as it was read, so that on a version which somebody else
    /// made it would undo what they wrote.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Act { action, .. } => matches!(action.action, Action::Amend { .. }),
            Self::Edit { edit } => edit.is_whole(),
            _ => false,
        }
    }

    /// True when both are the same wish, on whatever version.
    pub fn is_wish_of(&self, other: &Self) -> bool {
        let (mut one, mut other) = (self.clone(), other.clone());
        one.rebase(0);
        other.rebase(0);
        one == other
    }

    /// The same wish on another version.
    pub(super) fn rebase(&mut self, version: u64) {
        match self {
            Self::Act { action, .. } => action.version = version,
            Self::ActOnCallback { change, .. } => change.version = version,
            Self::Edit { edit } => edit.rebase(version),
            Self::Open { .. } | Self::Promise { .. } => {}
        }
    }
}

/// A deed on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Its name here; sorts by birth.
    pub id: Uuid,
    /// Goes with every try.
    pub idempotency_key: String,
    /// What is to be done.
    pub deed: Deed,
    /// When it was made, on the desk's clock.
    pub made_at: Timestamp,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acknowledged {
    /// The ticket as it is now.
    Ticket(Box<TicketView>),
    /// The call-back as it is now.
    Callback(Box<Callback>),
    /// What came of an edit.
    Edited(EditorsDone),
}

impl Acknowledged {
    /// What was acknowledged, and its version now.
    pub(super) fn version(&self) -> (Uuid, u64) {
        match self {
            Self::Ticket(view) => (view.ticket.id.0, view.ticket.version),
            Self::Callback(callback) => (callback.id.0, callback.version),
            Self::Edited(done) => done.version(),
        }
    }
}

/// What carries deeds to the server.
pub trait Transport: Send + Sync {
    /// Sends one; the same key as often as needed.
    fn send<'a>(&'a self, outgoing: &'a Outgoing)
    -> BoxFuture<'a, Result<Acknowledged, LinkError>>;
}

impl Transport for Api {
    fn send<'a>(
        &'a self,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Acknowledged, LinkError>> {
        let key = &outgoing.idempotency_key;
        let ticket = |view| Acknowledged::Ticket(Box::new(view));
        let callback = |callback| Acknowledged::Callback(Box::new(callback));
        Box::pin(async move {
            match &outgoing.deed {
                Deed::Open { ticket: new } => self.open_ticket(new, key).await.map(ticket),
                Deed::Act { id, action } => self.act(*id, action, key).await.map(ticket),
                Deed::Promise { callback: new } => self.promise(new, key).await.map(callback),
                Deed::ActOnCallback { id, change } => {
                    self.act_on_callback(*id, change, key).await.map(callback)
                }
                Deed::Edit { edit } => self.edit(edit, key).await.map(Acknowledged::Edited),
            }
        })
    }
}
