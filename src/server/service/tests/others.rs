//! Call-backs, calls, knowledge, the directory, numbers.

use super::{House, NAME, NUMBER, clerk, directory, house, key, new_ticket, taker, who};
use crate::crypto;
use crate::domain::calendar::Calendar;
use crate::domain::call::{Call, CallEnd, CallPhase};
use crate::domain::callback::{CallbackAction, CallbackReason};
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::clock::Clocks;
use crate::domain::id::{CallId, CallbackId, SeatNo, TicketId};
use crate::domain::role::Role;
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::Line;
use crate::protocol::callback::{CallbackChange, CallbackFilter, CallbackScope, NewCallback};
use crate::protocol::directory::DirectoryRequest;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::knowledge::{DeltaRequest, Import, VectorRequest};
use crate::protocol::number::LeaseRequest;
use crate::search::meaning::{DIMENSIONS, Encode, MODEL, Vector};
use crate::server::core::{Core, CoreConfig, OpenError};
use crate::server::relay::{Audience, Told};
use crate::server::service::{Who, callbacks, calls, knowledge, numbers, tickets, vectors};
use jiff::SignedDuration;
use std::sync::Arc;
use uuid::Uuid;

fn promise(house: &House, ticket: Option<TicketId>, minutes: i64) -> NewCallback {
    let due = house.core.now() + SignedDuration::from_mins(minutes);
    NewCallback {
        id: CallbackId(Uuid::now_v7()),
        ticket,
        call: None,
        number: None,
        name: Line::default(),
        note: Line::default(),
        due,
        owner: None,
    }
}

async fn listed(house: &House, scope: CallbackScope) -> usize {
    let filter = CallbackFilter {
        scope,
        ..CallbackFilter::default()
    };
    let page = callbacks::list(&house.core, &taker(), filter).await;
    page.unwrap().items.len()
}

#[tokio::test]
async fn a_call_back_runs_from_promise_to_done() {
    let house = house().await;
    let view = tickets::open(&house.core, &taker(), new_ticket(None, vec![]), None).await;
    let new = promise(&house, Some(view.unwrap().ticket.id), 30);
    let made = callbacks::schedule(&house.core, &taker(), new.clone(), Some(key("c", 1))).await;
    let again = callbacks::schedule(&house.core, &taker(), new, Some(key("c", 1))).await;
    assert_eq!(made, again);
    let made = made.unwrap();
    let number = made.number.as_ref().map(Telephone::digits);
    assert_eq!((number, made.name.as_str()), (Some(NUMBER), NAME));
    assert_eq!(listed(&house, CallbackScope::DueSoon).await, 1);
    let change = |version| CallbackChange {
        version,
        action: CallbackAction::Done {
            note: Line::default(),
        },
    };
    let act =
        async |version| callbacks::act(&house.core, &taker(), made.id, change(version), None).await;
    assert_eq!(act(1).await.unwrap().version, 2);
    assert!(matches!(
        act(1).await,
        Err(ApiError::Stale { current: 2, .. })
    ));
    assert!(matches!(act(2).await, Err(ApiError::Invalid { .. })));
    assert_eq!(listed(&house, CallbackScope::Open).await, 0);
    assert_eq!(listed(&house, CallbackScope::Finished).await, 1);
}

#[tokio::test]
async fn pages_of_call_backs_go_on_where_they_ended() {
    let house = house().await;
    for _ in 0..5 {
        // All due at the same moment: the identifier decides among them.
        let mut new = promise(&house, None, 30);
        new.number = Some(Telephone::parse(NUMBER).unwrap());
        callbacks::schedule(&house.core, &taker(), new, None)
            .await
            .unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None);
    for expected in [2, 2, 1] {
        let filter = CallbackFilter {
            limit: Some(2),
            after,
            ..CallbackFilter::default()
        };
        let page = callbacks::list(&house.core, &taker(), filter)
            .await
            .unwrap();
        assert_eq!(page.items.len(), expected);
        seen.extend(page.items.into_iter().map(|callback| callback.id));
        after = page.next;
    }
    assert_eq!(after, None);
    assert!(seen.is_sorted_by(|a, b| a < b), "none twice: {seen:?}");
}

