//! Why a command can't be done now: for key checks, hint bar, palette and help alike.

use super::commands::number_here;
use crate::desk::keymap::{Command, Place};
use crate::desk::screens::call::Phase;
use crate::desk::screens::{
    consults, draft, figures, knowledge, practice, ticket, why_no_dispatch,
};
use crate::desk::state::State;
use crate::domain::seat::SeatState;
use crate::words::Desk;

/// Why a command can't be done now, in words; `None` when it can.
pub fn why_not(state: &State, command: Command) -> Option<String> {
    if is_editors(command) {
        return editors_why(state, command);
    }
    if is_of_consults(command) {
        return consults_why(state, command);
    }
    let why = match command {
        Command::GoPractice | Command::Speak | Command::PracticeMenu => {
            return practice::why_not(state, command).map(|why| state.say(why));
        }
        _ if state.call.phase == Phase::Ringing && is_of_form(command) => {
            Some(Desk::WhyNotAnswered)
        }
        Command::PhoneStep
        | Command::Reject
        | Command::HangUp
        | Command::Mute
        | Command::PassCall
        | Command::Related => phone_why(state, command),
        Command::Finish
        | Command::InvalidCall
        | Command::DeclineCall
        | Command::Emergency
        | Command::Accused
        | Command::ReadBack
        | Command::Said
        | Command::CallBackIn
        | Command::NextDraft => form_why(state, command),
        Command::DispatchTo => return why_no_dispatch(state),
        Command::Idle | Command::Busy | Command::Break | Command::SignOut => {
            seat_why(state, command)
        }
        Command::SeatMenu => state.seat.is_none().then_some(Desk::WhyNoOwnSeat),
        Command::Dial => dial_why(state),
        Command::CopyNumber => number_here(state)
            .is_none()
            .then_some(Desk::WhyNoNumberHere),
        Command::Quit | Command::Lock => state.call.is_live().then_some(Desk::WhyCallLive),
        Command::CallbackDone
        | Command::CallbackMissed
        | Command::CallbackLater
        | Command::CallbackTake => state
            .callbacks
            .selected()
            .is_none()
            .then_some(Desk::CallbacksEmpty),
        Command::TicketMenu | Command::PrintTicket => {
            state.ticket.view.is_none().then_some(Desk::WhyNoTicket)
        }
        other => {
            return other
                .action()
                .and_then(|action| ticket::why_not(state, action));
        }
    };
    why.map(|why| state.say(why))
}

/// True for help in a call, and for the expert's list.
const fn is_of_consults(command: Command) -> bool {
    matches!(
        command,
        Command::HelpMenu
            | Command::AskExpert
            | Command::TakeBackQuestion
            | Command::ConsultTake
            | Command::ConsultAnswer
            | Command::ConsultTakeOver
            | Command::ConsultDecline
            | Command::ConsultRelease
    )
}

/// Commands of help in a call, and of the expert's list.
fn consults_why(state: &State, command: Command) -> Option<String> {
    match command {
        Command::HelpMenu => {
            let none = !state.call.is_live() && consults::strip(state).is_none();
            none.then(|| state.say(Desk::WhyNoCall))
        }
        Command::AskExpert => consults::why_not_ask(state),
        Command::TakeBackQuestion => consults::why_not_withdraw(state),
        _ => consults::selected_why(state, command),
    }
}

fn dial_why(state: &State) -> Option<Desk> {
    if !state.phone.dial {
        return Some(Desk::ErrorPhoneCannot);
    }
    match state.callbacks.selected().map(|it| it.number.is_some()) {
        None => Some(Desk::CallbacksEmpty),
        Some(false) => Some(Desk::WhyNoNumber),
        Some(true) => (state.call.is_live() || state.call.dialling).then_some(Desk::WhyCallLive),
    }
}

/// True for what writes into the form of a call, or ends it: nobody does that to a call that only rings.
const fn is_of_form(command: Command) -> bool {
    matches!(
        command,
        Command::Answers
            | Command::Finish
            | Command::InvalidCall
            | Command::DeclineCall
            | Command::Emergency
            | Command::Accused
            | Command::ReadBack
            | Command::CallBackIn
            | Command::NextDraft
            | Command::DispatchTo
    )
}

