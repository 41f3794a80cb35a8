//! Every scenario that ships, played: by a good call-taker, by bad ones, by nobody, by a thousand of known skill.

mod sheet;

use super::check::Grounds;
use crate::domain::ticket::{InvalidReason, Request};
use crate::practice::dialogue::{Input, State, step};
use crate::practice::hints::{hint, right_ticket};
use crate::practice::scenario::read;
use crate::practice::score::{Score, Sheet, score};
use crate::practice::shipped::SCENARIOS;
use crate::practice::tape::{Done, Event, Finish, Moment};
use crate::practice::{Scenario, Scene};
use crate::words::{Lang, Words};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::BTreeSet;

/// More lines than any call needs.
const MOST_LINES: usize = 60;
/// How long a line takes, in milliseconds: shorter than any caller's patience.
const A_LINE: u32 = 4_000;

fn grounds() -> Grounds {
    Grounds::of_the_demo().unwrap()
}

/// The scenarios that ship, whether sound or not; that they are has a test of its own.
fn all() -> Vec<Scenario> {
    SCENARIOS
        .iter()
        .map(|(file, text)| read(file, text).unwrap())
        .collect()
}

/// A call being played.
struct Call<'a> {
    scene: &'a Scene,
    state: State,
    tape: Vec<Moment>,
    at: u32,
}

impl<'a> Call<'a> {
    fn answered(scene: &'a Scene) -> Self {
        let mut call = Self {
            scene,
            state: State::new(scene),
            tape: Vec::new(),
            at: 0,
        };
        call.take(Input::Answered);
        call
    }

    fn take(&mut self, input: Input<'_>) {
        let step = step(self.scene, &self.state, input, self.at);
        self.state = step.state;
        self.tape.extend(step.moments);
    }

    fn say(&mut self, line: &str) {
        self.at += A_LINE;
        self.take(Input::Said(line));
    }

    fn is_over(&self) -> bool {
        self.state.over().is_some()
    }

    fn close(mut self, done: Done) -> Vec<Moment> {
        if !self.is_over() {
            self.at += A_LINE;
            self.take(Input::HungUp);
        }
        let at = self.at;
        self.tape.push(Moment {
            at,
            event: Event::Closed {
                done: Box::new(done),
            },
        });
        self.tape
    }
}

fn nothing_done() -> Done {
    Done {
        request: Request::default(),
        ending: None,
        ticket: None,
        lead: None,
    }
}

fn good(scene: &Scene) -> Vec<Moment> {
    let mut call = Call::answered(scene);
    for _ in 0..MOST_LINES {
        match hint(scene, &call.state) {
            Some(line) => call.say(&line),
            None => break,
        }
    }
    call.close(right_ticket(scene))
}

