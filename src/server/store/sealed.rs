//! Between the domain's things and what is kept of them: names and telephones are sealed here, for every engine,
//! under a key per ticket, call-back or call that the master key wraps. Texts stay readable for searching.

use super::{
    Blind, CallRecord, CallbackRecord, ConsultRecord, EventRecord, ReplayRecord, StoreError,
    TicketRecord,
};
use crate::crypto::{self, FieldKey, Keyring, WrappedKey, chain};
use crate::domain::call::Call;
use crate::domain::callback::{Callback, CallbackReason, CallbackStatus};
use crate::domain::caller::{Caller, Telephone};
use crate::domain::consult::Consult;
use crate::domain::id::{Account, TicketId};
use crate::domain::lifecycle::{Event, EventKind};
use crate::domain::mask;
use crate::domain::text::Line;
use crate::domain::ticket::{Stage, State, Ticket};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A document with what is sealed of it, in hex.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    plain: T,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sealed: Option<String>,
}

/// What of a call-back is sealed.
#[derive(Serialize, Deserialize)]
struct Reach {
    number: Option<Telephone>,
    name: Line,
}

fn write<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|_| StoreError::Fault("a document cannot be written as JSON".to_owned()))
}

/// The error says where, never what: the parser's own words may repeat a value.
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(text).map_err(|error| {
        StoreError::Fault(format!(
            "a kept document cannot be read at line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}

fn seal<T: Serialize>(key: &FieldKey, context: &str, value: &T) -> Result<String, StoreError> {
    Ok(crypto::hex(&key.seal(context, write(value)?.as_bytes())?))
}

fn open<T: DeserializeOwned>(key: &FieldKey, context: &str, hex: &str) -> Result<T, StoreError> {
    let sealed = crypto::unhex(hex).ok_or(crypto::CryptoError::DoesNotOpen)?;
    read(&key.open(context, &sealed)?)
}

/// What of a caller may be kept unsealed.
fn public(caller: &Caller) -> Caller {
    Caller {
        kind: caller.kind,
        confidential: caller.confidential,
        anonymous: caller.anonymous,
        no_answer_wanted: caller.no_answer_wanted,
        ..Caller::default()
    }
}

fn caller_context(id: TicketId) -> String {
    format!("ticket/{id}/caller")
}

fn event_context(id: TicketId, version: u64) -> String {
    format!("ticket/{id}/event/{version}/caller")
}

/// The blind index of a whole number.
pub fn blind_number(keyring: &Keyring, number: &Telephone) -> Blind {
    keyring.blind("telephone", number.digits())
}

/// A ticket with its new events as they are kept. `before` is what was kept of it, nothing for a new one.
pub fn seal_ticket(
    keyring: &Keyring,
    before: Option<&TicketRecord>,
    ticket: &Ticket,
    events: &[Event],
) -> Result<(TicketRecord, Vec<EventRecord>), StoreError> {
    let (wrapped, key) = match before {
        Some(before) => (before.key.clone(), keyring.unwrap(&before.key)?),
        None => keyring.new_key()?,
    };
    let mut head = before.map_or(chain::START, |before| before.head);
    let mut kept = Vec::with_capacity(events.len());
    for event in events {
        let json = seal_event(&key, ticket.id, event)?;
        head = chain::link(&head, json.as_bytes());
        kept.push(EventRecord {
            version: event.version,
            at: event.stamp.at,
            json,
            link: head,
        });
    }
    let caller = &ticket.request.caller;
    let mut plain = ticket.clone();
    plain.request.caller = public(caller);
    let doc = write(&Kept {
        plain: &plain,
        sealed: Some(seal(&key, &caller_context(ticket.id), caller)?),
    })?;
    let [title, text] = mask::searchable(ticket);
    let reach: Vec<&Telephone> = caller.number.iter().chain(&caller.contact).collect();
    let numbers = reach.iter().map(|number| blind_number(keyring, number));
    let record = TicketRecord {
        id: ticket.id,
        number: ticket.number,
        version: ticket.version,
        head,
        key: wrapped,
        doc,
        stage: ticket.state.stage(),
        units: ticket.state.dispatch().map_or_else(Vec::new, |to| {
            std::iter::once(&to.lead)
                .chain(&to.co_units)
                .cloned()
                .collect()
        }),
        opened_by: ticket.opened.by.account.clone(),
        lane: caller.kind,
        due: due(ticket).map(|deadline| deadline.due),
        changed: ticket.changed_at,
        opened: ticket.opened.at,
        title,
        text,
        numbers: numbers.collect(),
        main: match &ticket.state {
            State::Merged { main, .. } => Some(*main),
            _ => None,
        },
        asks: ticket.state.stage() == Stage::InHand
            && (ticket.work.extension_asked().is_some() || ticket.work.stage_asked().is_some()),
    };
    Ok((record, kept))
}

/// The clock that ends first, while the ticket is open.
pub fn due(ticket: &Ticket) -> Option<&crate::domain::clock::Deadline> {
    if !ticket.state.stage().is_open() {
        return None;
    }
    // A staged answer that was agreed to keeps the law's 5 days (Art. 24): the final one is due by its day.
    let total = ticket
        .total_due
        .as_ref()
        .filter(|_| ticket.work.followed_up().is_none());
    ticket
        .unit_due
        .iter()
        .chain(total)
        .min_by_key(|deadline| deadline.due)
}

fn seal_event(key: &FieldKey, id: TicketId, event: &Event) -> Result<String, StoreError> {
    let mut plain = event.clone();
    let sealed = match &mut plain.kind {
        EventKind::Opened { request, .. } | EventKind::Amended { request } => {
            let caller = std::mem::take(&mut request.caller);
            request.caller = public(&caller);
            Some(seal(key, &event_context(id, event.version), &caller)?)
        }
        _ => None,
    };
    write(&Kept { plain, sealed })
}

/// A kept ticket with its caller.
pub fn open_ticket(keyring: &Keyring, record: &TicketRecord) -> Result<Ticket, StoreError> {
    let kept: Kept<Ticket> = read(record.doc.as_bytes())?;
    let mut ticket = kept.plain;
    if let Some(sealed) = kept.sealed {
        let key = keyring.unwrap(&record.key)?;
        ticket.request.caller = open(&key, &caller_context(record.id), &sealed)?;
    }
    Ok(ticket)
}

/// A kept ticket's events with the callers in them.
pub fn open_events(
    keyring: &Keyring,
    ticket: &TicketRecord,
    events: &[EventRecord],
) -> Result<Vec<Event>, StoreError> {
    let key = keyring.unwrap(&ticket.key)?;
    let event = |record: &EventRecord| {
        let kept: Kept<Event> = read(record.json.as_bytes())?;
        let mut event = kept.plain;
        if let (Some(sealed), EventKind::Opened { request, .. } | EventKind::Amended { request }) =
            (kept.sealed, &mut event.kind)
        {
            request.caller = open(&key, &event_context(ticket.id, record.version), &sealed)?;
        }
        Ok(event)
    };
    events.iter().map(event).collect()
}

/// A call-back as it is kept, under the key it has, or a new one.
pub fn seal_callback(
    keyring: &Keyring,
    before: Option<&WrappedKey>,
    callback: &Callback,
) -> Result<CallbackRecord, StoreError> {
    let (wrapped, key) = match before {
        Some(before) => (before.clone(), keyring.unwrap(before)?),
        None => keyring.new_key()?,
    };
    let mut plain = callback.clone();
    let reach = Reach {
        number: plain.number.take(),
        name: std::mem::take(&mut plain.name),
    };
    let sealed = seal(&key, &format!("callback/{}", callback.id), &reach)?;
    Ok(CallbackRecord {
        id: callback.id,
        version: callback.version,
        ticket: callback.ticket,
        owner: callback.owner.clone(),
        abandoned: callback.reason == CallbackReason::Abandoned,
        due: callback.due,
        finished: match &callback.status {
            CallbackStatus::Scheduled => None,
            CallbackStatus::Done { stamp, .. } | CallbackStatus::Missed { stamp, .. } => {
                Some(stamp.at)
            }
        },
        number: reach
            .number
            .as_ref()
            .map(|number| blind_number(keyring, number)),
        key: wrapped,
        doc: write(&Kept {
            plain,
            sealed: Some(sealed),
        })?,
    })
}

/// A kept call-back with whom to call.
pub fn open_callback(keyring: &Keyring, record: &CallbackRecord) -> Result<Callback, StoreError> {
    let kept: Kept<Callback> = read(record.doc.as_bytes())?;
    let mut callback = kept.plain;
    if let Some(sealed) = kept.sealed {
        let key = keyring.unwrap(&record.key)?;
        let reach: Reach = open(&key, &format!("callback/{}", record.id), &sealed)?;
        (callback.number, callback.name) = (reach.number, reach.name);
    }
    Ok(callback)
}

/// A consult as it is kept, all of it sealed, under the key it has, or a new one.
pub fn seal_consult(
    keyring: &Keyring,
    before: Option<&WrappedKey>,
    consult: &Consult,
) -> Result<ConsultRecord, StoreError> {
    let (wrapped, key) = match before {
        Some(before) => (before.clone(), keyring.unwrap(before)?),
        None => keyring.new_key()?,
    };
    let context = format!("consult/{}", consult.id);
    Ok(ConsultRecord {
        id: consult.id,
        version: consult.version,
        department: consult.department.clone(),
        asker: consult.asked.by.account.clone(),
        open: consult.is_open(),
        asked: consult.asked.at,
        changed: consult.changed_at(),
        key: wrapped,
        doc: seal(&key, &context, consult)?,
    })
}

/// A kept consult.
pub fn open_consult(keyring: &Keyring, record: &ConsultRecord) -> Result<Consult, StoreError> {
    let key = keyring.unwrap(&record.key)?;
    open(&key, &format!("consult/{}", record.id), &record.doc)
}

/// A call as it is kept. Each time under a new key: only the newest state of a call is kept.
pub fn seal_call(keyring: &Keyring, call: &Call) -> Result<CallRecord, StoreError> {
    let (wrapped, key) = keyring.new_key()?;
    let mut plain = call.clone();
    let number = plain.number.take();
    let context = format!("call/{}", call.id);
    Ok(CallRecord {
        id: call.id,
        offered: call.offered_at,
        over: call.ended_at.is_some(),
        number: number.as_ref().map(|number| blind_number(keyring, number)),
        key: wrapped,
        doc: write(&Kept {
            plain,
            sealed: number
                .map(|number| seal(&key, &context, &number))
                .transpose()?,
        })?,
    })
}

/// A kept call with its number.
pub fn open_call(keyring: &Keyring, record: &CallRecord) -> Result<Call, StoreError> {
    let kept: Kept<Call> = read(record.doc.as_bytes())?;
    let mut call = kept.plain;
    if let Some(sealed) = kept.sealed {
        let key = keyring.unwrap(&record.key)?;
        call.number = Some(open(&key, &format!("call/{}", record.id), &sealed)?);
    }
    Ok(call)
}

/// An answer to an idempotency key as it is kept.
pub fn seal_answer<T: Serialize>(
    keyring: &Keyring,
    account: &Account,
    (key, body): (&str, [u8; 32]),
    at: Timestamp,
    answer: &T,
) -> Result<ReplayRecord, StoreError> {
    let (wrapped, field) = keyring.new_key()?;
    let context = format!("replay/{account}/{key}");
    Ok(ReplayRecord {
        account: account.clone(),
        key: key.to_owned(),
        body,
        at,
        wrapped,
        sealed: field.seal(&context, write(answer)?.as_bytes())?,
    })
}

/// A kept answer.
pub fn open_answer<T: DeserializeOwned>(
    keyring: &Keyring,
    record: &ReplayRecord,
) -> Result<T, StoreError> {
    let context = format!("replay/{}/{}", record.account, record.key);
    read(
        &keyring
            .unwrap(&record.wrapped)?
            .open(&context, &record.sealed)?,
    )
}
