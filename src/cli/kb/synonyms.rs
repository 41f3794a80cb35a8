//! `hotline kb synonyms …`: everyday words and the official words they find. The built-in list is changed by a file in
//! the data folder, which every search on this machine reads.

use crate::cli::Setup;
use crate::cli::args::KbSynonyms;
use crate::cli::fault::Fault;
use crate::cli::line;
use crate::domain::clock::civil_day;
use crate::link::Copies;
use crate::link::copies::{read_synonyms, synonyms_file};
use crate::search::text::squeezed;
use crate::search::{Query, Synonyms};
use crate::settings::paths;
use crate::words::Cli as Say;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Runs one of the commands. Errors: the file can't be read or written, or a line of it is no group.
pub fn synonyms(setup: &Setup, command: &KbSynonyms) -> Result<(), Fault> {
    let data = match setup.settings.path("data") {
        Some(path) => path,
        None => paths::desk_data().map_err(Fault::failed)?,
    };
    let path = synonyms_file(&data);
    match command {
        KbSynonyms::List { all } => list(setup, &path, *all),
        KbSynonyms::Add { word, official } => {
            if !may_stand(word, official) {
                return Err(Fault::usage(setup.words.say(Say::SynonymsSigns)));
            }
            change(
                setup,
                &path,
                word,
                Some(&format!("{word}\t{}", official.join("|"))),
            )
        }
        KbSynonyms::Remove { word } => change(setup, &path, word, None),
        KbSynonyms::Check => check(setup, &data),
    }
}

/// True for words that a line of the file can hold as they are: without its signs, and not beginning like a remark
/// or a group that is taken out.
fn may_stand(word: &str, official: &[String]) -> bool {
    let mut all = official.iter().map(String::as_str).chain([word]);
    !all.any(|text| text.contains(['\t', '\n', '|']))
        && !word.trim_start_matches('\u{feff}').starts_with(['#', '-'])
}

fn known(path: &Path) -> Result<Synonyms, Fault> {
    let text = read_synonyms(path).map_err(Fault::failed)?;
    let faulty = |error| Fault::failed(format!("{}: {error}", path.display()));
    Synonyms::built_in().with(&text).map_err(faulty)
}

/// Shows the groups: those of this machine, or all.
fn list(setup: &Setup, path: &Path, all: bool) -> Result<(), Fault> {
    let built_in: std::collections::BTreeMap<&str, &[String]> =
        Synonyms::built_in().groups().collect();
    let known = known(path)?;
    let mut shown = 0;
    for (word, official) in known.groups() {
        if all || built_in.get(word) != Some(&official) {
            told!("{word}\t{}", official.join("|"));
            shown += 1;
        }
    }
    let values = [
        ("shown", shown.into()),
        ("all", known.groups().count().into()),
        ("file", path.display().to_string().into()),
    ];
    eprintln!("{}", setup.words.say_with(Say::SynonymsCount, &values));
    Ok(())
}

/// The file's text with the line in place of any for the same word, as the list takes words for the same; without a
/// line, with the word's group taken out. `None` when there is no such group.
fn changed(text: &str, word: &str, line: Option<&str>) -> Option<String> {
    let key = squeezed(word);
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|old| word_of(old).is_none_or(|of| of != key))
        .collect();
    let out = format!("-{word}");
    let built_in = Synonyms::built_in().groups().any(|(known, _)| known == key);
    match line {
        Some(line) => lines.push(line),
        None if built_in => lines.push(&out),
        None if lines.len() == text.lines().count() => return None,
        None => {}
    }
    Some(lines.join("\n") + "\n")
}

/// The word that a line of the file is about, in normal form; `None` for a remark.
fn word_of(line: &str) -> Option<String> {
    let line = line.trim_start_matches('\u{feff}');
    if line.trim_end().is_empty() || line.starts_with('#') {
        return None;
    }
    let word = line.strip_prefix('-');
    word.or_else(|| line.split('\t').next()).map(squeezed)
}

