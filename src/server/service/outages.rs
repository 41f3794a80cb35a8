//! Outages: told by a person, by a utility's program over HTTP, or fetched from an address.

use super::knowledge::notice;
use super::{Who, fault, invalid, require};
use crate::domain::outage::Outage;
use crate::domain::role;
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::protocol::outage::{MAX_OUTAGES, Outages, OutagesTold, TellOutages};
use crate::server::core::Core;
use std::collections::BTreeSet;

/// The outages that callers are told of now, and of those that begin later than two days from now the next ones.
pub async fn list(core: &Core) -> Result<Outages, ApiError> {
    let limit = u32::try_from(MAX_OUTAGES).unwrap_or(u32::MAX);
    let outages = core.store().outages(core.now(), limit).await;
    let outages = outages.map_err(|error| fault(&error))?;
    Ok(Outages { outages })
}

/// Keeps outages; repeating it changes nothing, so it takes no idempotency key. Errors: one that cannot stand, or names a
/// district that the directory does not know, refuses all.
pub async fn tell(core: &Core, who: &Who, told: TellOutages) -> Result<OutagesTold, ApiError> {
    require(role::may_tell_outages(&who.person))?;
    if !(1..=MAX_OUTAGES).contains(&told.outages.len()) {
        let expected = format!("1 to {MAX_OUTAGES} outages are expected");
        return Err(invalid("outages", expected));
    }
    let mut ids = BTreeSet::new();
    for (at, outage) in told.outages.iter().enumerate() {
        if !ids.insert(outage.id) {
            let problem = "an identifier stands once in a list: the later one would change the earlier each time";
            return Err(invalid(&format!("outages[{at}].id"), problem));
        }
        check(core, outage)
            .map_err(|(field, problem)| invalid(&format!("outages[{at}].{field}"), problem))?;
    }
    let tell = |version| notice(ServerEvent::Outages { version });
    let by = who.person.account.clone();
    let put = core.store().put_outages(told.outages, by, core.now(), tell);
    let (changed, version) = put.await.map_err(|error| fault(&error))?;
    if changed > 0 {
        tracing::info!(changed, version, "outages were told");
    }
    Ok(OutagesTold { changed, version })
}

fn check(core: &Core, outage: &Outage) -> Result<(), (&'static str, String)> {
    outage
        .check()
        .map_err(|(field, problem)| (field, problem.to_string()))?;
    let directory = core.directory();
    let unknown = outage
        .districts
        .iter()
        .find(|code| directory.districts.iter().all(|it| it.code != **code));
    match unknown {
        Some(district) => Err((
            "districts",
            format!("the directory knows no district {district}"),
        )),
        None => Ok(()),
    }
}
