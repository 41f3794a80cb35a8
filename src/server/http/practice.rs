//! `/api/practice`: scenarios and runs of a practice server; a production server has none of it.

use super::App;
use super::answer::{Answer, Faults};
use super::input::{Asked, Named, Sent};
use super::seat::own;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::role::{Role, may_train};
use crate::domain::seat::SeatState;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::practice::{
    Hint, OwnMark, Report, ReportOf, RunAction, RunPage, RunRow, ScenarioRow, StartRun,
};
use crate::server::auth::SignedIn;
use crate::server::core::Core;
use crate::server::practice::{PracticeRoom, Seen};
use crate::server::relay::Audience;
use crate::server::service::{practice, require};
use crate::server::trunk::actor::{Acted, Actor, Cue};
use axum::Json;
use axum::extract::State;
use std::sync::Arc;
use uuid::Uuid;

/// The room of this server.
fn room(app: &App) -> Result<&Arc<dyn PracticeRoom>, ApiError> {
    app.practice.as_ref().ok_or_else(|| ApiError::NotFound {
        what: "practice".to_owned(),
        id: "of this server".to_owned(),
    })
}

fn seen(signed_in: &SignedIn) -> Seen<'_> {
    Seen {
        account: &signed_in.who.person.account,
        trains: may_train(&signed_in.who.person),
    }
}

/// The scenarios, with what one made of them.
#[utoipa::path(get, path = "/api/practice/scenarios", tag = "practice",
    responses((status = 200, body = Vec<ScenarioRow>), Faults))]
pub async fn scenarios(State(app): State<App>, signed_in: SignedIn) -> Answer<Vec<ScenarioRow>> {
    Ok(Json(room(&app)?.scenarios(&signed_in.who.person.account)))
}

/// One's runs, newest first; a trainer gets everybody's.
#[utoipa::path(get, path = "/api/practice/runs", tag = "practice",
    responses((status = 200, body = Vec<RunRow>), Faults))]
pub async fn runs(State(app): State<App>, signed_in: SignedIn) -> Answer<Vec<RunRow>> {
    Ok(Json(room(&app)?.runs(seen(&signed_in))))
}

/// Begins a run at one's own seat: its caller rings there.
#[utoipa::path(post, path = "/api/practice/runs", tag = "practice", request_body = StartRun,
    responses((status = 200, body = RunRow), Faults))]
pub async fn begin(
    State(app): State<App>,
    signed_in: SignedIn,
    Sent { value, .. }: Sent<StartRun>,
) -> Answer<RunRow> {
    let room = room(&app)?;
    let (seat, account) = (own(&signed_in)?, &signed_in.who.person.account);
    let trunk = app.simulated.as_ref().ok_or(ApiError::Unavailable)?;
    // A seat in wrap-up or busy is taken for ready: who begins a run is.
    if app.seats.view(seat.clone()).await?.seat.state != SeatState::Idle {
        app.seats.choose(seat.clone(), SeatState::Idle).await?;
    }
    let call = CallId(Uuid::now_v7());
    let begins = practice::begins(&app.core, call).await?;
    let begun = room.begin(account, &value, begins)?;
    for call in begun.left {
        trunk.give_up(call);
    }
    for before in begun.before {
        practice::put_before(&app.core, &signed_in.who, before).await?;
    }
    let actor = Box::new(Told {
        actor: begun.actor,
        core: app.core.clone(),
        seat: seat.clone(),
        run: begun.run.id,
    });
    let line = (begun.number, begun.lane);
    trunk.call_seat(call, seat, line, actor).await?;
    Ok(Json(begun.run))
}

/// A caller of whom it is told when something happened: whose run it is and trainers look again.
struct Told {
    actor: Box<dyn Actor>,
    core: Core,
    seat: SeatNo,
    run: Uuid,
}

