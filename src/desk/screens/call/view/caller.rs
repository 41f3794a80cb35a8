//! Draws who calls: number, name, history, and what they say.

use crate::desk::keymap::Command;
use crate::desk::names;
use crate::desk::screens::call::outages;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, cut, rows, width};
use crate::domain::caller::CallerKind;
use crate::protocol::call::CallView;
use crate::protocol::ticket::TicketRow;
use crate::words::Desk;
use ratatui::layout::Rect;

/// The calling number as it is read back; the taker of the live call sees it whole.
pub fn number(state: &State) -> String {
    let number = state.call.form.telephone.as_ref();
    number.map_or_else(|| state.say(Desk::NumberHidden), names::telephone)
}

/// Draws the box.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let values = [
        ("number", number(state).into()),
        ("phase", super::phase_words(state).into()),
    ];
    let title = state.say_with(Desk::CallerTitle, &values);
    let inside = paint.panel(area, title.trim_end(), false);
    let (base, quiet, warn) = (paint.theme.base(), paint.theme.quiet(), paint.theme.warn());
    let Some(view) = state.call.caller() else {
        // A form of an earlier caller stands for itself; only the running call's history is on its way.
        if state.call.form.call.is_some() && state.call.form.call == state.call.id {
            paint.line(inside, &state.say(Desk::Loading), quiet);
        }
        return;
    };
    let row = |n: u16| Rect {
        y: inside.y + n,
        ..inside
    };
    paint.line(row(0), &head_words(state), paint.theme.strong());
    if !view.usual_place.is_blank() {
        let place = [("place", view.usual_place.as_str().into())];
        let place = state.say_with(Desk::UsualPlace, &place);
        paint.put_right(inside.right(), inside.y, inside.width / 3, &place, quiet);
    }
    let open = view
        .open
        .first()
        .map(|row| open_words(state, row, view.open.len()));
    let open = open.unwrap_or_else(|| state.say(Desk::NoOpenTickets));
    paint.line(row(1), &open, base);
    match outages::here(state).first() {
        Some(outage) => {
            let line = format!("! {}", outages::line(state, outage));
            paint.line(row(2), &line, warn);
        }
        None => paint.line(row(2), &recent_list(state, &view.recent), quiet),
    }
    paint.line(row(3), &promise_words(state, view), warn);
}

/// The caller's last closed tickets in a line.
fn recent_list(state: &State, recent: &[TicketRow]) -> String {
    let recent: Vec<String> = recent
        .iter()
        .take(3)
        .map(|row| recent_words(state, row))
        .collect();
    if recent.is_empty() {
        state.say(Desk::NoRecentTickets)
    } else {
        state.say_with(Desk::RecentTickets, &[("list", recent.join(" | ").into())])
    }
}

/// A call-back that was promised, else what the caller said to reach a human.
fn promise_words(state: &State, view: &CallView) -> String {
    match view.callbacks.first() {
        Some(callback) => {
            let when = times::date_time(callback.due);
            let values = [
                ("when", when.into()),
                ("note", callback.note.as_str().into()),
            ];
            state.say_with(Desk::PromisedCallback, &values)
        }
        None if view.call.phrase.is_blank() => String::new(),
        None => {
            let phrase = [("phrase", view.call.phrase.as_str().into())];
            state.say_with(Desk::PhraseSpoken, &phrase)
        }
    }
}

/// Name, lane, and which contact over all channels this is.
pub fn head_words(state: &State) -> String {
    let Some(view) = state.call.caller() else {
        return String::new();
    };
    let lane = state.say(names::lane(view.call.lane));
    state.say_with(
        Desk::CallerHead,
        &[
            ("name", name(state, view).into()),
            ("lane", lane.into()),
            ("contacts", contacts(view).into()),
            ("calls", view.calls.into()),
        ],
    )
}