/// True for commands of the knowledge's editors, for what seats tell them, and for the figures: their screens say who
/// may.
const fn is_editors(command: Command) -> bool {
    matches!(
        command,
        Command::WriteDraft
            | Command::SubmitDraft
            | Command::SaveDraft
            | Command::ForgetDraft
            | Command::KnowledgeMenu
            | Command::GoKnowledge
            | Command::NewEntry
            | Command::Revise
            | Command::Correct
            | Command::PublishDraft
            | Command::ReturnDraft
            | Command::TakeBack
            | Command::DropDraft
            | Command::RetireEntry
            | Command::RestoreEntry
            | Command::AcceptCorrection
            | Command::DismissCorrection
            | Command::LawChanged
            | Command::GoFigures
    )
}

fn editors_why(state: &State, command: Command) -> Option<String> {
    if command == Command::GoFigures {
        return figures::why_not(state).map(|why| state.say(why));
    }
    let writes = match command {
        Command::WriteDraft | Command::SubmitDraft | Command::SaveDraft | Command::ForgetDraft => {
            true
        }
        Command::KnowledgeMenu => state.place == Place::Draft,
        _ => false,
    };
    if writes {
        return draft::why_not(state, command).map(|why| state.say(why));
    }
    knowledge::why_not(state, command)
}

fn seat_why(state: &State, command: Command) -> Option<Desk> {
    let next = match command {
        Command::Idle => SeatState::Idle,
        Command::Busy => SeatState::Busy,
        Command::Break => SeatState::Break,
        _ => SeatState::SignedOut,
    };
    if command == Command::SignOut && state.call.is_live() {
        return Some(Desk::WhyCallLive);
    }
    if state.seat.is_none() {
        return (command != Command::SignOut).then_some(Desk::WhyNoOwnSeat);
    }
    if state.seat_state() == next {
        return Some(Desk::WhySameState);
    }
    if state.seat_state().may_choose(next) {
        None
    } else if state.call.is_live() {
        Some(Desk::WhyCallLive)
    } else {
        Some(Desk::WhyNotNow)
    }
}

/// Commands of the telephone.
fn phone_why(state: &State, command: Command) -> Option<Desk> {
    let call = &state.call;
    match command {
        Command::PhoneStep => match call.phase {
            Phase::Ringing | Phase::Holding => None,
            Phase::Talking if state.phone.hold => None,
            Phase::Talking => Some(Desk::ErrorPhoneCannot),
            _ => Some(Desk::WhyNotRinging),
        },
        Command::Reject => (call.phase != Phase::Ringing).then_some(Desk::WhyNotRinging),
        Command::HangUp => (!call.is_live()).then_some(Desk::WhyNoCall),
        Command::Mute if state.phone.mute => (!call.is_live()).then_some(Desk::WhyNoCall),
        Command::Mute => Some(Desk::ErrorPhoneCannot),
        Command::PassCall if !state.phone.transfer => Some(Desk::ErrorPhoneCannot),
        Command::PassCall => {
            (!matches!(call.phase, Phase::Talking | Phase::Holding)).then_some(Desk::WhyNoCall)
        }
        Command::Related => match &call.view {
            Some(view) if !view.open.is_empty() || !view.recent.is_empty() => None,
            _ => Some(Desk::WhyNoRelated),
        },
        _ => None,
    }
}

/// Commands of the form.
fn form_why(state: &State, command: Command) -> Option<Desk> {
    let call = &state.call;
    match command {
        Command::Finish => {
            // With nothing left it makes the seat ready: after wrap-up, and where a missed call made it busy.
            let ready = matches!(state.seat_state(), SeatState::Idle | SeatState::SignedOut);
            (call.is_idle() && ready).then_some(Desk::WhyNothingToFinish)
        }
        Command::ReadBack => call.form.is_blank().then_some(Desk::WhyFormBlank),
        Command::Said => call.said.is_empty().then_some(Desk::WhySaidNothing),
        Command::DeclineCall | Command::InvalidCall | Command::Emergency | Command::Accused => {
            call.is_idle().then_some(Desk::WhyNothingToFinish)
        }
        Command::CallBackIn => call.is_idle().then_some(Desk::WhyNothingToFinish),
        Command::NextDraft => call.drafts.is_empty().then_some(Desk::WhyNoDraft),
        _ => None,
    }
}
