//! The dialogs of the call screen, submitted: what was typed becomes the form's first actions.

use super::finish::{form_id, open};
use super::seats;
use crate::desk::errors;
use crate::desk::keymap::minutes;
use crate::desk::message::Effect;
use crate::desk::names;
use crate::desk::popup::{Dialog, DialogFor};
use crate::desk::ports::Outgoing;
use crate::desk::screens::{co_units, why_no_dispatch};
use crate::desk::state::{Purpose, State};
use crate::domain::id::{CallbackId, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{AnswerSource, DirectAnswer};
use crate::protocol::callback::NewCallback;
use crate::words::Desk;

/// A dialog of this screen was submitted; an error keeps it open.
pub fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let needed = |id: &str| {
        let line = Line::parse(dialog.text(id)).map_err(|error| errors::text(state, &error))?;
        if line.is_blank() {
            Err(state.say(Desk::WhyFieldBlank))
        } else {
            Ok(line)
        }
    };
    if dialog
        .purpose
        .form()
        .is_some_and(|form| state.call.form.id != Some(form))
    {
        return Err(state.say(Desk::WhyOtherForm));
    }
    match &dialog.purpose {
        DialogFor::Direct { .. } => {
            let answer =
                Prose::parse(dialog.text("answer")).map_err(|error| errors::text(state, &error))?;
            if answer.is_blank() {
                return Err(state.say(Desk::WhyFieldBlank));
            }
            let answer = DirectAnswer {
                answer,
                source: AnswerSource::None,
            };
            Ok(open(state, vec![Action::CloseDirectly { answer }]))
        }
        DialogFor::Decline { .. } => {
            let (basis, other_road) = (needed("basis")?, needed("road")?);
            let reason = names::DECLINE.get(dialog.choice("reason")).copied();
            let reason = reason.ok_or_else(|| state.say(Desk::WhyFieldBlank))?;
            Ok(open(
                state,
                vec![Action::Decline {
                    reason,
                    basis,
                    other_road,
                }],
            ))
        }
        DialogFor::Invalid { .. } => {
            let reason = names::INVALID.get(dialog.choice("reason")).copied();
            let reason = reason.ok_or_else(|| state.say(Desk::WhyFieldBlank))?;
            Ok(open(state, vec![Action::MarkInvalid { reason }]))
        }
        DialogFor::PassCall { call } => seats::passed(state, dialog, *call),
        DialogFor::DispatchTo { .. } => dispatch_submitted(state, dialog),
        DialogFor::CallBack { .. } => promise(state, dialog),
        DialogFor::Accused { .. } => accused(state, dialog),
        // Those of other screens never come here.
        _ => Err(state.say(Desk::WhyNotNow)),
    }
}

/// The unit complained about; blank takes it back.
fn accused(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let blank = dialog.typed("unit").trim().is_empty();
    let unit = dialog
        .taken("unit")
        .and_then(|unit| UnitCode::parse(&unit.code).ok());
    if unit.is_none() && !blank {
        return Err(state.say(Desk::WhyNoUnit));
    }
    state.call.form.fixed.accused = unit;
    Ok(Vec::new())
}

fn dispatch_submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    if let Some(why) = why_no_dispatch(state) {
        return Err(why);
    }
    let unit = dialog
        .taken("unit")
        .and_then(|unit| UnitCode::parse(&unit.code).ok());
    let lead = unit.ok_or_else(|| state.say(Desk::WhyNoUnit))?;
    let basis = Line::parse(dialog.text("basis")).map_err(|error| errors::text(state, &error))?;
    let directory_version = state.names.version();
    let dispatch = Action::Dispatch {
        lead,
        co_units: co_units(state, dialog)?,
        directory_version,
        basis,
    };
    Ok(open(state, vec![Action::Submit, dispatch]))
}

/// Promises a call. What was written goes to the server as a draft first, since the promise names it.
fn promise(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let now = state.server_now();
    let due = minutes(dialog.text("when"), now).ok_or_else(|| state.say(Desk::WhyNoTime))?;
    let note = Line::parse(dialog.text("note")).map_err(|error| errors::text(state, &error))?;
    let mine = dialog.choice("whose") == 0;
    let owner = state
        .person
        .as_ref()
        .filter(|_| mine)
        .map(|person| person.account.clone());
    let mut promise = NewCallback {
        id: CallbackId::new(state.new_id()),
        // On a form that was sent already, the promise belongs to that ticket and to the call that still runs.
        ticket: state.call.form.after,
        call: state.call.form.call.or(state.call.id),
        number: state.call.form.telephone.clone(),
        name: Line::lossy(state.call.form.name.text()),
        note,
        due,
        owner,
    };
    if state.call.form.is_blank() {
        state.call.form.further = true;
        return Ok(vec![
            state.send(Purpose::Callback, Outgoing::Promise(Box::new(promise))),
        ]);
    }
    promise.ticket = Some(form_id(state));
    state.call.form.promise = Some(Box::new(promise));
    Ok(open(state, Vec::new()))
}
