//! What a call adds to the figures.

use super::{Figure, Parts, Spot, add};
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::clock::civil_day;
use crate::domain::id::Account;
use jiff::SignedDuration;

/// Within what time a call is to be answered (15 秒应答).
const ANSWER: SignedDuration = SignedDuration::from_secs(15);

/// What a call adds once it is over; nothing before, and nothing where the seat dialled it. It counts on the day on which
/// it was offered.
pub fn of_call(call: &Call) -> Parts {
    let mut parts = Parts::new();
    let CallPhase::Ended { end, .. } = call.phase else {
        return parts;
    };
    if call.outbound {
        return parts;
    }
    let spot = |figure, account: Option<&Account>| Spot {
        figure,
        day: civil_day(call.offered_at),
        unit: None,
        account: account.cloned(),
        item: None,
    };
    let waited = call
        .answered_at
        .map(|at| at.duration_since(call.offered_at));
    let answered = u64::from(waited.is_some());
    let soon = u64::from(waited.is_some_and(|waited| waited <= ANSWER));
    let abandoned = u64::from(waited.is_none() && end == CallEnd::Abandoned);
    add(&mut parts, spot(Figure::CallsAnswered, None), answered, 1);
    add(&mut parts, spot(Figure::Offered15, None), soon, 1);
    add(&mut parts, spot(Figure::CallsAbandoned, None), abandoned, 1);
    if answered > 0 {
        add(&mut parts, spot(Figure::Answered15, None), soon, 1);
    }
    if let (Some(from), Some(until), Some(by)) =
        (call.answered_at, call.ended_at, &call.answered_by)
    {
        let seconds = until.duration_since(from).as_secs();
        let seconds = u64::try_from(seconds).unwrap_or(0);
        add(&mut parts, spot(Figure::SeatTalk, Some(by)), seconds, 1);
    }
    parts
}
