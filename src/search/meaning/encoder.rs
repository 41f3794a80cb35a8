//! From a text to its vector. The model was trained on texts that say whether they ask or tell: `query: ` and
//! `passage: `.

use super::package;
use super::pieces::Pieces;
use super::vectors::Vector;
use super::weights::{LONGEST, Weights, read};
use super::{DIMENSIONS, ModelError};
use crate::domain::knowledge::Entry;
use std::path::Path;

/// Tokens of a text that are read at once, without start and end.
const WINDOW: usize = LONGEST - 2;
/// A longer text is read up to so many windows: 2,040 tokens, some 3,000 characters.
const WINDOWS: usize = 4;
/// Characters of a query that are cut into tokens: 16 for each that counts, more than texts have.
const LONGEST_ASKED: usize = 8_192;
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

/// What makes the vectors of what can be found: the model, or in a test something simpler.
pub trait Encode: Send + Sync {
    /// The vectors of these texts, in the same order.
    fn passages(&self, texts: &[String]) -> Vec<Vector>;
}

/// The vectors of entries: the mean of how the question and each everyday variant reads by itself, and, where it has
/// neither, of its answer. Read apart they are nearer to what is asked than one long text
/// (`docs/decisions/0009-meaning.md`).
pub fn read_entries(encoder: &dyn Encode, entries: &[&Entry]) -> Vec<Vector> {
    let each: Vec<Vec<String>> = entries.iter().map(|entry| readings(entry)).collect();
    let vectors = encoder.passages(&each.concat());
    let mut rest = vectors.as_slice();
    let mean = |texts: &Vec<String>| {
        let (own, others) = rest.split_at(texts.len().min(rest.len()));
        rest = others;
        Vector::mean(own)
    };
    each.iter().map(mean).collect()
}

/// What an entry is read by.
fn readings(entry: &Entry) -> Vec<String> {
    let asked = std::iter::once(&entry.question).chain(&entry.variants);
    let asked = asked.filter(|line| !line.is_blank());
    let texts: Vec<String> = asked.map(|line| line.as_str().to_owned()).collect();
    if texts.is_empty() {
        vec![entry.answer.as_str().to_owned()]
    } else {
        texts
    }
}

impl Encode for Encoder {
    fn passages(&self, texts: &[String]) -> Vec<Vector> {
        Self::passages(self, texts)
    }
}

impl Encoder {
    /// Reads the model out of its folder, and checks it before: what was changed on disk is not computed with.
    /// Takes a tenth of a second. Errors: it is not there, or damaged.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let (path, bytes) = package::weights(folder)?;
        let (weights, pieces) = read(&bytes).map_err(|why| ModelError::Damaged { path, why })?;
        Ok(Self { weights, pieces })
    }

    /// The vector of what somebody looks for; its first 510 tokens count, and its first 8,192 characters are read.
    pub fn query(&self, text: &str) -> Vector {
        // Cutting into pieces takes its time by the characters, whatever is left out afterwards.
        let end = text.char_indices().nth(LONGEST_ASKED);
        let text = end.and_then(|(at, _)| text.get(..at)).unwrap_or(text);
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
