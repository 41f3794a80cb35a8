//! The command line: a file a subcommand. Each parses, wires the floors together and prints; it holds no rules.

/// Prints a line, as `println!` does, without falling over when nobody reads it any more (`| head`).
macro_rules! told {
    ($($text:tt)*) => {
        $crate::cli::tell(&format!($($text)*))
    };
}

mod args;
mod calendar;
mod clock;
mod completions;
mod config;
mod demo;
mod desk;
mod directory;
mod doctor;
mod fault;
mod first_run;
mod help;
mod kb;
mod key;
mod keys;
mod line;
mod logs;
mod man;
mod model;
mod outage;
mod practice;
mod serve;
mod user;
pub mod wire;

use crate::settings::{Settings, paths};
use crate::words::{Lang, Words};
use args::{Cli, Command};
use clap::FromArgMatches as _;
use fault::Fault;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What every subcommand gets: the words in the right language, the configuration, and where that came from.
pub(crate) struct Setup {
    words: Words,
    settings: Settings,
    config_file: PathBuf,
    /// What the command line fixes, by key.
    flags: Vec<(&'static str, String)>,
}

/// Runs the program with these arguments (the first is its name).
pub fn run(args: &[String]) -> ExitCode {
    let early = Words::new(help::language(args, |name| std::env::var(name).ok()));
    match parse_and_go(args, early) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            if !fault.text.is_empty() {
                eprintln!("{}", crate::domain::text::shown(&fault.text));
            }
            ExitCode::from(fault.code)
        }
    }
}

fn parse_and_go(args: &[String], words: Words) -> Result<(), Fault> {
    let matches = match help::command(&words).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => {
            // Help and version are no mistakes; a closed pipe under them is none either.
            let _ = error.print();
            return Ok(());
        }
        Err(error) => return Err(fault::of_clap(&error, &words)),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| fault::of_clap(&error, &words))?;
    let setup = set_up(&cli, words)?;
    match &cli.command {
        Command::Config(args::Config::Show(show)) => config::show(&setup, show),
        Command::Clock(args::ClockCommand::Due(args)) => clock::due(&setup, args),
        Command::Calendar(args::CalendarCommand::Import(args)) => calendar::import(&setup, args),
        Command::Outage(args::OutageCommand::Tell(args)) => outage::tell(&setup, args),
        Command::Completions(completions) => completions::print(&setup, completions),
        Command::Man(man) => man::print(&setup, man),
        Command::Demo(args) => demo::demo(&setup, args),
        Command::Serve(args) => serve::serve(&setup, args),
        Command::Kb(args::Kb::Import(args)) => kb::import(&setup, args),
        Command::Desk(args) => desk::open(&setup, args),
        Command::Doctor(_) => doctor::look(&setup),
        Command::Keys(args::Keys::List(_)) => keys::list(&setup),
        Command::Keys(args::Keys::Test(_)) => keys::test(&setup),
        Command::Kb(args::Kb::Search(args)) => kb::search(&setup, args),
        Command::Kb(args::Kb::Evaluate(args)) => kb::evaluate(&setup, args),
        Command::Model(args::Model::Install(args)) => model::install(&setup, args),
        Command::Model(args::Model::Status) => model::status(&setup),
        Command::Model(args::Model::Remove) => model::remove(&setup),
        Command::Kb(args::Kb::Synonyms(args)) => kb::synonyms(&setup, args),
        Command::Kb(args::Kb::Export(args)) => kb::export(&setup, args),
        Command::Kb(args::Kb::Generate(args)) => kb::generate(&setup, args),
        Command::Directory(args::DirectoryCommand::Import(args)) => directory::import(&setup, args),
        Command::Directory(args::DirectoryCommand::Check(args)) => directory::check(&setup, args),
        Command::Practice(args::Practice::Check(args)) => practice::check(&setup, args),
        Command::Key(args::KeyCommand::Rotate(_)) => key::rotate(&setup),
        Command::Practice(args::Practice::Serve(args)) => practice::serve::serve(&setup, args),
        Command::Practice(args::Practice::Export(args)) => practice::export(&setup, args),
        Command::Practice(args::Practice::Import(args)) => practice::import(&setup, args),
        Command::User(args::User::Add(args)) => user::add(&setup, args),
    }
}

/// A line to standard output. Whoever reads may have gone; any other trouble is said once for the line.
fn tell(line: &str) {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => eprintln!("{error}"),
        _ => {}
    }
}

/// The asynchronous machine that a command runs on.
fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Fault::failed)
}

fn set_up(cli: &Cli, words: Words) -> Result<Setup, Fault> {
    let config_file = match &cli.config {
        Some(path) => path.clone(),
        None => paths::config_file().map_err(Fault::failed)?,
    };
    let text = match std::fs::read_to_string(&config_file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && cli.config.is_none() => None,
        Err(error) => return Err(Fault::usage(format!("{}: {error}", config_file.display()))),
    };
    let file = text.as_deref().map(|text| (config_file.as_path(), text));
    let flags = args::flags(cli);
    let settings = Settings::layered(file, |name| std::env::var(name).ok(), &flags)
        .map_err(|faults| fault::of_settings(&faults, &words))?;
    // The file may name a language too; flag and environment went over it already.
    let words = match settings.set("language").and_then(Lang::from_tag) {
        Some(lang) if lang != words.lang() => Words::new(lang),
        _ => words,
    };
    Ok(Setup {
        words,
        settings,
        config_file,
        flags,
    })
}

#[cfg(test)]
mod tests;
