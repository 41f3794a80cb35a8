//! Draws what popped up over the screen.

mod commands;

use super::{Dialog, Field, FieldKind, Menu, MenuOption, Popup, Reading, WIDEST};
use crate::desk::ports::LookUp;
use crate::desk::state::State;
use crate::desk::widgets::{Paint, pad, rows, viewport, width};
use crate::words::Desk;
use commands::{draw_help, draw_palette};
use ratatui::layout::Rect;

/// The widest that a menu gets, in cells.
const MENU: u16 = 76;

/// Draws it.
pub fn draw(state: &State, popup: &Popup, paint: &mut Paint<'_>, area: Rect) {
    match popup {
        Popup::Menu(menu) => draw_menu(state, menu, paint, area),
        Popup::Dialog(dialog) => draw_dialog(state, dialog, paint, area),
        Popup::Reading(reading) => draw_reading(state, reading, paint, area),
        Popup::Palette(palette) => draw_palette(state, palette, paint, area),
        Popup::Help(scroll) => draw_help(state, *scroll, paint, area),
    }
}

/// A box of that size in the middle of the area, no larger than it.
fn middle(area: Rect, columns: u16, rows: u16) -> Rect {
    let columns = columns.min(area.width);
    let rows = rows.min(area.height);
    Rect::new(
        area.x + (area.width - columns) / 2,
        area.y + (area.height - rows) / 2,
        columns,
        rows,
    )
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A menu's text broken at the width it has on a screen of that many columns.
fn menu_text(menu: &Menu, columns: u16) -> Vec<&str> {
    let inner = usize::from(columns.min(MENU).saturating_sub(4));
    menu.lines
        .iter()
        .flat_map(|line| {
            rows(line, inner)
                .into_iter()
                .filter_map(|row| line.get(row))
        })
        .collect()
}

/// Rows of a menu's text that are shown in an area of that many rows: the options come first.
fn menu_room(menu: &Menu, rows: u16) -> u16 {
    rows.saturating_sub(cells(menu.options.len()) + 3)
}

/// How far a menu's text scrolls in an area of that size.
pub fn last_scroll(menu: &Menu, columns: u16, rows: u16) -> u16 {
    cells(menu_text(menu, columns).len()).saturating_sub(menu_room(menu, rows))
}

fn draw_menu(state: &State, menu: &Menu, paint: &mut Paint<'_>, area: Rect) {
    let text = menu_text(menu, area.width);
    let gap = u16::from(!text.is_empty());
    let room = menu_room(menu, area.height);
    let last = last_scroll(menu, area.width, area.height);
    let shown = cells(text.len()).min(room);
    let height = shown + gap + cells(menu.options.len()) + 2;
    let inside = paint.panel(
        middle(area, area.width.min(MENU), height),
        &menu.title,
        true,
    );
    let first = menu.scroll.min(last);
    let mut y = inside.y;
    for row in text
        .iter()
        .skip(usize::from(first))
        .take(usize::from(shown))
    {
        paint.put(inside.x, y, inside.width, row, paint.theme.base());
        y += 1;
    }
    if last > 0 {
        let to = [("to", (first + shown).into()), ("total", text.len().into())];
        let foot = state.say_with(Desk::MoreRows, &to);
        paint.put(inside.x, y, inside.width, &foot, paint.theme.key());
    }
    y += gap;
    let left = usize::from(inside.bottom().saturating_sub(y));
    let shown = viewport(menu.list.at, menu.options.len(), left);
    for (at, option) in menu
        .options
        .iter()
        .enumerate()
        .take(shown.end)
        .skip(shown.start)
    {
        let row = Rect {
            y,
            height: 1,
            ..inside
        };
        draw_option(menu, at, option, paint, row);
        y += 1;
    }
}

fn draw_option(menu: &Menu, at: usize, option: &MenuOption, paint: &mut Paint<'_>, row: Rect) {
    let here = at == menu.list.at;
    let style = match (here, &option.why_not) {
        (true, _) => paint.theme.selected(),
        (false, Some(_)) => paint.theme.quiet(),
        (false, None) => paint.theme.base(),
    };
    let digit = if at < 9 {
        format!("{} ", at + 1)
    } else {
        "  ".to_owned()
    };
    let reason = option
        .why_not
        .as_ref()
        .map(|why| format!("  ({why})"))
        .unwrap_or_default();
    let line = format!(
        "{}{digit}{}{reason}",
        paint.theme.pointer(here),
        option.label
    );
    let line = pad(&line, usize::from(row.width), paint.theme.more());
    paint.put(row.x, row.y, row.width, &line, style);
    if here {
        paint.caret_at(row.x, row.y);
    }
}

/// The scroll at which the last rows of a text to read are shown, on a screen of that size.
pub fn last_row(text: &str, columns: u16, screen: u16) -> u16 {
    let lines = rows(text, usize::from(columns.min(80).saturating_sub(4)));
    // Status line and hint bar, two borders, the hint below the text.
    cells(lines.len()).saturating_sub(screen.saturating_sub(5))
}

fn draw_reading(state: &State, reading: &Reading, paint: &mut Paint<'_>, area: Rect) {
    let columns = area.width.min(80);
    let lines = rows(&reading.text, usize::from(columns.saturating_sub(4)));
    let frame = middle(area, columns, cells(lines.len() + 3));
    let inside = paint.panel(frame, &reading.title, true);
    let room = usize::from(inside.height.saturating_sub(1));
    let first = usize::from(reading.scroll).min(lines.len().saturating_sub(room));
    for (y, row) in (inside.y..).zip(lines.into_iter().skip(first).take(room)) {
        paint.put(
            inside.x,
            y,
            inside.width,
            &reading.text[row],
            paint.theme.base(),
        );
    }
    let hint = state.say(Desk::ReadingHint);
    let y = inside.bottom().saturating_sub(1);
    paint.put(inside.x, y, inside.width, &hint, paint.theme.quiet());
    paint.caret_at(inside.x, inside.y);
}

/// Rows that a field takes on the screen.
fn field_rows(field: &Field, columns: usize, focused: bool) -> u16 {
    match &field.kind {
        FieldKind::Text(editor) => cells(editor.place(columns).0.len().clamp(1, 5)),
        FieldKind::LookUp { found, .. } if focused => 1 + cells(found.len().min(5)),
        FieldKind::LookUp { .. } | FieldKind::Choice { .. } => 1,
    }
}

/// The keys of the field that has the keyboard.
fn dialog_hint(state: &State, dialog: &Dialog) -> String {
    let submit = state.keymap.hint(crate::desk::keymap::Command::Finish);
    let word = if dialog.is_prose() {
        Desk::DialogHintProse
    } else {
        Desk::DialogHint
    };
    state.say_with(word, &[("key", submit.into())])
}

/// The first field that is shown, so that the one with the keyboard has room.
fn first_field(heights: &[u16], at: usize, room: u16) -> usize {
    let mut first = at.min(heights.len().saturating_sub(1));
    let mut used = heights.get(first).copied().unwrap_or(0);
    while let Some(before) = first.checked_sub(1) {
        used = used.saturating_add(heights.get(before).copied().unwrap_or(0));
        if used > room {
            break;
        }
        first = before;
    }
    first
}

/// The fields, one beneath the other, as many as there is room for; the one with the keyboard is always among them.
fn draw_fields(dialog: &Dialog, paint: &mut Paint<'_>, inside: Rect, (label, room): (u16, u16)) {
    let fields = dialog.fields.iter().enumerate();
    let heights: Vec<u16> = fields
        .map(|(at, field)| field_rows(field, usize::from(room), at == dialog.at))
        .collect();
    let first = first_field(&heights, dialog.at, inside.height);
    let mut y = inside.y;
    for (at, field) in dialog.fields.iter().enumerate().skip(first) {
        let focused = at == dialog.at;
        let height = heights.get(at).copied().unwrap_or(1);
        if y >= inside.bottom() || (y + height > inside.bottom() && !focused) {
            break;
        }
        let name = Rect {
            y,
            width: label - 1,
            height: 1,
            ..inside
        };
        paint.line(name, &field.label, paint.theme.label(focused));
        let height_left = height.min(inside.bottom().saturating_sub(y));
        let at = Rect::new(inside.x + label, y, room, height_left);
        draw_field(field, paint, at, focused);
        y += height;
    }
}

fn draw_dialog(state: &State, dialog: &Dialog, paint: &mut Paint<'_>, area: Rect) {
    let columns = area.width.min(WIDEST);
    let label = dialog.label_cells();
    let room = dialog.field_cells(area.width);
    let above: u16 = dialog
        .lines
        .iter()
        .map(|line| cells(rows(line, usize::from(columns.saturating_sub(4))).len()))
        .sum();
    let fields: u16 = dialog
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| field_rows(field, usize::from(room), at == dialog.at))
        .sum();
    let frame = middle(area, columns, above + fields + 4);
    let inside = paint.panel(frame, &dialog.title, true);
    let mut y = inside.y;
    for line in &dialog.lines {
        let left = Rect {
            y,
            height: inside.bottom().saturating_sub(y),
            ..inside
        };
        y += paint.wrapped(left, line, paint.theme.quiet());
    }
    let bottom = inside.bottom().saturating_sub(2);
    let below = Rect {
        y,
        height: bottom.saturating_sub(y),
        ..inside
    };
    draw_fields(dialog, paint, below, (label, room));
    if let Some(error) = &dialog.error {
        let row = Rect {
            y: bottom,
            ..inside
        };
        paint.line(row, &format!("! {error}"), paint.theme.bad());
    }
    let hint = dialog_hint(state, dialog);
    let row = Rect {
        y: bottom + 1,
        ..inside
    };
    paint.line(row, &hint, paint.theme.quiet());
}

