//! What a caller makes of the call-taker's line.

use super::{MOST_COMFORT, Play};
use crate::practice::listen::{Ask, Clause, held, holds};
use crate::practice::scenario::{Ending, Reaction};
use crate::practice::tape::{Event, Over};
use std::collections::BTreeSet;

/// What each feeling is worth.
const COMFORT: i32 = 8;
const APOLOGY: i32 = 3;
const TOLD: i32 = 3;
const RUDE: i32 = -30;
const PASSED: i32 = -18;
const PROMISE: i32 = 2;
/// What being sent away unsettled costs.
const SENT_AWAY: i32 = -15;
/// A caller asks so often for what is not told.
const BEGS: u32 = 2;

impl Play<'_> {
    pub(super) fn said(&mut self, line: &str) {
        self.note(Event::Said {
            line: line.to_owned(),
        });
        // Nobody hears what is said to a caller on hold.
        if self.state.held_since.is_some() {
            return;
        }
        self.state.lines += 1;
        self.state.quiet_since = self.at;
        self.state.silences_in_row = 0;
        let clauses = self.scene.listener.hear(line);
        let mut acts: BTreeSet<&'static str> = clauses
            .iter()
            .flat_map(|clause| clause.acts.iter().copied())
            .collect();
        // "What can I do for you?" asks for nothing else as long as nothing was asked for.
        if !self.state.opened {
            acts.remove("else");
        }
        for act in &acts {
            self.note(Event::Did {
                act: (*act).to_owned(),
            });
        }
        let hurt = self.guarded(&clauses);
        self.feelings(&acts);
        let told = self.tellings(line);
        self.wrongs(line);
        if self.is_silent() {
            self.state.opened = true;
            return;
        }
        if !self.state.opened {
            return self.open();
        }
        if !hurt {
            self.reply(line, &clauses, &acts, told);
        }
    }

    fn reply(&mut self, line: &str, clauses: &[Clause], acts: &BTreeSet<&'static str>, told: bool) {
        let spoken = self.lines.len();
        let read = self.read_back(line, acts.contains("read_back"));
        let asks: Vec<Ask> = clauses
            .iter()
            .flat_map(|clause| clause.asks.iter().copied())
            .collect();
        let asked = self.questions(&asks, &read);
        if acts.contains("closing") {
            return self.closing();
        }
        if self.lines.len() == spoken {
            self.acknowledge(line, acts, told);
        }
        if !asked {
            self.beg(acts.contains("else"));
        }
    }

    /// Words for a line that asked nothing.
    fn acknowledge(&mut self, line: &str, acts: &BTreeSet<&'static str>, told: bool) {
        let settled =
            told || acts.contains("next") || acts.contains("deadline") || acts.contains("else");
        if settled {
            self.react(Reaction::Thanks);
        } else if acts.contains("comfort") || acts.contains("apology") {
            self.react(Reaction::Comfort);
        } else if acts.is_empty() && is_question(line) {
            self.react(Reaction::Unclear);
        } else {
            self.react(Reaction::Listening);
        }
    }

    /// Asks for what is still to be told, one thing at a time; `pressing` when the call-taker wants to finish.
    fn beg(&mut self, pressing: bool) {
        let open = (0..self.scene.tells.len()).find(|at| !self.state.was_told(self.scene, *at));
        let Some(at) = open else { return };
        let asked = self.scene.tells.get(at).and_then(|tell| tell.asked.clone());
        let begged = self.state.begged.get(at).copied().unwrap_or(BEGS);
        if let Some(asked) = asked.filter(|_| begged < BEGS || pressing) {
            if let Some(count) = self.state.begged.get_mut(at) {
                *count += 1;
            }
            self.say(&asked);
        }
    }

    /// What must not be said; true when it hurt so that nothing else was heard.
    fn guarded(&mut self, clauses: &[Clause]) -> bool {
        let mut hurt = false;
        let found: Vec<(&str, String)> = clauses
            .iter()
            .flat_map(|clause| clause.guarded.clone())
            .collect();
        for (intent, words) in found {
            self.note(Event::Guarded {
                intent: intent.to_owned(),
                words,
            });
            let (reaction, change) = match intent {
                "rude" => (Reaction::Rude, RUDE),
                "passed" => (Reaction::Passed, PASSED),
                _ => (Reaction::Promise, PROMISE),
            };
            self.feel(change);
            if self.state.opened && !hurt {
                self.react(reaction);
            }
            hurt |= change < 0;
        }
        hurt && self.state.opened
    }

    fn feelings(&mut self, acts: &BTreeSet<&'static str>) {
        if acts.contains("comfort") && self.state.comforted < MOST_COMFORT {
            self.state.comforted += 1;
            self.feel(COMFORT);
        }
        if acts.contains("apology") {
            self.feel(APOLOGY);
        }
        self.state.did.extend(acts);
    }

    /// Which of the tellings' keys are in a line; true when one is told with it.
    fn tellings(&mut self, line: &str) -> bool {
        let mut any = false;
        for (at, tell) in self.scene.tells.iter().enumerate() {
            let before = self.state.was_told(self.scene, at);
            if let Some(said) = self.state.tells.get_mut(at) {
                said.extend(
                    (0..tell.keys.len())
                        .filter(|key| tell.keys.get(*key).is_some_and(|key| holds(line, key))),
                );
            }
            if !before && self.state.was_told(self.scene, at) {
                any = true;
                self.note(Event::ToldRight {
                    tell: tell.id.clone(),
                });
                self.feel(TOLD);
            }
        }
        any
    }

    fn wrongs(&mut self, line: &str) {
        let truth = &self.scene.scenario.truth;
        for wrong in &truth.wrong {
            let words = self.scene.fill(wrong.get_ref());
            if holds(line, &words) {
                self.note(Event::WrongPolicy { words });
            }
        }
        let names = [
            self.scene.name.clone(),
            self.scene.address.clone(),
            self.scene.number.clone(),
        ];
        if truth.confidential && self.state.company && held(line, &names) > 0 {
            self.note(Event::Leaked {
                words: line.to_owned(),
            });
        }
    }

    /// Goodbye: taken when the matter is settled, or when it is said a second time.
    fn closing(&mut self) {
        let open = self.state.open_tells(self.scene);
        let needs_more = match self.scene.scenario.truth.ending.get_ref() {
            Ending::Answer | Ending::Decline | Ending::Invalid => false,
            Ending::Dispatch | Ending::Emergency | Ending::FollowUp | Ending::Merge => {
                !self.state.has_moved_on()
            }
        };
        self.state.closings += 1;
        if (open > 0 || needs_more) && self.state.closings == 1 {
            self.feel(SENT_AWAY);
            self.react(Reaction::Unsettled);
            return self.beg(true);
        }
        let closing = self.scene.closing.clone();
        self.say(&closing);
        self.end(Over::Goodbye);
    }
}

fn is_question(line: &str) -> bool {
    let line =
        line.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '。' | '.' | '!' | '！'));
    line.ends_with(['?', '？', '吗', '呢', '么'])
}

#[cfg(test)]
mod tests {
    use super::is_question;

    #[test]
    fn a_question_ends_like_one() {
        for (line, expected) in [
            ("在吗", true),
            ("在吗。", true),
            ("Is it?", true),
            ("好的", false),
            ("", false),
        ] {
            assert_eq!(is_question(line), expected, "{line}");
        }
    }
}