/// Puts a line for `word` into the file in place of any that is there; without one, takes the word's group out.
fn change(setup: &Setup, path: &Path, word: &str, line: Option<&str>) -> Result<(), Fault> {
    let text = read_synonyms(path).map_err(Fault::failed)?;
    let Some(new) = changed(&text, word, line) else {
        let values = [("word", word.into())];
        return Err(Fault::usage(
            setup.words.say_with(Say::SynonymsNone, &values),
        ));
    };
    Synonyms::built_in().with(&new).map_err(Fault::usage_of)?;
    let failed = |error| Fault::failed(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    // Written beside and renamed: a search that reads meanwhile sees the old list or the new one.
    let beside: PathBuf = path.with_extension("tsv.new");
    std::fs::write(&beside, new).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)?;
    let values = [("word", word.into())];
    told!("{}", setup.words.say_with(Say::SynonymsChanged, &values));
    Ok(())
}

/// Lists the groups of which no official word finds anything in this machine's copy of the knowledge, and counts
/// them; no error where there are some. A group with one word that does find something is not told. Each word is asked
/// by itself and without the list.
fn check(setup: &Setup, data: &Path) -> Result<(), Fault> {
    let known = known(&synonyms_file(data))?;
    let api = line::client(setup)?;
    let copies = Copies::open(data, api.base()).map_err(Fault::failed)?;
    let searcher = copies.searcher().with_synonyms(Synonyms::default().into());
    let today = civil_day(Timestamp::now());
    let mut lost = 0;
    for (word, official) in known.groups() {
        let mut found = false;
        for text in official {
            let query = Query {
                text: text.clone(),
                today,
                limit: 1,
            };
            found |= !searcher
                .search(&query)
                .map_err(Fault::failed)?
                .hits
                .is_empty();
        }
        if !found {
            lost += 1;
            told!("{word}\t{}", official.join("|"));
        }
    }
    let values = [
        ("lost", lost.into()),
        ("all", known.groups().count().into()),
        ("revision", copies.revision().into()),
    ];
    eprintln!("{}", setup.words.say_with(Say::SynonymsLost, &values));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_written_otherwise_is_the_same_group() {
        let text = "# 没水\n没水\t停水\nWiFi\t网络\n-沒 電\n";
        // Traditional, full-width, capitals, spaces: what the list takes for the same.
        assert_eq!(
            changed(text, "沒水", Some("沒水\t供水")).unwrap(),
            "# 没水\nWiFi\t网络\n-沒 電\n沒水\t供水\n"
        );
        assert_eq!(
            changed(text, "ｗｉｆｉ", None).unwrap(),
            "# 没水\n没水\t停水\n-沒 電\n"
        );
        assert_eq!(
            changed(text, "没电", Some("没电\t停电")).unwrap(),
            "# 没水\n没水\t停水\nWiFi\t网络\n没电\t停电\n"
        );
        assert_eq!(changed(text, "没有这一组", None), None);
        // One of the program's own is taken out by a line.
        let (own, _) = Synonyms::built_in().groups().next().unwrap();
        let out = changed("", &format!(" {own}"), None).unwrap();
        assert_eq!(out, format!("- {own}\n"));
        let left = Synonyms::built_in().with(&out).unwrap();
        assert!(left.groups().all(|(word, _)| word != own));
    }

    #[test]
    fn what_would_be_another_kind_of_line_is_no_word() {
        let official = ["停水".to_owned()];
        assert!(may_stand("没水", &official));
        for word in [
            "#没水",
            "-没水",
            "\u{feff}-没水",
            "没\t水",
            "没|水",
            "没\n水",
        ] {
            assert!(!may_stand(word, &official), "{word:?}");
        }
        assert!(!may_stand("没水", &["停\t水".to_owned()]));
    }
}
