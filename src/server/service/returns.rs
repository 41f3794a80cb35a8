//! Returns that wait for a decision, as the analysis meeting looks at them.

use super::ticket_lists::visible;
use super::{Who, require};
use crate::domain::mask;
use crate::domain::role::{self, Person};
use crate::domain::text::Line;
use crate::domain::ticket::{Stage, State, Ticket};
use crate::protocol::error::ApiError;
use crate::protocol::returns::{ReturnCase, ReturnCount, ReturnsPack};
use crate::server::core::Core;
use crate::server::store::{TicketOrder, TicketQuery};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many cases a pack holds.
const CASES: usize = 1_000;

/// The pack of now.
pub async fn pack(core: &Core, who: &Who) -> Result<ReturnsPack, ApiError> {
    require(role::may_see_returns(&who.person))?;
    let query = TicketQuery {
        stages: vec![Stage::ReturnAsked],
        order: TicketOrder::Due,
        ..TicketQuery::default()
    };
    let (tickets, more) = visible(core, who, query, CASES, |_| true).await?;
    let cases: Vec<ReturnCase> = tickets
        .iter()
        .filter_map(|ticket| case(ticket, &who.person))
        .collect();
    Ok(ReturnsPack {
        by_reason: counted(cases.iter().map(|it| it.reason.name().to_owned())),
        by_unit: counted(cases.iter().map(|it| it.unit.to_string())),
        by_item: counted(cases.iter().map(|it| {
            let item = it.item.as_ref();
            item.map_or_else(String::new, ToString::to_string)
        })),
        cases,
        more: more.is_some(),
    })
}

fn case(ticket: &Ticket, person: &Person) -> Option<ReturnCase> {
    let (seen, _) = mask::view(ticket, person);
    let State::ReturnAsked { dispatch, request } = &seen.state else {
        return None;
    };
    Some(ReturnCase {
        ticket: seen.id,
        number: seen.number,
        title: Line::lossy(&seen.title()),
        text: seen.request.text.clone(),
        item: seen.request.item.clone(),
        unit: dispatch.lead.clone(),
        reason: request.reason,
        basis: request.basis.clone(),
        proposed: request.proposed.clone(),
        dispatch_basis: dispatch.basis.clone(),
        asked_at: request.stamp.at,
        nth: seen.returns,
    })
}

/// How often each stands there, the most first, equal ones by name.
fn counted(all: impl Iterator<Item = String>) -> Vec<ReturnCount> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for of in all {
        *counts.entry(of).or_default() += 1;
    }
    let mut counts: Vec<ReturnCount> = counts
        .into_iter()
        .map(|(of, count)| ReturnCount { of, count })
        .collect();
    counts.sort_by_key(|it| Reverse(it.count));
    counts
}