/// Draws a field; with `focused` the caret goes there.
pub fn draw_field(field: &Field, paint: &mut Paint<'_>, area: Rect, focused: bool) {
    match &field.kind {
        FieldKind::Text(editor) => editor.draw(paint, area, focused),
        FieldKind::Choice { options, at } => draw_choice(options, *at, paint, area, focused),
        FieldKind::LookUp {
            typed,
            found,
            found_for,
            list,
            taken,
            what,
        } => {
            let row = Rect { height: 1, ..area };
            match taken {
                // Once it is taken, what stands there is the thing and no longer the letters it was found by.
                Some(taken) if !focused => paint.line(row, &taken.name, paint.theme.base()),
                _ => typed.draw(paint, row, focused),
            }
            if !focused {
                return;
            }
            let room = usize::from(area.height.saturating_sub(1));
            let shown = viewport(list.at, found.len(), room);
            for (y, at) in (area.y + 1..area.bottom()).zip(shown) {
                let Some(choice) = found.get(at) else {
                    continue;
                };
                let fresh = found_for == typed.text();
                let here = taken
                    .as_ref()
                    .map_or(fresh && at == list.at, |taken| taken == choice);
                let style = if here {
                    paint.theme.selected()
                } else {
                    paint.theme.quiet()
                };
                // A seat is known by its number; the codes of units and items are nobody's words.
                let number = if *what == LookUp::Seat {
                    format!("{}  ", choice.code)
                } else {
                    String::new()
                };
                let line = format!("{}{number}{}", paint.theme.pointer(here), choice.name);
                paint.put(area.x, y, area.width, &line, style);
            }
        }
    }
}

/// All words side by side; where they don't fit, the chosen one with its place.
fn draw_choice(options: &[String], at: usize, paint: &mut Paint<'_>, area: Rect, focused: bool) {
    if focused {
        paint.caret_at(area.x, area.y);
    }
    let all: usize = options.iter().map(|option| width(option) + 3).sum();
    if all > usize::from(area.width) {
        let word = options.get(at).map_or("", String::as_str);
        let place = format!("{}/{}", at + 1, options.len());
        let chosen = format!(" {word} ");
        let (plain, selected) = (paint.theme.quiet(), paint.theme.selected());
        let pieces = [
            ("< ", plain),
            (chosen.as_str(), selected),
            (" > ", plain),
            (&place, plain),
        ];
        paint.pieces(area.x, area.y, area.width, &pieces);
        return;
    }
    let mut x = area.x;
    for (place, option) in options.iter().enumerate() {
        let here = place == at;
        let style = if here {
            paint.theme.selected()
        } else {
            paint.theme.base()
        };
        if here && focused {
            paint.caret_at(x, area.y);
        }
        let left = area.right().saturating_sub(x);
        x = paint.put(x, area.y, left, &format!(" {option} "), style) + 1;
    }
}
