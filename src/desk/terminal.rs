//! The terminal: entered and left sanely whatever happens, and written to with one write a frame. It draws
//! what it is given; what stands there is the screens' business.

use super::state::Notify;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::crossterm::cursor::{Hide, MoveTo, Show, position};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use ratatui::crossterm::{execute, queue};
use std::io::{self, Write};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::ThreadId;

/// Where the hardware cursor stands; `None` is hidden.
pub type Caret = Option<(u16, u16)>;

/// The thread whose screen stands in the terminal.
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);

fn owner() -> Option<ThreadId> {
    *OWNER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn own(thread: Option<ThreadId>) {
    *OWNER.lock().unwrap_or_else(PoisonError::into_inner) = thread;
}

/// A terminal in raw mode on its other screen, until dropped.
#[derive(Debug)]
pub struct Terminal {
    shown: Buffer,
    caret: Caret,
    fresh: bool,
    inside: bool,
}

impl Terminal {
    /// Enters: raw mode, alternate screen, bracketed paste; no mouse, no keyboard protocol (it drops or
    /// doubles Chinese in several terminals). A panic of this thread leaves before it is told. One elsewhere
    /// ends a task and not the desk: it is logged, and the screen stays.
    pub fn enter() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let earlier = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| match owner() {
                Some(owner) if owner != std::thread::current().id() => {
                    let place = panic.location().map(ToString::to_string);
                    tracing::error!(place, "a task broke off");
                }
                Some(_) => {
                    leave_quietly();
                    earlier(panic);
                }
                None => earlier(panic),
            }));
        });
        let mut terminal = Self {
            shown: Buffer::default(),
            caret: None,
            fresh: true,
            inside: false,
        };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Enters again after [`Self::suspend`]; the next draw writes everything.
    pub fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        own(Some(std::thread::current().id()));
        self.inside = true;
        self.fresh = true;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
    }

    /// Leaves, and can come back.
    pub fn suspend(&mut self) {
        if std::mem::take(&mut self.inside) {
            own(None);
            leave_quietly();
        }
    }

    /// True where the terminal draws marks such as `●` and `─`, whose width no standard settles, in two cells: it is
    /// asked where the cursor stands after one. A terminal that does not answer within two seconds draws them in one.
    /// To be asked before anything else reads the terminal.
    pub fn draws_wide_marks(&mut self) -> io::Result<bool> {
        let mut out = io::stdout();
        queue!(out, MoveTo(0, 0))?;
        out.write_all("●".as_bytes())?;
        out.flush()?;
        let column = position().map_or(1, |(column, _)| column);
        self.fresh = true;
        Ok(column > 1)
    }

    /// Gives a text to the clipboard of the person's desktop, in the way of xterm (OSC 52). A terminal that does not
    /// know it shows nothing; whether it took the text it never says. Only printable ASCII is given away.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let bytes = clipboard(text);
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    }

    /// Tells something that is worth looking up for, in the way that is wanted.
    pub fn alert(&mut self, how: Notify, text: &str) -> io::Result<()> {
        let bytes = alert(how, text);
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    }

    /// Columns and rows.
    pub fn size() -> io::Result<(u16, u16)> {
        size()
    }

    /// Writes what differs from the frame before, as one write; writes nothing when nothing differs.
    pub fn draw(&mut self, next: Buffer, caret: Caret) -> io::Result<()> {
        let everything = self.fresh || self.shown.area != next.area;
        if everything {
            self.shown = Buffer::empty(next.area);
        }
        let bytes = frame(&self.shown, &next, self.caret, caret, everything)?;
        if !bytes.is_empty() {
            let mut out = io::stdout().lock();
            out.write_all(&bytes)?;
            out.flush()?;
        }
        (self.shown, self.caret, self.fresh) = (next, caret, false);
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.suspend();
    }
}

/// What gives a text to the clipboard; nothing for one that holds more than printable ASCII.
pub fn clipboard(text: &str) -> Vec<u8> {
    if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Vec::new();
    }
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

/// What tells something: a bell, or a notice of the desktop (OSC 9) without control characters and of at most 100 of others.
pub fn alert(how: Notify, text: &str) -> Vec<u8> {
    match how {
        Notify::None => Vec::new(),
        Notify::Bell => vec![0x07],
        Notify::Osc9 => {
            let plain: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
            format!("\x1b]9;{plain}\x07").into_bytes()
        }
    }
}

/// Errors are of no use here: there is no screen left to tell them on.
fn leave_quietly() {
    let _ = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}

/// The bytes that turn `shown` into `next`: a synchronized update that ends with the caret at its place.
pub fn frame(
    shown: &Buffer,
    next: &Buffer,
    was: Caret,
    caret: Caret,
    everything: bool,
) -> io::Result<Vec<u8>> {
    let changes = shown.diff(next);
    let mut bytes = Vec::new();
    if changes.is_empty() && was == caret && !everything {
        return Ok(bytes);
    }
    queue!(bytes, BeginSynchronizedUpdate, Hide)?;
    if everything {
        queue!(bytes, Clear(ClearType::All))?;
    }
    if !changes.is_empty() {
        CrosstermBackend::new(&mut bytes).draw(changes.into_iter())?;
    }
    if let Some((x, y)) = caret {
        queue!(bytes, MoveTo(x, y), Show)?;
    }
    queue!(bytes, EndSynchronizedUpdate)?;
    Ok(bytes)
}
