//! Keys and commands of the form, and the ways into it.

use super::state::Target;
use crate::desk::entry;
use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::popup::{Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup, Wish};
use crate::desk::ports::Outgoing;
use crate::desk::screens::consults;
use crate::desk::screens::knowledge::{asked, back_to};
use crate::desk::state::{Purpose, State};
use crate::desk::update::{shelve, take_shelved};
use crate::domain::id::{DraftId, EntryCode};
use crate::domain::knowledge::{Draft, DraftAction, Entry, Origin, PublishedEntry};
use crate::domain::role::{Role, may_write_knowledge};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{State as Stands, Ticket};
use crate::protocol::draft::{DraftChange, NewDraft};
use crate::protocol::editors::EditorsWrite;
use crate::words::{Desk, Knowledge};

/// An entry of which nothing is written yet.
fn empty(code: EntryCode) -> Entry {
    Entry {
        code,
        question: Line::default(),
        variants: Vec::new(),
        keywords: Vec::new(),
        answer: Prose::default(),
        steps: Vec::new(),
        materials: Vec::new(),
        time_limit: Line::default(),
        telephone: Line::default(),
        place: Line::default(),
        fee: Line::default(),
        department: Line::default(),
        category: Line::default(),
        audience: crate::domain::knowledge::Audience::Both,
        basis: Vec::new(),
        valid_from: None,
        valid_until: None,
        marked: Line::default(),
        public: false,
    }
}

/// Opens the form of a target with an entry in it. What was put away unfinished comes back as it was, on the version seen
/// now; where a colleague has changed it meanwhile, it says so.
fn open(state: &mut State, target: Target, entry: &Entry) -> Vec<Effect> {
    put_away(state);
    let word = if target.based_on == 0 {
        Knowledge::FormNew
    } else {
        Knowledge::FormRevise
    };
    let values = [("code", target.code.as_str().into())];
    let title = state.say_with(word, &values);
    let fields = entry::fields(state, entry);
    let fresh = Dialog::new(DialogFor::Entry { target }, title, fields);
    let form = match take_shelved(state, &fresh.purpose) {
        Some(kept) => taken_up(state, kept, fresh),
        None => fresh,
    };
    if !matches!(state.place, Place::Draft) {
        state.draft.back = Some(state.place);
    }
    state.draft.form = Some(form);
    state.place = Place::Draft;
    Vec::new()
}

/// The words of a form that was put away, on the version that is there now: on the old one it could never be sent.
fn taken_up(state: &State, mut kept: Dialog, fresh: Dialog) -> Dialog {
    let (DialogFor::Entry { target: old }, DialogFor::Entry { target: now }) =
        (&kept.purpose, fresh.purpose)
    else {
        return kept;
    };
    let moved = (old.version, old.based_on) != (now.version, now.based_on);
    kept.error = moved.then(|| state.say(Desk::ChangedMeanwhile));
    // What the server may have under its name already keeps that name.
    let draft = old.draft;
    kept.purpose = DialogFor::Entry {
        target: Target { draft, ..now },
    };
    kept
}

/// The unfinished form goes to the shelf.
fn put_away(state: &mut State) {
    if let Some(form) = state.draft.form.take() {
        shelve(state, form);
    }
}

/// A code for a new entry: the day and a part of the draft's own identifier, so that no two desks make the same one.
fn new_code(state: &State, draft: DraftId) -> Option<EntryCode> {
    let day = crate::domain::clock::civil_day(state.server_now());
    let part = draft.0.as_u128() & 0xff_ffff;
    EntryCode::parse(&format!("K-{}-{part:06X}", day.strftime("%y%m%d"))).ok()
}

/// A new entry with what is known of it.
pub fn begin(state: &mut State, question: &str, answer: &str, origin: Origin) -> Vec<Effect> {
    let draft = DraftId(state.new_id());
    let Some(code) = new_code(state, draft) else {
        return Vec::new();
    };
    let own = state
        .person
        .as_ref()
        .filter(|it| !it.is(Role::KnowledgeEditor));
    let department = own.map(|it| Line::lossy(state.names.unit_name(&it.unit)));
    let entry = Entry {
        question: Line::lossy(question.trim()),
        answer: Prose::lossy(answer.trim()),
        department: department.unwrap_or_default(),
        ..empty(code.clone())
    };
    let target = Target {
        draft,
        version: 0,
        code,
        based_on: 0,
        origin,
    };
    open(state, target, &entry)
}

