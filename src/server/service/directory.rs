//! The dispatch directory: replaced as a whole, pulled by version.

use super::knowledge::notice;
use super::{Who, fault, invalid, require};
use crate::domain::directory::Directory;
use crate::domain::role;
use crate::domain::text::Line;
use crate::domain::ticket::Ticket;
use crate::protocol::directory::{DirectoryAnswer, DirectoryImported, DirectoryRequest};
use crate::protocol::error::ApiError;
use crate::protocol::event::ServerEvent;
use crate::server::core::Core;
use std::sync::Arc;

/// The directory, if it is newer than the asker's.
pub fn get(core: &Core, request: DirectoryRequest) -> DirectoryAnswer {
    let directory = core.directory();
    DirectoryAnswer {
        version: directory.version,
        directory: (directory.version > request.since).then(|| Directory::clone(&directory)),
    }
}

/// Writes a ruling of the joint meeting back, so that the next ticket of the same item, kind and district goes where
/// it said. A ticket without item or district rules nothing but itself; nor does a complaint against a unit, which went past
/// the unit in charge for that reason only, and of which the directory, read by all units, must tell nothing (Art. 10, 32).
pub(super) async fn write_back(core: &Core, ticket: &Ticket) -> Result<(), ApiError> {
    let request = &ticket.request;
    let (Some(ruling), Some(item), Some(district)) =
        (&ticket.work.ruling, &request.item, &request.place.district)
    else {
        return Ok(());
    };
    if request.accused.is_some() {
        return Ok(());
    }
    let _alone = core.directs().await;
    let basis = Line::lossy(&format!(
        "联席会议裁定（{}）：{}",
        ticket.number, ruling.basis
    ));
    let (lead, co_units) = (&ruling.lead, &ruling.co_units);
    let directory = core.directory();
    match directory.ruled(item, request.kind, district, lead, co_units, &basis) {
        Some(next) => keep(core, &Who::system()?, next).await.map(drop),
        None => Ok(()),
    }
}

/// Puts a directory in force. Repeating it changes nothing, so it takes no idempotency key. Errors: a fault in
/// it (a code that names nothing, a rule that stands twice …) refuses the whole.
pub async fn replace(
    core: &Core,
    who: &Who,
    directory: Directory,
) -> Result<DirectoryImported, ApiError> {
    require(role::may_import_directory(&who.person))?;
    if let Some(fault) = directory.check().first() {
        return Err(invalid("directory", fault.to_string()));
    }
    let _alone = core.directs().await;
    keep(core, who, directory).await
}

async fn keep(core: &Core, who: &Who, directory: Directory) -> Result<DirectoryImported, ApiError> {
    let (version, changed) = core
        .store()
        .put_directory(
            directory.clone(),
            who.person.account.clone(),
            core.now(),
            |version| notice(ServerEvent::Directory { version }),
        )
        .await
        .map_err(|error| fault(&error))?;
    core.set_directory(Arc::new(Directory {
        version,
        ..directory
    }));
    Ok(DirectoryImported { version, changed })
}
