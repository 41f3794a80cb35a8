//! `hotline demo`: the production server, desk and phone on this machine, filled with demonstration data that
//! comes in the same way as anybody's (imports and use cases of the server), and simulated callers.

mod assets;
mod beside;
mod past;
pub(super) mod seed;

use super::args::Demo;
use super::fault::Fault;
use super::{Setup, desk, logs, runtime, serve};
use crate::server::serve::{ServeConfig, ServeError, Serving};
use crate::server::trunk::callers::Callers;
use crate::server::trunk::simulated::Simulation;
use crate::server::{Core, CoreConfig};
use crate::settings::Origin;
use crate::words::Cli as Say;
use std::path::{Path, PathBuf};

/// Runs the demonstration. Its temporary folder is removed at the end.
pub fn demo(setup: &Setup, demo: &Demo) -> Result<(), Fault> {
    let temporary = match &demo.data {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("hotline-demo-")
                .tempdir()
                .map_err(Fault::failed)?,
        ),
    };
    let data = match (&demo.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(folder)) => folder.path().to_owned(),
        (None, None) => PathBuf::new(),
    };
    std::fs::create_dir_all(&data)
        .map_err(|error| Fault::failed(format!("{}: {error}", data.display())))?;
    let _log = logs::to_file(setup, &data)?;
    runtime()?.block_on(run(setup, demo, &data))
}

async fn run(setup: &Setup, demo: &Demo, data: &Path) -> Result<(), Fault> {
    let callers =
        Callers::parse("assets/demo/callers.toml", assets::CALLERS).map_err(Fault::failed)?;
    let simulation = Simulation {
        seed: demo.seed,
        ..Simulation::new(callers)
    };
    let mut config = serve::serve_config(setup, Some(simulation))?;
    if !setup
        .settings
        .iter()
        .any(|(key, s)| key.name == "server.listen" && s.origin != Origin::Default)
    {
        // A demonstration must not stumble over a server that runs on the usual port.
        config.addr = ServeConfig::loopback().addr;
    }
    let refused = |error: ServeError| Fault::of_serve(&error, &setup.words);
    config.check().await.map_err(refused)?;
    eprintln!("{}", setup.words.say(Say::DemoPreparing));
    let core = Core::open(CoreConfig::in_dir(data.join("server"), serve::clocks()?)).await;
    let core = core.map_err(|error| Fault::of_open(&error, &setup.words))?;
    seed::seed(&core).await.map_err(Fault::failed)?;
    let serving = Serving::start(core, config).await.map_err(refused)?;
    let practice = beside::Practice::new();
    let ended = if demo.headless {
        tell(setup, &serving, data)?;
        let ready = beside::ready(&practice, setup, data).await;
        let address = [("address", ready?.base().into())];
        told!("{}", setup.words.say_with(Say::DemoPractice, &address));
        serve::told_to_stop().await
    } else {
        Box::pin(sit_down(setup, &serving, &practice, data)).await
    };
    if let Some(practice) = practice.into_inner() {
        practice.stop().await;
    }
    serving.stop().await;
    ended
}

/// Opens the desk; meanwhile the practice server beside it gets ready.
async fn sit_down(
    setup: &Setup,
    serving: &Serving,
    practice: &beside::Practice,
    data: &Path,
) -> Result<(), Fault> {
    let account = match setup.settings.set("desk.account") {
        Some(account) => account.to_owned(),
        None => first_account()?,
    };
    let both = beside::Both::new(setup, serving, practice, (data, account));
    let house = both.house().await?;
    let mut desk = std::pin::pin!(desk::run(house, Some(Box::new(both))));
    let mut ready = std::pin::pin!(beside::ready(practice, setup, data));
    let mut prepared = false;
    loop {
        tokio::select! {
            biased;
            left = &mut desk => return left,
            ready = &mut ready, if !prepared => {
                prepared = true;
                // Whoever goes there is told why it did not.
                if let Err(fault) = ready {
                    tracing::warn!(fault = fault.text, "the practice server does not start");
                }
            }
        }
    }
}

fn first_account() -> Result<String, Fault> {
    let people = seed::people_of_the_demo().map_err(Fault::failed)?;
    let first = people
        .first()
        .ok_or_else(|| Fault::failed("assets/demo/people.toml"))?;
    Ok(first.account.to_string())
}

/// Says where the server is and who may sign in.
fn tell(setup: &Setup, serving: &Serving, data: &Path) -> Result<(), Fault> {
    let words = &setup.words;
    let people = seed::people_of_the_demo().map_err(Fault::failed)?;
    let accounts: Vec<_> = people
        .iter()
        .map(|person| person.account.to_string())
        .collect();
    let data = data.display().to_string();
    told!(
        "{}",
        words.say_with(
            Say::DemoReady,
            &[("address", serving.base().into()), ("data", data.into())]
        )
    );
    let values = [
        ("accounts", accounts.join(" ").into()),
        ("password", assets::PASSWORD.into()),
    ];
    told!("{}", words.say_with(Say::DemoAccounts, &values));
    told!(
        "{}",
        words.say_with(Say::DemoSecond, &[("address", serving.base().into())])
    );
    Ok(())
}
