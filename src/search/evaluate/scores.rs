//! Ranks made into shares, over all queries and over their kinds.

use crate::search::text::{Content, cells};

/// Places of the right entries, counted from 0; `None` where it is not among the first ten.
pub type Ranks = [Option<usize>];

/// Shares of queries, each 0 to 1, whose entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// How many queries.
    pub n: usize,
    /// As the first hit.
    pub r1: f64,
    /// Among the first three.
    pub r3: f64,
    /// Among the first five.
    pub r5: f64,
    /// Among the first ten.
    pub r10: f64,
    /// Mean of 1 ÷ rank, 0 beyond the tenth.
    pub mrr: f64,
}

impl Scores {
    /// The shares of these ranks; all 0 for none.
    pub fn of(ranks: &Ranks) -> Self {
        let within = |depth: usize| {
            let found = ranks.iter().flatten().filter(|rank| **rank < depth).count();
            number(found) / number(ranks.len()).max(1.0)
        };
        let reciprocals = ranks.iter().flatten().map(|rank| 1.0 / number(rank + 1));
        Self {
            n: ranks.len(),
            r1: within(1),
            r3: within(3),
            r5: within(5),
            r10: within(10),
            mrr: (reciprocals.sum::<f64>() + 0.0) / number(ranks.len()).max(1.0),
        }
    }
}

/// A count as a number to divide by.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How long a query is, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// 1 to 4.
    UpTo4,
    /// 5 to 8.
    UpTo8,
    /// 9 to 15.
    UpTo15,
    /// 16 to 25.
    UpTo25,
    /// 26 and more.
    Longer,
}

impl Length {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::UpTo4,
        Self::UpTo8,
        Self::UpTo15,
        Self::UpTo25,
        Self::Longer,
    ];

    /// The length of a query.
    pub fn of(query: &str) -> Self {
        match query.trim().chars().count() {
            0..=4 => Self::UpTo4,
            5..=8 => Self::UpTo8,
            9..=15 => Self::UpTo15,
            16..=25 => Self::UpTo25,
            _ => Self::Longer,
        }
    }

    /// As a name: `5-8`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UpTo4 => "1-4",
            Self::UpTo8 => "5-8",
            Self::UpTo15 => "9-15",
            Self::UpTo25 => "16-25",
            Self::Longer => "26+",
        }
    }
}

/// What a query is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Characters only.
    Han,
    /// Characters with letters or digits between them.
    Mixed,
    /// Letters: pinyin, initials, a Latin word.
    Letters,
    /// Digits with at most letters: a telephone, a code.
    Digits,
    /// Nothing that can be searched for.
    Nothing,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Han,
        Self::Mixed,
        Self::Letters,
        Self::Digits,
        Self::Nothing,
    ];

    /// The kind of a query.
    pub fn of(query: &str) -> Self {
        let (mut han, mut letters, mut digits) = (false, false, false);
        for cell in cells(query) {
            match cell.content {
                Content::Han(_) => han = true,
                Content::Word(word) if word.contains(|c: char| c.is_numeric()) => digits = true,
                Content::Word(_) => letters = true,
            }
        }
        match (han, letters, digits) {
            (true, false, false) => Self::Han,
            (true, ..) => Self::Mixed,
            (false, _, true) => Self::Digits,
            (false, true, false) => Self::Letters,
            (false, false, false) => Self::Nothing,
        }
    }

    /// As a name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Han => "han",
            Self::Mixed => "mixed",
            Self::Letters => "letters",
            Self::Digits => "digits",
            Self::Nothing => "nothing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_become_shares() {
        let scores = Scores::of(&[Some(0), Some(3), None, Some(9)]);
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert_eq!(scores.n, 4);
        assert!(close(scores.r1, 0.25) && close(scores.r3, 0.25) && close(scores.r5, 0.5));
        assert!(close(scores.r10, 0.75) && close(scores.mrr, (1.0 + 0.25 + 0.1) / 4.0));
        assert_eq!(Scores::of(&[]), Scores::default());
    }

    #[test]
    fn queries_have_a_kind_and_a_length() {
        for (query, kind, length) in [
            ("公积金", Kind::Han, Length::UpTo4),
            ("办ETC要钱吗", Kind::Mixed, Length::UpTo8),
            ("gjj tq", Kind::Letters, Length::UpTo8),
            ("0531-00001234", Kind::Digits, Length::UpTo15),
            ("？", Kind::Nothing, Length::UpTo4),
        ] {
            assert_eq!((Kind::of(query), Length::of(query)), (kind, length));
        }
    }
}
