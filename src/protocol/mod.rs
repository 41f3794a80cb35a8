//! What desk and server say to each other: requests, responses, events, error codes with their arguments
//! (the desk words them), pages. Plain serde types; no rules live here.

pub mod calendar;
pub mod call;
pub mod callback;
pub mod consult;
pub mod directory;
pub mod draft;
pub mod editors;
pub mod error;
pub mod event;
pub mod figures;
pub mod knowledge;
pub mod number;
pub mod outage;
pub mod page;
pub mod person;
pub mod practice;
pub mod public;
pub mod returns;
pub mod seat;
pub mod session;
pub mod simulated;
pub mod ticket;
pub mod uses;

/// Every write carries this header: the same key with the same body gives the same answer again for 7 days;
/// with another body it is refused (`idempotency_conflict`).
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// The version of the protocol, in the path: `/api/…` answers with it in this header.
pub const PROTOCOL_HEADER: &str = "x-hotline-protocol";
/// The protocol spoken by this build.
pub const PROTOCOL: u32 = 1;
