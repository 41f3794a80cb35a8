//! Drawing into a buffer by cells, with the theme at hand. It replaces the stock `Clear`, which leaves half
//! a wide character at its edge.

use super::width::{cut, drawn, width};
use crate::desk::theme::Theme;
use crate::domain::text::shown;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;

/// Blanks an area, and the left half of a wide character that reaches into it.
#[derive(Debug, Clone, Copy)]
pub struct Blank;

impl Blank {
    /// Does it.
    pub fn draw(area: Rect, buf: &mut Buffer, style: Style) {
        let area = area.intersection(buf.area);
        for y in area.top()..area.bottom() {
            if area.left() > buf.area.left()
                && let Some(cell) = buf.cell_mut((area.left() - 1, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
            for x in area.left()..area.right() {
                if let Some(cell) = buf.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }
}

/// A text as one line that may reach a terminal.
fn cleaned(text: &str) -> Cow<'_, str> {
    let shown = shown(text);
    // U+FFFD is two cells wide in some terminals.
    if shown.contains(['\n', '\t', '\u{fffd}']) {
        let line = shown.replace(['\n', '\t'], " ");
        return line.replace('\u{fffd}', "?").into();
    }
    shown
}

/// A buffer being drawn, with the theme and the caret's place.
#[derive(Debug)]
pub struct Paint<'a> {
    /// The cells.
    pub buf: &'a mut Buffer,
    /// The colours and marks.
    pub theme: &'a Theme,
    /// Where the hardware cursor belongs; `None` hides it.
    pub caret: Option<(u16, u16)>,
}

impl Paint<'_> {
    /// Writes a text into at most `max` cells from (`x`, `y`), cut with the theme's mark; returns the column
    /// after it. What must not reach a terminal is replaced.
    pub fn put(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        if max == 0 || y >= self.buf.area.bottom() || x >= self.buf.area.right() {
            return x;
        }
        let clean = cleaned(text);
        let max = max.min(self.buf.area.right() - x);
        let drawn = drawn(&clean);
        let text = cut(&drawn, usize::from(max), self.theme.more());
        self.buf.set_stringn(x, y, text, usize::from(max), style).0
    }

    /// Writes a text into the first row of an area.
    pub fn line(&mut self, area: Rect, text: &str, style: Style) {
        self.put(area.x, area.y, area.width, text, style);
    }

    /// Writes pieces one after the other into at most `max` cells; returns the column after them.
    pub fn pieces(&mut self, x: u16, y: u16, max: u16, pieces: &[(&str, Style)]) -> u16 {
        let mut at = x;
        for (text, style) in pieces {
            let left = (x + max).saturating_sub(at);
            at = self.put(at, y, left, text, *style);
        }
        at
    }

    /// Writes a text so that it ends at column `end` (exclusive), in at most `max` cells.
    pub fn put_right(&mut self, end: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let text = cut(text, usize::from(max), self.theme.more());
        let wide = u16::try_from(width(&text)).unwrap_or(max);
        let x = end.saturating_sub(wide);
        self.put(x, y, wide, &text, style);
        x
    }

    /// A box with a title; gives the area inside it.
    pub fn panel(&mut self, area: Rect, title: &str, focused: bool) -> Rect {
        Blank::draw(area, self.buf, self.theme.base());
        let style = if focused {
            self.theme.focus()
        } else {
            self.theme.border()
        };
        if area.width < 4 || area.height < 2 {
            return Rect::new(area.x, area.y, 0, 0);
        }
        let [tl, tr, bl, br, h, v] = self.theme.frame();
        let line: String = h.repeat(usize::from(area.width) - 2);
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        self.put(
            area.x,
            area.y,
            area.width,
            &format!("{tl}{line}{tr}"),
            style,
        );
        self.put(
            area.x,
            bottom,
            area.width,
            &format!("{bl}{line}{br}"),
            style,
        );
        for y in area.y + 1..bottom {
            self.put(area.x, y, 1, v, style);
            self.put(right, y, 1, v, style);
        }
        if !title.is_empty() {
            let title = cut(
                title,
                usize::from(area.width.saturating_sub(6)),
                self.theme.more(),
            );
            let style = if focused {
                self.theme.focus()
            } else {
                self.theme.title()
            };
            self.put(
                area.x + 2,
                area.y,
                area.width - 4,
                &format!(" {title} "),
                style,
            );
        }
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    }

    /// Writes a text over several rows of an area; returns how many rows it took.
    pub fn wrapped(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        let mut y = area.y;
        for row in super::width::rows(text, usize::from(area.width)) {
            if y >= area.bottom() {
                break;
            }
            self.put(area.x, y, area.width, &text[row], style);
            y += 1;
        }
        y - area.y
    }

    /// Puts the caret, kept inside the frame.
    pub fn caret_at(&mut self, x: u16, y: u16) {
        let right = self.buf.area.right().saturating_sub(1);
        self.caret = Some((x.min(right), y));
    }
}
