use super::{SqliteStore, lists};
use crate::crypto::{Keyring, chain};
use crate::domain::id::{Account, EntryCode, UnitCode};
use crate::domain::ticket::Stage;
use crate::server::store::suite::{at, lease, opened, opening, put, store_suite};
use crate::server::store::{Place, Store, StoreError, TicketOrder, TicketQuery, VectorRecord};
use futures_util::future::{join_all, poll_immediate};
use rusqlite::Connection;
use std::path::PathBuf;
use tempfile::TempDir;

fn make() -> (TempDir, SqliteStore) {
    let dir = TempDir::new().unwrap();
    let store = SqliteStore::open(&path(&dir)).unwrap();
    (dir, store)
}

fn path(dir: &TempDir) -> PathBuf {
    dir.path().join("hotline.db")
}

store_suite!(make());

#[tokio::test]
async fn a_failing_job_leaves_its_neighbours_alone() {
    let (_dir, store) = make();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let mut first = store.writer.run(move |_| Ok(held.recv().is_ok()));
    assert!(poll_immediate(&mut first).await.is_none());
    // While the first is held up the others gather, and so share one commit.
    let mut jobs: Vec<_> = (0..8)
        .map(|n| {
            store.writer.run(move |db| {
                db.execute(
                    "INSERT INTO seats (no, doc) VALUES (?1, '')",
                    [n.to_string()],
                )?;
                match n {
                    2 => Err(StoreError::Missing),
                    5 => panic!("a fault of ours"),
                    6 => Ok(db.execute("INSERT INTO nowhere VALUES (1)", [])?),
                    _ => Ok(n),
                }
            })
        })
        .collect();
    for job in &mut jobs {
        assert!(poll_immediate(job).await.is_none());
    }
    release.send(()).unwrap();
    assert!(first.await.unwrap());
    let done: Vec<bool> = join_all(jobs).await.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, true, false, true, true, false, false, true]);
    let kept = store.readers.run(|db| {
        Ok(
            db.query_row("SELECT group_concat(no, ' ') FROM seats", [], |row| {
                row.get::<_, String>(0)
            })?,
        )
    });
    assert_eq!(kept.await.unwrap(), "0 1 3 4 7");
}

#[tokio::test]
async fn what_a_group_that_was_not_kept_refused_may_be_tried_again() {
    let (_dir, store) = make();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begin, running) = std::sync::mpsc::channel();
    let mut first = store.writer.run(move |_| {
        begin.send(()).unwrap();
        Ok(held.recv().is_ok())
    });
    assert!(poll_immediate(&mut first).await.is_none());
    running.recv().unwrap();
    // Only the commit finds out that the reference leads nowhere.
    let mut broken = store.writer.run(|db| {
        Ok(db.execute_batch(
            "CREATE TABLE main (id INTEGER PRIMARY KEY);
             CREATE TABLE part (main REFERENCES main DEFERRABLE INITIALLY DEFERRED);
             INSERT INTO part VALUES (1)",
        )?)
    });
    let mut refused = store.writer.run(|_| {
        Err::<(), _>(StoreError::Stale {
            current: 2,
            expected: 1,
        })
    });
    assert!(poll_immediate(&mut broken).await.is_none());
    assert!(poll_immediate(&mut refused).await.is_none());
    release.send(()).unwrap();
    assert!(first.await.unwrap());
    assert!(matches!(broken.await, Err(StoreError::Unavailable(_))));
    assert!(matches!(refused.await, Err(StoreError::Unavailable(_))));
    assert!(store.writer.run(|_| Ok(true)).await.unwrap());
}

#[tokio::test]
async fn a_dropped_request_neither_breaks_the_writer_nor_halves_the_write() {
    let (_dir, store) = make();
    lease(&store).await;
    let keyring = Keyring::ephemeral();
    let (ticket, event) = opened(1, 0, "路灯");
    let mut write = store.write_ticket(opening(&keyring, &ticket, &event));
    let _ = poll_immediate(&mut write).await;
    drop(write);
    put(&store, &keyring, 2, 1, "下一张").await;
    // Handed over before the other one, so it was done before it.
    assert!(store.ticket(ticket.id).await.unwrap().is_some());
    assert_eq!(store.events(ticket.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_log_takes_no_change_and_no_deletion() {
    let (dir, store) = make();
    lease(&store).await;
    put(&store, &Keyring::ephemeral(), 1, 0, "路灯").await;
    let db = Connection::open(path(&dir)).unwrap();
    for sql in [
        "UPDATE events SET json = ''",
        "DELETE FROM events",
        "UPDATE chain SET head = zeroblob(32)",
        "DELETE FROM chain",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    let (dir, store) = make();
    lease(&store).await;
    let keyring = Keyring::ephemeral();
    let record = put(&store, &keyring, 1, 0, "路灯").await;
    let base = store.knowledge_base().await.unwrap();
    drop(store);
    let store = SqliteStore::open(&path(&dir)).unwrap();
    assert!(store.ticket(record.id).await.unwrap().is_some());
    assert_eq!(store.knowledge_base().await.unwrap(), base);
}

#[test]
fn a_newer_database_is_refused_in_words() {
    let (dir, store) = make();
    drop(store);
    let db = Connection::open(path(&dir)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    let refused = SqliteStore::open(&path(&dir)).err().unwrap();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }));
    assert!(refused.to_string().contains("newer program"));
}

#[test]
fn a_file_that_is_no_database_is_refused_with_its_path() {
    let dir = TempDir::new().unwrap();
    std::fs::write(
        path(&dir),
        "this is no database, and long enough to be read as one".repeat(9),
    )
    .unwrap();
    let refused = SqliteStore::open(&path(&dir)).err().unwrap();
    assert!(refused.to_string().contains("hotline.db"), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, store) = make();
    lease(&store).await;
    let files = std::fs::read_dir(dir.path()).unwrap();
    for file in files.map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} has {mode:o}", file.file_name());
    }
}

