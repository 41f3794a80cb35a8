//! `hotline kb import`.

use crate::cli::args::KbImport;
use crate::cli::fault::Fault;
use crate::cli::{Setup, line, runtime};
use crate::domain::knowledge::Entry;
use crate::link::Api;
use crate::link::import::{self, Mapping, Parsed, Refused, Table};
use crate::protocol::knowledge::Imported;
use crate::words::{Cli as Say, Words};
use std::io::{IsTerminal as _, Write as _};

/// How many refused rows are told before the rest is only counted.
const TOLD: usize = 20;

/// Imports files into the running server. Ends with a mistake's exit code only when nothing could be taken.
pub fn import(setup: &Setup, import: &KbImport) -> Result<(), Fault> {
    let words = &setup.words;
    let mapping = Mapping::parse(&import.map, &import.set, import.prefix.as_deref())
        .map_err(|error| Fault::usage(error.say(words)))?;
    let mut files = Vec::new();
    for path in &import.files {
        let name = path.display().to_string();
        eprintln!(
            "{}",
            words.say_with(Say::ImportReading, &[("file", name.into())])
        );
        let table = Table::read(path, import.sheet.as_deref());
        let parsed = table.and_then(|table| import::entries(table, &mapping));
        files.push(parsed.map_err(|error| Fault::usage(error.say(words)))?);
    }
    if import.dry_run {
        let refused: Vec<Refused> = files.iter().flat_map(|file| file.refused.clone()).collect();
        let taken = files.iter().map(|file| file.taken.len()).sum();
        for file in &files {
            tell_file(words, file);
        }
        if !import.json {
            tell_refused(words, &refused);
            told!("{}", words.say(Say::ImportDry));
        }
        tell_json(words, import.json, taken, None, &refused);
        return verdict(words, taken as u64, &refused);
    }
    runtime()?.block_on(async {
        let api = line::signed_in(setup).await?;
        let sent = send_all(setup, import, &api, files).await;
        line::done(&api).await;
        sent
    })
}

async fn send_all(
    setup: &Setup,
    import: &KbImport,
    api: &Api,
    files: Vec<Parsed<Entry>>,
) -> Result<(), Fault> {
    let words = &setup.words;
    let mut sum = Imported::default();
    let mut refused = Vec::new();
    let mut taken = 0;
    for file in files {
        tell_file(words, &file);
        taken += file.taken.len();
        let live = std::io::stderr().is_terminal();
        let report = import::send(api, file, |progress| {
            let text = words.say_with(
                Say::ImportProgress,
                &[
                    ("done", progress.done.into()),
                    ("total", progress.of.into()),
                ],
            );
            // A terminal gets one line that grows; a log gets a line a batch.
            let _ = if live {
                write!(std::io::stderr(), "\r{text}")
            } else {
                writeln!(std::io::stderr(), "{text}")
            };
        })
        .await
        .map_err(|error| Fault::failed(error.say(words)))?;
        if live {
            eprintln!();
        }
        sum.added += report.imported.added;
        sum.changed += report.imported.changed;
        sum.unchanged += report.imported.unchanged;
        sum.revision = sum.revision.max(report.imported.revision);
        refused.extend(report.refused);
    }
    if !import.json {
        tell_refused(words, &refused);
        told!(
            "{}",
            words.say_with(
                Say::ImportDone,
                &[
                    ("added", sum.added.into()),
                    ("changed", sum.changed.into()),
                    ("unchanged", sum.unchanged.into()),
                    ("revision", sum.revision.into()),
                ],
            )
        );
    }
    tell_json(words, import.json, taken, Some(sum), &refused);
    verdict(words, there(&sum), &refused)
}

/// How many entries the server has out of an import, new or as they were.
const fn there(sum: &Imported) -> u64 {
    sum.added + sum.changed + sum.unchanged
}

/// A command that could take nothing of what it was given has failed; a part that was taken counts.
fn verdict(words: &Words, taken: u64, refused: &[Refused]) -> Result<(), Fault> {
    if taken == 0 && !refused.is_empty() {
        return Err(Fault::failed(words.say(Say::ImportNothing)));
    }
    Ok(())
}

fn tell_file(words: &Words, file: &Parsed<Entry>) {
    let values = [
        ("file", file.file.as_str().into()),
        ("taken", file.taken.len().into()),
        ("refused", file.refused.len().into()),
    ];
    eprintln!("{}", words.say_with(Say::ImportTaken, &values));
}

pub fn tell_refused(words: &Words, refused: &[Refused]) {
    for refused in refused.iter().take(TOLD) {
        let values = [
            ("file", refused.file.as_str().into()),
            ("line", refused.line.into()),
            ("column", refused.column.as_str().into()),
            ("problem", refused.problem.say(words).into()),
        ];
        eprintln!(
            "{}",
            crate::domain::text::shown(&words.say_with(Say::ImportRefused, &values))
        );
    }
    if refused.len() > TOLD {
        let count = refused.len() - TOLD;
        eprintln!(
            "{}",
            words.say_with(Say::ImportMore, &[("count", count.into())])
        );
    }
}

fn tell_json(
    words: &Words,
    wanted: bool,
    taken: usize,
    imported: Option<Imported>,
    refused: &[Refused],
) {
    if wanted {
        let rows: Vec<_> = refused
            .iter()
            .map(|r| serde_json::json!({"file": r.file, "line": r.line, "column": r.column, "problem": r.problem.say(words)}))
            .collect();
        let text = serde_json::json!({"taken": taken, "imported": imported, "refused": rows});
        told!("{text:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::import::Problem;
    use crate::words::Lang;

    #[test]
    fn only_an_import_that_took_nothing_of_something_has_failed() {
        let words = Words::new(Lang::ZhCn);
        let refused = Refused {
            file: "a.csv".into(),
            line: 2,
            column: "question".into(),
            problem: Problem::Blank,
        };
        for (taken, refused, code) in [
            (0, vec![], None),
            (3, vec![], None),
            (3, vec![refused.clone()], None),
            (0, vec![refused], Some(1)),
        ] {
            let ends = verdict(&words, taken, &refused).err();
            assert_eq!(ends.map(|fault| fault.code), code, "{taken} {refused:?}");
        }
    }
}
