//! What runs while somebody is signed in: journal, outbox, numbers, the event stream and what follows from it.

use super::{PREFIX, World, failed, offline};
use crate::crypto::CryptoError;
use crate::desk::adopted_key;
use crate::desk::ports::{JournalRecord, LineState, Outside, PortError, SignedIn};
use crate::domain::call::CallPhase;
use crate::domain::clock::civil_day;
use crate::domain::id::{Account, CallId};
use crate::domain::seat::{Seat, SeatState};
use crate::link::follow::follow;
use crate::link::journal::{JournalError, open_vault, user_dir};
use crate::link::outbox::{Parked, Running};
use crate::link::{Api, Copies, Events, Journal, Line, LinkError, Numbers, Outbox, Told};
use crate::phone::Phone as _;
use crate::protocol::event::ServerEvent;
use crate::protocol::session::{Session, SignIn};
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How long leaving waits for the server.
const LEAVING: Duration = Duration::from_secs(3);

/// Somebody who is signed in. Dropping it ends what runs for them; what is unsent stays in the journal.
pub(super) struct Seated {
    pub(super) account: Account,
    api: Api,
    pub(super) journal: Journal,
    pub(super) numbers: Numbers,
    pub(super) outbox: Outbox,
    pub(super) wants_numbers: Arc<Notify>,
    events: Events,
    _sending: Running,
    tasks: Vec<JoinHandle<()>>,
    /// Nothing runs any more.
    hushed: AtomicBool,
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.hush();
    }
}

impl Seated {
    /// The client that carries this person's token, and never another's.
    pub(super) const fn api(&self) -> &Api {
        &self.api
    }

