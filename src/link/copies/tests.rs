use super::*;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::PublishedEntry;
use crate::protocol::knowledge::EntryVector;
use crate::search::Query;
use crate::search::meaning::{DIMENSIONS, MODEL, Vector};
use std::sync::atomic::{AtomicU64, Ordering};

/// A server with numbered entries, two a page.
struct Base {
    name: Mutex<String>,
    entries: Mutex<Vec<PublishedEntry>>,
    /// Deltas that are still answered; then the line is cut.
    answers: AtomicU64,
    spoilt: Mutex<bool>,
    directory: Mutex<Directory>,
    vectors: Mutex<Vec<EntryVector>>,
}

impl Base {
    fn new(questions: &[&str]) -> Self {
        let base = Self {
            name: Mutex::new("one".into()),
            entries: Mutex::default(),
            answers: AtomicU64::new(u64::MAX),
            spoilt: Mutex::new(false),
            directory: Mutex::default(),
            vectors: Mutex::default(),
        };
        for question in questions {
            base.publish(question);
        }
        base
    }

    fn publish(&self, question: &str) {
        let mut entries = self.entries.lock().unwrap();
        let revision = entries.len() + 1;
        let entry = serde_json::json!({
            "code": format!("N-{revision}"), "question": question, "answer": "请带身份证办理。",
            "version": 1, "revision": revision,
        });
        entries.push(serde_json::from_value(entry).unwrap());
    }
}

impl Source for Base {
    fn uses(&self) -> BoxFuture<'_, Result<EntryUses, LinkError>> {
        let count = |n: usize| crate::protocol::uses::EntryUse {
            code: EntryCode::parse(&format!("N-{n}")).unwrap(),
            opened: n as u64,
            answered: 1,
        };
        let entries = (1..=self.entries.lock().unwrap().len()).map(count);
        let uses = EntryUses {
            entries: entries.collect(),
        };
        Box::pin(async move { Ok(uses) })
    }

    fn delta(&self, since: u64) -> BoxFuture<'_, Result<Delta, LinkError>> {
        let left = self.answers.fetch_sub(1, Ordering::SeqCst);
        let entries = self.entries.lock().unwrap();
        let newer = entries.iter().filter(|entry| entry.revision > since);
        let page: Vec<_> = newer.take(2).cloned().collect();
        let revision = entries.len() as u64;
        let mut checksum = hex(&sha256(&serde_json::to_vec(&page).unwrap()));
        if *self.spoilt.lock().unwrap() {
            checksum = hex(&[0; 32]);
        }
        let delta = Delta {
            base: self.name.lock().unwrap().clone(),
            revision,
            upto: page.last().map_or(revision, |entry| entry.revision),
            entries: page,
            checksum,
        };
        Box::pin(async move {
            if left == 0 {
                Err(LinkError::Offline("cut".into()))
            } else {
                Ok(delta)
            }
        })
    }

    fn vectors(&self, since: u64) -> BoxFuture<'_, Result<VectorDelta, LinkError>> {
        let made = self.vectors.lock().unwrap();
        let newest = made.len() as u64;
        let from = usize::try_from(since).unwrap();
        let page: Vec<_> = made.iter().skip(from).take(2).cloned().collect();
        let delta = VectorDelta {
            base: self.name.lock().unwrap().clone(),
            model: MODEL.into(),
            newest,
            upto: since + page.len() as u64,
            checksum: if *self.spoilt.lock().unwrap() {
                hex(&[0; 32])
            } else {
                hex(&sha256(&serde_json::to_vec(&page).unwrap()))
            },
            vectors: page,
        };
        Box::pin(async move { Ok(delta) })
    }

    fn directory(&self, since: u64) -> BoxFuture<'_, Result<DirectoryAnswer, LinkError>> {
        let held = self.directory.lock().unwrap().clone();
        Box::pin(async move {
            Ok(DirectoryAnswer {
                version: held.version,
                directory: (held.version > since).then_some(held),
            })
        })
    }
}

fn finds(copies: &Copies, text: &str) -> usize {
    let query = Query {
        text: text.into(),
        today: jiff::civil::date(2026, 11, 24),
        limit: 10,
    };
    copies.searcher().search(&query).unwrap().hits.len()
}

