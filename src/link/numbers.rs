//! Ticket numbers leased from the server (号段): taken without a line, each once, also through a crash.

use super::api::Api;
use super::error::LinkError;
use super::journal::{Journal, JournalError, Record};
use crate::domain::number::{LEASE, NumberBlock, TicketNumber};
use jiff::civil::Date;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const KEY: &str = "numbers";

/// The numbers a desk holds. Clones are the same numbers.
#[derive(Debug, Clone)]
pub struct Numbers {
    journal: Journal,
    blocks: Arc<Mutex<Vec<NumberBlock>>>,
}

impl Numbers {
    /// The numbers that the journal holds.
    pub fn open(journal: Journal) -> Self {
        let blocks = journal
            .get(KEY)
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
        Self {
            journal,
            blocks: Arc::new(Mutex::new(blocks)),
        }
    }

    fn blocks(&self) -> MutexGuard<'_, Vec<NumberBlock>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, blocks: &[NumberBlock]) -> Result<(), JournalError> {
        self.journal.append(&[Record {
            key: KEY.into(),
            value: serde_json::to_value(blocks).ok(),
        }])
    }

    /// The next number of `today`; `None` when the lease is used up, then the server gives one with the ticket.
    /// Errors: it could not be noted as taken. Then it counts as taken here, but is not given out.
    pub fn take(&self, today: Date) -> Result<Option<TicketNumber>, JournalError> {
        let mut blocks = self.blocks();
        blocks.retain(|block| block.day == today && block.left() > 0);
        let number = blocks.first_mut().and_then(NumberBlock::take);
        if number.is_some() {
            self.keep(&blocks)?;
        }
        Ok(number)
    }

    /// How many numbers of `today` are left.
    pub fn left(&self, today: Date) -> u32 {
        self.blocks()
            .iter()
            .filter(|block| block.day == today)
            .map(NumberBlock::left)
            .sum()
    }

    /// How many to ask for: nothing until half are gone.
    pub fn wanted(&self, today: Date) -> Option<u32> {
        let left = self.left(today);
        (left <= LEASE / 2).then(|| LEASE - left)
    }

    /// Adds a leased block.
    pub fn add(&self, block: NumberBlock) -> Result<(), JournalError> {
        let mut blocks = self.blocks();
        if !blocks.contains(&block) {
            blocks.push(block);
        }
        self.keep(&blocks)
    }

    /// Asks for more when half are gone. To be called after a take and when the line comes up.
    pub async fn refill(&self, api: &Api, today: Date) -> Result<(), LinkError> {
        if let Some(count) = self.wanted(today) {
            let block = api.lease(count).await?;
            self.add(block)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::FieldKey;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn block(day: Date, from: u32, to: u32) -> NumberBlock {
        NumberBlock { day, from, to }
    }

    #[test]
    fn a_number_is_given_once_also_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let key = FieldKey::generate();
        let open = || Numbers::open(Journal::open(dir.path(), &key).unwrap().0);
        let serial = |n: &Numbers| n.take(TODAY).unwrap().map(TicketNumber::serial);
        let numbers = open();
        numbers.add(block(date(2026, 11, 23), 90, 99)).unwrap();
        numbers.add(block(TODAY, 1, 3)).unwrap();
        assert_eq!(serial(&numbers), Some(1));
        drop(numbers);
        let numbers = open();
        numbers.add(block(TODAY, 40, 40)).unwrap();
        let taken: Vec<_> = std::iter::from_fn(|| serial(&numbers)).collect();
        assert_eq!(taken, [2, 3, 40]);
        assert_eq!((serial(&numbers), numbers.wanted(TODAY)), (None, Some(20)));
    }

    #[test]
    fn more_are_wanted_when_half_are_gone() {
        let dir = tempfile::tempdir().unwrap();
        let numbers = Numbers::open(Journal::open(dir.path(), &FieldKey::generate()).unwrap().0);
        numbers.add(block(TODAY, 1, 11)).unwrap();
        assert_eq!(numbers.wanted(TODAY), None);
        numbers.take(TODAY).unwrap();
        assert_eq!(numbers.wanted(TODAY), Some(10));
        assert_eq!(numbers.wanted(date(2026, 11, 25)), Some(20));
    }
}
