//! Draws the answers: the selected one to be read aloud, the others by their question.

use super::super::state::Phase;
use crate::desk::ports::Hit;
use crate::desk::state::State;
use crate::desk::widgets::{Paint, rows, width};
use crate::domain::knowledge::{PublishedEntry, Validity};
use crate::search::Notice;
use crate::words::Desk;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// Cuts a text into matched and plain pieces.
fn pieces<'a>(
    text: &'a str,
    marks: &[Range<usize>],
    plain: Style,
    matched: Style,
) -> Vec<(&'a str, Style)> {
    let mut out = Vec::new();
    let mut at = 0;
    for mark in marks {
        let (Some(before), Some(inside)) = (text.get(at..mark.start), text.get(mark.clone()))
        else {
            continue;
        };
        out.push((before, plain));
        out.push((inside, matched));
        at = mark.end;
    }
    out.push((text.get(at..).unwrap_or(""), plain));
    out
}

/// True while the selected entry is read whole, from the list that has the keyboard.
pub fn reads_whole(state: &State) -> bool {
    let answers = &state.call.answers;
    let walking = answers.walking || state.call.is_idle();
    walking && answers.open && answers.current().is_some()
}

/// How far the opened entry scrolls in a pane of that size, borders counted.
pub fn last_scroll(state: &State, columns: u16, rows: u16) -> u16 {
    let Some(entry) = state.call.answers.current() else {
        return 0;
    };
    let total = entry_rows(&entry_lines(state, entry), columns.saturating_sub(4)).len();
    let total = u16::try_from(total).unwrap_or(u16::MAX);
    // Two borders, the words searched for, what is no filter.
    let told = u16::from(notice(state).is_some());
    let room = rows.saturating_sub(3 + told);
    if total <= room {
        0
    } else {
        total - room.saturating_sub(1)
    }
}

/// What to say of a filter that is none: of words typed into the list only, for a story is full of colons.
fn notice(state: &State) -> Option<String> {
    let answers = &state.call.answers;
    if answers.query.is_blank() {
        return None;
    }
    Some(match answers.hits.notices.first()? {
        Notice::Name(name) => {
            state.say_with(Desk::AnswersFilterName, &[("name", name.as_str().into())])
        }
        Notice::Value { name, value } => state.say_with(
            Desk::AnswersFilterValue,
            &[
                ("name", name.as_str().into()),
                ("value", value.as_str().into()),
            ],
        ),
    })
}

/// Says it below the words typed; gives what is left of the pane.
fn tell_notice(state: &State, paint: &mut Paint<'_>, inside: Rect) -> Rect {
    let Some(text) = notice(state) else {
        return inside;
    };
    paint.put(inside.x, inside.y, inside.width, &text, paint.theme.warn());
    Rect {
        y: inside.y + 1,
        height: inside.height.saturating_sub(1),
        ..inside
    }
}

fn title(state: &State) -> String {
    let answers = &state.call.answers;
    if answers.given.is_some() {
        state.say(Desk::AnswersGiven)
    } else {
        state.say_with(Desk::AnswersTitle, &[("count", answers.hits.total.into())])
    }
}

