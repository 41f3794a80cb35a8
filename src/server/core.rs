//! What every use case needs at hand: the store, the clock, the keys, the deadline rules, the directory in
//! force and the relay. Cheap to clone; it holds no rules of its own.

use super::clock::{Clock, System};
use super::database::Database;
use super::others;
use super::proven::Proven;
use super::relay::Relay;
use super::store::{Store, StoreError};
use crate::crypto::Keyring;
use crate::domain::calendar::NoticeDay;
use crate::domain::clock::{Clocks, civil_day};
use crate::domain::directory::Directory;
use crate::domain::number::{NumberBlock, TicketNumber};
use jiff::{SignedDuration, Timestamp};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The database's name in the data directory.
const DATABASE: &str = "hotline.db";
/// The key file in a data folder.
const KEY: &str = "master.key";
/// How long idempotency answers and told events are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many told events are kept at most.
const KEPT_EVENTS: u64 = 200_000;
/// How many numbers the server leases for itself at once: everybody waits for the commit that brings more. What is
/// left of a block at the end is a gap, which numbers may have.
const OWN_BLOCK: u32 = 500;
/// How often the rest is forgotten.
const KEEP_EVERY: Duration = Duration::from_hours(1);

/// What a server is opened with.
pub struct CoreConfig {
    /// Where the server keeps what is its own: the database's file, the key, the citizens' index. Made when it is missing.
    pub data_dir: PathBuf,
    /// Which database; the file in `data_dir` unless told.
    pub database: Database,
    /// The file with the master key; made (readable by its owner only) when it is missing.
    pub key_file: PathBuf,
    /// The deadline rules with their calendar.
    pub clocks: Clocks,
    /// The clock; [`System`] unless a test or a seeding says otherwise.
    pub clock: Arc<dyn Clock>,
}

impl CoreConfig {
    /// The usual server: its key file lies beside the database, the machine's clock runs.
    pub fn in_dir(data_dir: PathBuf, clocks: Clocks) -> Self {
        Self {
            key_file: data_dir.join(KEY),
            database: Database::File(data_dir.join(DATABASE)),
            data_dir,
            clocks,
            clock: Arc::new(System),
        }
    }
}

/// Why a server does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory of the data can't be made.
    #[error(
        "the data directory {path} cannot be made: {cause}; choose another or make it writable"
    )]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// There is a database, and not the key it was sealed with.
    #[error(
        "the database {database} was sealed with another key than that of {key_file}; restore that file from its copy"
    )]
    OtherKey {
        /// Which.
        database: String,
        /// The key file.
        key_file: PathBuf,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Inner {
    store: Arc<dyn Store>,
    keyring: Keyring,
    /// The deadline rules with the calendar they were opened with: the built-in notices.
    base: Clocks,
    /// The same, with the imported notices over it.
    clocks: RwLock<Arc<Clocks>>,
    /// Read by every change of a ticket from its deadlines to its commit, written while the notices change: no deadline
    /// by the old ones is kept after that.
    counting: tokio::sync::RwLock<()>,
    /// Held by the one walk over tickets that runs after an import of notices.
    walking: tokio::sync::Mutex<()>,
    directory: RwLock<Arc<Directory>>,
    /// Held from the directory that a change rests on until the changed one is in force.
    directing: tokio::sync::Mutex<()>,
    /// What is left of the block that the server leased for itself.
    numbers: tokio::sync::Mutex<Option<NumberBlock>>,
    proven: Proven,
    relay: Relay,
    /// Told when entries came in.
    published: watch::Sender<u64>,
    /// Where the data lie, if they lie anywhere.
    data_dir: Option<PathBuf>,
    /// What is held by the one process that may serve, if there is such a one.
    lock: Option<PathBuf>,
    /// True when other servers may serve the same data.
    shared: bool,
    /// The version of the notices in force.
    notices: AtomicU64,
    /// The rounds of the relay, of the keeper and of what follows other servers, once this process serves.
    beside: OnceLock<Vec<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in self.beside.get().into_iter().flatten() {
            task.abort();
        }
    }
}

/// The server's core; clones share one.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
    clock: Arc<dyn Clock>,
}

/// The core as long as somebody else holds it.
pub(super) struct Held {
    inner: Weak<Inner>,
    clock: Arc<dyn Clock>,
}

impl Held {
    /// The core, unless it is gone.
    pub(super) fn get(&self) -> Option<Core> {
        Some(Core {
            inner: self.inner.upgrade()?,
            clock: self.clock.clone(),
        })
    }
}

impl Core {
    /// Opens the server's core: key file, database, directory in force, relay. Needs a running tokio runtime.
    pub async fn open(config: CoreConfig) -> Result<Self, OpenError> {
        let mut private = std::fs::DirBuilder::new();
        private.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
        let made = private.create(&config.data_dir);
        made.map_err(|cause| OpenError::DataDir {
            path: config.data_dir.clone(),
            cause,
        })?;
        let (store, keyring) = config
            .database
            .open(&config.key_file, &config.data_dir)
            .await?;
        let core = Self::with_store(store, keyring, config.clocks, config.clock);
        let mut core = core.await?;
        if let Some(inner) = Arc::get_mut(&mut core.inner) {
            inner.shared = config.database.is_shared();
            inner.lock = Some(config.database.lock(&config.data_dir));
            inner.data_dir = Some(config.data_dir);
        }
        Ok(core)
    }

