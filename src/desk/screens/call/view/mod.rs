//! Draws the call: caller, form, answers, dispatch. The order of importance is the same at every size; what
//! has no room becomes a count.

mod answers;
mod caller;
mod form;

use super::state::Phase;
use crate::desk::keymap::Command;
use crate::desk::names;
use crate::desk::screens::call::outages;
use crate::desk::screens::consults;
use crate::desk::screens::practice;
use crate::desk::state::State;
use crate::desk::widgets::{Paint, width};
use crate::domain::seat::SeatState;
use crate::words::{Desk, Practice as Say};
use ratatui::layout::Rect;

/// Columns from which on answers stand beside the form.
const WIDE: u16 = 100;

/// Width of the left half when answers stand beside the form.
const fn left_width(columns: u16) -> u16 {
    columns * 55 / 100
}

/// The width at which the story is wrapped on a screen of that many columns.
pub const fn story_width(columns: u16) -> u16 {
    let panel = if columns >= WIDE {
        left_width(columns)
    } else {
        columns
    };
    panel.saturating_sub(4)
}

/// How far the opened entry scrolls on this screen.
pub fn last_scroll(state: &State) -> u16 {
    let body = body_rows(state);
    let (columns, rows) = if is_wide(state.columns, body) {
        (state.columns - left_width(state.columns), body)
    } else {
        (state.columns, body.saturating_sub(1))
    };
    answers::last_scroll(state, columns, rows)
}

/// Rows of the box with the caller's words, borders counted: it grows where the form leaves room.
const fn said_height(rows: u16) -> u16 {
    if rows >= 40 {
        8
    } else if rows >= 32 {
        6
    } else {
        4
    }
}

/// Rows of the screen between the bars, without the line for the trainee's words.
fn body_rows(state: &State) -> u16 {
    state.rows.saturating_sub(2 + practice::say_rows(state))
}

/// The box with the caller's words on this screen: in practice there is nothing else to hear them by.
fn said_rows(state: &State, rows: u16) -> u16 {
    if practice::say_shown(state) {
        said_height(rows).max(8)
    } else {
        said_height(rows)
    }
}

/// True where the conversation has the answers' place: the words are being typed, and there is no other room for it.
fn talks(state: &State) -> bool {
    state.practice.saying && practice::say_shown(state)
}

/// How many rows of the caller's words stand above those that are shown, at most.
pub fn said_rows_above(state: &State) -> u16 {
    let body = body_rows(state);
    let (columns, room) = if is_wide(state.columns, body) {
        (
            left_width(state.columns),
            said_rows(state, body).saturating_sub(2),
        )
    } else if talks(state) {
        (state.columns, answers_rows(body).saturating_sub(2))
    } else {
        let (_, cells) = beside_said(state, state.columns);
        (caller::last_said_room(state, cells) + 4, 1)
    };
    let all = caller::said_rows(state, columns.saturating_sub(4)).len();
    u16::try_from(all).unwrap_or(u16::MAX).saturating_sub(room)
}

/// True where answers stand beside the form.
const fn is_wide(columns: u16, rows: u16) -> bool {
    columns >= WIDE && rows >= 25
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let whole = area;
    let area = Rect {
        height: body_rows(state).min(area.height),
        ..area
    };
    draw_call(state, paint, area);
    if area.height < whole.height {
        let say = Rect {
            y: area.bottom(),
            height: whole.height - area.height,
            ..whole
        };
        practice::draw_say(state, paint, say);
    }
}

fn draw_call(state: &State, paint: &mut Paint<'_>, area: Rect) {
    if is_wide(area.width, area.height) {
        draw_wide(state, paint, area);
    } else {
        draw_narrow(state, paint, area);
    }
}

fn draw_wide(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let left = Rect {
        width: left_width(area.width),
        ..area
    };
    let right = Rect {
        x: left.right(),
        width: area.width - left.width,
        ..area
    };
    if state.call.is_idle() {
        draw_idle(state, paint, left);
        answers::draw(state, paint, right);
        return;
    }
    let caller = Rect { height: 6, ..left };
    let said = Rect {
        y: caller.bottom(),
        height: said_rows(state, area.height),
        ..left
    };
    let dispatch = Rect {
        y: left.bottom() - 4,
        height: 4,
        ..left
    };
    let form = Rect {
        y: said.bottom(),
        height: dispatch.y - said.bottom(),
        ..left
    };
    caller::draw(state, paint, caller);
    caller::draw_said(state, paint, said);
    let right = consults::draw_strip(state, paint, right);
    answers::draw(state, paint, right);
    draw_dispatch(state, paint, dispatch);
    form::draw(state, paint, form);
}

