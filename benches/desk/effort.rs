//! What the threads of a process did, by what the kernel counts: that does not depend on what else the machine does.

use super::Fault;
use std::collections::BTreeMap;
use std::fs;

/// What a thread did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Effort {
    /// Milliseconds on a processor.
    pub busy_ms: f64,
    /// Milliseconds ready to run while others had the processors.
    pub kept_ms: f64,
    /// How often it went to sleep by itself, which is how often it was woken.
    pub sleeps: u64,
}

/// All threads of a process so far, by name and number.
pub fn of(pid: u32) -> Result<BTreeMap<(String, String), Effort>, Fault> {
    let mut threads = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let task = task?;
        let (id, path) = (task.file_name().to_string_lossy().into_owned(), task.path());
        let read = || -> std::io::Result<_> {
            Ok((
                fs::read_to_string(path.join("comm"))?,
                fs::read_to_string(path.join("status"))?,
                fs::read_to_string(path.join("schedstat"))?,
            ))
        };
        // It may have ended meanwhile.
        let Ok((name, status, schedule)) = read() else {
            continue;
        };
        let mut times = schedule.split_whitespace().map(str::parse::<f64>);
        let mut ms = || times.next().and_then(Result::ok).unwrap_or_default() / 1e6;
        let (busy_ms, kept_ms) = (ms(), ms());
        let sleeps = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
            .ok_or("no count of switches")?
            .trim()
            .parse()?;
        let effort = Effort {
            busy_ms,
            kept_ms,
            sleeps,
        };
        threads.insert((name.trim().to_owned(), id), effort);
    }
    Ok(threads)
}

/// What was done between two looks, by the threads' names.
pub fn since(
    before: &BTreeMap<(String, String), Effort>,
    after: &BTreeMap<(String, String), Effort>,
) -> BTreeMap<String, Effort> {
    let mut sums: BTreeMap<String, Effort> = BTreeMap::new();
    for (thread, now) in after {
        let was = before.get(thread).copied().unwrap_or_default();
        let sum = sums.entry(thread.0.clone()).or_default();
        sum.busy_ms += now.busy_ms - was.busy_ms;
        sum.kept_ms += now.kept_ms - was.kept_ms;
        sum.sleeps += now.sleeps - was.sleeps;
    }
    sums
}

/// The efforts of so many keys as a line for a person.
pub fn a_key(since: &BTreeMap<String, Effort>, keys: usize) -> String {
    let keys = f64::from(u32::try_from(keys).unwrap_or(u32::MAX));
    since
        .iter()
        .filter(|(_, it)| it.busy_ms * 1e3 >= keys)
        .map(|(name, it)| {
            let us = |ms: f64| ms * 1e3 / keys;
            format!("{name} {:.0} / {:.0}", us(it.busy_ms), us(it.kept_ms))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
