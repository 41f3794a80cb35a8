//! What writes: one task takes all waiting jobs, runs each in a savepoint of one transaction, numbers what they tell
//! and commits them together, so that one sync of the disk and one notice to the other servers pay for many. The task
//! owns its connection for so long: whoever asked may go away in the middle, and leaves nothing half done behind.

use super::db::{CLASH, Db};
use super::outbox;
use crate::server::store::{Later, OutboxNew, StoreError};
use deadpool_postgres::Pool;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// How many jobs one commit takes at most.
const GROUP: usize = 128;
/// How many jobs may wait; beyond it the askers wait with theirs.
const WAITING: usize = 1024;
/// How often a job that crossed another server's is begun anew.
const TRIES: u32 = 5;

/// What a job does with its input; asked again when it crossed another server's.
pub(super) type Work<I, T> = for<'a> fn(&'a Db, &'a I) -> Later<'a, T>;

/// A job whose input and answer are its own affair.
trait Job: Send {
    /// Runs in the transaction.
    fn run<'a>(&'a mut self, db: &'a Db) -> Pin<Box<dyn Future<Output = Ran> + Send + 'a>>;
    /// Answers; `broke` when the transaction was not kept.
    fn answer(self: Box<Self>, broke: Option<&StoreError>);
}

/// How a job ran.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// It is to be kept.
    Keep,
    /// It refused; nothing of it is to be kept.
    Refused,
    /// It crossed another server's and may be tried again.
    Crossed,
}

struct Asked<I, T> {
    input: I,
    work: Work<I, T>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<I: Send + Sync + 'static, T: Send + 'static> Job for Asked<I, T> {
    fn run<'a>(&'a mut self, db: &'a Db) -> Pin<Box<dyn Future<Output = Ran> + Send + 'a>> {
        Box::pin(async move {
            // A job that panics is a fault of ours; its neighbours are not to suffer for it.
            let work = AssertUnwindSafe((self.work)(db, &self.input)).catch_unwind();
            let mut result = work
                .await
                .unwrap_or_else(|_| Err(StoreError::Fault("a write stopped".to_owned())));
            if db.has_failed() && result.is_ok() {
                // The engine keeps nothing after a statement that failed, whoever overlooked it.
                result = Err(StoreError::Fault(
                    "a failed statement was overlooked".to_owned(),
                ));
            }
            let ran = match &result {
                Ok(_) => Ran::Keep,
                Err(StoreError::Unavailable(why)) if why == CLASH => Ran::Crossed,
                Err(_) => Ran::Refused,
            };
            self.result = Some(result);
            ran
        })
    }

    fn answer(self: Box<Self>, broke: Option<&StoreError>) {
        // Nobody listens when the asker has gone; the work is done all the same. A refusal falls with the group too:
        // it may rest on a neighbour's write that is gone now.
        let _ = self.answer.send(match broke {
            Some(why) => Err(not_kept(why)),
            None => self.result.unwrap_or_else(|| Err(gone())),
        });
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the writer has stopped".to_owned())
}

/// Why a job's group was not kept. It may be tried again whatever broke it, for that may have been a neighbour.
fn not_kept(why: &StoreError) -> StoreError {
    match why {
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::ReadOnly => StoreError::ReadOnly,
        StoreError::Unavailable(why) => StoreError::Unavailable(why.clone()),
        _ => StoreError::Unavailable("the commit failed".to_owned()),
    }
}

/// The handle of the writing task. When it is dropped the task finishes what is waiting, as long as its runtime lives.
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the task. `told` is given the newest sequence number after every commit that leaves something to tell.
    pub(super) fn start(pool: Pool, told: Arc<watch::Sender<u64>>) -> Self {
        let (jobs, mut waiting) = mpsc::channel::<Box<dyn Job>>(WAITING);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.recv_many(&mut group, GROUP).await > 0 {
                let mut left = std::mem::take(&mut group);
                for tries in 1.. {
                    left = commit(&pool, left, &told, tries >= TRIES).await;
                    if left.is_empty() {
                        break;
                    }
                }
            }
        });
        Self { jobs }
    }

    /// Has the task do something, and answers when it is durable. A future dropped after the job was handed over leaves
    /// the job to finish.
    pub(super) fn run<I: Send + Sync + 'static, T: Send + 'static>(
        &self,
        input: I,
        work: Work<I, T>,
    ) -> Later<'_, T> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let job = Box::new(Asked {
                input,
                work,
                result: None,
                answer,
            });
            self.jobs.send(job).await.map_err(|_| gone())?;
            answered.await.unwrap_or_else(|_| Err(gone()))
        })
    }
}

/// Commits the jobs together and answers them; those that crossed another server's come back, unless this is the
/// `last` try.
async fn commit(
    pool: &Pool,
    group: Vec<Box<dyn Job>>,
    told: &watch::Sender<u64>,
    last: bool,
) -> Vec<Box<dyn Job>> {
    let (mut done, mut crossed) = (Vec::with_capacity(group.len()), Vec::new());
    let kept = match pool.get().await {
        Ok(client) => {
            let db = Db::new(client);
            let kept = together(&db, group, &mut done, &mut crossed, last).await;
            if kept.is_err() || db.is_lost() {
                db.give_up();
            }
            kept
        }
        Err(error) => {
            done = group;
            Err(error.into())
        }
    };
    match &kept {
        // Here and not by the asker, who may have gone: what is committed is told.
        Ok(Some(newest)) => outbox::heard(told, *newest),
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "a group of writes was not kept"),
    }
    for job in done {
        job.answer(kept.as_ref().err());
    }
    crossed
}

/// Runs the jobs in one transaction; answers the newest sequence number when something is told.
async fn together(
    db: &Db,
    group: Vec<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
    crossed: &mut Vec<Box<dyn Job>>,
    last: bool,
) -> Result<Option<u64>, StoreError> {
    let mut waiting = group.into_iter();
    let ran = in_order(db, &mut waiting, done, crossed, last).await;
    done.extend(waiting);
    let told = ran?;
    let newest = outbox::put(db, &told).await?;
    db.batch("COMMIT").await?;
    Ok(newest)
}

async fn in_order(
    db: &Db,
    waiting: &mut std::vec::IntoIter<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
    crossed: &mut Vec<Box<dyn Job>>,
    last: bool,
) -> Result<Vec<OutboxNew>, StoreError> {
    db.batch("BEGIN; SAVEPOINT job").await?;
    let mut told = Vec::new();
    while let Some(mut job) = waiting.next() {
        let ran = job.run(db).await;
        let tells = db.to_tell();
        if ran == Ran::Crossed && !last {
            crossed.push(job);
        } else {
            done.push(job);
        }
        let more = waiting.len() > 0;
        if ran == Ran::Keep {
            told.extend(tells);
            if more {
                db.batch("RELEASE SAVEPOINT job; SAVEPOINT job").await?;
            }
        } else {
            // The savepoint itself stays, for the next one.
            db.batch("ROLLBACK TO SAVEPOINT job").await?;
        }
    }
    Ok(told)
}
