//! Configuration: one table of keys ([`KEYS`]); values come from the default, the file, the environment and
//! the flags, in that order, and each remembers where it came from. A mistake names file, line, key and what
//! was expected; all mistakes are told at once, and nothing half-read is used.

mod file;
mod key;
pub mod paths;
mod write;

pub use key::{KEYS, Key, Kind, THEMES, masked};
pub use write::with;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// The configuration file.
    File {
        /// Which.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(&'static str),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A mistake in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub origin: Origin,
    /// Which key; empty when the file does not parse.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: Expected,
}

/// What was expected where a mistake stands. `cli` words it; `Display` is English, for logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A value of this kind.
    Kind(Kind),
    /// TOML.
    Toml,
    /// A key that exists; this one was perhaps meant.
    Nearest(&'static str),
    /// A key that exists.
    KnownKey,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => kind.fmt(f),
            Self::Toml => f.write_str("TOML: [section], then key = value"),
            Self::Nearest(name) => write!(f, "a known key; {name} was perhaps meant"),
            Self::KnownKey => f.write_str("a known key; `hotline config show` lists them"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {} ({})", self.origin, self.found, self.expected)
        } else {
            write!(
                f,
                "{}: {} = {}: expected {}",
                self.origin, self.key, self.found, self.expected
            )
        }
    }
}

/// All mistakes of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

/// A value as text with where it came from. Every text has passed its key's check.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// The value.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Setting {
    /// The value as it may be shown: without a password.
    pub fn shown(&self) -> String {
        masked(&self.text)
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.shown(), self.origin)
    }
}

/// The configuration in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings(BTreeMap<&'static str, Setting>);

impl Settings {
    /// Lays file, environment and flags over the defaults.
    ///
    /// `file` is the file's path and text; `env` looks a variable up; `flags` are pairs of key and value.
    pub fn layered(
        file: Option<(&Path, &str)>,
        env: impl Fn(&str) -> Option<String>,
        flags: &[(&str, String)],
    ) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut values: BTreeMap<_, _> = KEYS
            .iter()
            .map(|key| {
                (
                    key.name,
                    Setting {
                        text: key.default.to_owned(),
                        origin: Origin::Default,
                    },
                )
            })
            .collect();
        let from_file = file
            .map(|(path, text)| file::read(path, text, &mut faults))
            .unwrap_or_default();
        let from_env = KEYS
            .iter()
            .filter_map(|key| Some((key, env(key.env)?, Origin::Environment(key.env))));
        let from_flags = flags.iter().filter_map(|(name, value)| {
            let key = Key::named(name)?;
            Some((key, value.clone(), Origin::Flag(format!("--{name}"))))
        });
        for (key, text, origin) in from_file.into_iter().chain(from_env).chain(from_flags) {
            match key.kind.check(&text) {
                Ok(()) => {
                    values.insert(key.name, Setting { text, origin });
                }
                Err(kind) => faults.push(Fault {
                    origin,
                    key: key.name.to_owned(),
                    found: quoted(&masked(&text)),
                    expected: Expected::Kind(kind),
                }),
            }
        }
        if faults.is_empty() {
            Ok(Self(values))
        } else {
            Err(Faults(faults))
        }
    }

    /// Every key with its value, in the table's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Key, &Setting)> {
        KEYS.iter()
            .filter_map(|key| Some((key, self.0.get(key.name)?)))
    }

    /// A key's value with where it came from.
    pub fn of(&self, name: &str) -> Option<&Setting> {
        self.0.get(name)
    }

    /// The text of a key; empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |setting| setting.text.as_str())
    }

    /// The text of a key, if it is set.
    pub fn set(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A path, if it is set.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.set(name).map(PathBuf::from)
    }

    /// A switch.
    pub fn switch(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// A whole number; 0 when it is not set.
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or(0)
    }

    /// An address with port, if it is set.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        self.set(name).and_then(|text| text.parse().ok())
    }
}

/// A found value as it is shown in a fault: cut, and without control characters.
fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    format!("{cut:?}")
}

#[cfg(test)]
mod tests;
