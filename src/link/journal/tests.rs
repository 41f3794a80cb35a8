use super::disk::Disk;
use super::frames::{self, HEADER};
use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

fn record(key: &str, value: impl Into<Option<Value>>) -> Record {
    Record {
        key: key.into(),
        value: value.into(),
    }
}

fn keys(journal: &Journal) -> Vec<String> {
    journal.records("").into_iter().map(|r| r.key).collect()
}

#[test]
fn what_was_kept_is_there_again_in_the_order_of_writing() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    {
        let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
        assert_eq!(opened, Opened::default());
        journal
            .append(&[record("draft/1", json!("停水")), record("screen", json!(1))])
            .unwrap();
        journal
            .append(&[
                record("draft/1", json!("停水三天")),
                record("gone", json!(0)),
            ])
            .unwrap();
        journal.append(&[record("gone", None)]).unwrap();
    }
    let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!(opened, Opened::default());
    assert_eq!(keys(&journal), ["screen", "draft/1"]);
    assert_eq!(journal.get("draft/1"), Some(json!("停水三天")));
    let bytes = std::fs::read(file_of(dir.path(), 0)).unwrap();
    assert!(!bytes.windows(6).any(|part| part == "停水".as_bytes()));
}

#[test]
fn a_file_torn_at_any_byte_keeps_every_whole_batch_before() {
    let key = FieldKey::generate();
    let batches: Vec<Vec<Record>> = (0..4)
        .map(|n| vec![record(&format!("k{n}"), json!(n)), record("last", json!(n))])
        .collect();
    let mut bytes = HEADER.to_vec();
    let mut ends = vec![bytes.len()];
    for (n, batch) in batches.iter().enumerate() {
        bytes.extend(frames::seal(&key, n as u64, batch).unwrap());
        ends.push(bytes.len());
    }
    let dir = tempfile::tempdir().unwrap();
    for cut in 0..=bytes.len() {
        let path = file_of(dir.path(), 0);
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let whole = ends[1..].iter().filter(|end| **end <= cut).count();
        let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
        assert_eq!(journal.records("k").len(), whole, "cut at {cut}");
        let torn = if cut < HEADER.len() {
            0
        } else {
            cut - ends[whole]
        };
        assert_eq!(opened.torn, torn as u64, "cut at {cut}");
        journal.append(&[record("after", json!(true))]).unwrap();
        drop(journal);
        let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
        assert_eq!((opened.torn, opened.damaged), (0, 0), "cut at {cut}");
        assert_eq!(journal.get("after"), Some(json!(true)), "cut at {cut}");
        assert_eq!(journal.records("k").len(), whole, "cut at {cut}");
    }
}

#[test]
fn a_damaged_frame_in_the_middle_costs_only_itself_and_leaves_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    let mut bytes = HEADER.to_vec();
    for n in 0..3 {
        bytes.extend(frames::seal(&key, n, &[record(&format!("k{n}"), json!(n))]).unwrap());
    }
    let frame = (bytes.len() - HEADER.len()) / 3;
    bytes[HEADER.len() + frame + 20] ^= 1;
    std::fs::write(file_of(dir.path(), 0), &bytes).unwrap();
    let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!(keys(&journal), ["k0", "k2"]);
    assert_eq!(opened.damaged, 1);
    assert_eq!(std::fs::read(opened.copy.unwrap()).unwrap(), bytes);
}

#[test]
fn a_journal_under_another_key_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    {
        let (journal, _) = Journal::open(dir.path(), &FieldKey::generate()).unwrap();
        journal.append(&[record("draft", json!("停水"))]).unwrap();
    }
    let bytes = std::fs::read(file_of(dir.path(), 0)).unwrap();
    let other = Journal::open(dir.path(), &FieldKey::generate());
    assert!(matches!(other, Err(JournalError::OtherKey { .. })));
    assert_eq!(std::fs::read(file_of(dir.path(), 0)).unwrap(), bytes);
}

#[test]
fn a_last_frame_that_is_whole_and_does_not_open_leaves_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    let mut bytes = HEADER.to_vec();
    for n in 0..2 {
        bytes.extend(frames::seal(&key, n, &[record("k", json!(n))]).unwrap());
    }
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(file_of(dir.path(), 0), &bytes).unwrap();
    let (journal, opened) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!(journal.get("k"), Some(json!(0)));
    assert_eq!(std::fs::read(opened.copy.unwrap()).unwrap(), bytes);
}

#[test]
fn two_first_sign_ins_at_once_share_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault");
    assert!(disk::publish(&path, b"first").unwrap());
    assert!(!disk::publish(&path, b"second").unwrap());
    assert_eq!(std::fs::read(path).unwrap(), b"first");
    let user = dir.path().join("u-wang");
    let vaults: Vec<_> = std::thread::scope(|scope| {
        let desks: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| open_vault(&user, "geheim").unwrap()))
            .collect();
        desks.into_iter().map(|desk| desk.join().unwrap()).collect()
    });
    let sealed = vaults[0].key().seal("x", b"words").unwrap();
    for vault in &vaults {
        assert_eq!(&**vault.key().open("x", &sealed).unwrap(), b"words");
    }
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 0);
    std::fs::write(&path, "a letter to my aunt").unwrap();
    assert!(matches!(
        Journal::open(dir.path(), &FieldKey::generate()),
        Err(JournalError::Foreign { .. })
    ));
    assert_eq!(std::fs::read(path).unwrap(), b"a letter to my aunt");
}

