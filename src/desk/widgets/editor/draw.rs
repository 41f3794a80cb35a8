//! Draws an editor's text with its selection, and puts the caret.

use super::Editor;
use crate::desk::widgets::{Paint, width};
use ratatui::layout::Rect;
use std::ops::Range;

impl Editor {
    /// Draws it; with `focused` the caret goes there, and is always inside the area.
    pub fn draw(&self, paint: &mut Paint<'_>, area: Rect, focused: bool) {
        if area.width < 2 || area.height == 0 {
            return;
        }
        if self.lines {
            self.draw_prose(paint, area, focused);
        } else {
            self.draw_line(paint, area, focused);
        }
    }

    fn draw_prose(&self, paint: &mut Paint<'_>, area: Rect, focused: bool) {
        let (rows, row, column) = self.place(usize::from(area.width));
        let room = usize::from(area.height);
        let first = (row + 1).saturating_sub(room);
        for (y, range) in (area.y..).zip(rows.iter().skip(first).take(room)) {
            self.draw_range(paint, area.x, y, area.width, range.clone());
        }
        if focused {
            let y = area.y + u16::try_from(row - first).unwrap_or(0);
            paint.caret_at(
                area.x + u16::try_from(column).unwrap_or(0).min(area.width - 1),
                y,
            );
        }
    }

    /// One line scrolls sideways so that the caret stays in sight.
    fn draw_line(&self, paint: &mut Paint<'_>, area: Rect, focused: bool) {
        let room = usize::from(area.width).saturating_sub(1);
        let mut start = 0;
        while focused && width(&self.text[start..self.caret]) > room {
            start = self.after(start);
        }
        self.draw_range(paint, area.x, area.y, area.width, start..self.text.len());
        if focused {
            let column = u16::try_from(width(&self.text[start..self.caret])).unwrap_or(0);
            paint.caret_at(area.x + column.min(area.width - 1), area.y);
        }
    }

    fn draw_range(&self, paint: &mut Paint<'_>, x: u16, y: u16, max: u16, row: Range<usize>) {
        let base = paint.theme.base();
        let chosen = self.selection().unwrap_or(0..0);
        let from = chosen.start.clamp(row.start, row.end);
        let to = chosen.end.clamp(from, row.end);
        let selected = paint.theme.selected();
        paint.pieces(
            x,
            y,
            max,
            &[
                (&self.text[row.start..from], base),
                (&self.text[from..to], selected),
                (&self.text[to..row.end], base),
            ],
        );
    }
}
