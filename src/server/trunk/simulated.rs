//! The simulated telephone network: callers of a script arrive as seats come free, ring, and are played leg by
//! leg; a dialled number is answered by the caller who has it. Everything it sees it tells the seats, as the
//! adapter of an exchange would.

use super::Trunk;
use super::actor::{Actor, act};
use super::callers::{Caller, Callers};
use super::leg::{Input, LegEnd, Listening, Sound, play};
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::id::{CallId, SeatNo};
use crate::domain::text::Line;
use crate::protocol::call::CallReport;
use crate::protocol::error::ApiError;
use crate::protocol::practice::Inject;
use crate::protocol::simulated::{LegCommand, LegEvent};
use crate::server::core::Core;
use crate::server::seats::Seats;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// How callers arrive.
#[derive(Clone)]
pub struct Simulation {
    /// Who calls.
    pub callers: Callers,
    /// How many may wait although no seat is idle.
    pub queue: u32,
    /// The shortest and the longest pause before the next one.
    pub pause: (Duration, Duration),
    /// The pauses follow from it.
    pub seed: u64,
}

impl Simulation {
    /// The usual: nobody waits, the next caller comes 3 to 8 seconds after a seat is idle.
    pub fn new(callers: Callers) -> Self {
        Self {
            callers,
            queue: 0,
            pause: (Duration::from_secs(3), Duration::from_secs(8)),
            seed: 12345,
        }
    }
}

/// How long a dialled number rings before it is picked up, and how long when nobody has it.
const PICKED_UP: Duration = Duration::from_secs(2);
const NO_ANSWER: Duration = Duration::from_secs(8);
/// How long an ended leg can still be listened to.
const ECHO: Duration = Duration::from_secs(30);

struct Leg {
    inputs: mpsc::UnboundedSender<Input>,
    sound: Sound,
    /// The seat that has it, as the seats told last.
    seat: Option<SeatNo>,
    over: bool,
}

struct Network {
    script: Simulation,
    house: OnceLock<(Core, Seats)>,
    legs: Mutex<HashMap<CallId, Leg>>,
    /// The callers who are being played; nothing once the network was stopped.
    playing: Mutex<Option<JoinSet<()>>>,
}

/// The simulated trunk; clones share one.
#[derive(Clone)]
pub struct Simulated(Arc<Network>);

impl Trunk for Simulated {
    fn has(&self, call: CallId) -> bool {
        self.with(call, |leg| !leg.over).unwrap_or(false)
    }

    fn told(&self, call: &Call) {
        self.with(call.id, |leg| match &call.phase {
            CallPhase::Queued => {
                if leg.seat.take().is_some() {
                    leg.sound.move_on();
                }
                let _ = leg.inputs.send(Input::Waiting);
            }
            CallPhase::Ended { .. } => {
                let _ = leg.inputs.send(Input::HungUp);
            }
            CallPhase::Ringing { seat } => {
                if leg.seat.as_ref() != Some(seat) {
                    leg.sound.make(LegEvent::Ringing);
                }
                leg.seat = Some(seat.clone());
            }
            CallPhase::Talking { seat } | CallPhase::Holding { seat } => {
                leg.seat = Some(seat.clone());
            }
        });
    }
}

impl Simulated {
    /// A network with nobody on the line yet.
    pub fn new(script: Simulation) -> Self {
        Self(Arc::new(Network {
            script,
            house: OnceLock::new(),
            legs: Mutex::default(),
            playing: Mutex::new(Some(JoinSet::new())),
        }))
    }

    /// Lets callers arrive from now on. The task ends when it is aborted.
    pub fn start(&self, core: Core, seats: Seats) -> JoinHandle<()> {
        // A second start finds the seats of the first; there is one set of seats in a server.
        let (core, seats) = self.0.house.get_or_init(|| (core, seats)).clone();
        tokio::spawn(self.clone().arrive(core, seats))
    }

