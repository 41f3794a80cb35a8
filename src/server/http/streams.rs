//! How many streams are open: each takes memory and a place among the listeners for as long as it lives, so that a
//! session has a few and the house has an end.

use crate::protocol::error::ApiError;
use crate::server::service::invalid;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many streams a session may have: its events, the leg of a call, and those of a line that broke and is not
/// known to be gone yet.
const OF_A_SESSION: u32 = 8;
/// How many there may be in all.
const IN_ALL: u32 = 5_000;

#[derive(Default)]
struct Open {
    by_session: HashMap<String, u32>,
    all: u32,
}

/// The open streams; clones share them.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<Open>>);

/// A stream's place, until it is dropped.
pub(super) struct Place(Streams, String);

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.0.open();
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.by_session.get_mut(&self.1) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_session.remove(&self.1);
            }
        }
    }
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of a session. Errors: it has too many, or the house has.
    pub(super) fn enter(&self, session: &str) -> Result<Place, ApiError> {
        let mut open = self.open();
        if open.all >= IN_ALL {
            tracing::warn!(limit = IN_ALL, "no more streams are taken");
            return Err(ApiError::Unavailable);
        }
        let of_session = open.by_session.entry(session.to_owned()).or_default();
        if *of_session >= OF_A_SESSION {
            return Err(invalid(
                "stream",
                format!("this session has {OF_A_SESSION} streams open already: close one first"),
            ));
        }
        *of_session += 1;
        open.all += 1;
        Ok(Place(self.clone(), session.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_and_the_house_have_so_many_and_no_more() {
        let streams = Streams::default();
        let mut held: Vec<Place> = (0..OF_A_SESSION)
            .map(|_| streams.enter("a").unwrap())
            .collect();
        let refused = streams.enter("a").err().unwrap();
        assert!(refused.to_string().contains("close one"), "{refused}");
        held.pop();
        held.push(streams.enter("a").unwrap());
        for n in OF_A_SESSION..IN_ALL {
            held.push(streams.enter(&n.to_string()).unwrap());
        }
        assert_eq!(streams.enter("b").err(), Some(ApiError::Unavailable));
        held.clear();
        assert!(
            streams.open().by_session.is_empty(),
            "nothing is left behind"
        );
        assert!(streams.enter("b").is_ok());
    }
}
