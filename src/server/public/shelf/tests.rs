use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::clock::Clocks;
use crate::domain::id::Account;
use crate::domain::knowledge::Entry;
use crate::server::core::CoreConfig;

fn entry(code: &str, revision: u64) -> PublishedEntry {
    serde_json::from_value(serde_json::json!({
        "code": code, "question": "公积金怎么提取？", "answer": "带证件。",
        "public": true, "version": 1, "revision": revision,
    }))
    .unwrap()
}

fn there(shelf: &Shelf, code: &str) -> bool {
    let code = EntryCode::parse(code).unwrap();
    shelf.searcher().entry(&code).unwrap().is_some()
}

#[test]
fn a_database_that_was_put_back_is_read_from_the_beginning() {
    let shelf = Shelf::over(None).unwrap();
    assert_eq!(shelf.begin("one", 0).unwrap(), 0);
    shelf.put("one", 7, vec![entry("A", 7)]).unwrap();
    assert_eq!(shelf.begin("one", 9).unwrap(), 7);
    assert!(there(&shelf, "A"));
    // The backup is from before revision 7: what was public then decides, not what came after it.
    assert_eq!((shelf.begin("one", 5).unwrap(), shelf.revision()), (0, 0));
    assert!(!there(&shelf, "A"));
    // Another knowledge base altogether.
    shelf.put("one", 5, vec![entry("B", 5)]).unwrap();
    assert_eq!(shelf.begin("two", 9).unwrap(), 0);
    assert!(!there(&shelf, "B"));
}

async fn publish(core: &Core, codes: impl Iterator<Item = usize>, public: bool) {
    let entry = |n| -> Entry {
        serde_json::from_value(serde_json::json!({
            "code": format!("E-{n}"), "question": format!("第{n}问"), "answer": "答", "public": public,
        }))
        .unwrap()
    };
    let by = Account::parse("wang").unwrap();
    let put = core
        .store()
        .import_knowledge(codes.map(entry).collect(), by, core.now(), |n| {
            n.to_string()
        });
    put.await.unwrap();
}

/// The entries of the start page.
fn start_page(shelf: &Shelf, core: &Core) -> Vec<String> {
    let found = shelf.search(core, "").unwrap();
    found.hits.iter().map(|hit| hit.code.to_string()).collect()
}

fn newest_down_from(n: usize) -> Vec<String> {
    (0..NEWEST).map(|back| format!("E-{}", n - back)).collect()
}

#[tokio::test]
async fn the_start_page_has_the_newest_after_a_restart_and_after_a_retreat() {
    let dir = tempfile::TempDir::new().unwrap();
    let clocks = Clocks::standard(Calendar::default());
    let core = Core::open(CoreConfig::in_dir(dir.path().join("data"), clocks));
    let core = core.await.unwrap();
    publish(&core, 0..30, true).await;
    // More than one look back holds nothing that is public.
    publish(&core, 100..(101 + BATCH as usize), false).await;
    let folder = dir.path().join("public-kb");
    let shelf = Shelf::over(Some(folder.clone())).unwrap();
    shelf.catch_up(&core).await.unwrap();
    let revision = shelf.revision();
    assert_eq!(start_page(&shelf, &core), newest_down_from(29));
    drop(shelf);
    let again = Shelf::over(Some(folder)).unwrap();
    let empty = again.search(&core, "").unwrap();
    assert_eq!((empty.revision, empty.hits.len()), (0, 0));
    again.catch_up(&core).await.unwrap();
    assert_eq!(again.revision(), revision);
    assert_eq!(start_page(&again, &core), newest_down_from(29));
    publish(&core, 25..30, false).await;
    again.catch_up(&core).await.unwrap();
    assert_eq!(
        start_page(&again, &core),
        newest_down_from(24),
        "none is missing"
    );
}

#[tokio::test]
async fn an_index_that_is_damaged_while_it_is_used_is_made_anew() {
    let dir = tempfile::TempDir::new().unwrap();
    let clocks = Clocks::standard(Calendar::default());
    let core = Core::open(CoreConfig::in_dir(dir.path().join("data"), clocks));
    let core = core.await.unwrap();
    publish(&core, 0..3, true).await;
    let folder = dir.path().join("public-kb");
    let shelf = Shelf::over(Some(folder.clone())).unwrap();
    shelf.catch_up(&core).await.unwrap();
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    publish(&core, 3..4, true).await;
    // Whether the engine sees it now or only later is its own affair; afterwards it is whole.
    let _ = shelf.catch_up(&core).await;
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    shelf.begin_anew();
    shelf.catch_up(&core).await.unwrap();
    assert!((0..4).all(|n| there(&shelf, &format!("E-{n}"))));
    assert!(KnowledgeIndex::open(&folder).is_ok());
}
