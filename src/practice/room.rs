//! The practice room: scenarios to choose from, runs that go on, runs that are kept. The only part of this floor that
//! keeps something; what happens in a call is [`super::dialogue`]'s, what it is worth [`super::score`]'s.

mod trainer;

use super::dialogue::{Input, Spoken, State, step, wakes};
use super::hints::hint;
use super::pages::{lines, page, whole};
use super::report::report;
use super::runs::{Kept, Runs};
use super::scenario::Scenario;
use super::scene::Scene;
use super::score::{Sheet, score};
use super::tape::{Done, Event, Moment};
use crate::domain::directory::Directory;
use crate::domain::id::{Account, CallId};
use crate::domain::text::Line;
use crate::protocol::error::ApiError;
use crate::protocol::practice::{
    Begins, Hint, Mode, Remarks, Report, RunPage, RunRow, ScenarioRow, StartRun,
};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The room; clones share one.
#[derive(Clone)]
pub struct Room(Arc<Inner>);

struct Inner {
    scenarios: Vec<Scenario>,
    directory: Arc<Directory>,
    sheet: Sheet,
    runs: Runs,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Runs that go on or wait to be closed.
    live: HashMap<Uuid, Live>,
    /// Runs that are closed, oldest first.
    kept: Vec<Kept>,
}

struct Live {
    run: RunRow,
    scene: Scene,
    state: State,
    tape: Vec<Moment>,
    remarks: Remarks,
    begins: Begins,
}

/// What a caller did at a step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// What is heard.
    pub lines: Vec<Spoken>,
    /// The call is over.
    pub over: bool,
}

/// Who looks at a run: whose it is, or a trainer, who sees all.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// Who.
    pub account: &'a Account,
    /// True for a trainer.
    pub trains: bool,
}

impl Viewer<'_> {
    fn sees(self, run: &RunRow) -> bool {
        self.trains || run.account == *self.account
    }
}

