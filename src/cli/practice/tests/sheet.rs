//! Ten recorded calls marked by hand with the sheet beside: the machine gives the same points in every part.

use super::{Call, grounds, marks, nothing_done};
use crate::domain::id::ItemCode;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::Elements;
use crate::practice::Scene;
use crate::practice::hints::right_ticket;
use crate::practice::scenario::read;
use crate::practice::score::{Fatal, Score, Sheet, Why, score};
use crate::practice::shipped::SCENARIOS;
use crate::practice::tape::Done;

const GREETING: &str = "您好，济南12345，请问有什么可以帮您？";
const WHERE: &str = "请问您住在哪个小区，几号楼？";
const HOMES: &str = "楼里几户没水？";
const NOTICE: &str = "小区或单元有没有贴停水通知？";
const SINCE: &str = "从什么时候开始没水的？";
const NEXT: &str = "我已经给您登记，会转给承办单位，24小时内工作人员会联系您。";
const ELSE: &str = "请问您还有其他需要帮助的吗？";
const GOODBYE: &str = "感谢您的来电，祝您生活愉快，再见。";

fn scene() -> Scene {
    let (file, text) = SCENARIOS
        .iter()
        .find(|(file, _)| file.starts_with("water-cut-old"))
        .unwrap();
    Scene::new(&read(file, text).unwrap(), 7, &grounds().directory)
}

/// What was heard, read back.
fn read_back(scene: &Scene) -> String {
    let facts = scene.facts.iter().filter(|fact| fact.written);
    let said: Vec<&str> = facts
        .flat_map(|fact| &fact.keys)
        .filter_map(|key| key.split('|').next())
        .collect();
    format!("我跟您核对一下：{}，对吗？", said.join("，"))
}

/// A call without a fault.
fn perfect(back: &str) -> [&str; 9] {
    [
        GREETING, WHERE, HOMES, NOTICE, SINCE, back, NEXT, ELSE, GOODBYE,
    ]
}

const FULL: ByHand = [10.0, 15.0, 15.0, 20.0, 10.0, 20.0, 10.0];

/// The points of opening, listening, questions, facts, read-back, result and ticket, as a hand gives them.
type ByHand = [f32; 7];

fn check(name: &str, score: &Score, expected: ByHand, passed: bool, fatal: &[Fatal]) {
    for (part, expected) in score.parts.iter().zip(expected) {
        let got = part.got.unwrap();
        assert!(
            (got - expected).abs() < 0.01,
            "{name}, {}: {got} by machine, {expected} by hand\n{}",
            part.id,
            marks(score)
        );
    }
    let total: f32 = expected.iter().sum();
    assert!(
        (score.total - total).abs() < 0.01,
        "{name}: {}",
        score.total
    );
    assert_eq!(score.passed, passed, "{name}\n{}", marks(score));
    let found: Vec<Fatal> = score.fatal.iter().map(|one| one.fatal).collect();
    assert_eq!(found, fatal, "{name}");
}

/// Plays lines and closes with a ticket. Who says nothing further hangs up.
fn played(scene: &Scene, lines: &[&str], done: Done) -> Score {
    let mut call = Call::answered(scene);
    for line in lines {
        call.say(line);
    }
    score(scene, &Sheet::built_in().unwrap(), &call.close(done))
}

#[test]
fn five_calls_said_otherwise_get_what_a_hand_gives_them() {
    let scene = scene();
    let back = read_back(&scene);
    let perfect = [
        GREETING, WHERE, HOMES, NOTICE, SINCE, &back, NEXT, ELSE, GOODBYE,
    ];
    let right = || right_ticket(&scene);
    let full: ByHand = [10.0, 15.0, 15.0, 20.0, 10.0, 20.0, 10.0];

    check(
        "perfect",
        &played(&scene, &perfect, right()),
        full,
        true,
        &[],
    );

    // Four of ten points are the greeting's.
    let mut lines = perfect;
    lines[0] = "说吧。";
    let mut expected = full;
    expected[0] = 6.0;
    check(
        "no greeting",
        &played(&scene, &lines, right()),
        expected,
        true,
        &[],
    );

    // Three are the goodbye's, and who hangs up without one has hung up on the caller.
    expected = full;
    expected[0] = 7.0;
    let found = played(&scene, &perfect[..8], right());
    check("no goodbye", &found, expected, false, &[Fatal::HungUp]);

    // A question asked again costs 0.34 of seven points of eleven (nobody was upset).
    let mut lines = perfect.to_vec();
    lines.insert(4, HOMES);
    expected = full;
    expected[1] = 15.0 * 0.66_f32.mul_add(7.0, 4.0) / 11.0;
    let found = played(&scene, &lines, right());
    check("asked again", &found, expected, true, &[]);
    let asked = &found.parts[1].marks[0].evidence;
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].why, asked[0].at), (Why::AskedAgain, Some(20_000)));

    let lines = [GREETING, WHERE, HOMES, NOTICE, SINCE, NEXT, ELSE, GOODBYE];
    expected = full;
    expected[4] = 0.0;
    check(
        "not read back",
        &played(&scene, &lines, right()),
        expected,
        true,
        &[],
    );
}

#[test]
fn five_calls_ended_otherwise_get_what_a_hand_gives_them() {
    let scene = scene();
    let back = read_back(&scene);
    let perfect = perfect(&back);
    let right = || right_ticket(&scene);
    let full = FULL;
    // Neither what happens next nor until when: six of 22 points; nothing else asked: three of ten. The caller is upset by
    // being sent off, and nobody comforts them: four of fifteen.
    let lines = [
        GREETING, WHERE, HOMES, NOTICE, SINCE, &back, GOODBYE, GOODBYE,
    ];
    let mut expected = full;
    expected[0] = 7.0;
    expected[1] = 11.0;
    expected[5] = 20.0 * 16.0 / 22.0;
    check(
        "sent off",
        &played(&scene, &lines, right()),
        expected,
        true,
        &[],
    );

    // Another matter's item, and so nobody's unit: eight of 22 points.
    let mut done = right();
    done.request.item = ItemCode::parse("0402001").ok();
    done.lead = None;
    expected = full;
    expected[5] = 20.0 * 14.0 / 22.0;
    check(
        "wrong item",
        &played(&scene, &perfect, done),
        expected,
        true,
        &[],
    );

    // Nothing but what was said counts: of the result the six points of what was told.
    expected = full;
    expected[3] = 0.0;
    expected[5] = 20.0 * 6.0 / 22.0;
    expected[6] = 0.0;
    let found = played(&scene, &perfect, nothing_done());
    check("no ticket", &found, expected, false, &[]);

    let mut lines = perfect.to_vec();
    lines.insert(7, "我保证给您解决。");
    let found = played(&scene, &lines, right());
    check("promised", &found, full, false, &[Fatal::OutcomePromised]);

    // Kind 3 of 18, of the place 6 × 0.6 (district, street), nothing of what was told: below half. Of the words only the name
    // (a fifth of five points of eight).
    let mut done = right();
    done.request.text = Prose::default();
    done.request.title = Line::default();
    done.request.elements = Elements::default();
    done.request.place.address = Line::default();
    expected = full;
    expected[3] = 20.0 * 6.0_f32.mul_add(0.6, 3.0) / 18.0;
    expected[6] = 10.0 * 1.0 / 8.0;
    check(
        "bare form",
        &played(&scene, &perfect, done),
        expected,
        false,
        &[],
    );
}
