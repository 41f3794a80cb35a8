//! Finding a name as it is typed: by its characters, by pinyin, by initials, or by these mixed
//! (`lx区`). Every place of the name may be its beginning.

use crate::domain::directory::{Directory, Item, Unit};
use crate::domain::text::Line;
use crate::search::pinyin::{readings, splits};
use crate::search::text::{Cell, Content, cells};
use std::collections::BTreeMap;

/// Longest query that is looked at, in cells.
const LONGEST_QUERY: usize = 24;

/// A find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<C> {
    /// Its code; of a street its district's.
    pub code: C,
    /// Its name in full: an item's whole path.
    pub name: String,
    /// The name it was found by: an alias, a short name, or the name itself.
    pub matched: String,
}

/// How a name was met; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Characters,
    Syllables,
    Initials,
    /// At least half of the pairs of characters.
    Pieces,
}

#[derive(Debug)]
struct Name {
    of: usize,
    /// 0 for the name itself; further ones stand behind it.
    order: usize,
    /// True for the name of a group that the thing belongs to: behind all names of its own.
    of_group: bool,
    text: String,
    cells: Vec<Place>,
}

/// A cell of a name with how it is read: worked out once, for thousands of names are gone through at each key.
#[derive(Debug)]
struct Place {
    content: Content,
    readings: Vec<&'static str>,
}

impl Place {
    fn all(name: &str) -> Vec<Self> {
        let read = |cell: Cell| Self {
            readings: cell.han().into_iter().flat_map(readings).collect(),
            content: cell.content,
        };
        cells(name).into_iter().map(read).collect()
    }

    const fn han(&self) -> Option<char> {
        match self.content {
            Content::Han(c) => Some(c),
            Content::Word(_) => None,
        }
    }
}

/// Names that can be looked up.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<Name>,
}

impl Names {
    /// The items' own names, the callers' names for them, and their groups.
    pub(super) fn of_items(items: &[Item]) -> Self {
        Self::new(items.iter().map(|item| {
            let [field, group, name] = &item.path;
            let own = [name].into_iter().chain(&item.aliases);
            let own = own.map(|name| (false, name.as_str()));
            let groups = [group, field].map(|name| (true, name.as_str()));
            own.chain(groups).collect()
        }))
    }

    /// The units' short names, full names and further names.
    pub(super) fn of_units(units: &[Unit]) -> Self {
        Self::new(units.iter().map(|unit| {
            let all = [&unit.short, &unit.name].into_iter().chain(&unit.aliases);
            all.map(Line::as_str)
                .chain([unit.code.as_str()])
                .map(|name| (false, name))
                .collect()
        }))
    }

    /// The streets' names.
    pub(super) fn of_streets(directory: &Directory) -> Self {
        Self::new(
            directory
                .streets
                .iter()
                .map(|street| vec![(false, street.name.as_str())]),
        )
    }

    fn new<'a>(all: impl Iterator<Item = Vec<(bool, &'a str)>>) -> Self {
        let mut names = Vec::new();
        for (of, texts) in all.enumerate() {
            for (order, (of_group, text)) in texts.into_iter().enumerate() {
                names.push(Name {
                    of,
                    order,
                    of_group,
                    text: text.to_owned(),
                    cells: Place::all(text),
                });
            }
        }
        Self { names }
    }

    /// The best finds; `named` gives code and full name of the thing at a place.
    pub(super) fn find<C>(
        &self,
        query: &str,
        limit: usize,
        named: impl Fn(usize) -> Option<(C, String)>,
    ) -> Vec<Choice<C>> {
        let typed = Typed::new(query);
        if typed.parts.is_empty() {
            return Vec::new();
        }
        let mut best: BTreeMap<usize, (Rank, &Name)> = BTreeMap::new();
        for name in &self.names {
            let Some(rank) = typed.rank(name) else {
                continue;
            };
            let held = best.entry(name.of).or_insert((rank, name));
            if rank < held.0 {
                *held = (rank, name);
            }
        }
        let mut found: Vec<(Rank, &Name)> = best.into_values().collect();
        found.sort_by_key(|(rank, name)| (*rank, name.of));
        found
            .into_iter()
            .take(limit)
            .filter_map(|(_, name)| {
                let (code, full) = named(name.of)?;
                Some(Choice {
                    code,
                    name: full,
                    matched: name.text.clone(),
                })
            })
            .collect()
    }
}

/// Whether it is a group's name, the way, whether it begins later, the cells left over, the name's order: less is
/// better.
type Rank = (bool, Way, bool, usize, usize);