/// Draws the pane.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let answers = &state.call.answers;
    let idle = state.call.is_idle();
    let walking = answers.walking || idle;
    let mut inside = paint.panel(area, &title(state), walking);
    if walking {
        paint.put(inside.x, inside.y, 3, ":", paint.theme.key());
        let field = Rect {
            x: inside.x + 2,
            width: inside.width.saturating_sub(2),
            height: 1,
            ..inside
        };
        answers.query.draw(paint, field, true);
        inside = Rect {
            y: inside.y + 1,
            height: inside.height.saturating_sub(1),
            ..inside
        };
        inside = tell_notice(state, paint, inside);
    }
    let narrow = area.width >= state.columns;
    let reading = reads_whole(state);
    if narrow && !idle && !reading {
        let y = inside.bottom().saturating_sub(1);
        paint.put(
            inside.x,
            y,
            inside.width,
            &super::dispatch_words(state),
            paint.theme.quiet(),
        );
        inside.height = inside.height.saturating_sub(1);
    }
    if answers.hits.hits.is_empty() {
        let looks = idle || state.call.phase == Phase::Ringing;
        let word = match (answers.asked.is_empty(), looks) {
            (true, true) => Desk::AnswersIdle,
            (true, false) => Desk::AnswersWaiting,
            (false, _) if answers.waiting => Desk::LookingUp,
            (false, _) if answers.hits.loading => Desk::AnswersLoading,
            (false, _) => Desk::AnswersNone,
        };
        let at = Rect {
            y: inside.y + u16::from(walking),
            ..inside
        };
        paint.wrapped(
            at.intersection(inside),
            &state.say(word),
            paint.theme.quiet(),
        );
        return;
    }
    match answers.current().filter(|_| answers.open) {
        Some(entry) => draw_entry(state, entry, paint, inside),
        None => draw_hits(state, paint, inside),
    }
}

/// The list: from the first page on that holds the selected hit, whose answer is opened under it.
fn draw_hits(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let answers = &state.call.answers;
    let room = area.height;
    // In a high pane the answer gets half of it; in a low one, one line.
    let answer_rows = if room >= 14 { room / 2 } else { 1 };
    let lines = usize::from(room.saturating_sub(answer_rows).max(1));
    let first = answers.list.at / lines * lines;
    let mut y = area.y;
    for (at, hit) in answers.hits.hits.iter().enumerate().skip(first) {
        if y >= area.bottom() {
            break;
        }
        let here = at == answers.list.at;
        draw_question(
            state,
            hit,
            here,
            paint,
            Rect {
                y,
                height: 1,
                ..area
            },
        );
        y += 1;
        if here {
            let height = answer_rows.min(area.bottom().saturating_sub(y));
            y += draw_answer(state, hit, paint, Rect { y, height, ..area });
        }
    }
}

fn draw_question(state: &State, hit: &Hit, here: bool, paint: &mut Paint<'_>, row: Rect) {
    let base = if here {
        paint.theme.strong()
    } else {
        paint.theme.base()
    };
    let remark = match hit.validity {
        Validity::Expired => state.say(Desk::EntryExpired),
        Validity::NotYet => state.say(Desk::EntryNotYet),
        Validity::Expiring => state.say(Desk::EntryExpiring),
        Validity::Valid if hit.near => state.say(Desk::EntryNear),
        Validity::Valid => String::new(),
    };
    let department = state.names.short(&hit.department);
    let owner = if remark.is_empty() {
        department.to_owned()
    } else {
        format!("{remark} {department}")
    };
    let x = paint.put(
        row.x,
        row.y,
        2,
        paint.theme.pointer(here),
        paint.theme.key(),
    );
    let owner_cells = u16::try_from(width(&owner))
        .unwrap_or(row.width)
        .min(if remark.is_empty() { 12 } else { 20 })
        .min(row.width / 3);
    let room = row.right().saturating_sub(x + owner_cells + 1);
    let marked = pieces(
        &hit.question,
        &hit.question_marks,
        base,
        paint.theme.matched(),
    );
    paint.pieces(x, row.y, room, &marked);
    let style = if remark.is_empty() || hit.validity == Validity::Valid {
        paint.theme.quiet()
    } else {
        paint.theme.warn()
    };
    paint.put_right(row.right(), row.y, owner_cells, &owner, style);
}

