//! The one thread that writes: it takes all waiting jobs, runs each in a savepoint of its own, and commits them
//! together, so that one sync of the disk pays for many. A failing job leaves its neighbours alone.

use super::outbox;
use crate::server::store::{Later, StoreError};
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot, watch};

/// How many jobs one commit takes at most.
const GROUP: usize = 256;
/// How many jobs may wait; beyond it the askers wait with theirs.
const WAITING: usize = 1024;

/// Runs in the transaction, or is told why there is none; says whether it is to be kept, and answers once that is known.
type Job = Box<dyn FnOnce(Result<&Connection, &rusqlite::Error>) -> (bool, Reply) + Send>;
/// Told whether the commit held, or why not.
type Reply = Box<dyn FnOnce(Option<&rusqlite::Error>) + Send>;

/// The handle of the writing thread. Dropping it finishes what is waiting.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

fn gone() -> StoreError {
    StoreError::Unavailable("the writer could not begin, or has stopped".to_owned())
}

impl Writer {
    /// Starts the thread on its connection. `told` is given the newest sequence number after every commit that
    /// leaves something to tell.
    pub(super) fn start(connection: Connection, told: watch::Sender<u64>) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, waiting, &told))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Has the thread do something, and answers when it is durable. A future dropped after the job was handed
    /// over leaves the job to finish.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Later<'_, T> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let job: Job = Box::new(move |connection| {
                let result = connection.map_err(not_kept).and_then(work);
                let keep = result.is_ok();
                let reply: Reply = Box::new(move |broke| {
                    // Nobody listens when the asker has gone; the work is done all the same. A refusal falls with
                    // the group too: it may rest on a neighbour's write that is gone now.
                    let _ = answer.send(broke.map_or(result, |error| Err(not_kept(error))));
                });
                (keep, reply)
            });
            let jobs = self.jobs.as_ref().ok_or_else(gone)?;
            jobs.send(job).await.map_err(|_| gone())?;
            answered.await.unwrap_or_else(|_| Err(gone()))
        })
    }
}

/// Why a job's group was not kept. It may be tried again whatever broke it, for that may have been a neighbour.
fn not_kept(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly,
        _ => StoreError::Unavailable("the commit failed".to_owned()),
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(connection: &Connection, mut waiting: mpsc::Receiver<Job>, told: &watch::Sender<u64>) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let mut replies = Vec::with_capacity(group.len());
        let held = commit(connection, group.drain(..), &mut replies);
        if let Err(error) = &held {
            tracing::error!(%error, "a group of writes was not kept");
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
        // Here and not by the asker, who may have gone: what is committed is told.
        if held.is_ok() {
            tell(connection, told);
        }
        for reply in replies {
            reply(held.as_ref().err());
        }
    }
}

fn tell(connection: &Connection, told: &watch::Sender<u64>) {
    match outbox::newest(connection) {
        Ok(newest) => {
            told.send_if_modified(|known| std::mem::replace(known, newest) != newest);
        }
        // The next commit tells of it.
        Err(error) => tracing::error!(%error, "what was committed is told late"),
    }
}

/// Runs the jobs in one transaction. Those that can't run are told why.
fn commit(
    connection: &Connection,
    mut jobs: impl Iterator<Item = Job>,
    replies: &mut Vec<Reply>,
) -> rusqlite::Result<()> {
    let done = run(connection, &mut jobs, replies);
    if let Err(error) = &done {
        replies.extend(jobs.map(|job| job(Err(error)).1));
    }
    done
}

fn run(
    connection: &Connection,
    jobs: &mut impl Iterator<Item = Job>,
    replies: &mut Vec<Reply>,
) -> rusqlite::Result<()> {
    let step = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(|_| ());
    step("BEGIN IMMEDIATE")?;
    for job in jobs {
        step("SAVEPOINT job")?;
        // A job that panics is a fault of ours; its neighbours are not to suffer for it.
        let ran = catch_unwind(AssertUnwindSafe(|| job(Ok(connection))));
        let keep = matches!(ran, Ok((true, _)));
        if let Ok((_, reply)) = ran {
            replies.push(reply);
        }
        if connection.is_autocommit() {
            // The engine itself rolled everything back (disk full, I/O error).
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
                Some("the engine rolled the group back".to_owned()),
            ));
        }
        if !keep {
            step("ROLLBACK TO job")?;
        }
        step("RELEASE job")?;
    }
    step("COMMIT")
}
