//! A run in lines: its score with every point's moment and evidence, what people added, the truth; and its tape.

use super::words::{check, clock, evidence, fatal, happened, titled};
use crate::desk::state::State;
use crate::protocol::practice::{Happened, PartScore, Remarks, RunPage, Score, TapeLine};
use crate::words::Practice as Say;
use ratatui::style::Style;

/// A line with its style, and by how much what is wrapped is moved in.
pub type Drawn = (String, Style, usize);

/// The page's lines: the score of a closed run, the tape of one that goes on.
pub fn lines(state: &State, page: &RunPage) -> Vec<Drawn> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    let Some(score) = &page.score else {
        lines.extend(tape(state, page, u32::MAX));
        if page.tape.is_empty() {
            lines.push((state.say(Say::RunOpen), theme.warn(), 0));
        }
        return lines;
    };
    head(state, page, score, &mut lines);
    for part in &score.parts {
        part_lines(state, part, &page.remarks, &mut lines);
    }
    appeal(state, &page.remarks, &mut lines);
    lines.push((state.say(Say::PageTruth), theme.title(), 0));
    lines.push((format!("  {}", page.story), theme.base(), 2));
    lines
}

fn head(state: &State, page: &RunPage, score: &Score, lines: &mut Vec<Drawn>) {
    let theme = &state.theme;
    let (word, style) = if score.passed {
        (Say::Passed, theme.good())
    } else {
        (Say::NotPassed, theme.bad())
    };
    let values = [
        ("total", format!("{:.1}", score.total).into()),
        ("pass", score.pass.into()),
        ("result", state.say(word).into()),
    ];
    lines.push((state.say_with(Say::PageTotal, &values), style, 0));
    if let Some(total) = page.run.trainer_total {
        let text = state.say_with(Say::PageTrainer, &[("total", i64::from(total).into())]);
        lines.push((text, theme.strong(), 0));
    }
    for found in &score.fatal {
        let values = [
            ("what", fatal(state, found.fatal).into()),
            ("evidence", evidence(state, &found.evidence).into()),
        ];
        lines.push((state.say_with(Say::PageFatal, &values), theme.bad(), 2));
    }
}

fn part_lines(state: &State, part: &PartScore, remarks: &Remarks, lines: &mut Vec<Drawn>) {
    let theme = &state.theme;
    let got = part.got.map_or_else(
        || state.say(Say::NotObserved),
        |got| format!("{got:.1}/{}", part.max),
    );
    let title = titled(state, &part.title, &part.title_en);
    let short = if part.is_short() {
        state.say_with(Say::PageShort, &[("least", part.least.into())])
    } else {
        String::new()
    };
    let text = format!("{title}  {got}  {short}");
    lines.push((text.trim_end().to_owned(), theme.title(), 0));
    let own = remarks
        .marks
        .iter()
        .find(|mark| mark.part.as_str() == part.id);
    if let Some(own) = own {
        let values = [
            ("points", format!("{}/{}", own.points, part.max).into()),
            ("by", state.name_of(&own.by).into()),
            ("reason", own.reason.as_str().into()),
        ];
        let text = state.say_with(Say::PageOwnMark, &values);
        lines.push((text.trim_end().to_owned(), theme.strong(), 2));
    }
    for mark in &part.marks {
        let (got, style) = match mark.got {
            None => (state.say(Say::NotObserved), theme.quiet()),
            Some(got) if got >= 0.99 => (percent(got), theme.good()),
            Some(got) => (percent(got), theme.warn()),
        };
        let text = format!("  {got:>4} {}", check(state, mark.check));
        lines.push((text, style, 2));
        let found = mark.evidence.iter().map(|one| evidence(state, one));
        lines.extend(found.map(|text| (format!("       {text}"), theme.quiet(), 7)));
    }
}

/// A share in percent.
pub fn percent(share: f32) -> String {
    format!("{:.0}%", share * 100.0)
}

fn appeal(state: &State, remarks: &Remarks, lines: &mut Vec<Drawn>) {
    let Some(appeal) = &remarks.appeal else {
        return;
    };
    let theme = &state.theme;
    let text = state.say_with(Say::PageAppeal, &[("text", appeal.text.as_str().into())]);
    lines.push((text, theme.strong(), 2));
    let text = match &appeal.ruling {
        None => state.say(Say::PageAppealOpen),
        Some(ruling) => {
            let by = state.name_of(&ruling.by);
            let values = [("text", ruling.text.as_str().into()), ("by", by.into())];
            state.say_with(Say::PageRuling, &values)
        }
    };
    lines.push((text, theme.strong(), 2));
}

/// A run's tape in lines, up to a moment, its bookmarks among them.
pub fn tape(state: &State, page: &RunPage, upto: u32) -> Vec<Drawn> {
    let theme = &state.theme;
    let told = page
        .tape
        .iter()
        .map(|line| (line.at, tape_line(state, line)));
    let notes = page.remarks.notes.iter().map(|note| {
        let by = state.name_of(&note.by);
        let values = [("text", note.text.as_str().into()), ("by", by.into())];
        let text = state.say_with(Say::NoteLine, &values);
        let text = format!("{} {text}", clock(note.at));
        (note.at, (text, theme.matched(), 6))
    });
    let mut all: Vec<(u32, Drawn)> = told.chain(notes).filter(|(at, _)| *at <= upto).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, line)| line).collect()
}

fn tape_line(state: &State, line: &TapeLine) -> Drawn {
    let theme = &state.theme;
    let at = clock(line.at);
    let text = match line.what {
        Happened::Said => state.say_with(Say::OwnWords, &[("line", line.text.as_str().into())]),
        Happened::Heard if line.who.is_empty() => line.text.clone(),
        Happened::Heard => format!("{}：{}", line.who, line.text),
        what => format!("[{}] {}", happened(state, what), line.text),
    };
    let style = match line.what {
        Happened::Said => theme.strong(),
        Happened::Heard => theme.base(),
        Happened::Guarded | Happened::Leaked | Happened::WrongPolicy => theme.bad(),
        Happened::Repeated | Happened::Silence | Happened::Injected | Happened::Turned => {
            theme.warn()
        }
        _ => theme.quiet(),
    };
    (format!("{at} {}", text.trim_end()), style, 6)
}
