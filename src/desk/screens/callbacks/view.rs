//! Draws the list of call-backs.

use crate::desk::names;
use crate::desk::state::{SOON, State};
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table};
use crate::domain::callback::{Callback, CallbackStatus};
use crate::domain::number::TicketNumber;
use crate::protocol::callback::CallbackScope;
use crate::words::Desk;
use ratatui::layout::Rect;
use ratatui::style::Style;

const SCOPES: [(CallbackScope, Desk); 5] = [
    (CallbackScope::Open, Desk::ScopeOpen),
    (CallbackScope::Mine, Desk::ScopeOwn),
    (CallbackScope::DueSoon, Desk::ScopeDueSoon),
    (CallbackScope::Abandoned, Desk::ScopeAbandoned),
    (CallbackScope::Finished, Desk::ScopeFinished),
];

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let callbacks = &state.callbacks;
    let here = callbacks.kept.scope;
    let tabs = SCOPES.map(|(scope, word)| (state.say(word), scope == here));
    let empty = if callbacks.loading {
        Desk::Loading
    } else {
        Desk::CallbacksEmpty
    };
    let wide = area.width >= 100;
    Table {
        title: &state.say(Desk::CallbacksTitle),
        tabs: &tabs,
        columns: &columns(state, wide),
        len: callbacks.rows.len(),
        at: callbacks.kept.list.at,
        empty: &state.say(empty),
    }
    .draw(paint, area, |place| {
        callbacks
            .rows
            .get(place)
            .map_or_else(Row::new, |row| cells(state, row, wide))
    });
}

fn columns(state: &State, wide: bool) -> Vec<Column> {
    let column = |word: Desk, cells| Column {
        head: state.say(word),
        cells,
    };
    let mut columns = vec![column(Desk::HeadDue, 14)];
    if wide {
        columns.push(column(Desk::FieldWhen, 11));
    }
    columns.push(column(Desk::HeadNumber, if wide { 18 } else { 6 }));
    columns.push(column(Desk::HeadCaller, 8));
    columns.push(column(Desk::HeadTelephone, 13));
    columns.push(column(Desk::HeadOwner, if wide { 11 } else { 6 }));
    if wide {
        columns.push(column(Desk::HeadReason, 8));
        columns.push(column(Desk::HeadTries, 5));
    }
    columns.push(column(Desk::FieldNote, 0));
    columns
}

fn cells(state: &State, row: &Callback, wide: bool) -> Row {
    let (due, style) = due_words(state, row);
    let mut cells = vec![(due, Some(style))];
    if wide {
        cells.push((times::date_time(row.due), None));
    }
    let number = row.ticket_number.map(|number| {
        if wide {
            number.to_string()
        } else {
            TicketNumber::tail(number)
        }
    });
    let telephone = row.number.as_ref().map(names::telephone);
    let telephone = telephone.unwrap_or_else(|| state.say(Desk::NumberMasked));
    let owner = row
        .owner
        .as_ref()
        .map_or_else(|| state.say(Desk::WhoseTeam), |it| state.name_of(it));
    let name = if row.name.is_blank() {
        state.say(Desk::NameUnknown)
    } else {
        row.name.to_string()
    };
    for text in [number.unwrap_or_default(), name, telephone, owner] {
        cells.push((text, None));
    }
    if wide {
        cells.push((state.say(names::callback_reason(row.reason)), None));
        let tries = if row.attempts > 0 {
            row.attempts.to_string()
        } else {
            String::new()
        };
        cells.push((tries, None));
    }
    cells.push((note(state, row, wide), None));
    cells
}

/// The note; on a narrow screen with what has no column of its own there.
fn note(state: &State, row: &Callback, wide: bool) -> String {
    let mut parts = Vec::new();
    if !row.note.is_blank() {
        parts.push(row.note.to_string());
    } else if !wide {
        parts.push(state.say(names::callback_reason(row.reason)));
    }
    if !wide && row.attempts > 0 {
        parts.push(state.say_with(Desk::Tries, &[("count", row.attempts.into())]));
    }
    parts.join("  ")
}

/// How far off it is, or how late; of a finished one what came of it and when.
fn due_words(state: &State, row: &Callback) -> (String, Style) {
    let now = state.server_now();
    let theme = &state.theme;
    let stamped = |word: Desk, at| {
        let at = [("time", times::clock(at).into())];
        state.say_with(word, &at)
    };
    match &row.status {
        CallbackStatus::Done { stamp, .. } => (stamped(Desk::DoneAt, stamp.at), theme.good()),
        CallbackStatus::Missed { stamp, .. } => (stamped(Desk::MissedAt, stamp.at), theme.quiet()),
        CallbackStatus::Scheduled => {
            let left = row.due.duration_since(now);
            let (count, unit) = times::span(left);
            let span = state.say_with(unit, &[("count", count.into())]);
            let span = [("span", span.into())];
            if row.due <= now {
                (state.say_with(Desk::DueLate, &span), theme.bad())
            } else if left <= SOON {
                (state.say_with(Desk::DueIn, &span), theme.warn())
            } else {
                (state.say_with(Desk::DueIn, &span), theme.base())
            }
        }
    }
}
