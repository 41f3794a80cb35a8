//! The caller of a practice call: what is done to them in, what they say and what happened out. Pure: the same scene,
//! state, words and time give the same step.

mod inject;
mod reveal;
mod said;
mod turns;

#[cfg(test)]
mod tests;

use super::scenario::{Does, Reaction};
use super::scene::Scene;
use super::tape::{Event, Moment, Over};
use crate::protocol::practice::Inject;
use std::collections::BTreeSet;

/// How long a caller waits for the first word before they begin themselves, in milliseconds.
const FIRST_WORD: u32 = 4_000;
/// How long a character takes to be said, in milliseconds: a silence begins when the words are out.
const A_CHARACTER: u32 = 180;
/// After so many silences in a row a caller hangs up.
const MOST_SILENCES: u32 = 4;
/// A silent caller's line closes sooner.
const SILENT_CALLS: u32 = 3;
/// From this mood on a caller counts as calm.
const CALM: i32 = 45;
/// Comfort helps so often.
const MOST_COMFORT: u32 = 3;
/// What a silence costs.
const SILENCE_COSTS: i32 = 6;
/// Each so many milliseconds on hold cost one.
const HOLD_COSTS_ONE: u32 = 10_000;

/// What happens to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input<'a> {
    /// Somebody answered.
    Answered,
    /// The call-taker said something.
    Said(&'a str),
    /// Time went by: the moment that [`wakes`] named has come.
    Waited,
    /// On hold.
    Held,
    /// Off hold.
    Resumed,
    /// The call-taker hung up.
    HungUp,
    /// A trainer lets something happen.
    Injected(Inject),
}

/// Something heard on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Who, where it is not the caller: `老伴`.
    pub who: String,
    /// The words.
    pub line: String,
}

/// How a caller stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    answered: bool,
    opened: bool,
    /// 0 to 100.
    mood: i32,
    told: BTreeSet<usize>,
    /// Facts whose wrong version was told and not yet put right.
    wrong: BTreeSet<usize>,
    held_back: BTreeSet<usize>,
    /// By telling: which of its keys were said.
    tells: Vec<BTreeSet<usize>>,
    /// How often each telling was asked for.
    begged: Vec<u32>,
    did: BTreeSet<&'static str>,
    read: BTreeSet<usize>,
    comforted: u32,
    lines: u32,
    silences: u32,
    silences_in_row: u32,
    closings: u32,
    reactions: u32,
    turned: BTreeSet<usize>,
    speaker: String,
    company: bool,
    held_since: Option<u32>,
    quiet_since: u32,
    over: Option<Over>,
}

impl State {
    /// A caller who waits for an answer.
    pub fn new(scene: &Scene) -> Self {
        Self {
            answered: false,
            opened: false,
            mood: i32::from(*scene.scenario.caller.mood.get_ref()),
            told: BTreeSet::new(),
            wrong: BTreeSet::new(),
            held_back: BTreeSet::new(),
            tells: vec![BTreeSet::new(); scene.tells.len()],
            begged: vec![0; scene.tells.len()],
            did: BTreeSet::new(),
            read: BTreeSet::new(),
            comforted: 0,
            lines: 0,
            silences: 0,
            silences_in_row: 0,
            closings: 0,
            reactions: 0,
            turned: BTreeSet::new(),
            speaker: String::new(),
            company: false,
            held_since: None,
            quiet_since: 0,
            over: None,
        }
    }

    /// 0 (furious) to 100 (calm).
    pub fn mood(&self) -> u8 {
        u8::try_from(self.mood.clamp(0, 100)).unwrap_or(0)
    }

    /// Why it is over, when it is.
    pub const fn over(&self) -> Option<Over> {
        self.over
    }

    /// True when a fact was told, by its place in the scene.
    pub fn has_told(&self, fact: usize) -> bool {
        self.told.contains(&fact) && !self.wrong.contains(&fact)
    }

