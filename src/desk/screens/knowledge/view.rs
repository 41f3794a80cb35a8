//! Draws the editors' lists.

use super::state::{Row as Listed, Tab};
use crate::desk::names;
use crate::desk::state::State;
use crate::desk::times;
use crate::desk::widgets::{Column, Paint, Row, Table};
use crate::domain::clock::civil_day;
use crate::domain::knowledge::{Draft, DraftState, Gap};
use crate::protocol::draft::EntryVersion;
use crate::words::{Desk, Knowledge, Knowledge as K};
use ratatui::layout::Rect;

const fn tab_word(tab: Tab) -> Knowledge {
    match tab {
        Tab::Writing => Knowledge::TabWriting,
        Tab::Review => Knowledge::TabReview,
        Tab::Expiring => Knowledge::TabExpiring,
        Tab::Flagged => Knowledge::TabFlagged,
        Tab::Wordings => Knowledge::TabWordings,
        Tab::Gaps => Knowledge::TabGaps,
        Tab::Corrections => Knowledge::TabCorrections,
        Tab::Changes => Knowledge::TabChanges,
    }
}

const fn empty_word(tab: Tab) -> Knowledge {
    match tab {
        Tab::Writing => Knowledge::EmptyWriting,
        Tab::Review => Knowledge::EmptyReview,
        Tab::Expiring => Knowledge::EmptyExpiring,
        Tab::Flagged => Knowledge::EmptyFlagged,
        Tab::Wordings => Knowledge::EmptyWordings,
        Tab::Gaps => Knowledge::EmptyGaps,
        Tab::Corrections => Knowledge::EmptyCorrections,
        Tab::Changes => Knowledge::EmptyChanges,
    }
}

/// How a draft stands, in words.
pub fn state_words(state: &State, draft: &Draft) -> String {
    state.say(names::draft_stage(draft.state.stage()))
}

/// Draws the screen.
pub fn draw(state: &State, paint: &mut Paint<'_>, area: Rect) {
    let list = &state.knowledge;
    let tab = list.kept.tab;
    let tabs = Tab::ALL.map(|it| (state.say(tab_word(it)), it == tab));
    let empty = if list.loading.is_some() {
        state.say(Desk::Loading)
    } else {
        state.say(empty_word(tab))
    };
    let wide = area.width >= 100;
    Table {
        title: &title(state),
        tabs: &tabs,
        columns: &columns(state, tab, wide),
        len: list.rows.len(),
        at: list.kept.list.at,
        empty: &empty,
    }
    .draw(paint, area, |place| {
        list.rows
            .get(place)
            .map_or_else(Row::new, |row| cells(state, row, wide))
    });
}

/// The title; over the changes with what the year comes to, each rate with its parts.
fn title(state: &State) -> String {
    let title = state.say(Knowledge::ListTitle);
    let figures = state.knowledge.figures.as_ref();
    let Some(it) = figures.filter(|_| state.knowledge.kept.tab == Tab::Changes) else {
        return title;
    };
    let percent = (it.closed_directly * 100).checked_div(it.accepted);
    let values = [
        ("year", it.year.to_string().into()),
        ("entries", it.entries.into()),
        ("changes", it.changes.into()),
        ("percent", percent.unwrap_or(0).into()),
        ("direct", it.closed_directly.into()),
        ("accepted", it.accepted.into()),
    ];
    format!("{title}  {}", state.say_with(Knowledge::YearLine, &values))
}

fn columns(state: &State, tab: Tab, wide: bool) -> Vec<Column> {
    let column = |word: Knowledge, cells| Column {
        head: state.say(word),
        cells,
    };
    let mut columns = match tab {
        Tab::Writing | Tab::Review => vec![column(K::HeadState, 8)],
        Tab::Expiring => vec![column(K::HeadLastDay, 10), column(K::HeadLeft, 6)],
        Tab::Gaps => vec![column(K::HeadTimes, 5), column(K::HeadLast, 11)],
        Tab::Wordings => vec![column(K::HeadTimes, 5), column(K::HeadWords, 20)],
        Tab::Flagged | Tab::Corrections | Tab::Changes => vec![column(K::HeadAt, 11)],
    };
    if !matches!(tab, Tab::Gaps | Tab::Wordings) || (tab == Tab::Wordings && wide) {
        columns.push(column(K::HeadCode, 16));
    }
    if (wide && !matches!(tab, Tab::Wordings | Tab::Flagged)) || tab == Tab::Expiring {
        columns.push(match tab {
            Tab::Gaps => column(K::HeadItem, 24),
            Tab::Expiring => column(K::FieldDepartment, if wide { 18 } else { 10 }),
            _ => column(K::HeadBy, 14),
        });
    }
    columns.push(column(K::FieldQuestion, 0));
    if matches!(tab, Tab::Corrections | Tab::Flagged)
        || (wide && !matches!(tab, Tab::Gaps | Tab::Expiring | Tab::Wordings))
    {
        columns.push(column(K::HeadWhat, if wide { 30 } else { 20 }));
    }
    columns
}

