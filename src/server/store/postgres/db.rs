//! One connection with its statements, taken out of the pool for one use.

use crate::server::store::{OutboxNew, StoreError};
use deadpool_postgres::{Object, PoolError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};

/// What a statement is given.
pub(super) type Given<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection.
pub(super) struct Db {
    client: Object,
    /// A statement failed since the last look: the transaction may be gone.
    failed: AtomicBool,
    /// What the transaction has to tell; numbered at its end.
    told: Mutex<Vec<OutboxNew>>,
}

impl Db {
    pub(super) fn new(client: Object) -> Self {
        Self {
            client,
            failed: AtomicBool::new(false),
            told: Mutex::default(),
        }
    }

    fn noted<T>(&self, done: Result<T, Error>) -> Result<T, StoreError> {
        done.map_err(|error| {
            self.failed.store(true, Ordering::Relaxed);
            fault(&error)
        })
    }

    /// True when a statement failed since this was asked last.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.swap(false, Ordering::Relaxed)
    }

    /// True when the connection is of no more use.
    pub(super) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    /// Statements without parameters and answers.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.noted(self.client.batch_execute(sql).await)
    }

    /// All rows.
    pub(super) async fn all(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>, StoreError> {
        let statement = self.noted(self.client.prepare_cached(sql).await)?;
        self.noted(self.client.query(&statement, given).await)
    }

    /// All rows, planned for what is given this time: for lists, whose best plan depends on it.
    pub(super) async fn planned(
        &self,
        sql: &str,
        given: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        self.noted(self.client.query_typed(sql, given).await)
    }

    /// The first row, if there is one.
    pub(super) async fn maybe(
        &self,
        sql: &str,
        given: Given<'_>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, given).await?.into_iter().next())
    }

    /// The one row of a statement that always has one.
    pub(super) async fn one(&self, sql: &str, given: Given<'_>) -> Result<Row, StoreError> {
        let row = self.maybe(sql, given).await?;
        row.ok_or_else(|| StoreError::Fault("a row that must be there is missing".to_owned()))
    }

    /// How many rows it changed.
    pub(super) async fn run(&self, sql: &str, given: Given<'_>) -> Result<u64, StoreError> {
        let statement = self.noted(self.client.prepare_cached(sql).await)?;
        self.noted(self.client.execute(&statement, given).await)
    }

    /// Tells something when the transaction is kept.
    pub(super) fn tell(&self, rows: &[OutboxNew]) {
        self.pending().extend_from_slice(rows);
    }

    /// What was to be told since this was asked last.
    pub(super) fn to_tell(&self) -> Vec<OutboxNew> {
        std::mem::take(&mut *self.pending())
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Vec<OutboxNew>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the connection out of the pool: what state it is in is not known.
    pub(super) fn give_up(self) {
        drop(Object::take(self.client));
    }
}

/// Whether a statement lost against another transaction and may be tried again once that has ended.
pub(super) fn is_clash(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE)
    )
}

/// What a failed statement means. Only the message and the code are taken over: the details may repeat a row.
pub(super) fn fault(error: &Error) -> StoreError {
    if is_clash(error) {
        return StoreError::Unavailable(CLASH.to_owned());
    }
    let Some(db) = error.as_db_error() else {
        let mut words = error.to_string();
        if let Some(cause) = std::error::Error::source(error) {
            words = format!("{words}: {cause}");
        }
        return if is_of_the_line(error) {
            StoreError::Unavailable(words)
        } else {
            StoreError::Fault(words)
        };
    };
    let code = db.code();
    let words = format!("{} ({})", db.message(), code.code());
    match *code {
        SqlState::DISK_FULL => StoreError::DiskFull,
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        // Classes: lost connections, too few resources, an operator's doing, the system's own errors; then waits
        // that were too long.
        _ if ["08", "53", "57", "58"]
            .iter()
            .any(|class| code.code().starts_with(class)) =>
        {
            StoreError::Unavailable(words)
        }
        SqlState::LOCK_NOT_AVAILABLE | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            StoreError::Unavailable(words)
        }
        _ => StoreError::Fault(words),
    }
}

/// What is said of a write that another one crossed.
pub(super) const CLASH: &str = "the write crossed another one";

/// True for errors of the way to the database, not of what was asked.
fn is_of_the_line(error: &Error) -> bool {
    let cause = std::error::Error::source(error);
    error.is_closed() || cause.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => match fault(&error) {
                Self::Fault(words) => Self::Unavailable(words),
                other => other,
            },
            PoolError::Timeout(_) => {
                Self::Unavailable("no connection to the database was free in time".to_owned())
            }
            _ => Self::Unavailable("there is no connection to the database".to_owned()),
        }
    }
}