#[test]
fn a_second_desk_has_its_own_file_and_what_it_left_is_adopted() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    let (first, _) = Journal::open(dir.path(), &key).unwrap();
    let (second, _) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!((first.number, second.number), (0, 1));
    second
        .append(&[
            record("out/1", json!("unsent")),
            record("draft", json!("words")),
        ])
        .unwrap();
    let rename = |value: &Value| value.as_str().map(|text| format!("out/from-{text}"));
    assert_eq!(first.adopt("out/", rename).unwrap(), 0, "it is still open");
    drop(second);
    assert_eq!(first.adopt("out/", rename).unwrap(), 1);
    assert_eq!(first.get("out/from-unsent"), Some(json!("unsent")));
    assert_eq!(first.adopt("out/", rename).unwrap(), 0);
    let (second, _) = Journal::open(dir.path(), &key).unwrap();
    assert_eq!(keys(&second), ["draft"]);
}

#[test]
fn rewriting_keeps_what_lives_and_what_comes_after() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    let path = file_of(dir.path(), 0);
    let (shared, _) = Shared::open(&path, &key).unwrap();
    for n in 0..500 {
        shared
            .append(&[
                record("draft", json!(format!("{n:0>4000}"))),
                record(&format!("k{}", n % 3), json!(n)),
            ])
            .unwrap();
    }
    let before = std::fs::metadata(&path).unwrap().len();
    shared.rewrite().unwrap();
    let after = std::fs::metadata(&path).unwrap().len();
    assert!(before > 1 << 20 && after < 8_000, "{before} → {after}");
    shared
        .append(&[record("k0", None), record("new", json!(1))])
        .unwrap();
    drop(shared);
    let (shared, opened) = Shared::open(&path, &key).unwrap();
    assert_eq!(opened, Opened::default());
    let kept: Vec<_> = shared.records("").into_iter().map(|r| r.key).collect();
    assert_eq!(kept, ["k2", "draft", "k1", "new"]);
}

/// A disk that is full while the switch is on, after taking a few bytes all the same.
struct Filling {
    file: File,
    full: Arc<AtomicBool>,
}

impl Disk for Filling {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.full.load(Ordering::SeqCst) {
            self.file.append(&bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.file.append(bytes)
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.cut(len)
    }
    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        self.file.syncer()
    }
}

#[test]
fn a_full_disk_is_said_and_memory_goes_with_the_next_write() {
    let dir = tempfile::tempdir().unwrap();
    let key = FieldKey::generate();
    let path = file_of(dir.path(), 0);
    drop(Shared::open(&path, &key).unwrap());
    let full = Arc::new(AtomicBool::new(false));
    let disk = Filling {
        file: disk::open(&path).unwrap(),
        full: Arc::clone(&full),
    };
    let held = frames::read(&key, &std::fs::read(&path).unwrap());
    let shared = Shared::over(Box::new(disk), &path, &key, &held);
    shared.append(&[record("a", json!(1))]).unwrap();
    full.store(true, Ordering::SeqCst);
    for n in 0..2 {
        let failed = shared.append(&[record("b", json!(n))]);
        assert!(matches!(failed, Err(JournalError::Write { .. })));
    }
    assert_eq!(shared.get("b"), Some(json!(1)), "memory keeps it");
    full.store(false, Ordering::SeqCst);
    shared.append(&[record("c", json!(3))]).unwrap();
    drop(shared);
    let (shared, opened) = Shared::open(&path, &key).unwrap();
    assert_eq!(opened, Opened::default());
    assert_eq!(shared.get("b"), Some(json!(1)));
    assert_eq!(shared.get("c"), Some(json!(3)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_newest_value_of_every_key_wins(
        writes in prop::collection::vec((0u8..6, prop::option::of(0i64..100)), 1..60),
        rewrite_after in 0usize..60,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let key = FieldKey::generate();
        let path = file_of(dir.path(), 0);
        let mut expected = BTreeMap::new();
        {
            let (shared, _) = Shared::open(&path, &key).unwrap();
            for (at, (name, value)) in writes.iter().enumerate() {
                shared.append(&[record(&name.to_string(), value.map(Value::from))]).unwrap();
                match value {
                    Some(value) => expected.insert(name.to_string(), Value::from(*value)),
                    None => expected.remove(&name.to_string()),
                };
                if at == rewrite_after {
                    shared.rewrite().unwrap();
                }
            }
        }
        let (shared, _) = Shared::open(&path, &key).unwrap();
        let kept: BTreeMap<_, _> = shared.records("").into_iter()
            .filter_map(|record| Some((record.key, record.value?)))
            .collect();
        prop_assert_eq!(kept, expected);
    }
}

#[test]
fn the_vault_follows_a_new_password() {
    let dir = tempfile::tempdir().unwrap();
    let dots = crate::domain::id::Account::parse("..").unwrap();
    let user = user_dir(dir.path(), "http://one", &dots);
    assert!(user.ends_with("users/u-.."));
    assert_ne!(user, user_dir(dir.path(), "http://other", &dots));
    let sealed = open_vault(&user, "alt")
        .unwrap()
        .key()
        .seal("x", b"words")
        .unwrap();
    assert!(matches!(
        open_vault(&user, "neu"),
        Err(JournalError::Crypto(CryptoError::WrongPassword))
    ));
    change_password(&user, "alt", "neu").unwrap();
    let vault = open_vault(&user, "neu").unwrap();
    assert_eq!(&**vault.key().open("x", &sealed).unwrap(), b"words");
}
