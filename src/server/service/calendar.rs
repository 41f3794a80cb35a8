//! The working calendar: imported holiday notices over the built-in ones, and what follows from an import. The new
//! notices count for every change from the import on; then, beside the requests, each open ticket's provisional deadlines
//! are worked out again, one transaction a ticket. A walk that was cut off is taken up when the server starts again.

use super::{Who, fault, invalid, require, tickets};
use crate::domain::calendar::{MAX_NOTICE_DAYS, NoticeDay, check_notices};
use crate::domain::clock::civil_day;
use crate::domain::lifecycle::recount;
use crate::domain::role;
use crate::domain::text::Line;
use crate::protocol::calendar::{CalendarAnswer, CalendarImported, ImportCalendar};
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use jiff::civil::Date;
use std::sync::Arc;

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

/// Puts notices in force; what was provisional is worked out again after the answer. Repeating it changes nothing, so it takes no
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
    if let Some(at) = too_far(&import.days, civil_day(core.now())) {
        let problem = "a day of this year, of next year or before is expected: no notice speaks of later ones";
        return Err(invalid(&format!("days[{at}].date"), problem));
    }
    let (core, who) = (core.clone(), who.clone());
    // A task of its own: an asker who goes away does not leave the notices kept and not in force.
    let work = tokio::spawn(async move { put(&core, who, import).await });
    work.await.map_err(|_| ApiError::Unavailable)?
}

/// The first day of a list that lies after the end of next year. The council announces no year further ahead, and a
/// slip of the year (2072 for 2027) would make every deadline until then firm.
fn too_far(days: &[NoticeDay], today: Date) -> Option<usize> {
    let last = today.year().saturating_add(1);
    days.iter().position(|day| day.date.year() > last)
}

async fn put(core: &Core, who: Who, import: ImportCalendar) -> Result<CalendarImported, ApiError> {
    let (version, changed) = {
        let _anew = core.counts_anew().await;
        let by = who.person.account.clone();
        let put = core.store().put_calendar(import.days, by, core.now()).await;
        let put = put.map_err(|error| fault(&error))?;
        let notices = core.store().calendar().await;
        let notices = notices.map_err(|error| fault(&error))?;
        core.set_notices(notices.version, &notices.days);
        put
    };
    tracing::info!(version, changed, "holiday notices were imported");
    // Nobody waits for the walk: over many tickets it takes longer than an asker's patience.
    let core = core.clone();
    tokio::spawn(async move { walk(&core, &who).await });
    Ok(CalendarImported { version, changed })
}

/// Takes up a walk over tickets that an earlier process did not finish. What goes wrong is in the log: the server
/// serves without it, and the next start tries again.
pub async fn take_up(core: &Core) {
    match Who::system() {
        Ok(who) => walk(core, &who).await,
        Err(error) => tracing::error!(%error, "deadlines are not counted again"),
    }
}

async fn walk(core: &Core, who: &Who) {
    let _alone = core.walks().await;
    match count_again(core, who).await {
        Ok(0) => {}
        Ok(moved) => tracing::info!(moved, "deadlines were counted again by the notices"),
        Err(error) => {
            tracing::error!(%error, "deadlines are not all counted again; the next start or import tries again");
        }
    }
}

/// Works out every open ticket's provisional deadlines again, unless that is done already; answers how many moved. A
/// ticket that cannot be opened is passed over, and the walk stays undone; so does one that later notices overtook,
/// which have a walk of their own behind it.
async fn count_again(core: &Core, who: &Who) -> Result<u64, ApiError> {
    let clocks = core.clocks();
    let overtaken = || !Arc::ptr_eq(&clocks, &core.clocks());
    let notices = core.store().calendar().await;
    let notices = notices.map_err(|error| fault(&error))?;
    if notices.counted {
        return Ok(0);
    }
    let reason = Line::lossy(&format!("工作日历第 {} 版", notices.version));
    let (mut after, mut moved, mut left) = (None, 0, false);
    loop {
        let page = core.store().open_tickets(after, PAGE).await;
        let page = page.map_err(|error| fault(&error))?;
        for id in &page {
            let what = |ticket: &_, events: &[_]| {
                let kind = (!overtaken()).then(|| recount(ticket, events, &clocks, &reason));
                kind.flatten().into_iter().collect()
            };
            match tickets::note(core, who, *id, None, what).await {
                Ok(is_moved) => moved += u64::from(is_moved),
                Err(error) => {
                    tracing::error!(ticket = %id, %error, "a ticket's deadlines were not counted again");
                    left = true;
                }
            }
        }
        match page.last() {
            Some(last) if !overtaken() => after = Some(*last),
            _ => break,
        }
    }
    if !left && !overtaken() {
        let store = core.store();
        // Whether it was signed for in time hangs on the calendar, too.
        let counted = store.count_open_again().await;
        counted.map_err(|error| fault(&error))?;
        let counted = store.calendar_counted(notices.version).await;
        counted.map_err(|error| fault(&error))?;
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::parse_notices;

    #[test]
    fn a_slip_of_the_year_is_found() {
        let days = parse_notices(
            "date,name,is_off_day\n2026-01-01,元旦,true\n2027-12-31,元旦,true\n2072-01-01,元旦,true",
        );
        let days = days.unwrap();
        assert_eq!(too_far(&days, Date::constant(2026, 12, 31)), Some(2));
        assert_eq!(too_far(&days[..2], Date::constant(2026, 1, 1)), None);
        assert_eq!(too_far(&days[..2], Date::constant(2025, 12, 31)), Some(1));
    }
}
