//! The returns that a log tells of, each with what became of it.

use crate::domain::id::UnitCode;
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::text::Line;
use crate::domain::ticket::ReturnReason;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReturnOutcome {
    /// It waits for a decision.
    Waiting,
    /// It was right: the ticket is dispatched anew.
    Accepted,
    /// It was wrong: the unit handles it.
    Rejected {
        /// Why.
        reason: Line,
    },
    /// The joint meeting ruled.
    Ruled {
        /// Who handles it.
        lead: UnitCode,
        /// On what it stands.
        basis: Line,
    },
    /// The caller withdrew before it was decided.
    Withdrawn,
}

/// A return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// When it was asked for.
    pub at: Timestamp,
    /// The how manyth of the ticket.
    pub nth: u32,
    /// By which unit: the one that led then.
    pub unit: UnitCode,
    /// Why.
    pub reason: ReturnReason,
    /// On what it stands.
    pub basis: Line,
    /// Who should handle it, in the unit's eyes.
    pub proposed: Option<UnitCode>,
    /// On what the dispatch stood.
    pub dispatch_basis: Line,
    /// What became of it.
    pub outcome: ReturnOutcome,
}

impl Return {
    /// True where another than the unit handles it: the dispatch was wrong.
    pub fn upheld(&self) -> bool {
        match &self.outcome {
            ReturnOutcome::Accepted => true,
            ReturnOutcome::Ruled { lead, .. } => *lead != self.unit,
            _ => false,
        }
    }
}

/// The returns of a log, in order.
pub fn returns(events: &[Event]) -> Vec<Return> {
    let mut found: Vec<Return> = Vec::new();
    let mut with: Option<(&UnitCode, &Line)> = None;
    for event in events {
        match &event.kind {
            EventKind::Dispatched { lead, basis, .. } | EventKind::Ruled { lead, basis, .. } => {
                with = Some((lead, basis));
            }
            EventKind::Transferred { lead, reason, .. } => with = Some((lead, reason)),
            EventKind::ReturnAsked {
                reason,
                basis,
                proposed,
            } => {
                let Some((unit, dispatch_basis)) = with else {
                    continue;
                };
                found.push(Return {
                    at: event.stamp.at,
                    nth: u32::try_from(found.len() + 1).unwrap_or(u32::MAX),
                    unit: unit.clone(),
                    reason: *reason,
                    basis: basis.clone(),
                    proposed: proposed.clone(),
                    dispatch_basis: dispatch_basis.clone(),
                    outcome: ReturnOutcome::Waiting,
                });
                continue;
            }
            _ => {}
        }
        let waits = found.last_mut();
        let waits = waits.filter(|it| it.outcome == ReturnOutcome::Waiting);
        if let (Some(it), Some(outcome)) = (waits, outcome(&event.kind)) {
            it.outcome = outcome;
        }
    }
    found
}

fn outcome(kind: &EventKind) -> Option<ReturnOutcome> {
    Some(match kind {
        EventKind::ReturnAccepted => ReturnOutcome::Accepted,
        EventKind::ReturnRejected { reason } => ReturnOutcome::Rejected {
            reason: reason.clone(),
        },
        EventKind::Ruled { lead, basis, .. } => ReturnOutcome::Ruled {
            lead: lead.clone(),
            basis: basis.clone(),
        },
        EventKind::Withdrawn { .. } => ReturnOutcome::Withdrawn,
        _ => return None,
    })
}
