//! What a directory would do before it is in force: the regression cases that it fails, and the open tickets that it would
//! give to others.

use super::ticket_lists::row;
use super::{Who, counting, fault, require};
use crate::domain::directory::{Case, CaseFault, Directory, Lookup};
use crate::domain::figures::{Figure, returns};
use crate::domain::id::{TicketId, UnitCode};
use crate::domain::mask;
use crate::domain::role;
use crate::domain::ticket::{Stage, Ticket};
use crate::protocol::directory::{DirectoryChecked, DirectoryMoves};
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use crate::server::store::{FigureBy, FigureQuery, StoreError, Which, sealed};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many are read at once.
const PAGE: u32 = 200;
/// How many open tickets are looked at: those that were opened first.
const LOOKED_AT: usize = 20_000;
/// How many failed cases and tickets of a move are told.
const TOLD: usize = 50;

/// Runs a directory over what was learnt and what is open; it does not come in force by that.
pub async fn check(
    core: &Core,
    who: &Who,
    directory: Directory,
) -> Result<DirectoryChecked, ApiError> {
    require(role::may_import_directory(&who.person))?;
    let faults = directory.check();
    // All of them are tried; told are those whose tickets the asker may see.
    let cases = learnt(core, who).await?;
    let (mut failures, mut failed): (u64, Vec<CaseFault>) = (0, Vec::new());
    for (told, case) in &cases {
        if let Some(fault) = case.run(&directory) {
            failures += 1;
            if *told && failed.len() < TOLD {
                failed.push(fault);
            }
        }
    }
    let (looked_at, moves) = moves(core, who, directory).await?;
    Ok(DirectoryChecked {
        faults: faults.iter().map(ToString::to_string).take(TOLD).collect(),
        cases: cases.len() as u64,
        failures,
        failed,
        looked_at,
        moves,
    })
}

/// Every case that upheld returns made, as far as the asker may see their tickets; of tickets alike the newest.
pub async fn cases(core: &Core, who: &Who) -> Result<Vec<Case>, ApiError> {
    require(role::may_import_directory(&who.person) || role::may_see_returns(&who.person))?;
    let all = learnt(core, who).await?;
    Ok(all
        .into_iter()
        .filter_map(|(told, case)| told.then_some(case))
        .collect())
}

/// Every case, and whether the asker may see its ticket.
async fn learnt(core: &Core, who: &Who) -> Result<Vec<(bool, Case)>, ApiError> {
    // What was decided a moment ago is in it, too.
    counting::count_changed(core).await?;
    let query = FigureQuery {
        figures: vec![Figure::ReturnsUpheld],
        from: Date::MIN,
        until: Date::MAX,
        units: None,
        item: None,
        account: None,
        not_against: None,
        by: FigureBy::Whole,
    };
    let mut found: Vec<(bool, Case)> = Vec::new();
    let mut after: Option<Uuid> = None;
    loop {
        let ids = core
            .store()
            .figure_subjects(query.clone(), Which::Counted, after, PAGE);
        let ids = ids.await.map_err(|error| fault(&error))?;
        for id in &ids {
            let new = of_ticket(core, who, TicketId(*id)).await?;
            if let Some((told, case)) = new {
                let alike = |(_, it): &(bool, Case)| {
                    (&it.item, it.kind, &it.district, &it.street)
                        == (&case.item, case.kind, &case.district, &case.street)
                };
                if !found.iter().any(alike) {
                    found.push((told, case));
                }
            }
        }
        after = ids.last().copied();
        if ids.len() < PAGE as usize {
            return Ok(found);
        }
    }
}

async fn of_ticket(core: &Core, who: &Who, id: TicketId) -> Result<Option<(bool, Case)>, ApiError> {
    let read = async {
        let record = core.store().ticket(id).await?.ok_or(StoreError::Missing)?;
        let events = core.store().events(id).await?;
        let events = sealed::open_events(core.keyring(), &record, &events)?;
        let ticket = sealed::open_ticket(core.keyring(), &record)?;
        Ok::<_, StoreError>((ticket, events))
    };
    let (ticket, events) = read.await.map_err(|error| fault(&error))?;
    let told = role::may_see_ticket(&who.person, &ticket);
    // What is not told is only tried, as it was written.
    let seen = events.iter().map(|event| {
        if told {
            mask::event(event, &ticket, &who.person)
        } else {
            event.clone()
        }
    });
    let found = returns(&seen.collect::<Vec<_>>());
    // The last one is what was learnt in the end.
    let mut last = found.iter().rev();
    let case = last.find_map(|it| Case::of(ticket.number, &ticket.request, it));
    Ok(case.map(|case| (told, case)))
}

/// Who would lead a ticket by a directory.
fn lead(directory: &Lookup, ticket: &Ticket) -> Option<UnitCode> {
    let request = &ticket.request;
    let place = &request.place;
    let item = request.item.as_ref()?;
    let district = place.district.as_ref();
    let assigned = directory.assign(item, request.kind, district, place.street.as_str());
    assigned.map(|it| it.lead)
}

/// The open tickets that would go to another unit by the new directory than by the one in force.
async fn moves(
    core: &Core,
    who: &Who,
    next: Directory,
) -> Result<(u64, Vec<DirectoryMoves>), ApiError> {
    let (now, next) = (
        Lookup::new(Directory::clone(&core.directory())),
        Lookup::new(next),
    );
    let mut moves: BTreeMap<(Option<UnitCode>, Option<UnitCode>), DirectoryMoves> = BTreeMap::new();
    let (mut looked_at, mut after) = (0, None);
    loop {
        let page = core.store().open_tickets(after, PAGE).await;
        let page = page.map_err(|error| fault(&error))?;
        for id in &page {
            let record = core.store().ticket(*id).await;
            let Some(record) = record.map_err(|error| fault(&error))? else {
                continue;
            };
            looked_at += 1;
            let with_unit = matches!(
                record.stage,
                Stage::ToDispatch | Stage::Dispatched | Stage::InHand | Stage::ReturnAsked
            );
            if !with_unit {
                continue;
            }
            let ticket = sealed::open_ticket(core.keyring(), &record);
            let ticket = ticket.map_err(|error| fault(&error))?;
            let (from, to) = (lead(&now, &ticket), lead(&next, &ticket));
            if from == to {
                continue;
            }
            let one = moves
                .entry((from.clone(), to.clone()))
                .or_insert_with(|| DirectoryMoves {
                    from,
                    to,
                    count: 0,
                    tickets: Vec::new(),
                });
            one.count += 1;
            if one.tickets.len() < TOLD && role::may_see_ticket(&who.person, &ticket) {
                one.tickets.push(row(&ticket, &who.person));
            }
        }
        after = page.last().copied();
        if page.len() < PAGE as usize || looked_at >= LOOKED_AT {
            break;
        }
    }
    let mut moves: Vec<DirectoryMoves> = moves.into_values().collect();
    moves.sort_by_key(|it| Reverse(it.count));
    Ok((looked_at as u64, moves))
}
