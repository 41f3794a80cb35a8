//! What desk and practice server say to each other: scenarios, runs, scores. A production server has none of it and
//! answers that there is no such thing.

use crate::domain::id::{Account, CallId};
use crate::domain::text::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How a run is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 带教: hints as it goes.
    #[default]
    Coached,
    /// 考试: no hints, nothing told before the end.
    Exam,
}

/// A scenario as a trainee may see it: nothing of its truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScenarioRow {
    /// Its code.
    pub id: Line,
    /// Its title in Chinese.
    pub title: Line,
    /// In English.
    pub title_en: Line,
    /// 1 (first day) to 5.
    pub level: u8,
    /// How often this person played it.
    pub runs: u32,
    /// Their best score, 0 to 100; none before the first run is scored.
    pub best: Option<u8>,
    /// True once they passed it.
    pub passed: bool,
}

/// `POST /api/practice/runs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartRun {
    /// Which scenario.
    pub scenario: Line,
    /// Coached or exam.
    #[serde(default)]
    pub mode: Mode,
    /// The same seed gives the same caller; one is drawn where none is named.
    #[serde(default)]
    pub seed: Option<u64>,
}

/// Where a run begins, as the server knows it; never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begins {
    /// Its call.
    pub call: CallId,
    /// When.
    pub at: Timestamp,
    /// The newest sequence number of what the server told then.
    pub told: u64,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunRow {
    /// Which.
    #[schema(value_type = String, format = Uuid)]
    pub id: Uuid,
    /// Its call.
    pub call: CallId,
    /// Who played it.
    pub account: Account,
    /// Which scenario.
    pub scenario: Line,
    /// Its title in Chinese.
    pub title: Line,
    /// In English.
    pub title_en: Line,
    /// Coached or exam.
    pub mode: Mode,
    /// What it was varied by.
    pub seed: u64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// 0 to 100; none as long as it is not closed.
    pub total: Option<u8>,
    /// True when it was passed.
    pub passed: bool,
    /// What a trainer gave in their own marks, the machine's where they gave none; none without any.
    pub trainer_total: Option<u8>,
    /// There is an appeal that nobody has looked at.
    pub appealed: bool,
}

/// What a trainer lets happen in a running call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Inject {
    /// The caller loses patience.
    Angrier,
    /// The caller says another place than before, and means the first one.
    WrongAddress,
    /// Somebody else takes the telephone.
    SecondCaller,
    /// The line drops.
    Drops,
}

impl Inject {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [
        Self::Angrier,
        Self::WrongAddress,
        Self::SecondCaller,
        Self::Drops,
    ];
}

/// `POST /api/practice/runs/{id}/actions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum RunAction {
    /// Whose run it is: the call is over and the ticket done, score it.
    Close,
    /// A trainer: let something happen on the line.
    Inject {
        /// What.
        what: Inject,
    },
    /// A trainer: a bookmark at the moment that was reached, with a note that may be empty.
    Note {
        /// Milliseconds since the call was answered; the newest moment where none is named.
        at: Option<u32>,
        /// The words.
        text: Line,
    },
    /// A trainer: one's own points for a part, beside the machine's.
    Mark {
        /// The part's name in the sheet.
        part: Line,
        /// Out of the part's points.
        points: u32,
        /// Why; needed where it differs from the machine's by a fifth of the part or more.
        reason: Line,
    },
    /// Whose run it is: something was marked wrongly.
    Appeal {
        /// Why.
        text: Line,
    },
    /// A trainer: the answer to an appeal.
    Rule {
        /// What was found.
        text: Line,
    },
}

/// A trainer's bookmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Milliseconds since the call was answered.
    pub at: u32,
    /// The words; may be empty.
    pub text: Line,
    /// Whose.
    pub by: Account,
}

/// A trainer's own points for a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnMark {
    /// The part's name in the sheet.
    pub part: Line,
    /// Out of the part's points.
    pub points: u32,
    /// Why; may be empty where it is near the machine's.
    pub reason: Line,
    /// Whose.
    pub by: Account,
}

/// That something was marked wrongly, and what a trainer found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Appeal {
    /// Why.
    pub text: Line,
    /// What was found, and by whom; none as long as nobody looked.
    pub ruling: Option<Ruling>,
}

/// A trainer's answer to an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ruling {
    /// What was found.
    pub text: Line,
    /// By whom.
    pub by: Account,
}

/// What people added to a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Remarks {
    /// Bookmarks, by moment.
    pub notes: Vec<Note>,
    /// A trainer's own marks, one a part.
    pub marks: Vec<OwnMark>,
    /// The appeal, where there is one.
    pub appeal: Option<Appeal>,
}

/// What kind of thing happened in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "screens word them")]
pub enum Happened {
    Answered,
    Said,
    Heard,
    Repeated,
    HeldBack,
    ReadBack,
    Corrected,
    WrongPolicy,
    Guarded,
    Leaked,
    Silence,
    Mood,
    Turned,
    Injected,
    Held,
    Resumed,
    Over,
}

/// A moment of a call, as it is shown: what was said and heard, and what a trainer looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TapeLine {
    /// Milliseconds since the call was answered.
    pub at: u32,
    /// What.
    pub what: Happened,
    /// Who spoke, where it is neither caller nor trainee.
    pub who: String,
    /// The words, or what it is about; may be empty.
    pub text: String,
}

/// A run. A trainee gets tape, score and truth once it is closed, a trainer the tape as it grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunPage {
    /// The run.
    pub run: RunRow,
    /// The score.
    pub score: Option<Score>,
    /// What happened in truth, in Chinese.
    pub story: String,
    /// What happened in the call.
    pub tape: Vec<TapeLine>,
    /// What people added.
    pub remarks: Remarks,
}

