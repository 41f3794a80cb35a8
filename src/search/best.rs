//! The best of what is found in one walk: what is wanted, and the rest kept apart, so that no expired entry takes the
//! place of one that holds.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// What was found, each list with the highest score first, equal ones in the order of the index.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Best {
    /// What is wanted.
    pub wanted: Vec<(Score, DocAddress)>,
    /// The others.
    pub others: Vec<(Score, DocAddress)>,
}

impl Best {
    /// Throws all but the best of each list away, in no order.
    pub(super) fn keep(&mut self, most: usize) {
        for list in [&mut self.wanted, &mut self.others] {
            if list.len() > most && most > 0 {
                list.select_nth_unstable_by(most - 1, order);
            }
            list.truncate(most);
        }
    }

    /// The best of each list in their order.
    pub(super) fn sorted(mut self, most: usize) -> Self {
        self.keep(most);
        for list in [&mut self.wanted, &mut self.others] {
            list.sort_unstable_by(order);
        }
        self
    }
}

fn order(one: &(Score, DocAddress), other: &(Score, DocAddress)) -> std::cmp::Ordering {
    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
}

/// Collects at most `most` of each.
pub(super) struct Split<W> {
    /// At most so many of each.
    pub most: usize,
    /// Whether an entry is wanted.
    pub wanted: W,
}

/// The same in one segment.
pub(super) struct OfSegment<W> {
    most: usize,
    wanted: W,
    ordinal: SegmentOrdinal,
    best: Best,
}

impl<W: Fn(DocAddress) -> bool + Clone + Send + Sync + 'static> Collector for Split<W> {
    type Fruit = Best;
    type Child = OfSegment<W>;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<Self::Child> {
        Ok(OfSegment {
            most: self.most,
            wanted: self.wanted.clone(),
            ordinal,
            best: Best::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Best>) -> tantivy::Result<Best> {
        let mut all = Best::default();
        for mut best in fruits {
            all.wanted.append(&mut best.wanted);
            all.others.append(&mut best.others);
        }
        Ok(all.sorted(self.most))
    }
}

impl<W: Fn(DocAddress) -> bool + 'static> SegmentCollector for OfSegment<W> {
    type Fruit = Best;

    fn collect(&mut self, doc: DocId, score: Score) {
        let address = DocAddress::new(self.ordinal, doc);
        let list = if (self.wanted)(address) {
            &mut self.best.wanted
        } else {
            &mut self.best.others
        };
        list.push((score, address));
        // Sixteen times as many are cut down at once, so that each costs next to nothing.
        if list.len() >= self.most.saturating_mul(16) {
            self.best.keep(self.most);
        }
    }

    fn harvest(mut self) -> Best {
        self.best.keep(self.most);
        self.best
    }
}
