//! The tokens that a field is indexed with, as a tokenizer for tantivy. Positions count cells, so a phrase
//! of bigrams says that its characters stand side by side.

use super::filler::short_form;
use super::pinyin::{initials, readings};
use super::text::{Cell, Content, Gap, cells};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// How a field's text is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Analysis {
    /// Pairs of characters that stand side by side; a lone character and a word by themselves.
    Bigrams,
    /// Characters and words one by one.
    Unigrams,
    /// Syllables, and pairs of them (written by [`pair`]), and those of the short form after them.
    Syllables,
    /// Pairs, of the text without what is left out when it is typed short; nothing where that is the text itself.
    Short,
    /// Two and three initials that stand side by side, and those of the short form after them.
    Initials,
    /// The tails of numbers, from four digits on, and codes without their signs.
    Numbers,
}

impl Analysis {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Bigrams,
        Self::Unigrams,
        Self::Syllables,
        Self::Short,
        Self::Initials,
        Self::Numbers,
    ];

    /// The name tantivy knows it by.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bigrams => "hotline_bigrams",
            Self::Unigrams => "hotline_unigrams",
            Self::Syllables => "hotline_syllables",
            Self::Short => "hotline_short",
            Self::Initials => "hotline_initials",
            Self::Numbers => "hotline_numbers",
        }
    }

    /// The tokens of cells with their positions.
    pub(crate) fn of(self, cells: &[Cell]) -> Vec<(usize, String)> {
        let mut tokens = Vec::with_capacity(cells.len());
        match self {
            Self::Bigrams => bigrams(cells, &mut tokens),
            Self::Unigrams => tokens.extend(cells.iter().enumerate().map(|(at, cell)| {
                (
                    at,
                    match &cell.content {
                        Content::Han(c) => c.to_string(),
                        Content::Word(word) => word.clone(),
                    },
                )
            })),
            Self::Syllables => {
                syllables(cells, 0, &mut tokens);
                if let Some(short) = short_form(cells) {
                    // Behind the whole, with a free place between.
                    let behind = placed(cells).last().map_or(0, |(at, ..)| at + 2);
                    syllables(&short, behind, &mut tokens);
                }
            }
            Self::Short => {
                if let Some(short) = short_form(cells) {
                    bigrams(&short, &mut tokens);
                }
            }
            Self::Initials => {
                let mut places = initial_places(cells);
                if let Some(short) = short_form(cells) {
                    // A free place between the two, so that nothing matches across it.
                    places.push(None);
                    places.extend(initial_places(&short));
                }
                initial_grams(&places, &mut tokens);
            }
            Self::Numbers => numbers(cells, &mut tokens),
        }
        tokens
    }
}

/// Two syllables as one token. It begins with a sign, so that no prefix of a syllable reaches it.
pub(crate) fn pair(one: &str, two: &str) -> String {
    format!("+{one} {two}")
}

/// Each cell with its position: the end of a sentence leaves a place free, so nothing matches across it.
fn placed(cells: &[Cell]) -> impl Iterator<Item = (usize, &Cell, Option<&Cell>)> {
    let nexts = cells.iter().skip(1).map(Some).chain([None]);
    let mut free = 0;
    cells
        .iter()
        .zip(nexts)
        .enumerate()
        .map(move |(at, (cell, next))| {
            if at > 0 && cell.gap == Gap::Hard {
                free += 1;
            }
            (at + free, cell, next.filter(|next| next.gap != Gap::Hard))
        })
}

fn bigrams(cells: &[Cell], tokens: &mut Vec<(usize, String)>) {
    let mut inside = false;
    for (at, cell, next) in placed(cells) {
        match (&cell.content, next.and_then(Cell::han)) {
            (Content::Han(c), Some(following)) => {
                tokens.push((at, String::from_iter([*c, following])));
                inside = true;
            }
            (Content::Han(c), None) => {
                if !inside {
                    tokens.push((at, c.to_string()));
                }
                inside = false;
            }
            (Content::Word(word), _) => {
                tokens.push((at, word.clone()));
                inside = false;
            }
        }
    }
}

fn syllables(cells: &[Cell], behind: usize, tokens: &mut Vec<(usize, String)>) {
    for (at, cell, next) in placed(cells) {
        let Some(c) = cell.han() else { continue };
        let at = at + behind;
        for one in readings(c) {
            tokens.push((at, one.to_owned()));
            if let Some(following) = next.and_then(Cell::han) {
                tokens.extend(readings(following).map(|two| (at, pair(one, two))));
            }
        }
    }
}

/// The initials that may stand in each place; `None` for a free place.
fn initial_places(cells: &[Cell]) -> Vec<Option<Vec<char>>> {
    // A word counts letter by letter, so that `etcbl` finds ETC办理.
    let mut places: Vec<Option<Vec<char>>> = Vec::with_capacity(cells.len());
    for cell in cells {
        if cell.gap == Gap::Hard {
            places.push(None);
        }
        match &cell.content {
            Content::Han(c) => places.push(Some(initials(*c).collect())),
            Content::Word(word) => places.extend(word.chars().map(|c| Some(vec![c]))),
        }
    }
    places
}

