//! The table of the life cycle: which action, from which stages, by which roles, to which stages. It is the
//! first thing `decide` asks and the only place where a transition is allowed; the documents draw from it.

use super::SYSTEM;
use super::action::ActionName;
use super::refusal::Refusal;
use crate::domain::role::{Person, Role};
use crate::domain::ticket::Stage;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What is done.
    pub action: ActionName,
    /// Where the ticket may stand.
    pub from: &'static [Stage],
    /// Who may, by role; [`Role::Administrator`] stands for the server itself and for nobody else.
    pub roles: &'static [Role],
    /// Where the ticket stands afterwards; empty when it stays where it is.
    pub to: &'static [Stage],
}

impl Row {
    /// True when one of the person's roles may do it. The administrator's role counts only in the name of
    /// the server: people who configure the hotline do not handle tickets.
    pub fn allows(&self, who: &Person) -> bool {
        self.roles.iter().any(|role| {
            who.is(*role) && (*role != Role::Administrator || who.account.as_str() == SYSTEM)
        })
    }
}

const TAKERS: &[Role] = &[Role::CallTaker, Role::EnterpriseSeat];
const ANSWERERS: &[Role] = &[Role::CallTaker, Role::EnterpriseSeat, Role::Expert];
const EDITORS: &[Role] = &[Role::CallTaker, Role::EnterpriseSeat, Role::Dispatcher];
const DISPATCHERS: &[Role] = &[Role::Dispatcher, Role::Administrator];
const REVIEWERS: &[Role] = &[Role::ReturnReviewer, Role::Supervisor];
const GRANTERS: &[Role] = &[Role::Dispatcher, Role::ReturnReviewer, Role::Supervisor];
const RETURNS: &[Role] = &[Role::ReturnReviewer];
const CLERKS: &[Role] = &[Role::UnitClerk];

/// Where somebody still has to do something (`Stage::is_open`).
const OPEN: &[Stage] = &[
    Stage::Draft,
    Stage::ToDispatch,
    Stage::Dispatched,
    Stage::InHand,
    Stage::ReturnAsked,
    Stage::Answered,
    Stage::ToCallBack,
    Stage::Redo,
    Stage::Merged,
];
/// With a unit that works on it.
const WITH_UNIT: &[Stage] = &[Stage::Dispatched, Stage::InHand];
/// Open and no draft any more.
const ACCEPTED: &[Stage] = OPEN.split_at(1).1;
/// Open, or answered for good: how it stands can be asked.
const TOLD: &[Stage] = &[
    Stage::Draft,
    Stage::ToDispatch,
    Stage::Dispatched,
    Stage::InHand,
    Stage::ReturnAsked,
    Stage::Answered,
    Stage::ToCallBack,
    Stage::Redo,
    Stage::Merged,
    Stage::Closed,
    Stage::ClosedDirectly,
];

const fn row(
    action: ActionName,
    from: &'static [Stage],
    roles: &'static [Role],
    to: &'static [Stage],
) -> Row {
    Row {
        action,
        from,
        roles,
        to,
    }
}

