//! Text made comparable: compatibility forms folded (NFKC, so full-width becomes half-width), lower case,
//! traditional characters written simplified, and cut into cells. Each cell knows the bytes of the
//! original it came from, so that a match can be marked in the text as it stands.

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word kept in one piece, in characters; a longer run is cut.
const LONGEST_WORD: usize = 32;
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// What stands in one place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A character of a script written without spaces.
    Han(char),
    /// A run of other letters and digits.
    Word(String),
}

/// What stands between a cell and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// Nothing.
    None,
    /// Punctuation inside a sentence: 社保、医保 is read on.
    Soft,
    /// White space: two things were typed.
    Space,
    /// The end of a sentence or a line.
    Hard,
}

/// One place of a text, with its bytes in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// What stands there, normalized.
    pub content: Content,
    /// Byte where it begins in the original.
    pub start: usize,
    /// Byte after its end in the original.
    pub end: usize,
    /// What stands before it.
    pub gap: Gap,
}

impl Cell {
    /// The character, where the cell is one of a script without spaces.
    pub(crate) const fn han(&self) -> Option<char> {
        match self.content {
            Content::Han(c) => Some(c),
            Content::Word(_) => None,
        }
    }
}

/// True for characters of scripts that are written without spaces: Han, kana, hangul syllables.
pub(crate) const fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3005}' | '\u{3007}'
        | '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The cells of a text.
pub(crate) fn cells(text: &str) -> Vec<Cell> {
    let mut cutter = Cutter::default();
    let mut chars = text.char_indices().peekable();
    let mut cluster = String::new();
    while let Some((start, c)) = chars.next() {
        let end = start + c.len_utf8();
        let marked = chars.peek().is_some_and(|(_, next)| is_mark(*next));
        if is_plain(c) && !marked {
            cutter.push(simplified(c.to_ascii_lowercase()), start, end);
            continue;
        }
        cluster.clear();
        cluster.push(c);
        let mut end = end;
        while let Some((at, mark)) = chars.next_if(|(_, next)| is_mark(*next)) {
            end = at + mark.len_utf8();
            // A hostile run of marks adds nothing that anybody could search for.
            if cluster.len() < 32 {
                cluster.push(mark);
            }
        }
        for folded in cluster.nfkc().flat_map(char::to_lowercase).nfkc() {
            cutter.push(simplified(folded), start, end);
        }
    }
    cutter.cells
}

/// The text in normal form, without what stands between the cells; two writings of a thing are equal here.
pub(crate) fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for cell in cells(text) {
        match cell.content {
            Content::Han(c) => out.push(c),
            Content::Word(word) => out.push_str(&word),
        }
    }
    out
}

/// The text with every character kept and only its writing folded: width, case, traditional forms.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .map(simplified)
        .collect()
}

const fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn is_mark(c: char) -> bool {
    !is_plain(c) && is_combining_mark(c)
}

#[derive(Default)]
struct Cutter {
    cells: Vec<Cell>,
    gap: Option<Gap>,
}

impl Cutter {
    fn push(&mut self, c: char, start: usize, end: usize) {
        // A mark that has become no letter with its base says nothing that is searched for.
        if is_combining_mark(c) {
            return;
        }
        if is_han(c) {
            self.add(Content::Han(c), start, end);
        } else if c.is_alphanumeric() {
            if self.gap.is_none()
                && let Some(Cell {
                    content: Content::Word(word),
                    end: last,
                    ..
                }) = self.cells.last_mut()
                && word.chars().count() < LONGEST_WORD
            {
                word.push(c);
                *last = end;
                return;
            }
            self.add(Content::Word(c.to_string()), start, end);
        } else {
            let gap = gap_of(c);
            self.gap = Some(self.gap.map_or(gap, |before| before.max(gap)));
        }
    }

    fn add(&mut self, content: Content, start: usize, end: usize) {
        let gap = self.gap.take().unwrap_or(Gap::None);
        self.cells.push(Cell {
            content,
            start,
            end,
            gap,
        });
    }
}

fn gap_of(c: char) -> Gap {
    match c {
        '。' | '!' | '?' | ';' | '\n' | '\r' | '…' => Gap::Hard,
        c if c.is_whitespace() => Gap::Space,
        _ => Gap::Soft,
    }
}

/// A character in its simplified form. Only single characters are turned: a place in the text must stay a place.
fn simplified(c: char) -> char {
    static TABLE: LazyLock<Vec<char>> = LazyLock::new(simplified_forms);
    (c as u32)
        .checked_sub(FIRST)
        .and_then(|at| TABLE.get(usize::try_from(at).ok()?).copied())
        .unwrap_or(c)
}

/// The simplified form of every character of the table's range, itself where there is none.
fn simplified_forms() -> Vec<char> {
    let Ok(converter) = OpenCC::from_config(BuiltinConfig::T2s) else {
        return Vec::new();
    };
    let mut buffer = [0; 4];
    (FIRST..=LAST)
        .filter_map(char::from_u32)
        .map(|c| {
            let turned = converter.convert(c.encode_utf8(&mut buffer));
            let mut chars = turned.chars();
            match (chars.next(), chars.next()) {
                (Some(simple), None) => simple,
                _ => c,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writings_of_one_thing_are_equal() {
        for (one, other) in [
            ("公積金", "公积金"),
            ("ＥＴＣ　办理", "etc办理"),
            ("戶籍轉移", "户籍转移"),
            ("１２３４５", "12345"),
            ("社保、医保", "社保医保"),
            ("cafe\u{301}", "CAFÉ"),
            ("㈱", "株"),
        ] {
            assert_eq!(squeezed(one), squeezed(other), "{one} {other}");
        }
        assert_ne!(squeezed("公积金"), squeezed("公基金"));
    }

    #[test]
    fn cells_know_their_bytes_and_gaps() {
        let text = "办ETC、要 钱。吗";
        let found: Vec<_> = cells(text)
            .iter()
            .map(|cell| (text[cell.start..cell.end].to_owned(), cell.gap))
            .collect();
        let expected = [
            ("办", Gap::None),
            ("ETC", Gap::None),
            ("要", Gap::Soft),
            ("钱", Gap::Space),
            ("吗", Gap::Hard),
        ];
        assert_eq!(found, expected.map(|(text, gap)| (text.to_owned(), gap)));
    }

    proptest! {
        #[test]
        fn cells_lie_on_character_boundaries_in_order(text in any::<String>()) {
            let mut last = 0;
            for cell in cells(&text) {
                prop_assert!(cell.start <= cell.end && text.get(cell.start..cell.end).is_some());
                prop_assert!(cell.start >= last || cell.end >= last);
                last = cell.start;
            }
        }

        #[test]
        fn normalizing_twice_changes_nothing(text in any::<String>()) {
            let once = squeezed(&text);
            prop_assert_eq!(squeezed(&once), once);
        }
    }
}
