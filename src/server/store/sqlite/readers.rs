//! The threads that read, each with a read-only connection of its own. Readers never wait for the writer (WAL).

use crate::server::store::{Later, StoreError};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The handle of the reading threads.
pub(super) struct Readers {
    jobs: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

fn gone() -> StoreError {
    StoreError::Unavailable("the readers have stopped".to_owned())
}

impl Readers {
    /// Starts a thread on each connection.
    pub(super) fn start(connections: Vec<Connection>) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::with_capacity(connections.len());
        for connection in connections {
            let waiting = waiting.clone();
            threads.push(
                std::thread::Builder::new()
                    .name("store-reader".to_owned())
                    .spawn(move || {
                        while let Some(job) = next(&waiting) {
                            // The asker of a job that panics is answered by its being dropped.
                            let _ = catch_unwind(AssertUnwindSafe(|| job(&connection)));
                        }
                    })?,
            );
        }
        Ok(Self {
            jobs: Some(jobs),
            threads,
        })
    }

    /// Reads something.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Later<'_, T> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let job: Job = Box::new(move |connection| {
                // Nothing is read for one who has gone.
                if !answer.is_closed() {
                    let _ = answer.send(work(connection));
                }
            });
            let jobs = self.jobs.as_ref().ok_or_else(gone)?;
            jobs.send(job).map_err(|_| gone())?;
            answered.await.unwrap_or_else(|_| Err(gone()))
        })
    }
}

fn next(waiting: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
