//! Puts help texts into the command line, in the language that is asked for.

use super::args::Cli;
use crate::words::{Cli as Say, Lang, Words};
use clap::{Arg, ArgAction, Command, CommandFactory as _};

/// The command line with its help in a language.
pub fn command(words: &Words) -> Command {
    let root = Cli::command().about(words.say(Say::About));
    let root = with_flags(root, words).arg(
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help(words.say(Say::VersionFlag))
            .help_heading(words.say(Say::HeadingOptions)),
    );
    localized(root, "", words)
}

/// The language asked for before anything is parsed: `--lang`, `HOTLINE_LANG`, else the locale.
pub fn language(args: &[String], env: impl Fn(&str) -> Option<String>) -> Lang {
    let flag = args
        .iter()
        .enumerate()
        .take_while(|(_, arg)| *arg != "--")
        .find_map(|(at, arg)| {
            arg.strip_prefix("--lang=")
                .map(str::to_owned)
                .or_else(|| (arg == "--lang").then(|| args.get(at + 1).cloned())?)
        });
    flag.or_else(|| env("HOTLINE_LANG"))
        .and_then(|tag| Lang::from_tag(&tag))
        .unwrap_or_else(|| {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| env(name).filter(|v| !v.is_empty()));
            Lang::of_locale(&locale.unwrap_or_default())
        })
}

fn with_flags(command: Command, words: &Words) -> Command {
    command.disable_help_flag(true).arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(words.say(Say::HelpFlag))
            .help_heading(words.say(Say::HeadingOptions)),
    )
}

fn localized(command: Command, path: &str, words: &Words) -> Command {
    let options = words.say(Say::HeadingOptions);
    let arguments = words.say(Say::HeadingArguments);
    let mut command = command
        .help_template(format!(
            "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            words.say(Say::HeadingUsage)
        ))
        .subcommand_help_heading(words.say(Say::HeadingCommands))
        .subcommand_value_name(words.say(Say::ValueCommand))
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                arguments.clone()
            } else {
                options.clone()
            };
            let help = words
                .by_name(&argument_name(path, arg.get_id().as_str()))
                .or_else(|| words.by_name(&argument_name("", arg.get_id().as_str())));
            let arg = arg.help_heading(heading);
            match help {
                Some(help) => arg.help(help),
                None => arg,
            }
        });
    if let Some(about) = words.by_name(&command_name(path)) {
        command = command.about(about);
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}-{name}")
        };
        command =
            command.mut_subcommand(name, |sub| localized(with_flags(sub, words), &below, words));
    }
    command
}

/// The name of a command's text: `cmd-kb-import`.
pub(super) fn command_name(path: &str) -> String {
    if path.is_empty() {
        "About".to_owned()
    } else {
        format!("cmd-{path}")
    }
}

/// The name of an argument's text: `arg-kb-import-map`, or `arg-server` where all commands share it.
pub(super) fn argument_name(path: &str, id: &str) -> String {
    let id = id.replace('_', "-");
    if path.is_empty() {
        format!("arg-{id}")
    } else {
        format!("arg-{path}-{id}")
    }
}