const QUESTIONS: [&str; 3] = ["公积金怎么提取", "暖气不热找谁", "路灯不亮报修"];

#[tokio::test]
async fn a_pull_brings_all_pages_and_the_copy_answers_without_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    let pulled = copies.pull_knowledge(&base, 0).await.unwrap();
    assert_eq!((pulled.revision, pulled.entries), (3, 3));
    assert_eq!(finds(&copies, "暖气不热"), 1);
    base.publish("水费怎么交");
    let pulled = copies.pull_knowledge(&base, 4).await.unwrap();
    assert_eq!(
        (pulled.revision, pulled.entries, pulled.anew),
        (4, 1, false)
    );
    drop(copies);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!((copies.revision(), finds(&copies, "水费")), (4, 1));
    let other = Copies::open(dir.path(), "http://b").unwrap();
    assert_eq!((other.revision(), finds(&other, "水费")), (0, 0));
}

#[tokio::test]
async fn a_pull_that_breaks_off_or_is_spoilt_leaves_the_old_copy() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS[..1]);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    for question in ["水费怎么交", "电费怎么交", "气费怎么交"] {
        base.publish(question);
    }
    base.answers.store(1, Ordering::SeqCst);
    let error = copies.pull_knowledge(&base, 4).await.unwrap_err();
    assert!(matches!(error, LinkError::Offline(_)));
    assert_eq!((copies.revision(), finds(&copies, "水费")), (1, 0));
    base.answers.store(u64::MAX, Ordering::SeqCst);
    *base.spoilt.lock().unwrap() = true;
    let error = copies.pull_knowledge(&base, 4).await.unwrap_err();
    assert!(matches!(error, LinkError::Checksum { .. }));
    assert_eq!(copies.revision(), 1);
    *base.spoilt.lock().unwrap() = false;
    copies.pull_knowledge(&base, 4).await.unwrap();
    assert_eq!((copies.revision(), finds(&copies, "气费")), (4, 1));
}

#[tokio::test]
async fn another_base_replaces_everything() {
    let dir = tempfile::tempdir().unwrap();
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies
        .pull_knowledge(&Base::new(&QUESTIONS), 0)
        .await
        .unwrap();
    let other = Base::new(&["水费怎么交"]);
    *other.name.lock().unwrap() = "two".into();
    let pulled = copies.pull_knowledge(&other, 1).await.unwrap();
    assert_eq!((pulled.revision, pulled.anew), (1, true));
    assert_eq!((finds(&copies, "暖气"), finds(&copies, "水费")), (0, 1));
    drop(copies);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!((finds(&copies, "暖气"), finds(&copies, "水费")), (0, 1));
}

/// Changes one byte in the middle of the files of the index in use that end so.
fn spoil(dir: &Path, ending: &str) {
    let mut spoilt = 0;
    for file in std::fs::read_dir(folder_of(dir, current(dir))).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == ending) {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            std::fs::write(&path, bytes).unwrap();
            spoilt += 1;
        }
    }
    assert!(spoilt > 0, "no file ends in .{ending}");
}

#[tokio::test]
async fn an_index_that_cannot_be_read_at_all_is_said_and_filled_again() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    let folder = folder_of(&copies.shared.dir, current(&copies.shared.dir));
    drop(copies);
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert!(copies.damaged().is_some());
    copies.pull_knowledge(&base, 0).await.unwrap();
    assert_eq!(finds(&copies, "路灯"), 1);
    assert_eq!(copies.damaged(), None);
}

#[tokio::test]
async fn a_damaged_index_is_built_anew_from_what_it_stores_while_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    let place = copies.shared.dir.clone();
    let folder = current(&place);
    drop(copies);
    spoil(&place, "fieldnorm");
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    let why = copies.damaged().unwrap();
    assert!(why.contains("fieldnorm"), "{why}");
    // Lengths are wrong, not the words: the old one still answers.
    assert_eq!((copies.revision(), finds(&copies, "路灯")), (3, 1));
    // No line is needed.
    let mending = copies.clone();
    let mended = tokio::task::spawn_blocking(move || mending.mend()).await;
    assert!(mended.unwrap().unwrap());
    assert_eq!((copies.damaged(), current(&place)), (None, folder + 1));
    assert_eq!((copies.revision(), finds(&copies, "路灯")), (3, 1));
    // It goes on from where it was.
    base.publish("水费怎么交");
    let pulled = copies.pull_knowledge(&base, 4).await.unwrap();
    assert_eq!((pulled.entries, pulled.anew), (1, false));
    drop(copies);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!((copies.damaged(), finds(&copies, "水费")), (None, 1));
}

