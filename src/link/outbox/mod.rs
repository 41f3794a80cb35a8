//! Unsent actions (待发): journalled before they count as done, sent strictly in order while the line is up,
//! gone when the server has acknowledged them. A final refusal is told to whoever waits for it, and kept
//! until they have noted it; else the action is parked with its error for a person to see; what hangs on it waits,
//! everything else goes on.

mod deed;
mod queue;
mod runner;
#[cfg(test)]
mod tests;

pub use deed::{Acknowledged, Deed, Outgoing, Transport};
pub use queue::{Counts, Outbox, Outcome, Parked, Pending};
pub use runner::Running;
