//! Words in SQL: an array of the characters and pairs of characters that stand in a text, which an index (GIN) finds,
//! and the folded text itself, in which a longer word is looked for as it stands.

use crate::server::store::words::{Wanted, pairs, wanted};
use std::collections::BTreeSet;

/// What is kept of a text to be found by.
pub(super) struct Indexed {
    /// Its characters and pairs, each once.
    pub(super) words: Vec<String>,
    /// The text folded, its words apart by one blank.
    pub(super) folded: String,
}

/// What a query asks for; all of it must hold.
#[derive(Default)]
pub(super) struct Question {
    /// These stand in the text.
    pub(super) words: Vec<String>,
    /// So do these, as they are; what `words` cannot tell alone.
    pub(super) rows: Vec<String>,
}

/// A row of neighbouring tokens as the text that it stands for: each token begins with the character after the one
/// before, and one of a single character ends a word.
fn text(tokens: &str, out: &mut String) {
    let mut tokens = tokens.split(' ').peekable();
    while let Some(token) = tokens.next() {
        let mut chars = token.chars();
        out.extend(chars.next());
        match (chars.next(), tokens.peek()) {
            (None, Some(_)) => out.push(' '),
            (last, None) => out.extend(last),
            (Some(_), Some(_)) => {}
        }
    }
}

/// A text as it is kept.
pub(super) fn indexed(of: &str) -> Indexed {
    let tokens = pairs(of);
    let mut words = BTreeSet::new();
    for token in tokens.split(' ').filter(|token| !token.is_empty()) {
        words.extend(token.chars().next().map(String::from));
        words.insert(token.to_owned());
    }
    let mut folded = String::with_capacity(tokens.len() / 2);
    text(&tokens, &mut folded);
    Indexed {
        words: words.into_iter().collect(),
        folded,
    }
}

/// What the words of a query ask for; nothing when they ask for nothing.
pub(super) fn question(words: &str) -> Option<Question> {
    let mut question = Question::default();
    for word in wanted(words) {
        match word {
            Wanted::Beginning(character) => question.words.push(character),
            Wanted::Row(tokens) => {
                question.words.extend(tokens.split(' ').map(str::to_owned));
                if tokens.contains(' ') {
                    let mut row = String::new();
                    text(&tokens, &mut row);
                    question.rows.push(row);
                }
            }
        }
    }
    (!question.words.is_empty()).then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_by_its_pairs_and_as_it_is_compared() {
        let kept = indexed("路燈 不亮\nA1");
        assert_eq!(kept.folded, "路灯 不亮 ａ１");
        let words = ["ａ", "ａ１", "不", "不亮", "亮", "灯", "路", "路灯", "１"];
        assert_eq!(
            BTreeSet::from_iter(kept.words),
            words.map(String::from).into()
        );
        assert_eq!(indexed(" ").folded, "");
        assert!(indexed(" ").words.is_empty());
    }

    #[test]
    fn a_longer_word_is_also_looked_for_as_it_stands() {
        let asked = question("灯 灯不亮 路灯").unwrap();
        assert_eq!(asked.words, ["灯", "灯不", "不亮", "路灯"]);
        assert_eq!(asked.rows, ["灯不亮"]);
        assert!(question(" \t").is_none());
    }
}
