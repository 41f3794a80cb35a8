//! What is this engine's own; what every engine must do is in the suite.

#[path = "../../../../tests/support/postgres.rs"]
mod cluster;

use super::{PostgresAddress, PostgresStore};
use crate::crypto::Keyring;
use crate::server::store::suite::{DAY, account, at, lease, opened, opening, put, store_suite};
use crate::server::store::{Store, StoreError, Throttle};
use futures_util::future::{join, join_all, poll_immediate};
use std::collections::BTreeSet;
use uuid::Uuid;

async fn open(address: &str) -> PostgresStore {
    let address = PostgresAddress::parse(address, None).unwrap();
    PostgresStore::open(&address, Uuid::new_v4()).await.unwrap()
}

async fn make() -> (String, PostgresStore) {
    let address = cluster::database().await;
    let store = open(&address).await;
    (address, store)
}

store_suite!(make().await);

/// Two servers' stores on one database.
async fn two() -> (PostgresStore, PostgresStore) {
    let (address, one) = make().await;
    let other = open(&address).await;
    (one, other)
}

#[tokio::test]
async fn a_dropped_request_neither_breaks_the_pool_nor_halves_the_write() {
    let (_address, store) = make().await;
    lease(&store).await;
    let keyring = Keyring::ephemeral();
    let mut dropped = Vec::new();
    for serial in 1..=200 {
        let (ticket, event) = opened(serial, 0, "路灯");
        let mut write = store.write_ticket(opening(&keyring, &ticket, &event));
        // Each is given a little more time than the one before: they end before, within and after their statements.
        for _ in 0..serial / 4 {
            if poll_immediate(&mut write).await.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(write);
        let mut read = store.ticket(ticket.id);
        for _ in 0..serial % 8 {
            if poll_immediate(&mut read).await.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        dropped.push(ticket.id);
    }
    // Handed over after the others, so it is done after them; and all readers are still there.
    put(&store, &keyring, 500, 1, "下一张").await;
    let found = dropped.iter().map(|id| store.ticket(*id));
    let found = join_all(found).await.into_iter().map(Result::unwrap);
    let mut whole = 1;
    for ticket in found.flatten() {
        assert_eq!(store.events(ticket.id).await.unwrap().len(), 1);
        whole += 1;
    }
    assert_eq!(
        store.outbox_span().await.unwrap().1,
        whole,
        "told once each"
    );
}

#[tokio::test]
async fn a_failing_job_leaves_its_neighbours_alone() {
    let (address, store) = make().await;
    // The writer is held up by a lock, so the jobs behind the first one gather and share a commit.
    let blocker = cluster::connect(&address).await;
    blocker
        .batch_execute("BEGIN; LOCK TABLE seats")
        .await
        .unwrap();
    let jobs = (0..8).map(|n| {
        store.writer.run(n, |db, n| {
            Box::pin(async move {
                let no = n.to_string();
                let sql = "INSERT INTO seats (no, doc) VALUES ($1, '')";
                db.run(sql, &[&no]).await?;
                match n {
                    2 => Err(StoreError::Missing),
                    4 => {
                        let _ = db.batch("an overlooked fault").await;
                        Ok(*n)
                    }
                    5 => panic!("a fault of ours"),
                    6 => db
                        .batch("INSERT INTO nowhere VALUES (1)")
                        .await
                        .map(|()| *n),
                    _ => Ok(*n),
                }
            })
        })
    });
    let mut jobs: Vec<_> = jobs.collect();
    for job in &mut jobs {
        assert!(poll_immediate(job).await.is_none());
    }
    blocker.batch_execute("ROLLBACK").await.unwrap();
    let done: Vec<bool> = join_all(jobs).await.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, true, false, true, false, false, false, true]);
    let kept = blocker.query_one("SELECT string_agg(no, ' ' ORDER BY no) FROM seats", &[]);
    assert_eq!(kept.await.unwrap().get::<_, &str>(0), "0 1 3 7");
}