    async fn arrive(self, core: Core, seats: Seats) {
        let script = &self.0.script;
        let mut random = StdRng::seed_from_u64(script.seed);
        let (least, most) = script.pause;
        for caller in script.callers.callers.iter().cycle() {
            let span = most.saturating_sub(least);
            let mut pause = least + span.mul_f64(random.random_range(0.0..=1.0));
            loop {
                sleep(pause.max(Duration::from_millis(10))).await;
                match seats.queue().await {
                    Ok(queue) if queue.waiting < queue.idle.saturating_add(script.queue) => break,
                    Ok(_) => pause = least,
                    // The seats are gone: the server stops.
                    Err(_) => return,
                }
            }
            let id = CallId(uuid::Uuid::now_v7());
            let call = Call {
                lane: caller.kind,
                phrase: caller.phrase.clone(),
                ..new_call(&core, id, caller.number.clone())
            };
            let (leg, inputs) = self.leg(call.id, None);
            if let Err(error) = seats.offer(call.clone()).await {
                tracing::warn!(%error, "a simulated call was not taken");
                self.forget(call.id);
                continue;
            }
            self.play(
                self.clone()
                    .live(seats.clone(), call.id, caller.clone(), leg, inputs),
            );
        }
    }

    /// Plays a caller beside the others, until the network stops.
    fn play(&self, caller: impl Future<Output = ()> + Send + 'static) {
        let mut playing = self.playing();
        if let Some(playing) = playing.as_mut() {
            while playing.try_join_next().is_some() {}
            playing.spawn(caller);
        }
    }

    fn playing(&self) -> std::sync::MutexGuard<'_, Option<JoinSet<()>>> {
        self.0
            .playing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the playing of every caller: none outlives the server.
    pub async fn stop(&self) {
        let playing = self.playing().take();
        if let Some(mut playing) = playing {
            playing.shutdown().await;
        }
    }

    /// Plays an offered caller to the end.
    async fn live(
        self,
        seats: Seats,
        id: CallId,
        caller: Caller,
        sound: Sound,
        mut inputs: mpsc::UnboundedReceiver<Input>,
    ) {
        let end = play(&caller, &sound, &mut inputs, false).await;
        self.finish(&seats, id, end).await;
    }

    async fn finish(&self, seats: &Seats, id: CallId, end: LegEnd) {
        self.with(id, |leg| leg.over = true);
        let told = match end {
            LegEnd::Caller => seats.caller_gone(id).await,
            LegEnd::Seat => {
                let end = CallEnd::Seat;
                let report = CallReport::Ended { end };
                seats.report(None, id, report).await.map(drop)
            }
        };
        if let Err(error) = told {
            tracing::debug!(%error, "the end of a simulated call was known already");
        }
        sleep(ECHO).await;
        self.forget(id);
    }

    /// A caller who reacts rings at one seat, and waits for that one only. Errors: the seats did not take the call.
    pub async fn call_seat(
        &self,
        id: CallId,
        seat: SeatNo,
        (number, lane): (Telephone, CallerKind),
        mut actor: Box<dyn Actor>,
    ) -> Result<(), ApiError> {
        let (core, seats) = self.0.house.get().ok_or(ApiError::Unavailable)?;
        let call = Call {
            lane,
            ..new_call(core, id, number)
        };
        let (sound, mut inputs) = self.leg(id, None);
        if let Err(error) = seats.offer_to(seat, call).await {
            self.forget(id);
            return Err(error);
        }
        let (network, seats) = (self.clone(), seats.clone());
        self.play(async move {
            let end = act(actor.as_mut(), &sound, &mut inputs).await;
            network.finish(&seats, id, end).await;
        });
        Ok(())
    }

    /// Has a caller who reacts hear of something that no seat did. Errors: no such leg.
    pub fn inject(&self, id: CallId, what: Inject) -> Result<(), ApiError> {
        let sent = self.with(id, |leg| leg.inputs.send(Input::Injected(what)).is_ok());
        sent.filter(|sent| *sent)
            .map(drop)
            .ok_or_else(|| no_leg(id))
    }

