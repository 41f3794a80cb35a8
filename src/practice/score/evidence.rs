//! What a mark stands on: a moment of the call and what happened, so that a person can look it up and disagree.

use super::{Evidence, Why};

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
