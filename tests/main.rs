//! All integration tests in one binary, which keeps link time down. `tests/README.md` is their map.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

mod architecture;
#[cfg(feature = "external")]
mod browser;
#[cfg(feature = "external")]
mod contract;
mod durability;
mod job;
mod licences;
mod lifecycle;
mod link;
#[cfg(feature = "external")]
mod replicas;
mod support;
mod terminal;
mod wire;
