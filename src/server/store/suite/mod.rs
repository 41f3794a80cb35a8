//! What every engine must pass: the same cases for all, brought to an engine by `store_suite!`.

mod consults;
mod drafts;
mod figures;
mod jobs;
mod knowledge;
mod others;
mod tickets;

pub(crate) use consults::*;
pub(crate) use drafts::*;
pub(crate) use figures::*;
pub(crate) use jobs::*;
pub(crate) use knowledge::*;
pub(crate) use others::*;
pub(crate) use tickets::*;

use super::{JobChange, OutboxNew, Store, TicketRecord, TicketWrite, sealed};
use crate::crypto::Keyring;
use crate::domain::caller::{Caller, Telephone};
use crate::domain::id::{Account, TicketId, UnitCode};
use crate::domain::lifecycle::{self, Event};
use crate::domain::number::TicketNumber;
use crate::domain::role::{Actor, Stamp};
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Channel, Request, Ticket};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

/// Makes the suite's cases into tests of one engine. `$make` gives a fresh store with what keeps it alive.
macro_rules! store_suite {
    ($make:expr) => {
        store_suite!($make;
            a_ticket_reads_back_as_written, a_stale_write_changes_nothing, numbers_and_names_are_unique,
            pages_are_stable_while_tickets_change, filters_find_what_they_say,
            words_are_found_however_written, pages_of_words_are_stable, pages_by_clock_have_the_nearest_first,
            an_idempotency_key_is_used_once, of_two_merges_of_a_pair_one_is_refused,
            that_something_can_be_written_is_proved, sixty_four_writers_at_once_lose_nothing,
            numbers_are_leased_once, the_outbox_is_numbered_without_gaps, told_events_are_forgotten,
            an_import_repeated_doubles_nothing, a_directory_is_replaced_when_it_differs,
            notices_lie_over_each_other_and_are_counted_once, outages_are_kept_by_version, open_tickets_are_walked_once_though_they_change,
            vectors_follow_the_entries, drafts_are_changed_on_the_version_that_was_seen,
            what_is_published_and_taken_out_stays_readable, corrections_are_settled_once, uses_are_summed_by_entry_and_words,
            an_article_flags_what_was_written_before_it, figures_change_with_what_is_counted, a_seats_time_is_kept_by_day_and_state, the_figures_of_a_span_are_counted, a_job_is_leased_to_one_and_after_a_crash_to_another,
            a_write_under_a_lost_lease_changes_nothing, a_job_beside_a_write_is_due_with_it,
            tries_to_sign_in_are_counted, an_address_that_tries_all_is_shut_out_alone,
            an_account_tried_from_everywhere_is_slow_and_open, a_seat_has_one_session, one_sits_at_so_many_seats, callbacks_are_listed_by_due_time,
            consults_are_listed_for_whoever_they_concern,
            seats_and_calls_are_kept_as_they_are, the_first_key_is_the_key
        );
    };
    ($make:expr; $($case:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (_alive, store) = $make;
            $crate::server::store::suite::$case(&store).await;
        }
    )*};
}
pub(crate) use store_suite;

pub(crate) const DAY: Date = date(2026, 11, 24);

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_795_500_000_000 + ms).unwrap()
}

pub(crate) fn account(name: &str) -> Account {
    Account::parse(name).unwrap()
}

pub(crate) fn stamp(ms: i64) -> Stamp {
    Stamp {
        by: Actor {
            account: account("wang"),
            seat: None,
            unit: UnitCode::parse("HOTLINE").unwrap(),
        },
        at: at(ms),
    }
}

/// A ticket of the suite: opened at `ms`, with a title and a caller.
pub(crate) fn opened(serial: u32, ms: i64, title: &str) -> (Ticket, Event) {
    let request = Request {
        title: Line::parse(title).unwrap(),
        text: Prose::parse("楼下路灯不亮").unwrap(),
        caller: Caller {
            name: Line::parse("张测试").unwrap(),
            number: Some(Telephone::parse(&format!("1390000{serial:04}")).unwrap()),
            ..Caller::default()
        },
        ..Request::default()
    };
    let number = TicketNumber::new(DAY, serial).unwrap();
    let kind = lifecycle::open(
        TicketId(Uuid::now_v7()),
        number,
        Channel::Telephone,
        None,
        None,
        request,
    );
    let event = Event {
        version: 1,
        stamp: stamp(ms),
        kind,
    };
    (lifecycle::apply(None, &event).unwrap(), event)
}

pub(crate) fn told(at: Timestamp) -> OutboxNew {
    OutboxNew {
        at,
        notice: at.to_string(),
        link: Some([7; 32]),
    }
}

/// The write that opens a ticket.
pub(crate) fn opening(keyring: &Keyring, ticket: &Ticket, event: &Event) -> TicketWrite {
    let events = std::slice::from_ref(event);
    let (record, events) = sealed::seal_ticket(keyring, None, ticket, events).unwrap();
    TicketWrite {
        ticket: record,
        expected: 0,
        events,
        outbox: vec![told(event.stamp.at)],
        replay: None,
        holds: None,
        beside: None,
        job: JobChange::default(),
    }
}

/// Leases all numbers the suite uses.
pub(crate) async fn lease(store: &dyn Store) {
    store.lease_numbers(DAY, 1_000).await.unwrap();
}

/// Opens a ticket in the store.
pub(crate) async fn put(
    store: &dyn Store,
    keyring: &Keyring,
    serial: u32,
    ms: i64,
    title: &str,
) -> TicketRecord {
    let (ticket, event) = opened(serial, ms, title);
    let write = opening(keyring, &ticket, &event);
    let record = write.ticket.clone();
    store.write_ticket(write).await.unwrap();
    record
}
