//! Which item a story is about: pairs of characters that story and item share, rare ones counting more, and
//! an item's phrase counting by how much of it was said.

use crate::domain::directory::Item;
use crate::search::text::{Cell, Content, Gap, cells};
use std::collections::{BTreeSet, HashMap};

/// Longest story that is read, in characters.
const LONGEST_STORY: usize = 2_000;
/// How an item's names and the callers' names for it count.
const WEIGHT_NAME: f32 = 1.0;
/// The second level of its path.
const WEIGHT_GROUP: f32 = 0.25;
/// The first level.
const WEIGHT_FIELD: f32 = 0.1;
/// Its questions: what a caller tells of the matter unasked.
const WEIGHT_QUESTION: f32 = 0.12;
/// What a second and further phrase of the item adds.
const WEIGHT_FURTHER: f32 = 0.3;

/// Two characters side by side, or one word.
type Gram = String;

#[derive(Debug)]
struct Phrase {
    item: usize,
    weight: f32,
    grams: f32,
}

/// The items' phrases, ready to be compared with.
#[derive(Debug)]
pub(super) struct Scorer {
    phrases: Vec<Phrase>,
    /// By gram: its rarity, and the phrases it stands in.
    grams: HashMap<Gram, (f32, Vec<usize>)>,
    items: usize,
}

/// An item with its score.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    /// Its place in the directory.
    pub item: usize,
    /// Its score.
    pub score: f32,
    /// How much of its best phrase was said, 0 to 1.
    pub coverage: f32,
    /// The grams of its best phrase that were said.
    grams: BTreeSet<Gram>,
}

impl Scorer {
    /// Reads the items.
    pub(super) fn new(items: &[Item]) -> Self {
        let mut phrases = Vec::new();
        let mut grams: HashMap<Gram, (f32, Vec<usize>)> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            let [field, group, name] = &item.path;
            let names = std::iter::once(name).chain(&item.aliases);
            let all = names
                .map(|name| (name, WEIGHT_NAME))
                .chain([(group, WEIGHT_GROUP), (field, WEIGHT_FIELD)])
                .chain(
                    item.questions
                        .iter()
                        .map(|question| (question, WEIGHT_QUESTION)),
                );
            let mut seen = BTreeSet::new();
            for (text, weight) in all {
                let own = grams_of(&cells(text.as_str()));
                if own.is_empty() || !seen.insert(own.clone()) {
                    continue;
                }
                for gram in own {
                    grams.entry(gram).or_default().1.push(phrases.len());
                }
                phrases.push(Phrase {
                    item: at,
                    weight,
                    grams: 0.0,
                });
            }
        }
        let rarest = (1.0 + ratio(items.len(), 1)).ln();
        for (rarity, inside) in grams.values_mut() {
            let items_with: BTreeSet<usize> = inside
                .iter()
                .filter_map(|at| Some(phrases.get(*at)?.item))
                .collect();
            // 1 for a gram of one item only, so that scores mean the same in a small and a large directory.
            *rarity = (1.0 + ratio(items.len(), items_with.len())).ln() / rarest;
            for at in inside {
                if let Some(phrase) = phrases.get_mut(*at) {
                    phrase.grams += *rarity;
                }
            }
        }
        Self {
            phrases,
            grams,
            items: items.len(),
        }
    }

    /// The items that a story fits best, best first.
    pub(super) fn rank(&self, story: &str, limit: usize) -> Vec<Scored> {
        let said = grams_of(&story_cells(story));
        let mut shared: HashMap<usize, f32> = HashMap::new();
        for (rarity, inside) in said.iter().filter_map(|gram| self.grams.get(gram)) {
            for at in inside {
                *shared.entry(*at).or_default() += rarity;
            }
        }
        let mut totals = vec![(0.0_f32, 0.0_f32, usize::MAX, 0.0_f32); self.items];
        for (at, common) in shared {
            let Some(phrase) = self.phrases.get(at) else {
                continue;
            };
            let coverage = common / phrase.grams.max(f32::EPSILON);
            let score = phrase.weight * common * coverage;
            if let Some((sum, best, which, covered)) = totals.get_mut(phrase.item) {
                *sum += score;
                // Ties by place: the map's order must not show.
                if score > *best || (score >= *best && at < *which) {
                    (*best, *which, *covered) = (score, at, coverage);
                }
            }
        }
        let mut ranked: Vec<(usize, f32, usize, f32)> = totals
            .into_iter()
            .enumerate()
            .filter(|(_, (_, best, ..))| *best > 0.0)
            .map(|(item, (sum, best, which, covered))| {
                (item, best + WEIGHT_FURTHER * (sum - best), which, covered)
            })
            .collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        ranked
            .into_iter()
            .take(limit)
            .map(|(item, score, which, coverage)| Scored {
                item,
                score,
                coverage,
                grams: said
                    .iter()
                    .filter(|gram| {
                        self.grams
                            .get(*gram)
                            .is_some_and(|(_, inside)| inside.contains(&which))
                    })
                    .cloned()
                    .collect(),
            })
            .collect()
    }
}

impl Scored {
    /// The words of the story that the best phrase shares, each once, as they were said.
    pub(super) fn words(&self, story: &str) -> Vec<String> {
        let cells = story_cells(story);
        let mut words: Vec<String> = Vec::new();
        let mut run: Option<(usize, usize)> = None;
        let mut finish = |run: Option<(usize, usize)>| {
            if let Some(word) = run.and_then(|(from, to)| story.get(from..to))
                && !words.iter().any(|one| one == word)
            {
                words.push(word.to_owned());
            }
        };
        for (at, cell) in cells.iter().enumerate() {
            let next = cells.get(at + 1).filter(|next| next.gap < Gap::Space);
            let end = match gram_at(cell, next) {
                Some(gram) if self.grams.contains(&gram) => match (&cell.content, next) {
                    (Content::Han(_), Some(next)) => next.end,
                    _ => cell.end,
                },
                _ => continue,
            };
            run = match run {
                Some((from, to)) if cell.start < to => Some((from, end.max(to))),
                earlier => {
                    finish(earlier);
                    Some((cell.start, end))
                }
            };
        }
        finish(run);
        words
    }
}

fn story_cells(story: &str) -> Vec<Cell> {
    let end = story
        .char_indices()
        .nth(LONGEST_STORY)
        .map_or(story.len(), |(at, _)| at);
    cells(story.get(..end).unwrap_or(story))
}

fn grams_of(cells: &[Cell]) -> BTreeSet<Gram> {
    let nexts = cells.iter().skip(1).map(Some).chain([None]);
    cells
        .iter()
        .zip(nexts)
        .filter_map(|(cell, next)| gram_at(cell, next.filter(|next| next.gap < Gap::Space)))
        .collect()
}

fn gram_at(cell: &Cell, next: Option<&Cell>) -> Option<Gram> {
    match (&cell.content, next.map(|next| &next.content)) {
        (Content::Han(one), Some(Content::Han(two))) => Some(String::from_iter([*one, *two])),
        (Content::Word(word), _) => Some(word.clone()),
        _ => None,
    }
}

fn ratio(all: usize, part: usize) -> f32 {
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    number(all) / number(part).max(1.0)
}