#[tokio::test]
async fn what_version_one_left_unnumbered_is_numbered_and_chained() {
    let dir = TempDir::new().unwrap();
    let db = Connection::open(path(&dir)).unwrap();
    db.execute_batch(include_str!("migrations/001_start.sql"))
        .unwrap();
    db.execute_batch(
        "PRAGMA user_version = 1;
         INSERT INTO outbox (seq, at_ms, notice, link) VALUES (1, 1, 'told', NULL), (NULL, 2, 'b', zeroblob(32)), (NULL, 3, 'c', NULL);
         UPDATE sequence SET newest = 1;",
    )
    .unwrap();
    drop(db);
    let store = SqliteStore::open(&path(&dir)).unwrap();
    let rows = store.outbox_after(0, 10).await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.seq, row.notice.as_str()))
        .collect();
    assert_eq!(rows, [(1, "told"), (2, "b"), (3, "c")]);
    assert_eq!(*store.told().borrow(), 3);
    let chained = store.readers.run(|db| {
        Ok(
            db.query_row("SELECT seq, link, head FROM chain", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?,
        )
    });
    let (seq, link, head): (i64, [u8; 32], [u8; 32]) = chained.await.unwrap();
    assert_eq!(
        (seq, link, head),
        (2, [0; 32], chain::link(&chain::START, &[0; 32]))
    );
}

#[tokio::test]
async fn what_was_there_before_the_index_of_words_is_found() {
    let dir = TempDir::new().unwrap();
    let db = Connection::open(path(&dir)).unwrap();
    for sql in [
        include_str!("migrations/001_start.sql"),
        include_str!("migrations/002_numbered_at_once.sql"),
        include_str!("migrations/003_tries_by_address.sql"),
        include_str!("migrations/004_main_tickets.sql"),
        include_str!("migrations/005_knowledge_vectors.sql"),
    ] {
        db.execute_batch(sql).unwrap();
    }
    db.execute_batch(
        "PRAGMA user_version = 5;
         INSERT INTO tickets (id, number, version, head, key, doc, stage, opened_by, lane, due_ms, changed_ms, opened_ms, title, text)
         VALUES (zeroblob(16), 'JN-20261124-000001', 1, zeroblob(32), x'00', '{}', 'dispatched', 'wang', 'citizen', 77, 5, 5, '路燈', '三号楼'),
                (x'00000000000000000000000000000001', 'JN-20261124-000002', 1, zeroblob(32), x'00', '{}', 'draft', 'wang', 'citizen', NULL, 5, 5, '停水', '三号楼');
         INSERT INTO ticket_units (ticket, place, unit) VALUES (zeroblob(16), 0, 'JN-CG');",
    )
    .unwrap();
    drop(db);
    let store = SqliteStore::open(&path(&dir)).unwrap();
    let found = async |set: fn(&mut TicketQuery)| {
        let mut query = TicketQuery {
            limit: 9,
            ..TicketQuery::default()
        };
        set(&mut query);
        store.tickets(query).await.unwrap().len()
    };
    assert_eq!(found(|q| q.words = Some("路灯".to_owned())).await, 1);
    assert_eq!(found(|q| q.words = Some("号楼".to_owned())).await, 2);
    assert_eq!(found(|q| q.stages = vec![Stage::Draft]).await, 1);
    let led = |q: &mut TicketQuery| {
        q.order = TicketOrder::Due;
        q.lead = UnitCode::parse("JN-CG").ok();
    };
    assert_eq!(found(led).await, 1);
}

