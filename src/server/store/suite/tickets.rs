//! Cases on tickets.

use super::{DAY, account, at, lease, opened, opening, put, stamp, told};
use crate::crypto::{Keyring, WrappedKey};
use crate::domain::id::UnitCode;
use crate::domain::lifecycle::{self, Event, EventKind};
use crate::domain::number::TicketNumber;
use crate::domain::text::Line;
use crate::domain::ticket::Stage;
use crate::server::store::{
    JobChange, Place, ReplayRecord, Store, StoreError, TicketOrder, TicketQuery, TicketRecord,
    TicketWrite, sealed,
};
use std::collections::BTreeSet;

pub(crate) async fn a_ticket_reads_back_as_written(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let (ticket, event) = opened(1, 5, "路灯");
    store
        .write_ticket(opening(&keyring, &ticket, &event))
        .await
        .unwrap();
    let record = store.ticket(ticket.id).await.unwrap().unwrap();
    assert_eq!(sealed::open_ticket(&keyring, &record).unwrap(), ticket);
    let events = store.events(ticket.id).await.unwrap();
    assert_eq!(
        sealed::open_events(&keyring, &record, &events).unwrap(),
        [event]
    );
    assert_eq!(
        events.last().map(|event| event.link),
        Some(record.head),
        "the ticket's head is its newest event's link"
    );
    let by_number = store.ticket_by_number(ticket.number).await.unwrap();
    assert_eq!(by_number.map(|record| record.id), Some(ticket.id));
    assert_eq!(
        (record.numbers.len(), record.main, record.changed),
        (1, None, at(5))
    );
}

/// The write that urges a ticket made from what was kept at a version.
pub(super) fn urging(keyring: &Keyring, before: &TicketRecord, ms: i64) -> TicketWrite {
    let ticket = sealed::open_ticket(keyring, before).unwrap();
    let event = Event {
        version: ticket.version + 1,
        stamp: stamp(ms),
        kind: EventKind::Urged {
            note: Line::default(),
        },
    };
    let next = lifecycle::apply(Some(ticket), &event).unwrap();
    let (record, events) = sealed::seal_ticket(keyring, Some(before), &next, &[event]).unwrap();
    TicketWrite {
        ticket: record,
        expected: before.version,
        events,
        outbox: vec![told(at(ms))],
        replay: None,
        holds: None,
        beside: None,
        job: JobChange::default(),
    }
}

pub(crate) async fn a_stale_write_changes_nothing(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let first = put(store, &keyring, 1, 0, "路灯").await;
    store
        .write_ticket(urging(&keyring, &first, 1))
        .await
        .unwrap();
    let stale = store.write_ticket(urging(&keyring, &first, 2)).await;
    assert!(matches!(
        stale,
        Err(StoreError::Stale {
            current: 2,
            expected: 1
        })
    ));
    assert_eq!(store.events(first.id).await.unwrap().len(), 2);
    assert_eq!(store.outbox_span().await.unwrap(), (1, 2), "nor is it told");
    let mut missing = urging(&keyring, &first, 3);
    missing.ticket.id.0 = uuid::Uuid::now_v7();
    assert!(matches!(
        store.write_ticket(missing).await,
        Err(StoreError::Missing)
    ));
}

/// The write that merges a ticket into another, each as it was kept.
fn merging(keyring: &Keyring, child: &TicketRecord, main: &TicketRecord, ms: i64) -> TicketWrite {
    let mut write = urging(keyring, child, ms);
    write.ticket.main = Some(main.id);
    write.ticket.stage = Stage::Merged;
    write.holds = Some((main.id, main.version));
    write
}

