//! Cases on the editors' work.

use super::{account, at, entry, lease, stamp};
use crate::domain::id::{CorrectionId, DraftId, EntryCode};
use crate::domain::knowledge::{Correction, CorrectionVerdict, Draft, DraftStage, DraftState};
use crate::domain::knowledge::{Origin, Settled};
use crate::domain::text::Line;
use crate::server::store::{
    CorrectionWrite, DraftQuery, DraftRecord, DraftWrite, KnowledgeRetire, Place, Publication,
    Store, StoreError,
};
use jiff::civil::date;
use uuid::Uuid;

fn draft(code: &str, based_on: u64) -> Draft {
    Draft {
        id: DraftId(Uuid::now_v7()),
        version: 1,
        entry: entry(code, "答"),
        based_on,
        origin: Origin::default(),
        made: stamp(0),
        writers: vec![account("wang")],
        state: DraftState::Writing,
    }
}

fn write(draft: &Draft, ms: i64, expected: u64) -> DraftWrite {
    DraftWrite {
        draft: DraftRecord {
            draft: draft.clone(),
            changed: at(ms),
        },
        expected,
        publish: None,
        replay: None,
    }
}

fn tell(revision: u64) -> String {
    format!("revision {revision}")
}

pub(crate) async fn drafts_are_changed_on_the_version_that_was_seen(store: &dyn Store) {
    let mut first = draft("A-1", 0);
    store.write_draft(write(&first, 1, 0), tell).await.unwrap();
    let again = store.write_draft(write(&first, 2, 0), tell).await;
    assert!(matches!(again, Err(StoreError::Exists)));
    first.version = 2;
    first.state = DraftState::InReview { stamp: stamp(2) };
    store.write_draft(write(&first, 2, 1), tell).await.unwrap();
    let stale = store.write_draft(write(&first, 3, 1), tell).await;
    assert!(matches!(
        stale,
        Err(StoreError::Stale {
            current: 2,
            expected: 1
        })
    ));
    let missing = store.write_draft(write(&draft("A-9", 0), 3, 1), tell).await;
    assert!(matches!(missing, Err(StoreError::Missing)));
    let kept = store.draft(first.id).await.unwrap().unwrap();
    assert!(kept.draft == first && kept.changed == at(2));
    let second = draft("A-2", 0);
    store.write_draft(write(&second, 2, 0), tell).await.unwrap();
    let found = async |set: &dyn Fn(&mut DraftQuery)| {
        let mut query = DraftQuery {
            stages: DraftStage::ALL.to_vec(),
            limit: 9,
            ..DraftQuery::default()
        };
        set(&mut query);
        let found = store.drafts(query).await.unwrap();
        found.into_iter().map(|it| it.draft.id).collect::<Vec<_>>()
    };
    assert_eq!(found(&|_| ()).await, [second.id, first.id]);
    let review = vec![DraftStage::InReview];
    assert_eq!(found(&|q| q.stages.clone_from(&review)).await, [first.id]);
    let code = EntryCode::parse("A-2").ok();
    assert_eq!(found(&|q| q.code.clone_from(&code)).await, [second.id]);
    assert!(found(&|q| q.made_by = Some(account("li"))).await.is_empty());
    let after = Some(Place {
        ms: at(2).as_millisecond(),
        id: second.id.0,
    });
    assert_eq!(found(&|q| q.after = after).await, [first.id]);
    assert_eq!(store.outbox_span().await.unwrap().1, 0, "nobody is told");
}

/// Publishes a new draft of an entry; answers which it was.
async fn publish(
    store: &dyn Store,
    code: &str,
    based_on: u64,
    until: Option<jiff::civil::Date>,
) -> Result<DraftId, StoreError> {
    let mut draft = draft(code, based_on);
    draft.entry.valid_until = until;
    let publish = Some(Publication {
        by: account("li"),
        at: at(5),
    });
    let write = DraftWrite {
        publish,
        ..write(&draft, 5, 0)
    };
    store.write_draft(write, tell).await.map(|()| draft.id)
}

