//! Draws two versions side by side; what changed has its mark, its word and its colour.

use super::compare::{Change, Line, compare};
use crate::desk::entry;
use crate::desk::screens::knowledge::state_words;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Paint, pad, rows};
use crate::domain::knowledge::{DraftState, Entry};
use crate::words::{Desk, Knowledge};
use ratatui::layout::Rect;

/// Who made what is shown, when and why, and how a draft stands.
fn head(state: &State) -> Vec<String> {
    let versions = &state.versions;
    if let Some(draft) = &versions.draft {
        let values = [
            ("state", state_words(state, draft).into()),
            ("by", state.name_of(&draft.made.by.account).into()),
            ("at", times::date_time(draft.made.at).into()),
        ];
        let mut lines = vec![state.say_with(Knowledge::DraftLine, &values)];
        if let DraftState::SentBack { reason, .. } = &draft.state {
            lines.push(state.say_with(
                Knowledge::SentBackLine,
                &[("reason", reason.as_str().into())],
            ));
        }
        return lines;
    }
    let Some(shown) = versions.shown() else {
        return Vec::new();
    };
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let values = [
        ("version", count(shown.entry.version).into()),
        ("by", state.name_of(&shown.by).into()),
        ("at", times::date_time(shown.at).into()),
        ("of", versions.versions.len().into()),
    ];
    let mut lines = vec![state.say_with(Knowledge::VersionLine, &values)];
    if shown.entry.retired {
        lines.push(state.say_with(
            Knowledge::RetiredLine,
            &[("reason", shown.reason.as_str().into())],
        ));
    }
    lines
}

/// How often it was used of late; nothing where it was not.
fn used(state: &State) -> Option<String> {
    let used = state.versions.used.as_ref()?;
    let values = [
        ("opened", used.opened.into()),
        ("answered", used.answered.into()),
    ];
    Some(state.say_with(Knowledge::UsedLine, &values))
}

/// The two sides' titles.
fn titles(state: &State) -> [String; 2] {
    let versions = &state.versions;
    let of = |at: usize| match versions.versions.get(at) {
        Some(version) => {
            let number = i64::try_from(version.entry.version).unwrap_or(i64::MAX);
            state.say_with(Knowledge::SideVersion, &[("version", number.into())])
        }
        None => state.say(Knowledge::SideNone),
    };
    if versions.draft.is_some() {
        [of(0), state.say(Knowledge::SideDraft)]
    } else {
        [of(versions.at() + 1), of(versions.at())]
    }
}

/// A row's cells on the screen: each side broken at its width.
fn broken(line: &Line, cells: usize) -> usize {
    let height = |text: &Option<String>| text.as_ref().map_or(0, |text| rows(text, cells).len());
    height(&line.old).max(height(&line.new)).max(1)
}

fn draw_line(paint: &mut Paint<'_>, line: &Line, (at, skip): (Rect, usize), cells: u16) {
    let (old, new, marks) = match line.change {
        Change::Head => (paint.theme.title(), paint.theme.title(), ["", ""]),
        Change::Same => (paint.theme.quiet(), paint.theme.quiet(), [" ", " "]),
        Change::Changed => (paint.theme.bad(), paint.theme.good(), ["-", "+"]),
    };
    let sides = [
        (&line.old, old, marks[0], 0),
        (&line.new, new, marks[1], cells + 3),
    ];
    for (text, style, mark, from) in sides {
        let Some(text) = text else { continue };
        let head = line.change == Change::Head;
        let indent = if head { 0 } else { 2 };
        let broken = rows(text, usize::from(cells.saturating_sub(2)));
        let shown = broken.into_iter().enumerate().skip(skip);
        for ((row, range), y) in shown.zip(at.y..at.bottom()) {
            if row == 0 && !head {
                paint.put(at.x + from, y, 1, mark, style);
            }
            paint.put(at.x + from + indent, y, cells - indent, &text[range], style);
        }
    }
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let code = state
        .versions
        .kept
        .code
        .as_ref()
        .map_or("", |code| code.as_str());
    let title = state.say_with(Knowledge::VersionsTitle, &[("code", code.into())]);
    let inside = paint.panel(area, &title, true);
    paint.caret_at(inside.x, inside.y);
    let (old, new) = state.versions.pair();
    if old.is_none() && new.is_none() {
        let word = if state.versions.loading {
            Desk::Loading
        } else {
            Desk::WhyNoEntryDraft
        };
        paint.line(inside, &state.say(word), paint.theme.quiet());
        return;
    }
    let mut y = inside.y;
    for text in head(state).into_iter().chain(used(state)) {
        let row = Rect {
            y,
            height: 2,
            ..inside
        };
        y += paint.wrapped(row, &text, paint.theme.base());
    }
    let cells = inside.width.saturating_sub(3) / 2;
    let titles = titles(state);
    let base = paint.theme.label(true);
    let more = paint.theme.more();
    let left = pad(&titles[0], usize::from(cells), more);
    paint.put(inside.x, y, cells, &left, base);
    paint.put(inside.x + cells + 3, y, cells, &titles[1], base);
    let body = Rect::new(
        inside.x,
        y + 1,
        inside.width,
        inside.bottom().saturating_sub(y + 1),
    );
    for y in body.y..body.bottom() {
        let bar = paint.theme.frame()[5];
        paint.put(body.x + cells + 1, y, 1, bar, paint.theme.border());
    }
    let of = |entry: Option<&Entry>| entry.map_or_else(Vec::new, |it| entry::shown(state, it));
    let lines = compare(&of(old), &of(new));
    draw_body(state, paint, &lines, (body, cells));
}

fn draw_body(state: &State, paint: &mut Paint<'_>, lines: &[Line], (body, cells): (Rect, u16)) {
    let width = usize::from(cells.saturating_sub(2));
    let heights: Vec<usize> = lines.iter().map(|line| broken(line, width)).collect();
    let all: usize = heights.iter().sum();
    let last = all.saturating_sub(usize::from(body.height));
    let mut skip = usize::from(state.versions.kept.scroll).min(last);
    let mut y = body.y;
    for (line, height) in lines.iter().zip(heights) {
        if skip >= height {
            skip -= height;
            continue;
        }
        if y >= body.bottom() {
            break;
        }
        let at = Rect::new(body.x, y, body.width, body.bottom() - y);
        draw_line(paint, line, (at, skip), cells);
        y += u16::try_from(height - skip).unwrap_or(1);
        skip = 0;
    }
}
