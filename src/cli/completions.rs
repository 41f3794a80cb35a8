//! `hotline completions`: a completion script for a shell.

use super::args::Completions;
use super::fault::Fault;
use super::{Setup, help};

/// Prints the script.
pub fn print(setup: &Setup, completions: &Completions) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(
        completions.shell,
        &mut help::command(&setup.words),
        "hotline",
        &mut script,
    );
    std::io::Write::write_all(&mut std::io::stdout(), &script).map_err(Fault::of_output)
}
