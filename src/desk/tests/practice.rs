//! Practice at the desk: the lists, a run's line for what is said, the score, the class, a report, a replay.

use super::screens::everywhere;
use super::world::*;
use crate::desk::ports::{Outside, PhoneCommand, PhoneEvent};
use crate::desk::state::Beside;
use crate::domain::id::{Account, CallId};
use crate::domain::role::Role;
use crate::protocol::event::ServerEvent;
use crate::protocol::practice::*;
use crate::words::Lang;

const SIZE: (u16, u16) = (120, 36);

fn account(name: &str) -> Account {
    Account::parse(name).unwrap()
}

fn scenario(code: &str, title: &str, title_en: &str, level: u8) -> ScenarioRow {
    ScenarioRow {
        id: line(code),
        title: line(title),
        title_en: line(title_en),
        level,
        runs: u32::from(level == 1),
        best: (level == 1).then_some(84),
        passed: level == 1,
    }
}

fn scenarios() -> Vec<ScenarioRow> {
    vec![
        scenario("street-lamp-out", "路灯不亮", "A street lamp is out", 1),
        scenario("dog-bite", "被狗咬伤", "Bitten by a dog", 2),
    ]
}

fn run(n: u128, who: &str, mode: Mode, total: Option<u8>) -> RunRow {
    RunRow {
        id: id(n),
        call: CallId(id(900)),
        account: account(who),
        scenario: line("street-lamp-out"),
        title: line("路灯不亮"),
        title_en: line("A street lamp is out"),
        mode,
        seed: 7,
        at: at("2026-11-24T00:30:00Z"),
        total,
        passed: total.is_some_and(|total| total >= 70),
        trainer_total: None,
        appealed: false,
    }
}

fn mark(check: Check, got: Option<f32>, evidence: Vec<Evidence>) -> Mark {
    Mark {
        check,
        weight: 4,
        got,
        evidence,
    }
}

fn told(at: u32, text: &str) -> Evidence {
    Evidence {
        at: Some(at),
        why: Why::Said,
        text: text.to_owned(),
        right: String::new(),
    }
}

fn score() -> Score {
    let missing = Evidence {
        at: None,
        why: Why::NotAsked,
        text: String::new(),
        right: "灯杆上有编号吗？".to_owned(),
    };
    let ended = Evidence {
        at: None,
        why: Why::Ended,
        text: "invalid".to_owned(),
        right: "dispatch".to_owned(),
    };
    Score {
        total: 63.5,
        pass: 70,
        passed: false,
        parts: vec![
            PartScore {
                id: "opening".to_owned(),
                title: "开头语与结束语".to_owned(),
                title_en: "Opening and closing words".to_owned(),
                max: 10,
                least: 0,
                got: Some(5.7),
                marks: vec![
                    mark(
                        Check::Greeted,
                        Some(1.0),
                        vec![told(2_000, "您好，济南12345")],
                    ),
                    mark(Check::AskedElse, Some(0.0), Vec::new()),
                ],
            },
            PartScore {
                id: "result".to_owned(),
                title: "答得对，或事项与单位对".to_owned(),
                title_en: "Right answer, or item and unit".to_owned(),
                max: 20,
                least: 60,
                got: Some(8.0),
                marks: vec![
                    mark(Check::Ending, Some(0.0), vec![ended]),
                    mark(Check::ItemQuestions, Some(0.5), vec![missing]),
                    mark(Check::ReadBack, None, Vec::new()),
                ],
            },
        ],
        fatal: vec![FatalError {
            fatal: Fatal::OutcomePromised,
            evidence: told(65_000, "我保证今天修好"),
        }],
    }
}

fn tape() -> Vec<TapeLine> {
    let line = |at, what, who: &str, text: &str| TapeLine {
        at,
        what,
        who: who.to_owned(),
        text: text.to_owned(),
    };
    vec![
        line(0, Happened::Answered, "", ""),
        line(2_000, Happened::Said, "", "您好，济南12345"),
        line(2_000, Happened::Heard, "", "我们这边路灯坏了。"),
        line(30_000, Happened::Mood, "", "60 > 35"),
        line(31_000, Happened::Heard, "旁边的人", "喂，我来说吧。"),
        line(65_000, Happened::Guarded, "", "我保证"),
        line(70_000, Happened::Over, "", ""),
    ]
}

fn page(run: RunRow) -> RunPage {
    let closed = run.total.is_some();
    let note = Note {
        at: 31_000,
        text: line("这里该安抚"),
        by: account("wang"),
    };
    RunPage {
        run,
        score: closed.then(score),
        story: "路灯杆12号不亮三天了，夜里有人摔倒。".to_owned(),
        tape: tape(),
        remarks: Remarks {
            notes: vec![note],
            marks: vec![OwnMark {
                part: line("opening"),
                points: 9,
                reason: line("问候很清楚"),
                by: account("wang"),
            }],
            appeal: Some(Appeal {
                text: line("我复述过地址"),
                ruling: None,
            }),
        },
    }
}

