//! A desk with a world that answers at once: what the ports would say, without waiting.

use crate::desk::keymap::{Code, Key, Keymap};
use crate::desk::message::{Ask, Effect, Input, Message, Outcome};
use crate::desk::ports::*;
use crate::desk::theme::{Theme, ThemeName};
use crate::desk::{State, render_to_buffer, update};
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::callback::{Callback, CallbackReason, CallbackStatus};
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::clock::{ClockRuleName, Deadline};
use crate::domain::consult::{Consult, ConsultState};
use crate::domain::directory::{Assignment, Directory, District, Element, Item, Unit, UnitLevel};
use crate::domain::id::*;
use crate::domain::knowledge::{Audience, Basis, Entry, PublishedEntry, Validity};
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::number::TicketNumber;
use crate::domain::outage::Outage;
use crate::domain::role::{Actor, Person, Role, Stamp};
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Channel, Kind, Request, Stage, State as TicketState, Ticket, Urgency};
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::page::Page;
use crate::protocol::seat::{Colleague, Queue};
use crate::protocol::ticket::{
    Barred, ChildDraft, History, NewTicket, TicketRow, TicketScope, TicketView,
};
use crate::settings::{Key as SettingKey, Settings};
use crate::words::{Lang, Words};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

pub fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn code<T>(parse: fn(&str) -> Result<T, CodeError>, text: &str) -> T {
    parse(text).unwrap()
}

pub fn directory() -> Directory {
    let unit = |it: &str, name: &str, short: &str| Unit {
        code: code(UnitCode::parse, it),
        name: line(name),
        short: line(short),
        level: UnitLevel::City,
        district: None,
        parent: None,
        aliases: Vec::new(),
    };
    Directory {
        duties: Vec::new(),
        version: 18,
        units: vec![
            unit("SW", "济南市水务局", "水务局"),
            unit("LX", "历下区人民政府", "历下区政府"),
        ],
        items: vec![Item {
            code: code(ItemCode::parse, "GS-TS"),
            path: [line("城建"), line("供水"), line("停水")],
            aliases: vec![line("没水")],
            questions: vec![line("楼内几户没水?"), line("有无停水通知?")],
            required: vec![Element::Where],
            clock: ClockRuleName::Utility,
        }],
        rules: Vec::new(),
        districts: vec![District {
            code: code(DistrictCode::parse, "LXQ"),
            name: line("历下区"),
        }],
        streets: Vec::new(),
    }
}

pub fn person(roles: &[Role]) -> Person {
    Person {
        account: code(Account::parse, "wang"),
        name: line("王受理"),
        roles: roles.to_vec(),
        unit: code(UnitCode::parse, "HOTLINE"),
        seat: Some(code(SeatNo::parse, "0117")),
        skills: Vec::new(),
        languages: Vec::new(),
    }
}

fn stamp(when: &str) -> Stamp {
    let by = Actor {
        account: code(Account::parse, "wang"),
        seat: Some(code(SeatNo::parse, "0117")),
        unit: code(UnitCode::parse, "HOTLINE"),
    };
    Stamp { by, at: at(when) }
}

pub fn row(n: u128, title: &str, stage: Stage) -> TicketRow {
    TicketRow {
        id: TicketId(id(n)),
        number: TicketNumber::parse(&format!("JN-20261121-{n:06}")).unwrap(),
        version: 3,
        stage,
        title: line(title),
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        lane: CallerKind::Citizen,
        item: None,
        district: None,
        unit: Some(code(UnitCode::parse, "SW")),
        due: stage.is_open().then(|| Deadline {
            due: at("2026-11-25T16:00:00Z"),
            warn: at("2026-11-24T16:00:00Z"),
            rule: ClockRuleName::Ordinary,
            provisional: false,
        }),
        opened_at: at("2026-11-21T02:00:00Z"),
        changed_at: at("2026-11-21T02:00:00Z"),
    }
}

