//! Draws the expert's list, the form that is asked about, and at the asker's the strip with what came back.

use super::asker::{current, strip, words};
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table, rows};
use crate::domain::consult::{Consult, ConsultState};
use crate::domain::role::{Person, Role};
use crate::words::{Consult as Say, Desk};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The list and what is selected in it.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let Some(person) = &state.person else { return };
    let list: Vec<&Consult> = state.consults.asked_of(person).collect();
    let room = area.height / 2;
    let height = u16::try_from(list.len().max(1) + 4)
        .unwrap_or(room)
        .min(room);
    let top = Rect { height, ..area };
    let empty = if person.is(Role::Expert) {
        Say::ConsultListEmpty
    } else {
        Say::ConsultWhyNotExpert
    };
    let at = state.consults.kept.list.at;
    Table {
        title: &state.say(Say::ConsultListTitle),
        tabs: &[(colleagues(state, person), false)],
        columns: &columns(state, area.width),
        len: list.len(),
        at,
        empty: &state.say(empty),
    }
    .draw(paint, top, |place| {
        list.get(place)
            .map_or_else(Row::new, |it| cells(state, it, area.width))
    });
    let caret = paint.caret;
    let below = Rect {
        y: top.bottom(),
        height: area.height - top.height,
        ..area
    };
    draw_selected(state, person, paint, below);
    paint.caret = caret;
}

/// Who of the department is in, with what they are doing.
fn colleagues(state: &State, person: &Person) -> String {
    let there = state
        .seats
        .iter()
        .filter(|it| it.unit == person.unit && it.roles.contains(&Role::Expert))
        .map(|it| format!("{} {}", it.name, state.say(names::seat(it.state))));
    let there: Vec<String> = there.collect();
    if there.is_empty() {
        return state.say(Say::ConsultColleaguesNone);
    }
    let values = [("who", there.join("，").into())];
    state.say_with(Say::ConsultColleagues, &values)
}

fn columns(state: &State, width: u16) -> Vec<Column> {
    let column = |word: Say, cells| Column {
        head: state.say(word),
        cells,
    };
    vec![
        column(Say::ConsultHeadSince, 6),
        column(Say::ConsultHeadState, if width >= 100 { 22 } else { 14 }),
        column(Say::ConsultHeadAsker, if width >= 100 { 16 } else { 10 }),
        column(Say::ConsultFieldQuestion, 0),
    ]
}

fn cells(state: &State, consult: &Consult, width: u16) -> Row {
    let (state_words, style) = state_words(state, consult, width >= 100);
    let seat = consult.asked.by.seat.as_ref();
    let seat = seat.filter(|_| width >= 100);
    let seat = seat.map(|no| format!(" {no}")).unwrap_or_default();
    vec![
        (time(state, consult), None),
        (state_words, Some(style)),
        (
            format!("{}{seat}", state.name_of(&consult.asked.by.account)),
            None,
        ),
        (words(consult), None),
    ]
}

/// How long the asker has waited; of one that is over, when that was.
fn time(state: &State, consult: &Consult) -> String {
    if consult.is_open() {
        times::passed(consult.asked.at, state.server_now())
    } else {
        times::clock(consult.changed_at())
    }
}

/// How it stands, with who is at it.
fn state_words(state: &State, consult: &Consult, whole: bool) -> (String, Style) {
    let theme = &state.theme;
    let (word, by, style) = match &consult.state {
        ConsultState::Waiting => (Say::ConsultStateWaiting, None, theme.warn()),
        ConsultState::Taken { by } => (Say::ConsultStateTaken, Some(by), theme.strong()),
        ConsultState::Answered { by, .. } => (Say::ConsultStateAnswered, Some(by), theme.good()),
        ConsultState::Declined { by, .. } => (Say::ConsultStateDeclined, Some(by), theme.quiet()),
        ConsultState::TakenOver { by, .. } => (Say::ConsultStateTakenOver, Some(by), theme.good()),
        ConsultState::Withdrawn { .. } => (Say::ConsultStateWithdrawn, None, theme.quiet()),
    };
    let name = by.filter(|_| whole).map(|by| state.name_of(&by.by.account));
    let text = match name {
        Some(name) => format!("{} {name}", state.say(word)),
        None => state.say(word),
    };
    (text, style)
}

/// Lines of a consult, each with its style.
type Lines = Vec<(String, Style)>;

/// All of a consult: the question, the form, what was found, what came of it.
pub(super) fn lines(state: &State, consult: &Consult) -> Lines {
    let (base, title, quiet) = (state.theme.base(), state.theme.title(), state.theme.quiet());
    let mut lines = vec![(words(consult), state.theme.strong())];
    match &consult.state {
        ConsultState::Answered { answer, .. } => {
            lines.push((state.say(Desk::FieldAnswer), title));
            lines.extend(answer.as_str().lines().map(|it| (it.to_owned(), base)));
        }
        ConsultState::Declined { reason, .. } => {
            lines.push((format!("{} {reason}", state.say(Desk::FieldReason)), base));
        }
        _ => {}
    }
    let request = &consult.request;
    let item = request.item.as_ref();
    let item = item.map(|item| state.names.item_path(item));
    let district = request.place.district.as_ref();
    let district = district.map_or("", |it| state.names.district(it));
    lines.push((state.say(Say::ConsultFormTitle), title));
    lines.push((
        format!(
            "{}  {}  {}",
            state.say(names::kind(request.kind)),
            item.unwrap_or_else(|| state.say(Desk::ItemUnknown)),
            state.say(names::urgency(request.urgency)),
        ),
        base,
    ));
    let place = format!(
        "{district}{} {}",
        request.place.street, request.place.address
    );
    if !place.trim().is_empty() {
        lines.push((place, base));
    }
    let story = request.text.as_str().lines();
    lines.extend(story.map(|line| (line.to_owned(), base)));
    for answer in &request.answers {
        lines.push((format!("{} {}", answer.question, answer.answer), quiet));
    }
    if !consult.found.is_empty() {
        lines.push((state.say(Say::ConsultFoundTitle), title));
        let found = consult.found.iter();
        lines.extend(found.map(|it| {
            (
                format!("{}  v{}  {}", it.code, it.version, it.question),
                quiet,
            )
        }));
    }
    lines
}

