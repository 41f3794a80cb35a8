use super::runner::Pass;
use super::*;
use crate::crypto::FieldKey;
use crate::domain::id::TicketId;
use crate::domain::lifecycle::Action;
use crate::link::{Journal, Line, LinkError};
use crate::protocol::callback::NewCallback;
use crate::protocol::error::ApiError;
use crate::protocol::ticket::TicketAction;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

/// A server that answers by a script, and then says yes; it remembers keys like the real one.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<LinkError>>,
    /// What came, tries included.
    tried: Mutex<Vec<String>>,
    /// What was done, each key once.
    done: Mutex<Vec<String>>,
}

impl Scripted {
    fn answering(answers: impl IntoIterator<Item = LinkError>) -> Self {
        Self {
            answers: Mutex::new(answers.into_iter().collect()),
            ..Self::default()
        }
    }
}

fn acknowledged() -> Acknowledged {
    let callback = serde_json::json!({
        "id": Uuid::nil(), "version": 1, "reason": "promised", "ticket": null, "call": null,
        "number": null, "name": "", "note": "", "due": "2026-11-24T10:00:00Z", "owner": null, "attempts": 0,
        "made": {"by": {"account": "a", "seat": null, "unit": "HOTLINE"}, "at": "2026-11-24T09:00:00Z"},
        "status": "scheduled",
    });
    Acknowledged::Callback(serde_json::from_value(callback).unwrap())
}

impl Transport for Scripted {
    fn send<'a>(
        &'a self,
        outgoing: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Acknowledged, LinkError>> {
        let key = outgoing.idempotency_key.clone();
        self.tried.lock().unwrap().push(key.clone());
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            if let Some(error) = answer {
                return Err(error);
            }
            let mut done = self.done.lock().unwrap();
            if !done.contains(&key) {
                done.push(key);
            }
            Ok(acknowledged())
        })
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

fn urge(ticket: u128) -> Deed {
    Deed::Act {
        id: TicketId(Uuid::from_u128(ticket)),
        action: Box::new(TicketAction {
            version: 3,
            action: Action::AskProgress,
        }),
    }
}

fn promise(id: u128, ticket: u128) -> Deed {
    let callback: NewCallback = serde_json::from_value(serde_json::json!({
        "id": Uuid::from_u128(id), "ticket": Uuid::from_u128(ticket), "call": null, "number": null,
        "due": "2026-11-24T10:00:00Z", "owner": null,
    }))
    .unwrap();
    Deed::Promise {
        callback: Box::new(callback),
    }
}

/// The call-back that the scripted server acknowledges, as it was seen at a version.
fn take(version: u64) -> Deed {
    let change = serde_json::json!({"version": version, "do": "take"});
    Deed::ActOnCallback {
        id: crate::domain::id::CallbackId(Uuid::nil()),
        change: Box::new(serde_json::from_value(change).unwrap()),
    }
}

fn versions(outbox: &Outbox) -> Vec<u64> {
    let list = outbox.list().into_iter();
    list.map(|held| held.outgoing.deed.base().unwrap().1)
        .collect()
}

fn open(dir: &Path, key: &FieldKey) -> Outbox {
    Outbox::open(Journal::open(dir, key).unwrap().0).unwrap()
}

/// Puts deeds that nobody waits for; their keys.
fn put(outbox: &Outbox, deeds: impl IntoIterator<Item = Deed>) -> Vec<String> {
    let put = |deed| outbox.put(deed, now()).outgoing.idempotency_key;
    deeds.into_iter().map(put).collect()
}

fn forbidden() -> LinkError {
    LinkError::Api(ApiError::Forbidden)
}

async fn pass(outbox: &Outbox, server: &Scripted) -> Pass {
    outbox.pass(server, &mpsc::unbounded_channel().0).await
}

