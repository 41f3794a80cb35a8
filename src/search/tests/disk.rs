//! The index as a store: changed, closed, opened, damaged.

use super::super::*;
use super::entries::*;

#[test]
fn a_changed_entry_takes_the_place_of_the_old_and_a_retired_one_leaves() {
    let mut index = filled(&entries());
    let searcher = index.searcher();
    let mut changed = entry(
        3,
        &(
            "怎样领取高温津贴？",
            "天热有没有钱",
            "高温津贴",
            "由用人单位发放。",
        ),
    );
    changed.version = 3;
    let mut retired = entry(5, &ENTRIES[5]);
    retired.retired = true;
    index.apply(&[changed, retired]).unwrap();
    assert_ne!(
        searcher.search(&ask("高温津贴")).unwrap().hits[0].version,
        3,
        "not before the commit"
    );
    index.commit("test", 40).unwrap();
    assert_eq!(
        searcher.search(&ask("高温津贴")).unwrap().hits[0].version,
        3
    );
    let hits = searcher.search(&ask("灵活就业人员")).unwrap().hits;
    assert!(
        hits.iter().all(|hit| hit.tier == Tier::Words),
        "the old words are gone"
    );
    assert_eq!(searcher.entry(&code(5)).unwrap(), None);
    assert_eq!(
        searcher.entry(&code(4)).unwrap(),
        Some(entry(4, &ENTRIES[4]))
    );
    assert_eq!(
        (index.len(), index.revision()),
        (ENTRIES.len() as u64 - 1, 40)
    );
}

#[test]
fn base_and_revision_come_back_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        KnowledgeIndex::open(dir.path()),
        Err(SearchError::Missing { .. })
    ));
    let mut index = KnowledgeIndex::create(dir.path()).unwrap();
    assert_eq!((index.revision(), index.base()), (0, String::new()));
    index.apply(&entries()).unwrap();
    index.commit("jn", 30).unwrap();
    let reading = KnowledgeIndex::open(dir.path()).unwrap();
    assert_eq!(
        (reading.revision(), reading.base().as_str(), reading.len()),
        (30, "jn", 30)
    );

    index.reset().unwrap();
    index.apply(&entries()[..2]).unwrap();
    index.commit("other", 2).unwrap();
    assert_eq!(
        reading.revision(),
        30,
        "a reader sees a commit when it reloads"
    );
    reading.reload().unwrap();
    assert_eq!(
        (reading.revision(), reading.base().as_str(), reading.len()),
        (2, "other", 2)
    );
}

#[test]
fn only_one_process_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mut holder = KnowledgeIndex::create(dir.path()).unwrap();
    holder.apply(&entries()).unwrap();
    holder.commit("jn", 30).unwrap();
    let mut other = KnowledgeIndex::open(dir.path()).unwrap();
    assert!(matches!(
        other.apply(&entries()),
        Err(SearchError::Busy { .. })
    ));
    drop(holder);
    other.apply(&entries()).unwrap();
}

#[test]
fn damage_is_told_and_an_index_can_be_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut index = KnowledgeIndex::create(dir.path()).unwrap();
    index.apply(&entries()).unwrap();
    index.commit("jn", 30).unwrap();
    drop(index);
    std::fs::write(dir.path().join("kb.lock"), "kept").unwrap();
    let whole: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|kind| {
                ["store", "pos", "idx", "term", "fast"]
                    .iter()
                    .any(|k| kind == *k)
            }) || path.ends_with("meta.json")
        })
        .collect();
    assert!(whole.len() >= 5, "{whole:?}");
    for path in whole {
        let bytes = std::fs::read(&path).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 3] ^= 0xff;
        for broken in [&flipped[..], &bytes[..bytes.len() / 2], &[]] {
            std::fs::write(&path, broken).unwrap();
            let opened = KnowledgeIndex::open(dir.path());
            assert!(
                matches!(
                    opened,
                    Err(SearchError::Damaged { .. } | SearchError::OtherSchema { .. })
                ),
                "{}: {opened:?}",
                path.display()
            );
        }
        std::fs::write(&path, bytes).unwrap();
        KnowledgeIndex::open(dir.path()).unwrap();
    }
    std::fs::write(dir.path().join("meta.json"), "").unwrap();
    let mut anew = KnowledgeIndex::create(dir.path()).unwrap();
    assert!(anew.is_empty());
    anew.apply(&entries()).unwrap();
    anew.commit("jn", 30).unwrap();
    assert_eq!(
        std::fs::read_to_string(dir.path().join("kb.lock")).unwrap(),
        "kept"
    );
}
