//! What a mark stands on: a moment of the call and what happened, so that a person can look it up and disagree.

use serde::{Deserialize, Serialize};

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Milliseconds since the call was answered; `None` for what stands in the ticket, or did not happen.
    pub at: Option<u32>,
    /// What kind.
    pub why: Why,
    /// The words, the field's content, or the name of what is meant; may be empty.
    pub text: String,
    /// What should have been; may be empty.
    pub right: String,
}

/// What a piece of evidence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was said.
    Said,
    /// It was never said.
    NotSaid,
    /// It was asked.
    Asked,
    /// It was not asked.
    NotAsked,
    /// It was asked although it had been told.
    AskedAgain,
    /// Nobody spoke.
    Silence,
    /// It was read back.
    ReadBack,
    /// It was not read back.
    NotReadBack,
    /// It stands in the ticket.
    Written,
    /// It does not stand in the ticket.
    NotWritten,
    /// Something else stands there.
    OtherWritten,
    /// The call-taker said nothing at all.
    Mute,
    /// Nothing was made of the call.
    NothingDone,
    /// The call ended so.
    Ended,
}

impl Evidence {
    pub(super) fn at(at: u32, why: Why, text: impl Into<String>) -> Self {
        Self {
            at: Some(at),
            why,
            text: text.into(),
            right: String::new(),
        }
    }

    pub(super) fn of(why: Why, text: impl Into<String>) -> Self {
        Self {
            at: None,
            why,
            text: text.into(),
            right: String::new(),
        }
    }

    pub(super) fn but(mut self, right: impl Into<String>) -> Self {
        self.right = right.into();
        self
    }
}
