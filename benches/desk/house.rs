//! What the desk is measured against: a server process with the demonstration's data and 5,000 entries.

use super::Fault;
use hotline::domain::id::{Account, EntryCode};
use hotline::domain::knowledge::Entry;
use hotline::link::Api;
use hotline::protocol::knowledge::Import;
use hotline::protocol::session::SignIn;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The password of the demonstration's people, which the demonstration prints.
pub const PASSWORD: &str = "demo-12345";
/// A knowledge editor of the demonstration.
const EDITOR: &str = "liuyang";
/// How many entries the seats hold.
const ENTRIES: usize = 5_000;
const BATCH: usize = 500;

/// A server process. Dropping it stops it.
pub struct House {
    child: Child,
    _said: BufReader<ChildStdout>,
    pub base: String,
}

/// The program, free of the measurer's own configuration.
pub fn hotline(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hotline"));
    command
        .env_clear()
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("HOTLINE_PASSWORD", PASSWORD);
    command
}

/// A port that is free now: desks keep copies by a server's address, so a server comes back to its own.
pub fn free_port() -> Result<u16, Fault> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

impl House {
    /// Starts a server and returns when it listens.
    pub fn start(home: &Path, args: &[&str]) -> Result<Self, Fault> {
        let mut command = hotline(home);
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        loop {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                return Err("the server ended before it listened".into());
            }
            if let Some(at) = line.find("http://") {
                let base = line[at..]
                    .chars()
                    .take_while(|c| c.is_ascii() && *c != ',' && !c.is_whitespace());
                return Ok(Self {
                    child,
                    base: base.collect(),
                    _said: said,
                });
            }
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        // Asked first: a killed server would leave its callers' state to be taken up again.
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}

/// Fills up the knowledge: the demonstration's questions with one another's answers.
pub async fn fill(base: &str) -> Result<(), Fault> {
    let api = Api::new(base, None)?;
    let account = Account::parse(EDITOR)?;
    api.sign_in(&SignIn {
        account,
        password: PASSWORD.to_owned(),
        seat: None,
        own_seat: false,
    })
    .await?;
    let demo = demo_entries()?;
    let more: Vec<Entry> = (demo.len()..ENTRIES)
        .zip(demo.iter().cycle())
        .map(|(at, entry)| {
            let round = at / demo.len();
            let other = demo.iter().cycle().nth(at + round * 37).unwrap_or(entry);
            let code = EntryCode::parse(&format!("{}.{round}", entry.code))?;
            Ok(Entry {
                code,
                answer: other.answer.clone(),
                ..entry.clone()
            })
        })
        .collect::<Result<_, Fault>>()?;
    for (at, batch) in more.chunks(BATCH).enumerate() {
        let batch = Import {
            entries: batch.to_vec(),
        };
        api.import(&batch, &format!("bench-{at}")).await?;
    }
    Ok(api.sign_out().await?)
}

fn demo_entries() -> Result<Vec<Entry>, Fault> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/knowledge");
    let mut entries = Vec::new();
    for file in std::fs::read_dir(folder)? {
        for line in std::fs::read_to_string(file?.path())?.lines() {
            entries.push(serde_json::from_str(line)?);
        }
    }
    Ok(entries)
}

/// Has the copies in a desk's folder brought up to date.
pub fn pull(home: &Path, base: &str, data: &str) -> Result<(), Fault> {
    let args = [
        "kb",
        "search",
        "公积金",
        "--server",
        base,
        "--account",
        EDITOR,
        "--data",
        data,
    ];
    let done = hotline(home).args(args).output()?;
    if done.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&done.stderr).into_owned().into())
}

/// Adds a call-taker to the data of a server that does not run.
pub fn add_taker(home: &Path, data: &str, account: &str) -> Result<(), Fault> {
    let args = [
        "user",
        "add",
        account,
        "--name",
        "闲 (示例)",
        "--role",
        "call_taker",
        "--data",
        data,
    ];
    let done = hotline(home).args(args).output()?;
    if done.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&done.stderr).into_owned().into())
}
