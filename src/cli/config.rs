//! `hotline config show`: every value and where it came from.

use super::Setup;
use super::args::ConfigShow;
use super::fault::Fault;
use crate::settings::Origin;
use crate::words::Cli as Say;
use std::io::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Prints the table, or JSON.
pub fn show(setup: &Setup, show: &ConfigShow) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    if show.json {
        let values: serde_json::Map<String, serde_json::Value> = setup
            .settings
            .iter()
            .map(|(key, s)| {
                (
                    key.name.to_owned(),
                    serde_json::json!({"value": s.shown(), "from": s.origin.to_string()}),
                )
            })
            .collect();
        let text = serde_json::to_string_pretty(&values).map_err(Fault::failed)?;
        return writeln!(out, "{text}").map_err(Fault::of_output);
    }
    let words = &setup.words;
    let message = if setup.config_file.exists() {
        Say::ConfigFile
    } else {
        Say::ConfigFileMissing
    };
    let path = setup.config_file.display().to_string();
    writeln!(
        out,
        "{}\n",
        words.say_with(message, &[("path", path.into())])
    )
    .map_err(Fault::of_output)?;
    let rows = rows(setup);
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [key, value, origin] in &rows {
        let pad = |text: &str, to: usize| " ".repeat(to.saturating_sub(text.width()));
        writeln!(
            out,
            "{key}{}  {value}{}  {origin}",
            pad(key, first),
            pad(value, second)
        )
        .map_err(Fault::of_output)?;
    }
    Ok(())
}

/// Key, value and origin of each setting, under a heading.
fn rows(setup: &Setup) -> Vec<[String; 3]> {
    let words = &setup.words;
    let mut rows = vec![[
        words.say(Say::ConfigKey),
        words.say(Say::ConfigValue),
        words.say(Say::ConfigOrigin),
    ]];
    for (key, setting) in setup.settings.iter() {
        let value = if setting.text.is_empty() {
            words.say(Say::ConfigUnset)
        } else {
            setting.shown()
        };
        let origin = match &setting.origin {
            Origin::Default => words.say(Say::ConfigDefault),
            origin => origin.to_string(),
        };
        rows.push([key.name.to_owned(), value, origin]);
    }
    rows
}