    /// Takes the data for this process alone, as long as the answer lives: of a database in a file the file, for two
    /// servers would each number what is told and each give the seats calls; of one that is shared only what is this
    /// server's own. Nothing to take for a store that lies nowhere.
    pub fn only_server(&self) -> Result<Option<File>, std::io::Error> {
        let Some(lock) = &self.inner.lock else {
            return Ok(None);
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let file = options.open(lock)?;
        file.try_lock()?;
        Ok(Some(file))
    }

    /// Starts what goes on beside the requests: the relay and the keeper. Once; needs a running tokio runtime.
    /// A process that only writes something to the store leaves both to the server.
    pub fn go(&self) {
        self.inner.beside.get_or_init(|| {
            let store = Arc::downgrade(&self.inner.store);
            let mut beside = vec![self.inner.relay.go(), keep(store, self.clock.clone())];
            if self.inner.shared {
                let held = Held {
                    inner: Arc::downgrade(&self.inner),
                    clock: self.clock.clone(),
                };
                beside.push(tokio::spawn(others::follow(self.inner.relay.clone(), held)));
            }
            beside
        });
    }

    /// The core over a store that is open already.
    pub async fn with_store(
        store: Arc<dyn Store>,
        keyring: Keyring,
        clocks: Clocks,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let directory = store.directory().await?;
        let notices = store.calendar().await?;
        let relay = Relay::new(store.clone());
        let inner = Arc::new(Inner {
            store,
            keyring,
            clocks: RwLock::new(Arc::new(with_notices(&clocks, &notices.days))),
            base: clocks,
            counting: tokio::sync::RwLock::new(()),
            walking: tokio::sync::Mutex::new(()),
            directory: RwLock::new(Arc::new(directory)),
            directing: tokio::sync::Mutex::new(()),
            numbers: tokio::sync::Mutex::new(None),
            proven: Proven::default(),
            relay,
            published: watch::Sender::default(),
            data_dir: None,
            lock: None,
            shared: false,
            notices: AtomicU64::new(notices.version),
            beside: OnceLock::new(),
        });
        Ok(Self { inner, clock })
    }

    /// The same core by another clock: what it does happens at that clock's moments. For bringing in what
    /// happened before.
    #[must_use]
    pub fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            clock,
        }
    }

    /// The moment now, in whole milliseconds.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    /// The keys.
    pub fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }

    /// Where the data lie, if they lie anywhere.
    pub(super) fn data_dir(&self) -> Option<&Path> {
        self.inner.data_dir.as_deref()
    }

    /// The deadline rules with their calendar in force.
    pub fn clocks(&self) -> Arc<Clocks> {
        self.inner
            .clocks
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Held by a change of a ticket while it may give deadlines and until they are kept.
    pub(super) async fn counts(&self) -> tokio::sync::RwLockReadGuard<'_, ()> {
        self.inner.counting.read().await
    }

    /// Held while other notices come in force: no change of a ticket is under way.
    pub(super) async fn counts_anew(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.inner.counting.write().await
    }

    /// Held by the one walk over tickets that runs.
    pub(super) async fn walks(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.walking.lock().await
    }

    /// Puts notices over the built-in ones in force in this process; the store has them already.
    pub(super) fn set_notices(&self, version: u64, days: &[NoticeDay]) {
        self.inner.notices.store(version, Ordering::Relaxed);
        let clocks = Arc::new(with_notices(&self.inner.base, days));
        *self
            .inner
            .clocks
            .write()
            .unwrap_or_else(PoisonError::into_inner) = clocks;
    }

    /// Held by the one change of the directory that runs.
    pub(super) async fn directs(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.directing.lock().await
    }

    /// The version of the notices in force in this process.
    pub(super) fn notices(&self) -> u64 {
        self.inner.notices.load(Ordering::Relaxed)
    }

    /// True when other servers may serve the same data.
    pub(super) fn is_shared(&self) -> bool {
        self.inner.shared
    }

    /// The directory in force.
    pub fn directory(&self) -> Arc<Directory> {
        self.inner
            .directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Who was just proven by a token.
    pub(super) fn proven(&self) -> &Proven {
        &self.inner.proven
    }

    /// The relay, which tells the seats what happens.
    pub fn relay(&self) -> &Relay {
        &self.inner.relay
    }

    /// Changed whenever entries came in; whoever subscribes misses none after that.
    pub(super) fn published(&self) -> &watch::Sender<u64> {
        &self.inner.published
    }

    /// Puts a directory in force in this process; the store has it already.
    pub(super) fn set_directory(&self, directory: Arc<Directory>) {
        let mut there = self
            .inner
            .directory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Two imports may arrive here in the other order than the store took them.
        if directory.version > there.version {
            *there = directory;
        }
    }

    /// A ticket number of today for a ticket that came without one.
    pub(super) async fn next_number(&self) -> Result<TicketNumber, StoreError> {
        let today = civil_day(self.now());
        let mut block = self.inner.numbers.lock().await;
        if let Some(number) = block
            .as_mut()
            .filter(|block| block.day == today)
            .and_then(NumberBlock::take)
        {
            return Ok(number);
        }
        let mut leased = self.store().lease_numbers(today, OWN_BLOCK).await?;
        let number = leased.take().ok_or(StoreError::DayFull)?;
        *block = Some(leased);
        Ok(number)
    }
}

fn with_notices(base: &Clocks, days: &[NoticeDay]) -> Clocks {
    Clocks {
        rules: base.rules.clone(),
        calendar: base.calendar.over(days),
    }
}

/// Forgets, once an hour, what need not be kept: idempotency answers and told events.
fn keep(store: Weak<dyn Store>, clock: Arc<dyn Clock>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(KEEP_EVERY);
        loop {
            hours.tick().await;
            let Some(store) = store.upgrade() else { return };
            let before = clock.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
            let done = async {
                store.forget_replays(before).await?;
                store.forget_outbox(before, KEPT_EVENTS).await
            };
            if let Err(error) = done.await {
                tracing::warn!(%error, "old answers and events were not forgotten; tried again in an hour");
            }
        }
    })
}
