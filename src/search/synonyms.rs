//! Everyday words and the official words that entries use for the same: a list kept in `assets/search/synonyms.tsv`
//! and a local file over it. Used when a query is asked, as further words that count less; no entry is changed.

use super::text::{Content, cells, squeezed};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static BUILT_IN: LazyLock<Synonyms> = LazyLock::new(|| {
    Synonyms::default()
        .with(include_str!("../../assets/search/synonyms.tsv"))
        .unwrap_or_default()
});

/// The longest everyday word, in characters.
const LONGEST: usize = 12;

/// Official words by the everyday word in normal form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synonyms(BTreeMap<String, Vec<String>>);

/// Why a list is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line}: {text:?} is no group; write everyday word, a tab, official words with | between"
)]
pub struct SynonymsError {
    /// Counted from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

impl Synonyms {
    /// The list this program comes with.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// This list changed by a file's text: a line adds a group (everyday word, tab, official words with `|` between),
    /// in place of one of the same word; one that begins with `-` takes the group of a word out. Lines that begin with `#`
    /// are remarks. Error: a line is none of these.
    pub fn with(&self, text: &str) -> Result<Self, SynonymsError> {
        let mut groups = self.0.clone();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_end().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(word) = line.strip_prefix('-') {
                groups.remove(&squeezed(word));
                continue;
            }
            let group = line.split_once('\t').and_then(|(word, official)| {
                let word = squeezed(word);
                let official: Vec<String> = official
                    .split('|')
                    .map(squeezed)
                    .filter(|one| !one.is_empty())
                    .collect();
                let sound = (1..=LONGEST).contains(&word.chars().count()) && !official.is_empty();
                sound.then_some((word, official))
            });
            let Some((word, official)) = group else {
                return Err(SynonymsError {
                    line: at + 1,
                    text: line.chars().take(40).collect(),
                });
            };
            groups.insert(word, official);
        }
        Ok(Self(groups))
    }

    /// All groups, by their everyday words.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &[String])> {
        let groups = self.0.iter();
        groups.map(|(word, official)| (word.as_str(), official.as_slice()))
    }

    /// The official words for the everyday words in a query, the longest at each place.
    pub(crate) fn of(&self, query: &str) -> Vec<&str> {
        let places: Vec<String> = cells(query)
            .into_iter()
            .take(super::query::LONGEST_QUERY)
            .map(|cell| match cell.content {
                Content::Han(c) => c.to_string(),
                Content::Word(word) => word,
            })
            .collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < places.len() {
            let mut word = String::new();
            let mut longest = None;
            for (len, place) in places.iter().skip(at).take(LONGEST).enumerate() {
                word.push_str(place);
                if let Some(official) = self.0.get(&word) {
                    longest = Some((len + 1, official));
                }
            }
            match longest {
                Some((len, official)) => {
                    found.extend(official.iter().map(String::as_str));
                    at += len;
                }
                None => at += 1,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_long_and_sound() {
        let lines = include_str!("../../assets/search/synonyms.tsv").lines();
        let groups = lines.filter(|line| !line.starts_with('#')).count();
        assert!(groups >= 300, "{groups}");
        assert_eq!(Synonyms::built_in().groups().count(), groups, "none twice");
    }

    #[test]
    fn the_longest_everyday_word_at_a_place_is_taken() {
        let list = Synonyms::default()
            .with("没水\t停水\n家里没水\t供水|停水\n# 说明\n")
            .unwrap();
        assert_eq!(list.of("我家里没水了"), ["供水", "停水"]);
        assert_eq!(list.of("還沒水"), ["停水"], "traditional, too");
        assert!(list.of("有电").is_empty());
    }

    #[test]
    fn a_local_file_adds_changes_and_takes_out() {
        let list = Synonyms::default().with("甲\t乙\n丙\t丁").unwrap();
        let list = list.with("-甲\n丙\t戊|己").unwrap();
        let groups: Vec<_> = list.groups().collect();
        assert_eq!(groups, [("丙", &["戊".to_owned(), "己".to_owned()][..])]);
        assert_eq!(list.with("好\n不好").unwrap_err().line, 1);
    }
}
