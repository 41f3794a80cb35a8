//! Promises to call back: made, listed, done.

use super::{
    IdempotencyKey, Who, cursor, fault, invalid, kept, not_found, once, page_size, place, refused,
    require, told,
};
use crate::domain::call::Call;
use crate::domain::callback::{Callback, CallbackAction, CallbackReason, CallbackStatus};
use crate::domain::clock::{civil_day, day_end};
use crate::domain::id::CallbackId;
use crate::domain::mask;
use crate::domain::role;
use crate::domain::role::Role;
use crate::domain::text::Line;
use crate::domain::ticket::Ticket;
use crate::protocol::callback::{CallbackChange, CallbackFilter, CallbackScope, NewCallback};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::page::Page;
use crate::server::core::Core;
use crate::server::relay::Audience;
use crate::server::store::{
    CallbackQuery, CallbackRecord, CallbackWrite, OutboxNew, Place, ReplayRecord, StoreError,
    sealed,
};
use jiff::{SignedDuration, Timestamp};

/// How far ahead `due_soon` looks.
const SOON: SignedDuration = SignedDuration::from_hours(1);

/// Makes a promise. Without a number it takes the ticket's caller, else that of the call. One that comes after
/// its time, because the line was down, is kept and due at once.
pub async fn schedule(
    core: &Core,
    who: &Who,
    new: NewCallback,
    key: Option<IdempotencyKey>,
) -> Result<Callback, ApiError> {
    require(role::may_list_callbacks(&who.person))?;
    once(core, who, key.as_ref(), make(core, who, new, key.as_ref())).await
}

async fn make(
    core: &Core,
    who: &Who,
    new: NewCallback,
    key: Option<&IdempotencyKey>,
) -> Result<Callback, ApiError> {
    let made = who.stamp(core);
    let mut callback = Callback {
        id: new.id,
        version: 1,
        reason: CallbackReason::Promised,
        ticket: new.ticket,
        ticket_number: None,
        call: new.call,
        number: new.number,
        name: new.name,
        note: new.note,
        due: new.due,
        owner: new.owner,
        attempts: 0,
        made,
        status: CallbackStatus::Scheduled,
    };
    find_caller(core, who, &mut callback).await?;
    if callback.number.is_none() {
        return Err(invalid(
            "number",
            "neither it nor the ticket nor the call tells you whom to ring",
        ));
    }
    write(core, who, None, (&callback, &callback), key).await?;
    Ok(callback)
}

/// Fills in whom to ring, as far as the asker may see it: from the ticket, else from a call of their own seat.
async fn find_caller(core: &Core, who: &Who, callback: &mut Callback) -> Result<(), ApiError> {
    if let Some(id) = callback.ticket {
        let (_, ticket) = super::tickets::load(core, who, id).await?;
        callback.ticket_number = Some(ticket.number);
        let caller = &ticket.request.caller;
        let may_see = role::may_see_caller(&who.person, &ticket);
        if may_see && callback.number.is_none() {
            callback.number = caller.reach_at().cloned();
        }
        if may_see && callback.name.is_blank() {
            callback.name = if caller.contact_name.is_blank() {
                caller.name.clone()
            } else {
                caller.contact_name.clone()
            };
        }
    }
    if let (None, Some(id)) = (&callback.number, callback.call) {
        let call = super::calls::load(core, id).await?;
        if super::calls::is_own(core, who, &call).await? {
            callback.number = call.number;
        }
    }
    Ok(())
}

/// The call-back of a call whose caller gave up (漏接回拨), due at once; nothing when the line showed no number.
/// Made once a call, however often it is asked for.
pub async fn abandoned(core: &Core, call: &Call) -> Result<Option<Callback>, ApiError> {
    if call.number.is_none() {
        return Ok(None);
    }
    let who = Who::system()?;
    let callback = Callback {
        // The call's own identifier: a call makes one at most.
        id: CallbackId(call.id.0),
        version: 1,
        reason: CallbackReason::Abandoned,
        ticket: None,
        ticket_number: None,
        call: Some(call.id),
        number: call.number.clone(),
        name: Line::default(),
        note: Line::default(),
        due: call.offered_at,
        owner: None,
        attempts: 0,
        made: who.stamp(core),
        status: CallbackStatus::Scheduled,
    };
    match write(core, &who, None, (&callback, &callback), None).await {
        Err(ApiError::Exists { .. }) => Ok(Some(load(core, &callback.id).await?.1)),
        done => done.map(|()| Some(callback)),
    }
}

/// The call-backs that pass the filter and that the asker may see, the one due first first.
pub async fn list(
    core: &Core,
    who: &Who,
    filter: CallbackFilter,
) -> Result<Page<Callback>, ApiError> {
    let person = &who.person;
    require(role::may_list_callbacks(person))?;
    let size = page_size(filter.limit)?;
    let now = core.now();
    let all = person.is_any(&[Role::CallbackClerk, Role::ShiftLeader]);
    let mine = filter.scope == CallbackScope::Mine;
    let query = CallbackQuery {
        finished_since: (filter.scope == CallbackScope::Finished).then(|| day_begin(now)),
        owner: (mine || !all).then(|| person.account.clone()),
        team: !mine,
        abandoned: filter.scope == CallbackScope::Abandoned,
        due_before: (filter.scope == CallbackScope::DueSoon)
            .then(|| now.checked_add(SOON).unwrap_or(now)),
        number: None,
        after: place(filter.after.as_deref())?,
        limit: u32::try_from(size + 1).unwrap_or(u32::MAX),
    };
    let mut records = core
        .store()
        .callbacks(query)
        .await
        .map_err(|error| fault(&error))?;
    let more = records.len() > size;
    records.truncate(size);
    let next = records.last().filter(|_| more).map(|last| {
        cursor(Place {
            ms: last.due.as_millisecond(),
            id: last.id.0,
        })
    });
    Ok(Page {
        items: seen(core, who, open(core, &records)?).await?,
        next,
    })
}

