//! Draws the practice screen.

use super::page::{Drawn, lines as page_lines, tape};
use super::report::{BAR, bar, lines as report_lines};
use super::state::{Trainee, View};
use super::words::{clock, mode, titled};
use crate::desk::screens::practice::update::trains;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table, rows};
use crate::protocol::practice::RunRow;
use crate::words::Practice as Say;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The mean of a trainee's scores is taken over so many runs.
const LAST: usize = 5;

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    match state.practice.view {
        View::Scenarios => draw_scenarios(state, paint, area),
        View::Class => draw_class(state, paint, area),
        View::Runs => draw_runs(state, paint, area),
        View::Report | View::Page => draw_text(state, paint, area),
        View::Replay => draw_replay(state, paint, area),
    }
}

fn tabs(state: &State) -> Vec<(String, bool)> {
    let view = state.practice.view;
    let all: &[(View, Say)] = if trains(state) {
        &[
            (View::Class, Say::TabClass),
            (View::Runs, Say::TabRuns),
            (View::Scenarios, Say::TabScenarios),
        ]
    } else {
        &[
            (View::Scenarios, Say::TabScenarios),
            (View::Runs, Say::TabRuns),
            (View::Report, Say::TabReport),
        ]
    };
    all.iter()
        .map(|(one, word)| (state.say(*word), *one == view))
        .collect()
}

fn column(state: &State, word: Say, cells: usize) -> Column {
    Column {
        head: state.say(word),
        cells,
    }
}

fn draw_scenarios(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let practice = &state.practice;
    let mode = mode(state, practice.mode);
    let title = state.say_with(Say::ScreenTitle, &[("mode", mode.into())]);
    let empty = state.say(if practice.loading {
        Say::PracticeLoading
    } else {
        Say::NoScenarios
    });
    let columns = [
        column(state, Say::HeadLevel, 6),
        column(state, Say::HeadBest, 6),
        column(state, Say::HeadRuns, 5),
        column(state, Say::HeadScenario, 0),
    ];
    let row = |at: usize| {
        practice.scenarios.get(at).map_or_else(Row::new, |row| {
            let best = row.best.map_or(String::new(), |best| best.to_string());
            let style = row.passed.then(|| state.theme.good());
            vec![
                ("*".repeat(usize::from(row.level)), None),
                (best, style),
                (row.runs.to_string(), None),
                (
                    titled(state, row.title.as_str(), row.title_en.as_str()).to_owned(),
                    None,
                ),
            ]
        })
    };
    Table {
        title: &title,
        tabs: &tabs(state),
        columns: &columns,
        len: practice.scenarios.len(),
        at: practice.list.at,
        empty: &empty,
    }
    .draw(paint, area, row);
}

fn draw_class(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let trainees = state.practice.trainees();
    let columns = [
        column(state, Say::HeadTrainee, 12),
        column(state, Say::HeadRuns, 5),
        column(state, Say::HeadPassed, 6),
        column(state, Say::HeadMean, 6),
        column(state, Say::HeadNow, 0),
    ];
    let row = |at: usize| {
        trainees
            .get(at)
            .map_or_else(Row::new, |one| trainee_cells(state, one))
    };
    Table {
        title: &state.say(Say::ClassTitle),
        tabs: &tabs(state),
        columns: &columns,
        len: trainees.len(),
        at: state.practice.class.at,
        empty: &state.say(Say::NoTrainees),
    }
    .draw(paint, area, row);
}

fn trainee_cells(state: &State, one: &Trainee<'_>) -> Row {
    let passed = one.closed.iter().filter(|run| run.passed).count();
    let last: Vec<u32> = one
        .closed
        .iter()
        .take(LAST)
        .filter_map(|run| run.total.map(u32::from))
        .collect();
    let count = u32::try_from(last.len()).unwrap_or(1).max(1);
    let mean = if last.is_empty() {
        String::new()
    } else {
        (last.iter().sum::<u32>() / count).to_string()
    };
    let appealed = one.closed.iter().any(|run| run.appealed);
    let (now, style) = match one.live {
        Some(run) => {
            let title = titled(state, run.title.as_str(), run.title_en.as_str());
            let text = format!("> {} {title}", mode(state, run.mode));
            (text, Some(state.theme.warn()))
        }
        None if appealed => (state.say(Say::AppealWaits), Some(state.theme.warn())),
        None => (String::new(), None),
    };
    vec![
        (state.name_of(one.account), None),
        (one.closed.len().to_string(), None),
        (passed.to_string(), None),
        (mean, None),
        (now, style),
    ]
}

/// The runs with a bar each: the chart of scores over time, newest above.
fn draw_runs(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let practice = &state.practice;
    let trains = trains(state);
    let mut columns = vec![column(state, Say::HeadWhen, 11)];
    if trains {
        columns.push(column(state, Say::HeadTrainee, 10));
    }
    columns.push(column(state, Say::HeadMode, 7));
    columns.push(column(state, Say::HeadScore, 11));
    if area.width >= 100 {
        columns.push(column(state, Say::HeadChart, BAR));
    }
    columns.push(column(state, Say::HeadScenario, 0));
    let row = |at: usize| {
        practice.runs.get(at).map_or_else(Row::new, |run| {
            run_cells(state, run, trains, area.width >= 100)
        })
    };
    Table {
        title: &state.say(Say::RunsTitle),
        tabs: &tabs(state),
        columns: &columns,
        len: practice.runs.len(),
        at: practice.run_list.at,
        empty: &state.say(Say::NoRuns),
    }
    .draw(paint, area, row);
}