/// Rows of the answers below the form.
fn answers_rows(rows: u16) -> u16 {
    (rows * 2 / 5).clamp(8, 14)
}

fn draw_narrow(state: &State, paint: &mut Paint<'_>, area: Rect) {
    // An entry read whole needs the form's room; who calls stays in sight above it.
    if answers::reads_whole(state) && !talks(state) {
        let head = Rect { height: 1, ..area };
        let title = if state.call.is_idle() {
            idle_state(state)
        } else {
            form::title(state, true)
        };
        paint.put(
            head.x + 1,
            head.y,
            head.width - 2,
            &title,
            paint.theme.title(),
        );
        let rest = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
        answers::draw(state, paint, rest);
        return;
    }
    let answers_rows = answers_rows(area.height);
    let top = Rect {
        height: area.height - answers_rows,
        ..area
    };
    let bottom = Rect {
        y: top.bottom(),
        height: answers_rows,
        ..area
    };
    if state.call.is_idle() {
        draw_idle(state, paint, top);
        answers::draw(state, paint, bottom);
        return;
    }
    let form = Rect {
        height: top.height - 1,
        ..top
    };
    let said = Rect {
        y: form.bottom(),
        height: 1,
        ..top
    };
    if talks(state) {
        practice::draw_talk(state, paint, bottom);
    } else {
        let bottom = consults::draw_strip(state, paint, bottom);
        answers::draw(state, paint, bottom);
    }
    draw_said_row(state, paint, said);
    form::draw(state, paint, form);
}

/// What is cut off at the place, for the end of a row of that many cells, and what it leaves for the caller's words. Where
/// they would lose their beginning for it, it is only named.
fn beside_said(state: &State, columns: u16) -> (String, u16) {
    let left = |text: &str| {
        let cells = u16::try_from(width(text)).unwrap_or(u16::MAX);
        let taken = if cells > 0 {
            cells.min(columns / 2) + 2
        } else {
            0
        };
        columns.saturating_sub(taken)
    };
    let whole = outages::short(state);
    let cells = left(&whole);
    if caller::last_said_fits(state, cells) {
        return (whole, cells);
    }
    let named = outages::named(state);
    let cells = left(&named);
    (named, cells)
}

/// The caller's last words; what is cut off at the place stands at the end of the row.
fn draw_said_row(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let (outage, cells) = beside_said(state, row.width);
    let said = Rect {
        width: cells,
        ..row
    };
    caller::draw_last_said(state, paint, said);
    if !outage.is_empty() {
        let room = row.right().saturating_sub(said.right());
        let style = paint.theme.warn();
        paint.put(said.right(), said.y, room, &outage, style);
    }
}

/// No call: what state the seat is in, and how a call begins.
fn draw_idle(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let inside = paint.panel(area, &state.say(Desk::IdleTitle), false);
    let mut y = inside.y + 1;
    for (at, line) in idle_lines(state).iter().enumerate() {
        let left = Rect {
            y,
            height: inside.bottom().saturating_sub(y),
            ..inside
        };
        let style = if at == 0 {
            paint.theme.strong()
        } else {
            paint.theme.base()
        };
        y += paint.wrapped(left, line, style).max(1);
    }
    let drafts = Rect { y: y + 1, ..inside };
    paint.line(drafts, &drafts_words(state), paint.theme.warn());
}

/// The state in words, then how to begin.
fn idle_lines(state: &State) -> Vec<String> {
    let key = |command| state.keymap.hint(command);
    let places = [
        ("tickets", key(Command::GoTickets).into()),
        ("callbacks", key(Command::GoCallbacks).into()),
        ("palette", key(Command::Palette).into()),
        ("help", key(Command::Help).into()),
    ];
    let queue = [
        ("waiting", state.queue.waiting.into()),
        ("idle", state.queue.idle.into()),
    ];
    let practice = [("key", key(Command::GoPractice).into())];
    let first = if state.practice.on {
        state.say_with(Say::IdlePractice, &practice)
    } else {
        state.say_with(Desk::IdleAnswer, &[("key", key(Command::PhoneStep).into())])
    };
    let mut lines = vec![
        idle_state(state),
        String::new(),
        first,
        state.say(Desk::IdleSearch),
        state.say_with(Desk::IdlePlaces, &places),
        String::new(),
        state.say_with(Desk::IdleQueue, &queue),
    ];
    if state.elsewhere.is_some() && !state.practice.on {
        lines.push(state.say_with(Say::IdleElsewhere, &practice));
    }
    lines
}

