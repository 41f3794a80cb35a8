//! Consults: what call-takers ask the experts of a department. The expert's list, with the form and what was found; at
//! the asker's, the answer that comes back.

mod asker;
mod state;
mod update;
mod view;

pub use asker::{
    ask, asked, brings, chosen, departments, fill, gave, help, put_away, strip, why_not_ask,
    why_not_withdraw, withdraw,
};
pub use state::{Kept, State};
pub use update::{
    command, done, entered, key, known, number, offered, read, selected_why, sent, submitted,
};
pub use view::{bar_words, draw, draw_strip};