pub(crate) async fn of_two_merges_of_a_pair_one_is_refused(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let a = put(store, &keyring, 1, 0, "路灯").await;
    let b = put(store, &keyring, 2, 0, "同一盏路灯").await;
    let c = put(store, &keyring, 3, 0, "还是那盏路灯").await;
    // One dispatcher merges a into b, the other b into a, both having looked at the same versions.
    let (left, right) = futures_util::future::join(
        store.write_ticket(merging(&keyring, &a, &b, 1)),
        store.write_ticket(merging(&keyring, &b, &a, 2)),
    )
    .await;
    left.unwrap();
    assert!(matches!(
        right,
        Err(StoreError::MainMoved {
            current: 2,
            expected: 1
        })
    ));
    // b has a child now, and is still what it was: merged into c it would take a along unseen.
    let deeper = store.write_ticket(merging(&keyring, &b, &c, 3)).await;
    assert!(matches!(deeper, Err(StoreError::HasChildren)));
    // The main one changed between the look and the write.
    store.write_ticket(urging(&keyring, &b, 4)).await.unwrap();
    let moved = store.write_ticket(merging(&keyring, &c, &b, 5)).await;
    assert!(matches!(moved, Err(StoreError::MainMoved { .. })));
    let kept = store.ticket(a.id).await.unwrap().unwrap();
    assert_eq!(kept.main, Some(b.id));
    assert_eq!(
        store.outbox_span().await.unwrap().1,
        5,
        "what was refused is not told"
    );
}

pub(crate) async fn that_something_can_be_written_is_proved(store: &dyn Store) {
    store.prove_writable(at(1)).await.unwrap();
    store.prove_writable(at(2)).await.unwrap();
    assert_eq!(store.outbox_span().await.unwrap(), (1, 0), "nobody is told");
}

pub(crate) async fn numbers_and_names_are_unique(store: &dyn Store) {
    let keyring = Keyring::ephemeral();
    let (ticket, event) = opened(1, 0, "路灯");
    let write = || opening(&keyring, &ticket, &event);
    assert!(matches!(
        store.write_ticket(write()).await,
        Err(StoreError::NotLeased)
    ));
    lease(store).await;
    store.write_ticket(write()).await.unwrap();
    assert!(matches!(
        store.write_ticket(write()).await,
        Err(StoreError::Exists)
    ));
    let (other, event) = opened(1, 0, "同号");
    let taken = store.write_ticket(opening(&keyring, &other, &event)).await;
    assert!(matches!(taken, Err(StoreError::NumberTaken)));
    let (over, event) = opened(1_001, 0, "没有租到");
    let over = store.write_ticket(opening(&keyring, &over, &event)).await;
    assert!(matches!(over, Err(StoreError::NotLeased)));
}

async fn page(store: &dyn Store, after: Option<Place>) -> (Vec<TicketRecord>, Option<Place>) {
    let query = TicketQuery {
        after,
        limit: 7,
        ..TicketQuery::default()
    };
    let page = store.tickets(query).await.unwrap();
    let next = page.last().map(|last| Place {
        ms: last.changed.as_millisecond(),
        id: last.id.0,
    });
    (page, next)
}

pub(crate) async fn pages_are_stable_while_tickets_change(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let mut expected = BTreeSet::new();
    for serial in 1..=25 {
        // Many share their moment: the identifier decides among them.
        let record = put(store, &keyring, serial, i64::from(serial / 4), "路灯").await;
        expected.insert(record.id);
    }
    let mut seen = Vec::new();
    let mut after = None;
    for serial in 100.. {
        let (records, next) = page(store, after).await;
        if records.is_empty() {
            break;
        }
        seen.extend(records.iter().map(|record| (record.changed, record.id)));
        after = next;
        put(store, &keyring, serial, 1_000 + i64::from(serial), "新来的").await;
    }
    assert!(seen.is_sorted_by(|a, b| a > b), "last changed first");
    assert_eq!(seen.len(), 25, "none twice");
    let ids: BTreeSet<_> = seen.into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, expected, "none left out");
}

/// A filter that a closure sets on the empty one.
fn query(set: impl FnOnce(&mut TicketQuery)) -> TicketQuery {
    let mut query = TicketQuery {
        limit: 50,
        ..TicketQuery::default()
    };
    set(&mut query);
    query
}

