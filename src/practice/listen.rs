//! What a caller understands of a call-taker's line: which general questions and acts are in it, and which of the
//! caller's own facts it asks for. It stands on the product's text analysis: writings folded, everyday words with their
//! official ones, characters by sound where an input method chose the wrong ones, and letters read as pinyin.

use super::scenario::Tongue;
use super::scene::Known;
use crate::search::Synonyms;
use crate::search::filler::has_empty_talk;
use crate::search::pinyin::{readings, splits};
use crate::search::text::{Cell, Content, Gap, cells, squeezed};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

/// How much of a phrase's pairs of characters must be said.
const ENOUGH: f32 = 0.62;
/// How much of an act's words must be said: all of them, in any order; 有什么可以帮您 is not 还有什么可以帮您.
const ENOUGH_ACT: f32 = 0.999;
/// How much of its pairs that name a matter, in a question that is put in other words.
const ENOUGH_MATTER: f32 = 0.5;
/// What such a find counts.
const BY_MATTER: f32 = 0.6;
/// What makes a clause a question, or asks to be told.
const ASKS: [&str; 18] = [
    "哪",
    "谁",
    "什么",
    "啥",
    "几",
    "多少",
    "吗",
    "呢",
    "么",
    "怎",
    "没有",
    "是否",
    "是不是",
    "何",
    "多久",
    "说",
    "讲",
    "请",
];
/// English words that name no matter.
const ENGLISH: [&str; 26] = [
    "a", "an", "the", "is", "are", "do", "does", "you", "your", "we", "i", "it", "to", "of", "in",
    "and", "what", "how", "may", "please", "can", "could", "have", "which", "where", "ask",
];
/// Where a question of the directory names two things: 有视频或票据吗.
const JOINS: [&str; 4] = ["或者", "或", "还是", "和"];
/// How much of it by sound alone.
const ENOUGH_SOUND: f32 = 0.8;
/// The shortest phrase that is known by its sound alone, in characters.
const SHORTEST_SOUND: usize = 3;
/// What asks for a caller's own fact goes before a general question alike.
const OWN: f32 = 1.25;
/// Longest line that is listened to, in characters.
const LONGEST: usize = 400;
/// What turns a guarded phrase into its contrary, where it stands shortly before it.
const NOT: [&str; 6] = ["不", "没", "无法", "别", "难", "未必"];

/// What an intent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentKind {
    /// It asks for something.
    Question,
    /// It does something.
    Act,
    /// It must not be said; known only by its very words.
    Guarded,
}

/// A general intent of call-takers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: IntentKind,
    /// How it is said.
    pub say: Vec<String>,
}

#[derive(Deserialize)]
struct Intents {
    intent: Vec<Intent>,
}

static INTENTS: LazyLock<Vec<Intent>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/practice/intents.toml"))
        .map(|all: Intents| all.intent)
        .unwrap_or_default()
});

/// The general intents, in the order of their file.
pub fn intents() -> &'static [Intent] {
    &INTENTS
}

/// What a clause asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A fact of this caller, by its place in the scene.
    Fact(usize),
    /// A general question.
    General(&'static str),
}

/// A part of a line between two marks of punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it asks for, most likely first; in Chinese at most one.
    pub asks: Vec<Ask>,
    /// What it does.
    pub acts: BTreeSet<&'static str>,
    /// Guarded phrases in it: the intent, and the words.
    pub guarded: Vec<(&'static str, String)>,
}

/// Understands one caller's call-taker.
#[derive(Debug, Clone)]
pub struct Listener {
    tongue: Tongue,
    own: Arc<Book>,
}

/// Phrases that can be found in a clause.
#[derive(Debug, Default)]
struct Book {
    phrases: Vec<Phrase>,
    /// By pair of characters or word: how rare it is, and the phrases it stands in.
    grams: HashMap<String, (f32, Vec<usize>)>,
    sounds: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone)]
struct Phrase {
    target: Target,
    text: String,
    weight: f32,
    /// The weight of the pairs that name a matter.
    matter: f32,
    sounds: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Fact(usize),
    Intent(usize),
}

impl Target {
    /// True for what is asked for, in whatever words; acts are known by theirs.
    const fn is_asked(self) -> bool {
        matches!(self, Self::Fact(_))
    }