pub fn entry(n: usize) -> PublishedEntry {
    let text = [
        (
            "停水了什么时候能恢复?",
            "您好,计划停水的恢复时间以公告为准;突发停水供水单位会尽快抢修,您也可以拨打供水热线查询进度。",
        ),
        (
            "家里没水如何查是否欠费?",
            "您好,可以在供水公司的公众号里输入户号查询。",
        ),
        (
            "停水期间可以要求送水吗?",
            "您好,停水超过规定时间,供水单位应当采取应急供水措施。",
        ),
    ][n % 3];
    PublishedEntry {
        entry: Entry {
            code: code(EntryCode::parse, &format!("SW-{n:04}")),
            question: line(text.0),
            variants: Vec::new(),
            keywords: Vec::new(),
            answer: Prose::parse(text.1).unwrap(),
            steps: vec![Prose::parse("查看公告").unwrap()],
            materials: Vec::new(),
            time_limit: line("24 小时"),
            telephone: Line::default(),
            place: Line::default(),
            fee: Line::default(),
            department: line("水务局"),
            category: line("水务/供水"),
            audience: Audience::Both,
            basis: vec![Basis {
                law: line("济南市城市供水条例"),
                article: line("第三十四条"),
            }],
            valid_from: None,
            valid_until: None,
            marked: Line::default(),
            public: false,
        },
        version: 6,
        revision: 40,
        retired: false,
    }
}

fn hit(n: usize) -> Hit {
    let entry = entry(n);
    let question = entry.entry.question.as_str().to_owned();
    let mark = question
        .find("停水")
        .map(|start| start..start + "停水".len());
    Hit {
        code: entry.entry.code,
        version: entry.version,
        question_marks: mark.into_iter().collect(),
        question,
        snippet: entry.entry.answer.as_str().to_owned(),
        snippet_marks: Vec::new(),
        department: entry.entry.department.as_str().to_owned(),
        validity: Validity::Valid,
        near: false,
    }
}

pub fn call(phase: CallPhase) -> Call {
    Call {
        id: CallId(id(900)),
        number: Some(Telephone::parse("0531-86120035").unwrap()),
        lane: CallerKind::Citizen,
        phrase: Line::default(),
        offered_at: at("2026-11-24T01:00:00Z"),
        answered_at: None,
        answered_by: None,
        ended_at: None,
        recording: None,
        outbound: false,
        phase,
    }
}

pub fn ringing() -> Call {
    call(CallPhase::Ringing {
        seat: code(SeatNo::parse, "0117"),
    })
}

fn seat(state: SeatState, until: Option<Timestamp>) -> Seat {
    Seat {
        no: code(SeatNo::parse, "0117"),
        account: Some(code(Account::parse, "wang")),
        state,
        since: at("2026-11-24T01:00:00Z"),
        until,
        call: None,
    }
}

/// A ticket as the server shows it, with what this person may do to it.
pub fn ticket_view(may: &[&str]) -> TicketView {
    let request = Request {
        kind: Kind::Help,
        item: Some(code(ItemCode::parse, "GS-TS")),
        text: Prose::parse("今天中午起整栋楼没水\n家里有老人").unwrap(),
        ..Request::default()
    };
    TicketView {
        ticket: Ticket {
            id: TicketId(id(482)),
            number: TicketNumber::parse("JN-20261121-000482").unwrap(),
            version: 3,
            state: TicketState::ToDispatch,
            round: 1,
            returns: 0,
            channel: Channel::Telephone,
            call: None,
            recording: None,
            request,
            opened: stamp("2026-11-21T02:00:00Z"),
            accepted_at: Some(at("2026-11-21T02:01:00Z")),
            total_due: None,
            unit_due: None,
            extended: false,
            urged: 1,
            additions: Vec::new(),
            handled_by: Vec::new(),
            work: Box::default(),
            changed_at: at("2026-11-21T02:00:00Z"),
        },
        reach_at: "139******12".to_owned(),
        masked: true,
        may: may.iter().map(|it| (*it).to_owned()).collect(),
        barred: Vec::new(),
    }
}