#[tokio::test]
async fn what_is_committed_is_told_though_its_asker_has_gone() {
    let house = house().await;
    let (_, mut follow) = house.core.relay().follow(None).await.unwrap();
    let by = taker().person.account;
    let write =
        house
            .core
            .store()
            .import_knowledge(entries(1).entries, by, house.core.now(), |revision| {
                knowledge::notice(ServerEvent::Knowledge { revision })
            });
    // The asker hangs up while the write is under way.
    let _ = futures_util::future::poll_immediate(write).await;
    let told = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        loop {
            match follow.next().await.unwrap() {
                Some(Told::Event(told)) => {
                    if let ServerEvent::Knowledge { revision } = told.notice.event {
                        break revision;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    });
    assert_eq!(told.await, Ok(1));
}

#[tokio::test]
async fn a_listener_that_lags_is_told_to_start_anew() {
    let house = house().await;
    let (_, mut follow) = house.core.relay().follow(None).await.unwrap();
    let queue = crate::protocol::seat::Queue::default();
    for _ in 0..5_000 {
        let event = ServerEvent::Queue { queue };
        house.core.relay().tell(Audience::All, event);
    }
    let told = follow.next().await.unwrap();
    assert!(matches!(told, Some(Told::Reset(_))), "{told:?}");
}

#[tokio::test]
async fn a_promise_needs_somebody_to_ring() {
    let house = house().await;
    let nobody = promise(&house, None, 30);
    let missing = promise(&house, Some(TicketId(Uuid::now_v7())), 30);
    let refused = callbacks::schedule(&house.core, &taker(), nobody, None).await;
    assert!(matches!(refused, Err(ApiError::Invalid { field, .. }) if field == "number"));
    let refused = callbacks::schedule(&house.core, &taker(), missing, None).await;
    assert!(matches!(refused, Err(ApiError::NotFound { .. })));
    let by_clerk = callbacks::list(&house.core, &clerk("CG"), CallbackFilter::default()).await;
    assert_eq!(by_clerk, Err(ApiError::Forbidden));
}

#[tokio::test]
async fn a_promise_that_was_held_up_by_the_line_is_due_at_once() {
    let house = house().await;
    let mut past = promise(&house, None, -5);
    past.number = Some(Telephone::parse(NUMBER).unwrap());
    let made = callbacks::schedule(&house.core, &taker(), past.clone(), None).await;
    assert_eq!(made.unwrap().due, past.due);
    assert_eq!(listed(&house, CallbackScope::DueSoon).await, 1);
}

#[tokio::test]
async fn what_was_moved_while_the_line_was_down_is_due_at_once() {
    let house = house().await;
    let mut new = promise(&house, None, 30);
    new.number = Some(Telephone::parse(NUMBER).unwrap());
    let made = callbacks::schedule(&house.core, &taker(), new, None).await;
    let id = made.unwrap().id;
    let past = house.core.now() - SignedDuration::from_mins(5);
    let note = Line::default();
    let again = Some(past);
    for (version, action) in [
        (1, CallbackAction::Reschedule { due: past }),
        (2, CallbackAction::NotReached { again, note }),
    ] {
        let change = CallbackChange { version, action };
        let moved = callbacks::act(&house.core, &taker(), id, change, None).await;
        assert_eq!(moved.unwrap().due, past);
        assert_eq!(listed(&house, CallbackScope::DueSoon).await, 1);
    }
}

#[tokio::test]
async fn another_ones_caller_does_not_leak_through_a_promise() {
    let house = house().await;
    let view = tickets::open(&house.core, &taker(), new_ticket(None, vec![]), None).await;
    let new = promise(&house, Some(view.unwrap().ticket.id), 30);
    let other = who("li", "HOTLINE", &[Role::CallTaker]);
    let refused = callbacks::schedule(&house.core, &other, new, None).await;
    assert!(matches!(refused, Err(ApiError::Invalid { .. })));
}

#[tokio::test]
async fn a_call_back_about_anothers_caller_is_masked_until_it_is_taken() {
    let house = house().await;
    let view = tickets::open(&house.core, &taker(), new_ticket(None, vec![]), None).await;
    let mut new = promise(&house, Some(view.unwrap().ticket.id), 30);
    new.note = Line::parse("找张示例甲").unwrap();
    let made = callbacks::schedule(&house.core, &taker(), new, None).await;
    let id = made.unwrap().id;
    let other = who("li", "HOTLINE", &[Role::CallTaker]);
    let seen = async |who: &Who| {
        let page = callbacks::list(&house.core, who, CallbackFilter::default()).await;
        page.unwrap().items.remove(0)
    };
    assert_eq!(seen(&taker()).await.name.as_str(), NAME);
    let masked = serde_json::to_string(&seen(&other).await).unwrap();
    assert!(
        !masked.contains(NAME) && !masked.contains(NUMBER),
        "{masked}"
    );
    let act = async |version, action| {
        let change = CallbackChange { version, action };
        let key = key(&format!("k{version}"), 1);
        callbacks::act(&house.core, &other, id, change, Some(key)).await
    };
    let due = house.core.now() + SignedDuration::from_hours(2);
    let moved = act(1, CallbackAction::Reschedule { due }).await.unwrap();
    assert_eq!(moved.number, None);
    let again = act(1, CallbackAction::Reschedule { due }).await.unwrap();
    assert_eq!(again.number, None, "nor in the answer that is repeated");
    let taken = act(2, CallbackAction::Take).await.unwrap();
    assert_eq!(taken.number.as_ref().map(Telephone::digits), Some(NUMBER));
}

fn call(house: &House) -> Call {
    Call {
        id: CallId(Uuid::now_v7()),
        number: Some(Telephone::parse(NUMBER).unwrap()),
        lane: CallerKind::Citizen,
        phrase: Line::default(),
        offered_at: house.core.now(),
        answered_at: None,
        answered_by: None,
        ended_at: None,
        recording: None,
        outbound: false,
        phase: CallPhase::Ringing {
            seat: SeatNo::parse("0117").unwrap(),
        },
    }
}

#[tokio::test]
async fn an_abandoned_call_becomes_one_call_back() {
    let house = house().await;
    let call = call(&house);
    let first = callbacks::abandoned(&house.core, &call).await.unwrap();
    let again = callbacks::abandoned(&house.core, &call).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(first.map(|it| it.reason), Some(CallbackReason::Abandoned));
    assert_eq!(listed(&house, CallbackScope::Abandoned).await, 1);
    let silent = Call {
        number: None,
        id: CallId(Uuid::now_v7()),
        ..call
    };
    let none = callbacks::abandoned(&house.core, &silent).await.unwrap();
    assert_eq!(none, None);
}

#[tokio::test]
async fn the_callers_history_pops_for_the_seat_that_has_the_call() {
    let house = house().await;
    tickets::open(&house.core, &taker(), new_ticket(None, vec![]), None)
        .await
        .unwrap();
    let call = call(&house);
    calls::save(&house.core, &call).await.unwrap();
    callbacks::abandoned(&house.core, &call).await.unwrap();
    let view = calls::view(&house.core, &taker(), call.id).await.unwrap();
    assert_eq!(view.call, call);
    assert_eq!((view.open.len(), view.recent.len()), (1, 0));
    assert_eq!((view.name.as_str(), view.calls), (NAME, 1));
    assert_eq!(view.callbacks.len(), 1);
    let elsewhere = Who {
        seat: Some(SeatNo::parse("0118").unwrap()),
        ..taker()
    };
    let refused = calls::view(&house.core, &elsewhere, call.id).await;
    assert!(matches!(refused, Err(ApiError::NotFound { .. })));
    let leader = who("qian", "HOTLINE", &[Role::ShiftLeader]);
    let seen = calls::view(&house.core, &leader, call.id).await.unwrap();
    assert_eq!(seen.call.number, None, "whole for the seat only");
    let open = calls::unfinished(&house.core).await.unwrap();
    assert_eq!(open, [call]);
}

#[tokio::test]
async fn a_call_that_is_over_is_only_for_who_answered_it() {
    let house = house().await;
    let seat = || SeatNo::parse("0117").unwrap();
    let call = Call {
        answered_by: Some(taker().person.account),
        outbound: false,
        phase: CallPhase::Ended {
            seat: Some(seat()),
            end: CallEnd::Caller,
        },
        ..call(&house)
    };
    calls::save(&house.core, &call).await.unwrap();
    let home = Who {
        seat: None,
        ..taker()
    };
    let view = calls::view(&house.core, &home, call.id).await.unwrap();
    assert_eq!(view.call.number, call.number);
    let next = Who {
        seat: Some(seat()),
        ..who("li", "HOTLINE", &[Role::CallTaker])
    };
    let refused = calls::view(&house.core, &next, call.id).await;
    assert!(matches!(refused, Err(ApiError::NotFound { .. })));
    let reported = calls::seen(&house.core, &next, call.clone()).await;
    assert_eq!(reported.unwrap().number, None);
    let mut promised = promise(&house, None, 30);
    promised.call = Some(call.id);
    let refused = callbacks::schedule(&house.core, &next, promised.clone(), None).await;
    assert!(matches!(refused, Err(ApiError::Invalid { .. })));
    let made = callbacks::schedule(&house.core, &home, promised, None).await;
    assert_eq!(made.unwrap().number, call.number);
    // Who took the seat over in the middle of the call writes it up.
    let wrap_up = Seat {
        no: seat(),
        account: Some(next.person.account.clone()),
        state: SeatState::WrapUp,
        since: house.core.now(),
        until: None,
        call: Some(call.id),
    };
    calls::save_seat(&house.core, &wrap_up).await.unwrap();
    assert!(calls::view(&house.core, &next, call.id).await.is_ok());
}

#[tokio::test]
async fn a_database_without_its_key_is_refused() {
    let house = house().await;
    let House { core, dir, .. } = house;
    drop(core);
    let open = async |key_file: &str| {
        let clocks = Clocks::standard(Calendar::default());
        let config = CoreConfig {
            key_file: dir.path().join(key_file),
            ..CoreConfig::in_dir(dir.path().join("data"), clocks)
        };
        Core::open(config).await.err()
    };
    assert!(matches!(
        open("gone").await,
        Some(OpenError::OtherKey { .. })
    ));
    assert!(
        !dir.path().join("gone").exists(),
        "none is made in its place"
    );
    std::fs::write(dir.path().join("other"), "ab".repeat(32)).unwrap();
    assert!(matches!(
        open("other").await,
        Some(OpenError::OtherKey { .. })
    ));
    assert!(open("data/master.key").await.is_none());
}

fn entries(count: usize) -> Import {
    let entry = |n: usize| {
        let code = format!("E-{n:04}");
        serde_json::json!({"code": code, "question": "怎么办", "answer": "这样办"})
    };
    let entries: Vec<_> = (0..count).map(entry).collect();
    serde_json::from_value(serde_json::json!({ "entries": entries })).unwrap()
}

#[tokio::test]
async fn a_desk_pulls_until_it_is_up_to_date() {
    let house = house().await;
    let system = Who::system().unwrap();
    let done = knowledge::import(&house.core, &system, entries(25)).await;
    assert_eq!(done.unwrap().added, 25);
    let (mut since, mut pulled) = (0, 0);
    loop {
        let limit = Some(10);
        let request = DeltaRequest { since, limit };
        let delta = knowledge::delta(&house.core, request).await.unwrap();
        let json = serde_json::to_vec(&delta.entries).unwrap();
        assert_eq!(delta.checksum, crypto::hex(&crypto::sha256(&json)));
        pulled += delta.entries.len();
        since = delta.upto;
        if delta.upto == delta.revision {
            break;
        }
    }
    assert_eq!((pulled, since), (25, 25));
}

#[tokio::test]
async fn a_bad_batch_names_its_place_and_brings_nothing_in() {
    let house = house().await;
    let system = Who::system().unwrap();
    let mut batch = entries(3);
    batch.entries[2].question = Line::parse("  ").unwrap();
    let refused = knowledge::import(&house.core, &system, batch).await;
    assert!(
        matches!(refused, Err(ApiError::Invalid { field, .. }) if field == "entries[2].question")
    );
    let mut never = entries(2);
    never.entries[1].valid_from = Some(jiff::civil::date(2026, 11, 24));
    never.entries[1].valid_until = Some(jiff::civil::date(2026, 11, 23));
    let refused = knowledge::import(&house.core, &system, never).await;
    assert!(
        matches!(refused, Err(ApiError::Invalid { field, .. }) if field == "entries[1].valid_until")
    );
    for count in [0, 501] {
        let refused = knowledge::import(&house.core, &system, entries(count)).await;
        assert!(matches!(refused, Err(ApiError::Invalid { .. })), "{count}");
    }
    let refused = knowledge::import(&house.core, &taker(), entries(1)).await;
    assert_eq!(refused, Err(ApiError::Forbidden));
    let revision = house.core.store().knowledge_revision().await.unwrap();
    assert_eq!(revision, 0);
}

#[tokio::test]
async fn the_directory_is_pulled_when_it_is_newer() {
    use crate::server::service::directory::{get, replace};
    let house = house().await;
    let system = Who::system().unwrap();
    let pulled = |since| get(&house.core, DirectoryRequest { since });
    assert!(pulled(0).directory.is_some());
    assert_eq!((pulled(1).version, pulled(1).directory), (1, None));
    let same = replace(&house.core, &system, directory("城管局")).await;
    assert!(!same.unwrap().changed);
    let next = replace(&house.core, &system, directory("城市管理局")).await;
    assert_eq!(next.unwrap().version, 2);
    assert_eq!(pulled(1).directory.map(|it| it.version), Some(2));
    let mut broken = directory("城管局");
    broken.rules[0].lead = "NOWHERE".to_owned();
    let refused = replace(&house.core, &system, broken).await;
    assert!(matches!(refused, Err(ApiError::Invalid { .. })));
    let by_taker = replace(&house.core, &taker(), directory("城管局")).await;
    assert_eq!(by_taker, Err(ApiError::Forbidden));
}

#[tokio::test]
async fn leased_numbers_are_taken_and_others_are_not() {
    let house = house().await;
    let lease = async |count| {
        let request = LeaseRequest { count };
        numbers::lease(&house.core, &taker(), request).await
    };
    let mut block = lease(20).await.unwrap();
    for count in [0, 21] {
        assert!(matches!(lease(count).await, Err(ApiError::Invalid { .. })));
    }
    let mut new = new_ticket(None, vec![]);
    new.number = block.take();
    let number = new.number;
    let view = tickets::open(&house.core, &taker(), new, None).await;
    assert_eq!(view.map(|view| Some(view.ticket.number)), Ok(number));
    let mut second = new_ticket(None, vec![]);
    second.number = number;
    let taken = tickets::open(&house.core, &taker(), second.clone(), None).await;
    assert!(matches!(taken, Err(ApiError::Exists { what, .. }) if what == "ticket number"));
    second.number = crate::domain::number::TicketNumber::parse("JN-20261124-009999").ok();
    let unleased = tickets::open(&house.core, &taker(), second, None).await;
    assert!(matches!(unleased, Err(ApiError::Invalid { field, .. }) if field == "number"));
}

/// Reads a text for its length only; counts how many it has read.
#[derive(Default)]
struct ByLength(std::sync::atomic::AtomicUsize);

impl Encode for ByLength {
    fn passages(&self, texts: &[String]) -> Vec<Vector> {
        self.0
            .fetch_add(texts.len(), std::sync::atomic::Ordering::SeqCst);
        let one = |text: &String| {
            let mut numbers = vec![0.0; DIMENSIONS];
            numbers[text.len() % DIMENSIONS] = 1.0;
            Vector::of(&numbers)
        };
        texts.iter().map(one).collect()
    }
}

#[tokio::test]
async fn vectors_are_made_of_what_has_none_and_pulled_in_their_order() {
    let house = house().await;
    let system = Who::system().unwrap();
    knowledge::import(&house.core, &system, entries(25))
        .await
        .unwrap();
    let reader = Arc::new(ByLength::default());
    let encoder: Arc<dyn Encode> = reader.clone();
    let read = || reader.0.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(
        vectors::make_missing(&house.core, &encoder).await.unwrap(),
        25
    );
    // As after a restart: what is there is not made again.
    assert_eq!(
        vectors::make_missing(&house.core, &encoder).await.unwrap(),
        0
    );
    assert_eq!(read(), 25);
    let (mut since, mut pulled) = (0, Vec::new());
    loop {
        let limit = Some(10);
        let delta = vectors::delta(&house.core, VectorRequest { since, limit })
            .await
            .unwrap();
        let json = serde_json::to_vec(&delta.vectors).unwrap();
        assert_eq!(delta.checksum, crypto::hex(&crypto::sha256(&json)));
        assert_eq!(delta.model, MODEL);
        since = delta.upto;
        pulled.extend(delta.vectors);
        if delta.upto == delta.newest {
            break;
        }
    }
    assert_eq!((pulled.len(), since), (25, 25));
    let told = VectorRequest {
        since: 0,
        limit: Some(0),
    };
    assert!(vectors::delta(&house.core, told).await.is_err());
}

#[tokio::test]
async fn what_changed_is_read_again_and_nothing_else() {
    let house = house().await;
    let system = Who::system().unwrap();
    let encoder: Arc<dyn Encode> = Arc::new(ByLength::default());
    knowledge::import(&house.core, &system, entries(25))
        .await
        .unwrap();
    vectors::make_missing(&house.core, &encoder).await.unwrap();
    let changed = serde_json::json!({"entries": [
        {"code": "E-0003", "question": "改了", "answer": "这样办"},
        {"code": "E-0004", "question": "怎么办", "answer": "那样办"},
        {"code": "E-0005", "question": "怎么办", "answer": "这样办"},
    ]});
    let changed: Import = serde_json::from_value(changed).unwrap();
    knowledge::import(&house.core, &system, changed)
        .await
        .unwrap();
    assert_eq!(
        vectors::make_missing(&house.core, &encoder).await.unwrap(),
        2
    );
    let request = VectorRequest {
        since: 25,
        limit: None,
    };
    let delta = vectors::delta(&house.core, request).await.unwrap();
    let codes: Vec<_> = delta
        .vectors
        .iter()
        .map(|it| (it.code.to_string(), it.revision))
        .collect();
    assert_eq!(
        codes,
        [("E-0003".to_owned(), 26), ("E-0004".to_owned(), 27)]
    );
}

#[tokio::test]
async fn vectors_are_made_whenever_entries_come_in() {
    let house = house().await;
    let system = Who::system().unwrap();
    let keeping = tokio::spawn(vectors::keep_up(
        house.core.clone(),
        Arc::new(ByLength::default()),
    ));
    for count in [3, 5] {
        knowledge::import(&house.core, &system, entries(count))
            .await
            .unwrap();
        let all_there = async {
            while house.core.store().newest_vector().await.unwrap() < count as u64 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), all_there).await;
        assert!(waited.is_ok(), "{count}");
    }
    keeping.abort();
}