#[tokio::test]
async fn what_an_index_stores_is_pulled_anew_where_that_is_damaged_too() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    let place = copies.shared.dir.clone();
    drop(copies);
    spoil(&place, "store");
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert!(copies.damaged().is_some());
    let mending = copies.clone();
    let mended = tokio::task::spawn_blocking(move || mending.mend()).await;
    assert!(mended.unwrap().is_err());
    let pulled = copies.pull_knowledge(&base, 3).await.unwrap();
    assert_eq!((pulled.revision, pulled.anew), (3, true));
    assert_eq!((copies.damaged(), finds(&copies, "路灯")), (None, 1));
}

#[tokio::test]
async fn a_suspicion_without_ground_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    let folder = current(&copies.shared.dir);
    copies.suspect("a search broke off");
    let mending = copies.clone();
    let mended = tokio::task::spawn_blocking(move || mending.mend()).await;
    assert!(!mended.unwrap().unwrap());
    assert_eq!(current(&copies.shared.dir), folder);
    assert_eq!((copies.damaged(), finds(&copies, "路灯")), (None, 1));
}

#[tokio::test]
async fn a_second_desk_follows_and_takes_over() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let first = Copies::open(dir.path(), "http://a").unwrap();
    let second = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!(finds(&second, "路灯"), 0);
    first.pull_knowledge(&base, 0).await.unwrap();
    let pulled = second.pull_knowledge(&base, 3).await.unwrap();
    assert_eq!((pulled.revision, pulled.entries), (3, 0));
    assert_eq!(finds(&second, "路灯"), 1);
    base.publish("水费怎么交");
    drop(first);
    let pulled = second.pull_knowledge(&base, 4).await.unwrap();
    assert_eq!((pulled.revision, pulled.entries), (4, 1));
    assert_eq!(finds(&second, "水费"), 1);
}

#[tokio::test]
async fn the_directory_is_kept_and_followed() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&[]);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert!(!copies.pull_directory(&base).await.unwrap());
    base.directory.lock().unwrap().version = 7;
    assert!(copies.pull_directory(&base).await.unwrap());
    assert!(!copies.pull_directory(&base).await.unwrap());
    drop(copies);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!(copies.directory().version, 7);
    base.directory.lock().unwrap().version = 2;
    assert!(copies.pull_directory(&base).await.unwrap());
    assert_eq!(copies.directory().version, 2);
}

/// A vector that points along one axis.
fn axis(at: usize) -> Vector {
    let mut numbers = vec![0.0; DIMENSIONS];
    numbers[at] = 1.0;
    Vector::of(&numbers)
}

impl Base {
    /// The vector of an entry as the server would have made it.
    fn read(&self, code: &str, revision: u64, at: usize) {
        self.vectors.lock().unwrap().push(EntryVector {
            code: EntryCode::parse(code).unwrap(),
            revision,
            vector: hex(&axis(at).to_bytes()),
        });
    }
}

fn nearest(copies: &Copies, at: usize) -> (String, u64) {
    let found = copies.near().nearest(&axis(at), 1);
    found
        .first()
        .map(|(code, revision)| (code.to_string(), *revision))
        .unwrap_or_default()
}