    /// How much of a phrase must be said.
    fn enough(self) -> f32 {
        let kind = match self {
            Self::Fact(_) => None,
            Self::Intent(at) => intents().get(at).map(|intent| intent.kind),
        };
        if kind == Some(IntentKind::Act) {
            ENOUGH_ACT
        } else {
            ENOUGH
        }
    }
}

/// The general intents are the same for every caller: read once.
static GENERAL: LazyLock<Book> = LazyLock::new(|| {
    let mut book = Book::default();
    for (at, intent) in intents().iter().enumerate() {
        if intent.kind != IntentKind::Guarded {
            for say in &intent.say {
                book.add(Target::Intent(at), say);
            }
        }
    }
    book.weigh(None);
    book
});

/// The guarded phrases in normal form, each with its intent's name and its words.
static GUARDED: LazyLock<Vec<(&'static str, &'static str, String)>> = LazyLock::new(|| {
    let guarded = intents()
        .iter()
        .filter(|intent| intent.kind == IntentKind::Guarded);
    let all = guarded.flat_map(|intent| {
        intent
            .say
            .iter()
            .map(|say| (intent.id.as_str(), say.as_str(), squeezed(say)))
    });
    all.collect()
});

impl Book {
    fn add(&mut self, target: Target, text: &str) {
        let cells = cells(text);
        let at = self.phrases.len();
        for gram in grams(&cells) {
            self.grams
                .entry(gram)
                .or_insert((0.0, Vec::new()))
                .1
                .push(at);
        }
        let sounds = if cells.len() < SHORTEST_SOUND {
            BTreeSet::new()
        } else {
            sound_pairs(&cells)
        };
        for pair in &sounds {
            self.sounds.entry(pair.clone()).or_default().push(at);
        }
        self.phrases.push(Phrase {
            target,
            text: squeezed(text),
            weight: 0.0,
            matter: 0.0,
            sounds: sounds.len(),
        });
    }

    fn targets(&self, inside: impl IntoIterator<Item = usize>) -> usize {
        let targets: BTreeSet<Target> = inside
            .into_iter()
            .filter_map(|at| Some(self.phrases.get(at)?.target))
            .collect();
        targets.len()
    }

    /// A pair that few targets have weighs more; `beside` is counted with this book.
    fn weigh(&mut self, beside: Option<&Self>) {
        let count = |book: &Self| book.targets(0..book.phrases.len());
        let all = count(self) + beside.map_or(0, count);
        let weights: Vec<(String, f32)> = self
            .grams
            .iter()
            .map(|(gram, (_, inside))| {
                let there = beside.and_then(|book| Some((book, book.grams.get(gram)?)));
                let there = there.map_or(0, |(book, (_, inside))| {
                    book.targets(inside.iter().copied())
                });
                let with = self.targets(inside.iter().copied()) + there;
                (gram.clone(), (1.0 + number(all) / number(with)).ln())
            })
            .collect();
        for (gram, weight) in weights {
            let Some((own, inside)) = self.grams.get_mut(&gram) else {
                continue;
            };
            *own = weight;
            let matter = if names_matter(&gram) { weight } else { 0.0 };
            for at in inside {
                if let Some(phrase) = self.phrases.get_mut(*at) {
                    phrase.weight += weight;
                    phrase.matter += matter;
                }
            }
        }
    }

