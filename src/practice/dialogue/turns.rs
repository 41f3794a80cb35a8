//! What happens on the line by itself: each turn once, when its condition holds.

use super::{Play, brings_company};
use crate::practice::scenario::{Does, Turn};
use crate::practice::tape::{Event, Over};

impl Play<'_> {
    pub(super) fn turns(&mut self) {
        let scene = self.scene;
        for (at, turn) in scene.scenario.turns.iter().enumerate() {
            if self.state.over.is_none() && !self.state.turned.contains(&at) && self.is_due(turn) {
                self.state.turned.insert(at);
                self.turn(turn);
            }
        }
    }

    fn is_due(&self, turn: &Turn) -> bool {
        let state = &self.state;
        let told = |fact: &str| {
            let place = self.scene.facts.iter().position(|own| own.id == fact);
            place.is_some_and(|place| state.has_told(place))
        };
        turn.after_lines.is_some_and(|lines| state.lines >= lines)
            || turn.mood_below.is_some_and(|mood| state.mood() < mood)
            || turn
                .after_silences
                .is_some_and(|silences| state.silences >= silences)
            || turn
                .when_told
                .as_ref()
                .is_some_and(|fact| told(fact.get_ref()))
    }

    fn turn(&mut self, turn: &Turn) {
        let does = *turn.does.get_ref();
        self.note(Event::Turned { does });
        let who = turn.who.clone().unwrap_or_default();
        if does == Does::SecondCaller {
            self.state.speaker.clone_from(&who);
        }
        if brings_company(does) {
            self.state.company = true;
        }
        for line in self.scene.turn_lines(turn) {
            self.say_as(&who, &line);
        }
        self.feel(turn.mood);
        match does {
            Does::HangUp => self.end(Over::LeftAngry),
            Does::Drops => self.end(Over::Dropped),
            Does::SecondCaller | Does::ThirdPerson | Does::Noise => {}
        }
    }
}
