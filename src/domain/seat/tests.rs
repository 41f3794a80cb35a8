//! The table of the seat.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const WRAP_UP: SignedDuration = SignedDuration::from_secs(45);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn call() -> CallId {
    CallId::new(Uuid::from_u128(7))
}

fn account() -> Account {
    Account::parse("wang").unwrap()
}

fn seat(state: SeatState) -> Seat {
    let busy = state.has_call() || state == SeatState::WrapUp;
    Seat {
        no: SeatNo::parse("0117").unwrap(),
        account: (state != SeatState::SignedOut).then(account),
        state,
        since: at(0),
        until: (state == SeatState::WrapUp).then(|| at(45)),
        call: busy.then(call),
    }
}

fn events() -> Vec<SeatEvent> {
    let mut events = vec![
        SeatEvent::SignedIn { account: account() },
        SeatEvent::SignedOut,
        SeatEvent::Reserved(call()),
        SeatEvent::Rings,
        SeatEvent::Answered,
        SeatEvent::Held,
        SeatEvent::Consults,
        SeatEvent::Resumed,
        SeatEvent::Ended,
        SeatEvent::Declined,
        SeatEvent::CallGone,
        SeatEvent::CallLost,
        SeatEvent::WrapUpOver,
    ];
    events.extend(SeatState::ALL.map(SeatEvent::Chosen));
    events
}

/// Event, the states it may come in, the state that follows. What a person chooses stands apart.
fn table() -> Vec<(SeatEvent, &'static [SeatState], SeatState)> {
    use SeatState as S;
    vec![
        (
            SeatEvent::SignedIn { account: account() },
            &[S::SignedOut],
            S::Busy,
        ),
        (SeatEvent::Reserved(call()), &[S::Idle], S::Reserved),
        (SeatEvent::Rings, &[S::Reserved], S::Ringing),
        (SeatEvent::Answered, &[S::Reserved, S::Ringing], S::Talking),
        (SeatEvent::Held, &[S::Talking], S::Holding),
        (
            SeatEvent::Consults,
            &[S::Talking, S::Holding],
            S::Consulting,
        ),
        (SeatEvent::Resumed, &[S::Holding, S::Consulting], S::Talking),
        (
            SeatEvent::Ended,
            &[S::Talking, S::Holding, S::Consulting, S::DiallingOut],
            S::WrapUp,
        ),
        (SeatEvent::Declined, &[S::Reserved, S::Ringing], S::Busy),
        (SeatEvent::CallGone, &[S::Reserved, S::Ringing], S::Idle),
        (
            SeatEvent::CallLost,
            &[
                S::Reserved,
                S::Ringing,
                S::Talking,
                S::Holding,
                S::Consulting,
            ],
            S::Busy,
        ),
        (SeatEvent::WrapUpOver, &[S::WrapUp], S::Idle),
    ]
}

#[test]
fn what_may_follow_what() {
    for (event, from, to) in table() {
        for state in SeatState::ALL {
            let after = seat(state).after(&event, at(100), WRAP_UP);
            let expected = if from.contains(&state) {
                Ok(to)
            } else {
                Err(SeatError::WrongState { state })
            };
            assert_eq!(
                after.map(|seat| seat.state),
                expected,
                "{event:?} while {state:?}"
            );
        }
    }
}

#[test]
fn only_the_call_changes_a_seat_with_a_call() {
    for state in SeatState::ALL {
        for next in SeatState::ALL {
            let after = seat(state).after(&SeatEvent::Chosen(next), at(100), WRAP_UP);
            // Nobody but who leaves chooses for an empty seat.
            let empty = state == SeatState::SignedOut && next != SeatState::SignedOut;
            let may = state.may_choose(next) && !empty;
            assert_eq!(after.is_ok(), may, "{next:?} while {state:?}");
        }
        let left = seat(state).after(&SeatEvent::SignedOut, at(100), WRAP_UP);
        assert_eq!(left.is_ok(), !state.has_call());
    }
}

#[test]
fn the_wrap_up_is_timed_and_keeps_its_call() {
    let talking = seat(SeatState::Talking);
    let wrapping = talking.after(&SeatEvent::Ended, at(100), WRAP_UP).unwrap();
    assert_eq!(
        (wrapping.until, wrapping.call),
        (Some(at(145)), Some(call()))
    );
    let early = wrapping.after(&SeatEvent::WrapUpOver, at(144), WRAP_UP);
    assert_eq!(early, Err(SeatError::NotYet));
    let idle = wrapping
        .after(&SeatEvent::WrapUpOver, at(145), WRAP_UP)
        .unwrap();
    assert_eq!(
        (idle.state, idle.since, idle.until),
        (SeatState::Idle, at(145), None)
    );
    assert_eq!(idle.call, None);
    let none = talking
        .after(&SeatEvent::Ended, at(100), SignedDuration::ZERO)
        .unwrap();
    assert_eq!(none.state, SeatState::Idle);
}

#[test]
fn choosing_the_same_again_keeps_the_place() {
    let idle = seat(SeatState::Idle);
    let again = idle
        .after(&SeatEvent::Chosen(SeatState::Idle), at(100), WRAP_UP)
        .unwrap();
    assert_eq!(again, idle);
}

proptest! {
    #[test]
    fn a_seat_is_always_whole(steps in proptest::collection::vec((0..25_usize, 0..60_i64), 0..80)) {
        let events = events();
        let mut seat = seat(SeatState::SignedOut);
        let mut now = 0;
        for (event, seconds) in steps {
            now += seconds;
            let Ok(next) = seat.after(&events[event], at(now), WRAP_UP) else { continue };
            prop_assert_eq!(next.account.is_some(), next.state != SeatState::SignedOut);
            prop_assert!(!next.state.has_call() || next.call.is_some());
            prop_assert_eq!(next.until.is_some(), next.state == SeatState::WrapUp);
            prop_assert!(next.since >= seat.since);
            seat = next;
        }
    }
}
