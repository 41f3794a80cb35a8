//! A draft's life: written, given for review, published by another person or sent back. The rules stand in one
//! table; a refusal names the rule. The two-person rule is that of the design's table of roles: a knowledge editor
//! "may not publish their own draft".

use super::Entry;
use crate::domain::id::{Account, CorrectionId, DraftId, TicketId};
use crate::domain::lifecycle::Refusal;
use crate::domain::role::{Actor, Person, Role, Stamp};
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Out of what a draft came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// Somebody sat down and wrote it.
    #[default]
    Written,
    /// A ticket that was answered out of no source (知识缺口).
    Gap {
        /// Which.
        ticket: TicketId,
    },
    /// A call-taker's correction (纠错).
    Correction {
        /// Which.
        id: CorrectionId,
    },
    /// An expert's answer.
    Expert,
    /// An older version that is to hold again (恢复).
    Restored {
        /// Which version of the entry.
        version: u64,
    },
}

/// How a draft stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum DraftState {
    /// 起草: being written.
    Writing,
    /// 待审: another person is to look at it.
    InReview {
        /// Who gave it for review, and when.
        stamp: Stamp,
    },
    /// 退回: to be written anew.
    SentBack {
        /// Who sent it back, and when.
        stamp: Stamp,
        /// Why.
        reason: Line,
    },
    /// 已发布.
    Published {
        /// Who published it, and when.
        stamp: Stamp,
        /// The entry's version that it became.
        as_version: u64,
    },
    /// 作废.
    Dropped {
        /// Who dropped it, and when.
        stamp: Stamp,
        /// Why.
        reason: Line,
    },
}

/// The name of a draft's state.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DraftStage {
    /// 起草.
    Writing,
    /// 待审.
    InReview,
    /// 退回.
    SentBack,
    /// 已发布.
    Published,
    /// 作废.
    Dropped,
}

impl DraftStage {
    /// All, in the order of a draft's life.
    pub const ALL: [Self; 5] = [
        Self::Writing,
        Self::InReview,
        Self::SentBack,
        Self::Published,
        Self::Dropped,
    ];

    /// The name used on the wire and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::InReview => "in_review",
            Self::SentBack => "sent_back",
            Self::Published => "published",
            Self::Dropped => "dropped",
        }
    }

    /// True while something is still to be done about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Writing | Self::InReview | Self::SentBack)
    }
}

impl DraftState {
    /// Its name.
    pub const fn stage(&self) -> DraftStage {
        match self {
            Self::Writing => DraftStage::Writing,
            Self::InReview { .. } => DraftStage::InReview,
            Self::SentBack { .. } => DraftStage::SentBack,
            Self::Published { .. } => DraftStage::Published,
            Self::Dropped { .. } => DraftStage::Dropped,
        }
    }
}

/// An entry that is being written, new or as a new version of one that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// Its identifier.
    pub id: DraftId,
    /// How many changes it has had.
    pub version: u64,
    /// What it says.
    pub entry: Entry,
    /// The entry's version that it was written on; 0 for a new entry.
    pub based_on: u64,
    /// Out of what it came.
    #[serde(default)]
    pub origin: Origin,
    /// Who began it, and when.
    pub made: Stamp,
    /// Everybody who wrote on it: none of them publishes it.
    pub writers: Vec<Account>,
    /// How it stands.
    #[serde(flatten)]
    pub state: DraftState,
}

/// What can be done to a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum DraftAction {
    /// Writes it anew.
    Save {
        /// What it says now.
        entry: Box<Entry>,
        /// And gives it for review in the same step.
        #[serde(default)]
        submit: bool,
    },
    /// Gives it for review (送审).
    Submit,
    /// Takes it back out of review, to write on.
    TakeBack,
    /// Sends it back to be written anew (退回).
    SendBack {
        /// Why; not blank.
        reason: Line,
    },
    /// Publishes it (发布).
    Publish,
    /// Drops it (作废).
    Drop {
        /// Why; not blank.
        reason: Line,
    },
}

