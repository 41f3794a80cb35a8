//! What citizens read without signing in: published entries that are marked public, cut to what is theirs.

use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Audience, Basis};
use crate::domain::text::{Line, Prose};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a citizen asks. Other parameters are passed over: links that are handed around carry some.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicRequest {
    /// What is looked for: Chinese, pinyin or initials; of a long text the first 64 places.
    #[serde(default)]
    pub q: Option<String>,
    /// `zh-CN` or `en` for the words around the texts; else as the browser says.
    #[serde(default)]
    pub lang: Option<String>,
    /// `html` or `json`; else as the browser says, JSON where it says nothing.
    #[serde(default)]
    pub format: Option<String>,
}

/// What was found, or what is new when nothing was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicHits {
    /// What was asked.
    pub query: String,
    /// The revision of the knowledge base that was searched.
    pub revision: u64,
    /// Best first, at most 20; only what holds today.
    pub hits: Vec<PublicHit>,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicHit {
    /// Its code; `/public/kb/{code}` is its address.
    #[schema(value_type = String)]
    pub code: EntryCode,
    /// The question.
    #[schema(value_type = String)]
    pub question: Line,
    /// What matched in it, as the first byte and the one behind the last.
    pub question_marks: Vec<(usize, usize)>,
    /// A piece of the answer.
    pub snippet: String,
    /// What matched in that.
    pub snippet_marks: Vec<(usize, usize)>,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub department: Line,
}

/// An entry as citizens read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicEntry {
    /// Its code.
    #[schema(value_type = String)]
    pub code: EntryCode,
    /// The question.
    #[schema(value_type = String)]
    pub question: Line,
    /// The answer.
    #[schema(value_type = String)]
    pub answer: Prose,
    /// How to do it.
    #[schema(value_type = Vec<String>)]
    pub steps: Vec<Prose>,
    /// What to bring.
    #[schema(value_type = Vec<String>)]
    pub materials: Vec<Prose>,
    /// How long it takes.
    #[schema(value_type = String)]
    pub time_limit: Line,
    /// What it costs.
    #[schema(value_type = String)]
    pub fee: Line,
    /// Where to go.
    #[schema(value_type = String)]
    pub place: Line,
    /// Whom to ring.
    #[schema(value_type = String)]
    pub telephone: Line,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub department: Line,
    /// `一级/二级`.
    #[schema(value_type = String)]
    pub category: Line,
    /// Whom it is for.
    pub audience: Audience,
    /// What it stands on.
    pub basis: Vec<Basis>,
    /// The first day it holds.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// The last day it holds.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<Date>,
    /// Its version.
    pub version: u64,
}
