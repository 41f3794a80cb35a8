//! Figures as leaders and supervisors ask for them: sums by day, week, unit, level and item, what is behind each, and
//! one's own day.

mod scope;

use super::ticket_lists::row;
use super::{Who, fault, invalid, page_size, require};
use crate::domain::clock::civil_day;
use crate::domain::figures::{Behind, Figure, SAME_MATTER, Share};
use crate::domain::id::{CallId, TicketId};
use crate::domain::role;
use crate::domain::seat::SeatState;
use crate::protocol::error::ApiError;
use crate::protocol::figures::{
    BehindRequest, BehindWhich, FigureBehind, FigureCall, FigureRow, Figures, FiguresBy,
    FiguresRequest, OwnDay, StateTime,
};
use crate::server::core::Core;
use crate::server::store::{FigureBy, FigureQuery, StoreError, Which, sealed};
use jiff::ToSpan as _;
use jiff::civil::Date;
use scope::Scope;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many days a question may span.
const DAYS: i32 = 400;
/// How many rows an answer holds.
const ROWS: usize = 20_000;
/// How many tickets behind a figure are looked at before a page is handed out short.
const LOOKED_AT: usize = 2_000;
/// A seat's states in which it handles a call.
const HANDLES: [SeatState; 4] = [
    SeatState::Talking,
    SeatState::Holding,
    SeatState::Consulting,
    SeatState::WrapUp,
];

/// Sums, by figure and what they fall on.
type Sums = BTreeMap<(Figure, String), Share>;

fn days(core: &Core, from: Option<Date>, until: Option<Date>) -> Result<(Date, Date), ApiError> {
    let today = civil_day(core.now());
    let until = until.unwrap_or(today).min(today);
    let from = from.unwrap_or(until);
    let span = until.since(from).map_or(i32::MAX, |span| span.get_days());
    if span < 0 {
        return Err(invalid(
            "from",
            "a day not after `until` and not after today is expected",
        ));
    }
    if span >= DAYS {
        return Err(invalid("from", format!("at most {DAYS} days are expected")));
    }
    Ok((from, until))
}

/// The figures of a span of days, as far as the asker may have them.
pub async fn figures(core: &Core, who: &Who, asked: FiguresRequest) -> Result<Figures, ApiError> {
    require(role::may_see_figures(&who.person))?;
    let (from, until) = days(core, asked.from, asked.until)?;
    let scope = Scope::new(core, &who.person, asked.unit.as_ref());
    let figures: Vec<Figure> = match asked.figure {
        Some(figure) => vec![figure],
        None => Figure::ALL.to_vec(),
    };
    let figures: Vec<Figure> = figures.into_iter().filter(|it| !it.is_own()).collect();
    let query = FigureQuery {
        figures,
        from,
        until,
        units: scope.units.clone(),
        item: asked.item.clone(),
        account: None,
        not_against: scope.not_against.clone(),
        by: FigureBy::Whole,
    };
    // Asked before the sums are read: what is counted in between is in them, and nothing else may call them whole.
    let waiting = core.store().uncounted(1).await;
    let counting = !waiting.map_err(|error| fault(&error))?.is_empty();
    let mut sums = Sums::new();
    counted(core, &scope, &query, asked.by, &mut sums).await?;
    let whole_house = scope.units.is_none() && asked.item.is_none();
    if whole_house
        && matches!(
            asked.by,
            FiguresBy::Whole | FiguresBy::Day | FiguresBy::Week
        )
    {
        beside(core, &query, asked.by, &mut sums).await?;
    }
    Ok(Figures {
        from,
        until,
        rows: rows(&scope, sums, asked.by),
        open_from: civil_day(core.now().saturating_sub(SAME_MATTER).unwrap_or(core.now())),
        counting,
    })
}

fn rows(scope: &Scope, sums: Sums, by: FiguresBy) -> Vec<FigureRow> {
    let rows = sums.into_iter().filter(|(_, share)| share.denominator > 0);
    let row = |((figure, of), share): ((Figure, String), Share)| FigureRow {
        figure,
        name: scope.name(&of, by),
        of,
        numerator: share.numerator,
        denominator: share.denominator,
        measure: figure.measure(),
        behind: figure.behind(),
    };
    rows.take(ROWS).map(row).collect()
}

/// The Monday of a day's week, as a day is written.
fn monday(day: &str) -> String {
    let Ok(day) = day.parse::<Date>() else {
        return day.to_owned();
    };
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(back.days()).to_string()
}

/// Where a sum falls, by what was asked for.
fn falls(scope: &Scope, of: &str, by: FiguresBy) -> String {
    match by {
        FiguresBy::Week => monday(of),
        FiguresBy::Level => scope.level(of),
        _ => of.to_owned(),
    }
}

const fn kept_by(by: FiguresBy) -> FigureBy {
    match by {
        FiguresBy::Whole => FigureBy::Whole,
        FiguresBy::Day | FiguresBy::Week => FigureBy::Day,
        FiguresBy::Unit | FiguresBy::Level => FigureBy::Unit,
        FiguresBy::Item => FigureBy::Item,
    }
}

