//! What a caller asked: kind, place, urgency, the five elements, the story. All of it may still be empty.

use crate::domain::caller::Caller;
use crate::domain::id::{DistrictCode, ItemCode, UnitCode};
use crate::domain::text::{Line, Prose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a request came in (渠道).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 电话.
    #[default]
    Telephone,
    /// 短信.
    Sms,
    /// 微信小程序.
    MiniProgram,
    /// 公众号.
    OfficialAccount,
    /// 网站.
    Web,
    /// 客户端.
    App,
    /// 市长信箱.
    MayorsMailbox,
    /// 微博.
    Weibo,
    /// 网格.
    Grid,
}

/// What kind of request it is (诉求类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 咨询.
    Consult,
    /// 求助.
    #[default]
    Help,
    /// 投诉.
    Complain,
    /// 举报.
    Report,
    /// 建议.
    Suggest,
    /// 表扬.
    Praise,
    /// 其他.
    Other,
}

impl Kind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::Consult,
        Self::Help,
        Self::Complain,
        Self::Report,
        Self::Suggest,
        Self::Praise,
        Self::Other,
    ];

    /// The name used on the wire and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consult => "consult",
            Self::Help => "help",
            Self::Complain => "complain",
            Self::Report => "report",
            Self::Suggest => "suggest",
            Self::Praise => "praise",
            Self::Other => "other",
        }
    }

    /// The kind of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How urgent it is (紧急程度).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 一般.
    #[default]
    Ordinary,
    /// 紧急.
    Urgent,
    /// 特急.
    Critical,
}

/// The five elements of a report (五要素). Each is empty until the caller has said it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Elements {
    /// 何人.
    pub who: Line,
    /// 何时.
    pub when: Line,
    /// 何地.
    #[serde(rename = "where")]
    pub where_: Line,
    /// 何因.
    pub cause: Line,
    /// 经过.
    pub course: Line,
}

/// Where it happens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Place {
    /// 区县.
    pub district: Option<DistrictCode>,
    /// 街镇, by name.
    pub street: Line,
    /// 社区 or 网格.
    pub community: Line,
    /// The address in words.
    pub address: Line,
}

/// What the call-taker writes down. All of it may still be empty: a caller who can't say is not blocked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Request {
    /// One line; made from the text when left empty.
    pub title: Line,
    /// What kind of request.
    pub kind: Kind,
    /// The directory's item, when known.
    pub item: Option<ItemCode>,
    /// Free tags, at most 20.
    pub tags: Vec<Line>,
    /// Who asks.
    pub caller: Caller,
    /// Where.
    pub place: Place,
    /// How urgent.
    pub urgency: Urgency,
    /// The five elements.
    pub elements: Elements,
    /// The story in the caller's words.
    pub text: Prose,
    /// What the caller wants (诉求).
    pub asked: Prose,
    /// Answers to the item's questions (追问清单), by question, at most 30.
    pub answers: Vec<QuestionAnswer>,
    /// The unit complained about (被投诉举报单位): it never sees the ticket (recusal, Art. 10, 32).
    pub accused: Option<UnitCode>,
}

/// A request that holds more than its fields may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} holds {len}, at most {max} are allowed: take some out")]
pub struct RequestError {
    /// The field, e.g. `tags`.
    pub field: &'static str,
    /// How many it holds.
    pub len: usize,
    /// How many it may hold.
    pub max: u32,
}

impl Request {
    /// Tags at most.
    pub const MAX_TAGS: u32 = 20;
    /// Answered questions at most.
    pub const MAX_ANSWERS: u32 = 30;

    /// Checks how many tags and answers it holds; the lengths of texts are checked where they come in.
    pub fn check(&self) -> Result<(), RequestError> {
        for (field, len, max) in [
            ("tags", self.tags.len(), Self::MAX_TAGS),
            ("answers", self.answers.len(), Self::MAX_ANSWERS),
        ] {
            if u32::try_from(len).map_or(true, |len| len > max) {
                return Err(RequestError { field, len, max });
            }
        }
        Ok(())
    }

    /// True when the caller's matter is nowhere in words: neither title, story nor wish.
    pub fn is_blank(&self) -> bool {
        self.title.is_blank() && self.text.is_blank() && self.asked.is_blank()
    }
}

/// One of the item's questions with what the caller said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct QuestionAnswer {
    /// The question.
    pub question: Line,
    /// The answer.
    pub answer: Line,
}
