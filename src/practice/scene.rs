//! A scene: a scenario with a seed's names, streets and numbers in it, ready to be played. The same scenario and
//! seed give the same scene, on every machine and in every version.

use super::listen::Listener;
use super::scenario::{At, Fact, Manner, Needs, Reaction, Scenario, Sex, Tell, Tongue, Turn};
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::directory::{Directory, Item};
use crate::domain::id::{DistrictCode, ItemCode, UnitCode};
use crate::domain::ticket::Kind;
use crate::protocol::practice::Inject;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The districts a scenario may happen in unless it says others.
const DISTRICTS: [&str; 5] = ["LX", "SZ", "HY", "TQ", "LC"];

/// Invented names and estates, and the ready-made reactions of each manner.
#[derive(serde::Deserialize)]
struct Stock {
    surnames: Vec<String>,
    female: Vec<String>,
    male: Vec<String>,
    english: Vec<String>,
    estates: Vec<String>,
    manner: BTreeMap<Manner, BTreeMap<Reaction, Vec<String>>>,
    injected: BTreeMap<String, Injected>,
}

/// What is said when a trainer lets something happen, by tongue.
#[derive(serde::Deserialize)]
struct Injected {
    second_caller_is: String,
    angrier: Vec<String>,
    wrong_address: Vec<String>,
    second_caller: Vec<String>,
}

static STOCK: LazyLock<Option<Stock>> =
    LazyLock::new(|| toml::from_str(include_str!("../../assets/practice/callers.toml")).ok());

/// What a caller knows, in this scene's words.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its name in the scenario.
    pub id: String,
    /// The suggested way to ask.
    pub ask: Option<String>,
    /// The item's question it answers.
    pub question: Option<String>,
    /// The general questions that ask for it.
    pub intents: Vec<String>,
    /// Words it is asked with.
    pub cues: Vec<String>,
    /// What the caller says.
    pub text: String,
    /// What shows it.
    pub keys: Vec<String>,
    /// True when the opening says it.
    pub opening: bool,
    /// What it takes.
    pub needs: Needs,
    /// What they say instead.
    pub reluctant: Option<String>,
    /// What they say first, and is wrong.
    pub first: Option<String>,
    /// What shows the wrong one.
    pub first_keys: Vec<String>,
    /// True when it belongs to the address.
    pub address: bool,
    /// True when it has to be in the ticket.
    pub written: bool,
}

/// What has to be told, in this scene's words.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Its name in the scenario.
    pub id: String,
    /// How the caller asks for it.
    pub asked: Option<String>,
    /// A good way to say it.
    pub line: String,
    /// What shows it.
    pub keys: Vec<String>,
    /// How many of the keys it takes.
    pub least: usize,
}

/// A scene.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The scenario's code.
    pub id: String,
    /// Where it came from.
    pub seed: u64,
    /// The scenario as written.
    pub scenario: Scenario,
    /// The caller's name.
    pub name: String,
    /// How they are addressed: 张女士.
    pub address: String,
    /// Their number; none that exists.
    pub number: String,
    /// The lane they come by.
    pub lane: CallerKind,
    /// Where it happens.
    pub district: Option<DistrictCode>,
    /// In words.
    pub district_name: String,
    /// The street office's area.
    pub street: String,
    /// The opening.
    pub opening: Vec<String>,
    /// The last words.
    pub closing: String,
    /// What they know.
    pub facts: Vec<Known>,
    /// What has to be told.
    pub tells: Vec<Telling>,
    /// What happened, for the page after the call.
    pub story: String,
    /// The item, where there is one.
    pub item: Option<Item>,
    /// Who has to handle it, where the directory says.
    pub lead: Option<UnitCode>,
    /// What understands the trainee.
    pub(super) listener: Listener,
    /// All placeholders with their values.
    values: BTreeMap<String, String>,
}