    /// The targets of which enough was said, each with its score.
    fn heard(&self, said: &Said) -> BTreeMap<Target, f32> {
        let mut shared: BTreeMap<usize, (f32, f32)> = BTreeMap::new();
        for gram in &said.grams {
            let Some((weight, inside)) = self.grams.get(gram) else {
                continue;
            };
            let matter = if names_matter(gram) { *weight } else { 0.0 };
            for at in inside {
                let (all, of_matter) = shared.entry(*at).or_default();
                *all += weight;
                *of_matter += matter;
            }
        }
        let mut by_sound: BTreeMap<usize, usize> = BTreeMap::new();
        for inside in said.sounds.iter().filter_map(|pair| self.sounds.get(pair)) {
            for at in inside {
                *by_sound.entry(*at).or_default() += 1;
            }
        }
        let mut scores: BTreeMap<Target, f32> = BTreeMap::new();
        let places: BTreeSet<usize> = shared.keys().chain(by_sound.keys()).copied().collect();
        for at in places {
            let Some(phrase) = self.phrases.get(at) else {
                continue;
            };
            let (written, matter) = shared.get(&at).copied().unwrap_or((0.0, 0.0));
            let written = written / phrase.weight.max(f32::EPSILON);
            let matter = matter / phrase.matter.max(f32::EPSILON);
            let sound =
                number(by_sound.get(&at).copied().unwrap_or(0)) / number(phrase.sounds.max(1));
            let score = if said.text.contains(&phrase.text) {
                phrase.weight
            } else if written >= phrase.target.enough() {
                written.min(1.0) * 0.95 * phrase.weight
            } else if sound >= ENOUGH_SOUND {
                sound.min(1.0) * 0.8 * phrase.weight
            } else if said.asks && phrase.target.is_asked() && matter >= ENOUGH_MATTER {
                matter.min(1.0) * BY_MATTER * phrase.matter
            } else {
                continue;
            };
            let best = scores.entry(phrase.target).or_default();
            *best = best.max(score);
        }
        scores
    }
}

/// A clause as it is looked for in the books.
struct Said {
    text: String,
    /// It asks something.
    asks: bool,
    grams: BTreeSet<String>,
    sounds: BTreeSet<String>,
}

impl Said {
    fn new(clause: &[Cell], tongue: Tongue) -> Self {
        let text: String = clause.iter().map(cell_text).collect();
        let mut said = grams(clause);
        for official in Synonyms::built_in().of(&text) {
            said.extend(grams(&cells(official)));
        }
        Self {
            grams: said,
            sounds: sound_pairs(clause),
            asks: tongue == Tongue::En || ASKS.iter().any(|word| text.contains(word)),
            text,
        }
    }
}

impl Listener {
    /// Reads what a caller's facts are asked with.
    pub(super) fn new(facts: &[Known], tongue: Tongue) -> Self {
        let mut own = Book::default();
        for (at, fact) in facts.iter().enumerate() {
            for cue in &fact.cues {
                for part in parts(cue, tongue) {
                    own.add(Target::Fact(at), &part);
                }
            }
        }
        own.weigh(Some(&GENERAL));
        Self {
            tongue,
            own: Arc::new(own),
        }
    }

    /// What is in a line, clause by clause.
    pub fn hear(&self, line: &str) -> Vec<Clause> {
        let head: String = line.chars().take(LONGEST).collect();
        clauses(&cells(&head), self.tongue)
            .iter()
            .map(|cells| self.clause(cells))
            .collect()
    }

    fn clause(&self, clause: &[Cell]) -> Clause {
        let said = Said::new(clause, self.tongue);
        let mut asks: Vec<(f32, Ask)> = Vec::new();
        let mut acts = BTreeSet::new();
        for (target, score) in self
            .own
            .heard(&said)
            .into_iter()
            .chain(GENERAL.heard(&said))
        {
            match target {
                Target::Fact(at) => asks.push((score * OWN, Ask::Fact(at))),
                Target::Intent(at) => match intents().get(at) {
                    Some(intent) if intent.kind == IntentKind::Question => {
                        asks.push((score, Ask::General(&intent.id)));
                    }
                    Some(intent) => {
                        acts.insert(intent.id.as_str());
                    }
                    None => {}
                },
            }
        }
        asks.sort_by(|one, other| other.0.total_cmp(&one.0));
        let most = match self.tongue {
            Tongue::Zh => 1,
            Tongue::En => 2,
        };
        Clause {
            asks: asks.into_iter().take(most).map(|(_, ask)| ask).collect(),
            acts,
            guarded: guarded(&said.text),
        }
    }
}

/// A line cut where a clause ends. English words are divided by what ends a Chinese clause, so there it is not cut.
fn clauses(cells: &[Cell], tongue: Tongue) -> Vec<Vec<Cell>> {
    let mut all: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        let cut = match tongue {
            Tongue::Zh => cell.gap >= Gap::Soft,
            Tongue::En => cell.gap == Gap::Hard,
        };
        match all.last_mut() {
            Some(clause) if !cut => clause.push(cell.clone()),
            _ => all.push(vec![cell.clone()]),
        }
    }
    all
}