#[tokio::test]
async fn the_log_takes_no_change_and_no_deletion() {
    let (address, store) = make().await;
    lease(&store).await;
    put(&store, &Keyring::ephemeral(), 1, 0, "路灯").await;
    let client = cluster::connect(&address).await;
    for sql in [
        "UPDATE events SET json = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE chain SET head = link",
        "DELETE FROM chain",
        "DELETE FROM calendars",
    ] {
        let refused = client.batch_execute(sql).await.unwrap_err();
        let refused = refused.as_db_error().unwrap().message().to_owned();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn servers_that_start_at_once_make_one_database() {
    let address = cluster::database().await;
    let stores = join_all((0..4).map(|_| open(&address))).await;
    let bases = join_all(stores.iter().map(Store::knowledge_base)).await;
    let bases: BTreeSet<String> = bases.into_iter().map(Result::unwrap).collect();
    assert_eq!(bases.len(), 1);
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let (address, store) = make().await;
    drop(store);
    let client = cluster::connect(&address).await;
    let newer = client.batch_execute("UPDATE schema_version SET version = 99");
    newer.await.unwrap();
    let address = PostgresAddress::parse(&address, None).unwrap();
    let refused = PostgresStore::open(&address, Uuid::nil())
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_without_its_password() {
    let (address, _store) = make().await;
    let wrong = address.replace("hotline@", "hotline:geheim@") + "nowhere";
    let wrong = PostgresAddress::parse(&wrong, None).unwrap();
    let refused = PostgresStore::open(&wrong, Uuid::nil())
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        refused.contains("nowhere") && !refused.contains("geheim"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_said() {
    let (address, store) = make().await;
    let client = cluster::connect(&address).await;
    let name = address.rsplit('/').next().unwrap().to_owned();
    let rule = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    client.batch_execute(&rule).await.unwrap();
    drop(store);
    // Opened as it stands, nothing is to be made in it.
    let parsed = PostgresAddress::parse(&address, None).unwrap();
    let refused = PostgresStore::open(&parsed, Uuid::nil()).await;
    assert!(refused.is_err(), "the version is written when it is opened");
    client
        .batch_execute(&format!(
            "ALTER DATABASE {name} RESET default_transaction_read_only"
        ))
        .await
        .unwrap();
    let store = open(&address).await;
    client.batch_execute(&rule).await.unwrap();
    // The writer's connection comes about now, with what is said of the database.
    let refused = store.prove_writable(at(1)).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_number_what_they_tell_in_one_order_and_hear_each_other() {
    let (one, other) = two().await;
    lease(&one).await;
    let keyring = Keyring::ephemeral();
    let tickets: Vec<_> = (1..=120).map(|n| opened(n, i64::from(n), "路灯")).collect();
    let writes = tickets.iter().enumerate().map(|(n, (ticket, event))| {
        let store = if n % 2 == 0 { &one } else { &other };
        store.write_ticket(opening(&keyring, ticket, event))
    });
    for done in join_all(writes).await {
        done.unwrap();
    }
    for store in [&one, &other] {
        let mut told = store.told();
        told.wait_for(|newest| *newest == 120).await.unwrap();
        let rows = store.outbox_after(0, 500).await.unwrap();
        let order: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        assert_eq!(order, (1..=120).collect::<Vec<u64>>());
        let notices: BTreeSet<_> = rows.into_iter().map(|row| row.notice).collect();
        assert_eq!(notices.len(), 120);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_one_server_sees_no_gap_while_two_write() {
    let (one, other) = two().await;
    lease(&one).await;
    let keyring = Keyring::ephemeral();
    let follow = async {
        let (mut told, mut last) = (one.told(), 0);
        while last < 200 {
            told.wait_for(|newest| *newest > last).await.unwrap();
            for row in one.outbox_after(last, 1000).await.unwrap() {
                assert_eq!(row.seq, last + 1, "a later number was seen first");
                last = row.seq;
            }
        }
    };
    let write = async |store: &PostgresStore, from: u32| {
        for serial in from..from + 100 {
            put(store, &keyring, serial, i64::from(serial), "路灯").await;
        }
    };
    join(follow, join(write(&one, 1), write(&other, 101))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_lease_no_number_twice_and_count_tries_together() {
    let (one, other) = two().await;
    let leases = (0..60).map(|n| if n % 2 == 0 { &one } else { &other }.lease_numbers(DAY, 5));
    let mut serials = BTreeSet::new();
    for block in join_all(leases).await {
        let mut block = block.unwrap();
        while let Some(number) = block.take() {
            assert!(serials.insert(number.serial()), "leased twice");
        }
    }
    assert_eq!(serials.len(), 300);
    let tries = (0..20).map(|n| {
        let store = if n % 2 == 0 { &one } else { &other };
        store.count_sign_in(account("wang"), [1; 16], at(0))
    });
    let tries = join_all(tries).await.into_iter().map(Result::unwrap);
    let free = tries
        .filter(|tried| matches!(tried, Throttle::Try(_)))
        .count();
    assert_eq!(free, 5, "five are free, whichever server is asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_changes_of_one_version_one_is_refused() {
    let (one, other) = two().await;
    lease(&one).await;
    let keyring = Keyring::ephemeral();
    for serial in 1..=20 {
        let first = put(&one, &keyring, serial, 0, "路灯").await;
        let change = || {
            let (ticket, event) = opened(serial, 1, "改");
            let mut write = opening(&keyring, &ticket, &event);
            (write.ticket.id, write.ticket.version, write.expected) = (first.id, 2, 1);
            write.events[0].version = 2;
            write
        };
        let (left, right) = join(one.write_ticket(change()), other.write_ticket(change())).await;
        let refused = match (left, right) {
            (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
            both => panic!("{both:?}"),
        };
        let stale = matches!(
            refused,
            StoreError::Stale {
                current: 2,
                expected: 1
            }
        );
        assert!(stale, "{refused:?}");
    }
}

#[tokio::test]
async fn a_write_that_crossed_another_is_begun_anew_and_its_neighbours_once() {
    let (address, store) = make().await;
    let client = cluster::connect(&address).await;
    // Counts on though a transaction is taken back.
    client.batch_execute("CREATE SEQUENCE runs").await.unwrap();
    let crossing = store.writer.run(3, |db, crossings: &i64| {
        Box::pin(async move {
            let run: i64 = db.one("SELECT nextval('runs')", &[]).await?.get(0);
            db.run("INSERT INTO seats (no, doc) VALUES ('crossing', '')", &[])
                .await?;
            if run <= *crossings {
                let crosses =
                    "DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = '40P01'; END $$";
                db.batch(crosses).await?;
            }
            Ok(run)
        })
    });
    let neighbour = store.writer.run((), |db, ()| {
        Box::pin(db.run("INSERT INTO seats (no, doc) VALUES ('neighbour', '')", &[]))
    });
    let (run, kept) = join(crossing, neighbour).await;
    assert_eq!((run.unwrap(), kept.unwrap()), (4, 1));
    let hopeless = store.writer.run((), |db, ()| {
        Box::pin(db.batch("DO $$ BEGIN RAISE EXCEPTION 'crossed' USING ERRCODE = '40001'; END $$"))
    });
    assert!(matches!(hopeless.await, Err(StoreError::Unavailable(_))));
    let kept = client.query_one("SELECT string_agg(no, ' ' ORDER BY no) FROM seats", &[]);
    assert_eq!(kept.await.unwrap().get::<_, &str>(0), "crossing neighbour");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_are_made_anew() {
    let (address, store) = make().await;
    lease(&store).await;
    let keyring = Keyring::ephemeral();
    put(&store, &keyring, 1, 0, "路灯").await;
    let other = open(&address).await;
    let client = cluster::connect(&address).await;
    let broken = client
        .query_one(
            "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
        .await
        .unwrap();
    assert!(
        broken.get::<_, i64>(0) >= 4,
        "writers, readers and listeners"
    );
    // Whoever meets the broken line is told to try again, and then it is another one.
    let (ticket, event) = opened(2, 1, "又一张");
    let mut tries = 0;
    while let Err(error) = store.write_ticket(opening(&keyring, &ticket, &event)).await {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        tries += 1;
        assert!(tries < 20, "{error}");
    }
    let mut told = other.told();
    told.wait_for(|newest| *newest == 2).await.unwrap();
}