impl Scene {
    /// Fills a scenario from a seed. The directory gives the streets and who handles the item.
    pub fn new(scenario: &Scenario, seed: u64, directory: &Directory) -> Self {
        let draw = Draw(scenario.id.get_ref(), seed);
        let (district, district_name, street) = place(scenario, &draw, directory);
        let mut values = person(scenario, &draw);
        values.insert("district".to_owned(), district_name.clone());
        values.insert("street".to_owned(), street.clone());
        for (name, choices) in &scenario.vary.lists {
            if let Some(choice) = draw.choose(name, choices) {
                values.insert(name.clone(), choice.get_ref().to_owned());
            }
        }
        let fill = |text: &At<String>| spoken(scenario, &filled(text.get_ref(), &values));
        let mut facts: Vec<Known> = scenario
            .facts
            .iter()
            .map(|it| known(it, scenario, &values))
            .collect();
        facts.extend(about_themselves(scenario, &values, &facts));
        let tells: Vec<Telling> = scenario
            .tells
            .iter()
            .map(|it| telling(it, scenario, &values))
            .collect();
        let truth = &scenario.truth;
        let code = truth
            .item
            .as_ref()
            .and_then(|code| ItemCode::parse(code.get_ref()).ok());
        let item = code.as_ref().and_then(|code| directory.item(code)).cloned();
        let kind = truth.kinds.first().copied().unwrap_or(Kind::Help);
        let lead = code.and_then(|code| {
            let assigned = directory.assign(&code, kind, district.as_ref(), &street)?;
            Some(assigned.lead)
        });
        Self {
            id: scenario.id.get_ref().clone(),
            seed,
            name: values.get("name").cloned().unwrap_or_default(),
            address: values.get("called").cloned().unwrap_or_default(),
            number: values.get("number").cloned().unwrap_or_default(),
            lane: scenario.caller.kind,
            district,
            district_name,
            street,
            opening: scenario.opening.iter().map(fill).collect(),
            closing: scenario.closing.as_ref().map(fill).unwrap_or_default(),
            listener: Listener::new(&facts, scenario.tongue),
            facts,
            tells,
            story: filled(truth.story.get_ref(), &values),
            item,
            lead,
            scenario: scenario.clone(),
            values,
        }
    }

    /// The number as a telephone; `None` for a scenario that spoils it.
    pub fn telephone(&self) -> Option<Telephone> {
        Telephone::parse(&self.number).ok()
    }

    /// A text of the scenario in this scene's words.
    pub fn fill(&self, text: &str) -> String {
        filled(text, &self.values)
    }

    /// A text of the scenario as this caller says it: in this scene's words, in their dialect.
    pub(super) fn says(&self, text: &str) -> String {
        spoken(&self.scenario, &self.fill(text))
    }

    /// A reaction: the scenario's own, else the manner's; `nth` walks through the choices.
    pub(super) fn reaction(&self, which: Reaction, nth: u32) -> Option<String> {
        let own = self.scenario.reacts.get(&which);
        let own = own.map(|lines| lines.iter().map(|line| line.get_ref().as_str()).collect());
        let lines: Vec<&str> = own.unwrap_or_else(|| stock(self.scenario.caller.manner, which));
        let first = Draw(&self.id, self.seed).number(&format!("{which:?}"), lines.len());
        let at = (first + usize::try_from(nth).unwrap_or(0)) % lines.len().max(1);
        lines.get(at).map(|line| self.says(line))
    }

    /// What is said when a trainer lets something happen; `nth` walks through the choices.
    pub(super) fn injected(&self, what: Inject, nth: u32) -> Option<String> {
        let own = self.own_injected()?;
        let lines = match what {
            Inject::Angrier => &own.angrier,
            Inject::WrongAddress => &own.wrong_address,
            Inject::SecondCaller => &own.second_caller,
            Inject::Drops => return None,
        };
        let at = usize::try_from(nth).unwrap_or(0) % lines.len().max(1);
        lines.get(at).map(|line| self.says(line))
    }

    /// Who takes the telephone when a trainer lets it happen.
    pub(super) fn second_caller(&self) -> String {
        let own = self.own_injected();
        own.map(|own| own.second_caller_is.clone())
            .unwrap_or_default()
    }

    fn own_injected(&self) -> Option<&'static Injected> {
        let tongue = match self.scenario.tongue {
            Tongue::Zh => "zh",
            Tongue::En => "en",
        };
        STOCK.as_ref()?.injected.get(tongue)
    }

    /// A turn's lines in this scene's words.
    pub(super) fn turn_lines(&self, turn: &Turn) -> Vec<String> {
        turn.lines
            .iter()
            .map(|line| self.fill(line.get_ref()))
            .collect()
    }
}

/// The ready-made reactions; those of the plain manner where a manner has none.
fn stock(manner: Manner, which: Reaction) -> Vec<&'static str> {
    let Some(stock) = STOCK.as_ref() else {
        return Vec::new();
    };
    let of = |manner| stock.manner.get(&manner).and_then(|all| all.get(&which));
    let lines = of(manner).or_else(|| of(Manner::Plain));
    lines.into_iter().flatten().map(String::as_str).collect()
}

