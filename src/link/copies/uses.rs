//! How often each entry was used, brought to the seat behind the entries: a number that ranking may use, and nothing
//! waits for it. One file for all desks of a server; a day old, it is asked for anew.

use super::{Copies, Source, file};
use crate::domain::id::EntryCode;
use crate::link::error::LinkError;
use crate::link::journal::replace;
use crate::protocol::uses::EntryUses;
use std::collections::HashMap;
use std::time::Duration;

/// The file's name.
const FILE: &str = "uses.json";
/// After so long the numbers are asked for anew.
const OLD: Duration = Duration::from_hours(24);

/// How often entries were opened and answered with in the last 90 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses(HashMap<EntryCode, (u64, u64)>);

impl Uses {
    /// How often an entry was opened, and how often a request was answered with it.
    pub fn of(&self, code: &EntryCode) -> (u64, u64) {
        self.0.get(code).copied().unwrap_or_default()
    }
}

impl From<EntryUses> for Uses {
    fn from(uses: EntryUses) -> Self {
        let one = |it: crate::protocol::uses::EntryUse| (it.code, (it.opened, it.answered));
        Self(uses.entries.into_iter().map(one).collect())
    }
}

impl Copies {
    /// The numbers as this machine has them; none before they were first brought, or where they can't be read.
    pub fn uses(&self) -> Uses {
        let text = std::fs::read(self.shared.dir.join(FILE)).unwrap_or_default();
        serde_json::from_slice::<EntryUses>(&text)
            .unwrap_or_default()
            .into()
    }

    /// Brings the numbers if those that are here are a day old. True when they came.
    pub async fn pull_uses(&self, source: &dyn Source) -> Result<bool, LinkError> {
        let path = self.shared.dir.join(FILE);
        let age = std::fs::metadata(&path).and_then(|it| it.modified());
        let fresh = age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < OLD));
        if fresh {
            return Ok(false);
        }
        let uses = source.uses().await?;
        let text = serde_json::to_vec(&uses).unwrap_or_default();
        replace(&path, &text).map_err(file(path.clone()))?;
        Ok(true)
    }
}
