use super::{Lengths, Seats};
use crate::domain::calendar::Calendar;
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::caller::CallerKind;
use crate::domain::clock::Clocks;
use crate::domain::id::{Account, CallId, SeatNo};
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::Line;
use crate::protocol::error::ApiError;
use crate::server::core::{Core, CoreConfig};
use crate::server::service::calls;
use uuid::Uuid;

fn call(core: &Core, phase: CallPhase) -> Call {
    Call {
        id: CallId(Uuid::now_v7()),
        number: None,
        lane: CallerKind::Citizen,
        phrase: Line::default(),
        offered_at: core.now(),
        answered_at: None,
        answered_by: None,
        ended_at: matches!(phase, CallPhase::Ended { .. }).then(|| core.now()),
        recording: None,
        outbound: false,
        phase,
    }
}

#[tokio::test]
async fn a_seat_whose_call_is_gone_is_busy_and_can_go_on() {
    let dir = tempfile::TempDir::new().unwrap();
    let clocks = Clocks::standard(Calendar::default());
    let core = Core::open(CoreConfig::in_dir(dir.path().join("data"), clocks));
    let core = core.await.unwrap();
    let no = |no: &str| SeatNo::parse(no).unwrap();
    let ended = call(
        &core,
        CallPhase::Ended {
            seat: Some(no("0117")),
            end: CallEnd::Caller,
        },
    );
    // The server went after the call was kept and before its seat was; and the other way round.
    let queued = call(&core, CallPhase::Queued);
    for (seat, state, call) in [
        ("0117", SeatState::Talking, &ended),
        ("0118", SeatState::Reserved, &queued),
    ] {
        calls::save(&core, call).await.unwrap();
        let seat = Seat {
            no: no(seat),
            account: Some(Account::parse("wang").unwrap()),
            state,
            since: core.now(),
            until: None,
            call: Some(call.id),
        };
        calls::save_seat(&core, &seat).await.unwrap();
    }
    let (seats, task) = Seats::start(core, None, Lengths::default()).await.unwrap();
    for seat in ["0117", "0118"] {
        let seen = seats.view(no(seat)).await.unwrap().seat;
        assert_eq!((seen.state, seen.call), (SeatState::Busy, None), "{seat}");
        let idle = seats.choose(no(seat), SeatState::Idle).await.unwrap();
        assert_eq!(idle.state, SeatState::Idle);
    }
    seats.stop();
    task.await.unwrap();
    assert_eq!(seats.queue().await, Err(ApiError::Unavailable));
}
