//! At the asker's seat: asking, what came back, and the call that an expert takes over.

use crate::desk::errors;
use crate::desk::keymap::{Command, initials};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup, Reading};
use crate::desk::ports::{Choice, ConsultDeed, LookUp};
use crate::desk::screens::call::{self, Phase};
use crate::desk::state::{Purpose, State};
use crate::desk::update::{open_dialog, why_not};
use crate::domain::consult::{Consult, ConsultAction, ConsultState, Found, MAX_FOUND, may_ask};
use crate::domain::id::{CallId, ConsultId, UnitCode};
use crate::domain::role::{Person, Role};
use crate::domain::seat::SeatState;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::Request;
use crate::protocol::consult::{ConsultChange, NewConsult};
use crate::words::{Consult as Say, Desk};
use std::collections::BTreeMap;

/// The person's newest question in the call whose form is in front.
pub fn current(state: &State) -> Option<&Consult> {
    let person = state.person.as_ref()?;
    let call = state.call.form.call.or(state.call.id);
    state.consults.of_call(&person.account, call)
}

/// The same, as long as it has room on the call's screen.
pub fn strip(state: &State) -> Option<&Consult> {
    let shown = |it: &&Consult| {
        !state.consults.kept.put_away.contains(&it.id)
            && !matches!(it.state, ConsultState::Withdrawn { .. })
    };
    current(state).filter(shown)
}

/// Why no expert can be asked now.
pub fn why_not_ask(state: &State) -> Option<String> {
    if !state.person.as_ref().is_some_and(may_ask) {
        return Some(state.say(Say::ConsultWhyNotAsker));
    }
    // Nobody asks before they have heard what it is about.
    if !matches!(state.call.phase, Phase::Talking | Phase::Holding) {
        return Some(state.say(Desk::WhyNoCall));
    }
    if state.line.down_since.is_some() {
        return Some(state.say(Desk::ErrorOffline));
    }
    let open = current(state).is_some_and(Consult::is_open);
    open.then(|| state.say(Say::ConsultWhyAsked))
}

/// Why there is nothing to take back.
pub fn why_not_withdraw(state: &State) -> Option<String> {
    let open = current(state).is_some_and(Consult::is_open);
    (!open).then(|| state.say(Say::ConsultWhyNotAsked))
}

/// Help in a call: the answer that is there, the experts, a colleague.
pub fn help(state: &mut State) {
    let mut options = Vec::new();
    if let Some(consult) = strip(state) {
        if let ConsultState::Answered { .. } = consult.state {
            options.push(MenuOption::new("direct", state.say(Say::ConsultHelpDirect)));
        }
        if !consult.is_open() {
            options.push(MenuOption::new("read", state.say(Say::ConsultHelpRead)));
            options.push(MenuOption::new("away", state.say(Say::ConsultHelpAway)));
        }
    }
    for command in [
        Command::AskExpert,
        Command::TakeBackQuestion,
        Command::PassCall,
    ] {
        let why = why_not(state, command);
        // What was never asked need not be taken back.
        if command != Command::TakeBackQuestion || why.is_none() {
            let row = command.row();
            options.push(MenuOption::new(row.id, state.say(row.name)).unless(why));
        }
    }
    let mut menu = Menu::new(MenuFor::Help, state.say(Say::ConsultHelpTitle), options);
    menu.lines = strip(state)
        .map(|it| super::view::strip_words(state, it))
        .into_iter()
        .collect();
    state.popup = Some(Popup::Menu(menu));
}

/// Something was chosen in the menu of help.
pub fn chosen(state: &mut State, id: &str) -> Vec<Effect> {
    match id {
        "direct" => return direct(state),
        "read" => read(state),
        "away" => put_away(state),
        _ => {
            if let Some(command) = Command::from_id(id) {
                return crate::desk::update::run(state, command, "");
            }
        }
    }
    Vec::new()
}

/// The form is closed with the expert's answer.
fn direct(state: &mut State) -> Vec<Effect> {
    let Some(consult) = strip(state).cloned() else {
        return Vec::new();
    };
    let ConsultState::Answered { answer, .. } = &consult.state else {
        return Vec::new();
    };
    let question = Line::lossy(&words(&consult));
    let effects = call::direct_from_expert(state, answer.clone(), consult.department, question);
    state.consults.put_away(consult.id);
    effects
}

/// The answer, or the reason, to be read whole.
fn read(state: &mut State) {
    let Some(consult) = strip(state) else { return };
    let text = match &consult.state {
        ConsultState::Answered { answer, .. } => answer.to_string(),
        ConsultState::Declined { reason, .. } => reason.to_string(),
        _ => super::view::strip_words(state, consult),
    };
    let title = super::view::strip_words(state, consult);
    state.popup = Some(Popup::Reading(Reading {
        title: crate::desk::widgets::cut(&title, 70, state.theme.more()).into_owned(),
        text,
        scroll: 0,
    }));
}

/// What came back has been read.
pub fn put_away(state: &mut State) {
    if let Some(id) = strip(state).filter(|it| !it.is_open()).map(|it| it.id) {
        state.consults.put_away(id);
    }
}

/// What is asked in a line: the question, else how the story begins.
pub fn words(consult: &Consult) -> String {
    let question = consult.question.as_str().trim();
    if !question.is_empty() {
        return question.replace('\n', " ");
    }
    let story = consult.request.text.as_str().trim();
    story.lines().next().unwrap_or_default().to_owned()
}

