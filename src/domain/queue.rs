//! Who answers which call: routing as a pure function over who waits and who is idle. The server asks it
//! whenever one of the two changes; it keeps nothing and reserves nothing.

use super::caller::CallerKind;
use super::id::{CallId, SeatNo};
use jiff::Timestamp;

/// A caller who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCall {
    /// Which call.
    pub call: CallId,
    /// The lane asked for.
    pub lane: CallerKind,
    /// Since when its place in the queue counts: of a caller who comes back to a kept place, the first time.
    pub since: Timestamp,
    /// What the seat must be able to do, e.g. a language; empty for most.
    pub needs: Vec<String>,
}

/// A seat that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleSeat {
    /// Which.
    pub seat: SeatNo,
    /// Since when it is idle.
    pub since: Timestamp,
    /// The lanes it serves; with [`CallerKind::Enterprise`] it is an enterprise seat (企业专席).
    pub lanes: Vec<CallerKind>,
    /// What it can do.
    pub skills: Vec<String>,
}

impl IdleSeat {
    fn serves(&self, lane: CallerKind) -> bool {
        self.lanes.contains(&lane)
    }

    /// How well the seat suits the call, least first; `None` when it may not take it. Enterprises come to
    /// their own seats first, and only then to any; citizens leave those free as long as others are.
    fn suits(&self, call: &WaitingCall) -> Option<u8> {
        if !call.needs.iter().all(|need| self.skills.contains(need)) {
            return None;
        }
        let enterprise = self.serves(CallerKind::Enterprise);
        match call.lane {
            CallerKind::Enterprise => Some(u8::from(!enterprise)),
            CallerKind::Citizen => self
                .serves(CallerKind::Citizen)
                .then_some(u8::from(enterprise)),
        }
    }
}

/// The next call with the seat that takes it; `None` when nobody suits anybody. Enterprise calls go first to
/// idle enterprise seats; then the longest waiting call comes first. Among seats that suit it equally well
/// the longest idle one takes it.
pub fn pick(calls: &[WaitingCall], seats: &[IdleSeat]) -> Option<(CallId, SeatNo)> {
    calls
        .iter()
        .filter_map(|call| {
            let (suits, seat) = seats
                .iter()
                .filter_map(|seat| Some((seat.suits(call)?, seat)))
                .min_by_key(|(suits, seat)| (*suits, seat.since, &seat.seat))?;
            let own_lane = call.lane == CallerKind::Enterprise && suits == 0;
            Some((!own_lane, call, seat))
        })
        .min_by_key(|(later, call, _)| (*later, call.since, call.call))
        .map(|(_, call, seat)| (call.call, seat.seat.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallerKind::{Citizen, Enterprise};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn call(n: u128, lane: CallerKind, since: i64, need: &str) -> WaitingCall {
        WaitingCall {
            call: CallId::new(Uuid::from_u128(n)),
            lane,
            since: at(since),
            needs: need.split_whitespace().map(str::to_owned).collect(),
        }
    }

    fn seat(no: &str, since: i64, lanes: &[CallerKind], skill: &str) -> IdleSeat {
        IdleSeat {
            seat: SeatNo::parse(no).unwrap(),
            since: at(since),
            lanes: lanes.to_vec(),
            skills: skill.split_whitespace().map(str::to_owned).collect(),
        }
    }

    fn told(calls: &[WaitingCall], seats: &[IdleSeat]) -> Option<(u128, String)> {
        pick(calls, seats).map(|(call, seat)| (call.0.as_u128(), seat.to_string()))
    }

    #[test]
    fn the_longest_waiting_meets_the_longest_idle() {
        let calls = [call(1, Citizen, 20, ""), call(2, Citizen, 10, "")];
        let seats = [
            seat("0101", 7, &[Citizen], ""),
            seat("0102", 5, &[Citizen], ""),
        ];
        assert_eq!(told(&calls, &seats), Some((2, "0102".to_owned())));
        assert_eq!(told(&calls, &[]), None);
        assert_eq!(told(&[], &seats), None);
    }

    #[test]
    fn lanes_and_skills_come_before_time() {
        let citizen = seat("0101", 9, &[Citizen], "");
        let both = seat("0201", 5, &[Citizen, Enterprise], "english");
        let only = seat("0301", 1, &[Enterprise], "");
        for (calls, seats, answer) in [
            // An enterprise goes before a citizen who waits longer, to its own seat.
            (
                vec![(1, Citizen, 1, ""), (2, Enterprise, 9, "")],
                vec![&both],
                Some((2, "0201")),
            ),
            // Without an idle enterprise seat it takes its turn among all.
            (
                vec![(1, Citizen, 1, ""), (2, Enterprise, 9, "")],
                vec![&citizen],
                Some((1, "0101")),
            ),
            (
                vec![(2, Enterprise, 9, "")],
                vec![&citizen],
                Some((2, "0101")),
            ),
            // A citizen leaves an enterprise seat free, however long it is idle.
            (
                vec![(1, Citizen, 1, "")],
                vec![&both, &citizen],
                Some((1, "0101")),
            ),
            (vec![(1, Citizen, 1, "")], vec![&both], Some((1, "0201"))),
            (vec![(1, Citizen, 1, "")], vec![&only], None),
            // Who needs a skill waits for it, and holds up nobody.
            (
                vec![(1, Citizen, 1, "english"), (2, Citizen, 9, "")],
                vec![&citizen],
                Some((2, "0101")),
            ),
            (
                vec![(1, Citizen, 1, "english")],
                vec![&citizen, &both],
                Some((1, "0201")),
            ),
        ] {
            let calls: Vec<_> = calls
                .into_iter()
                .map(|(n, lane, since, need)| call(n, lane, since, need))
                .collect();
            let seats: Vec<_> = seats.into_iter().cloned().collect();
            let answer = answer.map(|(n, no)| (n, no.to_owned()));
            assert_eq!(told(&calls, &seats), answer, "{calls:?} {seats:?}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_the_lists_does_not_matter(
            waiting in proptest::collection::vec((any::<bool>(), 0..9_i64), 0..8),
            idle in proptest::collection::vec((any::<bool>(), any::<bool>(), 0..9_i64), 0..8),
        ) {
            let mut calls: Vec<_> = (1..)
                .zip(&waiting)
                .map(|(n, (firm, since))| {
                    call(n, if *firm { Enterprise } else { Citizen }, *since, "")
                })
                .collect();
            let mut seats: Vec<_> = (100..)
                .zip(&idle)
                .map(|(n, (firm, all, since))| {
                    let lanes: &[CallerKind] = match (firm, all) {
                        (true, false) => &[Enterprise],
                        (true, true) => &[Citizen, Enterprise],
                        _ => &[Citizen],
                    };
                    seat(&format!("{n}"), *since, lanes, "")
                })
                .collect();
            let first = told(&calls, &seats);
            calls.reverse();
            seats.reverse();
            prop_assert_eq!(told(&calls, &seats), first);
        }
    }
}