fn run_cells(state: &State, run: &RunRow, trains: bool, wide: bool) -> Row {
    let (score, style) = match (run.total, run.passed) {
        (None, _) => (state.say(Say::RunOpen), state.theme.warn()),
        (Some(total), true) => (
            format!("{total} {}", state.say(Say::Passed)),
            state.theme.good(),
        ),
        (Some(total), false) => (
            format!("{total} {}", state.say(Say::NotPassed)),
            state.theme.bad(),
        ),
    };
    let share = f32::from(run.total.unwrap_or(0)) / 100.0;
    let mut cells = vec![(times::date_time(run.at), None)];
    if trains {
        cells.push((state.name_of(&run.account), None));
    }
    cells.push((mode(state, run.mode), None));
    cells.push((score, Some(style)));
    if wide {
        cells.push((bar(share), Some(style)));
    }
    let title = titled(state, run.title.as_str(), run.title_en.as_str());
    cells.push((title.to_owned(), None));
    cells
}

/// The text that is read, and its title.
fn text(state: &State) -> (String, Vec<Drawn>) {
    let practice = &state.practice;
    match (practice.view, &practice.page, &practice.report) {
        (View::Page, Some(page), _) => {
            let run = &page.run;
            let name = titled(state, run.title.as_str(), run.title_en.as_str());
            let values = [
                ("title", name.into()),
                ("mode", mode(state, run.mode).into()),
                ("name", state.name_of(&run.account).into()),
                ("seed", run.seed.to_string().into()),
            ];
            let word = if page.score.is_some() {
                Say::PageTitle
            } else {
                Say::MirrorTitle
            };
            (state.say_with(word, &values), page_lines(state, page))
        }
        (View::Report, _, Some(report)) => {
            let name = state.name_of(&report.account);
            let title = state.say_with(Say::ReportTitle, &[("name", name.into())]);
            (title, report_lines(state, report))
        }
        _ => {
            let line = (state.say(Say::PracticeLoading), state.theme.quiet(), 0);
            (state.say(Say::TabReport), vec![line])
        }
    }
}

/// Lines broken at a width.
fn broken(lines: Vec<Drawn>, cells: usize) -> Vec<(String, Style)> {
    let mut all = Vec::new();
    for (text, style, indent) in lines {
        let own = text.len() - text.trim_start().len();
        let rest = text.trim_start();
        let further = indent.max(own);
        let broken = rows(rest, cells.saturating_sub(further));
        for (at, row) in broken.into_iter().enumerate() {
            let blanks = if at == 0 { own } else { further };
            let row = rest.get(row).unwrap_or_default();
            all.push((format!("{}{row}", " ".repeat(blanks)), style));
        }
    }
    all
}

/// How far what is read scrolls on this screen.
pub fn last_scroll(state: &State) -> u16 {
    let (_, lines) = text(state);
    let cells = usize::from(state.columns.saturating_sub(4));
    let room = usize::from(state.rows.saturating_sub(4));
    let left = broken(lines, cells).len().saturating_sub(room);
    u16::try_from(left).unwrap_or(u16::MAX)
}

fn draw_text(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let (title, lines) = text(state);
    let inside = paint.panel(area, &title, true);
    let lines = broken(lines, usize::from(inside.width));
    let last = lines.len().saturating_sub(usize::from(inside.height));
    let from = state.practice.scroll.map_or(last, usize::from).min(last);
    for (y, (text, style)) in (inside.y..inside.bottom()).zip(lines.iter().skip(from)) {
        paint.put(inside.x, y, inside.width, text, *style);
    }
    paint.caret_at(inside.x, inside.y);
}

/// A run as it went, up to the moment that is reached.
fn draw_replay(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let practice = &state.practice;
    let (Some(page), Some(replay)) = (&practice.page, practice.replay) else {
        return;
    };
    let end = page.tape.last().map_or(0, |line| line.at);
    let at = replay.at(state.now).min(end);
    let values = [
        ("at", clock(at).into()),
        ("end", clock(end).into()),
        ("times", replay.times().into()),
    ];
    let word = if replay.since.is_some() && at < end {
        Say::ReplayRuns
    } else {
        Say::ReplayStands
    };
    let inside = paint.panel(area, &state.say_with(word, &values), true);
    let lines = broken(tape(state, page, at), usize::from(inside.width));
    let skip = lines.len().saturating_sub(usize::from(inside.height));
    for (y, (text, style)) in (inside.y..inside.bottom()).zip(lines.iter().skip(skip)) {
        paint.put(inside.x, y, inside.width, text, *style);
    }
    paint.caret_at(inside.x, inside.y);
}
