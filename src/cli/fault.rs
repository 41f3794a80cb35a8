//! How a mistake ends: in words, on standard error, with an exit code (2 for a mistake of the command line or
//! the configuration, 1 for everything else).

use crate::link::LinkError;
use crate::protocol::error::ApiError;
use crate::server::core::OpenError;
use crate::server::serve::ServeError;
use crate::settings::{Expected, Fault as SettingFault, Faults, Kind};
use crate::words::{Cli as Say, Desk, Words};
use clap::error::{ContextKind, ErrorKind};
use std::fmt;

/// What ends the program early.
#[derive(Debug)]
pub struct Fault {
    /// The exit code.
    pub code: u8,
    /// In words.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// A mistake of whoever called: exit code 2.
    pub fn usage(text: impl Into<String>) -> Self {
        Self {
            code: 2,
            text: text.into(),
        }
    }

    /// A mistake of whoever called, told by an error.
    #[allow(clippy::needless_pass_by_value, reason = "made for map_err")]
    pub fn usage_of(error: impl fmt::Display) -> Self {
        Self::usage(error.to_string())
    }

    /// The line to the server, or what the server said, in the person's words: exit code 1.
    pub fn of_link(error: &LinkError, words: &Words) -> Self {
        let said = match error {
            LinkError::Offline(_) => words.say(Say::ServerSilent),
            LinkError::Api(ApiError::WrongPassword) => words.say(Desk::ErrorWrongPassword),
            LinkError::Api(ApiError::Forbidden) => words.say(Desk::ErrorForbidden),
            LinkError::Api(ApiError::NotSignedIn) => words.say(Desk::ErrorNotSignedIn),
            LinkError::Api(ApiError::Unavailable) => words.say(Desk::ErrorUnavailable),
            LinkError::Api(ApiError::Throttled { seconds }) => {
                words.say_with(Desk::ErrorThrottled, &[("seconds", (*seconds).into())])
            }
            other => other.to_string(),
        };
        Self::failed(said)
    }

    /// What was printed did not arrive. Nobody reading any more (`| head`) is no fault.
    #[allow(clippy::needless_pass_by_value, reason = "made for map_err")]
    pub fn of_output(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self {
                code: 0,
                text: String::new(),
            };
        }
        Self::failed(error)
    }

    /// Why a server does not serve, in the person's words: exit code 2.
    pub fn of_serve(error: &ServeError, words: &Words) -> Self {
        let said = match error {
            ServeError::Plaintext { addr } => {
                words.say_with(Say::ServePlaintext, &[("address", addr.to_string().into())])
            }
            ServeError::Bind { addr, cause } => {
                let values = [
                    ("address", addr.to_string().into()),
                    ("cause", cause_words(cause, words).into()),
                ];
                words.say_with(Say::ServeBind, &values)
            }
            ServeError::Tls { cert, key, cause } => {
                let values = [
                    ("cert", cert.display().to_string().into()),
                    ("key", key.display().to_string().into()),
                    ("cause", cause_words(cause, words).into()),
                ];
                words.say_with(Say::ServeTls, &values)
            }
            ServeError::Locked { .. } => words.say(Say::ServeLocked),
            other => other.to_string(),
        };
        Self::usage(said)
    }

    /// Why a server's data do not open, in the person's words: exit code 1.
    pub fn of_open(error: &OpenError, words: &Words) -> Self {
        let said = match error {
            OpenError::DataDir { path, cause } => {
                let values = [
                    ("path", path.display().to_string().into()),
                    ("cause", cause_words(cause, words).into()),
                ];
                words.say_with(Say::OpenDataDir, &values)
            }
            OpenError::OtherKey { database, key_file } => {
                let values = [
                    ("path", database.as_str().into()),
                    ("key", key_file.display().to_string().into()),
                ];
                words.say_with(Say::OpenOtherKey, &values)
            }
            OpenError::Store(error) => error.to_string(),
        };
        Self::failed(said)
    }

    /// Something that went wrong: exit code 1.
    pub fn failed(text: impl fmt::Display) -> Self {
        Self {
            code: 1,
            text: text.to_string(),
        }
    }
}

/// What the system says, in the person's words where it is one of the usual things.
pub(super) fn cause_words(cause: &std::io::Error, words: &Words) -> String {
    use std::io::ErrorKind as K;
    let word = match cause.kind() {
        K::AddrInUse => Say::CauseInUse,
        K::AddrNotAvailable => Say::CauseNoAddress,
        K::PermissionDenied => Say::CauseDenied,
        K::NotFound => Say::CauseMissing,
        K::StorageFull => Say::CauseFull,
        K::ReadOnlyFilesystem => Say::CauseReadOnly,
        K::NotADirectory | K::AlreadyExists => Say::CauseNoFolder,
        _ => return cause.to_string(),
    };
    words.say(word)
}

/// A mistake of the command line in the language that was asked for.
pub fn of_clap(error: &clap::Error, words: &Words) -> Fault {
    let get = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = get(ContextKind::InvalidArg);
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => {
            words.say_with(Say::UnknownArgument, &[("argument", argument.into())])
        }
        ErrorKind::InvalidSubcommand => words.say_with(
            Say::UnknownCommand,
            &[("command", get(ContextKind::InvalidSubcommand).into())],
        ),
        ErrorKind::MissingRequiredArgument => {
            words.say_with(Say::MissingArgument, &[("argument", argument.into())])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            words.say(Say::MissingCommand)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => words.say_with(
            Say::InvalidValue,
            &[
                ("argument", argument.into()),
                ("value", get(ContextKind::InvalidValue).into()),
            ],
        ),
        _ => error.to_string(),
    };
    let valid = get(ContextKind::ValidValue);
    if !valid.is_empty() {
        text.push('\n');
        text.push_str(&words.say_with(Say::ValidValues, &[("values", valid.into())]));
    }
    text.push('\n');
    text.push_str(&words.say(Say::TryHelp));
    Fault::usage(text)
}

/// A mistake of the configuration, a line each.
pub fn of_settings(faults: &Faults, words: &Words) -> Fault {
    let line = |fault: &SettingFault| {
        let values = [
            ("where", fault.origin.to_string().into()),
            ("key", fault.key.as_str().into()),
            ("found", fault.found.as_str().into()),
            ("expected", expected(&fault.expected, words).into()),
        ];
        words.say_with(
            if fault.key.is_empty() {
                Say::SettingsSyntax
            } else {
                Say::SettingsFault
            },
            &values,
        )
    };
    Fault::usage(faults.0.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn expected(expected: &Expected, words: &Words) -> String {
    match expected {
        Expected::Toml => words.say(Say::ExpectedToml),
        Expected::Nearest(name) => words.say_with(Say::ExpectedNearest, &[("key", (*name).into())]),
        Expected::KnownKey => words.say(Say::ExpectedKnownKey),
        Expected::Kind(kind) => match kind {
            Kind::Text => words.say(Say::ExpectedText),
            Kind::Path => words.say(Say::ExpectedPath),
            Kind::Switch => words.say(Say::ExpectedSwitch),
            Kind::Number(from, to) => words.say_with(
                Say::ExpectedNumber,
                &[("from", (*from).into()), ("to", (*to).into())],
            ),
            Kind::Choice(choices) => words.say_with(
                Say::ExpectedChoice,
                &[("values", choices.join(", ").into())],
            ),
            Kind::Url => words.say(Say::ExpectedUrl),
            Kind::Address => words.say(Say::ExpectedAddress),
            Kind::Database => words.say(Say::ExpectedDatabase),
        },
    }
}
