//! The loop: takes what waits, lets `update` change the state, keeps the edits, draws once. It has no tick:
//! it sleeps until something comes in, or until the moment at which a shown time moves on.

use super::hangup;
use super::keymap::Key;
use super::message::{Ask, Effect, Input, Message, Outcome, Slot};
use super::ports::{Journal, Outside, PortError, Ports, SavedFile};
use super::state::State;
use super::terminal::Terminal;
use super::update::update;
use super::view::render_to_buffer;
use crate::domain::id::CallId;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use ratatui::crossterm::event::{Event, read};
use signal_hook::consts::SIGTSTP;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::AbortHandle;

/// Why the desk could not run, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The terminal failed; most likely it is gone.
    #[error("the terminal cannot be used: {0}; start the desk in a terminal")]
    Terminal(#[from] io::Error),
}

/// Why the desk was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By a person.
    Quit,
    /// By a signal; what was typed is in the journal.
    Signal,
    /// The terminal is gone.
    Hangup,
}

/// A desk with its world: what it shows, and what it is plugged into.
pub struct House {
    /// What it shows.
    pub state: State,
    /// What it asks.
    pub ports: Arc<dyn Ports>,
    /// What keeps its edits.
    pub journal: Box<dyn Journal>,
    /// What comes in unasked.
    pub outside: UnboundedReceiver<Outside>,
}

/// A server that stands beside the desk's own: where [`Effect::Elsewhere`] goes, and back from there.
pub trait Elsewhere {
    /// A desk of the other one. Errors: it can't be plugged in.
    fn go(&mut self) -> LocalBoxFuture<'_, io::Result<House>>;
}

/// Effects that run, by slot.
pub(super) struct Running {
    ports: Arc<dyn Ports>,
    done: UnboundedSender<Input>,
    tasks: BTreeMap<Slot, AbortHandle>,
    lines: BTreeMap<Line, oneshot::Receiver<()>>,
}

impl Running {
    /// Nothing runs yet; what is done goes to `done`.
    pub(super) fn new(ports: Arc<dyn Ports>, done: UnboundedSender<Input>) -> Self {
        Self {
            ports,
            done,
            tasks: BTreeMap::new(),
            lines: BTreeMap::new(),
        }
    }

    /// Starts an effect; the older one of its slot is cancelled. `Once` slots are never kept: nothing cancels them.
    /// A write is with the port when this returns: whatever ends the desk now, it is kept.
    pub(super) fn start(&mut self, slot: Slot, generation: u64, ask: Ask) {
        let (ports, done) = (Arc::clone(&self.ports), self.done.clone());
        let broken = broken(&ask);
        let turn = self.turn(&ask);
        let task = match ask {
            Ask::Send(outgoing) => {
                let reply = ports.send(outgoing);
                tokio::spawn(async move { Outcome::Send(reply.await) })
            }
            ask => tokio::spawn(async move {
                let _turn = turn.wait().await;
                perform(ports.as_ref(), ask).await
            }),
        };
        if !matches!(slot, Slot::Once(_))
            && let Some(older) = self.tasks.insert(slot, task.abort_handle())
        {
            older.abort();
        }
        tokio::spawn(async move {
            let outcome = match task.await {
                Ok(outcome) => outcome,
                // Nobody waits for what was cancelled; what broke off must not be waited for.
                Err(error) if error.is_panic() => broken,
                Err(_) => return,
            };
            let outcome = Box::new(outcome);
            // The loop may be gone already; then nobody asks.
            let _ = done.send(Input::Done {
                slot,
                generation,
                outcome,
            });
        });
    }

    /// The place of an ask in its line. Reports of a call go one after the other, and so do commands to its
    /// phone; a report that waits for the server holds up no command.
    fn turn(&mut self, ask: &Ask) -> Turn {
        let line = match ask {
            Ask::Report(id, _) => Line::Reports(*id),
            Ask::Phone(command) => Line::Phone(command.call()),
            _ => return Turn::default(),
        };
        let (end, ended) = oneshot::channel();
        // Those that have ended need no place any more.
        self.lines
            .retain(|_, last| last.try_recv() == Err(TryRecvError::Empty));
        let before = self.lines.insert(line, ended);
        Turn {
            before,
            end: Some(end),
        }
    }
}

/// What is done in the order in which it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Reports(CallId),
    Phone(Option<CallId>),
}

/// A place in a line: what is before it, and what tells the next that it is its turn. Dropped, it tells, too.
#[derive(Default)]
struct Turn {
    before: Option<oneshot::Receiver<()>>,
    end: Option<oneshot::Sender<()>>,
}

