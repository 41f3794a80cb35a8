//! What other servers on the same database change, this one takes over: the directory and the notices in force, and that
//! entries were published. Each server holds these in memory, for they are asked with every request.

use super::core::{Core, Held};
use super::relay::{Relay, Told};
use super::store::StoreError;
use crate::protocol::event::ServerEvent;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often it looks for notices, which nobody tells of; and how long a store that is away is left alone.
const LOOK: Duration = Duration::from_secs(1);

/// Follows what is told as long as the server lives.
pub(super) async fn follow(relay: Relay, held: Held) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        match follow_one_line(&relay, &held, &mut looks).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, "what other servers changed is not followed; tried again");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Follows until the server is gone, or the store fails.
async fn follow_one_line(
    relay: &Relay,
    held: &Held,
    looks: &mut tokio::time::Interval,
) -> Result<(), StoreError> {
    // Listening first: what changes between the two is told.
    let (_, mut line) = relay.follow(None).await?;
    let Some(core) = held.get() else {
        return Ok(());
    };
    all(&core).await?;
    drop(core);
    loop {
        let told = tokio::select! {
            told = line.next() => Some(told?),
            _ = looks.tick() => None,
        };
        let Some(core) = held.get() else {
            return Ok(());
        };
        match told {
            None => notices(&core).await?,
            Some(Some(Told::Event(told))) => match told.notice.event {
                ServerEvent::Knowledge { .. } => published(&core),
                ServerEvent::Directory { version } => directory(&core, version).await?,
                _ => {}
            },
            Some(Some(Told::Reset(_))) => all(&core).await?,
            Some(None) => return Ok(()),
        }
    }
}

async fn all(core: &Core) -> Result<(), StoreError> {
    published(core);
    directory(core, u64::MAX).await?;
    notices(core).await
}

fn published(core: &Core) {
    core.published().send_modify(|times| *times += 1);
}

/// Takes a directory over unless its version is in force here.
async fn directory(core: &Core, version: u64) -> Result<(), StoreError> {
    if version > core.directory().version {
        core.set_directory(Arc::new(core.store().directory().await?));
    }
    Ok(())
}

/// Takes notices over when others have brought newer ones.
async fn notices(core: &Core) -> Result<(), StoreError> {
    if core.store().calendar().await?.version > core.notices() {
        // No ticket is changed by the old ones once the new ones are in force.
        let _anew = core.counts_anew().await;
        let newest = core.store().calendar().await?;
        core.set_notices(newest.version, &newest.days);
    }
    Ok(())
}
