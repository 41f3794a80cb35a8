//! How the knowledge is used, what flags an entry, and what a span of time comes to.

use super::{DAY, account, at, stamp};
use crate::domain::id::{EntryCode, LawChangeId};
use crate::domain::knowledge::{Deed, Entry, LawChange, Use};
use crate::domain::text::Line;
use crate::server::store::{LawChangeWrite, Store, UseKind, UseQuery};
use uuid::Uuid;

fn entry(code: &str, answer: &str) -> Entry {
    serde_json::from_value(serde_json::json!({
        "code": code, "question": "停水怎么办？", "answer": answer,
        "basis": [{"law": "《供水条例》", "article": "第三条"}],
    }))
    .unwrap()
}

async fn import(store: &dyn Store, entries: Vec<Entry>, ms: i64) {
    let done = store.import_knowledge(entries, account("ding"), at(ms), |_| "{}".to_owned());
    done.await.unwrap();
}

/// What was searched in vain, and what led to an entry, each without the other; and the days.
async fn wanted_alone(store: &dyn Store, since: &UseQuery, of_today: &UseQuery) {
    // What is wanted is found behind whatever else there is.
    for (only, count) in [(UseKind::Missed, 1), (UseKind::Led, 0)] {
        let query = UseQuery {
            only,
            limit: 1,
            ..of_today.clone()
        };
        let found = store.uses_since(query).await.unwrap();
        assert_eq!(found.len(), count, "{only:?}");
        assert!(found.iter().all(|it| it.query == "热气球"));
    }
    let led = UseQuery {
        only: UseKind::Led,
        ..since.clone()
    };
    let led = store.uses_since(led).await.unwrap();
    assert_eq!((led.len(), led[0].query.as_str()), (1, "搬家"));
    let days = store.use_days((since.since, DAY)).await.unwrap();
    let day = |at: usize| (days[at].opened, days[at].answered, days[at].missed);
    assert_eq!((days.len(), day(0), day(1)), (2, (1, 1, 1), (1, 1, 1)));
}

pub(crate) async fn uses_are_summed_by_entry_and_words(store: &dyn Store) {
    let one = |code: Option<&str>, query: &str, deed| Use {
        query: Line::parse(query).unwrap(),
        code: code.map(|code| EntryCode::parse(code).unwrap()),
        deed,
    };
    let yesterday = DAY.yesterday().unwrap();
    for day in [DAY, yesterday] {
        let uses = vec![
            one(Some("A-1"), "搬家", Deed::Opened),
            one(Some("A-1"), "", Deed::Answered),
            one(None, "热气球", Deed::Missed),
        ];
        store.count_uses(uses, day, None).await.unwrap();
    }
    let query = |since, by_words, code: Option<&str>| UseQuery {
        only: UseKind::All,
        since,
        code: code.map(|code| EntryCode::parse(code).unwrap()),
        by_words,
        limit: 10,
    };
    let sums = store
        .uses_since(query(yesterday, false, None))
        .await
        .unwrap();
    assert_eq!(sums.len(), 2);
    let first = sums.iter().find(|it| it.code.is_some()).unwrap();
    assert_eq!(
        (first.opened, first.answered, first.missed, first.last),
        (2, 2, 0, DAY)
    );
    let today = store.uses_since(query(DAY, true, None)).await.unwrap();
    assert_eq!(today.len(), 3, "told apart by their words");
    wanted_alone(
        store,
        &query(yesterday, true, None),
        &query(DAY, true, None),
    )
    .await;
    let missed = today.iter().find(|it| it.missed == 1).unwrap();
    assert_eq!((&missed.code, missed.query.as_str()), (&None, "热气球"));
    let other = store
        .uses_since(query(yesterday, false, Some("A-2")))
        .await
        .unwrap();
    assert!(other.is_empty());
}

pub(crate) async fn an_article_flags_what_was_written_before_it(store: &dyn Store) {
    import(store, vec![entry("A-1", "一"), entry("A-2", "一")], 0).await;
    let change = |id: u128, article: &str, ms| LawChangeWrite {
        change: LawChange {
            id: LawChangeId(Uuid::from_u128(id)),
            law: Line::parse("供水条例").unwrap(),
            article: Line::parse(article).unwrap(),
            note: Line::default(),
            made: stamp(ms),
        },
        replay: None,
    };
    store
        .note_law_change(change(1, "第九条", 1_000))
        .await
        .unwrap();
    store
        .note_law_change(change(2, "第三条", 2_000))
        .await
        .unwrap();
    assert!(
        store
            .note_law_change(change(2, "第三条", 2_000))
            .await
            .is_err()
    );
    import(store, vec![entry("A-2", "二")], 3_000).await;
    let codes = async |since| {
        let flags = store.flagged_entries(at(since), 10).await.unwrap();
        let codes = flags
            .into_iter()
            .map(|flag| flag.entry.entry.code.to_string());
        codes.collect::<Vec<_>>()
    };
    assert_eq!(codes(0).await, ["A-1"]);
    assert_eq!(codes(2_001).await, Vec::<String>::new());
    store.note_law_change(change(3, "", 4_000)).await.unwrap();
    assert_eq!(codes(4_000).await, ["A-1", "A-2"]);
}

pub(crate) async fn the_figures_of_a_span_are_counted(store: &dyn Store) {
    import(store, vec![entry("A-1", "一"), entry("A-2", "一")], 0).await;
    import(store, vec![entry("A-1", "二")], 5_000).await;
    let all = store.knowledge_figures((at(0), at(9_000))).await.unwrap();
    assert_eq!(
        (all.changes, all.entries, all.added, all.retired),
        (3, 2, 2, 0)
    );
    let late = store
        .knowledge_figures((at(5_000), at(9_000)))
        .await
        .unwrap();
    assert_eq!((late.changes, late.entries, late.added), (1, 1, 0));
    assert_eq!((late.accepted, late.direct), (0, 0));
}
