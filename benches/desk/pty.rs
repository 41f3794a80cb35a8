//! The program in a pseudo-terminal, with the moment at which each frame ended. A frame ends where a synchronized
//! update does.

use super::Fault;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const END: &[u8] = b"\x1b[?2026l";
/// How long something may take before the benchmark gives up and shows the screen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A frame: when its last byte arrived, and all of its bytes.
pub struct Frame {
    pub at: Instant,
    pub bytes: Vec<u8>,
}

/// What was written so far.
pub struct Seen {
    pub screen: vt100::Parser,
    pub frames: Vec<Frame>,
    pub bytes: usize,
    open: Vec<u8>,
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// The program in its terminal. Dropping it kills it.
pub struct Pty {
    shared: Shared,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    /// Just before the program was started.
    pub started: Instant,
}

fn lock(shared: &Shared) -> MutexGuard<'_, Seen> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn follow(shared: &Shared, mut reader: Box<dyn Read + Send>) {
    let mut chunk = vec![0; 65_536];
    while let Ok(read @ 1..) = reader.read(&mut chunk) {
        let at = Instant::now();
        let mut seen = lock(shared);
        let new = chunk.get(..read).unwrap_or_default();
        seen.bytes += read;
        seen.open.extend_from_slice(new);
        while let Some(end) = seen.open.windows(END.len()).position(|part| part == END) {
            let rest = seen.open.split_off(end + END.len());
            let bytes = std::mem::replace(&mut seen.open, rest);
            seen.frames.push(Frame { at, bytes });
        }
        // After the frame is timed: reading the screen is not the program's work.
        seen.screen.process(new);
        drop(seen);
        shared.1.notify_all();
    }
}

impl Pty {
    /// Starts the program.
    pub fn start(columns: u16, rows: u16, home: &Path, args: &[&str]) -> Result<Self, Fault> {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hotline"));
        command.args(args);
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            // This terminal does not tell where its cursor is: the desk need not wait for it.
            ("HOTLINE_MARKS", "unicode"),
            ("LANG", "zh_CN.UTF-8"),
        ] {
            command.env(name, value);
        }
        command.env("HOME", home);
        let reader = pty.master.try_clone_reader()?;
        let writer = pty.master.take_writer()?;
        let seen = Seen {
            screen: vt100::Parser::new(NonZero::try_from(rows)?, NonZero::try_from(columns)?, 0),
            frames: Vec::new(),
            bytes: 0,
            open: Vec::new(),
        };
        let shared: Shared = Arc::new((Mutex::new(seen), Condvar::new()));
        let followed = shared.clone();
        std::thread::spawn(move || follow(&followed, reader));
        let started = Instant::now();
        let child = pty.slave.spawn_command(command)?;
        Ok(Self {
            shared,
            writer,
            child,
            _master: pty.master,
            started,
        })
    }

    /// What was written so far.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.shared)
    }

    /// Types bytes.
    pub fn send(&mut self, text: &str) -> Result<(), Fault> {
        self.writer.write_all(text.as_bytes())?;
        Ok(self.writer.flush()?)
    }

    /// Waits for what `find` finds.
    pub fn wait<T>(&self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> Result<T, Fault> {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        loop {
            if let Some(found) = find(&seen) {
                return Ok(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(format!(
                    "{what} never came; the screen:\n{}",
                    seen.screen.screen().contents()
                )
                .into());
            }
            seen = self
                .shared
                .1
                .wait_timeout(seen, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until one of the texts is on the screen.
    pub fn until(&self, texts: &[&str]) -> Result<(), Fault> {
        self.wait(&texts.join(" / "), |seen| {
            let screen = seen.screen.screen().contents();
            texts.iter().any(|text| screen.contains(text)).then_some(())
        })
    }

    /// The process number.
    pub fn pid(&self) -> Result<u32, Fault> {
        self.child
            .process_id()
            .ok_or_else(|| "the program has ended".into())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
