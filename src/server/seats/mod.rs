//! The seats of the house: their states, the queue and the calls in it, owned by one task, so that nothing
//! about them happens twice. Every change is kept in the store before anybody is told. What may follow what
//! is the domain's (`Seat::after`), who answers which call is its `queue::pick`; here is who does it and when.

mod room;
mod run;
mod timers;

use super::core::Core;
use crate::domain::call::Call;
use crate::domain::id::{Account, CallId, SeatNo};
use crate::domain::role::Person;
use crate::domain::seat::{Seat, SeatState};
use crate::protocol::call::CallReport;
use crate::protocol::error::ApiError;
use crate::protocol::seat::{Queue, SeatView};
use crate::server::trunk::Trunk;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How long things last.
#[derive(Debug, Clone, Copy)]
pub struct Lengths {
    /// The wrap-up after a call.
    pub wrap_up: Duration,
    /// How long a seat's phone rings before the call goes back to the queue.
    pub ring: Duration,
    /// A break; afterwards the seat is busy until its person says otherwise.
    pub pause: Duration,
    /// How long a seat may be without a stream and without a request before it is taken for deserted.
    pub deserted: Duration,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            wrap_up: Duration::from_secs(30),
            ring: Duration::from_secs(20),
            pause: Duration::from_mins(10),
            deserted: Duration::from_mins(1),
        }
    }
}

type Reply<T> = oneshot::Sender<Result<T, ApiError>>;

/// What the task is asked.
enum Ask {
    SitDown(SeatNo, Box<Person>, Reply<Seat>),
    Leave(SeatNo, Account, Reply<()>),
    Choose(SeatNo, SeatState, Reply<Seat>),
    Report(Option<SeatNo>, CallId, CallReport, Reply<Call>),
    Offer(Box<Call>, Reply<()>),
    OfferTo(SeatNo, Box<Call>, Reply<()>),
    Dialled(SeatNo, Box<Call>, Reply<()>),
    Gone(CallId, Reply<()>),
    View(SeatNo, Reply<SeatView>),
    Queue(Reply<Queue>),
    Call(CallId, Reply<Option<Call>>),
    States(Reply<HashMap<SeatState, u32>>),
    Alive(SeatNo),
    Present(SeatNo, bool),
    Stop,
}

impl Ask {
    /// The seat it is about, if it comes from one.
    fn seat(&self) -> Option<&SeatNo> {
        match self {
            Self::SitDown(seat, ..)
            | Self::Leave(seat, ..)
            | Self::Choose(seat, ..)
            | Self::Report(Some(seat), ..)
            | Self::Dialled(seat, ..)
            | Self::View(seat, ..)
            | Self::Alive(seat)
            | Self::Present(seat, ..) => Some(seat),
            _ => None,
        }
    }
}

/// The way to the task; clones share it.
#[derive(Clone)]
pub struct Seats(mpsc::UnboundedSender<Ask>);

/// Says that a desk listens at a seat, until it is dropped.
pub struct Presence(Seats, SeatNo);

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.tell(Ask::Present(self.1.clone(), false));
    }
}

impl Seats {
    /// Takes up what the store remembers and starts the task. A call that was alive when the server went is
    /// kept if the trunk still has it; else it is lost, and its caller is called back.
    pub async fn start(
        core: Core,
        trunk: Option<Arc<dyn Trunk>>,
        lengths: Lengths,
    ) -> Result<(Self, JoinHandle<()>), ApiError> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let room = room::Room::restore(core, trunk, lengths).await?;
        let task = tokio::spawn(run::run(room, receiver));
        Ok((Self(sender), task))
    }

    fn tell(&self, ask: Ask) {
        // The task ends only with the server; then there is nobody to be told.
        let _ = self.0.send(ask);
    }

    async fn ask<T>(&self, ask: impl FnOnce(Reply<T>) -> Ask) -> Result<T, ApiError> {
        let (reply, answer) = oneshot::channel();
        self.tell(ask(reply));
        answer.await.unwrap_or(Err(ApiError::Unavailable))
    }

    /// Somebody sits down. A seat that was signed out is busy then; one with a call keeps it.
    pub async fn sit_down(&self, seat: SeatNo, person: Person) -> Result<Seat, ApiError> {
        self.ask(|reply| Ask::SitDown(seat, Box::new(person), reply))
            .await
    }

    /// They leave; a seat with a call stays as it is until the call is over and the desk stays away.
    pub async fn leave(&self, seat: SeatNo, account: Account) -> Result<(), ApiError> {
        self.ask(|reply| Ask::Leave(seat, account, reply)).await
    }

    /// Chooses a seat's state. Errors: the state cannot be chosen now.
    pub async fn choose(&self, seat: SeatNo, state: SeatState) -> Result<Seat, ApiError> {
        self.ask(|reply| Ask::Choose(seat, state, reply)).await
    }

    /// What a phone (`by` its seat) or the trunk (`by` nobody) saw of a call. Repeating it changes nothing.
    /// Errors: no such call at this seat; it does not follow from what the call is doing.
    pub async fn report(
        &self,
        by: Option<SeatNo>,
        call: CallId,
        report: CallReport,
    ) -> Result<Call, ApiError> {
        self.ask(|reply| Ask::Report(by, call, report, reply)).await
    }

    /// A trunk offers a call.
    pub async fn offer(&self, call: Call) -> Result<(), ApiError> {
        self.ask(|reply| Ask::Offer(Box::new(call), reply)).await
    }

    /// A trunk offers a call that is for one seat, and for no other. Errors: a call is on it already.
    pub async fn offer_to(&self, seat: SeatNo, call: Call) -> Result<(), ApiError> {
        self.ask(|reply| Ask::OfferTo(seat, Box::new(call), reply))
            .await
    }

    /// A seat dials out; the seat is taken into that state when it may be.
    pub async fn dialled(&self, seat: SeatNo, call: Call) -> Result<(), ApiError> {
        self.ask(|reply| Ask::Dialled(seat, Box::new(call), reply))
            .await
    }

    /// The caller of a call is gone: abandoned before it was answered, over afterwards.
    pub async fn caller_gone(&self, call: CallId) -> Result<(), ApiError> {
        self.ask(|reply| Ask::Gone(call, reply)).await
    }

    /// A seat and the queue.
    pub async fn view(&self, seat: SeatNo) -> Result<SeatView, ApiError> {
        self.ask(|reply| Ask::View(seat, reply)).await
    }

    /// The queue.
    pub async fn queue(&self) -> Result<Queue, ApiError> {
        self.ask(Ask::Queue).await
    }

    /// A call that is not over.
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, ApiError> {
        self.ask(|reply| Ask::Call(id, reply)).await
    }

    /// How many seats are in which state.
    pub async fn states(&self) -> Result<HashMap<SeatState, u32>, ApiError> {
        self.ask(Ask::States).await
    }

    /// Ends the task after what it is doing; whoever asks later is told that the server is unavailable.
    pub fn stop(&self) {
        self.tell(Ask::Stop);
    }

    /// A request came from this seat.
    pub fn alive(&self, seat: &SeatNo) {
        self.tell(Ask::Alive(seat.clone()));
    }

    /// A desk listens at this seat for as long as the answer lives.
    pub fn present(&self, seat: &SeatNo) -> Presence {
        self.tell(Ask::Present(seat.clone(), true));
        Presence(self.clone(), seat.clone())
    }
}

#[cfg(test)]
mod tests;
