//! A past ticket of the demonstration: what was asked, and the road it took to where it stands. The road is
//! walked by the same use cases that people use, each at its own past moment.

use crate::domain::caller::Caller;
use crate::domain::directory::Directory;
use crate::domain::id::{Account, DistrictCode, EntryCode, ItemCode, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::role::{Person, Role};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{
    AnswerSource, Channel, Contact, DeclineReason, DirectAnswer, EmergencyService, InvalidReason,
    Kind, Place, Request, ReturnReason, Stage, Ticket, Urgency,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A line of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Past {
    pub days_ago: f64,
    channel: Channel,
    caller: Caller,
    kind: Kind,
    item: ItemCode,
    district: DistrictCode,
    street: Line,
    #[serde(default)]
    address: Line,
    title: Line,
    text: Prose,
    #[serde(default)]
    asked: Prose,
    #[serde(default)]
    urgency: Urgency,
    pub goal: Stage,
    #[serde(default)]
    answer: Answer,
    #[serde(default)]
    lead: String,
    #[serde(default)]
    account: Prose,
    #[serde(default)]
    public_answer: Prose,
    #[serde(default)]
    solved: Option<bool>,
    #[serde(default)]
    satisfied: Option<bool>,
    #[serde(default)]
    reason: Line,
    #[serde(default)]
    pub note: Vec<Note>,
    #[serde(default)]
    pub main: Option<usize>,
}

/// What was said in a direct answer.
#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    text: Prose,
    #[serde(default)]
    knowledge: String,
}

/// What the caller did later.
#[derive(Deserialize)]
pub(super) struct Note {
    kind: String,
    text: Line,
}

/// A step of the road: who does what, and how many hours after the step before.
pub(super) struct Step {
    pub who: Person,
    pub after: SignedDuration,
    pub action: Action,
}

impl Past {
    /// When it was opened.
    pub(super) fn opened(&self, now: Timestamp) -> Timestamp {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "days of a past ticket in seconds fit many times over"
        )]
        let seconds = (self.days_ago * 86_400.0) as i64;
        now.checked_sub(SignedDuration::from_secs(seconds))
            .unwrap_or(now)
    }

    /// What the call-taker wrote down.
    pub(super) fn request(&self) -> Request {
        Request {
            title: self.title.clone(),
            kind: self.kind,
            item: (!self.needs_dispatcher()).then(|| self.item.clone()),
            caller: self.caller.clone(),
            place: Place {
                district: Some(self.district.clone()),
                street: self.street.clone(),
                community: Line::default(),
                address: self.address.clone(),
            },
            urgency: self.urgency,
            text: self.text.clone(),
            asked: self.asked.clone(),
            ..Request::default()
        }
    }

    /// Where it came in.
    pub(super) const fn channel(&self) -> Channel {
        self.channel
    }

    /// What the call-taker does at once, in the same transaction as opening it.
    pub(super) fn at_once(&self) -> Vec<Action> {
        match self.goal {
            // A draft that is merged is accepted by the merge itself.
            Stage::Draft | Stage::Merged => Vec::new(),
            Stage::ClosedDirectly => vec![Action::CloseDirectly {
                answer: self.direct_answer(),
            }],
            Stage::Invalid => vec![Action::MarkInvalid {
                reason: self.invalid(),
            }],
            Stage::Declined => vec![self.decline()],
            Stage::HandedToEmergency => vec![Action::HandToEmergency {
                service: self.service(),
            }],
            _ => vec![Action::Submit],
        }
    }

    fn direct_answer(&self) -> DirectAnswer {
        let source = EntryCode::parse(&self.answer.knowledge).map_or(AnswerSource::None, |code| {
            AnswerSource::Entry { code, version: 1 }
        });
        DirectAnswer {
            answer: self.answer.text.clone(),
            source,
        }
    }

    /// `已进入诉讼。依据：…。已告知：…`: the reason, its basis, the other road.
    fn decline(&self) -> Action {
        let text = self.reason.as_str();
        let (reason, rest) = text.split_once("依据：").unwrap_or((text, ""));
        let (basis, road) = rest.split_once("已告知：").unwrap_or((rest, text));
        Action::Decline {
            reason: match reason {
                reason if reason.contains("诉讼") => DeclineReason::InCourt,
                reason if reason.contains("仲裁") => DeclineReason::InArbitration,
                reason if reason.contains("答复") => DeclineReason::AnsweredBefore,
                _ => DeclineReason::Unlawful,
            },
            basis: line(basis),
            other_road: line(road),
        }
    }

    fn service(&self) -> EmergencyService {
        match self.reason.as_str().get(..3) {
            Some("119") => EmergencyService::Fire,
            Some("120") => EmergencyService::Ambulance,
            Some("122") => EmergencyService::Traffic,
            _ => EmergencyService::Police,
        }
    }

    /// True when a person has to choose the unit: what waits for a dispatcher is what the directory was not sure
    /// of, and what was sent to the wrong unit was not sent by the directory.
    pub(super) fn needs_dispatcher(&self) -> bool {
        self.goal == Stage::ToDispatch || !self.lead.is_empty()
    }

    /// The unit it goes to: the one that is named, else the directory's.
    pub(super) fn lead(&self, directory: &Directory) -> Option<UnitCode> {
        UnitCode::parse(&self.lead).ok().or_else(|| {
            let assigned = directory.assign(
                &self.item,
                self.kind,
                Some(&self.district),
                self.street.as_str(),
            )?;
            Some(assigned.lead)
        })
    }

    fn invalid(&self) -> InvalidReason {
        match self.reason.as_str() {
            reason if reason.contains("错") => InvalidReason::WrongNumber,
            reason if reason.contains("骚扰") => InvalidReason::Nuisance,
            reason if reason.contains("断") => InvalidReason::CutOff,
            _ => InvalidReason::Silent,
        }
    }

    /// The step that leads from where the ticket stands towards its goal; nothing when it is there.
    pub(super) fn next(
        &self,
        ticket: &Ticket,
        staff: &Staff,
        directory: &Directory,
    ) -> Option<Step> {
        let stage = ticket.state.stage();
        if stage == self.goal {
            return None;
        }
        let clerk = ticket
            .state
            .dispatch()
            .map(|dispatch| staff.clerk(&dispatch.lead));
        let (who, hours, action) = match stage {
            Stage::ToDispatch => {
                if self.goal == Stage::Withdrawn {
                    (
                        staff.taker.clone(),
                        1,
                        Action::Withdraw {
                            reason: self.reason_or("问题已经自行解决"),
                        },
                    )
                } else {
                    (staff.dispatcher.clone(), 1, self.dispatch(directory)?)
                }
            }
            Stage::Dispatched if self.goal == Stage::Withdrawn => (
                staff.taker.clone(),
                1,
                Action::Withdraw {
                    reason: self.reason_or("问题已经自行解决"),
                },
            ),
            Stage::Dispatched if self.goal == Stage::ReturnAsked => (clerk?, 2, self.ask_return()),
            Stage::Dispatched => (clerk?, 2, Action::Sign),
            Stage::InHand => match ticket.work.waiting_for().next() {
                // The lead unit answers when its co-units have reported.
                Some(co) => (staff.clerk(&co.unit), 6, co_report()),
                None => (clerk?, 20, self.report(ticket)),
            },
            Stage::Answered => (staff.reviewer.clone(), 4, Action::Approve),
            Stage::ToCallBack => (staff.caller_back.clone(), 18, self.close()),
            Stage::Closed if self.goal == Stage::Redo => (
                staff.supervisor.clone(),
                6,
                Action::Redo {
                    reason: self.reason_or("来电人反映问题没有解决"),
                },
            ),
            _ => return None,
        };
        Some(Step {
            who,
            after: SignedDuration::from_hours(hours),
            action,
        })
    }

    fn dispatch(&self, directory: &Directory) -> Option<Action> {
        Some(Action::Dispatch {
            lead: self.lead(directory)?,
            co_units: Vec::new(),
            directory_version: directory.version,
            basis: line("按职责派单"),
        })
    }

    fn ask_return(&self) -> Action {
        Action::AskReturn {
            reason: ReturnReason::NotOurDuty,
            basis: self.reason_or("不属于本单位职责"),
            proposed: None,
        }
    }

    fn report(&self, ticket: &Ticket) -> Action {
        let caller = &ticket.request.caller;
        Action::Answer {
            facts_true: Some(true),
            solved: self.solved.unwrap_or(true),
            why_not: if self.solved == Some(false) {
                self.reason_or("需要其他单位配合")
            } else {
                Line::default()
            },
            account: if self.account.is_blank() {
                Prose::lossy("已到现场核实并处理。")
            } else {
                self.account.clone()
            },
            public_answer: self.public_answer.clone(),
            contact: if caller.anonymous || caller.no_answer_wanted {
                Contact::NotWanted
            } else {
                Contact::Reached {
                    at: ticket.changed_at,
                }
            },
        }
    }

    fn close(&self) -> Action {
        // Nothing said about satisfaction means nobody was reached.
        let reached = self.satisfied.is_some();
        Action::Close {
            reached,
            solved: self.solved.filter(|_| reached),
            satisfied: self.satisfied,
            reason: if reached {
                Line::default()
            } else {
                line("三次未接通")
            },
        }
    }

    fn reason_or(&self, otherwise: &str) -> Line {
        if self.reason.is_blank() {
            line(otherwise)
        } else {
            self.reason.clone()
        }
    }
}

