//! What time does to the room: wrap-ups and breaks that end, phones that rang long enough, deserted seats,
//! transfers that are no longer waited for, and how often the queue is told.

use super::room::{Room, later};
use crate::domain::call::CallPhase;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::seat::{SeatEvent, SeatState};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::server::relay::Audience;
use jiff::Timestamp;
use std::time::Duration;

/// The queue is told at most so often (5 a second).
const QUEUE_EVERY: Duration = Duration::from_millis(200);

impl Room {
    /// When something is due next, if anything is.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let calls = self.calls.values().flat_map(|live| {
            let wanted = live.wanted.as_ref().map(|(_, until)| *until);
            [live.rings_until, wanted]
        });
        let seats = self.places.values().flat_map(|place| {
            let deserted = (place.seat.state == SeatState::Idle && place.streams == 0)
                .then(|| later(place.alive, self.lengths.deserted));
            [place.seat.until, deserted]
        });
        let queue = (self.queue() != self.told.0).then(|| later(self.told.1, QUEUE_EVERY));
        calls.chain(seats).chain([queue]).flatten().min()
    }

    /// Does everything that is due.
    pub(super) async fn pass(&mut self) -> Result<(), ApiError> {
        let now = self.core.now();
        self.free_without_call().await?;
        self.end_states(now).await?;
        self.end_rings(now).await?;
        for live in self.calls.values_mut() {
            live.wanted.take_if(|(_, until)| *until <= now);
        }
        self.sign_out_deserted(now).await
    }

    async fn end_states(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let over: Vec<(SeatNo, SeatState)> = self
            .places
            .values()
            .filter(|place| place.seat.until.is_some_and(|until| until <= now))
            .map(|place| (place.seat.no.clone(), place.seat.state))
            .collect();
        for (no, state) in over {
            let event = if state == SeatState::WrapUp {
                SeatEvent::WrapUpOver
            } else {
                // Nobody may sit there: no call rings until the person says that they are back.
                SeatEvent::Chosen(SeatState::Busy)
            };
            self.change(&no, &event).await?;
        }
        Ok(())
    }

    async fn end_rings(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let over: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, live)| live.rings_until.is_some_and(|until| until <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            self.back_to_queue(id).await?;
        }
        Ok(())
    }

    /// A call that was not taken goes back to its place; its seat is busy.
    pub(super) async fn back_to_queue(&mut self, id: CallId) -> Result<(), ApiError> {
        let Some(live) = self.calls.get(&id) else {
            return Ok(());
        };
        let mut call = live.call.clone();
        if let CallPhase::Ringing { seat } = live.call.phase.clone() {
            call.phase = CallPhase::Queued;
            self.put_call_from(call, &seat, &SeatEvent::Declined)
                .await?;
        }
        // Only now: a phone that could not be stopped is stopped in the next round.
        if let Some(live) = self.calls.get_mut(&id) {
            live.rings_until = None;
        }
        Ok(())
    }

    async fn sign_out_deserted(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let deserted: Vec<SeatNo> = self
            .places
            .values()
            .filter(|place| place.seat.state == SeatState::Idle && place.streams == 0)
            .filter(|place| later(place.alive, self.lengths.deserted) <= now)
            .map(|place| place.seat.no.clone())
            .collect();
        for no in deserted {
            self.change(&no, &SeatEvent::SignedOut).await?;
        }
        Ok(())
    }

    /// Tells the queue when it changed and the last telling is long enough ago.
    pub(super) fn tell_queue(&mut self) {
        let (now, queue) = (self.core.now(), self.queue());
        if queue != self.told.0 && later(self.told.1, QUEUE_EVERY) <= now {
            self.told = (queue, now);
            let event = ServerEvent::Queue { queue };
            self.core.relay().tell(Audience::All, event);
        }
    }
}
