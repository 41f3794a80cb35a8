//! Whether a scenario holds together, and agrees with the directory and the knowledge base it is played against.

use super::read::place;
use super::{At, Ending, Fact, Fault, Rule, Scenario};
use crate::domain::directory::{Directory, Item};
use crate::domain::id::{DistrictCode, EntryCode, ItemCode, UnitCode};
use crate::domain::text::Line;
use crate::domain::ticket::Kind;
use crate::practice::listen::{Ask, holds, intents};
use crate::practice::scene::Scene;
use std::collections::BTreeSet;

/// What a scenario is held against.
#[derive(Debug)]
pub struct Known<'a> {
    /// The directory it is played with.
    pub directory: &'a Directory,
    /// The entries that are published.
    pub entries: &'a BTreeSet<EntryCode>,
}

/// What every scene fills.
const FILLED: [&str; 12] = [
    "name", "called", "surname", "number", "estate", "building", "unit", "floor", "no", "age",
    "district", "street",
];
/// The facts that every caller has.
const ALWAYS: [&str; 2] = ["name", "phone"];
/// Seeds whose scenes are looked at.
const SEEDS: u64 = 3;

/// All mistakes of a scenario, in the order of the file.
pub fn check(file: &str, text: &str, scenario: &Scenario, known: &Known<'_>) -> Vec<Fault> {
    let mut checking = Checking {
        scenario,
        known,
        found: Vec::new(),
    };
    checking.shape();
    checking.texts();
    checking.facts();
    checking.turns();
    checking.truth();
    if checking.found.is_empty() {
        checking.listening();
    }
    let mut found = checking.found;
    found.sort_by_key(|(byte, _)| *byte);
    found.dedup();
    let fault = |(byte, rule)| {
        let (line, column) = place(text, byte);
        Fault {
            file: file.to_owned(),
            line,
            column,
            rule,
        }
    };
    found.into_iter().map(fault).collect()
}

struct Checking<'a> {
    scenario: &'a Scenario,
    known: &'a Known<'a>,
    found: Vec<(usize, Rule)>,
}

