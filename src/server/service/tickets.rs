//! Tickets: opened and acted on, each change with all that follows from it in one transaction.
//! Reading and listing them is `ticket_lists`.

use super::{IdempotencyKey, Who, fault, invalid, kept, not_found, once, refused, require, told};
use crate::domain::call::RecordingRef;
use crate::domain::id::TicketId;
use crate::domain::lifecycle::{
    self, Action, ApplyError, Context, Event, EventKind, MAX_POINTS, Refusal, check_main,
};
use crate::domain::mask;
use crate::domain::role;
use crate::domain::role::{Stamp, may_open_ticket};
use crate::domain::text::Line;
use crate::domain::ticket::{Contact, Stage, State, Ticket};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::ticket::{Barred, NewTicket, TicketAction, TicketView};
use crate::server::core::Core;
use crate::server::relay::{Audience, shadow};
use crate::server::store::{
    JobChange, JobKind, OutboxNew, StoreError, TicketRecord, TicketWrite, sealed,
};

pub use super::ticket_lists::{by_number, child_draft, children, history, list, read};

/// How many actions a new ticket may come with.
const THEN: usize = 8;
/// How many co-units a dispatch may name.
const CO_UNITS: usize = 20;
/// How many may take part in a joint meeting.
const PARTICIPANTS: usize = 20;
/// How many tries to reach the caller an answer may name.
const ATTEMPTS: usize = 20;
/// How long a recording's name may be, in bytes.
const RECORDING: usize = 200;

fn at_most(field: &str, count: usize, most: usize) -> Result<(), ApiError> {
    if count > most {
        return Err(invalid(
            field,
            format!("{count} are given, at most {most} are expected"),
        ));
    }
    Ok(())
}

/// Lists that an action carries have an end.
fn check_lists(action: &Action) -> Result<(), ApiError> {
    match action {
        Action::Dispatch { co_units, .. }
        | Action::Transfer { co_units, .. }
        | Action::AskCoUnits { co_units, .. }
        | Action::AddCoUnits { co_units, .. } => at_most("co_units", co_units.len(), CO_UNITS),
        Action::AnswerChild { points, .. } => at_most("points", points.len(), MAX_POINTS),
        Action::Rule {
            co_units,
            participants,
            ..
        } => {
            at_most("co_units", co_units.len(), CO_UNITS)?;
            at_most("participants", participants.len(), PARTICIPANTS)
        }
        Action::Answer {
            contact: Contact::NotReached { attempts },
            ..
        }
        | Action::StageAnswer {
            contact: Contact::NotReached { attempts },
            ..
        } => at_most("contact.attempts", attempts.len(), ATTEMPTS),
        _ => Ok(()),
    }
}

fn check_recording(recording: Option<&RecordingRef>) -> Result<(), ApiError> {
    let good = |name: &str| (1..=RECORDING).contains(&name.len()) && Line::parse(name).is_ok();
    match recording {
        Some(recording) if !good(&recording.id) => Err(invalid(
            "recording.id",
            format!("1 to {RECORDING} bytes without control characters are expected"),
        )),
        _ => Ok(()),
    }
}

/// Opens a ticket and does to it at once what `then` says; all of it or nothing.
pub async fn open(
    core: &Core,
    who: &Who,
    new: NewTicket,
    key: Option<IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    require(may_open_ticket(&who.person))?;
    new.request
        .check()
        .map_err(|error| invalid(&format!("request.{}", error.field), error.to_string()))?;
    at_most("then", new.then.len(), THEN)?;
    check_recording(new.recording.as_ref())?;
    once(
        core,
        who,
        key.as_ref(),
        open_new(core, who, new, key.as_ref()),
    )
    .await
}

async fn open_new(
    core: &Core,
    who: &Who,
    new: NewTicket,
    key: Option<&IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    let _counts = core.counts().await;
    let number = match new.number {
        Some(number) => number,
        None => core.next_number().await.map_err(|error| fault(&error))?,
    };
    let opened = lifecycle::open(
        new.id,
        number,
        new.channel,
        new.call,
        new.recording,
        new.request,
    );
    let mut change = Change::new(core, None);
    change.happen(opened, who.stamp(core))?;
    for action in &new.then {
        change.act(who, action).await?;
    }
    change.keep(who, key).await
}

/// Does an action to a ticket as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: TicketId,
    change: TicketAction,
    key: Option<IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    let work = act_on(core, who, id, change, key.as_ref());
    once(core, who, key.as_ref(), work).await
}

