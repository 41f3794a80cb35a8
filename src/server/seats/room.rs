//! The room: seats and calls as they are now, and the changes to them. Kept in the store first, told second.

use super::Lengths;
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::caller::CallerKind;
use crate::domain::id::{CallId, SeatNo};
use crate::domain::queue::{IdleSeat, WaitingCall, pick};
use crate::domain::role::{Person, Role};
use crate::domain::seat::{Seat, SeatEvent, SeatState};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::seat::Queue;
use crate::server::core::Core;
use crate::server::relay::Audience;
use crate::server::service::{callbacks, calls};
use crate::server::trunk::Trunk;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// A seat with what the task knows beside its state.
pub(super) struct Place {
    pub(super) seat: Seat,
    lanes: Vec<CallerKind>,
    skills: Vec<String>,
    /// Desks that listen.
    pub(super) streams: u32,
    /// The last sign of life.
    pub(super) alive: Timestamp,
}

/// A call that is not over.
pub(super) struct Live {
    pub(super) call: Call,
    /// When the phone has rung long enough.
    pub(super) rings_until: Option<Timestamp>,
    /// The seat it was given to by another, and until when only that one is waited for.
    pub(super) wanted: Option<(SeatNo, Timestamp)>,
    /// The only seat it is for; any unless told.
    pub(super) only: Option<SeatNo>,
    /// The seats that had it before: their late reports are no mistakes.
    pub(super) had: BTreeSet<SeatNo>,
}

/// Everything the task owns.
pub(super) struct Room {
    pub(super) core: Core,
    trunk: Option<Arc<dyn Trunk>>,
    pub(super) lengths: Lengths,
    pub(super) places: BTreeMap<SeatNo, Place>,
    pub(super) calls: BTreeMap<CallId, Live>,
    /// The queue as it was told last, and when.
    pub(super) told: (Queue, Timestamp),
}

/// A length as the domain counts it.
pub(super) fn signed(length: Duration) -> SignedDuration {
    SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX)
}

/// A moment some time later.
pub(super) fn later(from: Timestamp, length: Duration) -> Timestamp {
    from.checked_add(signed(length)).unwrap_or(Timestamp::MAX)
}

/// The lanes a person serves. Experts take only what is given to them.
fn lanes(person: &Person) -> Vec<CallerKind> {
    let mut lanes = Vec::new();
    if person.is(Role::CallTaker) {
        lanes.push(CallerKind::Citizen);
    }
    if person.is(Role::EnterpriseSeat) {
        lanes.push(CallerKind::Enterprise);
    }
    lanes
}

impl Room {
    pub(super) async fn restore(
        core: Core,
        trunk: Option<Arc<dyn Trunk>>,
        lengths: Lengths,
    ) -> Result<Self, ApiError> {
        let now = core.now();
        let unfinished = calls::unfinished(&core).await?;
        // Beside other servers a seat is taken up when its desk turns to this one, for it may be at another by now, or
        // with the call that this one left.
        let seats = if core.is_shared() {
            Vec::new()
        } else {
            calls::seats(&core).await?
        };
        let mut room = Self {
            core,
            trunk,
            lengths,
            places: BTreeMap::new(),
            calls: BTreeMap::new(),
            told: (Queue::default(), now),
        };
        for seat in seats {
            room.take_up_seat(seat, now).await?;
        }
        for call in unfinished {
            room.take_up(call).await?;
        }
        room.free_without_call().await?;
        Ok(room)
    }

    async fn take_up_seat(&mut self, seat: Seat, now: Timestamp) -> Result<(), ApiError> {
        let mut place = Place::new(seat, now);
        if let Some(account) = place.seat.account.clone() {
            let found = self.core.store().person(account).await;
            let found = found.map_err(|_| ApiError::Unavailable)?;
            if let Some(found) = found {
                place.staffed_by(&found.person);
            }
        }
        self.places.insert(place.seat.no.clone(), place);
        Ok(())
    }

    /// A desk turns to this server: where other servers are, its seat may be as one of them left it.
    pub(super) async fn meet(&mut self, no: &SeatNo) -> Result<(), ApiError> {
        if !self.core.is_shared() || self.places.contains_key(no) {
            return Ok(());
        }
        let seats = calls::seats(&self.core).await?;
        if let Some(seat) = seats.into_iter().find(|seat| seat.no == *no) {
            self.take_up_seat(seat, self.core.now()).await?;
        }
        Ok(())
    }

    /// A seat whose call is not there, or is elsewhere, would wait for its end for ever: it is busy instead.
    pub(super) async fn free_without_call(&mut self) -> Result<(), ApiError> {
        let has = |seat: &Seat| {
            let live = seat.call.and_then(|id| self.calls.get(&id));
            live.is_some_and(|live| live.call.seat() == Some(&seat.no))
        };
        let stuck: Vec<SeatNo> = self
            .places
            .values()
            .filter(|place| place.seat.state.has_call() && !has(&place.seat))
            .map(|place| place.seat.no.clone())
            .collect();
        for no in stuck {
            tracing::warn!(seat = %no, "the seat's call is gone: it is busy now");
            self.change(&no, &SeatEvent::CallLost).await?;
        }
        Ok(())
    }

