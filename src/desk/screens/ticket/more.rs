//! The dialogs of what goes on beside the states: staged answers, the ruling of the joint meeting, more co-units, the
//! steps of 2110, and the answer of a merged ticket from its main one; and the actions that they make.

use super::act::{Typed, attempt, contact_fields, judged};
use crate::desk::popup::{Dialog, DialogFor, Field};
use crate::desk::screens::{co_units, unit_choice};
use crate::desk::state::State;
use crate::domain::clock::ZONE;
use crate::domain::id::UnitCode;
use crate::domain::lifecycle::Action;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Participant, Point, StageGround, State as TicketState, StepHow};
use crate::protocol::ticket::{ChildDraft, TicketView};
use crate::words::{Actions, Desk};
use jiff::Timestamp;
use jiff::civil::Date;

/// How many take part in a meeting at most (the ruling takes 1 to 20).
const MEETING: usize = 20;
/// How many co-units a dialog adds at once.
const MORE_UNITS: usize = 3;

/// The fields of an action beside the states; `None` for another.
pub(super) fn fields(state: &State, action: &str) -> Option<Vec<Field>> {
    Some(match action {
        "stage_answer" => staged(state),
        "rule" => ruling(state),
        "ask_co_units" | "add_co_units" => more_units(state),
        "step" => step(state),
        _ => return None,
    })
}

/// What such an action does, in a line above its fields.
pub(super) fn line(action: &str) -> Option<Actions> {
    Some(match action {
        "stage_answer" => Actions::StageLine,
        "rule" => Actions::RuleLine,
        "ask_co_units" => Actions::AskCoLine,
        "add_co_units" => Actions::AddCoLine,
        "step" => Actions::StepLine,
        _ => return None,
    })
}

fn staged(state: &State) -> Vec<Field> {
    let grounds = [Actions::GroundLegal, Actions::GroundMeasures];
    let mut fields = vec![
        judged(state, "ground", Actions::FieldGround, &grounds),
        Field::line("basis", state.say(Actions::FieldLegalBasis)),
        Field::prose("measures", state.say(Actions::FieldMeasures)),
        Field::line("until", state.say(Actions::FieldUntil)),
    ];
    fields.extend(contact_fields(state));
    fields
}

/// The unit that is to have it, its co-units, the basis, and a row for each who spoke: the unit that returns it and the
/// one it proposes come first, for they are heard.
fn ruling(state: &State) -> Vec<Field> {
    let mut fields = vec![Field::unit("unit", state.say(Desk::FieldUnit))];
    fields.extend(blank_units(state));
    fields.push(Field::line("basis", state.say(Desk::FieldBasis)));
    let heard = heard(state);
    for (n, unit) in heard.iter().enumerate() {
        fields.extend(participant(state, n, Some(unit)));
    }
    fields.extend(participant(state, heard.len(), None));
    fields
}

