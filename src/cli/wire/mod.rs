//! Plugs the desk into the real world: what `desk::ports` asks for, out of `link`, `phone`, `search` and
//! `suggest`. Translates, and keeps nothing of its own but who is signed in.

mod files;
mod local;
mod near;
mod offline;
mod seated;

use crate::desk::ports::{
    Choice, Configured, ConsultDeed, Hit, Hits, Journal, JournalError, JournalRecord, LookUp,
    Outgoing, Outside, PhoneAbilities, PhoneCommand, PhoneEvent, PortError, Ports, Reply,
    SavedFile, Sent, SignedIn, Suggestion, Unsent,
};
use crate::desk::refused;
use crate::domain::callback::Callback;
use crate::domain::clock::civil_day;
use crate::domain::consult::Consult;
use crate::domain::id::{CallId, EntryCode, TicketId};
use crate::domain::knowledge::PublishedEntry;
use crate::domain::number::TicketNumber;
use crate::domain::outage::Outage;
use crate::domain::role::Person;
use crate::domain::seat::SeatState;
use crate::domain::ticket::Request;
use crate::link::outbox::{Acknowledged, Deed, Outcome, Parked};
use crate::link::{Api, LinkError, Record};
use crate::phone::{self, Phone as _, PhoneError, SimulatedPhone};
use crate::protocol::call::{CallReport, CallView};
use crate::protocol::callback::CallbackFilter;
use crate::protocol::editors::{EditorsAsk, EditorsGot};
use crate::protocol::figures::{FiguresAsk, FiguresGot};
use crate::protocol::page::{Page, PageRequest};
use crate::protocol::practice::{PracticeAsk, PracticeGot};
use crate::protocol::seat::Colleague;
use crate::protocol::session::SignIn;
use crate::protocol::ticket::{ChildDraft, History, TicketFilter, TicketRow, TicketView};
use futures_util::FutureExt as _;
use jiff::Timestamp;
use jiff::civil::Date;
use local::Local;
use near::Meaning;
use seated::Seated;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

/// How many hits and choices the desk is given.
const MOST: usize = 50;
/// The desk's own records stand apart from what `link` keeps in the same journal.
const PREFIX: &str = "desk/";

/// What the desk runs on.
pub type Plugged = (Arc<dyn Ports>, Box<dyn Journal>, UnboundedReceiver<Outside>);

