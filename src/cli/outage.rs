//! `hotline outage tell`.

use super::args::OutageTell;
use super::fault::Fault;
use super::{Setup, line, runtime};
use crate::protocol::outage::TellOutages;
use crate::words::Cli as Say;

/// Checks a file of outages and tells them to the running server; nothing is sent when one cannot stand.
pub fn tell(setup: &Setup, tell: &OutageTell) -> Result<(), Fault> {
    let place =
        |error: &dyn std::fmt::Display| Fault::usage(format!("{}: {error}", tell.file.display()));
    let text = std::fs::read_to_string(&tell.file).map_err(|error| place(&error))?;
    let told: TellOutages = serde_json::from_str(&text).map_err(|error| place(&error))?;
    for (at, outage) in told.outages.iter().enumerate() {
        outage
            .check()
            .map_err(|(field, problem)| place(&format!("outages[{at}].{field}: {problem}")))?;
    }
    runtime()?.block_on(send(setup, told))
}

async fn send(setup: &Setup, told: TellOutages) -> Result<(), Fault> {
    let api = line::signed_in(setup).await?;
    let done = api.tell_outages(&told).await;
    line::done(&api).await;
    let done = done.map_err(|error| Fault::of_link(&error, &setup.words))?;
    let values = [
        ("count", told.outages.len().into()),
        ("changed", done.changed.into()),
    ];
    told!("{}", setup.words.say_with(Say::OutagesTold, &values));
    Ok(())
}
