//! The record of runs: a file a run, written whole, so that a run that was scored is there or is not. Practice data
//! only; nothing here knows a production folder.

use super::tape::Moment;
use crate::protocol::practice::{Remarks, RunRow, Score};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A run as it is kept: enough to show it again, to play it again and to score it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The run.
    pub run: RunRow,
    /// What happened.
    pub tape: Vec<Moment>,
    /// The score.
    pub score: Score,
    /// What happened in truth.
    pub story: String,
    /// What people added.
    #[serde(default)]
    pub remarks: Remarks,
}

/// A folder of runs.
#[derive(Debug, Clone)]
pub struct Runs(PathBuf);

impl Runs {
    /// Opens a folder; makes it (readable by its owner only) when it is missing. Errors: it can't be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// Every run that can be read, oldest first; what can't is said in the log and left alone. Errors: the folder can't
    /// be read.
    pub fn all(&self) -> io::Result<Vec<Kept>> {
        let mut kept: Vec<Kept> = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let read = fs::read(&path)
                .and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::other));
            match read {
                Ok(run) => kept.push(run),
                Err(error) => {
                    tracing::warn!(%error, file = %path.display(), "a practice run cannot be read");
                }
            }
        }
        kept.sort_by_key(|kept| (kept.run.at, kept.run.id));
        Ok(kept)
    }

    /// Keeps a run in place of an older writing of it. Errors: the disk refuses.
    pub fn keep(&self, kept: &Kept) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
        serde_json::to_writer(&mut file, kept)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(self.0.join(format!("{}.json", kept.run.id)))?;
        Ok(())
    }
}
