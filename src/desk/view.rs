//! The whole frame from the state: status line, screen, notice, hint bar, what popped up; and the caret.

use super::hints;
use super::keymap::{Command, Found, Place};
use super::names;
use super::popup;
use super::screens::{
    call, callbacks, consults, draft, figures, knowledge, practice, sign_in, ticket, tickets,
    versions,
};
use super::state::{Level, QUEUE_SHOWN_FROM, State};
use super::terminal::Caret;
use super::times;
use super::update::{leaving, too_small};
use super::widgets::{Blank, Paint, cut, width};
use crate::words::{Desk, Practice as Say};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Draws the state into a buffer of that many columns and rows, with the caret's place.
pub fn render_to_buffer(state: &State, columns: u16, rows: u16) -> (Buffer, Caret) {
    let area = Rect::new(0, 0, columns, rows);
    let mut blank = Cell::default();
    blank.set_style(state.theme.base());
    let mut buf = Buffer::filled(area, blank);
    let mut paint = Paint {
        buf: &mut buf,
        theme: &state.theme,
        caret: None,
    };
    if columns < 80 || rows < 24 || too_small(state) {
        draw_too_small(state, &mut paint, columns);
        return (buf, None);
    }
    draw_status(state, &mut paint, Rect { height: 1, ..area });
    let body = Rect::new(0, 1, columns, rows - 2);
    match state.place {
        Place::SignIn => sign_in::draw(state, &mut paint, body),
        Place::Call => call::draw(state, &mut paint, body),
        Place::Tickets => tickets::draw(state, &mut paint, body),
        Place::Ticket => ticket::draw(state, &mut paint, body),
        Place::Callbacks => callbacks::draw(state, &mut paint, body),
        Place::Knowledge => knowledge::draw(state, &mut paint, body),
        Place::Draft => draft::draw(state, &mut paint, body),
        Place::Versions => versions::draw(state, &mut paint, body),
        Place::Consults => consults::draw(state, &mut paint, body),
        Place::Figures => figures::draw(state, &mut paint, body),
        Place::Practice => practice::draw(state, &mut paint, body),
    }
    hints::draw(state, &mut paint, Rect::new(0, rows - 1, columns, 1));
    if let Some(popup) = &state.popup {
        paint.caret = None;
        popup::draw(state, popup, &mut paint, body);
    }
    draw_notice(state, &mut paint, Rect::new(0, rows - 2, columns, 1));
    let caret = paint.caret;
    (buf, caret)
}

/// What size is needed, and the way out, which asks once: nothing else is taken meanwhile.
fn draw_too_small(state: &State, paint: &mut Paint<'_>, columns: u16) {
    let key = [("key", state.keymap.hint(Command::Quit).into())];
    let word = if leaving(state) {
        Desk::TooSmallLeave
    } else {
        Desk::TooSmall
    };
    let text = state.say_with(word, &key);
    paint.put(0, 0, columns, &text, state.theme.warn());
}

/// Who, state, running time, queue, line; left to right by importance.
fn draw_status(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let bar = paint.theme.bar();
    paint.put(
        area.x,
        area.y,
        area.width,
        &" ".repeat(usize::from(area.width)),
        bar,
    );
    let wide = area.width >= 100;
    let mut left = state.say(if wide {
        Desk::StatusCity
    } else {
        Desk::StatusName
    });
    if state.practice.on {
        left = format!("{} {left}", state.say(Say::BandShort));
    }
    if let Some(person) = &state.person {
        let role = person
            .roles
            .first()
            .map(|role| state.say(names::role(*role)));
        if wide {
            left = format!("{left}   {} ", role.unwrap_or_default());
        }
        let room = if wide { 24 } else { 12 };
        let name = cut(person.name.as_str(), room, paint.theme.more());
        left = format!("{left}  {name}");
        if let Some(seat) = &state.seat {
            left = format!("{left} {}", seat.no);
        }
    }
    let mut x = paint.put(area.x + 1, area.y, area.width / 2, &left, bar) + 3;
    if state.person.is_some() {
        let (text, style) = seat_words(state);
        x = paint.put(
            x,
            area.y,
            area.right().saturating_sub(x),
            &text,
            on_bar(bar, style),
        ) + 3;
    }
    let (line, style) = line_words(state);
    let end = area.right() - 1;
    let start = paint.put_right(end, area.y, area.width / 3, &line, on_bar(bar, style));
    // What is due for me stands before what waits for all.
    let mine = [
        consults::bar_words(state),
        clock_words(state),
        due_words(state, wide),
        queue_words(state, wide),
    ];
    for text in mine {
        let room = start.saturating_sub(x + 1);
        if !text.is_empty() && room > 0 {
            x = paint.put(x, area.y, room, &text, on_bar(bar, paint.theme.warn())) + 2;
        }
    }
}

