//! Cases on everything but tickets.

use super::{DAY, account, at, lease, opened, opening, put, stamp};
use crate::crypto::Keyring;
use crate::domain::calendar::parse_notices;
use crate::domain::call::{Call, CallPhase};
use crate::domain::callback::{Callback, CallbackReason, CallbackStatus};
use crate::domain::caller::{CallerKind, Telephone};
use crate::domain::directory::{Directory, District};
use crate::domain::id::{CallId, CallbackId, DistrictCode, EntryCode, OutageId, SeatNo, UnitCode};
use crate::domain::knowledge::Entry;
use crate::domain::outage::{Outage, OutageKind};
use crate::domain::role::{Person, Role};
use crate::domain::seat::{Seat, SeatState};
use crate::domain::text::{Line, Prose};
use crate::server::store::Throttle::Wait;
use crate::server::store::{
    CallbackQuery, CallbackWrite, PersonRecord, SessionRecord, Store, StoreError, Throttle,
    VectorRecord, sealed,
};
use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;

const AT_ONCE: Throttle = Throttle::Try(Duration::ZERO);

pub(crate) async fn numbers_are_leased_once(store: &dyn Store) {
    let leases = (0..50).map(|_| store.lease_numbers(DAY, 7));
    let mut serials = Vec::new();
    for block in futures_util::future::join_all(leases).await {
        let mut block = block.unwrap();
        while let Some(number) = block.take() {
            serials.push(number.serial());
        }
    }
    serials.sort_unstable();
    assert_eq!(serials, (1..=350).collect::<Vec<u32>>());
    let tomorrow = DAY.tomorrow().unwrap();
    assert_eq!(store.lease_numbers(tomorrow, 5).await.unwrap().from, 1);
    assert!(matches!(
        store.lease_numbers(DAY, 999_999).await,
        Err(StoreError::DayFull)
    ));
    assert_eq!(
        store.lease_numbers(DAY, 1).await.unwrap().from,
        351,
        "a refused lease takes nothing"
    );
}

pub(crate) async fn the_outbox_is_numbered_without_gaps(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    assert_eq!(store.outbox_span().await.unwrap(), (1, 0));
    let mut told = store.told();
    for serial in 1..=5 {
        put(store, &keyring, serial, i64::from(serial), "路灯").await;
    }
    let first = store.outbox_after(0, 3).await.unwrap();
    let rest = store.outbox_after(3, 10).await.unwrap();
    let all: Vec<_> = first.into_iter().chain(rest).collect();
    let order: Vec<u64> = all.iter().map(|row| row.seq).collect();
    assert_eq!(order, [1, 2, 3, 4, 5]);
    for (row, ms) in all.iter().zip(1..) {
        assert_eq!(row.notice, at(ms).to_string(), "commit order");
    }
    assert_eq!(*told.borrow_and_update(), 5, "who waits for it is told");
    let (again, event) = opened(5, 9, "同号");
    let taken = store.write_ticket(opening(&keyring, &again, &event)).await;
    assert!(taken.is_err(), "a refused write takes no number");
    put(store, &keyring, 6, 6, "路灯").await;
    assert_eq!(*told.borrow_and_update(), 6);
    assert_eq!(store.outbox_after(3, 1).await.unwrap(), all[3..4]);
    assert_eq!(store.outbox_span().await.unwrap(), (1, 6));
}

pub(crate) async fn told_events_are_forgotten(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    for serial in 1..=5 {
        put(store, &keyring, serial, i64::from(serial), "路灯").await;
    }
    assert_eq!(store.forget_outbox(at(1), 4).await.unwrap(), 1);
    assert_eq!(store.outbox_span().await.unwrap(), (2, 5));
    assert_eq!(store.forget_outbox(at(3), 100).await.unwrap(), 1);
    assert_eq!(store.outbox_span().await.unwrap(), (3, 5));
    assert_eq!(store.forget_outbox(at(9), 100).await.unwrap(), 3);
    assert_eq!(
        store.outbox_span().await.unwrap(),
        (6, 5),
        "the count goes on where it was"
    );
    put(store, &keyring, 6, 6, "路灯").await;
    assert_eq!(store.outbox_span().await.unwrap(), (6, 6));
}