    /// A call that was not over when the server went.
    async fn take_up(&mut self, call: Call) -> Result<(), ApiError> {
        let id = call.id;
        let kept = self.trunk.as_ref().is_some_and(|trunk| trunk.has(id));
        let rings_until = matches!(call.phase, CallPhase::Ringing { .. })
            .then(|| later(self.core.now(), self.lengths.ring));
        let live = Live {
            call,
            rings_until,
            wanted: None,
            only: None,
            had: BTreeSet::new(),
        };
        self.calls.insert(id, live);
        if kept {
            return Ok(());
        }
        self.end(id, CallEnd::Lost).await
    }

    pub(super) fn place(&mut self, no: &SeatNo) -> &mut Place {
        let now = self.core.now();
        self.places.entry(no.clone()).or_insert_with(|| {
            let seat = Seat {
                no: no.clone(),
                account: None,
                state: SeatState::SignedOut,
                since: now,
                until: None,
                call: None,
            };
            Place::new(seat, now)
        })
    }

    /// Keeps a seat, then tells it.
    pub(super) async fn put_seat(&mut self, seat: Seat) -> Result<(), ApiError> {
        calls::save_seat(&self.core, &seat).await?;
        self.seat_is(seat);
        Ok(())
    }

    /// Keeps a call, then tells it.
    pub(super) async fn put_call(&mut self, call: Call) -> Result<(), ApiError> {
        calls::save(&self.core, &call).await?;
        self.call_is(call);
        Ok(())
    }

    /// Keeps a call and the seat that it changes together: were the server to go between the two, the seat would
    /// have a call that is elsewhere.
    pub(super) async fn put_both(&mut self, call: Call, seat: Seat) -> Result<(), ApiError> {
        calls::save_at(&self.core, &call, &seat).await?;
        // What is given to a seat is told of the seat first, what is taken away of the call.
        if matches!(call.phase, CallPhase::Queued | CallPhase::Ended { .. }) {
            self.call_is(call);
            self.seat_is(seat);
        } else {
            self.seat_is(seat);
            self.call_is(call);
        }
        Ok(())
    }

    fn seat_is(&mut self, seat: Seat) {
        let no = seat.no.clone();
        self.place(&no).seat = seat.clone();
        let audience = Audience::Seat { seat: no };
        self.core.relay().tell(audience, ServerEvent::Seat { seat });
    }

    /// Told to the seat that has it, the one that had it, and the trunk. A call that is over leaves the room.
    fn call_is(&mut self, call: Call) {
        let before = self
            .calls
            .get(&call.id)
            .and_then(|live| live.call.seat())
            .cloned();
        let mut told: Vec<SeatNo> = before.into_iter().chain(call.seat().cloned()).collect();
        told.dedup();
        for seat in told {
            let event = ServerEvent::Call { call: call.clone() };
            self.core.relay().tell(Audience::Seat { seat }, event);
        }
        if let Some(trunk) = &self.trunk {
            trunk.told(&call);
        }
        if matches!(call.phase, CallPhase::Ended { .. }) {
            self.calls.remove(&call.id);
        } else if let Some(live) = self.calls.get_mut(&call.id) {
            live.had.extend(live.call.seat().cloned());
            live.call = call;
        } else {
            let live = Live {
                call,
                rings_until: None,
                wanted: None,
                only: None,
                had: BTreeSet::new(),
            };
            self.calls.insert(live.call.id, live);
        }
    }

    /// The seat after an event; nothing is changed yet.
    pub(super) fn next(&mut self, no: &SeatNo, event: &SeatEvent) -> Result<Seat, ApiError> {
        let now = self.core.now();
        let wrap_up = signed(self.lengths.wrap_up);
        let next = self.place(no).seat.after(event, now, wrap_up);
        let mut next = next.map_err(|error| crate::server::service::invalid("state", error))?;
        if next.state == SeatState::Break && next.until.is_none() {
            next.until = Some(later(now, self.lengths.pause));
        }
        Ok(next)
    }

    /// Does something to a seat.
    pub(super) async fn change(
        &mut self,
        no: &SeatNo,
        event: &SeatEvent,
    ) -> Result<Seat, ApiError> {
        let next = self.next(no, event)?;
        self.put_seat(next.clone()).await?;
        Ok(next)
    }

    /// Keeps a call with what it does to its seat. What does not follow from what the seat is doing is left out: the
    /// call is what happened, and a seat that is left without one is freed.
    pub(super) async fn put_call_from(
        &mut self,
        call: Call,
        no: &SeatNo,
        event: &SeatEvent,
    ) -> Result<(), ApiError> {
        match self.next(no, event) {
            Ok(seat) => self.put_both(call, seat).await,
            Err(_) => self.put_call(call).await,
        }
    }

