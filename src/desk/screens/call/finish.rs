//! How a call is finished: read back, then answered at once, passed on, promised a call, declined, or
//! marked as no request. Everything that can't be undone says first what will happen.

use super::form::Form;
use super::outages;
use super::readback::{place_words, read_back};
use super::seats;
use super::state::Phase;
use crate::desk::keymap::Command;
use crate::desk::message::{Ask, Effect};
use crate::desk::names;
use crate::desk::popup::{
    Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup, Reading, last_row,
};
use crate::desk::ports::{Outgoing, Sent};
use crate::desk::screens::{co_fields, unit_choice, why_no_dispatch};
use crate::desk::state::{Purpose, State};
use crate::desk::update::open_dialog;
use crate::domain::id::{TicketId, UnitCode};
use crate::domain::knowledge::Deed;
use crate::domain::lifecycle::Action;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{AnswerSource, Channel, DirectAnswer, EmergencyService, Urgency};
use crate::protocol::ticket::NewTicket;
use crate::words::Desk;

/// True in wrap-up (and whenever no call is live) with nothing left on the form, and no call that would be
/// left without a record.
pub fn nothing_to_finish(state: &State) -> bool {
    !state.call.is_live() && state.call.form.is_spent()
}

/// What names the form that is in front: the ticket it becomes. Dialogs and menus carry it, so that they
/// never act on another caller's form.
pub fn form_id(state: &mut State) -> TicketId {
    if let Some(id) = state.call.form.id {
        return id;
    }
    let id = TicketId::new(state.new_id());
    state.call.form.id = Some(id);
    id
}

/// Asks for the number of the form that is in front.
pub(super) fn ask_number(state: &mut State) -> Effect {
    let form = form_id(state);
    state.slots.once(Ask::Number(form)).1
}

/// Hands a form to an emergency service: it is most urgent, what the caller was told stands on the ticket, and what
/// to tell stays on the screen until it is put away.
fn emergency(state: &mut State, service: EmergencyService) -> Vec<Effect> {
    state.call.form.urgency = Urgency::Critical;
    let word = state.say(names::emergency(service));
    let place = place_words(state);
    let place = if place.is_empty() {
        state.say(Desk::PlaceUnknown)
    } else {
        place
    };
    let values = [("service", word.into()), ("place", place.into())];
    let told = state.say_with(Desk::EmergencyTold, &values);
    let text = state.say_with(Desk::EmergencyTell, &values);
    let then = vec![
        Action::Add {
            text: Prose::lossy(&told),
        },
        Action::HandToEmergency { service },
    ];
    let effects = open(state, then);
    state.popup = Some(Popup::Reading(Reading {
        title: state.say(Desk::EmergencyTellTitle),
        text,
        scroll: 0,
    }));
    effects
}

/// Opens what a command of this screen needs.
pub fn command(state: &mut State, command: Command, argument: &str) -> Vec<Effect> {
    match command {
        Command::Finish => {
            let menu = menu(state);
            state.popup = Some(Popup::Menu(menu));
            Vec::new()
        }
        Command::ReadBack => {
            let (title, text) = (state.say(Desk::ReadBackTitle), read_back(state));
            state.popup = Some(Popup::Reading(Reading {
                title,
                text,
                scroll: 0,
            }));
            Vec::new()
        }
        Command::Said => {
            let (title, text) = (state.say(Desk::SaidAll), state.call.said.join("\n"));
            // The newest lines are what is asked about.
            let scroll = last_row(&text, state.columns, state.rows);
            state.popup = Some(Popup::Reading(Reading {
                title,
                text,
                scroll,
            }));
            Vec::new()
        }
        Command::Emergency => {
            let options = names::EMERGENCY
                .iter()
                .map(|it| MenuOption::new("", state.say(names::emergency(*it))))
                .collect();
            let form = form_id(state);
            let purpose = MenuFor::Emergency { form };
            let mut menu = Menu::new(purpose, state.say(Desk::EmergencyTitle), options);
            menu.lines = vec![state.say(Desk::EmergencyLine)];
            if place_words(state).is_empty() {
                menu.lines.push(state.say(Desk::EmergencyNoPlace));
            }
            state.popup = Some(Popup::Menu(menu));
            Vec::new()
        }
        Command::PassCall => {
            let Some(call) = state.call.id else {
                return Vec::new();
            };
            seats::pass_call(state, call, argument)
        }
        Command::DispatchTo => dispatch_to(state, argument),
        Command::Accused => accuse(state, argument),
        Command::CallBackIn => call_back(state, argument),
        Command::DeclineCall => decline(state),
        Command::InvalidCall => invalid(state),
        _ => Vec::new(),
    }
}

