//! Draws the list of tickets.

use crate::desk::names;
use crate::desk::screens::ticket::{due_style, due_words};
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table, width};
use crate::domain::ticket::{Kind, Stage};
use crate::protocol::ticket::{TicketRow, TicketScope};
use crate::words::{Desk, Domain};
use ratatui::layout::Rect;

/// The word for a scope.
const fn scope_word(scope: TicketScope) -> Desk {
    match scope {
        TicketScope::ToDo => Desk::ScopeToDo,
        TicketScope::Mine => Desk::ScopeMine,
        TicketScope::All => Desk::ScopeAll,
    }
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let tickets = &state.tickets;
    let tabs: Vec<(String, bool)> = super::scopes(state)
        .iter()
        .map(|scope| (state.say(scope_word(*scope)), *scope == tickets.kept.scope))
        .collect();
    let empty = if tickets.loading {
        Desk::Loading
    } else {
        Desk::TicketsEmpty
    };
    let wide = area.width >= 100;
    let rest = Table {
        title: &state.say(Desk::TicketsTitle),
        tabs: &tabs,
        columns: &columns(state, wide),
        len: tickets.rows.len(),
        at: tickets.kept.list.at,
        empty: &state.say(empty),
    }
    .draw(paint, area, |place| {
        tickets
            .rows
            .get(place)
            .map_or_else(Row::new, |row| cells(state, row, wide))
    });
    let label = state.say(Desk::FilterLabel);
    let x = rest.x + 2;
    let left = rest.right().saturating_sub(x);
    let x = paint.put(x, rest.y, left, &label, paint.theme.label(true)) + 1;
    let field = Rect::new(x, rest.y, rest.right().saturating_sub(x), 1);
    tickets.kept.query.draw(paint, field, true);
}

/// The cells of the longest of these words, but no fewer than `least`.
fn widest(state: &State, words: impl Iterator<Item = Domain>, least: usize) -> usize {
    words
        .map(|word| width(&state.say(word)))
        .fold(least, usize::max)
}

fn columns(state: &State, wide: bool) -> Vec<Column> {
    let column = |word: Desk, cells| Column {
        head: state.say(word),
        cells,
    };
    let stages = Stage::ALL.iter().map(|it| names::stage(*it));
    // On a narrow screen the request needs the room more than the seldom longest word.
    let (least, most) = if wide { (13, 16) } else { (10, 12) };
    let stages = widest(state, stages, least).min(most);
    let mut columns = vec![
        column(Desk::HeadNumber, 18),
        column(Desk::HeadStage, stages),
    ];
    if wide {
        let kinds = widest(state, Kind::ALL.iter().map(|it| names::kind(*it)), 8);
        columns.push(column(Desk::LabelKind, kinds));
        columns.push(column(Desk::HeadUnit, 14));
    }
    columns.push(column(Desk::HeadTitle, 0));
    columns.push(column(Desk::HeadClock, 21));
    columns
}

fn cells(state: &State, row: &TicketRow, wide: bool) -> Row {
    let mut cells = vec![
        (row.number.to_string(), None),
        (state.say(names::stage(row.stage)), None),
    ];
    if wide {
        cells.push((state.say(names::kind(row.kind)), None));
        let unit = row.unit.as_ref().map_or("", |unit| state.names.unit(unit));
        cells.push((unit.to_owned(), None));
    }
    cells.push((row.title.to_string(), None));
    let due = row.due.as_ref().filter(|_| row.stage.is_open());
    cells.push(if let Some(due) = due {
        (due_words(state, due), Some(due_style(state, due)))
    } else {
        let when = [("when", times::date_time(row.changed_at).into())];
        let text = state.say_with(Desk::ChangedAt, &when);
        (text, Some(state.theme.quiet()))
    });
    cells
}