fn draw_selected(state: &State, person: &Person, paint: &mut Paint<'_>, area: Rect) {
    let Some(consult) = state.consults.selected(person) else {
        paint.panel(area, "", false);
        return;
    };
    let (word, _) = state_words(state, consult, true);
    let who = state.name_of(&consult.asked.by.account);
    let title = format!("{who}  {}  {word}", time(state, consult));
    let inside = paint.panel(area, &title, false);
    let lines = lines(state, consult);
    let cells = usize::from(inside.width);
    let broken: Vec<(&str, Style)> = lines
        .iter()
        .flat_map(|(text, style)| {
            rows(text, cells)
                .into_iter()
                .map(|row| (&text[row], *style))
        })
        .collect();
    let room = usize::from(inside.height);
    let first = usize::from(state.consults.kept.scroll).min(broken.len().saturating_sub(room));
    for (y, (text, style)) in (inside.y..).zip(broken.into_iter().skip(first).take(room)) {
        paint.put(inside.x, y, inside.width, text, style);
    }
}

/// What the asker is told of a question, in a line.
pub(super) fn strip_words(state: &State, consult: &Consult) -> String {
    let by = match &consult.state {
        ConsultState::Taken { by }
        | ConsultState::Answered { by, .. }
        | ConsultState::Declined { by, .. }
        | ConsultState::TakenOver { by, .. } => state.name_of(&by.by.account),
        ConsultState::Waiting | ConsultState::Withdrawn { .. } => String::new(),
    };
    let (word, text) = match &consult.state {
        ConsultState::Waiting => (Say::ConsultStripWaiting, String::new()),
        ConsultState::Taken { .. } => (Say::ConsultStripTaken, String::new()),
        ConsultState::Answered { answer, .. } => (Say::ConsultStripAnswered, answer.to_string()),
        ConsultState::Declined { reason, .. } => (Say::ConsultStripDeclined, reason.to_string()),
        ConsultState::TakenOver { .. } => (Say::ConsultStripTakenOver, String::new()),
        ConsultState::Withdrawn { .. } => (Say::ConsultStripWithdrawn, String::new()),
    };
    let values = [
        (
            "unit",
            state.names.unit(&consult.department).to_owned().into(),
        ),
        ("who", by.into()),
        ("time", time(state, consult).into()),
        ("text", text.replace('\n', " ").into()),
    ];
    state.say_with(word, &values)
}

/// The strip above the answers, with what the expert says; gives what is left of the area. The text that is typed, and
/// a list that is walked through, are not moved by it.
pub fn draw_strip(state: &State, paint: &mut Paint<'_>, area: Rect) -> Rect {
    if state.call.answers.walking || state.call.is_idle() {
        return area;
    }
    let Some(consult) = strip(state) else {
        return area;
    };
    let text = strip_words(state, consult);
    let cells = usize::from(area.width.saturating_sub(4));
    let wanted = u16::try_from(rows(&text, cells).len()).unwrap_or(1);
    let height = (wanted + 2).clamp(3, (area.height / 2).max(3));
    let key = state.keymap.hint(crate::desk::keymap::Command::HelpMenu);
    let title = state.say_with(Say::ConsultStripTitle, &[("key", key.into())]);
    let inside = paint.panel(Rect { height, ..area }, &title, false);
    let style = match consult.state {
        ConsultState::Answered { .. } => state.theme.base(),
        ConsultState::Declined { .. } => state.theme.warn(),
        _ => state.theme.quiet(),
    };
    paint.wrapped(inside, &text, style);
    Rect {
        y: area.y + height,
        height: area.height.saturating_sub(height),
        ..area
    }
}

/// In the bar on every screen: for an expert what waits, for an asker how the question stands; empty for nothing.
pub fn bar_words(state: &State) -> String {
    let Some(person) = &state.person else {
        return String::new();
    };
    let (waiting, since) = state.consults.waiting(person);
    if let Some(since) = since {
        let time = times::passed(since, state.server_now());
        let values = [("count", waiting.into()), ("time", time.into())];
        return state.say_with(Say::ConsultBarWaiting, &values);
    }
    match current(state).filter(|it| it.is_open()) {
        Some(consult) => {
            let values = [
                (
                    "unit",
                    state.names.unit(&consult.department).to_owned().into(),
                ),
                ("time", time(state, consult).into()),
            ];
            state.say_with(Say::ConsultBarAsked, &values)
        }
        None => String::new(),
    }
}
