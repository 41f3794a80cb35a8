//! Practice (练习): simulated callers with a sealed truth, the dialogue that plays them, and the score a trainee gets
//! with its evidence. It is pure: a call's time comes in as an argument, and the same scenario,
//! seed and words give the same call. It knows no screen, no store and nothing of production.

pub mod dialogue;
pub mod hints;
pub mod listen;
mod pages;
mod report;
pub mod room;
pub mod runs;
pub mod scenario;
pub mod scene;
pub mod score;
pub mod shipped;
pub mod tape;

pub use scenario::{Fault, Rule, Scenario};
pub use scene::Scene;
pub use tape::{Event, Moment};
