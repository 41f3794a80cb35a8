//! A small invented hotline: units, people of every role, and a ticket brought to any stage.

use super::super::{Action, Context, Event, apply, decide, open};
use crate::domain::calendar::tests::calendar;
use crate::domain::caller::CallerKind;
use crate::domain::clock::{ClockRuleName, Clocks, zone};
use crate::domain::directory::{Directory, Item, Unit, UnitLevel};
use crate::domain::id::{Account, ItemCode, TicketId, UnitCode};
use crate::domain::lifecycle::Refusal;
use crate::domain::number::TicketNumber;
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    AnswerSource, Channel, Contact, DeclineReason, DirectAnswer, EmergencyService, InvalidReason,
    Participant, Point, Request, ReturnReason, Stage, StageGround, StepHow, Ticket,
};
use jiff::civil::{date, datetime};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

pub fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub fn prose(text: &str) -> Prose {
    Prose::parse(text).unwrap()
}

pub fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

pub fn id(n: u128) -> TicketId {
    TicketId::new(Uuid::from_u128(n))
}

/// A Monday of ordinary weeks, 9:00.
pub fn start() -> Timestamp {
    let monday = datetime(2026, 7, 6, 9, 0, 0, 0);
    monday.to_zoned_datetime(zone()).unwrap().timestamp()
}

/// So many hours after the start.
pub fn hour(n: i64) -> Timestamp {
    start().saturating_add(n.hours()).unwrap()
}

pub fn person(account: &str, roles: &[Role], unit_code: &str) -> Person {
    Person {
        account: Account::parse(account).unwrap(),
        name: line(account),
        roles: roles.to_vec(),
        unit: unit(unit_code),
        seat: None,
        skills: Vec::new(),
        languages: Vec::new(),
    }
}

pub fn of_role(role: Role) -> Person {
    let at = match role {
        Role::UnitClerk => "JN-SW",
        Role::Expert => "JN-GJJ",
        _ => "HOTLINE",
    };
    person(role.name(), &[role], at)
}

pub fn system() -> Person {
    person("system", &[Role::Administrator], "HOTLINE")
}

pub struct World {
    pub clocks: Clocks,
    pub directory: Directory,
}

impl World {
    pub fn new() -> Self {
        let unit = |code: &str| Unit {
            code: unit(code),
            name: line(code),
            short: line(code),
            level: UnitLevel::City,
            district: None,
            parent: None,
            aliases: Vec::new(),
        };
        let item = |code: &str, clock| Item {
            code: ItemCode::parse(code).unwrap(),
            path: [line("甲"), line("乙"), line(code)],
            aliases: Vec::new(),
            questions: Vec::new(),
            required: Vec::new(),
            clock,
        };
        Self {
            clocks: Clocks::standard(calendar()),
            directory: Directory {
                version: 3,
                units: ["JN-SW", "JN-DL", "JN-GJJ", "HOTLINE"].map(unit).into(),
                items: vec![
                    item("water", ClockRuleName::Utility),
                    item("noise", ClockRuleName::Ordinary),
                ],
                ..Directory::default()
            },
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            clocks: &self.clocks,
            directory: &self.directory,
            main: None,
        }
    }
}

/// A ticket with its log, and the step to the next event.
#[derive(Debug, Clone)]
pub struct Told {
    pub ticket: Ticket,
    pub events: Vec<Event>,
}

impl Told {
    pub fn open(request: Request) -> Self {
        let number = TicketNumber::new(date(2026, 7, 6), 1).unwrap();
        let event = Event {
            version: 1,
            stamp: of_role(Role::CallTaker).stamp(start()),
            kind: open(id(1), number, Channel::Telephone, None, None, request),
        };
        Self {
            ticket: apply(None, &event).unwrap(),
            events: vec![event],
        }
    }

    pub fn act(
        &mut self,
        world: &World,
        who: &Person,
        now: Timestamp,
        action: &Action,
    ) -> Result<(), Refusal> {
        self.act_in(world.context(), who, now, action)
    }

    pub fn act_in(
        &mut self,
        context: Context<'_>,
        who: &Person,
        now: Timestamp,
        action: &Action,
    ) -> Result<(), Refusal> {
        for kind in decide(&self.ticket, action, who, now, context)? {
            let event = Event {
                version: self.ticket.version + 1,
                stamp: who.stamp(now),
                kind,
            };
            self.ticket = apply(Some(self.ticket.clone()), &event).unwrap();
            self.events.push(event);
        }
        Ok(())
    }

