//! `hotline practice serve`: the practice server on a data folder of its own.

use super::glue::Plugged;
use crate::cli::args::PracticeServe;
use crate::cli::fault::Fault;
use crate::cli::serve::{clocks, told_to_stop};
use crate::cli::{Setup, logs, runtime};
use crate::domain::id::EntryCode;
use crate::practice::room::Room;
use crate::practice::runs::Runs;
use crate::practice::scenario::{Known, check, read};
use crate::practice::score::Sheet;
use crate::practice::shipped::SCENARIOS;
use crate::server::seats::Lengths;
use crate::server::serve::{ServeConfig, ServeError, Serving, TlsFiles};
use crate::server::trunk::callers::Callers;
use crate::server::trunk::simulated::Simulation;
use crate::server::{Core, CoreConfig};
use crate::settings::paths;
use crate::words::{Cli as Said, Practice as Say};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Marks a data folder as one of practice.
const MARK: &str = "practice.folder";
/// What a server leaves in its folder.
const DATABASE: &str = "hotline.db";
/// What a server leaves whose database lies elsewhere.
const KEY: &str = "master.key";
const LOCK: &str = "hotline.lock";
/// How many entries are read at once.
const A_PAGE: u32 = 1_000;

/// Runs the practice server.
pub fn serve(setup: &Setup, serve: &PracticeServe) -> Result<(), Fault> {
    logs::to_stderr(setup);
    runtime()?.block_on(async {
        let files = serve.tls_certificate.clone().zip(serve.tls_key.clone());
        let config = ServeConfig {
            addr: serve.listen,
            tls: files.map(|(cert, key)| TlsFiles { cert, key }),
            allow_plaintext: serve.allow_plaintext,
            ..nobody_calls(setup)
        };
        let refused = |error: ServeError| Fault::of_serve(&error, &setup.words);
        config.check().await.map_err(refused)?;
        let data = taken(setup, serve.data.as_deref())?;
        let core = opened(setup, &data).await?;
        let serving = start(setup, core, &data, config).await?;
        let values = [("address", serving.base().into())];
        told!("{}", setup.words.say_with(Say::PracticeReady, &values));
        told_to_stop().await?;
        eprintln!("{}", setup.words.say(Said::ServeStopping));
        serving.stop().await;
        Ok(())
    })
}

/// The data folder: the one that is named, else one beside production's, whatever is configured for that; taken for
/// practice. Errors: a production server used it.
pub(super) fn taken(setup: &Setup, named: Option<&Path>) -> Result<PathBuf, Fault> {
    let data = match named {
        Some(path) => path.to_owned(),
        None => paths::practice_data().map_err(Fault::failed)?,
    };
    take(setup, &data)?;
    Ok(data)
}

/// Takes a folder for practice: one that is marked so, or in which no server was yet; then it is marked. Errors: a
/// production server used it; it can't be written.
pub(in crate::cli) fn take(setup: &Setup, data: &Path) -> Result<(), Fault> {
    let mark = data.join(MARK);
    // A server whose database lies elsewhere leaves its key or its lock only.
    let used = [DATABASE, KEY, LOCK]
        .iter()
        .any(|it| data.join(it).exists());
    if used && !mark.exists() {
        let values = [("folder", data.display().to_string().into())];
        let text = setup.words.say_with(Say::ProductionFolder, &values);
        return Err(Fault::usage(text));
    }
    let failed = |error: std::io::Error| Fault::failed(format!("{}: {error}", data.display()));
    std::fs::create_dir_all(data).map_err(failed)?;
    std::fs::write(mark, "hotline practice\n").map_err(failed)
}

/// True for a folder of practice.
pub(in crate::cli) fn is_practice(data: &Path) -> bool {
    data.join(MARK).exists()
}

/// Refuses a practice folder for production. Errors: it is one.
pub(in crate::cli) fn refuse(setup: &Setup, data: &Path) -> Result<(), Fault> {
    if !is_practice(data) {
        return Ok(());
    }
    let values = [("folder", data.display().to_string().into())];
    let text = setup.words.say_with(Say::PracticeFolder, &values);
    Err(Fault::usage(text))
}

/// Opens the core of a practice folder. Its key lies in it: another's is never opened, whatever is configured.
pub(in crate::cli) async fn opened(setup: &Setup, data: &Path) -> Result<Core, Fault> {
    let core = Core::open(CoreConfig::in_dir(data.to_owned(), clocks()?)).await;
    core.map_err(|error| Fault::of_open(&error, &setup.words))
}

/// A server on a free port of the loopback where nobody calls but whom a trainee asks for, and that fetches nothing from
/// anywhere.
pub(in crate::cli) fn nobody_calls(setup: &Setup) -> ServeConfig {
    let callers = Vec::new();
    let wrap_up = setup.settings.number("server.wrap-up-seconds");
    ServeConfig {
        simulate: Some(Simulation::new(Callers { callers })),
        lengths: Lengths {
            wrap_up: Duration::from_secs(wrap_up),
            ..Lengths::default()
        },
        ..ServeConfig::loopback()
    }
}

/// Starts the practice server over a core.
pub(in crate::cli) async fn start(
    setup: &Setup,
    core: Core,
    data: &Path,
    mut config: ServeConfig,
) -> Result<Serving, Fault> {
    let room = room(setup, &core, data).await?;
    config.practice = Some(Arc::new(Plugged(room)));
    let serving = Serving::start(core, config).await;
    serving.map_err(|error| Fault::of_serve(&error, &setup.words))
}

/// The scenarios that ship, as far as they agree with this server's directory and knowledge; what does not is said.
async fn room(setup: &Setup, core: &Core, data: &Path) -> Result<Room, Fault> {
    let directory = core.directory();
    let entries = entries(core).await?;
    let known = Known {
        directory: &directory,
        entries: &entries,
    };
    let mut scenarios = Vec::new();
    for (file, text) in SCENARIOS {
        let scenario = match read(file, text) {
            Ok(scenario) => scenario,
            Err(mistake) => return Err(Fault::failed(mistake.say(&setup.words))),
        };
        let mistakes = check(file, text, &scenario, &known);
        match mistakes.first() {
            None => scenarios.push(scenario),
            Some(first) => {
                tracing::warn!(
                    file,
                    first = first.say(&setup.words),
                    "a scenario is left out"
                );
            }
        }
    }
    let runs = Runs::open(&data.join("runs")).map_err(Fault::failed)?;
    let sheet = Sheet::built_in().map_err(Fault::failed)?;
    Room::open(scenarios, directory, sheet, runs).map_err(Fault::failed)
}

/// The codes of the entries that are published.
async fn entries(core: &Core) -> Result<BTreeSet<EntryCode>, Fault> {
    let mut codes = BTreeSet::new();
    let mut since = 0;
    loop {
        let some = core.store().knowledge_since(since, A_PAGE).await;
        let some = some.map_err(Fault::failed)?;
        let Some(last) = some.last() else {
            return Ok(codes);
        };
        since = last.revision;
        let there = some.into_iter().filter(|entry| !entry.retired);
        codes.extend(there.map(|entry| entry.entry.code));
    }
}
