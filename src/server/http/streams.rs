//! How many streams are open: each takes memory and a place among the listeners for as long as it lives, so that a
//! session has a few and the house has an end.

use crate::domain::id::Account;
use crate::protocol::error::ApiError;
use crate::server::service::invalid;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many streams a session may have: its events, the leg of a call, and those of a line that broke and is not
/// known to be gone yet.
const OF_A_SESSION: u32 = 8;
/// How many streams a person may have over all their sessions: those without a seat are not limited.
const OF_A_PERSON: u32 = 40;
/// How many there may be in all.
const IN_ALL: u32 = 5_000;

#[derive(Default)]
struct Open {
    by_session: HashMap<String, u32>,
    by_person: HashMap<Account, u32>,
    all: u32,
}

/// The open streams; clones share them.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<Open>>);

/// A stream's place, until it is dropped.
pub(super) struct Place(Streams, String, Account);

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.0.open();
        open.all = open.all.saturating_sub(1);
        leave(&mut open.by_session, &self.1);
        leave(&mut open.by_person, &self.2);
    }
}

fn leave<K: Hash + Eq>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Streams {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of a person's session. Errors: it, they or the house have too many.
    pub(super) fn enter(&self, session: &str, person: &Account) -> Result<Place, ApiError> {
        let mut open = self.open();
        if open.all >= IN_ALL {
            tracing::warn!(limit = IN_ALL, "no more streams are taken");
            return Err(ApiError::Unavailable);
        }
        let of_session = open.by_session.get(session).copied().unwrap_or(0);
        let of_person = open.by_person.get(person).copied().unwrap_or(0);
        let full = match (of_session >= OF_A_SESSION, of_person >= OF_A_PERSON) {
            (true, _) => Some(format!("this session has {OF_A_SESSION} streams")),
            (_, true) => Some(format!("this account has {OF_A_PERSON} streams")),
            _ => None,
        };
        if let Some(full) = full {
            return Err(invalid(
                "stream",
                format!("{full} open already: close one first"),
            ));
        }
        open.by_session.insert(session.to_owned(), of_session + 1);
        open.by_person.insert(person.clone(), of_person + 1);
        open.all += 1;
        Ok(Place(self.clone(), session.to_owned(), person.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_and_the_house_have_so_many_and_no_more() {
        let streams = Streams::default();
        let person = |n: u32| Account::parse(&format!("p{n}")).unwrap();
        let mut held: Vec<Place> = (0..OF_A_SESSION)
            .map(|_| streams.enter("a", &person(0)).unwrap())
            .collect();
        let refused = streams.enter("a", &person(0)).err().unwrap();
        assert!(refused.to_string().contains("close one"), "{refused}");
        held.pop();
        held.push(streams.enter("a", &person(0)).unwrap());
        for n in OF_A_SESSION..IN_ALL {
            held.push(streams.enter(&n.to_string(), &person(n)).unwrap());
        }
        assert_eq!(
            streams.enter("b", &person(1)).err(),
            Some(ApiError::Unavailable)
        );
        held.clear();
        assert!(
            streams.open().by_session.is_empty() && streams.open().by_person.is_empty(),
            "nothing is left behind"
        );
        assert!(streams.enter("b", &person(1)).is_ok());
    }

    #[test]
    fn many_sessions_of_one_person_have_so_many_together() {
        let streams = Streams::default();
        let (one, other) = (
            Account::parse("wang").unwrap(),
            Account::parse("li").unwrap(),
        );
        let held: Vec<Place> = (0..OF_A_PERSON)
            .map(|n| streams.enter(&n.to_string(), &one).unwrap())
            .collect();
        let refused = streams.enter("more", &one).err().unwrap();
        assert!(refused.to_string().contains("account"), "{refused}");
        assert!(streams.enter("theirs", &other).is_ok());
        drop(held);
        assert!(streams.enter("more", &one).is_ok());
    }
}
