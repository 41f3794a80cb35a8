//! What a trainer lets happen in a call: the caller plays along, and the tape says that it was the trainer's doing.

use super::Play;
use crate::practice::tape::{Event, Over};
use crate::protocol::practice::Inject;

/// What losing patience costs.
const ANGRIER: i32 = -25;

impl Play<'_> {
    pub(super) fn inject(&mut self, what: Inject) {
        if !self.state.answered || self.state.held_since.is_some() {
            return;
        }
        self.note(Event::Injected { what });
        match what {
            Inject::Angrier => {
                self.feel(ANGRIER);
                self.injected(what);
            }
            Inject::WrongAddress => {
                // What was said of the place no longer holds until it is asked or read back once more.
                let places = self.scene.facts.iter().enumerate();
                let told = places.filter(|(at, fact)| fact.address && self.state.told.contains(at));
                let told: Vec<usize> = told.map(|(at, _)| at).collect();
                self.state.wrong.extend(told);
                self.injected(what);
            }
            Inject::SecondCaller => {
                let who = self.scene.second_caller();
                self.state.speaker = who;
                self.state.company = true;
                self.injected(what);
            }
            Inject::Drops => self.end(Over::Dropped),
        }
    }

    fn injected(&mut self, what: Inject) {
        let nth = self.state.reactions;
        self.state.reactions += 1;
        if !self.is_silent()
            && let Some(line) = self.scene.injected(what, nth)
        {
            self.say(&line);
        }
    }
}