/// What the seat is doing, and how to change it.
fn idle_state(state: &State) -> String {
    let key = |command| state.keymap.hint(command);
    match state.seat_state() {
        SeatState::Idle => state.say(Desk::IdleReady),
        SeatState::WrapUp => {
            state.say_with(Desk::IdleWrapUp, &[("key", key(Command::Finish).into())])
        }
        SeatState::SignedOut => state.say(Desk::IdleNoSeat),
        other => {
            let (word, key) = (state.say(names::seat(other)), key(Command::Finish));
            let values = [("state", word.into()), ("key", key.into())];
            state.say_with(Desk::IdleNotReady, &values)
        }
    }
}

/// Forms that wait, in words; empty for none.
fn drafts_words(state: &State) -> String {
    if state.call.drafts.is_empty() {
        return String::new();
    }
    state.say_with(
        Desk::DraftsWait,
        &[("count", state.call.drafts.len().into())],
    )
}

/// Who would handle it, in a line: a guess until the item is taken and its rule decides alone.
fn dispatch_words(state: &State) -> String {
    let Some(guess) = &state.call.suggestion else {
        return state.say(Desk::DispatchNone);
    };
    let Some(assignment) = &guess.assignment else {
        return state.say(Desk::DispatchNone);
    };
    let form = &state.call.form;
    let place_guessed = form
        .area(Some(guess))
        .is_some_and(|(_, _, guessed)| guessed);
    let sure = assignment.exact && form.fixed.item.is_some() && !place_guessed;
    let mark = if sure { "" } else { "?" };
    let unit = |it| format!("{}{mark}", state.names.unit(it));
    let co: Vec<String> = assignment.co_units.iter().map(unit).collect();
    let values = [
        ("lead", unit(&assignment.lead).into()),
        ("co", co.join(" ").into()),
        ("sure", guess.confidence.into()),
        ("version", state.names.version().into()),
    ];
    let word = if co.is_empty() {
        Desk::DispatchAlone
    } else {
        Desk::DispatchWith
    };
    state.say_with(word, &values)
}

/// What the suggestion rests on: the directory's basis, and the caller's words that decided.
fn basis_words(state: &State) -> String {
    let Some(guess) = &state.call.suggestion else {
        return String::new();
    };
    let basis = guess.assignment.as_ref().and_then(|it| it.basis.first());
    let basis = basis.map(|it| {
        let basis = names::basis(it.as_str());
        state.say_with(Desk::DispatchBasis, &[("basis", basis.into())])
    });
    let words = (!guess.reason.is_empty()).then(|| {
        let words = [("words", guess.reason.as_str().into())];
        state.say_with(Desk::DispatchBecause, &words)
    });
    let said: Vec<String> = basis.into_iter().chain(words).collect();
    said.join("  ")
}

/// The caller's tickets, in a line.
fn related_words(state: &State) -> String {
    let view = state.call.caller();
    let (open, recent) = view.map_or((0, 0), |view| (view.open.len(), view.recent.len()));
    state.say_with(
        Desk::RelatedLine,
        &[("open", open.into()), ("recent", recent.into())],
    )
}

fn draw_dispatch(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let inside = paint.panel(area, &drafts_words(state), false);
    let style = if state.call.suggestion.is_some() {
        paint.theme.base()
    } else {
        paint.theme.quiet()
    };
    paint.put(
        inside.x,
        inside.y,
        inside.width,
        &dispatch_words(state),
        style,
    );
    let basis = basis_words(state);
    let related = related_words(state);
    let cells = u16::try_from(width(&related)).unwrap_or(0);
    let room = inside.width.saturating_sub(cells + 2);
    paint.put(inside.x, inside.y + 1, room, &basis, paint.theme.quiet());
    paint.put_right(
        inside.right(),
        inside.y + 1,
        inside.width,
        &related,
        paint.theme.base(),
    );
}

/// Who gave the call to this seat, while it is not answered here: it was answered by somebody before.
fn transferred(state: &State) -> Option<String> {
    let by = state.call.caller()?.call.answered_by.as_ref()?;
    let name = [("name", state.name_of(by).into())];
    Some(state.say_with(Desk::TransferredTitle, &name))
}

/// The phase in words for the form's title.
pub(super) fn phase_words(state: &State) -> String {
    match state.call.phase {
        Phase::Ringing => {
            let key = state.keymap.hint(Command::PhoneStep);
            let ringing = state.say_with(Desk::RingingTitle, &[("key", key.into())]);
            match transferred(state) {
                Some(by) => format!("{ringing}  {by}"),
                None => ringing,
            }
        }
        Phase::Ended if super::finish::nothing_to_finish(state) => {
            let key = state.keymap.hint(Command::Finish);
            state.say_with(Desk::EndedDone, &[("key", key.into())])
        }
        Phase::Ended => state.say(Desk::EndedTitle),
        _ => String::new(),
    }
}
