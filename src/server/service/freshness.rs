//! What keeps knowledge fresh: corrections, gaps, what expires, and who changed what when.

use super::uses::misses;
use super::{
    IdempotencyKey, Who, cursor, fault, invalid, kept, not_found, once, page_size, place, refused,
    require,
};
use crate::domain::clock::{civil_day, day_end};
use crate::domain::id::CorrectionId;
use crate::domain::knowledge::{Asked, Correction, gather, may_correct};
use crate::domain::mask;
use crate::domain::role;
use crate::domain::text::Line;
use crate::domain::ticket::{AnswerSource, Stage, State, Ticket};
use crate::protocol::draft::{
    CorrectionFilter, Days, EntryVersion, Expiring, ExpiringEntry, Gaps, NewCorrection,
    SettleCorrection,
};
use crate::protocol::error::ApiError;
use crate::protocol::page::{Page, PageRequest};
use crate::server::core::Core;
use crate::server::store::{CorrectionWrite, Place, TicketQuery, sealed};
use jiff::{SignedDuration, ToSpan as _};

/// How many directly closed tickets are looked at for gaps.
const LOOKED_AT: usize = 4_000;
/// How many of them are read at once.
const BATCH: u32 = 500;
/// How many expiring entries are listed.
const EXPIRING: u32 = 2_000;

/// Sends a correction: the entry must be there; a version that is no longer the newest is fine.
pub async fn correct(
    core: &Core,
    who: &Who,
    new: NewCorrection,
    key: Option<IdempotencyKey>,
) -> Result<Correction, ApiError> {
    require(may_correct(&who.person))?;
    let work = async {
        let found = core.store().entry(new.code.clone()).await;
        let entry = found.map_err(|error| fault(&error))?;
        let entry = entry.ok_or_else(|| not_found("entry", &new.code))?;
        let correction = Correction {
            id: new.id,
            version: 1,
            code: new.code,
            entry_version: new.entry_version,
            question: entry.entry.question,
            note: new.note,
            made: who.stamp(core),
            settled: None,
        };
        keep(core, who, (0, correction), key.as_ref()).await
    };
    once(core, who, key.as_ref(), work).await
}

async fn keep(
    core: &Core,
    who: &Who,
    (expected, correction): (u64, Correction),
    key: Option<&IdempotencyKey>,
) -> Result<Correction, ApiError> {
    let write = CorrectionWrite {
        correction: correction.clone(),
        expected,
        replay: kept(core, who, key, &correction)?,
    };
    let done = core.store().write_correction(write).await;
    done.map_err(refused("correction", correction.id))?;
    Ok(correction)
}

/// Settles a correction as it was at the version the editor saw.
pub async fn settle(
    core: &Core,
    who: &Who,
    id: CorrectionId,
    request: SettleCorrection,
    key: Option<IdempotencyKey>,
) -> Result<Correction, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let work = async {
        let found = core.store().correction(id).await;
        let correction = found.map_err(|error| fault(&error))?;
        let correction = correction.ok_or_else(|| not_found("correction", &id))?;
        if correction.version != request.version {
            return Err(ApiError::Stale {
                what: "correction".to_owned(),
                current: correction.version,
                sent: request.version,
            });
        }
        let verdict = (request.verdict, request.note);
        let next = correction
            .settle(verdict, &who.person, who.stamp(core))
            .map_err(|refusal| ApiError::Refused { refusal })?;
        keep(core, who, (correction.version, next), key.as_ref()).await
    };
    once(core, who, key.as_ref(), work).await
}

/// Corrections, open or settled, newest first.
pub async fn corrections(
    core: &Core,
    who: &Who,
    filter: CorrectionFilter,
) -> Result<Page<Correction>, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let size = page_size(filter.limit)?;
    let after = place(filter.after.as_deref())?;
    let limit = u32::try_from(size + 1).unwrap_or(u32::MAX);
    let found = core.store().corrections(filter.settled, after, limit).await;
    let mut items = found.map_err(|error| fault(&error))?;
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| more);
    let next = last.map(|last| {
        cursor(Place {
            ms: last.made.at.as_millisecond(),
            id: last.id.0,
        })
    });
    Ok(Page { items, next })
}