pub(super) fn entry(code: &str, answer: &str) -> Entry {
    serde_json::from_value(serde_json::json!({
        "code": code, "question": "怎么提取公积金", "answer": answer,
    }))
    .unwrap()
}

pub(crate) async fn an_import_repeated_doubles_nothing(store: &dyn Store) {
    let import = async |entries: Vec<Entry>| {
        let tell = |revision: u64| format!("{{\"revision\":{revision}}}");
        let done = store.import_knowledge(entries, account("wang"), at(0), tell);
        let done = done.await.unwrap();
        (done.added, done.changed, done.unchanged, done.revision)
    };
    let base = store.knowledge_base().await.unwrap();
    assert_eq!(base.len(), 32);
    let batch = || vec![entry("A-1", "一"), entry("A-2", "二"), entry("A-3", "三")];
    assert_eq!(import(batch()).await, (3, 0, 0, 3));
    assert_eq!(import(batch()).await, (0, 0, 3, 3));
    assert_eq!(
        import(vec![entry("A-1", "改"), entry("A-2", "二")]).await,
        (0, 1, 1, 4)
    );
    let told = store.outbox_after(0, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| row.notice.as_str()).collect();
    assert_eq!(told, ["{\"revision\":3}", "{\"revision\":4}"]);
    let first = store.knowledge_since(0, 2).await.unwrap();
    let place = |entry: &crate::domain::knowledge::PublishedEntry| {
        let code = entry.entry.code.to_string();
        (code, entry.version, entry.revision)
    };
    let found: Vec<_> = first.iter().map(place).collect();
    assert_eq!(found, [("A-2".to_owned(), 1, 2), ("A-3".to_owned(), 1, 3)]);
    let rest = store.knowledge_since(3, 2).await.unwrap();
    assert_eq!(
        rest.iter().map(place).collect::<Vec<_>>(),
        [("A-1".to_owned(), 2, 4)]
    );
    assert_eq!(rest[0].entry.code, EntryCode::parse("A-1").unwrap());
    assert_eq!(rest[0].entry.answer, Prose::parse("改").unwrap());
    assert_eq!(store.knowledge_revision().await.unwrap(), 4);
}

pub(crate) async fn vectors_follow_the_entries(store: &dyn Store) {
    let import = async |code: &str, answer: &str| {
        let tell = |revision: u64| revision.to_string();
        let done = store.import_knowledge(vec![entry(code, answer)], account("wang"), at(0), tell);
        done.await.unwrap();
    };
    let missing = async |model, over| -> Vec<(String, u64)> {
        let found = store.without_vector(model, over, 10).await.unwrap();
        let each = found.iter();
        each.map(|it| (it.entry.code.to_string(), it.revision))
            .collect()
    };
    let put = async |model, code: &str, revision| {
        let kept = VectorRecord {
            code: EntryCode::parse(code).unwrap(),
            seq: 0,
            revision,
            vector: vec![u8::try_from(revision).unwrap()],
        };
        store.put_vectors(model, vec![kept]).await.unwrap();
    };
    let since = async |model, seq| -> Vec<(String, u64, u64)> {
        let found = store.vectors_since(model, seq, 10).await.unwrap();
        let each = found.iter();
        each.map(|it| (it.code.to_string(), it.seq, it.revision))
            .collect()
    };
    import("A-1", "一").await;
    import("A-2", "二").await;
    let named = |code: &str, revision| (code.to_owned(), revision);
    assert_eq!(missing("m", 1).await, [named("A-2", 2)]);
    assert_eq!(store.newest_vector().await.unwrap(), 0);
    put("m", "A-1", 1).await;
    put("m", "A-2", 2).await;
    assert_eq!(missing("m", 0).await, []);
    let others = missing("other", 0).await;
    assert_eq!(others, [named("A-1", 1), named("A-2", 2)]);
    // A change makes the vector old: it is missing again, and its new one comes under a new number.
    import("A-1", "改").await;
    assert_eq!(missing("m", 0).await, [named("A-1", 3)]);
    put("m", "A-1", 3).await;
    assert_eq!(missing("m", 0).await, []);
    assert_eq!(
        since("m", 0).await,
        [("A-2".to_owned(), 2, 2), ("A-1".to_owned(), 3, 3)]
    );
    assert_eq!(since("m", 2).await, [("A-1".to_owned(), 3, 3)]);
    assert_eq!(since("other", 0).await, []);
    assert_eq!(store.newest_vector().await.unwrap(), 3);
    let kept = store.vectors_since("m", 2, 10).await.unwrap();
    assert_eq!(kept[0].vector, [3]);
    store
        .tell_knowledge(at(1), |revision| format!("again {revision}"))
        .await
        .unwrap();
    let told = store.outbox_after(0, 10).await.unwrap();
    assert_eq!(told.last().map(|row| row.notice.as_str()), Some("again 3"));
}

