//! Tickets read and listed: each as the asker may see it, and none that they may not.

use super::tickets::{load, view};
use super::{Who, cursor, fault, invalid, not_found, page_size, place};
use crate::domain::clock::civil_day;
use crate::domain::id::{TicketId, UnitCode};
use crate::domain::lifecycle::{self, Refusal};
use crate::domain::mask;
use crate::domain::number::TicketNumber;
use crate::domain::role;
use crate::domain::role::{Person, Role};
use crate::domain::text::Line;
use crate::domain::ticket::{Dispatch, Stage, State, Ticket};
use crate::protocol::error::ApiError;
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::ticket::{
    ChildDraft, History, TicketFilter, TicketRow, TicketScope, TicketView,
};
use crate::server::core::Core;
use crate::server::store::{Place, TicketOrder, TicketQuery, sealed, words};

/// How many rows are looked at before a page is handed out short, with the cursor to go on from.
const LOOKED_AT: usize = 4_000;

/// A ticket as the asker may see it.
pub async fn read(core: &Core, who: &Who, id: TicketId) -> Result<TicketView, ApiError> {
    let (_, ticket) = load(core, who, id).await?;
    Ok(view(core, who, &ticket))
}

/// The ticket of a number, as the asker may see it.
pub async fn by_number(
    core: &Core,
    who: &Who,
    number: TicketNumber,
) -> Result<TicketView, ApiError> {
    let found = core.store().ticket_by_number(number).await;
    let missing = || not_found("ticket", &number);
    let record = found.map_err(|error| fault(&error))?.ok_or_else(missing)?;
    let ticket = sealed::open_ticket(core.keyring(), &record).map_err(|error| fault(&error))?;
    if role::may_see_ticket(&who.person, &ticket) {
        Ok(view(core, who, &ticket))
    } else {
        Err(missing())
    }
}

/// What happened to a ticket, oldest first, masked like it.
pub async fn history(core: &Core, who: &Who, id: TicketId) -> Result<History, ApiError> {
    let (record, ticket) = load(core, who, id).await?;
    let events = core.store().events(id).await;
    let events = events
        .and_then(|events| sealed::open_events(core.keyring(), &record, &events))
        .map_err(|error| fault(&error))?;
    Ok(History {
        events: events
            .iter()
            .map(|event| mask::event(event, &ticket, &who.person))
            .collect(),
    })
}

/// What a merged ticket can be answered with from its main one. Error: the ticket is not merged, or its main one's
/// report was not passed yet.
pub async fn child_draft(core: &Core, who: &Who, id: TicketId) -> Result<ChildDraft, ApiError> {
    let (_, child) = load(core, who, id).await?;
    let stage = child.state.stage();
    let State::Merged { main, .. } = &child.state else {
        let refusal = Refusal::WrongStage { stage };
        return Err(ApiError::Refused { refusal });
    };
    let (_, main) = load(core, who, *main).await?;
    let draft = lifecycle::child_draft(&main).ok_or(ApiError::Refused {
        refusal: Refusal::MainNotAnswered,
    })?;
    Ok(ChildDraft {
        main: main.id,
        number: main.number,
        public_answer: draft,
        points: lifecycle::child_points(&child),
    })
}

/// The tickets that are merged into one, last changed first; at most 200.
pub async fn children(
    core: &Core,
    who: &Who,
    id: TicketId,
    page: PageRequest,
) -> Result<Page<TicketRow>, ApiError> {
    load(core, who, id).await?;
    let query = TicketQuery {
        main: Some(id),
        after: place(page.after.as_deref())?,
        ..TicketQuery::default()
    };
    let (tickets, next) = visible(core, who, query, page_size(page.limit)?, |_| true).await?;
    Ok(Page {
        items: tickets
            .iter()
            .map(|ticket| row(ticket, &who.person))
            .collect(),
        next: next.map(cursor),
    })
}

