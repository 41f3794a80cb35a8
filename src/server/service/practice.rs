//! What a trainee made of a practice call, and the tickets that have to be there before one.

use super::{Who, fault, tickets};
use crate::domain::id::{CallId, TicketId};
use crate::domain::lifecycle::EventKind;
use crate::domain::ticket::{Channel, Stage};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::practice::Begins;
use crate::protocol::ticket::{NewTicket, TicketView};
use crate::server::Manual;
use crate::server::core::Core;
use crate::server::practice::{Before, Made};
use crate::server::relay::Notice;
use crate::server::store::sealed;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many told events are read at once.
const AT_ONCE: u32 = 500;

/// Puts a ticket there as it would have come in earlier.
pub async fn put_before(core: &Core, who: &Who, before: Before) -> Result<TicketView, ApiError> {
    let hours = SignedDuration::from_hours(i64::from(before.hours_ago));
    let at = core.now().checked_sub(hours).unwrap_or_else(|_| core.now());
    let then = core.with_clock(Arc::new(Manual::at(at)));
    let new = NewTicket {
        id: TicketId(uuid::Uuid::now_v7()),
        number: None,
        channel: Channel::Telephone,
        call: None,
        recording: None,
        request: before.request,
        then: before.actions,
    };
    tickets::open(&then, who, new, None).await
}

/// Where a run begins whose call has this identifier.
pub async fn begins(core: &Core, call: CallId) -> Result<Begins, ApiError> {
    let span = core.store().outbox_span().await;
    let (_, told) = span.map_err(|error| fault(&error))?;
    let at = core.now();
    Ok(Begins { call, at, told })
}

/// The tickets that somebody touched since a moment: the one of this call, and others. Of several of this call it is the
/// last that was more than begun.
pub async fn made(core: &Core, who: &Who, begins: Begins) -> Result<Made, ApiError> {
    let since = begins.at;
    let mut made = Made {
        own: None,
        touched: Vec::new(),
    };
    for id in told(core, begins.told).await? {
        let (record, ticket) = match tickets::load(core, who, id).await {
            Ok(found) => found,
            Err(ApiError::NotFound { .. }) => continue,
            Err(error) => return Err(error),
        };
        if ticket.changed_at < since {
            continue;
        }
        if ticket.call == Some(begins.call) {
            let begun = ticket.state.stage() == Stage::Draft;
            if !begun || made.own.is_none() {
                made.own = Some(ticket);
            }
            continue;
        }
        let events = core.store().events(ticket.id).await;
        let events = events
            .and_then(|events| sealed::open_events(core.keyring(), &record, &events))
            .map_err(|error| fault(&error))?;
        let acted = events.iter().any(|event| {
            event.stamp.at >= since
                && event.stamp.by.account == who.person.account
                && !matches!(event.kind, EventKind::Opened { .. })
        });
        if acted {
            made.touched.push(ticket);
        }
    }
    Ok(made)
}

/// The tickets that something was told of since a sequence number, in the order in which they were made.
async fn told(core: &Core, mut seq: u64) -> Result<BTreeSet<TicketId>, ApiError> {
    let mut found = BTreeSet::new();
    loop {
        let rows = core.store().outbox_after(seq, AT_ONCE).await;
        let rows = rows.map_err(|error| fault(&error))?;
        let Some(last) = rows.last() else {
            return Ok(found);
        };
        seq = last.seq;
        let ids = rows.iter().filter_map(|row| {
            let notice: Notice = serde_json::from_str(&row.notice).ok()?;
            match notice.event {
                ServerEvent::Ticket { id, .. } => Some(id),
                _ => None,
            }
        });
        found.extend(ids);
    }
}
