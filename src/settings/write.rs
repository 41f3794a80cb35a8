//! Changes one key in a configuration file; what else stands there, comments too, stays as it is.

use super::{Key, Kind};
use toml_edit::{DocumentMut, Item, Table, TomlError, value};

/// A file's text with a key set to a value that its kind takes; an empty value takes the key out, so that the default
/// holds. Errors: the text is no TOML.
pub fn with(text: &str, key: &Key, to: &str) -> Result<String, TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let (section, name) = key.name.split_once('.').unwrap_or(("", key.name));
    let table = if section.is_empty() {
        document.as_table_mut()
    } else {
        let entry = document.entry(section).or_insert(Item::Table(Table::new()));
        // A section may be written in a line of its own (`desk = { … }`), or be no section at all.
        if !entry.is_table() {
            set(entry, name, key.kind, to);
            return Ok(document.to_string());
        }
        let Some(table) = entry.as_table_mut() else {
            return Ok(document.to_string());
        };
        table
    };
    if to.is_empty() {
        table.remove(name);
    } else {
        table.insert(name, item(key.kind, to));
    }
    Ok(document.to_string())
}

fn set(section: &mut Item, name: &str, kind: Kind, to: &str) {
    let Some(table) = section.as_table_like_mut() else {
        let mut table = Table::new();
        table.insert(name, item(kind, to));
        *section = Item::Table(table);
        return;
    };
    if to.is_empty() {
        table.remove(name);
    } else {
        table.insert(name, item(kind, to));
    }
}

/// A value as TOML has it.
fn item(kind: Kind, to: &str) -> Item {
    match (kind, to.parse::<i64>()) {
        (Kind::Switch, _) => value(to == "true"),
        (Kind::Number(..), Ok(number)) => value(number),
        _ => value(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Settings, THEMES};
    use std::path::Path;

    fn key(name: &str) -> &'static Key {
        Key::named(name).unwrap()
    }

    #[test]
    fn one_key_is_changed_and_comments_stay() {
        let text = "# unser Haus\nlanguage = \"en\"\n\n[desk]\ntheme = \"dark\" # abends\nserver = \"http://a:1\"\n";
        let text = with(text, key("desk.theme"), "light").unwrap();
        assert!(
            text.contains("# unser Haus") && text.contains("server = \"http://a:1\""),
            "{text}"
        );
        let text = with(&text, key("desk.lock-minutes"), "30").unwrap();
        let text = with(&text, key("desk.auto-answer"), "true").unwrap();
        let text = with(&text, key("language"), "").unwrap();
        let read = Settings::layered(Some((Path::new("x.toml"), &text)), |_| None, &[]).unwrap();
        assert_eq!(read.text("desk.theme"), "light");
        assert_eq!(read.number("desk.lock-minutes"), 30);
        assert!(read.switch("desk.auto-answer"));
        assert_eq!(read.text("language"), "", "the default holds");
    }

    #[test]
    fn whatever_was_there_the_key_is_read_back() {
        for before in [
            "",
            "desk = { theme = \"dark\" }\n",
            "[server]\nlisten = \"127.0.0.1:1\"\n",
            "desk.theme = \"dark\"\n",
        ] {
            for theme in THEMES {
                let text = with(before, key("desk.theme"), theme).unwrap();
                let read = Settings::layered(Some((Path::new("x.toml"), &text)), |_| None, &[]);
                assert_eq!(read.unwrap().text("desk.theme"), *theme, "{text}");
            }
        }
        assert!(with("[desk", key("desk.theme"), "dark").is_err());
    }
}
