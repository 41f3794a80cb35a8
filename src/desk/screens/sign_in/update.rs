//! Keys and answers of the sign-in screen.

use crate::desk::keymap::{Code, Command, Key, Place};
use crate::desk::memory;
use crate::desk::message::{Ask, Effect, Slot};
use crate::desk::ports::{JournalRecord, PortError, SignedIn};
use crate::desk::screens::{call, callbacks, consults, practice, tickets};
use crate::desk::state::State;
use crate::desk::widgets::Clipboard;
use crate::domain::id::{Account, SeatNo};
use crate::domain::seat::SeatState;
use crate::protocol::session::SignIn;
use crate::words::{Desk, Setup};

/// A key; `None` when it means nothing here.
pub fn key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    match key.code {
        Code::Tab | Code::Down | Code::Up => {
            let by = if key.shift || key.code == Code::Up {
                2
            } else {
                1
            };
            let fields = 3 + usize::from(state.elsewhere.is_some());
            let by = if by == 2 { fields - 1 } else { by };
            state.sign_in.at = (state.sign_in.at + by) % fields;
        }
        Code::Enter if state.sign_in.at == 0 && state.sign_in.password.text().is_empty() => {
            state.sign_in.at = 1;
        }
        Code::Enter if state.sign_in.at == 3 => {
            // The same rule as for the command: nobody leaves a call, a lock or a sign-in under way by it.
            if state.sign_in.waiting || state.sign_in.locked {
                return Some(Vec::new());
            }
            return Some(match practice::why_not(state, Command::GoPractice) {
                Some(why) => {
                    let why = state.say(why);
                    state.refuse_text(why);
                    Vec::new()
                }
                None => practice::go(state),
            });
        }
        Code::Enter => return Some(submit(state)),
        // The way to practice takes no words.
        _ if state.sign_in.at == 3 => return None,
        _ => {
            // A password is neither cut nor copied.
            let mut own = Clipboard::default();
            let secret = state.sign_in.at == 1;
            let clipboard = if secret {
                &mut own
            } else {
                &mut state.clipboard
            };
            if !state.sign_in.editor().key(key, 60, clipboard) {
                return None;
            }
            state.sign_in.error = None;
            if let Some(refused) = own.refused {
                state.clipboard.note(Err(refused));
            }
        }
    }
    Some(Vec::new())
}

/// Pastes into the field.
pub fn paste(state: &mut State, text: &str) {
    let put = state.sign_in.editor().paste(text.trim());
    state.clipboard.note(put);
}

fn submit(state: &mut State) -> Vec<Effect> {
    if state.sign_in.waiting {
        return Vec::new();
    }
    let Ok(account) = Account::parse(state.sign_in.account.text()) else {
        state.sign_in.error = Some(state.say(Desk::SignInNoAccount));
        state.sign_in.at = 0;
        return Vec::new();
    };
    let typed = state.sign_in.seat.text().trim().to_owned();
    let seat = SeatNo::parse(&typed).ok();
    if seat.is_none() && !typed.is_empty() {
        state.sign_in.error = Some(state.say(Desk::WhyNoSeat));
        state.sign_in.at = 2;
        return Vec::new();
    }
    state.sign_in.waiting = true;
    state.sign_in.error = None;
    let password = state.sign_in.password.text().to_owned();
    vec![state.slots.ask(
        Slot::SignIn,
        Ask::SignIn(SignIn {
            account,
            password,
            seat,
            own_seat: true,
        }),
    )]
}

/// What the server said. What the journal kept is put back, and the seat is idle at once.
pub fn done(state: &mut State, result: Result<SignedIn, PortError>) -> Vec<Effect> {
    state.sign_in.waiting = false;
    let signed_in = match result {
        Ok(signed_in) => signed_in,
        Err(error) => {
            state.sign_in.password.clear();
            state.sign_in.error = Some(crate::desk::errors::worded(state, &error));
            state.sign_in.at = 1;
            return Vec::new();
        }
    };
    state.sign_in.password.clear();
    let last = state.sign_in.last.take();
    let back = last.filter(|(account, _)| *account == signed_in.person.account);
    let mut early = std::mem::take(&mut state.call.early);
    let back_is_same = back.is_some();
    if !back_is_same {
        state.forget_person();
    }
    state.skew = signed_in.server_now.duration_since(state.now);
    state.seat = signed_in.seat;
    state.queue = signed_in.queue;
    state.phone = signed_in.phone;
    let takes_calls = signed_in.person.roles.iter().any(|role| role.takes_calls());
    let mut roles = signed_in.person.roles.iter();
    let only_edits = roles.all(|role| *role == crate::domain::role::Role::KnowledgeEditor);
    state.person = Some(signed_in.person);
    state.place = if takes_calls {
        Place::Call
    } else if only_edits {
        Place::Knowledge
    } else {
        Place::Tickets
    };
    // The same person goes on: the screen is newer than the journal, or as new.
    if let Some((_, place)) = back {
        state.place = place;
    } else {
        anew(state, &signed_in.remembered, signed_in.practice);
    }
    tell_newer(state, &signed_in.version);
    let mut effects = crate::desk::update::entered(state);
    effects.extend(known(state));
    if state.place != Place::Call {
        effects.extend(call::entered(state));
    }
    effects.extend(crate::desk::update::look_up_again(state));
    let live = state.seat.as_ref().and_then(|seat| seat.call);
    if let Some(id) = state.call.sits_at(live) {
        effects.push(state.slots.ask(Slot::Call, Ask::Call(id)));
    }
    let may_be_idle = state.seat.is_some() && state.seat_state().may_choose(SeatState::Idle);
    // Who unlocks is not ready for that: they were busy, or on a break.
    let unlocked = std::mem::take(&mut state.sign_in.locked) && back_is_same;
    if live.is_none() && takes_calls && may_be_idle && !unlocked {
        effects.push(state.slots.once(Ask::ChooseState(SeatState::Idle)).1);
    }
    early.retain(|it| state.call.id == Some(it.call()));
    effects.extend(call::catch_up(state, early));
    effects
}

/// Numbers of a version, `0.12.1`; nothing for another text.
fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|it| it.parse().ok()).collect()
}

/// Says that the server is newer than this program; it stays until it is seen.
fn tell_newer(state: &mut State, server: &str) {
    let own = env!("CARGO_PKG_VERSION");
    let newer = match (numbers(server), numbers(own)) {
        (Some(server), Some(own)) => server > own,
        _ => false,
    };
    if newer {
        let values = [("server", server.into()), ("own", own.into())];
        let text = state.say_with(Setup::ServerNewer, &values);
        state.complain(text);
    }
}

/// A person's screens as their journal kept them. A call that goes on is where one goes on; without one practice begins with
/// its lists.
fn anew(state: &mut State, remembered: &[JournalRecord], practises: bool) {
    let [first, ..] = tickets::scopes(state);
    state.tickets.kept.scope = first;
    memory::restore(state, remembered);
    let called = state.seat.as_ref().is_some_and(|seat| seat.call.is_some());
    let place = state.place;
    practice::signed_in(state, practises);
    if called {
        state.place = place;
    }
}

/// What every screen shows of others: their names, and the call-backs that are due.
pub fn known(state: &mut State) -> Vec<Effect> {
    if state.person.is_none() {
        return Vec::new();
    }
    let mut effects = vec![
        state.slots.ask(Slot::People, Ask::People),
        call::outages::read(state),
    ];
    effects.extend(consults::read(state));
    effects.extend(callbacks::read_due(state));
    effects.extend(tickets::read_clocks(state, true));
    effects
}