#[tokio::test]
async fn deeds_go_in_order_and_leave_the_journal() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let keys = put(&outbox, [urge(1), urge(2), promise(9, 1), urge(1)]);
    let server = Scripted::default();
    assert_eq!(pass(&outbox, &server).await, Pass::Empty);
    assert_eq!(*server.done.lock().unwrap(), keys);
    drop(outbox);
    assert_eq!(open(dir.path(), &key).list(), []);
}

#[tokio::test]
async fn a_place_in_the_journal_is_never_given_twice() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let (journal, _) = Journal::open(dir.path(), &key).unwrap();
    let outbox = Outbox::open(journal.clone()).unwrap();
    let place = || journal.records("outbox/").pop().unwrap().key;
    put(&outbox, [urge(1)]);
    let first = place();
    assert_eq!(pass(&outbox, &Scripted::default()).await, Pass::Empty);
    assert!(journal.records("outbox/").is_empty());
    put(&outbox, [urge(2)]);
    assert!(
        place() > first,
        "what is noted late strikes out nothing newer"
    );
    pass(&outbox, &Scripted::answering([forbidden()])).await;
    outbox.discard(outbox.list()[0].outgoing.id).unwrap();
    put(&outbox, [urge(3)]);
    drop((outbox, journal));
    assert_eq!(open(dir.path(), &key).list().len(), 1);
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_a_lost_acknowledgement_does_it_once() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let server = Scripted::default();
    let outbox = open(dir.path(), &key);
    let keys = put(&outbox, [urge(1), urge(2)]);
    // The server has it, and the desk dies before it can note that.
    let first = outbox.next().unwrap();
    server.send(&first).await.unwrap();
    drop(outbox);
    let outbox = open(dir.path(), &key);
    assert_eq!(outbox.counts().borrow().waiting, 2);
    assert_eq!(pass(&outbox, &server).await, Pass::Empty);
    assert_eq!(*server.done.lock().unwrap(), keys, "each once, in order");
    assert_eq!(server.tried.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn trouble_keeps_everything_and_its_order() {
    for (trouble, expected) in [
        (LinkError::Offline("gone".into()), Pass::Later(None)),
        (LinkError::Api(ApiError::Unavailable), Pass::Later(None)),
        (LinkError::Api(ApiError::NotSignedIn), Pass::SignIn),
        (
            LinkError::Api(ApiError::Throttled { seconds: 7 }),
            Pass::Later(Some(std::time::Duration::from_secs(7))),
        ),
    ] {
        let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
        let outbox = open(dir.path(), &key);
        let keys = put(&outbox, [urge(1), urge(2)]);
        let server = Scripted::answering([trouble]);
        assert_eq!(pass(&outbox, &server).await, expected);
        assert_eq!(
            server.tried.lock().unwrap().len(),
            1,
            "{expected:?}: nothing overtakes"
        );
        assert_eq!(pass(&outbox, &server).await, Pass::Empty);
        assert_eq!(*server.done.lock().unwrap(), keys);
    }
}

#[tokio::test]
async fn a_refusal_parks_with_its_error_and_holds_up_only_what_hangs_on_it() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let keys = put(&outbox, [urge(1), urge(2), promise(9, 1), urge(3)]);
    let server = Scripted::answering([forbidden()]);
    let (tell, mut told) = mpsc::unbounded_channel();
    assert_eq!(outbox.pass(&server, &tell).await, Pass::Empty);
    assert_eq!(
        *server.done.lock().unwrap(),
        [keys[1].clone(), keys[3].clone()]
    );
    let parked = told.try_recv().unwrap();
    assert_eq!(parked.error, Some(ApiError::Forbidden));
    drop(outbox);
    let outbox = open(dir.path(), &key);
    assert_eq!(
        outbox.list()[0],
        parked,
        "it is still there after a restart"
    );
    assert_eq!(outbox.list().len(), 2);
    outbox.retry(parked.outgoing.id).unwrap();
    assert_eq!(pass(&outbox, &server).await, Pass::Empty);
    assert_eq!(
        server.done.lock().unwrap()[2..],
        [keys[0].clone(), keys[2].clone()]
    );
}

