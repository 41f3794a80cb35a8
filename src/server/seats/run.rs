//! The task: takes one ask after the other, lets time pass, routes. It ends when nobody can ask any more.

use super::room::{Live, Room, later};
use super::{Ask, Reply};
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::id::{Account, CallId, SeatNo};
use crate::domain::role::Person;
use crate::domain::seat::{Seat, SeatEvent, SeatState};
use crate::protocol::call::CallReport;
use crate::protocol::error::ApiError;
use crate::protocol::seat::SeatView;
use crate::server::service::invalid;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a failing store is left alone.
const RETRY: Duration = Duration::from_secs(1);

pub(super) async fn run(mut room: Room, mut asks: mpsc::UnboundedReceiver<Ask>) {
    loop {
        let done = async {
            room.pass().await?;
            room.route().await
        };
        let mut wait = None;
        if let Err(error) = done.await {
            tracing::error!(%error, "the seats could not go on; tried again");
            wait = Some(RETRY);
        }
        room.tell_queue();
        let wait = wait.or_else(|| {
            let left = room.next_due()?.duration_since(room.core.now());
            // At least a moment, so that a clock that stands does not spin the task.
            Some(
                Duration::try_from(left)
                    .unwrap_or_default()
                    .max(Duration::from_millis(1)),
            )
        });
        let ask = match wait {
            None => asks.recv().await,
            Some(wait) => match tokio::time::timeout(wait, asks.recv()).await {
                Ok(ask) => ask,
                Err(_) => continue,
            },
        };
        match ask {
            Some(Ask::Stop) | None => return,
            Some(ask) => room.answer(ask).await,
        }
    }
}

fn reply<T>(to: Reply<T>, answer: Result<T, ApiError>) {
    // The asker may have gone; what was done stays done.
    let _ = to.send(answer);
}

/// Reports by which a seat gives its call away, and which may come twice: from phone and from trunk.
fn gives_away(report: &CallReport) -> bool {
    matches!(
        report,
        CallReport::Ended { .. } | CallReport::Declined | CallReport::TransferTo { .. }
    )
}

fn no_call(id: CallId) -> ApiError {
    ApiError::NotFound {
        what: "call".to_owned(),
        id: id.to_string(),
    }
}

impl Room {
    async fn answer(&mut self, ask: Ask) {
        if let Some(no) = ask.seat()
            && let Err(error) = self.meet(no).await
        {
            tracing::warn!(seat = %no, %error, "the seat is not known as another server left it");
        }
        match ask {
            Ask::SitDown(seat, person, to) => reply(to, self.sit_down(&seat, &person).await),
            Ask::Leave(seat, account, to) => reply(to, self.leave(&seat, &account).await),
            Ask::Choose(seat, state, to) => reply(to, self.choose(&seat, state).await),
            Ask::Report(by, call, report, to) => {
                reply(to, self.report(by.as_ref(), call, report).await);
            }
            Ask::Offer(call, to) => reply(to, self.put_call(*call).await),
            Ask::OfferTo(seat, call, to) => reply(to, self.offer_to(seat, *call).await),
            Ask::Dialled(seat, call, to) => reply(to, self.dialled(&seat, *call).await),
            Ask::Gone(call, to) => reply(to, self.gone(call).await),
            Ask::View(seat, to) => {
                let queue = self.queue();
                let seat = self.place(&seat).seat.clone();
                reply(to, Ok(SeatView { seat, queue }));
            }
            Ask::Queue(to) => reply(to, Ok(self.queue())),
            Ask::Call(id, to) => {
                reply(to, Ok(self.calls.get(&id).map(|live| live.call.clone())));
            }
            Ask::States(to) => {
                let mut states = HashMap::new();
                for place in self.places.values() {
                    *states.entry(place.seat.state).or_default() += 1;
                }
                reply(to, Ok(states));
            }
            // Ends the task, which is where it is taken out of the line.
            Ask::Stop => {}
            Ask::Alive(seat) => {
                let now = self.core.now();
                self.place(&seat).alive = now;
            }
            Ask::Present(seat, here) => {
                let now = self.core.now();
                let place = self.place(&seat);
                place.alive = now;
                place.streams = if here {
                    place.streams.saturating_add(1)
                } else {
                    place.streams.saturating_sub(1)
                };
            }
        }
    }