    /// Ends a call, whatever it was doing; an unanswered caller is promised a call-back.
    pub(super) async fn end(&mut self, id: CallId, end: CallEnd) -> Result<(), ApiError> {
        let Some(live) = self.calls.get(&id) else {
            return Ok(());
        };
        let mut call = live.call.clone();
        let seat = call.seat().cloned();
        let answered = matches!(
            call.phase,
            CallPhase::Talking { .. } | CallPhase::Holding { .. }
        );
        let dialled = seat.as_ref().is_some_and(|no| self.dials(no));
        call.ended_at = Some(self.core.now());
        call.phase = CallPhase::Ended {
            seat: seat.clone(),
            end,
        };
        // The call-back comes first: were the server to go between the two, it would be made again, not lost.
        if !dialled && matches!(end, CallEnd::Abandoned | CallEnd::Lost) {
            callbacks::abandoned(&self.core, &call).await?;
        }
        let owner = seat.filter(|no| {
            let owns = |place: &Place| place.seat.call == Some(id) && place.seat.state.has_call();
            dialled || self.places.get(no).is_some_and(owns)
        });
        match owner {
            Some(no) if answered || dialled => {
                self.put_call_from(call, &no, &SeatEvent::Ended).await
            }
            Some(no) => self.put_call_from(call, &no, &SeatEvent::CallGone).await,
            None => self.put_call(call).await,
        }
    }

    /// True when the seat's call is one that it dialled itself.
    pub(super) fn dials(&self, no: &SeatNo) -> bool {
        let place = self.places.get(no);
        place.is_some_and(|place| place.seat.state == SeatState::DiallingOut)
    }

    /// Gives waiting calls to idle seats until nobody suits anybody.
    pub(super) async fn route(&mut self) -> Result<(), ApiError> {
        while let Some((id, no)) = self.next_pair() {
            let Some(live) = self.calls.get(&id) else {
                return Ok(());
            };
            let mut call = live.call.clone();
            call.phase = CallPhase::Ringing { seat: no.clone() };
            let seat = self.next(&no, &SeatEvent::Reserved(id))?;
            self.put_both(call, seat).await?;
            let rings_until = later(self.core.now(), self.lengths.ring);
            if let Some(live) = self.calls.get_mut(&id) {
                live.wanted = None;
                live.rings_until = Some(rings_until);
            }
        }
        Ok(())
    }

    fn next_pair(&self) -> Option<(CallId, SeatNo)> {
        let idle = |no: &SeatNo| {
            let place = self.places.get(no);
            place.is_some_and(|place| place.seat.state == SeatState::Idle)
        };
        let waiting = || {
            let calls = self.calls.values();
            calls.filter(|live| live.call.phase == CallPhase::Queued)
        };
        let given = waiting().find_map(|live| {
            let wanted = live.wanted.as_ref().map(|(no, _)| no);
            let no = live.only.as_ref().or(wanted)?;
            idle(no).then(|| (live.call.id, no.clone()))
        });
        if given.is_some() {
            return given;
        }
        let calls: Vec<_> = waiting()
            .filter(|live| live.wanted.is_none() && live.only.is_none())
            .map(|live| WaitingCall {
                call: live.call.id,
                lane: live.call.lane,
                since: live.call.offered_at,
                needs: Vec::new(),
            })
            .collect();
        let seats: Vec<_> = self
            .places
            .values()
            .filter(|place| place.seat.state == SeatState::Idle && !place.lanes.is_empty())
            .map(|place| IdleSeat {
                seat: place.seat.no.clone(),
                since: place.seat.since,
                lanes: place.lanes.clone(),
                skills: place.skills.clone(),
            })
            .collect();
        pick(&calls, &seats)
    }

    /// The queue as it is now.
    pub(super) fn queue(&self) -> Queue {
        let mut queue = Queue::default();
        for live in self.calls.values() {
            if live.call.phase == CallPhase::Queued {
                queue.waiting += 1;
                let since = live.call.offered_at;
                queue.longest_since = Some(queue.longest_since.map_or(since, |it| it.min(since)));
            }
        }
        let idle = self.places.values();
        let idle = idle.filter(|place| place.seat.state == SeatState::Idle);
        queue.idle = u32::try_from(idle.count()).unwrap_or(u32::MAX);
        queue
    }
}

impl Place {
    fn new(seat: Seat, now: Timestamp) -> Self {
        Self {
            seat,
            lanes: Vec::new(),
            skills: Vec::new(),
            streams: 0,
            alive: now,
        }
    }

    pub(super) fn staffed_by(&mut self, person: &Person) {
        self.lanes = lanes(person);
        self.skills.clone_from(&person.skills);
    }
}