async fn act_on(
    core: &Core,
    who: &Who,
    id: TicketId,
    asked: TicketAction,
    key: Option<&IdempotencyKey>,
) -> Result<TicketView, ApiError> {
    let _counts = core.counts().await;
    let (record, ticket) = load(core, who, id).await?;
    if ticket.version != asked.version && !only_cards(core, &record, asked.version).await? {
        return Err(ApiError::Stale {
            what: "ticket".to_owned(),
            current: ticket.version,
            sent: asked.version,
        });
    }
    let mut change = Change::new(core, Some((record, ticket)));
    change.act(who, &asked.action).await?;
    let view = change.keep(who, key).await?;
    if let Action::Rule { .. } = asked.action {
        // The job stands beside the ruling: were this cut off, it would be done all the same.
        let core = core.clone();
        let work = tokio::spawn(async move { super::jobs::run_due(&core).await });
        if let Err(error) = work.await.unwrap_or(Err(ApiError::Unavailable)) {
            tracing::error!(ticket = %id, %error, "a ruling is not written back to the directory yet; it is tried again");
        }
    }
    Ok(view)
}

/// True when nothing but cards came after a version: they change nothing that one decides by.
async fn only_cards(core: &Core, record: &TicketRecord, since: u64) -> Result<bool, ApiError> {
    if since == 0 || since > record.version {
        return Ok(false);
    }
    let events = core.store().events(record.id).await;
    let events = events
        .and_then(|events| sealed::open_events(core.keyring(), record, &events))
        .map_err(|error| fault(&error))?;
    Ok(events
        .iter()
        .filter(|event| event.version > since)
        .all(|event| matches!(event.kind, EventKind::Alerted { .. })))
}

/// What is stale when a lease was lost.
const JOB: &str = "job";
/// How often a note is tried on a ticket that others change meanwhile.
const NOTES: usize = 8;

/// Lets something happen to a ticket that nobody asked for, worked out from the ticket and its whole log; true when it
/// did. Tried again on what the ticket has become when somebody changes it meanwhile. Under the fence of a job's lease
/// nothing happens once the lease is lost.
pub(super) async fn note(
    core: &Core,
    who: &Who,
    id: TicketId,
    fence: Option<u64>,
    what: impl Fn(&Ticket, &[Event]) -> Vec<EventKind>,
) -> Result<bool, ApiError> {
    let mut tries = 0;
    loop {
        let read = async {
            let record = core.store().ticket(id).await?.ok_or(StoreError::Missing)?;
            let events = core.store().events(id).await?;
            let ticket = sealed::open_ticket(core.keyring(), &record)?;
            let events = sealed::open_events(core.keyring(), &record, &events)?;
            Ok((record, ticket, events))
        };
        let (record, ticket, events) = read.await.map_err(|error| fault(&error))?;
        // The log is read after the ticket, and may know more already.
        let events = events.get(..usize::try_from(ticket.version).unwrap_or(usize::MAX));
        let kinds = what(&ticket, events.unwrap_or_default());
        if kinds.is_empty() {
            return Ok(false);
        }
        let mut change = Change::new(core, Some((record, ticket)));
        change.fence = fence;
        for kind in kinds {
            change.happen(kind, who.stamp(core))?;
        }
        tries += 1;
        match change.keep(who, None).await {
            // Somebody else holds the job, and does it.
            Err(ApiError::Stale { what, .. }) if what == JOB => return Ok(true),
            Err(ApiError::Stale { .. }) if tries < NOTES => {}
            done => return done.map(|_| true),
        }
    }
}

/// A ticket that the asker may see, with what is kept of it.
pub(super) async fn load(
    core: &Core,
    who: &Who,
    id: TicketId,
) -> Result<(TicketRecord, Ticket), ApiError> {
    let record = core.store().ticket(id).await;
    let record = record
        .map_err(|error| fault(&error))?
        .ok_or_else(|| not_found("ticket", &id))?;
    let ticket = sealed::open_ticket(core.keyring(), &record).map_err(|error| fault(&error))?;
    if role::may_see_ticket(&who.person, &ticket) {
        Ok((record, ticket))
    } else {
        Err(not_found("ticket", &id))
    }
}

/// A ticket as the asker may see it, with what they may do to it.
pub(super) fn view(core: &Core, who: &Who, ticket: &Ticket) -> TicketView {
    let (directory, clocks) = (core.directory(), core.clocks());
    let context = Context {
        clocks: &clocks,
        directory: &directory,
        // Asked when it is done.
        main: None,
    };
    let may = lifecycle::may(ticket, &who.person, core.now(), context);
    let barred = lifecycle::barred(ticket, &who.person, core.now(), context);
    let barred = barred.into_iter().map(|(action, why)| Barred {
        action: action.to_owned(),
        why,
    });
    let (seen, masked) = mask::view(ticket, &who.person);
    TicketView {
        ticket: seen,
        reach_at: mask::reach_at(ticket, &who.person),
        masked,
        may: may.into_iter().map(str::to_owned).collect(),
        barred: barred.collect(),
    }
}

