//! A change of the master key: every record's own key is wrapped anew, the sealed fields stay as they are.

use super::{Who, fault, require};
use crate::domain::role;
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use crate::server::store::{KeyTable, StoreError};

/// How many keys are wrapped in a transaction.
const AT_ONCE: u32 = 500;

/// Wraps all that a former master key wrapped by the one of now; answers how many keys. What was done stays done when it is
/// cut off: the next time it finds less to do.
pub async fn rewrap(core: &Core, who: &Who) -> Result<u64, ApiError> {
    require(role::may_manage_people(&who.person))?;
    let mut done = 0;
    for table in KeyTable::ALL {
        done += of_table(core, table).await.map_err(|error| fault(&error))?;
    }
    Ok(done)
}

async fn of_table(core: &Core, table: KeyTable) -> Result<u64, StoreError> {
    let (mut done, mut after) = (0, Vec::new());
    loop {
        let page = core.store().wrapped_keys(table, after, AT_ONCE).await?;
        let mut keys = Vec::with_capacity(page.len());
        for (place, wrapped) in &page {
            if let Some(next) = core.keyring().rewrapped(wrapped)? {
                keys.push((place.clone(), wrapped.clone(), next));
            }
        }
        done += keys.len() as u64;
        if !keys.is_empty() {
            core.store().put_wrapped_keys(table, keys).await?;
        }
        match page.last() {
            Some((place, _)) if page.len() == AT_ONCE as usize => after = place.clone(),
            _ => return Ok(done),
        }
    }
}