pub fn callback(n: u128, due: &str) -> Callback {
    Callback {
        id: CallbackId(id(n)),
        version: 1,
        reason: CallbackReason::Promised,
        ticket: Some(TicketId(id(482))),
        ticket_number: TicketNumber::parse("JN-20261121-000482").ok(),
        call: None,
        number: Some(Telephone::parse("13905310012").unwrap()),
        name: line("张先生"),
        note: line("告知恢复时间"),
        due: at(due),
        owner: None,
        attempts: 1,
        made: stamp("2026-11-23T02:00:00Z"),
        status: CallbackStatus::Scheduled,
    }
}

/// The desk, its scripted world, and what the world was asked.
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches of the world, each set by name"
)]
pub struct Desk {
    pub state: State,
    pub sent: Vec<Outgoing>,
    pub reports: Vec<CallReport>,
    pub chosen: Vec<SeatState>,
    pub phoned: Vec<PhoneCommand>,
    pub records: Vec<JournalRecord>,
    /// Keys that are commands: everything but text, Enter in text and moving the caret.
    pub command_keys: usize,
    pub left: bool,
    /// It went to the server beside its own.
    pub went: bool,
    /// The server is one of practice.
    pub practises: bool,
    pub refuse: Option<PortError>,
    pub offline: bool,
    pub unsent: Vec<Unsent>,
    pub hits: usize,
    pub near: Vec<usize>,
    pub rows: Vec<TicketRow>,
    pub may: Vec<&'static str>,
    pub barred: Vec<Barred>,
    /// The state of the ticket that is opened.
    pub stands: TicketState,
    pub callbacks: Vec<Callback>,
    pub outages: Vec<Outage>,
    pub remembered: Vec<JournalRecord>,
    pub roles: Vec<Role>,
    /// Answers wait until they are let go.
    pub hold: bool,
    pub held: Vec<Input>,
    pub account: &'static str,
    /// The call that the seat has when somebody signs in.
    pub live: Option<CallId>,
    /// Calls that are over.
    pub over: Vec<CallId>,
    pub signed_out: bool,
    /// What concerns the person of what was asked of experts, and what was done about it.
    pub consults: Vec<Consult>,
    pub deeds: Vec<ConsultDeed>,
    /// The server's version.
    pub version: String,
    /// Settings that were changed.
    pub configured: Vec<(&'static str, String)>,
    /// What was written for people outside.
    pub files: Vec<SavedFile>,
}

impl Desk {
    pub fn new(lang: Lang, (columns, rows): (u16, u16)) -> Self {
        let words = Arc::new(Words::new(lang));
        let keymap = Keymap::built_in("default").unwrap();
        let theme = Theme::new(ThemeName::Dark, false);
        let mut state = State::new(words, theme, keymap, [7; 16], at("2026-11-24T01:00:00Z"));
        (state.columns, state.rows) = (columns, rows);
        Self {
            state,
            sent: Vec::new(),
            reports: Vec::new(),
            chosen: Vec::new(),
            phoned: Vec::new(),
            records: Vec::new(),
            command_keys: 0,
            left: false,
            went: false,
            practises: false,
            refuse: None,
            offline: false,
            unsent: Vec::new(),
            hits: 3,
            near: Vec::new(),
            rows: vec![
                row(482, "路灯不亮", Stage::InHand),
                row(17, "公积金提取", Stage::ClosedDirectly),
            ],
            may: vec!["dispatch", "withdraw", "urge"],
            barred: Vec::new(),
            stands: TicketState::ToDispatch,
            outages: Vec::new(),
            callbacks: vec![
                callback(1, "2026-11-24T00:30:00Z"),
                callback(2, "2026-11-24T06:00:00Z"),
            ],
            remembered: Vec::new(),
            roles: vec![Role::CallTaker],
            hold: false,
            held: Vec::new(),
            account: "wang",
            live: None,
            over: Vec::new(),
            signed_out: false,
            files: Vec::new(),
            consults: Vec::new(),
            deeds: Vec::new(),
            version: String::new(),
            configured: Vec::new(),
        }
    }

