//! Consults (求援): a call-taker asks the experts of a department while the caller waits. The form and what was found
//! go along; the answer, a refusal with its reason, or the expert who takes the call over come back. A consult ends
//! in one of these, or is withdrawn by whoever asked (design "Expert").

use super::id::{Account, CallId, ConsultId, EntryCode, SeatNo, TicketId, UnitCode};
use super::number::TicketNumber;
use super::role::{Person, Role, Stamp, is_of_accused, may_open_ticket};
use super::text::{Line, Prose};
use super::ticket::Request;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many finds go along at most.
pub const MAX_FOUND: usize = 20;

/// An entry that the asker had on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// Which.
    pub code: EntryCode,
    /// Its version.
    pub version: u64,
    /// Its question.
    pub question: Line,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConsultState {
    /// Nobody has taken it yet.
    Waiting,
    /// An expert is at it.
    Taken {
        /// Who, and since when.
        by: Stamp,
    },
    /// Answered.
    Answered {
        /// By whom, and when.
        by: Stamp,
        /// What the caller may be told.
        answer: Prose,
    },
    /// Not answered: the asker goes on with the caller.
    Declined {
        /// By whom, and when.
        by: Stamp,
        /// Why.
        reason: Line,
    },
    /// The expert takes the call over: the asker's desk gives it to that seat, and the form goes along.
    TakenOver {
        /// By whom, and when.
        by: Stamp,
        /// The seat that the call goes to.
        seat: SeatNo,
    },
    /// The asker needs no answer any more.
    Withdrawn {
        /// By whom, and when.
        by: Stamp,
    },
}

/// A question to the experts of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consult {
    /// Its identifier.
    pub id: ConsultId,
    /// How many changes it has had.
    pub version: u64,
    /// Whose experts are asked.
    pub department: UnitCode,
    /// During which call.
    pub call: Option<CallId>,
    /// The ticket that the form becomes.
    pub ticket: Option<TicketId>,
    /// The number that was leased for it.
    pub number: Option<TicketNumber>,
    /// What the asker wants to know.
    pub question: Prose,
    /// The form as it stood.
    pub request: Request,
    /// What the asker had found.
    pub found: Vec<Found>,
    /// Who asked, and when.
    pub asked: Stamp,
    /// How it stands.
    #[serde(flatten)]
    pub state: ConsultState,
}

/// What is done to a consult.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ConsultAction {
    /// An expert takes it, also from a colleague who is called away.
    Take,
    /// The expert gives it back to the department.
    Release,
    /// The expert answers.
    Answer {
        /// What the caller may be told; not blank.
        answer: Prose,
    },
    /// The expert can't answer it.
    Decline {
        /// Why; not blank.
        reason: Line,
    },
    /// The expert takes the call over, at their own seat.
    TakeOver,
    /// The asker needs no answer any more.
    Withdraw,
}

/// Why an action on a consult is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsultError {
    /// It is answered, declined, taken over or withdrawn.
    #[error("this consult is over")]
    Over,
    /// The question is for another department's experts.
    #[error("only an expert of the department that was asked may do this")]
    OtherDepartment,
    /// Whoever asked does not answer.
    #[error("whoever asked does not answer")]
    Own,
    /// Only whoever asked takes it back.
    #[error("only whoever asked may do this")]
    NotAsker,
    /// A colleague is at it.
    #[error("a colleague has taken it: take it over first")]
    TakenByAnother,
    /// Nobody has it.
    #[error("take it first")]
    NotTaken,
    /// An answer without words, or a refusal without a reason.
    #[error("an answer or a reason is needed")]
    Blank,
    /// A call goes to a seat only.
    #[error("sit at a seat to take the call over")]
    NoSeat,
    /// There is no call to be taken over.
    #[error("the question came without a call")]
    NoCall,
}

/// Whether a person may ask experts: whoever takes calls.
pub fn may_ask(person: &Person) -> bool {
    may_open_ticket(person)
}

/// Whether a person hears of the consults of an asker to a department: the asker, its experts, the shift's leader.
pub fn hears(person: &Person, asker: &Account, department: &UnitCode) -> bool {
    person.account == *asker
        || (person.is(Role::Expert) && person.unit == *department)
        || person.is(Role::ShiftLeader)
}

impl Consult {
    /// True until it is answered, declined, taken over or withdrawn.
    pub const fn is_open(&self) -> bool {
        matches!(
            self.state,
            ConsultState::Waiting | ConsultState::Taken { .. }
        )
    }

    /// True for an expert of the department that was asked.
    pub fn is_for(&self, person: &Person) -> bool {
        person.is(Role::Expert) && person.unit == self.department
    }

