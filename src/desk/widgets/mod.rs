//! What the screens are drawn with: cells and lines of the right width, boxes, lists, the text editor.
//! Everything draws into a buffer and says where the caret belongs; nothing here knows what it shows.

mod editor;
mod list;
mod paint;
mod width;

pub use editor::{Clipboard, Editor, TooLong};
pub use list::{ListState, viewport};
pub use paint::{Blank, Paint};
pub use width::{cut, pad, rows, width};
