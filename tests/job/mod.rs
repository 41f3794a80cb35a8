//! The whole job through a real terminal: the program as people start it, keys in, screen and database out.
//! Nothing in here knows a type of the library: what is asserted is what stands on the screen, on the disk and
//! in the exit code.

mod bad_input;
mod editors;
mod handled;
mod killed;
mod practice;
mod second_desk;
mod terminal;
mod whole;

use crate::terminal::Terminal;
use rusqlite::{Connection, OpenFlags};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// What the columns of the tests' tables mean.
pub const COLUMNS: [&str; 6] = [
    "--map",
    "code=编号",
    "--map",
    "question=问题",
    "--map",
    "answer=答复",
];
/// The password of every account of the demonstration.
pub const PASSWORD: &str = "demo-12345";
/// What stands in the idle seat's box.
pub const IDLE: &str = "示闲，等待来电";
/// What stands over a call that waits to be answered.
pub const RINGING: &str = "振铃，F3 接听";

/// A folder for a house and its desks, and the environment that keeps everything inside it.
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.text(name)
    }

    /// The program, to be run without a terminal.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hotline"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.dir.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        self.command(args)
            .envs(env.iter().copied())
            .output()
            .unwrap()
    }

    /// The program in a terminal.
    pub fn terminal(&self, size: (u16, u16), args: &[&str], env: &[(&str, &str)]) -> Terminal {
        let home = self.text("");
        let env: Vec<_> = [("HOME", home.as_str())]
            .into_iter()
            .chain(env.iter().copied())
            .collect();
        Terminal::start(size.0, size.1, args, &env)
    }

    /// A desk of a server, at the sign-in.
    pub fn desk(&self, size: (u16, u16), server: &str, name: &str, account: &str) -> Terminal {
        let data = self.text(name);
        self.terminal(
            size,
            &[
                "desk",
                "--server",
                server,
                "--data",
                &data,
                "--account",
                account,
            ],
            &[],
        )
    }
}

/// The demonstration without a desk of its own, as a process of its own.
pub struct House {
    child: Child,
    pub address: String,
    data: PathBuf,
}

impl House {
    /// Opens the house of a folder; `listen` is an address, port 0 for any free one.
    pub fn open(place: &Place, listen: &str) -> Self {
        let data = place.path("house");
        let mut command = place.command(&["demo", "--headless", "--listen", listen]);
        command
            .arg("--data")
            .arg(&data)
            .env("HOTLINE_WRAP_UP_SECONDS", "600");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines
            .find_map(|line| line.ok().filter(|line| line.contains("http://")))
            .expect("no address");
        let address = line
            .split_whitespace()
            .find_map(|word| word.find("http://").map(|at| word[at..].to_owned()))
            .unwrap();
        // Whatever else it says is read away, so that the pipe never fills.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            address,
            data,
        }
    }

    /// Ends it without a word, as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The address without `http://`.
    pub fn listened(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    pub fn database(&self) -> Database {
        Database::of(&self.data)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the server's file says, read only.
pub struct Database(Connection);

impl Database {
    /// The file under a demonstration's data folder.
    pub fn of(data: &Path) -> Self {
        let file = data.join("server").join("hotline.db");
        Self(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap())
    }

    pub fn count(&self, sql: &str, with: &[&str]) -> i64 {
        self.0
            .query_row(sql, rusqlite::params_from_iter(with), |row| row.get(0))
            .unwrap()
    }

    /// Where the ticket of a number stands.
    pub fn stage(&self, number: &str) -> String {
        self.0
            .query_row(
                "SELECT stage FROM tickets WHERE number = ?1",
                [number],
                |row| row.get(0),
            )
            .unwrap()
    }

    /// The numbers of the tickets that came last, oldest first.
    pub fn newest(&self, count: u32) -> Vec<String> {
        let sql = "SELECT number FROM (SELECT rowid, number FROM tickets ORDER BY rowid DESC LIMIT ?1) ORDER BY rowid";
        let mut found = self.0.prepare(sql).unwrap();
        let rows = found.query_map([count], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The document of the ticket of a number.
    pub fn ticket(&self, number: &str) -> serde_json::Value {
        let doc: String = self
            .0
            .query_row(
                "SELECT doc FROM tickets WHERE number = ?1",
                [number],
                |row| row.get(0),
            )
            .unwrap();
        plain(&doc)
    }

    /// Its events, oldest first.
    pub fn events(&self, number: &str) -> Vec<serde_json::Value> {
        let sql = "SELECT json FROM events WHERE ticket = (SELECT id FROM tickets WHERE number = ?1) ORDER BY version";
        let mut found = self.0.prepare(sql).unwrap();
        let rows = found
            .query_map([number], |row| row.get::<_, String>(0))
            .unwrap();
        rows.map(|json| plain(&json.unwrap())).collect()
    }
}

/// What a stored document says in clear; the caller in it is sealed.
fn plain(doc: &str) -> serde_json::Value {
    let mut doc: serde_json::Value = serde_json::from_str(doc).unwrap();
    doc["plain"].take()
}

/// Signs in with a password at the sign-in screen that knows the account already.
pub fn sign_in(desk: &mut Terminal) {
    desk.until("密码");
    desk.send(PASSWORD);
    desk.keys("Enter");
}

/// The ticket number that a screen tells before `what` (a notice, e.g. that it was sent).
pub fn number_before(screen: &str, what: &str) -> String {
    let line = screen.lines().find_map(|line| line.split_once(what));
    let (before, _) = line.unwrap_or_else(|| panic!("no {what:?} on\n{screen}"));
    let word = before.split_whitespace().next_back();
    word.filter(|word| word.starts_with("JN-"))
        .unwrap_or_else(|| panic!("no number on\n{screen}"))
        .to_owned()
}
