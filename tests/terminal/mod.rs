//! A real terminal for the program: a pseudo-terminal (portable-pty) read through an emulator (vt100). Waiting is
//! by condition, never by sleeping: whoever waits is woken by every chunk the program writes.

#![allow(dead_code, reason = "each group of tests uses its own part of it")]

pub mod picture;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a screen may take before the test says what it saw instead. Generous: CI machines are slow.
pub const PATIENCE: Duration = Duration::from_mins(10);

struct Shared {
    parser: Mutex<(vt100::Parser, Vec<u8>, bool)>,
    changed: Condvar,
}

impl Shared {
    /// A wait that failed says so itself; what it held is still whole.
    fn lock(&self) -> MutexGuard<'_, (vt100::Parser, Vec<u8>, bool)> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The program with arguments, and an environment in which nothing of the tester's shows.
fn command(args: &[&str], env: &[(&str, &str)]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hotline"));
    command.args(args);
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Ok(value) = std::env::var(name) {
            command.env(name, value);
        }
    }
    for (name, value) in [
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        // This terminal does not tell where its cursor is: the desk need not wait for it.
        ("HOTLINE_MARKS", "unicode"),
        // A test that waits in vain shows what it waited at, not the lock.
        ("HOTLINE_LOCK_MINUTES", "0"),
    ] {
        command.env(name, value);
    }
    for (name, value) in env {
        command.env(name, value);
    }
    command
}

/// The program in a terminal.
pub struct Terminal {
    shared: Arc<Shared>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    before: String,
}

impl Terminal {
    /// Starts the program with arguments and environment in a terminal of `cols` × `rows`.
    pub fn start(cols: u16, rows: u16, args: &[&str], env: &[(&str, &str)]) -> Self {
        let pty = native_pty_system()
            .openpty(PtySize {
                rows,
                cols,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let before = format!("{:?}", pty.master.get_termios());
        let command = command(args, env);
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let shared = Arc::new(Shared {
            parser: Mutex::new((
                vt100::Parser::new(cells(rows), cells(cols), 0),
                Vec::new(),
                false,
            )),
            changed: Condvar::new(),
        });
        let mut reader = pty.master.try_clone_reader().unwrap();
        let writer = pty.master.take_writer().unwrap();
        let seen = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            loop {
                let read = reader.read(&mut chunk).unwrap_or(0);
                let mut state = seen.lock();
                if read == 0 {
                    state.2 = true;
                } else {
                    state.0.process(&chunk[..read]);
                    state.1.extend_from_slice(&chunk[..read]);
                }
                seen.changed.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self {
            shared,
            writer,
            master: pty.master,
            child,
            before,
        }
    }

    /// What is on the screen now, a line a row.
    pub fn screen(&self) -> String {
        self.shared.lock().0.screen().contents()
    }

    /// What a look at the screen finds.
    pub fn read<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.shared.lock().0.screen())
    }

    /// Where the hardware cursor stands (column, row, from 0), or `None` while it is hidden.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let state = self.shared.lock();
        let screen = state.0.screen();
        let (row, col) = screen.cursor_position();
        (!screen.hide_cursor()).then_some((col, row))
    }

    /// Every byte the program has written so far.
    pub fn written(&self) -> Vec<u8> {
        self.shared.lock().1.clone()
    }

    /// Waits until the screen satisfies a condition; fails with the screen when it never does.
    pub fn wait(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let until = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        while !holds(state.0.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.2,
                "{what} never came (ended: {}); the screen:\n{}",
                state.2,
                state.0.screen().contents()
            );
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits until a text is on the screen.
    pub fn until(&self, text: &str) {
        self.wait(&format!("{text:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits until a text is off the screen.
    pub fn gone(&self, text: &str) {
        self.wait(&format!("the end of {text:?}"), |screen| {
            !screen.contents().contains(text)
        });
    }

    /// Types bytes as they are.
    pub fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses keys by name: `Enter`, `Esc`, `Tab`, `BTab`, `Up`, `Down`, `F3`, `C-d`, `M-h` …
    pub fn keys(&mut self, names: &str) {
        for name in names.split(' ') {
            let bytes = key(name);
            self.send(&bytes);
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&self, cols: u16, rows: u16) {
        // Nothing is read in between: what is drawn for the new size is never read at the old one.
        let mut state = self.shared.lock();
        self.master
            .resize(PtySize {
                rows,
                cols,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        state.0.screen_mut().set_size(cells(rows), cells(cols));
    }

    /// The program's process number.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(process(self.pid()), signal).unwrap();
    }

    /// True while it is stopped (Ctrl-Z).
    pub fn is_stopped(&self) -> bool {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let told = waitid(WaitId::Pid(process(self.pid())), options).unwrap();
        told.is_some_and(|told| told.stopped())
    }

    /// Waits until what the program has written satisfies a condition.
    pub fn wait_written(&self, what: &str, holds: impl Fn(&[u8]) -> bool) {
        let until = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        while !holds(&state.1) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{what} was never written; the screen:\n{}",
                state.0.screen().contents()
            );
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// The modes of the terminal itself: raw or not, echo or not.
    pub fn modes(&self) -> String {
        format!("{:?}", self.master.get_termios())
    }

    /// The modes before the program was started.
    pub fn modes_before(&self) -> &str {
        &self.before
    }

    /// Waits for the program's end and for its last byte; answers with its exit code.
    pub fn wait_for_end(&mut self) -> u32 {
        let until = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        while !state.2 {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "the program never ended; the screen:\n{}",
                state.0.screen().contents()
            );
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
        drop(state);
        self.child.wait().unwrap().exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has rows and columns")
}

/// The bytes a terminal sends for a key.
fn key(name: &str) -> String {
    match name {
        "Enter" => "\r".to_owned(),
        "Esc" => "\u{1b}".to_owned(),
        "Tab" => "\t".to_owned(),
        "BTab" => "\u{1b}[Z".to_owned(),
        "BS" => "\u{7f}".to_owned(),
        "Up" => "\u{1b}[A".to_owned(),
        "Down" => "\u{1b}[B".to_owned(),
        "Right" => "\u{1b}[C".to_owned(),
        "Left" => "\u{1b}[D".to_owned(),
        "Home" => "\u{1b}[H".to_owned(),
        "End" => "\u{1b}[F".to_owned(),
        "F1" => "\u{1b}OP".to_owned(),
        "F2" => "\u{1b}OQ".to_owned(),
        "F3" => "\u{1b}OR".to_owned(),
        "F5" => "\u{1b}[15~".to_owned(),
        "F6" => "\u{1b}[17~".to_owned(),
        "F7" => "\u{1b}[18~".to_owned(),
        "F8" => "\u{1b}[19~".to_owned(),
        "F9" => "\u{1b}[20~".to_owned(),
        _ => match name.split_once('-') {
            Some(("C", letter)) => char::from(letter.bytes().next().unwrap() & 0x1f).to_string(),
            Some(("M", letter)) => format!("\u{1b}{letter}"),
            _ => panic!("no key {name:?}"),
        },
    }
}

/// A process by its number, for the calls of the system.
pub fn process(number: u32) -> Pid {
    Pid::from_raw(number.try_into().unwrap()).unwrap()
}
