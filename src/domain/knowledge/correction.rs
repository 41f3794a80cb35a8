//! A correction (纠错): a call-taker saw that an entry is wrong and said so with one key.

use crate::domain::id::{CorrectionId, EntryCode};
use crate::domain::lifecycle::Refusal;
use crate::domain::role::{Person, Role, Stamp, may_open_ticket};
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an editor made of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionVerdict {
    /// 采纳: it was right.
    Accepted,
    /// 不采纳: the entry stands.
    Dismissed,
}

/// That it is dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settled {
    /// By whom, and when.
    pub stamp: Stamp,
    /// What was made of it.
    pub verdict: CorrectionVerdict,
    /// Said to the one who sent it.
    pub note: Line,
}

/// A correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// Its identifier.
    pub id: CorrectionId,
    /// How many changes it has had.
    pub version: u64,
    /// Which entry.
    pub code: EntryCode,
    /// The version of it that was read.
    pub entry_version: u64,
    /// The entry's question, as it was read.
    pub question: Line,
    /// What is wrong; may be blank: that somebody marked it says enough to look at it.
    pub note: Line,
    /// Who sent it, and when.
    pub made: Stamp,
    /// That it is dealt with; nothing while it is open.
    pub settled: Option<Settled>,
}

/// Whether a person may send corrections: whoever reads answers to callers, and who listens to them.
pub fn may_correct(person: &Person) -> bool {
    const LISTENERS: &[Role] = &[
        Role::CallbackClerk,
        Role::ShiftLeader,
        Role::Quality,
        Role::KnowledgeEditor,
    ];
    may_open_ticket(person) || person.is_any(LISTENERS)
}

impl Correction {
    /// The correction after an editor dealt with it: once.
    pub fn settle(
        &self,
        (verdict, note): (CorrectionVerdict, Line),
        person: &Person,
        stamp: Stamp,
    ) -> Result<Self, Refusal> {
        if !person.is(Role::KnowledgeEditor) {
            return Err(Refusal::WrongRole {
                needs: vec![Role::KnowledgeEditor],
            });
        }
        if self.settled.is_some() {
            return Err(Refusal::OnlyOnce);
        }
        Ok(Self {
            version: self.version + 1,
            settled: Some(Settled {
                stamp,
                verdict,
                note,
            }),
            ..self.clone()
        })
    }
}
