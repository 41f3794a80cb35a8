//! The piece of an answer to show under a hit: where most of it is marked, from the beginning of a sentence
//! where one is near, in one line.

use std::ops::Range;

/// Longest snippet, in characters.
const LONGEST: usize = 80;
/// So many characters are shown before the first mark where no sentence begins.
const LEAD: usize = 8;
/// So far before a mark the beginning of its sentence is looked for, in characters.
const SENTENCE: usize = 24;
/// Marks that are tried as the beginning.
const MOST_STARTS: usize = 64;

/// The snippet of a text with its marks, as byte ranges of the snippet.
pub(super) fn snippet(text: &str, marks: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let chars = starts.len() - 1;
    let (from, to) = if chars <= LONGEST {
        (0, text.len())
    } else {
        window(text, &starts, marks)
    };
    let Some(piece) = text.get(from..to) else {
        return (String::new(), Vec::new());
    };
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < text.len() { "…" } else { "" };
    // A line feed and a space are both one byte: marks keep their place.
    let line = format!("{lead}{}{tail}", piece.replace(['\n', '\t'], " "));
    let marks = marks
        .iter()
        .filter(|mark| mark.start < to && mark.end > from)
        .map(|mark| {
            let start = mark.start.max(from) - from;
            let end = mark.end.min(to) - from;
            start + lead.len()..end + lead.len()
        })
        .collect();
    (line, marks)
}

/// The window that holds most marked bytes; the first of equals.
fn window(text: &str, starts: &[usize], marks: &[Range<usize>]) -> (usize, usize) {
    let span = |from: usize| {
        let to = (from + LONGEST).min(starts.len() - 1);
        let byte = |at: usize| starts.get(at).copied().unwrap_or(text.len());
        (byte(from), byte(to))
    };
    let mut best = (0, span(0));
    for mark in marks.iter().take(MOST_STARTS) {
        let at = starts.partition_point(|start| *start < mark.start);
        let (from, to) = span(begin(text, starts, at));
        let marked = marks
            .iter()
            .filter(|other| other.start >= from && other.end <= to)
            .map(ExactSizeIterator::len)
            .sum();
        if marked > best.0 {
            best = (marked, (from, to));
        }
    }
    best.1
}

/// The character to begin with for a mark at character `at`: its sentence's first, or a few before it.
fn begin(text: &str, starts: &[usize], at: usize) -> usize {
    let near = at.saturating_sub(SENTENCE)..at;
    let sentence = near.clone().rev().find(|char_at| {
        starts
            .get(*char_at)
            .and_then(|byte| text.get(*byte..)?.chars().next())
            .is_some_and(|c| matches!(c, '。' | '！' | '？' | '；' | '\n'))
    });
    match sentence {
        Some(end) => end + 1,
        None if near.start == 0 => 0,
        None => at.saturating_sub(LEAD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_answer_is_shown_whole_in_one_line() {
        assert_eq!(
            snippet("可以。\n请带证件", &[0..6, 10..16]),
            ("可以。 请带证件".to_owned(), vec![0..6, 10..16])
        );
    }

    #[test]
    fn a_long_answer_is_shown_from_the_sentence_that_matched() {
        let text = format!("{}。提取要带身份证。{}", "前".repeat(90), "后".repeat(90));
        let at = text.find("身份证").unwrap();
        let (line, marks) = snippet(&text, std::slice::from_ref(&(at..at + 9)));
        assert!(
            line.starts_with("…提取要带") && line.ends_with('…'),
            "{line}"
        );
        assert_eq!(&line[marks[0].clone()], "身份证");
    }

    proptest! {
        #[test]
        fn marks_stay_on_boundaries(text in "[\\PC\n]{0,300}", at in 0usize..300, len in 1usize..9) {
            let chars: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let start = chars[at.min(chars.len() - 1)];
            let end = chars[(at + len).min(chars.len() - 1)];
            let marks: Vec<_> = (start < end).then_some(start..end).into_iter().collect();
            let (line, moved) = snippet(&text, &marks);
            prop_assert!(line.chars().count() <= LONGEST + 2);
            for mark in moved {
                prop_assert!(line.get(mark).is_some());
            }
        }
    }
}