/// The choice of ways, under the read-back.
fn menu(state: &mut State) -> Menu {
    let form = form_id(state);
    let who = unit_words(state);
    let entry = state.call.answers.hit().map(|hit| hit.question.clone());
    let direct = match &entry {
        Some(question) => state.say_with(Desk::FinishDirect, &[("question", question.into())]),
        None => state.say(Desk::FinishDirectOwn),
    };
    let dispatch = state.say_with(Desk::FinishDispatch, &[("unit", who.into())]);
    let blank = state
        .call
        .form
        .is_blank()
        .then(|| state.say(Desk::WhyFormBlank));
    let options = vec![
        MenuOption::new("dispatch", dispatch).unless(blank),
        MenuOption::new("direct", direct),
        MenuOption::new("unit", state.say(Desk::FinishUnit)).unless(why_no_dispatch(state)),
        MenuOption::new("call_back", state.say(Desk::FinishCallBack)),
        MenuOption::new("decline", state.say(Desk::FinishDecline)),
        MenuOption::new("invalid", state.say(Desk::FinishInvalid)),
    ];
    let mut options = options;
    if let Some(outage) = outages::here(state).first() {
        let line = [("line", outages::line(state, outage).into())];
        let words = state.say_with(Desk::FinishNotice, &line);
        options.insert(2, MenuOption::new("notice", words));
    }
    let mut menu = Menu::new(
        MenuFor::Finish { form },
        state.say(Desk::FinishTitle),
        options,
    );
    menu.lines = read_back(state).lines().map(str::to_owned).collect();
    menu
}

/// Who would handle it, in words.
fn unit_words(state: &State) -> String {
    let assignment = state
        .call
        .suggestion
        .as_ref()
        .and_then(|it| it.assignment.as_ref());
    match assignment {
        Some(it) if it.exact => state.names.unit(&it.lead).to_owned(),
        // The server passes on by itself only what one unit alone is in charge of.
        Some(it) => {
            let unit = state.names.unit(&it.lead).to_owned();
            state.say_with(Desk::UnitSuggested, &[("unit", unit.into())])
        }
        None => state.say(Desk::UnitOpen),
    }
}

/// A way was chosen in the menu.
pub fn chosen(state: &mut State, purpose: MenuFor, at: usize, id: &str) -> Vec<Effect> {
    if purpose.form() != state.call.form.id {
        state.tell(Desk::WhyOtherForm);
        return Vec::new();
    }
    if matches!(purpose, MenuFor::Emergency { .. }) {
        return match names::EMERGENCY.get(at) {
            Some(service) => emergency(state, *service),
            None => Vec::new(),
        };
    }
    match id {
        "dispatch" => open(state, vec![Action::Submit]),
        "notice" => outages::direct(state),
        "direct" if state.call.answers.hit().is_some() => direct(state),
        "direct" => {
            let fields = vec![Field::prose("answer", state.say(Desk::FieldAnswer))];
            let form = form_id(state);
            let purpose = DialogFor::Direct { form };
            let mut dialog = Dialog::new(purpose, state.say(Desk::DirectTitle), fields);
            dialog.lines = vec![state.say(Desk::DirectLine)];
            open_dialog(state, dialog)
        }
        "unit" => dispatch_to(state, ""),
        "call_back" => call_back(state, ""),
        "decline" => decline(state),
        "invalid" => invalid(state),
        _ => Vec::new(),
    }
}