    /// Has a caller who reacts give up, wherever they are; one who is gone already stays gone.
    pub fn give_up(&self, id: CallId) {
        self.with(id, |leg| leg.inputs.send(Input::GaveUp).is_ok());
    }

    /// Listens to a leg. Errors: no such leg.
    pub fn listen(&self, id: CallId) -> Result<Listening, ApiError> {
        self.with(id, |leg| leg.sound.listen())
            .ok_or_else(|| no_leg(id))
    }

    /// Does what a seat's phone asks for; the seats are told, as an exchange would tell them. Errors: the seat does not
    /// have the call, or no longer.
    pub async fn command(
        &self,
        seat: SeatNo,
        id: CallId,
        command: LegCommand,
    ) -> Result<(), ApiError> {
        let (_, seats) = self.0.house.get().ok_or(ApiError::Unavailable)?;
        let connected = seats.call(id).await?;
        let connected = connected.filter(|call| call.seat() == Some(&seat));
        let connected = connected.ok_or_else(|| no_leg(id))?;
        let ringing = matches!(connected.phase, CallPhase::Ringing { .. });
        if let LegCommand::Say { line } = command {
            self.with(id, |leg| leg.inputs.send(Input::Said(line.to_string())));
            return Ok(());
        }
        let (report, input) = match command {
            LegCommand::Answer => (CallReport::Answered, Some(Input::Answered)),
            LegCommand::Hold => (CallReport::Held, Some(Input::Held)),
            LegCommand::Resume => (CallReport::Resumed, Some(Input::Resumed)),
            LegCommand::HangUp if ringing => (CallReport::Declined, None),
            LegCommand::HangUp => {
                let end = CallEnd::Seat;
                (CallReport::Ended { end }, Some(Input::HungUp))
            }
            LegCommand::Transfer { to } => (CallReport::TransferTo { seat: to }, None),
            // The caller has no menu that would listen to tones.
            LegCommand::Tone { .. } | LegCommand::Say { .. } => return Ok(()),
        };
        // In the seat's own name: it may have lost the call since.
        let call = seats.report(Some(seat.clone()), id, report).await?;
        if call.seat() != Some(&seat) && !matches!(call.phase, CallPhase::Queued) {
            return Err(no_leg(id));
        }
        if let Some(input) = input
            && call.seat() == Some(&seat)
        {
            self.with(id, |leg| leg.inputs.send(input).is_ok());
        }
        Ok(())
    }

    /// A seat dials a number: the caller who has it picks up after a moment, else nobody does.
    pub async fn dial(&self, seat: SeatNo, number: Telephone) -> Result<CallId, ApiError> {
        let (core, seats) = self.0.house.get().ok_or(ApiError::Unavailable)?;
        let callers = &self.0.script.callers.callers;
        let found = callers.iter().find(|caller| caller.number == number);
        let id = CallId(uuid::Uuid::now_v7());
        let call = Call {
            lane: found.map(|caller| caller.kind).unwrap_or_default(),
            outbound: true,
            phase: CallPhase::Ringing { seat: seat.clone() },
            ..new_call(core, id, number)
        };
        let (sound, inputs) = self.leg(id, Some(seat.clone()));
        sound.make(LegEvent::Ringing);
        if let Err(error) = seats.dialled(seat, call).await {
            self.forget(id);
            return Err(error);
        }
        self.play(
            self.clone()
                .far_end(seats.clone(), id, found.cloned(), sound, inputs),
        );
        Ok(id)
    }