/// A change of one ticket while it is put together: nothing is kept before [`Change::keep`].
struct Change<'a> {
    core: &'a Core,
    record: Option<TicketRecord>,
    /// The ticket before the change and after each event of it.
    steps: Vec<Ticket>,
    events: Vec<Event>,
    /// The main ticket it rests on, with its version.
    holds: Option<(TicketId, u64)>,
    /// The main ticket, where it is answered from it.
    main: Option<Box<Ticket>>,
    /// The lease under which it is made.
    fence: Option<u64>,
}

impl<'a> Change<'a> {
    fn new(core: &'a Core, before: Option<(TicketRecord, Ticket)>) -> Self {
        let (record, ticket) = before.unzip();
        Self {
            core,
            record,
            steps: ticket.into_iter().collect(),
            events: Vec::new(),
            holds: None,
            main: None,
            fence: None,
        }
    }

    /// Lets something happen to the ticket.
    fn happen(&mut self, kind: EventKind, stamp: Stamp) -> Result<(), ApiError> {
        let event = Event {
            version: self.steps.last().map_or(0, |ticket| ticket.version) + 1,
            stamp,
            kind,
        };
        let next = lifecycle::apply(self.steps.last().cloned(), &event);
        self.steps.push(next.map_err(|error| damaged(&error))?);
        self.events.push(event);
        Ok(())
    }

    /// Asks the rules and does what they say; after a submission the directory dispatches where it is certain.
    async fn act(&mut self, who: &Who, action: &Action) -> Result<(), ApiError> {
        check_lists(action)?;
        match action {
            Action::Merge { main } => Box::pin(self.check_main(who, *main)).await?,
            Action::Unmerge => self.check_open_main().await?,
            Action::AnswerChild { .. } => Box::pin(self.read_main(who)).await?,
            _ => {}
        }
        self.decide(who, action)
            .map_err(|refusal| ApiError::Refused { refusal })??;
        if *action == Action::Submit {
            self.dispatch_at_once()?;
        }
        Ok(())
    }

    /// The outer error is a rule's, the inner one a fault.
    fn decide(&mut self, who: &Who, action: &Action) -> Result<Result<(), ApiError>, Refusal> {
        let core = self.core;
        let Some(ticket) = self.steps.last() else {
            return Ok(Err(fault(&StoreError::Missing)));
        };
        let stamp = who.stamp(core);
        let (directory, clocks) = (core.directory(), core.clocks());
        let context = Context {
            clocks: &clocks,
            directory: &directory,
            main: self.main.as_deref(),
        };
        let kinds = lifecycle::decide(ticket, action, &who.person, stamp.at, context)?;
        Ok(kinds
            .into_iter()
            .try_for_each(|kind| self.happen(kind, stamp.clone())))
    }

    async fn check_main(&mut self, who: &Who, main: TicketId) -> Result<(), ApiError> {
        if let Some(child) = self.steps.last()
            && child.id != main
        {
            let (record, main) = load(self.core, who, main).await?;
            check_main(child, &main).map_err(|refusal| ApiError::Refused { refusal })?;
            self.holds = Some((main.id, record.version));
        }
        Ok(())
    }

    /// The main ticket that a merged one is answered from. The answer rests on what it is now.
    async fn read_main(&mut self, who: &Who) -> Result<(), ApiError> {
        if let Some(State::Merged { main, .. }) = self.steps.last().map(|ticket| &ticket.state) {
            let (record, main) = load(self.core, who, *main).await?;
            self.holds = Some((main.id, record.version));
            self.main = Some(Box::new(main));
        }
        Ok(())
    }

    /// A merge can be undone until the main ticket closes, whoever may see that one.
    async fn check_open_main(&mut self) -> Result<(), ApiError> {
        let Some(State::Merged { main, .. }) = self.steps.last().map(|ticket| &ticket.state) else {
            return Ok(());
        };
        let found = self.core.store().ticket(*main).await;
        let record = found
            .map_err(|error| fault(&error))?
            .ok_or_else(|| fault(&StoreError::Missing))?;
        if !record.stage.is_open() {
            let stage = record.stage;
            let refusal = Refusal::MainNotOpen { stage };
            return Err(ApiError::Refused { refusal });
        }
        self.holds = Some((record.id, record.version));
        Ok(())
    }