/// Changes a setting in the person's file, by its key and value; answers with all as it is then. Errors: what went wrong,
/// as it is shown.
pub type Configure = Arc<dyn Fn(&'static str, &str) -> Result<Configured, String> + Send + Sync>;

/// Everything outside the desk.
struct World {
    /// The server, with the token of whoever is signed in; the phone talks with it too. What runs for a
    /// person has a client of its own, so that nothing of theirs can go out under the next one's name.
    api: Api,
    data: PathBuf,
    local: Local,
    meaning: Arc<Meaning>,
    phone: SimulatedPhone,
    tell: UnboundedSender<Outside>,
    seated: Mutex<Option<Arc<Seated>>>,
    /// Somebody has signed out: what is typed from then on is nobody's.
    left: AtomicBool,
    configure: Configure,
}

#[derive(Clone)]
struct Wired(Arc<World>);

/// Plugs a desk into the server of `api`, with its files under `data`, and the folder of the model for finding by
/// meaning where it is installed. To be called inside the runtime.
pub fn plug(
    api: Api,
    data: &Path,
    model: Option<PathBuf>,
    configure: Configure,
) -> Result<Plugged, PortError> {
    let (tell, told) = unbounded_channel();
    let local = Local::start(data.to_owned(), api.base().to_owned());
    let local = local.map_err(|error| PortError::Local {
        detail: error.to_string(),
    })?;
    let (phone, mut seen) =
        SimulatedPhone::new(api.base(), api.ca(), api.token()).map_err(unheard)?;
    let world = Arc::new(World {
        local,
        meaning: Arc::new(Meaning::new(model)),
        api,
        data: data.to_owned(),
        phone,
        tell: tell.clone(),
        seated: Mutex::new(None),
        left: AtomicBool::new(false),
        configure,
    });
    tokio::spawn(async move {
        while let Some((call, event)) = seen.recv().await {
            if tell.send(Outside::Phone(call, heard(event))).is_err() {
                return;
            }
        }
    });
    let journal = Box::new(Kept(Arc::clone(&world)));
    Ok((Arc::new(Wired(world)), journal, told))
}

impl World {
    fn seated(&self) -> MutexGuard<'_, Option<Arc<Seated>>> {
        self.seated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seat(&self) -> Result<Arc<Seated>, PortError> {
        let seated = self.seated().clone();
        seated.ok_or(PortError::Api(
            crate::protocol::error::ApiError::NotSignedIn,
        ))
    }

    fn tell(&self, outside: Outside) {
        // A desk that is gone needs nothing.
        let _ = self.tell.send(outside);
    }
}

/// The journal of whoever is signed in; before that nothing is kept.
struct Kept(Arc<World>);

impl Journal for Kept {
    fn append(&mut self, records: &[JournalRecord]) -> Result<(), JournalError> {
        let Some(seated) = self.0.seated().clone() else {
            if self.0.left.load(Ordering::Acquire) {
                return Err(JournalError("nobody is signed in".into()));
            }
            return Ok(());
        };
        let kept: Vec<_> = records
            .iter()
            .map(|record| Record {
                key: format!("{PREFIX}{}", record.key),
                value: record.value.clone(),
            })
            .collect();
        let failed = |error: crate::link::journal::JournalError| JournalError(error.to_string());
        seated.journal.append(&kept).map_err(failed)?;
        // Refused writes that are safe here need not be kept in the outbox, too.
        let safe: Vec<_> = refused(records).into_iter().map(deed).collect();
        seated
            .outbox
            .noted(|it| safe.iter().any(|deed| deed.is_wish_of(&it.deed)))
            .map_err(failed)
    }
}

/// What the desk says of a fault of the line; how exactly it came is for the log.
fn failed(error: LinkError) -> PortError {
    match error {
        LinkError::Offline(_) => return PortError::Offline,
        LinkError::Api(error) => return PortError::Api(error),
        _ => tracing::warn!(%error, "a fault on this machine"),
    }
    match error {
        LinkError::Answer { status, .. } => PortError::Answer { status },
        LinkError::File { path, .. } => PortError::File {
            path: path.display().to_string(),
        },
        LinkError::Journal(_) | LinkError::Crypto(_) => PortError::Journal,
        LinkError::Search(_) => PortError::Index,
        other => PortError::Local {
            detail: other.to_string(),
        },
    }
}

fn unheard(error: PhoneError) -> PortError {
    match error {
        PhoneError::Cannot(_) => PortError::PhoneCannot,
        PhoneError::NoCall => PortError::NoCall,
        PhoneError::Refused(error) => PortError::Api(error),
        PhoneError::Down(detail) => {
            tracing::warn!(detail, "the phone does not answer");
            PortError::Phone
        }
    }
}

fn heard(event: phone::PhoneEvent) -> PhoneEvent {
    match event {
        phone::PhoneEvent::Ringing => PhoneEvent::Ringing,
        phone::PhoneEvent::Connected => PhoneEvent::Connected,
        phone::PhoneEvent::Said { line } => PhoneEvent::Said { line },
        phone::PhoneEvent::Held => PhoneEvent::Held,
        phone::PhoneEvent::Resumed => PhoneEvent::Resumed,
        phone::PhoneEvent::Ended { by_caller } => PhoneEvent::Ended { by_caller },
        phone::PhoneEvent::Down => PhoneEvent::Down,
    }
}

fn outgoing(deed: Deed) -> Outgoing {
    match deed {
        Deed::Open { ticket } => Outgoing::Open(ticket),
        Deed::Act { id, action } => Outgoing::Act(id, action),
        Deed::Promise { callback } => Outgoing::Promise(callback),
        Deed::ActOnCallback { id, change } => Outgoing::Callback(id, change),
        Deed::Edit { edit } => Outgoing::Knowledge(edit),
    }
}

fn unsent(parked: Parked) -> Unsent {
    Unsent {
        id: parked.outgoing.id,
        outgoing: outgoing(parked.outgoing.deed),
        made_at: parked.outgoing.made_at,
        refused: parked.error.map(PortError::Api),
    }
}

fn deed(outgoing: Outgoing) -> Deed {
    match outgoing {
        Outgoing::Open(ticket) => Deed::Open { ticket },
        Outgoing::Act(id, action) => Deed::Act { id, action },
        Outgoing::Promise(callback) => Deed::Promise { callback },
        Outgoing::Callback(id, change) => Deed::ActOnCallback { id, change },
        Outgoing::Knowledge(edit) => Deed::Edit { edit },
    }
}

impl World {
    fn abilities(&self) -> PhoneAbilities {
        let can = self.phone.capabilities();
        PhoneAbilities {
            hold: can.hold,
            transfer: can.blind_transfer,
            mute: can.mute,
            dial: can.dial,
        }
    }

    async fn have_phone(&self, command: PhoneCommand) -> Result<Option<CallId>, PhoneError> {
        match command {
            PhoneCommand::Dial(number) => return self.phone.dial(&number).await.map(Some),
            PhoneCommand::Answer(call) => self.phone.answer(call).await,
            PhoneCommand::Hold(call) => self.phone.hold(call).await,
            PhoneCommand::Resume(call) => self.phone.resume(call).await,
            PhoneCommand::HangUp(call) => self.phone.hang_up(call).await,
            PhoneCommand::Transfer(call, seat) => self.phone.transfer(call, &seat).await,
            PhoneCommand::Mute(on) => self.phone.mute(on).await,
            PhoneCommand::Say(call, line) => self.phone.say(call, &line).await,
        }
        .map(|()| None)
    }

    async fn number(&self) -> Result<TicketNumber, PortError> {
        let seated = self.seat()?;
        let today = civil_day(Timestamp::now());
        let take = || seated.numbers.take(today).map_err(|e| failed(e.into()));
        if let Some(number) = take()? {
            seated.wants_numbers.notify_one();
            return Ok(number);
        }
        let refilled = seated.numbers.refill(seated.api(), today).await;
        refilled.map_err(failed)?;
        take()?.ok_or(PortError::Offline)
    }
}

/// Tickets by number or words, as far as the person may see them.
async fn find_tickets(api: &Api, text: String) -> Result<Vec<Choice>, LinkError> {
    let filter = TicketFilter {
        q: Some(text),
        limit: Some(20),
        ..TicketFilter::default()
    };
    let page = api.tickets(&filter).await?;
    let choice = |row: TicketRow| Choice {
        code: row.id.to_string(),
        name: format!("{} {}", row.number, row.title),
    };
    Ok(page.items.into_iter().map(choice).collect())
}

/// All colleagues, page by page.
async fn everybody(api: &Api) -> Result<Vec<Person>, LinkError> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let limit = Some(200);
        let page = api.people(&PageRequest { after, limit }).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Runs against the world, owned by the reply.
macro_rules! reply {
    ($self:ident, |$world:ident| $body:expr) => {{
        let $world = Arc::clone(&$self.0);
        async move { $body }.boxed()
    }};
}

impl Ports for Wired {
    fn sign_in(&self, sign_in: SignIn) -> Reply<SignedIn> {
        reply!(self, |world| seated::sign_in(&world, sign_in).await)
    }

    fn sign_out(&self) -> Reply<()> {
        reply!(self, |world| {
            seated::sign_out(&world).await;
            Ok(())
        })
    }

    fn people(&self) -> Reply<Vec<Person>> {
        reply!(self, |world| everybody(&world.api).await.map_err(failed))
    }

    fn seats(&self) -> Reply<Vec<Colleague>> {
        reply!(self, |world| world.api.seats().await.map_err(failed))
    }

    fn outages(&self) -> Reply<Vec<Outage>> {
        reply!(self, |world| world.api.outages().await.map_err(failed))
    }

    fn choose_state(&self, state: SeatState) -> Reply<()> {
        reply!(self, |world| world
            .api
            .choose_state(state)
            .await
            .map_err(failed))
    }

    fn call(&self, id: CallId) -> Reply<CallView> {
        reply!(self, |world| world.api.call(id).await.map_err(failed))
    }

    fn report(&self, id: CallId, report: CallReport) -> Reply<()> {
        reply!(self, |world| world
            .api
            .report(id, &report)
            .await
            .map_err(failed))
    }

    fn number(&self) -> Reply<TicketNumber> {
        reply!(self, |world| world.number().await)
    }

    fn send(&self, outgoing: Outgoing) -> Reply<Sent> {
        let seated = match self.0.seat() {
            Ok(seated) => seated,
            Err(error) => return async { Err(error) }.boxed(),
        };
        // Into the journal now, before anything of it is awaited.
        let is_form = matches!(outgoing, Outgoing::Open(_));
        let mut pending = seated.outbox.put(deed(outgoing), Timestamp::now());
        let id = pending.outgoing.id;
        if let Err(error) = std::mem::replace(&mut pending.kept, Ok(())) {
            self.0.tell(Outside::Parked(failed(error.into())));
        }
        async move {
            match pending.settled(seated.line()).await {
                Some(Outcome::Done(Acknowledged::Ticket(view))) => Ok(Sent::Done(Some(view))),
                Some(Outcome::Done(Acknowledged::Callback(_) | Acknowledged::Edited(_))) => {
                    Ok(Sent::Done(None))
                }
                Some(Outcome::Refused(error)) => {
                    // A form stays in the desk's journal until it has arrived.
                    if is_form && let Err(error) = seated.outbox.noted(|it| it.id == id) {
                        tracing::warn!(%error, "a refused form stays in the outbox, too");
                    }
                    Err(PortError::Api(error))
                }
                None => Ok(Sent::Queued),
            }
        }
        .boxed()
    }

    fn unsent(&self) -> Reply<Vec<Unsent>> {
        reply!(self, |world| {
            let held = world.seat()?.outbox.list();
            Ok(held.into_iter().map(unsent).collect())
        })
    }

    fn retry(&self, id: Uuid) -> Reply<()> {
        reply!(self, |world| {
            let kept = world.seat()?.outbox.retry(id);
            kept.map_err(|error| failed(error.into()))
        })
    }

    fn discard(&self, id: Uuid) -> Reply<()> {
        reply!(self, |world| {
            let kept = world.seat()?.outbox.discard(id);
            kept.map_err(|error| failed(error.into()))
        })
    }

    fn tickets(&self, filter: TicketFilter) -> Reply<Page<TicketRow>> {
        reply!(self, |world| world
            .api
            .tickets(&filter)
            .await
            .map_err(failed))
    }

    fn ticket(&self, id: TicketId) -> Reply<(TicketView, History)> {
        reply!(self, |world| {
            let view = world.api.ticket(id).await.map_err(failed)?;
            let history = world.api.history(id).await.map_err(failed)?;
            Ok((view, history))
        })
    }

    fn child_draft(&self, id: TicketId) -> Reply<ChildDraft> {
        reply!(self, |world| world
            .api
            .child_draft(id)
            .await
            .map_err(failed))
    }

    fn consults(&self) -> Reply<Vec<Consult>> {
        reply!(self, |world| world.api.consults().await.map_err(failed))
    }

    fn consult(&self, deed: ConsultDeed) -> Reply<Consult> {
        reply!(self, |world| {
            let key = Uuid::now_v7().to_string();
            let done = match deed {
                ConsultDeed::Ask(new) => world.api.ask_experts(&new, &key).await,
                ConsultDeed::Act(id, change) => world.api.act_on_consult(id, &change, &key).await,
            };
            done.map_err(failed)
        })
    }

    fn callbacks(&self, filter: CallbackFilter) -> Reply<Page<Callback>> {
        reply!(self, |world| world
            .api
            .callbacks(&filter)
            .await
            .map_err(failed))
    }

    fn figures(&self, ask: FiguresAsk) -> Reply<FiguresGot> {
        reply!(self, |world| world.api.figures(&ask).await.map_err(failed))
    }

    fn editors(&self, ask: EditorsAsk) -> Reply<EditorsGot> {
        reply!(self, |world| world.api.editors(&ask).await.map_err(failed))
    }

    fn practice(&self, ask: PracticeAsk) -> Reply<PracticeGot> {
        reply!(self, |world| world.api.practice(&ask).await.map_err(failed))
    }

    fn save(&self, files: Vec<SavedFile>) -> Reply<String> {
        reply!(self, |world| {
            let (data, account) = (world.data.clone(), world.seat()?.account.clone());
            let work = move || files::write(&data, &account, &files);
            let done = tokio::task::spawn_blocking(work).await;
            done.map_err(|_| PortError::Broken)?
        })
    }

    fn search(&self, text: String, today: Date) -> Reply<Hits> {
        reply!(self, |world| {
            world.local.ask(move |it| it.find(text, today)).await
        })
    }

    fn near(&self, text: String, today: Date, soon: bool) -> Reply<Vec<Hit>> {
        reply!(self, |world| near::near(&world, text, today, soon).await)
    }

    fn entry(&self, code: EntryCode) -> Reply<Option<PublishedEntry>> {
        reply!(self, |world| {
            world.local.ask(move |it| it.entry(&code)).await
        })
    }

    fn suggest(&self, request: Request) -> Reply<Option<Suggestion>> {
        reply!(self, |world| {
            world.local.ask(move |it| Ok(it.suggest(&request))).await
        })
    }

    fn look_up(&self, what: LookUp, text: String) -> Reply<Vec<Choice>> {
        reply!(self, |world| match what {
            LookUp::Ticket => find_tickets(&world.api, text).await.map_err(failed),
            _ => world.local.ask(move |it| Ok(it.look_up(what, &text))).await,
        })
    }

    fn configure(&self, name: &'static str, value: String) -> Reply<Configured> {
        reply!(self, |world| {
            let configure = Arc::clone(&world.configure);
            let work = move || configure(name, &value);
            let done = tokio::task::spawn_blocking(work).await;
            let done = done.map_err(|_| PortError::Broken)?;
            done.map_err(|detail| PortError::Local { detail })
        })
    }

    fn phone(&self, command: PhoneCommand) -> Reply<Option<CallId>> {
        reply!(self, |world| world
            .have_phone(command)
            .await
            .map_err(unheard))
    }
}
