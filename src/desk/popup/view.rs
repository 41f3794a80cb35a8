//! Draws what popped up over the screen.

use super::{Dialog, Field, FieldKind, Menu, Palette, Popup, Reading};
use crate::desk::keymap::{Argument, Entry, TABLE};
use crate::desk::state::State;
use crate::desk::update::why_not;
use crate::desk::widgets::{Paint, pad, rows, viewport, width};
use crate::words::Desk;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(state: &State, popup: &Popup, paint: &mut Paint<'_>, area: Rect) {
    match popup {
        Popup::Menu(menu) => draw_menu(menu, paint, area),
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

fn draw_menu(menu: &Menu, paint: &mut Paint<'_>, area: Rect) {
    let columns = area.width.min(76);
    let inner = usize::from(columns.saturating_sub(4));
    let above: usize = menu.lines.iter().map(|line| rows(line, inner).len()).sum();
    let gap = usize::from(above > 0);
    let frame = middle(area, columns, cells(above + gap + menu.options.len() + 2));
    let inside = paint.panel(frame, &menu.title, true);
    let mut y = inside.y;
    let room = inside
        .height
        .saturating_sub(cells(menu.options.len() + gap));
    let text = Rect {
        height: room,
        ..inside
    };
    for line in &menu.lines {
        let left = Rect {
            y,
            height: text.bottom().saturating_sub(y),
            ..text
        };
        y += paint.wrapped(left, line, paint.theme.base());
    }
    y += cells(gap);
    let shown = viewport(
        menu.list.at,
        menu.options.len(),
        usize::from(inside.bottom().saturating_sub(y)),
    );
    for (at, option) in menu
        .options
        .iter()
        .enumerate()
        .take(shown.end)
        .skip(shown.start)
    {
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
        let line = pad(&line, usize::from(inside.width), paint.theme.more());
        paint.put(inside.x, y, inside.width, &line, style);
        if here {
            paint.caret_at(inside.x, y);
        }
        y += 1;
    }
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

fn label_width(dialog: &Dialog) -> u16 {
    let widest = dialog
        .fields
        .iter()
        .map(|field| width(&field.label))
        .max()
        .unwrap_or(0);
    cells(widest.min(24)) + 2
}

/// Rows that a field takes on the screen.
fn field_rows(field: &Field, columns: usize, focused: bool) -> u16 {
    match &field.kind {
        FieldKind::Text(editor) => cells(editor.place(columns).0.len().clamp(1, 5)),
        FieldKind::LookUp { found, .. } if focused => 1 + cells(found.len().min(5)),
        FieldKind::LookUp { .. } | FieldKind::Choice { .. } => 1,
    }
}

fn draw_dialog(state: &State, dialog: &Dialog, paint: &mut Paint<'_>, area: Rect) {
    let columns = area.width.min(80);
    let label = label_width(dialog);
    let room = columns.saturating_sub(4 + label);
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
    for (at, field) in dialog.fields.iter().enumerate() {
        let focused = at == dialog.at;
        let height = field_rows(field, usize::from(room), focused);
        if y + height > bottom && !focused {
            continue;
        }
        let style = if focused {
            paint.theme.focus()
        } else {
            paint.theme.title()
        };
        paint.put(inside.x, y, label - 1, &field.label, style);
        let at = Rect::new(
            inside.x + label,
            y,
            room,
            height.min(bottom.saturating_sub(y)),
        );
        draw_field(field, paint, at, focused);
        y += height;
    }
    if let Some(error) = &dialog.error {
        paint.put(
            inside.x,
            bottom,
            inside.width,
            &format!("! {error}"),
            paint.theme.bad(),
        );
    }
    let submit = state.keymap.hint(crate::desk::keymap::Command::Finish);
    let hint = state.say_with(Desk::DialogHint, &[("key", (&submit).into())]);
    paint.put(
        inside.x,
        bottom + 1,
        inside.width,
        &hint,
        paint.theme.quiet(),
    );
}

fn draw_field(field: &Field, paint: &mut Paint<'_>, area: Rect, focused: bool) {
    match &field.kind {
        FieldKind::Text(editor) => editor.draw(paint, area, focused),
        FieldKind::Choice { options, at } => draw_choice(options, *at, paint, area, focused),
        FieldKind::LookUp {
            typed,
            found,
            list,
            taken,
            ..
        } => {
            typed.draw(paint, Rect { height: 1, ..area }, focused);
            if !focused {
                return;
            }
            let room = usize::from(area.height.saturating_sub(1));
            let shown = viewport(list.at, found.len(), room);
            for (y, at) in (area.y + 1..area.bottom()).zip(shown) {
                let Some(choice) = found.get(at) else {
                    continue;
                };
                let here = taken
                    .as_ref()
                    .map_or(at == list.at, |taken| taken == choice);
                let style = if here {
                    paint.theme.selected()
                } else {
                    paint.theme.quiet()
                };
                let line = format!(
                    "{}{}  {}",
                    paint.theme.pointer(here),
                    choice.name,
                    choice.code
                );
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

fn draw_palette(state: &State, palette: &Palette, paint: &mut Paint<'_>, area: Rect) {
    let found = state.finder.find(state.place, palette.typed.text());
    let frame = middle(area, area.width.min(76), area.height.min(20));
    let title = state.say(Desk::PaletteTitle);
    let inside = paint.panel(frame, &title, true);
    paint.put(inside.x, inside.y, 2, ":", paint.theme.key());
    let line = Rect {
        x: inside.x + 2,
        width: inside.width.saturating_sub(2),
        height: 1,
        ..inside
    };
    palette.typed.draw(paint, line, true);
    if palette.typed.text().is_empty() {
        let hint = state.say(Desk::PaletteHint);
        paint.put(
            line.x + 1,
            line.y,
            line.width.saturating_sub(1),
            &hint,
            paint.theme.quiet(),
        );
    }
    let room = usize::from(inside.height.saturating_sub(1));
    if found.is_empty() {
        let none = state.say(Desk::PaletteNone);
        paint.put(
            inside.x,
            inside.y + 1,
            inside.width,
            &none,
            paint.theme.quiet(),
        );
    }
    for (y, at) in (inside.y + 1..).zip(viewport(palette.list.at, found.len(), room)) {
        if let Some(entry) = found.get(at) {
            let row = Rect {
                y,
                height: 1,
                ..inside
            };
            draw_command(state, entry, at == palette.list.at, paint, row);
        }
    }
}

fn draw_command(state: &State, entry: &Entry, here: bool, paint: &mut Paint<'_>, row: Rect) {
    let reason = why_not(state, entry.command);
    let table = entry.command.row();
    let style = match (here, &reason) {
        (true, _) => paint.theme.selected(),
        (false, Some(_)) => paint.theme.quiet(),
        (false, None) => paint.theme.base(),
    };
    let argument = match table.argument {
        Argument::None => String::new(),
        _ if !entry.argument.is_empty() => format!("  {}", entry.argument),
        Argument::Unit => state.say(Desk::ArgumentUnit),
        Argument::Time => state.say(Desk::ArgumentTime),
        Argument::Text => state.say(Desk::ArgumentText),
        Argument::Seat => state.say(Desk::ArgumentSeat),
    };
    let reason = reason.map(|why| format!("  ({why})")).unwrap_or_default();
    let text = format!(
        "{}{}  {argument}{reason}",
        paint.theme.pointer(here),
        state.say(table.name)
    );
    let keys = state.keymap.hint(entry.command);
    let text = pad(&text, usize::from(row.width), paint.theme.more());
    paint.put(row.x, row.y, row.width, &text, style);
    paint.put_right(row.right(), row.y, 10, &keys, style);
}

fn draw_help(state: &State, scroll: u16, paint: &mut Paint<'_>, area: Rect) {
    let frame = middle(area, area.width.min(76), area.height);
    let title = state.say(Desk::HelpTitle);
    let inside = paint.panel(frame, &title, true);
    let mut lines: Vec<(String, String, Option<String>)> = TABLE
        .iter()
        .filter(|row| row.command.applies(state.place))
        .filter(|row| !state.keymap.keys(row.command).is_empty())
        .map(|row| {
            let keys = state.keymap.keys(row.command).iter();
            let keys: Vec<String> = keys
                .map(|keys| keys.iter().map(|key| key.short()).collect())
                .collect();
            (
                keys.join("  "),
                state.say(row.name),
                why_not(state, row.command),
            )
        })
        .collect();
    for (keys, words) in [
        (Desk::HelpTabKeys, Desk::HelpTab),
        (Desk::HelpListKeys, Desk::HelpList),
        (Desk::HelpEditKeys, Desk::HelpEdit),
        (Desk::HelpEscKeys, Desk::HelpEsc),
    ] {
        lines.push((state.say(keys), state.say(words), None));
    }
    let room = usize::from(inside.height);
    let first = usize::from(scroll).min(lines.len().saturating_sub(room));
    for (y, (keys, words, reason)) in (inside.y..).zip(lines.iter().skip(first).take(room)) {
        let x = inside.x + 18;
        paint.put(inside.x, y, 17, keys, paint.theme.key());
        let at = paint.put(
            x,
            y,
            inside.right().saturating_sub(x),
            words,
            paint.theme.base(),
        );
        if let Some(reason) = reason {
            let left = inside.right().saturating_sub(at);
            paint.put(at, y, left, &format!("  ({reason})"), paint.theme.quiet());
        }
    }
    paint.caret_at(inside.x, inside.y);
}
