//! Draws the list of tickets.

use crate::desk::names;
use crate::desk::screens::ticket::{due_style, due_words};
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, pad, viewport, width};
use crate::protocol::ticket::{TicketRow, TicketScope};
use crate::words::Desk;
use ratatui::layout::Rect;

/// The word for a scope.
const fn scope_word(scope: TicketScope) -> Desk {
    match scope {
        TicketScope::ToDo => Desk::ScopeToDo,
        TicketScope::Mine => Desk::ScopeMine,
        TicketScope::All => Desk::ScopeAll,
    }
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let inside = paint.panel(area, &state.say(Desk::TicketsTitle), true);
    let mut x = inside.x;
    for scope in [TicketScope::ToDo, TicketScope::Mine, TicketScope::All] {
        let here = scope == state.tickets.kept.scope;
        let style = if here {
            paint.theme.selected()
        } else {
            paint.theme.quiet()
        };
        let word = format!(" {} ", state.say(scope_word(scope)));
        x = paint.put(x, inside.y, inside.width, &word, style) + 1;
    }
    let label = state.say(Desk::FilterLabel);
    x = paint.put(
        x + 2,
        inside.y,
        inside.right().saturating_sub(x + 2),
        &label,
        paint.theme.title(),
    );
    let field = Rect::new(x + 1, inside.y, inside.right().saturating_sub(x + 1), 1);
    state.tickets.kept.query.draw(paint, field, true);
    let list = Rect {
        y: inside.y + 1,
        height: inside.height.saturating_sub(1),
        ..inside
    };
    if state.tickets.rows.is_empty() {
        let word = if state.tickets.loading {
            Desk::Loading
        } else {
            Desk::TicketsEmpty
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
    let at = state.tickets.kept.list.at;
    let shown = viewport(at, state.tickets.rows.len(), usize::from(list.height));
    for (y, place) in (list.y..list.bottom()).zip(shown) {
        if let Some(row) = state.tickets.rows.get(place) {
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

fn draw_row(state: &State, row: &TicketRow, here: bool, paint: &mut Paint<'_>, area: Rect) {
    let style = if here {
        paint.theme.selected()
    } else {
        paint.theme.base()
    };
    let more = paint.theme.more();
    let wide = area.width >= 100;
    let word = pad(&state.say(names::stage(row.stage)), 13, more);
    let mut text = format!("{}{}  {word} ", paint.theme.pointer(here), row.number);
    if wide {
        text.push_str(&pad(&state.say(names::kind(row.kind)), 10, more));
        let unit = row.unit.as_ref().map_or("", |unit| state.names.unit(unit));
        text.push_str(&pad(unit, 14, more));
        text.push(' ');
    }
    let due = row.due.as_ref().filter(|_| row.stage.is_open());
    let due_text = match due {
        Some(due) => due_words(state, due),
        None => times::date_time(row.changed_at),
    };
    let room = usize::from(area.width).saturating_sub(width(&text) + width(&due_text) + 2);
    text.push_str(&pad(row.title.as_str(), room, more));
    paint.put(
        area.x,
        area.y,
        area.width,
        &pad(&text, usize::from(area.width), more),
        style,
    );
    let style = match due {
        Some(due) if !here => due_style(state, due),
        _ => style,
    };
    paint.put_right(area.right(), area.y, area.width, &due_text, style);
}
