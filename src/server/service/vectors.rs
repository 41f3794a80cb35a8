//! Vectors of the entries, made in the background after publishing, and pulled by the seats behind the entries.
//! What is missing is read from the store, so a restart goes on where it ended; a change makes an entry's vector
//! missing again. Without the model nothing is made, and everything else is the same.

use super::fault;
use super::knowledge::{at_once, notice};
use crate::crypto;
use crate::domain::knowledge::{Entry, PublishedEntry};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::knowledge::{EntryVector, VectorDelta, VectorRequest};
use crate::search::meaning::{Encode, MODEL, Vector, read_entries};
use crate::server::core::Core;
use crate::server::store::{StoreError, VectorRecord};
use std::sync::Arc;
use std::time::Duration;

/// Entries that are read together. Small: between two batches the thread is free, and a stop waits for one at most.
const BATCH: u32 = 4;
/// After so many vectors the seats are told, and at the end.
const TOLD: usize = 1_024;
/// How long to wait after the store has failed.
const AGAIN: Duration = Duration::from_secs(30);

/// Makes what is missing, now and whenever entries come in. Ends with the core.
pub async fn keep_up(core: Core, encoder: Arc<dyn Encode>) {
    let mut published = core.published().subscribe();
    loop {
        match make_missing(&core, &encoder).await {
            Ok(0) => {}
            Ok(made) => tracing::info!(made, "vectors for finding by meaning were made"),
            Err(error) => {
                tracing::warn!(%error, "vectors could not be made; they are tried again");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        }
        // What was published meanwhile counts as a change.
        if published.changed().await.is_err() {
            return;
        }
    }
}

/// Makes every vector that is missing; answers how many.
pub async fn make_missing(core: &Core, encoder: &Arc<dyn Encode>) -> Result<usize, StoreError> {
    let store = core.store();
    let (mut over, mut made, mut untold) = (0, 0, 0);
    loop {
        let entries = store.without_vector(MODEL, over, BATCH).await?;
        let Some(last) = entries.last() else { break };
        over = last.revision;
        let records = read(encoder, entries).await?;
        (made, untold) = (made + records.len(), untold + records.len());
        store.put_vectors(MODEL, records).await?;
        if untold >= TOLD {
            tell(core).await?;
            untold = 0;
        }
    }
    if untold > 0 {
        tell(core).await?;
    }
    Ok(made)
}

/// Reads entries, where nothing waits for it. What runs when the server is told to stop ends within seconds.
async fn read(
    encoder: &Arc<dyn Encode>,
    entries: Vec<PublishedEntry>,
) -> Result<Vec<VectorRecord>, StoreError> {
    let by = Arc::clone(encoder);
    let read = tokio::task::spawn_blocking(move || {
        let texts: Vec<&Entry> = entries.iter().map(|it| &it.entry).collect();
        let records = entries.iter().zip(read_entries(by.as_ref(), &texts));
        let record = |(published, vector): (&PublishedEntry, Vector)| VectorRecord {
            code: published.entry.code.clone(),
            seq: 0,
            revision: published.revision,
            vector: vector.to_bytes(),
        };
        records.map(record).collect()
    });
    read.await
        .map_err(|error| StoreError::Fault(error.to_string()))
}

/// Tells the seats, in the words of an event they know: the knowledge is at its revision, come and look.
async fn tell(core: &Core) -> Result<(), StoreError> {
    let tell = |revision| notice(ServerEvent::Knowledge { revision });
    core.store().tell_knowledge(core.now(), tell).await
}

/// The vectors that came after a number.
pub async fn delta(core: &Core, request: VectorRequest) -> Result<VectorDelta, ApiError> {
    let limit = at_once(request.limit)?;
    let read = async {
        let store = core.store();
        // The newest is asked for first: what comes in between is fetched the next time.
        let newest = store.newest_vector().await?;
        let base = store.knowledge_base().await?;
        let vectors = store.vectors_since(MODEL, request.since, limit).await?;
        Ok::<_, StoreError>((newest, base, vectors))
    };
    let (newest, base, kept) = read.await.map_err(|error| fault(&error))?;
    let upto = kept.last().map_or(newest, |last| last.seq);
    let vectors: Vec<EntryVector> = kept
        .into_iter()
        .map(|kept| EntryVector {
            code: kept.code,
            revision: kept.revision,
            vector: crypto::hex(&kept.vector),
        })
        .collect();
    let json = serde_json::to_vec(&vectors)
        .map_err(|_| fault(&StoreError::Fault("vectors cannot be written".to_owned())))?;
    Ok(VectorDelta {
        base,
        model: MODEL.to_owned(),
        newest: newest.max(upto),
        upto,
        checksum: crypto::hex(&crypto::sha256(&json)),
        vectors,
    })
}
