//! The server's clock, behind a trait: tests and the seeding of past tickets set their own time.

use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// Tells the time. Moments are whole milliseconds, which is what the store keeps.
pub trait Clock: Send + Sync {
    /// The moment now.
    fn now(&self) -> Timestamp;
}

/// A moment cut to whole milliseconds.
pub fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        whole_ms(Timestamp::now())
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub struct Manual(Mutex<Timestamp>);

impl Manual {
    /// A clock that stands at a moment.
    pub fn at(moment: Timestamp) -> Self {
        Self(Mutex::new(whole_ms(moment)))
    }

    /// Sets it.
    pub fn set(&self, moment: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = whole_ms(moment);
    }

    /// Moves it on.
    pub fn advance(&self, by: jiff::SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).unwrap_or(*now);
    }
}

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
