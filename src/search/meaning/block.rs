//! The block by meaning as the screen shows it, and as an evaluation judges it: one rule for both. The first text
//! hits stand above it and never move; what they hold is not said twice.

use super::encoder::{Encoder, read_entries};
use super::vectors::Vectors;
use crate::domain::id::EntryCode;
use crate::domain::knowledge::{Entry, PublishedEntry};
use crate::search::evaluate::SecondBlock;
use crate::search::text::{Cell, cells};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Text hits that stand above the block on the smallest screen.
pub const ABOVE: usize = 3;
/// Entries of the block.
const MOST: usize = 3;
/// So many nearest entries are enough to fill the block, whatever the text hits are.
pub const NEAR: usize = ABOVE + MOST;

/// Characters that a query must have to say more than a word: of a shorter one, everything is as near.
const LEAST_ASKED: usize = 4;

/// Entries that one thread reads before it asks for more.
const BATCH: usize = 16;
/// Threads that read entries while somebody waits for the end.
const THREADS: usize = 2;

/// Whether the block has something to say to a query. `found`: some entries were found by its words; to a word or two
/// of which nothing else is known, what is near is as good as any other.
pub fn is_worth_asking(query: &str, found: bool) -> bool {
    !found || cells(query).iter().filter_map(Cell::han).count() >= LEAST_ASKED
}

/// The block: the nearest entries that don't stand above it anyway. A text hit farther down, which the eye has
/// not reached, may stand in it.
pub fn block<'a>(
    text: impl IntoIterator<Item = &'a EntryCode>,
    near: impl IntoIterator<Item = EntryCode>,
) -> Vec<EntryCode> {
    let above: Vec<&EntryCode> = text.into_iter().take(ABOVE).collect();
    let near = near.into_iter().filter(|code| !above.contains(&code));
    near.take(MOST).collect()
}

/// All in the order in which the smallest screen shows them: the first text hits, the block, the other text hits.
pub fn as_shown(text: Vec<EntryCode>, near: Vec<EntryCode>) -> Vec<EntryCode> {
    let block = block(&text, near);
    let mut shown = text;
    let below = shown.split_off(ABOVE.min(shown.len()));
    let below = below.into_iter().filter(|code| !block.contains(code));
    let below: Vec<EntryCode> = below.collect();
    shown.extend(block);
    shown.extend(below);
    shown
}

/// Entries by their meaning, read on the spot.
#[derive(Debug)]
pub struct Corpus {
    encoder: Encoder,
    vectors: Vectors<EntryCode>,
}

impl Corpus {
    /// Reads the entries; `progress` is told how many are done. Takes a millisecond or two a token of text.
    pub fn new(
        encoder: Encoder,
        entries: &[PublishedEntry],
        progress: &mut dyn FnMut(usize),
    ) -> Self {
        let mut read = vec![Vec::new(); entries.len().div_ceil(BATCH)];
        let batches = Mutex::new(entries.chunks(BATCH).enumerate());
        let (done, finished) = channel();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let (done, batches, encoder) = (done.clone(), &batches, &encoder);
                scope.spawn(move || {
                    let next = || {
                        batches
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .next()
                    };
                    while let Some((at, some)) = next() {
                        let some: Vec<&Entry> = some.iter().map(|it| &it.entry).collect();
                        if done.send((at, read_entries(encoder, &some))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(done);
            let mut count = 0;
            for (at, some) in finished {
                count += some.len();
                if let Some(place) = read.get_mut(at) {
                    *place = some;
                }
                progress(count);
            }
        });
        let mut vectors = Vectors::default();
        for (published, vector) in entries.iter().zip(read.into_iter().flatten()) {
            vectors.put(published.entry.code.clone(), &vector);
        }
        Self { encoder, vectors }
    }
}

impl SecondBlock for Corpus {
    fn nearest(&self, query: &str, limit: usize) -> Result<Vec<EntryCode>, String> {
        let near = self.vectors.nearest(&self.encoder.query(query), limit);
        Ok(near.into_iter().map(|near| near.key.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<EntryCode> {
        let codes = text.split_whitespace();
        codes.map(|code| EntryCode::parse(code).unwrap()).collect()
    }

    #[test]
    fn a_word_alone_is_asked_for_by_meaning_only_where_nothing_else_was_found() {
        for (query, found, worth) in [
            ("公积金", true, false),
            ("gjj 提取 12345", true, false),
            ("公积金提取", true, true),
            ("公积金", false, true),
        ] {
            assert_eq!(is_worth_asking(query, found), worth, "{query}");
        }
    }

    #[test]
    fn the_first_text_hits_stand_above_and_nothing_stands_twice() {
        for (text, near, shown) in [
            ("", "A B C D", "A B C"),
            ("X", "A X B C", "X A B C"),
            ("X Y Z W V", "A Y W B", "X Y Z A W B V"),
            ("X Y Z W", "", "X Y Z W"),
            ("X Y Z W", "X Y Z", "X Y Z W"),
        ] {
            assert_eq!(as_shown(codes(text), codes(near)), codes(shown), "{text}");
        }
    }
}
