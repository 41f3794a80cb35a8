//! `hotline man`: the manual, one page a command.

use super::args::Man;
use super::fault::Fault;
use super::{Setup, help};
use clap_mangen::Man as Page;
use std::path::Path;

/// Prints the main page, or writes all pages into a folder.
pub fn print(setup: &Setup, man: &Man) -> Result<(), Fault> {
    let mut command = help::command(&setup.words);
    command.build();
    match &man.out {
        None => Page::new(command)
            .render(&mut std::io::stdout())
            .map_err(Fault::of_output),
        Some(folder) => write_all(folder, &command, "hotline"),
    }
}

fn write_all(folder: &Path, command: &clap::Command, name: &str) -> Result<(), Fault> {
    let path = folder.join(format!("{name}.1"));
    let fault = |error: std::io::Error| Fault::failed(format!("{}: {error}", path.display()));
    let mut page = Vec::new();
    Page::new(command.clone().name(name.to_owned()))
        .render(&mut page)
        .map_err(fault)?;
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, page))
        .map_err(fault)?;
    for sub in command.get_subcommands() {
        write_all(folder, sub, &format!("{name}-{}", sub.get_name()))?;
    }
    Ok(())
}
