//! Knowledge: brought in in batches, pulled by the seats by revision.

use super::Who;
use crate::protocol::error::ApiError;
use crate::protocol::knowledge::{Delta, DeltaRequest, Import, Imported};
use crate::server::core::Core;

/// Brings a batch of 1 to 500 entries in. Repeating it changes nothing, so it takes no idempotency key.
pub async fn import(core: &Core, who: &Who, import: Import) -> Result<Imported, ApiError> {
    let _ = (core, who, import);
    Err(ApiError::Unavailable)
}

/// What changed after a revision.
pub async fn delta(core: &Core, request: DeltaRequest) -> Result<Delta, ApiError> {
    let _ = (core, request);
    Err(ApiError::Unavailable)
}
