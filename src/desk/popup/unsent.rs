//! The writes that the server does not have: a list, and for a refused one what it says, to be sent again or
//! given up. What was typed stays readable until a person gives it up.

use super::{Menu, MenuFor, MenuOption, Popup};
use crate::desk::errors::worded;
use crate::desk::keymap::{Command, action_name};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{Outgoing, PortError, Unsent};
use crate::desk::state::{Purpose, Refused, State};
use crate::desk::times;
use crate::desk::update::put_away;
use crate::domain::knowledge::DraftAction;
use crate::domain::lifecycle::{Action, ActionName};
use crate::domain::ticket::{Elements, Request};
use crate::protocol::editors::EditorsWrite;
use crate::protocol::error::ApiError;
use crate::words::{Desk, Knowledge};
use serde_json::Value;

/// Asks for the list.
pub fn ask(state: &mut State) -> Vec<Effect> {
    vec![state.slots.ask(Slot::Unsent, Ask::Unsent)]
}

/// Shows the list; what only waits stands there with the reason why nothing can be done about it. What was opened
/// since it was asked for is put away; whoever has gone since sees nothing.
pub fn listed(state: &mut State, result: Result<Vec<Unsent>, PortError>) -> Vec<Effect> {
    if state.person.is_none() {
        return Vec::new();
    }
    let mut unsent = match result {
        Ok(unsent) => unsent,
        Err(error) => {
            state.complain_of(&error);
            Vec::new()
        }
    };
    unsent.extend(state.refused.iter().map(|it| Unsent {
        id: it.id,
        outgoing: it.outgoing.clone(),
        made_at: it.at,
        refused: Some(PortError::Api(it.why.clone())),
    }));
    if unsent.is_empty() {
        state.tell(Desk::UnsentNone);
        return Vec::new();
    }
    let option = |it: &Unsent| {
        let what = what(state, &it.outgoing);
        match &it.refused {
            Some(error) => {
                let values = [("what", what.into()), ("why", worded(state, error).into())];
                MenuOption::new(it.id.to_string(), state.say_with(Desk::UnsentWhy, &values))
            }
            None => {
                MenuOption::new(it.id.to_string(), what).unless(Some(state.say(Desk::UnsentWaits)))
            }
        }
    };
    let options = unsent.iter().map(option).collect();
    put_away(state);
    let menu = Menu::new(MenuFor::Unsent, state.say(Desk::UnsentTitle), options);
    state.unsent = unsent;
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// Does what was chosen in the list, or about one of it.
pub fn chosen(state: &mut State, purpose: MenuFor, id: &str) -> Vec<Effect> {
    if purpose == MenuFor::Unsent {
        // A list that came back with the screen after a restart is asked for anew.
        return if open(state, id) {
            Vec::new()
        } else {
            ask(state)
        };
    }
    let (act, id) = id.split_once(' ').unwrap_or_default();
    let Ok(id) = id.parse() else {
        return Vec::new();
    };
    if let Some(at) = state.refused.iter().position(|it| it.id == id) {
        let refused = state.refused.remove(at);
        if act == "retry" {
            let purpose = match &refused.outgoing {
                Outgoing::Act(..) => Purpose::Ticket,
                Outgoing::Knowledge(_) => Purpose::Knowledge,
                _ => Purpose::Callback,
            };
            let outgoing = renewed(state, refused.outgoing);
            return vec![state.send(purpose, outgoing)];
        }
        state.tell(Desk::UnsentGone);
        return Vec::new();
    }
    let ask = if act == "retry" {
        Ask::Retry(id)
    } else {
        Ask::Discard(id)
    };
    vec![state.slots.once(ask).1]
}

/// The server refused a write that somebody waited for: what was typed stays in the list.
pub fn keep(state: &mut State, outgoing: Outgoing, why: ApiError) {
    state
        .refused
        .retain(|it| !replaces(&outgoing, &it.outgoing));
    let id = state.new_id();
    let at = state.now;
    state.refused.push(Refused {
        id,
        outgoing,
        at,
        why,
    });
}

/// The server took a write: an earlier try at the same thing is no longer needed.
pub fn settled(state: &mut State, outgoing: &Outgoing) {
    state.refused.retain(|it| !replaces(outgoing, &it.outgoing));
}

/// True when a write leaves nothing to be done of an earlier one. What a caller adds stands beside what they
/// added before, and a correction need not hold what an earlier one did: only the very same words replace those.
fn replaces(one: &Outgoing, earlier: &Outgoing) -> bool {
    match (one, earlier) {
        (Outgoing::Act(id, one), Outgoing::Act(earlier_id, earlier)) => {
            let (one, earlier) = (&one.action, &earlier.action);
            let again = one == earlier || (one.kind() == earlier.kind() && !adds_up(one.kind()));
            id == earlier_id && again
        }
        (Outgoing::Promise(one), Outgoing::Promise(earlier)) => one.id == earlier.id,
        (Outgoing::Callback(id, one), Outgoing::Callback(earlier_id, earlier)) => {
            id == earlier_id
                && std::mem::discriminant(&one.action) == std::mem::discriminant(&earlier.action)
        }
        _ => false,
    }
}

/// True for what may be done to a ticket more than once, each time with words of its own.
const fn adds_up(kind: ActionName) -> bool {
    use ActionName as A;
    matches!(kind, A::Add | A::Urge | A::AskExplanation | A::Amend)
}

/// The same write on the newest version that the screens know. A correction holds the whole request as it was read:
/// on a newer version it would undo what a colleague wrote meanwhile, so it stays on its own, and if that has passed
/// the server refuses it again.
fn renewed(state: &State, outgoing: Outgoing) -> Outgoing {
    match outgoing {
        Outgoing::Act(id, mut change) if change.action.kind() != ActionName::Amend => {
            let open = state.ticket.view.as_ref().map(|view| &view.ticket);
            let open = open.filter(|it| it.id == id).map(|it| it.version);
            let history = state.call.view.iter();
            let rows = history.flat_map(|view| view.open.iter().chain(&view.recent));
            let rows = rows.chain(&state.tickets.rows);
            let listed = rows.filter(|row| row.id == id).map(|row| row.version);
            change.version = open
                .into_iter()
                .chain(listed)
                .fold(change.version, u64::max);
            Outgoing::Act(id, change)
        }
        Outgoing::Callback(id, mut change) => {
            let rows = state.callbacks.rows.iter().filter(|row| row.id == id);
            change.version = rows.map(|row| row.version).fold(change.version, u64::max);
            Outgoing::Callback(id, change)
        }
        // A refused promise was never made: it may be made now under the same name.
        other => other,
    }
}

/// One refused write: what it is, why it was refused, what it says.
fn open(state: &mut State, id: &str) -> bool {
    let found = state.unsent.iter().find(|it| it.id.to_string() == id);
    let Some((it, error)) = found.and_then(|it| Some((it, it.refused.as_ref()?))) else {
        return false;
    };
    let made = times::date_time(it.made_at);
    let values = [("made", made.into()), ("why", worded(state, error).into())];
    let mut lines = vec![state.say_with(Desk::UnsentLine, &values)];
    lines.extend(texts(&it.outgoing));
    let options = vec![
        MenuOption::new(format!("retry {id}"), state.say(Desk::UnsentRetry)),
        MenuOption::new(format!("discard {id}"), state.say(Desk::UnsentDiscard)),
    ];
    let mut menu = Menu::new(MenuFor::Refused, what(state, &it.outgoing), options);
    menu.lines = lines;
    state.popup = Some(Popup::Menu(menu));
    true
}

/// What kind of write it is, in words.
fn what(state: &State, outgoing: &Outgoing) -> String {
    match outgoing {
        Outgoing::Open(ticket) => {
            let title = ticket.request.title.as_str();
            state.say_with(Desk::UnsentOpen, &[("title", title.into())])
        }
        Outgoing::Act(_, action) => {
            let name = action_name(&action.action).unwrap_or_default();
            let word = Command::for_action(&name).map(|it| state.say(it.row().name));
            state.say_with(Desk::UnsentAct, &[("action", word.unwrap_or(name).into())])
        }
        Outgoing::Promise(_) => state.say(Desk::UnsentPromise),
        Outgoing::Callback(..) => state.say(Desk::UnsentCallback),
        Outgoing::Knowledge(edit) => {
            let what = [("what", edit_words(edit).into())];
            state.say_with(Knowledge::UnsentWrite, &what)
        }
    }
}

/// What a person typed into it.
fn texts(outgoing: &Outgoing) -> Vec<String> {
    match outgoing {
        Outgoing::Open(ticket) => {
            let then = ticket.then.iter().flat_map(action);
            request(&ticket.request).into_iter().chain(then).collect()
        }
        Outgoing::Act(_, change) => action(&change.action),
        Outgoing::Promise(callback) => typed(serde_json::to_value(callback)),
        Outgoing::Callback(_, change) => typed(serde_json::to_value(&change.action)),
        Outgoing::Knowledge(edit) => edited(edit),
    }
}

fn action(action: &Action) -> Vec<String> {
    match action {
        Action::Amend { request: amended } => request(amended),
        action => typed(serde_json::to_value(action)),
    }
}

/// The texts in it, whatever they are in. Codes and times say less than they take: they are of one ASCII word each;
/// everything else that is text was typed.
fn typed(value: serde_json::Result<Value>) -> Vec<String> {
    let is_typed = |text: &str| !text.is_ascii() || text.trim().contains(char::is_whitespace);
    match value {
        Ok(Value::String(text)) if is_typed(&text) => vec![text],
        Ok(Value::Array(values)) => values.into_iter().flat_map(|it| typed(Ok(it))).collect(),
        Ok(Value::Object(fields)) => fields
            .into_iter()
            .flat_map(|(_, it)| typed(Ok(it)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What an edit is about: the question, or the entry's code.
fn edit_words(edit: &EditorsWrite) -> String {
    match edit {
        EditorsWrite::Begin { draft } => draft.entry.question.to_string(),
        EditorsWrite::Act { change, .. } => match &change.action {
            DraftAction::Save { entry, .. } => entry.question.to_string(),
            _ => String::new(),
        },
        EditorsWrite::Retire { code, .. } | EditorsWrite::Restore { code, .. } => code.to_string(),
        EditorsWrite::Correct { correction } => correction.code.to_string(),
        EditorsWrite::LawChanged { change } => change.law.to_string(),
        EditorsWrite::Settle { .. } | EditorsWrite::Report { .. } => String::new(),
    }
}

/// What an editor, or a seat to the editors, wrote.
fn edited(edit: &EditorsWrite) -> Vec<String> {
    let text = match edit {
        EditorsWrite::Begin { draft } => draft.entry.answer.to_string(),
        EditorsWrite::Act { change, .. } => match &change.action {
            DraftAction::Save { entry, .. } => entry.answer.to_string(),
            DraftAction::SendBack { reason } | DraftAction::Drop { reason } => reason.to_string(),
            _ => String::new(),
        },
        EditorsWrite::Retire { retire, .. } => retire.reason.to_string(),
        EditorsWrite::Correct { correction } => correction.note.to_string(),
        EditorsWrite::Settle { settle, .. } => settle.note.to_string(),
        EditorsWrite::LawChanged { change } => change.note.to_string(),
        EditorsWrite::Restore { .. } | EditorsWrite::Report { .. } => String::new(),
    };
    [edit_words(edit), text]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect()
}

fn request(request: &Request) -> Vec<String> {
    let Request {
        caller,
        place,
        elements,
        ..
    } = request;
    let number = caller.number.as_ref().map(|it| it.digits().to_owned());
    let mut parts = vec![
        caller.name.to_string(),
        number.unwrap_or_default(),
        format!("{}{}{}", place.street, place.community, place.address),
        request.text.as_str().to_owned(),
    ];
    let Elements {
        who,
        when,
        where_,
        cause,
        course,
    } = elements;
    parts.extend([who, when, where_, cause, course].map(ToString::to_string));
    let answers = request.answers.iter();
    parts.extend(answers.map(|it| format!("{} {}", it.question, it.answer)));
    parts.retain(|part| !part.is_empty());
    parts
}
