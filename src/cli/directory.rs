//! `hotline directory import`, and `hotline directory check`.

use super::args::{DirectoryCheck, DirectoryImport};
use super::fault::Fault;
use super::{Setup, kb, line, runtime};
use crate::domain::directory::Directory;
use crate::domain::id::UnitCode;
use crate::link::import::directory_folder;
use crate::words::Cli as Say;
use std::path::Path;

/// Checks a folder and puts its directory in force on the running server; nothing is sent when a row is wrong.
pub fn import(setup: &Setup, import: &DirectoryImport) -> Result<(), Fault> {
    let directory = read(setup, &import.folder)?;
    let words = &setup.words;
    if import.dry_run {
        told!("{}", words.say(Say::ImportDry));
        return Ok(());
    }
    runtime()?.block_on(send(setup, directory))
}

/// The directory of a folder; every mistake in it is told.
fn read(setup: &Setup, folder: &Path) -> Result<Directory, Fault> {
    let words = &setup.words;
    let checked = directory_folder(folder).map_err(|error| Fault::usage(error.say(words)))?;
    checked.map_err(|refused| {
        kb::tell_refused(words, &refused);
        let count = [("count", refused.len().into())];
        Fault::usage(words.say_with(Say::DirectoryRefused, &count))
    })
}

/// Runs a folder's directory over what upheld returns taught and over the open tickets of the running server; nothing is
/// put in force. A case that fails is a failure.
pub fn check(setup: &Setup, check: &DirectoryCheck) -> Result<(), Fault> {
    let directory = read(setup, &check.folder)?;
    let checked = runtime()?.block_on(async {
        let api = line::signed_in(setup).await?;
        let checked = api.check_directory(&directory).await;
        line::done(&api).await;
        checked.map_err(|error| Fault::of_link(&error, &setup.words))
    })?;
    let words = &setup.words;
    let unit = |code: Option<&UnitCode>| {
        let found = code.and_then(|code| directory.unit(code).map(|unit| unit.name.to_string()));
        found
            .or_else(|| code.map(ToString::to_string))
            .unwrap_or_else(|| words.say(Say::CheckNobody))
    };
    for fault in &checked.failed {
        let case = &fault.case;
        let values = [
            ("number", case.number.to_string().into()),
            ("item", case.item.to_string().into()),
            ("wrong", unit(Some(&case.wrong)).into()),
            ("right", unit(case.right.as_ref()).into()),
            ("lead", unit(fault.lead.as_ref()).into()),
        ];
        told!("{}", words.say_with(Say::CheckFailed, &values));
    }
    for moves in &checked.moves {
        let values = [
            ("from", unit(moves.from.as_ref()).into()),
            ("to", unit(moves.to.as_ref()).into()),
            ("count", moves.count.into()),
        ];
        told!("{}", words.say_with(Say::CheckMoves, &values));
    }
    let values = [
        ("cases", checked.cases.into()),
        ("failures", checked.failures.into()),
        ("looked", checked.looked_at.into()),
    ];
    let done = words.say_with(Say::CheckDone, &values);
    if checked.failures > 0 {
        return Err(Fault::failed(done));
    }
    told!("{done}");
    Ok(())
}

async fn send(setup: &Setup, directory: Directory) -> Result<(), Fault> {
    let counts = [
        ("items", directory.items.len().into()),
        ("rules", directory.rules.len().into()),
        ("units", directory.units.len().into()),
    ];
    let api = line::signed_in(setup).await?;
    let imported = api
        .replace_directory(&directory, &uuid::Uuid::now_v7().to_string())
        .await;
    line::done(&api).await;
    let imported = imported.map_err(|error| Fault::of_link(&error, &setup.words))?;
    let message = if imported.changed {
        Say::DirectoryDone
    } else {
        Say::DirectorySame
    };
    let mut values = vec![("version", imported.version.into())];
    values.extend(counts);
    told!("{}", setup.words.say_with(message, &values));
    Ok(())
}
