//! Where calls come from. A trunk offers calls to the seats, tells them what it sees of each leg, and is told
//! where each call goes. It holds no queue and picks no seat. `simulated` stands in for a telephone network;
//! the adapter of a real exchange is another file behind the same trait.

pub mod actor;
pub mod callers;
mod leg;
pub mod simulated;

use crate::domain::call::Call;
use crate::domain::id::CallId;

/// A source of calls.
pub trait Trunk: Send + Sync {
    /// Whether the caller of a call is still on the line: asked when a server starts again.
    fn has(&self, call: CallId) -> bool;
    /// A call changed: it rings at a seat, went back to the queue, is over. Must not wait.
    fn told(&self, call: &Call);
}