pub(super) fn days(request: Days) -> Result<u16, ApiError> {
    match request.days {
        None => Ok(30),
        Some(days @ 1..=366) => Ok(days),
        Some(_) => Err(invalid("days", "1 to 366 are expected")),
    }
}

/// What expires in the days to come, by department and then by day.
pub async fn expiring(core: &Core, who: &Who, request: Days) -> Result<Expiring, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let today = civil_day(core.now());
    let until = today.saturating_add(i64::from(days(request)?).days());
    let found = core
        .store()
        .expiring_entries((today, until), EXPIRING)
        .await;
    let mut entries: Vec<ExpiringEntry> = found
        .map_err(|error| fault(&error))?
        .into_iter()
        .filter_map(|it| {
            Some(ExpiringEntry {
                until: it.entry.valid_until?,
                department: it.entry.department,
                code: it.entry.code,
                version: it.version,
                question: it.entry.question,
            })
        })
        .collect();
    entries
        .sort_by(|one, other| (&one.department, one.until).cmp(&(&other.department, other.until)));
    Ok(Expiring { entries })
}

/// What of a ticket is a gap: answered out of no source. What its caller wants kept secret, and complaints against
/// a unit, are not put before the editors.
fn gap(ticket: &Ticket, at: jiff::Timestamp) -> Option<Asked> {
    let State::ClosedDirectly(answer) = &ticket.state else {
        return None;
    };
    let request = &ticket.request;
    let shown = !request.caller.confidential && request.accused.is_none();
    (shown && answer.source == AnswerSource::None).then(|| Asked {
        ticket: Some(ticket.id),
        count: 1,
        item: request.item.clone(),
        // Editors see no ticket: what they read of one names no caller.
        title: mask::hidden(ticket).request.title,
        at,
    })
}

/// What was answered out of no source, or searched for in vain, in the days past, gathered by what is alike.
pub async fn gaps(core: &Core, who: &Who, request: Days) -> Result<Gaps, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let span = SignedDuration::from_hours(24 * i64::from(days(request)?));
    let since = core.now().checked_sub(span).ok();
    let (mut asked, mut looked_at) = (Vec::new(), 0_usize);
    let mut after = None;
    let cut = loop {
        if looked_at >= LOOKED_AT {
            break true;
        }
        let query = TicketQuery {
            stages: vec![Stage::ClosedDirectly],
            changed_since: since,
            after,
            limit: BATCH,
            ..TicketQuery::default()
        };
        let found = core.store().tickets(query).await;
        let records = found.map_err(|error| fault(&error))?;
        for record in &records {
            let ticket = sealed::open_ticket(core.keyring(), record);
            let ticket = ticket.map_err(|error| fault(&error))?;
            asked.extend(gap(&ticket, ticket.opened.at));
        }
        looked_at += records.len();
        match records.last() {
            Some(last) if records.len() >= BATCH as usize => {
                after = Some(Place {
                    ms: last.changed.as_millisecond(),
                    id: last.id.0,
                });
            }
            _ => break false,
        }
    };
    for miss in misses(core, request).await? {
        asked.push(Asked {
            ticket: None,
            item: None,
            title: Line::lossy(&miss.query),
            at: day_end(miss.last),
            count: miss.missed,
        });
    }
    let mut gaps = gather(asked);
    gaps.truncate(200);
    Ok(Gaps {
        gaps,
        looked_at: looked_at as u64,
        cut,
    })
}

/// Who changed what when, newest first; the cursor is a revision.
pub async fn changes(
    core: &Core,
    who: &Who,
    request: PageRequest,
) -> Result<Page<EntryVersion>, ApiError> {
    require(role::may_write_knowledge(&who.person) || role::may_read_log(&who.person))?;
    let size = page_size(request.limit)?;
    let before = match request.after.as_deref() {
        None => u64::MAX,
        Some(after) => after
            .parse()
            .map_err(|_| invalid("after", "the `next` of the page before is expected"))?,
    };
    let limit = u32::try_from(size + 1).unwrap_or(u32::MAX);
    let found = core.store().knowledge_changes(before, limit).await;
    let mut items = found.map_err(|error| fault(&error))?;
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().filter(|_| more);
    let next = last.map(|last| last.entry.revision.to_string());
    Ok(Page { items, next })
}