pub(crate) async fn a_directory_is_replaced_when_it_differs(store: &dyn Store) {
    let directory = |name: &str| Directory {
        districts: vec![District {
            code: DistrictCode::parse("LX").unwrap(),
            name: Line::parse(name).unwrap(),
        }],
        ..Directory::default()
    };
    let put = async |name: &str| {
        let tell = |version: u64| version.to_string();
        let put = store.put_directory(directory(name), account("wang"), at(0), tell);
        put.await.unwrap()
    };
    assert_eq!(store.directory().await.unwrap(), Directory::default());
    assert_eq!(put("历下区").await, (1, true));
    assert_eq!(put("历下区").await, (1, false));
    assert_eq!(put("历下").await, (2, true));
    let there = store.directory().await.unwrap();
    assert_eq!((there.version, there.districts.len()), (2, 1));
}

pub(crate) async fn notices_lie_over_each_other_and_are_counted_once(store: &dyn Store) {
    let days = |text: &str| parse_notices(&format!("date,name,is_off_day\n{text}")).unwrap();
    let put = async |text: &str| {
        let put = store.put_calendar(days(text), account("root"), at(0));
        put.await.unwrap()
    };
    let there = store.calendar().await.unwrap();
    assert_eq!(
        (there.version, there.days.len(), there.counted),
        (0, 0, true)
    );
    assert_eq!(put("2027-01-02,元旦,true").await, (1, true));
    assert_eq!(put("2027-01-02,元旦,true").await, (1, false));
    assert!(!store.calendar().await.unwrap().counted);
    store.calendar_counted(1).await.unwrap();
    assert!(store.calendar().await.unwrap().counted);
    assert_eq!(
        put("2027-01-01,元旦,true\n2027-01-02,元旦,false").await,
        (2, true)
    );
    let there = store.calendar().await.unwrap();
    assert!(!there.counted, "each version is counted for itself");
    assert_eq!(
        there.days,
        days("2027-01-01,元旦,true\n2027-01-02,元旦,false")
    );
}