    /// Signed in, with the directory.
    pub fn signed_in(lang: Lang, size: (u16, u16)) -> Self {
        let mut desk = Self::new(lang, size);
        desk.sign_in();
        desk
    }

    pub fn sign_in(&mut self) {
        self.text("wang");
        self.keys("enter");
        self.text("secret-one");
        self.keys("enter");
        self.outside(Outside::Directory(Arc::new(directory())));
        self.command_keys = 0;
    }

    pub fn input(&mut self, input: Input) {
        let now = self.state.now;
        let mut waiting = vec![input];
        while !waiting.is_empty() {
            let input = waiting.remove(0);
            for effect in update(&mut self.state, Message { now, input }) {
                match effect {
                    Effect::Ask {
                        slot,
                        generation,
                        ask,
                    } => {
                        let (outcome, then) = self.answer(*ask);
                        let outcome = Box::new(outcome);
                        let answers = if self.hold {
                            &mut self.held
                        } else {
                            &mut waiting
                        };
                        answers.push(Input::Done {
                            slot,
                            generation,
                            outcome,
                        });
                        answers.extend(then.into_iter().map(Input::Outside));
                    }
                    Effect::Quit => self.left = true,
                    Effect::Elsewhere => self.went = true,
                }
            }
        }
        let records = self.state.take_records();
        self.records.extend(records);
    }

    /// Lets go what was held, in the order in which it was asked.
    pub fn release_all(&mut self) {
        self.hold = false;
        for input in std::mem::take(&mut self.held) {
            self.input(input);
        }
    }

    /// Lets go one answer of those that are held; the others go on waiting.
    pub fn release(&mut self, at: usize) {
        if !self.held.is_empty() {
            let input = self.held.remove(at % self.held.len());
            self.input(input);
        }
    }

    /// Lets go what the searcher answered.
    pub fn release_searches(&mut self) {
        let held = std::mem::take(&mut self.held);
        for input in held {
            let search = matches!(&input, Input::Done { outcome, .. }
                if matches!(outcome.as_ref(), Outcome::Search(_)));
            if search {
                self.input(input);
            } else {
                self.held.push(input);
            }
        }
    }

    pub fn outside(&mut self, outside: Outside) {
        if let Outside::Phone(id, PhoneEvent::Ended { .. }) = &outside {
            self.over.push(*id);
        }
        self.input(Input::Outside(outside));
    }

    pub fn pass(&mut self, seconds: i64) {
        self.state.now = self
            .state
            .now
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap();
    }

