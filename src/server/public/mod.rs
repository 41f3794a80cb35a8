//! The public read side (自助查询): citizens read what is published and marked public, without signing in. It has
//! a search index of its own, so nothing else can be found there even by a fault of a query.

mod page;
mod shelf;
mod throttle;

pub use page::{Page, STYLE};
pub use shelf::{Found, Shelf};
pub use throttle::Throttle;
