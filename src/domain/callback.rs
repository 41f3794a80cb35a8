//! Promises to call somebody back (回拨): made by a call-taker, or out of an abandoned call (漏接回拨).

use super::caller::Telephone;
use super::id::{Account, CallId, CallbackId, TicketId};
use super::number::TicketNumber;
use super::role::{Person, Role, Stamp, may_see_confidential};
use super::text::Line;
use super::ticket::Ticket;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why somebody is to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallbackReason {
    /// Promised during a call.
    Promised,
    /// The caller gave up waiting.
    Abandoned,
}

/// How it stands. `Due` is not a state: it is `Scheduled` past its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum CallbackStatus {
    /// To be done.
    Scheduled,
    /// Spoken with the caller.
    Done {
        /// When and by whom.
        stamp: Stamp,
        /// What came of it; `note` on the wire is the call-back's own.
        #[serde(rename = "outcome")]
        note: Line,
    },
    /// Given up after `attempts` without reaching anybody.
    Missed {
        /// When and by whom.
        stamp: Stamp,
        /// Why.
        #[serde(rename = "outcome")]
        note: Line,
    },
}

/// A promise to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Callback {
    /// Its identifier.
    pub id: CallbackId,
    /// How many changes it has had.
    pub version: u64,
    /// Why.
    pub reason: CallbackReason,
    /// About which ticket.
    pub ticket: Option<TicketId>,
    /// That ticket's number, as people call it.
    #[serde(default)]
    pub ticket_number: Option<TicketNumber>,
    /// After which call.
    pub call: Option<CallId>,
    /// Whom to call; empty where masked.
    pub number: Option<Telephone>,
    /// Whom to ask for.
    pub name: Line,
    /// What to say.
    pub note: Line,
    /// When it is due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// Whose it is; `None` is the team's.
    pub owner: Option<Account>,
    /// Tries without reaching anybody.
    pub attempts: u32,
    /// When and by whom it was made.
    pub made: Stamp,
    /// How it stands.
    #[serde(flatten)]
    pub status: CallbackStatus,
}

/// What can be done to a call-back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum CallbackAction {
    /// Spoken with the caller.
    Done {
        /// What came of it.
        note: Line,
    },
    /// Nobody answered; comes up again at `again`, or is given up (`None`).
    NotReached {
        /// When to try again.
        #[schema(value_type = Option<String>, format = DateTime)]
        again: Option<Timestamp>,
        /// What was noticed.
        note: Line,
    },
    /// Moved to another time.
    Reschedule {
        /// When.
        #[schema(value_type = String, format = DateTime)]
        due: Timestamp,
    },
    /// Taken over by the one who asks.
    Take,
}

/// Why an action on a call-back is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It is done or missed.
    #[error("this call-back is finished")]
    Finished,
    /// The caller asked to stay hidden: whoever takes the call-back would see name and number (Art. 10).
    #[error(
        "the caller is confidential: only a call-back clerk, or the call-taker whose ticket it is, can take this call-back"
    )]
    Confidential,
}

