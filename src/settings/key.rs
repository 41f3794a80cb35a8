//! The table of all keys.

use std::fmt;
use std::net::SocketAddr;

/// A text without the password in it: the one of an address (`postgres://user:password@host/name`), or of a setting in
/// such an address (`password=…`).
pub fn masked(text: &str) -> String {
    const MASK: &str = "***";
    let mut text = text.to_owned();
    if let Some(at) = text.find("://").map(|at| at + 3) {
        let end = text[at..]
            .find(['/', '?'])
            .map_or(text.len(), |end| at + end);
        // The last @ ends the password, though one stand in it.
        let login = text[at..end].rfind('@').map(|host| (at, at + host));
        if let Some((from, host)) = login
            && let Some(colon) = text[from..host].find(':')
        {
            text.replace_range(from + colon + 1..host, MASK);
        }
    }
    let mut from = 0;
    while let Some(at) = text[from..].find("password=") {
        let begin = from + at + "password=".len();
        let end = text[begin..]
            .find(['&', ' '])
            .map_or(text.len(), |end| begin + end);
        text.replace_range(begin..end, MASK);
        from = begin + MASK.len();
    }
    text
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any one-line text.
    Text,
    /// A path.
    Path,
    /// `true` or `false`.
    Switch,
    /// A whole number of a range, both ends included.
    Number(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `http://…` or `https://…`.
    Url,
    /// `address:port`.
    Address,
    /// A path, or `postgres://…`. Never shown with its password.
    Database,
}

impl Kind {
    /// `Err` with the kind itself when the text is not of it. An empty text means "not set".
    pub fn check(self, text: &str) -> Result<(), Self> {
        let holds = text.is_empty()
            || match self {
                Self::Text | Self::Path | Self::Database => !text.chars().any(char::is_control),
                Self::Switch => matches!(text, "true" | "false"),
                Self::Number(from, to) => {
                    text.parse::<u64>().is_ok_and(|n| (from..=to).contains(&n))
                }
                Self::Choice(words) => words.contains(&text),
                Self::Url => ["http://", "https://"]
                    .iter()
                    .any(|scheme| text.len() > scheme.len() && text.starts_with(scheme)),
                Self::Address => text.parse::<SocketAddr>().is_ok(),
            };
        if holds { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("one line of text"),
            Self::Path => f.write_str("a path"),
            Self::Switch => f.write_str("true or false"),
            Self::Number(from, to) => write!(f, "a whole number from {from} to {to}"),
            Self::Choice(words) => write!(f, "one of {}", words.join(", ")),
            Self::Url => f.write_str("an address that begins with http:// or https://"),
            Self::Address => f.write_str("an address with port, e.g. 127.0.0.1:12345"),
            Self::Database => f.write_str("a path, or an address that begins with postgres://"),
        }
    }
}

/// A key of the configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file, `section.key`.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default; empty means "not set".
    pub default: &'static str,
}

impl Key {
    /// The key of a name, if there is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, env: &'static str, kind: Kind, default: &'static str) -> Key {
    Key {
        name,
        env,
        kind,
        default,
    }
}

/// The themes that exist.
pub const THEMES: &[&str] = &[
    "dark",
    "light",
    "ansi16",
    "contrast",
    "deuteranopia",
    "tritanopia",
    "plain",
];

/// All keys.
pub const KEYS: &[Key] = &[
    key(
        "language",
        "HOTLINE_LANG",
        Kind::Choice(&["zh-CN", "en"]),
        "",
    ),
    key("data", "HOTLINE_DATA", Kind::Path, ""),
    key("model", "HOTLINE_MODEL", Kind::Path, ""),
    key(
        "desk.server",
        "HOTLINE_SERVER",
        Kind::Url,
        "http://127.0.0.1:12345",
    ),
    key("desk.account", "HOTLINE_ACCOUNT", Kind::Text, ""),
    key("desk.ca", "HOTLINE_CA", Kind::Path, ""),
    key("desk.theme", "HOTLINE_THEME", Kind::Choice(THEMES), "dark"),
    key(
        "desk.keymap",
        "HOTLINE_KEYMAP",
        Kind::Choice(&["default", "laptop", "function-keys"]),
        "default",
    ),
    key("desk.keymap-file", "HOTLINE_KEYMAP_FILE", Kind::Path, ""),
    key(
        "desk.marks",
        "HOTLINE_MARKS",
        Kind::Choice(&["auto", "unicode", "ascii"]),
        "auto",
    ),
    key(
        "desk.lock-minutes",
        "HOTLINE_LOCK_MINUTES",
        Kind::Number(0, 240),
        "10",
    ),
    key(
        "desk.auto-answer",
        "HOTLINE_AUTO_ANSWER",
        Kind::Switch,
        "false",
    ),
    key(
        "desk.notify",
        "HOTLINE_NOTIFY",
        Kind::Choice(&["none", "bell", "osc9"]),
        "bell",
    ),
    key(
        "server.listen",
        "HOTLINE_LISTEN",
        Kind::Address,
        "127.0.0.1:12345",
    ),
    key("server.database", "HOTLINE_DATABASE", Kind::Database, ""),
    key("server.database-ca", "HOTLINE_DATABASE_CA", Kind::Path, ""),
    key("server.key-file", "HOTLINE_KEY_FILE", Kind::Path, ""),
    key(
        "server.tls-certificate",
        "HOTLINE_TLS_CERTIFICATE",
        Kind::Path,
        "",
    ),
    key("server.tls-key", "HOTLINE_TLS_KEY", Kind::Path, ""),
    key(
        "server.allow-plaintext",
        "HOTLINE_ALLOW_PLAINTEXT",
        Kind::Switch,
        "false",
    ),
    key(
        "server.behind-proxy",
        "HOTLINE_BEHIND_PROXY",
        Kind::Switch,
        "false",
    ),
    key("server.outages-from", "HOTLINE_OUTAGES_FROM", Kind::Url, ""),
    key(
        "server.wrap-up-seconds",
        "HOTLINE_WRAP_UP_SECONDS",
        Kind::Number(0, 600),
        "30",
    ),
    key(
        "server.ring-seconds",
        "HOTLINE_RING_SECONDS",
        Kind::Number(5, 120),
        "20",
    ),
    key("server.simulate", "HOTLINE_SIMULATE", Kind::Path, ""),
    key(
        "log.level",
        "HOTLINE_LOG",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "info",
    ),
];
