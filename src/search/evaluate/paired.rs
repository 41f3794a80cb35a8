//! Two rankings of the same queries, compared query by query.

use super::scores::number;

/// In how many queries each ranking is the better one, with the chance that a fair coin would differ as much
/// (exact sign test, two-sided; queries on which both agree say nothing).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Paired {
    /// Queries that only the first ranking answers.
    pub first: usize,
    /// Queries that only the second ranking answers.
    pub second: usize,
    /// The chance, 0 to 1.
    pub p: f64,
}

impl Paired {
    /// Compares two lists of ranks by whether the right entry is among the first `depth`.
    pub fn within(depth: usize, first: &[Option<usize>], second: &[Option<usize>]) -> Self {
        let good = |rank: &Option<usize>| rank.is_some_and(|rank| rank < depth);
        let pairs = || first.iter().map(good).zip(second.iter().map(good));
        let only = |of: (bool, bool)| pairs().filter(|pair| *pair == of).count();
        let (first, second) = (only((true, false)), only((false, true)));
        Self {
            first,
            second,
            p: sign_test(first.min(second), first + second),
        }
    }
}

/// Twice the chance of at most `few` heads in `all` throws, at most 1. Reckoned by logarithms: the powers of
/// a half run out of range beyond a thousand throws.
fn sign_test(few: usize, all: usize) -> f64 {
    let mut ways = 0.0_f64;
    let mut sum = 0.0_f64;
    let halves = number(all) * std::f64::consts::LN_2;
    for heads in 0..=few {
        if heads > 0 {
            ways += (number(all - heads + 1) / number(heads)).ln();
        }
        sum += (ways - halves).exp();
    }
    (2.0 * sum).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_is_the_binomial_one() {
        for (few, all, p) in [
            (0, 0, 1.0),
            (0, 5, 0.0625),
            (1, 8, 0.070_312_5),
            (5, 10, 1.0),
        ] {
            assert!((sign_test(few, all) - p).abs() < 1e-9, "{few} of {all}");
        }
        assert!(sign_test(900, 2_000) < 1e-4);
    }

    #[test]
    fn only_what_differs_counts() {
        let one = [Some(0), Some(4), None, Some(0)];
        let other = [Some(0), Some(0), None, Some(2)];
        let paired = Paired::within(1, &one, &other);
        assert_eq!((paired.first, paired.second), (1, 1));
        let deeper = Paired::within(3, &one, &other);
        assert_eq!((deeper.first, deeper.second), (0, 1));
    }
}
