//! Promises to call back: made, listed, done.

use super::{IdempotencyKey, Who};
use crate::domain::call::Call;
use crate::domain::callback::Callback;
use crate::domain::id::CallbackId;
use crate::protocol::callback::{CallbackChange, CallbackFilter, NewCallback};
use crate::protocol::error::ApiError;
use crate::protocol::page::Page;
use crate::server::core::Core;

/// Makes a promise. Without a number it takes the ticket's caller.
pub async fn schedule(
    core: &Core,
    who: &Who,
    new: NewCallback,
    key: Option<IdempotencyKey>,
) -> Result<Callback, ApiError> {
    let _ = (core, who, new, key);
    Err(ApiError::Unavailable)
}

/// The call-back of a call whose caller gave up (漏接回拨); nothing when the line showed no number.
/// Made once a call, however often it is asked for.
pub async fn abandoned(core: &Core, call: &Call) -> Result<Option<Callback>, ApiError> {
    let _ = (core, call);
    Err(ApiError::Unavailable)
}

/// The call-backs that pass the filter and that the asker may see, the one due first first.
pub async fn list(
    core: &Core,
    who: &Who,
    filter: CallbackFilter,
) -> Result<Page<Callback>, ApiError> {
    let _ = (core, who, filter);
    Err(ApiError::Unavailable)
}

/// Does an action to a call-back as it was at the version the actor saw.
pub async fn act(
    core: &Core,
    who: &Who,
    id: CallbackId,
    change: CallbackChange,
    key: Option<IdempotencyKey>,
) -> Result<Callback, ApiError> {
    let _ = (core, who, id, change, key);
    Err(ApiError::Unavailable)
}
