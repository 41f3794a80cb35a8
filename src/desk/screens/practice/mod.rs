//! Practice: scenarios by level, a run at this seat, the score with its evidence, past runs, a trainee over time; and for
//! a trainer the class, what goes on in a run, own marks. In the call screen the line that the trainee's words are typed
//! in, since there is no microphone.

mod act;
mod page;
mod report;
mod saved;
mod say;
mod state;
mod update;
mod view;
mod words;

pub use act::{chosen, go, submitted, why_not};
pub use say::{
    draw as draw_say, draw_talk, failed as say_failed, key as say_key, needs as say_rows,
    paste as say_paste, shown as say_shown,
};
pub use state::{Replay, State, View};
pub use update::{
    command, done, entered, event, form_sent, heard, is_typing, key, ready, signed_in,
};
pub use view::draw;
