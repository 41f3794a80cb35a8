//! A list as a table in a box: tabs, heads, rows of which the selected one is seen, and what stands there when it is
//! empty. The same in every list.

use super::{Paint, pad, viewport};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A column: its head and its width in cells; one of zero cells takes what the others leave.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its width.
    pub cells: usize,
}

/// One row: a text a column, and the style of those that stand out.
pub type Row = Vec<(String, Option<Style>)>;

/// The list around its rows.
#[derive(Debug)]
pub struct Table<'a> {
    /// The box's title.
    pub title: &'a str,
    /// The groups, and which is shown.
    pub tabs: &'a [(String, bool)],
    /// The columns.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub len: usize,
    /// Which is selected.
    pub at: usize,
    /// What is said instead of rows.
    pub empty: &'a str,
}

impl Table<'_> {
    /// Draws it; `row` is asked only for the rows that are seen. Gives what is left of the line of tabs.
    pub fn draw(&self, paint: &mut Paint<'_>, area: Rect, row: impl Fn(usize) -> Row) -> Rect {
        let inside = paint.panel(area, self.title, true);
        let rest = self.draw_tabs(paint, inside);
        let head = Rect {
            y: inside.y + 1,
            height: 1,
            ..inside
        };
        let list = Rect {
            y: head.y + 1,
            height: inside.height.saturating_sub(2),
            ..inside
        };
        paint.caret_at(list.x, list.y);
        if self.len == 0 {
            paint.wrapped(list, self.empty, paint.theme.quiet());
            return rest;
        }
        let cells = self.cells(usize::from(inside.width));
        let heads = self
            .columns
            .iter()
            .map(|column| (column.head.clone(), None));
        let quiet = paint.theme.quiet();
        draw_row(paint, head, &cells, &heads.collect(), ("  ", quiet, true));
        let shown = viewport(self.at, self.len, usize::from(list.height));
        for (y, place) in (list.y..list.bottom()).zip(shown) {
            let line = Rect {
                y,
                height: 1,
                ..list
            };
            let here = place == self.at;
            let style = if here {
                paint.caret_at(line.x, y);
                paint.theme.selected()
            } else {
                paint.theme.base()
            };
            let pointer = paint.theme.pointer(here);
            draw_row(paint, line, &cells, &row(place), (pointer, style, here));
        }
        rest
    }

    fn draw_tabs(&self, paint: &mut Paint<'_>, inside: Rect) -> Rect {
        let mut x = inside.x;
        for (word, here) in self.tabs {
            let style = if *here {
                paint.theme.selected()
            } else {
                paint.theme.quiet()
            };
            let left = inside.right().saturating_sub(x);
            x = paint.put(x, inside.y, left, &format!(" {word} "), style) + 1;
        }
        Rect::new(x, inside.y, inside.right().saturating_sub(x), 1)
    }

    /// The columns' widths on a row of that many cells, the pointer apart and a gap between.
    fn cells(&self, room: usize) -> Vec<usize> {
        let gaps = 2 + self.columns.len().saturating_sub(1) * 2;
        let fixed: usize = self.columns.iter().map(|column| column.cells).sum();
        let rest = room.saturating_sub(gaps + fixed);
        let widen = |column: &Column| match column.cells {
            0 => rest,
            cells => cells,
        };
        self.columns.iter().map(widen).collect()
    }
}

/// Draws cells side by side; `plain` keeps the row in one style.
fn draw_row(
    paint: &mut Paint<'_>,
    line: Rect,
    cells: &[usize],
    row: &Row,
    (pointer, style, plain): (&str, Style, bool),
) {
    let more = paint.theme.more();
    let all = " ".repeat(usize::from(line.width));
    paint.put(line.x, line.y, line.width, &all, style);
    let mut x = paint.put(line.x, line.y, line.width, pointer, style);
    for ((text, own), cells) in row.iter().zip(cells) {
        let text = pad(text, *cells, more);
        let own = own.filter(|_| !plain).unwrap_or(style);
        let left = line.right().saturating_sub(x);
        x = paint.put(x, line.y, left, &text, own);
        x += 2;
    }
}