async fn sums(
    core: &Core,
    query: FigureQuery,
) -> Result<Vec<crate::server::store::FigureSum>, ApiError> {
    if query.figures.is_empty() {
        return Ok(Vec::new());
    }
    let found = core.store().figure_sums(query).await;
    found.map_err(|error| fault(&error))
}

/// What is counted of tickets and calls.
async fn counted(
    core: &Core,
    scope: &Scope,
    query: &FigureQuery,
    by: FiguresBy,
    into: &mut Sums,
) -> Result<(), ApiError> {
    let asked = FigureQuery {
        by: kept_by(by),
        ..query.clone()
    };
    for sum in sums(core, asked.clone()).await? {
        let share = into
            .entry((sum.figure, falls(scope, &sum.of, by)))
            .or_default();
        share.numerator += sum.share.numerator;
        share.denominator += sum.share.denominator;
    }
    // Which units are the city's stands in the directory of now.
    let city = FigureQuery {
        figures: only(query, &[Figure::CityShare]),
        units: Some(scope.of_city()),
        ..asked
    };
    for sum in sums(core, city).await? {
        let share = into
            .entry((sum.figure, falls(scope, &sum.of, by)))
            .or_default();
        share.numerator += sum.share.denominator;
    }
    if matches!(by, FiguresBy::Unit | FiguresBy::Level) || query.units.is_some() {
        over_all(core, query, into).await?;
    }
    Ok(())
}

fn only(query: &FigureQuery, wanted: &[Figure]) -> Vec<Figure> {
    let figures = query.figures.iter().copied();
    figures.filter(|it| wanted.contains(it)).collect()
}

/// A unit's share of all: the denominator is that of the whole house.
async fn over_all(core: &Core, query: &FigureQuery, into: &mut Sums) -> Result<(), ApiError> {
    let figures = query.figures.iter().copied();
    let all = FigureQuery {
        figures: figures.filter(|it| it.over_all()).collect(),
        units: None,
        by: FigureBy::Whole,
        ..query.clone()
    };
    for whole in sums(core, all).await? {
        into.retain(|(figure, _), share| *figure != whole.figure || share.numerator > 0);
        let of_it = into.iter_mut();
        for (_, share) in of_it.filter(|((figure, _), _)| *figure == whole.figure) {
            share.denominator = whole.share.denominator;
        }
    }
    Ok(())
}

/// What is counted of seats and of the knowledge's uses: by day, of the whole house.
async fn beside(
    core: &Core,
    query: &FigureQuery,
    by: FiguresBy,
    into: &mut Sums,
) -> Result<(), ApiError> {
    let of = |day: Date| match by {
        FiguresBy::Whole => String::new(),
        FiguresBy::Week => monday(&day.to_string()),
        _ => day.to_string(),
    };
    let wants = |figure| query.figures.contains(&figure);
    let mut put = |figure, day, numerator, denominator| {
        if wants(figure) {
            let share: &mut Share = into.entry((figure, of(day))).or_default();
            share.numerator += numerator;
            share.denominator += denominator;
        }
    };
    let span = (query.from, query.until);
    let times = core.store().seat_times(span, None).await;
    for time in times.map_err(|error| fault(&error))? {
        let seconds = time.ms / 1_000;
        if HANDLES.contains(&time.state) {
            put(Figure::HandleTime, time.day, seconds, 0);
            put(Figure::Occupancy, time.day, seconds, seconds);
        } else if time.state == SeatState::Idle {
            put(Figure::Occupancy, time.day, 0, seconds);
        }
    }
    let handled = FigureQuery {
        figures: vec![Figure::CallsAnswered],
        by: FigureBy::Day,
        ..query.clone()
    };
    for sum in sums(core, handled).await? {
        let day = sum.of.parse().unwrap_or(query.from);
        put(Figure::HandleTime, day, 0, sum.share.numerator);
    }
    let uses = core.store().use_days(span).await;
    for day in uses.map_err(|error| fault(&error))? {
        put(Figure::SearchToUse, day.day, day.answered, day.opened);
        put(
            Figure::SearchMissed,
            day.day,
            day.missed,
            day.missed + day.opened,
        );
    }
    let today = civil_day(core.now());
    if query.until == today && wants(Figure::Stale) {
        let stale = core.store().stale_entries(today).await;
        let stale = stale.map_err(|error| fault(&error))?;
        into.insert((Figure::Stale, of(today)), stale);
    }
    Ok(())
}