    /// Command keys, with a blank between; each a second after the other unless it is a sequence.
    pub fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.command_keys += 1;
            self.input(Input::Key(
                Key::parse(key).unwrap_or_else(|| panic!("{key}")),
            ));
        }
    }

    /// Text as it is typed.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            let code = if c == '\n' {
                Code::Enter
            } else {
                Code::Char(c)
            };
            self.input(Input::Key(Key::new(code)));
        }
    }

    /// A call comes in.
    pub fn ring(&mut self) {
        self.outside(Outside::Server(ServerEvent::Call { call: ringing() }));
        self.outside(Outside::Phone(CallId(id(900)), PhoneEvent::Ringing));
    }

    pub fn seat(&mut self, state: SeatState) {
        let until = (state == SeatState::WrapUp).then(|| at("2026-11-24T01:01:00Z"));
        self.outside(Outside::Server(ServerEvent::Seat {
            seat: seat(state, until),
        }));
    }

    fn answer(&mut self, ask: Ask) -> (Outcome, Vec<Outside>) {
        if let Ask::Send(outgoing) = ask {
            if let Some(error) = self.refuse.clone() {
                return (Outcome::Send(Err(error)), Vec::new());
            }
            let sent = if self.offline {
                Sent::Queued
            } else {
                Sent::Done(None)
            };
            self.sent.push(outgoing);
            return (Outcome::Send(Ok(sent)), Vec::new());
        }
        if let Ask::Phone(command) = ask {
            return self.phone(command);
        }
        if let Ask::ChooseState(state) = ask {
            self.chosen.push(state);
            let seat = Outside::Server(ServerEvent::Seat {
                seat: seat(state, None),
            });
            return (Outcome::ChooseState(Ok(())), vec![seat]);
        }
        if let Ask::Consult(deed) = ask {
            return self.consulted(deed);
        }
        (self.read(ask), Vec::new())
    }

    /// The person the desk believes to be there.
    fn me(&self) -> Person {
        Person {
            account: code(Account::parse, self.account),
            ..person(&self.roles)
        }
    }

    /// What the server would make of it, and the event that it tells.
    fn consulted(&mut self, deed: ConsultDeed) -> (Outcome, Vec<Outside>) {
        self.deeds.push(deed.clone());
        if let Some(error) = self.refuse.clone() {
            return (Outcome::Consult(Err(error)), Vec::new());
        }
        let mut by = stamp("2026-11-24T01:00:00Z");
        by.by.account = code(Account::parse, self.account);
        let consult = match deed {
            ConsultDeed::Ask(new) => {
                let consult = Consult {
                    asked: by,
                    ..consult(new.department, new.call, &new.request)
                };
                Consult {
                    id: new.id,
                    question: new.question,
                    found: new.found,
                    ticket: new.ticket,
                    number: new.number,
                    ..consult
                }
            }
            ConsultDeed::Act(id, change) => {
                let me = self.expert();
                let found = self.consults.iter().find(|it| it.id == id).unwrap();
                assert_eq!(found.version, change.version);
                by.by.seat = Some(code(SeatNo::parse, "0117"));
                found.after(&change.action, &me, &by).unwrap()
            }
        };
        self.consults.retain(|it| it.id != consult.id);
        self.consults.push(consult.clone());
        let event = ServerEvent::Consult {
            id: consult.id,
            version: consult.version,
        };
        (
            Outcome::Consult(Ok(Box::new(consult))),
            vec![Outside::Server(event)],
        )
    }

    /// The same person; an expert belongs to the department that is asked.
    fn expert(&self) -> Person {
        let mut me = self.me();
        if me.is(Role::Expert) {
            me.unit = code(UnitCode::parse, "SW");
        }
        me
    }

    fn phone(&mut self, command: PhoneCommand) -> (Outcome, Vec<Outside>) {
        self.phoned.push(command.clone());
        let event = |id, event| Outside::Phone(id, event);
        let then = match &command {
            PhoneCommand::Answer(id) => vec![event(*id, PhoneEvent::Connected)],
            PhoneCommand::Hold(id) => vec![event(*id, PhoneEvent::Held)],
            PhoneCommand::Resume(id) => vec![event(*id, PhoneEvent::Resumed)],
            PhoneCommand::HangUp(id) => vec![
                event(*id, PhoneEvent::Ended { by_caller: false }),
                Outside::Server(ServerEvent::Seat {
                    seat: seat(SeatState::WrapUp, Some(at("2026-11-24T01:01:00Z"))),
                }),
            ],
            _ => Vec::new(),
        };
        let leg = matches!(command, PhoneCommand::Dial(_)).then(|| CallId(id(950)));
        (Outcome::Phone(command, Ok(leg)), then)
    }

    fn caller(&self, id: CallId) -> Outcome {
        let mut call = ringing();
        call.id = id;
        if self.live == Some(id) {
            call.phase = CallPhase::Talking {
                seat: code(SeatNo::parse, "0117"),
            };
        } else if self.over.contains(&id) {
            call.phase = CallPhase::Ended {
                seat: Some(code(SeatNo::parse, "0117")),
                end: CallEnd::Caller,
            };
        }
        let row = |title: &str| {
            let found = self.rows.iter().find(|row| row.title.as_str() == title);
            found.cloned().into_iter().collect()
        };
        Outcome::Call(Ok(Box::new(CallView {
            call,
            name: line("张先生"),
            usual_place: line("市中区"),
            calls: 4,
            contacts: 6,
            open: row("路灯不亮"),
            recent: row("公积金提取"),
            callbacks: Vec::new(),
        })))
    }

    fn signed(&self, seated: bool) -> Outcome {
        Outcome::SignIn(Ok(Box::new(SignedIn {
            person: self.expert(),
            practice: self.practises,
            seat: seated.then(|| Seat {
                call: self.live,
                ..seat(SeatState::Busy, None)
            }),
            queue: Queue::default(),
            server_now: self.state.now,
            version: self.version.clone(),
            phone: PhoneAbilities {
                hold: true,
                transfer: true,
                mute: true,
                dial: true,
            },
            remembered: self.remembered.clone(),
        })))
    }

    #[allow(clippy::too_many_lines, reason = "one arm a question")]
    fn read(&mut self, ask: Ask) -> Outcome {
        match ask {
            Ask::SignIn(sign_in) if sign_in.password == "secret-one" => {
                self.signed(sign_in.seat.is_some() || sign_in.own_seat)
            }
            Ask::SignIn(_) => Outcome::SignIn(Err(ApiError::WrongPassword.into())),
            Ask::SignOut => {
                self.signed_out = true;
                Outcome::SignOut(Ok(()))
            }
            Ask::People => Outcome::People(Ok(vec![
                person(&self.roles),
                Person {
                    account: code(Account::parse, "clerk-sw"),
                    name: line("孙强"),
                    unit: code(UnitCode::parse, "SW"),
                    seat: None,
                    ..person(&[Role::UnitClerk])
                },
                Person {
                    account: code(Account::parse, "liu"),
                    name: line("刘专家"),
                    unit: code(UnitCode::parse, "SW"),
                    seat: None,
                    ..person(&[Role::Expert])
                },
                Person {
                    account: code(Account::parse, "fang"),
                    name: line("方专家"),
                    unit: code(UnitCode::parse, "LX"),
                    seat: None,
                    ..person(&[Role::Expert])
                },
            ])),
            Ask::Seats => Outcome::Seats(Ok(colleagues())),
            Ask::Consults => Outcome::Consults(Ok(self.consults.clone())),
            Ask::Outages => Outcome::Outages(Ok(self.outages.clone())),
            Ask::Clocks(_) => Outcome::Clocks(Ok(Page {
                items: self.rows.clone(),
                next: None,
            })),
            Ask::Due(_) => Outcome::Due(Ok(Page {
                items: self.callbacks.clone(),
                next: None,
            })),
            Ask::Call(id) => self.caller(id),
            Ask::Report(_, report) => {
                self.reports.push(report);
                Outcome::Report(Ok(()))
            }
            Ask::Number(form) => Outcome::Number(form, Ok(number())),
            Ask::Tickets(filter) => {
                let mut items = self.rows.clone();
                // As the server has them.
                if let Some(words) = &filter.q {
                    items.retain(|row| row.title.as_str().contains(words.as_str()));
                }
                if filter.scope != TicketScope::All {
                    let due =
                        |row: &TicketRow| row.due.as_ref().map_or(Timestamp::MAX, |it| it.due);
                    items.sort_by_key(due);
                }
                Outcome::Tickets(Ok(Page { items, next: None }))
            }
            Ask::Ticket(_) => {
                let mut view = ticket_view(&self.may);
                view.barred.clone_from(&self.barred);
                view.ticket.state = self.stands.clone();
                let events = vec![Event {
                    version: 1,
                    stamp: stamp("2026-11-21T02:00:00Z"),
                    kind: EventKind::Urged {
                        note: line("家里有老人"),
                    },
                }];
                Outcome::Ticket(Ok(Box::new((view, History { events }))))
            }
            Ask::ChildDraft(ticket) => {
                let draft = ChildDraft {
                    main: TicketId(id(17)),
                    number: TicketNumber::parse("JN-20261121-000017").unwrap(),
                    public_answer: Prose::parse("管网已于 24 日抢修完毕,恢复供水。").unwrap(),
                    points: vec![line("什么时候恢复供水"), line("补发送水通知")],
                };
                Outcome::ChildDraft(ticket, Ok(Box::new(draft)))
            }
            Ask::Callbacks(_) => Outcome::Callbacks(Ok(Page {
                items: self.callbacks.clone(),
                next: None,
            })),
            Ask::Search(text, _) => Outcome::Search(Ok(Hits {
                loading: false,
                notices: text
                    .split_once("区域:")
                    .map(|_| crate::search::Notice::Name("区域".to_owned()))
                    .into_iter()
                    .collect(),
                hits: (0..self.hits).map(hit).collect(),
                total: self.hits,
                as_typed: self.hits > 0,
            })),
            Ask::Near(..) => Outcome::Near(Ok(self
                .near
                .iter()
                .map(|n| Hit {
                    near: true,
                    ..hit(*n)
                })
                .collect())),
            Ask::Entry(code) => Outcome::Entry(Ok((0..3)
                .map(entry)
                .find(|it| it.entry.code == code)
                .map(Box::new))),
            Ask::Suggest(request) => Outcome::Suggest(Ok(suggestion(&request).map(Box::new))),
            Ask::LookUp(what, _) => {
                let choice = |code: &str, name: &str| Choice {
                    code: code.into(),
                    name: name.into(),
                };
                let found = match what {
                    LookUp::Unit => {
                        vec![choice("SW", "济南市水务局"), choice("LX", "历下区人民政府")]
                    }
                    LookUp::Item => vec![choice("GS-TS", "城建>供水>停水")],
                    LookUp::Ticket => {
                        vec![choice(&id(17).to_string(), "JN-20261121-000017 公积金提取")]
                    }
                    LookUp::Street | LookUp::Seat | LookUp::Department => Vec::new(),
                };
                Outcome::LookUp(what, Ok(found))
            }
            Ask::Editors(ask) => Outcome::Editors(Ok(super::editors::answered(*ask))),
            Ask::Figures(ask) => Outcome::Figures(Ok(super::figures::answered(*ask))),
            Ask::Practice(ask) => Outcome::Practice(Ok(super::practice::answered(*ask))),
            other => self.kept(&other),
        }
    }

    /// What waits here or was refused.
    fn kept(&mut self, ask: &Ask) -> Outcome {
        match ask {
            Ask::Unsent => Outcome::Unsent(Ok(self.unsent.clone())),
            Ask::Retry(id) => {
                self.unsent
                    .iter_mut()
                    .filter(|it| it.id == *id)
                    .for_each(|it| it.refused = None);
                Outcome::Retry(Ok(()))
            }
            Ask::Save(files) => {
                self.files.extend(files.iter().cloned());
                let names = files.iter().map(|it| it.name.clone()).collect();
                Outcome::Save(names, Ok("/home/wang/print".to_owned()))
            }
            Ask::Discard(id) => {
                self.unsent.retain(|it| it.id != *id);
                Outcome::Discard(Ok(()))
            }
            Ask::Configure(name, value) => {
                self.configured.push((name, value.clone()));
                let text = self
                    .configured
                    .iter()
                    .fold(String::new(), |text, (name, value)| {
                        crate::settings::with(&text, SettingKey::named(name).unwrap(), value)
                            .unwrap()
                    });
                let file = (std::path::Path::new("hotline.toml"), text.as_str());
                let settings = Settings::layered(Some(file), |_| None, &[]).unwrap();
                let theme = ThemeName::from_name(settings.text("desk.theme")).unwrap();
                Outcome::Configure(Ok(Box::new(Configured {
                    theme: Theme::new(theme, false),
                    keymap: Keymap::built_in(settings.text("desk.keymap")).unwrap(),
                    complaint: None,
                    settings,
                })))
            }
            _ => unreachable!("answered before"),
        }
    }

    /// The frame as text, with the caret's place under it.
    pub fn frame(&self) -> String {
        let (buf, caret) = render_to_buffer(&self.state, self.state.columns, self.state.rows);
        let mut out = String::new();
        for y in 0..buf.area.height {
            let mut row = String::new();
            let mut skip = 0;
            for x in 0..buf.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buf[(x, y)].symbol();
                skip = crate::desk::widgets::width(symbol).saturating_sub(1);
                row.push_str(symbol);
            }
            out.push_str(row.trim_end());
            out.push('\n');
        }
        let caret = caret.map_or_else(
            || "none".to_owned(),
            |(x, y)| format!("column {x}, row {y}"),
        );
        format!("{out}caret: {caret}\n")
    }

    pub fn caret(&self) -> Option<(u16, u16)> {
        render_to_buffer(&self.state, self.state.columns, self.state.rows).1
    }

    pub fn opened(&self) -> Vec<&NewTicket> {
        let open = |it: &'_ Outgoing| matches!(it, Outgoing::Open(_));
        let tickets = self.sent.iter().filter(|it| open(it));
        tickets
            .filter_map(|it| match it {
                Outgoing::Open(ticket) => Some(ticket.as_ref()),
                _ => None,
            })
            .collect()
    }
}

