//! Tickets: once for a key, never over a newer version, seen by none who may not.

use super::{House, NAME, NUMBER, action, clerk, dispatcher, house, key, new_ticket, taker, who};
use crate::crypto::chain;
use crate::domain::call::RecordingRef;
use crate::domain::id::{TicketId, UnitCode};
use crate::domain::lifecycle::{Action, Refusal};
use crate::domain::role::Role;
use crate::domain::text::{Line, Prose};
use crate::domain::ticket::{Contact, Stage};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::ticket::{TicketFilter, TicketScope, TicketView};
use crate::server::relay::{Follow, Told};
use crate::server::service::tickets::{act, by_number, history, list, open, read};
use uuid::Uuid;

fn urge() -> Action {
    Action::Urge {
        note: Line::default(),
    }
}

fn transfer(to: &str) -> Action {
    Action::Transfer {
        lead: UnitCode::parse(to).unwrap(),
        co_units: Vec::new(),
        reason: Line::parse("职责在别处").unwrap(),
    }
}

async fn submitted(house: &House) -> TicketView {
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    open(&house.core, &taker(), new, None).await.unwrap()
}

#[tokio::test]
async fn what_the_directory_is_certain_of_is_dispatched_at_once() {
    let house = house().await;
    let view = submitted(&house).await;
    assert_eq!(view.ticket.state.stage(), Stage::Dispatched);
    let to = view.ticket.state.dispatch().unwrap();
    assert_eq!((to.lead.as_str(), to.directory_version), ("CG", 1));
    assert_eq!(view.ticket.number.to_string(), "JN-20261124-000001");
    let log = history(&house.core, &taker(), view.ticket.id)
        .await
        .unwrap();
    let log: Vec<_> = log
        .events
        .iter()
        .map(|event| (event.kind.name(), event.stamp.by.account.as_str()))
        .collect();
    assert_eq!(
        log,
        [
            ("opened", "wang"),
            ("submitted", "wang"),
            ("dispatched", "system")
        ]
    );
    let unclear = new_ticket(None, vec![Action::Submit]);
    let view = open(&house.core, &taker(), unclear, None).await.unwrap();
    assert_eq!(view.ticket.state.stage(), Stage::ToDispatch);
}

