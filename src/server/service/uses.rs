//! Uses of the knowledge: counted as the seats report them, without a word of who; told to editors as what people call
//! things, and to seats as a number beside each entry.

use super::freshness::days;
use super::{IdempotencyKey, Who, fault, invalid, kept, once, require};
use crate::domain::clock::civil_day;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{PublishedEntry, Use, countable, may_correct, says};
use crate::domain::role;
use crate::domain::text::Line;
use crate::protocol::draft::{Days, Wording, Wordings};
use crate::protocol::error::ApiError;
use crate::protocol::uses::{Counted, EntryUse, EntryUses, UseFilter, UseReport};
use crate::server::core::Core;
use crate::server::store::{UseCount, UseKind, UseQuery};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How many uses a report holds at most.
const REPORT: usize = 200;
/// How many entries are told with their numbers.
const ENTRIES: u32 = 20_000;
/// How many pairs of words and entry are looked at.
const PAIRS: u32 = 5_000;
/// How many words in vain are told.
const MISSES: u32 = 2_000;
/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 400;
/// How many wordings are told.
const TOLD: usize = 200;

/// Counts a report of a seat.
pub async fn report(
    core: &Core,
    who: &Who,
    report: UseReport,
    key: Option<IdempotencyKey>,
) -> Result<Counted, ApiError> {
    require(may_correct(&who.person))?;
    if !(1..=REPORT).contains(&report.uses.len()) {
        return Err(invalid("uses", "1 to 200 uses are expected"));
    }
    let work = async {
        // What a seat should not have sent is not kept either.
        let clean = |one: Use| Use {
            query: countable(one.query.as_str()),
            ..one
        };
        let uses = report.uses.into_iter().map(clean);
        let uses: Vec<Use> = uses.filter(Use::counts).collect();
        let counted = Counted {
            uses: uses.len() as u64,
        };
        let replay = kept(core, who, key.as_ref(), &counted)?;
        let day = civil_day(core.now());
        let done = core.store().count_uses(uses, day, replay).await;
        done.map_err(|error| fault(&error))?;
        Ok(counted)
    };
    once(core, who, key.as_ref(), work).await
}

fn since(core: &Core, request: Days) -> Result<Date, ApiError> {
    let span = i64::from(days(request)?).days();
    Ok(civil_day(core.now()).saturating_sub(span))
}

async fn sums(core: &Core, query: UseQuery) -> Result<Vec<UseCount>, ApiError> {
    let found = core.store().uses_since(query).await;
    found.map_err(|error| fault(&error))
}

/// How often each entry was opened and answered with in the days past.
pub async fn entries(core: &Core, request: UseFilter) -> Result<EntryUses, ApiError> {
    let query = UseQuery {
        since: since(core, Days { days: request.days })?,
        code: request.code,
        by_words: false,
        only: UseKind::All,
        limit: ENTRIES,
    };
    let entry = |count: UseCount| {
        Some(EntryUse {
            code: count.code?,
            opened: count.opened,
            answered: count.answered,
        })
    };
    let counts = sums(core, query).await?.into_iter();
    Ok(EntryUses {
        entries: counts.filter_map(entry).collect(),
    })
}

async fn by_words(
    core: &Core,
    request: Days,
    (only, limit): (UseKind, u32),
) -> Result<Vec<UseCount>, ApiError> {
    let query = UseQuery {
        since: since(core, request)?,
        code: None,
        by_words: true,
        only,
        limit,
    };
    sums(core, query).await
}

/// What was searched in vain in the days past, the most frequent first.
pub(super) async fn misses(core: &Core, request: Days) -> Result<Vec<UseCount>, ApiError> {
    by_words(core, request, (UseKind::Missed, MISSES)).await
}

/// What people call things: words that led to an entry more than once and that it does not say.
pub async fn wordings(core: &Core, who: &Who, request: Days) -> Result<Wordings, ApiError> {
    require(role::may_write_knowledge(&who.person))?;
    let counts = by_words(core, request, (UseKind::Led, PAIRS)).await?;
    let mut wordings = Vec::new();
    for counts in counts.chunks(ENTRIES_AT_ONCE) {
        let codes: BTreeSet<EntryCode> = counts.iter().filter_map(|it| it.code.clone()).collect();
        let found = core.store().entries(codes.into_iter().collect()).await;
        let found = found.map_err(|error| fault(&error))?.into_iter();
        let entries: BTreeMap<EntryCode, PublishedEntry> = found
            .map(|entry| (entry.entry.code.clone(), entry))
            .collect();
        wordings.extend(counts.iter().filter_map(|count| wording(count, &entries)));
        if wordings.len() >= TOLD {
            break;
        }
    }
    wordings.truncate(TOLD);
    Ok(Wordings { wordings })
}

/// What is to be learnt of words that led to an entry, if it does not say them.
fn wording(count: &UseCount, entries: &BTreeMap<EntryCode, PublishedEntry>) -> Option<Wording> {
    let entry = entries.get(count.code.as_ref()?)?;
    (!entry.retired && !says(&entry.entry, &count.query)).then(|| Wording {
        words: Line::lossy(&count.query),
        code: entry.entry.code.clone(),
        version: entry.version,
        question: entry.entry.question.clone(),
        times: count.opened + count.answered,
    })
}
