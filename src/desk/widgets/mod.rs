//! What the screens are drawn with: cells and lines of the right width, boxes, lists, the text editor.
//! Everything draws into a buffer and says where the caret belongs; nothing here knows what it shows.

mod editor;
mod list;
mod paint;
mod table;
mod width;

pub use editor::{Clipboard, Editor, TooLong};
pub use list::{ListState, viewport};
pub use paint::{Blank, Paint};
pub use table::{Column, Row, Table};
pub use width::{cut, cut_path, pad, rows, width};