pub(crate) async fn open_tickets_are_walked_once_though_they_change(store: &dyn Store) {
    lease(store).await;
    let keyring = Keyring::ephemeral();
    let mut all = Vec::new();
    for serial in 1..=5 {
        all.push(
            put(store, &keyring, serial, i64::from(serial), "路灯")
                .await
                .id,
        );
    }
    all.sort_unstable();
    let mut walked = store.open_tickets(None, 2).await.unwrap();
    assert_eq!(walked.len(), 2);
    walked.extend(store.open_tickets(walked.last().copied(), 9).await.unwrap());
    assert_eq!(walked, all);
    assert!(
        store
            .open_tickets(all.last().copied(), 9)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn the_first_key_is_the_key(store: &dyn Store) {
    assert!(store.is_key([1; 16]).await.unwrap());
    assert!(!store.is_key([2; 16]).await.unwrap());
    assert!(store.is_key([1; 16]).await.unwrap());
}

fn person(name: &str) -> PersonRecord {
    PersonRecord {
        person: Person {
            account: account(name),
            name: Line::parse("王示例").unwrap(),
            roles: vec![Role::CallTaker],
            unit: UnitCode::parse("HOTLINE").unwrap(),
            seat: None,
            skills: Vec::new(),
            languages: Vec::new(),
        },
        hash: "$argon2id$".to_owned(),
    }
}

fn session(token: u8, account_name: &str, seat: Option<&str>) -> SessionRecord {
    SessionRecord {
        token: [token; 32],
        account: account(account_name),
        seat: seat.map(|seat| SeatNo::parse(seat).unwrap()),
        started: at(0),
        until: at(100),
    }
}

pub(crate) async fn tries_to_sign_in_are_counted(store: &dyn Store) {
    store.add_person(person("wang")).await.unwrap();
    let again = store.add_person(person("wang")).await;
    assert!(matches!(again, Err(StoreError::Exists)));
    let try_from = async |from: u8, name: &str, ms: i64| {
        let tried = store.count_sign_in(account(name), [from; 16], at(ms));
        tried.await.unwrap()
    };
    let tried = async |ms: i64| try_from(1, "wang", ms).await;
    for _ in 0..5 {
        assert_eq!(tried(0).await, AT_ONCE);
    }
    assert_eq!(tried(0).await, Wait(30), "the sixth waits");
    assert_eq!(
        tried(29_001).await,
        Wait(1),
        "a second is never cut to none"
    );
    assert_eq!(tried(30_000).await, AT_ONCE);
    assert_eq!(tried(30_000).await, Wait(60), "and each further one longer");
    let other = try_from(1, "li", 0).await;
    assert_eq!(other, AT_ONCE, "the wait is the account's own");
    let elsewhere = try_from(2, "wang", 30_000).await;
    assert_eq!(elsewhere, AT_ONCE, "and the address's");
    let new = session(1, "wang", None);
    store.start_session(new, [1; 16]).await.unwrap();
    assert_eq!(tried(30_001).await, AT_ONCE, "success forgets the tries");
    for _ in 0..5 {
        assert_eq!(try_from(4, "zhao", 100_000).await, AT_ONCE);
    }
    let back = "a clock that is set back shuts nobody out for longer";
    assert_eq!(try_from(4, "zhao", 0).await, Wait(30), "{back}");
    assert_eq!(try_from(4, "zhao", 30_000).await, AT_ONCE, "{back}");
}

pub(crate) async fn an_address_that_tries_all_is_shut_out_alone(store: &dyn Store) {
    let try_from = async |from: u8, name: String, ms: i64| {
        let tried = store.count_sign_in(account(&name), [from; 16], at(ms));
        tried.await.unwrap()
    };
    for n in 0..100 {
        assert_eq!(try_from(1, format!("a{n}"), 0).await, AT_ONCE);
    }
    assert_eq!(try_from(1, "new".to_owned(), 0).await, Wait(6));
    assert_eq!(try_from(2, "new".to_owned(), 0).await, AT_ONCE);
    assert_eq!(
        try_from(1, "new".to_owned(), 6_000).await,
        AT_ONCE,
        "one came back"
    );
    assert_eq!(try_from(1, "other".to_owned(), 6_000).await, Wait(6));
    let right = session(1, "new", None);
    store.start_session(right, [1; 16]).await.unwrap();
    assert_eq!(
        try_from(1, "other".to_owned(), 6_000).await,
        AT_ONCE,
        "so did the right one"
    );
    assert_eq!(
        try_from(1, "other".to_owned(), 6_000).await,
        Wait(6),
        "and no more"
    );
    for n in 0..100 {
        assert_eq!(try_from(3, format!("b{n}"), 0).await, AT_ONCE);
    }
    assert_eq!(try_from(3, "c1".to_owned(), 7_000).await, AT_ONCE);
    assert_eq!(try_from(3, "c2".to_owned(), 11_000).await, Wait(1));
    assert_eq!(
        try_from(3, "c2".to_owned(), 12_000).await,
        AT_ONCE,
        "the second that was over counts"
    );
}

pub(crate) async fn an_account_tried_from_everywhere_is_slow_and_open(store: &dyn Store) {
    let mut slow = Vec::new();
    for from in 0..70 {
        let tried = store.count_sign_in(account("wang"), [from; 16], at(0));
        let Throttle::Try(held_up) = tried.await.unwrap() else {
            panic!("an account is never shut by others");
        };
        slow.push(held_up.as_secs());
    }
    assert!(slow.is_sorted());
    assert_eq!((slow[9], slow[10], slow[69]), (0, 1, 5));
}

pub(crate) async fn one_sits_at_so_many_seats(store: &dyn Store) {
    store.add_person(person("wang")).await.unwrap();
    let sit = async |token: u8| {
        let seat = format!("{token:04}");
        let session = session(token, "wang", Some(&seat));
        store.start_session(session, [1; 16]).await
    };
    for token in 1..=4 {
        sit(token).await.unwrap();
    }
    let fifth = sit(5).await;
    assert!(matches!(fifth, Err(StoreError::TooMany { limit: 4 })));
    sit(4).await.expect("at the same seat again");
    assert!(store.end_session([1; 32]).await.unwrap());
    sit(5).await.expect("one of them was left");
}

pub(crate) async fn a_seat_has_one_session(store: &dyn Store) {
    let first = session(1, "wang", Some("0117"));
    let begin = async |session: SessionRecord| store.start_session(session, [1; 16]).await.unwrap();
    store.add_person(person("wang")).await.unwrap();
    assert!(begin(first.clone()).await.is_empty());
    let ended = begin(session(2, "li", Some("0117"))).await;
    assert!(ended == [first], "the first one at the seat is ended");
    assert!(store.signed_in([1; 32]).await.unwrap().is_none());
    let nobody = store.signed_in([2; 32]).await.unwrap();
    assert!(nobody.is_none(), "a session without a person is none");
    store.add_person(person("li")).await.unwrap();
    let (session, who) = store.signed_in([2; 32]).await.unwrap().unwrap();
    assert_eq!((session.token, who.account), ([2; 32], account("li")));
    store.extend_session([2; 32], at(500)).await.unwrap();
    let (moved_on, _) = store.signed_in([2; 32]).await.unwrap().unwrap();
    assert_eq!(moved_on.until, at(500));
    assert!(store.end_session([2; 32]).await.unwrap());
    assert!(!store.end_session([2; 32]).await.unwrap());
}

fn callback(due: i64, owner: Option<&str>) -> Callback {
    Callback {
        id: CallbackId(Uuid::now_v7()),
        version: 1,
        reason: CallbackReason::Promised,
        ticket: None,
        ticket_number: None,
        call: None,
        number: Some(Telephone::parse("13900000001").unwrap()),
        name: Line::parse("张测试").unwrap(),
        note: Line::default(),
        due: at(due),
        owner: owner.map(account),
        attempts: 0,
        made: stamp(0),
        status: CallbackStatus::Scheduled,
    }
}

pub(crate) async fn callbacks_are_listed_by_due_time(store: &dyn Store) {
    let keyring = Keyring::ephemeral();
    let write = |callback: &Callback, expected: u64| CallbackWrite {
        callback: sealed::seal_callback(&keyring, None, callback).unwrap(),
        expected,
        outbox: Vec::new(),
        replay: None,
    };
    let all = [
        callback(30, Some("wang")),
        callback(10, None),
        callback(20, Some("li")),
    ];
    for callback in &all {
        store.write_callback(write(callback, 0)).await.unwrap();
    }
    let list = async |query: CallbackQuery| {
        let query = CallbackQuery { limit: 9, ..query };
        let records = store.callbacks(query).await.unwrap();
        records
            .iter()
            .map(|record| sealed::open_callback(&keyring, record).unwrap().due)
            .collect::<Vec<_>>()
    };
    let any = CallbackQuery::default;
    let of = |owner: &str, team| CallbackQuery {
        owner: Some(account(owner)),
        team,
        ..any()
    };
    assert_eq!(list(any()).await, [at(10), at(20), at(30)]);
    assert_eq!(list(of("wang", false)).await, [at(30)]);
    assert_eq!(list(of("wang", true)).await, [at(10), at(30)]);
    let before = CallbackQuery {
        due_before: Some(at(20)),
        ..any()
    };
    assert_eq!(list(before).await, [at(10)]);
    let number = Telephone::parse("13900000001").unwrap();
    let number = Some(sealed::blind_number(&keyring, &number));
    assert_eq!(list(CallbackQuery { number, ..any() }).await.len(), 3);

    let mut done = all[1].clone();
    done.version = 2;
    done.status = CallbackStatus::Done {
        stamp: stamp(50),
        note: Line::default(),
    };
    store.write_callback(write(&done, 1)).await.unwrap();
    let stale = store.write_callback(write(&done, 1)).await;
    assert!(matches!(stale, Err(StoreError::Stale { current: 2, .. })));
    assert_eq!(list(any()).await, [at(20), at(30)]);
    let finished = |ms| CallbackQuery {
        finished_since: Some(at(ms)),
        ..any()
    };
    assert_eq!(list(finished(50)).await, [at(10)]);
    assert!(list(finished(51)).await.is_empty());
}

pub(crate) async fn seats_and_calls_are_kept_as_they_are(store: &dyn Store) {
    let keyring = Keyring::ephemeral();
    let mut seat = Seat {
        no: SeatNo::parse("0117").unwrap(),
        account: Some(account("wang")),
        state: SeatState::Idle,
        since: at(0),
        until: None,
        call: None,
    };
    store.save_seat(seat.clone()).await.unwrap();
    seat.state = SeatState::Busy;
    store.save_seat(seat.clone()).await.unwrap();
    assert_eq!(store.seats().await.unwrap(), [seat]);

    let number = Telephone::parse("13900000001").unwrap();
    let mut call = Call {
        id: CallId(Uuid::now_v7()),
        number: Some(number.clone()),
        lane: CallerKind::Citizen,
        phrase: Line::default(),
        offered_at: at(0),
        answered_at: None,
        answered_by: None,
        ended_at: None,
        recording: None,
        outbound: false,
        phase: CallPhase::Queued,
    };
    let save = async |call: &Call| {
        let record = sealed::seal_call(&keyring, call).unwrap();
        store.save_call(record).await.unwrap();
    };
    save(&call).await;
    let open = store.open_calls().await.unwrap();
    assert_eq!(sealed::open_call(&keyring, &open[0]).unwrap(), call);
    call.ended_at = Some(at(9));
    save(&call).await;
    assert!(store.open_calls().await.unwrap().is_empty());
    let kept = store.call(call.id).await.unwrap().unwrap();
    assert_eq!(sealed::open_call(&keyring, &kept).unwrap(), call);
    let blind = sealed::blind_number(&keyring, &number);
    assert_eq!(store.calls_from(blind).await.unwrap(), 1);
    assert_eq!(store.calls_from([0; 16]).await.unwrap(), 0);
}

pub(crate) async fn outages_are_kept_by_version(store: &dyn Store) {
    let outage = |id: u128, text: &str, from: i64| Outage {
        id: OutageId::new(Uuid::from_u128(id)),
        kind: OutageKind::Water,
        planned: true,
        text: Line::lossy(text),
        department: Line::lossy("水务集团"),
        telephone: Line::default(),
        districts: Vec::new(),
        streets: Vec::new(),
        from: at(from),
        until: Some(at(from + 3_600_000)),
        withdrawn: false,
    };
    let put = async |outages: Vec<Outage>| {
        let tell = |version: u64| format!("outages {version}");
        let put = store.put_outages(outages, account("fenglei"), at(0), tell);
        put.await.unwrap()
    };
    let texts = async |since: Timestamp, limit: u32| -> Vec<String> {
        let found = store.outages(since, limit).await.unwrap();
        found.iter().map(|it| it.text.to_string()).collect()
    };
    let told = async || store.outbox_span().await.unwrap().1;
    assert_eq!(
        put(vec![outage(1, "一", 10), outage(2, "二", 5)]).await,
        (2, 2)
    );
    let before = told().await;
    assert_eq!(put(vec![outage(2, "二", 5)]).await, (0, 2));
    assert_eq!(told().await, before, "nothing changed, nothing is told");
    assert_eq!(texts(at(0), 9).await, ["二", "一"]);
    assert_eq!(texts(at(0), 1).await, ["二"]);
    assert_eq!(put(vec![outage(2, "二改", 20)]).await, (1, 3));
    assert_eq!(told().await, before + 1);
    assert_eq!(texts(at(0), 9).await, ["一", "二改"]);
    let off = Outage {
        withdrawn: true,
        ..outage(1, "一", 10)
    };
    assert_eq!(put(vec![off]).await, (1, 4));
    assert_eq!(texts(at(0), 9).await, ["二改"]);
    // An hour long, and told for half a day more.
    let end = outage(2, "二改", 20).told_until();
    assert_eq!(texts(end, 9).await, ["二改"]);
    let after = end
        .checked_add(jiff::SignedDuration::from_millis(1))
        .unwrap();
    assert_eq!(texts(after, 9).await, Vec::<String>::new());
}
