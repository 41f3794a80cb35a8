//! How wide text is on a terminal, in cells, and how it breaks. Counted by grapheme clusters, as the
//! buffer does when it draws.

use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// True for what joins or tints emoji: terminals disagree on how wide the result is, so it is not drawn.
const fn joins(c: char) -> bool {
    matches!(
        c,
        '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'
    )
}

/// The text as it is drawn: a joined emoji as its parts, whose width no terminal disputes.
pub fn drawn(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(joins) {
        Cow::Borrowed(text)
    } else {
        text.chars().filter(|c| !joins(*c)).collect()
    }
}

/// The width of a character that always stands for itself: ASCII, Chinese characters, their punctuation. It joins no
/// other into a cluster, so that text of such characters, which is nearly all of it, need not be taken apart.
const fn alone(c: char) -> Option<usize> {
    match c {
        ' '..='~' => Some(1),
        '\u{3001}'..='\u{3029}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

/// The clusters of a text with their places in bytes.
fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let plain = text.chars().all(|c| c == '\n' || alone(c).is_some());
    let one = plain.then(|| {
        text.char_indices()
            .map(|(at, c)| (at, &text[at..at + c.len_utf8()]))
    });
    let many = (!plain).then(|| text.grapheme_indices(true));
    one.into_iter().flatten().chain(many.into_iter().flatten())
}

/// Cells that a text takes when it is drawn.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    if let Some(cells) = text.chars().try_fold(0, |sum, c| Some(sum + alone(c)?)) {
        return cells;
    }
    drawn(text)
        .graphemes(true)
        .map(UnicodeWidthStr::width)
        .sum()
}

/// The text in at most `max` cells, its end replaced by `…` (or `mark`) where it does not fit.
pub fn cut<'a>(text: &'a str, max: usize, mark: &str) -> Cow<'a, str> {
    if width(text) <= max {
        return text.into();
    }
    let room = max.saturating_sub(width(mark));
    let mut out = String::with_capacity(text.len());
    let mut used = 0;
    for (_, cluster) in clusters(text) {
        let wide = width(cluster);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push_str(cluster);
    }
    if width(mark) <= max {
        out.push_str(mark);
    }
    out.into()
}

/// A path in at most `max` cells: its leaf matters most, so what does not fit is left out from the front, step by
/// step, and `mark` stands for it. A leaf that alone is too wide is cut at its end.
pub fn cut_path(path: &str, max: usize, mark: &str) -> String {
    if width(path) <= max {
        return path.to_owned();
    }
    let mut rest = path;
    while let Some((_, below)) = rest.split_once('>') {
        rest = below;
        let shown = format!("{mark}>{rest}");
        if width(&shown) <= max {
            return shown;
        }
    }
    cut(rest, max, mark).into_owned()
}

/// The text in exactly `cells` cells: cut, or filled with blanks.
pub fn pad(text: &str, cells: usize, mark: &str) -> String {
    let mut out = cut(text, cells, mark).into_owned();
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// Byte ranges of the rows that a text breaks into at `cells` cells; a line feed ends a row and belongs to
/// none. There is at least one row. Runs of Latin letters and digits stay together where they fit in a row.
pub fn rows(text: &str, cells: usize) -> Vec<Range<usize>> {
    let cells = cells.max(2);
    let mut out = Vec::new();
    let (mut start, mut used) = (0, 0);
    // Where the run of Latin letters that the row ends with began, in bytes and in cells.
    let mut run: Option<(usize, usize)> = None;
    for (at, cluster) in clusters(text) {
        if cluster == "\n" || cluster == "\r\n" {
            out.push(start..at);
            (start, used, run) = (at + cluster.len(), 0, None);
            continue;
        }
        let wide = width(cluster);
        let latin = cluster.bytes().all(|b| b.is_ascii_alphanumeric());
        if used + wide > cells {
            if let Some((begun, before)) = run.filter(|(begun, _)| latin && *begun > start) {
                out.push(start..begun);
                (start, used) = (begun, used - before);
                run = Some((begun, 0));
            } else {
                out.push(start..at);
                (start, used, run) = (at, 0, None);
            }
        }
        if latin {
            run = run.or(Some((at, used)));
        } else {
            run = None;
        }
        used += wide;
    }
    out.push(start..text.len());
    out
}
