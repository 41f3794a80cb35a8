//! The screens, a folder each: state (plain data), update (keys and answers into effects), view (state into
//! cells). A screen knows its own part of the state and what all share.

pub mod call;
pub mod callbacks;
pub mod consults;
pub mod draft;
pub mod figures;
pub mod knowledge;
pub mod practice;
pub mod sign_in;
pub mod ticket;
pub mod tickets;
pub mod versions;

use super::popup::{Dialog, Field};
use super::ports::Choice;
use super::state::State;
use crate::domain::id::UnitCode;
use crate::domain::role::Role;
use crate::words::Desk;

/// How many co-units a dialog takes.
const CO_UNITS: usize = 3;

/// The fields of the co-units: those given, and one more as long as there is room.
pub fn co_fields(state: &State, given: &[UnitCode]) -> Vec<Field> {
    let label = state.say(Desk::FieldCoUnit);
    let field = |at: usize| {
        let field = Field::unit(&format!("co{at}"), format!("{label} {}", at + 1));
        match given.get(at) {
            Some(unit) => field.taking(unit_choice(state, unit)),
            None => field,
        }
    };
    (0..CO_UNITS.min(given.len() + 1)).map(field).collect()
}

/// The co-units of a dialog, the blank fields left out. Errors: something is typed and no unit taken.
pub fn co_units(state: &State, dialog: &Dialog) -> Result<Vec<UnitCode>, String> {
    let mut units = Vec::new();
    for at in 0..CO_UNITS {
        let id = format!("co{at}");
        if dialog.typed(&id).trim().is_empty() {
            continue;
        }
        let unit = dialog
            .taken(&id)
            .and_then(|it| UnitCode::parse(&it.code).ok());
        units.push(unit.ok_or_else(|| state.say(Desk::WhyNoUnit))?);
    }
    Ok(units)
}

/// A unit as a look-up finds it.
pub fn unit_choice(state: &State, unit: &UnitCode) -> Choice {
    Choice {
        code: unit.to_string(),
        name: state.names.unit(unit).to_owned(),
    }
}

/// Why the person can't choose the unit themselves, in words.
pub fn why_no_dispatch(state: &State) -> Option<String> {
    let may = state
        .person
        .as_ref()
        .is_some_and(|person| person.is(Role::Dispatcher));
    (!may).then(|| state.say(Desk::WhyNotDispatcher))
}
