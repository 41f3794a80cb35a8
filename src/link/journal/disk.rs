//! The journal's file: appended to with one write, cut back when a write came out short.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What the journal needs of a file; a trait so that tests can fill the disk.
pub(super) trait Disk: Send {
    /// Appends with a single write; all of it or an error.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file back to a length.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    /// A handle that brings to the disk what was appended, without keeping anybody waiting.
    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>>;
}

impl Disk for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        loop {
            match self.write(bytes) {
                Ok(written) if written == bytes.len() => return Ok(()),
                Ok(_) => return Err(io::ErrorKind::StorageFull.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        let file = self.try_clone()?;
        Ok(Box::new(move || file.sync_data()))
    }
}

/// Options for a file that only its owner may read.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Opens for appending, making the file when it is not there.
pub(super) fn open(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().create(true).append(true).read(true)).open(path)
}

/// A new, empty file for appending, in the place of any other.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let file = open(path)?;
    file.set_len(0)?;
    Ok(file)
}

/// The lock of a journal; it is held as long as the file is open. `None`: another process has it.
pub(super) fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = private(OpenOptions::new().create(true).truncate(false).write(true)).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// A directory that only its owner may enter.
pub fn private_dir(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes a rename last through a power cut.
pub(in crate::link) fn sync_dir_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) if cfg!(unix) => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

/// Makes a file that is not there yet, whole at once. False when another process was first.
pub(super) fn publish(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let next = beside(path);
    let made = (|| {
        let mut file = create(&next)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        match std::fs::hard_link(&next, path) {
            Ok(()) => sync_dir_of(path).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    })();
    // Nothing more can be done about a leftover than to try.
    let _ = std::fs::remove_file(&next);
    made
}

/// A name beside a file that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut next = PathBuf::from(path).into_os_string();
    next.push(format!(".{}", uuid::Uuid::now_v7()));
    PathBuf::from(next)
}

/// Replaces a file at once: readers see the old content or the new one.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let next = beside(path);
    let written = (|| {
        let mut file = create(&next)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&next, path)?;
        sync_dir_of(path)
    })();
    if written.is_err() {
        // Nothing more can be done about a leftover than to try.
        let _ = std::fs::remove_file(&next);
    }
    written
}
