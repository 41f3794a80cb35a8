//! Texts made searchable, the same way for every engine: what differs only in writing (width, case, traditional) is
//! folded, and a text becomes the pairs of characters that stand next to each other in it. A word of two characters
//! is one pair, a longer one a row of them, so what stands in a text is found exactly, without a dictionary.

use crate::search::text::folded;

/// How many characters of a query are looked for; a longer one is refused.
pub const LONGEST_QUERY: usize = 200;

/// The pairs of a text, in order, each as one token without a blank: a row of neighbours in the text is a row of
/// neighbouring tokens. The last character before a blank stands alone, so every character begins a token.
pub fn pairs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for word in folded(text).split_whitespace() {
        for token in tokens(word, true) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&token);
        }
    }
    out
}

/// One word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// These tokens, one after the other.
    Row(String),
    /// A token that begins with this character.
    Beginning(String),
}

/// What a query looks for: each of its words must stand in the text.
pub fn wanted(query: &str) -> Vec<Wanted> {
    let query = folded(query);
    query
        .split_whitespace()
        .filter_map(|word| {
            let row = tokens(word, false);
            if row.is_empty() {
                return tokens(word, true).pop().map(Wanted::Beginning);
            }
            Some(Wanted::Row(row.join(" ")))
        })
        .collect()
}

/// True when each word of the query stands in one of the texts.
pub fn stands_in(query: &str, texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| folded(text)).collect();
    folded(query)
        .split_whitespace()
        .all(|word| texts.iter().any(|text| text.contains(word)))
}

/// A name (of a stage, a unit, an account) as one token.
pub fn name(kind: char, name: &str) -> String {
    std::iter::once(kind)
        .chain(name.chars())
        .map(wide)
        .collect()
}

/// The tokens of a word without blanks; with `last` its last character alone after them.
fn tokens(word: &str, last: bool) -> Vec<String> {
    let chars: Vec<char> = word.chars().map(wide).collect();
    let pairs = chars.windows(2).map(|pair| pair.iter().collect());
    let alone = chars.last().filter(|_| last).map(char::to_string);
    pairs.chain(alone).collect()
}

/// Punctuation and letters of ASCII in the full-width form, which no engine's tokenizer cuts or changes.
fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        c if c.is_ascii() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_pairs_and_a_query_a_row_of_them() {
        assert_eq!(pairs("路灯 不亮"), "路灯 灯 不亮 亮");
        assert_eq!(pairs("A1%"), pairs("ａ１％"));
        assert_eq!(wanted("路燈"), [Wanted::Row("路灯".to_owned())]);
        assert_eq!(wanted("灯不亮"), [Wanted::Row("灯不 不亮".to_owned())]);
        assert_eq!(wanted("灯"), [Wanted::Beginning("灯".to_owned())]);
        assert_eq!(wanted(" 小区 灯 ").len(), 2);
        assert!(wanted(" \t").is_empty());
    }

    #[test]
    fn no_token_has_a_character_that_means_something_to_an_engine() {
        let hostile = "\" OR * NEAR( : ^ ' \\ \u{0}\u{7f} {a}-+";
        assert!(pairs(hostile).chars().all(|c| c == ' ' || !c.is_ascii()));
    }

    #[test]
    fn every_word_must_stand_somewhere() {
        assert!(stands_in("路灯 小区", &["阳光小区", "路燈不亮"]));
        assert!(!stands_in("路灯 大区", &["阳光小区", "路灯不亮"]));
        assert!(!stands_in("区路", &["阳光小区", "路灯不亮"]));
    }
}
