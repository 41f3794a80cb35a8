//! Uses of the knowledge: `/api/knowledge/uses`.

use crate::domain::id::EntryCode;
use crate::domain::knowledge::Use;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a seat did with the knowledge since it last said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UseReport {
    /// 1 to 200 uses.
    pub uses: Vec<Use>,
}

/// How many of them were counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    /// Those that tell of an entry or of words in vain, and of no person.
    pub uses: u64,
}

/// Whose uses, over how many days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UseFilter {
    /// 1 to 366; 30 unless told.
    pub days: Option<u16>,
    /// Of this entry only.
    #[param(value_type = Option<String>)]
    pub code: Option<EntryCode>,
}

/// How often an entry was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryUse {
    /// Which.
    pub code: EntryCode,
    /// How often it was opened.
    pub opened: u64,
    /// How often a request was answered with it.
    pub answered: u64,
}

/// How often entries were used, the most used first; at most 20,000.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct EntryUses {
    /// The entries.
    pub entries: Vec<EntryUse>,
}