    /// Whoever has the dialled number, or nobody.
    async fn far_end(
        self,
        seats: Seats,
        id: CallId,
        callee: Option<Caller>,
        sound: Sound,
        mut inputs: mpsc::UnboundedReceiver<Input>,
    ) {
        let rings = callee.as_ref().map_or(NO_ANSWER, |_| PICKED_UP);
        let hung_up = tokio::time::timeout(rings, async {
            while let Some(input) = inputs.recv().await {
                if input == Input::HungUp {
                    break;
                }
            }
        });
        let end = if let (Err(_), Some(callee)) = (hung_up.await, callee) {
            let answered = seats.report(None, id, CallReport::Answered).await;
            if let Err(error) = answered {
                tracing::warn!(%error, "a dialled call was over before it was picked up");
            }
            play(&callee, &sound, &mut inputs, true).await
        } else {
            sound.make(LegEvent::Ended { by_caller: false });
            LegEnd::Seat
        };
        self.finish(&seats, id, end).await;
    }

    fn leg(&self, id: CallId, seat: Option<SeatNo>) -> (Sound, mpsc::UnboundedReceiver<Input>) {
        let (inputs, receiver) = mpsc::unbounded_channel();
        let sound = Sound::new();
        let leg = Leg {
            inputs,
            sound: sound.clone(),
            seat,
            over: false,
        };
        self.locked().insert(id, leg);
        (sound, receiver)
    }

    fn with<T>(&self, id: CallId, act: impl FnOnce(&mut Leg) -> T) -> Option<T> {
        self.locked().get_mut(&id).map(act)
    }

    fn forget(&self, id: CallId) {
        self.locked().remove(&id);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<CallId, Leg>> {
        self.0.legs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_leg(id: CallId) -> ApiError {
    ApiError::NotFound {
        what: "call".to_owned(),
        id: id.to_string(),
    }
}

/// A call that waits.
fn new_call(core: &Core, id: CallId, number: Telephone) -> Call {
    Call {
        id,
        number: Some(number),
        lane: CallerKind::default(),
        phrase: Line::default(),
        offered_at: core.now(),
        answered_at: None,
        answered_by: None,
        ended_at: None,
        recording: None,
        outbound: false,
        phase: CallPhase::Queued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Calendar;
    use crate::domain::clock::Clocks;
    use crate::server::core::CoreConfig;
    use crate::server::seats::Lengths;
    use crate::server::service::Who;

    const SCRIPT: &str = "[[caller]]\nname = \"测试甲\"\nnumber = \"13900000001\"\npatience = 600\nhold_patience = 600\n\
        opening = \"\"\n[[caller.line]]\nafter = 600\ntext = \"没水\"\n";

    fn no(no: &str) -> SeatNo {
        SeatNo::parse(no).unwrap()
    }

    #[tokio::test]
    async fn only_the_seat_that_has_the_call_commands_it_and_nobody_plays_on_after_the_end() {
        let dir = tempfile::TempDir::new().unwrap();
        let clocks = Clocks::standard(Calendar::default());
        let core = Core::open(CoreConfig::in_dir(dir.path().to_owned(), clocks));
        let core = core.await.unwrap();
        let callers = Callers::parse("callers.toml", SCRIPT).unwrap().callers;
        let network = Simulated::new(Simulation::new(Callers { callers }));
        let trunk = Some(Arc::new(network.clone()) as Arc<dyn Trunk>);
        let (seats, _room) = Seats::start(core.clone(), trunk, Lengths::default())
            .await
            .unwrap();
        network.start(core.clone(), seats.clone()).abort();
        for seat in ["0117", "0118"] {
            let person = Who::system().unwrap().person;
            seats.sit_down(no(seat), person).await.unwrap();
        }
        let number = Telephone::parse("13900000001").unwrap();
        let call = network.dial(no("0117"), number).await.unwrap();
        let other = network.command(no("0118"), call, LegCommand::HangUp).await;
        assert_eq!(other, Err(no_leg(call)));
        assert!(seats.call(call).await.unwrap().is_some(), "it goes on");
        assert_eq!(network.playing().as_ref().map(JoinSet::len), Some(1));
        network.stop().await;
        let again = Telephone::parse("13900000001").unwrap();
        let _ = network.dial(no("0118"), again).await;
        assert!(network.playing().is_none(), "and nobody begins");
    }
}
