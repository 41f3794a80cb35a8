//! How one caller reacts: to questions, repetition, rudeness, silence, holding, goodbye.

use super::{Input, State, step, wakes};
use crate::domain::directory::Directory;
use crate::practice::scenario::read;
use crate::practice::scene::Scene;
use crate::practice::tape::{Event, Over};

const CALLER: &str = r#"
id = "T-1"
title = "试"
title_en = "t"
level = 1
tags = []
opening = ["家里没水了。"]
closing = "再见。"
[caller]
age = 40
mood = 60
patience = 20
hold_patience = 30
[[fact]]
id = "place"
intents = ["where"]
text = "我在芙蓉街31号。"
keys = ["芙蓉街", "31号"]
[[fact]]
id = "since"
intents = ["when"]
text = "从早上六点。"
first = "好像是昨天。"
keys = ["六点"]
first_keys = ["昨天"]
[[fact]]
id = "who"
intents = ["who"]
text = "是老王家弄的。"
needs = "assured"
reluctant = "你先说会不会保密。"
[truth]
story = "停水"
ending = "dispatch"
wrong = ["不用报修"]
"#;

struct Call {
    scene: Scene,
    state: State,
    events: Vec<Event>,
    heard: Vec<String>,
}

impl Call {
    fn new() -> Self {
        let scenario = read("t.toml", CALLER).unwrap();
        let scene = Scene::new(&scenario, 1, &Directory::default());
        let state = State::new(&scene);
        let mut call = Self {
            scene,
            state,
            events: Vec::new(),
            heard: Vec::new(),
        };
        call.at(0, Input::Answered);
        call
    }

    /// What is heard at a step.
    fn at(&mut self, second: u32, input: Input<'_>) -> String {
        let step = step(&self.scene, &self.state, input, second * 1_000);
        self.state = step.state;
        self.events = step
            .moments
            .into_iter()
            .map(|moment| moment.event)
            .collect();
        self.heard = step.lines.into_iter().map(|spoken| spoken.line).collect();
        self.heard.join("")
    }

    fn say(&mut self, second: u32, line: &str) -> String {
        self.at(second, Input::Said(line))
    }

    fn has(&self, wanted: &Event) -> bool {
        self.events.contains(wanted)
    }
}

fn named(fact: &str) -> String {
    fact.to_owned()
}

#[test]
fn only_what_was_asked_is_told_and_a_repeated_question_is_noticed() {
    let mut call = Call::new();
    assert_eq!(call.say(1, "您好，请讲"), "家里没水了。");
    assert_eq!(call.say(5, "请问您住在哪里？"), "我在芙蓉街31号。");
    let before = call.state.mood();
    let again = call.say(9, "您住哪儿来着，具体地址？");
    assert!(
        again.ends_with("我在芙蓉街31号。") && again.len() > "我在芙蓉街31号。".len(),
        "{again}"
    );
    assert!(call.has(&Event::Repeated {
        fact: named("place")
    }));
    assert!(call.state.mood() < before);
}

#[test]
fn a_secret_takes_a_promise_of_secrecy() {
    let mut call = Call::new();
    call.say(1, "您好");
    assert_eq!(call.say(3, "是谁弄的？"), "你先说会不会保密。");
    assert!(call.has(&Event::HeldBack { fact: named("who") }));
    call.say(6, "您放心，我们会为您保密");
    assert_eq!(call.say(9, "那是谁弄的呢？"), "是老王家弄的。");
}

#[test]
fn what_was_told_wrong_is_put_right_when_it_is_read_back() {
    let mut call = Call::new();
    call.say(1, "您好");
    call.say(3, "您住哪里");
    assert_eq!(call.say(6, "什么时候开始的？"), "好像是昨天。");
    let corrected = call.say(9, "跟您核对一下，芙蓉街31号，昨天开始没水，对吗？");
    assert!(corrected.contains("从早上六点。"), "{corrected}");
    assert!(call.has(&Event::Corrected {
        fact: named("since")
    }));
    call.say(12, "好，芙蓉街31号，六点开始，是这样吗？");
    let facts = vec![named("place"), named("since")];
    assert!(call.has(&Event::ReadBack { facts }), "{:?}", call.events);
}

#[test]
fn rudeness_and_passing_the_buck_end_in_a_lost_call_and_promises_are_kept_in_mind() {
    let mut call = Call::new();
    call.say(1, "您好");
    call.say(3, "我保证给您修好");
    let (intent, words) = (named("promise"), named("我保证"));
    assert!(
        call.has(&Event::Guarded { intent, words }),
        "{:?}",
        call.events
    );
    call.say(5, "你有完没完");
    call.say(7, "这事不归我们管");
    call.say(9, "你闭嘴");
    assert_eq!(call.state.over(), Some(Over::LeftAngry));
    assert_eq!(call.say(11, "喂？"), "", "nothing happens after the end");
}

#[test]
fn silence_and_holding_have_their_limits() {
    let mut call = Call::new();
    assert_eq!(wakes(&call.scene, &call.state), Some(4_000));
    assert_eq!(call.at(3, Input::Waited), "", "not yet");
    assert_eq!(call.at(4, Input::Waited), "家里没水了。", "nobody greeted");
    let mut last = 0;
    for _ in 0..4 {
        last = wakes(&call.scene, &call.state).unwrap();
        let step = step(&call.scene, &call.state, Input::Waited, last);
        call.state = step.state;
    }
    assert_eq!(call.state.over(), Some(Over::LeftAngry));
    assert!(last > 80_000, "{last}");
    let mut call = Call::new();
    call.say(1, "您好");
    call.at(2, Input::Held);
    assert_eq!(call.say(3, "听得到吗"), "", "not on hold");
    assert_eq!(wakes(&call.scene, &call.state), Some(32_000));
    call.at(32, Input::Waited);
    assert_eq!(call.state.over(), Some(Over::LeftAngry));
}

#[test]
fn goodbye_is_taken_when_the_matter_is_settled_or_said_twice() {
    let mut call = Call::new();
    call.say(1, "您好");
    let protest = call.say(3, "感谢您的来电，再见");
    assert!(
        !protest.is_empty() && call.state.over().is_none(),
        "{protest}"
    );
    assert_eq!(call.say(6, "再见"), "再见。");
    let mut call = Call::new();
    call.say(1, "您好");
    call.say(3, "我给您登记，转给承办单位，24小时内联系您");
    assert_eq!(call.say(6, "感谢您的来电，再见"), "再见。");
    assert_eq!(call.state.over(), Some(Over::Goodbye));
}

#[test]
fn wrong_policy_is_heard() {
    let mut call = Call::new();
    call.say(1, "您好");
    call.say(3, "这种情况不用报修");
    let words = named("不用报修");
    assert!(call.has(&Event::WrongPolicy { words }));
}