    /// Whether a person may see it: whoever asked, the department's experts, and the shift's leader; of a complaint
    /// against a unit nobody there (recusal, Art. 10, 32).
    pub fn is_seen_by(&self, person: &Person) -> bool {
        let own = self.asked.by.account == person.account;
        (own || !is_of_accused(person, &self.request))
            && hears(person, &self.asked.by.account, &self.department)
    }

    /// Whether a person sees who called: whoever asked, and the expert to whom the call goes.
    pub fn shows_caller_to(&self, person: &Person) -> bool {
        let over = matches!(&self.state, ConsultState::TakenOver { by, .. } if by.by.account == person.account);
        over || self.asked.by.account == person.account
    }

    /// Who is at it.
    pub const fn taken_by(&self) -> Option<&Stamp> {
        match &self.state {
            ConsultState::Taken { by } => Some(by),
            _ => None,
        }
    }

    /// When it last changed.
    pub const fn changed_at(&self) -> Timestamp {
        match &self.state {
            ConsultState::Waiting => self.asked.at,
            ConsultState::Taken { by }
            | ConsultState::Answered { by, .. }
            | ConsultState::Declined { by, .. }
            | ConsultState::TakenOver { by, .. }
            | ConsultState::Withdrawn { by } => by.at,
        }
    }

    /// The consult after an action of a person at a moment.
    pub fn after(
        &self,
        action: &ConsultAction,
        who: &Person,
        stamp: &Stamp,
    ) -> Result<Self, ConsultError> {
        if !self.is_open() {
            return Err(ConsultError::Over);
        }
        let own = self.asked.by.account == who.account;
        if *action == ConsultAction::Withdraw {
            if !own {
                return Err(ConsultError::NotAsker);
            }
        } else {
            self.expert(action, who, own)?;
        }
        let by = stamp.clone();
        let state = match action {
            ConsultAction::Take => ConsultState::Taken { by },
            ConsultAction::Release => ConsultState::Waiting,
            ConsultAction::Answer { answer } => ConsultState::Answered {
                by,
                answer: answer.clone(),
            },
            ConsultAction::Decline { reason } => ConsultState::Declined {
                by,
                reason: reason.clone(),
            },
            ConsultAction::TakeOver => ConsultState::TakenOver {
                seat: stamp.by.seat.clone().ok_or(ConsultError::NoSeat)?,
                by,
            },
            ConsultAction::Withdraw => ConsultState::Withdrawn { by },
        };
        Ok(Self {
            version: self.version + 1,
            state,
            ..self.clone()
        })
    }