impl Checking<'_> {
    fn fault<T>(&mut self, at: &At<T>, rule: Rule) {
        self.found.push((at.span().start, rule));
    }

    fn shape(&mut self) {
        let scenario = self.scenario;
        let id = scenario.id.get_ref();
        if id.is_empty()
            || !id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        {
            self.fault(&scenario.id, Rule::Id(id.clone()));
        }
        self.range(&scenario.level, 1, 5);
        self.range(&scenario.caller.mood, 0, 100);
        self.range(&scenario.caller.age, 5, 110);
        for seconds in [&scenario.caller.patience, &scenario.caller.hold_patience] {
            if !(5..=600).contains(seconds.get_ref()) {
                let (found, least, most) = (*seconds.get_ref(), 5, 600);
                self.fault(seconds, Rule::Range { found, least, most });
            }
        }
        let mut seen = BTreeSet::new();
        let ids = scenario.facts.iter().map(|fact| &fact.id);
        for id in ids.chain(scenario.tells.iter().map(|tell| &tell.id)) {
            if !seen.insert(id.get_ref()) {
                self.fault(id, Rule::Twice(id.get_ref().clone()));
            }
        }
    }

    fn range(&mut self, at: &At<u8>, least: u32, most: u32) {
        let found = u32::from(*at.get_ref());
        if !(least..=most).contains(&found) {
            self.fault(at, Rule::Range { found, least, most });
        }
    }

    /// All texts: they fit a line and their placeholders are filled.
    fn texts(&mut self) {
        let scenario = self.scenario;
        let facts = scenario.facts.iter().flat_map(|fact| {
            let one = [&fact.text].into_iter();
            let maybe = [&fact.ask, &fact.reluctant, &fact.first]
                .into_iter()
                .flatten();
            one.chain(maybe)
                .chain(&fact.also)
                .chain(&fact.keys)
                .chain(&fact.first_keys)
        });
        let tells = scenario.tells.iter().flat_map(|tell| {
            [&tell.line]
                .into_iter()
                .chain(&tell.asked)
                .chain(&tell.keys)
        });
        let turns = scenario.turns.iter().flat_map(|turn| &turn.lines);
        let earlier = scenario
            .earlier
            .iter()
            .flat_map(|one| [&one.title, &one.text]);
        let truth = &scenario.truth;
        let all: Vec<&At<String>> = facts
            .chain(tells)
            .chain(turns)
            .chain(earlier)
            .chain(&scenario.opening)
            .chain(&scenario.closing)
            .chain(scenario.reacts.values().flatten())
            .chain(scenario.vary.lists.values().flatten())
            .chain(&truth.wrong)
            .chain([&truth.story])
            .collect();
        for text in all {
            if Line::parse(text.get_ref().as_str()).is_err() {
                self.fault(text, Rule::Text);
            }
            for name in placeholders(text.get_ref()) {
                if !FILLED.contains(&name) && !scenario.vary.lists.contains_key(name) {
                    self.fault(text, Rule::NoPlaceholder(name.to_owned()));
                }
            }
        }
    }

    fn facts(&mut self) {
        let item = self.item();
        let scenario = self.scenario;
        for fact in &scenario.facts {
            for intent in &fact.intents {
                if !intents().iter().any(|own| own.id == *intent.get_ref()) {
                    self.fault(intent, Rule::NoIntent(intent.get_ref().clone()));
                }
            }
            self.question(fact, item.as_ref());
            if !fact.opening && fact.intents.is_empty() && cues(fact).next().is_none() {
                self.fault(&fact.id, Rule::Unaskable(fact.id.get_ref().clone()));
            }
        }
        for attempt in &scenario.tries {
            self.names_fact(&attempt.tells);
        }
    }

    fn question(&mut self, fact: &Fact, item: Option<&Item>) {
        let Some(question) = &fact.question else {
            return;
        };
        let known = item.is_some_and(|item| {
            item.questions
                .iter()
                .any(|own| own.as_str() == question.get_ref())
        });
        if !known {
            self.fault(question, Rule::NoQuestion(question.get_ref().clone()));
        }
    }

    fn names_fact(&mut self, name: &At<String>) {
        let known = self
            .scenario
            .facts
            .iter()
            .any(|fact| fact.id.get_ref() == name.get_ref());
        if !known && !ALWAYS.contains(&name.get_ref().as_str()) {
            self.fault(name, Rule::NoFact(name.get_ref().clone()));
        }
    }

    fn turns(&mut self) {
        let scenario = self.scenario;
        for turn in &scenario.turns {
            let given = [
                turn.after_lines.is_some(),
                turn.mood_below.is_some(),
                turn.after_silences.is_some(),
                turn.when_told.is_some(),
            ];
            if given.into_iter().filter(|given| *given).count() != 1 {
                self.fault(&turn.does, Rule::Conditions);
            }
            if let Some(fact) = &turn.when_told {
                self.names_fact(fact);
            }
        }
    }

    fn item(&self) -> Option<Item> {
        let code = ItemCode::parse(self.scenario.truth.item.as_ref()?.get_ref()).ok()?;
        self.known.directory.item(&code).cloned()
    }

    fn truth(&mut self) {
        let scenario = self.scenario;
        let truth = &scenario.truth;
        let earlier = scenario.earlier.iter().map(|one| &one.item);
        for code in truth.item.iter().chain(&truth.also_items).chain(earlier) {
            let parsed = ItemCode::parse(code.get_ref()).ok();
            if parsed
                .and_then(|code| self.known.directory.item(&code))
                .is_none()
            {
                self.fault(code, Rule::NoItem(code.get_ref().clone()));
            }
        }
        for entry in &truth.entries {
            let parsed = EntryCode::parse(entry.get_ref());
            if !parsed.is_ok_and(|code| self.known.entries.contains(&code)) {
                self.fault(entry, Rule::NoEntry(entry.get_ref().clone()));
            }
        }
        if let Some(unit) = &truth.accused
            && !UnitCode::parse(unit.get_ref())
                .is_ok_and(|code| self.known.directory.unit(&code).is_some())
        {
            self.fault(unit, Rule::NoUnit(unit.get_ref().clone()));
        }
        self.needed();
        self.lead();
        if let (Some(clock), Some(item)) = (&truth.clock, self.item())
            && *clock.get_ref() != item.clock
        {
            let (found, directory) = (
                clock.get_ref().name().to_owned(),
                item.clock.name().to_owned(),
            );
            self.fault(clock, Rule::OtherClock { found, directory });
        }
    }

    /// What each ending cannot do without.
    fn needed(&mut self) {
        let truth = &self.scenario.truth;
        let missing = match truth.ending.get_ref() {
            Ending::Answer if truth.entries.is_empty() => Some("entries"),
            Ending::Dispatch if truth.item.is_none() => Some("item"),
            Ending::Dispatch if truth.lead.is_none() => Some("lead"),
            Ending::Dispatch if truth.clock.is_none() => Some("clock"),
            Ending::Emergency if truth.service.is_none() => Some("service"),
            Ending::Decline if truth.declined.is_empty() => Some("declined"),
            Ending::Invalid if truth.invalid.is_empty() => Some("invalid"),
            Ending::FollowUp | Ending::Merge if self.scenario.earlier.is_empty() => Some("earlier"),
            Ending::Answer | Ending::Decline if self.scenario.tells.is_empty() => Some("tell"),
            _ => None,
        };
        if let Some(field) = missing {
            self.fault(&truth.ending, Rule::Missing(field));
        }
        if self.scenario.closing.is_none() && !self.scenario.opening.is_empty() {
            self.fault(&self.scenario.id, Rule::Missing("closing"));
        }
    }

    /// The lead unit is the directory's in every district the scenario may happen in.
    fn lead(&mut self) {
        let scenario = self.scenario;
        for code in &scenario.vary.districts {
            let known = DistrictCode::parse(code.get_ref()).ok();
            if !self
                .known
                .directory
                .districts
                .iter()
                .any(|one| Some(&one.code) == known.as_ref())
            {
                self.fault(code, Rule::NoDistrict(code.get_ref().clone()));
            }
        }
        let Some(lead) = &scenario.truth.lead else {
            return;
        };
        let kind = scenario.truth.kinds.first().copied().unwrap_or(Kind::Help);
        for seed in 0..SEEDS * 5 {
            let scene = Scene::new(scenario, seed, self.known.directory);
            let (Some(item), Some(district)) = (&scene.item, &scene.district) else {
                return;
            };
            let assigned =
                self.known
                    .directory
                    .assign(&item.code, kind, Some(district), &scene.street);
            let directory = assigned.map_or_else(String::new, |it| it.lead.to_string());
            let own = lead.get_ref().replace("{D}", district.as_str());
            if own != directory && own != "{S}" {
                let district = scene.district_name;
                self.fault(
                    lead,
                    Rule::OtherLead {
                        found: own,
                        directory,
                        district,
                    },
                );
                return;
            }
        }
    }

    /// What is suggested brings what it should, whatever the seed.
    fn listening(&mut self) {
        let scenario = self.scenario;
        for seed in 0..SEEDS {
            let scene = Scene::new(scenario, seed, self.known.directory);
            for (at, fact) in scenario.facts.iter().enumerate() {
                let Some(ask) = fact.ask.as_ref().or(fact.question.as_ref()) else {
                    continue;
                };
                if !brings(&scene, &scene.fill(ask.get_ref()), at) {
                    self.deaf(ask, fact.id.get_ref());
                }
                let shown = scene.facts.get(at).map(|known| (&known.text, &known.keys));
                for (key, shown_key) in fact
                    .keys
                    .iter()
                    .zip(shown.map(|it| it.1).into_iter().flatten())
                {
                    if !shown.is_some_and(|(text, _)| holds(text, shown_key)) {
                        self.fault(key, Rule::KeyNotInText(key.get_ref().clone()));
                    }
                }
            }
            for (tell, telling) in scenario.tells.iter().zip(&scene.tells) {
                let held = telling
                    .keys
                    .iter()
                    .filter(|key| holds(&telling.line, key))
                    .count();
                if held < telling.least {
                    self.fault(&tell.line, Rule::KeyNotInText(tell.line.get_ref().clone()));
                }
            }
            for attempt in &scenario.tries {
                let fact = scene
                    .facts
                    .iter()
                    .position(|fact| fact.id == *attempt.tells.get_ref());
                if fact
                    .is_some_and(|fact| !brings(&scene, &scene.fill(attempt.say.get_ref()), fact))
                {
                    self.deaf(&attempt.say, attempt.tells.get_ref());
                }
            }
        }
    }

    fn deaf(&mut self, line: &At<String>, fact: &str) {
        let rule = Rule::Deaf {
            line: line.get_ref().clone(),
            fact: fact.to_owned(),
        };
        self.fault(line, rule);
    }
}

/// True when a line asks for a fact, by itself or as one of the facts of a general question.
fn brings(scene: &Scene, line: &str, fact: usize) -> bool {
    let asks = scene
        .listener
        .hear(line)
        .into_iter()
        .flat_map(|clause| clause.asks);
    asks.into_iter().any(|ask| match ask {
        Ask::Fact(at) => at == fact,
        Ask::General(intent) => scene
            .facts
            .get(fact)
            .is_some_and(|own| own.intents.iter().any(|one| one == intent)),
    })
}

fn cues(fact: &Fact) -> impl Iterator<Item = &At<String>> {
    fact.ask.iter().chain(&fact.question).chain(&fact.also)
}

/// The names in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0))
}
