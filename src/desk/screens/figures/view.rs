//! Draws the figures: every rate with its parts and a bar.

use super::state::{BY, Span};
use super::update::leads;
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table};
use crate::domain::figures::{Figure, Measure};
use crate::protocol::figures::{FigureCall, FigureRow, Figures, FiguresBy, OwnDay};
use crate::protocol::ticket::TicketRow;
use crate::words::{Desk, Figures as Words};
use ratatui::layout::Rect;

/// Cells of a name, a value and its parts; the bar takes the rest.
const CELLS: [usize; 3] = [26, 8, 15];

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    if !leads(state) {
        return draw_own(state, paint, area);
    }
    let figures = &state.figures;
    let depth = figures.depth();
    let tabs: Vec<(String, bool)> = match depth {
        0 => Span::ALL
            .map(|span| (state.say(span_word(span)), span == figures.kept.span))
            .into(),
        1 => BY
            .map(|by| (state.say(by_word(by)), by == figures.kept.by))
            .into(),
        _ => Vec::new(),
    };
    let empty = if figures.loading {
        state.say(Desk::Loading)
    } else {
        state.say(Words::FiguresEmpty)
    };
    let bar = usize::from(area.width).saturating_sub(CELLS.iter().sum::<usize>() + 12);
    let rest = Table {
        title: &title(state),
        tabs: &tabs,
        columns: &columns(state, depth),
        len: figures.shown(),
        at: figures.kept.at.get(depth).map_or(0, |list| list.at),
        empty: &empty,
    }
    .draw(paint, area, |at| {
        if depth < 2 {
            let row = figures.rows().get(at);
            return row.map_or_else(Row::new, |row| cells(state, row, bar));
        }
        behind(state, at)
    });
    let text = queue_words(state);
    let width = u16::try_from(crate::desk::widgets::width(&text)).unwrap_or(u16::MAX);
    if width < rest.width {
        let x = rest.right() - width;
        paint.put(x, rest.y, width, &text, paint.theme.quiet());
    }
}

/// The queue as it is now, and that something is still being counted.
fn queue_words(state: &State) -> String {
    let queue = &state.queue;
    let longest = queue.longest_since.map_or(0, |since| {
        state.server_now().duration_since(since).as_secs()
    });
    let values = [
        ("waiting", queue.waiting.into()),
        ("longest", longest.max(0).into()),
        ("idle", queue.idle.into()),
    ];
    let text = state.say_with(Words::QueueNow, &values);
    let counting = |figures: &Option<Figures>| figures.as_ref().is_some_and(|it| it.counting);
    if counting(&state.figures.all) {
        format!("{}  {text}", state.say(Words::Counting))
    } else {
        text
    }
}

fn title(state: &State) -> String {
    let kept = &state.figures.kept;
    let shown = state.figures.one.as_ref().filter(|_| kept.figure.is_some());
    let days = shown.or(state.figures.all.as_ref());
    let title = days.map_or_else(
        || state.say(Words::FiguresTitle),
        |it| {
            let values = [
                ("from", it.from.to_string().into()),
                ("until", it.until.to_string().into()),
            ];
            state.say_with(Words::FiguresOf, &values)
        },
    );
    match (kept.figure, &kept.of) {
        (Some(figure), None) => format!("{title}  {}", state.say(figure_word(figure))),
        (Some(figure), Some(of)) => format!("{title}  {}  {of}", state.say(figure_word(figure))),
        _ => title,
    }
}

fn columns(state: &State, depth: usize) -> Vec<Column> {
    let column = |head: String, cells| Column { head, cells };
    if depth == 2 {
        return vec![
            column(state.say(Desk::HeadNumber), 18),
            column(state.say(Desk::HeadStage), 10),
            column(state.say(Desk::HeadUnit), 12),
            column(state.say(Desk::HeadTitle), 0),
        ];
    }
    let [name, value, parts] = CELLS;
    let head = if depth == 0 {
        Words::HeadFigure
    } else {
        by_word(state.figures.kept.by)
    };
    vec![
        column(state.say(head), name),
        column(state.say(Words::HeadValue), value),
        column(state.say(Words::HeadParts), parts),
        column(String::new(), 0),
    ]
}

