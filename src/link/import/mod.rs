//! Files on their way in: knowledge (`kb import`) and the dispatch directory (`directory import`). Reads CSV,
//! JSON Lines and XLSX, maps columns to fields, and says of every row that is refused file, line, column and
//! rule. What is taken goes to the server in batches that may be repeated without doubling anything.

mod directory;
mod encoding;
mod entries;
mod judged;
mod mapping;
mod problem;
mod rows;
mod send;
mod sheet;
mod table;
#[cfg(test)]
mod tests;

pub use directory::{DIRECTORY_FILES, directory, directory_folder};
pub use encoding::Encoding;
pub use entries::{Parsed, entries};
pub use judged::{Judged, judged};
pub use mapping::{Field, Mapping};
pub use problem::{ImportError, Problem, Refused};
pub use send::{Importer, Progress, Report, send};
pub use table::{Format, Table};