    /// A ticket brought to a stage, one step an hour.
    pub fn at(world: &World, stage: Stage) -> Self {
        Self::of(world, request(), stage)
    }

    /// The same, with what must have gone before for an action not to be without an object.
    pub fn ready_for(world: &World, stage: Stage, action: &Action) -> Self {
        let mut asked = request();
        if let Action::Step { .. } = action {
            asked.caller.kind = CallerKind::Enterprise;
        }
        let mut told = Self::of(world, asked, stage);
        let before = match action {
            Action::Extend { .. } | Action::RefuseExtension { .. } => "ask_extension",
            Action::AgreeStage | Action::RefuseStage { .. } => "stage_answer",
            Action::ReportCo { .. } | Action::ReleaseCo { .. } => "add_co_units",
            _ => return told,
        };
        let before = examples()
            .into_iter()
            .find(|it| it.name() == before)
            .unwrap();
        let who = match before {
            Action::AddCoUnits { .. } => of_role(Role::Dispatcher),
            _ => of_role(Role::UnitClerk),
        };
        if told.ticket.state.dispatch().is_some() {
            // Refused where it does not belong, which the action then is, too.
            let _ = told.act(world, &who, hour(19), &before);
        }
        told
    }

    fn of(world: &World, asked: Request, stage: Stage) -> Self {
        let mut told = Self::open(asked);
        for (n, (role, action)) in (1..).zip(path(stage)) {
            let who = if role == Role::Administrator {
                system()
            } else {
                of_role(role)
            };
            told.act(world, &who, hour(n), &action).unwrap();
        }
        assert_eq!(told.ticket.state.stage(), stage);
        told
    }
}

pub fn request() -> Request {
    Request {
        text: prose("小区停水两天了"),
        ..Request::default()
    }
}

pub fn dispatch_to(lead: &str) -> Action {
    Action::Dispatch {
        lead: unit(lead),
        co_units: Vec::new(),
        directory_version: 3,
        basis: line("三定"),
    }
}

pub fn answer(contact: Contact) -> Action {
    Action::Answer {
        facts_true: Some(true),
        solved: true,
        why_not: Line::default(),
        account: prose("已抢修"),
        public_answer: prose("已恢复供水"),
        contact,
    }
}

pub fn redo() -> Action {
    Action::Redo {
        reason: line("又停了"),
    }
}

fn path(stage: Stage) -> Vec<(Role, Action)> {
    let after = |before: Stage, role: Role, action: Action| {
        let mut steps = path(before);
        steps.push((role, action));
        steps
    };
    let example = |name: &str| examples().into_iter().find(|a| a.name() == name).unwrap();
    let taker = Role::CallTaker;
    match stage {
        Stage::Draft => Vec::new(),
        Stage::ClosedDirectly => after(Stage::Draft, taker, example("close_directly")),
        Stage::Invalid => after(Stage::Draft, taker, example("mark_invalid")),
        Stage::Declined => after(Stage::Draft, taker, example("decline")),
        Stage::HandedToEmergency => after(Stage::Draft, taker, example("hand_to_emergency")),
        Stage::ToDispatch => after(Stage::Draft, taker, Action::Submit),
        Stage::Dispatched => after(Stage::ToDispatch, Role::Dispatcher, dispatch_to("JN-SW")),
        Stage::InHand => after(Stage::Dispatched, Role::UnitClerk, Action::Sign),
        Stage::ReturnAsked => after(Stage::InHand, Role::UnitClerk, example("ask_return")),
        Stage::Answered => after(Stage::InHand, Role::UnitClerk, example("answer")),
        Stage::ToCallBack => after(Stage::Answered, Role::ReturnReviewer, Action::Approve),
        Stage::Closed => after(Stage::ToCallBack, Role::CallbackClerk, example("close")),
        Stage::Redo => after(Stage::Closed, Role::Supervisor, redo()),
        Stage::Merged => after(Stage::Dispatched, Role::Dispatcher, example("merge")),
        Stage::Withdrawn => after(Stage::Dispatched, taker, example("withdraw")),
        Stage::Archived => after(Stage::Closed, Role::Administrator, Action::Archive),
    }
}