/// What is behind a figure.
pub async fn behind(
    core: &Core,
    who: &Who,
    figure: Figure,
    asked: BehindRequest,
) -> Result<FigureBehind, ApiError> {
    require(role::may_see_figures(&who.person) && !figure.is_own())?;
    let (from, until) = days(core, asked.from, asked.until)?;
    let size = page_size(asked.limit)?;
    let scope = Scope::new(core, &who.person, asked.unit.as_ref());
    let mut units = scope.units.clone();
    let mut which = match asked.which {
        BehindWhich::All => Which::All,
        BehindWhich::Counted => Which::Counted,
        BehindWhich::Missed => Which::Missed,
    };
    if figure == Figure::CityShare && which == Which::Counted {
        units = Some(scope.of_city());
        which = Which::All;
    }
    let after = asked.after.as_deref().map(Uuid::try_parse).transpose();
    let after = after.map_err(|_| invalid("after", "the `next` of the page before is expected"))?;
    let query = FigureQuery {
        figures: vec![if figure == Figure::HandleTime {
            Figure::CallsAnswered
        } else {
            figure
        }],
        from,
        until,
        units,
        item: asked.item,
        account: None,
        not_against: scope.not_against.clone(),
        by: FigureBy::Whole,
    };
    match figure.behind() {
        Behind::Tickets => tickets_behind(core, who, query, which, (after, size)).await,
        Behind::Calls => calls_behind(core, query, which, (after, size)).await,
        Behind::Seats if figure == Figure::HandleTime => {
            calls_behind(core, query, Which::Counted, (after, size)).await
        }
        Behind::Seats | Behind::Knowledge => Ok(FigureBehind::default()),
    }
}

async fn tickets_behind(
    core: &Core,
    who: &Who,
    query: FigureQuery,
    which: Which,
    (mut after, size): (Option<Uuid>, usize),
) -> Result<FigureBehind, ApiError> {
    let limit = u32::try_from(size + 1).unwrap_or(u32::MAX);
    let (mut found, mut looked_at) = (FigureBehind::default(), 0);
    loop {
        let ids = core
            .store()
            .figure_subjects(query.clone(), which, after, limit);
        let ids = ids.await.map_err(|error| fault(&error))?;
        let exhausted = ids.len() <= size;
        looked_at += ids.len();
        for id in ids {
            if found.tickets.len() == size {
                found.next = after.map(|id| id.to_string());
                return Ok(found);
            }
            let record = core.store().ticket(TicketId(id)).await;
            let ticket = record
                .and_then(|record| record.ok_or(StoreError::Missing))
                .and_then(|record| sealed::open_ticket(core.keyring(), &record))
                .map_err(|error| fault(&error))?;
            after = Some(id);
            if role::may_see_ticket(&who.person, &ticket) {
                found.tickets.push(row(&ticket, &who.person));
            }
        }
        if exhausted {
            return Ok(found);
        }
        if looked_at >= LOOKED_AT {
            found.next = after.map(|id| id.to_string());
            return Ok(found);
        }
    }
}

async fn calls_behind(
    core: &Core,
    query: FigureQuery,
    which: Which,
    (after, size): (Option<Uuid>, usize),
) -> Result<FigureBehind, ApiError> {
    let limit = u32::try_from(size + 1).unwrap_or(u32::MAX);
    let ids = core
        .store()
        .figure_subjects(query, which, after, limit)
        .await;
    let mut ids = ids.map_err(|error| fault(&error))?;
    let more = ids.len() > size;
    ids.truncate(size);
    let mut calls = Vec::with_capacity(ids.len());
    for id in &ids {
        let call = super::calls::load(core, CallId(*id)).await?;
        let seat = call.seat().cloned();
        calls.push(FigureCall {
            id: call.id,
            offered_at: call.offered_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            seat,
        });
    }
    Ok(FigureBehind {
        calls,
        next: ids.last().filter(|_| more).map(Uuid::to_string),
        ..FigureBehind::default()
    })
}

/// One's own day so far: whoever takes calls.
pub async fn own_day(core: &Core, who: &Who) -> Result<OwnDay, ApiError> {
    require(role::may_open_ticket(&who.person))?;
    let day = civil_day(core.now());
    let account = &who.person.account;
    let query = FigureQuery {
        figures: vec![Figure::SeatTalk, Figure::SeatDirect],
        from: day,
        until: day,
        units: None,
        item: None,
        account: Some(account.clone()),
        not_against: None,
        by: FigureBy::Whole,
    };
    let found = sums(core, query).await?;
    let share = |figure| {
        let sum = found.iter().find(|sum| sum.figure == figure);
        sum.map_or_else(Share::default, |sum| sum.share)
    };
    let (talk, direct) = (share(Figure::SeatTalk), share(Figure::SeatDirect));
    let times = core
        .store()
        .seat_times((day, day), Some(account.clone()))
        .await;
    let times = times.map_err(|error| fault(&error))?.into_iter();
    Ok(OwnDay {
        day,
        answered: talk.denominator,
        talk_seconds: talk.numerator,
        accepted: direct.denominator,
        direct: direct.numerator,
        states: times
            .map(|time| StateTime {
                state: time.state,
                seconds: time.ms / 1_000,
            })
            .collect(),
    })
}
