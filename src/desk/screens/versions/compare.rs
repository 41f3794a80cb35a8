//! What two versions of an entry differ in, line by line, field by field.

use similar::{Algorithm, capture_diff_slices};

/// How a row came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A field's name.
    Head,
    /// The same on both sides.
    Same,
    /// Another text, or on one side only.
    Changed,
}

/// A row: what stands on the left, what on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it came to be.
    pub change: Change,
    /// The older side; `None` where it has nothing here.
    pub old: Option<String>,
    /// The newer side.
    pub new: Option<String>,
}

/// The rows of two texts.
fn lines(old: &str, new: &str) -> Vec<Line> {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let mut rows = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let same = op.tag() == similar::DiffTag::Equal;
        let (left, right) = (op.old_range(), op.new_range());
        for at in 0..left.len().max(right.len()) {
            let of = |lines: &[&str], range: &std::ops::Range<usize>| {
                let place = range.start + at;
                let line = lines.get(place).filter(|_| place < range.end);
                line.map(|line| (*line).to_owned())
            };
            rows.push(Line {
                change: if same { Change::Same } else { Change::Changed },
                old: of(&old, &left),
                new: of(&new, &right),
            });
        }
    }
    rows
}

/// The rows of two entries' fields, each under its name. What neither has is left out.
pub fn compare(old: &[(String, String)], new: &[(String, String)]) -> Vec<Line> {
    let names = if new.is_empty() { old } else { new };
    let of = |fields: &[(String, String)], at: usize| {
        fields
            .get(at)
            .map_or_else(String::new, |(_, text)| text.clone())
    };
    let mut rows = Vec::new();
    for (at, (name, _)) in names.iter().enumerate() {
        let (left, right) = (of(old, at), of(new, at));
        if left.is_empty() && right.is_empty() {
            continue;
        }
        rows.push(Line {
            change: Change::Head,
            old: Some(name.clone()),
            new: Some(name.clone()),
        });
        rows.extend(lines(&left, &right));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(text: &str) -> Vec<(String, String)> {
        vec![("答复".to_owned(), text.to_owned())]
    }

    #[test]
    fn what_changed_stands_side_by_side_and_the_rest_is_the_same() {
        let rows = compare(&field("一\n二\n三"), &field("一\n两\n三\n四"));
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.change, row.old.as_deref(), row.new.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (Change::Head, Some("答复"), Some("答复")),
                (Change::Same, Some("一"), Some("一")),
                (Change::Changed, Some("二"), Some("两")),
                (Change::Same, Some("三"), Some("三")),
                (Change::Changed, None, Some("四")),
            ]
        );
        assert_eq!(compare(&field(""), &field("")), []);
    }

    proptest! {
        /// Each side, read from top to bottom, is its own text.
        #[test]
        fn nothing_of_either_side_is_lost(old in "[甲乙丙\n]{0,20}", new in "[甲乙丙\n]{0,20}") {
            let rows = lines(&old, &new);
            let left: Vec<_> = rows.iter().filter_map(|row| row.old.as_deref()).collect();
            let right: Vec<_> = rows.iter().filter_map(|row| row.new.as_deref()).collect();
            prop_assert_eq!(left, old.lines().collect::<Vec<_>>());
            prop_assert_eq!(right, new.lines().collect::<Vec<_>>());
            for row in rows.iter().filter(|row| row.change == Change::Same) {
                prop_assert_eq!(&row.old, &row.new);
            }
        }
    }
}