/// Filters with how many of the case's three tickets they find.
fn filters(keyring: &Keyring, unit: &UnitCode) -> Vec<(&'static str, TicketQuery, usize)> {
    let words = |words: &'static str| query(|q| q.words = Some(words.to_owned()));
    let stages = |stages: &[Stage]| query(|q| q.stages = stages.to_vec());
    let opener = |name| query(|q| q.opened_by = Some(account(name)));
    let number = |digits| query(|q| q.number = Some(keyring.blind("telephone", digits)));
    let clerk_draft = query(|q| {
        q.unit = Some(unit.clone());
        q.stages = vec![Stage::Draft];
    });
    vec![
        ("all", query(|_| {}), 3),
        ("title and text", words("路灯"), 3),
        ("% stands for itself", words("100%"), 1),
        ("_ stands for itself", words("r_s"), 1),
        ("% is no wildcard", words("r%s"), 0),
        ("title only", words("盏"), 1),
        ("one stage", stages(&[Stage::Draft]), 2),
        ("two stages", stages(&[Stage::Draft, Stage::Dispatched]), 3),
        ("lead", query(|q| q.lead = Some(unit.clone())), 1),
        ("unit and stage", clerk_draft, 0),
        ("opener", opener("wang"), 3),
        ("another opener", opener("li"), 0),
        ("since", query(|q| q.changed_since = Some(at(3))), 2),
        ("number", number("13900000002"), 1),
        ("another number", number("13900000009"), 0),
    ]
}

pub(crate) async fn filters_find_what_they_say(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let lamp = put(store, &keyring, 1, 1, "路灯 100% 不亮").await;
    put(store, &keyring, 2, 2, "路灯 100 盏不亮").await;
    put(store, &keyring, 3, 3, "under_score").await;
    let unit = UnitCode::parse("JN-CG").unwrap();
    let mut dispatched = urging(&keyring, &lamp, 4);
    dispatched.ticket.units = vec![unit.clone()];
    dispatched.ticket.stage = Stage::Dispatched;
    store.write_ticket(dispatched).await.unwrap();
    for (what, query, expected) in filters(&keyring, &unit) {
        let found = store.tickets(query).await.unwrap().len();
        assert_eq!(found, expected, "{what}");
    }
}

pub(crate) async fn words_are_found_however_written(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let first = put(store, &keyring, 1, 1, "ＡＢＣ小区3号楼 漏水").await;
    put(store, &keyring, 2, 1, "陽光小區 停電").await;
    let found = async |words: &str| {
        let query = query(|q| q.words = Some(words.to_owned()));
        store.tickets(query).await.unwrap().len()
    };
    for (words, expected) in [
        ("abc小区", 1),
        ("３号楼", 1),
        ("阳光小区", 1),
        ("小区", 2),
        ("小区 停电", 1),
        ("停电 漏水", 0),
        ("电", 1),
        ("楼", 2),
        ("漏水楼下", 0),
        ("  ", 2),
        ("\" OR 小区 *", 0),
    ] {
        assert_eq!(found(words).await, expected, "{words}");
    }
    // A correction takes what it replaces out of the index, and what is refused puts nothing in.
    let mut corrected = urging(&keyring, &first, 5);
    corrected.ticket.title = "电梯坏了".to_owned();
    store.write_ticket(corrected).await.unwrap();
    let mut stale = urging(&keyring, &first, 6);
    stale.ticket.title = "井盖".to_owned();
    store.write_ticket(stale).await.unwrap_err();
    for (words, expected) in [("漏水", 0), ("电梯", 1), ("井盖", 0), ("电", 2)] {
        assert_eq!(found(words).await, expected, "{words}");
    }
    // The story of every ticket of the suite's is told by 张测试, whose number it has.
    assert_eq!((found("张测试").await, found("13900000001").await), (0, 0));
}

/// All pages of a query, with a ticket written or changed between any two; the places as they came.
async fn walked(
    store: &dyn Store,
    mut query: TicketQuery,
    keyring: &Keyring,
    from: u32,
) -> Vec<Place> {
    let mut seen = Vec::new();
    for serial in from.. {
        let page = store.tickets(query.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.place(query.order));
        seen.extend(page.iter().map(|ticket| ticket.place(query.order)));
        put(store, keyring, serial, 9_000 + i64::from(serial), "路灯").await;
    }
    seen
}

pub(crate) async fn pages_of_words_are_stable(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    for serial in 1..=40 {
        let title = if serial % 2 == 0 { "路灯" } else { "漏水" };
        put(store, &keyring, serial, i64::from(serial / 10), title).await;
    }
    let query = query(|q| {
        q.words = Some("漏水".to_owned());
        q.stages = vec![Stage::Draft];
        q.limit = 3;
    });
    let seen = walked(store, query, &keyring, 500).await;
    assert_eq!(seen.len(), 20, "none twice, none left out");
    assert!(seen.is_sorted_by(|a, b| (a.ms, a.id) > (b.ms, b.id)));
}

