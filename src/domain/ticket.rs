//! The ticket (工单): what a caller asked, where it stands, who handles it. A ticket is what its events
//! say (see [`super::lifecycle`]); nothing here changes it directly.

mod outcome;
mod request;
mod state;
mod work;

pub use outcome::*;
pub use request::*;
pub use state::*;
pub use work::*;

use super::call::RecordingRef;
use super::caller::CallerKind;
use super::clock::Deadline;
use super::id::{Account, CallId, TicketId};
use super::number::TicketNumber;
use super::role::Stamp;
use super::text::Prose;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A ticket as its events say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Inside name.
    pub id: TicketId,
    /// Outside name.
    pub number: TicketNumber,
    /// How many events it has had; a write names the version it was made on.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// 1, and one more for each redo.
    pub round: u32,
    /// How often a return was asked for.
    pub returns: u32,
    /// Where it came in.
    pub channel: Channel,
    /// The call it came by.
    pub call: Option<CallId>,
    /// The recording of that call.
    pub recording: Option<RecordingRef>,
    /// What was asked.
    pub request: Request,
    /// When and by whom it was opened.
    pub opened: Stamp,
    /// When it was accepted (受理): the total clock starts here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    /// The total clock's deadline.
    pub total_due: Option<Deadline>,
    /// The unit's clock's deadline.
    pub unit_due: Option<Deadline>,
    /// True once an extension was granted (at most once).
    pub extended: bool,
    /// How often the caller urged (催办).
    pub urged: u32,
    /// What the caller added later (补充).
    pub additions: Vec<Prose>,
    /// Who reported on it for a unit: they may not call back about it.
    pub handled_by: Vec<Account>,
    /// What goes on beside the states.
    #[serde(default)]
    pub work: Box<Work>,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl Ticket {
    /// The lane it runs in.
    pub const fn lane(&self) -> CallerKind {
        self.request.caller.kind
    }

    /// The title, or the first 30 characters of the text where none was written.
    pub fn title(&self) -> String {
        if self.request.title.is_blank() {
            self.request
                .text
                .as_str()
                .chars()
                .filter(|c| *c != '\n')
                .take(30)
                .collect()
        } else {
            self.request.title.as_str().to_owned()
        }
    }
}
