//! The central server: what all seats share. `store` keeps, `service` decides (one function a use case),
//! `relay` tells the seats in one order. HTTP, seats and trunks stand on top of these; no screen is known here.

pub mod clock;
pub mod core;
pub mod relay;
pub mod service;
pub mod store;

pub use self::clock::{Clock, Manual, System};
pub use self::core::{Core, CoreConfig, OpenError};