    /// Tells the desk nothing more. It is of no use after that: nothing would ever be sent.
    fn hush(&self) {
        self.hushed.store(true, Ordering::Release);
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    pub(super) fn line(&self) -> watch::Receiver<Line> {
        self.events.line()
    }
}

/// Signs in, and opens what was left. The same person signing in again goes on where they are; when anything
/// of it fails, whoever was signed in before still is, and no session is left behind.
pub(super) async fn sign_in(world: &Arc<World>, sign_in: SignIn) -> Result<SignedIn, PortError> {
    leave_hushed(world);
    let api = world.api.apart();
    let session = match api.sign_in(&sign_in).await {
        Ok(session) => session,
        Err(LinkError::Offline(_)) => return offline::sign_in(world, api, sign_in).await,
        Err(error) => return Err(failed(error)),
    };
    let seated = take_seat(world, &api, &sign_in, session).await;
    if seated.is_err() {
        end(&api).await;
    }
    seated
}

/// A sign-out that broke off leaves a seat on which nothing runs: nobody goes on there.
fn leave_hushed(world: &World) {
    let hushed = |seated: &mut Arc<Seated>| seated.hushed.load(Ordering::Acquire);
    let left = world.seated().take_if(hushed);
    drop(left);
}

/// Ends a session; a server that cannot be told, or does not answer in time, ends it itself after a while.
pub(super) async fn end(api: &Api) {
    match tokio::time::timeout(LEAVING, api.sign_out()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::info!(%error, "the session could not be ended"),
        Err(_) => tracing::info!("the server did not answer in time that the session is over"),
    }
}

/// Signs out, whatever the server says to it, and when it says nothing, too. The journal is open until the last moment.
pub(super) async fn sign_out(world: &World) {
    let seated = world.seated().clone();
    if let Some(seated) = seated {
        seated.hush();
        end(&seated.api).await;
    }
    world.api.set_token(None);
    world.left.store(true, Ordering::Release);
    let seated = world.seated().take();
    if let Some(seated) = &seated {
        super::files::forget(&world.data, &seated.account);
    }
    drop(seated);
}

/// What the server says of the seat, then the person's journal; only then is it theirs.
async fn take_seat(
    world: &Arc<World>,
    api: &Api,
    sign_in: &SignIn,
    session: Session,
) -> Result<SignedIn, PortError> {
    let (seat, queue) = if session.seat.is_some() {
        let view = api.seat().await.map_err(failed)?;
        (Some(view.seat), view.queue)
    } else {
        (None, api.queue().await.unwrap_or_default())
    };
    let token = Some(session.token.clone().into());
    let before = world.seated().clone();
    let seated = match before {
        Some(seated) if seated.account == sign_in.account => {
            seated.api.set_token(token.clone());
            seated
        }
        before => {
            let seated = Arc::new(open_desk(world, api, sign_in).await?);
            *world.seated() = Some(Arc::clone(&seated));
            if let Some(before) = before {
                before.hush();
                end(&before.api).await;
            }
            seated
        }
    };
    world.left.store(false, Ordering::Release);
    world.api.set_token(token);
    // A call that was live when the desk ended is still there.
    if let Some(call) = seat.as_ref().and_then(on_the_phone) {
        world.phone.attend(call);
    }
    tell_directory(world).await?;
    if let Err(error) = offline::keep(&seated.journal, &session.person) {
        tracing::warn!(%error, "who signed in could not be kept for a day without a server");
    }
    Ok(SignedIn {
        practice: session.practice,
        person: session.person,
        seat,
        queue,
        server_now: session.now,
        version: session.version,
        phone: world.abilities(),
        remembered: remembered(&seated.journal),
    })
}

/// What the desk itself kept, under its own keys.
pub(super) fn remembered(journal: &Journal) -> Vec<JournalRecord> {
    let records = journal.records(PREFIX).into_iter();
    let own = records.map(|record| JournalRecord {
        key: record
            .key
            .strip_prefix(PREFIX)
            .unwrap_or(&record.key)
            .to_owned(),
        value: record.value,
    });
    own.collect()
}

/// Tells the desk the directory of the copies, where there is one.
pub(super) async fn tell_directory(world: &World) -> Result<(), PortError> {
    let directory = world.local.known().await?.copies.directory();
    if directory.version > 0 {
        world.tell(Outside::Directory(directory));
    }
    Ok(())
}

/// The outbox, with what desks that were closed since left in theirs; what the server refused them is read and settled
/// here.
fn take_over(journal: &Journal) -> Result<Outbox, JournalError> {
    journal.adopt(&format!("{PREFIX}refused"), |value| {
        adopted_key(value).map(|key| format!("{PREFIX}{key}"))
    })?;
    Outbox::open(journal.clone())
}

/// Opens the person's journal and starts what runs for them.
pub(super) async fn open_desk(
    world: &Arc<World>,
    api: &Api,
    sign_in: &SignIn,
) -> Result<Seated, PortError> {
    let folder = user_dir(&world.data, world.api.base(), &sign_in.account);
    let password = sign_in.password.clone();
    let local = |detail: String| {
        tracing::warn!(detail, "what is kept of the person cannot be used");
        PortError::Journal
    };
    let known = world.local.known().await?;
    let opened = tokio::task::spawn_blocking(move || {
        let vault = open_vault(&folder, &password)?;
        Journal::open(&folder, vault.key())
    });
    let (journal, found) = match opened.await.map_err(|error| local(error.to_string()))? {
        Ok(opened) => opened,
        Err(JournalError::Crypto(CryptoError::WrongPassword)) => {
            return Err(PortError::OldPassword);
        }
        Err(error) => return Err(local(error.to_string())),
    };
    if found.torn > 0 || found.damaged > 0 {
        tracing::warn!(found.torn, found.damaged, "the journal was mended");
    }
    let outbox = take_over(&journal).map_err(|error| local(error.to_string()))?;
    let numbers = Numbers::open(journal.clone());
    let (events, told) = Events::start(api.clone(), None);
    let (sending, parked) = outbox.start(Arc::new(api.clone()), events.line());
    let wants_numbers = Arc::new(Notify::new());
    let (wanted, pulls) = keep_copies(world, &known.copies, api);
    let mut tasks = vec![
        tokio::spawn(listen(Arc::downgrade(world), api.clone(), told, wanted)),
        tokio::spawn(tell_parked(Arc::downgrade(world), parked)),
        tokio::spawn(tell_line(
            Arc::downgrade(world),
            events.line(),
            outbox.clone(),
        )),
        tokio::spawn(keep_numbers(
            api.clone(),
            events.line(),
            numbers.clone(),
            Arc::clone(&wants_numbers),
        )),
    ];
    tasks.extend(pulls);
    Ok(Seated {
        account: sign_in.account.clone(),
        api: api.clone(),
        journal,
        numbers,
        outbox,
        wants_numbers,
        events,
        _sending: sending,
        tasks,
        hushed: AtomicBool::new(false),
    })
}

/// What events say there is to pull.
struct Wanted {
    knowledge: watch::Sender<u64>,
    directory: watch::Sender<u64>,
}

impl Wanted {
    /// Everything, whatever the server has.
    fn all(&self) {
        self.knowledge.send_modify(|_| {});
        self.directory.send_modify(|_| {});
    }
}

/// Passes events on, after what has to be done about them here.
async fn listen(world: Weak<World>, api: Api, mut told: UnboundedReceiver<Told>, wanted: Wanted) {
    while let Some(told) = told.recv().await {
        let Some(world) = world.upgrade() else { return };
        match &told.event {
            ServerEvent::Call { call } if matches!(call.phase, CallPhase::Ringing { .. }) => {
                world.phone.attend(call.id);
            }
            ServerEvent::Knowledge { revision } => {
                wanted.knowledge.send_modify(|it| *it = *revision);
            }
            ServerEvent::Directory { .. } => wanted.directory.send_modify(|_| {}),
            ServerEvent::Hello { .. } | ServerEvent::Reset { .. } => {
                wanted.all();
                tokio::spawn(attend_again(Arc::clone(&world), api.clone()));
            }
            _ => {}
        }
        world.tell(Outside::Server(told.event));
    }
}

/// The seat's call while it has a leg: one that is only written up has none any more.
fn on_the_phone(seat: &Seat) -> Option<CallId> {
    seat.call.filter(|_| seat.state != SeatState::WrapUp)
}

/// The seat as it is now; a leg that was lost with the line is taken up again with it.
async fn attend_again(world: Arc<World>, api: Api) {
    // Without a seat there is no leg either.
    let Ok(view) = api.seat().await else {
        return;
    };
    let call = on_the_phone(&view.seat);
    world.tell(Outside::Server(ServerEvent::Seat { seat: view.seat }));
    if let Some(call) = call
        && !world.phone.attends(call)
    {
        world.phone.attend(call);
    }
}

/// Pulls in the background: the next keystroke finds what is there by then.
fn keep_copies(world: &Arc<World>, copies: &Copies, api: &Api) -> (Wanted, [JoinHandle<()>; 2]) {
    let (knowledge, revision) = watch::channel(0);
    let (directory, version) = watch::channel(0);
    let (followed, by) = (copies.clone(), api.clone());
    let house = Arc::downgrade(world);
    let pull = move |revision| {
        let (copies, api, house) = (followed.clone(), by.clone(), house.clone());
        async move {
            let before = copies.revision();
            let pulled = copies.pull_knowledge(&api, revision).await?;
            let Some(world) = house.upgrade() else {
                return Ok(());
            };
            if pulled.revision != before {
                world.tell(Outside::Knowledge);
            }
            if let Err(error) = copies.pull_uses(&api).await {
                tracing::info!(%error, "how often entries were used is asked another time");
            }
            // Behind the entries, which never wait for it.
            if world.meaning.is_there() {
                match copies.pull_vectors(&api).await {
                    Ok(true) => world.tell(Outside::Knowledge),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "vectors are pulled another time"),
                }
            }
            Ok(())
        }
    };
    let (followed, by) = (copies.clone(), api.clone());
    let house = Arc::downgrade(world);
    let pull_directory = move |_| {
        let (copies, api, house) = (followed.clone(), by.clone(), house.clone());
        async move {
            if copies.pull_directory(&api).await?
                && let Some(world) = house.upgrade()
            {
                // Names and suggestions change together; reading them in takes a while.
                match world.local.ask(|it| Ok(it.use_directory())).await {
                    Ok(directory) => world.tell(Outside::Directory(directory)),
                    Err(error) => tracing::error!(%error, "the directory could not be read in"),
                }
            }
            Ok(())
        }
    };
    let wanted = Wanted {
        knowledge,
        directory,
    };
    let tasks = [
        tokio::spawn(follow(revision, pull)),
        tokio::spawn(follow(version, pull_directory)),
    ];
    (wanted, tasks)
}