fn cells(state: &State, row: &Listed, wide: bool) -> Row {
    let plain = |text: String| (text, None);
    match row {
        Listed::Draft(draft) => draft_cells(state, draft, wide),
        Listed::Expiring(entry) => {
            let today = civil_day(state.server_now());
            let days = entry.until.duration_since(today).as_hours() / 24;
            let style = if days <= 7 {
                state.theme.bad()
            } else {
                state.theme.warn()
            };
            let left = state.say_with(Knowledge::DaysLeft, &[("days", days.into())]);
            vec![
                (entry.until.to_string(), Some(style)),
                (left, Some(style)),
                plain(entry.code.to_string()),
                plain(state.names.short(entry.department.as_str()).to_owned()),
                plain(entry.question.to_string()),
            ]
        }
        Listed::Gap(gap) => gap_cells(state, gap, wide),
        Listed::Flagged(it) => {
            let change = &it.change;
            let what = format!("{} {} {}", change.article, change.note, change.law);
            vec![
                plain(times::date_time(change.made.at)),
                plain(it.code.to_string()),
                plain(it.question.to_string()),
                (what, Some(state.theme.warn())),
            ]
        }
        Listed::Wording(it) => {
            let times = [("count", it.times.into())];
            let mut row = vec![
                plain(state.say_with(Knowledge::CountTimes, &times)),
                (it.words.to_string(), Some(state.theme.strong())),
            ];
            if wide {
                row.push(plain(it.code.to_string()));
            }
            row.push(plain(it.question.to_string()));
            row
        }
        Listed::Correction(it) => {
            let mut row = vec![
                plain(times::date_time(it.made.at)),
                plain(it.code.to_string()),
            ];
            if wide {
                row.push(plain(state.name_of(&it.made.by.account)));
            }
            row.push(plain(it.question.to_string()));
            row.push((it.note.to_string(), Some(state.theme.warn())));
            row
        }
        Listed::Change(it) => change_cells(state, it, wide),
    }
}

fn draft_cells(state: &State, draft: &Draft, wide: bool) -> Row {
    let style = match &draft.state {
        DraftState::SentBack { .. } => state.theme.bad(),
        DraftState::InReview { .. } => state.theme.warn(),
        _ => state.theme.base(),
    };
    let mut row = vec![
        (state_words(state, draft), Some(style)),
        (draft.entry.code.to_string(), None),
    ];
    if wide {
        row.push((state.name_of(&draft.made.by.account), None));
    }
    row.push((draft.entry.question.to_string(), None));
    if wide {
        let what = match &draft.state {
            DraftState::SentBack { reason, .. } => reason.to_string(),
            DraftState::InReview { stamp } => {
                let values = [("at", times::date_time(stamp.at).into())];
                state.say_with(Knowledge::GivenAt, &values)
            }
            _ => times::date_time(draft.made.at),
        };
        row.push((what, None));
    }
    row
}

fn gap_cells(state: &State, gap: &Gap, wide: bool) -> Row {
    let plain = |text: String| (text, None);
    let count = i64::try_from(gap.count).unwrap_or(i64::MAX);
    let times = state.say_with(Knowledge::CountTimes, &[("count", count.into())]);
    let style = (gap.count > 1).then(|| state.theme.warn());
    let mut row = vec![(times, style), plain(times::date_time(gap.last))];
    if wide {
        let item = gap.item.as_ref().map(|item| state.names.item_path(item));
        let searched = || state.say(Knowledge::GapSearched);
        let none = gap.tickets.is_empty().then(searched);
        row.push(plain(item.or(none).unwrap_or_default()));
    }
    row.push(plain(gap.title.to_string()));
    row
}

fn change_cells(state: &State, it: &EntryVersion, wide: bool) -> Row {
    let plain = |text: String| (text, None);
    let mut row = vec![
        plain(times::date_time(it.at)),
        plain(it.entry.entry.code.to_string()),
    ];
    if wide {
        row.push(plain(state.name_of(&it.by)));
    }
    row.push(plain(it.entry.entry.question.to_string()));
    if wide {
        let number = i64::try_from(it.entry.version).unwrap_or(i64::MAX);
        let version = state.say_with(Knowledge::SideVersion, &[("version", number.into())]);
        row.push(if it.entry.retired {
            let reason = [("reason", it.reason.as_str().into())];
            (
                state.say_with(Knowledge::RetiredLine, &reason),
                Some(state.theme.bad()),
            )
        } else {
            plain(version)
        });
    }
    row
}
