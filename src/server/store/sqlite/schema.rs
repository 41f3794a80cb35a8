//! Opens a database and brings it to the version of this program, one numbered file after the other.

use super::{outbox, words};
use crate::crypto;
use crate::server::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// What brings a database from one version to the next: SQL, and before it what SQL can't do.
struct Migration {
    before: Option<fn(&Connection) -> rusqlite::Result<()>>,
    sql: &'static str,
}

/// Every migration, in order: the n-th brings `user_version` to n.
const MIGRATIONS: &[Migration] = &[
    Migration {
        before: None,
        sql: include_str!("migrations/001_start.sql"),
    },
    Migration {
        before: Some(outbox::number_the_rest),
        sql: include_str!("migrations/002_numbered_at_once.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/003_tries_by_address.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/004_main_tickets.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/005_knowledge_vectors.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/006_words_and_clocks.sql"),
    },
    Migration {
        before: Some(words::index_all),
        sql: include_str!("migrations/007_words_indexed.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/008_calendars.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/009_knowledge_drafts.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/010_jobs.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/011_outages.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/012_knowledge_uses.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/013_consults.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/014_figures.sql"),
    },
    Migration {
        before: None,
        sql: include_str!("migrations/015_asked.sql"),
    },
];

/// How long a connection waits for a lock of another process.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

fn fault(path: &Path) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
    |error| StoreError::Open {
        path: path.display().to_string(),
        problem: error.to_string(),
    }
}

/// The writing connection on an up-to-date database; makes the file when it is missing.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    private(path).map_err(|error| StoreError::Open {
        path: path.display().to_string(),
        problem: error.to_string(),
    })?;
    let connection = Connection::open(path).map_err(fault(path))?;
    prepare(&connection).map_err(fault(path))?;
    migrate(&connection, path)?;
    Ok(connection)
}

/// Makes the file before the engine does, readable by its owner only: texts stand in it in clear, for searching.
/// The engine gives the files beside it the same rights.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}

/// A reading connection on a database that [`open_writer`] has opened.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault(path))?;
    connection.busy_timeout(PATIENCE).map_err(fault(path))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // FULL: an answered write survives a power cut, not only a killed process.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

fn migrate(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let run = || -> rusqlite::Result<i64> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for (version, migration) in (1..)
            .zip(MIGRATIONS)
            .filter(|(version, _)| *version > found)
        {
            if let Some(before) = migration.before {
                before(connection)?;
            }
            connection.execute_batch(migration.sql)?;
            connection.pragma_update(None, "user_version", version)?;
        }
        connection.execute(
            "INSERT OR IGNORE INTO meta (name, value) VALUES ('knowledge_base', ?1)",
            [crypto::hex(&crypto::random::<16>())],
        )?;
        Ok(found)
    };
    // Asked before anything is touched: the newer program's tables may not be ours.
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(fault(path))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    match run() {
        Ok(_) => connection.execute_batch("COMMIT").map_err(fault(path)),
        Err(error) => {
            let _ = connection.execute_batch("ROLLBACK");
            Err(fault(path)(error))
        }
    }
}
