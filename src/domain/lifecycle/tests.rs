//! Tables and properties of the life cycle, and the invented people and tickets that other tests use too.

mod cards;
mod handling;
mod merging;
mod notices;
mod properties;
mod rules;
mod work;
pub(in crate::domain) mod world;