/// `GET /api/practice/report`: whose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportOf {
    /// Whose; one's own unless told. Only trainers see others'.
    #[param(value_type = Option<String>)]
    pub account: Option<Account>,
}

/// A part of the sheet in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartRow {
    /// Its name in the sheet.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Points at most.
    pub max: u32,
    /// Points; none where nothing of it could be observed.
    pub got: Option<f32>,
}

/// A run in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportRun {
    /// The run.
    pub run: RunRow,
    /// The parts of its score.
    pub parts: Vec<PartRow>,
}

/// A check over several runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Weak {
    /// Which.
    pub check: Check,
    /// The mean share of its points, 0 to 1.
    pub got: f32,
    /// Over so many runs in which it could be observed.
    pub runs: u32,
}

/// A trainee over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Who.
    pub account: Account,
    /// Closed runs, oldest first.
    pub runs: Vec<ReportRun>,
    /// The checks that went worst in the last ten runs, the worst first; at most five, none that went well.
    pub weakest: Vec<Weak>,
    /// What to practise next, at most three.
    pub next: Vec<ScenarioRow>,
}

/// What to say next in a coached run; none in an exam, and when there is nothing left to say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Hint {
    /// The words.
    pub line: Option<String>,
}

/// How a point of the quality sheet is decided. What each looks at stands in `practice/score/checks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is told where it is decided")]
pub enum Check {
    Greeted,
    AskedElse,
    SaidGoodbye,
    AskedOnce,
    NoSilence,
    Comforted,
    ItemQuestions,
    FactsHeard,
    Kind,
    Place,
    Written,
    Secrecy,
    ReadBack,
    Ending,
    Item,
    Source,
    Told,
    Words,
    Urgency,
    Elements,
}

/// A fatal error: one of them fails the call, whatever the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fatal {
    /// An emergency was not handed to its service.
    EmergencyMissed,
    /// Who asked for secrecy was named, or not marked.
    ConfidenceLeaked,
    /// An outcome was promised.
    OutcomePromised,
    /// Forbidden words (服务禁语).
    ForbiddenWords,
    /// The call-taker hung up on the caller.
    HungUp,
    /// The buck was passed (推诿).
    PassedTheBuck,
    /// Wrong policy was told.
    WrongPolicy,
}

/// What a piece of evidence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was said.
    Said,
    /// It was never said.
    NotSaid,
    /// It was asked.
    Asked,
    /// It was not asked.
    NotAsked,
    /// It was asked although it had been told.
    AskedAgain,
    /// Nobody spoke.
    Silence,
    /// It was read back.
    ReadBack,
    /// It was not read back.
    NotReadBack,
    /// It stands in the ticket.
    Written,
    /// It does not stand in the ticket.
    NotWritten,
    /// Something else stands there.
    OtherWritten,
    /// The call-taker said nothing at all.
    Mute,
    /// Nothing was made of the call.
    NothingDone,
    /// The call ended so.
    Ended,
}

/// A piece of evidence: a moment and what happened, so that a person can look it up and disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// Milliseconds since the call was answered; none for what stands in the ticket, or did not happen.
    pub at: Option<u32>,
    /// What kind.
    pub why: Why,
    /// The words, the field's content, or the name of what is meant; may be empty.
    pub text: String,
    /// What should have been; may be empty.
    pub right: String,
}

/// A point of the sheet as it was marked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Mark {
    /// Which check.
    pub check: Check,
    /// Its weight in the part.
    pub weight: u32,
    /// 0 to 1; none when it could not be observed.
    pub got: Option<f32>,
    /// What made it so.
    pub evidence: Vec<Evidence>,
}

/// A part of the sheet as it was marked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartScore {
    /// Its name in the sheet.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Points at most.
    pub max: u32,
    /// Below this share, in percent, the call is not passed whatever the total.
    pub least: u32,
    /// Points, over what could be observed of it; none when nothing could.
    pub got: Option<f32>,
    /// Its points.
    pub marks: Vec<Mark>,
}

impl PartScore {
    /// True when the part alone keeps the call from being passed.
    pub fn is_short(&self) -> bool {
        self.got
            .is_some_and(|got| got * 100.0 < points(self.max) * points(self.least))
    }
}

/// A number of points as a share's part.
#[expect(clippy::cast_precision_loss, reason = "a sheet has 100 points")]
const fn points(count: u32) -> f32 {
    count as f32
}

/// A fatal error with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FatalError {
    /// Which.
    pub fatal: Fatal,
    /// What made it so.
    pub evidence: Evidence,
}

/// The score of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    /// 0 to 100, over what could be observed.
    pub total: f32,
    /// The pass mark.
    pub pass: u32,
    /// True when the total reaches the mark and nothing was fatal.
    pub passed: bool,
    /// The parts.
    pub parts: Vec<PartScore>,
    /// Fatal errors.
    pub fatal: Vec<FatalError>,
}

/// What a desk asks of a practice server.
#[derive(Debug, Clone, PartialEq)]
pub enum PracticeAsk {
    /// Scenarios and runs.
    Lists,
    /// Begin a run.
    Begin(StartRun),
    /// What to say next.
    Hint(Uuid),
    /// A run.
    Run(Uuid),
    /// Do something to a run.
    Act(Uuid, RunAction),
    /// A trainee over time; oneself unless told.
    Report(Option<Account>),
}

/// What it gets.
#[derive(Debug, Clone, PartialEq)]
pub enum PracticeGot {
    /// The scenarios and the runs that one may see.
    Lists(Vec<ScenarioRow>, Vec<RunRow>),
    /// The run that begins.
    Begun(Box<RunRow>),
    /// What to say next.
    Hint(Hint),
    /// A run.
    Page(Box<RunPage>),
    /// A trainee over time.
    Report(Box<Report>),
}