pub(crate) async fn what_is_published_and_taken_out_stays_readable(store: &dyn Store) {
    lease(store).await;
    let publish =
        async |code: &str, based_on: u64, until| publish(store, code, based_on, until).await;
    let first = publish("A-1", 0, Some(date(2026, 12, 31))).await.unwrap();
    publish("A-2", 0, Some(date(2026, 12, 1))).await.unwrap();
    publish("A-3", 0, None).await.unwrap();
    let overtaken = publish("A-1", 0, None).await;
    assert!(matches!(
        overtaken,
        Err(StoreError::Stale {
            current: 1,
            expected: 0
        })
    ));
    let span = (date(2026, 11, 1), date(2026, 12, 31));
    let codes = async |span| -> Vec<String> {
        let found = store.expiring_entries(span, 9).await.unwrap();
        found.iter().map(|it| it.entry.code.to_string()).collect()
    };
    assert_eq!(codes(span).await, ["A-2", "A-1"]);
    let code = EntryCode::parse("A-1").unwrap();
    let retire = |expected| KnowledgeRetire {
        code: code.clone(),
        expected,
        reason: Line::parse("作废").unwrap(),
        by: account("zhao"),
        at: at(6),
        replay: None,
    };
    store.retire_entry(retire(1), tell).await.unwrap();
    let again = store.retire_entry(retire(1), tell).await;
    assert!(matches!(again, Err(StoreError::Stale { current: 2, .. })));
    assert_eq!(
        codes(span).await,
        ["A-2"],
        "what is taken out does not expire"
    );
    let kept = store.entry(code.clone()).await.unwrap().unwrap();
    assert!(kept.retired && (kept.version, kept.revision) == (2, 4));
    let versions = store.entry_versions(code).await.unwrap();
    let made: Vec<_> = versions
        .iter()
        .map(|it| (it.entry.version, it.by.as_str(), it.draft, &*it.reason))
        .collect();
    assert_eq!(
        made,
        [(2, "zhao", None, "作废"), (1, "li", Some(first), "")]
    );
    let changes = store.knowledge_changes(4, 2).await.unwrap();
    let changes: Vec<u64> = changes.iter().map(|it| it.entry.revision).collect();
    assert_eq!(changes, [3, 2]);
    let told = store.outbox_after(0, 9).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|row| row.notice).collect();
    assert_eq!(told, [1, 2, 3, 4].map(tell));
}

pub(crate) async fn corrections_are_settled_once(store: &dyn Store) {
    let correction = |ms: i64| Correction {
        id: CorrectionId(Uuid::now_v7()),
        version: 1,
        code: EntryCode::parse("A-1").unwrap(),
        entry_version: 1,
        question: Line::default(),
        note: Line::default(),
        made: stamp(ms),
        settled: None,
    };
    let write = async |correction: &Correction, expected: u64| {
        let correction = correction.clone();
        let write = CorrectionWrite {
            correction,
            expected,
            replay: None,
        };
        store.write_correction(write).await
    };
    let (mut old, new) = (correction(1), correction(2));
    write(&old, 0).await.unwrap();
    write(&new, 0).await.unwrap();
    assert!(matches!(write(&old, 0).await, Err(StoreError::Exists)));
    let list = async |settled, after| -> Vec<CorrectionId> {
        let found = store.corrections(settled, after, 9).await.unwrap();
        found.into_iter().map(|it| it.id).collect()
    };
    assert_eq!(list(false, None).await, [new.id, old.id]);
    let after = Place {
        ms: at(2).as_millisecond(),
        id: new.id.0,
    };
    assert_eq!(list(false, Some(after)).await, [old.id]);
    old.version = 2;
    old.settled = Some(Settled {
        stamp: stamp(3),
        verdict: CorrectionVerdict::Dismissed,
        note: Line::default(),
    });
    write(&old, 1).await.unwrap();
    let stale = write(&old, 1).await;
    assert!(matches!(stale, Err(StoreError::Stale { current: 2, .. })));
    assert_eq!(list(true, None).await, [old.id]);
    assert_eq!(store.correction(old.id).await.unwrap(), Some(old));
}
