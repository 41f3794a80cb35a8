//! The desk against a scripted world: flows through keys, frames as text, random keys.

mod beside;
mod consults;
mod editor;
pub mod editors;
pub mod figures;
mod flow;
mod kept;
mod keys;
mod mended;
mod near;
mod outages;
mod people;
mod practice;
mod random;
mod running;
mod runtime;
mod screens;
mod settings;
mod unsent;
mod usable;
mod words;
pub mod world;
