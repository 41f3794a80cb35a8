//! Brings a database to the version of this program, one numbered file after the other.

use super::address::PostgresAddress;
use super::db::fault;
use crate::crypto;
use crate::server::store::StoreError;
use tokio_postgres::Client;

/// Every migration, in order: the n-th brings the version to n.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_start.sql"),
    include_str!("migrations/002_consults.sql"),
    include_str!("migrations/003_figures.sql"),
];

/// Held while a server looks at the version, so that of several that start at once one brings it on.
const LOCK: i64 = 0x686f_746c_696e_6531;

/// Brings the database on. Errors: `Newer`, `Open`.
pub(super) async fn migrate(address: &PostgresAddress) -> Result<(), StoreError> {
    let open = |error: StoreError| match error {
        error @ (StoreError::Newer { .. } | StoreError::Open { .. }) => error,
        error => StoreError::Open {
            path: address.to_string(),
            problem: error.to_string(),
        },
    };
    let connected = address.config.connect(address.tls()?).await;
    let (mut client, connection) = connected.map_err(|error| open(fault(&error)))?;
    let line = tokio::spawn(connection);
    let done = bring_on(&mut client).await.map_err(open);
    drop(client);
    // Ends with the client; what went wrong on it the client was told.
    let _ = line.await;
    done
}

async fn bring_on(client: &mut Client) -> Result<(), StoreError> {
    let sql = |error: tokio_postgres::Error| fault(&error);
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let step = client.transaction().await.map_err(sql)?;
    let lock = step.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]);
    lock.await.map_err(sql)?;
    // Looked at before anything is made: the newer program's tables may not be ours.
    let there = "SELECT to_regclass('schema_version') IS NOT NULL";
    let there: bool = step.query_one(there, &[]).await.map_err(sql)?.get(0);
    if !there {
        let make = "CREATE TABLE schema_version (one bigint PRIMARY KEY CHECK (one = 1), version bigint NOT NULL);
             INSERT INTO schema_version (one, version) VALUES (1, 0)";
        step.batch_execute(make).await.map_err(sql)?;
    }
    let row = step.query_one("SELECT version FROM schema_version", &[]);
    let found: i64 = row.await.map_err(sql)?.get(0);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (_, migration) in (1..)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > found)
    {
        step.batch_execute(migration).await.map_err(sql)?;
    }
    if found < known {
        let set = "UPDATE schema_version SET version = $1";
        step.execute(set, &[&known]).await.map_err(sql)?;
    }
    let name =
        "INSERT INTO meta (name, value) VALUES ('knowledge_base', $1) ON CONFLICT DO NOTHING";
    let base = crypto::hex(&crypto::random::<16>());
    step.execute(name, &[&base]).await.map_err(sql)?;
    step.commit().await.map_err(sql)
}
