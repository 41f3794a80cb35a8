//! What a caller gives away: what was asked, when it takes no more than that.

use super::{CALM, Play};
use crate::practice::listen::{Ask, held};
use crate::practice::scenario::{Needs, Reaction};
use crate::practice::tape::Event;
use std::collections::BTreeSet;

/// What a question about something that was said costs.
const REPEATED_COSTS: i32 = 7;
/// What having to correct the call-taker costs.
const CORRECTION_COSTS: i32 = 2;
/// Facts of which a line must hold keys to be a read-back by itself.
const READ_TOGETHER: usize = 2;

impl Play<'_> {
    /// Answers what was asked for; true when something was.
    pub(super) fn questions(&mut self, asks: &[Ask], read: &BTreeSet<usize>) -> bool {
        let mut answered: BTreeSet<usize> = BTreeSet::new();
        let mut any = false;
        for ask in asks {
            let fact = match ask {
                Ask::Fact(fact) => Some(*fact),
                Ask::General(intent) => match self.fact_of(intent, &answered) {
                    Some(fact) => Some(fact),
                    None if read.is_empty() => {
                        any = true;
                        self.unknown(intent);
                        None
                    }
                    None => None,
                },
            };
            // What is read back is not asked for again.
            if let Some(fact) = fact.filter(|fact| !read.contains(fact))
                && answered.insert(fact)
            {
                any = true;
                self.reveal(fact, !read.is_empty());
            }
        }
        any
    }

    /// The fact that a general question asks for: one that is still to be told, else the first.
    fn fact_of(&self, intent: &str, answered: &BTreeSet<usize>) -> Option<usize> {
        let facts = self.scene.facts.iter().enumerate();
        let own: Vec<usize> = facts
            .filter(|(_, fact)| fact.intents.iter().any(|one| one == intent))
            .map(|(at, _)| at)
            .collect();
        own.iter()
            .copied()
            .find(|at| !self.state.has_told(*at) && !answered.contains(at))
            .or_else(|| own.first().copied())
    }

    fn unknown(&mut self, intent: &str) {
        self.note(Event::AskedUnknown {
            intent: intent.to_owned(),
        });
        self.react(Reaction::Unknown);
    }

    /// Tells a fact, or why not; `checking` when the line reads something back: then nothing counts as asked twice.
    fn reveal(&mut self, at: usize, checking: bool) {
        let Some(fact) = self.scene.facts.get(at) else {
            return;
        };
        self.note(Event::Asked {
            fact: fact.id.clone(),
        });
        let id = fact.id.clone();
        if self.state.has_told(at) {
            if checking {
                return self.say(&fact.text);
            }
            self.note(Event::Repeated { fact: id });
            self.react(Reaction::Repeated);
            self.feel(-REPEATED_COSTS);
            return self.say(&fact.text);
        }
        if self.state.wrong.remove(&at) {
            self.note(Event::Told { fact: id });
            return self.say(&fact.text);
        }
        let kept = match fact.needs {
            Needs::Asked => false,
            Needs::Assured => !self.state.has_done("assured"),
            Needs::Calm => self.state.mood < CALM,
            Needs::Twice => !self.state.held_back.contains(&at),
        };
        if kept {
            self.state.held_back.insert(at);
            self.note(Event::HeldBack { fact: id });
            match &fact.reluctant {
                Some(line) => self.say(line),
                None => self.react(Reaction::Unknown),
            }
            return;
        }
        self.state.told.insert(at);
        self.note(Event::Told { fact: id });
        match &fact.first {
            Some(first) => {
                self.state.wrong.insert(at);
                self.say(first);
            }
            None => self.say(&fact.text),
        }
    }

    /// Facts whose keys a line holds, when it reads back: it says so, or holds those of several.
    pub(super) fn read_back(&mut self, line: &str, says_so: bool) -> BTreeSet<usize> {
        let mut right = BTreeSet::new();
        let mut wrong = BTreeSet::new();
        for (at, fact) in self.scene.facts.iter().enumerate() {
            if !self.state.told.contains(&at) {
                continue;
            }
            let most = |keys: &[String]| !keys.is_empty() && held(line, keys) * 2 >= keys.len();
            if most(&fact.keys) {
                right.insert(at);
            } else if self.state.wrong.contains(&at) && most(&fact.first_keys) {
                wrong.insert(at);
            }
        }
        if right.len() + wrong.len() == 0 || (!says_so && right.len() + wrong.len() < READ_TOGETHER)
        {
            return BTreeSet::new();
        }
        for at in &wrong {
            self.correct(*at);
        }
        // What was put right by the trainee's own words is right now.
        self.state.wrong.retain(|at| !right.contains(at));
        self.state.read.extend(&right);
        let facts: Vec<String> = right
            .iter()
            .filter_map(|at| Some(self.scene.facts.get(*at)?.id.clone()))
            .collect();
        if !facts.is_empty() {
            self.note(Event::ReadBack { facts });
        }
        if wrong.is_empty() {
            self.react(Reaction::Right);
        }
        right.extend(wrong);
        right
    }

    fn correct(&mut self, at: usize) {
        let Some(fact) = self.scene.facts.get(at) else {
            return;
        };
        self.state.wrong.remove(&at);
        self.note(Event::Corrected {
            fact: fact.id.clone(),
        });
        self.note(Event::Told {
            fact: fact.id.clone(),
        });
        self.feel(-CORRECTION_COSTS);
        self.say(&fact.text);
    }
}
