//! Draws the form: a few short fields, then the story.

use super::super::form::Spot;
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::widgets::{Blank, Editor, Paint, cut, cut_path, pad, viewport, width};
use crate::domain::directory::Element;
use crate::domain::number::TicketNumber;
use crate::domain::ticket::Urgency;
use crate::words::Desk;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The box's title; on a narrow screen who calls stands there too, cut so that the number's tail stays in sight.
pub(super) fn title(state: &State, narrow: bool) -> String {
    let number = state.call.form.number.map(TicketNumber::tail);
    if !narrow {
        return number.map_or_else(
            || state.say(Desk::TicketTitleEmpty),
            |tail| state.say_with(Desk::FormTitle, &[("tail", tail.into())]),
        );
    }
    let number = number.map(|tail| state.say_with(Desk::TailShort, &[("tail", tail.into())]));
    let open = state.call.caller().map_or(0, |view| view.open.len());
    let open = (open > 0).then(|| state.say_with(Desk::OpenCount, &[("count", open.into())]));
    let kept: Vec<String> = open.into_iter().chain(number).collect();
    let kept = kept.join("  ");
    let phase = super::phase_words(state);
    let caller = format!(
        "{}  {}  {}",
        phase,
        super::caller::number(state),
        super::caller::head_short(state)
    );
    let room = usize::from(state.columns.saturating_sub(8)).saturating_sub(width(&kept));
    let caller = cut(caller.trim(), room, state.theme.more());
    format!("{caller}  {kept}").trim_end().to_owned()
}

/// A label, reversed where its field has the keyboard.
fn label(state: &State, spot: Spot) -> Style {
    state.theme.label(has(state, spot))
}

/// True when the field has the keyboard, not a popup or the list.
fn has(state: &State, spot: Spot) -> bool {
    !state.call.answers.walking && !state.practice.saying && state.call.form.spot == spot
}

/// Draws the form.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let narrow = area.width >= state.columns;
    let focused = !state.call.answers.walking && !state.practice.saying;
    let inside = paint.panel(area, &title(state, narrow), focused);
    let row = |n: u16| Rect {
        y: inside.y + n,
        height: 1,
        ..inside
    };
    draw_kinds(state, paint, row(0));
    draw_place(state, paint, row(1));
    draw_elements(state, paint, row(2));
    let asks = Rect {
        height: if inside.height > 14 { 3 } else { 1 },
        ..row(3)
    };
    let asked = draw_questions(state, paint, asks);
    let gap = u16::from(inside.height > 8);
    let story = Rect {
        y: inside.y + 3 + asked + gap,
        height: inside.height.saturating_sub(3 + asked + gap),
        ..inside
    };
    if state.call.form.text.text().is_empty() {
        let hint = state.say(Desk::StoryHint);
        paint.put(story.x, story.y, story.width, &hint, paint.theme.quiet());
    }
    state
        .call
        .form
        .text
        .draw(paint, story, has(state, Spot::Text));
    draw_items(state, paint, inside);
}

/// Kind, item, urgency, confidential.
fn draw_kinds(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let form = &state.call.form;
    let (kind, guessed) = form.kind(state.call.suggestion.as_ref());
    let mark = if guessed { "?" } else { "" };
    let word = state.say(Desk::LabelKind);
    let mut x = paint.put(row.x, row.y, 12, &word, label(state, Spot::Kind)) + 1;
    if has(state, Spot::Kind) {
        paint.caret_at(x, row.y);
    }
    let kind = format!("{}{mark}", state.say(names::kind(kind)));
    x = paint.put(x, row.y, 12, &kind, paint.theme.maybe(guessed)) + 2;
    let tail = tail_words(state);
    let cells: usize = tail.iter().map(|(text, _)| width(text)).sum();
    let end = row
        .right()
        .saturating_sub(u16::try_from(cells).unwrap_or(row.width));
    let word = state.say(Desk::LabelItem);
    x = paint.put(x, row.y, 8, &word, label(state, Spot::Item)) + 1;
    let room = end.saturating_sub(x + 1);
    draw_item(state, paint, Rect::new(x, row.y, room, 1));
    let mut x = end;
    for (at, (text, style)) in tail.iter().enumerate() {
        let here = match at {
            0 => has(state, Spot::Urgency),
            2 => has(state, Spot::Confidential),
            _ => false,
        };
        if here {
            paint.caret_at(x, row.y);
        }
        x = paint.put(x, row.y, row.right().saturating_sub(x), text, *style);
    }
}

