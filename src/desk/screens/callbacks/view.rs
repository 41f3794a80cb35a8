//! Draws the list of call-backs.

use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, pad, viewport};
use crate::domain::callback::{Callback, CallbackStatus};
use crate::protocol::callback::CallbackScope;
use crate::words::Desk;
use ratatui::layout::Rect;

const SCOPES: [(CallbackScope, Desk); 5] = [
    (CallbackScope::Open, Desk::ScopeOpen),
    (CallbackScope::Mine, Desk::ScopeOwn),
    (CallbackScope::DueSoon, Desk::ScopeDueSoon),
    (CallbackScope::Abandoned, Desk::ScopeAbandoned),
    (CallbackScope::Finished, Desk::ScopeFinished),
];

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let inside = paint.panel(area, &state.say(Desk::CallbacksTitle), true);
    let mut x = inside.x;
    for (scope, word) in SCOPES {
        let here = scope == state.callbacks.kept.scope;
        let style = if here {
            paint.theme.selected()
        } else {
            paint.theme.quiet()
        };
        let left = inside.right().saturating_sub(x);
        x = paint.put(x, inside.y, left, &format!(" {} ", state.say(word)), style) + 1;
    }
    let list = Rect {
        y: inside.y + 1,
        height: inside.height.saturating_sub(1),
        ..inside
    };
    paint.caret_at(list.x, list.y);
    if state.callbacks.rows.is_empty() {
        let word = if state.callbacks.loading {
            Desk::Loading
        } else {
            Desk::CallbacksEmpty
        };
        paint.put(
            list.x,
            list.y + 1,
            list.width,
            &state.say(word),
            paint.theme.quiet(),
        );
        return;
    }
    let at = state.callbacks.kept.list.at;
    let shown = viewport(at, state.callbacks.rows.len(), usize::from(list.height));
    for (y, place) in (list.y..list.bottom()).zip(shown) {
        if let Some(row) = state.callbacks.rows.get(place) {
            draw_row(
                state,
                row,
                place == at,
                paint,
                Rect {
                    y,
                    height: 1,
                    ..list
                },
            );
        }
    }
}

fn draw_row(state: &State, row: &Callback, here: bool, paint: &mut Paint<'_>, area: Rect) {
    let due = row.is_due(state.server_now());
    let style = match (here, due) {
        (true, _) => paint.theme.selected(),
        (false, true) => paint.theme.bad(),
        (false, false) => paint.theme.base(),
    };
    let more = paint.theme.more();
    let mark = match &row.status {
        CallbackStatus::Done { .. } => "v ",
        CallbackStatus::Missed { .. } => "x ",
        CallbackStatus::Scheduled if due => "! ",
        CallbackStatus::Scheduled => "  ",
    };
    let number = row.number.as_ref().map(names::telephone);
    let number = number.unwrap_or_default();
    let owner = row
        .owner
        .as_ref()
        .map_or_else(|| state.say(Desk::WhoseTeam), ToString::to_string);
    let tries = if row.attempts > 0 {
        state.say_with(Desk::Tries, &[("count", row.attempts.into())])
    } else {
        String::new()
    };
    let text = format!(
        "{}{mark}{}  {}  {}  {}  {}  {tries}  {}",
        paint.theme.pointer(here),
        times::date_time(row.due),
        pad(&number, 13, more),
        pad(row.name.as_str(), 8, more),
        state.say(names::callback_reason(row.reason)),
        pad(&owner, 8, more),
        row.note,
    );
    paint.put(
        area.x,
        area.y,
        area.width,
        &pad(&text, usize::from(area.width), more),
        style,
    );
    if here {
        paint.caret_at(area.x, area.y);
    }
}
