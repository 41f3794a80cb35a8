//! Plugs the practice floor into a server: its room answers what the server asks, its callers react on the trunk.

use crate::domain::id::{Account, CallId, EntryCode, ItemCode, UnitCode};
use crate::domain::lifecycle::Action;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{AnswerSource, Place, Request, State as Stands, Ticket};
use crate::practice::Scene;
use crate::practice::dialogue::Input;
use crate::practice::room::{Room, Viewer};
use crate::practice::tape::{Done, Finish};
use crate::protocol::error::ApiError;
use crate::protocol::practice::{
    Begins, Hint, OwnMark, Report, RunPage, RunRow, ScenarioRow, StartRun,
};
use crate::server::practice::{Before, Begun, Made, PracticeRoom, Seen};
use crate::server::trunk::actor::{Acted, Actor, Cue};
use uuid::Uuid;

/// The room as a server asks it.
pub(super) struct Plugged(pub Room);

/// A caller of a run.
struct Caller {
    room: Room,
    run: Uuid,
}

impl Actor for Caller {
    fn take(&mut self, cue: Cue<'_>, at: u32) -> Acted {
        let input = match cue {
            Cue::Answered => Input::Answered,
            Cue::Said(line) => Input::Said(line),
            Cue::Waited => Input::Waited,
            Cue::Held => Input::Held,
            Cue::Resumed => Input::Resumed,
            Cue::HungUp => Input::HungUp,
            Cue::Injected(what) => Input::Injected(what),
            Cue::Unanswered => {
                self.room.give_up(self.run);
                return Acted::default();
            }
        };
        let heard = self.room.take(self.run, input, at);
        let line = |spoken: crate::practice::dialogue::Spoken| {
            if spoken.who.is_empty() {
                spoken.line
            } else {
                format!("{}：{}", spoken.who, spoken.line)
            }
        };
        Acted {
            lines: heard.lines.into_iter().map(line).collect(),
            over: heard.over,
        }
    }

    fn wakes(&self) -> Option<u32> {
        self.room.wakes(self.run)
    }
}

fn viewer(seen: Seen<'_>) -> Viewer<'_> {
    Viewer {
        account: seen.account,
        trains: seen.trains,
    }
}

impl PracticeRoom for Plugged {
    fn scenarios(&self, account: &Account) -> Vec<ScenarioRow> {
        self.0.scenarios(account)
    }

    fn begin(
        &self,
        account: &Account,
        start: &StartRun,
        begins: Begins,
    ) -> Result<Begun, ApiError> {
        let (run, scene, left) = self.0.begin(account, start, begins)?;
        let number = scene.telephone().ok_or(ApiError::Unavailable)?;
        Ok(Begun {
            actor: Box::new(Caller {
                room: self.0.clone(),
                run: run.id,
            }),
            run,
            number,
            lane: scene.lane,
            before: before(&scene),
            left,
        })
    }

    fn runs(&self, seen: Seen<'_>) -> Vec<RunRow> {
        self.0.runs(viewer(seen))
    }

    fn run(&self, seen: Seen<'_>, id: Uuid) -> Result<RunPage, ApiError> {
        self.0.run(viewer(seen), id)
    }

    fn hint(&self, account: &Account, id: Uuid) -> Result<Hint, ApiError> {
        self.0.hint(account, id)
    }

    fn closing(&self, account: &Account, id: Uuid) -> Result<Option<Begins>, ApiError> {
        self.0.closing(account, id)
    }

    fn close(&self, account: &Account, id: Uuid, made: &Made) -> Result<RunPage, ApiError> {
        self.0.close(account, id, done(made))
    }

    fn live_call(&self, id: Uuid) -> Result<CallId, ApiError> {
        self.0.live_call(id)
    }

    fn note(&self, by: &Account, id: Uuid, at: Option<u32>, text: Line) -> Result<(), ApiError> {
        self.0.note(by, id, at, text)
    }

    fn mark(&self, id: Uuid, mark: OwnMark) -> Result<RunPage, ApiError> {
        self.0.mark(id, mark)
    }

    fn appeal(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError> {
        self.0.appeal(by, id, text)
    }

    fn rule(&self, by: &Account, id: Uuid, text: Line) -> Result<RunPage, ApiError> {
        self.0.rule(by, id, text)
    }

    fn report(&self, account: &Account) -> Report {
        self.0.report(account)
    }
}

/// The tickets that a scenario wants to be there.
fn before(scene: &Scene) -> Vec<Before> {
    let earlier = scene.scenario.earlier.iter();
    let request = |one: &crate::practice::scenario::Earlier| {
        let mut request = Request {
            title: Line::lossy(&scene.fill(one.title.get_ref())),
            kind: one.kind,
            item: ItemCode::parse(one.item.get_ref()).ok(),
            place: Place {
                district: scene.district.clone(),
                street: Line::lossy(&scene.street),
                ..Place::default()
            },
            text: Prose::lossy(&scene.fill(one.text.get_ref())),
            ..Request::default()
        };
        if one.own {
            request.caller.name = Line::lossy(&scene.name);
            request.caller.number = scene.telephone();
        }
        request
    };
    earlier
        .map(|one| Before {
            hours_ago: one.days_ago.saturating_mul(24).max(1),
            request: request(one),
            actions: vec![Action::Submit],
        })
        .collect()
}

/// What a trainee made of a call, in the practice floor's terms.
fn done(made: &Made) -> Done {
    let followed = (!made.touched.is_empty()).then_some(Finish::FollowedUp);
    let Some(ticket) = &made.own else {
        return Done {
            request: made
                .touched
                .first()
                .map(|ticket| ticket.request.clone())
                .unwrap_or_default(),
            ending: followed,
            ticket: made.touched.first().map(|ticket| ticket.id),
            lead: None,
        };
    };
    Done {
        request: ticket.request.clone(),
        ending: finish(ticket).or(followed),
        ticket: Some(ticket.id),
        lead: lead(ticket),
    }
}

fn lead(ticket: &Ticket) -> Option<UnitCode> {
    ticket
        .state
        .dispatch()
        .map(|dispatch| dispatch.lead.clone())
}

fn finish(ticket: &Ticket) -> Option<Finish> {
    Some(match &ticket.state {
        Stands::Draft => return None,
        Stands::ClosedDirectly(answer) => Finish::Answered {
            answer: answer.answer.to_string(),
            entry: entry(&answer.source),
        },
        Stands::Invalid(reason) => Finish::Invalid { reason: *reason },
        Stands::Declined {
            reason, other_road, ..
        } => Finish::Declined {
            reason: *reason,
            road: other_road.to_string(),
        },
        Stands::HandedToEmergency(service) => Finish::Emergency { service: *service },
        Stands::Merged { .. } => Finish::Merged,
        _ => Finish::Dispatched,
    })
}

fn entry(source: &AnswerSource) -> Option<EntryCode> {
    match source {
        AnswerSource::Entry { code, .. } => Some(code.clone()),
        _ => None,
    }
}
