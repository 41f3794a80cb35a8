//! The rules that forbid an action, each by its name. The desk words them; the texts here are for logs and
//! hold nothing of the caller.

use crate::domain::id::UnitCode;
use crate::domain::knowledge::DraftStage;
use crate::domain::role::Role;
use crate::domain::text::Line;
use crate::domain::ticket::Stage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rule that forbids an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Refusal {
    /// The action does not belong to this state.
    #[error("not possible in state {stage:?}")]
    WrongStage {
        /// Where the ticket stands.
        stage: Stage,
    },
    /// The person's role does not allow it.
    #[error("needs one of the roles {needs:?}")]
    WrongRole {
        /// Which would.
        needs: Vec<Role>,
    },
    /// The ticket belongs to another unit.
    #[error("the ticket belongs to another unit")]
    NotYourUnit,
    /// A field is needed and blank.
    #[error("{field} is needed")]
    Missing {
        /// Which, e.g. `basis`.
        field: String,
    },
    /// A complaint against a unit is never given to that unit (recusal, Art. 10, 32).
    #[error("a complaint against {unit} cannot go to it")]
    Recusal {
        /// The accused unit.
        unit: UnitCode,
    },
    /// The time for it is over.
    #[error("the time for it ended at {until}")]
    TooLate {
        /// When it ended.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// It may be done only once, and was.
    #[error("may be done only once")]
    OnlyOnce,
    /// A number is outside its range.
    #[error("{field} must be from {from} to {to}")]
    Range {
        /// Which.
        field: String,
        /// Least.
        from: u32,
        /// Most.
        to: u32,
    },
    /// From the second return on a ruling is compulsory.
    #[error("from the second return on the joint meeting rules")]
    NeedsRuling,
    /// Whoever handled a ticket does not call back about it (Art. 27, domain rules).
    #[error("one who handled the ticket may not call back")]
    HandledIt,
    /// The caller was neither reached nor tried three times on different half-days.
    #[error("the caller must be contacted, or tried three times on different half-days")]
    NotContacted,
    /// A step of 2110 is entered with the time at which it was taken: after the dispatch, and not after now.
    #[error("a step was taken between {from} and {until}")]
    StepTime {
        /// The dispatch.
        #[schema(value_type = String, format = DateTime)]
        from: Timestamp,
        /// Now.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// A ticket cannot be merged into itself.
    #[error("a ticket cannot be merged into itself")]
    IntoItself,
    /// A draft is written by the one who took the call.
    #[error("a draft is amended only by the one who opened it")]
    NotYourDraft,
    /// The directory in force does not hold the unit.
    #[error("the directory holds no unit {unit}")]
    UnknownUnit {
        /// Its code.
        unit: UnitCode,
    },
    /// A transfer goes to another unit than the one that has the ticket.
    #[error("the ticket is with {unit} already")]
    SameUnit {
        /// The unit.
        unit: UnitCode,
    },
    /// The joint meeting has ruled on a second return: no further return is asked for.
    #[error("the joint meeting has ruled, and its ruling binds")]
    RulingBinds,
    /// Nobody reviews what they decided themselves (design table "Roles").
    #[error("nobody reviews their own decision")]
    OwnDecision,
    /// An earlier request of the same kind waits for the hotline's decision.
    #[error("an earlier request waits for a decision")]
    Undecided,
    /// Nothing was asked for that could be decided.
    #[error("nothing was asked for")]
    NotAsked,
    /// A day must lie after today.
    #[error("{field} must be a day after today")]
    NotLater {
        /// Which field.
        field: String,
    },
    /// The lead unit answers when all co-units have reported, or a supervisor has released it (design "States").
    #[error("these co-units have not reported: {units:?}")]
    CoUnitsOpen {
        /// Which.
        units: Vec<UnitCode>,
    },
    /// A unit with any duty in the matter does not return it, but asks for co-units (沾边就办).
    #[error("{unit} has a duty in the matter ({basis}); it asks for co-units instead")]
    HasDuty {
        /// The unit.
        unit: UnitCode,
        /// On what the duty stands.
        basis: Line,
    },
    /// The steps of 2110 are of the enterprise lane.
    #[error("only tickets of the enterprise lane have the steps of 2110")]
    NoSteps,
    /// The main ticket's report was not passed yet: nothing can be answered from it.
    #[error("the main ticket's report was not passed yet")]
    MainNotAnswered,
    /// A point of the merged ticket is not met by the answer.
    #[error("{} points of the ticket are not met", points.len())]
    PointsOpen {
        /// Which, in the words of the ticket.
        points: Vec<Line>,
    },
    /// An answer names the caller of another ticket (Art. 10).
    #[error("the answer names the main ticket's caller")]
    NamesAnother,
    /// Only an open ticket that is not merged itself can be a main ticket.
    #[error("a ticket in state {stage:?} cannot be a main ticket")]
    MainNotOpen {
        /// Where it stands.
        stage: Stage,
    },
    /// The action does not belong to this state of a knowledge draft.
    #[error("not possible with a draft in state {stage:?}")]
    DraftStands {
        /// How it stands.
        stage: DraftStage,
    },
    /// Nobody publishes or sends back what they wrote themselves (design table "Roles": two persons).
    #[error("whoever wrote on a draft does not publish it; another editor does")]
    OwnDraft,
    /// An expert writes for the own department only (design table "Roles").
    #[error("{department} is not your department")]
    NotYourDepartment {
        /// Whose entry it is.
        department: Line,
    },
    /// The entry has changed since the draft was begun: it would undo what came between.
    #[error("the entry is at version {current}, the draft was written on {based_on}")]
    EntryMoved {
        /// Its version; 0 when it is not there.
        current: u64,
        /// The version the draft was written on.
        based_on: u64,
    },
    /// The entry was taken out already.
    #[error("the entry was taken out already")]
    AlreadyRetired,
}