/// The kind of a [`DraftAction`]: what rights and key checks ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DraftDeed {
    /// [`DraftAction::Save`].
    Save,
    /// [`DraftAction::Submit`].
    Submit,
    /// [`DraftAction::TakeBack`].
    TakeBack,
    /// [`DraftAction::SendBack`].
    SendBack,
    /// [`DraftAction::Publish`].
    Publish,
    /// [`DraftAction::Drop`].
    Drop,
}

impl DraftDeed {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::Save,
        Self::Submit,
        Self::TakeBack,
        Self::SendBack,
        Self::Publish,
        Self::Drop,
    ];
}

impl DraftAction {
    /// Its kind.
    pub const fn deed(&self) -> DraftDeed {
        match self {
            Self::Save { .. } => DraftDeed::Save,
            Self::Submit => DraftDeed::Submit,
            Self::TakeBack => DraftDeed::TakeBack,
            Self::SendBack { .. } => DraftDeed::SendBack,
            Self::Publish => DraftDeed::Publish,
            Self::Drop { .. } => DraftDeed::Drop,
        }
    }
}

/// Whose hand an action needs beside the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    /// Anybody of the role; an expert for the own department.
    Any,
    /// One who wrote on it.
    Writer,
    /// One who wrote nothing of it.
    Other,
}

/// A row of the table: from which states, by which roles, by whose hand.
struct Row {
    from: &'static [DraftStage],
    roles: &'static [Role],
    hand: Hand,
}

const EDITORS: &[Role] = &[Role::KnowledgeEditor];
const WRITERS: &[Role] = &[Role::KnowledgeEditor, Role::Expert];

/// The table of a draft's life.
const fn row(deed: DraftDeed) -> Row {
    use DraftStage::{InReview, SentBack, Writing};
    match deed {
        DraftDeed::Save | DraftDeed::Submit | DraftDeed::Drop => Row {
            from: &[Writing, SentBack],
            roles: WRITERS,
            hand: Hand::Any,
        },
        DraftDeed::TakeBack => Row {
            from: &[InReview],
            roles: WRITERS,
            hand: Hand::Writer,
        },
        DraftDeed::SendBack | DraftDeed::Publish => Row {
            from: &[InReview],
            roles: EDITORS,
            hand: Hand::Other,
        },
    }
}

/// A person who writes, with the names that their own department goes by in entries.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Who.
    pub person: &'a Person,
    /// The unit's code and its names of the directory in force.
    pub departments: &'a [Line],
}

impl Writer<'_> {
    /// An editor writes for every department, an expert for the own one (design table "Roles").
    fn writes_for(&self, department: &Line) -> Result<(), Refusal> {
        let own = self.person.is(Role::KnowledgeEditor)
            || self
                .departments
                .iter()
                .any(|name| name.as_str() == department.as_str().trim());
        if own {
            return Ok(());
        }
        Err(Refusal::NotYourDepartment {
            department: department.clone(),
        })
    }
}

fn needs(person: &Person, roles: &[Role]) -> Result<(), Refusal> {
    if person.is_any(roles) {
        return Ok(());
    }
    Err(Refusal::WrongRole {
        needs: roles.to_vec(),
    })
}

fn complete(entry: &Entry) -> Result<(), Refusal> {
    entry.check().map_err(|error| Refusal::Missing {
        field: error.field().to_owned(),
    })
}

fn said(reason: &Line) -> Result<(), Refusal> {
    if reason.is_blank() {
        return Err(Refusal::Missing {
            field: "reason".to_owned(),
        });
    }
    Ok(())
}

/// Begins a draft; `current` is the entry as it is published, when it is there.
/// A draft may be incomplete; what is given for review may not.
pub fn begin(
    (id, entry, origin): (DraftId, Entry, Origin),
    current: Option<(&Entry, u64)>,
    writer: Writer<'_>,
    stamp: &Stamp,
) -> Result<Draft, Refusal> {
    needs(writer.person, WRITERS)?;
    writer.writes_for(&entry.department)?;
    if let Some((current, _)) = current {
        writer.writes_for(&current.department)?;
    }
    Ok(Draft {
        id,
        version: 1,
        based_on: current.map_or(0, |(_, version)| version),
        entry,
        origin,
        made: stamp.clone(),
        writers: vec![stamp.by.account.clone()],
        state: DraftState::Writing,
    })
}