/// The next version of an entry.
pub fn revise(state: &mut State, entry: &PublishedEntry, origin: Origin) -> Vec<Effect> {
    let target = Target {
        draft: DraftId(state.new_id()),
        version: 0,
        code: entry.entry.code.clone(),
        based_on: entry.version,
        origin,
    };
    open(state, target, &entry.entry)
}

/// A draft that the server has.
pub fn opened(state: &mut State, draft: &Draft) -> Vec<Effect> {
    let target = Target {
        draft: draft.id,
        version: draft.version,
        code: draft.entry.code.clone(),
        based_on: draft.based_on,
        origin: draft.origin.clone(),
    };
    open(state, target, &draft.entry)
}

/// A draft out of what is on the screen: the words of the call, or a ticket with its answer.
pub fn write_from(state: &mut State) -> Vec<Effect> {
    let expert = state.person.as_ref().is_some_and(|it| it.is(Role::Expert));
    let plain = if expert {
        Origin::Expert
    } else {
        Origin::Written
    };
    let (question, answer, origin) = match &state.ticket.view {
        Some(view) if state.place == Place::Ticket => of_ticket(&view.ticket),
        _ if state.place == Place::Consults => {
            let (question, answer) = consults::done(state).unwrap_or_default();
            (question, answer, Origin::Expert)
        }
        _ => {
            let (question, answer) = of_call(state);
            (question, answer, plain)
        }
    };
    begin(state, &question, &answer, origin)
}

/// A ticket's title and the answer that it got.
fn of_ticket(ticket: &Ticket) -> (String, String, Origin) {
    let answer = match (&ticket.state, ticket.state.handling()) {
        (Stands::ClosedDirectly(answer), _) => answer.answer.to_string(),
        (_, Some(handling)) => handling.public_answer.to_string(),
        _ => String::new(),
    };
    (ticket.title(), answer, Origin::Gap { ticket: ticket.id })
}

/// What is asked in the call, and the answer that is being given without an entry, where one is being written.
fn of_call(state: &State) -> (String, String) {
    let call = &state.call;
    let typed = call.answers.query.text().trim();
    let story = call.form.text.text().lines().next().unwrap_or_default();
    let question = if typed.is_empty() { story } else { typed };
    let said = state.shelf.iter().rev().find(
        |it| matches!(&it.purpose, DialogFor::Direct { form } if call.form.id == Some(*form)),
    );
    let answer = said.map_or("", |dialog| dialog.text("answer"));
    (question.to_owned(), answer.to_owned())
}

/// Why nothing can be written now, in words.
pub fn why_not(state: &State, command: Command) -> Option<Desk> {
    let writes = state.person.as_ref().is_some_and(may_write_knowledge);
    let nothing = match (command, state.place) {
        _ if !writes => return Some(Desk::WhyNotEditor),
        (Command::WriteDraft, Place::Ticket) => state.ticket.view.is_none(),
        (Command::WriteDraft, Place::Consults) => consults::done(state).is_none(),
        (Command::WriteDraft, _) => {
            state.call.form.text.is_blank() && state.call.answers.query.is_blank()
        }
        _ => state.draft.form.is_none() && state.place == Place::Draft,
    };
    nothing.then_some(Desk::WhyNothingToWrite)
}

/// The screen was entered; what it holds came with the journal.
pub fn entered(state: &mut State) -> Vec<Effect> {
    let open = state.draft.form.as_ref().and_then(|form| {
        let field = form.fields.get(form.at)?;
        match &field.kind {
            crate::desk::popup::FieldKind::LookUp {
                what,
                typed,
                taken: None,
                ..
            } if !typed.is_blank() => Some((*what, typed.text().to_owned())),
            _ => None,
        }
    });
    match (open, &mut state.draft.form) {
        (Some((what, text)), Some(form)) => {
            form.asked = Some(form.at);
            vec![state.slots.ask(Slot::LookUp, Ask::LookUp(what, text))]
        }
        _ => Vec::new(),
    }
}

/// What a look-up found, for the field that asked; false when the form asked for nothing.
pub fn found(
    state: &mut State,
    what: crate::desk::ports::LookUp,
    choices: &[crate::desk::ports::Choice],
) -> bool {
    state.place == Place::Draft
        && state
            .draft
            .form
            .as_mut()
            .is_some_and(|form| form.found(what, choices))
}

