//! Cases on jobs.

use super::tickets::urging;
use super::{at, lease, opened, opening};
use crate::crypto::Keyring;
use crate::server::store::{Job, JobChange, JobKind, Store, StoreError, TicketRecord};
use jiff::Timestamp;

/// A ticket whose job is due at a moment.
async fn due_at(store: &dyn Store, keyring: &Keyring, serial: u32, due: i64) -> TicketRecord {
    let (ticket, event) = opened(serial, 0, "路灯");
    let mut write = opening(keyring, &ticket, &event);
    write.job.next = Some(at(due));
    let record = write.ticket.clone();
    store.write_ticket(write).await.unwrap();
    record
}

async fn leased(store: &dyn Store, now: i64) -> Vec<Job> {
    store.due_jobs(at(now), at(now + 1_000), 10).await.unwrap()
}

pub(crate) async fn a_job_is_leased_to_one_and_after_a_crash_to_another(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let second = due_at(store, &keyring, 1, 200).await;
    let first = due_at(store, &keyring, 2, 100).await;
    assert!(leased(store, 99).await.is_empty());
    // Two replicas ask at once: each job goes to one of them.
    let (left, right) =
        futures_util::future::join(store.due_jobs(at(300), at(1_300), 1), leased(store, 300)).await;
    let mut jobs = left.unwrap();
    jobs.extend(right);
    let subjects: Vec<_> = jobs.iter().map(|job| job.subject).collect();
    assert_eq!(subjects, [first.id.0, second.id.0]);
    assert_eq!((jobs[0].due, jobs[0].fence), (at(100), 1));
    assert!(leased(store, 1_299).await.is_empty());
    // Whoever had it is gone: the lease runs out.
    let again = leased(store, 1_300).await;
    assert_eq!(again.len(), 2);
    assert!(again.iter().all(|job| job.fence == 2));
    // The one who was only slow changes nothing any more.
    assert!(!store.finish_job(jobs[0].clone(), None).await.unwrap());
    assert!(store.finish_job(again[0].clone(), None).await.unwrap());
    let next: Option<Timestamp> = Some(at(5_000));
    assert!(store.finish_job(again[1].clone(), next).await.unwrap());
    assert!(leased(store, 4_999).await.is_empty());
    let left = leased(store, 5_000).await;
    assert_eq!((left.len(), left[0].subject), (1, second.id.0));
}

pub(crate) async fn a_write_under_a_lost_lease_changes_nothing(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let ticket = due_at(store, &keyring, 1, 100).await;
    let slow = leased(store, 100).await.remove(0);
    let quick = leased(store, 2_000).await.remove(0);
    let under = |fence: u64| {
        let mut write = urging(&keyring, &ticket, 3);
        write.job = JobChange {
            next: None,
            fence: Some(fence),
        };
        write
    };
    let lost = store.write_ticket(under(slow.fence)).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
    assert_eq!(store.events(ticket.id).await.unwrap().len(), 1);
    store.write_ticket(under(quick.fence)).await.unwrap();
    assert!(leased(store, 9_000).await.is_empty(), "it is done");
    // A change by a person sets the moment anew, whoever holds a lease.
    let now = store.ticket(ticket.id).await.unwrap().unwrap();
    let mut write = urging(&keyring, &now, 4);
    write.job.next = Some(at(9_500));
    store.write_ticket(write).await.unwrap();
    let next = leased(store, 9_500).await;
    assert_eq!(next.len(), 1);
    assert!(next[0].fence > quick.fence);
    // Whoever held it while it was moved cannot end it with what they knew.
    let moved = store.ticket(ticket.id).await.unwrap().unwrap();
    let mut write = urging(&keyring, &moved, 5);
    write.job.next = Some(at(9_800));
    store.write_ticket(write).await.unwrap();
    assert!(!store.finish_job(next[0].clone(), None).await.unwrap());
    assert_eq!(leased(store, 9_800).await.len(), 1);
}

pub(crate) async fn a_job_beside_a_write_is_due_with_it(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let ticket = due_at(store, &keyring, 1, 900).await;
    let mut write = urging(&keyring, &ticket, 3);
    write.beside = Some((JobKind::Ruling, at(50)));
    // A write that is refused leaves no job behind.
    write.expected = 9;
    store.write_ticket(write).await.unwrap_err();
    assert!(leased(store, 500).await.is_empty());
    let mut write = urging(&keyring, &ticket, 3);
    write.beside = Some((JobKind::Ruling, at(50)));
    store.write_ticket(write).await.unwrap();
    let due = leased(store, 500).await;
    let due: Vec<_> = due.iter().map(|job| (job.kind, job.subject)).collect();
    assert_eq!(due, [(JobKind::Ruling, ticket.id.0)]);
}