    /// Dispatches in the server's name when the directory alone is certain. What a rule forbids (recusal) is left
    /// to a dispatcher.
    fn dispatch_at_once(&mut self) -> Result<(), ApiError> {
        let Some(ticket) = self.steps.last() else {
            return Ok(());
        };
        let (request, directory) = (&ticket.request, self.core.directory());
        let Some(assignment) = request.item.as_ref().and_then(|item| {
            let place = &request.place;
            directory.assign(
                item,
                request.kind,
                place.district.as_ref(),
                place.street.as_str(),
            )
        }) else {
            return Ok(());
        };
        if !assignment.exact || ticket.state.stage() != Stage::ToDispatch {
            return Ok(());
        }
        let basis: Vec<&str> = assignment.basis.iter().map(Line::as_str).collect();
        let action = Action::Dispatch {
            lead: assignment.lead,
            co_units: assignment.co_units,
            directory_version: directory.version,
            basis: Line::lossy(&basis.join("；")),
        };
        match self.decide(&Who::system()?, &action) {
            Ok(done) => done,
            Err(refusal) => {
                tracing::info!(%refusal, "the directory's dispatch is left to a dispatcher");
                Ok(())
            }
        }
    }

    /// Keeps all of it in one transaction, and tells the seats.
    async fn keep(self, who: &Who, key: Option<&IdempotencyKey>) -> Result<TicketView, ApiError> {
        let core = self.core;
        let Some(ticket) = self.steps.last() else {
            return Err(fault(&StoreError::Missing));
        };
        let answer = view(core, who, ticket);
        let (record, events) =
            sealed::seal_ticket(core.keyring(), self.record.as_ref(), ticket, &self.events)
                .map_err(|error| fault(&error))?;
        let links = events.iter().map(|event| event.link);
        let write = TicketWrite {
            expected: self.record.as_ref().map_or(0, |record| record.version),
            outbox: self.notices(links)?,
            replay: kept(core, who, key, &answer)?,
            holds: self.holds,
            job: JobChange {
                next: lifecycle::next_card(ticket, &core.clocks()),
                fence: self.fence,
            },
            beside: self.ruled().then(|| (JobKind::Ruling, core.now())),
            ticket: record,
            events,
        };
        let number = ticket.number;
        core.store()
            .write_ticket(write)
            .await
            .map_err(|error| match error {
                StoreError::NumberTaken => ApiError::Exists {
                    what: "ticket number".to_owned(),
                    id: number.to_string(),
                },
                StoreError::LeaseLost => ApiError::Stale {
                    what: JOB.to_owned(),
                    current: 0,
                    sent: 0,
                },
                StoreError::NotLeased => invalid("number", error.to_string()),
                StoreError::MainMoved { current, expected } => ApiError::Stale {
                    what: "main ticket".to_owned(),
                    current,
                    sent: expected,
                },
                StoreError::HasChildren => invalid(
                    "main",
                    "other tickets are merged into this one: it is a main ticket itself",
                ),
                error => refused("ticket", ticket.id)(error),
            })?;
        Ok(answer)
    }

    /// True when the joint meeting ruled: the directory is to say the same.
    fn ruled(&self) -> bool {
        let mut kinds = self.events.iter().map(|event| &event.kind);
        kinds.any(|kind| matches!(kind, EventKind::Ruled { .. }))
    }

    /// One notice an event: who could see the ticket before it and no longer can is told that, too.
    fn notices(&self, links: impl Iterator<Item = [u8; 32]>) -> Result<Vec<OutboxNew>, ApiError> {
        let first = self.steps.len() - self.events.len();
        let after = self.steps.iter().skip(first);
        let before = self.steps.iter().map(Some);
        let before = std::iter::repeat_n(None, 1 - first.min(1)).chain(before);
        self.events
            .iter()
            .zip(after.zip(before))
            .zip(links)
            .map(|((event, (after, before)), link)| {
                let tell = ServerEvent::Ticket {
                    id: after.id,
                    number: after.number,
                    version: after.version,
                    stage: after.state.stage(),
                    what: event.kind.name().to_owned(),
                };
                let audience = Audience::Ticket {
                    before: before
                        .filter(|before| sight_changed(before, after))
                        .map(|before| Box::new(shadow(before))),
                    after: Box::new(shadow(after)),
                };
                told(event.stamp.at, audience, tell, Some(link))
            })
            .collect()
    }
}

/// True when what decides who may see a ticket is not what it was.
fn sight_changed(before: &Ticket, after: &Ticket) -> bool {
    before.state != after.state || before.request != after.request
}

fn damaged(error: &ApplyError) -> ApiError {
    fault(&StoreError::Fault(error.to_string()))
}
