//! Knowledge: brought in in batches, pulled by the seats by revision.

use super::{Who, fault, invalid, require};
use crate::crypto;
use crate::domain::role;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::knowledge::{Delta, DeltaRequest, Import, Imported};
use crate::server::core::Core;
use crate::server::relay::{Audience, Notice};
use crate::server::store::StoreError;

/// How many entries a batch holds at most.
const BATCH: usize = 500;

/// Brings a batch of 1 to 500 entries in. Repeating it changes nothing, so it takes no idempotency key.
pub async fn import(core: &Core, who: &Who, import: Import) -> Result<Imported, ApiError> {
    require(role::may_import_knowledge(&who.person))?;
    let entries = import.entries;
    if !(1..=BATCH).contains(&entries.len()) {
        return Err(invalid("entries", "1 to 500 entries are expected"));
    }
    for (at, entry) in entries.iter().enumerate() {
        entry.check().map_err(|error| {
            invalid(
                &format!("entries[{at}].{}", error.field()),
                error.to_string(),
            )
        })?;
    }
    let done = core
        .store()
        .import_knowledge(
            entries,
            who.person.account.clone(),
            core.now(),
            |revision| notice(ServerEvent::Knowledge { revision }),
        )
        .await
        .map_err(|error| fault(&error))?;
    core.published().send_modify(|times| *times += 1);
    Ok(done)
}

/// A notice to everybody. The event is two numbers and a name: that it cannot be written is not possible, and
/// an empty notice is left out by the relay.
pub(super) fn notice(event: ServerEvent) -> String {
    let audience = Audience::All;
    serde_json::to_string(&Notice { audience, event }).unwrap_or_default()
}

/// How many things a seat gets at once: as many as it asks for, 1 to 2,000; 1,000 unless it says.
pub(super) fn at_once(limit: Option<u32>) -> Result<u32, ApiError> {
    match limit {
        None => Ok(1_000),
        Some(limit @ 1..=2_000) => Ok(limit),
        Some(_) => Err(invalid("limit", "1 to 2,000 are expected")),
    }
}

/// What changed after a revision.
pub async fn delta(core: &Core, request: DeltaRequest) -> Result<Delta, ApiError> {
    let limit = at_once(request.limit)?;
    let read = async {
        let store = core.store();
        // The newest is asked for first: entries that come in between are fetched the next time.
        let revision = store.knowledge_revision().await?;
        let base = store.knowledge_base().await?;
        let entries = store.knowledge_since(request.since, limit).await?;
        Ok::<_, StoreError>((revision, base, entries))
    };
    let (newest, base, entries) = read.await.map_err(|error| fault(&error))?;
    let json = serde_json::to_vec(&entries)
        .map_err(|_| fault(&StoreError::Fault("entries cannot be written".to_owned())))?;
    let upto = entries.last().map_or(newest, |entry| entry.revision);
    Ok(Delta {
        base,
        revision: newest.max(upto),
        upto,
        checksum: crypto::hex(&crypto::sha256(&json)),
        entries,
    })
}