/// What the practice server of these tests answers.
pub fn answered(ask: PracticeAsk) -> PracticeGot {
    match ask {
        PracticeAsk::Lists => PracticeGot::Lists(
            scenarios(),
            vec![
                run(31, "li", Mode::Exam, None),
                run(32, "wang", Mode::Coached, Some(84)),
                run(33, "li", Mode::Exam, Some(63)),
            ],
        ),
        PracticeAsk::Begin(start) => {
            PracticeGot::Begun(Box::new(run(34, "wang", start.mode, None)))
        }
        PracticeAsk::Hint(_) => PracticeGot::Hint(Hint {
            line: Some("是哪条路的哪一段？".to_owned()),
        }),
        PracticeAsk::Run(asked) if asked == id(31) => {
            PracticeGot::Page(Box::new(page(run(31, "li", Mode::Exam, None))))
        }
        PracticeAsk::Run(_) | PracticeAsk::Act(..) => {
            PracticeGot::Page(Box::new(page(run(34, "wang", Mode::Coached, Some(63)))))
        }
        PracticeAsk::Report(of) => PracticeGot::Report(Box::new(report(of))),
    }
}

fn report(of: Option<Account>) -> Report {
    let part = |got| PartRow {
        id: "opening".to_owned(),
        title: "开头语与结束语".to_owned(),
        title_en: "Opening and closing words".to_owned(),
        max: 10,
        got: Some(got),
    };
    let of_run = |n, total, got| ReportRun {
        run: run(n, "wang", Mode::Exam, Some(total)),
        parts: vec![part(got)],
    };
    Report {
        account: of.unwrap_or_else(|| account("wang")),
        runs: vec![of_run(32, 63, 4.0), of_run(33, 84, 8.0)],
        weakest: vec![Weak {
            check: Check::ReadBack,
            got: 0.25,
            runs: 2,
        }],
        next: scenarios(),
    }
}

/// A desk of a practice server.
fn practising(lang: Lang, size: (u16, u16), roles: &[Role]) -> Desk {
    let mut desk = Desk::new(lang, size);
    desk.practises = true;
    desk.roles = roles.to_vec();
    desk.sign_in();
    desk
}

fn phone(event: PhoneEvent) -> Outside {
    Outside::Phone(CallId(id(900)), event)
}

/// A run that is answered.
fn talking(lang: Lang, size: (u16, u16), exam: bool) -> Desk {
    let mut desk = practising(lang, size, &[Role::CallTaker]);
    if exam {
        desk.keys("right");
    }
    desk.keys("enter");
    desk.ring();
    desk.keys("f3");
    desk.text("您好，济南12345");
    desk.keys("enter");
    desk.outside(phone(PhoneEvent::Said {
        line: "你好，我反映个事，我们这边路灯坏了，晚上黑咕隆咚的。".to_owned(),
    }));
    desk.outside(Outside::Server(ServerEvent::Practice {
        run: id(34),
        over: false,
    }));
    desk
}

#[test]
fn the_way_to_practice_stands_on_the_first_screen() {
    everywhere("practice-sign-in", |lang, size| {
        let mut desk = Desk::new(lang, size);
        desk.state.elsewhere = Some(Beside::Practice);
        desk
    });
    for keys in ["alt-i", "tab tab tab enter", "up enter"] {
        let mut desk = Desk::new(Lang::ZhCn, SIZE);
        desk.state.elsewhere = Some(Beside::Practice);
        desk.keys(keys);
        assert!(desk.went, "{keys}");
    }
    let mut desk = Desk::signed_in(Lang::ZhCn, SIZE);
    desk.keys("alt-i");
    assert!(
        !desk.went && desk.frame().contains("这不是练习服务"),
        "{}",
        desk.frame()
    );
}

#[test]
fn scenarios_runs_and_report() {
    everywhere("practice-scenarios", |lang, size| {
        practising(lang, size, &[Role::CallTaker])
    });
    everywhere("practice-runs", |lang, size| {
        let mut desk = practising(lang, size, &[Role::CallTaker]);
        desk.keys("f5");
        desk
    });
    everywhere("practice-report", |lang, size| {
        let mut desk = practising(lang, size, &[Role::CallTaker]);
        desk.keys("f5 f5");
        desk
    });
}

#[test]
fn a_coached_run_hints_and_an_exam_does_not() {
    everywhere("practice-coached", |lang, size| talking(lang, size, false));
    everywhere("practice-exam", |lang, size| talking(lang, size, true));
    let desk = talking(Lang::ZhCn, SIZE, true);
    assert!(
        !desk.frame().contains("是哪条路的哪一段"),
        "{}",
        desk.frame()
    );
    let said = desk
        .phoned
        .iter()
        .any(|it| matches!(it, PhoneCommand::Say(_, words) if words.as_str() == "您好，济南12345"));
    assert!(said, "{:?}", desk.phoned);
}