/// What is red or yellow for the person; empty for nothing.
fn clock_words(state: &State) -> String {
    let (red, yellow) = state.clocks.counts(state.server_now());
    let word = match (red, yellow) {
        _ if state.person.is_none() => return String::new(),
        (0, 0) => return String::new(),
        (0, _) => Desk::BarYellow,
        (_, 0) => Desk::BarRed,
        _ => Desk::BarRedYellow,
    };
    state.say_with(word, &[("red", red.into()), ("yellow", yellow.into())])
}

/// Call-backs that are due or soon will be; empty for none.
fn due_words(state: &State, wide: bool) -> String {
    let (due, soon) = state.due.counts(state.server_now());
    let word = match (due, soon, wide) {
        _ if state.person.is_none() => return String::new(),
        (0, 0, _) => return String::new(),
        (0, _, true) => Desk::BarSoon,
        (0, _, false) => Desk::BarSoonShort,
        (_, 0, true) => Desk::BarOverdue,
        (_, 0, false) => Desk::BarOverdueShort,
        (_, _, true) => Desk::BarBoth,
        (_, _, false) => Desk::BarBothShort,
    };
    state.say_with(word, &[("due", due.into()), ("soon", soon.into())])
}

/// A status on the bar: the bar's ground, bold where it is more than plain.
fn on_bar(bar: Style, style: Style) -> Style {
    if style.add_modifier.contains(Modifier::REVERSED) {
        return style;
    }
    bar.add_modifier(style.add_modifier)
}

/// The seat's state with its time: since when at rest, how long while it runs.
fn seat_words(state: &State) -> (String, Style) {
    let now = state.now;
    let call = &state.call;
    let live = call.is_live();
    let running = |since| times::passed(since, now);
    let text = match (live, call.phase, &state.seat) {
        (true, call::Phase::Ringing, _) => {
            format!(
                "! {} {}",
                state.say(Desk::PhaseRinging),
                call.since.map(running).unwrap_or_default()
            )
        }
        (true, call::Phase::Dialling, _) => {
            format!(
                "{} {}",
                state.say(Desk::PhaseDialling),
                call.since.map(running).unwrap_or_default()
            )
        }
        (true, call::Phase::Holding, _) => {
            format!(
                "! {} {}",
                state.say(Desk::PhaseHolding),
                call.since.map(running).unwrap_or_default()
            )
        }
        (true, _, _) => {
            let muted = if call.muted {
                state.say(Desk::Muted)
            } else {
                String::new()
            };
            let time = call.talking_since.map(running).unwrap_or_default();
            format!(
                "{} {} {time} {muted}",
                state.theme.dot(),
                state.say(Desk::PhaseTalking)
            )
        }
        (false, _, None) => String::new(),
        (false, _, Some(seat)) => {
            let word = state.say(names::seat(seat.state));
            if let Some(until) = seat.until {
                format!("{word} {}", times::left(until, state.server_now()))
            } else {
                let since = [("time", times::clock(seat.since).into())];
                format!("{word} {}", state.say_with(Desk::Since, &since))
            }
        }
    };
    // A caller who waits is seen from the corner of the eye.
    let waits = matches!(call.phase, call::Phase::Ringing | call::Phase::Holding);
    let style = if live && waits {
        state.theme.warn().add_modifier(Modifier::REVERSED)
    } else if live {
        state.theme.strong()
    } else {
        state.theme.base()
    };
    (text, style)
}