static TABLE: [Row; 41] = {
    use ActionName as A;
    use Stage as S;
    [
        row(A::Amend, &[S::Draft], ANSWERERS, &[]),
        row(A::Amend, ACCEPTED, EDITORS, &[]),
        row(
            A::CloseDirectly,
            &[S::Draft],
            ANSWERERS,
            &[S::ClosedDirectly],
        ),
        row(A::MarkInvalid, &[S::Draft], TAKERS, &[S::Invalid]),
        row(A::Decline, &[S::Draft], TAKERS, &[S::Declined]),
        row(
            A::ReviewDecline,
            &[S::Declined],
            REVIEWERS,
            &[S::Declined, S::Draft],
        ),
        row(
            A::HandToEmergency,
            &[S::Draft],
            TAKERS,
            &[S::HandedToEmergency],
        ),
        row(A::Submit, &[S::Draft], TAKERS, &[S::ToDispatch]),
        row(A::Dispatch, &[S::ToDispatch], DISPATCHERS, &[S::Dispatched]),
        row(
            A::Transfer,
            &[S::Dispatched, S::InHand],
            &[Role::Dispatcher],
            &[S::Dispatched],
        ),
        row(A::Sign, &[S::Dispatched, S::Redo], CLERKS, &[S::InHand]),
        row(
            A::AskReturn,
            &[S::Dispatched, S::InHand],
            CLERKS,
            &[S::ReturnAsked],
        ),
        row(
            A::AcceptReturn,
            &[S::ReturnAsked],
            RETURNS,
            &[S::ToDispatch],
        ),
        row(A::RejectReturn, &[S::ReturnAsked], RETURNS, &[S::InHand]),
        row(
            A::Rule,
            &[S::ReturnAsked],
            RETURNS,
            &[S::InHand, S::Dispatched],
        ),
        row(A::AskExtension, &[S::InHand], CLERKS, &[]),
        row(A::Extend, &[S::InHand], GRANTERS, &[]),
        row(A::RefuseExtension, &[S::InHand], GRANTERS, &[]),
        row(A::StageAnswer, &[S::InHand], CLERKS, &[]),
        row(A::AgreeStage, &[S::InHand], REVIEWERS, &[]),
        row(A::RefuseStage, &[S::InHand], REVIEWERS, &[]),
        row(A::AskCoUnits, WITH_UNIT, CLERKS, &[]),
        row(A::AddCoUnits, WITH_UNIT, &[Role::Dispatcher], &[]),
        row(A::ReportCo, WITH_UNIT, CLERKS, &[]),
        row(A::ReleaseCo, WITH_UNIT, &[Role::Supervisor], &[]),
        row(A::Step, WITH_UNIT, CLERKS, &[]),
        row(A::Answer, &[S::InHand], CLERKS, &[S::Answered]),
        row(A::SendBack, &[S::Answered], REVIEWERS, &[S::InHand]),
        row(A::Approve, &[S::Answered], REVIEWERS, &[S::ToCallBack]),
        row(
            A::Close,
            &[S::ToCallBack],
            &[Role::CallbackClerk],
            &[S::Closed],
        ),
        row(
            A::Redo,
            &[S::ToCallBack],
            &[Role::CallbackClerk],
            &[S::Redo, S::ToDispatch],
        ),
        row(
            A::Redo,
            &[S::Closed],
            &[Role::Supervisor],
            &[S::Redo, S::ToDispatch],
        ),
        row(
            A::Merge,
            &[S::Draft, S::ToDispatch, S::Dispatched, S::InHand],
            EDITORS,
            &[S::Merged],
        ),
        row(A::AnswerChild, &[S::Merged], EDITORS, &[S::ToCallBack]),
        row(
            A::Unmerge,
            &[S::Merged],
            &[Role::Dispatcher],
            &[S::ToDispatch],
        ),
        row(A::Withdraw, OPEN, TAKERS, &[S::Withdrawn]),
        row(A::AskProgress, TOLD, ANSWERERS, &[]),
        row(A::Urge, OPEN, ANSWERERS, &[]),
        row(A::Add, OPEN, ANSWERERS, &[]),
        row(A::AskExplanation, OPEN, ANSWERERS, &[]),
        row(
            A::Archive,
            &[
                S::Closed,
                S::ClosedDirectly,
                S::Invalid,
                S::Declined,
                S::Withdrawn,
            ],
            &[Role::Administrator],
            &[S::Archived],
        ),
    ]
};

/// The whole table, in the order of the design's.
pub fn table() -> &'static [Row] {
    &TABLE
}

/// Asks the table alone. Refuses with [`Refusal::WrongStage`] first, then with [`Refusal::WrongRole`].
pub fn permit(action: ActionName, stage: Stage, who: &Person) -> Result<(), Refusal> {
    let mut needs = Vec::new();
    for row in TABLE
        .iter()
        .filter(|row| row.action == action && row.from.contains(&stage))
    {
        if row.allows(who) {
            return Ok(());
        }
        needs.extend_from_slice(row.roles);
    }
    if needs.iter().any(|role| *role != Role::Administrator) {
        // What the server may do too is told people by the roles that people hold.
        needs.retain(|role| *role != Role::Administrator);
    }
    Err(if needs.is_empty() {
        Refusal::WrongStage { stage }
    } else {
        Refusal::WrongRole { needs }
    })
}
