//! What the practice screen knows.

use crate::desk::widgets::{Editor, ListState};
use crate::domain::id::Account;
use crate::protocol::practice::{Mode, Report, RunPage, RunRow, ScenarioRow};
use jiff::Timestamp;

/// The most that is said in one breath, in characters.
const LONGEST: usize = 200;

/// What of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// The scenarios.
    #[default]
    Scenarios,
    /// The trainees, for a trainer.
    Class,
    /// The runs that were played.
    Runs,
    /// A trainee over time.
    Report,
    /// A run: its score, or for a trainer what goes on in it.
    Page,
    /// A run once more, as it went.
    Replay,
}

/// How fast a run is shown again.
pub const SPEEDS: [u32; 5] = [1, 2, 4, 8, 16];

/// A run that is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// How far it was when it was last started or stopped, in milliseconds of the call.
    pub from: u32,
    /// Since when it runs on; it stands still without.
    pub since: Option<Timestamp>,
    /// Which of the speeds.
    pub speed: usize,
}

impl Replay {
    /// How far it is at a moment, in milliseconds of the call.
    pub fn at(self, now: Timestamp) -> u32 {
        let Some(since) = self.since else {
            return self.from;
        };
        let passed = now.duration_since(since).as_millis().max(0);
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        self.from
            .saturating_add(passed.saturating_mul(self.times()))
    }

    /// How many times as fast as the call was.
    pub fn times(self) -> u32 {
        SPEEDS.get(self.speed).copied().unwrap_or(1)
    }
}

/// The screen.
#[derive(Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts, each asked for by name"
)]
pub struct State {
    /// True when the server is one of practice.
    pub on: bool,
    /// What is shown.
    pub view: View,
    /// The scenarios, easiest first.
    pub scenarios: Vec<ScenarioRow>,
    /// Which is selected.
    pub list: ListState,
    /// Which trainee is selected.
    pub class: ListState,
    /// The runs, newest first.
    pub runs: Vec<RunRow>,
    /// Which is selected.
    pub run_list: ListState,
    /// How the next run is played.
    pub mode: Mode,
    /// The run whose score is still to come.
    pub running: Option<RunRow>,
    /// Its call is over.
    pub ended: bool,
    /// A ticket of it is with the server.
    pub sent: bool,
    /// It is being closed.
    pub closing: bool,
    /// What to say next, in a coached run; nothing is left to say where the server said so.
    pub hint: Option<String>,
    /// The server said what to say next, or that nothing is left.
    pub hinted: bool,
    /// The run that is read.
    pub page: Option<RunPage>,
    /// How far it is scrolled, in rows; `None` stays with the newest.
    pub scroll: Option<u16>,
    /// The run that is shown again.
    pub replay: Option<Replay>,
    /// The trainee that is looked at.
    pub report: Option<Report>,
    /// Whose report is asked for.
    pub report_of: Option<Account>,
    /// What is being said.
    pub say: Editor,
    /// The keyboard is in it.
    pub saying: bool,
    /// They are being read.
    pub loading: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            on: false,
            view: View::default(),
            scenarios: Vec::new(),
            list: ListState::default(),
            class: ListState::default(),
            runs: Vec::new(),
            run_list: ListState::default(),
            mode: Mode::default(),
            running: None,
            ended: false,
            sent: false,
            closing: false,
            hint: None,
            hinted: false,
            page: None,
            scroll: Some(0),
            replay: None,
            report: None,
            report_of: None,
            say: Editor::line(LONGEST),
            saying: false,
            loading: false,
        }
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}

/// A trainee as the class shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trainee<'a> {
    /// Who.
    pub account: &'a Account,
    /// The run that goes on or waits to be closed.
    pub live: Option<&'a RunRow>,
    /// Closed runs, newest first.
    pub closed: Vec<&'a RunRow>,
}

impl State {
    /// Everybody who played, those in a run first, then the one whose run was last.
    pub fn trainees(&self) -> Vec<Trainee<'_>> {
        let mut found: Vec<Trainee<'_>> = Vec::new();
        for run in &self.runs {
            let at = found.iter().position(|one| *one.account == run.account);
            let at = at.unwrap_or_else(|| {
                found.push(Trainee {
                    account: &run.account,
                    live: None,
                    closed: Vec::new(),
                });
                found.len() - 1
            });
            if let Some(one) = found.get_mut(at) {
                match run.total {
                    Some(_) => one.closed.push(run),
                    None => one.live = Some(run),
                }
            }
        }
        found.sort_by_key(|one| one.live.is_none());
        found
    }

    /// The run that something is done to: the one that is read, else the selected one.
    pub fn run(&self) -> Option<&RunRow> {
        match self.view {
            View::Page | View::Replay => self.page.as_ref().map(|page| &page.run),
            View::Runs => self.runs.get(self.run_list.at),
            View::Class => self
                .trainees()
                .get(self.class.at)
                .and_then(|one| one.live.or_else(|| one.closed.first().copied())),
            View::Scenarios | View::Report => None,
        }
    }
}