#[test]
fn a_record_of_another_version_keeps_its_place_and_its_journal() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let later = || crate::link::Record {
        key: format!("outbox/{:020}", 7),
        value: Some(serde_json::json!({"later": true})),
    };
    let (first, _) = Journal::open(dir.path(), &key).unwrap();
    let (second, _) = Journal::open(dir.path(), &key).unwrap();
    first.append(&[later()]).unwrap();
    second.append(&[later()]).unwrap();
    drop(second);
    let outbox = Outbox::open(first.clone()).unwrap();
    put(&outbox, [urge(1)]);
    let kept: Vec<_> = first
        .records("outbox/")
        .into_iter()
        .map(|r| r.key)
        .collect();
    assert_eq!(kept, [later().key, format!("outbox/{:020}", 8)]);
    let (second, _) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!(second.records("outbox/"), [later()]);
}

#[test]
fn what_hangs_on_a_deed_follows_the_version_it_came_to() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    put(&outbox, [take(0), take(0), take(7), urge(1)]);
    let first = outbox.next().unwrap();
    outbox.settle(first.id, Outcome::Done(acknowledged()));
    assert_eq!(versions(&outbox), [1, 7, 3], "only what saw the same");
    drop(outbox);
    assert_eq!(versions(&open(dir.path(), &key)), [1, 7, 3]);
}

#[test]
fn trying_again_is_meant_for_what_has_moved_on() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    put(&outbox, [take(2)]);
    let id = outbox.next().unwrap().id;
    let stale = ApiError::Stale {
        what: "callback".into(),
        current: 5,
        sent: 2,
    };
    assert!(outbox.settle(id, Outcome::Refused(stale)).is_some());
    outbox.retry(id).unwrap();
    assert_eq!(versions(&outbox), [5]);
}

#[test]
fn a_correction_tried_again_never_undoes_what_somebody_else_wrote() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let amend = TicketAction {
        version: 3,
        action: Action::Amend {
            request: Box::default(),
        },
    };
    let id = TicketId(Uuid::from_u128(1));
    let action = Box::new(amend);
    put(&outbox, [Deed::Act { id, action }]);
    let id = outbox.next().unwrap().id;
    let stale = ApiError::Stale {
        what: "ticket".into(),
        current: 5,
        sent: 3,
    };
    outbox.settle(id, Outcome::Refused(stale));
    outbox.retry(id).unwrap();
    assert_eq!(versions(&outbox), [3], "the server refuses it again");
}

#[tokio::test]
async fn what_a_person_gives_up_is_gone_and_frees_the_rest() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    put(&outbox, [urge(1), urge(1)]);
    let server = Scripted::answering([forbidden()]);
    pass(&outbox, &server).await;
    let list = outbox.list();
    outbox.discard(list[1].outgoing.id).unwrap();
    assert_eq!(outbox.list().len(), 2, "what is not parked stays");
    outbox.discard(list[0].outgoing.id).unwrap();
    assert_eq!(pass(&outbox, &server).await, Pass::Empty);
    assert_eq!(outbox.list(), []);
}

#[tokio::test]
async fn one_who_waits_is_told_the_refusal_and_it_holds_nothing_up() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let server = Arc::new(Scripted::answering([forbidden()]));
    let (_up, line) = watch::channel(Line::Up);
    let (_running, _) = outbox.start(server, line.clone());
    let refused = outbox.put(urge(1), now()).settled(line.clone()).await;
    assert_eq!(refused, Some(Outcome::Refused(ApiError::Forbidden)));
    let done = outbox.put(urge(1), now()).settled(line).await;
    assert_eq!(done, Some(Outcome::Done(acknowledged())));
    assert_eq!(outbox.list(), []);
}