/// The tickets that pass the filter and that the asker may see: all of them last changed first, one's own and those
/// that wait for one by their clock. A page may be short and
/// still have a `next`, where most of what was looked at may not be seen.
pub async fn list(
    core: &Core,
    who: &Who,
    filter: TicketFilter,
) -> Result<Page<TicketRow>, ApiError> {
    let size = page_size(filter.limit)?;
    let after = place(filter.after.as_deref())?;
    let words = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    if let Some(number) = words.and_then(|words| TicketNumber::parse(words).ok()) {
        let items = numbered(core, who, &filter, &[number]).await?;
        return Ok(Page { items, next: None });
    }
    if words.is_some_and(|words| words.chars().count() > words::LONGEST_QUERY) {
        return Err(invalid("q", "at most 200 characters are expected"));
    }
    let person = &who.person;
    // What waits for a person, and what they have taken down, is done by its clock.
    let order = match filter.scope {
        TicketScope::All => TicketOrder::Changed,
        TicketScope::Mine | TicketScope::ToDo => TicketOrder::Due,
    };
    let to_do = filter.scope == TicketScope::ToDo;
    let query = TicketQuery {
        stages: stages(person, &filter),
        lead: filter.unit.clone(),
        opened_by: (filter.scope == TicketScope::Mine).then(|| person.account.clone()),
        words: words.map(str::to_owned),
        unit: (filter.unit.is_none() && only_unit(person)).then(|| person.unit.clone()),
        asking: to_do && !person.is(Role::UnitClerk),
        answerable: to_do,
        order,
        after,
        ..TicketQuery::default()
    };
    if filter.scope == TicketScope::ToDo && query.stages.is_empty() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    // Digits alone may be a number, or stand in a text.
    let meant = words.filter(|_| query.after.is_none());
    let meant = meant.map(|words| TicketNumber::meant_by(words, civil_day(core.now())));
    let mut items = numbered(core, who, &filter, &meant.unwrap_or_default()).await?;
    let (tickets, next) = visible(core, who, query, size, |ticket| {
        (filter.scope != TicketScope::ToDo || next_move(person, ticket))
            && words.is_none_or(|words| stands_in(words, ticket, person))
            && filter.unit.as_ref().is_none_or(|unit| leads(ticket, unit))
    })
    .await?;
    let known: Vec<TicketId> = items.iter().map(|row| row.id).collect();
    let others = tickets.iter().filter(|ticket| !known.contains(&ticket.id));
    items.extend(others.map(|ticket| row(ticket, person)));
    Ok(Page {
        items,
        next: next.map(cursor),
    })
}

/// True when the words stand in what the person sees of the ticket: a search must not confirm what is masked.
fn stands_in(words: &str, ticket: &Ticket, person: &Person) -> bool {
    if role::may_see_caller(person, ticket) {
        return true;
    }
    let (seen, _) = mask::view(ticket, person);
    words::stands_in(
        words,
        &[
            &seen.title(),
            seen.request.text.as_str(),
            seen.request.asked.as_str(),
        ],
    )
}

fn leads(ticket: &Ticket, unit: &UnitCode) -> bool {
    ticket.state.dispatch().is_some_and(|to| to.lead == *unit)
}

/// The tickets of these numbers that pass the filter and that the asker may see.
async fn numbered(
    core: &Core,
    who: &Who,
    filter: &TicketFilter,
    numbers: &[TicketNumber],
) -> Result<Vec<TicketRow>, ApiError> {
    let mut found = Vec::new();
    for number in numbers {
        let record = core.store().ticket_by_number(*number).await;
        let ticket = record.and_then(|record| {
            record
                .map(|record| sealed::open_ticket(core.keyring(), &record))
                .transpose()
        });
        found.extend(ticket.map_err(|error| fault(&error))?);
    }
    let person = &who.person;
    let passes = |ticket: &Ticket| {
        role::may_see_ticket(person, ticket)
            && filter
                .stage
                .is_none_or(|stage| stage == ticket.state.stage())
            && filter.unit.as_ref().is_none_or(|unit| leads(ticket, unit))
            && match filter.scope {
                TicketScope::All => true,
                TicketScope::Mine => ticket.opened.by.account == person.account,
                TicketScope::ToDo => next_move(person, ticket),
            }
    };
    let mut rows = Vec::new();
    for ticket in found.iter().filter(|ticket| passes(ticket)) {
        if filter.scope != TicketScope::ToDo || can_be_answered(core, ticket).await? {
            rows.push(row(ticket, person));
        }
    }
    Ok(rows)
}

/// False for a merged ticket whose main one cannot be answered from yet; true for all others.
async fn can_be_answered(core: &Core, ticket: &Ticket) -> Result<bool, ApiError> {
    let State::Merged { main, .. } = &ticket.state else {
        return Ok(true);
    };
    let main = core.store().ticket(*main).await;
    let main = main.map_err(|error| fault(&error))?;
    Ok(main.is_some_and(|main| lifecycle::can_answer_children(main.stage)))
}

/// Walks the store until a page of tickets is found that the asker may see and that pass; answers them with the
/// place to go on from. There is one only where a further ticket may be seen: else it would tell of those that may not.
pub(super) async fn visible(
    core: &Core,
    who: &Who,
    mut query: TicketQuery,
    size: usize,
    passes: impl Fn(&Ticket) -> bool,
) -> Result<(Vec<Ticket>, Option<Place>), ApiError> {
    let mut found: Vec<Ticket> = Vec::with_capacity(size);
    let (mut looked_at, mut last) = (0, None);
    query.limit = u32::try_from(size + 1).unwrap_or(u32::MAX);
    loop {
        let records = core.store().tickets(query.clone()).await;
        let records = records.map_err(|error| fault(&error))?;
        let exhausted = records.len() <= size;
        looked_at += records.len();
        for record in &records {
            let ticket =
                sealed::open_ticket(core.keyring(), record).map_err(|error| fault(&error))?;
            let shown = role::may_see_ticket(&who.person, &ticket) && passes(&ticket);
            if shown && found.len() == size {
                return Ok((found, last));
            }
            query.after = Some(record.place(query.order));
            if shown {
                last.clone_from(&query.after);
                found.push(ticket);
            }
        }
        if exhausted {
            return Ok((found, None));
        }
        if looked_at >= LOOKED_AT {
            return Ok((found, query.after));
        }
    }
}

