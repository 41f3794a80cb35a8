//! Consults: asked by whoever has a caller on the line, answered by the experts of a department.

use super::{IdempotencyKey, Who, fault, invalid, kept, not_found, once, refused, require, told};
use crate::domain::consult::{Consult, ConsultAction, ConsultState, MAX_FOUND, may_ask};
use crate::domain::directory::HOTLINE;
use crate::domain::id::ConsultId;
use crate::domain::mask;
use crate::domain::role::{Person, Role};
use crate::protocol::consult::{ConsultChange, Consults, NewConsult};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::server::core::Core;
use crate::server::relay::Audience;
use crate::server::store::{ConsultQuery, ConsultRecord, ConsultWrite, sealed};
use jiff::SignedDuration;

/// How long one that is over is still listed: a shift.
const LISTED: SignedDuration = SignedDuration::from_hours(12);
/// How many are listed.
const LIMIT: u32 = 200;

/// Asks the experts of a department; repeating it asks once. Errors: the person takes no calls; the department has no
/// experts; the form holds more than it may.
pub async fn ask(
    core: &Core,
    who: &Who,
    new: NewConsult,
    key: Option<IdempotencyKey>,
) -> Result<Consult, ApiError> {
    require(may_ask(&who.person))?;
    new.request
        .check()
        .map_err(|error| invalid(error.field, error))?;
    if new.found.len() > MAX_FOUND {
        return Err(invalid("found", format!("at most {MAX_FOUND} are taken")));
    }
    if new.request.accused.as_ref() == Some(&new.department) && new.department.as_str() != HOTLINE {
        return Err(invalid(
            "department",
            "a complaint against this unit cannot go to it (Art. 10, 32)",
        ));
    }
    let people = super::people::list(core, who).await?;
    let answers = |person: &Person| person.is(Role::Expert) && person.unit == new.department;
    if !people.iter().any(answers) {
        return Err(invalid("department", "this department has no experts"));
    }
    let consult = Consult {
        id: new.id,
        version: 1,
        department: new.department,
        call: new.call,
        ticket: new.ticket,
        number: new.number,
        question: new.question,
        request: new.request,
        found: new.found,
        asked: who.stamp(core),
        state: ConsultState::Waiting,
    };
    let write = write(core, who, None, &consult, key.as_ref());
    once(core, who, key.as_ref(), async {
        write.await.map(|()| consult.clone())
    })
    .await
}

/// What concerns the person: own questions, those to their department; for a shift's leader all.
pub async fn list(core: &Core, who: &Who) -> Result<Consults, ApiError> {
    let person = &who.person;
    let now = core.now();
    let all = person.is(Role::ShiftLeader);
    let query = ConsultQuery {
        asker: (!all).then(|| person.account.clone()),
        department: person.is(Role::Expert).then(|| person.unit.clone()),
        since: now.checked_sub(LISTED).unwrap_or(now),
        limit: LIMIT,
    };
    let records = core.store().consults(query).await;
    let records = records.map_err(|error| fault(&error))?;
    let mut consults = records
        .iter()
        .map(|record| sealed::open_consult(core.keyring(), record))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| fault(&error))?;
    consults.retain(|consult| consult.is_seen_by(person));
    let consults = consults.iter().map(|it| seen(it, person)).collect();
    Ok(Consults { consults })
}

/// Does an action to a consult as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: ConsultId,
    change: ConsultChange,
    key: Option<IdempotencyKey>,
) -> Result<Consult, ApiError> {
    let work = async {
        let (record, consult) = load(core, id).await?;
        if !consult.is_seen_by(&who.person) {
            return Err(not_found("consult", &id));
        }
        if consult.version != change.version {
            return Err(ApiError::Stale {
                what: "consult".to_owned(),
                current: consult.version,
                sent: change.version,
            });
        }
        let next = consult
            .after(&change.action, &who.person, &who.stamp(core))
            .map_err(|error| invalid("do", error))?;
        let answer = seen(&next, &who.person);
        write(core, who, Some(&record), &next, key.as_ref()).await?;
        Ok(answer)
    };
    once(core, who, key.as_ref(), work).await
}

/// Somebody leaves: what they had taken waits for their colleagues again.
pub async fn left(core: &Core, who: &Who) -> Result<(), ApiError> {
    if !who.person.is(Role::Expert) {
        return Ok(());
    }
    for consult in list(core, who).await?.consults {
        let own = consult
            .taken_by()
            .is_some_and(|by| by.by.account == who.person.account);
        if own {
            let change = ConsultChange {
                version: consult.version,
                action: ConsultAction::Release,
            };
            // A colleague may have taken it in this moment: then it is in good hands.
            match act(core, who, consult.id, change, None).await {
                Ok(_) | Err(ApiError::Stale { .. } | ApiError::Invalid { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// A consult as a person may see it.
fn seen(consult: &Consult, person: &Person) -> Consult {
    let mut seen = consult.clone();
    if !consult.shows_caller_to(person) {
        (seen.request, seen.question) = mask::asked(&consult.request, &consult.question);
    }
    seen
}

async fn load(core: &Core, id: ConsultId) -> Result<(ConsultRecord, Consult), ApiError> {
    let found = core.store().consult(id).await;
    let record = found
        .map_err(|error| fault(&error))?
        .ok_or_else(|| not_found("consult", &id))?;
    let consult = sealed::open_consult(core.keyring(), &record).map_err(|error| fault(&error))?;
    Ok((record, consult))
}

async fn write(
    core: &Core,
    who: &Who,
    before: Option<&ConsultRecord>,
    consult: &Consult,
    key: Option<&IdempotencyKey>,
) -> Result<(), ApiError> {
    let event = ServerEvent::Consult {
        id: consult.id,
        version: consult.version,
    };
    let audience = Audience::Consult {
        asker: consult.asked.by.account.clone(),
        department: consult.department.clone(),
    };
    let replay = kept(core, who, key, &seen(consult, &who.person))?;
    let key = before.map(|before| &before.key);
    let sealed = sealed::seal_consult(core.keyring(), key, consult);
    let write = ConsultWrite {
        consult: sealed.map_err(|error| fault(&error))?,
        expected: before.map_or(0, |before| before.version),
        outbox: vec![told(core.now(), audience, event, None)?],
        replay,
    };
    core.store()
        .write_consult(write)
        .await
        .map_err(refused("consult", consult.id))
}
