//! From a text to its vector. The model was trained on texts that say whether they ask or tell: `query: ` and
//! `passage: `.

use super::package;
use super::pieces::Pieces;
use super::vectors::Vector;
use super::weights::{LONGEST, Weights, read};
use super::{DIMENSIONS, ModelError};
use crate::domain::knowledge::Entry;
use crate::domain::text::Line;
use std::path::Path;

/// Tokens of a text that are read at once, without start and end.
const WINDOW: usize = LONGEST - 2;
/// A longer text is read up to so many windows: 2,040 tokens, some 3,000 characters.
const WINDOWS: usize = 4;
/// Tokens of several texts that go through the model together: fewer read the weights more often, more need
/// more memory (about 30 kB a token).
const TOGETHER: usize = 1_024;

/// The loaded model: some 145 MB. It is read once and shared.
pub struct Encoder {
    weights: Weights,
    pieces: Pieces,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Encoder")
    }
}

/// What of an entry its vector stands for: the question as it is put, officially and in everyday words, then
/// the answer.
pub fn passage(entry: &Entry) -> String {
    let mut text = String::new();
    let asked = std::iter::once(&entry.question).chain(&entry.variants);
    for line in asked.map(Line::as_str).filter(|line| !line.is_empty()) {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(entry.answer.as_str());
    text
}

impl Encoder {
    /// Reads the model out of its folder, and checks it before: what was changed on disk is not computed with.
    /// Takes a tenth of a second. Errors: it is not there, or damaged.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let (path, bytes) = package::weights(folder)?;
        let (weights, pieces) = read(&bytes).map_err(|why| ModelError::Damaged { path, why })?;
        Ok(Self { weights, pieces })
    }

    /// The vector of what somebody looks for; its first 510 tokens count.
    pub fn query(&self, text: &str) -> Vector {
        let mut tokens = self.pieces.tokens(&format!("query: {text}"));
        tokens.truncate(WINDOW);
        let mean = self.weights.forward(&[self.framed(&tokens)]).pop();
        Vector::of(&mean.unwrap_or_default())
    }

    /// The vectors of what can be found, in the same order. Takes a millisecond or two a token.
    pub fn passages(&self, texts: &[String]) -> Vec<Vector> {
        let mut windows: Vec<(usize, Vec<u32>)> = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let tokens = self.pieces.tokens(&format!("passage: {text}"));
            windows.extend(
                tokens
                    .chunks(WINDOW)
                    .take(WINDOWS)
                    .map(|it| (at, self.framed(it))),
            );
        }
        let mut sums = vec![vec![0.0; DIMENSIONS]; texts.len()];
        let mut rest = windows.as_slice();
        while !rest.is_empty() {
            let mut tokens = 0;
            let fit = rest.iter().take_while(|(_, window)| {
                tokens += window.len();
                tokens <= TOGETHER
            });
            let (now, later) = rest.split_at(fit.count().max(1));
            let batch: Vec<Vec<u32>> = now.iter().map(|(_, window)| window.clone()).collect();
            for ((at, window), mean) in now.iter().zip(self.weights.forward(&batch)) {
                // A window counts by its tokens, as if the whole were one.
                let share = f32::from(u16::try_from(window.len()).unwrap_or(u16::MAX));
                for (sum, mean) in sums.get_mut(*at).into_iter().flatten().zip(mean) {
                    *sum += mean * share;
                }
            }
            rest = later;
        }
        sums.iter().map(|sum| Vector::of(sum)).collect()
    }

    /// How many tokens a text is, start and end counted.
    #[cfg(all(test, feature = "external"))]
    pub(super) fn tokens(&self, text: &str) -> usize {
        self.pieces.tokens(text).len() + 2
    }

    fn framed(&self, tokens: &[u32]) -> Vec<u32> {
        let mut framed = Vec::with_capacity(tokens.len() + 2);
        framed.push(self.pieces.start);
        framed.extend(tokens);
        framed.push(self.pieces.end);
        framed
    }
}
