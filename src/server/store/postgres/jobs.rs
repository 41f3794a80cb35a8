//! Jobs: due at a moment, leased, fenced; many servers ask for them. What a write of a ticket makes of its job is part of
//! the ticket's statement (`tickets`).

use super::db::Db;
use super::{counter, moment, version};
use crate::server::store::{Job, JobKind, StoreError};
use jiff::Timestamp;
use tokio_postgres::Row;

/// Leases what is due at a moment and that nobody holds. What another server is leasing or ending at this moment is left
/// to it.
pub(super) async fn due(
    db: &Db,
    &(now, until, limit): &(Timestamp, Timestamp, u32),
) -> Result<Vec<Job>, StoreError> {
    let sql = "WITH due AS MATERIALIZED (
           SELECT kind, subject FROM jobs WHERE due_ms <= $1 AND lease_ms <= $1
           ORDER BY due_ms LIMIT $3 FOR UPDATE SKIP LOCKED)
         UPDATE jobs SET lease_ms = $2, fence = fence + 1 FROM due
         WHERE jobs.kind = due.kind AND jobs.subject = due.subject
         RETURNING jobs.kind, jobs.subject, jobs.due_ms, jobs.fence";
    let (now, until) = (now.as_millisecond(), until.as_millisecond());
    let rows = db.all(sql, &[&now, &until, &i64::from(limit)]).await?;
    let mut jobs = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    jobs.sort_by_key(|job| (job.due, job.subject));
    Ok(jobs)
}

fn read(row: &Row) -> Result<Job, StoreError> {
    let kind: &str = row.get(0);
    Ok(Job {
        kind: JobKind::from_name(kind)
            .ok_or_else(|| StoreError::Fault(format!("{kind} is no kind of job")))?,
        subject: row.get(1),
        due: moment(row.get(2))?,
        fence: counter(row.get(3))?,
    })
}

/// Ends a job without a write of its subject; false when the lease was lost.
pub(super) async fn finish(
    db: &Db,
    (job, next): &(Job, Option<Timestamp>),
) -> Result<bool, StoreError> {
    let sql =
        "UPDATE jobs SET due_ms = $4, lease_ms = 0 WHERE kind = $1 AND subject = $2 AND fence = $3";
    let next = next.map(Timestamp::as_millisecond);
    let given: super::db::Given<'_> = &[&job.kind.name(), &job.subject, &version(job.fence), &next];
    Ok(db.run(sql, given).await? == 1)
}
