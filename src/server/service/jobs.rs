//! What the server does at a moment by itself: the cards of clocks, rulings into the directory. Jobs stand in the database and are leased, so each
//! is done once over all servers, and by another where one was cut off.

use super::tickets;
use super::{Who, fault};
use crate::domain::id::TicketId;
use crate::domain::lifecycle::{cards_due, next_card};
use crate::domain::ticket::Ticket;
use crate::protocol::error::ApiError;
use crate::server::core::Core;
use crate::server::store::{Job, JobKind, StoreError, sealed};
use jiff::SignedDuration;
use std::time::Duration;

/// How often a server looks for what is due.
const EVERY: Duration = Duration::from_secs(5);
/// How long a job is held: many times what it takes.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// How many are leased at once: what one server holds another does not do.
const AT_ONCE: u32 = 50;

/// Does what comes due, as long as it is let run. What goes wrong is in the log and tried again.
pub async fn keep_going(core: Core) {
    loop {
        match run_due(&core).await {
            // There may be more.
            Ok(leased) if leased >= AT_ONCE as usize => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "what is due was not done; it is tried again"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Leases what is due now and does it; answers how many jobs were leased. One that fails stays leased and comes again
/// when its lease runs out.
pub async fn run_due(core: &Core) -> Result<usize, ApiError> {
    let now = core.now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let jobs = core.store().due_jobs(now, until, AT_ONCE).await;
    let jobs = jobs.map_err(|error| fault(&error))?;
    let who = Who::system()?;
    for job in &jobs {
        let done = match job.kind {
            JobKind::Cards => show_cards(core, &who, job).await,
            JobKind::Ruling => write_back(core, job).await,
        };
        if let Err(error) = done {
            let kind = job.kind.name();
            tracing::error!(subject = %job.subject, kind, %error, "what was due was not done; it comes again");
        }
    }
    Ok(jobs.len())
}

/// Writes a ruling back to the directory, once: a ruling that was overtaken by another of the same ticket is that one's.
async fn write_back(core: &Core, job: &Job) -> Result<(), ApiError> {
    let ticket = read(core, TicketId(job.subject)).await?;
    super::directory::write_back(core, &ticket).await?;
    let finished = core.store().finish_job(job.clone(), None).await;
    finished.map(drop).map_err(|error| fault(&error))
}

async fn read(core: &Core, id: TicketId) -> Result<Ticket, ApiError> {
    let record = core.store().ticket(id).await;
    let record = record
        .map_err(|error| fault(&error))?
        .ok_or_else(|| fault(&StoreError::Missing))?;
    sealed::open_ticket(core.keyring(), &record).map_err(|error| fault(&error))
}

async fn show_cards(core: &Core, who: &Who, job: &Job) -> Result<(), ApiError> {
    let id = TicketId(job.subject);
    let clocks = core.clocks();
    let now = core.now();
    let shown = tickets::note(core, who, id, Some(job.fence), |ticket, _| {
        cards_due(ticket, &clocks, now)
    });
    match shown.await {
        Err(error) => Err(error),
        Ok(true) => Ok(()),
        Ok(false) => {
            // Nothing is due any more, as after a deadline that was moved.
            let ticket = read(core, id).await?;
            let next = next_card(&ticket, &clocks);
            let finished = core.store().finish_job(job.clone(), next).await;
            finished.map(drop).map_err(|error| fault(&error))
        }
    }
}