impl Callback {
    /// True when its time has come.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.status == CallbackStatus::Scheduled && self.due <= now
    }

    /// Whether a person may make it their own, which shows them whom to call: not where the caller of its ticket is
    /// confidential, or the ticket cannot be looked at, unless they are a call-back clerk or may see that caller anyway.
    pub fn may_be_taken(
        &self,
        person: &Person,
        ticket: Option<&Ticket>,
    ) -> Result<(), CallbackError> {
        let own = self.owner.as_ref() == Some(&person.account);
        let open = match ticket {
            Some(ticket) => {
                !ticket.request.caller.confidential || may_see_confidential(person, ticket)
            }
            None => self.ticket.is_none(),
        };
        if own || open || person.is(Role::CallbackClerk) {
            Ok(())
        } else {
            Err(CallbackError::Confidential)
        }
    }

    /// The call-back after an action. A new time may lie in the past, as that of a promise may: what was said to the
    /// caller while the line was down is kept, and due at once.
    pub fn after(&self, action: &CallbackAction, stamp: &Stamp) -> Result<Self, CallbackError> {
        if self.status != CallbackStatus::Scheduled {
            return Err(CallbackError::Finished);
        }
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        match action {
            CallbackAction::Done { note } => {
                next.status = CallbackStatus::Done {
                    stamp: stamp.clone(),
                    note: note.clone(),
                };
            }
            CallbackAction::NotReached { again, note } => {
                next.attempts += 1;
                match again {
                    Some(due) => next.due = *due,
                    None => {
                        next.status = CallbackStatus::Missed {
                            stamp: stamp.clone(),
                            note: note.clone(),
                        }
                    }
                }
            }
            CallbackAction::Reschedule { due } => next.due = *due,
            CallbackAction::Take => next.owner = Some(stamp.by.account.clone()),
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::UnitCode;
    use crate::domain::lifecycle::tests::world::{Told, World, of_role, person};
    use crate::domain::role::Actor;
    use crate::domain::ticket::Stage;
    use uuid::Uuid;

    fn callback(made: Stamp, status: CallbackStatus) -> Callback {
        Callback {
            id: CallbackId(Uuid::nil()),
            version: 2,
            reason: CallbackReason::Promised,
            ticket: None,
            ticket_number: None,
            call: None,
            number: None,
            name: Line::default(),
            note: Line::parse("问进度").unwrap(),
            due: Timestamp::UNIX_EPOCH,
            owner: None,
            attempts: 0,
            made,
            status,
        }
    }

    #[test]
    fn who_may_not_see_a_confidential_caller_takes_no_call_back_of_theirs() {
        let mut ticket = Told::at(&World::new(), Stage::InHand).ticket;
        let stamp = of_role(Role::CallTaker).stamp(Timestamp::UNIX_EPOCH);
        let mut of_ticket = callback(stamp, CallbackStatus::Scheduled);
        let colleague = person("colleague", &[Role::CallTaker], "HOTLINE");
        let leader = of_role(Role::ShiftLeader);
        let hidden = Err(CallbackError::Confidential);
        // About no ticket: nobody asked to stay hidden.
        assert_eq!(of_ticket.may_be_taken(&colleague, None), Ok(()));
        of_ticket.ticket = Some(ticket.id);
        assert_eq!(of_ticket.may_be_taken(&colleague, None), hidden);
        assert_eq!(of_ticket.may_be_taken(&colleague, Some(&ticket)), Ok(()));
        ticket.request.caller.confidential = true;
        for who in [&colleague, &leader] {
            assert_eq!(of_ticket.may_be_taken(who, Some(&ticket)), hidden);
        }
        for who in [of_role(Role::CallTaker), of_role(Role::CallbackClerk)] {
            assert_eq!(of_ticket.may_be_taken(&who, Some(&ticket)), Ok(()));
        }
        of_ticket.owner = Some(colleague.account.clone());
        assert_eq!(of_ticket.may_be_taken(&colleague, None), Ok(()), "theirs");
    }

    #[test]
    fn a_finished_call_back_reads_back_as_written() {
        let stamp = Stamp {
            by: Actor {
                account: Account::parse("li").unwrap(),
                seat: None,
                unit: UnitCode::parse("HOTLINE").unwrap(),
            },
            at: Timestamp::UNIX_EPOCH,
        };
        let note = Line::parse("已告知").unwrap();
        for status in [
            CallbackStatus::Scheduled,
            CallbackStatus::Done {
                stamp: stamp.clone(),
                note: note.clone(),
            },
            CallbackStatus::Missed {
                stamp: stamp.clone(),
                note,
            },
        ] {
            let callback = callback(stamp.clone(), status);
            let json = serde_json::to_string(&callback).unwrap();
            assert_eq!(serde_json::from_str::<Callback>(&json).unwrap(), callback);
        }
    }
}
