//! A scenario (剧本) as its file says: who calls, what they know and hold back, what the truth is, how they react.
//! Texts may hold `{placeholders}`; [`super::scene::Scene`] fills them from a seed.

mod check;
mod fault;
mod read;

pub use check::{Known, check};
pub use fault::{Fault, Rule};
pub use read::read;

use crate::domain::caller::CallerKind;
use crate::domain::clock::ClockRuleName;
use crate::domain::ticket::{DeclineReason, EmergencyService, InvalidReason, Kind, Stage, Urgency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// A value with the bytes it stands in, so that a mistake found later names its line and column.
pub type At<T> = Spanned<T>;

/// What a scenario is there to practise (issue: kinds of calls).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it; screens word them")]
pub enum Tag {
    TopItem,
    Consult,
    Enterprise,
    #[serde(rename = "2110")]
    Clock2110,
    Emergency,
    Unreasonable,
    Repeated,
    FollowUp,
    Outage,
    AgainstUnit,
    Confidential,
    Angry,
    Lonely,
    Silent,
    Child,
    Foreigner,
    Elder,
    Praise,
}

/// The tongue a caller speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// How a caller talks; chooses their ready-made reactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Manner {
    #[default]
    Plain,
    Curt,
    Talkative,
    Shy,
    Angry,
    Elder,
    Child,
    English,
}

/// A caller's sex: how they are addressed (先生, 女士) and which given names fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sex {
    #[default]
    Female,
    Male,
}

/// A whole scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its code, the same over all versions: letters, digits, `-`.
    pub id: At<String>,
    /// What it is called, in Chinese.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// How hard, 1 (first day) to 5.
    pub level: At<u8>,
    /// What it is there to practise.
    pub tags: Vec<Tag>,
    /// The tongue the caller speaks.
    #[serde(default)]
    pub tongue: Tongue,
    /// Who calls.
    pub caller: Person,
    /// The first words, line by line; none for a silent call.
    #[serde(default)]
    pub opening: Vec<At<String>>,
    /// The last words.
    #[serde(default)]
    pub closing: Option<At<String>>,
    /// What the caller knows.
    #[serde(default, rename = "fact")]
    pub facts: Vec<Fact>,
    /// What has to be told to the caller.
    #[serde(default, rename = "tell")]
    pub tells: Vec<Tell>,
    /// What happens on the line by itself.
    #[serde(default, rename = "turn")]
    pub turns: Vec<Turn>,
    /// Own reactions, in place of the manner's: by kind of reaction, lines to choose from.
    #[serde(default)]
    pub reacts: BTreeMap<Reaction, Vec<At<String>>>,
    /// Tickets that are there already.
    #[serde(default)]
    pub earlier: Vec<Earlier>,
    /// The sealed truth.
    pub truth: Truth,
    /// What a seed varies.
    #[serde(default)]
    pub vary: Vary,
    /// Other ways to ask, which no cue holds: played by `practice check`, never matched against.
    #[serde(default, rename = "try")]
    pub tries: Vec<Try>,
}

/// Who calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Years.
    pub age: At<u8>,
    /// See [`Sex`].
    #[serde(default)]
    pub sex: Sex,
    /// Citizen or enterprise: the lane they come by.
    #[serde(default)]
    pub kind: CallerKind,
    /// 0 (furious) to 100 (calm) when the call begins.
    pub mood: At<u8>,
    /// How they talk.
    #[serde(default)]
    pub manner: Manner,
    /// Words they use for others: `[["什么", "啥"]]`.
    #[serde(default)]
    pub dialect: Vec<(String, String)>,
    /// Seconds of silence before they speak up.
    #[serde(default = "forty")]
    pub patience: At<u32>,
    /// Seconds they stay on hold.
    #[serde(default = "minute")]
    pub hold_patience: At<u32>,
}

fn forty() -> At<u32> {
    At::new(0..0, 40)
}

fn minute() -> At<u32> {
    At::new(0..0, 60)
}

/// When a caller gives a fact away, although asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// When asked.
    #[default]
    Asked,
    /// When secrecy was promised.
    Assured,
    /// When they are calm enough (mood 45).
    Calm,
    /// When asked a second time.
    Twice,
}

/// Something the caller knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name in this file.
    pub id: At<String>,
    /// Which general questions ask for it, by the names in `assets/practice/intents.toml`.
    #[serde(default)]
    pub intents: Vec<At<String>>,
    /// The item's question it answers (追问清单), in the directory's words.
    #[serde(default)]
    pub question: Option<At<String>>,
    /// A good way to ask: the hint of a coached run.
    #[serde(default)]
    pub ask: Option<At<String>>,
    /// Further words it is asked with.
    #[serde(default)]
    pub also: Vec<At<String>>,
    /// What the caller says.
    pub text: At<String>,
    /// What shows that it was written or said: groups, each `one|another`.
    #[serde(default)]
    pub keys: Vec<At<String>>,
    /// True when the opening says it.
    #[serde(default)]
    pub opening: bool,
    /// What it takes.
    #[serde(default)]
    pub needs: Needs,
    /// What they say while they hold it back.
    #[serde(default)]
    pub reluctant: Option<At<String>>,
    /// What they say at first, and is wrong; read back, they correct it.
    #[serde(default)]
    pub first: Option<At<String>>,
    /// What shows the wrong one.
    #[serde(default)]
    pub first_keys: Vec<At<String>>,
    /// True when it belongs to the address field.
    #[serde(default)]
    pub address: bool,
    /// False when it need not be in the ticket.
    #[serde(default = "yes")]
    pub written: bool,
}

const fn yes() -> bool {
    true
}