/// What the engine means to do for a statement, a line a step.
fn plan(db: &Connection, asked: &lists::Asked) -> Vec<String> {
    let mut statement = db
        .prepare(&format!("EXPLAIN QUERY PLAN {}", asked.sql))
        .unwrap();
    let values = rusqlite::params_from_iter(&asked.values);
    let rows = statement.query_map(values, |row| row.get("detail"));
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn no_page_walks_all_tickets_or_sorts_what_may_be_many() {
    let (dir, store) = make();
    lease(&store).await;
    put(&store, &Keyring::ephemeral(), 1, 0, "路灯").await;
    let db = Connection::open(path(&dir)).unwrap();
    let after = Some(Place {
        ms: 5,
        id: uuid::Uuid::nil(),
    });
    let base = TicketQuery {
        limit: 50,
        after,
        ..TicketQuery::default()
    };
    let with = |set: &dyn Fn(&mut TicketQuery)| {
        let mut query = base.clone();
        set(&mut query);
        query
    };
    let unit = UnitCode::parse("JN-CG").unwrap();
    let me = Account::parse("wang").unwrap();
    let all = lists::sorted(&base, None);
    let first = lists::sorted(&with(&|q| q.after = None), None);
    let by_index = [
        with(&|q| q.words = Some("路灯".to_owned())),
        with(&|q| q.words = Some("灯".to_owned())),
        with(&|q| q.stages = vec![Stage::Closed, Stage::Draft]),
        with(&|q| q.unit = Some(unit.clone())),
        with(&|q| q.opened_by = Some(me.clone())),
        with(&|q| q.changed_since = Some(at(3))),
    ]
    .map(|query| lists::indexed(&query, "names : \"ｓ\""));
    let by_clock = [
        base.clone(),
        with(&|q| q.lead = Some(unit.clone())),
        with(&|q| q.opened_by = Some(me.clone())),
    ]
    .map(|query| lists::clocked(&query, Stage::Draft));
    for asked in [all, first].iter().chain(&by_index).chain(&by_clock) {
        let steps = plan(&db, asked);
        for step in &steps {
            let ordered = step == "SCAN tickets USING INDEX tickets_by_change"
                || step.starts_with("SCAN ticket_words VIRTUAL TABLE INDEX");
            assert!(
                step.starts_with("SEARCH") || ordered,
                "{}: {step}",
                asked.sql
            );
        }
    }
    // What is little is sorted, and found by an index of its own.
    let number = lists::sorted(&with(&|q| q.number = Some([1; 16])), None);
    let worded = with(&|q| q.order = TicketOrder::Due);
    for asked in [number, lists::sorted(&worded, Some("words : \"路灯\""))] {
        let steps = plan(&db, &asked);
        let scan = |step: &String| step.starts_with("SCAN tickets");
        assert!(!steps.iter().any(scan), "{}: {steps:?}", asked.sql);
    }
}

#[tokio::test]
async fn a_full_disk_and_one_that_may_only_be_read_are_said() {
    let (_dir, store) = make();
    lease(&store).await;
    let rule = async |sql: &'static str| {
        let set = store.writer.run(move |db| {
            let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let sql = sql.replace("{pages}", &pages.to_string());
            db.query_row(&sql, [], |_| Ok(())).or(Ok(()))
        });
        set.await.unwrap();
    };
    let keyring = Keyring::ephemeral();
    // The engine's own limit on the file fails as a disk does that has no page left.
    rule("PRAGMA max_page_count = {pages}").await;
    let mut full = None;
    for serial in 1..100 {
        let (ticket, event) = opened(serial, 0, "路灯");
        if let Err(error) = store.write_ticket(opening(&keyring, &ticket, &event)).await {
            full = Some(error);
            break;
        }
    }
    assert!(matches!(full, Some(StoreError::DiskFull)), "{full:?}");
    rule("PRAGMA max_page_count = 1000000").await;
    put(&store, &keyring, 200, 0, "又能写了").await;
    rule("PRAGMA query_only = ON").await;
    let refused = store.prove_writable(at(1)).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    let (ticket, event) = opened(300, 0, "路灯");
    let refused = store.write_ticket(opening(&keyring, &ticket, &event)).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn the_vector_of_a_retired_entry_is_not_sent() {
    let (dir, store) = make();
    let entry = |code: &str| {
        serde_json::from_value(serde_json::json!({"code": code, "question": "问", "answer": "答"}))
            .unwrap()
    };
    let by = Account::parse("wang").unwrap();
    let entries = vec![entry("A-1"), entry("A-2")];
    let done = store.import_knowledge(entries, by, at(0), |revision| revision.to_string());
    done.await.unwrap();
    let vector = |code: &str, revision| VectorRecord {
        code: EntryCode::parse(code).unwrap(),
        seq: 0,
        revision,
        vector: vec![1],
    };
    let vectors = vec![vector("A-1", 1), vector("A-2", 2)];
    store.put_vectors("m", vectors).await.unwrap();
    let db = Connection::open(path(&dir)).unwrap();
    let retire = "UPDATE knowledge SET retired = 1 WHERE code = 'A-1'";
    assert_eq!(db.execute(retire, []), Ok(1));
    let sent = store.vectors_since("m", 0, 10).await.unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].code.as_str(), "A-2");
}
