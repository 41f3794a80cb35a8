//! What is searched, opened and answered with: counted by day, entry and words, and by nothing that tells of a person.

use crate::domain::id::EntryCode;
use crate::domain::text::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most characters of words that are counted; longer ones are a story, and may tell of a caller.
const LONGEST: usize = 24;
/// So many digits in a row may be somebody's number.
const DIGITS: usize = 5;

/// What was done with an entry, or in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It was opened.
    Opened,
    /// A request was answered with it.
    Answered,
    /// Nothing that was found was opened.
    Missed,
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Use {
    /// The words that were typed into the search; blank where it was searched by a caller's story, which is not kept.
    #[serde(default)]
    pub query: Line,
    /// The entry; none for a miss.
    pub code: Option<EntryCode>,
    /// What.
    pub deed: Deed,
}

/// Words as they are counted: without outer blanks, in small letters. Blank when they are too long or hold digits that
/// may be a telephone or identity number.
pub fn countable(words: &str) -> Line {
    let words = words.trim().to_lowercase();
    let mut run = 0;
    let number = words.chars().any(|c| {
        run = if c.is_numeric() { run + 1 } else { 0 };
        run >= DIGITS
    });
    if number || words.chars().count() > LONGEST {
        return Line::default();
    }
    Line::lossy(&words)
}

impl Use {
    /// True when there is something to count: an entry, or words in vain.
    pub fn counts(&self) -> bool {
        match self.deed {
            Deed::Missed => self.code.is_none() && !self.query.is_blank(),
            Deed::Opened | Deed::Answered => self.code.is_some(),
        }
    }
}

/// True when an entry says a part of the words already: a search by them finds it, and nothing is to be learnt.
pub fn says(entry: &super::Entry, words: &str) -> bool {
    let letters: Vec<char> = words.chars().filter(|c| c.is_alphanumeric()).collect();
    let texts = [entry.question.as_str(), entry.answer.as_str()];
    let lists = entry.variants.iter().chain(&entry.keywords);
    let texts: Vec<String> = texts
        .into_iter()
        .chain(lists.map(Line::as_str))
        .map(str::to_lowercase)
        .collect();
    letters.windows(2).any(|pair| {
        let pair: String = pair.iter().collect();
        texts.iter().any(|text| text.contains(&pair))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_tell_of_a_person_is_not_counted() {
        for (words, counted) in [
            (" 停水 ", "停水"),
            ("GJJ提取", "gjj提取"),
            ("13912345678", ""),
            ("我叫张某 3701021990", ""),
            ("１２３４５热线", ""),
            ("2110", "2110"),
            (
                "今天中午起整栋楼没水问了物业说不知道家里有老人",
                "今天中午起整栋楼没水问了物业说不知道家里有老人",
            ),
            ("今天中午起整栋楼没水问了物业说不知道家里有老人想知道", ""),
        ] {
            assert_eq!(countable(words).as_str(), counted, "{words}");
        }
    }

    #[test]
    fn words_that_an_entry_does_not_say_can_be_learnt() {
        let entry: super::super::Entry = serde_json::from_value(serde_json::json!({
            "code": "A-1", "question": "养老保险怎么转移？", "answer": "到社保大厅。", "variants": ["社保迁移"],
        }))
        .unwrap();
        for (words, says_it) in [
            ("养老金搬家", true),
            ("搬家", false),
            ("社保", true),
            ("迁", false),
        ] {
            assert_eq!(says(&entry, words), says_it, "{words}");
        }
    }
}
