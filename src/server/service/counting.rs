//! Counts what changed into the figures, beside the requests: a ticket that changed is counted anew from its log, its old
//! parts come off the sums and its new ones go on, in one transaction. What changes meanwhile is counted again. Servers
//! that count the same come to the same.

use super::fault;
use crate::domain::figures::{Other, SAME_MATTER, of_call, of_ticket};
use crate::domain::id::{CallId, TicketId};
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::ticket::{Stage, State, Ticket};
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use crate::server::store::{Blind, Counted, StoreError, Subject, TicketQuery, Uncounted, sealed};
use std::collections::BTreeSet;
use std::time::Duration;

/// How often it is looked for what changed.
const EVERY: Duration = Duration::from_secs(2);
/// How long writes of others have the store for themselves while much is uncounted.
const PAUSE: Duration = Duration::from_millis(50);
/// How many are counted in a transaction.
const AT_ONCE: u32 = 100;
/// How many other tickets of a caller are looked at: those that changed last.
const OTHERS: u32 = 200;

/// Counts as long as it is let run. What goes wrong is in the log and tried again.
pub async fn keep_counting(core: Core) {
    loop {
        match count_changed(&core).await {
            Ok(0) => tokio::time::sleep(EVERY).await,
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::error!(%error, "figures were not counted; it is tried again");
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}

/// Counts some of what changed; answers how many tickets and calls. One that cannot be read is told and left uncounted.
pub async fn count_changed(core: &Core) -> Result<usize, ApiError> {
    let found = core.store().uncounted(AT_ONCE).await;
    let found = found.map_err(|error| fault(&error))?;
    let mut counted = Vec::with_capacity(found.len());
    for one in &found {
        let read = match one.subject {
            Subject::Ticket(id) => ticket(core, one, id).await,
            Subject::Call(id) => call(core, one, id).await,
        };
        match read {
            Ok(read) => counted.extend(read),
            Err(error) => {
                tracing::error!(subject = %one.subject.id(), %error, "not counted into the figures");
            }
        }
    }
    let count = counted.len();
    if count > 0 {
        let put = core.store().put_figures(counted).await;
        put.map_err(|error| fault(&error))?;
    }
    Ok(count)
}

async fn call(core: &Core, one: &Uncounted, id: CallId) -> Result<Option<Counted>, StoreError> {
    let Some(record) = core.store().call(id).await? else {
        return Ok(None);
    };
    let call = sealed::open_call(core.keyring(), &record)?;
    Ok(Some(Counted {
        subject: one.subject,
        mark: one.mark,
        version: 0,
        accused: None,
        parts: of_call(&call),
        again: Vec::new(),
    }))
}

async fn ticket(core: &Core, one: &Uncounted, id: TicketId) -> Result<Option<Counted>, StoreError> {
    let Some(record) = core.store().ticket(id).await? else {
        return Ok(None);
    };
    let events = core.store().events(id).await?;
    let ticket = sealed::open_ticket(core.keyring(), &record)?;
    let events = sealed::open_events(core.keyring(), &record, &events)?;
    // The log is read after the ticket, and may know more already.
    let known = usize::try_from(ticket.version).unwrap_or(usize::MAX);
    let events = events.get(..known).unwrap_or(&events);
    let tickets = of_caller(core, &record.numbers).await?;
    let others: Vec<Other> = tickets.iter().map(other).collect();
    let again = if one.mark % 2 == 1 {
        // A number that was corrected may have been another caller's.
        before(&ticket, &of_caller(core, &numbers(core, events)).await?)
    } else {
        Vec::new()
    };
    Ok(Some(Counted {
        subject: one.subject,
        mark: one.mark,
        version: ticket.version,
        accused: ticket.request.accused.clone(),
        parts: of_ticket(events, &others, &core.clocks()),
        again,
    }))
}

/// All numbers that a ticket's caller ever had, blind.
fn numbers(core: &Core, events: &[Event]) -> Vec<Blind> {
    let requests = events.iter().filter_map(|event| match &event.kind {
        EventKind::Opened { request, .. } | EventKind::Amended { request } => Some(request),
        _ => None,
    });
    let callers = requests.map(|request| &request.caller);
    let numbers = callers.flat_map(|caller| caller.number.iter().chain(&caller.contact));
    let blind = numbers.map(|number| sealed::blind_number(core.keyring(), number));
    blind.collect::<BTreeSet<Blind>>().into_iter().collect()
}

/// What a caller asked, by any of their numbers; drafts and what is no request left out.
async fn of_caller(core: &Core, numbers: &[Blind]) -> Result<Vec<Ticket>, StoreError> {
    let mut tickets: Vec<Ticket> = Vec::new();
    for number in numbers {
        let query = TicketQuery {
            number: Some(*number),
            limit: OTHERS,
            ..TicketQuery::default()
        };
        for record in core.store().tickets(query).await? {
            let no_request = matches!(record.stage, Stage::Draft | Stage::Invalid);
            if !no_request && tickets.iter().all(|it| it.id != record.id) {
                tickets.push(sealed::open_ticket(core.keyring(), &record)?);
            }
        }
    }
    Ok(tickets)
}

fn other(ticket: &Ticket) -> Other {
    Other {
        id: ticket.id,
        opened: ticket.opened.at,
        item: ticket.request.item.clone(),
        main: match &ticket.state {
            State::Merged { main, .. } => Some(*main),
            _ => None,
        },
    }
}

/// Tickets whose end this one may follow within 7 days: whether they solved the matter hangs on it.
fn before(ticket: &Ticket, others: &[Ticket]) -> Vec<TicketId> {
    let opened = ticket.opened.at;
    let may_end = |other: &&Ticket| {
        let recent = opened.duration_since(other.changed_at) <= SAME_MATTER;
        other.id != ticket.id && other.opened.at < opened && recent
    };
    let tickets = others.iter().filter(may_end);
    tickets.map(|other| other.id).collect()
}
