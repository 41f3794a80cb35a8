//! The editors' work: drafts from the first word to publishing, retiring, restoring.

#![allow(
    clippy::similar_names,
    reason = "`core` and `code` are the names of the house"
)]

use super::knowledge::notice;
use super::{
    IdempotencyKey, Who, cursor, fault, invalid, kept, not_found, once, page_size, place, refused,
    require,
};
use crate::domain::id::{DraftId, EntryCode};
use crate::domain::knowledge::{
    self, Draft, DraftAction, DraftStage, DraftState, PublishedEntry, Writer,
};
use crate::domain::lifecycle::Refusal;
use crate::domain::role;
use crate::domain::text::Line;
use crate::protocol::draft::{
    DraftChange, DraftFilter, DraftScope, EntryVersion, NewDraft, RestoreEntry, RetireEntry,
    Retired,
};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::page::Page;
use crate::server::core::Core;
use crate::server::store::{
    DraftQuery, DraftRecord, DraftWrite, KnowledgeRetire, Place, Publication, Tell,
};

/// How the seats are told of a revision.
const TELL: Tell = |revision| notice(ServerEvent::Knowledge { revision });

fn forbids(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::WrongRole { .. } => ApiError::Forbidden,
        refusal => ApiError::Refused { refusal },
    }
}

/// The names that a person's unit goes by in entries: its code and what the directory in force calls it.
fn departments(core: &Core, who: &Who) -> Vec<Line> {
    let unit = &who.person.unit;
    let mut names = vec![Line::lossy(unit.as_str())];
    let directory = core.directory();
    let found = directory.units.iter().find(|it| it.code == *unit);
    if let Some(found) = found {
        names.extend([found.name.clone(), found.short.clone()]);
        names.extend(found.aliases.iter().cloned());
    }
    names.retain(|name| !name.is_blank());
    names
}

/// The published entry of a code, retired or not.
async fn published(core: &Core, code: &EntryCode) -> Result<Option<PublishedEntry>, ApiError> {
    let found = core.store().entry(code.clone()).await;
    found.map_err(|error| fault(&error))
}

fn moved(current: u64, based_on: u64) -> ApiError {
    ApiError::Refused {
        refusal: Refusal::EntryMoved { current, based_on },
    }
}

/// Begins a draft, of a new entry or as the next version of one that is there.
pub async fn begin(
    core: &Core,
    who: &Who,
    new: NewDraft,
    key: Option<IdempotencyKey>,
) -> Result<Draft, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let work = async {
        let current = published(core, &new.entry.code).await?;
        let version = current.as_ref().map_or(0, |entry| entry.version);
        if version != new.based_on {
            return Err(moved(version, new.based_on));
        }
        let names = departments(core, who);
        let writer = Writer {
            person: &who.person,
            departments: &names,
        };
        let current = current.as_ref().map(|it| (&it.entry, it.version));
        let parts = (new.id, new.entry, new.origin);
        let stamp = who.stamp(core);
        let mut draft = knowledge::begin(parts, current, writer, &stamp).map_err(forbids)?;
        if new.submit {
            draft = draft.given(&stamp).map_err(forbids)?;
        }
        keep(core, who, (0, draft), key.as_ref()).await
    };
    once(core, who, key.as_ref(), work).await
}

/// Writes a draft with its answer; a published one becomes the entry's next version in the same transaction.
async fn keep(
    core: &Core,
    who: &Who,
    (expected, draft): (u64, Draft),
    key: Option<&IdempotencyKey>,
) -> Result<Draft, ApiError> {
    let at = core.now();
    let publish = matches!(draft.state, DraftState::Published { .. }).then(|| Publication {
        by: who.person.account.clone(),
        at,
    });
    let write = DraftWrite {
        draft: DraftRecord {
            draft: draft.clone(),
            changed: at,
        },
        expected,
        publish,
        replay: kept(core, who, key, &draft)?,
    };
    let is_published = write.publish.is_some();
    let done = core.store().write_draft(write, TELL).await;
    done.map_err(refused("draft", draft.id))?;
    if is_published {
        core.published().send_modify(|times| *times += 1);
    }
    Ok(draft)
}

async fn load(core: &Core, who: &Who, id: DraftId) -> Result<Draft, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let found = core.store().draft(id).await;
    let record = found.map_err(|error| fault(&error))?;
    record
        .map(|record| record.draft)
        .ok_or_else(|| not_found("draft", &id))
}

/// A draft.
pub async fn read(core: &Core, who: &Who, id: DraftId) -> Result<Draft, ApiError> {
    load(core, who, id).await
}