    async fn sit_down(&mut self, no: &SeatNo, person: &Person) -> Result<Seat, ApiError> {
        let now = self.core.now();
        let place = self.place(no);
        place.alive = now;
        place.staffed_by(person);
        let seat = place.seat.clone();
        if seat.state == SeatState::SignedOut {
            let account = person.account.clone();
            return self.change(no, &SeatEvent::SignedIn { account }).await;
        }
        if seat.account.as_ref() == Some(&person.account) {
            return Ok(seat);
        }
        if self.talks(no) {
            // The shift changes in the middle of a call: who sits down takes it over.
            let account = Some(person.account.clone());
            let seat = Seat { account, ..seat };
            self.put_seat(seat.clone()).await?;
            return Ok(seat);
        }
        self.change(no, &SeatEvent::SignedOut).await?;
        let account = person.account.clone();
        self.change(no, &SeatEvent::SignedIn { account }).await
    }

    async fn leave(&mut self, no: &SeatNo, account: &Account) -> Result<(), ApiError> {
        let seat = &self.place(no).seat;
        let theirs = seat.account.as_ref() == Some(account);
        if !theirs || seat.state == SeatState::SignedOut || self.talks(no) {
            return Ok(());
        }
        self.change(no, &SeatEvent::SignedOut).await.map(drop)
    }

    async fn choose(&mut self, no: &SeatNo, state: SeatState) -> Result<Seat, ApiError> {
        let seat = self.place(no).seat.clone();
        if seat.state == state {
            return Ok(seat);
        }
        if self.talks(no) {
            return Err(invalid("state", "a call is on this seat"));
        }
        self.change(no, &SeatEvent::Chosen(state)).await
    }

    /// True when a call that is not over belongs to the seat, dialled ones too.
    fn talks(&self, no: &SeatNo) -> bool {
        self.calls.values().any(|live| live.call.seat() == Some(no))
    }

    async fn offer_to(&mut self, no: SeatNo, call: Call) -> Result<(), ApiError> {
        if self.talks(&no) {
            return Err(invalid("state", "a call is on this seat already"));
        }
        let id = call.id;
        self.put_call(call).await?;
        if let Some(live) = self.calls.get_mut(&id) {
            live.only = Some(no);
        }
        Ok(())
    }

    async fn dialled(&mut self, no: &SeatNo, call: Call) -> Result<(), ApiError> {
        if self.talks(no) {
            return Err(invalid("state", "a call is on this seat already"));
        }
        let seat = self.next(no, &SeatEvent::Chosen(SeatState::DiallingOut))?;
        self.put_both(call, seat).await
    }

    async fn gone(&mut self, id: CallId) -> Result<(), ApiError> {
        let Some(live) = self.calls.get(&id) else {
            return Ok(());
        };
        let end = match live.call.phase {
            CallPhase::Talking { .. } | CallPhase::Holding { .. } => CallEnd::Caller,
            _ => CallEnd::Abandoned,
        };
        self.end(id, end).await
    }

    /// A phone's or the trunk's report.
    async fn report(
        &mut self,
        by: Option<&SeatNo>,
        id: CallId,
        report: CallReport,
    ) -> Result<Call, ApiError> {
        let Some(live) = self.calls.get(&id) else {
            return self.late(by, id, &report).await;
        };
        let seat = match (live.call.seat(), by) {
            (Some(seat), None) => seat.clone(),
            (Some(seat), Some(by)) if seat == by => seat.clone(),
            (_, Some(by)) if live.had.contains(by) && gives_away(&report) => {
                return Ok(live.call.clone());
            }
            _ => return Err(no_call(id)),
        };
        match report {
            CallReport::Ringing => self.step(&seat, id, None, &SeatEvent::Rings).await?,
            CallReport::Answered => {
                let phase = CallPhase::Talking { seat: seat.clone() };
                self.step(&seat, id, Some(phase), &SeatEvent::Answered)
                    .await?;
            }
            CallReport::Held => {
                let phase = CallPhase::Holding { seat: seat.clone() };
                self.step(&seat, id, Some(phase), &SeatEvent::Held).await?;
            }
            CallReport::Resumed => {
                let phase = CallPhase::Talking { seat: seat.clone() };
                self.step(&seat, id, Some(phase), &SeatEvent::Resumed)
                    .await?;
            }
            CallReport::Ended { end } => self.ended(&seat, id, end).await?,
            CallReport::TransferTo { seat: to } => self.transfer(&seat, id, to).await?,
            CallReport::Declined => self.ended(&seat, id, CallEnd::Seat).await?,
        }
        match self.calls.get(&id) {
            Some(live) => Ok(live.call.clone()),
            None => crate::server::service::calls::load(&self.core, id).await,
        }
    }

