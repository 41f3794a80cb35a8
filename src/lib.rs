//! `hotline`: the seat of a 12345 citizen hotline, and the server it talks to. The floors, from the ground
//! up, are `domain words settings`, `protocol search crypto`, `suggest`, `server link phone practice`,
//! `desk`, `cli`; a module uses only floors beneath it (`tests/architecture.rs` holds them to that).

pub mod cli;
pub mod crypto;
pub mod desk;
pub mod domain;
pub mod link;
pub mod phone;
pub mod practice;
pub mod protocol;
pub mod search;
pub mod server;
pub mod settings;
pub mod suggest;
pub mod words;
