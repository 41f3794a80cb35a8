//! Tickets: opened, acted on, read, listed, with their history.

use super::{IdempotencyKey, Who};
use crate::domain::id::TicketId;
use crate::domain::number::TicketNumber;
use crate::protocol::error::ApiError;
use crate::protocol::page::Page;
use crate::protocol::ticket::{
    History, NewTicket, TicketAction, TicketFilter, TicketRow, TicketView,
};
use crate::server::core::Core;

/// Opens a ticket and does to it at once what `then` says; all of it or nothing.
pub async fn open(
    core: &Core,
    who: &Who,
    new: NewTicket,
    key: Option<IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    let _ = (core, who, new, key);
    Err(ApiError::Unavailable)
}

/// Does an action to a ticket as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: TicketId,
    change: TicketAction,
    key: Option<IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    let _ = (core, who, id, change, key);
    Err(ApiError::Unavailable)
}

/// A ticket as the asker may see it.
pub async fn read(core: &Core, who: &Who, id: TicketId) -> Result<TicketView, ApiError> {
    let _ = (core, who, id);
    Err(ApiError::Unavailable)
}

/// The ticket of a number, as the asker may see it.
pub async fn by_number(
    core: &Core,
    who: &Who,
    number: TicketNumber,
) -> Result<TicketView, ApiError> {
    let _ = (core, who, number);
    Err(ApiError::Unavailable)
}

/// The tickets that pass the filter and that the asker may see, last changed first.
pub async fn list(
    core: &Core,
    who: &Who,
    filter: TicketFilter,
) -> Result<Page<TicketRow>, ApiError> {
    let _ = (core, who, filter);
    Err(ApiError::Unavailable)
}

/// What happened to a ticket, oldest first, masked like it.
pub async fn history(core: &Core, who: &Who, id: TicketId) -> Result<History, ApiError> {
    let _ = (core, who, id);
    Err(ApiError::Unavailable)
}