#[test]
fn keys_go_to_the_words_or_to_the_form() {
    let mut desk = talking(Lang::ZhCn, SIZE, false);
    desk.text("哪条路");
    assert_eq!(desk.state.practice.say.text(), "哪条路");
    desk.keys("alt-y");
    desk.text("路灯不亮");
    assert_eq!(desk.state.call.form.text.text(), "路灯不亮");
    assert_eq!(
        desk.state.practice.say.text(),
        "哪条路",
        "and what was begun stays"
    );
    desk.keys("alt-y tab");
    desk.text("三天");
    assert_eq!(desk.state.call.form.text.text(), "路灯不亮三天");
}

#[test]
fn the_score_comes_when_the_call_is_over_and_the_ticket_sent() {
    let mut desk = talking(Lang::ZhCn, SIZE, false);
    desk.keys("alt-y");
    desk.text("泉城路路灯不亮");
    desk.keys("f9 1");
    assert_eq!(desk.sent.len(), 1);
    assert!(
        !desk.frame().contains("总分"),
        "the call goes on\n{}",
        desk.frame()
    );
    desk.outside(phone(PhoneEvent::Ended { by_caller: true }));
    assert!(desk.frame().contains("总分 63.5"), "{}", desk.frame());
    // The other way round.
    let mut desk = talking(Lang::ZhCn, SIZE, false);
    desk.keys("alt-y");
    desk.text("泉城路路灯不亮");
    desk.outside(phone(PhoneEvent::Ended { by_caller: true }));
    assert!(!desk.frame().contains("总分"), "{}", desk.frame());
    desk.keys("f9 1");
    assert!(desk.frame().contains("总分 63.5"), "{}", desk.frame());
    // Nothing was written down.
    let mut desk = talking(Lang::ZhCn, SIZE, true);
    desk.outside(phone(PhoneEvent::Ended { by_caller: true }));
    desk.keys("alt-i");
    assert!(desk.frame().contains("总分 63.5"), "{}", desk.frame());
}

#[test]
fn the_score_page() {
    everywhere("practice-score", |lang, size| {
        let mut desk = practising(lang, size, &[Role::CallTaker]);
        desk.keys("f5 down enter");
        desk
    });
}

#[test]
fn a_trainer_sees_the_class_and_listens_in() {
    let trainer = |lang, size| {
        let mut desk = Desk::new(lang, size);
        desk.practises = true;
        desk.roles = vec![Role::Trainer];
        desk.sign_in();
        desk.state.seat = None;
        desk
    };
    everywhere("practice-class", |lang, size| {
        let mut desk = trainer(lang, size);
        while desk.state.practice.view != crate::desk::screens::practice::View::Class {
            desk.keys("f5");
        }
        desk
    });
    everywhere("practice-mirror", |lang, size| {
        let mut desk = trainer(lang, size);
        while desk.state.practice.view != crate::desk::screens::practice::View::Class {
            desk.keys("f5");
        }
        desk.keys("enter");
        desk
    });
    everywhere("practice-menu", |lang, size| {
        let mut desk = trainer(lang, size);
        while desk.state.practice.view != crate::desk::screens::practice::View::Class {
            desk.keys("f5");
        }
        desk.keys("enter f9");
        desk
    });
}

#[test]
fn a_run_is_shown_again_at_its_own_pace() {
    everywhere("practice-replay", |lang, size| {
        let mut desk = practising(lang, size, &[Role::CallTaker]);
        desk.keys("f5 down enter f9 1");
        desk.pass(16);
        desk
    });
    let mut desk = practising(Lang::ZhCn, SIZE, &[Role::CallTaker]);
    desk.keys("f5 down enter f9 1");
    assert!(!desk.frame().contains("我来说吧"), "{}", desk.frame());
    desk.pass(16);
    assert!(
        desk.frame().contains("我来说吧"),
        "twice as fast\n{}",
        desk.frame()
    );
    assert!(!desk.frame().contains("通话结束"), "{}", desk.frame());
    desk.keys("right right");
    assert!(desk.frame().contains("通话结束"), "{}", desk.frame());
    desk.keys("left left left");
    assert!(!desk.frame().contains("我来说吧"), "{}", desk.frame());
}

#[test]
fn a_report_is_saved_for_people_outside() {
    let mut desk = practising(Lang::ZhCn, SIZE, &[Role::CallTaker]);
    desk.keys("f5 f5 f9 1");
    let names: Vec<&str> = desk.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["practice-wang.csv", "practice-wang.html"]);
    let csv = &desk.files[0].text;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 3, "{csv}");
    assert!(rows[0].contains("\"开头语与结束语 /10\""), "{csv}");
    assert!(rows[2].ends_with("\"84\",\"及格\",\"\",\"8.0\""), "{csv}");
    let html = &desk.files[1].text;
    assert!(
        html.contains("<title>84</title>") && html.contains("复述核对 25%"),
        "{html}"
    );
}