fn initial_grams(places: &[Option<Vec<char>>], tokens: &mut Vec<(usize, String)>) {
    for (at, window) in places.windows(2).enumerate() {
        let [Some(one), Some(two)] = window else {
            continue;
        };
        let three = places.get(at + 2).and_then(Option::as_ref);
        for a in one {
            for b in two {
                tokens.push((at, String::from_iter([*a, *b])));
                for c in three.into_iter().flatten() {
                    tokens.push((at, String::from_iter([*a, *b, *c])));
                }
            }
        }
    }
}

/// Shortest tail of a number that is looked for.
pub(crate) const SHORTEST_TAIL: usize = 4;

fn numbers(cells: &[Cell], tokens: &mut Vec<(usize, String)>) {
    // Words joined by signs only (0531-6660, GJJ-0001) are one number.
    let mut run = String::new();
    let nexts = cells.iter().skip(1).map(Some).chain([None]);
    for (cell, next) in cells.iter().zip(nexts) {
        let Content::Word(word) = &cell.content else {
            continue;
        };
        run.push_str(word);
        let joined = next.is_some_and(|next| next.gap == Gap::Soft && next.han().is_none());
        if joined && run.len() < 64 {
            continue;
        }
        tails(&run, tokens);
        run.clear();
    }
}

/// The run itself, and its tails of digits from four digits on.
fn tails(run: &str, tokens: &mut Vec<(usize, String)>) {
    if !run.contains(|c: char| c.is_ascii_digit()) || run.len() < SHORTEST_TAIL {
        return;
    }
    tokens.push((0, run.to_owned()));
    let digits = run.len() - run.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    for len in SHORTEST_TAIL..=digits {
        if len < run.len()
            && let Some(tail) = run.get(run.len() - len..)
        {
            tokens.push((0, tail.to_owned()));
        }
    }
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        Tokens {
            waiting: self.of(&cells(text)).into_iter(),
            current: Token::default(),
        }
    }
}

/// A text's tokens, one after the other.
pub(crate) struct Tokens {
    waiting: std::vec::IntoIter<(usize, String)>,
    current: Token,
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.waiting.next() else {
            return false;
        };
        // Offsets stay zero: marks are made from the cells (`super::highlight`), not from the index.
        self.current = Token {
            position,
            text,
            ..Token::default()
        };
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(analysis: Analysis, text: &str) -> Vec<(usize, String)> {
        analysis.of(&cells(text))
    }

    fn table(expected: &[(usize, &str)]) -> Vec<(usize, String)> {
        expected
            .iter()
            .map(|(at, text)| (*at, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn bigrams_go_on_across_punctuation_and_stop_at_sentences() {
        for (text, expected) in [
            ("公积金", vec![(0, "公积"), (1, "积金")]),
            ("社保、医保", vec![(0, "社保"), (1, "保医"), (2, "医保")]),
            ("停水。停电", vec![(0, "停水"), (3, "停电")]),
            ("办ETC要钱", vec![(0, "办"), (1, "etc"), (2, "要钱")]),
            ("水", vec![(0, "水")]),
        ] {
            assert_eq!(tokens(Analysis::Bigrams, text), table(&expected), "{text}");
        }
    }

    #[test]
    fn readings_and_initials_of_both_readings_are_there() {
        let found = tokens(Analysis::Syllables, "银行");
        for expected in [(1, "xing"), (1, "hang"), (0, "+yin hang")] {
            assert!(found.contains(&(expected.0, expected.1.to_owned())));
        }
        let found = tokens(Analysis::Initials, "公积金怎么提取");
        for expected in [(0, "gjj"), (2, "jzm"), (8, "gjj"), (10, "jtq")] {
            assert!(
                found.contains(&(expected.0, expected.1.to_owned())),
                "{found:?}"
            );
        }
        assert!(!found.contains(&(5, "tqg".to_owned())), "{found:?}");
        let found = tokens(Analysis::Initials, "ETC办理");
        for expected in [(0, "et"), (2, "cbl"), (3, "bl")] {
            assert!(found.contains(&(expected.0, expected.1.to_owned())));
        }
    }

    #[test]
    fn numbers_are_found_by_their_tails() {
        let found = tokens(Analysis::Numbers, "电话0531-00001234");
        for expected in ["053100001234", "00001234", "1234"] {
            assert!(found.contains(&(0, expected.to_owned())), "{expected}");
        }
        assert!(tokens(Analysis::Numbers, "GJJ-0001").contains(&(0, "gjj0001".to_owned())));
        assert!(tokens(Analysis::Numbers, "30日内").is_empty());
    }
}
