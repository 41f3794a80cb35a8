//! Ticket numbers: leased to desks in blocks, so that a number can be read back without a line.

use super::{Who, fault, invalid, require};
use crate::domain::clock::civil_day;
use crate::domain::number::{LEASE, NumberBlock};
use crate::domain::role::may_open_ticket;
use crate::protocol::error::ApiError;
use crate::protocol::number::LeaseRequest;
use crate::server::core::Core;

/// A block of today's numbers. Not repeatable: a lost answer leaves a gap, which is allowed.
pub async fn lease(core: &Core, who: &Who, request: LeaseRequest) -> Result<NumberBlock, ApiError> {
    require(may_open_ticket(&who.person))?;
    if !(1..=LEASE).contains(&request.count) {
        return Err(invalid("count", format!("1 to {LEASE} are expected")));
    }
    let today = civil_day(core.now());
    let block = core.store().lease_numbers(today, request.count).await;
    block.map_err(|error| fault(&error))
}