/// The item: typed, taken, or guessed.
fn draw_item(state: &State, paint: &mut Paint<'_>, field: Rect) {
    let form = &state.call.form;
    let item = form.item(state.call.suggestion.as_ref());
    let focused = has(state, Spot::Item);
    if focused && (!form.item.is_blank() || item.is_none()) {
        form.item.draw(paint, field, true);
        return;
    }
    if focused {
        paint.caret_at(field.x, field.y);
    }
    match item {
        Some((item, guessed)) => {
            let mark = if guessed { "?" } else { "" };
            let path = format!("{}{mark}", state.names.item_path(item));
            let path = cut_path(&path, usize::from(field.width), paint.theme.more());
            paint.line(field, &path, paint.theme.maybe(guessed));
        }
        None => paint.line(field, &state.say(Desk::ItemUnknown), paint.theme.quiet()),
    }
}

/// Urgency and confidentiality, a gap between: what is out of the ordinary stands out.
fn tail_words(state: &State) -> [(String, Style); 3] {
    let form = &state.call.form;
    let words = |spot: Spot, plain: bool| match (has(state, spot), plain) {
        (true, _) => state.theme.label(true),
        (false, true) => state.theme.title(),
        (false, false) => state.theme.warn(),
    };
    let urgency = state.say(names::urgency(form.urgency));
    let urgency = state.say_with(Desk::FormUrgency, &[("urgency", urgency.into())]);
    let secret = state.say(if form.confidential {
        Desk::Yes
    } else {
        Desk::No
    });
    let secret = state.say_with(Desk::FormSecret, &[("secret", secret.into())]);
    let ordinary = form.urgency == Urgency::Ordinary;
    [
        (urgency, words(Spot::Urgency, ordinary)),
        ("  ".to_owned(), state.theme.base()),
        (secret, words(Spot::Confidential, !form.confidential)),
    ]
}

fn draw_place(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let form = &state.call.form;
    let area = form.area(state.call.suggestion.as_ref());
    let (words, guessed) = match area {
        Some((district, street, guessed)) => (
            format!("{}{street}", state.names.district(district)),
            guessed,
        ),
        None => (String::new(), false),
    };
    let x = paint.put(
        row.x,
        row.y,
        12,
        &state.say(Desk::LabelAddress),
        label(state, Spot::Address),
    ) + 1;
    // A long name takes the room that an address does not need yet; where it is cut, that is seen, and that it is a
    // guess.
    let empty = form.address.is_blank() && !has(state, Spot::Address);
    let room = row.right().saturating_sub(x);
    let room = if empty { room } else { room / 2 };
    let mark = if guessed { "?" } else { "" };
    let words = cut(
        &words,
        usize::from(room).saturating_sub(1),
        paint.theme.more(),
    );
    let style = paint.theme.maybe(guessed);
    let x = paint.pieces(x, row.y, room, &[(&words, style), (mark, style)]);
    let x = if words.is_empty() { x } else { x + 1 };
    let field = Rect::new(x, row.y, row.right().saturating_sub(x), 1);
    form.address.draw(paint, field, has(state, Spot::Address));
}

/// Name and the five elements: marks, and the field itself where the keyboard is.
fn draw_elements(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let form = &state.call.form;
    let mut x = paint.put(
        row.x,
        row.y,
        12,
        &state.say(Desk::LabelName),
        label(state, Spot::Name),
    ) + 1;
    if let Some(unit) = &form.fixed.accused {
        let unit = [("unit", state.names.unit(unit).into())];
        let text = state.say_with(Desk::AccusedIs, &unit);
        paint.put_right(row.right(), row.y, row.width / 2, &text, paint.theme.warn());
    }
    let focused = has(state, Spot::Name);
    let room = if focused {
        20
    } else {
        u16::try_from(width(form.name.text()))
            .unwrap_or(20)
            .clamp(2, 20)
    };
    form.name.draw(paint, Rect::new(x, row.y, room, 1), focused);
    x += room + 2;
    for (at, element) in Element::ALL.iter().enumerate() {
        let word = state.say(names::element(*element));
        let left = row.right().saturating_sub(x);
        if has(state, Spot::Element(at)) {
            x = paint.put(x, row.y, left, &word, paint.theme.label(true)) + 1;
            let field = Rect::new(x, row.y, row.right().saturating_sub(x), 1);
            Blank::draw(field, paint.buf, paint.theme.base());
            if let Some(editor) = form.elements.get(at) {
                editor.draw(paint, field, true);
            }
            return;
        }
        let (mark, style) = if form.knows(at) {
            (paint.theme.tick(), paint.theme.good())
        } else {
            (".", paint.theme.quiet())
        };
        x = paint.pieces(
            x,
            row.y,
            left,
            &[(&word, paint.theme.title()), (mark, style)],
        ) + 1;
    }
}