fn dispatch_to(state: &mut State, argument: &str) -> Vec<Effect> {
    let assignment = state
        .call
        .suggestion
        .as_ref()
        .and_then(|it| it.assignment.as_ref());
    let basis = assignment.and_then(|it| it.basis.first());
    let basis = basis.map_or_else(String::new, |line| names::basis(line.as_str()));
    let co_units = assignment.map_or(&[][..], |it| &it.co_units);
    let mut fields = vec![Field::unit("unit", state.say(Desk::FieldUnit)).with(argument)];
    fields.push(Field::line("basis", state.say(Desk::FieldBasis)).with(&basis));
    fields.extend(co_fields(state, co_units));
    let form = form_id(state);
    let purpose = DialogFor::DispatchTo { form };
    let mut dialog = Dialog::new(purpose, state.say(Desk::DispatchTitle), fields);
    dialog.lines = vec![state.say(Desk::DispatchLine)];
    open_dialog(state, dialog)
}

/// Asks which unit the caller complains about: it never sees the ticket.
fn accuse(state: &mut State, argument: &str) -> Vec<Effect> {
    let mut field = Field::unit("unit", state.say(Desk::FieldAccused)).with(argument);
    if let (Some(unit), "") = (&state.call.form.fixed.accused, argument) {
        field = field.taking(unit_choice(state, unit));
    }
    let form = form_id(state);
    let purpose = DialogFor::Accused { form };
    let mut dialog = Dialog::new(purpose, state.say(Desk::AccusedTitle), vec![field]);
    dialog.lines = vec![state.say(Desk::AccusedLine)];
    open_dialog(state, dialog)
}

fn call_back(state: &mut State, argument: &str) -> Vec<Effect> {
    let when = if argument.is_empty() { "30m" } else { argument };
    let fields = vec![
        Field::line("when", state.say(Desk::FieldWhen)).with(when),
        Field::line("note", state.say(Desk::FieldNote)),
        Field::choice(
            "whose",
            state.say(Desk::FieldWhose),
            vec![state.say(Desk::WhoseMine), state.say(Desk::WhoseTeam)],
        ),
    ];
    let form = form_id(state);
    let purpose = DialogFor::CallBack { form };
    let mut dialog = Dialog::new(purpose, state.say(Desk::CallBackTitle), fields);
    dialog.lines = vec![state.say(Desk::CallBackLine)];
    open_dialog(state, dialog)
}

fn decline(state: &mut State) -> Vec<Effect> {
    let reasons = names::DECLINE
        .iter()
        .map(|it| state.say(names::decline(*it)))
        .collect();
    let fields = vec![
        Field::choice("reason", state.say(Desk::FieldReason), reasons),
        Field::line("basis", state.say(Desk::FieldBasis)),
        Field::line("road", state.say(Desk::FieldOtherRoad)),
    ];
    let form = form_id(state);
    let purpose = DialogFor::Decline { form };
    let mut dialog = Dialog::new(purpose, state.say(Desk::DeclineTitle), fields);
    dialog.lines = vec![state.say(Desk::DeclineLine)];
    open_dialog(state, dialog)
}

fn invalid(state: &mut State) -> Vec<Effect> {
    let reasons = names::INVALID
        .iter()
        .map(|it| state.say(names::invalid(*it)))
        .collect();
    let fields = vec![Field::choice(
        "reason",
        state.say(Desk::FieldReason),
        reasons,
    )];
    let form = form_id(state);
    let dialog = Dialog::new(
        DialogFor::Invalid { form },
        state.say(Desk::InvalidTitle),
        fields,
    );
    open_dialog(state, dialog)
}

/// Answers at once from the selected entry; waits for it where it was not read yet.
pub fn direct(state: &mut State) -> Vec<Effect> {
    let Some(code) = state.call.answers.hit().map(|hit| hit.code.clone()) else {
        state.tell(Desk::NoAnswerChosen);
        return Vec::new();
    };
    if state.call.form.is_blank() && state.call.answers.given == Some(code.clone()) {
        state.tell(Desk::AlreadyAnswered);
        return Vec::new();
    }
    let Some(entry) = state.call.answers.current() else {
        state.call.answers.close_when_read = Some(code);
        return super::update::read_entry(state);
    };
    let answer = DirectAnswer {
        answer: entry.entry.answer.clone(),
        source: AnswerSource::Entry {
            code: entry.entry.code.clone(),
            version: entry.version,
        },
    };
    let question = entry.entry.question.clone();
    super::uses::used(state, Deed::Answered);
    let read = state.call.answers.clone().read_on();
    let effects = open_titled(state, vec![Action::CloseDirectly { answer }], question);
    // It is being read to a caller who still listens.
    if state.call.is_live() && state.call.form.text.is_blank() {
        state.call.answers = read;
    }
    effects
}

