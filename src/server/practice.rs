//! What a practice server has beside an ordinary one: scenarios and runs. The floor that knows them is not the server's
//! to use; whoever starts a practice server plugs it in here.

use super::trunk::actor::Actor;
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::id::{Account, CallId};
use crate::domain::lifecycle::Action;
use crate::domain::text::Line;
use crate::domain::ticket::{Request, Ticket};
use crate::protocol::error::ApiError;
use crate::protocol::practice::{
    Begins, Hint, OwnMark, Report, RunPage, RunRow, ScenarioRow, StartRun,
};
use uuid::Uuid;

/// A ticket that has to be there before a call.
pub struct Before {
    /// Whole hours before the call.
    pub hours_ago: u32,
    /// What was asked.
    pub request: Request,
    /// What was done with it at once.
    pub actions: Vec<Action>,
}

/// A run that begins.
pub struct Begun {
    /// The run.
    pub run: RunRow,
    /// Its caller.
    pub actor: Box<dyn Actor>,
    /// The number the line shows.
    pub number: Telephone,
    /// The lane they come by.
    pub lane: CallerKind,
    /// Tickets that are there before the call.
    pub before: Vec<Before>,
    /// Calls of earlier runs of the same person that nobody closed.
    pub left: Vec<CallId>,
}

/// What a trainee made of a call.
pub struct Made {
    /// The ticket of the call itself.
    pub own: Option<Ticket>,
    /// Other tickets that they did something to since the run began.
    pub touched: Vec<Ticket>,
}

/// Who looks at a run.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Who.
    pub account: &'a Account,
    /// True for a trainer, who sees all.
    pub trains: bool,
}

/// Scenarios and runs.
pub trait PracticeRoom: Send + Sync {
    /// The scenarios, easiest first, with what this person made of them.
    fn scenarios(&self, account: &Account) -> Vec<ScenarioRow>;
    /// Begins a run. Errors: no such scenario.
    fn begin(&self, account: &Account, start: &StartRun, begins: Begins)
    -> Result<Begun, ApiError>;
    /// The runs that somebody may see, newest first.
    fn runs(&self, seen: Seen<'_>) -> Vec<RunRow>;
    /// A run as somebody may see it. Errors: no such run, or none that they may see.
    fn run(&self, seen: Seen<'_>, id: Uuid) -> Result<RunPage, ApiError>;
    /// What to say next in a coached run. Errors: no such run of this person.
    fn hint(&self, account: &Account, id: Uuid) -> Result<Hint, ApiError>;
    /// Where a run began that waits to be closed; nothing for one that is closed. Errors: no such run of this
    /// person; the call goes on.
    fn closing(&self, account: &Account, id: Uuid) -> Result<Option<Begins>, ApiError>;
    /// Closes a run whose call is over, and scores it; again, it answers the same. Errors: no such run of this person;
    /// the call goes on; it could not be kept.
    fn close(&self, account: &Account, id: Uuid, made: &Made) -> Result<RunPage, ApiError>;
    /// The call of a run that goes on. Errors: no such run goes on.
    fn live_call(&self, id: Uuid) -> Result<CallId, ApiError>;
    /// A trainer's bookmark. Errors: no such run; too many; it could not be kept.
    fn note(&self, by: &Account, id: Uuid, at: Option<u32>, text: Line) -> Result<(), ApiError>;
    /// A trainer's own marks for a part. Errors: no such run or part; the points or the reason are not what they must be.
    fn mark(&self, id: Uuid, mark: OwnMark) -> Result<RunPage, ApiError>;
    /// An appeal against a score. Errors: no such run of this person; there is one already.
    fn appeal(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError>;
    /// The answer to an appeal. Errors: no such run; none waits.
    fn rule(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError>;
    /// A person over time.
    fn report(&self, account: &Account) -> Report;
}
