//! Tickets: `POST /api/tickets` opens one and, in the same transaction, does the first actions to it;
//! `POST /api/tickets/{id}/actions` does more; `GET /api/tickets` lists, `GET /api/tickets/{id}` reads.

use crate::domain::call::RecordingRef;
use crate::domain::caller::CallerKind;
use crate::domain::clock::Deadline;
use crate::domain::id::{CallId, DistrictCode, ItemCode, TicketId, UnitCode};
use crate::domain::lifecycle::{Action, Event, Refusal};
use crate::domain::number::TicketNumber;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Channel, Kind, Request, Stage, Ticket, Urgency};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new ticket. The desk names it, so that sending it twice makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewTicket {
    /// Its identifier, a UUID v7 made by the desk.
    pub id: TicketId,
    /// A number out of the desk's lease; nothing lets the server give one.
    pub number: Option<TicketNumber>,
    /// Where it came in.
    pub channel: Channel,
    /// The call it came by.
    pub call: Option<CallId>,
    /// The recording.
    pub recording: Option<RecordingRef>,
    /// What was asked.
    pub request: Request,
    /// What is done to it at once, in order, e.g. `submit`; all of it or nothing.
    #[serde(default)]
    pub then: Vec<Action>,
}

/// An action on a ticket as it was at `version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketAction {
    /// The version the actor saw.
    pub version: u64,
    /// What to do.
    #[serde(flatten)]
    pub action: Action,
}

/// A ticket as one may see it: names and numbers are masked by role before it leaves the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    /// The ticket; numbers that may not be seen are gone from it.
    pub ticket: Ticket,
    /// The number to reach the caller at, masked (`139******12`) or whole.
    pub reach_at: String,
    /// True when something of the caller was masked.
    pub masked: bool,
    /// Names of the actions this person may do to it now, e.g. `sign`.
    pub may: Vec<String>,
    /// What one's role does to tickets in this state, and a rule forbids on this one now.
    #[serde(default)]
    pub barred: Vec<Barred>,
}

/// An action that a rule forbids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Barred {
    /// Its name, e.g. `extend`.
    pub action: String,
    /// The rule.
    pub why: Refusal,
}

/// A ticket in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketRow {
    /// Inside name.
    pub id: TicketId,
    /// Outside name.
    pub number: TicketNumber,
    /// Its version.
    pub version: u64,
    /// Where it stands.
    pub stage: Stage,
    /// Title.
    pub title: Line,
    /// Kind of request.
    pub kind: Kind,
    /// Urgency.
    pub urgency: Urgency,
    /// Lane.
    pub lane: CallerKind,
    /// Item.
    pub item: Option<ItemCode>,
    /// District.
    pub district: Option<DistrictCode>,
    /// Lead unit.
    pub unit: Option<UnitCode>,
    /// The clock that ends first.
    pub due: Option<Deadline>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// Which tickets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketScope {
    /// All that one may see.
    #[default]
    All,
    /// Opened by oneself.
    Mine,
    /// Those on which one's role has the next move (dispatcher: to dispatch; unit clerk: its own; …).
    ToDo,
}

/// Filter of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketFilter {
    /// Which; all unless told.
    #[serde(default)]
    #[param(inline)]
    pub scope: TicketScope,
    /// Only this stage.
    #[param(inline)]
    pub stage: Option<Stage>,
    /// Only of this lead unit.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitCode>,
    /// Words in title or text, or a whole ticket number.
    pub q: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// What a merged ticket can be answered with: a person reads it, meets each point, and sends `answer_child`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChildDraft {
    /// The main ticket.
    pub main: TicketId,
    /// Its number.
    pub number: TicketNumber,
    /// The main one's answer, without its caller.
    pub public_answer: Prose,
    /// What this ticket asks of its own.
    pub points: Vec<Line>,
}

/// A ticket's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct History {
    /// Its events, oldest first, masked like the ticket.
    pub events: Vec<Event>,
}