impl Room {
    /// A room with these scenarios, easiest first, played against a directory, its runs kept in a folder. Errors: the
    /// runs that are there can't be read.
    pub fn open(
        mut scenarios: Vec<Scenario>,
        directory: Arc<Directory>,
        sheet: Sheet,
        runs: Runs,
    ) -> io::Result<Self> {
        scenarios
            .sort_by_key(|scenario| (*scenario.level.get_ref(), scenario.id.get_ref().clone()));
        let open = Open {
            live: HashMap::new(),
            kept: runs.all()?,
        };
        Ok(Self(Arc::new(Inner {
            scenarios,
            directory,
            sheet,
            runs,
            open: Mutex::new(open),
        })))
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The scenarios with what a person made of them.
    pub fn scenarios(&self, account: &Account) -> Vec<ScenarioRow> {
        self.rows(&self.locked(), account)
    }

    fn rows(&self, open: &Open, account: &Account) -> Vec<ScenarioRow> {
        let row = |scenario: &Scenario| {
            let id = scenario.id.get_ref();
            let own = open.kept.iter().map(|kept| &kept.run);
            let own: Vec<&RunRow> = own
                .filter(|run| run.account == *account && run.scenario.as_str() == id)
                .collect();
            ScenarioRow {
                id: Line::lossy(id),
                title: Line::lossy(&scenario.title),
                title_en: Line::lossy(&scenario.title_en),
                level: *scenario.level.get_ref(),
                runs: u32::try_from(own.len()).unwrap_or(u32::MAX),
                best: own.iter().filter_map(|run| run.total).max(),
                passed: own.iter().any(|run| run.passed),
            }
        };
        self.0.scenarios.iter().map(row).collect()
    }

    /// Begins a run. An open run of the same person that nobody closed is given up; its call is answered, too. Errors: no
    /// such scenario.
    pub fn begin(
        &self,
        account: &Account,
        start: &StartRun,
        begins: Begins,
    ) -> Result<(RunRow, Scene, Vec<CallId>), ApiError> {
        let wanted = start.scenario.as_str();
        let mut known = self.0.scenarios.iter();
        let scenario = known.find(|scenario| scenario.id.get_ref() == wanted);
        let scenario = scenario.ok_or_else(|| missing("scenario", wanted))?;
        let seed = start
            .seed
            .unwrap_or_else(|| u64::from(rand::random::<u32>()));
        let scene = Scene::new(scenario, seed, &self.0.directory);
        let run = RunRow {
            id: Uuid::now_v7(),
            call: begins.call,
            account: account.clone(),
            scenario: start.scenario.clone(),
            title: Line::lossy(&scenario.title),
            title_en: Line::lossy(&scenario.title_en),
            mode: start.mode,
            seed,
            at: begins.at,
            total: None,
            passed: false,
            trainer_total: None,
            appealed: false,
        };
        let live = Live {
            run: run.clone(),
            state: State::new(&scene),
            scene: scene.clone(),
            tape: Vec::new(),
            remarks: Remarks::default(),
            begins,
        };
        let mut open = self.locked();
        let theirs = |live: &Live| live.run.account == *account;
        let left = open.live.values().filter(|live| theirs(live));
        let left = left.map(|live| live.run.call).collect();
        open.live.retain(|_, live| !theirs(live));
        open.live.insert(run.id, live);
        Ok((run, scene, left))
    }

    /// Gives a run up whose caller nobody answered.
    pub fn give_up(&self, run: Uuid) {
        self.locked().live.remove(&run);
    }

    /// Takes what happens to a run's caller. Nothing is heard of a run that was given up: its call is over.
    pub fn take(&self, run: Uuid, input: Input<'_>, at: u32) -> Heard {
        let mut open = self.locked();
        let Some(live) = open.live.get_mut(&run) else {
            return Heard {
                lines: Vec::new(),
                over: true,
            };
        };
        let step = step(&live.scene, &live.state, input, at);
        live.state = step.state;
        live.tape.extend(step.moments);
        Heard {
            lines: step.lines,
            over: live.state.over().is_some(),
        }
    }

    /// When a run's caller wants to be told that time went by.
    pub fn wakes(&self, run: Uuid) -> Option<u32> {
        let open = self.locked();
        let live = open.live.get(&run)?;
        wakes(&live.scene, &live.state)
    }

    /// The runs that somebody may see, newest first; those that go on are the first.
    pub fn runs(&self, viewer: Viewer<'_>) -> Vec<RunRow> {
        let open = self.locked();
        let mut live: Vec<&RunRow> = open.live.values().map(|live| &live.run).collect();
        live.sort_by_key(|run| std::cmp::Reverse((run.at, run.id)));
        let kept = open.kept.iter().rev().map(|kept| &kept.run);
        let all = live.into_iter().chain(kept);
        all.filter(|run| viewer.sees(run)).cloned().collect()
    }

    /// A run. Whose it is gets tape, score and truth once it is closed; a trainer the tape as it grows. Errors: no such
    /// run that they may see.
    pub fn run(&self, viewer: Viewer<'_>, id: Uuid) -> Result<RunPage, ApiError> {
        let open = self.locked();
        let live = open.live.get(&id).filter(|live| viewer.sees(&live.run));
        if let Some(live) = live {
            return Ok(going_on(live, viewer.trains));
        }
        let mut kept = open.kept.iter();
        let kept = kept.find(|kept| kept.run.id == id && viewer.sees(&kept.run));
        kept.map(page)
            .ok_or_else(|| missing("run", &id.to_string()))
    }

    /// What to say next in a coached run. Errors: no such run of this person goes on.
    pub fn hint(&self, account: &Account, id: Uuid) -> Result<Hint, ApiError> {
        let open = self.locked();
        let going = own(&open, account, id)?;
        let line = match going.run.mode {
            Mode::Coached => hint(&going.scene, &going.state),
            Mode::Exam => None,
        };
        Ok(Hint { line })
    }

    /// Where a run began that waits to be closed; nothing for one that is closed. Errors: no such run
    /// of this person; its call goes on.
    pub fn closing(&self, account: &Account, id: Uuid) -> Result<Option<Begins>, ApiError> {
        let open = self.locked();
        let mut kept = open.kept.iter().map(|kept| &kept.run);
        if kept.any(|run| run.id == id && run.account == *account) {
            return Ok(None);
        }
        let live = own(&open, account, id)?;
        if live.state.over().is_none() {
            return Err(ApiError::Invalid {
                field: "run".to_owned(),
                problem: "its call goes on: end the call first".to_owned(),
            });
        }
        Ok(Some(live.begins))
    }

    /// Closes a run and keeps it with its score; one that is closed stays as it was. Errors: no such run of this person;
    /// its call goes on; the disk refuses.
    pub fn close(&self, account: &Account, id: Uuid, done: Done) -> Result<RunPage, ApiError> {
        let viewer = Viewer {
            account,
            trains: false,
        };
        if self.closing(account, id)?.is_none() {
            return self.run(viewer, id);
        }
        let mut open = self.locked();
        let live = own(&open, account, id)?;
        let mut tape = live.tape.clone();
        let at = tape.last().map_or(0, |moment| moment.at);
        let done = Box::new(done);
        tape.push(Moment {
            at,
            event: Event::Closed { done },
        });
        let score = score(&live.scene, &self.0.sheet, &tape);
        let kept = Kept {
            run: RunRow {
                total: Some(whole(score.total)),
                passed: score.passed,
                ..live.run.clone()
            },
            tape,
            score,
            story: live.scene.story.clone(),
            remarks: live.remarks.clone(),
        };
        self.keep(&kept)?;
        open.live.remove(&id);
        let answer = page(&kept);
        open.kept.push(kept);
        Ok(answer)
    }

    fn keep(&self, kept: &Kept) -> Result<(), ApiError> {
        self.0.runs.keep(kept).map_err(|error| {
            tracing::error!(%error, "a practice run could not be kept");
            ApiError::Unavailable
        })
    }

    /// A person over time.
    pub fn report(&self, account: &Account) -> Report {
        let open = self.locked();
        let own = open.kept.iter();
        let own: Vec<&Kept> = own.filter(|kept| kept.run.account == *account).collect();
        let rows = self.rows(&open, account);
        report(account, &own, &self.0.scenarios, &rows)
    }
}

/// A run that goes on: a trainer follows it, whose it is learns nothing before the end.
fn going_on(live: &Live, trains: bool) -> RunPage {
    let mut page = RunPage {
        run: live.run.clone(),
        score: None,
        story: String::new(),
        tape: Vec::new(),
        remarks: Remarks::default(),
    };
    if trains {
        page.story.clone_from(&live.scene.story);
        page.tape = lines(&live.tape);
        page.remarks = live.remarks.clone();
    }
    page
}

fn own<'a>(open: &'a Open, account: &Account, id: Uuid) -> Result<&'a Live, ApiError> {
    let live = open.live.get(&id);
    live.filter(|live| live.run.account == *account)
        .ok_or_else(|| missing("run", &id.to_string()))
}

fn missing(what: &str, id: &str) -> ApiError {
    ApiError::NotFound {
        what: what.to_owned(),
        id: id.to_owned(),
    }
}
