//! A trainee over time: a bar a run, the mean of each part, what goes worst, what to practise next.

use super::page::{Drawn, percent};
use super::words::{check, mode, titled};
use crate::desk::state::State;
use crate::desk::times;
use crate::protocol::practice::{Report, ReportRun};
use crate::words::Practice as Say;

/// Cells of a full bar.
pub const BAR: usize = 20;
/// The mean of a part is taken over so many runs.
const LAST: usize = 10;

/// The report's lines.
pub fn lines(state: &State, report: &Report) -> Vec<Drawn> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    if report.runs.is_empty() {
        lines.push((state.say(Say::NoRuns), theme.quiet(), 0));
    } else {
        lines.push((state.say(Say::ReportRuns), theme.title(), 0));
    }
    lines.extend(report.runs.iter().map(|run| run_line(state, run)));
    if !report.runs.is_empty() {
        lines.push((state.say(Say::ReportParts), theme.title(), 0));
        lines.extend(parts(report).into_iter().map(|(title, title_en, share)| {
            let title = titled(state, title, title_en);
            let text = format!("  {} {:>4} {title}", bar(share), percent(share));
            (text, theme.base(), 2)
        }));
    }
    if !report.weakest.is_empty() {
        lines.push((state.say(Say::ReportWeakest), theme.title(), 0));
    }
    lines.extend(report.weakest.iter().map(|weak| {
        let name = check(state, weak.check);
        let values = [("runs", weak.runs.into())];
        let over = state.say_with(Say::ReportOver, &values);
        let text = format!("  {:>4} {name}  {over}", percent(weak.got));
        (text, theme.warn(), 2)
    }));
    lines.push((state.say(Say::ReportNext), theme.title(), 0));
    lines.extend(report.next.iter().map(|row| {
        let title = titled(state, row.title.as_str(), row.title_en.as_str());
        let text = format!("  {} {title}", "*".repeat(usize::from(row.level)));
        (text, theme.base(), 2)
    }));
    lines
}

fn run_line(state: &State, run: &ReportRun) -> Drawn {
    let theme = &state.theme;
    let run = &run.run;
    let total = run.total.unwrap_or(0);
    let style = if run.passed {
        theme.good()
    } else {
        theme.bad()
    };
    let title = titled(state, run.title.as_str(), run.title_en.as_str());
    let text = format!(
        "  {} {} {total:>3} {} {title}",
        times::date_time(run.at),
        bar(f32::from(total) / 100.0),
        mode(state, run.mode),
    );
    (text, style, 2)
}

/// A share as a bar of fixed width.
pub fn bar(share: f32) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "0 to 20"
    )]
    let full = (share.clamp(0.0, 1.0) * BAR as f32).round() as usize;
    format!("{}{}", "=".repeat(full), ".".repeat(BAR - full))
}

/// Title in both languages and mean share of each part over the last runs, in the sheet's order.
pub fn parts(report: &Report) -> Vec<(&str, &str, f32)> {
    let mut found: Vec<(&str, &str, &str, f32, f32)> = Vec::new();
    for run in report.runs.iter().rev().take(LAST) {
        for part in &run.parts {
            let Some(got) = part.got else { continue };
            #[expect(clippy::cast_precision_loss, reason = "a part has 100 points at most")]
            let max = part.max as f32;
            match found.iter_mut().find(|(id, ..)| *id == part.id) {
                Some(sum) => {
                    sum.3 += got;
                    sum.4 += max;
                }
                None => found.push((&part.id, &part.title, &part.title_en, got, max)),
            }
        }
    }
    found
        .into_iter()
        .map(|(_, title, title_en, got, max)| (title, title_en, got / max.max(1.0)))
        .collect()
}
