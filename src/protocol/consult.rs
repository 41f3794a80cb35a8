//! Consults: `POST /api/consults` asks the experts of a department, `GET /api/consults` lists what concerns one,
//! `POST /api/consults/{id}/actions` takes, answers, declines, takes the call over, withdraws.

use crate::domain::consult::{Consult, ConsultAction, Found};
use crate::domain::id::{CallId, ConsultId, TicketId, UnitCode};
use crate::domain::number::TicketNumber;
use crate::domain::text::Prose;
use crate::domain::ticket::Request;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new question. The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewConsult {
    /// Its identifier, a UUID v7 made by the desk.
    pub id: ConsultId,
    /// Whose experts are asked.
    pub department: UnitCode,
    /// During which call.
    pub call: Option<CallId>,
    /// The ticket that the form becomes.
    pub ticket: Option<TicketId>,
    /// The number that was leased for it.
    pub number: Option<TicketNumber>,
    /// What one wants to know.
    pub question: Prose,
    /// The form as it stands.
    pub request: Request,
    /// What one has found, at most 20.
    #[serde(default)]
    pub found: Vec<Found>,
}

/// An action on a consult as it was at `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsultChange {
    /// The version the actor saw.
    pub version: u64,
    /// What to do.
    #[serde(flatten)]
    pub action: ConsultAction,
}

/// What concerns one: the open ones first asked first, and those that ended within the last 12 hours, at most 200.
/// Names and numbers of callers stand only in one's own questions and in calls that one took over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Consults {
    /// In the order they were asked.
    pub consults: Vec<Consult>,
}