/// Does an action to a draft as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: DraftId,
    change: DraftChange,
    key: Option<IdempotencyKey>,
) -> Result<Draft, ApiError> {
    let work = async {
        let draft = load(core, who, id).await?;
        if draft.version != change.version {
            return Err(ApiError::Stale {
                what: "draft".to_owned(),
                current: draft.version,
                sent: change.version,
            });
        }
        let current = match change.action {
            DraftAction::Publish => published(core, &draft.entry.code).await?,
            _ => None,
        };
        let current = current.map_or(0, |entry| entry.version);
        let names = departments(core, who);
        let writer = Writer {
            person: &who.person,
            departments: &names,
        };
        let next = draft
            .after(&change.action, current, writer, &who.stamp(core))
            .map_err(forbids)?;
        keep(core, who, (draft.version, next), key.as_ref()).await
    };
    once(core, who, key.as_ref(), work).await
}

/// The drafts of a scope, last changed first.
pub async fn list(core: &Core, who: &Who, filter: DraftFilter) -> Result<Page<Draft>, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let size = page_size(filter.limit)?;
    let (open, done): (Vec<_>, Vec<_>) = DraftStage::ALL.into_iter().partition(|it| it.is_open());
    let query = DraftQuery {
        stages: match filter.scope {
            DraftScope::Mine | DraftScope::Open => open,
            DraftScope::ToReview => vec![DraftStage::InReview],
            DraftScope::Finished => done,
        },
        made_by: (filter.scope == DraftScope::Mine).then(|| who.person.account.clone()),
        code: None,
        after: place(filter.after.as_deref())?,
        limit: u32::try_from(size + 1).unwrap_or(u32::MAX),
    };
    let found = core.store().drafts(query).await;
    let mut records = found.map_err(|error| fault(&error))?;
    let more = records.len() > size;
    records.truncate(size);
    let last = records.last().filter(|_| more);
    let next = last.map(|last| {
        cursor(Place {
            ms: last.changed.as_millisecond(),
            id: last.draft.id.0,
        })
    });
    let items = records.into_iter().map(|record| record.draft).collect();
    Ok(Page { items, next })
}

/// An entry as it is, retired or not.
pub async fn entry(core: &Core, who: &Who, code: EntryCode) -> Result<PublishedEntry, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let found = published(core, &code).await?;
    found.ok_or_else(|| not_found("entry", &code))
}

/// An entry's newest 200 versions, newest first.
pub async fn versions(
    core: &Core,
    who: &Who,
    code: EntryCode,
) -> Result<Page<EntryVersion>, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let found = core.store().entry_versions(code.clone()).await;
    let items = found.map_err(|error| fault(&error))?;
    if items.is_empty() {
        return Err(not_found("entry", &code));
    }
    Ok(Page { items, next: None })
}

/// Takes an entry out.
pub async fn retire(
    core: &Core,
    who: &Who,
    code: EntryCode,
    request: RetireEntry,
    key: Option<IdempotencyKey>,
) -> Result<Retired, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let work = async {
        let current = published(core, &code).await?;
        let current = current.ok_or_else(|| not_found("entry", &code))?;
        knowledge::retire(current.retired, &request.reason, &who.person).map_err(forbids)?;
        if current.version != request.version {
            return Err(ApiError::Stale {
                what: "entry".to_owned(),
                current: current.version,
                sent: request.version,
            });
        }
        let after = Retired {
            code: code.clone(),
            version: current.version + 1,
        };
        let write = KnowledgeRetire {
            code: code.clone(),
            expected: request.version,
            reason: request.reason,
            by: who.person.account.clone(),
            at: core.now(),
            replay: kept(core, who, key.as_ref(), &after)?,
        };
        let done = core.store().retire_entry(write, TELL).await;
        done.map_err(refused("entry", &code))?;
        core.published().send_modify(|times| *times += 1);
        Ok(after)
    };
    once(core, who, key.as_ref(), work).await
}

/// Brings an older version back, as a draft in review.
pub async fn restore(
    core: &Core,
    who: &Who,
    code: EntryCode,
    request: RestoreEntry,
    key: Option<IdempotencyKey>,
) -> Result<Draft, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let work = async {
        let versions = core.store().entry_versions(code.clone()).await;
        let versions = versions.map_err(|error| fault(&error))?;
        let newest = versions.first().ok_or_else(|| not_found("entry", &code))?;
        let current = newest.entry.version;
        if current != request.current {
            return Err(moved(current, request.current));
        }
        let old = versions
            .iter()
            .find(|it| it.entry.version == request.version)
            .ok_or_else(|| invalid("version", "the entry has no such version"))?;
        let parts = (request.draft, old.entry.entry.clone(), request.version);
        let names = departments(core, who);
        let writer = Writer {
            person: &who.person,
            departments: &names,
        };
        let draft =
            knowledge::restore(parts, current, writer, &who.stamp(core)).map_err(forbids)?;
        keep(core, who, (0, draft), key.as_ref()).await
    };
    once(core, who, key.as_ref(), work).await
}