impl Note {
    /// As an action of the call-taker.
    pub(super) fn action(&self) -> Action {
        match self.kind.as_str() {
            "add" => Action::Add {
                text: Prose::lossy(self.text.as_str()),
            },
            "progress" => Action::AskProgress,
            _ => Action::Urge {
                note: self.text.clone(),
            },
        }
    }
}

/// What a co-unit says that it did.
fn co_report() -> Action {
    Action::ReportCo {
        account: Prose::lossy("已到现场配合处理。"),
    }
}

fn line(text: &str) -> Line {
    Line::lossy(text)
}

/// Who walks the roads.
pub(super) struct Staff {
    pub taker: Person,
    pub dispatcher: Person,
    pub reviewer: Person,
    pub caller_back: Person,
    pub supervisor: Person,
    clerks: Vec<Person>,
}

impl Staff {
    /// Picks them out of the demonstration's people; `None` when a role is not filled.
    pub(super) fn of(people: &[Person]) -> Option<Self> {
        let one = |role| people.iter().find(|person| person.is(role)).cloned();
        Some(Self {
            taker: one(Role::CallTaker)?,
            dispatcher: one(Role::Dispatcher)?,
            reviewer: one(Role::ReturnReviewer)?,
            caller_back: one(Role::CallbackClerk)?,
            supervisor: one(Role::Supervisor)?,
            clerks: people
                .iter()
                .filter(|person| person.is(Role::UnitClerk))
                .cloned()
                .collect(),
        })
    }

    /// The clerk of a unit: one who can sign in, else one whose name only the events know.
    fn clerk(&self, unit: &UnitCode) -> Person {
        if let Some(clerk) = self.clerks.iter().find(|clerk| clerk.unit == *unit) {
            return clerk.clone();
        }
        let template = &self.taker;
        Person {
            account: Account::parse(&format!("clerk-{unit}"))
                .unwrap_or_else(|_| template.account.clone()),
            roles: vec![Role::UnitClerk],
            unit: unit.clone(),
            seat: None,
            ..template.clone()
        }
    }
}
