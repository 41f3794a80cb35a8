//! Call-backs: `GET /api/callbacks`, `POST /api/callbacks`, `POST /api/callbacks/{id}/actions`.

use crate::domain::callback::CallbackAction;
use crate::domain::caller::Telephone;
use crate::domain::id::{Account, CallId, CallbackId, TicketId};
use crate::domain::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new promise. The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewCallback {
    /// Its identifier, a UUID v7.
    pub id: CallbackId,
    /// About which ticket.
    pub ticket: Option<TicketId>,
    /// After which call.
    pub call: Option<CallId>,
    /// Whom to call; nothing takes the ticket's caller.
    pub number: Option<Telephone>,
    /// Whom to ask for.
    #[serde(default)]
    pub name: Line,
    /// What to say.
    #[serde(default)]
    pub note: Line,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// Whose; nothing is the team's.
    pub owner: Option<Account>,
}

/// An action on a call-back as it was at `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallbackChange {
    /// The version the actor saw.
    pub version: u64,
    /// What to do.
    #[serde(flatten)]
    pub action: CallbackAction,
}

/// Which call-backs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallbackScope {
    /// One's own and the team's, not finished, the due ones first.
    #[default]
    Open,
    /// One's own.
    Mine,
    /// Due within the next hour.
    DueSoon,
    /// Out of abandoned calls.
    Abandoned,
    /// Finished today.
    Finished,
}

/// Filter of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackFilter {
    /// Which.
    #[serde(default)]
    #[param(inline)]
    pub scope: CallbackScope,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}