fn line_words(state: &State) -> (String, Style) {
    if state.person.is_none() {
        return (String::new(), state.theme.base());
    }
    let refused = u32::try_from(state.refused.len()).unwrap_or(u32::MAX);
    let parked = state.line.parked.saturating_add(refused);
    if let (None, parked @ 1..) = (state.line.down_since, parked) {
        let values = [
            ("unsent", state.line.unsent.saturating_add(refused).into()),
            ("parked", parked.into()),
            ("key", state.keymap.hint(Command::Unsent).into()),
        ];
        let text = state.say_with(Desk::LineParked, &values);
        return (text, state.theme.strong());
    }
    match (state.line.down_since, state.line.unsent) {
        (None, 0) => (state.say(Desk::LineUp), state.theme.base()),
        (None, unsent) => (
            state.say_with(Desk::LineSending, &[("unsent", unsent.into())]),
            state.theme.strong(),
        ),
        (Some(since), unsent) => (
            state.say_with(
                Desk::LineDown,
                &[
                    ("since", times::clock(since).into()),
                    ("unsent", unsent.into()),
                ],
            ),
            state.theme.strong(),
        ),
    }
}

fn queue_words(state: &State, wide: bool) -> String {
    if state.person.is_none() || state.queue.waiting < QUEUE_SHOWN_FROM {
        return String::new();
    }
    let longest = state
        .queue
        .longest_since
        .map(|since| times::passed(since, state.server_now()))
        .unwrap_or_default();
    let word = if wide {
        Desk::QueueWide
    } else {
        Desk::QueueNarrow
    };
    state.say_with(
        word,
        &[
            ("waiting", state.queue.waiting.into()),
            ("longest", longest.into()),
        ],
    )
}

/// What is said, in the frame's lower edge: nothing on the screen moves when something is said.
fn draw_notice(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let (text, style, seen) = if let Some(more) = once_more(state) {
        (more, paint.theme.warn(), String::new())
    } else if let Some(notice) = state.notices.last() {
        match notice.level {
            Level::Info => (notice.text.clone(), paint.theme.good(), String::new()),
            Level::Refused => {
                let text = format!("! {}", notice.text);
                (text, paint.theme.warn(), String::new())
            }
            Level::Error => {
                let errors = state.notices.iter().filter(|it| it.level == Level::Error);
                let count = [("count", errors.count().into())];
                let seen = state.say_with(Desk::SeenHint, &count);
                (format!("! {}", notice.text), paint.theme.bad(), seen)
            }
        }
    } else {
        return;
    };
    let seen_cells = u16::try_from(width(&seen)).unwrap_or(0);
    let left = area.width.saturating_sub(seen_cells + 6);
    let text = format!(" {text} ");
    let cells = u16::try_from(width(&text)).unwrap_or(left).min(left);
    Blank::draw(
        Rect {
            x: area.x + 2,
            width: cells,
            ..area
        },
        paint.buf,
        paint.theme.base(),
    );
    paint.put(area.x + 2, area.y, cells, &text, style);
    if !seen.is_empty() {
        let seen = format!(" {seen} ");
        let end = area.right().saturating_sub(2);
        paint.put_right(end, area.y, seen_cells + 2, &seen, paint.theme.base());
    }
}

/// That the first key of a command of two keys waits for the second; gone as soon as it no longer does.
fn once_more(state: &State) -> Option<String> {
    let (keys, _) = state.pending.as_ref()?;
    let Found::Prefix(command) = state.keymap.find(state.place, keys) else {
        return None;
    };
    let key = keys.last().map(|key| key.short()).unwrap_or_default();
    let name = state.say(command.row().name);
    Some(state.say_with(
        Desk::OnceMore,
        &[("key", key.into()), ("name", name.into())],
    ))
}
