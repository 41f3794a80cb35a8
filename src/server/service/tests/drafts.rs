//! The editors' work on a real store.

use super::*;
use crate::domain::id::{CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{CorrectionVerdict, DraftAction, DraftStage, Entry, Origin};
use crate::domain::lifecycle::Refusal;
use crate::domain::ticket::{AnswerSource, DirectAnswer};
use crate::protocol::draft::{
    CorrectionFilter, Days, DraftChange, DraftFilter, DraftScope, NewCorrection, NewDraft,
    RestoreEntry, RetireEntry, SettleCorrection, Year,
};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::page::PageRequest;
use crate::server::relay::Told;
use crate::server::service::{articles, drafts, freshness, tickets};

fn editor(account: &str) -> Who {
    who(account, "HOTLINE", &[Role::KnowledgeEditor])
}

fn entry(code: &str, answer: &str) -> Entry {
    serde_json::from_value(serde_json::json!({
        "code": code, "question": "路灯不亮找谁？", "answer": answer, "department": "城管局",
        "valid_until": "2026-12-20",
    }))
    .unwrap()
}

fn code(code: &str) -> EntryCode {
    EntryCode::parse(code).unwrap()
}

fn new(entry: Entry, based_on: u64) -> NewDraft {
    NewDraft {
        id: DraftId(Uuid::now_v7()),
        entry,
        based_on,
        origin: Origin::Written,
        submit: false,
    }
}

async fn act(
    house: &House,
    who: &Who,
    id: DraftId,
    version: u64,
    action: DraftAction,
) -> Result<u64, ApiError> {
    let change = DraftChange { version, action };
    let done = drafts::act(&house.core, who, id, change, None).await;
    done.map(|draft| draft.version)
}

/// A draft by `chen`, given for review and published by `lin`.
async fn publish(house: &House, entry: Entry, based_on: u64) -> DraftId {
    let new = new(entry, based_on);
    let id = new.id;
    drafts::begin(&house.core, &editor("chen"), new, None)
        .await
        .unwrap();
    act(house, &editor("chen"), id, 1, DraftAction::Submit)
        .await
        .unwrap();
    act(house, &editor("lin"), id, 2, DraftAction::Publish)
        .await
        .unwrap();
    id
}

fn refusal(error: ApiError) -> Refusal {
    match error {
        ApiError::Refused { refusal } => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_draft_is_published_by_another_person() {
    let house = house().await;
    let (chen, lin) = (editor("chen"), editor("lin"));
    let first = new(entry("CG-1", "拨打热线。"), 0);
    let id = first.id;
    let twice = [1, 1].map(|body| (first.clone(), Some(key("k", body))));
    for (first, key) in twice {
        let draft = drafts::begin(&house.core, &chen, first, key).await.unwrap();
        assert_eq!(
            (draft.version, draft.state.stage()),
            (1, DraftStage::Writing)
        );
    }
    let other = new(entry("CG-2", "别的。"), 0);
    let used = drafts::begin(&house.core, &chen, other, Some(key("k", 2))).await;
    assert_eq!(used, Err(ApiError::IdempotencyConflict));
    assert_eq!(act(&house, &chen, id, 1, DraftAction::Submit).await, Ok(2));
    let own = act(&house, &chen, id, 2, DraftAction::Publish).await;
    assert_eq!(own.map_err(refusal), Err(Refusal::OwnDraft));
    let stale = act(&house, &lin, id, 1, DraftAction::Publish).await;
    assert!(matches!(
        stale,
        Err(ApiError::Stale {
            current: 2,
            sent: 1,
            ..
        })
    ));
    assert_eq!(house.core.store().knowledge_revision().await.unwrap(), 0);
    let again = act(&house, &chen, id, 2, DraftAction::TakeBack).await;
    assert_eq!(again, Ok(3));
    assert_eq!(act(&house, &chen, id, 3, DraftAction::Submit).await, Ok(4));
    let back = DraftAction::SendBack {
        reason: Line::parse("缺电话").unwrap(),
    };
    assert_eq!(act(&house, &lin, id, 4, back).await, Ok(5));
}

#[tokio::test]
async fn the_seats_and_the_shelf_are_told_what_was_published_and_taken_out() {
    let house = house().await;
    let (_, mut follow) = house.core.relay().follow(None).await.unwrap();
    let mut shelf = house.core.published().subscribe();
    let (chen, lin) = (editor("chen"), editor("lin"));
    let id = publish(&house, entry("CG-1", "拨打热线。"), 0).await;
    assert!(shelf.has_changed().unwrap());
    shelf.mark_unchanged();
    let told = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        loop {
            if let Some(Told::Event(told)) = follow.next().await.unwrap()
                && let ServerEvent::Knowledge { revision } = told.notice.event
            {
                break revision;
            }
        }
    });
    assert_eq!(told.await, Ok(1));
    let seen = drafts::entry(&house.core, &chen, code("CG-1"))
        .await
        .unwrap();
    assert_eq!((seen.version, seen.revision, seen.retired), (1, 1, false));
    let again = act(&house, &lin, id, 3, DraftAction::Publish).await;
    let stage = DraftStage::Published;
    assert_eq!(again.map_err(refusal), Err(Refusal::DraftStands { stage }));
    let out = RetireEntry {
        version: 1,
        reason: Line::parse("政策已废止").unwrap(),
    };
    drafts::retire(&house.core, &chen, code("CG-1"), out, None)
        .await
        .unwrap();
    assert!(shelf.has_changed().unwrap());
}

#[tokio::test]
async fn what_was_overtaken_is_not_published_over_what_came_between() {
    let house = house().await;
    publish(&house, entry("CG-1", "一"), 0).await;
    let late = new(entry("CG-1", "二"), 0);
    let refused = drafts::begin(&house.core, &editor("chen"), late, None).await;
    let moved = |current, based_on| Err(Refusal::EntryMoved { current, based_on });
    assert_eq!(refused.map(|it| it.version).map_err(refusal), moved(1, 0));
    let slow = new(entry("CG-1", "三"), 1);
    let id = slow.id;
    drafts::begin(&house.core, &editor("chen"), slow, None)
        .await
        .unwrap();
    act(&house, &editor("chen"), id, 1, DraftAction::Submit)
        .await
        .unwrap();
    publish(&house, entry("CG-1", "四"), 1).await;
    let refused = act(&house, &editor("lin"), id, 2, DraftAction::Publish).await;
    assert_eq!(refused.map_err(refusal), moved(2, 1));
}

#[tokio::test]
async fn an_expert_writes_for_the_unit_that_the_directory_names() {
    let house = house().await;
    let expert = who("wu", "CG", &[Role::Expert]);
    let own = drafts::begin(&house.core, &expert, new(entry("CG-1", "一"), 0), None).await;
    assert!(own.is_ok());
    let mut other = entry("HB-1", "一");
    other.department = Line::parse("环保局").unwrap();
    let other = drafts::begin(&house.core, &expert, new(other, 0), None).await;
    let rule = other.map(|it| it.version).map_err(refusal);
    assert!(matches!(rule, Err(Refusal::NotYourDepartment { .. })));
    let filter = DraftFilter {
        scope: DraftScope::Open,
        ..DraftFilter::default()
    };
    for (who, count) in [(expert, Ok(1)), (taker(), Err(ApiError::Forbidden))] {
        let page = drafts::list(&house.core, &who, filter.clone()).await;
        assert_eq!(page.map(|page| page.items.len()), count);
    }
}

#[tokio::test]
async fn an_entry_is_taken_out_at_once_and_once() {
    let house = house().await;
    let chen = editor("chen");
    publish(&house, entry("CG-1", "一"), 0).await;
    let retire = RetireEntry {
        version: 1,
        reason: Line::parse("政策已废止").unwrap(),
    };
    for body in [1, 1] {
        let done = drafts::retire(
            &house.core,
            &chen,
            code("CG-1"),
            retire.clone(),
            Some(key("r", body)),
        );
        assert_eq!(done.await.unwrap().version, 2);
    }
    let again = RetireEntry {
        version: 2,
        ..retire
    };
    let again = drafts::retire(&house.core, &chen, code("CG-1"), again, None).await;
    assert_eq!(
        again.map(|it| it.version).map_err(refusal),
        Err(Refusal::AlreadyRetired)
    );
    let delta = house.core.store().knowledge_since(1, 9).await.unwrap();
    assert_eq!((delta.len(), delta[0].retired), (1, true));
}

#[tokio::test]
async fn an_old_version_comes_back_through_two_and_all_of_it_is_kept() {
    let house = house().await;
    let (chen, lin) = (editor("chen"), editor("lin"));
    publish(&house, entry("CG-1", "一"), 0).await;
    let retire = RetireEntry {
        version: 1,
        reason: Line::parse("政策已废止").unwrap(),
    };
    drafts::retire(&house.core, &chen, code("CG-1"), retire, None)
        .await
        .unwrap();
    let back = RestoreEntry {
        draft: DraftId(Uuid::now_v7()),
        version: 1,
        current: 2,
    };
    let draft = drafts::restore(&house.core, &chen, code("CG-1"), back.clone(), None)
        .await
        .unwrap();
    assert_eq!(draft.origin, Origin::Restored { version: 1 });
    let own = act(&house, &chen, back.draft, 1, DraftAction::Publish).await;
    assert_eq!(own.map_err(refusal), Err(Refusal::OwnDraft));
    act(&house, &lin, back.draft, 1, DraftAction::Publish)
        .await
        .unwrap();
    let versions = drafts::versions(&house.core, &chen, code("CG-1"))
        .await
        .unwrap();
    let seen: Vec<_> = versions
        .items
        .iter()
        .map(|it| {
            (
                it.entry.version,
                it.entry.retired,
                it.by.as_str(),
                it.draft.is_some(),
                it.reason.as_str(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (3, false, "lin", true, ""),
            (2, true, "chen", false, "政策已废止"),
            (1, false, "lin", true, "")
        ]
    );
    let changes = async |after| {
        let limit = Some(2);
        let page = PageRequest { after, limit };
        let page = freshness::changes(&house.core, &lin, page).await.unwrap();
        (page.items.len(), page.next)
    };
    assert_eq!(changes(None).await, (2, Some("2".to_owned())));
    assert_eq!(changes(Some("2".to_owned())).await, (1, None));
}

#[tokio::test]
async fn a_correction_is_sent_by_a_seat_and_settled_once() {
    let house = house().await;
    publish(&house, entry("CG-1", "一"), 0).await;
    let id = CorrectionId(Uuid::now_v7());
    let note = Line::parse("电话改了").unwrap();
    let send = |code| NewCorrection {
        id,
        code,
        entry_version: 1,
        note: note.clone(),
    };
    let missing = freshness::correct(&house.core, &taker(), send(code("CG-9")), None).await;
    assert!(matches!(missing, Err(ApiError::NotFound { .. })));
    let correction = freshness::correct(&house.core, &taker(), send(code("CG-1")), None)
        .await
        .unwrap();
    assert_eq!(correction.question.as_str(), "路灯不亮找谁？");
    let by_unit = freshness::correct(&house.core, &clerk("CG"), send(code("CG-1")), None).await;
    assert_eq!(by_unit, Err(ApiError::Forbidden));
    let settle = |version| SettleCorrection {
        version,
        verdict: CorrectionVerdict::Accepted,
        note: Line::default(),
    };
    let chen = editor("chen");
    freshness::settle(&house.core, &chen, id, settle(1), None)
        .await
        .unwrap();
    let again = freshness::settle(&house.core, &chen, id, settle(2), None).await;
    assert_eq!(
        again.map(|it| it.version).map_err(refusal),
        Err(Refusal::OnlyOnce)
    );
    for (settled, count) in [(false, 0), (true, 1)] {
        let filter = CorrectionFilter {
            settled,
            ..CorrectionFilter::default()
        };
        let page = freshness::corrections(&house.core, &chen, filter)
            .await
            .unwrap();
        assert_eq!(page.items.len(), count);
    }
}

#[tokio::test]
async fn gaps_and_what_expires_are_listed() {
    let house = house().await;
    let close = |source| {
        vec![Action::CloseDirectly {
            answer: DirectAnswer {
                answer: Prose::parse("会转告。").unwrap(),
                source,
            },
        }]
    };
    let unit = UnitCode::parse("CG").unwrap();
    for (source, confidential) in [
        (AnswerSource::None, false),
        (AnswerSource::None, false),
        (AnswerSource::None, true),
        (AnswerSource::DirectoryTelephone { unit }, false),
    ] {
        let mut new = new_ticket(None, close(source));
        new.request.caller.confidential = confidential;
        tickets::open(&house.core, &taker(), new, None)
            .await
            .unwrap();
    }
    let chen = editor("chen");
    let gaps = freshness::gaps(&house.core, &chen, Days::default())
        .await
        .unwrap();
    let seen: Vec<_> = gaps
        .gaps
        .iter()
        .map(|gap| (gap.title.as_str(), gap.count))
        .collect();
    assert_eq!(
        (seen, gaps.looked_at, gaps.cut),
        (vec![("路灯不亮", 2)], 4, false)
    );
    tickets::open(&house.core, &taker(), new_ticket(None, Vec::new()), None)
        .await
        .unwrap();
    tickets::open(
        &house.core,
        &taker(),
        new_ticket(None, vec![Action::Submit]),
        None,
    )
    .await
    .unwrap();
    let year = articles::figures(&house.core, &chen, Year::default())
        .await
        .unwrap();
    // A draft is not accepted yet.
    assert_eq!((year.accepted, year.closed_directly), (5, 4));
    publish(&house, entry("CG-1", "一"), 0).await;
    for (days, count) in [(Some(25), 0), (Some(26), 1), (None, 1)] {
        let list = freshness::expiring(&house.core, &chen, Days { days })
            .await
            .unwrap();
        assert_eq!(list.entries.len(), count, "{days:?}");
    }
    let wrong = freshness::expiring(&house.core, &chen, Days { days: Some(0) }).await;
    assert!(matches!(wrong, Err(ApiError::Invalid { .. })));
}