impl Turn {
    /// Waits for the turn; what is given back is held until the work is done.
    async fn wait(mut self) -> Option<oneshot::Sender<()>> {
        if let Some(before) = self.before.take() {
            // An error is the other's end, too.
            let _ = before.await;
        }
        self.end.take()
    }
}

/// What is told when an ask breaks off.
fn broken(ask: &Ask) -> Outcome {
    let error = PortError::Broken;
    match ask {
        Ask::SignIn(_) => Outcome::SignIn(Err(error)),
        Ask::SignOut => Outcome::SignOut(Err(error)),
        Ask::People => Outcome::People(Err(error)),
        Ask::Seats => Outcome::Seats(Err(error)),
        Ask::Outages => Outcome::Outages(Err(error)),
        Ask::Due(_) => Outcome::Due(Err(error)),
        Ask::Clocks(_) => Outcome::Clocks(Err(error)),
        Ask::Unsent => Outcome::Unsent(Err(error)),
        Ask::Retry(_) => Outcome::Retry(Err(error)),
        Ask::Discard(_) => Outcome::Discard(Err(error)),
        Ask::ChooseState(_) => Outcome::ChooseState(Err(error)),
        Ask::Call(_) => Outcome::Call(Err(error)),
        Ask::Report(..) => Outcome::Report(Err(error)),
        Ask::Number(form) => Outcome::Number(*form, Err(error)),
        Ask::Send(_) => Outcome::Send(Err(error)),
        Ask::Tickets(_) => Outcome::Tickets(Err(error)),
        Ask::Ticket(_) => Outcome::Ticket(Err(error)),
        Ask::ChildDraft(id) => Outcome::ChildDraft(*id, Err(error)),
        Ask::Consults => Outcome::Consults(Err(error)),
        Ask::Consult(_) => Outcome::Consult(Err(error)),
        Ask::Callbacks(_) => Outcome::Callbacks(Err(error)),
        Ask::Editors(_) => Outcome::Editors(Err(error)),
        Ask::Figures(_) => Outcome::Figures(Err(error)),
        Ask::Practice(_) => Outcome::Practice(Err(error)),
        Ask::Search(..) => Outcome::Search(Err(error)),
        Ask::Near(..) => Outcome::Near(Err(error)),
        Ask::Entry(_) => Outcome::Entry(Err(error)),
        Ask::Suggest(_) => Outcome::Suggest(Err(error)),
        Ask::LookUp(what, _) => Outcome::LookUp(*what, Err(error)),
        Ask::Save(files) => Outcome::Save(names(files), Err(error)),
        Ask::Configure(..) => Outcome::Configure(Err(error)),
        Ask::Phone(command) => Outcome::Phone(command.clone(), Err(error)),
    }
}

fn names(files: &[SavedFile]) -> Vec<String> {
    files.iter().map(|file| file.name.clone()).collect()
}