fn cells(state: &State, row: &FigureRow, bar: usize) -> Row {
    let name = if state.figures.depth() == 0 {
        state.say(figure_word(row.figure))
    } else if state.figures.kept.by == FiguresBy::Level {
        state.say(level_word(&row.of))
    } else if !row.name.is_empty() {
        row.name.clone()
    } else if row.of.is_empty() {
        state.say(Words::OfNone)
    } else {
        row.of.clone()
    };
    vec![
        (name, None),
        (value(state, row), Some(state.theme.strong())),
        (format!("{}/{}", row.numerator, row.denominator), None),
        (drawn(row, bar), Some(state.theme.good())),
    ]
}

/// A rate to a hundredth of a per cent, as the annual report has them; a mean to a tenth.
fn value(state: &State, row: &FigureRow) -> String {
    let scaled = |by: u64| row.numerator.saturating_mul(by) / row.denominator.max(1);
    match row.measure {
        Measure::Share => {
            let share = scaled(10_000);
            format!("{}.{:02}%", share / 100, share % 100)
        }
        Measure::Seconds | Measure::Minutes => {
            let mean = scaled(10);
            let mean = format!("{}.{}", mean / 10, mean % 10);
            let word = if row.measure == Measure::Seconds {
                Words::InSeconds
            } else {
                Words::InMinutes
            };
            state.say_with(word, &[("mean", mean.into())])
        }
    }
}

/// A share as a bar: whole cells only, so that every terminal draws it alike.
fn drawn(row: &FigureRow, cells: usize) -> String {
    if row.measure != Measure::Share {
        return String::new();
    }
    let cells = u64::try_from(cells).unwrap_or(0);
    let full = row.numerator.saturating_mul(cells) / row.denominator.max(1);
    let full = usize::try_from(full.min(cells)).unwrap_or(0);
    "=".repeat(full)
}

fn behind(state: &State, at: usize) -> Row {
    let Some(behind) = &state.figures.behind else {
        return Row::new();
    };
    if let Some(ticket) = behind.tickets.get(at) {
        return ticket_cells(state, ticket);
    }
    let call = behind.calls.get(at - behind.tickets.len());
    call.map_or_else(Row::new, |call| call_cells(state, call))
}

fn ticket_cells(state: &State, ticket: &TicketRow) -> Row {
    let unit = ticket.unit.as_ref();
    let unit = unit.map(|unit| state.names.short(state.names.unit(unit)).to_owned());
    vec![
        (ticket.number.to_string(), None),
        (state.say(names::stage(ticket.stage)), None),
        (unit.unwrap_or_default(), None),
        (ticket.title.to_string(), None),
    ]
}

fn call_cells(state: &State, call: &FigureCall) -> Row {
    let waited = call
        .answered_at
        .or(call.ended_at)
        .map_or(0, |at| at.duration_since(call.offered_at).as_secs());
    let word = if call.answered_at.is_some() {
        Words::CallTaken
    } else {
        Words::CallLeft
    };
    vec![
        (times::date_time(call.offered_at), None),
        (state.say_with(word, &[("seconds", waited.into())]), None),
        (
            call.seat
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            None,
        ),
        (String::new(), None),
    ]
}

/// One's own day: what was answered, how long, what was closed at once, and the time by state.
fn draw_own(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let own = state.figures.own.as_ref();
    let rows: Vec<[String; 3]> = own.map_or_else(Vec::new, |own| own_rows(state, own));
    let empty = if state.figures.loading {
        state.say(Desk::Loading)
    } else {
        state.say(Words::FiguresEmpty)
    };
    let column = |word: Words, cells| Column {
        head: state.say(word),
        cells,
    };
    let rest = Table {
        title: &state.say(Words::OwnTitle),
        tabs: &[],
        columns: &[
            column(Words::HeadFigure, 26),
            column(Words::HeadValue, 12),
            column(Words::HeadParts, 0),
        ],
        len: rows.len(),
        at: state.figures.kept.at[0]
            .at
            .min(rows.len().saturating_sub(1)),
        empty: &empty,
    }
    .draw(paint, area, |at| {
        let row = rows.get(at).cloned().unwrap_or_default();
        row.into_iter().map(|text| (text, None)).collect()
    });
    paint.put(
        rest.x,
        rest.y,
        rest.width,
        &queue_words(state),
        paint.theme.quiet(),
    );
}