async fn tell_parked(world: Weak<World>, mut parked: UnboundedReceiver<Parked>) {
    while let Some(parked) = parked.recv().await {
        let Some(world) = world.upgrade() else { return };
        if let Some(error) = parked.error {
            world.tell(Outside::Parked(PortError::Api(error)));
        }
    }
}

/// Says how the line stands and how much is unsent, whenever one of them changes.
async fn tell_line(world: Weak<World>, mut line: watch::Receiver<Line>, outbox: Outbox) {
    let mut counts = outbox.counts();
    loop {
        let (stands, unsent) = (*line.borrow_and_update(), *counts.borrow_and_update());
        let Some(world) = world.upgrade() else { return };
        let down_since = match stands {
            Line::Down { since, .. } => Some(since),
            Line::Up | Line::SignedOut => None,
        };
        world.tell(Outside::Line(LineState {
            down_since,
            unsent: unsent.waiting + unsent.parked,
            parked: unsent.parked,
        }));
        if stands == Line::SignedOut {
            world.tell(Outside::Server(ServerEvent::SessionEnded));
        }
        drop(world);
        let more = tokio::select! {
            changed = line.changed() => changed.is_ok(),
            changed = counts.changed() => changed.is_ok(),
        };
        if !more {
            return;
        }
    }
}

/// Leases numbers whenever the line comes up and half of them are gone.
async fn keep_numbers(
    api: Api,
    mut line: watch::Receiver<Line>,
    numbers: Numbers,
    wanted: Arc<Notify>,
) {
    while line.wait_for(|line| line.is_up()).await.is_ok() {
        let today = civil_day(Timestamp::now());
        if let Err(error) = numbers.refill(&api, today).await {
            tracing::info!(%error, "no ticket numbers were leased");
        }
        tokio::select! {
            () = wanted.notified() => {}
            changed = line.changed() => if changed.is_err() { return },
        }
    }
}
