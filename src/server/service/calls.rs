//! Calls and seats as the server remembers them, and what pops on the screen before a call is answered.

use super::Who;
use crate::domain::call::Call;
use crate::domain::id::CallId;
use crate::domain::seat::Seat;
use crate::protocol::call::CallView;
use crate::protocol::error::ApiError;
use crate::server::core::Core;

/// Keeps a call as it is.
pub async fn save(core: &Core, call: &Call) -> Result<(), ApiError> {
    let _ = (core, call);
    Err(ApiError::Unavailable)
}

/// A call.
pub async fn load(core: &Core, id: CallId) -> Result<Call, ApiError> {
    let _ = (core, id);
    Err(ApiError::Unavailable)
}

/// The calls that are not over, in the order they were offered: what a restarted server takes up again.
pub async fn unfinished(core: &Core) -> Result<Vec<Call>, ApiError> {
    let _ = core;
    Err(ApiError::Unavailable)
}

/// A call with the caller's history. Only for the seat that has the call, and for shift leaders.
pub async fn view(core: &Core, who: &Who, id: CallId) -> Result<CallView, ApiError> {
    let _ = (core, who, id);
    Err(ApiError::Unavailable)
}

/// Keeps a seat as it is.
pub async fn save_seat(core: &Core, seat: &Seat) -> Result<(), ApiError> {
    let _ = (core, seat);
    Err(ApiError::Unavailable)
}

/// All seats ever kept, by number.
pub async fn seats(core: &Core) -> Result<Vec<Seat>, ApiError> {
    let _ = core;
    Err(ApiError::Unavailable)
}