/// What a cue asks, part by part: 伤得重吗，打疫苗了没有 asks two things, and so does 有视频或票据吗.
fn parts(cue: &str, tongue: Tongue) -> Vec<String> {
    let mut parts: Vec<String> = clauses(&cells(cue), tongue)
        .iter()
        .map(|clause| {
            clause
                .iter()
                .map(cell_text)
                .collect::<Vec<_>>()
                .join(if tongue == Tongue::En { " " } else { "" })
        })
        .collect();
    for join in JOINS {
        parts = parts
            .iter()
            .flat_map(|part| part.split(join).map(str::to_owned))
            .collect();
    }
    parts.retain(|part| part.chars().count() >= 2);
    parts
}

/// True for a pair, or a word, that names a matter.
fn names_matter(gram: &str) -> bool {
    if gram.is_ascii() {
        return !ENGLISH.contains(&gram);
    }
    !has_empty_talk(gram)
}

fn cell_text(cell: &Cell) -> String {
    match &cell.content {
        Content::Han(c) => c.to_string(),
        Content::Word(word) => word.clone(),
    }
}

/// Pairs of characters that stand side by side, a word by itself, and a lone character.
fn grams(cells: &[Cell]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (at, cell) in cells.iter().enumerate() {
        match (&cell.content, cells.get(at + 1).and_then(Cell::han)) {
            (Content::Han(one), Some(two)) => {
                all.insert(String::from_iter([*one, two]));
            }
            (Content::Han(one), None) if cells.len() == 1 => {
                all.insert(one.to_string());
            }
            (Content::Word(word), _) => {
                all.insert(word.clone());
            }
            (Content::Han(_), None) => {}
        }
    }
    all
}

/// Pairs of syllables: characters as they are read, letters as pinyin.
fn sound_pairs(cells: &[Cell]) -> BTreeSet<String> {
    let mut syllables: Vec<String> = Vec::new();
    for cell in cells {
        match &cell.content {
            Content::Han(c) => syllables.extend(readings(*c).next().map(str::to_owned)),
            Content::Word(word) => {
                let way = splits(word).into_iter().next();
                syllables.extend(way.into_iter().flatten().map(str::to_owned));
            }
        }
    }
    syllables.windows(2).map(|pair| pair.join(" ")).collect()
}

/// The guarded phrases of a clause that nothing turns into their contrary, one an intent.
fn guarded(text: &str) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for (intent, words, phrase) in GUARDED.iter() {
        if found.iter().any(|(known, _)| known == intent) {
            continue;
        }
        let said = text.find(phrase.as_str()).is_some_and(|at| {
            let mut before: Vec<char> =
                text.get(..at).unwrap_or("").chars().rev().take(5).collect();
            before.reverse();
            let before = String::from_iter(before);
            !NOT.iter().any(|not| before.contains(not))
        });
        if said {
            found.push((intent, (*words).to_owned()));
        }
    }
    found
}

/// True when a text holds a key: one of its ways to write it (`31号|三十一号`), numbers written either way.
pub fn holds(text: &str, key: &str) -> bool {
    let text = comparable(text);
    holds_in(&text, key)
}

/// How many of the keys a text holds.
pub fn held(text: &str, keys: &[String]) -> usize {
    let text = comparable(text);
    keys.iter().filter(|key| holds_in(&text, key)).count()
}

fn holds_in(text: &str, key: &str) -> bool {
    key.split('|')
        .map(comparable)
        .any(|way| !way.is_empty() && stands_in(text, &way))
}

/// True where a way stands in a text and no number runs into it: 2号楼 is not in 12号楼.
fn stands_in(text: &str, way: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(way).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|after| after.chars().next());
        let begins_later = digit(before) && digit(way.chars().next());
        let ends_sooner = digit(after) && digit(way.chars().next_back());
        !begins_later && !ends_sooner
    })
}