#[tokio::test]
async fn vectors_follow_the_entries_page_by_page_and_stay() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    assert!(!copies.pull_vectors(&base).await.unwrap(), "none was made");
    assert!(copies.near().is_empty());
    for at in 1..=3 {
        base.read(&format!("N-{at}"), at as u64, at);
    }
    assert!(copies.pull_vectors(&base).await.unwrap());
    assert_eq!(nearest(&copies, 2), ("N-2".into(), 2));
    assert!(!copies.pull_vectors(&base).await.unwrap(), "nothing new");
    // A changed entry's new vector takes the place of the old one.
    base.read("N-2", 4, 9);
    assert!(copies.pull_vectors(&base).await.unwrap());
    assert_eq!(nearest(&copies, 9), ("N-2".into(), 4));
    // Another process of the same user sees what the holder has.
    let follower = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!(nearest(&follower, 9), ("N-2".into(), 4));
    base.read("N-3", 5, 11);
    assert!(copies.pull_vectors(&base).await.unwrap());
    assert!(follower.pull_vectors(&base).await.unwrap());
    assert_eq!(nearest(&follower, 11), ("N-3".into(), 5));
    drop((copies, follower));
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert_eq!(nearest(&copies, 11), ("N-3".into(), 5));
}

#[tokio::test]
async fn spoilt_vectors_are_refused_and_a_damaged_file_is_pulled_anew() {
    let dir = tempfile::tempdir().unwrap();
    let base = Base::new(&QUESTIONS);
    base.read("N-1", 1, 1);
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    copies.pull_knowledge(&base, 0).await.unwrap();
    *base.spoilt.lock().unwrap() = true;
    let spoilt = copies.pull_vectors(&base).await;
    assert!(
        matches!(spoilt, Err(LinkError::Checksum { .. })),
        "{spoilt:?}"
    );
    assert!(copies.near().is_empty());
    *base.spoilt.lock().unwrap() = false;
    assert!(copies.pull_vectors(&base).await.unwrap());
    let file = copies.shared.dir.join("vectors");
    drop(copies);
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let copies = Copies::open(dir.path(), "http://a").unwrap();
    assert!(copies.near().is_empty());
    assert!(copies.pull_vectors(&base).await.unwrap());
    assert_eq!(nearest(&copies, 1), ("N-1".into(), 1));
}

#[tokio::test]
async fn how_often_entries_were_used_is_brought_once_a_day_and_shared() {
    let dir = tempfile::tempdir().unwrap();
    let copies = Copies::open(dir.path(), "http://one").unwrap();
    let base = Base::new(&["怎么提取公积金？", "停水了怎么办？"]);
    let code = |n: u32| EntryCode::parse(&format!("N-{n}")).unwrap();
    assert_eq!(copies.uses().of(&code(2)), (0, 0));
    assert!(copies.pull_uses(&base).await.unwrap());
    assert_eq!(copies.uses().of(&code(2)), (2, 1));
    base.publish("路灯不亮找谁？");
    assert!(
        !copies.pull_uses(&base).await.unwrap(),
        "those of today are here"
    );
    assert_eq!(copies.uses().of(&code(3)), (0, 0));
}

/// A server whose knowledge becomes another between two pages.
struct Moved(Base);

impl Source for Moved {
    fn uses(&self) -> BoxFuture<'_, Result<EntryUses, LinkError>> {
        self.0.uses()
    }

    fn delta(&self, since: u64) -> BoxFuture<'_, Result<Delta, LinkError>> {
        if since > 0 {
            *self.0.name.lock().unwrap() = "two".into();
        }
        self.0.delta(since)
    }

    fn vectors(&self, since: u64) -> BoxFuture<'_, Result<VectorDelta, LinkError>> {
        self.0.vectors(since)
    }

    fn directory(&self, since: u64) -> BoxFuture<'_, Result<DirectoryAnswer, LinkError>> {
        self.0.directory(since)
    }
}

#[tokio::test]
async fn everything_published_is_read_in_pages_each_checked() {
    let base = Base::new(&["一", "二", "三", "四", "五"]);
    {
        let mut entries = base.entries.lock().unwrap();
        entries[3].retired = true;
    }
    let codes: Vec<String> = published(&base)
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.code.to_string())
        .collect();
    assert_eq!(codes, ["N-1", "N-2", "N-3", "N-5"]);
    *base.spoilt.lock().unwrap() = true;
    let spoilt = published(&base).await;
    assert!(matches!(spoilt, Err(LinkError::Checksum { .. })));
    let moved = published(&Moved(Base::new(&["一", "二", "三"]))).await;
    assert!(matches!(moved, Err(LinkError::Answer { .. })), "one base");
}