#[tokio::test]
async fn a_refused_action_keeps_nothing_of_the_ticket() {
    let house = house().await;
    let new = new_ticket(None, vec![Action::Submit, Action::Sign]);
    let id = new.id;
    let refused = open(&house.core, &taker(), new, Some(key("k", 1))).await;
    assert!(
        matches!(refused, Err(ApiError::Refused { .. })),
        "{refused:?}"
    );
    let found = read(&house.core, &taker(), id).await;
    assert!(matches!(found, Err(ApiError::NotFound { .. })));
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    let house = house().await;
    let new = new_ticket(None, vec![]);
    let first = open(&house.core, &taker(), new.clone(), Some(key("k", 1))).await;
    let again = open(&house.core, &taker(), new.clone(), Some(key("k", 1))).await;
    assert_eq!(first, again);
    let first = first.unwrap();
    let other = open(&house.core, &taker(), new.clone(), Some(key("k", 2))).await;
    assert_eq!(other, Err(ApiError::IdempotencyConflict));
    let another = new_ticket(None, vec![]);
    let another = open(&house.core, &taker(), another, Some(key("k", 3))).await;
    assert_eq!(another, Err(ApiError::IdempotencyConflict));
    let all = list(&house.core, &taker(), TicketFilter::default()).await;
    assert_eq!(all.unwrap().items.len(), 1);
    let unkeyed = open(&house.core, &taker(), new, None).await;
    assert!(matches!(unkeyed, Err(ApiError::Exists { .. })));

    let id = first.ticket.id;
    let urged = action(1, urge());
    let once = act(&house.core, &taker(), id, urged.clone(), Some(key("u", 1))).await;
    let twice = act(&house.core, &taker(), id, urged, Some(key("u", 1))).await;
    assert_eq!(once, twice, "though the version has moved on");
    assert_eq!(once.unwrap().ticket.version, 2);
    let log = history(&house.core, &taker(), id).await.unwrap();
    assert_eq!(log.events.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_many_times_at_once_is_done_once() {
    let house = house().await;
    let new = new_ticket(None, vec![]);
    let who = taker();
    let tries = (0..16).map(|_| open(&house.core, &who, new.clone(), Some(key("k", 1))));
    let answers = futures_util::future::join_all(tries).await;
    let first = answers[0].clone().unwrap();
    for answer in answers {
        assert_eq!(answer.unwrap(), first);
    }
    let all = list(&house.core, &who, TicketFilter::default()).await;
    assert_eq!(all.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_stale_action_is_told_the_version() {
    let house = house().await;
    let view = open(&house.core, &taker(), new_ticket(None, vec![]), None).await;
    let id = view.unwrap().ticket.id;
    act(&house.core, &taker(), id, action(1, urge()), None)
        .await
        .unwrap();
    let stale = act(&house.core, &taker(), id, action(1, urge()), None).await;
    let (current, sent) = (2, 1);
    let what = "ticket".to_owned();
    assert_eq!(
        stale,
        Err(ApiError::Stale {
            what,
            current,
            sent
        })
    );
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_there() {
    let house = house().await;
    let ticket = submitted(&house).await.ticket;
    let theirs = read(&house.core, &clerk("CG"), ticket.id).await.unwrap();
    assert!(theirs.may.contains(&"sign".to_owned()), "{:?}", theirs.may);
    let stranger = clerk("HB");
    for refused in [
        read(&house.core, &stranger, ticket.id).await,
        by_number(&house.core, &stranger, ticket.number).await,
        act(
            &house.core,
            &stranger,
            ticket.id,
            action(3, Action::Sign),
            None,
        )
        .await,
    ] {
        assert!(matches!(refused, Err(ApiError::NotFound { .. })));
    }
    assert!(history(&house.core, &stranger, ticket.id).await.is_err());
    for q in [
        None,
        Some(ticket.number.to_string()),
        Some("路灯".to_owned()),
    ] {
        let filter = TicketFilter {
            q,
            ..TicketFilter::default()
        };
        let found = list(&house.core, &stranger, filter.clone()).await.unwrap();
        assert!(found.items.is_empty(), "{:?}", filter.q);
        let found = list(&house.core, &clerk("CG"), filter).await.unwrap();
        assert_eq!(found.items.len(), 1);
    }
}

#[tokio::test]
async fn a_caller_is_masked_for_whom_they_are_not() {
    let house = house().await;
    let ticket = submitted(&house).await.ticket;
    let own = read(&house.core, &taker(), ticket.id).await.unwrap();
    assert_eq!((own.reach_at.as_str(), own.masked), (NUMBER, false));
    let other = read(&house.core, &dispatcher(), ticket.id).await.unwrap();
    let told = serde_json::to_string(&other).unwrap();
    let log = history(&house.core, &dispatcher(), ticket.id)
        .await
        .unwrap();
    let told = told + &serde_json::to_string(&log).unwrap();
    assert!(!told.contains(NUMBER) && !told.contains(NAME), "{told}");
    assert!(other.masked);
}

#[tokio::test]
async fn neither_name_nor_number_is_in_the_files() {
    let house = house().await;
    let new = new_ticket(Some("LAMP"), vec![Action::Submit]);
    open(&house.core, &taker(), new, Some(key("k", 1)))
        .await
        .unwrap();
    let House { core, dir, .. } = house;
    let mut seen = 0;
    for file in std::fs::read_dir(dir.path().join("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
        assert!(!holds(NUMBER) && !holds(NAME));
        seen += usize::from(holds("楼下路灯三天不亮"));
    }
    assert!(
        seen > 0,
        "the text itself is there, so the search looked in the right place"
    );
    drop(core);
}

#[tokio::test]
async fn the_chain_covers_every_event_as_it_is_kept() {
    let house = house().await;
    let id = submitted(&house).await.ticket.id;
    let mut head = chain::START;
    for event in house.core.store().events(id).await.unwrap() {
        head = chain::link(&head, event.json.as_bytes());
        assert_eq!(event.link, head, "version {}", event.version);
    }
    let kept = house.core.store().ticket(id).await.unwrap().unwrap();
    assert_eq!(kept.head, head);
}

#[tokio::test]
async fn lists_hold_what_their_scope_says() {
    let house = house().await;
    submitted(&house).await;
    for _ in 0..3 {
        let new = new_ticket(None, vec![Action::Submit]);
        open(&house.core, &taker(), new, None).await.unwrap();
    }
    let count = async |who, scope, limit| {
        let filter = TicketFilter {
            scope,
            limit,
            ..TicketFilter::default()
        };
        let page = list(&house.core, &who, filter).await.unwrap();
        (page.items.len(), page.next.is_some())
    };
    assert_eq!(count(taker(), TicketScope::All, None).await, (4, false));
    assert_eq!(count(taker(), TicketScope::All, Some(3)).await, (3, true));
    assert_eq!(count(taker(), TicketScope::All, Some(4)).await, (4, false));
    assert_eq!(count(taker(), TicketScope::Mine, None).await, (4, false));
    assert_eq!(
        count(dispatcher(), TicketScope::Mine, None).await,
        (0, false)
    );
    assert_eq!(
        count(dispatcher(), TicketScope::ToDo, None).await,
        (3, false)
    );
    assert_eq!(
        count(clerk("CG"), TicketScope::ToDo, None).await,
        (1, false)
    );
    assert_eq!(
        count(clerk("HB"), TicketScope::ToDo, None).await,
        (0, false)
    );
    assert_eq!(count(taker(), TicketScope::ToDo, None).await, (0, false));
    for (after, limit) in [
        (Some("x"), None),
        (Some("1_x"), None),
        (None, Some(0)),
        (None, Some(201)),
    ] {
        let filter = TicketFilter {
            after: after.map(str::to_owned),
            limit,
            ..TicketFilter::default()
        };
        let refused = list(&house.core, &taker(), filter).await;
        assert!(matches!(refused, Err(ApiError::Invalid { .. })));
    }
}

#[tokio::test]
async fn a_ticket_is_not_merged_into_what_is_not_there() {
    let house = house().await;
    let view = open(&house.core, &taker(), new_ticket(None, vec![]), None).await;
    let id = view.unwrap().ticket.id;
    let into = async |main| {
        let merge = action(1, Action::Merge { main });
        act(&house.core, &taker(), id, merge, None).await
    };
    let missing = into(TicketId(Uuid::now_v7())).await;
    assert!(matches!(missing, Err(ApiError::NotFound { .. })));
    let itself = into(id).await;
    let refusal = Refusal::IntoItself;
    assert_eq!(itself, Err(ApiError::Refused { refusal }));
    let main = submitted(&house).await.ticket.id;
    assert_eq!(
        into(main).await.unwrap().ticket.state.stage(),
        Stage::Merged
    );
}

#[tokio::test]
async fn a_merge_can_be_undone_until_the_main_ticket_closes() {
    let house = house().await;
    let main = submitted(&house).await.ticket;
    let child = submitted(&house).await.ticket.id;
    let at = async |id, version, what| {
        act(&house.core, &dispatcher(), id, action(version, what), None).await
    };
    let merge = Action::Merge { main: main.id };
    let merged = at(child, 3, merge.clone()).await.unwrap().ticket;
    let undone = at(child, merged.version, Action::Unmerge).await.unwrap();
    assert_ne!(undone.ticket.state.stage(), Stage::Merged);
    let again = at(child, undone.ticket.version, merge)
        .await
        .unwrap()
        .ticket;
    // A main ticket is no child: what is merged into it would be carried off unseen.
    let other = submitted(&house).await.ticket.id;
    let carried = at(main.id, main.version, Action::Merge { main: other }).await;
    assert!(
        matches!(&carried, Err(ApiError::Invalid { field, .. }) if field == "main"),
        "{carried:?}"
    );
    let withdraw = Action::Withdraw {
        reason: Line::parse("不用了").unwrap(),
    };
    let closed = act(
        &house.core,
        &taker(),
        main.id,
        action(main.version, withdraw),
        None,
    )
    .await;
    let stage = closed.unwrap().ticket.state.stage();
    let late = at(child, again.version, Action::Unmerge).await;
    let refusal = Refusal::MainNotOpen { stage };
    assert_eq!(late, Err(ApiError::Refused { refusal }));
}

/// The place to go on from tells of tickets too: where none that may be seen follows, there is none.
#[tokio::test]
async fn a_page_does_not_tell_of_what_is_hidden() {
    let house = house().await;
    let place = |new: &mut crate::protocol::ticket::NewTicket| {
        new.request.place.district = Some(serde_json::from_str("\"HB\"").unwrap());
    };
    let mut seen = new_ticket(Some("LAMP"), vec![Action::Submit]);
    place(&mut seen);
    let mut hidden = new_ticket(Some("LAMP"), vec![Action::Submit]);
    place(&mut hidden);
    hidden.request.accused = Some(UnitCode::parse("HB").unwrap());
    // The newest first: what is hidden lies after what is seen.
    open(&house.core, &taker(), hidden, None).await.unwrap();
    house.clock.advance(jiff::SignedDuration::from_secs(1));
    let seen = open(&house.core, &taker(), seen, None).await.unwrap();
    let supervisor = who("qian", "HB", &[Role::Supervisor]);
    let filter = TicketFilter {
        q: Some("路灯".to_owned()),
        limit: Some(1),
        ..TicketFilter::default()
    };
    let page = list(&house.core, &supervisor, filter.clone())
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].id, seen.ticket.id);
    assert_eq!(page.next, None, "the other one is not theirs to know of");
    let all = list(&house.core, &dispatcher(), filter).await.unwrap();
    assert!(all.next.is_some(), "who may see both is told of both");
}

#[tokio::test]
async fn lists_have_an_end() {
    let house = house().await;
    let refused = async |new| match open(&house.core, &taker(), new, None).await {
        Err(ApiError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let many = std::iter::repeat_with(urge).take(9).collect();
    assert_eq!(refused(new_ticket(None, many)).await, "then");
    for id in ["", "a\u{1b}[2J", "a\u{202e}b", &"r".repeat(201)] {
        let mut new = new_ticket(None, vec![]);
        let id = id.to_owned();
        new.recording = Some(RecordingRef { id, offset_ms: 0 });
        assert_eq!(refused(new).await, "recording.id");
    }
    let ticket = submitted(&house).await.ticket;
    let moved = Action::Transfer {
        lead: UnitCode::parse("HB").unwrap(),
        co_units: vec![UnitCode::parse("CG").unwrap(); 21],
        reason: Line::parse("职责在别处").unwrap(),
    };
    let moved = act(
        &house.core,
        &dispatcher(),
        ticket.id,
        action(3, moved),
        None,
    )
    .await;
    assert!(matches!(moved, Err(ApiError::Invalid { field, .. }) if field == "co_units"));
    let answer = Action::Answer {
        facts_true: None,
        solved: true,
        why_not: Line::default(),
        account: Prose::parse("已修").unwrap(),
        public_answer: Prose::default(),
        contact: Contact::NotReached {
            attempts: vec![house.core.now(); 21],
        },
    };
    let answered = act(
        &house.core,
        &clerk("CG"),
        ticket.id,
        action(3, answer),
        None,
    )
    .await;
    assert!(
        matches!(answered, Err(ApiError::Invalid { field, .. }) if field == "contact.attempts")
    );
}

async fn next(follow: &mut Follow, who: &super::Who) -> (Option<u64>, Option<ServerEvent>) {
    match follow.next().await.unwrap() {
        Some(Told::Event(told)) => (told.seq, told.notice.seen_by(&who.person, None, "")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_unit_that_loses_a_ticket_is_told_so() {
    let house = house().await;
    let (_, mut follow) = house.core.relay().follow(Some(0)).await.unwrap();
    let ticket = submitted(&house).await.ticket;
    let moved = action(3, transfer("HB"));
    act(&house.core, &dispatcher(), ticket.id, moved, None)
        .await
        .unwrap();
    let cg = clerk("CG");
    let name = |event: Option<ServerEvent>| match event {
        Some(ServerEvent::Ticket { what, version, .. }) => Some(format!("{what} {version}")),
        Some(ServerEvent::Withdrawn { id }) => {
            assert_eq!(id, ticket.id);
            Some("gone".to_owned())
        }
        other => {
            assert_eq!(other, None);
            None
        }
    };
    let directory = next(&mut follow, &cg).await;
    let version = 1;
    assert_eq!(
        directory,
        (Some(1), Some(ServerEvent::Directory { version }))
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (seq, event) = next(&mut follow, &cg).await;
        seen.push((seq.unwrap(), name(event)));
    }
    let words: Vec<_> = seen.iter().filter_map(|(_, event)| event.clone()).collect();
    assert_eq!(words, ["dispatched 3", "gone"]);
    assert!(
        seen.windows(2).all(|two| two[0].0 + 1 == two[1].0),
        "{seen:?}"
    );
    let (_, mut again) = house.core.relay().follow(Some(seen[0].0)).await.unwrap();
    for (seq, event) in &seen[1..] {
        let (found, told) = next(&mut again, &cg).await;
        assert_eq!((found, name(told)), (Some(*seq), event.clone()), "resumed");
    }
    let (newest, mut lost) = house.core.relay().follow(Some(999)).await.unwrap();
    assert_eq!(lost.next().await.unwrap(), Some(Told::Reset(newest)));
}

#[tokio::test]
async fn a_notice_holds_nothing_of_the_caller_and_their_words() {
    let house = house().await;
    let (_, mut follow) = house.core.relay().follow(None).await.unwrap();
    submitted(&house).await;
    for _ in 0..3 {
        let Some(Told::Event(told)) = follow.next().await.unwrap() else {
            panic!("an event is expected");
        };
        let notice = serde_json::to_string(&told.notice).unwrap();
        for word in [NAME, NUMBER, "路灯"] {
            assert!(!notice.contains(word), "{notice}");
        }
    }
}

#[tokio::test]
async fn a_search_does_not_confirm_what_is_masked() {
    let house = house().await;
    let mut new = new_ticket(None, vec![Action::Submit]);
    new.request.text = crate::domain::text::Prose::parse(format!("{NAME}家路灯不亮")).unwrap();
    open(&house.core, &taker(), new, None).await.unwrap();
    let found = async |who: &crate::server::service::Who, words: &str| {
        let filter = TicketFilter {
            q: Some(words.to_owned()),
            ..TicketFilter::default()
        };
        list(&house.core, who, filter).await.unwrap().items.len()
    };
    // Not even to those who may see it: a name is not what tickets are looked for by.
    assert_eq!(found(&taker(), NAME).await, 0);
    assert_eq!(found(&dispatcher(), NAME).await, 0);
    assert_eq!(found(&taker(), "家路灯").await, 1);
    assert_eq!(found(&dispatcher(), "家路灯").await, 1);
}

#[tokio::test]
async fn a_ticket_is_found_by_the_digits_of_its_number() {
    let house = house().await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let new = new_ticket(None, vec![Action::Submit]);
        let view = open(&house.core, &taker(), new, None).await.unwrap();
        numbers.push(view.ticket.number);
    }
    let found = async |words: &str| {
        let filter = TicketFilter {
            q: Some(words.to_owned()),
            ..TicketFilter::default()
        };
        let page = list(&house.core, &taker(), filter).await.unwrap();
        page.items.iter().map(|row| row.number).collect::<Vec<_>>()
    };
    for number in &numbers {
        let whole = number.to_string().replace("JN", "").replace('-', "");
        let serial = format!("{:05}", number.serial());
        for digits in [number.tail(), serial, whole] {
            assert_eq!(found(&digits).await, [*number], "{digits}");
        }
    }
    assert_eq!(found("4321").await, []);
}

#[tokio::test]
async fn ones_own_come_by_their_clock_over_all_pages() {
    let house = house().await;
    for then in [vec![], vec![Action::Submit], vec![], vec![Action::Submit]] {
        open(&house.core, &taker(), new_ticket(None, then), None)
            .await
            .unwrap();
    }
    let mut filter = TicketFilter {
        scope: TicketScope::Mine,
        limit: Some(1),
        ..TicketFilter::default()
    };
    let mut due = Vec::new();
    loop {
        let page = list(&house.core, &taker(), filter.clone()).await.unwrap();
        due.extend(
            page.items
                .iter()
                .map(|row| row.due.as_ref().map(|it| it.due)),
        );
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(due.len(), 4);
    assert!(due[0].is_some() && due[0] <= due[1], "{due:?}");
    assert!(due[2..].iter().all(Option::is_none), "{due:?}");
}