fn heard(state: &State) -> Vec<UnitCode> {
    match state.ticket.view.as_ref().map(|it| &it.ticket.state) {
        Some(TicketState::ReturnAsked { dispatch, request }) => {
            let proposed = request
                .proposed
                .clone()
                .filter(|unit| *unit != dispatch.lead);
            std::iter::once(dispatch.lead.clone())
                .chain(proposed)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn participant(state: &State, n: usize, unit: Option<&UnitCode>) -> Vec<Field> {
    let label = |word: Actions| format!("{} {}", state.say(word), n + 1);
    let mut who = Field::unit(&format!("who{n}"), label(Actions::FieldParticipant));
    if let Some(unit) = unit {
        who = who.taking(unit_choice(state, unit));
    }
    vec![
        who,
        Field::line(&format!("opinion{n}"), label(Actions::FieldOpinion)),
        Field::line(&format!("number{n}"), label(Actions::FieldOpinionNumber)),
        Field::line(&format!("day{n}"), label(Actions::FieldOpinionDay)),
    ]
}

/// A ruling has room for one more who spoke as soon as the last row is begun.
pub fn grow(state: &State, dialog: &mut Dialog) {
    let rules = matches!(&dialog.purpose, DialogFor::Act { action, .. } if action == "rule");
    if !rules {
        return;
    }
    let rows = (0..MEETING)
        .take_while(|n| dialog.place(&format!("who{n}")).is_some())
        .count();
    let Some(last) = rows.checked_sub(1) else {
        return;
    };
    if rows < MEETING && !dialog.typed(&format!("who{last}")).trim().is_empty() {
        dialog.fields.extend(participant(state, rows, None));
    }
}

fn blank_units(state: &State) -> Vec<Field> {
    let label = state.say(Desk::FieldCoUnit);
    (0..MORE_UNITS)
        .map(|n| Field::unit(&format!("co{n}"), format!("{label} {}", n + 1)))
        .collect()
}

fn more_units(state: &State) -> Vec<Field> {
    let mut fields = blank_units(state);
    fields.push(Field::line("reason", state.say(Desk::FieldReason)));
    fields
}

fn step(state: &State) -> Vec<Field> {
    let steps = StepHow::ALL.map(how);
    vec![
        judged(state, "how", Actions::FieldStep, &steps),
        Field::line("at", state.say(Actions::FieldStepAt)),
        Field::line("note", state.say(Desk::FieldNote)),
    ]
}

/// The word for what was done for an enterprise.
pub(super) const fn how(step: StepHow) -> Actions {
    match step {
        StepHow::OnSite => Actions::StepOnSite,
        StepHow::InTouch => Actions::StepInTouch,
        StepHow::Answered => Actions::StepAnswered,
        StepHow::Progress => Actions::StepProgress,
        StepHow::Solved => Actions::StepSolved,
        StepHow::Confirmed => Actions::StepConfirmed,
    }
}

/// The dialog in which a person confirms what the hotline answers a merged ticket with, point by point.
pub(super) fn child_dialog(state: &State, view: &TicketView, draft: &ChildDraft) -> Dialog {
    let purpose = DialogFor::AnswerChild {
        ticket: view.ticket.id,
        version: view.ticket.version,
        points: draft.points.clone(),
    };
    let mut fields = vec![
        Field::prose("public", state.say(Desk::FieldPublicAnswer))
            .with(draft.public_answer.as_str()),
    ];
    let name = state.say(crate::words::Command::DoAnswerChild);
    let number = draft.number.to_string();
    let mut lines = vec![state.say_with(Actions::ChildLine, &[("number", number.into())])];
    for (n, asked) in draft.points.iter().enumerate() {
        let at = [("n", (n + 1).into()), ("asked", asked.as_str().into())];
        lines.push(state.say_with(Actions::PointLine, &at));
        let label = state.say_with(Actions::FieldPoint, &[("n", (n + 1).into())]);
        fields.push(Field::line(&format!("point{n}"), label));
    }
    let title = format!("{name}  {}", view.ticket.number);
    let mut dialog = Dialog::new(purpose, title, fields);
    dialog.lines = lines;
    dialog
}

/// What the dialog of a merged ticket's answer makes.
pub(super) fn answer_child(typed: &Typed<'_>, points: &[Line]) -> Result<Action, String> {
    let public_answer = typed.prose("public")?;
    if public_answer.is_blank() {
        return Err(typed.state.say(Desk::WhyFieldBlank));
    }
    let met = points.iter().enumerate().map(|(n, asked)| {
        let answer = typed.line(&format!("point{n}"))?;
        if answer.is_blank() {
            let point = [("n", (n + 1).into())];
            return Err(typed.state.say_with(Actions::WhyPointOpen, &point));
        }
        Ok(Point {
            asked: asked.clone(),
            answer,
        })
    });
    Ok(Action::AnswerChild {
        points: met.collect::<Result<_, _>>()?,
        public_answer,
    })
}

/// The action that a dialog of this file makes; `None` for another's.
pub(super) fn action(typed: &Typed<'_>, name: &str) -> Option<Result<Action, String>> {
    Some(match name {
        "stage_answer" => stage_answer(typed),
        "rule" => rule(typed),
        "ask_co_units" => units(typed).and_then(|co_units| {
            let reason = typed.needed("reason")?;
            Ok(Action::AskCoUnits { co_units, reason })
        }),
        "add_co_units" => units(typed).and_then(|co_units| {
            let reason = typed.needed("reason")?;
            Ok(Action::AddCoUnits { co_units, reason })
        }),
        "step" => took(typed),
        _ => return None,
    })
}

fn units(typed: &Typed<'_>) -> Result<Vec<UnitCode>, String> {
    let units = co_units(typed.state, typed.dialog)?;
    if units.is_empty() {
        return Err(typed.state.say(Actions::WhyNoCoUnits));
    }
    Ok(units)
}

fn stage_answer(typed: &Typed<'_>) -> Result<Action, String> {
    let ground = match typed.judged("ground")? {
        0 => StageGround::LegalPeriod {
            basis: typed.needed("basis")?,
        },
        _ => StageGround::Measures {
            measures: measures(typed)?,
        },
    };
    let until = day(typed.dialog.text("until"), typed.state.server_now());
    Ok(Action::StageAnswer {
        ground,
        until: until.ok_or_else(|| typed.state.say(Actions::WhyNoDate))?,
        contact: typed.contact()?,
    })
}

fn measures(typed: &Typed<'_>) -> Result<Prose, String> {
    let measures = typed.prose("measures")?;
    if measures.is_blank() {
        return Err(typed.state.say(Desk::WhyFieldBlank));
    }
    Ok(measures)
}

fn rule(typed: &Typed<'_>) -> Result<Action, String> {
    let lead = typed.needed_unit()?;
    let basis = typed.needed("basis")?;
    let mut participants = Vec::new();
    for n in 0..MEETING {
        if typed.dialog.typed(&format!("who{n}")).trim().is_empty() {
            continue;
        }
        participants.push(spoke(typed, n)?);
    }
    if participants.is_empty() {
        return Err(typed.state.say(Actions::WhyNoParticipants));
    }
    Ok(Action::Rule {
        lead,
        co_units: co_units(typed.state, typed.dialog)?,
        basis,
        participants,
    })
}

/// One who spoke: a unit, what it held, and where it gave it in writing, the number and day of that.
fn spoke(typed: &Typed<'_>, n: usize) -> Result<Participant, String> {
    let state = typed.state;
    let unit = typed.dialog.taken(&format!("who{n}"));
    let unit = unit.and_then(|it| UnitCode::parse(&it.code).ok());
    let unit = unit.ok_or_else(|| state.say(Desk::WhyNoUnit))?;
    let opinion = typed.line(&format!("opinion{n}"))?;
    if opinion.is_blank() {
        let unit = [("unit", state.names.unit(&unit).to_owned().into())];
        return Err(state.say_with(Actions::WhyNoOpinion, &unit));
    }
    let written = typed.dialog.text(&format!("day{n}")).trim();
    let day = match written {
        "" => None,
        text => Some(day(text, state.server_now()).ok_or_else(|| state.say(Actions::WhyNoDate))?),
    };
    Ok(Participant {
        unit,
        opinion,
        number: typed.line(&format!("number{n}"))?,
        day,
    })
}

fn took(typed: &Typed<'_>) -> Result<Action, String> {
    let now = typed.state.server_now();
    let at = typed.judged("how")?;
    let how = StepHow::ALL.get(at).copied();
    let how = how.ok_or_else(|| typed.state.say(Desk::WhyNotChosen))?;
    let at = match typed.dialog.text("at").trim() {
        "" => now,
        text => attempt(text, now).ok_or_else(|| typed.state.say(Actions::WhyNoStepTime))?,
    };
    Ok(Action::Step {
        how,
        at,
        note: typed.line("note")?,
    })
}

/// A day as `2026-12-05`, or as `12-05` of this year.
fn day(text: &str, now: Timestamp) -> Option<Date> {
    let text = text.trim();
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let (month, day) = text.split_once('-')?;
    let year = now.in_tz(ZONE).ok()?.year();
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}