/// A text for comparing: folded, without signs, Chinese numerals as digits one by one.
fn comparable(text: &str) -> String {
    const NUMERALS: [(char, &str); 12] = [
        ('零', "0"),
        ('〇', "0"),
        ('一', "1"),
        ('二', "2"),
        ('两', "2"),
        ('三', "3"),
        ('四', "4"),
        ('五', "5"),
        ('六', "6"),
        ('七', "7"),
        ('八', "8"),
        ('九', "9"),
    ];
    let squeezed: Vec<char> = squeezed(text).chars().collect();
    let digit = |c: char| {
        NUMERALS
            .iter()
            .find(|(own, _)| *own == c)
            .map(|(_, digit)| *digit)
    };
    let is_number = |c: Option<&char>| c.is_some_and(|c| digit(*c).is_some() || c.is_ascii_digit());
    let mut out = String::new();
    for (at, c) in squeezed.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| squeezed.get(at));
        match (c, digit(*c)) {
            (_, Some(digit)) => out.push_str(digit),
            // 十一 is 11, 二十 is 20, 二十一 is 21.
            ('十', None) => match (is_number(before), is_number(squeezed.get(at + 1))) {
                (false, false) => out.push_str("10"),
                (false, true) => out.push('1'),
                (true, false) => out.push('0'),
                (true, true) => {}
            },
            (c, None) => out.push(*c),
        }
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "counts of phrases are small")]
fn number(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(line: &str) -> BTreeSet<&'static str> {
        let listener = Listener::new(&[], Tongue::Zh);
        listener
            .hear(line)
            .into_iter()
            .flat_map(|clause| clause.acts)
            .collect()
    }

    fn asks(line: &str) -> Vec<&'static str> {
        let listener = Listener::new(&[], Tongue::Zh);
        let asks = listener
            .hear(line)
            .into_iter()
            .flat_map(|clause| clause.asks);
        asks.filter_map(|ask| match ask {
            Ask::General(id) => Some(id),
            Ask::Fact(_) => None,
        })
        .collect()
    }

    fn bad(line: &str) -> Vec<&'static str> {
        let listener = Listener::new(&[], Tongue::Zh);
        let found = listener
            .hear(line)
            .into_iter()
            .flat_map(|clause| clause.guarded);
        found.map(|(id, _)| id).collect()
    }

    #[test]
    fn intents_are_read_and_named_once() {
        let names: BTreeSet<_> = intents().iter().map(|intent| &intent.id).collect();
        assert!(names.len() >= 25 && names.len() == intents().len());
    }

    #[test]
    fn questions_are_known_by_words_sound_and_letters() {
        for (line, expected) in [
            ("请问您贵姓？", vec!["name"]),
            ("您怎么称呼，家住哪个小区呢", vec!["name", "where"]),
            ("请问您住在哪个小曲", vec!["where"]),
            ("zaishenmeweizhi", vec!["where"]),
            ("這個情況是從什麼時候開始的", vec!["when"]),
            ("有没有人受伤啊？", vec!["harm"]),
            ("您有什么诉求", vec!["wish"]),
            ("今天天气不错", vec![]),
        ] {
            assert_eq!(asks(line), expected, "{line}");
        }
    }

    #[test]
    fn acts_are_known() {
        for (line, act) in [
            ("您好，济南12345，请问有什么可以帮您？", "greeting"),
            ("我跟您核对一下", "read_back"),
            ("您先别着急", "comfort"),
            ("您的信息我们会严格保密", "assured"),
            ("感谢您的来电，再见", "closing"),
            ("请问还有其他需要帮助的吗", "else"),
            ("5个工作日内给您答复", "deadline"),
        ] {
            assert!(acts(line).contains(act), "{line}: {:?}", acts(line));
        }
    }

    #[test]
    fn guarded_words_count_unless_they_are_denied() {
        for (line, expected) in [
            ("我保证给您修好", vec!["promise"]),
            ("我不能保证给您修好", vec![]),
            ("这个我没法向您保证解决", vec![]),
            ("这事不归我们管", vec!["passed"]),
            ("你有完没完", vec!["rude"]),
            ("我们一定认真记录", vec![]),
        ] {
            assert_eq!(bad(line), expected, "{line}");
        }
    }

    #[test]
    fn keys_are_held_whatever_the_numerals() {
        for (text, key, expected) in [
            ("芙蓉街三十一号院", "31号", true),
            ("芙蓉街31号院", "三十一号", true),
            ("十点来的", "10点", true),
            ("二十号", "20号", true),
            ("十一楼", "11楼|11层", true),
            ("12层", "11楼|11层", false),
            ("12号楼", "2号楼", false),
            ("12号楼和2号楼", "2号楼", true),
            ("电话10012345678", "1001234567", false),
            ("", "", false),
        ] {
            assert_eq!(holds(text, key), expected, "{text} {key}");
        }
    }
}