fn wished(state: &mut State, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::LookUp(what, text) => vec![state.slots.ask(Slot::LookUp, Ask::LookUp(what, text))],
        // Enter on the last field, and the key of the main act, ask what becomes of it.
        Wish::Submit => menu(state),
        Wish::Close => leave(state),
        _ => Vec::new(),
    }
}

/// A key that no popup and no command took; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let Some(form) = &mut state.draft.form else {
        return (key.code == Code::Esc).then(|| back_to(state, Place::Knowledge));
    };
    let wish = form.key(key, false, state.columns, &mut state.clipboard);
    if wish == Wish::Unused {
        return None;
    }
    Some(wished(state, wish))
}

/// Pastes into the field that has the keyboard.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = &mut state.draft.form else {
        return Vec::new();
    };
    let wish = form.paste(text, &mut state.clipboard);
    wished(state, wish)
}

fn leave(state: &mut State) -> Vec<Effect> {
    put_away(state);
    state.tell(Knowledge::FormPutAway);
    let back = state.draft.back.take().unwrap_or(Place::Knowledge);
    back_to(state, back)
}

/// What becomes of what is written.
fn menu(state: &mut State) -> Vec<Effect> {
    let options = [
        ("submit_draft", Command::SubmitDraft),
        ("save_draft", Command::SaveDraft),
        ("forget_draft", Command::ForgetDraft),
    ];
    let options = options.map(|(id, command)| MenuOption::new(id, state.say(command.row().name)));
    let title = state.say(Knowledge::FormMenu);
    let menu = Menu::new(MenuFor::Entry, title, options.to_vec());
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// Something was chosen in the form's menu.
pub fn chosen(state: &mut State, id: &str) -> Vec<Effect> {
    match Command::from_id(id) {
        Some(it) => command(state, it),
        None => Vec::new(),
    }
}

/// A command of this screen that may be done now.
pub fn command(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::KnowledgeMenu => menu(state),
        Command::SubmitDraft => send(state, true),
        Command::SaveDraft => send(state, false),
        Command::ForgetDraft => {
            state.draft.form = None;
            state.tell(Knowledge::FormForgotten);
            let back = state.draft.back.take().unwrap_or(Place::Knowledge);
            back_to(state, back)
        }
        _ => Vec::new(),
    }
}

/// The field that must be written before another person looks at it.
fn missing(entry: &Entry) -> Option<&'static str> {
    entry
        .check()
        .err()
        .map(crate::domain::knowledge::EntryError::field)
}

/// Keeps the draft at the server, and with `submit` gives it for review. The form goes to the shelf until the server has
/// it: a refusal costs no text.
fn send(state: &mut State, submit: bool) -> Vec<Effect> {
    let (Some(form), Some(target)) = (state.draft.form.clone(), state.draft.target().cloned())
    else {
        return Vec::new();
    };
    let entry = match entry::typed(state, &form, target.code.clone()) {
        Ok(entry) => entry,
        Err(wrong) => return point_at(state, wrong.field, &wrong.why),
    };
    if let Some(field) = missing(&entry).filter(|_| submit) {
        let why = match field {
            "valid_until" => state.say(Knowledge::WhyNeverValid),
            _ => state.say(Desk::WhyFieldBlank),
        };
        return point_at(state, field, &why);
    }
    let write = if target.version == 0 {
        EditorsWrite::Begin {
            draft: Box::new(NewDraft {
                id: target.draft,
                entry,
                based_on: target.based_on,
                origin: target.origin,
                submit,
            }),
        }
    } else {
        let entry = Box::new(entry);
        EditorsWrite::Act {
            id: target.draft,
            change: Box::new(DraftChange {
                version: target.version,
                action: DraftAction::Save { entry, submit },
            }),
        }
    };
    let effect = state.send(Purpose::Knowledge, Outgoing::Knowledge(Box::new(write)));
    asked(state, &effect, &form.purpose);
    put_away(state);
    let back = state.draft.back.take().unwrap_or(Place::Knowledge);
    let mut effects = vec![effect];
    effects.extend(back_to(state, back));
    effects
}

/// Says what is wrong, at the field.
fn point_at(state: &mut State, field: &str, why: &str) -> Vec<Effect> {
    if let Some(form) = &mut state.draft.form {
        form.at = form.place(field).unwrap_or(form.at);
        let label = form.fields.get(form.at).map(|it: &Field| it.label.clone());
        form.error = Some(format!("{}: {why}", label.unwrap_or_default()));
    }
    Vec::new()
}
