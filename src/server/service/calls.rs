//! Calls and seats as the server remembers them, and what pops on the screen before a call is answered.

use super::ticket_lists::{row, visible};
use super::{Who, callbacks, fault, not_found};
use crate::domain::call::{Call, CallPhase};
use crate::domain::id::{CallId, DistrictCode};
use crate::domain::role::Role;
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::Line;
use crate::domain::ticket::Ticket;
use crate::protocol::call::CallView;
use crate::protocol::error::ApiError;
use crate::protocol::seat::Colleague;
use crate::server::core::Core;
use crate::server::store::{StoreError, TicketQuery, sealed};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How many tickets of each sort pop.
const SHOWN: usize = 20;
/// How many of the caller's tickets are looked at.
const LOOKED_AT: usize = 200;
/// How far back the caller's history goes.
const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Keeps a call as it is.
pub async fn save(core: &Core, call: &Call) -> Result<(), ApiError> {
    let record = sealed::seal_call(core.keyring(), call).map_err(|error| fault(&error))?;
    let done = core.store().save_call(record).await;
    done.map_err(|error| fault(&error))
}

/// Keeps a call and the seat it changes, together or not at all.
pub async fn save_at(core: &Core, call: &Call, seat: &Seat) -> Result<(), ApiError> {
    let record = sealed::seal_call(core.keyring(), call).map_err(|error| fault(&error))?;
    let done = core.store().save_call_at(record, seat.clone()).await;
    done.map_err(|error| fault(&error))
}

/// A call.
pub async fn load(core: &Core, id: CallId) -> Result<Call, ApiError> {
    let found = core.store().call(id).await;
    let record = found
        .map_err(|error| fault(&error))?
        .ok_or_else(|| not_found("call", &id))?;
    sealed::open_call(core.keyring(), &record).map_err(|error| fault(&error))
}

/// The calls that are not over, in the order they were offered: what a restarted server takes up again.
pub async fn unfinished(core: &Core) -> Result<Vec<Call>, ApiError> {
    let records = core.store().open_calls().await;
    records
        .and_then(|records| {
            records
                .iter()
                .map(|record| sealed::open_call(core.keyring(), record))
                .collect::<Result<_, StoreError>>()
        })
        .map_err(|error| fault(&error))
}

/// True for the one whose call it is: who answered it, who has it at their seat, or who writes it up there. That it
/// once was at a seat says nothing about who sits there now.
pub(super) async fn is_own(core: &Core, who: &Who, call: &Call) -> Result<bool, ApiError> {
    if call.answered_by.as_ref() == Some(&who.person.account) {
        return Ok(true);
    }
    let Some(no) = &who.seat else {
        return Ok(false);
    };
    if !matches!(call.phase, CallPhase::Ended { .. }) {
        return Ok(call.seat() == Some(no));
    }
    let writes_up = |seat: &Seat| {
        seat.no == *no
            && seat.call == Some(call.id)
            && seat.account.as_ref() == Some(&who.person.account)
    };
    Ok(seats(core).await?.iter().any(writes_up))
}

/// A call as the asker may see it: the number only of their own.
pub async fn seen(core: &Core, who: &Who, call: Call) -> Result<Call, ApiError> {
    let own = is_own(core, who, &call).await?;
    let number = call.number.filter(|_| own);
    Ok(Call { number, ..call })
}

/// A call with the caller's history. Only for the seat that has the call, and for shift leaders.
pub async fn view(core: &Core, who: &Who, id: CallId) -> Result<CallView, ApiError> {
    let call = load(core, id).await?;
    let own = is_own(core, who, &call).await?;
    if !own && !who.person.is(Role::ShiftLeader) {
        return Err(not_found("call", &id));
    }
    let mut view = CallView {
        call,
        name: Line::default(),
        usual_place: Line::default(),
        calls: 1,
        contacts: 1,
        open: Vec::new(),
        recent: Vec::new(),
        callbacks: Vec::new(),
    };
    let Some(number) = &view.call.number else {
        return Ok(view);
    };
    let blind = sealed::blind_number(core.keyring(), number);
    let calls = core.store().calls_from(blind).await;
    view.calls = calls.map_err(|error| fault(&error))?.max(1);
    view.callbacks = callbacks::promised_to(core, who, blind).await?;
    let query = TicketQuery {
        number: Some(blind),
        changed_since: core.now().checked_sub(YEAR).ok(),
        ..TicketQuery::default()
    };
    let (tickets, _) = visible(core, who, query, LOOKED_AT, |_| true).await?;
    let without = tickets
        .iter()
        .filter(|ticket| ticket.call.is_none())
        .count();
    view.contacts = view
        .calls
        .saturating_add(u32::try_from(without).unwrap_or(u32::MAX));
    fill(core, who, &mut view, &tickets);
    if !own {
        view.call.number = None;
        view.callbacks.iter_mut().for_each(|it| it.number = None);
    }
    Ok(view)
}

fn fill(core: &Core, who: &Who, view: &mut CallView, tickets: &[Ticket]) {
    let rows = |open: bool| {
        tickets
            .iter()
            .filter(move |ticket| ticket.state.stage().is_open() == open)
            .take(SHOWN)
            .map(|ticket| row(ticket, &who.person))
            .collect()
    };
    view.open = rows(true);
    view.recent = rows(false);
    // Another may sit at the same telephone: what was said in confidence does not name the caller.
    view.name = tickets
        .iter()
        .map(|ticket| &ticket.request.caller)
        .find(|caller| !caller.confidential && !caller.anonymous && !caller.name.is_blank())
        .map_or_else(Line::default, |caller| caller.name.clone());
    view.usual_place = usual_place(core, tickets);
}

/// The district that most of the tickets are from, in words.
fn usual_place(core: &Core, tickets: &[Ticket]) -> Line {
    let mut counts: BTreeMap<&DistrictCode, u32> = BTreeMap::new();
    for ticket in tickets {
        if let Some(district) = &ticket.request.place.district {
            *counts.entry(district).or_default() += 1;
        }
    }
    let directory = core.directory();
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .and_then(|(code, _)| directory.districts.iter().find(|it| it.code == *code))
        .map_or_else(Line::default, |district| district.name.clone())
}

/// Keeps a seat as it is.
pub async fn save_seat(core: &Core, seat: &Seat) -> Result<(), ApiError> {
    let done = core.store().save_seat(seat.clone()).await;
    done.map_err(|error| fault(&error))
}

/// The other seats at which somebody sits, by number: whom a call can be given to.
pub async fn colleagues(core: &Core, who: &Who) -> Result<Vec<Colleague>, ApiError> {
    let people = super::people::list(core, who).await?;
    let colleague = |seat: Seat| {
        let account = seat.account?;
        let person = people.iter().find(|person| person.account == account)?;
        let taken = seat.state != SeatState::SignedOut && Some(&seat.no) != who.seat.as_ref();
        taken.then(|| Colleague {
            no: seat.no,
            name: person.name.clone(),
            unit: person.unit.clone(),
            roles: person.roles.clone(),
            state: seat.state,
            since: seat.since,
        })
    };
    let seats = seats(core).await?;
    Ok(seats.into_iter().filter_map(colleague).collect())
}

/// All seats ever kept, by number.
pub async fn seats(core: &Core) -> Result<Vec<Seat>, ApiError> {
    core.store().seats().await.map_err(|error| fault(&error))
}
