//! Draws the form: a few short fields, then the story.

use super::super::form::Spot;
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::widgets::{Blank, Editor, Paint, pad, viewport, width};
use crate::domain::directory::Element;
use crate::domain::number::TicketNumber;
use crate::words::Desk;
use ratatui::layout::Rect;
use ratatui::style::Style;

pub(super) fn title(state: &State, narrow: bool) -> String {
    let number = state.call.form.number.map(TicketNumber::tail);
    let number = number.map(|tail| state.say_with(Desk::FormTitle, &[("tail", tail.into())]));
    let number = match number {
        Some(number) => number,
        None if narrow => String::new(),
        None => state.say(Desk::TicketTitleEmpty),
    };
    if !narrow {
        return number;
    }
    let caller = format!(
        "{} {}",
        super::caller::number(state),
        super::caller::head_words(state)
    );
    let phase = super::phase_words(state);
    let open = state.call.caller().map_or(0, |view| view.open.len());
    let open = if open > 0 {
        state.say_with(Desk::OpenCount, &[("count", open.into())])
    } else {
        String::new()
    };
    [phase, caller, open, number]
        .iter()
        .filter(|it| !it.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join("  ")
}

/// A label, bold where its field has the keyboard.
fn label(state: &State, spots: &[Spot]) -> Style {
    if !state.call.answers.walking && spots.contains(&state.call.form.spot) {
        state.theme.focus()
    } else {
        state.theme.title()
    }
}

/// True when the field has the keyboard, not a popup or the list.
fn has(state: &State, spot: Spot) -> bool {
    !state.call.answers.walking && state.call.form.spot == spot
}

/// Draws the form.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let narrow = area.width >= state.columns;
    let focused = !state.call.answers.walking;
    let inside = paint.panel(area, &title(state, narrow), focused);
    let row = |n: u16| Rect {
        y: inside.y + n,
        height: 1,
        ..inside
    };
    draw_kinds(state, paint, row(0));
    draw_place(state, paint, row(1));
    draw_elements(state, paint, row(2));
    draw_questions(state, paint, row(3));
    let gap = u16::from(inside.height > 8);
    let story = Rect {
        y: inside.y + 4 + gap,
        height: inside.height.saturating_sub(4 + gap),
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
    let mut x = paint.put(row.x, row.y, 12, &word, label(state, &[Spot::Kind])) + 1;
    if has(state, Spot::Kind) {
        paint.caret_at(x, row.y);
    }
    let kind = format!("{}{mark}", state.say(names::kind(kind)));
    x = paint.put(x, row.y, 12, &kind, paint.theme.maybe(guessed)) + 2;
    let tail = tail_words(state);
    let tail_cells = u16::try_from(width(&tail)).unwrap_or(0);
    let end = row.right().saturating_sub(tail_cells);
    let word = state.say(Desk::LabelItem);
    x = paint.put(x, row.y, 8, &word, label(state, &[Spot::Item])) + 1;
    let room = end.saturating_sub(x + 1);
    draw_item(state, paint, Rect::new(x, row.y, room, 1));
    let style = label(state, &[Spot::Urgency, Spot::Confidential]);
    paint.put_right(row.right(), row.y, row.width, &tail, style);
    if has(state, Spot::Urgency) || has(state, Spot::Confidential) {
        paint.caret_at(end, row.y);
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
            paint.line(field, &path, paint.theme.maybe(guessed));
        }
        None => paint.line(field, &state.say(Desk::ItemUnknown), paint.theme.quiet()),
    }
}

fn tail_words(state: &State) -> String {
    let form = &state.call.form;
    let urgency = state.say(names::urgency(form.urgency));
    let secret = state.say(if form.confidential {
        Desk::Yes
    } else {
        Desk::No
    });
    let mark = |spot| if has(state, spot) { ">" } else { "" };
    state.say_with(
        Desk::FormTail,
        &[
            ("u", mark(Spot::Urgency).into()),
            ("urgency", urgency.into()),
            ("c", mark(Spot::Confidential).into()),
            ("secret", secret.into()),
        ],
    )
}

fn draw_place(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let form = &state.call.form;
    let area = form.area(state.call.suggestion.as_ref());
    let (words, style) = match area {
        Some((district, street, guessed)) => (
            format!(
                "{}{street}{}",
                state.names.district(district),
                if guessed { "?" } else { "" }
            ),
            if guessed {
                paint.theme.guess()
            } else {
                paint.theme.base()
            },
        ),
        None => (String::new(), paint.theme.base()),
    };
    let x = paint.put(
        row.x,
        row.y,
        12,
        &state.say(Desk::LabelAddress),
        label(state, &[Spot::Address]),
    ) + 1;
    let x = paint.put(x, row.y, row.width / 3, &words, style);
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
        label(state, &[Spot::Name]),
    ) + 1;
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
            x = paint.put(x, row.y, left, &format!("{word} "), paint.theme.focus());
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

/// The item's questions: those still open, or the one being answered.
fn draw_questions(state: &State, paint: &mut Paint<'_>, row: Rect) {
    let form = &state.call.form;
    if let Spot::Question(at) = form.spot
        && !state.call.answers.walking
        && let Some((question, answer)) = form.questions.get(at)
    {
        let x = paint.put(
            row.x,
            row.y,
            row.width / 2,
            &format!("{question} "),
            paint.theme.focus(),
        );
        let field = Rect::new(x, row.y, row.right().saturating_sub(x), 1);
        answer.draw(paint, field, true);
        return;
    }
    let open: Vec<&str> = form
        .questions
        .iter()
        .filter(|(_, answer)| answer.is_blank())
        .map(|(question, _)| question.as_str())
        .collect();
    if form.questions.is_empty() {
        return;
    }
    let x = paint.put(
        row.x,
        row.y,
        12,
        &state.say(Desk::LabelAsk),
        paint.theme.title(),
    ) + 1;
    let text = if open.is_empty() {
        state.say(Desk::AllAsked)
    } else {
        open.join("  ")
    };
    paint.put(
        x,
        row.y,
        row.right().saturating_sub(x),
        &text,
        paint.theme.base(),
    );
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
