//! What a hotline talks about: people, callers, tickets, their life cycle, clocks, the dispatch
//! directory, knowledge, seats and calls. Plain types and pure functions: time comes in as an
//! argument, and nothing here does I/O. The rules come from the Jinan regulation on the 12345
//! hotline (2018) and from `docs/domain.md`.

pub mod area;
pub mod calendar;
pub mod call;
pub mod callback;
pub mod caller;
pub mod clock;
pub mod consult;
pub mod directory;
pub mod figures;
pub mod id;
pub mod knowledge;
pub mod lifecycle;
pub mod mask;
pub mod number;
pub mod outage;
pub mod queue;
pub mod role;
pub mod seat;
pub mod text;
pub mod ticket;