/// A ticket's line in a list, with the title as the asker may see it.
pub(super) fn row(ticket: &Ticket, person: &Person) -> TicketRow {
    let (seen, _) = mask::view(ticket, person);
    TicketRow {
        id: seen.id,
        number: seen.number,
        version: seen.version,
        stage: seen.state.stage(),
        title: Line::lossy(&seen.title()),
        kind: seen.request.kind,
        urgency: seen.request.urgency,
        lane: seen.lane(),
        unit: seen.state.dispatch().map(|to| to.lead.clone()),
        due: sealed::due(&seen).cloned(),
        opened_at: seen.opened.at,
        changed_at: seen.changed_at,
        item: seen.request.item,
        district: seen.request.place.district,
    }
}

/// True for people who see the tickets of their unit and no others, which the store can look for directly.
fn only_unit(person: &Person) -> bool {
    person.is(Role::UnitClerk) && person.roles.len() == 1
}

/// The stages to look in.
fn stages(person: &Person, filter: &TicketFilter) -> Vec<Stage> {
    let wanted = |stage: &Stage| filter.stage.is_none_or(|only| only == *stage);
    match (filter.scope, filter.stage) {
        (TicketScope::ToDo, _) => Stage::ALL
            .into_iter()
            .filter(wanted)
            .filter(|stage| moves(*stage).iter().any(|role| person.is(*role)))
            .collect(),
        (_, stage) => stage.into_iter().collect(),
    }
}

/// Whose move it is at a stage (domain rules, table of states).
const fn moves(stage: Stage) -> &'static [Role] {
    match stage {
        Stage::Draft => &[Role::CallTaker, Role::EnterpriseSeat, Role::Expert],
        Stage::ToDispatch => &[Role::Dispatcher],
        Stage::Dispatched | Stage::Redo => &[Role::UnitClerk],
        // An extension or a staged answer that was asked for is the hotline's to decide.
        Stage::InHand => &[
            Role::UnitClerk,
            Role::Dispatcher,
            Role::ReturnReviewer,
            Role::Supervisor,
        ],
        Stage::ReturnAsked => &[Role::ReturnReviewer],
        Stage::Declined | Stage::Answered => &[Role::ReturnReviewer, Role::Supervisor],
        Stage::ToCallBack => &[Role::CallbackClerk],
        Stage::Merged => &[Role::CallTaker, Role::EnterpriseSeat, Role::Dispatcher],
        Stage::ClosedDirectly
        | Stage::Invalid
        | Stage::HandedToEmergency
        | Stage::Closed
        | Stage::Withdrawn
        | Stage::Archived => &[],
    }
}

/// True when the person has the next move on the ticket: a draft of their own, a dispatch their unit leads or still
/// has to report on, a request of a unit that they decide, a decline nobody reviewed, a call-back about what they did not
/// handle, a merged ticket (of call-takers their own).
fn next_move(person: &Person, ticket: &Ticket) -> bool {
    let stage = ticket.state.stage();
    moves(stage).iter().any(|role| person.is(*role))
        && match &ticket.state {
            State::Draft => ticket.opened.by.account == person.account,
            State::Declined { reviewed, .. } => reviewed.is_none(),
            State::Dispatched(to) | State::InHand(to) | State::Redo(to) => {
                unit_moves(person, to, ticket) || decides(person, ticket)
            }
            State::Merged { .. } => {
                person.is(Role::Dispatcher) || ticket.opened.by.account == person.account
            }
            State::ToCallBack { .. } => !ticket.handled_by.contains(&person.account),
            _ => true,
        }
}

/// The lead unit's clerk, or that of a co-unit that has not reported.
fn unit_moves(person: &Person, to: &Dispatch, ticket: &Ticket) -> bool {
    let reports = ticket.state.stage() != Stage::Redo
        && ticket.work.waiting_for().any(|co| co.unit == person.unit);
    person.is(Role::UnitClerk) && (to.lead == person.unit || reports)
}

/// Whoever decides what the unit asked for.
fn decides(person: &Person, ticket: &Ticket) -> bool {
    let staged = person.is_any(&[Role::ReturnReviewer, Role::Supervisor]);
    ticket.state.stage() == Stage::InHand
        && ((ticket.work.stage_asked().is_some() && staged)
            || (ticket.work.extension_asked().is_some() && (staged || person.is(Role::Dispatcher))))
}
