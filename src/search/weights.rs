//! How much things count when hits are ranked: data with a version (`assets/search/weights.toml`), with the
//! scores it was chosen by beside it.

use serde::Deserialize;
use std::sync::LazyLock;

/// The version of the file's form that this program reads.
pub const WEIGHTS_VERSION: u32 = 1;

static BUILT_IN: LazyLock<Weights> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/search/weights.toml")).unwrap_or_default()
});

/// All of them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The form of the file.
    pub version: u32,
    /// By field.
    pub fields: FieldWeights,
    /// Pairs of characters.
    pub pairs: TermWeights,
    /// Single characters and words.
    pub characters: TermWeights,
    /// Official words for everyday ones.
    pub synonyms: SynonymWeight,
    /// By length.
    pub length: LengthWeight,
    /// How many are ranked.
    pub candidates: Candidates,
}

/// What a match counts by its field.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldWeights {
    /// In the question.
    pub question: f32,
    /// In keywords and variants.
    pub keywords: f32,
    /// In answer, steps and materials.
    pub answer: f32,
}

/// BM25 over one kind of terms.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermWeights {
    /// How soon more of the same adds nothing; above 0.
    pub k1: f32,
    /// How much a long text is held against it, 0 to 1.
    pub b: f32,
    /// The power that a term's rarity is raised to.
    pub rarity: f32,
    /// What this kind counts beside the other.
    pub weight: f32,
}

/// What official words for everyday ones count.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynonymWeight {
    /// In parts of the words that were typed, 0 to 1.
    pub weight: f32,
}

/// What length counts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthWeight {
    /// Share of the score lost by an answer of e times the mean length.
    pub loss: f32,
}

/// How many candidates are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidates {
    /// At most so many, 10 to 1,000.
    pub most: usize,
}

/// Why a file of weights is refused.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It can't be read as weights.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// It is of another version.
    #[error("version {found}: this program reads weights of version {WEIGHTS_VERSION}")]
    Version {
        /// What it says.
        found: u32,
    },
    /// A number that makes no ranking.
    #[error("{name} = {value}: it must be {expected}")]
    Range {
        /// Which.
        name: &'static str,
        /// What stands there.
        value: f32,
        /// What may stand there.
        expected: &'static str,
    },
}

impl Weights {
    /// The ones this program comes with.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a file's text. Errors: it has another form or version; a number is out of its range.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let weights: Self = toml::from_str(text)?;
        if weights.version != WEIGHTS_VERSION {
            return Err(WeightsError::Version {
                found: weights.version,
            });
        }
        let check = |name, value: f32, sound: bool, expected| {
            if sound {
                Ok(())
            } else {
                Err(WeightsError::Range {
                    name,
                    value,
                    expected,
                })
            }
        };
        for terms in [weights.pairs, weights.characters] {
            check(
                "k1",
                terms.k1,
                (0.01..=10.0).contains(&terms.k1),
                "0.01 to 10",
            )?;
            check("b", terms.b, (0.0..=1.0).contains(&terms.b), "0 to 1")?;
            check(
                "rarity",
                terms.rarity,
                (0.0..=4.0).contains(&terms.rarity),
                "0 to 4",
            )?;
            check(
                "weight",
                terms.weight,
                (0.0..=100.0).contains(&terms.weight),
                "0 to 100",
            )?;
        }
        let FieldWeights {
            question,
            keywords,
            answer,
        } = weights.fields;
        for (name, value) in [
            ("question", question),
            ("keywords", keywords),
            ("answer", answer),
        ] {
            check(name, value, (0.0..=100.0).contains(&value), "0 to 100")?;
        }
        let others = weights.synonyms.weight;
        check("weight", others, (0.0..=1.0).contains(&others), "0 to 1")?;
        let loss = weights.length.loss;
        check("loss", loss, (0.0..=0.2).contains(&loss), "0 to 0.2")?;
        #[expect(clippy::cast_precision_loss, reason = "told in a message only")]
        let most = weights.candidates.most as f32;
        check("most", most, (10.0..=1_000.0).contains(&most), "10 to 1000")?;
        Ok(weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../assets/search/weights.toml");

    #[test]
    fn the_built_in_weights_are_sound() {
        assert_eq!(&Weights::parse(TEXT).unwrap(), Weights::built_in());
    }

    #[test]
    fn a_wrong_file_is_refused_in_words() {
        for (from, to, said) in [
            ("version = 1", "version = 2", "version 2"),
            ("b = 0.4", "b = 4.0", "0 to 1"),
            ("most = 50", "most = 5", "10 to 1000"),
            ("[length]", "[lenght]", "lenght"),
        ] {
            let error = Weights::parse(&TEXT.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