/// Asks the port that an ask names.
pub async fn perform(ports: &dyn Ports, ask: Ask) -> Outcome {
    match ask {
        Ask::SignIn(sign_in) => Outcome::SignIn(ports.sign_in(sign_in).await.map(Box::new)),
        Ask::SignOut => Outcome::SignOut(ports.sign_out().await),
        Ask::People => Outcome::People(ports.people().await),
        Ask::Seats => Outcome::Seats(ports.seats().await),
        Ask::Outages => Outcome::Outages(ports.outages().await),
        Ask::Clocks(filter) => Outcome::Clocks(ports.tickets(filter).await),
        Ask::Due(filter) => Outcome::Due(ports.callbacks(filter).await),
        Ask::ChooseState(state) => Outcome::ChooseState(ports.choose_state(state).await),
        Ask::Call(id) => Outcome::Call(ports.call(id).await.map(Box::new)),
        Ask::Report(id, report) => Outcome::Report(ports.report(id, report).await),
        Ask::Number(form) => Outcome::Number(form, ports.number().await),
        Ask::Send(outgoing) => Outcome::Send(ports.send(outgoing).await),
        Ask::Unsent => Outcome::Unsent(ports.unsent().await),
        Ask::Retry(id) => Outcome::Retry(ports.retry(id).await),
        Ask::Discard(id) => Outcome::Discard(ports.discard(id).await),
        Ask::Tickets(filter) => Outcome::Tickets(ports.tickets(filter).await),
        Ask::Ticket(id) => Outcome::Ticket(ports.ticket(id).await.map(Box::new)),
        Ask::ChildDraft(id) => Outcome::ChildDraft(id, ports.child_draft(id).await.map(Box::new)),
        Ask::Consults => Outcome::Consults(ports.consults().await),
        Ask::Consult(deed) => Outcome::Consult(ports.consult(deed).await.map(Box::new)),
        Ask::Callbacks(filter) => Outcome::Callbacks(ports.callbacks(filter).await),
        Ask::Editors(ask) => Outcome::Editors(ports.editors(*ask).await),
        Ask::Figures(ask) => Outcome::Figures(ports.figures(*ask).await),
        Ask::Practice(ask) => Outcome::Practice(ports.practice(*ask).await),
        Ask::Search(text, today) => Outcome::Search(ports.search(text, today).await),
        Ask::Near(text, today, soon) => Outcome::Near(ports.near(text, today, soon).await),
        Ask::Entry(code) => Outcome::Entry(ports.entry(code).await.map(|it| it.map(Box::new))),
        Ask::Suggest(request) => {
            Outcome::Suggest(ports.suggest(*request).await.map(|it| it.map(Box::new)))
        }
        Ask::LookUp(what, text) => Outcome::LookUp(what, ports.look_up(what, text).await),
        Ask::Save(files) => {
            let names = names(&files);
            Outcome::Save(names, ports.save(files).await)
        }
        Ask::Configure(name, value) => {
            Outcome::Configure(ports.configure(name, value).await.map(Box::new))
        }
        Ask::Phone(command) => {
            let result = ports.phone(command.clone()).await;
            Outcome::Phone(command, result)
        }
    }
}

/// The signals that end or suspend the desk.
struct Signals {
    term: Signal,
    hangup: Signal,
    interrupt: Signal,
    stop: Signal,
}

enum Told {
    Leave,
    Hangup,
    Suspend,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(SIGTSTP))?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.term.recv() => Told::Leave,
            _ = self.interrupt.recv() => Told::Leave,
            _ = self.hangup.recv() => Told::Hangup,
            _ = self.stop.recv() => Told::Suspend,
        }
    }
}

/// Reads the terminal in its own thread, blocking: no polling. Ends when the terminal or the loop is gone.
fn read_terminal(into: UnboundedSender<Option<Input>>) -> io::Result<()> {
    std::thread::Builder::new()
        .name("keys".into())
        .spawn(move || {
            loop {
                let input = match read() {
                    Ok(Event::Key(event)) => Key::from_event(&event).map(Input::Key),
                    Ok(Event::Paste(text)) => Some(Input::Paste(text)),
                    Ok(Event::Resize(columns, rows)) => Some(Input::Resize(columns, rows)),
                    Ok(_) => None,
                    Err(_) => {
                        let _ = into.send(None);
                        return;
                    }
                };
                if let Some(input) = input
                    && into.send(Some(input)).is_err()
                {
                    return;
                }
            }
        })?;
    Ok(())
}

/// A desk with what runs for it, and where it hears what is done.
type Moved = (House, Running, UnboundedReceiver<Input>);

/// A desk of the other server, in the same terminal; none where there is no other.
async fn moved(
    state: &State,
    elsewhere: &mut Option<Box<dyn Elsewhere + '_>>,
) -> io::Result<Option<Moved>> {
    let Some(other) = elsewhere else {
        return Ok(None);
    };
    let mut house = other.go().await?;
    (house.state.columns, house.state.rows) = (state.columns, state.rows);
    // What the terminal can draw was found out once.
    house.state.theme = state.theme.clone();
    let (done_in, done) = unbounded_channel();
    let running = Running::new(Arc::clone(&house.ports), done_in);
    Ok(Some((house, running, done)))
}

