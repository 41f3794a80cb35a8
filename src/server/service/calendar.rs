//! The working calendar: imported holiday notices over the built-in ones, and what follows from an import. The new
//! notices count for every change from the import on; then each open ticket's provisional deadlines are worked out
//! again, one transaction a ticket. A walk that was cut off is taken up when the server starts again.

use super::{Who, fault, invalid, require, tickets};
use crate::domain::calendar::{MAX_NOTICE_DAYS, check_notices};
use crate::domain::lifecycle::recount;
use crate::domain::role;
use crate::domain::text::Line;
use crate::protocol::calendar::{CalendarAnswer, CalendarImported, ImportCalendar};
use crate::protocol::error::ApiError;
use crate::server::core::Core;

/// How many tickets are asked for at once.
const PAGE: u32 = 500;

/// The notices in force.
pub async fn get(core: &Core) -> Result<CalendarAnswer, ApiError> {
    let notices = core.store().calendar().await;
    let notices = notices.map_err(|error| fault(&error))?;
    Ok(CalendarAnswer {
        version: notices.version,
        days: notices.days,
        provisional_from: core.clocks().calendar.provisional_from(),
    })
}

/// Puts notices in force and works out what was provisional again. Repeating it changes nothing, so it takes no
/// idempotency key. Errors: a day that cannot stand refuses the whole.
pub async fn import(
    core: &Core,
    who: &Who,
    import: ImportCalendar,
) -> Result<CalendarImported, ApiError> {
    require(role::may_import_calendar(&who.person))?;
    if !(1..=MAX_NOTICE_DAYS).contains(&import.days.len()) {
        let expected = format!("1 to {MAX_NOTICE_DAYS} days are expected");
        return Err(invalid("days", expected));
    }
    check_notices(&import.days)
        .map_err(|(at, problem)| invalid(&format!("days[{at}]"), problem))?;
    let (core, who) = (core.clone(), who.clone());
    // A task of its own: an asker who goes away does not leave half of the tickets behind.
    let work = tokio::spawn(async move { put(&core, &who, import).await });
    work.await.map_err(|_| ApiError::Unavailable)?
}

async fn put(core: &Core, who: &Who, import: ImportCalendar) -> Result<CalendarImported, ApiError> {
    let _alone = core.imports().await;
    let (version, changed) = {
        let _anew = core.counts_anew().await;
        let by = who.person.account.clone();
        let put = core.store().put_calendar(import.days, by, core.now()).await;
        let put = put.map_err(|error| fault(&error))?;
        let notices = core.store().calendar().await;
        core.set_notices(&notices.map_err(|error| fault(&error))?.days);
        put
    };
    let moved = count_again(core, who).await?;
    tracing::info!(version, changed, moved, "holiday notices were imported");
    Ok(CalendarImported {
        version,
        changed,
        moved,
    })
}

/// Takes up a walk over tickets that an earlier process did not finish.
pub async fn take_up(core: &Core) -> Result<(), ApiError> {
    let _alone = core.imports().await;
    let moved = count_again(core, &Who::system()?).await?;
    if moved > 0 {
        tracing::info!(moved, "deadlines were counted again after a restart");
    }
    Ok(())
}

/// Works out every open ticket's provisional deadlines again, unless that is done already; answers how many moved.
async fn count_again(core: &Core, who: &Who) -> Result<u64, ApiError> {
    let notices = core.store().calendar().await;
    let notices = notices.map_err(|error| fault(&error))?;
    if notices.counted {
        return Ok(0);
    }
    let clocks = core.clocks();
    let reason = Line::lossy(&format!("工作日历第 {} 版", notices.version));
    let (mut after, mut moved) = (None, 0);
    loop {
        let page = core.store().open_tickets(after, PAGE).await;
        let page = page.map_err(|error| fault(&error))?;
        for id in &page {
            let what = |ticket: &_, events: &[_]| recount(ticket, events, &clocks, &reason);
            moved += u64::from(tickets::note(core, who, *id, what).await?);
        }
        match page.last() {
            Some(last) => after = Some(*last),
            None => break,
        }
    }
    let counted = core.store().calendar_counted(notices.version).await;
    counted.map_err(|error| fault(&error))?;
    Ok(moved)
}
