//! Jobs: due at a moment, leased, fenced.

use super::{blob16, counter, moment, version};
use crate::server::store::{Job, JobChange, JobKind, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

/// What a write of a subject makes of its job, in the same transaction.
pub(super) fn change(
    db: &Connection,
    kind: JobKind,
    subject: Uuid,
    change: &JobChange,
) -> Result<(), StoreError> {
    if let Some(fence) = change.fence {
        let held: Option<i64> = db
            .prepare_cached("SELECT fence FROM jobs WHERE kind = ?1 AND subject = ?2")?
            .query_row(params![kind.name(), blob16(subject)], |row| row.get(0))
            .optional()?;
        if held != Some(version(fence)) {
            return Err(StoreError::LeaseLost);
        }
    }
    set(db, kind, subject, change.next, change.fence.is_some())
}

/// A job that is done gives its lease back. One that is set to another moment by somebody else does, too, and whoever
/// held it no longer does: what they worked out is of before.
fn set(
    db: &Connection,
    kind: JobKind,
    subject: Uuid,
    next: Option<Timestamp>,
    done: bool,
) -> Result<(), StoreError> {
    let due = next.map(Timestamp::as_millisecond);
    let sql = if due.is_some() {
        "INSERT INTO jobs (kind, subject, due_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET
           lease_ms = CASE WHEN ?4 OR due_ms IS NOT excluded.due_ms THEN 0 ELSE lease_ms END,
           fence = fence + (NOT ?4 AND due_ms IS NOT excluded.due_ms),
           due_ms = excluded.due_ms"
    } else {
        "UPDATE jobs SET lease_ms = 0, fence = fence + (NOT ?4 AND due_ms IS NOT NULL), due_ms = ?3
         WHERE kind = ?1 AND subject = ?2"
    };
    db.prepare_cached(sql)?
        .execute(params![kind.name(), blob16(subject), due, done])?;
    Ok(())
}

/// Leases what is due at a moment and that nobody holds.
pub(super) fn due(
    db: &Connection,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let mut statement = db.prepare_cached(
        "UPDATE jobs SET lease_ms = ?2, fence = fence + 1 WHERE (kind, subject) IN
           (SELECT kind, subject FROM jobs WHERE due_ms <= ?1 AND lease_ms <= ?1 ORDER BY due_ms LIMIT ?3)
         RETURNING kind, subject, due_ms, fence",
    )?;
    let (now, until) = (now.as_millisecond(), until.as_millisecond());
    let mut rows = statement.query(params![now, until, limit])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(0)?;
        jobs.push(Job {
            kind: JobKind::from_name(&kind)
                .ok_or_else(|| StoreError::Fault(format!("{kind} is no kind of job")))?,
            subject: Uuid::from_bytes(row.get(1)?),
            due: moment(row.get(2)?)?,
            fence: counter(row.get(3)?)?,
        });
    }
    jobs.sort_by_key(|job| (job.due, job.subject));
    Ok(jobs)
}

/// Ends a job without a write of its subject; false when the lease was lost.
pub(super) fn finish(
    db: &Connection,
    job: &Job,
    next: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let change = JobChange {
        next,
        fence: Some(job.fence),
    };
    match self::change(db, job.kind, job.subject, &change) {
        Ok(()) => Ok(true),
        Err(StoreError::LeaseLost) => Ok(false),
        Err(error) => Err(error),
    }
}
