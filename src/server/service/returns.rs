//! Returns as the analysis meeting looks at them: those that wait for a decision, or a day's with what became of them.

use super::ticket_lists::visible;
use super::{Who, counting, fault, require};
use crate::domain::clock::civil_day;
use crate::domain::figures::{Figure, Return, returns};
use crate::domain::id::{ItemCode, TicketId};
use crate::domain::mask;
use crate::domain::role::{self, Person};
use crate::domain::text::Line;
use crate::domain::ticket::{Stage, Ticket};
use crate::protocol::error::ApiError;
use crate::protocol::returns::{ReturnCase, ReturnCount, ReturnsPack, ReturnsRequest};
use crate::server::core::Core;
use crate::server::store::{
    FigureBy, FigureQuery, Place, StoreError, TicketOrder, TicketQuery, TicketRecord, Which, sealed,
};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many cases a pack shows.
const CASES: usize = 1_000;
/// How many are read at once.
const PAGE: usize = 200;

/// A pack while it is put together: all are counted, the first are shown.
#[derive(Default)]
struct Pack {
    total: u64,
    by_reason: BTreeMap<String, u32>,
    by_unit: BTreeMap<String, u32>,
    by_item: BTreeMap<String, u32>,
    cases: Vec<ReturnCase>,
}

impl Pack {
    fn take(&mut self, case: ReturnCase) {
        self.total += 1;
        let item = case
            .item
            .as_ref()
            .map_or_else(String::new, ItemCode::to_string);
        for (counts, of) in [
            (&mut self.by_reason, case.reason.name().to_owned()),
            (&mut self.by_unit, case.unit.to_string()),
            (&mut self.by_item, item),
        ] {
            *counts.entry(of).or_default() += 1;
        }
        if self.cases.len() < CASES {
            self.cases.push(case);
        }
    }

    fn done(self) -> ReturnsPack {
        ReturnsPack {
            by_reason: counted(self.by_reason),
            by_unit: counted(self.by_unit),
            by_item: counted(self.by_item),
            more: self.total > self.cases.len() as u64,
            total: self.total,
            cases: self.cases,
        }
    }
}

/// The pack that was asked for.
pub async fn pack(
    core: &Core,
    who: &Who,
    request: ReturnsRequest,
) -> Result<ReturnsPack, ApiError> {
    require(role::may_see_returns(&who.person))?;
    let mut pack = Pack::default();
    match request.day {
        Some(day) => of_day(core, who, day, &mut pack).await?,
        None => waiting(core, who, &mut pack).await?,
    }
    Ok(pack.done())
}

async fn waiting(core: &Core, who: &Who, pack: &mut Pack) -> Result<(), ApiError> {
    let mut after: Option<Place> = None;
    loop {
        let query = TicketQuery {
            stages: vec![Stage::ReturnAsked],
            order: TicketOrder::Due,
            after,
            ..TicketQuery::default()
        };
        let (tickets, next) = visible(core, who, query, PAGE, |_| true).await?;
        for ticket in tickets {
            let log = log(core, who, &ticket).await?;
            if let Some(last) = log.last() {
                pack.take(case(&ticket, last, &who.person));
            }
        }
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

async fn of_day(core: &Core, who: &Who, day: Date, pack: &mut Pack) -> Result<(), ApiError> {
    // What was asked for a moment ago is in it, too.
    counting::count_changed(core).await?;
    let query = FigureQuery {
        figures: vec![Figure::ReturnsUpheld],
        from: day,
        until: day,
        units: None,
        item: None,
        account: None,
        not_against: None,
        by: FigureBy::Whole,
    };
    let limit = u32::try_from(PAGE).unwrap_or(u32::MAX);
    let mut after: Option<Uuid> = None;
    loop {
        let ids = core
            .store()
            .figure_subjects(query.clone(), Which::All, after, limit);
        let ids = ids.await.map_err(|error| fault(&error))?;
        for id in &ids {
            let ticket = ticket(core, TicketId(*id)).await?;
            if !role::may_see_ticket(&who.person, &ticket) {
                continue;
            }
            let log = log(core, who, &ticket).await?;
            for one in log.iter().filter(|it| civil_day(it.at) == day) {
                pack.take(case(&ticket, one, &who.person));
            }
        }
        after = ids.last().copied();
        if ids.len() < PAGE {
            return Ok(());
        }
    }
}

async fn record(core: &Core, id: TicketId) -> Result<TicketRecord, ApiError> {
    let record = core.store().ticket(id).await;
    let record = record.and_then(|record| record.ok_or(StoreError::Missing));
    record.map_err(|error| fault(&error))
}

async fn ticket(core: &Core, id: TicketId) -> Result<Ticket, ApiError> {
    let record = record(core, id).await?;
    sealed::open_ticket(core.keyring(), &record).map_err(|error| fault(&error))
}

/// The returns of a ticket's log, as the asker may see it.
async fn log(core: &Core, who: &Who, ticket: &Ticket) -> Result<Vec<Return>, ApiError> {
    let record = record(core, ticket.id).await?;
    let events = core.store().events(ticket.id).await;
    let events = events.and_then(|events| sealed::open_events(core.keyring(), &record, &events));
    let events = events.map_err(|error| fault(&error))?;
    let seen = events
        .iter()
        .map(|event| mask::event(event, ticket, &who.person));
    Ok(returns(&seen.collect::<Vec<_>>()))
}

fn case(ticket: &Ticket, it: &Return, person: &Person) -> ReturnCase {
    let (seen, _) = mask::view(ticket, person);
    ReturnCase {
        ticket: seen.id,
        number: seen.number,
        title: Line::lossy(&seen.title()),
        text: seen.request.text.clone(),
        item: seen.request.item.clone(),
        unit: it.unit.clone(),
        reason: it.reason,
        basis: it.basis.clone(),
        proposed: it.proposed.clone(),
        dispatch_basis: it.dispatch_basis.clone(),
        asked_at: it.at,
        nth: it.nth,
        outcome: it.outcome.clone(),
    }
}

/// The most first, equal ones by name.
fn counted(counts: BTreeMap<String, u32>) -> Vec<ReturnCount> {
    let counts = counts.into_iter();
    let mut counts: Vec<ReturnCount> = counts
        .map(|(of, count)| ReturnCount { of, count })
        .collect();
    counts.sort_by_key(|it| Reverse(it.count));
    counts
}