/// The item's questions: the one being answered first, then those still open, then the answered ones, ticked, with
/// what was said; returns how many rows they took, at least one. What has no room is counted.
fn draw_questions(state: &State, paint: &mut Paint<'_>, area: Rect) -> u16 {
    let form = &state.call.form;
    if form.questions.is_empty() {
        return 1;
    }
    let at = match form.spot {
        Spot::Question(at) if !state.call.answers.walking && !state.practice.saying => Some(at),
        _ => None,
    };
    let word = state.say(Desk::LabelAsk);
    let x = paint.put(area.x, area.y, 12, &word, paint.theme.label(at.is_some())) + 1;
    let mut y = area.y;
    if let Some((question, answer)) = at.and_then(|at| form.questions.get(at)) {
        let place = format!("{}/{} ", at.unwrap_or(0) + 1, form.questions.len());
        let x = paint.put(x, y, 8, &place, paint.theme.quiet());
        let room = area.right().saturating_sub(x) * 2 / 3;
        let x = paint.put(x, y, room, question, paint.theme.strong()) + 1;
        answer.draw(
            paint,
            Rect::new(x, y, area.right().saturating_sub(x), 1),
            true,
        );
        y += 1;
    }
    let left = Rect::new(
        x,
        y,
        area.right().saturating_sub(x),
        area.bottom().saturating_sub(y),
    );
    y += flow(paint, left, &question_words(state, at));
    (y - area.y).max(1)
}

/// The questions but the one at `at`, each in one piece with its style.
fn question_words(state: &State, at: Option<usize>) -> Vec<(String, Style)> {
    let others = || {
        let questions = state.call.form.questions.iter().enumerate();
        questions
            .filter(|(place, _)| Some(*place) != at)
            .map(|(_, question)| question)
    };
    let open = others()
        .filter(|(_, answer)| answer.is_blank())
        .map(|(question, _)| (question.clone(), state.theme.base()));
    let answered = others()
        .filter(|(_, answer)| !answer.is_blank())
        .map(|(question, answer)| {
            let text = format!("{} {question} {}", state.theme.tick(), answer.text().trim());
            (text, state.theme.good())
        });
    open.chain(answered).collect()
}

/// Writes pieces one after the other, a gap between, on as many rows as there are; returns the rows taken. A piece
/// stays on one row; those that have no room are counted at the end.
fn flow(paint: &mut Paint<'_>, area: Rect, pieces: &[(String, Style)]) -> u16 {
    let (mut x, mut y) = (area.x, area.y);
    for (at, (text, style)) in pieces.iter().enumerate() {
        let wide = u16::try_from(width(text)).unwrap_or(u16::MAX);
        if x > area.x && x.saturating_add(wide) > area.right() {
            (x, y) = (area.x, y + 1);
        }
        let more = pieces.len() - at - 1;
        let count = if more > 0 {
            format!(" +{more}")
        } else {
            String::new()
        };
        let last = y + 1 >= area.bottom();
        if y >= area.bottom() {
            return y - area.y;
        }
        // On the last row the count needs its cells, unless the next piece fits as well.
        let next = pieces.get(at + 1).map_or(0, |(text, _)| width(text) + 2);
        let crowded = last
            && usize::from(area.right() - x) < usize::from(wide).saturating_add(next).min(10_000);
        if crowded && more > 0 {
            let room = (area.right() - x).saturating_sub(u16::try_from(count.len()).unwrap_or(4));
            x = paint.put(x, y, room, text, *style);
            paint.put(x, y, area.right() - x, &count, paint.theme.quiet());
            return y + 1 - area.y;
        }
        x = paint.put(x, y, area.right() - x, text, *style) + 2;
    }
    if pieces.is_empty() { 0 } else { y + 1 - area.y }
}

/// Items that fit what is typed, under the field.
fn draw_items(state: &State, paint: &mut Paint<'_>, inside: Rect) {
    let typed: &Editor = &state.call.form.item;
    if !has(state, Spot::Item) || typed.is_blank() {
        return;
    }
    let items = &state.call.items;
    let rows = u16::try_from(items.len().clamp(1, 7)).unwrap_or(1);
    let rows = rows.min(inside.height.saturating_sub(2));
    let area = Rect::new(inside.x, inside.y + 1, inside.width, rows);
    Blank::draw(area, paint.buf, paint.theme.base());
    let found = state.call.items_for == typed.text();
    if items.is_empty() {
        let word = if found {
            Desk::NoItemFound
        } else {
            Desk::LookingUp
        };
        paint.put(
            area.x,
            area.y,
            area.width,
            &state.say(word),
            paint.theme.quiet(),
        );
        return;
    }
    let at = state.call.items_at.at;
    for (y, place) in (area.y..area.bottom()).zip(viewport(at, items.len(), usize::from(rows))) {
        if let Some(item) = items.get(place) {
            let here = found && place == at;
            let style = match (here, found) {
                (true, _) => paint.theme.selected(),
                (false, true) => paint.theme.base(),
                (false, false) => paint.theme.quiet(),
            };
            let text = format!("{}{}", paint.theme.pointer(here), item.name);
            let text = pad(&text, usize::from(area.width), paint.theme.more());
            paint.put(area.x, y, area.width, &text, style);
        }
    }
}
