//! `hotline directory import`.

use super::args::DirectoryImport;
use super::fault::Fault;
use super::{Setup, kb, line, runtime};
use crate::domain::directory::Directory;
use crate::link::import::directory_folder;
use crate::words::Cli as Say;

/// Checks a folder and puts its directory in force on the running server; nothing is sent when a row is wrong.
pub fn import(setup: &Setup, import: &DirectoryImport) -> Result<(), Fault> {
    let words = &setup.words;
    let checked =
        directory_folder(&import.folder).map_err(|error| Fault::usage(error.say(words)))?;
    let directory = match checked {
        Ok(directory) => directory,
        Err(refused) => {
            kb::tell_refused(words, &refused);
            return Err(Fault::usage(words.say_with(
                Say::DirectoryRefused,
                &[("count", refused.len().into())],
            )));
        }
    };
    if import.dry_run {
        told!("{}", words.say(Say::ImportDry));
        return Ok(());
    }
    runtime()?.block_on(send(setup, directory))
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