/// Answers at once with what an expert said.
pub fn direct_from_expert(
    state: &mut State,
    answer: Prose,
    unit: UnitCode,
    question: Line,
) -> Vec<Effect> {
    let source = AnswerSource::Expert { unit };
    let answer = DirectAnswer { answer, source };
    open_titled(state, vec![Action::CloseDirectly { answer }], question)
}

/// Sends the form with its first actions.
pub(super) fn open(state: &mut State, then: Vec<Action>) -> Vec<Effect> {
    open_titled(state, then, Line::default())
}

/// The same; `title` stands in for a story that nobody wrote down. The form leaves the screen with its write:
/// what is typed from now on belongs to another one, whenever the answer comes.
pub(super) fn open_titled(state: &mut State, then: Vec<Action>, title: Line) -> Vec<Effect> {
    let id = form_id(state);
    let mut request = state.call.form.request(state.call.suggestion.as_ref());
    if request.text.is_blank() && !title.is_blank() {
        request.text = Prose::lossy(title.as_str());
        request.title = title;
    }
    let by_call = state.call.form.call;
    let recording = state
        .call
        .view
        .as_ref()
        .filter(|view| Some(view.call.id) == by_call);
    let ticket = NewTicket {
        id,
        number: state.call.form.number,
        channel: Channel::Telephone,
        call: by_call,
        recording: recording.and_then(|view| view.call.recording.clone()),
        request,
        then,
    };
    let form = std::mem::take(&mut state.call.form);
    state.tell(Desk::WhySending);
    let mut effects = vec![state.send_form(form, Outgoing::Open(Box::new(ticket)))];
    if state.call.phase == Phase::Ended {
        state.call.phase = Phase::None;
    }
    state.call.clear();
    if state.call.form.call.is_some() && state.call.form.number.is_none() {
        effects.push(ask_number(state));
    }
    if !state.call.form.is_blank() {
        effects.extend(super::update::changed(state));
    }
    effects
}

/// A form is kept or sent: it says so; a promise that waited for its ticket goes on.
pub fn kept(state: &mut State, form: Form, sent: &Sent) -> Vec<Effect> {
    let number = match sent {
        Sent::Done(Some(view)) => Some(view.ticket.number),
        _ => form.number,
    };
    let number = number.map_or_else(|| state.say(Desk::NumberLater), |it| it.to_string());
    let text = match sent {
        Sent::Done(Some(view)) => {
            let word = state.say(names::stage(view.ticket.state.stage()));
            state.say_with(
                Desk::SentDone,
                &[("number", number.into()), ("stage", word.into())],
            )
        }
        Sent::Done(None) => state.say_with(Desk::SentPlain, &[("number", number.into())]),
        Sent::Queued => state.say_with(Desk::SentQueued, &[("number", number.into())]),
    };
    // What is promised or asked next in the same call is about this ticket.
    if form.call.is_some() && state.call.form.call == form.call {
        state.call.form.after = form.id;
    }
    state.tell_text(text);
    let promise = form.promise.map(Outgoing::Promise);
    let promise = promise.map(|promise| state.send(Purpose::Callback, promise));
    promise
        .into_iter()
        .chain(super::uses::told(state, true))
        .collect()
}

/// A form that was refused comes back in front, with all that was typed; to the drafts where another one is
/// being written, or another caller is on the line. What it promised stays in the dialog that was put away: finished
/// in another way it must not be promised behind the person's back.
pub fn put_back(state: &mut State, mut form: Form) -> Vec<Effect> {
    form.promise = None;
    let front = &state.call.form;
    let same_caller = front.call.is_none() || front.call == form.call;
    let asked = match &state.popup {
        Some(Popup::Dialog(dialog)) => dialog.purpose.form().is_some(),
        Some(Popup::Menu(menu)) => menu.purpose.form().is_some(),
        _ => false,
    };
    if !front.is_blank() || !same_caller || asked {
        state.call.drafts.push(form);
        state.tell(Desk::DraftKept);
        return Vec::new();
    }
    form.number = form.number.or(front.number);
    state.call.form = form;
    state.call.answers.walking = false;
    super::update::changed(state)
}
