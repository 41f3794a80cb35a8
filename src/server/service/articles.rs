//! Articles that changed, the entries that are flagged by it, and what a year of the knowledge comes to.

use super::freshness::days;
use super::{IdempotencyKey, Who, fault, invalid, kept, once, refused, require};
use crate::domain::clock::{civil_day, day_end};
use crate::domain::id::LawChangeId;
use crate::domain::knowledge::{LawChange, bare};
use crate::domain::role::{self, Role};
use crate::protocol::draft::{Days, Flagged, FlaggedEntry, NewLawChange, Year, YearFigures};
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use crate::server::store::LawChangeWrite;
use jiff::civil::date;
use jiff::{SignedDuration, ToSpan as _};

/// How many flagged entries are told.
const FLAGGED: u32 = 2_000;

/// Notes that an article changed.
pub async fn note(
    core: &Core,
    who: &Who,
    new: NewLawChange,
    key: Option<IdempotencyKey>,
) -> Result<LawChange, ApiError> {
    require(who.person.is(Role::KnowledgeEditor))?;
    if bare(new.law.as_str()).is_empty() {
        return Err(invalid("law", "the law's name is expected"));
    }
    let work = async {
        let change = LawChange {
            id: new.id,
            law: new.law,
            article: new.article,
            note: new.note,
            made: who.stamp(core),
        };
        let write = LawChangeWrite {
            change: change.clone(),
            replay: kept(core, who, key.as_ref(), &change)?,
        };
        let id: LawChangeId = change.id;
        let done = core.store().note_law_change(write).await;
        done.map_err(refused("law change", id))?;
        Ok(change)
    };
    once(core, who, key.as_ref(), work).await
}

/// Entries that stand on an article which changed after they were written; a new version takes the flag away.
pub async fn flagged(core: &Core, who: &Who, request: Days) -> Result<Flagged, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let days = Days {
        days: request.days.or(Some(366)),
    };
    let span = SignedDuration::from_hours(24 * i64::from(self::days(days)?));
    let since = core.now().checked_sub(span).unwrap_or(jiff::Timestamp::MIN);
    let found = core.store().flagged_entries(since, FLAGGED).await;
    let flags = found.map_err(|error| fault(&error))?.into_iter();
    let entry = |flag: crate::server::store::Flag| FlaggedEntry {
        code: flag.entry.entry.code,
        version: flag.entry.version,
        department: flag.entry.entry.department,
        question: flag.entry.entry.question,
        change: flag.change,
    };
    Ok(Flagged {
        entries: flags.map(entry).collect(),
    })
}

/// What a year comes to: entries changed, and how many requests were answered at once.
pub async fn figures(core: &Core, who: &Who, request: Year) -> Result<YearFigures, ApiError> {
    require(role::may_write_knowledge(&who.person) || role::may_read_log(&who.person))?;
    let year = request.year.unwrap_or_else(|| civil_day(core.now()).year());
    if !(2000..=9_000).contains(&year) {
        return Err(invalid("year", "2000 to 9000 are expected"));
    }
    let before = |day: jiff::civil::Date| day_end(day.saturating_sub(1.day()));
    let span = (before(date(year, 1, 1)), before(date(year + 1, 1, 1)));
    let found = core.store().knowledge_figures(span).await;
    let it = found.map_err(|error| fault(&error))?;
    Ok(YearFigures {
        year,
        changes: it.changes,
        entries: it.entries,
        added: it.added,
        retired: it.retired,
        accepted: it.accepted,
        closed_directly: it.direct,
    })
}