/// The last midnight.
fn day_begin(now: Timestamp) -> Timestamp {
    civil_day(now).yesterday().map_or(now, day_end)
}

/// The open call-backs promised to a number, as the asker may see them.
pub(super) async fn promised_to(
    core: &Core,
    who: &Who,
    number: [u8; 16],
) -> Result<Vec<Callback>, ApiError> {
    let query = CallbackQuery {
        number: Some(number),
        limit: 20,
        ..CallbackQuery::default()
    };
    let records = core.store().callbacks(query).await;
    let mut callbacks = open(core, &records.map_err(|error| fault(&error))?)?;
    callbacks.retain(|callback| role::may_see_callback(&who.person, callback));
    seen(core, who, callbacks).await
}

/// The ticket that a call-back is about, if what of it may be seen hangs on that.
async fn about(core: &Core, who: &Who, callback: &Callback) -> Result<Option<Ticket>, ApiError> {
    let Some(id) = callback.ticket else {
        return Ok(None);
    };
    if callback.owner.as_ref() == Some(&who.person.account) {
        return Ok(None);
    }
    let record = core.store().ticket(id).await;
    record
        .and_then(|record| {
            record
                .map(|record| sealed::open_ticket(core.keyring(), &record))
                .transpose()
        })
        .map_err(|error| fault(&error))
}

/// Call-backs as the asker may see them: masked like the tickets they are about.
async fn seen(core: &Core, who: &Who, callbacks: Vec<Callback>) -> Result<Vec<Callback>, ApiError> {
    let mut seen = Vec::with_capacity(callbacks.len());
    for callback in callbacks {
        let ticket = about(core, who, &callback).await?;
        seen.push(mask::callback(&callback, ticket.as_ref(), &who.person));
    }
    Ok(seen)
}

fn open(core: &Core, records: &[CallbackRecord]) -> Result<Vec<Callback>, ApiError> {
    records
        .iter()
        .map(|record| sealed::open_callback(core.keyring(), record))
        .collect::<Result<_, StoreError>>()
        .map_err(|error| fault(&error))
}

async fn load(core: &Core, id: &CallbackId) -> Result<(CallbackRecord, Callback), ApiError> {
    let found = core.store().callback(*id).await;
    let record = found
        .map_err(|error| fault(&error))?
        .ok_or_else(|| not_found("callback", &*id))?;
    let callback = sealed::open_callback(core.keyring(), &record).map_err(|error| fault(&error))?;
    Ok((record, callback))
}

/// Does an action to a call-back as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: CallbackId,
    change: CallbackChange,
    key: Option<IdempotencyKey>,
) -> Result<Callback, ApiError> {
    once(
        core,
        who,
        key.as_ref(),
        act_on(core, who, id, change, key.as_ref()),
    )
    .await
}

async fn act_on(
    core: &Core,
    who: &Who,
    id: CallbackId,
    change: CallbackChange,
    key: Option<&IdempotencyKey>,
) -> Result<Callback, ApiError> {
    let (record, callback) = load(core, &id).await?;
    if !role::may_see_callback(&who.person, &callback) {
        return Err(not_found("callback", &id));
    }
    if callback.version != change.version {
        return Err(ApiError::Stale {
            what: "callback".to_owned(),
            current: callback.version,
            sent: change.version,
        });
    }
    if change.action == CallbackAction::Take {
        let ticket = about(core, who, &callback).await?;
        callback
            .may_be_taken(&who.person, ticket.as_ref())
            .map_err(|error| invalid("do", error))?;
    }
    let next = callback
        .after(&change.action, &who.stamp(core))
        .map_err(|error| invalid("do", error))?;
    let ticket = about(core, who, &next).await?;
    let answer = mask::callback(&next, ticket.as_ref(), &who.person);
    write(core, who, Some(&record), (&next, &answer), key).await?;
    Ok(answer)
}

async fn write(
    core: &Core,
    who: &Who,
    before: Option<&CallbackRecord>,
    (callback, answer): (&Callback, &Callback),
    key: Option<&IdempotencyKey>,
) -> Result<(), ApiError> {
    let replay = kept(core, who, key, answer)?;
    let outbox = notice(core, before, callback)?;
    keep(core, before, callback, outbox, replay).await
}

async fn keep(
    core: &Core,
    before: Option<&CallbackRecord>,
    callback: &Callback,
    outbox: Vec<OutboxNew>,
    replay: Option<ReplayRecord>,
) -> Result<(), ApiError> {
    let key = before.map(|before| &before.key);
    let sealed = sealed::seal_callback(core.keyring(), key, callback);
    let write = CallbackWrite {
        callback: sealed.map_err(|error| fault(&error))?,
        expected: before.map_or(0, |before| before.version),
        outbox,
        replay,
    };
    core.store()
        .write_callback(write)
        .await
        .map_err(refused("callback", callback.id))
}

/// Its owner and the one before are told, or the team.
fn notice(
    core: &Core,
    before: Option<&CallbackRecord>,
    callback: &Callback,
) -> Result<Vec<OutboxNew>, ApiError> {
    let mut owners = vec![callback.owner.clone()];
    if let Some(before) = before
        && before.owner != callback.owner
    {
        owners.push(before.owner.clone());
    }
    let tell = |owner| {
        let event = ServerEvent::Callback {
            id: callback.id,
            version: callback.version,
        };
        told(core.now(), Audience::Callback { owner }, event, None)
    };
    owners.into_iter().map(tell).collect()
}