/// The answer under the selected question; returns how many rows it took.
fn draw_answer(state: &State, hit: &Hit, paint: &mut Paint<'_>, area: Rect) -> u16 {
    let inside = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(2),
        ..area
    };
    if inside.height <= 1 {
        let plain = paint.theme.base();
        let marked = pieces(
            &hit.snippet,
            &hit.snippet_marks,
            plain,
            paint.theme.matched(),
        );
        paint.pieces(inside.x, inside.y, inside.width, &marked);
        return inside.height;
    }
    let entry = state.call.answers.current();
    let answer = entry.map_or(hit.snippet.as_str(), |entry| entry.entry.answer.as_str());
    let foot = entry
        .map(|entry| foot_words(state, entry))
        .unwrap_or_default();
    let body = Rect {
        height: inside.height.saturating_sub(2),
        ..inside
    };
    let lines = rows(answer, usize::from(body.width));
    let fits = lines.len() <= usize::from(body.height);
    let used = paint.wrapped(body, answer, paint.theme.base());
    let y = inside.y + used;
    let foot = if fits {
        foot
    } else {
        format!("{}  {foot}", state.say(Desk::AnswerMore))
    };
    paint.put(inside.x, y, inside.width, &foot, paint.theme.quiet());
    used + 2
}

/// Basis, validity and code of an entry.
fn foot_words(state: &State, entry: &PublishedEntry) -> String {
    let basis = entry.entry.basis.first();
    let basis = basis
        .map(|it| format!("{} {}", it.law, it.article))
        .unwrap_or_default();
    let until = entry.entry.valid_until.map(|until| until.to_string());
    let until = until.unwrap_or_else(|| state.say(Desk::NoEnd));
    state.say_with(
        Desk::EntryFoot,
        &[
            ("basis", basis.into()),
            ("until", until.into()),
            ("code", entry.entry.code.as_str().into()),
            ("version", entry.version.into()),
        ],
    )
}

/// The whole entry: what is said first, then steps, materials, time limit, telephone, place, fee.
fn entry_lines(state: &State, published: &PublishedEntry) -> Vec<(String, Style)> {
    let entry = &published.entry;
    let base = state.theme.base();
    let mut lines: Vec<(String, Style)> = vec![
        (entry.question.to_string(), state.theme.strong()),
        (entry.answer.to_string(), base),
    ];
    for (word, texts) in [
        (Desk::EntrySteps, &entry.steps),
        (Desk::EntryMaterials, &entry.materials),
    ] {
        for (at, text) in texts.iter().enumerate() {
            lines.push((format!("{} {} {text}", state.say(word), at + 1), base));
        }
    }
    for (word, text) in [
        (Desk::EntryTimeLimit, &entry.time_limit),
        (Desk::EntryTelephone, &entry.telephone),
        (Desk::EntryPlace, &entry.place),
        (Desk::EntryFee, &entry.fee),
    ] {
        if !text.is_blank() {
            lines.push((format!("{} {text}", state.say(word)), base));
        }
    }
    lines.push((foot_words(state, published), state.theme.quiet()));
    if !entry.marked.is_blank() {
        lines.push((entry.marked.to_string(), state.theme.quiet()));
    }
    lines
}

/// The lines broken at a width.
fn entry_rows(lines: &[(String, Style)], cells: u16) -> Vec<(&str, Style)> {
    lines
        .iter()
        .flat_map(|(line, style)| {
            rows(line, usize::from(cells))
                .into_iter()
                .filter_map(|row| line.get(row).map(|text| (text, *style)))
        })
        .collect()
}

/// Draws the whole entry; what has no room is scrolled to, and the foot says so.
fn draw_entry(state: &State, published: &PublishedEntry, paint: &mut Paint<'_>, area: Rect) {
    let lines = entry_lines(state, published);
    let broken = entry_rows(&lines, area.width);
    let room = usize::from(area.height);
    let long = broken.len() > room;
    let shown = if long { room.saturating_sub(1) } else { room };
    let first = usize::from(state.call.answers.scroll).min(broken.len().saturating_sub(shown));
    for (y, (text, style)) in (area.y..).zip(broken.iter().skip(first).take(shown)) {
        paint.put(area.x, y, area.width, text, *style);
    }
    if long {
        let values = [
            ("to", (first + shown).min(broken.len()).into()),
            ("total", broken.len().into()),
        ];
        let foot = state.say_with(Desk::MoreRows, &values);
        let y = area.bottom().saturating_sub(1);
        paint.put(area.x, y, area.width, &foot, paint.theme.key());
    }
}
