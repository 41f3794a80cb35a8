//! A trainee over time as files for people outside the desk: a table (CSV) and a page (HTML) with the same figures.

use super::page::percent;
use super::report::parts;
use super::words::{check, mode, titled};
use crate::desk::ports::{SavedAs, SavedFile};
use crate::desk::state::State;
use crate::desk::times;
use crate::protocol::practice::{Report, ReportRun};
use crate::words::Practice as Say;

/// Both files.
pub fn files(state: &State, report: &Report) -> Vec<SavedFile> {
    let name = |ending: &str| format!("practice-{}.{ending}", report.account);
    vec![
        SavedFile {
            name: name("csv"),
            text: csv(state, report),
            kind: SavedAs::Note,
        },
        SavedFile {
            name: name("html"),
            text: html(state, report),
            kind: SavedAs::Note,
        },
    ]
}

/// The head: when, scenario, mode, score, a column a part.
fn head(state: &State, report: &Report) -> Vec<String> {
    let words = [
        Say::HeadWhen,
        Say::HeadScenario,
        Say::HeadMode,
        Say::HeadScore,
        Say::HeadResult,
        Say::HeadTrainer,
    ];
    let mut head: Vec<String> = words.into_iter().map(|word| state.say(word)).collect();
    let parts = report.runs.last().map(|run| &run.parts);
    head.extend(parts.into_iter().flatten().map(|part| {
        let title = titled(state, &part.title, &part.title_en);
        format!("{title} /{}", part.max)
    }));
    head
}

fn row(state: &State, run: &ReportRun) -> Vec<String> {
    let one = &run.run;
    let result = if one.passed {
        Say::Passed
    } else {
        Say::NotPassed
    };
    let number = |total: Option<u8>| total.map_or_else(String::new, |total| total.to_string());
    let mut row = vec![
        times::date_time(one.at),
        titled(state, one.title.as_str(), one.title_en.as_str()).to_owned(),
        mode(state, one.mode),
        number(one.total),
        state.say(result),
        number(one.trainer_total),
    ];
    row.extend(
        run.parts
            .iter()
            .map(|part| part.got.map_or_else(String::new, |got| format!("{got:.1}"))),
    );
    row
}

fn csv(state: &State, report: &Report) -> String {
    let mut text = String::from("\u{feff}");
    let rows = report.runs.iter().map(|run| row(state, run));
    for cells in std::iter::once(head(state, report)).chain(rows) {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that a spreadsheet takes as text and never as a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

fn html(state: &State, report: &Report) -> String {
    let title = state.say_with(
        Say::ReportTitle,
        &[("name", state.name_of(&report.account).into())],
    );
    let title = escaped(&title);
    let mut body = format!("<h1>{title}</h1>\n{}", chart(report));
    let cells = |cells: &[String], tag: &str| -> String {
        let cell = |cell: &String| format!("<{tag}>{}</{tag}>", escaped(cell));
        cells.iter().map(cell).collect()
    };
    body.push_str("<table>\n<tr>");
    body.push_str(&cells(&head(state, report), "th"));
    body.push_str("</tr>\n");
    for run in &report.runs {
        let row = cells(&row(state, run), "td");
        body.push_str(&["<tr>", &row, "</tr>\n"].concat());
    }
    body.push_str("</table>\n");
    let means = parts(report)
        .into_iter()
        .map(|(zh, en, share)| format!("{} {}", titled(state, zh, en), percent(share)));
    body.push_str(&list(&state.say(Say::ReportParts), means));
    let weak = report
        .weakest
        .iter()
        .map(|weak| format!("{} {}", check(state, weak.check), percent(weak.got)));
    body.push_str(&list(&state.say(Say::ReportWeakest), weak));
    let next = report
        .next
        .iter()
        .map(|row| titled(state, row.title.as_str(), row.title_en.as_str()).to_owned());
    body.push_str(&list(&state.say(Say::ReportNext), next));
    let lang = titled(state, "zh-CN", "en");
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>\
         body{{font-family:sans-serif;margin:2em}}table{{border-collapse:collapse}}\
         td,th{{border:1px solid #999;padding:2px 8px;text-align:left}}</style></head>\n<body>\n{body}</body></html>\n"
    )
}

fn list(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines
        .map(|line| format!("<li>{}</li>\n", escaped(&line)))
        .collect();
    let lines = lines.concat();
    if lines.is_empty() {
        return String::new();
    }
    format!("<h2>{}</h2>\n<ul>\n{lines}</ul>\n", escaped(title))
}

/// The scores over time as a drawing, oldest on the left.
fn chart(report: &Report) -> String {
    const STEP: usize = 24;
    let wide = (report.runs.len() * STEP).max(STEP);
    let bars: Vec<String> = report
        .runs
        .iter()
        .enumerate()
        .map(|(at, run)| {
            let total = run.run.total.unwrap_or(0);
            let colour = if run.run.passed { "#2a7" } else { "#c33" };
            let (x, y) = (at * STEP, 100 - u16::from(total));
            format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"18\" height=\"{total}\" fill=\"{colour}\"><title>{total}</title></rect>"
            )
        })
        .collect();
    let bars = bars.concat();
    format!(
        "<svg role=\"img\" width=\"{wide}\" height=\"100\" viewBox=\"0 0 {wide} 100\">{bars}</svg>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