/// One good example of every action.
pub fn examples() -> Vec<Action> {
    let mut all = early_examples();
    all.extend(late_examples());
    all.extend(work_examples());
    all
}

fn early_examples() -> Vec<Action> {
    vec![
        Action::Amend {
            request: Box::new(Request {
                title: line("停水"),
                ..request()
            }),
        },
        Action::CloseDirectly {
            answer: DirectAnswer {
                answer: prose("今晚八点恢复"),
                source: AnswerSource::None,
            },
        },
        Action::MarkInvalid {
            reason: InvalidReason::Silent,
        },
        Action::Decline {
            reason: DeclineReason::InCourt,
            basis: line("条例第二十三条"),
            other_road: line("请向受理法院提出"),
        },
        Action::ReviewDecline { right: true },
        Action::HandToEmergency {
            service: EmergencyService::Fire,
        },
        Action::Submit,
        dispatch_to("JN-SW"),
        Action::Transfer {
            lead: unit("JN-DL"),
            co_units: Vec::new(),
            reason: line("属供电"),
        },
        Action::Sign,
        Action::AskReturn {
            reason: ReturnReason::NotOurDuty,
            basis: line("三定"),
            proposed: Some(unit("JN-DL")),
        },
    ]
}

fn work_examples() -> Vec<Action> {
    vec![
        rule("JN-DL"),
        Action::AskExtension {
            working_days: 3,
            reason: line("等配件"),
        },
        Action::RefuseExtension {
            reason: line("材料本市有售"),
        },
        stage_answer(),
        Action::AgreeStage,
        Action::RefuseStage {
            reason: line("未说明措施"),
        },
        Action::AskCoUnits {
            co_units: vec![unit("JN-DL")],
            reason: line("涉及电缆"),
        },
        add_co_units("JN-DL"),
        report_co(),
        Action::ReleaseCo {
            unit: unit("JN-DL"),
            reason: line("电缆与此无关"),
        },
        answer_child(),
        Action::Step {
            how: StepHow::OnSite,
            at: hour(20),
            note: line("到厂区"),
        },
    ]
}

/// Answers the child of [`request`], whose only point is its title.
pub fn answer_child() -> Action {
    Action::AnswerChild {
        public_answer: prose("已恢复供水"),
        points: vec![Point {
            asked: line("小区停水两天了"),
            answer: line("今晨已恢复"),
        }],
    }
}

pub fn rule(lead: &str) -> Action {
    Action::Rule {
        lead: unit(lead),
        co_units: Vec::new(),
        basis: line("三定第四条"),
        participants: vec![Participant {
            unit: unit("JN-SW"),
            opinion: line("属供电职责"),
            number: line("编办函〔2026〕1号"),
            day: Some(date(2026, 7, 6)),
        }],
    }
}

pub fn stage_answer() -> Action {
    Action::StageAnswer {
        ground: StageGround::Measures {
            measures: prose("先接临时管"),
        },
        until: date(2026, 7, 31),
        contact: Contact::Reached { at: start() },
    }
}

pub fn add_co_units(code: &str) -> Action {
    Action::AddCoUnits {
        co_units: vec![unit(code)],
        reason: line("涉及电缆"),
    }
}

pub fn report_co() -> Action {
    Action::ReportCo {
        account: prose("电缆完好"),
    }
}

fn late_examples() -> Vec<Action> {
    vec![
        Action::AcceptReturn,
        Action::RejectReturn {
            reason: line("属本单位职责"),
        },
        Action::Extend {
            working_days: 3,
            reason: line("等配件"),
        },
        answer(Contact::Reached { at: start() }),
        Action::SendBack {
            reason: line("未答复诉求"),
        },
        Action::Approve,
        Action::Close {
            reached: true,
            solved: Some(true),
            satisfied: Some(true),
            reason: Line::default(),
        },
        redo(),
        Action::Merge { main: id(2) },
        Action::Unmerge,
        Action::Withdraw {
            reason: line("已经好了"),
        },
        Action::AskProgress,
        Action::Urge {
            note: line("快点")
        },
        Action::Add {
            text: prose("三号楼也停了"),
        },
        Action::AskExplanation {
            note: line("为什么晚"),
        },
        Action::Archive,
    ]
}
