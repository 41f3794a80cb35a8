//! What is done to a run: watched, shown again, appealed; a trainer lets things happen, bookmarks, marks, answers.

use super::state::{State as Screen, View};
use super::update::{do_once, read, replay, report, trains};
use super::words::{inject, titled};
use crate::desk::keymap::{Command, Place};
use crate::desk::message::{Ask, Effect};
use crate::desk::popup::{Dialog, DialogFor, Field, Menu, MenuFor, MenuOption, Popup};
use crate::desk::state::State;
use crate::desk::update::open_dialog;
use crate::domain::text::Line;
use crate::protocol::practice::{Inject, PracticeAsk, RunAction};
use crate::words::Practice as Say;

/// Why a command of practice can't be done now.
pub fn why_not(state: &State, command: Command) -> Option<Say> {
    let practice = &state.practice;
    match command {
        Command::GoPractice if practice.on => None,
        Command::GoPractice if state.elsewhere.is_none() => Some(Say::WhyNoPractice),
        Command::GoPractice => state.call.is_live().then_some(Say::CallLive),
        Command::Speak => (!super::say_shown(state)).then_some(Say::WhyNoRun),
        Command::PracticeMenu => (options(state).is_empty()).then_some(Say::WhyNoRunHere),
        _ => None,
    }
}

/// What can be done here, by name.
fn options(state: &State) -> Vec<MenuOption> {
    let practice = &state.practice;
    let mut options = Vec::new();
    let mut put = |id: &str, word: Say| options.push(MenuOption::new(id, state.say(word)));
    if practice.view == View::Report && practice.report.is_some() {
        put("save", Say::DoSaveReport);
    }
    let Some(run) = practice.run() else {
        return options;
    };
    let (trains, closed) = (trains(state), run.total.is_some());
    let own = state
        .person
        .as_ref()
        .is_some_and(|person| person.account == run.account);
    if practice.view != View::Page && (closed || trains) {
        put("read", Say::DoRead);
    }
    if practice.view == View::Page && closed {
        put("replay", Say::DoReplay);
    }
    if trains {
        put("note", Say::DoNote);
    }
    if trains && closed && practice.view == View::Page {
        put("mark", Say::DoMark);
    }
    if own && closed && !has_appeal(practice) && practice.view == View::Page {
        put("appeal", Say::DoAppeal);
    }
    if trains && run.appealed {
        put("rule", Say::DoAnswerAppeal);
    }
    if trains {
        put("report", Say::DoReport);
    }
    if trains && !closed {
        let what = Inject::ALL.into_iter().enumerate();
        options.extend(
            what.map(|(at, what)| MenuOption::new(format!("inject{at}"), inject(state, what))),
        );
    }
    options
}

fn has_appeal(practice: &Screen) -> bool {
    let page = practice.page.as_ref();
    page.is_some_and(|page| page.remarks.appeal.is_some())
}

/// Opens the choice.
pub(super) fn menu(state: &mut State) -> Vec<Effect> {
    let title = match state.practice.run() {
        Some(run) => {
            let title = titled(state, run.title.as_str(), run.title_en.as_str());
            format!("{} {title}", state.name_of(&run.account))
        }
        None => state.say(Say::TabReport),
    };
    let menu = Menu::new(MenuFor::Practice, title, options(state));
    state.popup = Some(Popup::Menu(menu));
    Vec::new()
}

/// Something was chosen.
pub fn chosen(state: &mut State, id: &str) -> Vec<Effect> {
    if id == "save" {
        return save(state);
    }
    let Some((run, account)) = state
        .practice
        .run()
        .map(|run| (run.id, run.account.clone()))
    else {
        return Vec::new();
    };
    match id {
        "read" => read(state, run),
        "replay" => replay(state),
        "report" => report(state, Some(account)),
        "note" | "appeal" | "rule" => {
            let word = match id {
                "note" => Say::DoNote,
                "appeal" => Say::DoAppeal,
                _ => Say::DoAnswerAppeal,
            };
            let field = Field::line("text", state.say(Say::FieldWords));
            dialog(state, run, id, word, vec![field])
        }
        "mark" => {
            let parts = parts(state).into_iter().map(|(_, words)| words).collect();
            let fields = vec![
                Field::choice("part", state.say(Say::FieldPart), parts),
                Field::line("points", state.say(Say::FieldPoints)),
                Field::line("reason", state.say(Say::FieldWhy)),
            ];
            dialog(state, run, id, Say::DoMark, fields)
        }
        _ => {
            let at = id
                .strip_prefix("inject")
                .and_then(|at| at.parse::<usize>().ok());
            let what = at.and_then(|at| Inject::ALL.get(at)).copied();
            let act = what.map(|what| PracticeAsk::Act(run, RunAction::Inject { what }));
            act.map(|act| do_once(state, act)).into_iter().collect()
        }
    }
}

fn dialog(
    state: &mut State,
    run: uuid::Uuid,
    what: &str,
    title: Say,
    fields: Vec<Field>,
) -> Vec<Effect> {
    let purpose = DialogFor::Practice {
        run,
        what: what.to_owned(),
    };
    let mut dialog = Dialog::new(purpose, state.say(title), fields);
    if what == "mark" {
        dialog.lines = vec![state.say(Say::MarkLine)];
    }
    open_dialog(state, dialog)
}

/// The parts of the score that is read: name, and title with the machine's points.
fn parts(state: &State) -> Vec<(String, String)> {
    let page = state.practice.page.as_ref();
    let score = page.and_then(|page| page.score.as_ref());
    let parts = score.into_iter().flat_map(|score| &score.parts);
    let words = |part: &crate::protocol::practice::PartScore| {
        let got = part
            .got
            .map_or_else(String::new, |got| format!("{got:.1}/"));
        let title = titled(state, &part.title, &part.title_en);
        (part.id.clone(), format!("{title} {got}{}", part.max))
    };
    parts.map(words).collect()
}

/// A dialog of this screen was submitted; an error keeps it open.
pub fn submitted(state: &mut State, dialog: &Dialog) -> Result<Vec<Effect>, String> {
    let DialogFor::Practice { run, what } = &dialog.purpose else {
        return Ok(Vec::new());
    };
    let text = Line::lossy(dialog.text("text"));
    let action = match what.as_str() {
        "note" => RunAction::Note { at: None, text },
        "appeal" => RunAction::Appeal { text },
        "rule" => RunAction::Rule { text },
        _ => {
            let points = dialog.text("points").trim().parse::<u32>();
            let parts = parts(state);
            let part = parts.get(dialog.choice("part"));
            RunAction::Mark {
                part: Line::lossy(part.map_or("", |(id, _)| id)),
                points: points.map_err(|_| state.say(Say::WhyNoPoints))?,
                reason: Line::lossy(dialog.text("reason")),
            }
        }
    };
    Ok(vec![do_once(state, PracticeAsk::Act(*run, action))])
}

/// Saves the report that is read as files.
fn save(state: &mut State) -> Vec<Effect> {
    let Some(report) = &state.practice.report else {
        return Vec::new();
    };
    let files = super::saved::files(state, report);
    vec![state.slots.once(Ask::Save(files)).1]
}

/// Goes to practice: the screen of a practice server, else the server that stands beside this one.
pub fn go(state: &mut State) -> Vec<Effect> {
    if state.person.is_none() {
        return vec![Effect::Elsewhere];
    }
    if state.practice.on {
        state.place = Place::Practice;
        return super::entered(state);
    }
    state.going = true;
    vec![state.slots.once(Ask::SignOut).1]
}