/// Something the trainee has to tell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tell {
    /// Its name in this file.
    pub id: At<String>,
    /// How the caller asks for it; without one it is to be told unasked.
    #[serde(default)]
    pub asked: Option<At<String>>,
    /// A good way to say it: the hint of a coached run.
    pub line: At<String>,
    /// What shows that it was said: groups, each `one|another`.
    pub keys: Vec<At<String>>,
    /// How many of the groups it takes.
    #[serde(default)]
    pub least: Option<At<u8>>,
}

/// A reaction by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Reaction {
    Silence,
    Repeated,
    Rude,
    Promise,
    Passed,
    Comfort,
    Unknown,
    Unclear,
    Listening,
    Right,
    Thanks,
    Unsettled,
    Back,
    HangUp,
}

impl Reaction {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Silence,
        Self::Repeated,
        Self::Rude,
        Self::Promise,
        Self::Passed,
        Self::Comfort,
        Self::Unknown,
        Self::Unclear,
        Self::Listening,
        Self::Right,
        Self::Thanks,
        Self::Unsettled,
        Self::Back,
        Self::HangUp,
    ];
}

/// What a turn does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// The caller hangs up.
    HangUp,
    /// The line drops.
    Drops,
    /// Somebody else takes the telephone and talks on.
    SecondCaller,
    /// Somebody beside the caller says something.
    ThirdPerson,
    /// Noise: the line says what is heard.
    Noise,
}

/// Something that happens once, by itself. Exactly one of the conditions is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What.
    pub does: At<Does>,
    /// After so many lines of the trainee.
    #[serde(default)]
    pub after_lines: Option<u32>,
    /// When the mood is below.
    #[serde(default)]
    pub mood_below: Option<u8>,
    /// When so many silences were.
    #[serde(default)]
    pub after_silences: Option<u32>,
    /// When a fact was told.
    #[serde(default)]
    pub when_told: Option<At<String>>,
    /// Who speaks, e.g. 老伴.
    #[serde(default)]
    pub who: Option<String>,
    /// What is said or heard.
    #[serde(default)]
    pub lines: Vec<At<String>>,
    /// How the mood changes.
    #[serde(default)]
    pub mood: i32,
}

/// A ticket that is there before the call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// How many days ago it was opened.
    pub days_ago: u32,
    /// True when this caller opened it, false when a neighbour did.
    #[serde(default)]
    pub own: bool,
    /// What kind.
    pub kind: Kind,
    /// Its item.
    pub item: At<String>,
    /// Its title.
    pub title: At<String>,
    /// Its text.
    pub text: At<String>,
    /// Where it stands: `to_dispatch`, `dispatched` or `in_hand`.
    #[serde(default = "in_hand")]
    pub stage: Stage,
}

const fn in_hand() -> Stage {
    Stage::InHand
}

/// How a call should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 直办: answered from the knowledge base.
    Answer,
    /// 转办: submitted for dispatch.
    Dispatch,
    /// 转紧急.
    Emergency,
    /// 不予受理, with reason and the other road.
    Decline,
    /// 无效来电.
    Invalid,
    /// An act on a ticket that is there: progress, urge, add, withdraw.
    FollowUp,
    /// 并单: joined to a main ticket.
    Merge,
}

impl Ending {
    /// The name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Dispatch => "dispatch",
            Self::Emergency => "emergency",
            Self::Decline => "decline",
            Self::Invalid => "invalid",
            Self::FollowUp => "follow_up",
            Self::Merge => "merge",
        }
    }
}

/// The sealed truth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truth {
    /// What happened, for the page after the call.
    pub story: At<String>,
    /// How the call should end.
    pub ending: At<Ending>,
    /// Endings that are half right.
    #[serde(default)]
    pub also_endings: Vec<Ending>,
    /// Which kinds of request are right; none when it does not matter.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The item.
    #[serde(default)]
    pub item: Option<At<String>>,
    /// Items that are right, too.
    #[serde(default)]
    pub also_items: Vec<At<String>>,
    /// The lead unit, in the directory's notation (`{D}-CGJ`).
    #[serde(default)]
    pub lead: Option<At<String>>,
    /// The deadline rule.
    #[serde(default)]
    pub clock: Option<At<ClockRuleName>>,
    /// The knowledge entries that answer it.
    #[serde(default)]
    pub entries: Vec<At<String>>,
    /// True when the place matters: district and street must be in the form.
    #[serde(default)]
    pub place: bool,
    /// How urgent.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// True when the caller wants secrecy.
    #[serde(default)]
    pub confidential: bool,
    /// The unit it is against.
    #[serde(default)]
    pub accused: Option<At<String>>,
    /// Whom an emergency goes to.
    #[serde(default)]
    pub service: Option<At<EmergencyService>>,
    /// Why it is declined.
    #[serde(default)]
    pub declined: Vec<DeclineReason>,
    /// Why it is no request.
    #[serde(default)]
    pub invalid: Vec<InvalidReason>,
    /// What must not be said: it is wrong policy.
    #[serde(default)]
    pub wrong: Vec<At<String>>,
    /// How many of the trainee's lines may pass before an emergency is handed over.
    #[serde(default)]
    pub quick: Option<u32>,
}

/// What a seed varies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Codes of the districts it may happen in; the city's inner ones unless told.
    #[serde(default)]
    pub districts: Vec<At<String>>,
    /// Own placeholders, each with its values.
    #[serde(default)]
    pub lists: BTreeMap<String, Vec<At<String>>>,
}

/// Another way to ask, and what it must bring.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Try {
    /// What a trainee may say.
    pub say: At<String>,
    /// The fact it must bring.
    pub tells: At<String>,
}
