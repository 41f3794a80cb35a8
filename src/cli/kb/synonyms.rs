//! `hotline kb synonyms …`: everyday words and the official words they find. The built-in list is changed by a file in
//! the data folder, which every search on this machine reads.

use crate::cli::Setup;
use crate::cli::args::KbSynonyms;
use crate::cli::fault::Fault;
use crate::cli::line;
use crate::domain::clock::civil_day;
use crate::link::Copies;
use crate::link::copies::{read_synonyms, synonyms_file};
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
            if official
                .iter()
                .chain([word])
                .any(|text| text.contains(['\t', '\n', '|']))
            {
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
            println!("{word}\t{}", official.join("|"));
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

/// Puts a line for `word` into the file in place of any that is there; without one, takes the word's group out.
fn change(setup: &Setup, path: &Path, word: &str, line: Option<&str>) -> Result<(), Fault> {
    let text = read_synonyms(path).map_err(Fault::failed)?;
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|old| old.strip_prefix('-') != Some(word) && old.split('\t').next() != Some(word))
        .collect();
    let out = format!("-{word}");
    let built_in = Synonyms::built_in()
        .groups()
        .any(|(known, _)| known == word);
    match line {
        Some(line) => lines.push(line),
        None if built_in => lines.push(&out),
        None if lines.len() == text.lines().count() => {
            let values = [("word", word.into())];
            return Err(Fault::usage(
                setup.words.say_with(Say::SynonymsNone, &values),
            ));
        }
        None => {}
    }
    let new = lines.join("\n") + "\n";
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
    println!("{}", setup.words.say_with(Say::SynonymsChanged, &values));
    Ok(())
}

/// Says which official words find nothing in this machine's copy of the knowledge.
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
            println!("{word}\t{}", official.join("|"));
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
