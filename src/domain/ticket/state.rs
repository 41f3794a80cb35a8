//! Where a ticket stands, each state with what belongs to it: an illegal ticket cannot be built.

use super::outcome::{
    DeclineReason, DirectAnswer, Dispatch, EmergencyService, Handling, InvalidReason,
    ReturnRequest, Verdict,
};
use crate::domain::id::TicketId;
use crate::domain::role::Stamp;
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a ticket stands, with what belongs to that place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "stage", content = "data", rename_all = "snake_case")]
pub enum State {
    /// 草稿.
    Draft,
    /// 直办办结.
    ClosedDirectly(DirectAnswer),
    /// 无效来电.
    Invalid(InvalidReason),
    /// 不予受理.
    Declined {
        /// The reason.
        reason: DeclineReason,
        /// On what it stands.
        basis: Line,
        /// The other road that the caller was told.
        other_road: Line,
        /// Who reviewed it, once somebody has.
        reviewed: Option<Stamp>,
    },
    /// 转紧急.
    HandedToEmergency(EmergencyService),
    /// 待派.
    ToDispatch,
    /// 待签收.
    Dispatched(Dispatch),
    /// 办理中.
    InHand(Dispatch),
    /// 退回待审.
    ReturnAsked {
        /// The dispatch it would undo.
        dispatch: Dispatch,
        /// The wish.
        request: ReturnRequest,
    },
    /// 待审核.
    Answered {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
    },
    /// 待回访.
    ToCallBack {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
    },
    /// 办结.
    Closed {
        /// Who handled it.
        dispatch: Dispatch,
        /// What they report.
        handling: Handling,
        /// What the caller said.
        verdict: Verdict,
    },
    /// 重办: a new round that waits to be taken in hand; the old one stays in the events.
    Redo(Dispatch),
    /// 并入.
    Merged {
        /// The main ticket.
        main: TicketId,
        /// Where it stood, to come back to.
        #[schema(no_recursion)]
        before: Box<State>,
    },
    /// 撤回.
    Withdrawn {
        /// In the caller's words.
        reason: Line,
    },
    /// 归档.
    Archived {
        /// The state that was archived.
        #[schema(no_recursion)]
        last: Box<State>,
    },
}

/// The name of a state, for filters and tables.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 草稿.
    Draft,
    /// 直办办结.
    ClosedDirectly,
    /// 无效来电.
    Invalid,
    /// 不予受理.
    Declined,
    /// 转紧急.
    HandedToEmergency,
    /// 待派.
    ToDispatch,
    /// 待签收.
    Dispatched,
    /// 办理中.
    InHand,
    /// 退回待审.
    ReturnAsked,
    /// 待审核.
    Answered,
    /// 待回访.
    ToCallBack,
    /// 办结.
    Closed,
    /// 重办.
    Redo,
    /// 并入.
    Merged,
    /// 撤回.
    Withdrawn,
    /// 归档.
    Archived,
}

impl Stage {
    /// All stages in the order of the design's table.
    pub const ALL: [Self; 16] = [
        Self::Draft,
        Self::ClosedDirectly,
        Self::Invalid,
        Self::Declined,
        Self::HandedToEmergency,
        Self::ToDispatch,
        Self::Dispatched,
        Self::InHand,
        Self::ReturnAsked,
        Self::Answered,
        Self::ToCallBack,
        Self::Closed,
        Self::Redo,
        Self::Merged,
        Self::Withdrawn,
        Self::Archived,
    ];

    /// The name used on the wire and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ClosedDirectly => "closed_directly",
            Self::Invalid => "invalid",
            Self::Declined => "declined",
            Self::HandedToEmergency => "handed_to_emergency",
            Self::ToDispatch => "to_dispatch",
            Self::Dispatched => "dispatched",
            Self::InHand => "in_hand",
            Self::ReturnAsked => "return_asked",
            Self::Answered => "answered",
            Self::ToCallBack => "to_call_back",
            Self::Closed => "closed",
            Self::Redo => "redo",
            Self::Merged => "merged",
            Self::Withdrawn => "withdrawn",
            Self::Archived => "archived",
        }
    }

    /// The stage of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Somebody still has to do something.
    pub const fn is_open(self) -> bool {
        !matches!(
            self,
            Self::ClosedDirectly
                | Self::Invalid
                | Self::Declined
                | Self::HandedToEmergency
                | Self::Closed
                | Self::Withdrawn
                | Self::Archived
        )
    }
}

impl State {
    /// The state's name.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Draft => Stage::Draft,
            Self::ClosedDirectly(_) => Stage::ClosedDirectly,
            Self::Invalid(_) => Stage::Invalid,
            Self::Declined { .. } => Stage::Declined,
            Self::HandedToEmergency(_) => Stage::HandedToEmergency,
            Self::ToDispatch => Stage::ToDispatch,
            Self::Dispatched(_) => Stage::Dispatched,
            Self::InHand(_) => Stage::InHand,
            Self::ReturnAsked { .. } => Stage::ReturnAsked,
            Self::Answered { .. } => Stage::Answered,
            Self::ToCallBack { .. } => Stage::ToCallBack,
            Self::Closed { .. } => Stage::Closed,
            Self::Redo(_) => Stage::Redo,
            Self::Merged { .. } => Stage::Merged,
            Self::Withdrawn { .. } => Stage::Withdrawn,
            Self::Archived { .. } => Stage::Archived,
        }
    }

    /// Who handles it, where somebody does.
    pub fn dispatch(&self) -> Option<&Dispatch> {
        match self {
            Self::Dispatched(dispatch)
            | Self::InHand(dispatch)
            | Self::Redo(dispatch)
            | Self::ReturnAsked { dispatch, .. }
            | Self::Answered { dispatch, .. }
            | Self::ToCallBack { dispatch, .. }
            | Self::Closed { dispatch, .. } => Some(dispatch),
            Self::Archived { last } => last.dispatch(),
            _ => None,
        }
    }

    /// What the unit reported, where it has.
    pub fn handling(&self) -> Option<&Handling> {
        match self {
            Self::Answered { handling, .. }
            | Self::ToCallBack { handling, .. }
            | Self::Closed { handling, .. } => Some(handling),
            Self::Archived { last } => last.handling(),
            _ => None,
        }
    }
}