/// A question of the call-taker at 0117 to a department, as it waits.
pub fn consult(department: UnitCode, call: Option<CallId>, request: &Request) -> Consult {
    Consult {
        id: ConsultId(id(700)),
        version: 1,
        department,
        call,
        ticket: Some(TicketId(id(483))),
        number: Some(number()),
        question: Prose::parse("供水管网归谁管?").unwrap(),
        request: request.clone(),
        found: Vec::new(),
        asked: stamp("2026-11-24T00:58:00Z"),
        state: ConsultState::Waiting,
    }
}

fn colleagues() -> Vec<Colleague> {
    let one = |no: &str, name: &str, role, state| Colleague {
        no: code(SeatNo::parse, no),
        name: line(name),
        unit: code(
            UnitCode::parse,
            if role == Role::Expert {
                "SW"
            } else {
                "HOTLINE"
            },
        ),
        roles: vec![role],
        state,
        since: at("2026-11-24T01:00:00Z"),
    };
    vec![
        one("0118", "李明", Role::CallTaker, SeatState::Talking),
        one("0119", "赵静", Role::CallTaker, SeatState::Idle),
        one("0501", "刘专家", Role::Expert, SeatState::Busy),
    ]
}

fn number() -> TicketNumber {
    TicketNumber::parse("JN-20261124-000957").unwrap()
}

fn suggestion(request: &Request) -> Option<Suggestion> {
    request.text.as_str().contains("水").then(|| Suggestion {
        item: Some(code(ItemCode::parse, "GS-TS")),
        kind: Some(Kind::Help),
        district: Some(code(DistrictCode::parse, "LXQ")),
        street: line("泉城路街道"),
        assignment: Some(Assignment {
            lead: code(UnitCode::parse, "SW"),
            co_units: vec![code(UnitCode::parse, "LX")],
            basis: vec![line("三定")],
            exact: true,
        }),
        confidence: 93,
        reason: "没水".to_owned(),
    })
}