fn own_rows(state: &State, own: &OwnDay) -> Vec<[String; 3]> {
    let row = |figure, numerator, denominator| FigureRow {
        figure,
        of: String::new(),
        name: String::new(),
        numerator,
        denominator,
        measure: figure.measure(),
        behind: figure.behind(),
    };
    let line = |row: &FigureRow| {
        [
            state.say(figure_word(row.figure)),
            value(state, row),
            format!("{}/{}", row.numerator, row.denominator),
        ]
    };
    let talk = row(Figure::SeatTalk, own.talk_seconds, own.answered);
    let direct = row(Figure::SeatDirect, own.direct, own.accepted);
    let mut rows = vec![line(&talk), line(&direct)];
    for time in &own.states {
        let minutes = time.seconds / 60;
        let text = format!("{}:{:02}", minutes / 60, minutes % 60);
        rows.push([state.say(names::seat(time.state)), text, String::new()]);
    }
    rows
}

const fn span_word(span: Span) -> Words {
    match span {
        Span::Today => Words::SpanToday,
        Span::Week => Words::SpanWeek,
        Span::Month => Words::SpanMonth,
    }
}

const fn by_word(by: FiguresBy) -> Words {
    match by {
        FiguresBy::Whole | FiguresBy::Day => Words::ByDay,
        FiguresBy::Week => Words::ByWeek,
        FiguresBy::Unit => Words::ByUnit,
        FiguresBy::Level => Words::ByLevel,
        FiguresBy::Item => Words::ByItem,
    }
}

fn level_word(level: &str) -> Words {
    match level {
        "city" => Words::LevelCity,
        "enterprise" => Words::LevelEnterprise,
        "district" => Words::LevelDistrict,
        "bureau" => Words::LevelBureau,
        "street" => Words::LevelStreet,
        _ => Words::OfNone,
    }
}

/// A figure's name as the field calls it.
pub const fn figure_word(figure: Figure) -> Words {
    match figure {
        Figure::CallsAnswered => Words::FigureCallsAnswered,
        Figure::Answered15 => Words::FigureAnswered15,
        Figure::Offered15 => Words::FigureOffered15,
        Figure::CallsAbandoned => Words::FigureCallsAbandoned,
        Figure::HandleTime => Words::FigureHandleTime,
        Figure::Occupancy => Words::FigureOccupancy,
        Figure::Direct => Words::FigureDirect,
        Figure::ExpertDirect => Words::FigureExpertDirect,
        Figure::EnterpriseDirect => Words::FigureEnterpriseDirect,
        Figure::OnceSolved => Words::FigureOnceSolved,
        Figure::DispatchMinutes => Words::FigureDispatchMinutes,
        Figure::Precision => Words::FigurePrecision,
        Figure::Returned => Words::FigureReturned,
        Figure::ReturnsUpheld => Words::FigureReturnsUpheld,
        Figure::CityShare => Words::FigureCityShare,
        Figure::SignedInTime => Words::FigureSignedInTime,
        Figure::Contacted => Words::FigureContacted,
        Figure::AnsweredInTime => Words::FigureAnsweredInTime,
        Figure::ClosedInTime => Words::FigureClosedInTime,
        Figure::ClosedFirst => Words::FigureClosedFirst,
        Figure::Redone => Words::FigureRedone,
        Figure::Reached => Words::FigureReached,
        Figure::Solved => Words::FigureSolved,
        Figure::Satisfied => Words::FigureSatisfied,
        Figure::EnterpriseInTime => Words::FigureEnterpriseInTime,
        Figure::EnterpriseSolved => Words::FigureEnterpriseSolved,
        Figure::EnterpriseSatisfied => Words::FigureEnterpriseSatisfied,
        Figure::Contact2110 => Words::FigureContact2110,
        Figure::Answer2110 => Words::FigureAnswer2110,
        Figure::Solve2110 => Words::FigureSolve2110,
        Figure::SearchToUse => Words::FigureSearchToUse,
        Figure::SearchMissed => Words::FigureSearchMissed,
        Figure::Stale => Words::FigureStale,
        Figure::SeatTalk => Words::FigureSeatTalk,
        Figure::SeatDirect => Words::FigureSeatDirect,
    }
}
