//! The desk's line to the server: the API as methods, the event stream that resumes, the journal that loses
//! nothing, unsent actions in their order, local copies of knowledge and directory, and files on their way in
//! (`import`). Knows no widget, and no rule of the domain.

pub mod api;
pub mod copies;
mod editors;
pub mod error;
pub mod events;
mod figures;
pub mod follow;
pub mod import;
pub mod journal;
pub mod near;
pub mod numbers;
pub mod outbox;
mod practice;
pub mod registry;

pub use api::Api;
pub use copies::Copies;
pub use error::LinkError;
pub use events::{Events, Line, Told};
pub use journal::{Journal, JournalError, Record, private_dir, replace};
pub use numbers::Numbers;
pub use outbox::Outbox;
