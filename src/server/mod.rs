//! The central server: what all seats share. `store` keeps, `service` decides (one function a use case),
//! `relay` tells the seats in one order. HTTP, seats and trunks stand on top of these; no screen is known here.

pub mod auth;
pub mod clock;
pub mod core;
mod database;
pub mod http;
mod network;
mod others;
mod outage_feed;
pub mod practice;
mod proven;
pub mod public;
pub mod relay;
pub mod seats;
pub mod serve;
pub mod service;
pub mod store;
pub mod trunk;

pub use self::clock::{Clock, Manual, System};
pub use self::core::{Core, CoreConfig, OpenError};
pub use self::database::Database;
pub use self::serve::{ServeConfig, ServeError, Serving, TlsFiles};