/// The same for a title: the lane only where it is not everybody's.
pub fn head_short(state: &State) -> String {
    let Some(view) = state.call.caller() else {
        return String::new();
    };
    let whole = name(state, view);
    let mut name = cut(&whole, 12, state.theme.more()).into_owned();
    if view.call.lane == CallerKind::Enterprise {
        name = format!("{name} {}", state.say(names::lane(view.call.lane)));
    }
    let count = [("contacts", contacts(view).into())];
    format!("{name}  {}", state.say_with(Desk::CallerCount, &count))
}

fn name(state: &State, view: &CallView) -> String {
    if view.name.is_blank() {
        state.say(Desk::NameUnknown)
    } else {
        view.name.to_string()
    }
}

/// Which contact this is; a server of before says only which call.
fn contacts(view: &CallView) -> u32 {
    view.contacts.max(view.calls)
}

fn open_words(state: &State, row: &TicketRow, count: usize) -> String {
    let word = state.say(names::stage(row.stage));
    let number = row.number.to_string();
    state.say_with(
        Desk::OpenTicketLine,
        &[
            ("count", count.into()),
            ("number", number.into()),
            ("title", row.title.as_str().into()),
            ("stage", word.into()),
        ],
    )
}

fn recent_words(state: &State, row: &TicketRow) -> String {
    let day = times::date_time(row.opened_at);
    let day = day.split(' ').next().unwrap_or_default();
    let kind = state.say(names::kind(row.kind));
    format!(
        "{day} {kind} {} {}",
        row.title,
        state.say(names::stage(row.stage))
    )
}

/// The caller's words broken at a width, the newest last.
pub fn said_rows(state: &State, cells: u16) -> Vec<&str> {
    let said = state.call.said.iter();
    said.flat_map(|line| {
        rows(line, usize::from(cells))
            .into_iter()
            .filter_map(|row| line.get(row))
    })
    .collect()
}

/// The rows that a room of that many shows, as far back as was scrolled, and how many stand above them.
fn said_shown(state: &State, cells: u16, room: u16) -> (Vec<&str>, usize) {
    let all = said_rows(state, cells);
    let room = usize::from(room);
    let end = all.len().saturating_sub(usize::from(state.call.said_back));
    let end = end.max(room.min(all.len()));
    let first = end.saturating_sub(room);
    (
        all.into_iter().skip(first).take(end - first).collect(),
        first,
    )
}

/// Draws the caller's words in a box: the newest, or those that were scrolled back to.
pub fn draw_said(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let (cells, room) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    let (shown, above) = said_shown(state, cells, room);
    let title = if above > 0 {
        let values = [
            ("rows", above.into()),
            ("key", state.keymap.hint(Command::Said).into()),
        ];
        state.say_with(Desk::SaidBack, &values)
    } else {
        state.say(Desk::SaidTitle)
    };
    let inside = paint.panel(area, &title, false);
    for (y, line) in (inside.y..).zip(shown) {
        paint.put(inside.x, y, inside.width, line, paint.theme.base());
    }
}

/// How many cells the caller's last line has in a row of that many, beside what stands before it.
pub fn last_said_room(state: &State, columns: u16) -> u16 {
    let values = [("line", "".into()), ("rows", 99.into())];
    let before = width(&state.say_with(Desk::SaidLineMore, &values));
    let before = u16::try_from(before).unwrap_or(u16::MAX);
    columns.saturating_sub(before.saturating_add(4))
}

/// True where the caller's newest line stands whole in a row of that many cells.
pub fn last_said_fits(state: &State, columns: u16) -> bool {
    let newest = state.call.said.last();
    newest.is_none_or(|it| width(it) <= usize::from(last_said_room(state, columns)))
}

/// Draws the caller's last line.
pub fn draw_last_said(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let (shown, above) = said_shown(state, last_said_room(state, area.width), 1);
    let text = match shown.first() {
        Some(line) => {
            let word = if above > 0 {
                Desk::SaidLineMore
            } else {
                Desk::SaidLine
            };
            state.say_with(word, &[("line", (*line).into()), ("rows", above.into())])
        }
        None => super::related_words(state),
    };
    paint.put(
        area.x + 2,
        area.y,
        area.width.saturating_sub(4),
        &text,
        paint.theme.quiet(),
    );
}