/// The dialog: which department, and what one wants to know. Who sits where is asked for anew.
pub fn ask(state: &mut State, argument: &str) -> Vec<Effect> {
    let form = call::form_id(state);
    let fields = vec![
        Field::department("department", state.say(Say::ConsultFieldDepartment)).with(argument),
        Field::line("question", state.say(Say::ConsultFieldQuestion)),
    ];
    let purpose = DialogFor::AskExpert { form };
    let mut dialog = Dialog::new(purpose, state.say(Say::ConsultAskTitle), fields);
    dialog.lines = vec![state.say(Say::ConsultAskLine)];
    let mut effects = open_dialog(state, dialog);
    fill(state);
    effects.push(state.slots.ask(Slot::Seats, Ask::Seats));
    effects
}

/// Looks through the departments for what is typed in the dialog.
pub fn fill(state: &mut State) {
    let Some(Popup::Dialog(dialog)) = &state.popup else {
        return;
    };
    if !matches!(dialog.purpose, DialogFor::AskExpert { .. }) {
        return;
    }
    let typed = dialog.typed("department").to_owned();
    let found = departments(state, &typed);
    if let Some(Popup::Dialog(dialog)) = &mut state.popup {
        dialog.asked = dialog.place("department");
        dialog.found(LookUp::Department, &found);
    }
}

/// The departments that have experts and fit what is typed, with who of them is in: the one that would handle the matter
/// first, then those with somebody free, then those with somebody in.
pub fn departments(state: &State, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let mut all: BTreeMap<&UnitCode, (usize, usize)> = BTreeMap::new();
    let own = state.person.as_ref().map(|it| &it.account);
    let experts = |it: &&Person| it.is(Role::Expert) && Some(&it.account) != own;
    for person in state.people.values().filter(experts) {
        all.entry(&person.unit).or_default();
    }
    for seat in state
        .seats
        .iter()
        .filter(|it| it.roles.contains(&Role::Expert))
    {
        let (seated, free) = all.entry(&seat.unit).or_default();
        *seated += 1;
        *free += usize::from(seat.state == SeatState::Idle);
    }
    let guess = state.call.suggestion.as_ref();
    let lead = guess
        .and_then(|it| it.assignment.as_ref())
        .map(|it| &it.lead);
    let fits = |unit: &UnitCode| {
        let mut names = vec![state.names.unit(unit), state.names.unit_name(unit)];
        names.push(unit.as_str());
        names
            .iter()
            .any(|it| it.to_lowercase().contains(&typed) || initials(it).contains(&typed))
    };
    let mut found: Vec<_> = all.into_iter().filter(|(unit, _)| fits(unit)).collect();
    found.sort_by_key(|(unit, (seated, free))| {
        (
            Some(*unit) != lead,
            *free == 0,
            *seated == 0,
            (*unit).clone(),
        )
    });
    let choice = |(unit, (seated, free)): (&UnitCode, (usize, usize))| {
        let values = [
            ("unit", state.names.unit(unit).to_owned().into()),
            ("seated", seated.into()),
            ("free", free.into()),
        ];
        let word = if seated == 0 {
            Say::ConsultDepartmentOut
        } else {
            Say::ConsultDepartmentIn
        };
        Choice {
            code: unit.to_string(),
            name: state.say_with(word, &values),
        }
    };
    found.into_iter().map(choice).collect()
}

/// The question goes to the department that was taken, with the form as it stands and what was found.
pub fn asked(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    if let Some(why) = why_not_ask(state) {
        return Err(why);
    }
    let department = dialog.taken("department");
    let department = department.and_then(|it| UnitCode::parse(&it.code).ok());
    let department = department.ok_or_else(|| state.say(Say::ConsultWhyNoDepartment))?;
    let question = Prose::parse(dialog.text("question").trim())
        .map_err(|error| errors::text(state, &error))?;
    let form = &state.call.form;
    let request = form.request(state.call.suggestion.as_ref());
    if question.is_blank() && request.is_blank() {
        return Err(state.say(Say::ConsultWhyNoQuestion));
    }
    let found = state.call.answers.hits.hits.iter().take(MAX_FOUND);
    let new = NewConsult {
        department,
        call: form.call,
        ticket: form.id,
        number: form.number,
        question,
        request,
        found: found
            .map(|hit| Found {
                code: hit.code.clone(),
                version: hit.version,
                question: Line::lossy(&hit.question),
            })
            .collect(),
        id: ConsultId(state.new_id()),
    };
    Ok(vec![send(state, ConsultDeed::Ask(Box::new(new)))])
}

/// A deed about a consult, which is sent now or not at all.
pub(super) fn send(state: &mut State, deed: ConsultDeed) -> Effect {
    let (slot, effect) = state.slots.once(Ask::Consult(deed));
    state.purposes.insert(slot, Purpose::Consult);
    effect
}

/// The asker needs no answer any more.
pub fn withdraw(state: &mut State) -> Vec<Effect> {
    let open = current(state).filter(|it| it.is_open());
    let Some((id, version)) = open.map(|it| (it.id, it.version)) else {
        return Vec::new();
    };
    let action = ConsultAction::Withdraw;
    let change = ConsultChange { version, action };
    vec![send(state, ConsultDeed::Act(id, change))]
}

/// The form that went with this person's call to an expert who took it over; `None` where nobody did.
pub fn gave(state: &State, call: CallId) -> Option<Request> {
    let account = state.person.as_ref().map(|it| &it.account)?;
    let newest = state.consults.of_call(account, Some(call))?;
    let over = matches!(newest.state, ConsultState::TakenOver { .. });
    over.then(|| newest.request.clone())
}

/// The consult by which this person took a call over: its form comes with the call.
pub fn brings(state: &State, call: CallId) -> Option<&Consult> {
    let account = &state.person.as_ref()?.account;
    let over = |it: &&Consult| {
        let mine =
            matches!(&it.state, ConsultState::TakenOver { by, .. } if by.by.account == *account);
        it.call == Some(call) && mine
    };
    state.consults.all.iter().find(over)
}