    /// True when something was told of a fact, right or wrong, by its place in the scene.
    pub fn said(&self, fact: usize) -> bool {
        self.told.contains(&fact)
    }

    /// How many lines the trainee said that were heard.
    pub const fn lines(&self) -> u32 {
        self.lines
    }

    /// True when a telling was told, by its place in the scene.
    pub fn was_told(&self, scene: &Scene, tell: usize) -> bool {
        let least = scene.tells.get(tell).map_or(1, |tell| tell.least);
        self.tells.get(tell).is_some_and(|said| said.len() >= least)
    }

    /// True when the trainee did one of the acts of `assets/practice/intents.toml`.
    pub fn has_done(&self, act: &str) -> bool {
        self.did.contains(act)
    }

    /// True when a fact was read back rightly, by its place in the scene.
    pub fn was_read(&self, fact: usize) -> bool {
        self.read.contains(&fact)
    }

    /// True when a fact was asked for and held back.
    pub fn holds_back(&self, fact: usize) -> bool {
        self.held_back.contains(&fact) && !self.told.contains(&fact)
    }

    /// True when the caller tells what takes a calm mood.
    pub const fn is_calm(&self) -> bool {
        self.mood >= CALM
    }

    /// True while words of comfort still help.
    pub const fn can_be_comforted(&self) -> bool {
        self.comforted < MOST_COMFORT
    }

    /// True once the caller has begun to speak.
    pub const fn has_opened(&self) -> bool {
        self.opened
    }

    /// True when the trainee said what happens next.
    fn has_moved_on(&self) -> bool {
        ["next", "deadline", "emergency"]
            .iter()
            .any(|act| self.has_done(act))
    }

    fn open_tells(&self, scene: &Scene) -> usize {
        (0..scene.tells.len())
            .filter(|tell| !self.was_told(scene, *tell))
            .count()
    }
}

/// What a step brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How the caller stands then.
    pub state: State,
    /// What is heard.
    pub lines: Vec<Spoken>,
    /// What happened.
    pub moments: Vec<Moment>,
}

/// One step; `at` counts milliseconds since the call was answered. Nothing happens after the end.
pub fn step(scene: &Scene, state: &State, input: Input<'_>, at: u32) -> Step {
    let mut play = Play {
        scene,
        state: state.clone(),
        at,
        lines: Vec::new(),
        moments: Vec::new(),
    };
    if state.over.is_none() {
        play.take(input);
    }
    Step {
        state: play.state,
        lines: play.lines,
        moments: play.moments,
    }
}

/// When the caller wants [`Input::Waited`], in milliseconds since the call was answered.
pub fn wakes(scene: &Scene, state: &State) -> Option<u32> {
    if state.over.is_some() || !state.answered {
        return None;
    }
    let seconds = |seconds: u32| seconds.saturating_mul(1_000);
    let caller = &scene.scenario.caller;
    Some(match state.held_since {
        Some(since) => since.saturating_add(seconds(*caller.hold_patience.get_ref())),
        None if !state.opened => state.quiet_since.saturating_add(FIRST_WORD),
        None => state
            .quiet_since
            .saturating_add(seconds(*caller.patience.get_ref())),
    })
}

/// A step being taken.
struct Play<'a> {
    scene: &'a Scene,
    state: State,
    at: u32,
    lines: Vec<Spoken>,
    moments: Vec<Moment>,
}