impl Actor for Told {
    fn take(&mut self, cue: Cue<'_>, at: u32) -> Acted {
        let acted = self.actor.take(cue, at);
        let over = acted.over || matches!(cue, Cue::HungUp | Cue::Unanswered);
        let event = ServerEvent::Practice {
            run: self.run,
            over,
        };
        let seat = self.seat.clone();
        let trainers = Audience::Role {
            role: Role::Trainer,
        };
        for audience in [Audience::Seat { seat }, trainers] {
            self.core.relay().tell(audience, event.clone());
        }
        acted
    }

    fn wakes(&self) -> Option<u32> {
        self.actor.wakes()
    }
}

/// A run: whose it is gets tape, score and truth once it is closed, a trainer the tape as it grows.
#[utoipa::path(get, path = "/api/practice/runs/{id}", tag = "practice",
    params(("id" = String, Path, format = Uuid)), responses((status = 200, body = RunPage), Faults))]
pub async fn run(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<Uuid>,
) -> Answer<RunPage> {
    Ok(Json(room(&app)?.run(seen(&signed_in), id)?))
}

/// What to say next in a coached run.
#[utoipa::path(get, path = "/api/practice/runs/{id}/hint", tag = "practice",
    params(("id" = String, Path, format = Uuid)), responses((status = 200, body = Hint), Faults))]
pub async fn hint(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<Uuid>,
) -> Answer<Hint> {
    Ok(Json(room(&app)?.hint(&signed_in.who.person.account, id)?))
}

/// Closes a run whose call is over, appeals; for trainers: lets something happen, bookmarks, marks, answers an appeal.
#[utoipa::path(post, path = "/api/practice/runs/{id}/actions", tag = "practice", request_body = RunAction,
    params(("id" = String, Path, format = Uuid)), responses((status = 200, body = RunPage), Faults))]
pub async fn act(
    State(app): State<App>,
    signed_in: SignedIn,
    Named(id): Named<Uuid>,
    Sent { value, .. }: Sent<RunAction>,
) -> Answer<RunPage> {
    let room = room(&app)?;
    let (who, seen) = (&signed_in.who, seen(&signed_in));
    let account = &who.person.account;
    if !matches!(value, RunAction::Close | RunAction::Appeal { .. }) {
        require(seen.trains)?;
    }
    let page = match value {
        RunAction::Close => match room.closing(account, id)? {
            Some(begins) => {
                let made = practice::made(&app.core, who, begins).await?;
                let page = room.close(account, id, &made)?;
                tell(&app.core, id);
                page
            }
            None => room.run(seen, id)?,
        },
        RunAction::Inject { what } => {
            let trunk = app.simulated.as_ref().ok_or(ApiError::Unavailable)?;
            trunk.inject(room.live_call(id)?, what)?;
            room.run(seen, id)?
        }
        RunAction::Note { at, text } => {
            room.note(account, id, at, text)?;
            room.run(seen, id)?
        }
        RunAction::Mark {
            part,
            points,
            reason,
        } => {
            let by = account.clone();
            let mark = OwnMark {
                part,
                points,
                reason,
                by,
            };
            room.mark(id, mark)?
        }
        RunAction::Appeal { text } => room.appeal(account, id, text)?,
        RunAction::Rule { text } => room.rule(account, id, text)?,
    };
    Ok(Json(page))
}

/// Tells trainers that a run was closed.
fn tell(core: &Core, run: Uuid) {
    let role = Role::Trainer;
    let event = ServerEvent::Practice { run, over: true };
    core.relay().tell(Audience::Role { role }, event);
}

/// A trainee over time: oneself, or for trainers anybody.
#[utoipa::path(get, path = "/api/practice/report", tag = "practice", params(ReportOf),
    responses((status = 200, body = Report), Faults))]
pub async fn report(
    State(app): State<App>,
    signed_in: SignedIn,
    Asked(of): Asked<ReportOf>,
) -> Answer<Report> {
    let room = room(&app)?;
    let seen = seen(&signed_in);
    let account = of.account.unwrap_or_else(|| seen.account.clone());
    require(seen.trains || account == *seen.account)?;
    Ok(Json(room.report(&account)))
}
