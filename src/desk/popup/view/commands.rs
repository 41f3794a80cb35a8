//! Draws the palette and the keys of the place, both out of the command table.

use super::middle;
use crate::desk::keymap::{Argument, Entry, TABLE};
use crate::desk::popup::Palette;
use crate::desk::state::State;
use crate::desk::update::why_not;
use crate::desk::widgets::{Paint, pad, viewport};
use crate::words::Desk;
use ratatui::layout::Rect;

/// Draws the palette.
pub fn draw_palette(state: &State, palette: &Palette, paint: &mut Paint<'_>, area: Rect) {
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

/// Draws the keys of the place, each with its reason where it can't be used now.
pub fn draw_help(state: &State, scroll: u16, paint: &mut Paint<'_>, area: Rect) {
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
    if !state.server.is_empty() {
        let server = [("address", state.server.as_str().into())];
        lines.push((String::new(), state.say_with(Desk::ServerAt, &server), None));
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
