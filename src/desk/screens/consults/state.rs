//! What the desk knows of consults.

use crate::desk::widgets::ListState;
use crate::domain::consult::{Consult, ConsultState};
use crate::domain::id::{Account, CallId, ConsultId};
use crate::domain::role::Person;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The list, and what came back.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What the journal keeps.
    pub kept: Kept,
    /// What concerns the person, as the server last gave it.
    pub all: Vec<Consult>,
    /// It was read at least once: what is new from now on is news.
    pub known: bool,
    /// They are being read.
    pub loading: bool,
    /// Something changed meanwhile: they are to be read again.
    pub again: bool,
    /// Calls that were given to the expert who takes them over.
    pub given: BTreeSet<ConsultId>,
}

/// What a journal keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Which is selected.
    pub selected: Option<ConsultId>,
    /// Its place in the list.
    pub list: ListState,
    /// Rows of it that are scrolled away.
    pub scroll: u16,
    /// Answers that were read and put away.
    pub put_away: BTreeSet<ConsultId>,
}

/// How many answers that were put away are remembered.
const REMEMBERED: usize = 200;

impl State {
    /// Those on the expert's list: to the person's department.
    pub fn asked_of<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Consult> {
        self.all.iter().filter(|it| it.is_for(person))
    }

    /// The one that is selected on the expert's list.
    pub fn selected<'a>(&'a self, person: &'a Person) -> Option<&'a Consult> {
        let wanted = self.kept.selected;
        let by_name = self.asked_of(person).find(|it| Some(it.id) == wanted);
        by_name.or_else(|| self.asked_of(person).nth(self.kept.list.at))
    }

    /// The newest that the person asked in a call, put away or not.
    pub fn of_call(&self, account: &Account, call: Option<CallId>) -> Option<&Consult> {
        let own = |it: &&Consult| it.asked.by.account == *account && it.call == call;
        call?;
        self.all.iter().filter(own).max_by_key(|it| it.asked.at)
    }

    /// A consult by its name.
    pub fn get(&self, id: ConsultId) -> Option<&Consult> {
        self.all.iter().find(|it| it.id == id)
    }

    /// Takes one as it is now, unless a newer one is known.
    pub fn put(&mut self, consult: Consult) {
        match self.all.iter_mut().find(|it| it.id == consult.id) {
            Some(old) if old.version <= consult.version => *old = consult,
            Some(_) => {}
            None => self.all.push(consult),
        }
    }

    /// True while a time runs that is shown.
    pub fn runs(&self, person: Option<&Person>) -> bool {
        let concerns = |it: &Consult| {
            person.is_some_and(|who| it.is_for(who) || it.asked.by.account == who.account)
        };
        self.all.iter().any(|it| it.is_open() && concerns(it))
    }

    /// How many wait for the department and for the person, and since when the longest.
    pub fn waiting(&self, person: &Person) -> (usize, Option<jiff::Timestamp>) {
        let open = self.asked_of(person).filter(|it| match &it.state {
            ConsultState::Waiting => true,
            ConsultState::Taken { by } => by.by.account == person.account,
            _ => false,
        });
        let times: Vec<_> = open.map(|it| it.asked.at).collect();
        (times.len(), times.iter().min().copied())
    }

    /// An answer was read and needs no room any more.
    pub fn put_away(&mut self, id: ConsultId) {
        self.kept.put_away.insert(id);
        while self.kept.put_away.len() > REMEMBERED {
            self.kept.put_away.pop_first();
        }
    }
}