fn told(tape: &[Moment]) -> String {
    let lines = tape.iter().filter_map(|moment| match &moment.event {
        Event::Said { line } => Some(format!("> {line}")),
        Event::Heard { who, line } => Some(format!("  {who}{line}")),
        Event::Closed { .. } => None,
        other => Some(format!("      {other:?}")),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn marks(score: &Score) -> String {
    let mut lines = vec![format!("total {} {:?}", score.total, score.fatal)];
    for part in &score.parts {
        lines.push(format!("{} {:?}/{}", part.id, part.got, part.max));
        lines.extend(
            part.marks
                .iter()
                .map(|mark| format!("   {:?} {:?} {:?}", mark.check, mark.got, mark.evidence)),
        );
    }
    lines.join("\n")
}

#[test]
fn every_scenario_of_the_folder_ships_and_is_sound() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenarios");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let shipped: Vec<&str> = SCENARIOS.iter().map(|(file, _)| *file).collect();
    assert_eq!(
        there, shipped,
        "list them in src/practice/shipped.rs, in order"
    );
    let (words, grounds) = (Words::new(Lang::En), grounds());
    let spoilt = SCENARIOS
        .iter()
        .filter_map(|(file, text)| grounds.read(file, text).err());
    let faults: Vec<String> = spoilt.flatten().map(|fault| fault.say(&words)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let scenarios = all();
    let codes: BTreeSet<&String> = scenarios
        .iter()
        .map(|scenario| scenario.id.get_ref())
        .collect();
    assert_eq!(codes.len(), scenarios.len(), "a code stands twice");
}

#[test]
fn a_good_call_taker_passes_every_scenario() {
    let grounds = grounds();
    let sheet = Sheet::built_in().unwrap();
    let mut faults = Vec::new();
    for scenario in all() {
        for seed in [1, 2, 20_261_124] {
            let scene = Scene::new(&scenario, seed, &grounds.directory);
            let tape = good(&scene);
            let score = score(&scene, &sheet, &tape);
            if !score.passed || score.total < 85.0 {
                faults.push(format!(
                    "== {} seed {seed}\n{}\n{}",
                    scene.id,
                    told(&tape),
                    marks(&score)
                ));
                break;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Says little and writes less; rude once.
fn bad(scene: &Scene) -> Vec<Moment> {
    let mut call = Call::answered(scene);
    for line in ["说。", "什么事，快点说。", "知道了，你等着吧。"] {
        call.say(line);
    }
    let wrong = Finish::Invalid {
        reason: InvalidReason::WrongNumber,
    };
    let invalid = *scene.scenario.truth.ending.get_ref() == wrong.ending();
    call.close(Done {
        ending: (!invalid).then_some(wrong),
        ..nothing_done()
    })
}

#[test]
fn a_bad_call_taker_passes_none() {
    let grounds = grounds();
    let sheet = Sheet::built_in().unwrap();
    for scenario in all() {
        let scene = Scene::new(&scenario, 7, &grounds.directory);
        let tape = bad(&scene);
        let score = score(&scene, &sheet, &tape);
        assert!(
            !score.passed && score.total < 50.0,
            "{}\n{}\n{}",
            scene.id,
            told(&tape),
            marks(&score)
        );
    }
}

#[test]
fn nothing_typed_passes_none_even_with_the_right_ticket() {
    let grounds = grounds();
    let sheet = Sheet::built_in().unwrap();
    for scenario in all() {
        let scene = Scene::new(&scenario, 7, &grounds.directory);
        for done in [nothing_done(), right_ticket(&scene)] {
            let tape = Call::answered(&scene).close(done);
            let score = score(&scene, &sheet, &tape);
            assert!(!score.passed, "{}\n{}", scene.id, marks(&score));
        }
    }
}

#[test]
fn the_truth_of_another_scenario_passes_none() {
    let grounds = grounds();
    let sheet = Sheet::built_in().unwrap();
    let scenarios = all();
    let scenes: Vec<Scene> = scenarios
        .iter()
        .map(|it| Scene::new(it, 7, &grounds.directory))
        .collect();
    let plays: Vec<(Vec<String>, Done)> = scenes
        .iter()
        .map(|it| (lines(&good(it)), right_ticket(it)))
        .collect();
    let mut faults = Vec::new();
    for scene in &scenes {
        let right = &scene.scenario.truth;
        let item =
            |scenario: &Scenario| scenario.truth.item.as_ref().map(|it| it.get_ref().clone());
        for (other, (said, done)) in scenes.iter().zip(&plays) {
            // What ends otherwise cannot come near; what is the same matter is no other truth.
            let alike = right.ending.get_ref() == other.scenario.truth.ending.get_ref();
            if other.id == scene.id || !alike || item(&scene.scenario) == item(&other.scenario) {
                continue;
            }
            let mut call = Call::answered(scene);
            for line in said {
                call.say(line);
            }
            let tape = call.close(done.clone());
            let score = score(scene, &sheet, &tape);
            if score.passed {
                let (played, marked) = (told(&tape), marks(&score));
                faults.push(format!("{} by {}\n{played}\n{marked}", scene.id, other.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn lines(tape: &[Moment]) -> Vec<String> {
    let said = tape.iter().filter_map(|moment| match &moment.event {
        Event::Said { line } => Some(line.clone()),
        _ => None,
    });
    said.collect()
}

#[test]
fn the_same_seed_twice_gives_the_same_call_and_others_differ() {
    let grounds = grounds();
    for scenario in all() {
        let play = |seed| good(&Scene::new(&scenario, seed, &grounds.directory));
        assert_eq!(play(5), play(5), "{}", scenario.id.get_ref());
        let different: BTreeSet<String> = (0..3).map(|seed| told(&play(seed))).collect();
        assert!(
            scenario.opening.is_empty() || different.len() > 1,
            "{}: every seed alike",
            scenario.id.get_ref()
        );
    }
}

/// A trainee of a skill from 0 to 1: does each thing a good one does with that chance, and instead now and then
/// something that must not be done. Returns the tape and the share of things done well.
fn skilled(
    scene: &Scene,
    perfect: &[String],
    skill: f64,
    random: &mut StdRng,
) -> (Vec<Moment>, f64) {
    let mut call = Call::answered(scene);
    let (mut done_well, mut all) = (0.0, 0.0);
    for line in perfect {
        all += 1.0;
        if random.random_bool(skill) {
            done_well += 1.0;
            call.say(line);
        } else if random.random_bool(0.4) {
            call.say("嗯。");
        } else if random.random_bool(0.3) {
            // Asks again what is known.
            call.say(perfect.get(1).map_or("", String::as_str));
        }
    }
    let right = right_ticket(scene);
    let mut request = Request::default();
    let mut field = |apply: &mut dyn FnMut(&mut Request)| {
        all += 1.0;
        if random.random_bool(skill) {
            done_well += 1.0;
            apply(&mut request);
        }
    };
    field(&mut |it| it.kind = right.request.kind);
    field(&mut |it| it.item.clone_from(&right.request.item));
    field(&mut |it| it.place = right.request.place.clone());
    field(&mut |it| it.text = right.request.text.clone());
    field(&mut |it| it.title = right.request.title.clone());
    field(&mut |it| it.elements = right.request.elements.clone());
    field(&mut |it| it.caller = right.request.caller.clone());
    field(&mut |it| it.urgency = right.request.urgency);
    all += 3.0;
    let well = random.random_bool(skill);
    if well {
        done_well += 3.0;
    }
    let done = Done {
        ending: if well {
            right.ending
        } else {
            Some(Finish::Dispatched)
        },
        lead: right.lead.filter(|_| well),
        request,
        ticket: None,
    };
    (call.close(done), done_well / all)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// The ranks of values, ties in their middle.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    while at < order.len() {
        let same = order[at..]
            .iter()
            .take_while(|it| values[**it].total_cmp(&values[order[at]]).is_eq())
            .count();
        let middle = number(at) + (number(same) - 1.0) / 2.0;
        for it in &order[at..at + same] {
            ranks[*it] = middle;
        }
        at += same;
    }
    ranks
}

fn spearman(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (ranks(one), ranks(other));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / number(values.len());
    let (mean_one, mean_other) = (mean(&one), mean(&other));
    let mut products = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(&other) {
        let (a, b) = (a - mean_one, b - mean_other);
        products = (products.0 + a * b, products.1 + a * a, products.2 + b * b);
    }
    products.0 / (products.1 * products.2).sqrt()
}

#[test]
fn a_rank_correlation_is_what_it_should_be() {
    assert!((spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]) - 1.0).abs() < 1e-9);
    assert!((spearman(&[1.0, 2.0, 3.0], &[9.0, 2.0, 1.0]) + 1.0).abs() < 1e-9);
}

#[test]
fn a_thousand_trainees_are_ranked_as_they_were_made() {
    const TRAINEES: usize = 1_000;
    let grounds = grounds();
    let sheet = Sheet::built_in().unwrap();
    let scenarios: Vec<Scenario> = all()
        .into_iter()
        .filter(|it| !it.opening.is_empty())
        .collect();
    let scenes: Vec<Scene> = scenarios
        .iter()
        .map(|it| Scene::new(it, 3, &grounds.directory))
        .collect();
    let perfect: Vec<Vec<String>> = scenes.iter().map(|scene| lines(&good(scene))).collect();
    let mut random = StdRng::seed_from_u64(12_345);
    let (mut made, mut marked) = (Vec::new(), Vec::new());
    for at in 0..TRAINEES {
        let scene = &scenes[at % scenes.len()];
        let perfect = &perfect[at % scenes.len()];
        let skill = random.random_range(0.0..=1.0);
        let (tape, grade) = skilled(scene, perfect, skill, &mut random);
        made.push(grade);
        marked.push(f64::from(score(scene, &sheet, &tape).total));
    }
    let found = spearman(&made, &marked);
    println!("Spearman {found:.3} over {TRAINEES}");
    assert!(found >= 0.9, "Spearman {found:.3} over {TRAINEES}");
}

/// What is spoilt in a good scenario, and what is said of it.
const SPOILT: &[(&str, &str, &str)] = &[
    (
        "level = 1",
        "level = 9",
        "line 4, column 9: 9 is out of range",
    ),
    (
        "item = \"0101001\"",
        "item = \"9999999\"",
        "the directory has no item 9999999",
    ),
    (
        "lead = \"QY-SW\"",
        "lead = \"{D}-CGJ\"",
        "the directory sends it to QY-SW",
    ),
    (
        "clock = \"utility\"",
        "clock = \"consult\"",
        "in the directory it is utility",
    ),
    (
        "{hour}就没水了",
        "{houre}就没水了",
        "nothing fills \"{houre}\"",
    ),
    (
        "tells = \"since\"",
        "tells = \"nobody\"",
        "no fact \"nobody\"",
    ),
    (
        "intents = [\"when\"]",
        "intents = [\"whenever\"]",
        "no general question \"whenever\"",
    ),
    (
        "ending = \"dispatch\"",
        "ending = \"answer\"",
        "this ending needs entries",
    ),
    (
        "大概几点开始断的水",
        "请您讲一个笑话",
        "does not bring the fact \"since\"",
    ),
    (
        "keys = [\"整栋楼|全楼|整楼\"]",
        "keys = [\"半栋楼\"]",
        "key \"半栋楼\" is not in the text",
    ),
];

#[test]
fn mistakes_name_line_column_and_rule() {
    let grounds = grounds();
    let (_, text) = SCENARIOS
        .iter()
        .find(|(file, _)| file.starts_with("water-cut-old"))
        .unwrap();
    let words = Words::new(Lang::En);
    for (from, to, expected) in SPOILT {
        assert!(text.contains(from), "{from}");
        let told = match grounds.read("w.toml", &text.replacen(from, to, 1)) {
            Ok(_) => String::new(),
            Err(faults) => faults
                .iter()
                .map(|fault| fault.say(&words))
                .collect::<Vec<_>>()
                .join("\n"),
        };
        assert!(told.contains(expected), "{to}: {told}");
    }
}
