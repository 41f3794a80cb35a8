//! The last days of entries by segment, opened once for each state of the index: opening them for each search
//! costs more than reading them.

use super::schema::UNTIL;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::DocAddress;
use tantivy::columnar::Column;

/// Those of the state that was searched last; shared by all copies of one [`super::Searcher`].
#[derive(Clone, Default)]
pub(super) struct Days(Arc<Mutex<Option<(u64, LastDays)>>>);

/// Those of one state.
#[derive(Clone)]
pub(super) struct LastDays(Arc<[Column<i64>]>);

impl Days {
    /// Those of the state that `searcher` sees. Error: the index is damaged.
    pub(super) fn of(&self, searcher: &tantivy::Searcher) -> tantivy::Result<LastDays> {
        let generation = searcher.generation().generation_id();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, days)) = held.as_ref()
            && *of == generation
        {
            return Ok(days.clone());
        }
        let columns = searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().i64(UNTIL))
            .collect::<tantivy::Result<_>>()?;
        let days = LastDays(columns);
        *held = Some((generation, days.clone()));
        drop(held);
        Ok(days)
    }
}

impl LastDays {
    /// The last day of an entry, as [`super::schema::day_number`]; `None` when it holds without end.
    pub(super) fn get(&self, address: DocAddress) -> Option<i64> {
        let segment = usize::try_from(address.segment_ord).ok()?;
        self.0.get(segment)?.first(address.doc_id)
    }
}
