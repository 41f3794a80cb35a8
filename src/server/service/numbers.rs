//! Ticket numbers: leased to desks in blocks, so that a number can be read back without a line.

use super::Who;
use crate::domain::number::NumberBlock;
use crate::protocol::error::ApiError;
use crate::protocol::number::LeaseRequest;
use crate::server::core::Core;

/// A block of today's numbers. Not repeatable: a lost answer leaves a gap, which is allowed.
pub async fn lease(core: &Core, who: &Who, request: LeaseRequest) -> Result<NumberBlock, ApiError> {
    let _ = (core, who, request);
    Err(ApiError::Unavailable)
}