pub(crate) async fn pages_by_clock_have_the_nearest_first(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let unit = UnitCode::parse("JN-CG").unwrap();
    for serial in 1..=30 {
        let first = put(store, &keyring, serial, i64::from(serial), "路灯").await;
        let mut next = urging(&keyring, &first, 100);
        // Every third has no clock, and many end at the same moment.
        next.ticket.due = (serial % 3 != 0).then(|| at(i64::from(1_000 - serial / 4)));
        next.ticket.stage = [Stage::Dispatched, Stage::InHand][serial as usize % 2];
        next.ticket.units = vec![unit.clone()];
        store.write_ticket(next).await.unwrap();
    }
    let by_clock = |set: fn(&mut TicketQuery)| {
        let mut query = query(set);
        (query.order, query.limit) = (TicketOrder::Due, 4);
        query
    };
    let open = |q: &mut TicketQuery| q.stages = vec![Stage::InHand, Stage::Dispatched];
    let mut led = by_clock(open);
    led.lead = Some(unit.clone());
    let mut of_the_unit = by_clock(open);
    of_the_unit.unit = Some(unit);
    let mine = by_clock(|q| {
        q.opened_by = Some(account("wang"));
        q.stages = vec![Stage::InHand, Stage::Dispatched];
    });
    let worded = by_clock(|q| {
        q.words = Some("路灯".to_owned());
        q.stages = vec![Stage::InHand, Stage::Dispatched];
    });
    let queries = [by_clock(open), led, of_the_unit, mine, worded];
    for (from, query) in (100..).step_by(50).zip(queries) {
        let seen = walked(store, query, &keyring, from).await;
        assert_eq!(seen.len(), 30, "none twice, none left out");
        assert!(seen.is_sorted_by(|a, b| (a.ms, a.id) < (b.ms, b.id)));
        assert_eq!(seen.iter().filter(|place| place.ms == i64::MAX).count(), 10);
    }
}

pub(crate) async fn an_idempotency_key_is_used_once(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let replay = |key: &str| ReplayRecord {
        account: account("wang"),
        key: key.to_owned(),
        body: [1; 32],
        at: at(10),
        wrapped: WrappedKey(vec![1]),
        sealed: vec![2],
    };
    let (first, event) = opened(1, 0, "路灯");
    let mut write = opening(&keyring, &first, &event);
    write.replay = Some(replay("a"));
    store.write_ticket(write).await.unwrap();
    let (second, event) = opened(2, 0, "路灯");
    let mut write = opening(&keyring, &second, &event);
    write.replay = Some(replay("a"));
    assert!(matches!(
        store.write_ticket(write).await,
        Err(StoreError::KeyUsed)
    ));
    assert!(store.ticket(second.id).await.unwrap().is_none());
    let found = store.replay(account("wang"), "a".to_owned()).await.unwrap();
    assert!(found == Some(replay("a")));
    let other = store.replay(account("li"), "a".to_owned()).await.unwrap();
    assert!(other.is_none(), "a key belongs to its account");
    assert_eq!(store.forget_replays(at(10)).await.unwrap(), 0);
    assert_eq!(store.forget_replays(at(11)).await.unwrap(), 1);
}

pub(crate) async fn sixty_four_writers_at_once_lose_nothing(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let tickets: Vec<_> = (1..=64).map(|n| opened(n, i64::from(n), "路灯")).collect();
    let writes = tickets
        .iter()
        .map(|(ticket, event)| store.write_ticket(opening(&keyring, ticket, event)));
    for done in futures_util::future::join_all(writes).await {
        done.unwrap();
    }
    for (serial, (ticket, _)) in (1..).zip(&tickets) {
        let number = TicketNumber::new(DAY, serial).unwrap();
        let found = store.ticket_by_number(number).await.unwrap();
        assert_eq!(found.map(|record| record.id), Some(ticket.id));
    }
    let told = store.outbox_after(0, 100).await.unwrap();
    let order: Vec<u64> = told.iter().map(|row| row.seq).collect();
    assert_eq!(order, (1..=64).collect::<Vec<u64>>());
}