/// Runs the desk in this process's terminal until it is left.
pub async fn run(
    mut house: House,
    mut elsewhere: Option<Box<dyn Elsewhere + '_>>,
) -> Result<Exit, DeskError> {
    let mut signals = Signals::listen()?;
    let mut terminal = Terminal::enter()?;
    if house.state.asks_marks && terminal.draws_wide_marks()? {
        house.state.theme = house.state.theme.in_ascii();
    }
    let (keys_in, mut keys) = unbounded_channel();
    let (done_in, mut done) = unbounded_channel();
    read_terminal(keys_in)?;
    let mut gone = std::pin::pin!(hangup::watch()?);
    let mut running = Running::new(Arc::clone(&house.ports), done_in);
    let (columns, rows) = Terminal::size()?;
    let mut waiting = vec![Input::Resize(columns, rows)];
    loop {
        let mut next = None;
        let mut later = Vec::new();
        for input in waiting.drain(..) {
            next = step(&mut house.state, input, &mut running, &mut later).or(next);
        }
        keep(&mut house.state, house.journal.as_mut());
        if next == Some(Next::Leave) {
            return Ok(Exit::Quit);
        }
        if next == Some(Next::Elsewhere)
            && let Some(other) = moved(&house.state, &mut elsewhere).await?
        {
            (house, running, done) = other;
            later.clear();
        }
        let (buffer, caret) = render_to_buffer(&house.state, house.state.columns, house.state.rows);
        terminal.draw(buffer, caret)?;
        beside_frame(&mut house.state, &mut terminal)?;
        for (slot, generation, ask) in later {
            running.start(slot, generation, ask);
        }
        let first = tokio::select! {
            biased;
            told = signals.next() => match told {
                Told::Leave => return Ok(Exit::Signal),
                Told::Hangup => return Ok(Exit::Hangup),
                Told::Suspend => suspend(&mut terminal)?,
            },
            () = &mut gone => return Ok(Exit::Hangup),
            key = keys.recv() => match key {
                Some(Some(input)) => Some(input),
                _ => return Ok(Exit::Hangup),
            },
            Some(input) = done.recv() => Some(input),
            Some(told) = house.outside.recv() => Some(Input::Outside(told)),
            () = sleep_until(house.state.wake_at()) => Some(Input::Wake),
        };
        waiting.extend(first);
        // Everything that waits belongs to the same frame. A closed line of keys is found at the next turn.
        waiting.extend(std::iter::from_fn(|| keys.try_recv().ok().flatten()));
        waiting.extend(std::iter::from_fn(|| done.try_recv().ok()));
        waiting.extend(std::iter::from_fn(|| house.outside.try_recv().ok()).map(Input::Outside));
    }
}

/// What goes to the terminal beside its cells: a text for the clipboard, a bell.
fn beside_frame(state: &mut State, terminal: &mut Terminal) -> io::Result<()> {
    if let Some(text) = state.copied.take() {
        terminal.copy(&text)?;
    }
    if let Some(text) = state.alert.take() {
        terminal.alert(state.notify, &text)?;
    }
    Ok(())
}

/// An effect that is not started yet.
pub(super) type Held = (Slot, u64, Ask);

/// What follows from a message beside a new frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The desk is left.
    Leave,
    /// The desk goes to the server beside its own.
    Elsewhere,
}

/// One message, and what follows from it beside a new frame. What only this machine's processor is asked for is held until the
/// frame is out: on a machine of few cores the search would keep the letter from the screen.
pub(super) fn step(
    state: &mut State,
    input: Input,
    running: &mut Running,
    later: &mut Vec<Held>,
) -> Option<Next> {
    let message = Message {
        now: Timestamp::now(),
        input,
    };
    let mut next = None;
    for effect in update(state, message) {
        match effect {
            Effect::Ask {
                slot,
                generation,
                ask,
            } if ask.is_worked_out_here() => {
                // Of a burst of keys the newest is worth the work.
                later.retain(|(older, ..)| *older != slot);
                later.push((slot, generation, *ask));
            }
            Effect::Ask {
                slot,
                generation,
                ask,
            } => running.start(slot, generation, *ask),
            Effect::Quit => next = Some(Next::Leave),
            Effect::Elsewhere => next = Some(Next::Elsewhere),
        }
    }
    next
}

/// What was edited is kept before it is shown. A journal that fails is said; the screen keeps the text.
fn keep(state: &mut State, journal: &mut dyn Journal) {
    let records = state.take_records();
    if records.is_empty() {
        return;
    }
    if let Err(error) = journal.append(&records) {
        state.unkept(&records);
        let now = state.now;
        update(
            state,
            Message {
                now,
                input: Input::JournalFailed(error.0),
            },
        );
    }
}

/// Stops as the shell asked; on return the shell has brought the desk back.
fn suspend(terminal: &mut Terminal) -> io::Result<Option<Input>> {
    terminal.suspend();
    signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
    terminal.resume()?;
    let (columns, rows) = Terminal::size()?;
    Ok(Some(Input::Resize(columns, rows)))
}

async fn sleep_until(moment: Option<Timestamp>) {
    match moment {
        None => std::future::pending().await,
        Some(moment) => {
            let left = moment.duration_since(Timestamp::now());
            tokio::time::sleep(left.try_into().unwrap_or_default()).await;
        }
    }
}