/// Brings an older version back: a draft of its text that stands in review at once, for another person to publish.
pub fn restore(
    (id, entry, version): (DraftId, Entry, u64),
    current: u64,
    writer: Writer<'_>,
    stamp: &Stamp,
) -> Result<Draft, Refusal> {
    needs(writer.person, EDITORS)?;
    Ok(Draft {
        id,
        version: 1,
        based_on: current,
        entry,
        origin: Origin::Restored { version },
        made: stamp.clone(),
        writers: vec![stamp.by.account.clone()],
        state: DraftState::InReview {
            stamp: stamp.clone(),
        },
    })
}

impl Draft {
    /// A draft that is begun and given for review in one step.
    pub fn given(self, stamp: &Stamp) -> Result<Self, Refusal> {
        complete(&self.entry)?;
        let stamp = stamp.clone();
        Ok(Self {
            state: DraftState::InReview { stamp },
            ..self
        })
    }

    /// Whether a person may do something to it now; a refusal names the first rule that forbids it.
    pub fn may(&self, deed: DraftDeed, writer: Writer<'_>) -> Result<(), Refusal> {
        let row = row(deed);
        needs(writer.person, row.roles)?;
        let stage = self.state.stage();
        if !row.from.contains(&stage) {
            return Err(Refusal::DraftStands { stage });
        }
        writer.writes_for(&self.entry.department)?;
        let wrote = self.writers.contains(&writer.person.account);
        match row.hand {
            Hand::Writer if !wrote => Err(Refusal::NotYourDraft),
            Hand::Other if wrote => Err(Refusal::OwnDraft),
            _ => Ok(()),
        }
    }

    /// The draft after an action. `current` is the version of the published entry, 0 when there is none: what was
    /// written on another version is not published over it.
    pub fn after(
        &self,
        action: &DraftAction,
        current: u64,
        writer: Writer<'_>,
        stamp: &Stamp,
    ) -> Result<Self, Refusal> {
        self.may(action.deed(), writer)?;
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        let stamp = stamp.clone();
        next.state = match action {
            DraftAction::Save { entry, submit } => {
                writer.writes_for(&entry.department)?;
                next.write(entry, &stamp.by);
                if *submit {
                    complete(entry)?;
                    DraftState::InReview { stamp }
                } else {
                    self.state.clone()
                }
            }
            DraftAction::Submit => {
                complete(&self.entry)?;
                DraftState::InReview { stamp }
            }
            DraftAction::TakeBack => DraftState::Writing,
            DraftAction::SendBack { reason } => {
                said(reason)?;
                DraftState::SentBack {
                    stamp,
                    reason: reason.clone(),
                }
            }
            DraftAction::Publish => {
                complete(&self.entry)?;
                if current != self.based_on {
                    return Err(Refusal::EntryMoved {
                        current,
                        based_on: self.based_on,
                    });
                }
                DraftState::Published {
                    stamp,
                    as_version: current + 1,
                }
            }
            DraftAction::Drop { reason } => {
                said(reason)?;
                DraftState::Dropped {
                    stamp,
                    reason: reason.clone(),
                }
            }
        };
        Ok(next)
    }

    /// Takes new words. The code stays: it names the entry, and a version of another would hide in it.
    fn write(&mut self, entry: &Entry, by: &Actor) {
        self.entry = Entry {
            code: self.entry.code.clone(),
            ..entry.clone()
        };
        if !self.writers.contains(&by.account) {
            self.writers.push(by.account.clone());
        }
    }
}

/// Whether an entry may be taken out (下架): at once and by one editor, for a wrong answer must not be read out
/// while a second person is looked for; with its reason, and it comes back only through a second person.
pub fn retire(retired: bool, reason: &Line, person: &Person) -> Result<(), Refusal> {
    needs(person, EDITORS)?;
    if retired {
        return Err(Refusal::AlreadyRetired);
    }
    said(reason)
}

#[cfg(test)]
mod tests;
