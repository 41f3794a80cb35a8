//! The API over the wire, against a really bound server.

mod bad_input;
mod calendar;
mod calls;
mod consults;
mod directory;
mod document;
mod drafts;
mod events;
mod figures;
mod knowledge;
mod matrix;
mod outages;
mod public;
mod serving;
mod session;
mod tickets;
mod uses;
mod work;