/// Choices that follow from scenario and seed alone.
struct Draw<'a>(&'a str, u64);

impl Draw<'_> {
    /// A number below `below`; 0 when that is 0. SHA-256, because a generator's sequence may change with its version.
    fn number(&self, what: &str, below: usize) -> usize {
        let mut hash = Sha256::new();
        hash.update(self.1.to_le_bytes());
        hash.update(self.0.as_bytes());
        hash.update([0]);
        hash.update(what.as_bytes());
        let digest = hash.finalize();
        let number = digest
            .iter()
            .take(7)
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let below = u64::try_from(below).unwrap_or(u64::MAX).max(1);
        usize::try_from(number % below).unwrap_or(0)
    }

    fn choose<'t, T>(&self, what: &str, choices: &'t [T]) -> Option<&'t T> {
        choices.get(self.number(what, choices.len()))
    }
}

fn place(
    scenario: &Scenario,
    draw: &Draw<'_>,
    directory: &Directory,
) -> (Option<DistrictCode>, String, String) {
    let own: Vec<&str> = scenario
        .vary
        .districts
        .iter()
        .map(|code| code.get_ref().as_str())
        .collect();
    let codes: &[&str] = if own.is_empty() { &DISTRICTS } else { &own };
    let code: Option<&&str> = draw.choose("district", codes);
    let code = code.and_then(|code| DistrictCode::parse(code).ok());
    let named = directory
        .districts
        .iter()
        .find(|district| Some(&district.code) == code.as_ref());
    let name = named
        .map(|district| district.name.to_string())
        .unwrap_or_default();
    let streets: Vec<&str> = directory
        .streets
        .iter()
        .filter(|street| {
            Some(&street.district) == code.as_ref() && street.name.as_str().ends_with("街道")
        })
        .map(|street| street.name.as_str())
        .collect();
    let street = draw.choose("street", &streets).copied().unwrap_or("");
    (code, name, street.to_owned())
}

/// Who calls, and the numbers of their house. Telephone numbers begin with 100: no network has such.
fn person(scenario: &Scenario, draw: &Draw<'_>) -> BTreeMap<String, String> {
    let stock = STOCK.as_ref();
    let pick = |what: &str, from: fn(&Stock) -> &Vec<String>| {
        let choice = stock.and_then(|stock| draw.choose(what, from(stock)));
        choice.cloned().unwrap_or_default()
    };
    let surname = pick("surname", |stock| &stock.surnames);
    let (given, title) = match scenario.caller.sex {
        Sex::Female => (pick("given", |stock| &stock.female), "女士"),
        Sex::Male => (pick("given", |stock| &stock.male), "先生"),
    };
    let (name, called) = match scenario.tongue {
        Tongue::Zh => (format!("{surname}{given}"), format!("{surname}{title}")),
        Tongue::En => {
            let name = pick("english", |stock| &stock.english);
            (name.clone(), name)
        }
    };
    let number = |what: &str, least: usize, most: usize| {
        (least + draw.number(what, most - least + 1)).to_string()
    };
    let own = [
        ("name", name),
        ("called", called),
        ("surname", surname),
        (
            "number",
            format!("100{:08}", draw.number("number", 100_000_000)),
        ),
        ("estate", pick("estate", |stock| &stock.estates)),
        ("building", number("building", 1, 28)),
        ("unit", number("unit", 1, 4)),
        ("floor", number("floor", 1, 17)),
        ("no", number("no", 3, 198)),
        ("age", scenario.caller.age.get_ref().to_string()),
    ];
    own.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A text with its placeholders filled; one that is not known stays as it is.
pub(super) fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let value = after.get(1..).and_then(|inside| inside.split_once('}'));
        let known = value.and_then(|(name, tail)| Some((values.get(name)?, tail)));
        if let Some((value, tail)) = known {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after.get(1..).unwrap_or("");
        }
    }
    out + rest
}

/// A text in the caller's own words.
fn spoken(scenario: &Scenario, text: &str) -> String {
    let mut text = text.to_owned();
    for (word, own) in &scenario.caller.dialect {
        text = text.replace(word, own);
    }
    text
}

