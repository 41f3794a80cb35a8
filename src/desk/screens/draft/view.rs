//! Draws the form: label and field side by side, the one that is written in always in sight.

use crate::desk::keymap::Command;
use crate::desk::popup::{Dialog, Field, FieldKind, draw_field};
use crate::desk::state::State;
use crate::desk::widgets::Paint;
use crate::words::{Desk, Knowledge};
use ratatui::layout::Rect;

/// Rows that a text takes at most while it is written, and while it is not.
const ROWS: [u16; 2] = [3, 8];

fn rows(field: &Field, cells: u16, focused: bool) -> u16 {
    let most = ROWS[usize::from(focused)];
    match &field.kind {
        FieldKind::Text(editor) => {
            let (rows, ..) = editor.place(usize::from(cells));
            u16::try_from(rows.len()).unwrap_or(most).clamp(1, most)
        }
        FieldKind::LookUp {
            found, taken: None, ..
        } if focused => 1 + u16::try_from(found.len().min(5)).unwrap_or(5),
        FieldKind::LookUp { .. } | FieldKind::Choice { .. } => 1,
    }
}

/// The first field that is drawn, so that the one with the keyboard is in sight.
fn first(form: &Dialog, cells: u16, room: u16) -> usize {
    let height = |at: usize| {
        form.fields
            .get(at)
            .map_or(0, |field| rows(field, cells, at == form.at))
    };
    let mut first = form.at;
    let mut used = height(form.at);
    while first > 0 && used + height(first - 1) <= room {
        first -= 1;
        used += height(first);
    }
    first
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let Some(form) = &state.draft.form else {
        let inside = paint.panel(area, &state.say(Knowledge::FormMenu), true);
        paint.line(
            inside,
            &state.say(Desk::WhyNothingToWrite),
            paint.theme.quiet(),
        );
        paint.caret_at(inside.x, inside.y);
        return;
    };
    let inside = paint.panel(area, &form.title, true);
    let label = form.label_cells();
    let cells = form.field_cells(area.width);
    let bottom = inside.bottom().saturating_sub(1);
    let room = bottom.saturating_sub(inside.y);
    let from = first(form, cells, room);
    let mut y = inside.y;
    for (at, field) in form.fields.iter().enumerate().skip(from) {
        let focused = at == form.at;
        let height = rows(field, cells, focused).min(bottom.saturating_sub(y));
        if height == 0 {
            break;
        }
        let name = Rect {
            y,
            width: label - 1,
            height: 1,
            ..inside
        };
        paint.line(name, &field.label, paint.theme.label(focused));
        let place = Rect::new(inside.x + label, y, cells, height);
        draw_field(field, paint, place, focused);
        y += height;
    }
    let row = Rect {
        y: bottom,
        height: 1,
        ..inside
    };
    if let Some(error) = &form.error {
        paint.line(row, &format!("! {error}"), paint.theme.bad());
    } else {
        let values = [
            ("at", (form.at + 1).into()),
            ("count", form.fields.len().into()),
            ("key", state.keymap.hint(Command::KnowledgeMenu).into()),
        ];
        paint.line(
            row,
            &state.say_with(Knowledge::FormHint, &values),
            paint.theme.quiet(),
        );
    }
}