impl Play<'_> {
    fn take(&mut self, input: Input<'_>) {
        match input {
            Input::Answered if !self.state.answered => {
                self.state.answered = true;
                self.state.quiet_since = self.at;
                self.note(Event::Answered);
            }
            Input::Said(line) if self.state.answered => self.said(line),
            Input::Waited if self.state.answered => self.waited(),
            Input::Held if self.state.held_since.is_none() => {
                self.state.held_since = Some(self.at);
                self.note(Event::Held);
            }
            Input::Resumed => self.resumed(),
            Input::HungUp => self.end(Over::Seat),
            Input::Injected(what) => self.inject(what),
            Input::Answered | Input::Said(_) | Input::Waited | Input::Held => {}
        }
        if self.state.over.is_none() {
            self.turns();
        }
        if self.state.over.is_none() && self.state.mood <= 0 {
            self.react(Reaction::HangUp);
            self.end(Over::LeftAngry);
        }
    }

    fn note(&mut self, event: Event) {
        self.moments.push(Moment { at: self.at, event });
    }

    /// The caller says something.
    fn say(&mut self, line: &str) {
        let who = self.state.speaker.clone();
        self.say_as(&who, line);
    }

    fn say_as(&mut self, who: &str, line: &str) {
        if line.is_empty() {
            return;
        }
        let long = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        let from = self.state.quiet_since.max(self.at);
        self.state.quiet_since = from.saturating_add(long.saturating_mul(A_CHARACTER));
        let spoken = Spoken {
            who: who.to_owned(),
            line: line.to_owned(),
        };
        self.note(Event::Heard {
            who: spoken.who.clone(),
            line: spoken.line.clone(),
        });
        self.lines.push(spoken);
    }

    fn react(&mut self, which: Reaction) {
        let nth = self.state.reactions;
        self.state.reactions += 1;
        if !self.is_silent()
            && let Some(line) = self.scene.reaction(which, nth)
        {
            self.say(&line);
        }
    }

    fn feel(&mut self, change: i32) {
        let from = self.state.mood();
        self.state.mood = (self.state.mood + change).clamp(0, 100);
        let to = self.state.mood();
        if from != to {
            self.note(Event::Mood { from, to });
        }
    }

    /// A caller who never says anything.
    fn is_silent(&self) -> bool {
        self.scene.opening.is_empty()
    }

    fn end(&mut self, why: Over) {
        self.state.over = Some(why);
        let open = u32::try_from(self.state.open_tells(self.scene)).unwrap_or(u32::MAX);
        self.note(Event::Over { why, open });
    }

    /// The first words; they tell what they tell.
    fn open(&mut self) {
        self.state.opened = true;
        for line in &self.scene.opening {
            self.say(line);
        }
        for (at, fact) in self.scene.facts.iter().enumerate() {
            if fact.opening {
                self.state.told.insert(at);
                if fact.first.is_some() {
                    self.state.wrong.insert(at);
                }
                self.note(Event::Told {
                    fact: fact.id.clone(),
                });
            }
        }
    }

    fn waited(&mut self) {
        if wakes(self.scene, &self.state).is_none_or(|due| self.at < due) {
            return;
        }
        if self.state.held_since.is_some() {
            return self.end(Over::LeftAngry);
        }
        if !self.state.opened {
            return self.open();
        }
        let long = self.at.saturating_sub(self.state.quiet_since);
        self.note(Event::Silence { long });
        self.state.quiet_since = self.at;
        self.state.silences += 1;
        self.state.silences_in_row += 1;
        self.feel(-SILENCE_COSTS);
        if self.is_silent() {
            if self.state.silences >= SILENT_CALLS {
                self.end(Over::Goodbye);
            }
        } else if self.state.silences_in_row >= MOST_SILENCES {
            self.react(Reaction::HangUp);
            self.end(Over::LeftAngry);
        } else {
            self.react(Reaction::Silence);
        }
    }

    fn resumed(&mut self) {
        let Some(since) = self.state.held_since.take() else {
            return;
        };
        let long = self.at.saturating_sub(since);
        self.note(Event::Resumed { long });
        self.state.quiet_since = self.at;
        self.feel(-i32::try_from(long / HOLD_COSTS_ONE).unwrap_or(100));
        self.react(Reaction::Back);
    }
}

/// What somebody else on the line makes of a caller's secrecy.
const fn brings_company(does: Does) -> bool {
    matches!(does, Does::SecondCaller | Does::ThirdPerson)
}