    /// The leg is over. One who was not answered is never dropped by the seat: back to the queue, or called back.
    async fn ended(&mut self, seat: &SeatNo, id: CallId, end: CallEnd) -> Result<(), ApiError> {
        let rings = self
            .calls
            .get(&id)
            .is_some_and(|live| matches!(live.call.phase, CallPhase::Ringing { .. }));
        match end {
            _ if !rings || self.dials(seat) => self.end(id, end).await,
            CallEnd::Caller | CallEnd::Abandoned => self.end(id, CallEnd::Abandoned).await,
            CallEnd::Seat | CallEnd::Transferred | CallEnd::Lost => self.back_to_queue(id).await,
        }
    }

    /// A report on a call that is over, or not known: the end may be reported twice, by phone and by trunk.
    async fn late(
        &self,
        by: Option<&SeatNo>,
        id: CallId,
        report: &CallReport,
    ) -> Result<Call, ApiError> {
        let call = crate::server::service::calls::load(&self.core, id).await?;
        let theirs = by.is_none() || call.seat() == by;
        match report {
            report if theirs && gives_away(report) => Ok(call),
            _ => Err(no_call(id)),
        }
    }

    /// One step of a call with its seat; a step that was made already is passed over.
    async fn step(
        &mut self,
        seat: &SeatNo,
        id: CallId,
        phase: Option<CallPhase>,
        event: &SeatEvent,
    ) -> Result<(), ApiError> {
        let now = self.core.now();
        let dialled = self.dials(seat);
        let answerer = match event {
            SeatEvent::Answered => self.places.get(seat).and_then(|it| it.seat.account.clone()),
            _ => None,
        };
        let Some(live) = self.calls.get(&id) else {
            return Err(no_call(id));
        };
        let mut call = live.call.clone();
        call.answered_by = answerer.or(call.answered_by);
        if let Some(phase) = phase {
            // A desk that was started anew is told by its phone how the call began, and reports it again.
            let told_again =
                *event == SeatEvent::Answered && matches!(call.phase, CallPhase::Holding { .. });
            if call.phase == phase || told_again {
                return Ok(());
            }
            if matches!(call.phase, CallPhase::Ringing { .. }) && *event != SeatEvent::Answered {
                return Err(invalid("saw", "the call was not answered yet"));
            }
            call.phase = phase;
            call.answered_at = call.answered_at.or(Some(now));
        } else if !self
            .places
            .get(seat)
            .is_some_and(|place| place.seat.state == SeatState::Reserved)
        {
            return Ok(());
        }
        // A seat that dials out stays in that state; only the call knows whether it talks or holds.
        if dialled {
            self.put_call(call).await?;
        } else {
            let seat = self.next(seat, event)?;
            self.put_both(call, seat).await?;
        }
        if let Some(live) = self.calls.get_mut(&id)
            && !matches!(live.call.phase, CallPhase::Ringing { .. })
        {
            live.rings_until = None;
        }
        Ok(())
    }

    /// The call goes to another seat, ahead of the queue; if that one does not come free in time, to any.
    async fn transfer(&mut self, from: &SeatNo, id: CallId, to: SeatNo) -> Result<(), ApiError> {
        let known = self
            .places
            .get(&to)
            .is_some_and(|place| place.seat.state != SeatState::SignedOut && to != *from);
        if !known {
            return Err(invalid("seat", "nobody sits there"));
        }
        let until = later(self.core.now(), self.lengths.ring);
        let Some(Live { call, .. }) = self.calls.get(&id) else {
            return Err(no_call(id));
        };
        if !matches!(
            call.phase,
            CallPhase::Talking { .. } | CallPhase::Holding { .. }
        ) {
            return Err(invalid("saw", "only an answered call can be transferred"));
        }
        let mut call = call.clone();
        call.phase = CallPhase::Queued;
        self.put_call_from(call, from, &SeatEvent::Ended).await?;
        if let Some(live) = self.calls.get_mut(&id) {
            live.wanted = Some((to, until));
        }
        Ok(())
    }
}
