//! `hotline desk`: the workstation, wired to the configured server.

use super::args::Desk;
use super::fault::Fault;
use super::{Setup, first_run, line, logs, model, runtime, wire};
use crate::desk::keymap::Keymap;
use crate::desk::ports::Configured;
use crate::desk::theme::{Theme, ThemeName};
use crate::desk::{self, Elsewhere, Exit, House, State};
use crate::link::{Api, replace};
use crate::settings::{self, Key, Settings, paths};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens the desk.
pub fn open(setup: &Setup, _desk: &Desk) -> Result<(), Fault> {
    let first = if first_run::is_wanted(setup) {
        first_run::walk(setup).map_err(Fault::failed)?
    } else {
        None
    };
    if let Some(settings) = first {
        return opened(&Setup {
            words: crate::words::Words::new(setup.words.lang()),
            settings,
            config_file: setup.config_file.clone(),
            flags: setup.flags.clone(),
        });
    }
    opened(setup)
}

fn opened(setup: &Setup) -> Result<(), Fault> {
    let data = data_folder(setup)?;
    let _log = logs::to_file(setup, &data)?;
    let api = line::client(setup)?;
    runtime()?.block_on(async {
        let house = house(setup, api, &data, None)?;
        run(house, None).await
    })
}

fn data_folder(setup: &Setup) -> Result<PathBuf, Fault> {
    let data = match setup.settings.path("data") {
        Some(path) => path,
        None => paths::desk_data().map_err(Fault::failed)?,
    };
    std::fs::create_dir_all(&data)
        .map_err(|error| Fault::failed(format!("{}: {error}", data.display())))?;
    Ok(data)
}

/// A desk of a server, its files under `data`. `known` is the account and password of a demonstration, filled in
/// beforehand. To be called inside the runtime.
pub(super) fn house(
    setup: &Setup,
    api: Api,
    data: &Path,
    known: Option<(&str, &str)>,
) -> Result<House, Fault> {
    let base = api.base().to_owned();
    let model = Some(model::folder(setup)?).filter(|folder| folder.exists());
    let configure = configure(setup);
    let (ports, journal, outside) =
        wire::plug(api, data, model, configure).map_err(Fault::failed)?;
    let (keymap, complaint) = keymap(setup)?;
    let words = Arc::new(crate::words::Words::new(setup.words.lang()));
    let mut state = State::new(
        words,
        theme(&setup.settings),
        keymap,
        crate::crypto::random(),
        Timestamp::now(),
    );
    if let Some(account) = known
        .map(|(account, _)| account)
        .or(setup.settings.set("desk.account"))
    {
        state.know(account, known.map(|(_, password)| password));
    }
    state.server = base;
    state.asks_marks = setup.settings.text("desk.marks") == "auto";
    state.config_file = setup.config_file.display().to_string();
    desk::take_settings(&mut state, setup.settings.clone());
    if let Some(complaint) = complaint {
        state.complain(complaint);
    }
    Ok(House {
        state,
        ports,
        journal,
        outside,
    })
}

/// Runs the desk until it is left. `elsewhere` is the way to a server that stands beside its own.
pub(super) async fn run(
    house: House,
    elsewhere: Option<Box<dyn Elsewhere + '_>>,
) -> Result<(), Fault> {
    match Box::pin(desk::run(house, elsewhere))
        .await
        .map_err(Fault::failed)?
    {
        Exit::Quit => Ok(()),
        // A signal ends a program with an exit code of its own, and without a word.
        Exit::Signal | Exit::Hangup => Err(Fault {
            code: 143,
            text: String::new(),
        }),
    }
}

/// Changes a setting in the person's file, and reads the configuration anew as it was read at the start.
fn configure(setup: &Setup) -> wire::Configure {
    let (file, flags) = (setup.config_file.clone(), setup.flags.clone());
    Arc::new(move |name, value| {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.to_string()),
        };
        let key = Key::named(name).ok_or_else(|| name.to_owned())?;
        let text = settings::with(&text, key, value).map_err(|error| error.to_string())?;
        // What could not be read back is not written.
        let read = Settings::layered(
            Some((&file, &text)),
            |name| std::env::var(name).ok(),
            &flags,
        );
        let settings = read.map_err(|faults| faults.to_string())?;
        let kept = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        kept.and_then(|()| replace(&file, text.as_bytes()))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let (keymap, complaint) = keys(&settings).map_err(|fault| fault.text)?;
        Ok(Configured {
            theme: theme(&settings),
            keymap,
            complaint,
            settings,
        })
    })
}

fn theme(settings: &Settings) -> Theme {
    let name = ThemeName::from_name(settings.text("desk.theme")).unwrap_or_default();
    // NO_COLOR (no-color.org): any value that is not empty asks for bold and reverse alone.
    let name = if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        ThemeName::Plain
    } else {
        name
    };
    Theme::new(name, settings.text("desk.marks") == "ascii")
}

/// The configured keys, and what is wrong with the user's file, if anything: then the named keymap stands alone.
pub(super) fn keymap(setup: &Setup) -> Result<(Keymap, Option<String>), Fault> {
    keys(&setup.settings)
}

fn keys(settings: &Settings) -> Result<(Keymap, Option<String>), Fault> {
    let base = settings.text("desk.keymap");
    let built_in = Keymap::built_in(base).map_err(Fault::failed)?;
    let Some(path) = settings.path("desk.keymap-file") else {
        return Ok((built_in, None));
    };
    let file = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return Ok((built_in, Some(format!("{file}: {error}")))),
    };
    match Keymap::with_file(base, &file, &text) {
        Ok(keymap) => Ok((keymap, None)),
        Err(error) => Ok((built_in, Some(error.to_string()))),
    }
}
