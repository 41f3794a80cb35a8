//! `hotline serve`: the central server in the foreground, until it is told to stop.

use super::args::Serve;
use super::fault::Fault;
use super::{Setup, logs, model, practice, runtime};
use crate::domain::calendar::{Calendar, parse_notices};
use crate::domain::clock::Clocks;
use crate::server::seats::Lengths;
use crate::server::serve::{ServeConfig, ServeError, Serving, TlsFiles};
use crate::server::trunk::callers::Callers;
use crate::server::trunk::simulated::Simulation;
use crate::server::{Core, CoreConfig, Database};
use crate::settings::paths;
use crate::words::Cli as Say;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// The State Council's holiday notices, built in: no deadline is counted without them.
pub(super) const HOLIDAYS: &str = include_str!("../../assets/holidays.csv");

/// Runs the server.
pub fn serve(setup: &Setup, _serve: &Serve) -> Result<(), Fault> {
    logs::to_stderr(setup);
    runtime()?.block_on(async {
        let simulate = match setup.settings.path("server.simulate") {
            Some(path) => Some(Simulation::new(
                Callers::load(&path).map_err(Fault::usage_of)?,
            )),
            None => None,
        };
        let config = serve_config(setup, simulate)?;
        let refused = |error: ServeError| Fault::of_serve(&error, &setup.words);
        config.check().await.map_err(refused)?;
        let files = core_config(setup)?;
        practice::serve::refuse(setup, &files.data_dir)?;
        let core = Core::open(files).await;
        let core = core.map_err(|error| Fault::of_open(&error, &setup.words))?;
        let serving = Serving::start(core, config).await.map_err(refused)?;
        told!(
            "{}",
            setup
                .words
                .say_with(Say::ServeReady, &[("address", serving.base().into())])
        );
        told_to_stop().await?;
        eprintln!("{}", setup.words.say(Say::ServeStopping));
        serving.stop().await;
        eprintln!("{}", setup.words.say(Say::ServeStopped));
        Ok(())
    })
}

/// Where the server's data lies and by which calendar it counts.
pub(super) fn core_config(setup: &Setup) -> Result<CoreConfig, Fault> {
    let data = match setup.settings.path("data") {
        Some(path) => path,
        None => paths::server_data().map_err(Fault::failed)?,
    };
    let mut config = CoreConfig::in_dir(data, clocks()?);
    // Key and database of a practice folder lie in it, whatever is configured for production.
    if practice::serve::is_practice(&config.data_dir) {
        return Ok(config);
    }
    if let Some(path) = setup.settings.path("server.key-file") {
        config.key_file = path;
    }
    if let Some(database) = setup.settings.set("server.database") {
        let ca = setup.settings.path("server.database-ca");
        config.database = Database::parse(database, ca).map_err(Fault::usage_of)?;
    }
    Ok(config)
}

/// The deadline rules with the built-in calendar.
pub(super) fn clocks() -> Result<Clocks, Fault> {
    let notices = parse_notices(HOLIDAYS).map_err(Fault::failed)?;
    Ok(Clocks::standard(Calendar::new(notices)))
}

/// How the server serves, by the configuration.
pub(super) fn serve_config(
    setup: &Setup,
    simulate: Option<Simulation>,
) -> Result<ServeConfig, Fault> {
    let settings = &setup.settings;
    let tls = match (
        settings.path("server.tls-certificate"),
        settings.path("server.tls-key"),
    ) {
        (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
        (None, None) => None,
        _ => return Err(Fault::usage(setup.words.say(Say::ServeHalfTls))),
    };
    Ok(ServeConfig {
        addr: settings
            .address("server.listen")
            .unwrap_or(ServeConfig::loopback().addr),
        tls,
        allow_plaintext: settings.switch("server.allow-plaintext"),
        behind_proxy: settings.switch("server.behind-proxy"),
        outages_from: settings.set("server.outages-from").map(str::to_owned),
        simulate,
        lengths: Lengths {
            wrap_up: Duration::from_secs(settings.number("server.wrap-up-seconds")),
            ring: Duration::from_secs(settings.number("server.ring-seconds")),
            ..Lengths::default()
        },
        practice: None,
        model: Some(model::folder(setup)?).filter(|folder| folder.exists()),
    })
}

/// Waits for SIGINT or SIGTERM.
pub(super) async fn told_to_stop() -> Result<(), Fault> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Fault::failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