fn known(fact: &Fact, scenario: &Scenario, values: &BTreeMap<String, String>) -> Known {
    let fill = |text: &At<String>| filled(text.get_ref(), values);
    let says = |text: &At<String>| spoken(scenario, &fill(text));
    let asks = fact.ask.iter().chain(&fact.question).chain(&fact.also);
    Known {
        id: fact.id.get_ref().clone(),
        ask: fact.ask.as_ref().or(fact.question.as_ref()).map(fill),
        question: fact.question.as_ref().map(fill),
        intents: fact
            .intents
            .iter()
            .map(|intent| intent.get_ref().clone())
            .collect(),
        cues: asks.map(fill).collect(),
        text: says(&fact.text),
        keys: fact.keys.iter().map(fill).collect(),
        opening: fact.opening,
        needs: fact.needs,
        reluctant: fact.reluctant.as_ref().map(says),
        first: fact.first.as_ref().map(says),
        first_keys: fact.first_keys.iter().map(fill).collect(),
        address: fact.address,
        written: fact.written,
    }
}

/// What every caller knows unless their scenario says it otherwise: name and number.
fn about_themselves(
    scenario: &Scenario,
    values: &BTreeMap<String, String>,
    own: &[Known],
) -> Vec<Known> {
    if scenario.opening.is_empty() {
        return Vec::new();
    }
    let texts = match scenario.tongue {
        Tongue::Zh => [
            (
                "name",
                "请问您贵姓，怎么称呼您？",
                "我姓{surname}，叫{name}。",
                "{name}|{called}",
            ),
            (
                "phone",
                "您的联系电话是多少？",
                "就打我这个号码，{number}。",
                "{number}",
            ),
        ],
        Tongue::En => [
            (
                "name",
                "May I have your name?",
                "My name is {name}.",
                "{name}",
            ),
            (
                "phone",
                "What is your phone number?",
                "You can call this number, {number}.",
                "{number}",
            ),
        ],
    };
    let missing = texts
        .into_iter()
        .filter(|(id, ..)| !own.iter().any(|fact| fact.id == *id));
    missing
        .map(|(id, ask, text, keys)| Known {
            id: id.to_owned(),
            ask: Some(ask.to_owned()),
            question: None,
            intents: vec![id.to_owned()],
            cues: vec![ask.to_owned()],
            text: spoken(scenario, &filled(text, values)),
            keys: vec![filled(keys, values)],
            opening: false,
            needs: Needs::Asked,
            reluctant: None,
            first: None,
            first_keys: Vec::new(),
            address: false,
            written: false,
        })
        .collect()
}

fn telling(tell: &Tell, scenario: &Scenario, values: &BTreeMap<String, String>) -> Telling {
    let fill = |text: &At<String>| filled(text.get_ref(), values);
    let least = tell
        .least
        .as_ref()
        .map_or(tell.keys.len(), |least| usize::from(*least.get_ref()));
    Telling {
        id: tell.id.get_ref().clone(),
        asked: tell
            .asked
            .as_ref()
            .map(|text| spoken(scenario, &fill(text))),
        line: fill(&tell.line),
        keys: tell.keys.iter().map(fill).collect(),
        least: least.clamp(1, tell.keys.len().max(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_others_stay() {
        let values = BTreeMap::from([("a".to_owned(), "甲".to_owned())]);
        for (text, expected) in [
            ("住{a}楼", "住甲楼"),
            ("{b}{a}", "{b}甲"),
            ("{a", "{a"),
            ("", ""),
        ] {
            assert_eq!(filled(text, &values), expected);
        }
    }

    #[test]
    fn a_draw_follows_from_its_seed() {
        let numbers: Vec<usize> = (0..64)
            .map(|seed| Draw("X", seed).number("n", 1000))
            .collect();
        let again: Vec<usize> = (0..64)
            .map(|seed| Draw("X", seed).number("n", 1000))
            .collect();
        assert_eq!(numbers, again);
        let different: std::collections::BTreeSet<_> = numbers.iter().collect();
        assert!(different.len() > 50, "{different:?}");
        // Fixed for ever: a run of last year is repeated by its seed.
        assert_eq!(Draw("SDQ-1", 12345).number("surname", 100), 75);
    }

    #[test]
    fn the_stock_is_read() {
        let stock = STOCK.as_ref().expect("assets/practice/callers.toml");
        for which in Reaction::ALL {
            assert!(
                stock.manner[&Manner::Plain].contains_key(&which),
                "{which:?}"
            );
            assert!(
                stock.manner[&Manner::English].contains_key(&which),
                "{which:?}"
            );
        }
    }
}
