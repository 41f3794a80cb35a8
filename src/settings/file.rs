//! Reads the TOML file into texts by key, keeping each value's line.

use super::{Expected, Fault, Key, Origin, quoted};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The file's values in its own order. Unknown keys and wrong types become faults.
pub(super) fn read(
    path: &Path,
    text: &str,
    faults: &mut Vec<Fault>,
) -> Vec<(&'static Key, String, Origin)> {
    let mut found = Vec::new();
    match DeTable::parse(text) {
        Ok(table) => walk(path, text, "", table.get_ref(), &mut found, faults),
        Err(error) => faults.push(Fault {
            origin: origin(path, text, error.span().map_or(0, |span| span.start)),
            key: String::new(),
            found: error.message().to_owned(),
            expected: Expected::Toml,
        }),
    }
    found
}

fn origin(path: &Path, text: &str, at: usize) -> Origin {
    let line = text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    Origin::File {
        path: path.to_owned(),
        line,
    }
}

fn walk(
    path: &Path,
    text: &str,
    prefix: &str,
    table: &DeTable<'_>,
    found: &mut Vec<(&'static Key, String, Origin)>,
    faults: &mut Vec<Fault>,
) {
    for (name, value) in table {
        let full = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        let origin = origin(path, text, name.span().start);
        let is_section = super::KEYS.iter().any(|key| {
            key.name
                .strip_prefix(&full)
                .is_some_and(|rest| rest.starts_with('.'))
        });
        if let DeValue::Table(inner) = value.get_ref()
            && is_section
        {
            walk(path, text, &full, inner, found, faults);
            continue;
        }
        match (Key::named(&full), scalar(value)) {
            (Some(key), Some(text)) => found.push((key, text, origin)),
            (Some(key), None) => faults.push(Fault {
                origin,
                key: full,
                found: value.get_ref().type_str().to_owned(),
                expected: Expected::Kind(key.kind),
            }),
            (None, _) => faults.push(Fault {
                origin,
                found: quoted(&full),
                expected: nearest(&full),
                key: full,
            }),
        }
    }
}

fn scalar(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    }
}

/// For a key that does not exist: the one that was probably meant.
fn nearest(name: &str) -> Expected {
    let last = name.rsplit('.').next().unwrap_or(name);
    super::KEYS
        .iter()
        .find(|key| key.name.ends_with(last) || key.name.replace('-', "_").ends_with(last))
        .map_or(Expected::KnownKey, |key| Expected::Nearest(key.name))
}