    /// What forbids an expert the action.
    fn expert(&self, action: &ConsultAction, who: &Person, own: bool) -> Result<(), ConsultError> {
        if own {
            return Err(ConsultError::Own);
        }
        if !self.is_for(who) {
            return Err(ConsultError::OtherDepartment);
        }
        let mine = self.taken_by().map(|by| by.by.account == who.account);
        match (action, mine) {
            (ConsultAction::Release, None) => return Err(ConsultError::NotTaken),
            (ConsultAction::Take, _) | (_, None | Some(true)) => {}
            (_, Some(false)) => return Err(ConsultError::TakenByAnother),
        }
        let blank = match action {
            ConsultAction::Answer { answer } => answer.is_blank(),
            ConsultAction::Decline { reason } => reason.is_blank(),
            _ => false,
        };
        if blank {
            return Err(ConsultError::Blank);
        }
        if *action == ConsultAction::TakeOver && self.call.is_none() {
            return Err(ConsultError::NoCall);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lifecycle::tests::world::person;
    use crate::domain::role::Actor;
    use uuid::Uuid;

    fn asker() -> Person {
        person("wang", &[Role::CallTaker], "HOTLINE")
    }

    fn expert(account: &str, unit: &str) -> Person {
        person(account, &[Role::Expert], unit)
    }

    fn stamp(person: &Person) -> Stamp {
        let by = Actor {
            account: person.account.clone(),
            seat: None,
            unit: person.unit.clone(),
        };
        Stamp {
            by,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn consult(state: ConsultState) -> Consult {
        Consult {
            id: ConsultId(Uuid::nil()),
            version: 1,
            department: UnitCode::parse("SW").unwrap(),
            call: Some(CallId(Uuid::nil())),
            ticket: None,
            number: None,
            question: Prose::default(),
            request: Request::default(),
            found: Vec::new(),
            asked: stamp(&asker()),
            state,
        }
    }

    fn actions() -> [ConsultAction; 6] {
        [
            ConsultAction::Take,
            ConsultAction::Release,
            ConsultAction::Answer {
                answer: Prose::parse("带身份证").unwrap(),
            },
            ConsultAction::Decline {
                reason: Line::parse("不属本部门").unwrap(),
            },
            ConsultAction::TakeOver,
            ConsultAction::Withdraw,
        ]
    }

    fn done(consult: &Consult, action: &ConsultAction, who: &Person) -> Result<(), ConsultError> {
        let mut stamp = stamp(who);
        stamp.by.seat = SeatNo::parse("0501").ok();
        consult.after(action, who, &stamp).map(|_| ())
    }

    #[test]
    fn who_may_do_what_to_a_consult() {
        use ConsultError as E;
        let (liu, zhou) = (expert("liu", "SW"), expert("zhou", "SW"));
        let taken = ConsultState::Taken { by: stamp(&liu) };
        let other = Err(E::OtherDepartment);
        let (ok, own, not_asker) = (Ok(()), Err(E::Own), Err(E::NotAsker));
        let by_another = Err(E::TakenByAnother);
        for (state, who, expected) in [
            (
                ConsultState::Waiting,
                asker(),
                [own, own, own, own, own, ok],
            ),
            (
                ConsultState::Waiting,
                liu.clone(),
                [ok, Err(E::NotTaken), ok, ok, ok, not_asker],
            ),
            (
                ConsultState::Waiting,
                expert("fang", "FG"),
                [other, other, other, other, other, not_asker],
            ),
            (taken.clone(), liu.clone(), [ok, ok, ok, ok, ok, not_asker]),
            (
                taken.clone(),
                zhou.clone(),
                [
                    ok, by_another, by_another, by_another, by_another, not_asker,
                ],
            ),
            (taken, asker(), [own, own, own, own, own, ok]),
        ] {
            let consult = consult(state);
            for (action, expected) in actions().iter().zip(expected) {
                assert_eq!(
                    done(&consult, action, &who),
                    expected,
                    "{action:?} {}",
                    who.account
                );
            }
        }
    }

    #[test]
    fn nothing_is_done_to_a_consult_that_is_over() {
        let liu = expert("liu", "SW");
        let open = consult(ConsultState::Waiting);
        for end in actions().iter().skip(2).take(2) {
            let over = open.after(end, &liu, &stamp(&liu)).unwrap();
            assert!(!over.is_open());
            assert_eq!(over.version, 2);
            for action in &actions() {
                for who in [&liu, &asker()] {
                    assert_eq!(done(&over, action, who), Err(ConsultError::Over));
                }
            }
        }
    }

    #[test]
    fn answers_and_reasons_have_words_and_calls_go_to_seats() {
        let liu = expert("liu", "SW");
        let open = consult(ConsultState::Waiting);
        let blank = ConsultAction::Answer {
            answer: Prose::parse(" \n").unwrap(),
        };
        assert_eq!(done(&open, &blank, &liu), Err(ConsultError::Blank));
        let blank = ConsultAction::Decline {
            reason: Line::default(),
        };
        assert_eq!(done(&open, &blank, &liu), Err(ConsultError::Blank));
        let mut nowhere = stamp(&liu);
        nowhere.by.seat = None;
        let over = open.after(&ConsultAction::TakeOver, &liu, &nowhere);
        assert_eq!(over, Err(ConsultError::NoSeat));
        let quiet = Consult { call: None, ..open };
        let over = done(&quiet, &ConsultAction::TakeOver, &liu);
        assert_eq!(over, Err(ConsultError::NoCall));
    }

    #[test]
    fn who_called_is_seen_by_whoever_asked_and_whoever_took_the_call() {
        let (liu, zhou) = (expert("liu", "SW"), expert("zhou", "SW"));
        let mut at = stamp(&liu);
        at.by.seat = SeatNo::parse("0501").ok();
        let open = consult(ConsultState::Waiting);
        let over = open.after(&ConsultAction::TakeOver, &liu, &at).unwrap();
        assert!(!open.shows_caller_to(&liu) && open.is_seen_by(&liu));
        assert!(over.shows_caller_to(&liu) && !over.shows_caller_to(&zhou));
        assert!(open.shows_caller_to(&asker()));
        let mut complaint = open.clone();
        complaint.request.accused = UnitCode::parse("SW").ok();
        assert!(!complaint.is_seen_by(&liu) && complaint.is_seen_by(&asker()));
        assert!(!complaint.is_seen_by(&person("ma", &[Role::ShiftLeader], "SW")));
        assert!(complaint.is_seen_by(&person("ma", &[Role::ShiftLeader], "HOTLINE")));
        assert!(!open.is_seen_by(&expert("fang", "FG")));
        assert!(!open.is_seen_by(&person("li", &[Role::CallTaker], "HOTLINE")));
        let json = serde_json::to_string(&over).unwrap();
        assert_eq!(serde_json::from_str::<Consult>(&json).unwrap(), over);
    }
}
