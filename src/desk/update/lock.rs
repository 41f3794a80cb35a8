//! The screen locks when nobody touches it: callers' data must not stand before an empty chair. Everything stays as it
//! is beneath, and the same person goes on with the password.

use super::put_away;
use crate::desk::keymap::Place;
use crate::desk::message::{Ask, Effect};
use crate::desk::screens::sign_in;
use crate::desk::state::State;
use crate::desk::widgets::Clipboard;
use crate::domain::seat::SeatState;
use crate::words::Desk;
use jiff::Timestamp;

/// When the screen locks if no key is pressed; `None` while it does not. A seat that waits for calls does not lock, nor
/// one with a call: who is not there misses the first call, and is busy from then on.
pub fn locks_at(state: &State) -> Option<Timestamp> {
    let signed_in = state.person.is_some() && state.place != Place::SignIn;
    let after = state.lock_after.filter(|_| signed_in && !waits(state))?;
    state.touched.checked_add(after).ok()
}

/// True while the seat waits for calls or has one.
pub(super) fn waits(state: &State) -> bool {
    state.seat_state() == SeatState::Idle || state.call.is_live()
}

/// Nobody touched it for so long. Wrap-up must not end in a seat that takes calls behind the lock; a break goes on.
pub(super) fn overdue(state: &mut State) -> Vec<Effect> {
    if state.seat_state() == SeatState::WrapUp {
        return by_hand(state);
    }
    lock(state);
    Vec::new()
}

/// Locks the screen: what was open over it is put away, and only the password brings it back.
pub(super) fn lock(state: &mut State) {
    put_away(state);
    state.popup = None;
    state.pending = None;
    state.clipboard = Clipboard::default();
    let last = state.person.take().map(|person| person.account);
    state.sign_in = sign_in::State::after(last, state.place);
    (state.sign_in.locked, state.sign_in.at) = (true, 1);
    state.place = Place::SignIn;
    state.tell(Desk::Locked);
}

/// A person locks the screen and goes: the seat takes no calls meanwhile.
pub(super) fn by_hand(state: &mut State) -> Vec<Effect> {
    let busy = state.seat_state().may_choose(SeatState::Busy);
    let busy = busy.then(|| state.slots.once(Ask::ChooseState(SeatState::Busy)).1);
    lock(state);
    busy.into_iter().collect()
}