/// A query cut into runs.
#[derive(Debug)]
struct Typed {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Han(Vec<char>),
    Letters {
        word: String,
        ways: Vec<Vec<String>>,
    },
}

impl Typed {
    fn new(query: &str) -> Self {
        let head: String = query.chars().take(4 * LONGEST_QUERY).collect();
        let mut parts: Vec<Part> = Vec::new();
        for cell in cells(&head).into_iter().take(LONGEST_QUERY) {
            match (cell.content, parts.last_mut()) {
                (Content::Han(c), Some(Part::Han(run))) => run.push(c),
                (Content::Han(c), _) => parts.push(Part::Han(vec![c])),
                (Content::Word(word), _) => {
                    let ways = splits(&word)
                        .into_iter()
                        .map(|way| way.into_iter().map(str::to_owned).collect())
                        .collect();
                    parts.push(Part::Letters { word, ways });
                }
            }
        }
        Self { parts }
    }

    /// How well a name fits; `None` when it doesn't.
    fn rank(&self, name: &Name) -> Option<Rank> {
        let mut worst = Way::Characters;
        let mut first = None;
        let mut covered = 0;
        for part in &self.parts {
            let (way, at, len) = part.meets(&name.cells)?;
            worst = worst.max(way);
            first = first.or(Some(at));
            covered += len;
        }
        Some((
            name.of_group,
            worst,
            first? > 0,
            name.cells.len().saturating_sub(covered),
            name.order,
        ))
    }
}

impl Part {
    /// The best way it stands in a name, where, and over how many cells.
    fn meets(&self, name: &[Place]) -> Option<(Way, usize, usize)> {
        match self {
            Self::Han(run) => {
                let here = |at: usize| {
                    let rest = name.get(at..)?;
                    let whole = rest.len() >= run.len()
                        && run.iter().zip(rest).all(|(c, cell)| cell.han() == Some(*c));
                    whole.then_some((Way::Characters, at, run.len()))
                };
                (0..name.len()).find_map(here).or_else(|| pieces(run, name))
            }
            Self::Letters { word, ways } => {
                let at_each = |meets: &dyn Fn(&[Place]) -> Option<usize>, way: Way| {
                    (0..name.len()).find_map(|at| Some((way, at, meets(name.get(at..)?)?)))
                };
                at_each(&|rest| spelled(word, rest), Way::Characters)
                    .or_else(|| {
                        ways.iter()
                            .find_map(|way| at_each(&|rest| sounds(way, rest), Way::Syllables))
                    })
                    .or_else(|| at_each(&|rest| begins(word, rest), Way::Initials))
            }
        }
    }
}

/// A word of the name that begins as it is typed.
fn spelled(word: &str, rest: &[Place]) -> Option<usize> {
    match &rest.first()?.content {
        Content::Word(own) => own.starts_with(word).then_some(1),
        Content::Han(_) => None,
    }
}

/// Characters read so, the last of them perhaps only begun.
fn sounds(way: &[String], rest: &[Place]) -> Option<usize> {
    let last = way.len().checked_sub(1)?;
    let fits = way.len() <= rest.len()
        && way
            .iter()
            .zip(rest)
            .enumerate()
            .all(|(at, (syllable, cell))| {
                cell.readings.iter().any(|reading| {
                    reading == syllable || (at == last && reading.starts_with(syllable.as_str()))
                })
            });
    fits.then_some(way.len())
}

/// Characters with these initials; a word of the name counts letter by letter.
fn begins(letters: &str, rest: &[Place]) -> Option<usize> {
    let mut left = letters;
    for (at, cell) in rest.iter().enumerate() {
        if left.is_empty() {
            return Some(at);
        }
        left = match &cell.content {
            Content::Han(_) => {
                let initial = cell
                    .readings
                    .iter()
                    .filter_map(|reading| reading.get(..1))
                    .find(|initial| left.starts_with(initial))?;
                left.strip_prefix(initial)?
            }
            Content::Word(word) => left.strip_prefix(word.as_str())?,
        };
    }
    left.is_empty().then_some(rest.len())
}

/// At least half of the pairs of a longer run, anywhere in the name.
fn pieces(run: &[char], name: &[Place]) -> Option<(Way, usize, usize)> {
    let pairs = run.windows(2);
    let all = pairs.len();
    let met = pairs
        .filter(|pair| {
            name.windows(2).any(|two| {
                two.iter()
                    .map(Place::han)
                    .eq(pair.iter().copied().map(Some))
            })
        })
        .count();
    (all >= 2 && met * 2 >= all).then_some((Way::Pieces, 1, met))
}