#[tokio::test]
async fn a_refusal_that_was_told_and_not_noted_is_there_after_a_crash() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let waiting = [outbox.put(urge(1), now()), outbox.put(urge(2), now())];
    pass(&outbox, &Scripted::answering([forbidden(), forbidden()])).await;
    assert_eq!(outbox.list(), []);
    assert_eq!(*outbox.counts().borrow(), Counts::default());
    outbox.noted(|it| it.deed == urge(1)).unwrap();
    drop((outbox, waiting));
    let outbox = open(dir.path(), &key);
    let [left] = outbox.list().try_into().unwrap();
    assert_eq!(left.outgoing.deed, urge(2));
    assert_eq!(left.error, Some(ApiError::Forbidden));
    // Nobody was told of this one in this run: only a person lets it go.
    outbox.noted(|_| true).unwrap();
    assert_eq!(outbox.list().len(), 1);
}

/// Right after signing in the line is being tried for the first time: who sends then is not told that it is down.
#[tokio::test]
async fn one_who_sends_while_the_line_is_tried_hears_what_became_of_it() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let down = |next_try| Line::Down {
        since: now(),
        next_try,
    };
    let (line, watched) = watch::channel(down(None));
    let (_running, _) = outbox.start(Arc::new(Scripted::default()), watched.clone());
    let sent = outbox.put(urge(1), now()).settled(watched.clone());
    let sent = tokio::spawn(sent);
    tokio::task::yield_now().await;
    line.send_replace(Line::Up);
    let done = sent.await.unwrap();
    assert_eq!(done, Some(Outcome::Done(acknowledged())));
    line.send_replace(down(Some(now())));
    assert_eq!(outbox.put(urge(2), now()).settled(watched).await, None);
}

#[tokio::test]
async fn a_line_that_comes_up_empties_it() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    let (line, watched) = watch::channel(Line::SignedOut);
    let server = Arc::new(Scripted::default());
    let (_running, _) = outbox.start(server.clone(), watched.clone());
    assert_eq!(outbox.put(urge(1), now()).settled(watched).await, None);
    assert!(server.tried.lock().unwrap().is_empty());
    line.send_replace(Line::Up);
    outbox
        .counts()
        .wait_for(|counts| counts.waiting == 0)
        .await
        .unwrap();
    assert_eq!(server.done.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_fault_of_the_server_does_not_hold_everything_up_for_ever() {
    let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
    let outbox = open(dir.path(), &key);
    put(&outbox, [urge(1), urge(2)]);
    let fault = || LinkError::Api(ApiError::Internal { trace: "t".into() });
    let server = Scripted::answering(std::iter::repeat_with(fault).take(8));
    let mut passes = 1;
    while pass(&outbox, &server).await != Pass::Empty {
        passes += 1;
    }
    assert_eq!((passes, outbox.list().len()), (8, 1));
    assert_eq!(outbox.counts().borrow().parked, 1);
}

fn trouble(code: u8) -> LinkError {
    match code {
        0 => LinkError::Offline("gone".into()),
        1 => LinkError::Api(ApiError::NotSignedIn),
        2 => LinkError::Api(ApiError::Throttled { seconds: 1 }),
        _ => LinkError::Api(ApiError::Unavailable),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn deeds_of_one_ticket_never_overtake_each_other(
        tickets in prop::collection::vec(1u128..4, 1..12),
        answers in prop::collection::vec(0u8..4, 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (dir, key) = (tempfile::tempdir().unwrap(), FieldKey::generate());
        let outbox = open(dir.path(), &key);
        let keys = put(&outbox, tickets.iter().map(|ticket| urge(*ticket)));
        let server = Scripted::answering(answers.into_iter().map(trouble));
        while runtime.block_on(pass(&outbox, &server)) != Pass::Empty {}
        let place: HashMap<_, _> = keys.iter().enumerate().map(|(at, key)| (key, at)).collect();
        let order: Vec<_> = server.done.lock().unwrap().iter().map(|key| place[key]).collect();
        prop_assert_eq!(order, (0..keys.len()).collect::<Vec<_>>());
    }
}
